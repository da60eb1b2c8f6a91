"""A process whose clerks give papers their numbers, and tell which were confirmed: to kill."""

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import select

from engine.outgoing.numbers import give_number
from engine.store.database import connect, unit_of_work
from engine.store.models import GivenNumber, OutgoingPaper
from tests.walk import NOON

DAY = date(2030, 12, 2)
SIGNERS = 20
WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload([__name__])


def put_papers(database, ward, count):
    """Write papers that wait for a number, and return their ids."""
    with unit_of_work(database) as session:
        papers = [
            OutgoingPaper(
                unit_id=ward.units["phuong"],
                kind="to-trinh",
                type_code="TTr",
                texts={},
                signatures=[],
                drafted_by_id=ward.ward_clerk.person_id,
                drafted_at=NOON,
                signed_by_id=ward.ward_chairman.person_id,
                signed_on=DAY,
            )
            for _ in range(count)
        ]
        session.add_all(papers)
        session.flush()
        return [paper.id for paper in papers]


def give(database, actor, paper_id):
    """Give one paper its number, unless it has one, in a transaction of its own."""
    with unit_of_work(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id, with_for_update=True)
        known = select(GivenNumber.number).where(GivenNumber.paper_id == paper_id)
        number = session.scalar(known)
        if number is None:
            given = give_number(session, paper, dated_on=DAY, actor=actor, at=NOON)
            session.flush()
            number = given.number
    return paper_id, number


def give_all(database, actor, papers, confirm=lambda pair: None):
    """Give all papers their numbers, as twenty clerks at once would."""
    with ThreadPoolExecutor(SIGNERS) as pool:
        for pair in pool.map(lambda paper_id: give(database, actor, paper_id), papers):
            confirm(pair)


def killed_after(url, actor, papers, confirmations):
    """Number in another process, kill it after so many confirmations; return what it told."""
    told, tell = WORKERS.Pipe(duplex=False)
    process = WORKERS.Process(target=_number, args=(url, actor, papers, tell))
    process.start()
    tell.close()
    found = []
    try:
        while len(found) < confirmations:
            found.append(told.recv())
    except EOFError:  # it was done before
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    while True:
        try:
            found.append(told.recv())
        except (EOFError, OSError):
            return found


def _number(url, actor, papers, tell):
    give_all(connect(url), actor, papers, tell.send)
