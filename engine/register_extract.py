"""An extract of the register of awards as a paper: what its page lists, as far as one sees."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.register_extract import (
    ExtractedAward,
    RegisterExtract,
    render_register_extract,
)
from engine.council.paper_words import place_of, printable_paper
from engine.errors import NotFound
from engine.papers import body_of
from engine.permissions import Actor
from engine.queries.register import (
    GRANTS,
    ExtractedEntry,
    RegisterFilter,
    list_extract,
)
from engine.store.models import Unit
from forms.vocabulary import EntryState, UnitKind, Word

MOST = 1_000
"""Rows of one extract; of more the latest, and the paper says so."""


def make_extract(session: Session, actor: Actor, wanted: RegisterFilter, today: date) -> bytes:
    """Return the entries that ``actor`` may see as PDF, the earliest decision first.

    The same entries give the same bytes on the same day.

    :param today: in Vietnam: the day of the extract.
    :raises NotPermitted: the actor sees nothing of the register.
    :raises NotFound: there is no ward that keeps a register.
    """
    found = list_extract(session, actor, wanted, today, MOST + 1)
    unit = session.scalar(
        select(Unit)
        .where(Unit.kind == UnitKind.WARD, Unit.closed_on.is_(None))
        .order_by(Unit.id)
        .limit(1)
    )
    if unit is None:
        raise NotFound("no ward keeps the register")
    paper = RegisterExtract(
        body=body_of(unit),
        place=place_of(unit),
        made_on=today,
        scope=_scope(wanted, is_cut=len(found) > MOST),
        rows=tuple(_row(one) for one in reversed(found[:MOST])),
        made_by=actor.name,
    )
    return render_register_extract(printable_paper(paper))


def _scope(wanted: RegisterFilter, *, is_cut: bool) -> tuple[str, ...]:
    """Return what an extract was narrowed to, and that it does not hold all of that."""
    words: tuple[tuple[str, Word | None], ...] = (
        ("hình thức", wanted.honour),
        ("loại hình", wanted.kind),
        ("cấp quyết định", wanted.level),
        ("tính chất", wanted.nature),
        ("hiệu lực", wanted.state),
    )
    told = [f"năm {wanted.year}"] if wanted.year is not None else []
    told += [f"{name}: {word.vi}" for name, word in words if word is not None]
    told += [f"có “{wanted.text}”"] if wanted.text else []
    lines = [f"(Phạm vi trích: {'; '.join(told)})"] if told else []
    if is_cut:
        most = f"{MOST:,}".replace(",", ".")
        lines.append(f"(Chỉ trích {most} mục có quyết định gần đây nhất)")
    return tuple(lines)


def _row(entry: ExtractedEntry) -> ExtractedAward:
    line = entry.line
    day = line.decided_on
    note = ""
    if line.nature not in GRANTS:
        note = line.nature.vi
    elif line.state is not EntryState.IN_FORCE:
        note = line.state.vi
    return ExtractedAward(
        year="" if day is None else str(day.year),
        number=line.number,
        day="" if day is None else f"{day:%d/%m/%Y}",
        name=line.subject_text,
        award=line.honour_text,
        note=note,
        content=entry.content,
    )
