"""What a decision of the register says, checked: by hand and from a file alike."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from engine.errors import InvalidSubmission
from engine.units import checked_text
from forms.fields import NOTE
from forms.messages import code
from forms.vocabulary import AuthorityLevel, CommendationKind, EntryNature, Honour

DISTRICTS_UNTIL = date(2025, 6, 30)
"""Last day of the district level: from 1 July 2025 there are two levels."""

LONGEST_NUMBER = 60

GRANTERS = {
    # Arts. 77, 78 and 79.4: nobody else grants these.
    Honour.LABOR_ORDER: AuthorityLevel.PRESIDENT,
    Honour.LABOR_ORDER_SECOND: AuthorityLevel.PRESIDENT,
    Honour.LABOR_ORDER_FIRST: AuthorityLevel.PRESIDENT,
    Honour.PRIME_MINISTER_CERTIFICATE: AuthorityLevel.PRIME_MINISTER,
    Honour.NATIONAL_FIGHTER: AuthorityLevel.PRIME_MINISTER,
    Honour.GOVERNMENT_FLAG: AuthorityLevel.PRIME_MINISTER,
    Honour.PROVINCIAL_MERIT: AuthorityLevel.PROVINCE,
}
"""Honour → the one level that grants it; the Prime Minister's stands for the Government's."""


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


@dataclass(frozen=True)
class Letter:
    """A paper about an award: a letter that corrects it, a decision that annuls it."""

    number: str
    decided_on: date
    reason: str
    """What it corrects, or why it annuls."""


def checked_facts(facts: AwardFacts, today: date) -> AwardFacts:
    """Return ``facts`` with their texts composed, if they agree with each other.

    :raises InvalidSubmission: a text does not fit, or days or authority contradict.
    """
    problems: dict[str, list[str]] = {}
    texts: dict[str, Any] = {
        "subject_text": _text(problems, "subject_text", facts.subject_text),
        "authority_name": _text(problems, "authority_name", facts.authority_name),
        "honour_text": _text(problems, "honour_text", facts.honour_text, may_be_empty=True),
        "number": _text(problems, "number", facts.number, LONGEST_NUMBER, may_be_empty=True),
        "content": _text(problems, "content", facts.content, NOTE, may_be_empty=True),
    }
    for name, message in contradictions(facts, today).items():
        problems.setdefault(name, []).append(message)
    if problems:
        raise InvalidSubmission(problems)
    texts["honour_text"] = texts["honour_text"] or facts.honour.vi
    return replace(facts, **texts)


def contradictions(facts: AwardFacts, today: date) -> dict[str, str]:
    """Return what cannot be true together: name of a fact → message.

    An award of a year is often decided in its December, so an achievement may last until
    the end of the year of the decision.
    """
    found: dict[str, str] = {}
    begins, ends, decided = facts.achieved_from, facts.achieved_to, facts.decided_on
    if begins and ends and ends < begins:
        found["achieved_to"] = code("ends_before_it_begins", _vn(ends), _vn(begins))
    if decided and decided > today:
        found["decided_on"] = code("day_in_future", _vn(decided), _vn(today))
    elif decided and begins and decided < begins:
        found["decided_on"] = code("decided_before_achievement", _vn(decided), _vn(begins))
    elif decided and ends and ends.year > decided.year:
        found["achieved_to"] = code("achieved_after_decision", _vn(ends), _vn(decided))
    level = facts.authority_level
    if level is AuthorityLevel.FORMER_DISTRICT and decided and decided > DISTRICTS_UNTIL:
        found["authority_level"] = code("district_is_gone", _vn(decided))
    if GRANTERS.get(facts.honour, level) is not level:
        found["authority_level"] = code("not_of_this_authority")
    return found


def checked_letter(letter: Letter, awarded_on: date | None, today: date) -> Letter:
    """Return ``letter`` with its texts composed, if it can be about an award.

    :param awarded_on: day of the decision to award, where it is known.
    :raises InvalidSubmission: a text is missing, or it is of before the award or of later
        than today.
    """
    problems: dict[str, list[str]] = {}
    number = _text(problems, "number", letter.number, LONGEST_NUMBER)
    reason = _text(problems, "reason", letter.reason, NOTE)
    day = letter.decided_on
    if day > today:
        problems["decided_on"] = [code("day_in_future", _vn(day), _vn(today))]
    elif awarded_on is not None and day < awarded_on:
        problems["decided_on"] = [code("before_the_award", _vn(day), _vn(awarded_on))]
    if problems:
        raise InvalidSubmission(problems)
    return Letter(number, day, reason)


def plain(facts: AwardFacts) -> dict[str, Any]:
    """Return ``facts`` as JSON values, for the journal."""
    values = {one.name: getattr(facts, one.name) for one in fields(facts)}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def _text(
    problems: dict[str, list[str]],
    name: str,
    text: str,
    longest: int = 500,
    *,
    may_be_empty: bool = False,
) -> str:
    """Return ``text`` composed; what is wrong with it goes to ``problems``."""
    if may_be_empty and not text.strip():
        return ""
    try:
        return checked_text(name, text, longest)
    except InvalidSubmission as error:
        problems.update(error.messages)
        return ""


def _vn(day: date) -> str:
    """Return ``day`` as people in Vietnam write it: ``22/11/2026``."""
    return f"{day:%d/%m/%Y}"
