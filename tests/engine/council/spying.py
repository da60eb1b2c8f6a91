"""A program that tries to name votes, from all that a secret vote leaves on a server.

It reads a database file, its write-ahead log (every page as it was at every commit), a
backup and the server's log, and puts members and ballots in every order it can find. It
learns on votes whose secrets it is told which two orders go together, and how sharply; with
that it names the others. Where no orders go together it is left with the published tally.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

Orders = dict[str, list[Any]]
"""Name of an order → members, or choices, in that order."""

WIDTHS = (0, 1, 2, 4)
"""How many neighbours on each side say something of a member's vote, too."""


@dataclass
class Evidence:
    """What was found of one vote on one item."""

    members: Orders = field(default_factory=dict)
    ballots: Orders = field(default_factory=dict)


@dataclass(frozen=True)
class Method:
    """A way of naming votes: the member at a place has voted as the ballots near it."""

    members: str
    ballots: str
    is_reversed: bool
    width: int

    def name(self, vote: Evidence) -> dict[Any, bool]:
        """Return member → whether they agreed."""
        ballots = vote.ballots[self.ballots]
        if self.is_reversed:
            ballots = ballots[::-1]
        tally = by_tally(vote)
        named = {}
        for place, member in enumerate(vote.members[self.members]):
            near = ballots[max(0, place - self.width) : place + self.width + 1]
            yes = sum(choice == "agree" for choice in near)
            named[member] = tally[member] if 2 * yes == len(near) else 2 * yes > len(near)
        return named


def by_tally(vote: Evidence) -> dict[Any, bool]:
    """Return what anybody can say: everyone voted as the most did."""
    ballots = next(iter(vote.ballots.values()))
    most = 2 * sum(choice == "agree" for choice in ballots) >= len(ballots)
    return dict.fromkeys(next(iter(vote.members.values())), most)


Truth = Mapping[int, Mapping[Any, bool]]
"""Vote → member → whether they agreed."""


def best_method(votes: Mapping[int, Evidence], told: Truth) -> Callable[[Evidence], Any]:
    """Return what names the votes best that it is told: a method, or the tally alone."""
    first = next(iter(votes.values()))
    methods = [
        Method(members, ballots, is_reversed, width).name
        for members in first.members
        for ballots in first.ballots
        for is_reversed in (False, True)
        for width in WIDTHS
    ]
    return max([by_tally, *methods], key=lambda name: share_named(name, votes, told))


def share_named(
    name: Callable[[Evidence], Mapping[Any, bool]],
    votes: Mapping[int, Evidence],
    truth: Truth,
) -> float:
    """Return how many per cent of the votes in ``truth`` are named rightly."""
    right = total = 0
    for vote, choices in truth.items():
        named = name(votes[vote])
        right += sum(named[member] == agreed for member, agreed in choices.items())
        total += len(choices)
    return 100 * right / total


# ---- reading what is there ----------------------------------------------------------------


def read_blind(folder: Path, item_votes: Sequence[int]) -> dict[int, Evidence]:
    """Return the evidence of our own tables."""
    database = sqlite3.connect(f"file:{folder / 'thidua.db'}?immutable=1", uri=True)
    log = list(commits((folder / "thidua.db-wal").read_bytes()))
    given: dict[tuple[int, bytes], int] = {}
    dropped: dict[tuple[int, bytes], int] = {}
    uses: list[tuple[int, int]] = []
    for number, row in log:
        match row:
            case [int(vote), int(), bytes(mark)] if len(mark) == 32:
                given.setdefault((vote, mark), number)
            case [int(vote), bytes(tag), bytes(), bytes(), str()] if len(tag) == 32:
                dropped.setdefault((vote, tag), number)
            case [None, int(account), str(token), str(), str(), str(), *_] if len(token) == 64:
                uses.append((number, account))
    backup = sqlite3.connect(f"file:{folder / 'backup.db'}?immutable=1", uri=True)
    saved = {row[0] for row in backup.execute("SELECT tag FROM dropped_ballots")}
    accounts = dict(_rows(database, "SELECT p.id, a.id FROM positions p JOIN accounts a"
                                    " ON a.person_id = p.person_id"))  # fmt: skip
    last_use = dict(_rows(database, "SELECT account_id, max(last_seen_at)"
                                    " FROM login_sessions GROUP BY account_id"))  # fmt: skip
    server_log = (folder / "server.log").read_text(encoding="utf-8")
    found = {}
    for vote in item_votes:
        papers = _rows(database, "SELECT position_id, blinded_hash FROM given_papers"
                                 " WHERE item_vote_id = ?", vote)  # fmt: skip
        box = _rows(database, "SELECT tag, choice, paper, signature FROM dropped_ballots"
                              " WHERE item_vote_id = ?", vote)  # fmt: skip
        moments = [dropped[vote, tag] for tag, *_ in box]
        near = {
            account: number
            for number, account in uses
            if min(moments) - 200 <= number <= max(moments)
        }
        found[vote] = Evidence(
            members={
                "table": [member for member, _ in papers],
                "log": [m for m, mark in sorted(papers, key=lambda one: given[vote, one[1]])],
                "blinded": [m for m, _ in sorted(papers, key=lambda one: one[1])],
                "last use": _by(papers, lambda one: last_use.get(accounts.get(one), "")),
                "use near": _by(papers, lambda one, near=near: near.get(accounts.get(one), 0)),
                "server log": _by(papers, lambda one: server_log.find(f"person {one}")),
            },
            ballots={
                "table": [choice for _, choice, *_ in box],
                "log": [c for _, c in sorted((dropped[vote, tag], c) for tag, c, *_ in box)],
                "paper": [choice for _, choice, *_ in sorted(box, key=lambda one: one[2])],
                "signature": [choice for _, choice, *_ in sorted(box, key=lambda one: one[3])],
                "backup": [c for _, c in sorted((tag not in saved, c) for tag, c, *_ in box)],
                "server log": [
                    c for _, c in sorted((server_log.find(tag.hex()), c) for tag, c, *_ in box)
                ],
            },
        )
    database.close()
    backup.close()
    return found


