"""Handing out the journal in the formats of process mining; each export is journaled."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine.audit.views import Sight, View, note_view
from engine.errors import InvalidSubmission
from engine.exports.log import JournalLog, LogFilter
from engine.exports.ocel import ocel_of
from engine.exports.xes import xes_of
from engine.office import authorise
from engine.permissions import Actor, require
from engine.rounds import list_rounds
from engine.store.database import reading, unit_of_work
from engine.store.models import Round
from forms.messages import code
from forms.vocabulary import AccessKind, Word

PERMISSION = "journal.export"

STREAM = "exports"
"""Of the journal."""


class LogFormat(Word):
    """How an event log is written."""

    XES = "xes", "XES (IEEE 1849-2016), dạng XML", "XES (IEEE 1849-2016), as XML"
    OCEL = "ocel", "OCEL 2.0, dạng JSON", "OCEL 2.0, as JSON"


WRITERS: Mapping[LogFormat, Callable[[JournalLog], Iterator[str]]] = {
    LogFormat.XES: xes_of,
    LogFormat.OCEL: ocel_of,
}


@dataclass(frozen=True)
class Export:
    """What was handed out."""

    sha256: str
    """Of the file, in hex."""
    cases: int
    rows: int
    """Events."""


def list_exported_rounds(session: Session, actor: Actor) -> dict[int, str]:
    """Return the rounds that a log can be narrowed to, by id, the latest first.

    :raises NotPermitted: the actor may not export the journal.
    """
    require(actor, PERMISSION)
    return {one.id: one.name for one in list_rounds(session)}


def export_journal(
    database: Engine,
    actor: Actor,
    kind: LogFormat,
    wanted: LogFilter,
    into: BinaryIO,
    at: datetime,
) -> Export:
    """Write the log of the wanted cases into a file, and journal that the actor took it.

    :raises NotPermitted: the actor may not export the journal.
    :raises InvalidSubmission: the days are the wrong way round, or there is no such round.
    """
    require(actor, PERMISSION)
    _require_period(wanted.from_day, wanted.to_day)
    digest = hashlib.sha256()
    with reading(database) as session:
        _require_round(session, wanted.round_id)
        log = JournalLog(session, wanted)
        for text in WRITERS[kind](log):
            part = text.encode()
            digest.update(part)
            into.write(part)
    made = Export(digest.hexdigest(), log.counts["cases"], log.counts["rows"])
    with unit_of_work(database) as session:
        _note(session, actor, kind, wanted, made, at)
    return made


def _require_period(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        found = code("ends_before_it_begins", f"{last:%d/%m/%Y}", f"{first:%d/%m/%Y}")
        raise InvalidSubmission({"to": [found]})


def _require_round(session: Session, round_id: int | None) -> None:
    if round_id is not None and session.get(Round, round_id) is None:
        raise InvalidSubmission({"round_id": [code("not_in_list", str(round_id))]})


def _note(
    session: Session,
    actor: Actor,
    kind: LogFormat,
    wanted: LogFilter,
    made: Export,
    at: datetime,
) -> None:
    detail = {
        "kind": kind.value,
        "cases": made.cases,
        "rows": made.rows,
        "sha256": made.sha256,
        "round_id": wanted.round_id,
        "award": wanted.award and wanted.award.value,
        "from": wanted.from_day and wanted.from_day.isoformat(),
        "to": wanted.to_day and wanted.to_day.isoformat(),
    }
    authorise(actor, PERMISSION).note(
        session,
        stream=STREAM,
        action="journal.exported",
        at=at,
        detail={name: value for name, value in detail.items() if value is not None},
    )
    note_view(session, actor, View(Sight(AccessKind.EXPORT, "nhat-ky"), None), at)
