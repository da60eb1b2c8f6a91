"""A list that somebody searched, as a workbook: what its page shows, on one sheet.

Cases, decisions and the register of awards; with the filters of the page and what the reader
may see there, no row more. Each workbook is journaled with its hash and what was asked.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from documents.spreadsheet import Cell, Column, Spreadsheet, write_spreadsheet
from engine import journal
from engine.exports import STREAM
from engine.office import VIETNAM, day_in_vietnam
from engine.permissions import Actor
from engine.queries.acting import MOST_PEOPLE, Acting
from engine.queries.audit import DecisionFilter, DecisionLine, list_decisions
from engine.queries.listing import CaseFilter, CaseLine, list_cases
from engine.queries.register import RegisterFilter, RegisterLine, list_register
from forms.vocabulary import Word

MOST = 5_000
"""Rows of a workbook; of more the first in the order of the page, and the sheet says so."""


class ListKind(Word):
    """A list that can be taken away."""

    CASES = "cases", "Danh sách hồ sơ", "Nominations"
    DECISIONS = "decisions", "Danh sách quyết định khen thưởng", "Decisions to award"
    REGISTER = "register", "Sổ khen thưởng", "Register of awards"


@dataclass(frozen=True)
class Workbook:
    """A list as a file."""

    kind: ListKind
    content: bytes
    rows: int
    asked: Mapping[str, Any]
    """What the list was narrowed to."""


def cases_workbook(
    session: Session, actor: Actor, wanted: CaseFilter, at: datetime, language: str
) -> Workbook:
    """Return the cases that ``actor`` may see."""

    def lines() -> Iterator[CaseLine]:
        page = 1
        while True:
            found = list_cases(session, actor, wanted, at, page)
            yield from found.cases
            if not found.has_more:
                return
            page += 1

    def row(line: CaseLine) -> tuple[Cell, ...]:
        return (
            line.reference,
            line.subject_name,
            line.award.label(language),
            line.unit_name,
            line.round_name,
            line.state.label(language),
            line.level.label(language) if line.level else None,
            line.step.label(language) if line.step else None,
            line.holder_role.label(language) if line.holder_role else None,
            line.holder_unit,
            day_in_vietnam(line.since),
            line.days,
        )

    rows = [row(line) for line in islice(lines(), MOST + 1)]
    return _workbook(ListKind.CASES, _CASES, rows, wanted, actor, at, language)


def decisions_workbook(
    session: Session, actor: Actor, wanted: DecisionFilter, at: datetime, language: str
) -> Workbook:
    """Return the decisions, the latest first.

    :raises NotPermitted: the actor is no auditor.
    """
    first = list_decisions(session, actor, wanted)

    def lines() -> Iterator[DecisionLine]:
        found = first
        yield from found.decisions
        while found.next is not None:
            found = list_decisions(session, actor, wanted, found.next)
            yield from found.decisions

    def row(line: DecisionLine) -> tuple[Cell, ...]:
        return (
            line.number,
            line.signed_on,
            line.subject_name,
            line.reference,
            line.award.label(language),
            line.level.label(language),
            line.signer_name,
            line.signer_title,
            line.authority_name,
            line.unit_name,
            line.round_name,
        )

    rows = [row(line) for line in islice(lines(), MOST + 1)]
    told = _acting_note(wanted, first.acting, language)
    return _workbook(ListKind.DECISIONS, _DECISIONS, rows, wanted, actor, at, language, told)


def register_workbook(
    session: Session, actor: Actor, wanted: RegisterFilter, at: datetime, language: str
) -> Workbook:
    """Return the entries of the register that ``actor`` may see, the latest first.

    :raises NotPermitted: the actor sees nothing of the register.
    """
    today = day_in_vietnam(at)

    def lines() -> Iterator[RegisterLine]:
        found = list_register(session, actor, wanted, today)
        yield from found.entries
        while found.next is not None:
            found = list_register(session, actor, wanted, today, found.next)
            yield from found.entries

    def row(line: RegisterLine) -> tuple[Cell, ...]:
        return (
            line.subject_text,
            line.award(language),
            line.kind.label(language),
            line.number,
            line.decided_on,
            line.authority_name,
            line.authority_level.label(language),
            line.nature.label(language),
            line.state.label(language),
        )

    rows = [row(line) for line in islice(lines(), MOST + 1)]
    return _workbook(ListKind.REGISTER, _REGISTER, rows, wanted, actor, at, language)


def _acting_note(wanted: DecisionFilter, acting: Acting | None, language: str) -> list[str]:
    """Return the line that says by whose acts the decisions were found."""
    if acting is None:
        return []
    is_english = language == "en"
    label = "Who acted on the case" if is_english else "Người đã xử lý"
    if not acting.is_whole:
        many = (
            f"more than {MOST_PEOPLE} people are called so: type more of the name"
            if is_english
            else f"hơn {MOST_PEOPLE} người có tên như vậy; gõ thêm họ hoặc tên đệm"
        )
        return [f"{label}: “{wanted.acted}”, {many}"]
    people = "; ".join(
        ", ".join(filter(None, (one.name, one.title, one.unit_name))) for one in acting.people
    )
    return [f"{label}: {people or f'“{wanted.acted}”'}"]


def note_taken(session: Session, actor: Actor, workbook: Workbook, at: datetime) -> None:
    """Journal that ``actor`` takes a list away; commits nothing.

    What was searched for may be a name: it stands beside the entry, not in it.
    """
    journal.append(
        session,
        stream=STREAM,
        action="list.exported",
        actor=actor,
        at=at,
        detail={
            "kind": workbook.kind.value,
            "rows": workbook.rows,
            "sha256": hashlib.sha256(workbook.content).hexdigest(),
            "asked": dict(workbook.asked),
        },
    )


Heading = tuple[str, str, int]
"""Of a column: Vietnamese, English, width in characters."""

_CASES: Sequence[Heading] = (
    ("Số hồ sơ", "Nomination", 15),
    ("Đối tượng", "Nominee", 32),
    ("Hình thức", "Award", 30),
    ("Đơn vị đề nghị", "Submitting unit", 30),
    ("Đợt", "Round", 30),
    ("Tình trạng", "State", 16),
    ("Cấp", "Level", 20),
    ("Bước", "Step", 30),
    ("Ai giữ", "Held by", 26),
    ("Đơn vị giữ", "Holding unit", 28),
    ("Từ ngày", "Since", 12),
    ("Số ngày ở bước", "Days at the step", 10),
)
_DECISIONS: Sequence[Heading] = (
    ("Số quyết định", "Decision", 16),
    ("Ngày ký", "Signed on", 12),
    ("Đối tượng", "Recipient", 32),
    ("Số hồ sơ", "Nomination", 15),
    ("Hình thức", "Award", 30),
    ("Cấp", "Level", 20),
    ("Người ký", "Signed by", 24),
    ("Chức vụ", "Title", 22),
    ("Cơ quan quyết định", "Authority", 30),
    ("Đơn vị đề nghị", "Submitting unit", 30),
    ("Đợt", "Round", 30),
)
_REGISTER: Sequence[Heading] = (
    ("Đối tượng", "Recipient", 32),
    ("Hình thức khen thưởng", "Award", 34),
    ("Loại hình", "Kind of commendation", 22),
    ("Số quyết định", "Decision", 16),
    ("Ngày quyết định", "Decided on", 12),
    ("Cơ quan quyết định", "Authority", 30),
    ("Cấp quyết định", "Level of authority", 22),
    ("Tính chất", "Nature", 18),
    ("Hiệu lực", "Standing", 16),
)


def _workbook(
    kind: ListKind,
    headings: Sequence[Heading],
    rows: Sequence[tuple[Cell, ...]],
    wanted: CaseFilter | DecisionFilter | RegisterFilter,
    actor: Actor,
    at: datetime,
    language: str,
    told: Sequence[str] = (),
) -> Workbook:
    """Return the workbook of ``rows``, of which there may be one too many.

    :param told: lines below the title, before all others.
    """
    is_english = language == "en"
    shown = rows[:MOST]
    made = at.astimezone(VIETNAM)
    notes = [
        *told,
        f"Taken by {actor.name} on {made:%d/%m/%Y %H:%M}"
        if is_english
        else f"Người xuất: {actor.name}, lúc {made:%H:%M ngày %d/%m/%Y}",
        f"{len(shown)} rows" if is_english else f"{len(shown)} dòng",
    ]
    if len(rows) > MOST:
        notes.append(
            f"Only the first {MOST} rows of the list: narrow it to take all of it"
            if is_english
            else f"Chỉ gồm {MOST} dòng đầu của danh sách: thu hẹp điều kiện lọc để lấy đủ"
        )
    content = write_spreadsheet(
        Spreadsheet(
            title=kind.label(language),
            notes=tuple(notes),
            sheet=kind.label(language)[:31],
            columns=tuple(
                Column(english if is_english else vietnamese, width)
                for vietnamese, english, width in headings
            ),
            rows=shown,
            author=actor.name,
            made_at=made,
        )
    )
    asked = {name: _plain(value) for name, value in asdict(wanted).items() if value}
    return Workbook(kind, content, len(shown), asked)


def _plain(value: object) -> object:
    """Return a filter's value as the journal can hold it."""
    return value.isoformat() if isinstance(value, date) else value
