"""Who decides, proposes, appraises, advises on and pays for an award (``authority.yaml``).

Also the tests on who may issue a certificate and who is to submit a nomination.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from engine.datafiles import Translated
from engine.datafiles.reading import (
    BROKEN,
    PERIOD,
    Read,
    day,
    line_at,
    list_of,
    mapping,
    matching,
    translated,
    word,
)
from engine.datafiles.yaml_lines import Problems
from engine.rules.facts import Facts
from engine.rules.instruments import Instruments, check_days
from engine.rules.model import Result, Source, Value
from engine.rules.parameters import some
from engine.rules.registry import rule_test
from engine.text import fold
from forms.vocabulary import Award, Confidence, RuleVerdict, UnitKind

if TYPE_CHECKING:
    from engine.rules.book import LawBook

AUTHORITY = "authority.yaml"

_ID = matching(re.compile(r"[A-Z][0-9]{2}[a-z]?"), "an id like A01")


class Part(StrEnum):
    """What somebody does for an award."""

    DECIDES = "decides"
    PROPOSES = "proposes"
    APPRAISES = "appraises"
    ADVISES = "advises"
    PAYS = "pays"
    ANNULS = "annuls"
    SUBMITS = "submits"
    NOTES = "notes"
    """What else the authority covers; shown, never asked."""


@dataclass(frozen=True)
class Duty:
    """Who does one part for some awards, between two days."""

    id: str
    part: Part
    awards: frozenset[Award]
    who: Translated
    source: Source
    confidence: Confidence
    starts_on: date
    ends_on: date | None = None
    units: frozenset[UnitKind] = frozenset()
    """Heads of which units do it by their own right; empty: whoever submits."""
    note: Translated | None = None

    def holds_on(self, on: date) -> bool:
        """Whether it is in force on the day ``on``."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True)
