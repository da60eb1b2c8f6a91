"""Every job of the program; the same on SQLite and on PostgreSQL."""

from collections.abc import Mapping

from engine.backups import BACK_UP
from engine.deadlines.jobs import APPLY
from engine.jobs import Job, Work
from engine.jobs.keeping import TIDY
from engine.journal.nightly import VERIFY
from engine.notices.jobs import DIGEST, SEND
from engine.print_files import FORGET, MAKE

_ALL = (VERIFY, TIDY, SEND, DIGEST, APPLY, MAKE, FORGET, BACK_UP)

JOBS: Mapping[str, Job] = {job.name: job for job in _ALL}
"""Name → job."""


def jobs_of(work: Work) -> Mapping[str, Job]:
    """Return the jobs of an installation: without a folder for backups it makes none."""
    return {job.name: job for job in _ALL if job is not BACK_UP or work.backups is not None}
