"""Who is at a session, whether enough are, and what absent members wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from engine.attachments import CheckedFile, keep_file
from engine.council.access import lock_session, note
from engine.council.members import substitutes_for
from engine.council.votings import find_running
from engine.errors import InvalidSubmission, SessionNotReady
from engine.filestore import FileStore
from engine.office import day_in_vietnam
from engine.permissions import Actor
from engine.rules.council import least_present
from engine.settings import get_setting
from engine.store.models import CouncilSession, SessionSeat, WrittenOpinion
from engine.text import compose
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

NOT_OVER = (SessionState.PREPARED, SessionState.OPEN)


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

    :param marks: by seat (id of the position); seats that are left out stay as they are.
    :raises NotFound, NotPermitted: see :func:`engine.council.access.lock_session`.
    :raises SessionNotReady: the session is over, or a vote is running.
    :raises InvalidSubmission: a mark for nobody of this council, an absence without its
        reason, a substitute who was not named for the seat or sits twice.
    """
    meeting = lock_session(session, actor, session_id, *NOT_OVER)
    _require_no_vote(session, meeting)
    seats = {seat.position_id: seat for seat in meeting.seats}
    _check_marks(session, meeting, seats, marks)
    on = day_in_vietnam(meeting.meets_at)
    votes = get_setting(session, "council_substitutes", on) == SubstituteRight.VOTES
    changes = {
        str(position_id): mark.attendance.value for position_id, mark in sorted(marks.items())
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
        _mark(session, meeting, seats[position_id], mark, substitute_votes=votes)
    session.flush()
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
    _check_opinion(meeting, position_id, choices)
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
    for item in meeting.items:
        session.expire(item, ["written_opinions"])
    return rows


def _require_no_vote(session: Session, meeting: CouncilSession) -> None:
    if find_running(session, meeting.id) is not None:
        raise SessionNotReady(f"a vote of session {meeting.id} is running", state=meeting.state)


def _check_marks(
    session: Session,
    meeting: CouncilSession,
    seats: Mapping[int, SessionSeat],
    marks: Mapping[int, Mark],
) -> None:
    on = day_in_vietnam(meeting.meets_at)
    members = {seat.person_id for seat in seats.values()}
    problems: dict[str, list[str]] = {}
    sitting: set[int] = set()
    for position_id, mark in marks.items():
        if position_id not in seats:
            raise InvalidSubmission({"_form": [code("not_on_council", position_id)]})
        field = f"attendance.{position_id}"
        if mark.attendance is Attendance.EXCUSED and not mark.reason.strip():
            problems[f"reason.{position_id}"] = ["required"]
        elif len(mark.reason.strip()) > LONGEST_REASON:
            found = code("too_long", LONGEST_REASON, len(mark.reason.strip()))
            problems[f"reason.{position_id}"] = [found]
        if mark.attendance is Attendance.SUBSTITUTED:
            named = {one.id for one in substitutes_for(session, position_id, on)}
            wrong = mark.substitute_id not in named - members or mark.substitute_id in sitting
            if wrong or mark.substitute_id is None:
                problems[field] = ["not_a_substitute"]
            else:
                sitting.add(mark.substitute_id)
    if problems:
        raise InvalidSubmission(problems)


def _mark(
    session: Session,
    meeting: CouncilSession,
    seat: SessionSeat,
    mark: Mark,
    *,
    substitute_votes: bool,
) -> None:
    seat.attendance = mark.attendance
    is_away = mark.attendance not in (Attendance.PRESENT, Attendance.EXPECTED)
    seat.absence_reason = " ".join(compose(mark.reason).split()) if is_away else ""
    seat.substitute_id = None
    seat.substitute_name = ""
    seat.substitute_votes = False
    if mark.attendance is Attendance.SUBSTITUTED:
        on = day_in_vietnam(meeting.meets_at)
        named = {one.id: one for one in substitutes_for(session, seat.position_id, on)}
        person = named[mark.substitute_id or 0]
        seat.substitute_id = person.id
        seat.substitute_name = person.full_name
        seat.substitute_votes = substitute_votes


def _check_opinion(
    meeting: CouncilSession, position_id: int, choices: Mapping[int, BallotChoice]
) -> None:
    seat = next((one for one in meeting.seats if one.position_id == position_id), None)
    if seat is None:
        raise InvalidSubmission({"position_id": [code("not_on_council", position_id)]})
    if seat.is_there:
        raise InvalidSubmission({"position_id": ["member_is_there"]})
    if not choices:
        raise InvalidSubmission({"choices": [code("choose_one")]})
    items = {item.id: item for item in meeting.items}
    for item_id in choices:
        if item_id not in items:
            raise InvalidSubmission({"choices": [code("not_in_list", item_id)]})
        if items[item_id].state is not ItemState.WAITING:
            found = code("item_was_voted_on", items[item_id].number)
            raise InvalidSubmission({"choices": [found]})
