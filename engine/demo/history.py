"""Awards of the demo ward from before and from elsewhere, as its clerk entered them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.permissions import Actor
from engine.register import annul, enter_by_hand
from engine.register_facts import AwardFacts, Letter
from engine.store.models import Person, Unit
from engine.subject_records import Subject
from engine.text import fold
from forms.vocabulary import (
    AnnulmentGround,
    AuthorityLevel,
    CommendationKind,
    Honour,
    SubjectKind,
)


@dataclass(frozen=True)
class PastAward:
    """An award, whom it was for, and the decision that annulled it, if one did."""

    kind: SubjectKind
    unit: str
    """Code of the unit that the subject is, or is of; empty: the ward has none for it."""
    facts: AwardFacts
    ground: AnnulmentGround | None = None
    letter: Letter | None = None


@cache
def past_awards() -> tuple[PastAward, ...]:
    """Return the awards in the order of the file."""
    text = (resources.files("engine.demo") / "history.yaml").read_text(encoding="utf-8")
    return tuple(_award(row) for row in yaml.safe_load(text))


def enter_history(session: Session, clerk: Actor, at: datetime) -> None:
    """Let ``clerk`` enter the awards into the register, and what became of them."""
    for award in past_awards():
        entry_id = enter_by_hand(
            session,
            subject=_subject(session, award),
            facts=award.facts,
            actor=clerk,
            at=at,
            key=uuid.uuid4().hex,
        )
        if award.ground is not None and award.letter is not None:
            annul(
                session,
                entry_id=entry_id,
                ground=award.ground,
                letter=award.letter,
                actor=clerk,
                at=at,
                key=uuid.uuid4().hex,
            )


def _subject(session: Session, award: PastAward) -> Subject:
    """Return whom the award was for: the person or the unit of the ward, if it has one."""
    name = award.facts.subject_text
    if not award.unit:
        return Subject(award.kind, name)
    if award.kind is SubjectKind.INDIVIDUAL:
        person = select(Person.id).where(Person.folded_name == fold(name))
        return Subject(award.kind, name, person_id=session.scalar(person))
    unit = select(Unit.id).where(Unit.code == award.unit)
    return Subject(award.kind, name, unit_id=session.scalar(unit))


def _award(row: dict[str, Any]) -> PastAward:
    later = row.get("annulled")
    return PastAward(
        kind=SubjectKind(row.get("kind_of_subject", "individual")),
        unit=row.get("unit", ""),
        facts=AwardFacts(
            subject_text=row["subject"],
            honour=Honour(row["honour"]),
            kind=CommendationKind(row["kind"]),
            authority_level=AuthorityLevel(row["level"]),
            authority_name=row["authority"],
            number=row["number"],
            decided_on=_day(row, "decided_on"),
            achieved_from=_day(row, "achieved_from"),
            achieved_to=_day(row, "achieved_to"),
            content=row["content"],
        ),
        ground=AnnulmentGround(later["ground"]) if later else None,
        letter=Letter(later["number"], later["decided_on"], later["reason"]) if later else None,
    )


def _day(row: dict[str, Any], name: str) -> date | None:
    day: date | None = row.get(name)
    return day
