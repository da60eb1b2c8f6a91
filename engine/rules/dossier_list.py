"""Which papers a dossier needs, by award, subject and what it claims (``papers.yaml``)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import combinations
from typing import Any

import yaml

from engine.datafiles import Translated
from engine.datafiles.reading import (
    BROKEN,
    Key,
    Read,
    day,
    line_at,
    list_of,
    mapping,
    matching,
    text,
    translated,
    word,
)
from engine.datafiles.yaml_lines import Problems, described, line_of
from engine.office_settings import SETTINGS
from engine.rules.instruments import Cited, Instruments, check_days
from engine.rules.model import Source
from engine.text import fold
from forms.vocabulary import Award, Confidence, Demand, DossierPart, Level, SubjectKind


class Need(StrEnum):
    """When a paper is needed."""

    ALWAYS = "always"
    CLAIMED = "claimed"
    """Where the achievement is of one of its claims."""
    SETTING = "setting"
    """Where a setting of the office says so."""


@dataclass(frozen=True)
class Claim:
    """What an achievement may be of, and the words by which it is found in its text."""

    id: str
    name: Translated
    words: tuple[str, ...]
    """As the file has them; compared without marks and capitals."""


@dataclass(frozen=True)
class Scope:
    """For which dossiers, and on which days, something of the list holds."""

    awards: frozenset[Award] = frozenset(Award)
    subjects: frozenset[SubjectKind] = frozenset(SubjectKind)
    starts_on: date = date.min
    ends_on: date | None = None

    def fits(self, award: Award, subject: SubjectKind, on: date) -> bool:
        """Whether it holds for a dossier that is received on ``on``."""
        return award in self.awards and subject in self.subjects and self.is_in_force(on)

    def is_in_force(self, on: date) -> bool:
        """Whether ``on`` is one of its days."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    def meets(self, other: "Scope") -> bool:
        """Whether both hold for one dossier on one day."""
        first, second = sorted((self, other), key=lambda scope: scope.starts_on)
        return bool(
            self.awards & other.awards
            and self.subjects & other.subjects
            and (first.ends_on is None or second.starts_on <= first.ends_on)
        )


@dataclass(frozen=True)
class PaperRule:
    """That a paper belongs to a dossier, when it is needed, and who says so."""

    id: str
    paper: DossierPart
    scope: Scope
    need: Need
    added_by: Level
    """The lowest level that adds it."""
    source: Source
    confidence: Confidence
    claims: tuple[str, ...] = ()
    setting: str = ""


@dataclass(frozen=True)
class Remark:
    """What else is said about some papers; about the whole dossier if ``papers`` is empty."""

    id: str
    papers: frozenset[DossierPart]
    scope: Scope
    text: Translated
    source: Source
    confidence: Confidence


@dataclass(frozen=True)
class FoundClaim:
    """A claim with the word of the dossier that stands for it."""

    claim: Claim
    word: str


@dataclass(frozen=True)
class ListedPaper:
    """A paper of one dossier."""

    rule: PaperRule
    is_needed: bool
    claims: tuple[Claim, ...]
    """Those of which one makes it needed; empty: it depends on no claim."""
    found: tuple[FoundClaim, ...]
    """Claims of the dossier for which it is needed."""
    remarks: tuple[Remark, ...]

    @property
    def paper(self) -> DossierPart:
        """The paper itself."""
        return self.rule.paper


@dataclass(frozen=True)
class DossierList:
    """All that ``papers.yaml`` says."""

    claims: tuple[Claim, ...]
    papers: tuple[PaperRule, ...]
    remarks: tuple[Remark, ...]

    def find_claims(self, *texts: str) -> tuple[FoundClaim, ...]:
        """Return the claims whose words stand in one of ``texts``, each once.

        A word that is found proposes a claim to the person who reads; it proves none.
        """
        read = f" {' '.join(re.findall(r'[a-z0-9]+', fold(' '.join(texts))))} "
        found = (
            (claim, next((one for one in claim.words if f" {fold(one)} " in read), None))
            for claim in self.claims
        )
        return tuple(FoundClaim(claim, one) for claim, one in found if one is not None)

    def papers_for(
        self,
        award: Award,
        subject: SubjectKind,
        on: date,
        found: tuple[FoundClaim, ...] = (),
        settings: Mapping[str, str] | None = None,
    ) -> tuple[ListedPaper, ...]:
        """Return the papers of a dossier received on ``on``, in the order of the file.

        :param found: what the dossier claims.
        :param settings: of the office, by name; what is left out has its default.
        """
        remarks = tuple(one for one in self.remarks if one.scope.fits(award, subject, on))
        return tuple(
            self._listed(rule, found, settings or {}, remarks)
            for rule in self.papers
            if rule.scope.fits(award, subject, on)
        )

    def remarks_for(self, award: Award, subject: SubjectKind, on: date) -> tuple[Remark, ...]:
        """Return what is said about the whole dossier."""
        return tuple(
            one for one in self.remarks if not one.papers and one.scope.fits(award, subject, on)
        )

    def _listed(
        self,
        rule: PaperRule,
        found: tuple[FoundClaim, ...],
        settings: Mapping[str, str],
        remarks: tuple[Remark, ...],
    ) -> ListedPaper:
        fitting = tuple(one for one in found if one.claim.id in rule.claims)
        needed = {
            Need.ALWAYS: True,
            Need.CLAIMED: bool(fitting),
            Need.SETTING: _demands(rule.setting, settings),
        }
        return ListedPaper(
            rule=rule,
            is_needed=needed[rule.need],
            claims=tuple(one for one in self.claims if one.id in rule.claims),
            found=fitting,
            remarks=tuple(one for one in remarks if rule.paper in one.papers),
        )


