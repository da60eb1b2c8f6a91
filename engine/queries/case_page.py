"""What the pages of a case show: where it stands, its dossier, files, papers, decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from engine.assignment import is_assignable
from engine.bonus import Bonus
from engine.definitions import definitions_of
from engine.errors import NotFound
from engine.form_context import nomination_context
from engine.matters import is_draft
from engine.office import day_in_vietnam
from engine.permissions import Actor, Matter, may
from engine.process.labels import TaskLabel, task_label
from engine.queries.holders import Holder, days_between, list_holders
from engine.queries.task_page import ShownReview, list_reviews
from engine.queries.visibility import is_visible_to, waits_for
from engine.store.models import (
    Attachment,
    Case,
    Decision,
    DossierVersion,
    Paper,
    Person,
    RegisterEntry,
    Round,
    StoredFile,
    TaskState,
    Unit,
    UserTask,
)
from forms.definition import FormContext
from forms.vocabulary import (
    Award,
    CaseState,
    EntrySource,
    EntryState,
    Level,
    Role,
    SubjectKind,
)


@dataclass(frozen=True)
class OpenTask:
    """A task at which a case waits."""

    id: str
    label: TaskLabel
    is_draft: bool
    is_mine: bool
    """Whether the reader may do it."""
    role: Role
    unit_name: str
    holders: tuple[Holder, ...]
    opened_at: datetime
    days: int
    """At this step, on the calendar of Vietnam."""
    due_at: datetime | None
    superior_role: Role | None = None
    superior_unit_name: str = ""
    """With the role: who was told that it is overdue."""
    assignee_name: str = ""
    """Who took it on; empty: nobody."""
    shows_assignment: bool = False
    """Whether the reader may take it on or hand it to somebody."""


@dataclass(frozen=True)
class DecisionFacts:
    """The decision to award."""

    number: str
    signed_on: date
    signer_name: str
    signer_title: str
    level: Level
    authority_name: str
    recorded_from_paper: bool
    kept_bonus: Mapping[str, Any] | None
    authority_unit_id: int
    state: EntryState | None
    """What became of the award, by the register; none: it has no entry there."""
    outgoing_id: int | None
    """The paper of the decision, where it is an outgoing paper of the system."""

    @property
    def bonus(self) -> Bonus | None:
        """The bonus as it was worked out then; none: the system had no rule for it."""
        return None if self.kept_bonus is None else Bonus.from_json(self.kept_bonus)


@dataclass(frozen=True)
class CaseHead:
    """What stands above every page of a case."""

    id: int
    reference: str
    subject_name: str
    subject_kind: SubjectKind
    award: Award
    unit_name: str
    round_name: str
    round_year: int
    state: CaseState
    level: Level | None
    waiting_since: datetime
    opened_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    erased_at: datetime | None
    """When the personal data were erased; none: they were not."""
    returns: int
    tasks: tuple[OpenTask, ...]
    decision: DecisionFacts | None
    may_withdraw: bool
    diagram_set_id: str
    about: FormContext
    """What the nomination form must know."""


@dataclass(frozen=True)
class VersionLine:
    """One submission of the dossier."""

    number: int
    submitted_by: str
    submitted_at: datetime
    content_hash: str


@dataclass(frozen=True)
class ShownVersion:
    """One submission with what it says."""

    line: VersionLine
    form: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class CaseFile:
    """A file that was added to a case, at which step and by whom."""

    id: int
    name: str
    size: int
    """In bytes."""
    sha256: str
    label: TaskLabel
    added_by: str
    added_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True)
class PaperLine:
    """A document that the system made."""

    id: int
    kind: str
    """``decision`` or ``certificate``."""
    sha256: str
    made_at: datetime


@dataclass(frozen=True)
class PaperToRead:
    """A document with its bytes, as they were issued."""

    reference: str
    award: Award
    kind: str
    sha256: str
    content: bytes


def get_case(session: Session, actor: Actor, reference: str, now: datetime) -> CaseHead:
    """Return where a case stands, in four queries; three if it is closed.

    :raises NotFound: there is no such case, or the actor may not see it.
    """
    case = find_case(session, actor, reference)
    tasks = _open_tasks(session, actor, case, now) if case.closed_at is None else ()
    return CaseHead(
        id=case.id,
        reference=case.reference,
        subject_name=case.subject_name,
        subject_kind=case.subject_kind,
        award=case.award,
        unit_name=case.unit.name,
        round_name=case.round.name,
        round_year=case.round.year,
        state=case.state,
        level=case.level,
        waiting_since=case.waiting_since,
        opened_at=case.opened_at,
        submitted_at=case.submitted_at,
        closed_at=case.closed_at,
        erased_at=case.erased_at,
        returns=case.returns,
        tasks=tasks,
        decision=_decision(session, case) if case.state is CaseState.AWARDED else None,
        may_withdraw=case.closed_at is None
        and may(actor, "case.withdraw", Matter(case_unit_id=case.unit_id)),
        diagram_set_id=case.diagram_set_id,
        about=nomination_context(case),
    )


def list_versions(session: Session, case: CaseHead) -> tuple[VersionLine, ...]:
    """Return the submissions of ``case``, the latest first, without their content.

    ``case`` comes from :func:`get_case`, which has asked whether it may be seen; so it
    does in the functions below.
    """
    rows = session.execute(
        select(
            DossierVersion.number,
            Person.full_name,
            DossierVersion.submitted_at,
            DossierVersion.content_hash,
        )
        .join(Person, Person.id == DossierVersion.submitted_by_id)
        .where(DossierVersion.case_id == case.id)
        .order_by(DossierVersion.number.desc())
    )
    return tuple(VersionLine(*row) for row in rows)


def get_version(session: Session, case: CaseHead, line: VersionLine) -> ShownVersion:
    """Return one submission of ``case`` with its content.

    :raises NotFound: there is no such submission.
    """
    version = session.scalar(
        select(DossierVersion).where(
            DossierVersion.case_id == case.id, DossierVersion.number == line.number
        )
    )
    if version is None:
        raise NotFound(f"case {case.id} has no version {line.number}")
    return ShownVersion(line, version.form, version.content)


def list_opinions(session: Session, case: CaseHead) -> tuple[ShownReview, ...]:
    """Return what was decided at ``case`` so far, the oldest first."""
    return list_reviews(session, case.id, case.diagram_set_id)


def list_files(session: Session, case: CaseHead) -> tuple[CaseFile, ...]:
    """Return every file that was added to ``case``, also those taken out since."""
    rows = session.execute(
        select(
            Attachment.id,
            Attachment.name,
            StoredFile.size,
            Attachment.sha256,
            UserTask.diagram,
            UserTask.element_id,
            Person.full_name,
            Attachment.added_at,
            Attachment.removed_at,
        )
        .join(StoredFile, StoredFile.sha256 == Attachment.sha256)
        .join(UserTask, UserTask.id == Attachment.task_id)
        .join(Person, Person.id == Attachment.added_by_id)
        .where(Attachment.case_id == case.id)
        .order_by(Attachment.id)
    )
    definitions = definitions_of(session, case.diagram_set_id)
    return tuple(
        CaseFile(
            id=row.id,
            name=row.name,
            size=row.size,
            sha256=row.sha256,
            label=task_label(definitions, row.diagram, row.element_id),
            added_by=row.full_name,
            added_at=row.added_at,
            removed_at=row.removed_at,
        )
        for row in rows
    )


def list_papers(session: Session, case: CaseHead) -> tuple[PaperLine, ...]:
    """Return the documents that the system made for ``case``."""
    rows = session.execute(
        select(Paper.id, Paper.kind, Paper.sha256, Paper.made_at)
        .where(Paper.case_id == case.id)
        .order_by(Paper.id)
    )
    return tuple(PaperLine(*row) for row in rows)


def get_paper(session: Session, actor: Actor, paper_id: int) -> PaperToRead:
    """Return a document byte for byte as it was issued, in one query.

    :raises NotFound: there is none, or the actor may not see its case.
    """
    row = session.execute(
        select(Case.reference, Case.award, Paper.kind, Paper.sha256, Paper.content)
        .join(Case, Case.id == Paper.case_id)
        .where(Paper.id == paper_id, is_visible_to(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(f"no paper {paper_id} that person {actor.person_id} may see")
    return PaperToRead(*row)


def find_case(session: Session, actor: Actor, reference: str) -> Case:
    """Return a case with its unit, round and plan.

    :raises NotFound: there is no such case, or the actor may not see it.
    """
    case = session.scalar(
        select(Case)
        .where(Case.reference == reference, is_visible_to(actor))
        .options(joinedload(Case.unit), joinedload(Case.round).joinedload(Round.plan))
    )
    if case is None:
        raise NotFound(f"no case {reference} that person {actor.person_id} may see")
    return case


def _open_tasks(
    session: Session, actor: Actor, case: Case, now: datetime
) -> tuple[OpenTask, ...]:
    above = Unit.__table__.alias("above")
    rows = session.execute(
        select(
            UserTask,
            Unit.name,
            waits_for(actor).label("is_mine"),
            above.c.name,
            Person.full_name,
        )
        .join(UserTask.case)
        .join(Unit, Unit.id == UserTask.unit_id)
        .outerjoin(above, above.c.id == UserTask.escalated_unit_id)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .where(UserTask.case_id == case.id, UserTask.state == TaskState.OPEN)
        .order_by(UserTask.opened_at, UserTask.id)
    ).all()
    places = {(task.role, task.unit_id) for task, *_rest in rows}
    holders = list_holders(session, places, day_in_vietnam(now))
    definitions = definitions_of(session, case.diagram_set_id)
    return tuple(
        OpenTask(
            id=task.id,
            label=task_label(definitions, task.diagram, task.element_id),
            is_draft=is_draft(task),
            is_mine=bool(is_mine),
            role=task.role,
            unit_name=unit_name,
            holders=holders.get((task.role, task.unit_id), ()),
            opened_at=task.opened_at,
            days=days_between(task.opened_at, now),
            due_at=task.due_at,
            superior_role=task.escalated_role,
            superior_unit_name=superior_unit_name or "",
            assignee_name=assignee_name or "",
            shows_assignment=_shows_assignment(actor, task, bool(is_mine)),
        )
        for task, unit_name, is_mine, superior_unit_name, assignee_name in rows
    )


def _shows_assignment(actor: Actor, task: UserTask, is_mine: bool) -> bool:
    matter = Matter(task_unit_id=task.unit_id)
    return is_assignable(task) and (is_mine or may(actor, "task.reassign", matter))


def _decision(session: Session, case: Case) -> DecisionFacts | None:
    row = session.execute(
        select(
            Decision.number,
            Decision.signed_on,
            Decision.signer_name,
            Decision.signer_title,
            Decision.level,
            Unit.name,
            Decision.recorded_from_paper,
            Decision.bonus,
            Decision.authority_unit_id,
            RegisterEntry.state,
            Decision.outgoing_id,
        )
        .join(Unit, Unit.id == Decision.authority_unit_id)
        .outerjoin(
            RegisterEntry,
            and_(
                RegisterEntry.case_id == Decision.case_id,
                RegisterEntry.source == EntrySource.CASE,
            ),
        )
        .where(Decision.case_id == case.id)
    ).one_or_none()
    return None if row is None else DecisionFacts(*row)
