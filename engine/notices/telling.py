"""Writing notices: who is told, chosen and written in one statement per step.

Nobody is told what they did themselves, and nobody is told of a case that they may not
see: the places asked here are those of :mod:`engine.permissions`. No names and no texts of
people are kept: what a notice says is made of the case when it is read.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    Executable,
    String,
    Table,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.notices.delegates import find_delegates
from engine.office import day_in_vietnam
from engine.permissions import HEADS
from engine.store.models import (
    Case,
    CouncilSession,
    DossierVersion,
    Notice,
    NoticeSetting,
    Person,
    Position,
    UserTask,
)
from engine.store.models.base import Id, UtcDateTime
from engine.store.prepared import Prepared
from forms.vocabulary import CaseOutcome, MailWay, NoticeKind, Outcome, Role

NOBODY = 0
"""Stands for a person or unit that there is none of."""

RESUME_FORM = "resume.v1"
"""Where a nomination lies on hold: nothing is expected of anybody there."""

WRITERS = (Role.UNIT_HEAD, Role.UNIT_CLERK)
"""Who writes the nominations of a unit (``works_in_submitting_unit``)."""


def tell_step(
    session: Session,
    case: Case,
    *,
    over: Collection[str],
    opened: Sequence[Mapping[str, Any]],
    outcome: Outcome,
    answers: Mapping[str, Any],
    actor_id: int,
    written_by_id: int | None,
    at: datetime,
) -> None:
    """Tell what a step led to: whom a task waits for now, or the unit how it ended.

    :param over: ids of the tasks that no longer wait.
    :param opened: rows of the tasks that wait now, as the projection writes them.
    """
    settle(session, over, at)
    if case.outcome is not None:
        tell_decided(session, case, case.outcome, actor_id=actor_id, at=at)
        return
    tell_opened(
        session,
        case,
        opened,
        outcome=outcome,
        answers=answers,
        actor_id=actor_id,
        written_by_id=written_by_id,
        at=at,
    )


def tell_opened(
    session: Session,
    case: Case,
    opened: Sequence[Mapping[str, Any]],
    *,
    outcome: Outcome,
    answers: Mapping[str, Any],
    actor_id: int,
    written_by_id: int | None,
    at: datetime,
) -> None:
    """Tell who may do the tasks that a step opened; writes in one statement.

    :param opened: rows of the tasks, as the projection writes them.
    :param outcome: what was decided at the step; after a return they are told what is
        missing, by its ticks.
    :param written_by_id: who wrote the dossier: they review it nowhere.
    """
    kind = NoticeKind.RETURNED if outcome is Outcome.RETURN else NoticeKind.WAITING
    facts = _ticks(answers) if kind is NoticeKind.RETURNED else {}
    rows = [
        _holders(case, task, written_by_id, at)
        | {"event": f"task:{task['id']}", "kind": kind, "actor_id": actor_id, "facts": facts}
        for task in opened
        if task["form"] != RESUME_FORM
    ]
    for row in rows:
        _statement(_TO_HOLDERS, session).run(session, row)
        _tell_delegates(session, case, row, written_by_id)


def tell_decided(
    session: Session, case: Case, outcome: CaseOutcome, *, actor_id: int, at: datetime
) -> None:
    """Tell the unit that submitted a nomination how it ended."""
    row = _place(case.unit_id, WRITERS, at) | {
        "event": f"decided:{case.id}:{case.version}",
        "kind": NoticeKind.DECIDED,
        "actor_id": actor_id,
        "case_id": case.id,
        "task_id": None,
        "facts": {"outcome": outcome.value},
    }
    _statement(_TO_HOLDERS, session).run(session, row)


def remind(session: Session, case: Case, task: UserTask, *, due_on: date, at: datetime) -> None:
    """Remind who may do ``task`` that it is due; once per task and day, however often asked.

    :param due_on: its last day, in Vietnam.
    """
    _tell_holders(session, case, task, NoticeKind.DUE_SOON, due_on, at)


def overdue(
    session: Session,
    case: Case,
    task: UserTask,
    *,
    due_on: date,
    at: datetime,
    superiors: Collection[int] = (),
) -> None:
    """Tell who may do ``task`` that its day is past, and ``superiors`` that it is.

    Once per task, day and person, however often asked.

    :param due_on: its last day, in Vietnam.
    :param superiors: ids of people above them, who may see the case.
    """
    _tell_holders(session, case, task, NoticeKind.OVERDUE, due_on, at)
    tell(
        session,
        NoticeKind.ESCALATED,
        superiors,
        event=f"escalated:{task.id}:{due_on}",
        facts={"due_on": due_on.isoformat()},
        at=at,
        case_id=case.id,
        task_id=task.id,
    )


def tell_assigned(
    session: Session, task: UserTask, person_id: int, *, actor_id: int, at: datetime
) -> None:
    """Tell a person that ``task`` was handed to them, each time that it is."""
    tell(
        session,
        NoticeKind.ASSIGNED,
        {person_id} - {actor_id},
        event=f"assigned:{task.id}:{at:%Y%m%dT%H%M%S.%f}",
        facts={},
        at=at,
        case_id=task.case_id,
        task_id=task.id,
    )


def call_session(
    session: Session, meeting: CouncilSession, people: Iterable[int], *, actor_id: int
) -> None:
    """Tell the members of a session that it was called, each time that it is.

    :param people: ids of those who have a seat.
    """
    if meeting.invited_at is None:
        raise ValueError(f"session {meeting.id} was not called")
    tell(
        session,
        NoticeKind.SESSION_CALLED,
        {one for one in people if one != actor_id},
        event=f"session:{meeting.id}:{meeting.invited_at:%Y%m%dT%H%M%S.%f}",
        facts={
            "name": meeting.name,
            "meets_at": meeting.meets_at.isoformat(),
            "place": meeting.place,
        },
        at=meeting.invited_at,
        session_id=meeting.id,
    )


def tell(
    session: Session,
    kind: NoticeKind,
    people: Collection[int],
    *,
    event: str,
    facts: Mapping[str, Any],
    at: datetime,
    case_id: int | None = None,
    task_id: str | None = None,
    session_id: int | None = None,
) -> None:
    """Tell ``people`` (ids) of ``event``, each of them once, in one statement.

    Who was told of the same event before is not told again. The caller sees to it that
    they may see what it is about.

    :param facts: JSON values; no names of people.
    """
    if not people:
        return
    row = {
        "event": event,
        "kind": kind,
        "case_id": case_id,
        "task_id": task_id,
        "session_id": session_id,
        "facts": dict(facts),
        "at": at,
        "people": sorted(people),
    }
    session.execute(_statement(_TO_PEOPLE, session), row)


def settle(session: Session, tasks: Collection[str], at: datetime) -> None:
    """Let nobody read on that ``tasks`` (ids) wait, are due or overdue: they no longer are."""
    for task in tasks:
        _SETTLE.run(session, {"over": task, "at": at})


def _tell_holders(
    session: Session, case: Case, task: UserTask, kind: NoticeKind, due_on: date, at: datetime
) -> None:
    place = {
        "id": task.id,
        "role": task.role,
        "unit_id": task.unit_id,
        "level": task.level,
    }
    author = session.scalar(_AUTHOR, {"case_id": case.id})
    row = _holders(case, place, author, at) | {
        "event": f"{kind.value}:{task.id}:{due_on}",
        "kind": kind,
        "actor_id": NOBODY,
        "facts": {"due_on": due_on.isoformat()},
    }
    _statement(_TO_HOLDERS, session).run(session, row)
    _tell_delegates(session, case, row, author)


def _tell_delegates(
    session: Session, case: Case, row: Mapping[str, Any], written_by_id: int | None
) -> None:
    """Tell who may do a review for one of its holders, as :func:`_holders` says it."""
    if row["role"] != row["other_role"]:  # a draft: nobody writes it for somebody else
        return
    people = find_delegates(
        session,
        case,
        row["task_id"],
        row["role"],
        row["unit_id"],
        written_by_id=written_by_id,
        at=row["at"],
    )
    told = {name: row[name] for name in ("event", "facts", "at", "case_id", "task_id")}
    tell(session, row["kind"], {one for one in people if one != row["actor_id"]}, **told)


def _ticks(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was ticked at a return: codes and a day, no words that somebody wrote."""
    found = {name: answers.get(name) for name in ("items", "papers", "due_on")}
    return {name: value for name, value in found.items() if value}


