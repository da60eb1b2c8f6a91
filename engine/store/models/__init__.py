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
from engine.store.models.register import (
    ImportState,
    RegisterEntry,
    RegisterImport,
    RegisterImportRow,
)
from engine.store.models.rules import Check, DossierPaper, LawBookRow, SupplementRequest
from engine.store.models.subjects import SubjectMatter, SubjectName, SubjectRow

__all__ = [
    "Account",
    "Attachment",
    "Base",
    "Case",
    "Check",
    "CommandAnswer",
    "Decision",
    "DiagramFile",
    "DiagramSet",
    "DossierPaper",
    "DossierVersion",
    "Draft",
    "ImportState",
    "JournalEntry",
    "LawBookRow",
    "LoginSession",
    "Paper",
    "Person",
    "PlanRow",
    "Position",
    "RegisterEntry",
    "RegisterImport",
    "RegisterImportRow",
    "Review",
    "Round",
    "Setting",
    "StoredFile",
    "SubjectMatter",
    "SubjectName",
    "SubjectRow",
    "SupplementRequest",
    "TaskState",
    "Unit",
    "UserTask",
]
