"""The plan of a movement as data: read from its file, checked, stored, asked."""

from engine.datafiles import Translated
from engine.datafiles.yaml_lines import LONGEST_FILE
from engine.plans.loading import load_plan, plan_of
from engine.plans.model import (
    AppliesTo,
    Body,
    Criterion,
    LegalBasis,
    Movement,
    Note,
    NoteStatus,
    OccasionAwards,
    Period,
    Plan,
    Quotation,
    Subject,
    Topic,
)
from engine.plans.reading import read_plan, text_of

__all__ = [
    "LONGEST_FILE",
    "AppliesTo",
    "Body",
    "Criterion",
    "LegalBasis",
    "Movement",
    "Note",
    "NoteStatus",
    "OccasionAwards",
    "Period",
    "Plan",
    "Quotation",
    "Subject",
    "Topic",
    "Translated",
    "load_plan",
    "plan_of",
    "read_plan",
    "text_of",
]
