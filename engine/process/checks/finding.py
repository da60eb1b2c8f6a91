"""What a check says: which rule, where, what was found, how to mend it."""

from dataclasses import dataclass
from enum import StrEnum

from engine.process.checks.rules import RULES


class Severity(StrEnum):
    """Whether a set with this finding may be used."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong in one place, in words for a process administrator."""

    file: str
    element_id: str
    rule: str
    found: str
    severity: Severity

    def __str__(self) -> str:
        where = f"{self.file}: {self.element_id}" if self.element_id else self.file
        return f"{where}: {self.found} ({self.rule}). {self.mend}"

    @property
    def mend(self) -> str:
        """What to do about it, in English."""
        return RULES[self.rule].mend

    @property
    def mend_vi(self) -> str:
        """What to do about it, in Vietnamese."""
        return RULES[self.rule].mend_vi


class Report:
    """Collects findings; a check says the rule, and the table of rules the rest."""

    def __init__(self) -> None:
        self._findings: set[Finding] = set()

    def add(self, rule: str, file: str, element_id: str | None, found: str) -> None:
        """Note that ``element_id`` in ``file`` breaks ``rule``."""
        severity = Severity.WARNING if RULES[rule].is_warning else Severity.ERROR
        self._findings.add(Finding(file, element_id or "", rule, found, severity))

    def findings(self) -> list[Finding]:
        """Return what was found, by file and element."""
        return sorted(self._findings)

    def has_errors(self) -> bool:
        """Return whether the set must not be used."""
        return any(finding.severity is Severity.ERROR for finding in self._findings)
