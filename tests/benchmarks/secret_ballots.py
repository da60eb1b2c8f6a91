"""What a secret electronic ballot costs, on both databases: ``make bench``.

Fifteen members take forty papers each, with keys of full size; each paper is dropped with a
request of its own, as browsers do, without the network between. Then the vote is closed and
all of its papers are counted again from what is published. CPU is that of this process,
which makes the members' papers too, but these are not measured; PostgreSQL's own processes
are counted apart.
"""

import base64
import tempfile
from pathlib import Path
from typing import Any

import orjson

from engine.council.blind import make_keys
from engine.council.publications import publish
from engine.council.recount import verify_publication
from engine.council.secret_ballots import give_papers, start_casting
from engine.store import schema
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import Voting
from forms.vocabulary import BallotChoice, VotingMode
from tests.benchmarks.machine import machine, postgresql
from tests.benchmarks.open_ballots import Row
from tests.engine.council.booths import enter_booth
from tests.engine.council.meetings import hold_meeting
from tests.ward import NOON, build_ward
from webapp.app import create_app
from webapp.settings import Settings

MEMBERS = 15
ITEMS = 40


def main() -> None:
    """Measure on SQLite and on PostgreSQL, and print the table and the machine."""
    print(machine())
    print(f"{MEMBERS} members, {ITEMS} items: {MEMBERS * ITEMS} papers, RSA-2048\n")
    print("| database | what | CPU ms each | + PostgreSQL | wall ms each |")
    print("|---|---|---|---|---|")
    keys, making = [], Row()
    for _item in range(ITEMS):
        keys += making.run(lambda: make_keys(1))
    print(f"| – | a key | {making} |")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        measure("SQLite", f"sqlite:///{root / 'secret.db'}", root, keys)
        with postgresql(root) as url:
            measure("PostgreSQL", url, root, keys)


def measure(name: str, url: str, root: Path, keys: Any) -> None:
    """Print a row for each thing measured."""
    engine = connect(url)
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        ward = build_ward(session)
    meeting = hold_meeting(
        engine, ward, items=ITEMS, size=MEMBERS, mode=VotingMode.SECRET_ELECTRONIC
    )
    voting = meeting.put(keys=keys)
    booths = [enter_booth(engine, voting) for _member in range(MEMBERS)]
    check_in, dropping, closing, recount = Row(), Row(), Row(), Row()
    for booth, member in zip(booths, meeting.council.members, strict=True):
        booth.sign(check_in.run(lambda b=booth, m=member: take(engine, voting, b, m)))
    with unit_of_work(engine) as session:
        start_casting(session, voting_id=voting.id, actor=meeting.secretary, at=NOON)
    settings = Settings(demo=True, demo_clock=NOON, database_url=url, var_dir=root / name)
    app = create_app(settings)
    for booth in booths:
        for item in booth.papers:
            dropping.run(lambda b=booth, i=item: drop(app, voting, b, i))
    closing.run(lambda: meeting.close(voting))
    with reading(engine) as session:
        published = publish(session, session.get_one(Voting, voting.id))
    content = orjson.loads(orjson.dumps(published))
    report = recount.run(lambda: verify_publication(content))
    if report.problems or report.papers != MEMBERS * ITEMS:
        raise RuntimeError(f"{report.papers} papers, {report.problems}")
    check_in.times *= ITEMS
    for what, row in (
        ("signing a paper at check-in", check_in),
        ("dropping a paper, one request", dropping),
        (f"closing the vote on {ITEMS} items", closing),
        (f"public recount of {report.papers} papers", recount),
    ):
        print(f"| {name} | {what} | {row} |")
    app.extensions["thidua.database"].dispose()
    engine.dispose()


def take(engine: Any, voting: Any, booth: Any, member: Any) -> dict[int, bytes]:
    """Let a member take the papers of all items."""
    with unit_of_work(engine) as session:
        return give_papers(
            session, voting_id=voting.id, actor=member, blinded=booth.blinded, at=NOON
        )


def drop(app: Any, voting: Any, booth: Any, item: int) -> None:
    """Drop a paper as a browser does, without login or cookie."""
    sent = {
        "item": item,
        "paper": base64.b64encode(booth.papers[item]).decode(),
        "signature": base64.b64encode(booth.signatures[item]).decode(),
        "choice": BallotChoice.AGREE.value,
    }
    answer = app.test_client().post(f"/bo-phieu/{voting.public_id}", json=sent)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code}: {answer.text}")


if __name__ == "__main__":
    main()
