"""Rounds: the calls for nominations under a plan, several at once if need be."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import AwardNotInRound, InvalidSubmission, NotFound, RoundNotOpen
from engine.office import VIETNAM, Operator, authorise
from engine.permissions import Actor
from engine.plans import Plan, plan_of
from engine.store.models import Case, PlanRow, Round
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import Award, Occasion


def open_round(
    session: Session,
    *,
    plan_id: int,
    name: str,
    occasion: Occasion,
    year: int,
    opens_at: datetime,
    closes_at: datetime,
    awards: Collection[Award],
    actor: Actor | Operator,
    at: datetime,
) -> Round:
    """Announce a round; it takes nominations from ``opens_at`` until before ``closes_at``.

    :param awards: those open in it; each must be one of the plan's on that occasion.
    :raises NotPermitted: ``actor`` does not manage rounds.
    :raises NotFound: there is no such plan.
    :raises AwardNotInRound: the plan does not allow an award on the occasion; with the
        facts ``award``, ``occasion`` and ``source`` (the section of the plan).
    :raises InvalidSubmission: no name, no award, a year outside the plan, an end before
        the beginning.
    """
    acting = authorise(actor, "round.manage")
    row = session.get(PlanRow, plan_id)
    if row is None:
        raise NotFound(f"plan {plan_id}")
    plan = plan_of(row)
    name = checked_text("name", name)
    _check_year(plan, year)
    _check_period(opens_at, closes_at)
    if not awards:
        raise InvalidSubmission({"awards": [code("choose_one")]})
    for award in awards:
        require_award(plan, occasion, award)
    values = {
        "plan_id": plan_id,
        "name": name,
        "occasion": occasion,
        "year": year,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "awards": [award.value for award in Award if award in awards],
    }
    round_ = Round(**values)
    session.add(round_)
    session.flush()
    detail = {key: _plain(value) for key, value in values.items()} | {"round_id": round_.id}
    acting.note(session, stream="rounds", action="round.opened", at=at, detail=detail)
    return round_


def change_round(
    session: Session,
    *,
    round_id: int,
    name: str,
    opens_at: datetime,
    closes_at: datetime,
    actor: Actor | Operator,
    at: datetime,
) -> Round:
    """Give a round another name or other moments. Plan, occasion and awards stay.

    :raises NotPermitted: ``actor`` does not manage rounds.
    :raises NotFound: there is no such round.
    :raises InvalidSubmission: no name, or an end before the beginning.
    """
    acting = authorise(actor, "round.manage")
    round_ = _lock(session, round_id)
    _check_period(opens_at, closes_at)
    new = {"name": checked_text("name", name), "opens_at": opens_at, "closes_at": closes_at}
    changes = {
        key: [_plain(getattr(round_, key)), _plain(value)]
        for key, value in new.items()
        if getattr(round_, key) != value
    }
    if not changes:
        return round_
    acting.note(
        session,
        stream="rounds",
        action="round.changed",
        at=at,
        detail={"round_id": round_id, "changes": changes},
    )
    for key, value in new.items():
        setattr(round_, key, value)
    session.flush()
    return round_


def close_round(
    session: Session, *, round_id: int, actor: Actor | Operator, at: datetime
) -> Round:
    """Let an open round end now: it takes no more nominations; cases in it go on.

    :raises NotPermitted: ``actor`` does not manage rounds.
    :raises NotFound: there is no such round.
    :raises RoundNotOpen: it is not open at ``at``.
    """
    acting = authorise(actor, "round.manage")
    round_ = _lock(session, round_id)
    if round_.opens_at == at:  # a round closes after it opens, by at least a moment
        raise RoundNotOpen(f"round {round_id} opens at this moment")
    require_open(round_, at)
    acting.note(
        session,
        stream="rounds",
        action="round.closed",
        at=at,
        detail={"round_id": round_id, "closes_at": [_plain(round_.closes_at), _plain(at)]},
    )
    round_.closes_at = at
    session.flush()
    return round_


def get_round(session: Session, round_id: int) -> Round:
    """Return a round.

    :raises NotFound: there is no such round.
    """
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound(f"round {round_id}")
    return round_


def list_open_rounds(session: Session, at: datetime) -> list[Round]:
    """Return the rounds that take nominations at ``at``, the one that closes first first."""
    return list(
        session.scalars(
            select(Round)
            .where(Round.opens_at <= at, Round.closes_at > at)
            .order_by(Round.closes_at, Round.id)
            .limit(100)
        )
    )


def find_next_round(session: Session, case: Case, at: datetime) -> int | None:
    """Return the round in which a held nomination is examined that resumes at ``at``.

    None: its own, while that takes nominations, or if no later round of the plan takes
    its award. A nomination that was held past its round comes up in the next one.
    """
    own = case.round
    if at < own.closes_at:
        return None
    later = session.scalars(
        select(Round)
        .where(
            Round.plan_id == own.plan_id,
            Round.closes_at > at,
            Round.opens_at > own.opens_at,
        )
        .order_by(Round.opens_at, Round.id)
        .limit(20)
    )
    return next((each.id for each in later if case.award.value in each.awards), None)


def list_rounds(session: Session, limit: int = 200) -> list[Round]:
    """Return all rounds, the one that opens last first."""
    return list(
        session.scalars(
            select(Round).order_by(Round.opens_at.desc(), Round.id.desc()).limit(limit)
        )
    )


def require_open(round_: Round, at: datetime) -> None:
    """Return if the round takes nominations at ``at``.

    :raises RoundNotOpen: otherwise, with the facts ``opens_at`` and ``closes_at``.
    """
    if not round_.opens_at <= at < round_.closes_at:
        raise RoundNotOpen(
            f"round {round_.id} is open from {round_.opens_at} to {round_.closes_at}, not {at}",
            opens_at=round_.opens_at,
            closes_at=round_.closes_at,
        )


def require_award(plan: Plan, occasion: Occasion, award: Award) -> None:
    """Return if the plan allows ``award`` on ``occasion``.

    :raises AwardNotInRound: otherwise, with the facts ``award``, ``occasion``, ``source``.
    """
    if award not in plan.awards_on(occasion):
        source = plan.source_of(occasion)
        raise AwardNotInRound(
            f"{award} on {occasion}: plan {plan.code}, section {source}, does not allow it",
            award=award,
            occasion=occasion,
            source=source,
        )


def _check_year(plan: Plan, year: int) -> None:
    first, last = plan.period.starts_on.year, plan.period.ends_on.year
    if not first <= year <= last:
        raise InvalidSubmission({"year": [code("year_outside_plan", f"{first}-{last}")]})


def _check_period(opens_at: datetime, closes_at: datetime) -> None:
    """:raises ValueError: one of the two has no time zone."""
    if opens_at.tzinfo is None or closes_at.tzinfo is None:
        raise ValueError(f"naive datetime: opens {opens_at}, closes {closes_at}")
    if closes_at <= opens_at:
        found = code("ends_before_it_begins", _vn(closes_at), _vn(opens_at))
        raise InvalidSubmission({"closes_at": [found]})


def _lock(session: Session, round_id: int) -> Round:
    round_ = session.get(Round, round_id, with_for_update=True, populate_existing=True)
    if round_ is None:
        raise NotFound(f"round {round_id}")
    return round_


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _vn(moment: datetime) -> str:
    """Return ``moment`` as people in Vietnam write it: ``22/11/2026 08:05``."""
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
