"""How the papers of a session name the council, its members, nominees and numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from documents.council_sheets import Attendee, CouncilHead
from documents.letterhead import Signature
from documents.typography import stand_in
from engine.office import VIETNAM
from engine.papers import UNKNOWN_ADDRESS, area_of
from engine.store.models import (
    AgendaItem,
    CouncilSession,
    DossierVersion,
    Person,
    SessionSeat,
    Unit,
)
from forms.vocabulary import Attendance, SubjectKind

COUNCIL = "Hội đồng Thi đua - Khen thưởng"
COUNCIL_LINES = ("Hội đồng", "Thi đua - Khen thưởng")
"""The name in the two lines of a head."""

SYMBOL = "HĐTĐKT"
"""Of a council, in the number of its papers."""

ROOM = "\u00a0" * 8
"""For a number that the registry gives a paper later."""

RECIPIENTS = ("Thành viên Hội đồng", "Lưu: VT, hồ sơ phiên họp")

ADDRESSES = {True: "Bà", False: "Ông", None: UNKNOWN_ADDRESS}


class People:
    """Addresses people as ông or bà, where that is known: all of a session in one query."""

    def __init__(self, session: Session, ids: Iterable[int | None]) -> None:
        rows = session.execute(
            select(Person.id, Person.full_name, Person.is_woman).where(
                Person.id.in_({one for one in ids if one is not None})
            )
        )
        self._people = {row.id: row for row in rows}

    def plain(self, person_id: int | None) -> str:
        """Return the name alone, as under a signature."""
        known = self._people.get(person_id or 0)
        return "" if known is None else str(known.full_name)

    def named(self, person_id: int | None, name: str = "") -> str:
        """Return ``Bà Nguyễn Thị Ví Dụ``.

        :param name: as printed then, where a paper keeps it; empty: the person's name now.
        """
        known = self._people.get(person_id or 0)
        if known is None:
            return f"{UNKNOWN_ADDRESS} {name}"
        return f"{ADDRESSES[known.is_woman]} {name or known.full_name}"

    def within(self, person_id: int | None, name: str = "") -> str:
        """Return ``bà Nguyễn Thị Ví Dụ``, as within a sentence; see :meth:`named`."""
        address, _, rest = self.named(person_id, name).partition(" ")
        return f"{address.lower()} {rest}"


@dataclass(frozen=True)
class Signed:
    """When the two who sign a session's papers did so; none: not yet."""

    secretary_at: datetime | None
    chair_at: datetime | None

    @classmethod
    def of(cls, meeting: CouncilSession) -> "Signed":
        """Return who has signed the minutes of ``meeting``."""
        return cls(meeting.secretary_signed_at, meeting.chair_signed_at)

    @property
    def by_both(self) -> bool:
        """Whether nothing is to be signed any more."""
        return self.secretary_at is not None and self.chair_at is not None


def signatures_of(
    meeting: CouncilSession, people: People, signed: Signed
) -> tuple[Signature, Signature]:
    """Return secretary and chair, each with the moment of the signature.

    :param people: knows both.
    """
    chair_id = chair_of(meeting)
    return (
        Signature(
            "THƯ KÝ", people.plain(meeting.secretary_id), _confirmed(signed.secretary_at)
        ),
        Signature("CHỦ TỌA", people.plain(chair_id), _confirmed(signed.chair_at)),
    )


def chair_of(meeting: CouncilSession) -> int | None:
    """Return the person who chairs a session; none before it is opened."""
    return next(
        (seat.person_id for seat in meeting.seats if seat.position_id == meeting.chaired_by_id),
        None,
    )


def _confirmed(at: datetime | None) -> str:
    return "" if at is None else f"Xác nhận trên hệ thống\nlúc {clock(at)}"


def head_of(unit: Unit, symbol: str) -> CouncilHead:
    """Return the head of a paper of the council of ``unit``.

    :param symbol: of the kind of paper: ``BB`` for minutes, ``GM`` for an invitation.
    """
    return CouncilHead(
        superior=f"Ủy ban nhân dân {area_of(unit)}",
        body=COUNCIL_LINES,
        number=f"{ROOM}/{symbol}-{SYMBOL}",
    )


def council_of(unit: Unit) -> str:
    """Return ``Hội đồng Thi đua - Khen thưởng phường Vạn Xuân``."""
    return f"{COUNCIL} {area_of(unit)}"