def read_naive(path: Path) -> dict[int, Evidence]:
    """Return the evidence of two tables, who voted and what was voted, as many would build."""
    database = sqlite3.connect(path)
    found: dict[int, Evidence] = {}
    for vote, member in database.execute("SELECT vote, member FROM voted ORDER BY rowid"):
        found.setdefault(vote, Evidence({"table": []}, {"table": []}))
        found[vote].members["table"].append(member)
    for vote, choice in database.execute("SELECT vote, choice FROM ballots ORDER BY rowid"):
        found[vote].ballots["table"].append(choice)
    database.close()
    return found


def _by(papers: Sequence[tuple[Any, Any]], key: Callable[[Any], Any]) -> list[Any]:
    return sorted((member for member, _ in papers), key=key)


def _rows(database: sqlite3.Connection, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    return database.execute(statement, values).fetchall()


# ---- the write-ahead log of SQLite --------------------------------------------------------


def commits(log: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Yield every row that a commit wrote anew, with the number of the commit."""
    size = int.from_bytes(log[8:12], "big")
    pages: dict[int, set[bytes]] = {}
    number = 0
    for start in range(32, len(log) - size - 23, 24 + size):
        page_number = int.from_bytes(log[start : start + 4], "big")
        cells = set(_cells(log[start + 24 : start + 24 + size], page_number))
        for cell in cells - pages.get(page_number, set()):
            row = _record(cell)
            if row is not None:
                yield number, row
        pages[page_number] = cells
        if log[start + 4 : start + 8] != bytes(4):
            number += 1


def _cells(page: bytes, page_number: int) -> Iterator[bytes]:
    """Yield the records in a leaf of a table (13), a leaf (10) or branch (2) of an index."""
    head = 100 if page_number == 1 else 0
    kind = page[head]
    if kind not in (2, 10, 13):
        return
    for one in range(int.from_bytes(page[head + 3 : head + 5], "big")):
        at = head + (12 if kind == 2 else 8) + 2 * one
        cell = int.from_bytes(page[at : at + 2], "big") + (4 if kind == 2 else 0)
        length, cell = _varint(page, cell)
        if kind == 13:
            _rowid, cell = _varint(page, cell)
        if length <= len(page) // 5 and cell + length <= len(page):  # none spills over
            yield page[cell : cell + length]


def _record(cell: bytes) -> list[Any] | None:
    """Return the values of a record; None if it has kinds that we do not look for."""
    end, at = _varint(cell, 0)
    kinds = []
    while at < end:
        kind, at = _varint(cell, at)
        kinds.append(kind)
    row: list[Any] = []
    for kind in kinds:
        if kind == 0:
            row.append(None)
        elif kind in (8, 9):
            row.append(kind - 8)
        elif kind <= 6:
            size = (0, 1, 2, 3, 4, 6, 8)[kind]
            row.append(int.from_bytes(cell[at : at + size], "big", signed=True))
            at += size
        elif kind >= 12:
            size = (kind - 12) // 2
            part = cell[at : at + size]
            row.append(part.decode("utf-8", "replace") if kind % 2 else part)
            at += size
        else:
            return None
    return row


def _varint(octets: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(9):
        byte = octets[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value, at
