"""The public recount of a secret electronic vote: from its publication alone.

Whoever has the file that a council publishes can count it again: whether every paper was
given out, whether none is there twice, whether the counts are those of the papers, and
whether the result follows from them. No database is asked and nobody is believed.
"""

import hashlib
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.council.arithmetic import Tally, weigh
from engine.council.blind import PAPER_BYTES, PublicKey
from engine.council.phrases import phrase_of
from engine.council.voting_rules import VoteRule
from forms.vocabulary import BallotChoice, VoteResult

FORMAT = "thidua-ballots/1"
"""First field of a publication: which fields follow, and what they mean."""

COUNTS = ("issued", "returned", "agree", "disagree", "abstain", "invalid")
WRITTEN = ("written_agree", "written_disagree", "written_abstain")

_MOST_ITEMS = 10_000


@dataclass(frozen=True)
class Paper:
    """A paper of the box, as published."""

    paper: bytes
    signature: bytes
    choice: BallotChoice
    phrase: str


@dataclass(frozen=True)
class Item:
    """The vote on one item, as published."""

    item_vote: int
    number: int
    name: str
    key: PublicKey
    rule: VoteRule
    total: int
    least: int
    voters: int
    given_to: tuple[str, ...]
    counts: Mapping[str, int]
    result: VoteResult
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class Report:
    """What the recount of a publication found."""

    problems: tuple[str, ...]
    """In English, each with the number of its item; none: everything is as it says."""
    items: tuple[Item, ...]
    box_hash: str
    """SHA-256, in hex, of the papers: the same as in the journal and in the minutes."""

    @property
    def papers(self) -> int:
        """How many papers were counted."""
        return sum(len(item.papers) for item in self.items)


def verify_publication(data: object) -> Report:
    """Count a publication again and return what is wrong with it; it never raises.

    :param data: what the published JSON holds.
    """
    try:
        items, stated = _read(data)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        return Report((f"not a publication of ballots: {_why(error)}",), (), "")
    box_hash = hash_of_lines(
        line_of(item.item_vote, one.paper, one.signature, one.choice)
        for item in items
        for one in item.papers
    )
    problems = [f"item {item.number}: {said}" for item in items for said in _problems(item)]
    problems += _repeated(items)
    if box_hash != stated:
        problems.append(f"the papers have the hash {box_hash}, published is {stated}")
    return Report(tuple(problems), items, box_hash)


def line_of(item_vote_id: int, paper: bytes, signature: bytes, choice: BallotChoice) -> str:
    """Return the line of a paper in the hash of the box."""
    return f"{item_vote_id} {paper.hex()} {signature.hex()} {choice.value}\n"


def hash_of_lines(lines: Iterable[str]) -> str:
    """Return the SHA-256, in hex, of lines, whatever their order."""
    return hashlib.sha256("".join(sorted(lines)).encode("ascii")).hexdigest()


def _problems(item: Item) -> Iterator[str]:
    """Yield what is wrong with the vote on one item."""
    yield from _problems_of_papers(item)
    chosen = Counter(one.choice for one in item.papers)
    counted = {
        "issued": len(item.given_to),
        "returned": len(item.papers),
        **{choice.value: chosen[choice] for choice in BallotChoice},
        "invalid": 0,
    }
    for name in COUNTS:
        if item.counts[name] != counted[name]:
            yield f"{name} is {counted[name]}, published is {item.counts[name]}"
    if counted["returned"] > counted["issued"]:
        yield f"{counted['returned']} papers came of {counted['issued']} given out"
    if counted["issued"] > item.voters:
        yield f"{counted['issued']} papers were given out to {item.voters} voters"
    yield from _problems_of_result(item, counted)


