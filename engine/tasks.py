"""The command that moves a nomination on: a person completes a task of theirs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import journal, notices
from engine.assignment import require_free
from engine.checks import BindingCheck, check_step
from engine.commands import answer_once
from engine.council.agenda import require_free_of_agenda
from engine.deadlines.alarms import catch_up
from engine.decisions import Issuing
from engine.definitions import definitions_of
from engine.delegated_acts import facts_of, find_delegation, may_choose
from engine.dossiers import (
    CurrentDossier,
    hash_dossier,
    list_evidence,
)
from engine.errors import ContentChanged, InvalidSubmission, TaskNotOpen, TooManyReturns
from engine.form_context import nomination_context, require_after_session, review_context
from engine.matters import (
    acting_as,
    is_draft,
    lock_task,
    require_on_case,
    review_matter,
)
from engine.office import day_in_vietnam
from engine.outcomes import earlier_stops, offered_outcomes, outcomes_of, return_targets
from engine.outgoing.listing import require_free_of_papers
from engine.permissions import Actor, DelegatedGrant
from engine.process import known_steps
from engine.projection import Position, drop_drafts, position_now, project
from engine.register import enter_from_decision
from engine.rounds import find_next_round, require_open
from engine.settings import max_returns
from engine.store.models import Case, Decision, DossierVersion, Review, TaskState, UserTask
from engine.store.prepared import Prepared
from engine.store.rows import write_changes
from engine.subjects import rename
from engine.supplements import answer_requests, put_request
from engine.surroundings import Surroundings, load_surroundings
from forms import form_key_for, schema_for
from forms.definition import FormContext
from forms.messages import code
from forms.vocabulary import Outcome, ReturnTarget

__all__ = ["complete_task", "offered_outcomes", "return_targets"]


@dataclass
class _Step:
    """One person's step on a locked case, from what was read to what will be written."""

    session: Session
    actor: Actor
    case: Case
    task: UserTask
    waiting: list[UserTask]
    outcome: Outcome
    at: datetime
    dossier: CurrentDossier | None = None
    surroundings: Surroundings | None = None
    """What was read around the case; with it came its unit, round, plan and subject."""
    form: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    """As the schema dumps them: JSON values."""
    content_hash: str = ""
    """Of the dossier that the step submits or decides on."""
    evidence: list[str] = field(default_factory=list)
    """SHA-256 of each file that a submission encloses."""
    check: BindingCheck | None = None
    """What the rules said; none where the nomination resumes."""
    next_round_id: int | None = None
    """Round to which a nomination moves that resumes after its own has closed."""
    outgoing_id: int | None = None
    """Paper of the decision that is issued with this step."""
    delegation: DelegatedGrant | None = None
    """Under which the actor acts for who holds the role; none: they hold it."""
    restore: Callable[[], None] | None = None
    """Writes the journal entry that the step had; none: it is done for the first time."""

    @property
    def return_to(self) -> str:
        """Value of the place that a return goes to; empty for any other outcome."""
        return str(self.answers["return_to"]) if self.outcome is Outcome.RETURN else ""


def complete_task(
    session: Session,
    *,
    task_id: str,
    actor: Actor,
    outcome: Outcome,
    submission: Mapping[str, Any],
    content_hash: str | None,
    at: datetime,
    key: str,
    override_reason: str = "",
    outgoing_id: int | None = None,
) -> Case:
    """Complete a task with what its person decided, and run its case on.

    The case is locked until the transaction ends: of several people who complete a task
    at one moment the first succeeds, the others get ``TaskNotOpen``.

    :param submission: of the form that ``forms.form_key_for`` names, nested, unchecked.
    :param content_hash: of the dossier that the person has read. At the draft it may be
        left out; else it is that of the submission with its files, as the page showed it.
    :param override_reason: why the actor goes on against rules that allow it.
    :param outgoing_id: the numbered paper that is issued with this decision.
    :raises NotFound: there is no such task, or the actor may not see its case.
    :raises NotPermitted: the actor may not do the task.
    :raises TaskNotOpen: it is no longer waiting.
    :raises NotEligible: a rule stands against sending the nomination on.
    :raises TooManyReturns: ``facts``: ``returns``, ``limit``.
    :raises ContentChanged: the dossier is no longer what the person has read.
    :raises RoundNotOpen: a first submission outside the round's time.
    :raises InvalidSubmission: the outcome is not offered, or the form is not right.
    :raises NumberTaken: the authority gave this decision number to another case.
    :raises TaskTaken: somebody else works on it; ``facts``: ``name``.
    :raises OnAgenda: a session of the council is to decide it; ``facts``: ``name``.
    :raises OnOutgoingPaper: it stands on the draft of a decision that was checked.
    """
    case, task, waiting = lock_task(session, task_id)
    at = catch_up(session, case, waiting, at)
    step = _Step(session, actor, case, task, waiting, outcome, at, outgoing_id=outgoing_id)
    request = {
        "task_id": task_id,
        "outcome": outcome.value,
        "submission": dict(submission),
        "content_hash": content_hash,
        "override_reason": override_reason,
        "outgoing_id": outgoing_id,
    }
    answer_once(
        session,
        key=key,
        actor=actor,
        command="complete_task",
        request=request,
        at=at,
        run=lambda: _complete(step, submission, content_hash, override_reason),
    )
    return case


