"""The files of many certificates: made by a job, fetched when they are there.

A file of a thousand sheets takes seconds and memory that a page has not. It is made anew
from the run whenever it is missing: so it is in no backup, and is removed after a while.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from documents.certificate import Stock
from engine.certificates import make_run, read_stock, require_run
from engine.errors import NotFound
from engine.filestore import FileStore
from engine.jobs import Daily, Job, Work, defer
from engine.permissions import Actor
from engine.plans import Translated
from engine.store.database import reading, unit_of_work
from engine.store.models import CertificatePrint, JobRow, PrintFile
from forms.vocabulary import JobState

MANY = 200
"""Sheets of a run from which on a job makes its file: about a second of one core."""

KEPT = timedelta(days=30)
"""How long a file is kept; it can be made again at any time."""


@dataclass(frozen=True)
class ShownFile:
    """The file of a run, as its page shows it."""

    run: str
    sheets: int
    printed_at: datetime
    """In UTC."""
    sha256: str | None
    """Of its bytes in the file store; none: they are not there."""
    is_waiting: bool
    """The job will make it; else it gave up, or the file was removed."""


_WAITING = (JobState.WAITING, JobState.RUNNING)


class _Run(Schema):
    run = fields.String(required=True)


def _make(work: Work, payload: Mapping[str, Any]) -> None:
    """Make the file of a run; done twice it is the same file."""
    run = payload["run"]
    with reading(work.database) as session:
        content = make_run(session, run, _stock(session.get_one(PrintFile, run)))
    sha256 = FileStore(work.files).put(content)
    with unit_of_work(work.database) as session:
        file = session.get_one(PrintFile, run)
        file.sha256, file.made_at = sha256, work.now()


def _forget(work: Work, payload: Mapping[str, Any]) -> None:
    """Remove files that were made long ago."""
    store = FileStore(work.files)
    with unit_of_work(work.database) as session:
        old = select(PrintFile).where(PrintFile.made_at < work.now() - KEPT)
        for file in session.scalars(old):
            if file.sha256 is not None:
                store.remove(file.sha256)
            file.sha256, file.made_at = None, None


MAKE = Job(
    "certificates.make",
    Translated("Dựng bản in nhiều bằng, giấy khen", "Make a print of many certificates"),
    _make,
    schema=_Run,
    hold=timedelta(minutes=30),
)

FORGET = Job(
    "certificates.forget",
    Translated("Xóa bản in bằng, giấy khen đã cũ", "Remove old prints of certificates"),
    _forget,
    again=Daily(time(3, 40)),
)


def ask_for_file(
    session: Session, run: str, sheets: int, stock: Mapping[str, str], *, at: datetime
) -> None:
    """Let a job make the file of a run that is recorded in this transaction, if it is large.

    :param stock: as :func:`engine.certificates.read_stock` takes it; empty: with our frame.
    """
    if sheets < MANY:
        return
    session.add(PrintFile(run=run, stock=dict(stock)))
    defer(session, MAKE, {"run": run}, at=at, key=f"{MAKE.name}:{run}")


def find_file(session: Session, actor: Actor, run: str) -> ShownFile | None:
    """Return the file of a run; none: its few sheets are made when they are looked at.

    :raises NotFound: there is no such run.
    :raises NotPermitted: the actor does not work for the unit that granted them.
    """
    require_run(session, actor, run)
    return next(iter(_shown(session, PrintFile.run == run)), None)


def list_files(session: Session, case_ids: list[int]) -> list[ShownFile]:
    """Return the files of runs with certificates of these cases, the newest first."""
    runs = select(CertificatePrint.run).where(CertificatePrint.case_id.in_(case_ids))
    return _shown(session, PrintFile.run.in_(runs))


def read_file(session: Session, actor: Actor, files: FileStore, run: str) -> bytes | None:
    """Return the certificates of a run that has a file, made now if it is not there.

    :return: none: its few sheets need no file.
    :raises NotFound: there is no such run.
    :raises NotPermitted: the actor does not work for the unit that granted them.
    :raises InvalidSubmission: a text has a letter that cannot be printed, or no room.
    """
    require_run(session, actor, run)
    file = session.get(PrintFile, run)
    if file is None:
        return None
    if file.sha256 is not None:
        with suppress(NotFound):  # restored from a backup, which has none of these
            return files.get(file.sha256)
    return make_run(session, run, _stock(file))


def _stock(file: PrintFile) -> Stock | None:
    typed = file.stock
    if not typed:
        return None
    moved = (typed.get("across", ""), typed.get("down", ""))
    return read_stock(typed["size"], *moved, has_heading=bool(typed.get("heading")))


def _shown(session: Session, which: Any) -> list[ShownFile]:
    found = session.execute(
        select(
            PrintFile.run,
            func.count(CertificatePrint.id),
            func.min(CertificatePrint.printed_at),
            PrintFile.sha256,
            JobRow.state,
        )
        .join(CertificatePrint, CertificatePrint.run == PrintFile.run)
        .outerjoin(JobRow, JobRow.key == func.concat(f"{MAKE.name}:", PrintFile.run))
        .where(which)
        .group_by(PrintFile.run, PrintFile.sha256, JobRow.state)
        .order_by(func.min(CertificatePrint.printed_at).desc(), PrintFile.run)
    )
    return [
        ShownFile(run, sheets, printed_at, sha256, state in _WAITING)
        for run, sheets, printed_at, sha256, state in found
    ]
