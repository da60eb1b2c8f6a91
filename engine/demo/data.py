"""What the demo ward consists of, read from the tables beside this file."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from forms.vocabulary import (
    Award,
    CouncilOffice,
    Occasion,
    Outcome,
    ReturnTarget,
    Role,
    SubjectKind,
    UnitKind,
)


@dataclass(frozen=True)
class UnitRow:
    """A unit; ``parent`` is the code of the unit above it."""

    code: str
    name: str
    kind: UnitKind
    parent: str | None
    issuing_basis: str
    symbol: str
    is_outside_ward: bool


@dataclass(frozen=True)
class PersonRow:
    """A person with a login and their first position."""

    username: str
    full_name: str
    is_woman: bool
    unit: str
    role: Role | None
    """None: the person sits on a council, and has no other position."""
    title: str


@dataclass(frozen=True)
class RoundRow:
    """A round, from the morning of one day to the evening of another, in Vietnam."""

    key: str
    name: str
    occasion: Occasion
    year: int
    opens_on: date
    closes_on: date
    awards: tuple[Award, ...]


@dataclass(frozen=True)
class Step:
    """What happens to a nomination next; no outcome: the unit withdraws it."""

    outcome: Outcome | None
    return_to: ReturnTarget | None = None


@dataclass(frozen=True)
class NominationRow:
    """A nomination and its way."""

    round: str
    unit: str
    award: Award
    kind: SubjectKind
    subject: str
    title: str
    contents: tuple[str, ...]
    summary: str
    achievements: str
    criterion: str
    by_head: bool
    """Written by the unit head; otherwise by the clerk of the unit."""
    has_prior_award: bool
    way: tuple[Step, ...]


_OUTCOMES = {
    "S": Outcome.SUBMIT,
    "R": Outcome.RECOMMEND,
    "A": Outcome.AWARD,
    "X": Outcome.REJECT,
    "H": Outcome.HOLD,
    "U": Outcome.RESUME,
}
_TARGETS = {
    "d": ReturnTarget.DRAFT,
    "u": ReturnTarget.UNIT,
    "w": ReturnTarget.WARD,
    "p": ReturnTarget.PROVINCE,
}


def units() -> list[UnitRow]:
    """Return the units, each after the one above it."""
    outside, symbols = _people()["outside_ward"], _people()["symbols"]
    return [
        UnitRow(
            code, name, UnitKind(kind), parent, basis, symbols.get(code, ""), code in outside
        )
        for code, name, kind, parent, basis in _people()["units"]
    ]


def people() -> list[PersonRow]:
    """Return the people with their logins."""
    return [
        PersonRow(username, name, woman, unit, Role(role) if role else None, title)
        for username, name, woman, unit, role, title in _people()["people"]
    ]


@dataclass(frozen=True)
class SeatRow:
    """A member of a council, or a substitute of one."""

    unit: str
    username: str
    office: CouncilOffice
    title: str
    stands_in_for: str = ""
    """User name of the member whose place a substitute may take."""


def seats() -> list[SeatRow]:
    """Return the members of the councils, then their substitutes."""
    members = [
        SeatRow(unit, username, CouncilOffice(office), title)
        for unit, username, office, title in _people()["councils"]
    ]
    substitutes = [
        SeatRow(unit, username, CouncilOffice.SUBSTITUTE, title, member)
        for unit, username, title, member in _people()["substitutes"]
    ]
    return members + substitutes


def rounds() -> list[RoundRow]:
    """Return the rounds, the earliest first."""
    return [
        RoundRow(key, name, Occasion(occasion), year, opens, closes, tuple(map(Award, awards)))
        for key, name, occasion, year, opens, closes, awards in _people()["rounds"]
    ]


@cache
def nominations() -> tuple[NominationRow, ...]:
    """Return the nominations in the order in which they are opened within their round."""
    return tuple(_nomination(row) for row in _read("nominations.yaml"))


def _nomination(row: dict[str, Any]) -> NominationRow:
    return NominationRow(
        round=row["round"],
        unit=row["unit"],
        award=Award(row["award"]),
        kind=SubjectKind(row.get("kind", "individual")),
        subject=row["subject"],
        title=row.get("title", ""),
        contents=tuple(row["contents"]),
        summary=row["summary"],
        achievements=row["achievements"],
        criterion=row["criterion"],
        by_head=row.get("by") == "head",
        has_prior_award=row.get("prior", False),
        way=tuple(_step(letters) for letters in row["way"].split()),
    )


def _step(letters: str) -> Step:
    if letters == "W":
        return Step(None)
    if letters.startswith("T"):
        return Step(Outcome.RETURN, _TARGETS[letters[1]])
    return Step(_OUTCOMES[letters])


@cache
def _people() -> dict[str, Any]:
    tables: dict[str, Any] = _read("people.yaml")
    return tables


def _read(name: str) -> Any:
    text = (resources.files("engine.demo") / name).read_text(encoding="utf-8")
    return yaml.safe_load(text)