def _demands(setting: str, settings: Mapping[str, str]) -> bool:
    if not setting:
        return False
    return settings.get(setting, SETTINGS[setting].default) == Demand.REQUIRED


# Reading the file.

_ID = matching(re.compile(r"D[0-9]{2}[a-z]?"), "an id like D01 or D01a")
_CLAIM_ID = matching(re.compile("[a-z]+"), "small letters")


def paper_reader(instruments: Instruments) -> Read:
    """Return the reader of ``papers.yaml``, which reads it as :class:`DossierList`."""
    read = mapping(
        _made_list,
        format=matching(re.compile("1"), "1, the format of this version"),
        claims=list_of(_read_claim, "claim", unique="id"),
        papers=list_of(_paper_rule(instruments), "paper", unique="id"),
        remarks=list_of(_remark(instruments), "remark", unique="id"),
    )

    def checked(node: yaml.Node, problems: Problems) -> Any:
        found = read(node, problems)
        if found is not BROKEN:
            _check_claims(node, found, problems)
            _check_once(node, found.papers, problems)
        return found

    return checked


def _made_list(format: str, **parts: Any) -> DossierList:
    return DossierList(**parts)


_read_claim = mapping(
    Claim, id=_CLAIM_ID, name=translated, words=list_of(text, "word", unique="")
)


def _set_of(words: type[StrEnum], name: str) -> Read:
    members = list_of(word(words), name, unique="")

    def read(node: yaml.Node, problems: Problems) -> Any:
        found = members(node, problems)
        return BROKEN if found is BROKEN else frozenset(found)

    return read


_read_applies = mapping(
    Scope,
    awards=(_set_of(Award, "award"), frozenset(Award)),
    subjects=(_set_of(SubjectKind, "subject"), frozenset(SubjectKind)),
)


def _setting(node: yaml.Node, problems: Problems) -> Any:
    """Read the name of a setting that says whether something is demanded."""
    known = [one.name for one in SETTINGS.values() if one.choices == tuple(Demand)]
    value = text(node, problems)
    if value is not BROKEN and value not in known:
        problems.add(line_of(node), described(node), f"a setting: {', '.join(known)}")
        return BROKEN
    return value


def _paper_rule(instruments: Instruments) -> Read:
    return _entry(
        PaperRule,
        instruments,
        paper=word(DossierPart),
        need=word(Need),
        claims=(list_of(_CLAIM_ID, "claim", unique=""), ()),
        setting=(_setting, ""),
        added_by=word(Level),
    )


def _remark(instruments: Instruments) -> Read:
    papers = _set_of(DossierPart, "paper")
    return _entry(Remark, instruments, papers=(papers, frozenset()), text=translated)


def _entry(make: Callable[..., Any], instruments: Instruments, **own: Key) -> Read:
    """Return a reader of an entry with ``own`` keys, which checks its days and source."""
    keys: dict[str, Key] = {
        "id": _ID,
        "applies": (_read_applies, Scope()),
        "source": instruments.citation,
        "confidence": word(Confidence),
        "from": day,
        "until": (day, None),
    }
    read = mapping(partial(_made_entry, make), **keys, **own)

    def checked(node: yaml.Node, problems: Problems) -> Any:
        found = read(node, problems)
        if found is BROKEN:
            return BROKEN
        entry, cited = found
        scope = entry.scope
        check_days(node, scope.starts_on, scope.ends_on, problems)
        cited.check(
            line_at(node, "source"),
            problems,
            confidence=entry.confidence,
            starts_on=scope.starts_on,
            ends_on=scope.ends_on,
        )
        return entry

    return checked


def _made_entry(
    make: Callable[..., Any], source: Cited, applies: Scope, **keys: Any
) -> tuple[Any, Cited]:
    scope = replace(applies, starts_on=keys.pop("from"), ends_on=keys.pop("until"))
    return make(source=source.source, scope=scope, **keys), source


def _check_claims(node: yaml.Node, found: DossierList, problems: Problems) -> None:
    """A paper names claims or a setting where, and only where, its need is one of them."""
    known = {one.id for one in found.claims}
    for place, rule in enumerate(found.papers):
        line = line_at(node, "papers", place)
        if bool(rule.claims) is not (rule.need is Need.CLAIMED):
            problems.add(
                line,
                f"need {rule.need} and {len(rule.claims)} claims",
                "claims with need claimed",
            )
        if bool(rule.setting) is not (rule.need is Need.SETTING):
            problems.add(
                line,
                f"need {rule.need}, setting “{rule.setting}”",
                "a setting with need setting",
            )
        for one in sorted(set(rule.claims) - known):
            problems.add(line, f"the claim {one}", f"one of {', '.join(sorted(known))}")


def _check_once(node: yaml.Node, rules: tuple[PaperRule, ...], problems: Problems) -> None:
    """A dossier has one entry for each paper on each day."""
    for (_, first), (place, second) in combinations(enumerate(rules), 2):
        if first.paper is second.paper and first.scope.meets(second.scope):
            problems.add(
                line_at(node, "papers", place),
                f"{second.id} for the paper {second.paper}, which {first.id} has too",
                "one entry for the same award, subject and day",
            )
