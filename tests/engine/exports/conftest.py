"""An office where thirty nominations went wherever chance led them, and its logs."""

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from engine.exports import Export, LogFormat, export_journal
from engine.exports.log import LogFilter
from engine.permissions import Actor
from tests.scenarios.test_random_walks import any_routing, choose
from tests.scenarios.travel import Office, office_at
from tests.ward import NOON

WALKS = 30


@dataclass
class Logged:
    """What was exported, and what the journal was told of it."""

    content: bytes
    export: Export

    @property
    def text(self) -> str:
        return self.content.decode()


@pytest.fixture(scope="session")
def wandered(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Return an office after its nominations; each step takes seven minutes."""
    path = tmp_path_factory.mktemp("logged") / "thidua.db"
    path.write_bytes(sqlite_template.read_bytes())
    with office_at(f"sqlite:///{path}") as office:
        for number in range(WALKS):
            chance = random.Random(number)  # noqa: S311  the same walk each time
            walk = office.open(any_routing(chance), max_returns=chance.randint(1, 8))
            while walk.ended is None:
                walk.walk.at += timedelta(minutes=7)
                walk.take(choose(walk.choices(), chance))
        yield office


@pytest.fixture(scope="session")
def export(wandered: Office) -> Callable[..., Export]:
    """Return what exports the journal as somebody, to nowhere if not told otherwise."""

    def take(
        actor: Actor,
        kind: LogFormat = LogFormat.XES,
        into: BinaryIO | None = None,
        **wanted: Any,
    ) -> Export:
        file = into or io.BytesIO()
        return export_journal(wandered.database, actor, kind, LogFilter(**wanted), file, NOON)

    return take


@pytest.fixture(scope="session")
def logged(wandered: Office, export: Callable[..., Export]) -> Callable[..., Logged]:
    """Return what exports the journal as the auditor, and keeps the file."""

    def take(kind: LogFormat, **wanted: Any) -> Logged:
        into = io.BytesIO()
        made = export(wandered.ward.auditor, kind, into, **wanted)
        return Logged(into.getvalue(), made)

    return take


@pytest.fixture(scope="session")
def pm4py() -> Any:
    """Return the library, silent; it takes seconds to import, and most tests do without."""
    import pm4py  # noqa: PLC0415
    from pm4py.util import constants  # noqa: PLC0415

    constants.SHOW_INTERNAL_WARNINGS = constants.SHOW_PROGRESS_BAR = False
    return pm4py
