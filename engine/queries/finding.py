"""Cases found by words of their subject, of their reference, or of their unit.

A word finds what begins with it; all words must be there, in any order and without their
marks. Where one of them is rare, the index of words gives the few cases, and says which of
them have the others; where all are common, lists go through the cases in their own order,
and the page is soon full.

To ask the index whether a case has a word costs less than to read the case. It is asked for
whole words, so what begins with a typed one is looked up first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from engine.store.models import Case, CaseWord, Unit
from engine.store.models.lists import WORD
from engine.store.prepared import Prepared
from engine.text import fold

RARE = 2_000
"""Cases that are looked at one by one for what else is wanted of them."""

MOST_FEW = 2 * RARE
"""Cases that a search finds at most, by their words and by their unit, if it is not common."""

MOST_SPELLINGS = {"sqlite": 8, "postgresql": 1}
"""Whole words that the index is asked for, for one that is typed: more cost more than a case.

To read a case takes 3 µs on both; to ask for one word, or for three, 0.3 and 0.8 µs on
SQLite, but 2 and 11 µs on PostgreSQL.
"""

MOST_WORDS = 8
LONGEST_WORD = 40
"""As migration 0015 keeps them."""

MOST_UNITS = 500

Conditions = list[ColumnElement[bool]]

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
    newest: Select[int] | None = None
    """The ids, the newest first, along a word that is common; to be limited."""


def has_words(session: Session, text: str) -> Found | None:
    """Return how ``text`` finds a case; none: nothing is asked.

    Asks of each word how rare it is and what begins with it, in short queries.
    """
    words = words_of(text)
    if not words:
        return None
    numbers = {word: _number_of(session, word) for word in words}
    rarest = min(words, key=numbers.__getitem__)
    if numbers[rarest] > RARE:
        return Found(and_(*map(_has_word, words)), True, _newest(session, words))
    indexed, read = _asked(_spelled(session, [word for word in words if word != rarest]))
    few = select(CaseWord.case_id).where(_begins(rarest), *indexed).limit(RARE)
    return Found(and_(Case.id.in_(few), *read), is_common=False)


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


def _number_of(session: Session, word: str) -> int:
    """Return how many cases a word finds; :data:`RARE` and one: or more."""
    return int(_NUMBER.first(session, {"word": word, "past": word + LAST}).number)


def _begins(word: str) -> ColumnElement[bool]:
    return and_(CaseWord.word >= word, CaseWord.word < word + LAST)


def _newest(session: Session, words: Sequence[str]) -> Select[int] | None:
    """Return the cases with several words, along those of one with which nothing else begins.

    Many are passed over before some have all words; each is asked in the index alone.
    """
    spelled = _spelled(session, words) if len(words) > 1 else {}
    whole = next((word for word, found in spelled.items() if found == [word]), None)
    if whole is None:
        return None
    del spelled[whole]
    indexed, read = _asked(spelled)
    found = select(CaseWord.case_id).where(CaseWord.word == whole, *indexed).subquery()
    ids = select(Case.id).join(found, found.c.case_id == Case.id).where(*read)
    return ids.order_by(found.c.case_id.desc())


def _asked(spelled: dict[str, list[str]]) -> tuple[Conditions, Conditions]:
    """Return how a row of the index, and how its case, is asked for words."""
    return (
        [_is_one_of(spellings) for spellings in spelled.values() if spellings],
        [_has_word(word) for word, spellings in spelled.items() if not spellings],
    )


def _spelled(session: Session, words: Sequence[str]) -> dict[str, list[str]]:
    """Return for each word itself and all that begin with it; nothing: they are too many."""
    return {word: _spellings(session, word) for word in words}


def _spellings(session: Session, typed: str) -> list[str]:
    found, most = [typed], MOST_SPELLINGS[session.get_bind().dialect.name]
    while len(found) <= most:
        given = {"word": found[-1], "past": typed + LAST}
        following = _FOLLOWING.first(session, given).word
        if following is None:
            return found
        found.append(following)
    return []


def _is_one_of(spelled: Sequence[str]) -> ColumnElement[bool]:
    """Return that the case of a row of the index has one of these words, too."""
    other = aliased(CaseWord)
    one = (
        select(literal(1))
        .where(other.word.in_(spelled), other.case_id == CaseWord.case_id)
        .limit(1)
        .correlate(CaseWord)
    )
    # Not as EXISTS: PostgreSQL would rather read all cases that have the word.
    return one.scalar_subquery().is_not(None)


@lru_cache
def _parted(text: ColumnElement[str]) -> ColumnElement[str]:
    """Return a folded text with spaces for its marks, and one before."""
    parted = text
    for mark in MARKS:
        parted = func.replace(parted, mark, " ")
    return literal(" ") + parted


def begins_a_word(text: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Return that a word of a folded text begins with ``word``."""
    # The first costs less and mostly says no. As alternatives, for PostgreSQL multiplies
    # conditions, believes that next to nothing is found, and reads and sorts everything.
    return case(
        (
            text.contains(word, autoescape=True),
            _parted(text).contains(f" {word}", autoescape=True),
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


_WORD, _PAST = bindparam("word", type_=WORD), bindparam("past", type_=WORD)

_NUMBER = Prepared(
    select(func.count().label("number")).select_from(
        select(literal(1))
        .where(CaseWord.word >= _WORD, CaseWord.word < _PAST)
        .limit(RARE + 1)
        .subquery()
    )
)

_FOLLOWING = Prepared(
    select(func.min(CaseWord.word).label("word")).where(
        CaseWord.word > _WORD, CaseWord.word < _PAST
    )
)
