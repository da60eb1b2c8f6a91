"""Plans, rounds, cases, their tasks, what was written and decided in them."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.models.base import Base
from engine.store.models.people import Unit
from engine.store.models.subjects import SubjectRow
from forms.vocabulary import (
    Award,
    CaseOutcome,
    CaseState,
    Level,
    MovementBasis,
    Occasion,
    Outcome,
    ReturnTarget,
    Role,
    SubjectCategory,
    SubjectKind,
)


class PlanRow(Base):
    """A plan file as it was loaded; a later edition is another row."""

    __tablename__ = "plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(deferred=True)
    """The YAML text, unchanged; :func:`engine.plans.read_plan` understands it. Long, and
    read once per process: see :func:`engine.plans.plan_of`."""
    loaded_at: Mapped[datetime]


class Round(Base):
    """One call for nominations under a plan: annual, mid-term or final, of a year."""

    __tablename__ = "rounds"
    __table_args__ = (
        # A round closes after it opens.
        CheckConstraint("closes_at > opens_at", "period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    name: Mapped[str]
    occasion: Mapped[Occasion]
    year: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    awards: Mapped[list[str]]
    """Values of :class:`~forms.vocabulary.Award` open in it: a subset of the plan's."""
    reviewed_on: Mapped[date | None]
    """Day of the review (sơ kết, tổng kết), to which the movement's years are counted;
    none: the day on which the round closes."""

    plan: Mapped[PlanRow] = relationship()