def redo_task(
    session: Session,
    *,
    case: Case,
    element: str,
    actor: Actor,
    outcome: Outcome,
    answers: Mapping[str, Any],
    evidence: Sequence[str],
    at: datetime,
    next_round_id: int | None,
    restore: Callable[[], None],
) -> UserTask:
    """Do a step again that was done before, as its journal entry says; ask nothing.

    For :mod:`engine.journal.roll_forward` alone. The papers of a decision are not made again.

    :param answers: as they were checked and dumped then.
    :param restore: writes the journal entry of then.
    :return: the task.
    :raises TaskNotOpen: no task of the case waits at ``element``.
    """
    waiting = list(
        session.scalars(
            select(UserTask).where(
                UserTask.case_id == case.id, UserTask.state == TaskState.OPEN
            )
        )
    )
    task = next((one for one in waiting if one.element_id == element), None)
    if task is None:
        raise TaskNotOpen(f"nothing waits at {element} of case {case.id}")
    step = _Step(session, actor, case, task, waiting, outcome, at, restore=restore)
    step.surroundings = load_surroundings(session, case)
    step.dossier = step.surroundings.dossier
    step.form = form_key_for(task.form, outcome)
    step.answers, step.evidence = dict(answers), list(evidence)
    step.next_round_id = next_round_id
    if is_draft(task):
        rename(session, case, step.answers["subject_name"], at)
    _run_on(step)
    return task


def _complete(
    step: _Step,
    submission: Mapping[str, Any],
    content_hash: str | None,
    override_reason: str,
) -> dict[str, int]:
    """Check, then run on and write; return the answer that the key remembers."""
    step.surroundings = load_surroundings(step.session, step.case)
    step.dossier = step.surroundings.dossier
    _require_allowed(step)
    _require_unchanged(step, submission, content_hash)
    step.form = form_key_for(step.task.form, step.outcome)
    step.answers = _check(step, submission)
    if is_draft(step.task):
        with step.session.no_autoflush:
            rename(step.session, step.case, step.answers["subject_name"], step.at)
    step.check = check_step(
        step.session,
        step.case,
        step.task,
        step.outcome,
        step.answers,
        content=step.dossier.content if step.dossier else {},
        override_reason=override_reason,
        at=step.at,
    )
    if step.outcome is Outcome.RESUME:
        step.next_round_id = find_next_round(step.session, step.case, step.at)
    _run_on(step)
    return {"case_id": step.case.id}


def _require_allowed(step: _Step) -> None:
    """Return if the actor may do the task now, with this outcome."""
    case, task = step.case, step.task
    author = None if step.dossier is None else step.dossier.submitted_by_id
    step.delegation = find_delegation(step.session, step.actor, case, task, author, lock=True)
    matter = review_matter(case, task, written_by_id=author, delegation=step.delegation)
    permission = "draft.write" if is_draft(task) else "task.review"
    require_on_case(step.session, step.actor, permission, case, matter)
    if task.state is not TaskState.OPEN:
        raise TaskNotOpen(f"task {task.id} is {task.state.value}", reference=case.reference)
    require_free(step.session, case, task, step.actor, step.at, outgoing_id=step.outgoing_id)
    require_free_of_agenda(step.session, task, step.outcome)
    require_free_of_papers(step.session, task, step.outgoing_id)
    is_offered = step.outcome in outcomes_of(task, case)
    if not is_offered or not may_choose(step.delegation, task, step.outcome):
        raise InvalidSubmission({"outcome": [code("not_in_list", step.outcome.vi)]})
    if step.outcome is Outcome.RETURN:
        limit = max_returns(step.session)
        if case.returns >= limit:
            raise TooManyReturns(
                f"case {case.id} was returned {case.returns} times",
                returns=case.returns,
                limit=limit,
            )
    if is_draft(task) and step.dossier is None:
        require_open(case.round, step.at)


