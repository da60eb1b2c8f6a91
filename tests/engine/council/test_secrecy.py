"""An attempt to break the secrecy of electronic votes, with all that a server keeps.

Two hundred closed votes of eleven members are held over the real pages. A program that gets
the database file, its write-ahead log, a backup, the journal and the server's log must name
votes no better than the published tally allows. The same program names every vote of two
naive tables, and nearly every vote of our own tables if papers were dropped as they are
confirmed: so it can see, and the mixing is what blinds it.
"""

import logging
import random
import shutil
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import select

from engine.accounts import create_account
from engine.council.blind import make_keys
from engine.council.secret_ballots import SPREAD_SECONDS, progress, start_casting
from engine.office import OPERATOR
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import DroppedBallot
from forms.vocabulary import BallotChoice, VotingMode
from tests.conftest import LONG
from tests.engine.council.booths import drop, enter_booth, keys_of
from tests.engine.council.meetings import hold_meeting
from tests.engine.council.spying import (
    best_method,
    by_tally,
    read_blind,
    read_naive,
    share_named,
)
from tests.ward import NOON, build_ward
from tests.webapp.conftest import CHEAP, PASSWORD, Browser
from webapp import clock
from webapp.app import create_app
from webapp.settings import Settings

BLOCKS, ITEMS, MEMBERS = (40, 10, 11) if LONG else (20, 10, 11)
"""Blocks of items voted on together: 200 closed votes, or 400."""

LOGIN_LASTS = 20
"""Blocks until everybody logs in again, as the day of the session goes on."""

AGREE, DISAGREE, _ = BallotChoice
AGREEING = 0.7
TOLERANCE = 3
"""Points by which the program may be better than the tally."""


def test_all_that_a_server_keeps_names_votes_no_better_than_the_tally(
    sqlite_template, tmp_path
):
    council = Council(sqlite_template, tmp_path, blocks=BLOCKS)
    votes, truth = council.hold(mixed=True)
    assert len(truth) >= 200
    named, tally = named_and_tally(read_blind(votes, list(truth)), truth)
    assert tally == pytest.approx(100 * AGREEING, abs=4)
    assert named <= tally + TOLERANCE
    council.assert_papers_are_in_their_table_alone(votes)


def test_papers_dropped_as_they_are_confirmed_would_name_nearly_everyone(
    sqlite_template, tmp_path
):
    council = Council(sqlite_template, tmp_path, blocks=2)
    votes, truth = council.hold(mixed=False)
    named, tally = named_and_tally(read_blind(votes, list(truth)), truth)
    assert named > 95 > tally


def test_two_naive_tables_name_everyone(tmp_path):
    path = tmp_path / "naive.db"
    truth = hold_naively(path, votes=BLOCKS * ITEMS)
    named, tally = named_and_tally(read_naive(path), truth)
    assert named == 100
    assert tally < 80


def named_and_tally(evidence, truth):
    """Return how many per cent the program names, and the tally: on votes it was not told."""
    told = dict(list(truth.items())[::2])
    others = dict(list(truth.items())[1::2])
    name = best_method(evidence, told)
    return share_named(name, evidence, others), share_named(by_tally, evidence, others)


def hold_naively(path, votes):
    """Hold votes in two tables, and return how everybody voted."""
    chance = random.Random(2)  # noqa: S311  # no secret depends on it
    database = sqlite3.connect(path)
    database.executescript(
        "CREATE TABLE voted (vote INTEGER, member INTEGER);"
        "CREATE TABLE ballots (id TEXT PRIMARY KEY, vote INTEGER, choice TEXT);"
    )
    truth = {}
    for vote in range(votes):
        truth[vote] = {member: chance.random() < AGREEING for member in range(MEMBERS)}
        for member in chance.sample(range(MEMBERS), MEMBERS):
            choice = "agree" if truth[vote][member] else "disagree"
            mark = f"{chance.getrandbits(64):x}"
            database.execute("INSERT INTO voted VALUES (?, ?)", (vote, member))
            database.execute("INSERT INTO ballots VALUES (?, ?, ?)", (mark, vote, choice))
    database.commit()
    database.close()
    return truth