class DiagramSet(Base):
    """An immutable set of diagrams and tables, named by the SHA-256 of its files."""

    __tablename__ = "diagram_sets"

    id: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 over names and contents, in hex."""
    stored_at: Mapped[datetime]

    files: Mapped[list["DiagramFile"]] = relationship(order_by="DiagramFile.name")


class DiagramFile(Base):
    """One BPMN or DMN file of a set, byte for byte."""

    __tablename__ = "diagram_files"

    set_id: Mapped[str] = mapped_column(ForeignKey("diagram_sets.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Case(Base):
    """One nomination, from its draft to its outcome: one process instance."""

    __tablename__ = "cases"
    __table_args__ = (
        # A case is closed if and only if it has its outcome.
        CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", "outcome"),
        Index(
            "ix_cases_next_due_at",
            "next_due_at",
            sqlite_where=text("next_due_at IS NOT NULL"),
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
        # With the id, so that PostgreSQL finds a part of a name without the rows.
        Index("ix_cases_folded_subject", "folded_subject", postgresql_include=["id"]),
        Index("ix_cases_state_level", "state", "level"),
        Index(
            "ix_cases_waiting",
            "level",
            "waiting_since",
            "state",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    """What people call it: ``HS-2026-0142``."""
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    """The submitting unit: the one that manages the subject (Art. 83.1)."""
    award: Mapped[Award]
    """The highest award that the nomination asks for: how far it climbs."""
    subject_kind: Mapped[SubjectKind]
    subject_name: Mapped[str]
    folded_subject: Mapped[str]
    subject_sort_key: Mapped[str] = mapped_column(index=True)
    """Sorts subjects the Vietnamese way: people by given name, others as written."""
    subject_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """The individual nominated, where they are a person of the system."""
    subject_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    """The collective or enterprise nominated, where it is a unit of the tree."""
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"), index=True)
    """The record of the subject across rounds, from the opening on; its history is read
    from there. Nullable because SQLite can add no other foreign key to a table."""
    basis: Mapped[MovementBasis] = mapped_column(
        default=MovementBasis.OWN, server_default=MovementBasis.OWN.value
    )
    """Under which movement the achievement is claimed: its years count (Arts. 42–44, 73)."""
    category: Mapped[SubjectCategory | None]
    """What an individual does, where the unit said so."""
    diagram_set_id: Mapped[str] = mapped_column(ForeignKey("diagram_sets.id"))
    routing: Mapped[dict[str, Any]]
    """Task data that the instance started with, and the deciding level: settings of an
    office that change later do not move a case that is on its way."""
    snapshot: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """The process instance without its definitions: :mod:`engine.process.snapshot`."""
    version: Mapped[int] = mapped_column(default=0)
    """Raised by every command: the ``UPDATE`` names the one it read, as a safety net."""
    next_seq: Mapped[int] = mapped_column(default=1)
    """Sequence number of the next journal entry of this case."""
    journal_hash: Mapped[bytes | None]
    """Of the last entry in its journal; none: it has none yet."""
    state: Mapped[CaseState] = mapped_column(default=CaseState.DRAFT)
    level: Mapped[Level | None]
    """Where it waits; none while the unit writes it and when it is closed."""
    waiting_since: Mapped[datetime]
    """When it came to the step where it waits."""
    next_due_at: Mapped[datetime | None]
    """When its earliest timer falls due, in UTC."""
    returns: Mapped[int] = mapped_column(default=0)
    """How often it was returned, by anyone."""
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    """First submission: the day of reception, which chooses the rules."""
    closed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    """When the personal data were erased; none: they were not."""
    outcome: Mapped[CaseOutcome | None]

    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "version_id_generator": False,
    }

    round: Mapped[Round] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    subject: Mapped[SubjectRow | None] = relationship()
    tasks: Mapped[list["UserTask"]] = relationship(back_populates="case")


class TaskState(enum.StrEnum):
    """Life of a user task; the only way is down this list."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class UserTask(Base):
    """One user task of a case, waiting for or done by a person."""

    __tablename__ = "user_tasks"
    __table_args__ = (
        # A completed task has its person and its moment; any other task has neither.
        CheckConstraint("(state = 'completed') = (completed_by_id IS NOT NULL)", "person"),
        CheckConstraint("(state = 'completed') = (completed_at IS NOT NULL)", "moment"),
        Index(
            "ix_user_tasks_inbox",
            "role",
            "unit_id",
            "opened_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_user_tasks_unit_id_case_id", "unit_id", "case_id"),
        Index(
            "ix_user_tasks_next_alarm_at",
            "next_alarm_at",
            sqlite_where=text("state = 'open' AND next_alarm_at IS NOT NULL"),
            postgresql_where=text("state = 'open' AND next_alarm_at IS NOT NULL"),
        ),
        Index(
            "ix_user_tasks_overdue_at",
            "overdue_at",
            sqlite_where=text("state = 'open' AND overdue_at IS NOT NULL"),
            postgresql_where=text("state = 'open' AND overdue_at IS NOT NULL"),
        ),
        Index(
            "ix_user_tasks_assignee_id",
            "assignee_id",
            sqlite_where=text("state = 'open' AND assignee_id IS NOT NULL"),
            postgresql_where=text("state = 'open' AND assignee_id IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    """The engine's own id of the task, 32 hex digits: stable, and the key in addresses."""
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    element_id: Mapped[str]
    """Id of the user task in the diagram, for example ``appraise_at_ward``."""
    diagram: Mapped[str]
    """Id of the process that has the element, for example ``ward_council``."""
    role: Mapped[Role]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    """The unit whose people with ``role`` may do it."""
    level: Mapped[Level | None]
    form: Mapped[str]
    """Key of its form, for example ``appraisal.v1``."""
    outcomes: Mapped[list[str]]
    """Values of :class:`~forms.vocabulary.Outcome` that its person may choose."""
    state: Mapped[TaskState] = mapped_column(default=TaskState.OPEN)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """Last second of its last day in Vietnam; none: no rule of the office gives it one."""
    deadline_id: Mapped[int | None] = mapped_column(ForeignKey("deadlines.id"))
    """The rule that gave it ``due_at``; none: it has none, or a request for papers gave it."""
    remind_at: Mapped[datetime | None]
    """When its people are reminded once, in UTC."""
    next_alarm_at: Mapped[datetime | None]
    """When :mod:`engine.deadlines` is to look at it next; none: all is done."""
    reminded_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    """When it was found overdue, and told to the superior."""
    escalated_role: Mapped[Role | None]
    escalated_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    """With the role: the superior who was told that it is overdue."""
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who has taken it on, and alone completes it: :mod:`engine.assignment`; none: nobody."""
    completed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    completed_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]

    case: Mapped[Case] = relationship(back_populates="tasks")
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])

    @property
    def offers(self) -> tuple[Outcome, ...]:
        """The outcomes that the diagram gives the task, as words."""
        return tuple(Outcome(value) for value in self.outcomes)


class DossierVersion(Base):
    """The content of a nomination as it was submitted; never changed, only followed."""

    __tablename__ = "dossier_versions"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[int]
    form: Mapped[str]
    content: Mapped[dict[str, Any]]
    """The answers of the nomination form, as the schema dumps them."""
    content_hash: Mapped[str]
    """SHA-256, in hex, of the canonical content with the hashes of its attachments."""
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    submitted_at: Mapped[datetime]


class Draft(Base):
    """What a person has typed into the form of a task and not yet sent."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("task_id", "person_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("user_tasks.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Its writer; none for the nomination itself, which the unit writes together."""
    form: Mapped[str]
    content: Mapped[dict[str, Any]]
    """Field name → what was typed (text or list of texts), unchecked but for its size."""
    version: Mapped[int] = mapped_column(default=1)
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    saved_at: Mapped[datetime]


class Review(Base):
    """What one person decided at one task: the answers, bound to what they had read."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("user_tasks.id"), unique=True)
    dossier_version_id: Mapped[int] = mapped_column(ForeignKey("dossier_versions.id"))
    element_id: Mapped[str]
    level: Mapped[Level | None]
    outcome: Mapped[Outcome]
    return_to: Mapped[ReturnTarget | None]
    form: Mapped[str]
    answers: Mapped[dict[str, Any]]
    reviewed_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[Role]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    reviewed_at: Mapped[datetime]
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegations.id"))
    """Under which the person acted for the holder of the role; none: they hold it."""


class StoredFile(Base):
    """The bytes of an upload, kept once in the file store under their SHA-256."""

    __tablename__ = "stored_files"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    """In bytes."""
    media_type: Mapped[str]
    stored_at: Mapped[datetime]


class Attachment(Base):
    """A file that a person added to a case, under the name they gave it."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("user_tasks.id"))
    """The task at which it was added: the draft's evidence, or a scan of a decision."""
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """Taken out of the draft; the file and earlier versions of the dossier keep it."""

    file: Mapped[StoredFile] = relationship()


class Decision(Base):
    """The decision to award, made in the system or recorded from its paper."""

    __tablename__ = "decisions"
    __table_args__ = (
        # An authority gives a number once a year: numbers begin anew on 1 January. The
        # number of a decision over several cases is that of its paper.
        Index(
            "uq_decisions_number",
            "authority_unit_id",
            "year",
            "number",
            unique=True,
            sqlite_where=text("outgoing_id IS NULL"),
            postgresql_where=text("outgoing_id IS NULL"),
        ),
        # Auditors search by day, and by award: these answer without a look at the rows.
        Index("ix_decisions_signed_on_id_case_id", "signed_on", "id", "case_id"),
        Index("ix_decisions_award_signed_on", "award", "signed_on", "id", "case_id"),
        Index(
            "ix_decisions_number",
            "number",
            postgresql_include=["id"],
            postgresql_ops={"number": "text_pattern_ops"},
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    award: Mapped[Award]
    level: Mapped[Level]
    authority_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    number: Mapped[str]
    """Number and symbol as printed: ``309/QĐ-UBND``."""
    year: Mapped[int]
    """Calendar year of ``signed_on`` (Decree 30/2020/NĐ-CP: one series a year)."""
    signed_on: Mapped[date]
    signer_name: Mapped[str]
    signer_title: Mapped[str]
    recorded_from_paper: Mapped[bool]
    bonus: Mapped[dict[str, Any] | None]
    """The bonus as it was worked out then: :meth:`engine.bonus.Bonus.to_json`; none: no
    rule gave one."""
    bonus_amount: Mapped[int | None]
    """In đồng."""
    outgoing_id: Mapped[int | None] = mapped_column(
        ForeignKey("outgoing_papers.id"), index=True
    )
    """The paper of the decision, where the system has given its number; none: the number
    was typed."""


class Paper(Base):
    """A document that the system made, byte for byte as it was issued."""

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("case_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    """``decision`` or ``certificate``."""
    code: Mapped[str | None] = mapped_column(unique=True, index=True)
    """Under which anybody may check it; none: it was made before there were codes."""
    sha256: Mapped[str] = mapped_column(index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime]
