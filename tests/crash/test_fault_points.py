"""Death at every named point of the way of one decision: it is done once, or not at all.

The idea of tests/engine/test_all_or_nothing.py, with processes that really die. Each point
of tests/crash/faults.py is reached, or the test fails: none is forgotten.
"""

import hashlib
import io
import shutil
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from werkzeug.datastructures import FileStorage

from engine.filestore import FileStore
from engine.journal.sealing import seal
from engine.notices.jobs import SEND
from engine.store.database import reading, unit_of_work
from engine.store.models import Attachment, JobRow, StoredFile
from forms.vocabulary import JobState
from tests.crash.campaign import settled
from tests.crash.checking import completed
from tests.crash.faults import ORDER, POINTS
from tests.crash.people import TAKEN, Deed, form_of, hidden
from tests.engine.samples import PDF
from tests.walk import Walk, new_key
from tests.ward import NOON

FILES = [point for point in POINTS if point.startswith("file ")]
SEALING = [point for point in POINTS if point.startswith(("places ", "checkpoint ", "words "))]
SEALING += ["about to write outside", "entries outside"]
JOBS = [point for point in POINTS if point.startswith("job ")]
AWARDS = ["papers made", "decision saved", "register entered"]
DECISIONS = [one for one in POINTS if one not in (*FILES, *SEALING, *JOBS)]

LONGEST = 20.0
"""Seconds in which somebody must come to the point."""

LONG_AGO = NOON - timedelta(days=1)

ALONE = {"webs": 1, "workers": 1, "seconds": 60}
"""One server and one worker; the journal is sealed as a server starts."""

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def town(sqlite_ward, tmp_path_factory):
    """A ward with one server and one worker."""
    folder = tmp_path_factory.mktemp("faults")
    path = folder / "thidua.db"
    shutil.copy(sqlite_ward.template, path)
    url = f"sqlite:///{path}"
    with settled(url, sqlite_ward.ward, folder / "var", 1, ALONE) as town:
        yield town


def test_every_point_is_one_of_a_way():
    ways = [*DECISIONS, *FILES, *SEALING, *JOBS]
    assert sorted(ways) == sorted(POINTS)


def test_a_decision_survives_death_at_every_point_of_its_way(town):
    for point in DECISIONS:
        print(point)
        decide(town, Walk(town.database, town.ward).open(), point)
    told = {deed.task_id for deed in town.diary.deeds}
    town.seeded = completed(town.database) - told
    assert town.problems() == []


@pytest.mark.parametrize("options", [ALONE | {"mutant": "no_key"}], indirect=True)
def test_doing_a_repeated_request_again_is_caught(sqlite_town):
    walk = Walk(sqlite_town.database, sqlite_town.ward).open()
    with pytest.raises(AssertionError, match="about to answer"):
        decide(sqlite_town, walk, "about to answer")


def test_a_file_survives_death_at_every_point_of_its_way(town):
    walk = Walk(town.database, town.ward).open()
    clerk = town.person("school_clerk")
    path = f"/cong-viec/{walk.task().id}/lap/evidence"
    for number, point in enumerate(FILES, start=1):
        print(point)
        with town.browser() as browser:
            own = hidden(browser.read(clerk, path)[1])
        fields = {name: own[name] for name in ("csrf_token", "version")}
        fields |= {"key": new_key(), "action": "upload"}
        data = PDF + f"% {point}".encode()
        fields["upload"] = FileStorage(io.BytesIO(data), f"{point}.pdf")
        act(town, point, clerk, path, fields)
        with reading(town.database) as session:
            assert session.scalar(select(func.count()).select_from(Attachment)) == number
            names = session.scalars(select(StoredFile.sha256)).all()
        store = FileStore(town.servers.var_dir / "files")
        assert [hashlib.sha256(store.get(name)).hexdigest() for name in names] == names


def test_the_journal_is_sealed_after_death_at_every_point_of_the_sealing(town):
    settings = town.servers.nursery().settings
    for point in SEALING:
        print(point)
        Walk(town.database, town.ward).open()  # something to seal
        die(town, point)
        await_death(town, point)
        seal(town.database, settings.sealing_key, settings.outside, NOON)
        town.seeded = completed(town.database)
        assert town.problems() == [], point


def test_a_job_is_done_after_death_at_every_point_of_its_way(town):
    for point in JOBS:
        print(point)
        make_due(town.database)
        die(town, point)
        await_death(town, point)
        make_due(town.database)  # the time for which the dead one held it is over
        begun = time.monotonic()
        while not is_done(town.database):
            assert time.monotonic() - begun < LONGEST, f"nobody did the job after: {point}"
            time.sleep(0.02)


def die(town, point):
    """Let the processes that start now die at a point, once; nobody else is left."""
    (town.servers.var_dir / ORDER).write_text(point, encoding="utf-8")
    town.servers.kill_each()


def await_death(town, point):
    order, begun = town.servers.var_dir / ORDER, time.monotonic()
    while order.exists():
        assert time.monotonic() - begun < LONGEST, f"nobody came to: {point}"
        time.sleep(0.01)


def act(town, point, person, path, fields):
    """Send a form to who dies at ``point``; then send it again to who is there then."""
    with town.browser() as browser:
        die(town, point)
        assert browser.send_once(person, path, fields) == 0, f"nobody came to: {point}"
        await_death(town, point)
        assert browser.send(person, path, fields)[0] == TAKEN, point


def decide(town, walk, point):
    """Complete a task, through a death at ``point``."""
    awards = point in AWARDS
    walk.to("decide_at_ward" if awards else "review_at_unit")
    outcome = "award" if awards else "recommend"
    person = town.person("ward_chairman" if awards else "school_head")
    task = walk.task().id
    with town.browser() as browser:
        path, fields = form_of(browser, person, task, outcome)
    act(town, point, person, path, fields)
    town.diary.deeds.append(Deed(task, person.name, outcome, fields["key"], ""))


def make_due(database):
    with unit_of_work(database) as session:
        session.execute(update(JobRow).where(JobRow.key == SEND.name).values(run_at=LONG_AGO))


def is_done(database):
    with reading(database) as session:
        row = session.scalars(select(JobRow).where(JobRow.key == SEND.name)).one()
        return row.state is JobState.WAITING and row.run_at > LONG_AGO
