"""kill -9 at random moments of voting and closing: nothing confirmed is ever lost."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import text

from engine.store.database import connect, reading
from forms.vocabulary import SessionState, VotingMode
from tests.conftest import LONG
from tests.council import build_council, walk_to_council
from tests.engine.council.crashing import (
    Afternoon,
    Killed,
    ballots,
    begin,
    go_on,
    outcome,
    timed,
)
from tests.engine.council.held import Held, hold_again, rows_of
from tests.walk import on_sqlite

MEMBERS, ITEMS = 5, 6
KILLS = 100 if LONG else 5
"""Of each test; the electronic vote, with its many papers, half as often."""

LONGEST = 2.5
"""The last moment, as a multiple of the undisturbed time: a new process is slower."""


@pytest.fixture
def council(database, ward):
    """Return a council of five, and the rows of a case that waits for it."""
    council = build_council(database, ward, MEMBERS)
    walk = walk_to_council(database, ward, "Lê Văn Một")
    held = Held(database, ward, council, secretary=ward.council_secretary)
    return held, rows_of(database, walk.case_id)


def open_vote(council, mode, copies=ITEMS):
    held, rows = council
    return begin(hold_again(held, rows, copies, mode), mode)


def kill_again_and_again(council, url, mode, kills):
    """Kill afternoon after afternoon; return what each had confirmed."""
    first = open_vote(council, mode, ITEMS - 1)  # and the case that was walked
    seconds = timed(first)
    expected = outcome(first.held)
    assert expected[0] is SessionState.CLOSED
    assert len(expected[1]) == len(expected[2]) == ITEMS
    moments = random.Random(20301202)  # noqa: S311 - moments, not secrets
    found = []
    for number in range(kills):
        afternoon = open_vote(council, mode)
        moment = (number + moments.random()) / kills * LONGEST * seconds
        confirmed = Killed(url, afternoon).after(moment)
        again = connect(url)
        check_confirmed(afternoon.on(again), confirmed)
        go_on(afternoon.on(again), lambda step: None)
        assert plain(outcome(replace(afternoon.held, database=again))) == plain(expected)
        again.dispose()
        found.append(confirmed)
    return found


def plain(found):
    """Return an outcome without what names the session's items."""
    state, results, answers = found
    return (
        state,
        results,
        [(number, one, {**sent, "note": ""}) for number, one, sent in answers],
    )


def check_confirmed(afternoon: Afternoon, confirmed):
    """Whatever was confirmed is there, whole; what was not is there whole, or not at all."""
    kept = ballots(afternoon)
    keys = [row[:2] for row in kept]
    assert len(keys) == len(set(keys))
    sheets = {seat: sum(row[0] == seat for row in kept) for seat, *_ in kept}
    if not afternoon.papers:
        assert set(sheets.values()) <= {ITEMS}
        assert {step[1] for step in confirmed if step[0] == "sheet"} <= set(sheets)
    papers = {(step[2], step[1]) for step in confirmed if step[0] == "paper"}
    assert papers <= set(keys)
    state, results, answers = outcome(afternoon.held)
    assert len(answers) == (ITEMS if state is SessionState.CLOSED else 0)
    assert len(results) in (0, ITEMS)
    if "vote closed" in confirmed:
        assert len(results) == ITEMS
    if "session closed" in confirmed:
        assert state is SessionState.CLOSED


def test_open_votes_that_were_confirmed_survive(council, database_url):
    found = kill_again_and_again(council, database_url, VotingMode.OPEN, KILLS)
    if LONG:  # killed everywhere: before the first vote, among the votes, while closing
        assert len({len(confirmed) for confirmed in found}) > 3
    if database_url.startswith("sqlite"):
        with reading(council[0].database) as session:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"


@on_sqlite
def test_papers_that_were_confirmed_survive(council, database_url):
    kill_again_and_again(council, database_url, VotingMode.SECRET_ELECTRONIC, KILLS // 2)
