"""The tables, by subject."""

from engine.store.models.base import Base
from engine.store.models.cases import (
    Attachment,
    Case,
    Decision,
    DiagramFile,
    DiagramSet,
    DossierVersion,
    Draft,
    Paper,
    PlanRow,
    Review,
    Round,
    StoredFile,
    TaskState,
    UserTask,
)
from engine.store.models.journal import CommandAnswer, JournalEntry
from engine.store.models.people import (
    Account,
    LoginSession,
    Person,
    Position,
    Setting,
    Unit,
)

__all__ = [
    "Account",
    "Attachment",
    "Base",
    "Case",
    "CommandAnswer",
    "Decision",
    "DiagramFile",
    "DiagramSet",
    "DossierVersion",
    "Draft",
    "JournalEntry",
    "LoginSession",
    "Paper",
    "Person",
    "PlanRow",
    "Position",
    "Review",
    "Round",
    "Setting",
    "StoredFile",
    "TaskState",
    "Unit",
    "UserTask",
]
