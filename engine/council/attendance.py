"""Who is at a session, whether enough are, and what absent members wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from engine.attachments import CheckedFile, keep_file
from engine.council.access import lock_session, note
from engine.council.agenda import NOT_OVER, items_now
from engine.council.conflicts import find_conflicts
from engine.council.members import substitutes_for
from engine.council.votings import lock_running, seats_of
from engine.errors import InvalidSubmission, SessionNotReady
from engine.filestore import FileStore
from engine.office import day_in_vietnam
from engine.permissions import Actor
from engine.rules.council import least_present
from engine.settings import get_setting
from engine.store.models import (
    AgendaItem,
    CouncilSession,
    Person,
    SessionSeat,
    WrittenOpinion,
)
from engine.text import compose
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import (
    Attendance,
    BallotChoice,
    ItemState,
    SessionState,
    SubstituteRight,
)

LONGEST_REASON = 300
"""Characters of a reason for an absence at most."""


@dataclass(frozen=True)
class Mark:
    """What the secretary marks of one seat."""

    attendance: Attendance
    reason: str = ""
    """Why the member is absent."""
    substitute_id: int | None = None
    """The person who is there instead."""


@dataclass(frozen=True)
class Quorum:
    """Whether enough members are there for the council to vote."""

    present: int
    total: int
    least: int

    @property
    def is_met(self) -> bool:
        """Whether at least ``least`` are there."""
        return self.present >= self.least


def quorum_of(meeting: CouncilSession) -> Quorum:
    """Return who is there, of all members, and how many must be."""
    total = meeting.total_members or len(meeting.seats)
    present = sum(seat.is_there for seat in meeting.seats)
    return Quorum(present, total, least_present(total, Fraction(meeting.quorum)))


def take_attendance(
    session: Session,
    *,
    session_id: int,
    marks: Mapping[int, Mark],
    actor: Actor,
    at: datetime,
) -> Quorum:
    """Write down who is there. The session is locked. Returns whether enough are.

    In an open session, or before it is opened, on its day in Vietnam. Whom the agenda
    concerns is found again: a substitute may be nominated, too.

    :param marks: by seat (id of the position); seats that are left out stay as they are.
    :raises NotFound, NotPermitted: see :func:`engine.council.access.lock_session`.
    :raises SessionNotReady: the session is over, or a vote is running.
    :raises InvalidSubmission: no mark, or not on the day; a mark for nobody of this council;
        an absence without its reason; a substitute who was not named for the seat, is a
        member or sits twice; who chairs is marked as away.
    """
    meeting = lock_session(session, actor, session_id, *NOT_OVER)
    if meeting.state is SessionState.PREPARED:
        require_its_day(meeting, at)
    _require_no_vote(session, meeting)
    seats = {seat.position_id: seat for seat in seats_of(session, meeting.id)}
    _check_marks(meeting, seats, marks)
    substitutes = _checked_substitutes(session, meeting, seats, marks)
    on = day_in_vietnam(meeting.meets_at)
    may_vote = get_setting(session, "council_substitutes", on) == SubstituteRight.VOTES
    changes = {
        str(position_id): _told(seats[position_id], mark)
        for position_id, mark in sorted(marks.items())
    }
    note(
        session,
        meeting,
        action="attendance.taken",
        actor=actor,
        at=at,
        detail={"seats": changes},
    )
    for position_id, mark in marks.items():
        _mark(seats[position_id], mark, substitutes.get(position_id), may_vote=may_vote)
    session.flush()
    session.expire(meeting, ["seats"])
    find_conflicts(session, meeting)
    return quorum_of(meeting)


def enter_written_opinions(
    session: Session,
    store: FileStore,
    *,
    session_id: int,
    position_id: int,
    choices: Mapping[int, BallotChoice],
    file: CheckedFile,
    actor: Actor,
    at: datetime,
) -> list[WrittenOpinion]:
    """Enter what an absent member wrote, with the scan of the paper. The session is locked.

    Entering it again replaces what was entered about the same items.

    :param choices: by agenda item.
    :raises NotFound, NotPermitted: see :func:`engine.council.access.lock_session`.
    :raises SessionNotReady: the session is over.
    :raises InvalidSubmission: the seat is not of this session or its member is there, or
        an item is of another session, or was or is being voted on.
    """
    meeting = lock_session(session, actor, session_id, *NOT_OVER)
    items = {item.id: item for item in items_now(session, meeting)}
    seats = seats_of(session, meeting.id)
    _check_opinion(items, seats, position_id, choices)
    note(
        session,
        meeting,
        action="opinion.entered",
        actor=actor,
        at=at,
        detail={
            "seat": position_id,
            "sha256": file.sha256,
            "choices": {str(item): choice.value for item, choice in sorted(choices.items())},
        },
    )
    keep_file(session, store, file, at)
    rows = []
    for item_id, choice in choices.items():
        row = session.get(WrittenOpinion, (item_id, position_id))
        if row is None:
            row = WrittenOpinion(item_id=item_id, position_id=position_id)
            session.add(row)
        row.choice = choice
        row.sha256 = file.sha256
        row.file_name = file.name
        row.entered_by_id = actor.person_id
        row.entered_at = at
        rows.append(row)
    session.flush()
    for item_id in choices:
        session.expire(items[item_id], ["written_opinions"])
    return rows


def require_its_day(meeting: CouncilSession, at: datetime) -> None:
    """Return if ``at`` is on the day, in Vietnam, on which the session meets.

    :raises InvalidSubmission: it is another day: the members and the settings are those of
        the day that was written down.
    """
    day = day_in_vietnam(meeting.meets_at)
    if day_in_vietnam(at) != day:
        raise InvalidSubmission({"_form": [code("not_its_day", f"{day:%d/%m/%Y}")]})


def _require_no_vote(session: Session, meeting: CouncilSession) -> None:
    if lock_running(session, meeting.id) is not None:
        raise SessionNotReady(f"a vote of session {meeting.id} is running", state=meeting.state)


def _check_marks(
    meeting: CouncilSession, seats: Mapping[int, SessionSeat], marks: Mapping[int, Mark]
) -> None:
    if not marks:
        raise InvalidSubmission({"_form": [code("choose_one")]})
    problems: dict[str, list[str]] = {}
    for position_id, mark in marks.items():
        if position_id not in seats:
            raise InvalidSubmission({"_form": [code("not_on_council", position_id)]})
        chairs = meeting.state is SessionState.OPEN and position_id == meeting.chaired_by_id
        if chairs and mark.attendance is not Attendance.PRESENT:
            problems[f"attendance.{position_id}"] = ["chair_leaves"]
        field = f"reason.{position_id}"
        if mark.attendance is Attendance.EXCUSED or mark.reason.strip():
            try:
                checked_text(field, mark.reason, LONGEST_REASON)
            except InvalidSubmission as error:
                problems |= error.messages
    if problems:
        raise InvalidSubmission(problems)


def _checked_substitutes(
    session: Session,
    meeting: CouncilSession,
    seats: Mapping[int, SessionSeat],
    marks: Mapping[int, Mark],
) -> dict[int, Person]:
    """Return who sits in for whom: by seat, each of them named for it, and in it alone."""
    on = day_in_vietnam(meeting.meets_at)
    taken = {seat.person_id for seat in seats.values()}
    taken |= {
        seat.substitute_id
        for position_id, seat in seats.items()
        if seat.substitute_id is not None and position_id not in marks
    }
    found: dict[int, Person] = {}
    problems: dict[str, list[str]] = {}
    for position_id, mark in marks.items():
        if mark.attendance is not Attendance.SUBSTITUTED:
            continue
        named = {one.id: one for one in substitutes_for(session, position_id, on)}
        person = named.get(mark.substitute_id or 0)
        if person is None or person.id in taken:
            problems[f"attendance.{position_id}"] = ["not_a_substitute"]
            continue
        taken.add(person.id)
        found[position_id] = person
    if problems:
        raise InvalidSubmission(problems)
    return found


def _told(seat: SessionSeat, mark: Mark) -> list[str]:
    """Return what the journal keeps of a mark: old and new."""
    return [seat.attendance.value, mark.attendance.value]


def _mark(seat: SessionSeat, mark: Mark, substitute: Person | None, *, may_vote: bool) -> None:
    is_away = mark.attendance not in (Attendance.PRESENT, Attendance.EXPECTED)
    seat.attendance = mark.attendance
    seat.absence_reason = " ".join(compose(mark.reason).split()) if is_away else ""
    seat.substitute_id = substitute.id if substitute else None
    seat.substitute_name = substitute.full_name if substitute else ""
    seat.substitute_votes = substitute is not None and may_vote


def _check_opinion(
    items: Mapping[int, AgendaItem],
    seats: Sequence[SessionSeat],
    position_id: int,
    choices: Mapping[int, BallotChoice],
) -> None:
    seat = next((one for one in seats if one.position_id == position_id), None)
    if seat is None:
        raise InvalidSubmission({"position_id": [code("not_on_council", position_id)]})
    if seat.is_there:
        raise InvalidSubmission({"position_id": ["member_is_there"]})
    if not choices:
        raise InvalidSubmission({"choices": [code("choose_one")]})
    for item_id in choices:
        if item_id not in items:
            raise InvalidSubmission({"choices": [code("not_in_list", item_id)]})
        if items[item_id].state is not ItemState.WAITING:
            found = code("item_was_voted_on", items[item_id].number)
            raise InvalidSubmission({"choices": [found]})
