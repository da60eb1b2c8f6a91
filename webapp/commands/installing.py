"""The installation that a command works on: its settings and its database."""

import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import click
from pydantic import ValidationError

from engine.errors import UnsafeSettings
from engine.health import LEAST_FREE, disk_of
from engine.installation import open_database, refuse_demo, require_current
from engine.store.durability import require_durable
from webapp.settings import PREFIX, Settings

DEMO_CLOCK = datetime(2030, 12, 2, 1, 0, tzinfo=UTC)
"""Where the clock of the demo begins: 8:00 on 2 December 2030 in Vietnam, in the final
round, after five years of the movement (2 June 2030)."""

DEMO_DIR = Path("var/demo")
"""Where the demo keeps its database and files, unless the environment says otherwise."""


def read_settings(*, demo: bool = False, **given: Any) -> Settings:
    """Return the settings of the environment, with what is ``given`` on the command line.

    :param demo: use the defaults of the demo where the environment says nothing.
    :raises UnsafeSettings: a setting would lose or leak decisions.
    :raises click.ClickException: a setting cannot be read.
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    if demo or os.environ.get(f"{PREFIX}DEMO", "").casefold() in ("1", "true", "yes", "on"):
        folder = Path(os.environ.get(f"{PREFIX}VAR_DIR", DEMO_DIR))
        defaults = {
            "demo": True,
            "demo_clock": DEMO_CLOCK,
            "var_dir": folder,
            "database_url": f"sqlite:///{folder / 'thidua.db'}",
        }
        for name, value in defaults.items():
            if f"{PREFIX}{name.upper()}" not in os.environ or name == "demo":
                chosen.setdefault(name, value)
    try:
        return Settings(**chosen)
    except ValidationError as error:
        problems = [
            f"{PREFIX}{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}"
            for one in error.errors(include_url=False, include_context=False)
        ]
        raise click.ClickException("\n".join(problems)) from None


def require_room(folder: Path) -> None:
    """Make a folder, and return if there is room in it and files can be written.

    :raises UnsafeSettings: otherwise, with the mend.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as probe:
            probe.write(bytes(PROBE))
            probe.flush()
    except OSError as error:
        raise UnsafeSettings(
            f"{folder} cannot be written ({error.strerror or error}): let it belong to the user"
            " of the program, on a disk with room"
        ) from None
    disk = disk_of(folder)
    if disk.is_short:
        raise UnsafeSettings(
            f"the disk of {folder} has {disk.free // 1_000_000} MB left, expected"
            f" {LEAST_FREE // 1_000_000} or more: make room first"
        )


PROBE = 1 << 20
"""Bytes that are written to see whether they can be."""


def open_installation(settings: Settings) -> Any:
    """Return the database of an installation, with the tables of this version.

    Makes the folder and the tables where there are none yet.

    :raises UnsafeSettings: no room or no right to write, no database or one that would lose
        decisions, tables of another version, or a demo where none is expected.
    """
    for folder in settings.folders:
        require_room(folder)
    engine = open_database(settings.database_url)
    try:
        require_durable(engine)
        require_current(engine)
        if not settings.demo:
            refuse_demo(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine
