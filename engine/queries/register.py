"""What the register of awards holds: for the rules, and for those who read it."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.rules.facts import PriorAward
from engine.store.models import RegisterEntry
from forms.vocabulary import EntryNature, EntryState

GRANTS = (EntryNature.GRANTED, EntryNature.POSTHUMOUS)
"""Natures of entries that are awards, not acts about one."""

MOST_PRIORS = 500
"""Awards of one subject that the rules look at; nobody has more."""


def priors_of(session: Session, subject_ids: Collection[int]) -> list[PriorAward]:
    """Return the awards of these subject records, the latest first, in one query.

    Annulled awards are among them with their state, so that a rule can say so; one that was
    replaced is there only once, as its replacement has it.
    """
    found = (
        select(
            RegisterEntry.id,
            RegisterEntry.honour,
            RegisterEntry.honour_text,
            RegisterEntry.kind,
            RegisterEntry.authority_level,
            RegisterEntry.authority_name,
            RegisterEntry.number,
            RegisterEntry.decided_on,
            RegisterEntry.achieved_from,
            RegisterEntry.achieved_to,
            RegisterEntry.content,
            RegisterEntry.state,
            RegisterEntry.subject_text,
        )
        .where(
            RegisterEntry.subject_id.in_(subject_ids),
            RegisterEntry.nature.in_(GRANTS),
            RegisterEntry.state != EntryState.REPLACED,
        )
        .order_by(RegisterEntry.decided_on.desc().nulls_last(), RegisterEntry.id.desc())
        .limit(MOST_PRIORS)
    )
    return [PriorAward(*row) for row in session.execute(found)]