def _holders(
    case: Case, task: Mapping[str, Any], written_by_id: int | None, at: datetime
) -> dict[str, Any]:
    """Return who may do ``task``, as ``draft.write`` and ``task.review`` say."""
    about = {"case_id": case.id, "task_id": task["id"]}
    if task["level"] is None:
        return about | _place(case.unit_id, WRITERS, at)
    return (
        about
        | _place(task["unit_id"], (task["role"], task["role"]), at)
        | {
            "nominee_id": case.subject_person_id or NOBODY,
            "nominee_unit_id": case.subject_unit_id or NOBODY,
            "author_id": written_by_id or NOBODY,
        }
    )


def _place(unit_id: int, roles: tuple[Role, Role], at: datetime) -> dict[str, Any]:
    return {
        "unit_id": unit_id,
        "role": roles[0],
        "other_role": roles[1],
        "nominee_id": NOBODY,
        "nominee_unit_id": NOBODY,
        "author_id": NOBODY,
        "today": day_in_vietnam(at),
        "at": at,
    }


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


_NOTICES = _table(Notice)
_POSITIONS = _table(Position)
_SETTINGS = _table(NoticeSetting)
_PEOPLE = _table(Person)
_VERSIONS = _table(DossierVersion)

_COLUMNS = (
    "event",
    "person_id",
    "kind",
    "case_id",
    "task_id",
    "session_id",
    "facts",
    "way",
    "created_at",
)