def place_of(unit: Unit) -> str:
    """Return ``Vạn Xuân`` for the ward: where its papers are issued (II.4a)."""
    return area_of(unit).partition(" ")[2]


def in_vietnam(at: datetime) -> datetime:
    """Return a moment on the clock of Vietnam, as papers print it."""
    return at.astimezone(VIETNAM)


def clock(at: datetime) -> str:
    """Return ``11:20 ngày 05/12/2030``."""
    return f"{in_vietnam(at):%H:%M ngày %d/%m/%Y}"


def lowered(words: str) -> str:
    """Return ``words`` as they stand within a sentence."""
    return words[:1].lower() + words[1:]


def clause(words: str) -> str:
    """Return what somebody typed without its full stop: it stands within a sentence."""
    return words.rstrip(" .;")


def ranges(numbers: Iterable[int]) -> str:
    """Return ``1–3, 5`` for 1, 2, 3 and 5."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}" if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def attendee(
    people: People, seat: SessionSeat, more: str = "", *, is_expected: bool = False
) -> Attendee:
    """Return a member as the minutes name them, with who came instead or why nobody did.

    :param more: what is to be said besides.
    :param is_expected: say nothing of presence: the session is still to come.
    """
    said = [] if is_expected else [_presence(people, seat), more]
    return Attendee(
        name=people.named(seat.person_id, seat.name),
        title=seat.title,
        office=seat.office.vi,
        note="; ".join(part for part in said if part),
    )


def _presence(people: People, seat: SessionSeat) -> str:
    if seat.attendance is Attendance.PRESENT:
        return ""
    if seat.attendance is not Attendance.SUBSTITUTED:
        return clause(seat.absence_reason) or lowered(seat.attendance.vi)
    right = "được biểu quyết" if seat.substitute_votes else "không biểu quyết"
    came = people.within(seat.substitute_id, seat.substitute_name)
    reason = f"; lý do: {clause(seat.absence_reason)}" if seat.absence_reason else ""
    return f"{came} dự thay, {right}{reason}"


class Nominees:
    """Names the subjects of an agenda, with title and unit: three queries for all."""

    def __init__(self, session: Session, items: Sequence[AgendaItem]) -> None:
        self._people = People(session, (item.case.subject_person_id for item in items))
        self._details = _details(session, items)

    def name(self, item: AgendaItem) -> str:
        """Return ``Bà Nguyễn Thị Ví Dụ``, or the name of a collective."""
        case = item.case
        if case.subject_kind is not SubjectKind.INDIVIDUAL:
            return case.subject_name
        return self._people.named(case.subject_person_id, case.subject_name)

    def detail(self, item: AgendaItem) -> str:
        """Return title and unit of an individual; empty for others."""
        if item.case.subject_kind is not SubjectKind.INDIVIDUAL:
            return ""
        return self._details.get(item.case_id, "")


def _details(session: Session, items: Sequence[AgendaItem]) -> dict[int, str]:
    """Return id of the case → title and unit, as its dossier says now."""
    last = (
        select(DossierVersion.case_id, func.max(DossierVersion.number).label("number"))
        .where(DossierVersion.case_id.in_([item.case_id for item in items]))
        .group_by(DossierVersion.case_id)
        .subquery()
    )
    rows = session.execute(
        select(DossierVersion.case_id, DossierVersion.content).join(
            last,
            (DossierVersion.case_id == last.c.case_id)
            & (DossierVersion.number == last.c.number),
        )
    )
    keys = ("subject_title", "managing_body")
    return {
        case_id: ", ".join(filter(None, (str(content.get(key) or "") for key in keys)))
        for case_id, content in rows
    }


def subject_of(meeting: CouncilSession) -> str:
    """Return ``Họp Hội đồng Thi đua - Khen thưởng phường Vạn Xuân``."""
    return f"Họp {council_of(meeting.unit)}"


def printable_paper(paper: Any) -> Any:
    """Return ``paper`` with a sign in place of each letter that our fonts do not have.

    What people typed in a vote or as a reason must not keep minutes from being signed.
    """
    if isinstance(paper, str):
        return stand_in(paper)
    if isinstance(paper, tuple):
        return tuple(printable_paper(one) for one in paper)
    if is_dataclass(paper) and not isinstance(paper, type):
        changes = {one.name: printable_paper(getattr(paper, one.name)) for one in fields(paper)}
        return replace(paper, **changes)
    return paper
