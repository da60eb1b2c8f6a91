"""Cases found by words of their subject, of their reference, or of their unit.

A word finds what begins with it; all words must be there, in any order and without their
marks. Where one of them is rare, the index of words gives the few cases; where all are
common, lists go through the cases in their own order, and the page is soon full.
"""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import Session

from engine.store.models import Case, CaseWord, Unit
from engine.text import fold

RARE = 2_000
"""Cases that are looked at one by one for what else is wanted of them."""

MOST_WORDS = 8
LONGEST_WORD = 40
"""As migration 0015 keeps them."""

MOST_UNITS = 500

MARKS = "-.,()/\"':;=“”"
"""What parts words, besides spaces; as in migration 0015."""

REFERENCE = re.compile(r"(hs-?)?([0-9]{4}-[0-9]*)|hs(-[0-9]*)?")
"""A reference that is typed, from its beginning or from its year on."""

LAST = "\U0010ffff"
"""Comes after every letter."""


def words_of(text: str) -> tuple[str, ...]:
    """Return the words that somebody searches for, folded; a number without its zeros."""
    words: list[str] = []
    for typed in fold(text).split():
        reference = REFERENCE.fullmatch(typed)
        if reference:
            words.append(f"hs-{reference[2]}" if reference[2] else typed)
        else:
            words += "".join(" " if mark in MARKS else mark for mark in typed).split()
    known = (word.lstrip("0") or word if word.isdecimal() else word for word in words)
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in known))[:MOST_WORDS]


@dataclass(frozen=True)
class Found:
    """The condition that a case is found; the query around has ``Case``."""

    condition: ColumnElement[bool]
    is_common: bool
    """Whether it must be asked of case after case: all of its words are common."""


def has_words(session: Session, text: str) -> Found | None:
    """Return how ``text`` finds a case; none: nothing is asked.

    Asks how rare each word is, in one query.
    """
    words = words_of(text)
    if not words:
        return None
    counts = session.execute(select(*(_number_of(word) for word in words))).one()
    rarest = min(range(len(words)), key=counts.__getitem__)
    conditions = [_has_word(word) for word in words]
    is_common = counts[rarest] > RARE
    if not is_common:
        few = select(CaseWord.case_id).where(_begins(words[rarest])).limit(RARE)
        conditions[rarest] = Case.id.in_(few)
    return Found(and_(*conditions), is_common)


def has_words_or_unit(session: Session, text: str) -> Found | None:
    """Return how ``text`` finds a case, by itself or by the name of its unit."""
    found = has_words(session, text)
    if found is None:
        return None
    units = session.scalars(
        select(Unit.id)
        .where(Unit.folded_name.contains(fold(text), autoescape=True))
        .order_by(Unit.id)
        .limit(MOST_UNITS)
    ).all()
    if not units:
        return found
    here = Case.unit_id.in_(units)
    few = select(Case.id).where(here).limit(RARE + 1)
    number = session.scalar(select(func.count()).select_from(few.subquery())) or 0
    is_common = found.is_common or number > RARE
    of_units = here if is_common else Case.id.in_(few)
    return Found(or_(found.condition, of_units), is_common)


def _number_of(word: str) -> ColumnElement[int]:
    few = select(literal(1)).where(_begins(word)).limit(RARE + 1).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def _begins(word: str) -> ColumnElement[bool]:
    return and_(CaseWord.word >= word, CaseWord.word < word + LAST)


def begins_a_word(text: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Return that a word of a folded text begins with ``word``."""
    parted = text
    for mark in MARKS:
        parted = func.replace(parted, mark, " ")
    # The first costs less and mostly says no. As alternatives, for PostgreSQL multiplies
    # conditions, believes that next to nothing is found, and reads and sorts everything.
    return case(
        (
            text.contains(word, autoescape=True),
            (literal(" ") + parted).contains(f" {word}", autoescape=True),
        ),
        else_=false(),
    )


def _has_word(word: str) -> ColumnElement[bool]:
    """Return what :class:`CaseWord` says, from the row of the case itself."""
    named = begins_a_word(Case.folded_subject.expression, word)
    if not (word[0].isdecimal() or word.startswith("h")):
        return named
    whole = func.lower(Case.reference)
    parts = (whole, func.ltrim(func.substr(whole, 9), "0"))
    return or_(named, *(part.startswith(word, autoescape=True) for part in parts))