def _told(person_id: ColumnElement[int], session_id: ColumnElement[Any]) -> list[Any]:
    """Return what is written for ``person_id``, in the order of ``_COLUMNS``."""
    way = _NOTICES.c.way.type
    return [
        cast(bindparam("event", type_=String), String),
        person_id,
        cast(bindparam("kind", type_=_NOTICES.c.kind.type), String),
        bindparam("case_id", type_=Id),
        bindparam("task_id", type_=String),
        session_id,
        bindparam("facts", type_=JSON),
        func.coalesce(_SETTINGS.c.way, literal(MailWay.PAGE, way)),
        bindparam("at", type_=UtcDateTime),
    ]


def _in_force(positions: Any) -> ColumnElement[bool]:
    today = bindparam("today", type_=Date)
    return and_(
        positions.c.starts_on <= today,
        or_(positions.c.ends_on.is_(None), positions.c.ends_on >= today),
    )


def _to_holders() -> Any:
    """Select the holders of a role in a unit today, but those who may not act, and settings."""
    own = _POSITIONS.alias("own")
    held = (
        select(_POSITIONS.c.person_id)
        .where(
            _POSITIONS.c.unit_id == bindparam("unit_id"),
            _POSITIONS.c.role.in_([bindparam("role"), bindparam("other_role")]),
            _in_force(_POSITIONS),
            _POSITIONS.c.person_id.not_in(
                [bindparam(name, type_=Id) for name in ("actor_id", "nominee_id", "author_id")]
            ),
        )
        .distinct()
        .subquery()
    )
    heads_the_nominee = exists().where(
        own.c.person_id == held.c.person_id,
        own.c.unit_id == bindparam("nominee_unit_id"),
        own.c.role.in_([literal(role, own.c.role.type) for role in HEADS]),
        _in_force(own),
    )
    return (
        select(*_told(held.c.person_id, null()))
        .select_from(held.outerjoin(_SETTINGS, _has_address(held.c.person_id)))
        .where(~heads_the_nominee)
    )


def _to_people() -> Any:
    return (
        select(*_told(_PEOPLE.c.id, bindparam("session_id", type_=Id)))
        .select_from(_PEOPLE.outerjoin(_SETTINGS, _has_address(_PEOPLE.c.id)))
        .where(_PEOPLE.c.id.in_(bindparam("people", expanding=True)))
    )


def _has_address(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(_SETTINGS.c.person_id == person_id, _SETTINGS.c.address != "")


def _once(chosen: Any) -> dict[str, Executable]:
    """Return what writes ``chosen``, but what was written before, for each database."""
    return {
        dialect.dialect.name: dialect.insert(_NOTICES)
        .from_select(_COLUMNS, chosen)
        .on_conflict_do_nothing(index_elements=["event", "person_id"])
        for dialect in (sqlite, postgresql)
    }


def _statement(statements: Mapping[str, Any], session: Session) -> Any:
    return statements[session.get_bind().dialect.name]


_TO_HOLDERS = {name: Prepared(one) for name, one in _once(_to_holders()).items()}
_TO_PEOPLE = _once(_to_people())
_SETTLE = Prepared(
    update(_NOTICES)
    .where(_NOTICES.c.task_id == bindparam("over"), _NOTICES.c.read_at.is_(None))
    .values(read_at=bindparam("at"))
)
_AUTHOR = (
    select(_VERSIONS.c.submitted_by_id)
    .where(_VERSIONS.c.case_id == bindparam("case_id"))
    .order_by(_VERSIONS.c.number.desc())
    .limit(1)
)
