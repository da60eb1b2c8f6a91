"""Kill -9 of servers, workers and the database while people work: nothing is lost.

Eight clients do everybody's tasks over HTTP. In the end each decision of which somebody was
told is there once, nobody is stuck, and the journal fits; seeded bugs must be seen.
"""

import pytest

from tests.conftest import LONG
from tests.crash.campaign import strike

KILLS = 1_000 if LONG else 10
MUTANT_KILLS = 4
MUTANT_ROUNDS = 12
"""So often a seeded bug may go unseen through so many kills each: none does."""

GROUP_EVERY = 25 if LONG else 8
"""Each such kill takes all processes at once."""

STOP_EVERY = 20 if LONG else 4
"""Each such kill stops PostgreSQL at once instead."""

PAUSE = 0.03

pytestmark = pytest.mark.long


def campaign(town, kills, *, to_the_end=True, **harm):
    """Let people work through kills, then to the end; return all that is wrong."""
    with town.working(seed=1):
        strike(town, kills=kills, pause=PAUSE, seed=2, **harm)
    if to_the_end and not town.diary.wrong:
        town.finish()
    found = town.problems()
    diary = town.diary
    print(
        f"{town.servers.kills} kills, {len(diary.deeds)} told, {diary.broken} broken"
        f" connections, {diary.repeated} repeated, slowest {diary.slowest:.1f} s,"
        f" {dict(diary.statuses)}"
    )
    return found


def stopping(cluster, every):
    """Return what stops the database at once at every such kill."""

    def stop(number):
        if number % every:
            return False
        cluster.fail()
        return True

    return stop


def test_no_kill_loses_doubles_or_strands_anything_on_sqlite(sqlite_town):
    assert campaign(sqlite_town, KILLS, group_every=GROUP_EVERY) == []


def test_no_kill_or_stop_of_the_database_does_on_postgresql(postgresql_town, cluster):
    stops = cluster.stops
    stop = stopping(cluster, STOP_EVERY)
    group_every = GROUP_EVERY if LONG else 0
    found = campaign(postgresql_town, KILLS, group_every=group_every, others=stop)
    assert found == []
    assert cluster.stops - stops == KILLS // STOP_EVERY


def is_caught(town, sign, **harm):
    """Say whether a bug shows; each round of kills goes on where the last one ended."""
    for _ in range(MUTANT_ROUNDS):
        kills = town.servers.kills + MUTANT_KILLS
        found = campaign(town, kills, to_the_end=False, **harm)
        if any(sign in line for line in found):
            return True
    return False


MUTANTS = {
    "two_transactions": "journal",
    "no_key": "nobody was told",
    "lock_row": "stuck",
}
"""Seeded bug → what it looks like. The second, test_fault_points.py finds at once; the third
takes patience."""

ALONE = {"webs": 1, "workers": 0}
"""Every kill takes the one server, wherever the bug has brought it."""


@pytest.mark.parametrize(
    ("options", "sign"),
    [
        (ALONE | {"mutant": name}, MUTANTS[name])
        for name in list(MUTANTS)[: None if LONG else 1]
    ],
    indirect=["options"],
)
def test_a_seeded_bug_is_caught(sqlite_town, sign):
    sqlite_town.diary.patience = 15.0
    assert is_caught(sqlite_town, sign)


@pytest.mark.parametrize("options", [{"mutant": "synchronous_commit_off"}], indirect=True)
def test_not_waiting_for_the_log_of_postgresql_is_caught(postgresql_town, cluster):
    assert is_caught(postgresql_town, "lost:", others=stopping(cluster, 1))
