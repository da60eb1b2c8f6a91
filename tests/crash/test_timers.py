"""R6: every alarm once and never early, whatever dies and however the clocks jump."""

import multiprocessing
import os
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from engine.deadlines import alarms
from engine.deadlines.alarms import OVERDUE, REMINDED, apply, run
from engine.deadlines.changes import NewLimit, set_limit
from engine.deadlines.limits import late_from
from engine.office import OPERATOR
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import Case, JournalEntry, Notice, TaskState, UserTask
from forms.vocabulary import Level, NoticeKind
from tests.conftest import LONG
from tests.walk import Walk
from tests.ward import NOON

TASKS = 5_000 if LONG else 100
"""Each has two timers: a reminder and its last day."""
WORKERS = 4
KILLS = 200 if LONG else 8
MOST_SECONDS = 1_800 if LONG else 60
JUMPS = (0.0, 1.0, -1.0, 2.0, -24.0, 0.5)
"""Hours by which the clocks of all workers are off, one after the other."""
HOURS = 2.0
"""The moments lie so far around the one at which the clocks begin."""

fork = multiprocessing.get_context("fork")
"""Workers that have imported all: what is tried here is how they die, not how they start."""


class Campaign:
    """Many waiting tasks, and workers that die while their clocks jump."""

    def __init__(self, database, ward, tasks: int) -> None:
        self.database, self.ward = database, ward
        self.url = database.url.render_as_string(hide_password=False)
        self.chance = random.Random(6)  # noqa: S311  the same troubles each time
        self.jump = fork.RawValue("d", 0.0)
        self.all_have_looked = fork.Barrier(WORKERS)
        self.started = time.time()
        self.walks = [self._walk() for _ in range(2)]
        self._arm(tasks)
        self.kills = 0

    def clock(self) -> datetime:
        """Return the moment by the clocks of the workers, which all jump together."""
        gone = timedelta(seconds=time.time() - self.started, hours=self.jump.value)
        return NOON + gone

    def _walk(self) -> Walk:
        day = NewLimit(Level.WARD, days=2, remind_before=1, source="Quy chế")
        with unit_of_work(self.database) as session:
            set_limit(session, OPERATOR, day, at=NOON)
        return Walk(self.database, self.ward).open().to("appraise_at_ward")

    def _arm(self, tasks: int) -> None:
        """Copy the first case so often: without a past, each with a task and its moments."""
        case, task = Case.__table__, UserTask.__table__
        with self.database.begin() as connection:
            first = dict(connection.execute(select(case).order_by(case.c.id)).first()._mapping)
            step = dict(
                connection.execute(
                    select(task).where(
                        task.c.case_id == first["id"], task.c.state == TaskState.OPEN
                    )
                )
                .one()
                ._mapping
            )
            past = {"version": 0, "next_seq": 1, "journal_hash": None}
            past["waiting_since"] = NOON - timedelta(days=9)
            cases = [
                first | past | {"id": 1000 + n, "reference": f"HS-2030-{1000 + n}"}
                for n in range(tasks)
            ]
            connection.execute(insert(case), cases)
            connection.execute(insert(task), [self._timed(step, one["id"]) for one in cases])

    def _timed(self, step: dict, case_id: int) -> dict:
        remind_at = NOON + timedelta(hours=self.chance.uniform(-HOURS, HOURS))
        due_at = remind_at + timedelta(hours=self.chance.uniform(0, HOURS))
        return step | {
            "id": uuid.uuid4().hex,
            "case_id": case_id,
            "remind_at": remind_at,
            "due_at": due_at,
            "next_alarm_at": remind_at,
        }

    @contextmanager
    def workers(self, work: Callable[["Campaign"], None]):
        """Let workers run in processes of their own; kill those that are left."""
        self.database.dispose()
        self.running = [self._start(work) for _ in range(WORKERS)]
        try:
            yield
        finally:
            for one in self.running:
                one.kill()
                one.join()

    def _start(self, work):
        process = fork.Process(target=work, args=(self,), daemon=True)
        process.start()
        return process

    def kill_one(self, work) -> None:
        """Kill one of the workers wherever it is, and start another."""
        time.sleep(self.chance.uniform(0.02, 0.15))
        place = self.chance.randrange(WORKERS)
        self.running[place].kill()
        self.running[place].join()
        self.running[place] = self._start(work)
        self.kills += 1

    def let_clocks_jump(self, work) -> None:
        """Kill worker after worker while the clocks of all go back and forth."""
        while self.kills < KILLS:
            self.kill_one(work)
            self.jump.value = JUMPS[self.kills // 2 % len(JUMPS)]

    def until_all_is_done(self, work) -> None:
        """Let all be due at last, and go on killing until all is done."""
        self.jump.value = 90.0
        ends = time.time() + MOST_SECONDS
        while self.left():
            assert time.time() < ends, f"{self.left()} tasks are not overdue yet"
            self.kill_one(work)

    def left(self) -> int:
        with reading(self.database) as session:
            waiting = select(func.count()).where(UserTask.next_alarm_at.is_not(None))
            return session.scalar(waiting) or 0

    def problems(self) -> list[str]:
        """Return what was done twice, too early, out of order or not at all."""
        with reading(self.database) as session:
            chosen = (
                select(JournalEntry.task_id, JournalEntry.action, JournalEntry.happened_at)
                .where(JournalEntry.action.in_((REMINDED, OVERDUE)))
                .order_by(JournalEntry.stream, JournalEntry.seq)
            )
            entries = session.execute(chosen).all()
            tasks = session.scalars(select(UserTask).where(UserTask.due_at.is_not(None))).all()
            cases = session.scalars(select(Case).where(Case.id >= 1000)).all()
            seqs = dict(
                session.execute(
                    select(JournalEntry.case_id, func.count()).group_by(JournalEntry.case_id)
                ).all()
            )
            told = Counter(
                session.scalars(
                    select(Notice.event).where(
                        Notice.kind.in_((NoticeKind.DUE_SOON, NoticeKind.OVERDUE))
                    )
                )
            )
            session.expunge_all()
        return [
            *_of_tasks(tasks, entries),
            *(
                f"case {c.id}: version {c.version}"
                for c in cases
                if c.version != seqs.get(c.id, 0)
            ),
            *(f"notice {event}: {count}" for event, count in told.items() if count != 1),
            *(problem for walk in self.walks for problem in (*walk.check(), *walk.replay())),
        ]


def _of_tasks(tasks, entries):
    acts = {}
    for task_id, action, at in entries:
        acts.setdefault(task_id, []).append((action, at))
    for task in tasks:
        done = acts.get(task.id, [])
        names = [action for action, _at in done]
        if names not in ([OVERDUE], [REMINDED, OVERDUE]):
            yield f"task {task.id}: {names}"
        moments = {REMINDED: task.remind_at, OVERDUE: late_from(task.due_at)}
        for action, at in done:
            if at < moments[action]:
                yield f"task {task.id}: {action} at {at}, due at {moments[action]}"


def look_and_do(campaign: Campaign) -> None:
    """Do what is due until the process is killed."""
    database = connect(campaign.url)
    while True:
        with suppress(DBAPIError):  # the database was waited for too long
            run(database, campaign.clock)
        time.sleep(0.01)


def look_then_do_unlocked(campaign: Campaign) -> None:
    """The seeded fault: no lock, and no second look at what was found to be due.

    Each takes the tasks in another order: of two who write one case in the same moment, the
    version of the case and the numbers of its journal already let only one through.
    """
    database = connect(campaign.url)
    with unit_of_work(database) as session:
        due = session.scalars(select(UserTask.id).where(UserTask.next_alarm_at.is_not(None)))
        found = list(due)
    random.Random(os.getpid()).shuffle(found)  # noqa: S311  each its own order
    campaign.all_have_looked.wait(MOST_SECONDS)
    for task_id in found:
        with suppress(DBAPIError, StaleDataError), unit_of_work(database) as session:
            task = session.get_one(UserTask, task_id)
            alarms._find_overdue(session, task.case, task, campaign.clock())


def test_every_timer_has_one_effect_whatever_dies(database, ward):
    campaign = Campaign(database, ward, TASKS)
    with campaign.workers(look_and_do):
        campaign.let_clocks_jump(look_and_do)
        campaign.until_all_is_done(look_and_do)
    assert campaign.problems() == []
    with unit_of_work(database) as session:
        assert apply(session, campaign.walks[0].case_id, campaign.clock()) == []


def test_the_campaign_finds_a_worker_that_does_not_lock(database, ward):
    campaign = Campaign(database, ward, 10)
    campaign.jump.value = 90.0
    with campaign.workers(look_then_do_unlocked):
        ends = time.time() + MOST_SECONDS
        while not any("'task.overdue', 'task.overdue'" in one for one in campaign.problems()):
            assert time.time() < ends, "the fault was not found"
            time.sleep(0.05)