class Council:
    """A council of eleven that votes secretly over the pages, and what the server keeps."""

    def __init__(self, template, folder, blocks):
        self.chance = random.Random(1)  # noqa: S311  # no secret depends on it
        self.folder, self.blocks = folder, blocks
        self.path = folder / "live" / "thidua.db"
        self.path.parent.mkdir()
        shutil.copy(template, self.path)
        self.database = connect(f"sqlite:///{self.path}")
        with unit_of_work(self.database) as session:
            ward = build_ward(session)
        self.meeting = hold_meeting(
            self.database,
            ward,
            items=blocks * ITEMS,
            size=MEMBERS,
            mode=VotingMode.SECRET_ELECTRONIC,
        )
        with unit_of_work(self.database) as session:
            for place, member in enumerate(self.meeting.council.members):
                create_account(
                    session,
                    person_id=member.person_id,
                    username=f"member{place}",
                    password=PASSWORD,
                    actor=OPERATOR,
                    at=NOON,
                    cost=CHEAP,
                )
        self.app = create_app(
            Settings(
                demo=True,
                demo_clock=NOON,
                database_url=f"sqlite:///{self.path}",
                var_dir=folder / "var",
                password_memory_kib=CHEAP.memory_kib,
            )
        )
        self.clock = self.app.extensions[clock.EXTENSION]
        self.keys = make_keys(ITEMS, 1024)
        self.papers = []

    def hold(self, *, mixed):
        """Hold votes; return the folder with all that is kept, and how everybody voted."""
        log = logging.FileHandler(self.folder / "server.log", encoding="utf-8")
        logging.getLogger().addHandler(log)
        level = logging.getLogger().level
        logging.getLogger().setLevel(logging.INFO)
        keeper = sqlite3.connect(self.path, isolation_level=None)  # keeps the whole log
        keeper.execute("BEGIN")
        keeper.execute("SELECT count(*) FROM journal_entries").fetchone()
        try:
            truth = {}
            for block in range(self.blocks):
                if block % LOGIN_LASTS == 0:
                    self.browsers = [self.log_in(place) for place in range(MEMBERS)]
                    self.tokens = [browser.token() for browser in self.browsers]
                with_backup = block == self.blocks // 2
                truth |= self.vote(block, mixed=mixed, with_backup=with_backup)
            kept = self.folder / "kept"
            kept.mkdir()
            for name in ("thidua.db", "thidua.db-wal"):
                shutil.copy(self.path.with_name(name), kept / name)
            self.fold_log(kept)
        finally:
            keeper.close()
            logging.getLogger().removeHandler(log)
            logging.getLogger().setLevel(level)
            log.close()
        shutil.copy(self.folder / "server.log", kept / "server.log")
        self.app.extensions["thidua.database"].dispose()
        return kept, truth

    def log_in(self, place):
        browser = Browser(self.app.test_client())
        browser.post("/dang-nhap", {"username": f"member{place}", "password": PASSWORD})
        return browser

    def vote(self, block, *, mixed, with_backup):
        """Hold one vote on a block of items; return how everybody voted on each."""
        items = self.meeting.items[block * ITEMS : (block + 1) * ITEMS]
        self.clock.shift += timedelta(minutes=30)
        voting = self.meeting.put(items=items, keys=self.keys, at=self.clock.now())
        keys = keys_of(self.database, voting)
        order = self.chance.sample(range(MEMBERS), MEMBERS)
        booths = {place: self.check_in(place, voting, keys) for place in order}
        with unit_of_work(self.database) as session:
            start_casting(
                session,
                voting_id=voting.id,
                actor=self.meeting.secretary,
                at=self.clock.now(),
            )
        with reading(self.database) as session:
            hold = progress(session, voting.public_id).hold.total_seconds()
        chosen = {
            vote: {place: self.chance.random() < AGREEING for place in order} for vote in keys
        }
        moments = self.moments(order, list(keys), hold, mixed=mixed)
        client = self.app.test_client()
        began = self.clock.shift
        for number, (moment, place, vote) in enumerate(moments):
            self.clock.shift = began + timedelta(seconds=moment)
            if vote is None:  # the member looks at another page, logged in
                self.browsers[place].get("/tai-khoan")
                continue
            choice = AGREE if chosen[vote][place] else DISAGREE
            if block % 4:
                drop(self.database, booths[place], vote, choice, at=self.clock.now())
            else:
                self.drop(client, booths[place], vote, choice)
            if with_backup and number == len(moments) // 2:
                self.back_up()
        self.meeting.close(voting, at=self.clock.now())
        seats = self.meeting.council.seats
        return {
            vote: {seats[place]: agreed for place, agreed in choices.items()}
            for vote, choices in chosen.items()
        }

    def drop(self, client, booth, vote, choice):
        """Drop a paper over the page, as a browser does: every fourth block, to save time."""
        sent = {
            "item": vote,
            "paper": written(booth.papers[vote]),
            "signature": written(booth.signatures[vote]),
            "choice": choice.value,
        }
        answer = client.post(f"/bo-phieu/{booth.voting.public_id}", json=sent)
        assert answer.json == {"choice": choice.value}

    def check_in(self, place, voting, keys):
        """Take the papers of a member over the page, as their browser does."""
        self.clock.shift += timedelta(seconds=7)
        booth = enter_booth(self.database, voting, keys=keys)
        answer = self.browsers[place].client.post(
            f"/phien-hop/{self.meeting.id}/nhan-phieu",
            json={
                "voting": voting.id,
                "papers": {str(one): written(paper) for one, paper in booth.blinded.items()},
            },
            headers={"X-CSRFToken": self.tokens[place]},
        )
        assert answer.status_code == 200, answer.text
        self.papers += booth.papers.values()
        signed = answer.json["papers"]
        return booth.sign({one: read(signed[str(one)]) for one in booth.papers})

    def moments(self, order, votes, hold, *, mixed):
        """Return what happens when, in seconds: (moment, member, vote or a look elsewhere).

        The worst case: everybody confirms in the order of check-in, with the same pause, and
        two look at another page right then. One of them is late, after the rest began.
        """
        late = self.chance.choice(order)
        found = []
        for place, member in enumerate(order):
            confirmed = hold * place / len(order)
            if mixed and member == late:
                confirmed = hold + self.chance.uniform(0, 60)
            start = max(confirmed, hold) if mixed else confirmed
            for vote in votes:
                spread = SPREAD_SECONDS if mixed else 1
                found.append((start + self.chance.uniform(0, spread), member, vote))
            if place < 2:
                found.append((confirmed, member, None))
        return sorted(found, key=lambda one: one[0])

    def back_up(self):
        """Make a backup while papers are being dropped."""
        kept = self.folder / "kept-backup.db"
        with sqlite3.connect(self.path) as live, sqlite3.connect(kept) as backup:
            live.backup(backup)
        live.close()
        backup.close()

    def fold_log(self, kept):
        """Let the copied database hold what its log says, and keep the log beside it."""
        log = (kept / "thidua.db-wal").read_bytes()
        copied = sqlite3.connect(kept / "thidua.db")
        copied.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        copied.close()
        (kept / "thidua.db-wal").write_bytes(log)
        shutil.copy(self.folder / "kept-backup.db", kept / "backup.db")

    def assert_papers_are_in_their_table_alone(self, kept):
        """No paper, in any way of writing, stands in another table, a log or a name."""
        marks = [paper[-16:] for paper in self.papers]
        database = sqlite3.connect(f"file:{kept / 'thidua.db'}?immutable=1", uri=True)
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master"
                                                     " WHERE type = 'table'")]  # fmt: skip
        text = [(kept / "server.log").read_text(encoding="utf-8")]
        for table in set(tables) - {"dropped_ballots"}:
            rows = database.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608
            text.append(repr(rows))
        database.close()
        whole = "\n".join(text)
        for mark in marks[:: max(1, len(marks) // 200)]:
            assert repr(mark)[2:-1] not in whole
            assert mark.hex() not in whole
            assert written(mark).rstrip("=")[:-1] not in whole
        with reading(self.database) as session:
            assert session.scalars(select(DroppedBallot.tag).limit(1)).first() is not None


def written(octets):
    return b64encode(octets).decode("ascii")


def read(typed):
    return b64decode(typed)