class Issuer:
    """Whether heads of some kinds of units are among those who issue certificates."""

    id: str
    units: frozenset[UnitKind]
    is_listed: bool
    who: Translated
    source: Source
    confidence: Confidence
    starts_on: date
    ends_on: date | None = None

    def holds_on(self, on: date) -> bool:
        """Whether it is in force on the day ``on``."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


_Entry = TypeVar("_Entry", Duty, Issuer)


@dataclass(frozen=True)
class AuthorityTable:
    """All that ``authority.yaml`` says."""

    duties: tuple[Duty, ...]
    issuers: tuple[Issuer, ...]


@dataclass(frozen=True)
class Authorities:
    """Who does what for one award of one unit; empty: no rule is in the system."""

    may_unit_issue: bool
    """Whether the head of the submitting unit decides on its certificates itself."""
    issuer: Issuer | None
    """What the Law says of heads of such units; none: the award is no certificate."""
    decides: tuple[Duty, ...]
    proposes: tuple[Duty, ...]
    appraises: tuple[Duty, ...]
    advises: tuple[Duty, ...]
    pays: tuple[Duty, ...]
    annuls: tuple[Duty, ...]
    submits: tuple[Duty, ...]

    @property
    def decider(self) -> Duty | None:
        """Who decides; none: no rule is in the system."""
        return self.decides[0] if self.decides else None


def who_decides(
    book: "LawBook", award: Award, unit_kind: UnitKind, issuing_basis: str, on: date
) -> Authorities:
    """Return who does what for ``award`` on the day ``on``, nominated by a ``unit_kind``.

    The head of a unit decides on a certificate only with ``issuing_basis``, the provision
    on record by which he or she may; without one the chairman of the ward does.
    """
    table: AuthorityTable = book.parts[AUTHORITY]
    is_certificate = award is Award.UNIT_CERTIFICATE
    may_issue = is_certificate and bool(issuing_basis.strip())
    issuing = unit_kind if may_issue else UnitKind.WARD

    def duties(part: Part) -> tuple[Duty, ...]:
        return tuple(
            one
            for one in table.duties
            if one.part is part
            and award in one.awards
            and one.holds_on(on)
            and (not one.units or issuing in one.units)
        )

    return Authorities(
        may_unit_issue=may_issue,
        issuer=find_issuer(table, unit_kind, on) if is_certificate else None,
        decides=duties(Part.DECIDES),
        proposes=duties(Part.PROPOSES),
        appraises=duties(Part.APPRAISES),
        advises=duties(Part.ADVISES),
        pays=duties(Part.PAYS),
        annuls=duties(Part.ANNULS),
        submits=duties(Part.SUBMITS),
    )


def find_issuer(table: AuthorityTable, unit_kind: UnitKind, on: date) -> Issuer | None:
    """Return what is said of heads of ``unit_kind`` as issuers; none: nothing."""
    return next(
        (one for one in table.issuers if unit_kind in one.units and one.holds_on(on)), None
    )


def authority_reader(instruments: Instruments) -> Read:
    """Return a reader of ``authority.yaml`` as an :class:`AuthorityTable`."""
    dated: dict[str, Any] = {
        "id": _ID,
        "who": translated,
        "source": instruments.citation,
        "confidence": word(Confidence),
        **PERIOD,
    }
    duty = mapping(
        dict,
        part=word(Part),
        awards=(some(Award, "award"), tuple(Award)),
        units=(some(UnitKind, "unit kind"), ()),
        note=(translated, None),
        **dated,
    )
    issuer = mapping(
        dict,
        units=some(UnitKind, "unit kind"),
        listed=matching(re.compile("true|false"), "true or false"),
        **dated,
    )

    def read_duty(node: yaml.Node, problems: Problems) -> Any:
        values = _dated(duty(node, problems), node, problems)
        if values is BROKEN:
            return BROKEN
        return Duty(**{**values, "awards": frozenset(values["awards"])})

    def read_issuer(node: yaml.Node, problems: Problems) -> Any:
        values = _dated(issuer(node, problems), node, problems)
        if values is BROKEN:
            return BROKEN
        is_listed = values.pop("listed") == "true"
        return Issuer(**values, is_listed=is_listed)

    return mapping(
        _table,
        format=matching(re.compile("1"), "1, the format of this version"),
        unsure_from=day,
        duties=list_of(read_duty, "duty", unique="id"),
        issuers=list_of(read_issuer, "issuer", unique="id"),
    )


def _table(
    format: str,
    unsure_from: date,
    duties: tuple[Duty, ...],
    issuers: tuple[Issuer, ...],
) -> AuthorityTable:
    return AuthorityTable(
        tuple(one for each in duties for one in _until_unsure(each, unsure_from)),
        tuple(one for each in issuers for one in _until_unsure(each, unsure_from)),
    )


def _until_unsure(entry: _Entry, unsure_from: date) -> tuple[_Entry, ...]:
    """Return ``entry`` in two: what is checked until the Law was amended is less sure then."""
    if entry.source.is_office or entry.confidence is not Confidence.HIGH:
        return (entry,)
    if entry.starts_on >= unsure_from:
        return (replace(entry, confidence=Confidence.MEDIUM),)
    if entry.ends_on is not None and entry.ends_on < unsure_from:
        return (entry,)
    return (
        replace(entry, ends_on=unsure_from - timedelta(days=1)),
        replace(entry, starts_on=unsure_from, confidence=Confidence.MEDIUM),
    )


def _dated(values: Any, node: yaml.Node, problems: Problems) -> Any:
    """Return the keys of a dated entry as its class has them; checks its days."""
    if values is BROKEN:
        return BROKEN
    starts_on, ends_on = values.pop("from"), values.pop("until")
    if not check_days(node, starts_on, ends_on, problems):
        return BROKEN
    cited = values.pop("source")
    cited.check(
        line_at(node, "source"),
        problems,
        confidence=values["confidence"],
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return {
        **values,
        "units": frozenset(values["units"]),
        "source": cited.source,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


# Tests of rules.


@rule_test(
    sentences={
        "unit_decides": ("unit", "basis"),
        "ward_decides": ("unit", "unit_kind"),
        "basis_not_recorded": ("unit", "unit_kind"),
        "unit_unknown": (),
    },
    parameters={"listed": some(UnitKind, "unit kind")},
)
def unit_may_issue(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Say whether the head of the unit issues its certificate, or the ward's chairman.

    Heads of units of the kinds ``listed`` may by the Law, once the basis is on record.
    """
    if facts.unit_kind is None:
        return Result(RuleVerdict.CANNOT_TELL, "unit_unknown")
    used: dict[str, Value] = {"unit": facts.unit_name}
    if facts.unit_issuing_basis.strip():
        used["basis"] = facts.unit_issuing_basis.strip()
        return Result(RuleVerdict.MET, "unit_decides", used)
    used["unit_kind"] = facts.unit_kind
    is_listed = facts.unit_kind in parameters["listed"]
    return Result(RuleVerdict.MET, "basis_not_recorded" if is_listed else "ward_decides", used)


@rule_test(
    sentences={
        "inside": ("unit",),
        "outside": ("unit",),
        "managed_elsewhere": ("unit", "managing_body"),
        "not_said": ("unit",),
    },
)
def submitted_by_its_manager(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Warn where another body manages the subject's organisation, staff and payroll."""
    used: dict[str, Value] = {"unit": facts.unit_name}
    if facts.is_outside_ward:
        return Result(RuleVerdict.NOT_MET, "outside", used)
    manager, unit = fold(facts.managing_body), fold(facts.unit_name)
    if manager and unit and manager not in unit and unit not in manager:
        used["managing_body"] = facts.managing_body
        return Result(RuleVerdict.NOT_MET, "managed_elsewhere", used)
    if facts.is_outside_ward is None and not manager:
        return Result(RuleVerdict.CANNOT_TELL, "not_said", used)
    return Result(RuleVerdict.MET, "inside", used)
