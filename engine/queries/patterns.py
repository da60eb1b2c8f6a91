"""Patterns worth a look in what was decided: each a question with its data, never a verdict.

One query each, over the cases that ended in a period; more than :data:`MOST` are not shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.office import VIETNAM
from engine.permissions import Actor, require
from engine.store.models import (
    AgendaItem,
    Case,
    Check,
    CouncilSession,
    Decision,
    ItemVote,
    Person,
    Review,
    Unit,
    Voting,
)
from forms.vocabulary import CaseState, Outcome, VoteResult, VotingState

SEE = "journal.see"

MOST = 50
"""Cases shown of one pattern."""

QUICK_MINUTES = 30
"""From a return to the decision: fewer are worth a look."""

CLOSE_BY = 1
"""Votes between the result and the other result."""

LARGE_SHARE = 40
"""Per cent of the awards of a period that went to one unit."""

FEW_AWARDS = 10
"""Below so many awards in a period a share says nothing."""

DAYS_SHOWN = 365
"""Length of the period where none is asked for."""


class Pattern(StrEnum):
    """What is looked for."""

    ONE_PERSON = "one_person"
    """One person decided at two levels."""
    QUICK = "quick"
    """Decided within minutes of a return."""
    CHANGED = "changed"
    """The content that was decided on is not the one that was appraised last."""
    AGAINST_CHECK = "against_check"
    """Somebody went on against a rule, with a reason."""
    AGAINST_ADVICE = "against_advice"
    """The authority departed from the advice of the council."""
    CLOSE_VOTE = "close_vote"
    """One vote more or less would have turned the result of the council."""
    LARGE_SHARE = "large_share"
    """Much of all awards went to one unit."""


@dataclass(frozen=True)
class Period:
    """First and last day, in Vietnam, on which cases ended."""

    from_day: date
    to_day: date

    @classmethod
    def of(cls, from_day: date | None, to_day: date | None, today: date) -> "Period":
        """Return the period that is asked for; open ends are a year apart, the last today."""
        last = to_day or today
        if from_day is None:
            from_day = last - timedelta(days=min(DAYS_SHOWN, (last - date.min).days))
        return cls(from_day, last)

    @property
    def condition(self) -> ColumnElement[bool]:
        """That a case ended in it."""
        first = max(
            self.from_day, date.min + timedelta(days=1)
        )  # in UTC it begins a day before
        begins = datetime.combine(first, time(), VIETNAM)
        ends = datetime.combine(self.to_day, time.max, VIETNAM)
        return and_(
            Case.state.in_((CaseState.AWARDED, CaseState.REJECTED)),
            Case.closed_at >= begins,
            Case.closed_at <= ends,
        )


@dataclass(frozen=True)
class Hit:
    """One case, or one unit, with the data of the question."""

    reference: str | None
    subject_name: str
    facts: Mapping[str, Any]
    """By the names of the columns in the query of the pattern."""


@dataclass(frozen=True)
class Found:
    """What one pattern found in a period."""

    pattern: Pattern
    hits: tuple[Hit, ...]
    has_more: bool


def find_patterns(session: Session, actor: Actor, period: Period) -> tuple[Found, ...]:
    """Return what each pattern finds in a period, the latest cases first.

    :raises NotPermitted: the actor is no auditor.
    """
    require(actor, SEE)
    return tuple(_find(session, pattern, period) for pattern in Pattern)


def _find(session: Session, pattern: Pattern, period: Period) -> Found:
    query = _QUERIES[pattern](session, period).limit(MOST + 1)
    rows = [dict(row._mapping) for row in session.execute(query)]
    hits = [Hit(row.pop("reference"), row.pop("subject_name"), row) for row in rows[:MOST]]
    return Found(pattern, tuple(hits), len(rows) > MOST)


Rows = Select[*tuple[Any, ...]]
_OF_CASE = (Case.reference, Case.subject_name)


def _one_person(session: Session, period: Period) -> Rows:
    return (
        select(
            *_OF_CASE,
            Person.full_name.label("person"),
            func.min(Review.level).label("first_level"),
            func.max(Review.level).label("second_level"),
        )
        .join(Case, Case.id == Review.case_id)
        .join(Person, Person.id == Review.reviewed_by_id)
        .where(period.condition, Review.level.is_not(None))
        .group_by(Case.id, Person.id)
        .having(func.count(Review.level.distinct()) > 1)
        .order_by(Case.id.desc(), Person.id)
    )


def _quick(session: Session, period: Period) -> Rows:
    decided, returned = aliased(Review), aliased(Review)
    seconds = _seconds(session, returned.reviewed_at, decided.reviewed_at)
    return (
        select(
            *_OF_CASE,
            func.max(returned.reviewed_at).label("returned_at"),
            decided.reviewed_at.label("decided_at"),
            Person.full_name.label("person"),
        )
        .join(Case, Case.id == decided.case_id)
        .join(returned, returned.case_id == decided.case_id)
        .join(Person, Person.id == decided.reviewed_by_id)
        .where(
            period.condition,
            decided.outcome.in_((Outcome.AWARD, Outcome.REJECT)),
            returned.outcome == Outcome.RETURN,
            returned.id < decided.id,
            seconds <= QUICK_MINUTES * 60,
        )
        .group_by(Case.id, decided.id, Person.id)
        .order_by(Case.id.desc(), decided.id)
    )


def _changed(session: Session, period: Period) -> Rows:
    decided, appraised, same = aliased(Review), aliased(Review), aliased(Review)
    is_appraisal = appraised.form.startswith("appraisal.")
    return (
        select(
            *_OF_CASE,
            func.max(appraised.reviewed_at).label("appraised_at"),
            decided.reviewed_at.label("decided_at"),
        )
        .join(Case, Case.id == decided.case_id)
        .join(appraised, and_(appraised.case_id == decided.case_id, is_appraisal))
        .where(
            period.condition,
            decided.outcome == Outcome.AWARD,
            ~exists().where(
                same.case_id == decided.case_id,
                same.form.startswith("appraisal."),
                same.dossier_version_id == decided.dossier_version_id,
            ),
        )
        .group_by(Case.id, decided.id)
        .order_by(Case.id.desc())
    )


def _against_check(session: Session, period: Period) -> Rows:
    return (
        select(
            *_OF_CASE,
            Person.full_name.label("person"),
            Check.stage,
            Check.overridden.label("rules"),
            Check.override_reason.label("reason"),
        )
        .join(Case, Case.id == Check.case_id)
        .join(Person, Person.id == Check.made_by_id)
        .where(period.condition, Check.override_reason != "")
        .order_by(Case.id.desc(), Check.id)
    )


def _against_advice(session: Session, period: Period) -> Rows:
    reason = Review.answers["deviation_reason"].as_string()
    return (
        select(
            *_OF_CASE,
            Person.full_name.label("person"),
            Review.outcome,
            reason.label("reason"),
        )
        .join(Case, Case.id == Review.case_id)
        .join(Person, Person.id == Review.reviewed_by_id)
        .where(period.condition, reason != "")
        .order_by(Case.id.desc(), Review.id)
    )


def _close_vote(session: Session, period: Period) -> Rows:
    counts_written = ItemVote.rule["counts_written"].as_boolean()
    written = case((counts_written, func.coalesce(ItemVote.written_agree, 0)), else_=0)
    agree = ItemVote.agree + written
    return (
        select(
            *_OF_CASE,
            CouncilSession.name.label("council_session"),
            agree.label("agree"),
            ItemVote.least,
            ItemVote.total_members.label("total"),
            ItemVote.result,
        )
        .join(AgendaItem, AgendaItem.id == ItemVote.item_id)
        .join(Case, Case.id == AgendaItem.case_id)
        .join(CouncilSession, CouncilSession.id == AgendaItem.session_id)
        .join(Voting, Voting.id == ItemVote.voting_id)
        .where(
            period.condition,
            Voting.state == VotingState.CLOSED,
            or_(
                and_(ItemVote.result == VoteResult.PASSED, agree - ItemVote.least < CLOSE_BY),
                and_(ItemVote.result != VoteResult.PASSED, ItemVote.least - agree <= CLOSE_BY),
            ),
        )
        .order_by(Case.id.desc(), ItemVote.id)
    )


def _large_share(session: Session, period: Period) -> Rows:
    of_unit = (
        select(Case.unit_id, func.count().label("awards"))
        .join(Decision, Decision.case_id == Case.id)
        .where(period.condition)
        .group_by(Case.unit_id)
        .subquery()
    )
    counted = select(
        of_unit.c.unit_id,
        of_unit.c.awards,
        func.sum(of_unit.c.awards).over().label("total"),
    ).subquery()
    nothing: ColumnElement[Any] = case((counted.c.awards < 0, ""), else_=None)
    return (
        select(
            nothing.label("reference"),
            Unit.name.label("subject_name"),
            counted.c.awards,
            counted.c.total,
        )
        .join(Unit, Unit.id == counted.c.unit_id)
        .where(
            counted.c.total >= FEW_AWARDS,
            counted.c.awards * 100 >= counted.c.total * LARGE_SHARE,
        )
        .order_by(counted.c.awards.desc(), Unit.id)
    )


def _seconds(session: Session, begins: Any, ends: Any) -> ColumnElement[Any]:
    """Return the seconds between two moments of the database."""
    if session.get_bind().dialect.name == "sqlite":
        return (func.julianday(ends) - func.julianday(begins)) * 86_400
    return func.extract("epoch", ends - begins)


_QUERIES: Mapping[Pattern, Callable[[Session, Period], Rows]] = {
    Pattern.ONE_PERSON: _one_person,
    Pattern.QUICK: _quick,
    Pattern.CHANGED: _changed,
    Pattern.AGAINST_CHECK: _against_check,
    Pattern.AGAINST_ADVICE: _against_advice,
    Pattern.CLOSE_VOTE: _close_vote,
    Pattern.LARGE_SHARE: _large_share,
}
