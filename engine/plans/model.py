"""What a plan says, as frozen values."""

from dataclasses import dataclass
from datetime import date

from engine.datafiles import Translated
from forms.vocabulary import Award, Level, Occasion, SubjectKind, UnitKind, Word


class NoteStatus(Word):
    """What became of a doubt about the text of a plan."""

    OPEN = "open", "Cần hỏi lại", "To be asked"
    KEPT = "kept", "Giữ nguyên văn", "Kept as quoted"
    CONFIRMED = "confirmed", "Đã đối chiếu", "Checked"
    READING = "reading", "Cách hiểu của hệ thống", "How the system reads it"


@dataclass(frozen=True)
class Quotation(Translated):
    """A text with the section of the plan that has it, for example ``I.2.c``."""

    section: str


@dataclass(frozen=True)
class Movement:
    """An emulation movement: the one that the plan carries out, or the one above it."""

    name: Translated
    launched_by: Translated
    level: Level
    """Of the body that launched it: the Law asks for a province, or for one higher."""
    launched_on: date
    """First day of the movement by its launch: what the Law counts years from."""
    ends_on: date
    """Its last day as planned by those who launched it."""
    decision: str
    parent: "Movement | None" = None
    """The movement that this one answers; a nomination may claim under it instead."""


@dataclass(frozen=True)
class LegalBasis:
    """A document that the plan is based on."""

    text: Translated
    number: str
    issued_on: date


@dataclass(frozen=True)
class Period:
    """The first and the last day of the movement by this plan, in Vietnam."""

    starts_on: date
    ends_on: date
    section: str
    text: Translated


@dataclass(frozen=True)
class Subject(Quotation):
    """Whom the movement is for."""

    kind: SubjectKind


@dataclass(frozen=True)
class Topic(Quotation):
    """One of the contents of the movement, for example ``ND1``."""

    id: str


@dataclass(frozen=True)
class AppliesTo:
    """To whom a criterion applies: a kind of subject, submitted by some kinds of unit."""

    subject: SubjectKind
    units: frozenset[UnitKind]
    """Kinds of the submitting unit; empty: any."""


@dataclass(frozen=True)
class Criterion(Quotation):
    """One criterion, for example ``CQ1``, with the title of its group."""

    id: str
    group: Translated
    applies_to: tuple[AppliesTo, ...]

    def fits(self, subject_kind: SubjectKind, unit_kind: UnitKind) -> bool:
        """Whether it applies to a subject that a unit of ``unit_kind`` submits."""
        return any(
            one.subject is subject_kind and (not one.units or unit_kind in one.units)
            for one in self.applies_to
        )


@dataclass(frozen=True)
class OccasionAwards:
    """The awards that may be asked for on an occasion, from the lowest to the highest."""

    occasion: Occasion
    section: str
    awards: tuple[Award, ...]
    standard: Translated


@dataclass(frozen=True)
class Body:
    """A body and its duties under the plan."""

    body: Translated
    section: str
    duties: tuple[Translated, ...]


@dataclass(frozen=True)
class Note(Translated):
    """A doubt about the text, or how the system reads it; for those who keep the plan."""

    id: str
    where: str
    status: NoteStatus


@dataclass(frozen=True)
class Plan:
    """All that a plan file says; see ``workflows/plans``."""

    code: str
    number: str
    issued_on: date
    place: str
    issuer: Translated
    signed_for: str
    title: Translated
    movement: Movement
    legal_bases: tuple[LegalBasis, ...]
    period: Period
    purposes: tuple[Quotation, ...]
    requirements: tuple[Quotation, ...]
    goals: tuple[Quotation, ...]
    subjects: tuple[Subject, ...]
    contents: tuple[Topic, ...]
    criteria: tuple[Criterion, ...]
    commended: Quotation
    awards: tuple[OccasionAwards, ...]
    route: tuple[Level, ...]
    """Levels that a nomination passes, from the lowest up."""
    solutions: tuple[Quotation, ...]
    duties: tuple[Body, ...]
    recipients: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def left_out(self) -> frozenset[Level]:
        """Levels that no nomination of this movement passes."""
        return frozenset(Level) - frozenset(self.route)

    @property
    def subject_kinds(self) -> tuple[SubjectKind, ...]:
        """Kinds of subject that may be nominated, in the order of the plan."""
        return tuple(subject.kind for subject in self.subjects)

    def awards_on(self, occasion: Occasion) -> tuple[Award, ...]:
        """Return the awards that may be asked for on ``occasion``, the lowest first."""
        rule = self._rule_of(occasion)
        return rule.awards if rule else ()

    def source_of(self, occasion: Occasion) -> str:
        """Return the section that rules ``occasion``, for example ``IV.2.a``.

        An occasion that the plan does not know has the sections of all those it knows.
        """
        rule = self._rule_of(occasion)
        if rule:
            return rule.section
        return ", ".join(dict.fromkeys(each.section for each in self.awards))

    def criteria_for(
        self, subject_kind: SubjectKind, unit_kind: UnitKind
    ) -> tuple[Criterion, ...]:
        """Return the criteria for such a subject, submitted by such a unit, in order."""
        return tuple(one for one in self.criteria if one.fits(subject_kind, unit_kind))

    def _rule_of(self, occasion: Occasion) -> OccasionAwards | None:
        return next((rule for rule in self.awards if rule.occasion is occasion), None)
