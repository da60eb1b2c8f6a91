"""Building the demo ward: every row through the command that a person would use."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from importlib import resources
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine.accounts import DEFAULT_COST, PasswordCost, create_account
from engine.attachments import add_attachment
from engine.cases import Subject, open_case, withdraw_case
from engine.deadlines.changes import NewLimit, set_limit
from engine.demo import answers, data
from engine.demo.councils import MEETS_AT, compose_councils, prepare_demo_session
from engine.demo.evidence import earlier_decision
from engine.demo.history import enter_history
from engine.demo.outgoing import prepare_demo_papers
from engine.dossiers import find_current, save_draft
from engine.filestore import FileStore
from engine.matters import matter_of
from engine.office import OPERATOR, VIETNAM, day_in_vietnam
from engine.people import actor_for, add_person, eligible_people, give_position
from engine.permissions import Actor, may
from engine.plans import load_plan, plan_of, text_of
from engine.rounds import open_round
from engine.store.database import unit_of_work
from engine.store.models import Case, Round, TaskState, Unit, UserTask
from engine.tasks import complete_task
from engine.units import add_unit
from forms import form_key_for
from forms.vocabulary import Level, Outcome, Role

FOUNDED = datetime(2025, 7, 1, 8, 0, tzinfo=VIETNAM)
"""When the ward of today began, and with it every position."""

HISTORY_ENTERED = datetime(2030, 9, 20, 9, 30, tzinfo=VIETNAM)
"""When the ward entered past awards, before the final round asked for them."""

REGISTER_CLERK = "chuyenvien.vanxuan"

PLAN = "van-xuan-2025-2030.yaml"
EVENING = time(17, 0)
SATURDAY = 5
AN_HOUR = timedelta(hours=1)
A_WEEK = timedelta(days=7)
A_MONTH = timedelta(days=30)
LIMITS = {Level.UNIT: 5, Level.WARD: 7}
"""Level → working days; invented, as all time limits of an office are its own."""

DEPUTIES_SIGN = 4
"""Of so many nominations, the deputies review one where the head could do it."""

LONGEST_STEP = timedelta(days=4)
"""A step of the demo takes no longer, so that old rounds end before the next."""


@dataclass(frozen=True)
class Event:
    """One step of one nomination; ``number`` −1 opens it, the rest follow its way."""

    at: datetime
    nomination: int
    number: int


@dataclass
class Builder:
    """What has been built so far."""

    engine: Engine
    store: FileStore
    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    cases: dict[int, int] = field(default_factory=dict)
    numbers: answers.Numbers = field(default_factory=answers.Numbers)


def build_demo(
    engine: Engine,
    store: FileStore,
    moment: datetime,
    *,
    password: str,
    cost: PasswordCost = DEFAULT_COST,
) -> None:
    """Build the demo ward in an empty database, as it stands at ``moment`` (UTC).

    :param password: of every account.
    """
    builder = Builder(engine, store)
    with unit_of_work(engine) as session:
        _add_units(session, builder)
        _add_people(session, builder, password, cost)
        _open_rounds(session, builder)
    history_is_due = True
    for event in _calendar(moment):
        with unit_of_work(engine) as session:
            if history_is_due and event.at >= HISTORY_ENTERED:
                clerk = builder.people[REGISTER_CLERK]
                today = HISTORY_ENTERED.date()
                enter_history(session, actor_for(session, clerk, None, today), HISTORY_ENTERED)
                history_is_due = False
            _take(session, builder, event)
    with unit_of_work(engine) as session:
        _set_limits(session, moment)
    if timedelta() <= MEETS_AT - moment <= A_WEEK:
        with unit_of_work(engine) as session:
            prepare_demo_session(session, builder.units, builder.people, moment)
        with unit_of_work(engine) as session:
            prepare_demo_papers(session, builder.units, builder.people, moment)


def _add_units(session: Session, builder: Builder) -> None:
    for row in data.units():
        unit = add_unit(
            session,
            code=row.code,
            name=row.name,
            kind=row.kind,
            parent_id=builder.units[row.parent] if row.parent else None,
            is_outside_ward=row.is_outside_ward,
            issuing_basis=row.issuing_basis,
            symbol=row.symbol,
            actor=OPERATOR,
            at=FOUNDED,
        )
        builder.units[row.code] = unit.id


def _add_people(session: Session, builder: Builder, password: str, cost: PasswordCost) -> None:
    for row in data.people():
        person = add_person(
            session,
            full_name=row.full_name,
            is_woman=row.is_woman,
            actor=OPERATOR,
            at=FOUNDED,
        )
        builder.people[row.username] = person.id
        if row.role is not None:
            _give(session, person.id, builder.units[row.unit], row.role, row.title)
        create_account(
            session,
            person_id=person.id,
            username=row.username,
            password=password,
            actor=OPERATOR,
            at=FOUNDED,
            cost=cost,
        )
    compose_councils(session, builder.units, builder.people, FOUNDED)


def _give(session: Session, person_id: int, unit_id: int, role: Role, title: str) -> None:
    give_position(
        session,
        person_id=person_id,
        unit_id=unit_id,
        role=role,
        title=title,
        starts_on=FOUNDED.date(),
        actor=OPERATOR,
        at=FOUNDED,
    )


def _open_rounds(session: Session, builder: Builder) -> None:
    file = resources.files("workflows") / "plans" / PLAN
    text = text_of(file.read_bytes(), PLAN)
    plan = load_plan(session, text, PLAN, actor=OPERATOR, at=FOUNDED)
    for row in data.rounds():
        opens_at = datetime.combine(row.opens_on, time(8, 0), VIETNAM)
        round_ = open_round(
            session,
            plan_id=plan.id,
            name=row.name,
            occasion=row.occasion,
            year=row.year,
            opens_at=opens_at,
            closes_at=datetime.combine(row.closes_on, EVENING, VIETNAM),
            awards=row.awards,
            actor=OPERATOR,
            at=opens_at - timedelta(days=10),
        )
        builder.rounds[row.key] = round_.id


def _set_limits(session: Session, moment: datetime) -> None:
    """Let the office have set time limits a month ago: what waits for long is overdue now."""
    for level, days in LIMITS.items():
        limit = NewLimit(
            level,
            days=days,
            remind_before=2,
            starts_on=day_in_vietnam(moment - A_MONTH),
            source="Dữ liệu mẫu, không phải quy định",
        )
        set_limit(session, OPERATOR, limit, at=moment)


def _calendar(moment: datetime) -> list[Event]:
    """Return every step of every nomination in the order of time, none after ``moment``."""
    opening = {row.key: row for row in data.rounds()}
    events: list[Event] = []
    for number, row in enumerate(data.nominations()):
        round_ = opening[row.round]
        start = datetime.combine(round_.opens_on, time(8, 0), VIETNAM)
        if (
            day_in_vietnam(moment) <= round_.closes_on
        ):  # still open: waiting for days, not weeks
            recent = timedelta(days=1 + 5 * number % 13)
            start = max(start, moment - recent - LONGEST_STEP * (len(row.way) + 1))
        start += timedelta(hours=number % 9, minutes=17 * (number % 23))
        gap = min((moment - start) * 0.97 / (len(row.way) + 1), LONGEST_STEP)
        earlier = start - AN_HOUR
        for step in range(-1, len(row.way)):
            at = _working_time(start + gap * (step + 1))
            earlier = min(max(at, _working_time(earlier + AN_HOUR)), moment)
            events.append(Event(earlier, number, step))
    return sorted(events, key=lambda event: (event.at, event.nomination, event.number))


def _working_time(at: datetime) -> datetime:
    """Return ``at`` within a working day in Vietnam: after a weekend on its Monday."""
    local = at.astimezone(VIETNAM)
    if local.weekday() >= SATURDAY:
        local += timedelta(days=7 - local.weekday())
    return local.replace(hour=8 + local.hour % 8)


def _take(session: Session, builder: Builder, event: Event) -> None:
    row = data.nominations()[event.nomination]
    if event.number < 0:
        _open(session, builder, event, row)
        return
    case = session.get_one(Case, builder.cases[event.nomination])
    step = row.way[event.number]
    if step.outcome is None:
        withdraw_case(
            session,
            case_id=case.id,
            actor=_writer(session, builder, row, event.at),
            submission={"reason": answers.WITHDRAWAL},
            at=event.at,
            key=uuid.uuid4().hex,
        )
    else:
        _complete(session, builder, event, row, case, step.outcome)


def _open(session: Session, builder: Builder, event: Event, row: data.NominationRow) -> None:
    actor = _writer(session, builder, row, event.at)
    case = open_case(
        session,
        actor=actor,
        round_id=builder.rounds[row.round],
        unit_id=builder.units[row.unit],
        award=row.award,
        subject=Subject(row.kind, row.subject),
        at=event.at,
        key=uuid.uuid4().hex,
    )
    builder.cases[event.nomination] = case.id
    task = _open_task(session, case)
    save_draft(
        session,
        task_id=task.id,
        actor=actor,
        form=task.form,
        content=_typed(_written(session, builder, event, row)),
        version=None,
        at=event.at,
    )
    if row.has_prior_award:
        add_attachment(
            session,
            builder.store,
            task_id=task.id,
            actor=actor,
            name="Quyết định khen thưởng năm 2028.pdf",
            data=earlier_decision(row.subject),
            at=event.at,
            key=uuid.uuid4().hex,
        )


def _complete(
    session: Session,
    builder: Builder,
    event: Event,
    row: data.NominationRow,
    case: Case,
    outcome: Outcome,
) -> None:
    task = _open_task(session, case)
    form = form_key_for(task.form, outcome)
    current = find_current(session, case.id)
    if outcome is Outcome.SUBMIT:
        actor = _writer(session, builder, row, event.at)
        submission = _written(session, builder, event, row)
        content_hash = None
    else:
        deputies_first = event.nomination % DEPUTIES_SIGN == 0
        actor = _reviewer(session, case, task, event.at, deputies_first=deputies_first)
        step = row.way[event.number]
        submission = answers.submission(form, step, task, row.award, event.at, event.nomination)
        if form in ("decision.v1", "result_from_above.v1"):
            title = next(grant.title for grant in actor.grants if grant.role is task.role)
            submission |= answers.signature(task, row.award, actor.name, title, builder.numbers)
        content_hash = current.content_hash if current else None
    complete_task(
        session,
        task_id=task.id,
        actor=actor,
        outcome=outcome,
        submission=submission,
        content_hash=content_hash,
        at=event.at,
        key=uuid.uuid4().hex,
    )


def _written(
    session: Session, builder: Builder, event: Event, row: data.NominationRow
) -> dict[str, Any]:
    unit = session.get_one(Unit, builder.units[row.unit])
    plan = plan_of(session.get_one(Round, builder.rounds[row.round]).plan)
    return answers.nomination(row, unit.name, unit.kind, plan, event.at)


def _typed(content: dict[str, Any]) -> dict[str, Any]:
    """Return ``content`` as the fields of the page hold it, without the declaration."""
    typed: dict[str, Any] = {}
    for name, value in content.items():
        if name == "criteria":
            typed |= {f"criteria.{criterion}": text for criterion, text in value.items()}
        elif name == "prior_awards":
            for number, row in enumerate(value):
                typed |= {f"prior_awards.{number}.{key}": text for key, text in row.items()}
        elif name != "declaration":
            typed[name] = value
    return typed


def _open_task(session: Session, case: Case) -> UserTask:
    return session.scalars(
        select(UserTask).where(UserTask.case_id == case.id, UserTask.state == TaskState.OPEN)
    ).one()


def _writer(session: Session, builder: Builder, row: data.NominationRow, at: datetime) -> Actor:
    """Return who writes for the unit: its clerk, or its head where it has none."""
    today = day_in_vietnam(at)
    unit_id = builder.units[row.unit]
    clerks = [] if row.by_head else eligible_people(session, Role.UNIT_CLERK, unit_id, today)
    heads = eligible_people(session, Role.UNIT_HEAD, unit_id, today)
    return actor_for(session, [*clerks, *heads][0].id, None, today)


def _reviewer(
    session: Session, case: Case, task: UserTask, at: datetime, *, deputies_first: bool
) -> Actor:
    """Return who does ``task``: the head if the head may, else a deputy, or the reverse."""
    today = day_in_vietnam(at)
    matter = matter_of(session, case, task)
    actors = [
        actor_for(session, person.id, None, today)
        for person in eligible_people(session, task.role, task.unit_id, today)
    ]
    actors.sort(key=lambda actor: _is_deputy(actor, task) is not deputies_first)
    return next(actor for actor in actors if may(actor, "task.review", matter))


def _is_deputy(actor: Actor, task: UserTask) -> bool:
    return any(
        grant.title.startswith("Phó ") and grant.role is task.role for grant in actor.grants
    )
