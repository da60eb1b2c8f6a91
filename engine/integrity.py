"""What must always hold of a case: checked after tests, and by ``thidua db check``."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from engine.definitions import definitions_of
from engine.delegation_checks import check_delegated
from engine.errors import EngineError
from engine.journal import stream_of
from engine.process.runner import Instance, Standing
from engine.rules.model import hash_of
from engine.rules.stored import read_findings
from engine.store.models import (
    Case,
    Check,
    Decision,
    DossierVersion,
    JournalEntry,
    Paper,
    Review,
    TaskState,
    UserTask,
)
from forms.vocabulary import CaseOutcome, Outcome


def check_case(session: Session, case_id: int) -> list[str]:
    """Return what is wrong with a case, one line each; an empty list: nothing.

    Compares the process instance, which is the truth, with the rows that follow from it,
    and those with each other. Reads only.
    """
    case = session.get(Case, case_id, options=[undefer(Case.snapshot)], populate_existing=True)
    if case is None:
        return [f"case {case_id}: there is no such case"]
    problems = [
        *_check_standing(session, case),
        *_check_journal(session, case),
        *_check_dossier(session, case),
        *_check_reviews(session, case),
        *_check_decision(session, case),
        *_check_answers(session, case),
        *check_delegated(session, case),
    ]
    return [f"case {case_id}: {problem}" for problem in problems]


def check_all(session: Session) -> Iterator[list[str]]:
    """Yield for each case, oldest first, what :func:`check_case` says of it."""
    for case_id in session.scalars(select(Case.id).order_by(Case.id)).all():
        yield check_case(session, case_id)
        session.expunge_all()  # there may be more cases than memory


def _check_standing(session: Session, case: Case) -> Iterator[str]:
    """The rows of the open tasks are those for which the instance waits."""
    try:
        definitions = definitions_of(session, case.diagram_set_id)
        standing = Instance.restore(definitions, case.snapshot, {}).standing()
    except EngineError as error:
        yield f"the snapshot cannot be restored: {error}"
        return
    rows = {
        (task.id, task.diagram, task.element_id, task.form, tuple(task.outcomes))
        for task in _tasks(session, case, TaskState.OPEN)
    }
    waiting = {
        (task.id, task.diagram, task.element_id, task.form, task.outcomes)
        for task in standing.tasks
    }
    if rows != waiting:
        yield f"open tasks are {sorted(rows)}, the instance waits for {sorted(waiting)}"
    if case.next_due_at != standing.due_at:
        yield f"next_due_at is {case.next_due_at}, expected {standing.due_at}"
    yield from _check_outcome(case, standing)


def _check_outcome(case: Case, standing: Standing) -> Iterator[str]:
    """A case is closed if and only if its instance ended, and as it ended."""
    outcome = None if case.outcome is None else case.outcome.value
    if outcome != standing.ended:
        yield f"outcome is {outcome}, the instance ended at {standing.ended}"
    if case.outcome is not None and case.state.value != case.outcome.value:
        yield f"state is {case.state.value} with the outcome {case.outcome.value}"
    if not standing.tasks and standing.due_at is None and standing.ended is None:
        yield "nothing waits, and it has no outcome"
    levels = {task.level for task in standing.tasks}
    if case.outcome is None and (case.level and case.level.value) not in levels:
        yield f"level is {case.level}, expected one of {levels}"


def _check_journal(session: Session, case: Case) -> Iterator[str]:
    """Entries are numbered 1, 2, 3, …; each command wrote one and raised the version."""
    seqs = list(
        session.scalars(
            select(JournalEntry.seq)
            .where(JournalEntry.stream == stream_of(case.id))
            .order_by(JournalEntry.seq)
        )
    )
    if seqs != list(range(1, len(seqs) + 1)):
        yield f"journal entries are numbered {seqs}"
    if case.next_seq != len(seqs) + 1:
        yield f"next_seq is {case.next_seq} after {len(seqs)} journal entries"
    if case.version != len(seqs):
        yield f"version is {case.version} after {len(seqs)} journal entries"


def _check_dossier(session: Session, case: Case) -> Iterator[str]:
    """Versions are numbered 1, 2, 3, …; one for each completed draft."""
    versions = list(
        session.scalars(
            select(DossierVersion)
            .where(DossierVersion.case_id == case.id)
            .order_by(DossierVersion.number)
        )
    )
    numbers = [version.number for version in versions]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"dossier versions are numbered {numbers}"
    drafts = [
        task
        for task in _tasks(session, case, TaskState.COMPLETED)
        if task.outcome is Outcome.SUBMIT
    ]
    if len(drafts) != len(versions):
        yield f"{len(drafts)} drafts were submitted, {len(versions)} versions are there"
    first = versions[0].submitted_at if versions else None
    if case.submitted_at != first:
        yield f"submitted_at is {case.submitted_at}, expected {first}"


def _check_reviews(session: Session, case: Case) -> Iterator[str]:
    """Each completed task but a draft has its review, with the same outcome."""
    chosen = select(Review.task_id, Review.outcome, Review.reviewed_by_id)
    reviews = {
        (row.task_id, row.outcome, row.reviewed_by_id)
        for row in session.execute(chosen.where(Review.case_id == case.id))
    }
    done = {
        (task.id, task.outcome, task.completed_by_id)
        for task in _tasks(session, case, TaskState.COMPLETED)
        if task.outcome is not Outcome.SUBMIT
    }
    if reviews != done:
        yield f"reviews are {sorted(map(str, reviews))}, tasks {sorted(map(str, done))}"
    returns = sum(1 for _, outcome, _ in reviews if outcome is Outcome.RETURN)
    if case.returns != returns:
        yield f"returns is {case.returns}, expected {returns}"


def _check_decision(session: Session, case: Case) -> Iterator[str]:
    """An awarded case has its decision, any other none; papers have their hashes."""
    decisions = session.scalar(
        select(func.count()).select_from(Decision).where(Decision.case_id == case.id)
    )
    expected = 1 if case.outcome is CaseOutcome.AWARDED else 0
    if decisions != expected:
        yield f"{decisions} decisions with the outcome {case.outcome}"
    for paper in session.scalars(
        select(Paper).where(Paper.case_id == case.id).options(undefer(Paper.content))
    ):
        if hashlib.sha256(paper.content).hexdigest() != paper.sha256:
            yield f"paper {paper.kind} has other bytes than its hash"


def _check_answers(session: Session, case: Case) -> Iterator[str]:
    """What the rules said is what was hashed, and can be read in its own law book."""
    for check in session.scalars(
        select(Check).where(Check.case_id == case.id).order_by(Check.id)
    ):
        if hash_of(check.findings) != check.answer_hash:
            yield f"check {check.id} has other findings than its hash"
        try:
            read_findings(session, check)
        except (EngineError, KeyError) as error:
            yield f"check {check.id} cannot be read: {error!r}"


def _tasks(session: Session, case: Case, state: TaskState) -> list[UserTask]:
    return list(
        session.scalars(
            select(UserTask)
            .where(UserTask.case_id == case.id, UserTask.state == state)
            .execution_options(populate_existing=True)
        )
    )