def _problems_of_papers(item: Item) -> Iterator[str]:
    for place, one in enumerate(item.papers, 1):
        if len(one.paper) != PAPER_BYTES or not item.key.verify(one.paper, one.signature):
            yield f"paper {place} ({one.phrase}) was not given out: its signature is not good"
        if one.phrase != phrase_of(one.paper):
            yield f"paper {place} has the phrase “{phrase_of(one.paper)}”, not “{one.phrase}”"
    times = Counter(one.paper for one in item.papers)
    for paper, found in times.items():
        if found > 1:
            yield f"the paper “{phrase_of(paper)}” is there {found} times"


def _problems_of_result(item: Item, counted: Mapping[str, int]) -> Iterator[str]:
    least = item.rule.least(item.total)
    if least != item.least:
        yield f"{least} of {item.total} must agree, published is {item.least}"
    votes = {name: counted[name] for name in ("agree", "disagree", "abstain", "invalid")}
    tally = Tally(**votes, **{name: item.counts[name] for name in WRITTEN})
    try:
        result = weigh(item.rule, item.total, tally)
    except ValueError:
        yield f"{tally.returned} votes and {tally.written} written opinions of {item.total}"
        return
    last_tie = result is VoteResult.TIED and item.result is VoteResult.FAILED
    if result is not item.result and not last_tie:
        yield f"the result is {result.value}, published is {item.result.value}"


def _repeated(items: Iterable[Item]) -> Iterator[str]:
    """Yield what two items share that each must have alone."""
    shared = {
        "the number of an item": Counter(str(item.number) for item in items),
        "the id of a vote": Counter(str(item.item_vote) for item in items),
        "a key": Counter(f"{item.key.n:x}"[:16] for item in items),
    }
    for what, times in shared.items():
        for value, found in times.items():
            if found > 1:
                yield f"{what} is there {found} times: {value}"


def _read(data: object) -> tuple[tuple[Item, ...], str]:
    """Return the items of a publication and the hash that it states.

    :raises ValueError: something is missing or of the wrong kind; so do KeyError and
        TypeError.
    """
    fields = _mapping(data)
    if fields["format"] != FORMAT:
        raise ValueError(f"found the format {fields['format']!r}, expected {FORMAT!r}")
    items = fields["items"]
    if not isinstance(items, list) or not 0 < len(items) <= _MOST_ITEMS:
        raise ValueError("found no list of items")
    return tuple(_item(_mapping(one)) for one in items), _text(fields["voting"]["box_hash"])


def _item(fields: Mapping[str, Any]) -> Item:
    counts = _mapping(fields["counts"])
    return Item(
        item_vote=_whole(fields["item_vote"]),
        number=_whole(fields["number"]),
        name=_text(fields["subject"]),
        key=PublicKey.from_der(_octets(fields["key"])),
        rule=_rule(_mapping(fields["rule"])),
        total=_whole(fields["total_members"]),
        least=_whole(fields["least"]),
        voters=_whole(fields["voters"]),
        given_to=tuple(_text(one) for one in fields["given_to"]),
        counts={name: _whole(counts[name]) for name in (*COUNTS, *WRITTEN)},
        result=VoteResult(fields["result"]),
        papers=tuple(_paper(_mapping(one)) for one in fields["papers"]),
    )


def _rule(fields: Mapping[str, Any]) -> VoteRule:
    rule = VoteRule.from_json(fields)
    shares = [one for one in (rule.at_least_tenths, rule.over_percent) if one is not None]
    if len(shares) != 1:
        raise ValueError("found no rule, or two, that says how many must agree")
    _whole(shares[0])
    return rule


def _paper(fields: Mapping[str, Any]) -> Paper:
    return Paper(
        _octets(fields["paper"]),
        _octets(fields["signature"]),
        BallotChoice(fields["choice"]),
        _text(fields["phrase"]),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"found {type(value).__name__}, expected named fields")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError(f"found {value!r}, expected a whole number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"found {type(value).__name__}, expected text")
    return value


def _octets(value: object) -> bytes:
    return b64decode(_text(value), validate=True)


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error} is missing"
    return str(error) or type(error).__name__
