"""For whom an act was done under a delegation: the second name beside who did it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.models import Delegation, JournalEntry, Person


@dataclass(frozen=True)
class Behalf:
    """Who holds the role in which somebody else acted, and the paper that let them."""

    name: str
    paper_number: str
    paper_dated_on: date


def behalves_of(session: Session, entries: Iterable[JournalEntry]) -> Mapping[int, Behalf]:
    """Return for whom each of ``entries`` was done, by its id; without any, asks nothing."""
    named = {
        entry.id: entry.facts["delegation"]
        for entry in entries
        if entry.facts.get("delegation") and entry.case_id is not None
    }
    if not named:
        return {}
    rows = session.execute(
        select(
            Delegation.id,
            Person.full_name,
            Delegation.paper_number,
            Delegation.paper_dated_on,
        )
        .join(Person, Person.id == Delegation.giver_id)
        .where(Delegation.id.in_(set(named.values())))
    )
    found = {row.id: Behalf(*row[1:]) for row in rows}
    return {entry: found[number] for entry, number in named.items() if number in found}
