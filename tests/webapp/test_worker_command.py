"""``thidua worker``: does jobs beside the pages, and ends in order when it is told to."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from engine.store.database import reading
from engine.store.models import JobRow
from forms.vocabulary import JobState

PATIENCE = timedelta(seconds=60)


def test_a_worker_arms_and_does_jobs_and_ends_with_status_0(thidua, installed, tmp_path):
    thidua("db", "upgrade")
    process = subprocess.Popen(  # noqa: S603  # our own program
        [Path(sys.executable).with_name("thidua"), "worker"],
        env={**os.environ, "THIDUA_JOURNAL_SECONDS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        rows = until_run(installed())
    finally:
        process.send_signal(signal.SIGTERM)
        said, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert said == "Waiting for jobs (Ctrl+C stops).\n"
    assert {row.state for row in rows} == {JobState.WAITING}
    assert all(row.finished_at and row.run_at > row.finished_at for row in rows)


def until_run(database):
    """Return the periodic jobs once each has run."""
    until = datetime.now(UTC) + PATIENCE
    while datetime.now(UTC) < until:
        with reading(database) as session:
            rows = list(session.scalars(select(JobRow)))
            if rows and all(row.finished_at for row in rows):
                session.expunge_all()
                return rows
        time.sleep(0.1)
    raise AssertionError([(row.name, row.state) for row in rows])
