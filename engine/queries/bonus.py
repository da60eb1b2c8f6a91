"""Bonuses: what a decision would bring, and what those of a round come to for each fund."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from engine.bonus import Bonus, MissingRule
from engine.decisions import bonus_of
from engine.errors import NotFound
from engine.matters import require_at_task
from engine.permissions import Actor, require
from engine.queries.visibility import is_visible_to
from engine.rounds import get_round
from engine.store.models import Case, Decision, RegisterEntry, Round, UserTask
from forms.vocabulary import Award, EntryState, Level


@dataclass(frozen=True)
class BonusSum:
    """The bonuses of one award that one fund pays."""

    payer: Level
    award: Award
    count: int
    total: int
    """In đồng."""


@dataclass(frozen=True)
class RoundBonuses:
    """The bonuses of the awards granted in a round."""

    round: Round
    sums: tuple[BonusSum, ...]
    """By fund from the lowest level up, and by award."""
    without: int
    """Awards for which the system had no rule."""
    annulled: int
    """Awards annulled and recovered: they are in no sum."""

    @property
    def payers(self) -> tuple[Level, ...]:
        """The funds that pay, each once."""
        return tuple(dict.fromkeys(one.payer for one in self.sums))

    def of(self, payer: Level) -> tuple[BonusSum, ...]:
        """Return what one fund pays, by award."""
        return tuple(one for one in self.sums if one.payer is payer)

    def total_of(self, payer: Level) -> int:
        """Return what one fund pays, in đồng."""
        return sum(one.total for one in self.of(payer))

    @property
    def total(self) -> int:
        """What all funds pay, in đồng."""
        return sum(one.total for one in self.sums)


def get_task_bonus(
    session: Session, actor: Actor, task_id: str, day: date
) -> Bonus | MissingRule:
    """Return the bonus of the decision that a task makes, if it were signed on ``day``.

    :raises NotFound: there is no such task, or the actor may not see its case.
    :raises NotPermitted: the actor may see the case, but not do the task.
    """
    task = session.get(UserTask, task_id)
    if task is None:
        raise NotFound(f"no task {task_id}")
    require_at_task(session, actor, task.case, task)
    return bonus_of(session, task.case, task, day)


def get_round_bonuses(session: Session, actor: Actor, round_id: int) -> RoundBonuses:
    """Return what the awards of a round cost, of those that ``actor`` may see.

    :raises NotPermitted: the actor has no use for sums.
    :raises NotFound: there is no such round.
    """
    require(actor, "board.see")
    round_ = get_round(session, round_id)
    annulled = _is_annulled()
    payer = Decision.bonus["payer"].as_string()
    rows = session.execute(
        select(
            payer.label("payer"),
            Decision.award,
            annulled.label("annulled"),
            func.count().label("number"),
            func.sum(Decision.bonus_amount).label("total"),
        )
        .join(Case, Case.id == Decision.case_id)
        .where(Case.round_id == round_id, is_visible_to(actor))
        .group_by(payer, Decision.award, annulled)
    ).all()
    standing = [row for row in rows if not row.annulled]
    sums = [
        BonusSum(Level(row.payer), row.award, row.number, int(row.total))
        for row in standing
        if row.payer is not None
    ]
    levels, awards = list(Level), list(Award)
    sums.sort(key=lambda one: (levels.index(one.payer), awards.index(one.award)))
    return RoundBonuses(
        round_,
        tuple(sums),
        without=sum(row.number for row in standing if row.payer is None),
        annulled=sum(row.number for row in rows if row.annulled),
    )


def _is_annulled() -> ColumnElement[bool]:
    """Return the condition that the award of a case was annulled in the register."""
    return exists().where(
        RegisterEntry.case_id == Decision.case_id,
        RegisterEntry.state == EntryState.ANNULLED,
    )
