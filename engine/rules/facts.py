"""What the rules are asked about: frozen values, gathered before any rule is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from forms.vocabulary import (
    AuthorityLevel,
    Award,
    CheckStage,
    CommendationKind,
    EntryState,
    HoldReason,
    Honour,
    Level,
    MovementBasis,
    Occasion,
    Route,
    SubjectCategory,
    SubjectKind,
    UnitKind,
)


@dataclass(frozen=True)
class MovementFacts:
    """The movement under which the achievement is claimed."""

    name: str
    level: Level
    """Who launched it: a province, the Prime Minister or the President."""
    decision: str
    launched_on: date
    ends_on: date | None
    """Last day as planned; none: not known."""


@dataclass(frozen=True)
class PlanFacts:
    """What the plan of the round says."""

    number: str
    subject_kinds: tuple[SubjectKind, ...]
    subjects_section: str
    """Section that lists them, for example ``II.1, IV.1``."""
    awards: tuple[Award, ...]
    """Those it allows on the occasion of the round."""
    awards_section: str
    """Section that says so, for example ``IV.2.a``."""
    starts_on: date
    ends_on: date
    period_section: str


@dataclass(frozen=True)
class RoundFacts:
    """The round that is asked about."""

    name: str
    occasion: Occasion
    year: int
    reviewed_on: date
    """Day of the review, to which elapsed years are counted."""
    closes_on: date
    awards: tuple[Award, ...]
    """Those it takes."""


@dataclass(frozen=True)
class PriorAward:
    """An award of the register that the subject, or one written like it, has received."""

    entry_id: int | None
    honour: Honour
    honour_text: str
    kind: CommendationKind
    authority_level: AuthorityLevel
    authority_name: str
    number: str
    decided_on: date | None
    achieved_from: date | None
    achieved_to: date | None
    content: str
    state: EntryState = EntryState.IN_FORCE
    subject_text: str = ""
    """As that decision writes the subject."""


@dataclass(frozen=True)
class Matter:
    """Something that stands, or stood, against the subject."""

    reason: HoldReason
    began_on: date
    ended_on: date | None = None
    sanctioned: bool = False
    """It ended with a sanction, served on ``ended_on``."""
    document: str = ""


@dataclass(frozen=True)
class OtherNomination:
    """Another open nomination of the same subject."""

    reference: str
    award: Award
    unit_name: str
    round_name: str
    same_unit: bool
    same_round: bool


@dataclass(frozen=True)
class Votes:
    """What a council voted, as its secretary typed it or the session counted it."""

    level: Level
    total_members: int
    present: int
    written: int
    agree: int
    """Including those of written opinions."""


@dataclass(frozen=True)
class Standing:
    """Years and titles that the merit route counts; none where nobody said so."""

    years_well: int | None = None
    """Years in a row in which tasks were completed well or better."""
    years_excellent: int | None = None
    fighter_titles: int | None = None
    """Titles of grassroots emulation fighter within those years."""
    years_in_existence: int | None = None
    initiatives: int | None = None
    """Initiatives recognised, by the province for State awards."""
    model_years: int | None = None
    """Years for which a farmer's model has been stable."""


@dataclass(frozen=True)
class Facts:
    """All that a rule may ask. ``None`` and empty texts mean that nobody knows."""

    received_on: date
    """Day on which the dossier was or would be received, in Vietnam: chooses the rules."""
    asked_on: date
    """Day on which the rules are asked, in Vietnam."""
    award: Award
    subject_kind: SubjectKind
    subject_name: str
    stage: CheckStage | None = None
    """None: nobody has opened a nomination yet."""
    route: Route = Route.MOVEMENT
    category: SubjectCategory | None = None
    basis: MovementBasis = MovementBasis.OWN
    movement: MovementFacts | None = None
    plan: PlanFacts | None = None
    round: RoundFacts | None = None
    unit_name: str = ""
    """The submitting unit."""
    unit_kind: UnitKind | None = None
    unit_issuing_basis: str = ""
    """Provision by which its head may issue certificates; empty: none is known."""
    is_outside_ward: bool | None = None
    """Whether the subject lies outside the ward."""
    managing_body: str = ""
    """Who manages the subject's organisation and payroll, as the dossier says."""
    dissolved_on: date | None = None
    achieved_from: date | None = None
    achieved_to: date | None = None
    content: str = ""
    """The achievement in words: its summary and report."""
    priors: tuple[PriorAward, ...] = ()
    matters: tuple[Matter, ...] = ()
    others: tuple[OtherNomination, ...] = ()
    votes: Votes | None = None
    council_members: tuple[str, ...] = ()
    """Who sits on the council that advises, by full name."""
    standing: Standing = field(default_factory=Standing)
    signer_title: str = ""
    """Of the decision about to be signed."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings of the office on ``received_on``, by name: values that no law fixes."""
