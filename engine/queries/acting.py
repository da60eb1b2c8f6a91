"""Decisions found by whoever acted on the way to them, at any level.

A name is resolved to people first. Each of them has their decisions by day in an index, so
that the latest are read one after the other, however many there are; where something else is
wanted of the decisions as well, few are looked up and many are asked one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from engine.queries.finding import RARE, begins_a_word, words_of
from engine.store.models import Decision, DecisionPerson, Person, Position, Unit

MOST_PEOPLE = 100
"""People of a name at most; of more, somebody types more of the name."""


@dataclass(frozen=True)
class ActingPerson:
    """Somebody who acted on the way to a decision, with what they are or were last."""

    id: int
    name: str
    title: str
    unit_name: str
    """Both empty where the person never had a position."""


@dataclass(frozen=True)
class Acting:
    """The people whom a name means, of those who acted on the way to a decision."""

    people: tuple[ActingPerson, ...]
    """By name, the Vietnamese way; at most :data:`MOST_PEOPLE`."""
    is_whole: bool
    """False: more people are called so, and nothing is found until more is typed."""

    @property
    def ids(self) -> tuple[int, ...]:
        """Whose decisions are wanted; none where the name means too many."""
        return tuple(one.id for one in self.people) if self.is_whole else ()


def find_acting(session: Session, name: str, person_id: int | None) -> Acting | None:
    """Return whom ``name`` means; none: nobody is asked for.

    :param name: beginnings of the words of a name, in any order and without their marks.
    :param person_id: only this one of them, for people are called alike.
    """
    words = words_of(name)
    if not words and person_id is None:
        return None
    folded = Person.folded_name.expression
    rows = session.execute(
        select(Person.id, Person.full_name)
        .where(
            *(begins_a_word(folded, word) for word in words),
            *([Person.id == person_id] if person_id is not None else []),
            exists().where(DecisionPerson.person_id == Person.id),
        )
        .order_by(Person.sort_key, Person.id)
        .limit(MOST_PEOPLE + 1)
    ).all()
    places = _positions(session, [row.id for row in rows[:MOST_PEOPLE]])
    people = tuple(
        ActingPerson(row.id, row.full_name, *places.get(row.id, ("", "")))
        for row in rows[:MOST_PEOPLE]
    )
    return Acting(people, len(rows) <= MOST_PEOPLE)


def _positions(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return title and unit of the last position of each person."""
    rows = session.execute(
        select(Position.person_id, Position.title, Unit.name)
        .join(Unit, Unit.id == Position.unit_id)
        .where(Position.person_id.in_(ids))
        .order_by(Position.starts_on, Position.id)
    )
    return {person_id: (title, unit_name) for person_id, title, unit_name in rows}


@dataclass(frozen=True)
class Span:
    """Days of decisions, and the place after which a page begins; ``None`` is no bound."""

    from_day: date | None
    to_day: date | None
    after: tuple[date, int] | None
    """Day and id of the last decision of the page before."""


def latest_decisions(
    session: Session, ids: Sequence[int], span: Span, limit: int
) -> Select[int]:
    """Return the ids of the latest decisions of some people, in the order of the list.

    Each person's latest ``limit`` are merged: no more are read.
    """
    own, acted = aliased(DecisionPerson), DecisionPerson
    of_person = (
        select(own.signed_on, own.decision_id)
        .where(own.person_id == Person.id, *_within(own, span))
        .order_by(own.signed_on.desc(), own.decision_id.desc())
        .correlate(Person)
    )
    day: ColumnElement[date]
    number: ColumnElement[int]
    if session.get_bind().dialect.name == "postgresql":
        latest = of_person.limit(limit).lateral()
        day, number = latest.c.signed_on, latest.c.decision_id
        merged = select(number).select_from(Person).join(latest, true())
    else:  # SQLite has no LATERAL; it asks where each person's latest begin
        last = of_person.limit(1).offset(limit - 1)
        least = tuple_(
            func.coalesce(last.with_only_columns(own.signed_on).scalar_subquery(), date.min),
            func.coalesce(last.with_only_columns(own.decision_id).scalar_subquery(), 0),
        )
        day, number = acted.signed_on.expression, acted.decision_id.expression
        merged = (
            select(number)
            .select_from(acted)
            .join(Person, Person.id == acted.person_id)
            .where(tuple_(day, number) >= least, *_within(acted, span))
        )
    return (
        merged.where(Person.id.in_(ids))
        .group_by(day, number)
        .order_by(day.desc(), number.desc())
        .limit(limit)
    )


def acted_in(session: Session, ids: Sequence[int]) -> ColumnElement[bool]:
    """Return that one of the people acted; the query around has ``Decision``.

    Asks how many decisions they have, in one query.
    """
    of_them = select(DecisionPerson.decision_id).where(DecisionPerson.person_id.in_(ids))
    few = of_them.limit(RARE + 1)
    if (session.scalar(select(func.count()).select_from(few.subquery())) or 0) <= RARE:
        return Decision.id.in_(few)
    return exists().where(
        DecisionPerson.decision_id == Decision.id, DecisionPerson.person_id.in_(ids)
    )


def _within(of: type[DecisionPerson], span: Span) -> list[ColumnElement[bool]]:
    """Return what bounds the decisions."""
    bounds: list[ColumnElement[bool]] = []
    if span.from_day is not None:
        bounds.append(of.signed_on >= span.from_day)
    if span.to_day is not None:
        bounds.append(of.signed_on <= span.to_day)
    if span.after is not None:
        day, number = span.after
        earlier = and_(of.signed_on == day, of.decision_id < number)
        bounds += [of.signed_on <= day, or_(of.signed_on < day, earlier)]
    return bounds
