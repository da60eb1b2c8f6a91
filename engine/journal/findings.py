"""What a check of the journal may find, and which kind of tampering it looks like."""

from dataclasses import dataclass
from enum import StrEnum


class Tampering(StrEnum):
    """What a finding looks like."""

    CHANGED = "changed"
    """An entry has other bytes than were hashed, or a column says other than its entry."""
    DELETED = "deleted"
    """An entry is missing in the middle."""
    INSERTED = "inserted"
    """An entry stands where none was."""
    REORDERED = "reordered"
    """Entries stand in another order."""
    TRUNCATED = "truncated"
    """The last entries of a stream are missing."""
    SWAPPED = "swapped"
    """An entry stands in a stream that is not its own."""
    REWRITTEN = "rewritten"
    """The entries fit each other, and not what was sealed."""
    ROLLED_BACK = "rolled_back"
    """The database is older than what was sealed."""
    RESIGNED = "resigned"
    """Two trees were signed for one size, or one that does not grow out of the other."""
    UNSIGNED = "unsigned"
    """A checkpoint has no signature of the key of the journal."""
    ERASED = "erased"
    """Words are missing that no erasure took away."""
    PAPER = "paper"
    """A paper has other bytes than were issued."""
    DOSSIER = "dossier"
    """A version of a dossier has other content than was submitted."""
    DIAGRAM = "diagram"
    """A diagram is not the one with which its cases run."""
    UNGUARDED = "unguarded"
    """The database no longer refuses to change the journal."""


@dataclass(frozen=True)
class Finding:
    """One thing that does not fit."""

    looks_like: Tampering
    where: str
    """Stream and number, position in the tree, or what else it is about."""
    words: str

    def __str__(self) -> str:
        return f"{self.looks_like.value}: {self.where}: {self.words}"


@dataclass(frozen=True)
class Report:
    """What a check of the whole journal found."""

    entries: int
    """Entries that were read."""
    sealed: int
    """Of them those that have their place in the tree."""
    checkpoints: int
    """Checkpoints that were compared, in the database and outside."""
    findings: tuple[Finding, ...]
    """In the order in which they were met, :data:`MOST` at most; none: everything fits."""


MOST = 50
"""Findings after which a check stops: the first says where to look."""