def _require_unchanged(
    step: _Step, submission: Mapping[str, Any], content_hash: str | None
) -> None:
    """Return if what the person read is what stands now; remember its hash."""
    if is_draft(step.task):
        files = list_evidence(step.session, step.case.id)
        step.evidence = sorted(file.sha256 for file in files)
        found = hash_dossier(submission, step.evidence)
        expected = content_hash or found
    else:
        found = step.dossier.content_hash if step.dossier else ""
        expected, step.content_hash = content_hash or "", found
    if found != expected:
        raise ContentChanged(
            f"case {step.case.id} has content {found}, the person read {expected!r}"
        )


def _check(step: _Step, submission: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers in ``submission``, as the schema of the form dumps them."""
    schema = schema_for(step.form, _about(step))
    try:
        answers = schema.load(submission)
        _require_signed_after_submission(step, answers.get("signed_on"))
    except ValidationError as error:
        raise InvalidSubmission(error.messages_dict) from error
    require_after_session(step.session, step.case, step.task, answers.get("signed_on"))
    dumped: dict[str, Any] = schema.dump(answers)
    return dumped


def _about(step: _Step) -> FormContext:
    if is_draft(step.task):
        return replace(nomination_context(step.case), today=day_in_vietnam(step.at))
    return review_context(
        step.session,
        step.case,
        step.task,
        step.outcome,
        targets=earlier_stops(step.task, step.case),
        today=day_in_vietnam(step.at),
    )


def _require_signed_after_submission(step: _Step, signed_on: date | None) -> None:
    submitted_at = step.case.submitted_at
    if signed_on is None or submitted_at is None:
        return
    submitted_on = day_in_vietnam(submitted_at)
    if signed_on < submitted_on:
        message = code(
            "signed_before_submitted", f"{signed_on:%d/%m/%Y}", f"{submitted_on:%d/%m/%Y}"
        )
        raise ValidationError({"signed_on": [message]})


def _run_on(step: _Step) -> None:
    """Run the process on in memory; then write, the journal first."""
    session, case, task = step.session, step.case, step.task
    if is_draft(task):
        step.content_hash = hash_dossier(step.answers, step.evidence)
    issuing = Issuing(session, case, task, step.actor, step.answers, step.at, step.outgoing_id)
    issuing.is_again = step.restore is not None
    definitions = definitions_of(session, case.diagram_set_id)
    answers = {"outcome": step.outcome.value, "return_to": step.return_to}
    moved = known_steps.complete(
        definitions, case.snapshot, issuing.services, task.id, answers, at=step.at
    )
    result = project(
        session,
        case,
        moved,
        open_tasks=[one for one in step.waiting if one is not task],
        chosen=step.outcome,
        written_by_id=_author(step),
        at=step.at,
        due_on=step.answers.get("due_on") if step.answers.get("papers") else None,
    )
    _append(step, moved.passed, result.position, issuing)
    _write_answers(step)
    if step.next_round_id is not None:
        case.round_id = step.next_round_id
    result.save(session, case, step.at)
    issuing.save()
    if issuing.decision is not None:
        _enter_in_register(step, issuing.decision)
    if step.check is not None:
        step.check.save(session, case, task, step.actor, step.at, step.surroundings)
    drop_drafts(session, [task, *result.cancelled])
    if step.restore is None:
        notices.tell_step(
            session,
            case,
            over=[one.id for one in (task, *result.cancelled)],
            opened=result.opened,
            outcome=step.outcome,
            answers=step.answers,
            actor_id=step.actor.person_id,
            written_by_id=_author(step),
            at=step.at,
        )


def _enter_in_register(step: _Step, decision: Decision) -> None:
    """Let the register have the award, with what its dossier says was achieved."""
    content = {} if step.dossier is None else step.dossier.content
    begins, ends = content.get("achieved_from"), content.get("achieved_to")
    enter_from_decision(
        step.session,
        step.case,
        decision,
        content=str(content.get("summary", "")),
        achieved_from=date.fromisoformat(begins) if begins else None,
        achieved_to=date.fromisoformat(ends) if ends else None,
        at=step.at,
    )


def _append(step: _Step, passed: list[str], position: Position, issuing: Issuing) -> None:
    """Write the journal entry: who decided what, on which content, and where it led."""
    if step.restore is not None:
        step.restore()
        return
    role, unit_id = acting_as(step.actor, step.case, step.task)
    detail = {
        "element": step.task.element_id,
        "outcome": step.outcome.value,
        "form": step.form,
        "content_hash": step.content_hash,
        "diagrams": step.case.diagram_set_id,
        "passed": passed,
        "old": position_now(step.case).codes,
        "new": position.codes,
    }
    optional = {
        "return_to": step.return_to,
        "reason": step.answers.get("reason") or step.answers.get("deviation_reason"),
        "papers": step.answers.get("papers"),
        "due_on": step.answers.get("due_on"),
        "departs_from_advice": bool(step.answers.get("deviation_reason")),
        "evidence": step.evidence,
        "check": step.check.detail if step.check else None,
        "override_reason": step.check.reason if step.check else "",
        "answers": step.answers,
        "round": step.next_round_id and [step.case.round_id, step.next_round_id],
        **facts_of(step.delegation),
        **issuing.detail,
    }
    journal.append_to_case(
        step.session,
        step.case,
        action="task.completed",
        actor=step.actor,
        at=step.at,
        role=role,
        unit_id=unit_id,
        task_id=step.task.id,
        detail=detail | {name: value for name, value in optional.items() if value},
    )


def _write_answers(step: _Step) -> None:
    """Write what the person submitted or decided, and that the task is done."""
    task = step.task
    task.state = TaskState.COMPLETED
    task.completed_by_id = step.actor.person_id
    task.completed_at = step.at
    task.outcome = step.outcome
    write_changes(step.session, task)
    if is_draft(task):
        _write_version(step)
    else:
        _write_review(step)
    answer_requests(step.session, step.case, task, step.outcome, step.at)


def _write_version(step: _Step) -> None:
    case = step.case
    if case.submitted_at is None:
        case.submitted_at = step.at
    step.session.add(
        DossierVersion(
            case_id=case.id,
            number=1 if step.dossier is None else step.dossier.number + 1,
            form=step.form,
            content=step.answers,
            content_hash=step.content_hash,
            submitted_by_id=step.actor.person_id,
            submitted_at=step.at,
        )
    )


def _write_review(step: _Step) -> None:
    if step.dossier is None:
        raise ContentChanged(f"case {step.case.id} has no dossier to review")
    if step.outcome is Outcome.RETURN:
        step.case.returns += 1
    row = {
        "case_id": step.case.id,
        "task_id": step.task.id,
        "dossier_version_id": step.dossier.id,
        "element_id": step.task.element_id,
        "level": step.task.level,
        "outcome": step.outcome,
        "return_to": ReturnTarget(step.return_to) if step.return_to else None,
        "form": step.form,
        "answers": step.answers,
        "reviewed_by_id": step.actor.person_id,
        "role": step.task.role,
        "unit_id": step.task.unit_id,
        "reviewed_at": step.at,
        "delegation_id": step.delegation and step.delegation.delegation_id,
    }
    with step.session.no_autoflush:  # case and task are written once, when all is known
        _REVIEW.run(step.session, row)
    put_request(
        step.session, step.task, step.answers, asked_by_id=step.actor.person_id, at=step.at
    )


def _author(step: _Step) -> int | None:
    """Return who wrote the dossier as it is after the step."""
    if is_draft(step.task):
        return step.actor.person_id
    return None if step.dossier is None else step.dossier.submitted_by_id


_REVIEW = Prepared(insert(Review.__table__))  # type: ignore[arg-type]  # a Table, always
