"""The register of awards (sổ khen thưởng): what was granted, here or elsewhere, and annulled.

An award is a row that stays. An act about it, such as a recovery, is a row of its own that
names it; both are shown with each other from then on.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.papers import authority_name
from engine.store.models import Case, Decision, RegisterEntry, Unit
from engine.text import fold
from forms.vocabulary import (
    AuthorityLevel,
    CommendationKind,
    EntryNature,
    EntrySource,
    EntryState,
    Honour,
    Level,
)

STATE_AUTHORITIES = {
    Level.PRIME_MINISTER: "Thủ tướng Chính phủ",
    Level.PRESIDENT: "Chủ tịch nước",
}
"""Who decides at the levels whose unit in the tree is only the office (Arts. 77, 78)."""


@dataclass(frozen=True)
class AwardFacts:
    """What a decision to award says, as somebody reads it from the paper."""

    subject_text: str
    """The subject exactly as the decision writes it."""
    honour: Honour
    kind: CommendationKind
    authority_level: AuthorityLevel
    authority_name: str
    honour_text: str = ""
    """The award exactly as the decision writes it; empty: as the vocabulary says it."""
    nature: EntryNature = EntryNature.GRANTED
    number: str = ""
    decided_on: date | None = None
    achieved_from: date | None = None
    achieved_to: date | None = None
    content: str = ""
    authority_unit_id: int | None = None
    """The deciding unit, where it is one of the tree."""


def enter_from_decision(
    session: Session,
    case: Case,
    decision: Decision,
    content: str,
    achieved_from: date | None,
    achieved_to: date | None,
    at: datetime,
) -> RegisterEntry:
    """Enter the award of a case that was just decided, in the step that decided it.

    The journal entry of the step says so already. The case has its ``subject_id``.

    :param content: the achievement, as the dossier sums it up.
    """
    if case.subject_id is None:
        raise ValueError(f"case {case.id} has no subject record")
    authority = session.get_one(Unit, decision.authority_unit_id)
    named = STATE_AUTHORITIES.get(decision.level) or authority_name(decision, authority)
    facts = AwardFacts(
        subject_text=case.subject_name,
        honour=Honour(decision.award.value),
        kind=CommendationKind.MOVEMENT,
        authority_level=AuthorityLevel(decision.level.value),
        authority_name=named,
        authority_unit_id=decision.authority_unit_id,
        number=decision.number,
        decided_on=decision.signed_on,
        achieved_from=achieved_from,
        achieved_to=achieved_to,
        content=content,
    )
    entry = make_entry(facts, subject_id=case.subject_id, source=EntrySource.CASE, at=at)
    entry.case_id = case.id
    session.add(entry)
    session.flush()
    return entry


def make_entry(
    facts: AwardFacts, *, subject_id: int, source: EntrySource, at: datetime
) -> RegisterEntry:
    """Return a new award in force; the caller adds it, and who entered it from what."""
    return RegisterEntry(
        subject_id=subject_id,
        subject_text=facts.subject_text,
        folded_subject=fold(facts.subject_text),
        honour=facts.honour,
        honour_text=facts.honour_text or facts.honour.vi,
        kind=facts.kind,
        nature=facts.nature,
        state=EntryState.IN_FORCE,
        achieved_from=facts.achieved_from,
        achieved_to=facts.achieved_to,
        content=facts.content,
        number=facts.number,
        decided_on=facts.decided_on,
        authority_name=facts.authority_name,
        authority_level=facts.authority_level,
        authority_unit_id=facts.authority_unit_id,
        source=source,
        entered_at=at,
    )
