"""What the pages of a task show: the task, its case, its dossier, what was said before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from engine.council.agenda import find_pending
from engine.definitions import definitions_of
from engine.delegated_acts import may_choose
from engine.dossiers import current_version, find_draft, list_evidence
from engine.errors import NotFound, TaskNotOpen
from engine.form_context import ADVICE, find_advice, nomination_context, review_context
from engine.matters import is_draft, require_at_task
from engine.office import day_in_vietnam
from engine.outcomes import offered_outcomes, return_targets
from engine.permissions import Actor, DelegatedGrant
from engine.plans import Period, plan_of
from engine.process.labels import TaskLabel, task_label
from engine.queries.behalf import Behalf
from engine.store.models import (
    Attachment,
    Case,
    Delegation,
    Person,
    Review,
    Round,
    TaskState,
    Unit,
    UserTask,
)
from forms.definition import FormContext
from forms.vocabulary import (
    Award,
    CaseState,
    DossierPart,
    ItemState,
    Level,
    Outcome,
    ReturnItem,
    ReturnTarget,
    Role,
    SubjectKind,
)


@dataclass(frozen=True)
class ShownFile:
    """A file of a case."""

    id: int
    name: str
    size: int
    """In bytes."""
    sha256: str
    added_at: datetime


@dataclass(frozen=True)
class ShownReview:
    """What one person decided at one task, and as whom."""

    label: TaskLabel
    level: Level | None
    outcome: Outcome
    return_to: ReturnTarget | None
    form: str
    answers: Mapping[str, Any]
    person_name: str
    role: Role
    unit_name: str
    reviewed_at: datetime
    is_advice: bool = False
    behalf: Behalf | None = None
    """For whom the person acted under a delegation; none: they hold the role."""

    @property
    def items(self) -> tuple[ReturnItem, ...]:
        """The ticks of a return."""
        known = {item.value: item for item in ReturnItem}
        return tuple(known[one] for one in self.answers.get("items", ()) if one in known)

    @property
    def papers(self) -> tuple[DossierPart, ...]:
        """The papers that a return asks for."""
        known = {part.value: part for part in DossierPart}
        return tuple(known[one] for one in self.answers.get("papers") or () if one in known)

    @property
    def due_on(self) -> date | None:
        """The last day for them, in Vietnam."""
        day = self.answers.get("due_on")
        return date.fromisoformat(day) if day else None

    @property
    def reason(self) -> str:
        """Why, where the form asked."""
        return str(self.answers.get("reason", ""))


@dataclass(frozen=True)
class ShownDossier:
    """The last submitted version of a nomination."""

    number: int
    form: str
    content: Mapping[str, Any]
    content_hash: str
    submitted_by: str
    submitted_at: datetime


@dataclass(frozen=True)
class AgendaPlace:
    """The session of a council that is to decide a task."""

    session_id: int
    name: str
    meets_at: datetime
    is_free: bool
    """Not voted on yet: the task may still be returned or put on hold."""


@dataclass(frozen=True)
class TaskPage:
    """A task that the actor may do now, with all that its pages show."""

    id: str
    label: TaskLabel
    is_draft: bool
    form: str
    level: Level | None
    role: Role
    unit_name: str
    opened_at: datetime
    due_at: datetime | None
    superior_role: Role | None
    superior_unit_name: str
    """With the role: who was told that it is overdue."""
    outcomes: tuple[Outcome, ...]
    case_id: int
    reference: str
    state: CaseState
    award: Award
    subject_kind: SubjectKind
    subject_name: str
    case_unit_name: str
    round_name: str
    round_closes_at: datetime
    dossier: ShownDossier | None
    evidence: tuple[ShownFile, ...]
    own_files: tuple[ShownFile, ...]
    """Files added at this task: the evidence of a draft, the scan of a decision."""
    reviews: tuple[ShownReview, ...]
    """What was decided so far, the oldest first."""
    about: FormContext
    """What the nomination form must know."""
    period: Period
    """Of the plan: an achievement outside it is worth a warning."""
    agenda: AgendaPlace | None = None
    """The session whose agenda has it; none: it is done here."""
    delegation: DelegatedGrant | None = None
    """Under which the reader may do it; none: they hold the role."""

    @property
    def last_return(self) -> ShownReview | None:
        """The return that brought the nomination back here, if one did."""
        if self.state is not CaseState.RETURNED or not self.reviews:
            return None
        last = self.reviews[-1]
        return last if last.outcome is Outcome.RETURN else None

    @property
    def advice(self) -> ShownReview | None:
        """What the council advised before this task."""
        return next((one for one in reversed(self.reviews) if one.is_advice), None)


@dataclass(frozen=True)
class SavedDraft:
    """What was typed and saved, by whom and when."""

    typed: Mapping[str, Any]
    version: int
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True)
class NextStep:
    """Who has a nomination next, and for what."""

    label: TaskLabel
    role: Role
    unit_name: str


@dataclass(frozen=True)
class Receipt:
    """What a person reads who has just submitted a nomination."""

    reference: str
    subject_name: str
    award: Award
    next_steps: tuple[NextStep, ...]


def get_task_page(session: Session, actor: Actor, task_id: str) -> TaskPage:
    """Return what the pages of an open task show to ``actor``, who may do it.

    :raises NotFound: there is no such task, or the actor may not see its case.
    :raises NotPermitted: the actor may see the case, but not do the task.
    :raises TaskNotOpen: it is over; ``facts``: ``reference``.
    """
    case, task, under = _require(session, actor, task_id)
    advice = find_advice(session, case, task)
    return TaskPage(
        id=task.id,
        label=_label(session, case, task.diagram, task.element_id),
        is_draft=is_draft(task),
        form=task.form,
        level=task.level,
        role=task.role,
        unit_name=task.unit.name,
        opened_at=task.opened_at,
        due_at=task.due_at,
        superior_role=task.escalated_role,
        superior_unit_name=_name_of_unit(session, task.escalated_unit_id),
        outcomes=tuple(
            one for one in offered_outcomes(session, task, case) if may_choose(under, task, one)
        ),
        case_id=case.id,
        reference=case.reference,
        state=case.state,
        award=case.award,
        subject_kind=case.subject_kind,
        subject_name=case.subject_name,
        case_unit_name=case.unit.name,
        round_name=case.round.name,
        round_closes_at=case.round.closes_at,
        dossier=_dossier(session, case),
        evidence=tuple(_file(one) for one in list_evidence(session, case.id)),
        own_files=_own_files(session, task),
        reviews=list_reviews(session, case.id, case.diagram_set_id, advice),
        about=nomination_context(case),
        period=plan_of(case.round.plan).period,
        agenda=_agenda(session, task),
        delegation=under,
    )


def _name_of_unit(session: Session, unit_id: int | None) -> str:
    return "" if unit_id is None else session.get_one(Unit, unit_id).name


def get_review_context(
    session: Session, actor: Actor, task_id: str, outcome: Outcome, at: datetime
) -> FormContext:
    """Return what the form of ``outcome`` at an open review must know.

    :raises NotFound, NotPermitted, TaskNotOpen: see :func:`get_task_page`.
    """
    case, task, _under = _require(session, actor, task_id)
    targets = return_targets(session, task, case) if outcome is Outcome.RETURN else ()
    return review_context(
        session, case, task, outcome, targets=targets, today=day_in_vietnam(at)
    )


def find_saved_draft(
    session: Session, actor: Actor, task_id: str, form: str
) -> SavedDraft | None:
    """Return what was typed into ``form`` of a task and saved, with who saved it when.

    Call it for a task that the actor may do: see :func:`get_task_page`.
    """
    draft = find_draft(session, task_id, actor, form)
    if draft is None:
        return None
    saved_by = session.get_one(Person, draft.saved_by_id)
    return SavedDraft(draft.content, draft.version, saved_by.full_name, draft.saved_at)


def get_receipt(session: Session, actor: Actor, task_id: str) -> Receipt:
    """Return what came of a nomination that ``actor`` submitted at ``task_id``.

    :raises NotFound: they submitted none there.
    """
    case = session.scalar(
        select(Case)
        .join(Case.tasks)
        .where(
            UserTask.id == task_id,
            UserTask.completed_by_id == actor.person_id,
            UserTask.outcome == Outcome.SUBMIT,
        )
    )
    if case is None:
        raise NotFound(f"person {actor.person_id} submitted nothing at task {task_id}")
    waiting = session.scalars(
        select(UserTask)
        .where(UserTask.case_id == case.id, UserTask.state == TaskState.OPEN)
        .options(joinedload(UserTask.unit))
        .order_by(UserTask.id)
    )
    return Receipt(
        reference=case.reference,
        subject_name=case.subject_name,
        award=case.award,
        next_steps=tuple(
            NextStep(
                _label(session, case, one.diagram, one.element_id), one.role, one.unit.name
            )
            for one in waiting
        ),
    )


def _require(
    session: Session, actor: Actor, task_id: str
) -> tuple[Case, UserTask, DelegatedGrant | None]:
    task = session.scalar(
        select(UserTask)
        .where(UserTask.id == task_id)
        .options(
            joinedload(UserTask.unit),
            joinedload(UserTask.case).joinedload(Case.unit),
            joinedload(UserTask.case).joinedload(Case.round).joinedload(Round.plan),
        )
    )
    if task is None:
        raise NotFound(f"no task {task_id}")
    under = require_at_task(session, actor, task.case, task)
    if task.state is not TaskState.OPEN:
        raise TaskNotOpen(
            f"task {task_id} is {task.state.value}", reference=task.case.reference
        )
    return task.case, task, under


def _agenda(session: Session, task: UserTask) -> AgendaPlace | None:
    found = find_pending(session, task.id) if task.form == ADVICE else None
    if found is None:
        return None
    item, name = found
    meets_at = item.session.meets_at
    return AgendaPlace(item.session_id, name, meets_at, item.state is ItemState.WAITING)


def _label(session: Session, case: Case, diagram: str, element_id: str) -> TaskLabel:
    return task_label(definitions_of(session, case.diagram_set_id), diagram, element_id)


def _dossier(session: Session, case: Case) -> ShownDossier | None:
    version = current_version(session, case.id)
    if version is None:
        return None
    return ShownDossier(
        number=version.number,
        form=version.form,
        content=version.content,
        content_hash=version.content_hash,
        submitted_by=session.get_one(Person, version.submitted_by_id).full_name,
        submitted_at=version.submitted_at,
    )


def _own_files(session: Session, task: UserTask) -> tuple[ShownFile, ...]:
    files = session.scalars(
        select(Attachment)
        .where(Attachment.task_id == task.id, Attachment.removed_at.is_(None))
        .options(joinedload(Attachment.file))
        .order_by(Attachment.id)
    )
    return tuple(_file(one) for one in files)


def _file(attachment: Attachment) -> ShownFile:
    return ShownFile(
        attachment.id,
        attachment.name,
        attachment.file.size,
        attachment.sha256,
        attachment.added_at,
    )


def list_reviews(
    session: Session, case_id: int, diagram_set_id: str, advice: Review | None = None
) -> tuple[ShownReview, ...]:
    """Return what was decided at a case so far, the oldest first, in one query.

    :param advice: of the council: the one marked as such.
    """
    definitions = definitions_of(session, diagram_set_id)
    giver = aliased(Person)
    rows = session.execute(
        select(
            Review, Person.full_name, Unit.name, UserTask.diagram, Delegation, giver.full_name
        )
        .join(Person, Review.reviewed_by_id == Person.id)
        .join(Unit, Review.unit_id == Unit.id)
        .join(UserTask, Review.task_id == UserTask.id)
        .outerjoin(Delegation, Review.delegation_id == Delegation.id)
        .outerjoin(giver, Delegation.giver_id == giver.id)
        .where(Review.case_id == case_id)
        .order_by(Review.id)
    )
    return tuple(
        ShownReview(
            label=task_label(definitions, diagram, review.element_id),
            level=review.level,
            outcome=review.outcome,
            return_to=review.return_to,
            form=review.form,
            answers=review.answers,
            person_name=person_name,
            role=review.role,
            unit_name=unit_name,
            reviewed_at=review.reviewed_at,
            is_advice=advice is not None and review.id == advice.id,
            behalf=_behalf(under, giver_name),
        )
        for review, person_name, unit_name, diagram, under, giver_name in rows
    )


def _behalf(under: Delegation | None, giver_name: str) -> Behalf | None:
    if under is None:
        return None
    return Behalf(giver_name, under.paper_number, under.paper_dated_on)
