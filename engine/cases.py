"""Commands on cases: open one, withdraw one."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import journal, notices
from engine.checks import BindingCheck, bind
from engine.commands import answer_once
from engine.deadlines.alarms import catch_up, open_tasks
from engine.definitions import definitions_of, store_packaged_set
from engine.eligibility import ask_for_case
from engine.errors import (
    AwardNotInRound,
    CaseClosed,
    InvalidSubmission,
    NotFound,
)
from engine.matters import acting_as, lock_case, matter_of, require_on_case
from engine.office import day_in_vietnam
from engine.permissions import Actor, Matter, require
from engine.plans import Plan, plan_of
from engine.process.runner import Instance
from engine.projection import Position, drop_drafts, position_now, project
from engine.rounds import get_round, require_award, require_open
from engine.settings import level_modes
from engine.store.database import take_turn
from engine.store.models import Case, Round, TaskState, Unit, UserTask
from engine.subject_records import find_or_make
from engine.subjects import Subject, identify, sort_key_of
from engine.text import fold
from forms import schema_for
from forms.messages import code
from forms.vocabulary import (
    Award,
    CaseState,
    CheckStage,
    MovementBasis,
    SubjectCategory,
    SubjectKind,
)

__all__ = ["Subject", "open_case", "withdraw_case"]

WITHDRAWAL = "withdrawal"
"""The message that the main diagram waits for until the case has its outcome."""


def open_case(
    session: Session,
    *,
    actor: Actor,
    round_id: int,
    unit_id: int,
    award: Award,
    subject: Subject,
    at: datetime,
    key: str,
    basis: MovementBasis = MovementBasis.OWN,
    category: SubjectCategory | None = None,
    override_reason: str = "",
) -> Case:
    """Open a nomination of ``subject`` by a unit in a round, and start its process.

    References are numbered by year without gaps, so openings wait for each other.

    :param unit_id: the submitting unit: the actor heads it or clerks for it.
    :param award: the highest award that is asked for: how far the case climbs.
    :param basis: the movement under which the achievement is claimed.
    :param category: what an individual does, where the law has standards for it.
    :param override_reason: why the actor goes on against rules that allow it.
    :raises NotPermitted: the actor does not work in that unit.
    :raises NotFound: there is no such round, or the unit is closed.
    :raises RoundNotOpen: ``facts``: ``opens_at``, ``closes_at``.
    :raises AwardNotInRound: ``facts``: ``award``, ``occasion``, ``source``.
    :raises NotEligible: a rule stands against the nomination; ``answer`` says which.
    :raises InvalidSubmission: the subject is unnamed or unknown.
    """
    take_turn(session, "case references")

    def run() -> dict[str, int]:
        require(actor, "case.open", Matter(case_unit_id=unit_id))
        unit = session.get(Unit, unit_id)
        if unit is None or (unit.closed_on and unit.closed_on < day_in_vietnam(at)):
            raise NotFound(f"no open unit {unit_id}")
        round_ = get_round(session, round_id)
        require_open(round_, at)
        plan = plan_of(round_.plan)
        if not override_reason.strip():
            _require_award(round_, plan, award)
        known = identify(session, unit_id, subject)
        _require_kind(plan, known)
        case = _new_case(session, round_, unit, award, known, actor, at)
        case.basis, case.category = basis, category
        case.subject = find_or_make(session, known, unit.name, at)
        check = _check(session, case, override_reason, at)
        if not check.overridden:
            _require_award(round_, plan, award)
        _start(session, case, _routing(session, plan, unit, award), check, actor, at)
        return {"case_id": case.id}

    request = {
        "round_id": round_id,
        "unit_id": unit_id,
        "award": award.value,
        "subject": [
            subject.kind.value,
            subject.name,
            subject.person_id,
            subject.unit_id,
            subject.subject_id,
        ],
        "basis": basis.value,
        "category": category and category.value,
        "override_reason": override_reason,
    }
    answer = answer_once(
        session, key=key, actor=actor, command="open_case", request=request, at=at, run=run
    )
    return session.get_one(Case, answer["case_id"])


def withdraw_case(
    session: Session,
    *,
    case_id: int,
    actor: Actor,
    submission: Mapping[str, Any],
    at: datetime,
    key: str,
) -> Case:
    """Withdraw a nomination, at any moment before it has its outcome; locks the case.

    :param submission: of the form ``withdrawal.v1``: the reason.
    :raises NotFound: there is no such case, or the actor may not see it.
    :raises NotPermitted: the actor does not work in the submitting unit.
    :raises CaseClosed: the case has its outcome.
    :raises InvalidSubmission: there is no reason.
    """
    case = lock_case(session, case_id)
    at = catch_up(session, case, open_tasks(session, case), at)

    def run() -> dict[str, int]:
        require_on_case(session, actor, "case.withdraw", case, matter_of(session, case))
        if case.outcome is not None:
            raise CaseClosed(f"case {case_id} was {case.outcome.value}")
        try:
            answers = schema_for("withdrawal.v1").load(submission)
        except ValidationError as error:
            raise InvalidSubmission(error.messages_dict) from error
        _withdraw(session, case, answers["reason"], actor, at)
        return {"case_id": case.id}

    request = {"case_id": case_id, "submission": dict(submission)}
    answer_once(
        session, key=key, actor=actor, command="withdraw_case", request=request, at=at, run=run
    )
    return case


def _check(session: Session, case: Case, reason: str, at: datetime) -> BindingCheck:
    """Ask the rules about a case that is about to be opened."""
    with session.no_autoflush:
        answer = ask_for_case(session, case, at=at, stage=CheckStage.OPENED, content={})
    return bind(session, None, CheckStage.OPENED, answer, reason)


def _require_award(round_: Round, plan: Plan, award: Award) -> None:
    require_award(plan, round_.occasion, award)
    if award.value not in round_.awards:
        raise AwardNotInRound(
            f"round {round_.id} does not take {award.value}",
            award=award,
            occasion=round_.occasion,
            source=plan.source_of(round_.occasion),
        )


def _require_kind(plan: Plan, subject: Subject) -> None:
    if subject.kind not in plan.subject_kinds:
        raise InvalidSubmission({"subject_kind": [code("not_in_list", subject.kind.vi)]})


def _new_case(
    session: Session,
    round_: Round,
    unit: Unit,
    award: Award,
    subject: Subject,
    actor: Actor,
    at: datetime,
) -> Case:
    return Case(
        reference=_next_reference(session, day_in_vietnam(at).year),
        round=round_,
        round_id=round_.id,
        unit=unit,
        unit_id=unit.id,
        award=award,
        subject_kind=subject.kind,
        subject_name=subject.name,
        folded_subject=fold(subject.name),
        subject_sort_key=sort_key_of(subject),
        subject_person_id=subject.person_id,
        subject_unit_id=subject.unit_id,
        diagram_set_id=store_packaged_set(session, at),
        version=0,
        next_seq=1,
        state=CaseState.DRAFT,
        returns=0,
        waiting_since=at,
        opened_by_id=actor.person_id,
        opened_at=at,
    )


def case_named(session: Session, reference: str) -> Case:
    """Return a case by its reference, for who operates the system.

    :raises NotFound: there is none.
    """
    case = session.scalar(select(Case).where(Case.reference == reference))
    if case is None:
        raise NotFound(f"there is no case {reference}")
    return case


def _next_reference(session: Session, year: int) -> str:
    """Return the next reference of ``year``; the caller has the turn."""
    prefix = f"HS-{year}-"
    last = session.scalar(
        select(Case.reference)
        .where(Case.reference.like(f"{prefix}%"))
        .order_by(func.length(Case.reference).desc(), Case.reference.desc())
        .limit(1)
    )
    number = 1 if last is None else int(last.removeprefix(prefix)) + 1
    return f"{prefix}{number:04d}"


def _routing(session: Session, plan: Plan, unit: Unit, award: Award) -> dict[str, Any]:
    """Return the variables with which the process starts: what its gateways ask."""
    modes = level_modes(session, plan)
    return {
        "award": award.value,
        "unit_may_issue": bool(unit.issuing_basis),
        **{f"mode_{level.value}": mode.value for level, mode in modes.items()},
    }


def _start(
    session: Session,
    case: Case,
    routing: dict[str, Any],
    check: BindingCheck,
    actor: Actor,
    at: datetime,
) -> None:
    """Start the process of a new case and write both, the journal right after the case."""
    definitions = definitions_of(session, case.diagram_set_id)
    nothing_chosen = {"outcome": "", "return_to": ""}
    instance = Instance.start(definitions, routing | nothing_chosen, {}, at=at)
    deciding = instance.variables()["deciding_level"]
    case.routing = {**routing, "deciding_level": deciding}
    case.snapshot = instance.snapshot()
    session.add(case)
    session.flush()
    result = project(
        session, case, instance, open_tasks=[], chosen=None, written_by_id=None, at=at
    )
    role, unit_id = acting_as(actor, case, None)
    journal.append_to_case(
        session,
        case,
        action="case.opened",
        actor=actor,
        at=at,
        role=role,
        unit_id=unit_id,
        detail={
            "reference": case.reference,
            "award": case.award.value,
            "round_id": case.round_id,
            "unit_id": case.unit_id,
            "basis": case.basis.value,
            "category": case.category and case.category.value,
            "subject_kind": case.subject_kind.value,
            "subject_person_id": case.subject_person_id,
            "subject_unit_id": case.subject_unit_id,
            "subject_name": case.subject_name,
            "routing": case.routing,
            "diagrams": case.diagram_set_id,
            "passed": instance.passed,
            "new": result.position.codes,
            "check": check.detail,
            **({"override_reason": check.reason} if check.reason else {}),
        },
    )
    check.save(session, case, None, actor, at)
    result.save(session, case, at)


def redo_opening(
    session: Session,
    case_id: int,
    detail: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    restore: Callable[[], None],
) -> None:
    """Open a nomination again that was opened before, as its journal entry says.

    For :mod:`engine.journal.roll_forward` alone.

    :param detail: of the entry, with its words.
    :param restore: writes the journal entry of then.
    """
    unit = session.get_one(Unit, detail["unit_id"])
    subject = Subject(
        SubjectKind(detail["subject_kind"]),
        detail["subject_name"],
        detail["subject_person_id"],
        detail["subject_unit_id"],
    )
    round_ = session.get_one(Round, detail["round_id"])
    case = _new_case(session, round_, unit, Award(detail["award"]), subject, actor, at)
    case.id, case.reference = case_id, detail["reference"]
    case.diagram_set_id = detail["diagrams"]
    case.basis = MovementBasis(detail["basis"])
    case.category = SubjectCategory(detail["category"]) if detail["category"] else None
    case.subject = find_or_make(session, subject, unit.name, at)
    routing = {k: v for k, v in detail["routing"].items() if k != "deciding_level"}
    definitions = definitions_of(session, case.diagram_set_id)
    nothing_chosen = {"outcome": "", "return_to": ""}
    instance = Instance.start(definitions, routing | nothing_chosen, {}, at=at)
    case.routing, case.snapshot = dict(detail["routing"]), instance.snapshot()
    session.add(case)
    session.flush()
    result = project(
        session, case, instance, open_tasks=[], chosen=None, written_by_id=None, at=at
    )
    restore()
    result.save(session, case, at)


def redo_withdrawal(
    session: Session, case: Case, actor: Actor, at: datetime, restore: Callable[[], None]
) -> None:
    """Withdraw a nomination again; see :func:`redo_opening`."""
    _withdraw(session, case, "", actor, at, restore)


def _withdraw(
    session: Session,
    case: Case,
    reason: str,
    actor: Actor,
    at: datetime,
    restore: Callable[[], None] | None = None,
) -> None:
    instance = Instance.restore(definitions_of(session, case.diagram_set_id), case.snapshot, {})
    instance.send(WITHDRAWAL, at=at)
    open_tasks = list(
        session.scalars(
            select(UserTask).where(
                UserTask.case_id == case.id, UserTask.state == TaskState.OPEN
            )
        )
    )
    result = project(
        session,
        case,
        instance,
        open_tasks=open_tasks,
        chosen=None,
        written_by_id=None,
        at=at,
    )
    if restore is not None:
        restore()
    else:
        _append_withdrawal(session, case, reason, instance, result.position, actor, at)
    result.save(session, case, at)
    drop_drafts(session, open_tasks)
    notices.settle(session, [task.id for task in open_tasks], at)


def _append_withdrawal(
    session: Session,
    case: Case,
    reason: str,
    instance: Instance,
    position: Position,
    actor: Actor,
    at: datetime,
) -> None:
    role, unit_id = acting_as(actor, case, None)
    journal.append_to_case(
        session,
        case,
        action="case.withdrawn",
        actor=actor,
        at=at,
        role=role,
        unit_id=unit_id,
        detail={
            "reason": reason,
            "diagrams": case.diagram_set_id,
            "passed": instance.passed,
            "old": position_now(case).codes,
            "new": position.codes,
        },
    )
