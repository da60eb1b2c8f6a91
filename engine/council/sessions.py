"""The life of a session: prepared, called, opened, recalled to another day."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import notices
from engine.council.access import lock_session, note, require_secretary
from engine.council.agenda import PENDING, items_now
from engine.council.attendance import require_its_day
from engine.council.conflicts import find_conflicts
from engine.council.members import LEVELS, seats_on
from engine.council.voting import make_void
from engine.council.votings import lock_running, seats_of
from engine.errors import InvalidSubmission, NotFound
from engine.office import VIETNAM, day_in_vietnam
from engine.permissions import Actor
from engine.settings import get_setting
from engine.store.models import (
    AgendaItem,
    CouncilSession,
    SessionSeat,
    TaskState,
    Unit,
    UserTask,
    WrittenOpinion,
)
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import (
    Attendance,
    CouncilOffice,
    ItemState,
    SessionState,
    VotingMode,
    VotingState,
)

CHAIRS = (CouncilOffice.CHAIR, CouncilOffice.STANDING_DEPUTY, CouncilOffice.DEPUTY)
"""Who chairs a session, in this order; any member if none of them is there."""

AWAY = (Attendance.SUBSTITUTED, Attendance.EXCUSED, Attendance.ABSENT)

LEFT_THE_COUNCIL = "Hồ sơ không còn chờ Hội đồng"
"""What became of an item whose case was returned or withdrawn before a recalled session."""


def prepare_session(
    session: Session,
    *,
    unit_id: int,
    name: str,
    meets_at: datetime,
    place: str,
    mode: VotingMode,
    actor: Actor,
    at: datetime,
) -> CouncilSession:
    """Prepare a session of the council of a unit, with its members of that day.

    :param meets_at: in UTC; not on a day that is past.
    :param mode: how all its votes are taken.
    :raises NotFound: there is no such unit, or it has no council.
    :raises NotPermitted: the actor does not run its sessions.
    :raises InvalidSubmission: no name, no place, a day that is past, or no member then.
    """
    unit = session.get(Unit, unit_id)
    if unit is None or unit.kind not in LEVELS:
        raise NotFound(f"no council of unit {unit_id}")
    require_secretary(actor, unit_id)
    meeting = CouncilSession(
        unit_id=unit_id,
        name=checked_text("name", name),
        meets_at=_checked_moment(meets_at, at),
        place=checked_text("place", place),
        mode=mode,
        state=SessionState.PREPARED,
        secretary_id=actor.person_id,
        quorum=get_setting(session, "council_quorum", day_in_vietnam(meets_at)),
        remarks="",
        recall_reason="",
        created_by_id=actor.person_id,
        created_at=at,
    )
    session.add(meeting)
    session.flush()
    note(
        session,
        meeting,
        action="session.prepared",
        actor=actor,
        at=at,
        detail={"name": meeting.name, "meets_at": meets_at.isoformat(), "mode": mode.value},
    )
    refresh_seats(session, meeting)
    if not meeting.seats:
        raise InvalidSubmission({"meets_at": ["no_members_then"]})
    return meeting


def change_session(
    session: Session,
    *,
    session_id: int,
    name: str,
    meets_at: datetime,
    place: str,
    mode: VotingMode,
    actor: Actor,
    at: datetime,
) -> CouncilSession:
    """Change a session that has not begun; its members become those of its day. Locked.

    Who was called to another hour or place is to be called again; attendance that was taken
    of another day is no more.

    :raises NotFound, NotPermitted: see :func:`engine.council.access.lock_session`.
    :raises SessionNotReady: it has begun.
    :raises InvalidSubmission: see :func:`prepare_session`.
    """
    meeting = lock_session(session, actor, session_id, SessionState.PREPARED)
    old_day = day_in_vietnam(meeting.meets_at)
    new = {
        "name": checked_text("name", name),
        "meets_at": _checked_moment(meets_at, at),
        "place": checked_text("place", place),
        "mode": mode,
    }
    changes = {
        field: [_plain(getattr(meeting, field)), _plain(value)]
        for field, value in new.items()
        if getattr(meeting, field) != value
    }
    if changes:
        note(
            session,
            meeting,
            action="session.changed",
            actor=actor,
            at=at,
            detail={"changes": changes},
        )
        for field, value in new.items():
            setattr(meeting, field, value)
        meeting.quorum = get_setting(session, "council_quorum", day_in_vietnam(meets_at))
        if changes.keys() & {"meets_at", "place"}:
            meeting.invited_at = None
        session.flush()
    if day_in_vietnam(meets_at) != old_day:
        _forget_attendance(session, meeting)
    refresh_seats(session, meeting)
    if not meeting.seats:
        raise InvalidSubmission({"meets_at": ["no_members_then"]})
    return meeting


def invite(session: Session, *, session_id: int, actor: Actor, at: datetime) -> CouncilSession:
    """Write down that the invitation went out. The session is locked.

    :raises NotFound, NotPermitted: see :func:`engine.council.access.lock_session`.
    :raises SessionNotReady: it has begun.
    :raises InvalidSubmission: there is nothing on the agenda.
    """
    meeting = lock_session(session, actor, session_id, SessionState.PREPARED)
    if not meeting.items:
        raise InvalidSubmission({"_form": ["no_agenda"]})
    refresh_seats(session, meeting)
    note(
        session,
        meeting,
        action="session.called",
        actor=actor,
        at=at,
        detail={"seats": [seat.position_id for seat in meeting.seats]},
    )
    meeting.invited_at = at
    session.flush()
    people = {seat.person_id for seat in meeting.seats}
    notices.call_session(session, meeting, people, actor_id=actor.person_id)
    return meeting


def open_session(
    session: Session, *, session_id: int, chaired_by_id: int, actor: Actor, at: datetime
) -> CouncilSession:
    """Open a session: from now on its members are those of this moment. It is locked.

    Whether enough are there is asked before each vote, not here. Who chairs is there, also
    if attendance was not taken yet.

    :param chaired_by_id: the seat of who chairs.
    :raises NotFound, NotPermitted: see :func:`engine.council.access.lock_session`.
    :raises SessionNotReady: it was opened before.
    :raises InvalidSubmission: not on its day in Vietnam; an empty agenda; a chair without a
        seat or away, or one who is neither the chair nor a deputy of the council while one
        of those is not marked as away.
    """
    meeting = lock_session(session, actor, session_id, SessionState.PREPARED)
    require_its_day(meeting, at)
    if not any(item.state in PENDING for item in items_now(session, meeting)):
        raise InvalidSubmission({"_form": ["no_agenda"]})
    refresh_seats(session, meeting)
    chair = _checked_chair(meeting, chaired_by_id)
    note(
        session,
        meeting,
        action="session.opened",
        actor=actor,
        at=at,
        detail={
            "chaired_by": chaired_by_id,
            "seats": [seat.position_id for seat in meeting.seats],
            "quorum": meeting.quorum,
            "mode": meeting.mode.value,
        },
    )
    meeting.state = SessionState.OPEN
    meeting.opened_at = at
    meeting.chaired_by_id = chaired_by_id
    meeting.secretary_id = actor.person_id
    meeting.total_members = len(meeting.seats)
    chair.attendance = Attendance.PRESENT
    session.flush()
    return meeting


def change_chair(
    session: Session, *, session_id: int, chaired_by_id: int, actor: Actor, at: datetime
) -> CouncilSession:
    """Let another member chair an open session. The session is locked.

    :param chaired_by_id: the seat of who chairs from now on.
    :raises NotFound, NotPermitted: see :func:`engine.council.access.lock_session`.
    :raises SessionNotReady: it is not open.
    :raises InvalidSubmission: see :func:`open_session`.
    """
    meeting = lock_session(session, actor, session_id, SessionState.OPEN)
    chair = _checked_chair(meeting, chaired_by_id)
    if chaired_by_id == meeting.chaired_by_id:
        return meeting
    note(
        session,
        meeting,
        action="session.chair_changed",
        actor=actor,
        at=at,
        detail={"chaired_by": [meeting.chaired_by_id, chaired_by_id]},
    )
    meeting.chaired_by_id = chaired_by_id
    chair.attendance = Attendance.PRESENT
    session.flush()
    return meeting


def recall_session(
    session: Session,
    *,
    session_id: int,
    reason: str,
    meets_at: datetime,
    place: str,
    actor: Actor,
    at: datetime,
) -> CouncilSession:
    """Put a session off to another day: its votes are void, its agenda goes on. Locked.

    The counts of its votes are kept, without results. What members declared goes on with
    the agenda; written opinions do not, since their authors may be there the next time.

    :return: the session of the other day, prepared.
    :raises NotFound, NotPermitted: see :func:`engine.council.access.lock_session`.
    :raises SessionNotReady: it was closed or recalled before.
    :raises InvalidSubmission: no reason, no place, or a day that is past.
    """
    meeting = lock_session(session, actor, session_id, SessionState.PREPARED, SessionState.OPEN)
    reason = checked_text("reason", reason)
    _checked_moment(meets_at, at)
    running = lock_running(session, meeting.id)  # locked before the journal, as by who votes
    moved, settled = _part_agenda(session, meeting)
    note(
        session,
        meeting,
        action="session.recalled",
        actor=actor,
        at=at,
        detail={
            "reason": reason,
            "meets_at": meets_at.isoformat(),
            "cases": [item.case_id for item in moved],
            "present": sum(seat.is_there for seat in meeting.seats),
        },
    )
    if running is not None:
        make_void(session, running, at)
    for voting in meeting.votings:
        if voting.state is VotingState.CLOSED:
            voting.state = VotingState.VOID
            for vote in voting.votes:
                vote.result = None
    for item in moved:
        item.state, item.note = ItemState.POSTPONED, reason
    for item in settled:
        item.state, item.note = ItemState.SETTLED, LEFT_THE_COUNCIL
    meeting.state = SessionState.RECALLED
    meeting.recall_reason = reason
    session.flush()
    again = prepare_session(
        session,
        unit_id=meeting.unit_id,
        name=meeting.name,
        meets_at=meets_at,
        place=place,
        mode=meeting.mode,
        actor=actor,
        at=at,
    )
    again.recalled_from_id = meeting.id
    session.add_all(
        AgendaItem(session_id=again.id, number=number, case_id=one.case_id, task_id=one.task_id)
        for number, one in enumerate(moved, start=1)
    )
    session.flush()
    session.expire(again, ["items"])
    find_conflicts(session, again)
    return again


def refresh_seats(session: Session, meeting: CouncilSession) -> None:
    """Make the seats of a session that has not begun those of its council on its day.

    What was marked of a member who stays is kept; what another one wrote is not. Flushes;
    the caller has the lock.
    """
    now = seats_on(session, meeting.unit_id, day_in_vietnam(meeting.meets_at))
    known = {seat.position_id: seat for seat in seats_of(session, meeting.id)}
    for position_id in known.keys() - {seat.position_id for seat in now}:
        _remove_seat(session, known[position_id])
    for place, seat in enumerate(now, start=1):
        row = known.get(seat.position_id)
        if row is None:
            row = SessionSeat(
                session_id=meeting.id,
                position_id=seat.position_id,
                attendance=Attendance.EXPECTED,
                absence_reason="",
                substitute_name="",
                substitute_votes=False,
            )
            session.add(row)
        row.place = place
        row.person_id = seat.person_id
        row.name = seat.name
        row.title = seat.title
        row.office = seat.office
    session.flush()
    session.expire(meeting, ["seats"])
    find_conflicts(session, meeting)


def _remove_seat(session: Session, seat: SessionSeat) -> None:
    items = select(AgendaItem.id).where(AgendaItem.session_id == seat.session_id)
    session.execute(
        delete(WrittenOpinion).where(
            WrittenOpinion.item_id.in_(items), WrittenOpinion.position_id == seat.position_id
        )
    )
    session.delete(seat)


def _forget_attendance(session: Session, meeting: CouncilSession) -> None:
    for seat in seats_of(session, meeting.id):
        seat.attendance = Attendance.EXPECTED
        seat.absence_reason = seat.substitute_name = ""
        seat.substitute_id = None
        seat.substitute_votes = False
    session.flush()


def _part_agenda(
    session: Session, meeting: CouncilSession
) -> tuple[list[AgendaItem], list[AgendaItem]]:
    """Return the items that still wait for this council, and those that left it otherwise."""
    items = [item for item in items_now(session, meeting) if item.state in PENDING]
    waiting = set(
        session.scalars(
            select(UserTask.id).where(
                UserTask.id.in_([item.task_id for item in items]),
                UserTask.state == TaskState.OPEN,
            )
        )
    )
    moved = [item for item in items if item.task_id in waiting]
    return moved, [item for item in items if item.task_id not in waiting]


def _checked_chair(meeting: CouncilSession, chaired_by_id: int) -> SessionSeat:
    chair = next((one for one in meeting.seats if one.position_id == chaired_by_id), None)
    if chair is None:
        raise InvalidSubmission({"chaired_by_id": [code("not_on_council", chaired_by_id)]})
    if chair.attendance in AWAY:
        raise InvalidSubmission({"chaired_by_id": ["chair_is_absent"]})
    others = any(one.office in CHAIRS and one.attendance not in AWAY for one in meeting.seats)
    if chair.office not in CHAIRS and others:
        raise InvalidSubmission({"chaired_by_id": ["not_a_chair"]})
    return chair


def _checked_moment(meets_at: datetime, at: datetime) -> datetime:
    if day_in_vietnam(meets_at) < day_in_vietnam(at):
        found = f"{meets_at.astimezone(VIETNAM):%d/%m/%Y}"
        raise InvalidSubmission({"meets_at": [code("day_is_past", found)]})
    return meets_at


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
