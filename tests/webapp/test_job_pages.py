"""The page of background jobs: for administrators alone; what failed runs again when asked."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from engine.jobs import defer
from engine.jobs.keeping import TIDY
from engine.jobs.registry import JOBS
from engine.jobs.worker import Worker
from engine.store.database import reading, unit_of_work
from engine.store.models import JobRow
from forms.vocabulary import JobState
from tests.walk import on_sqlite
from tests.ward import NOON
from webapp.background import work_of

pytestmark = on_sqlite

PAGE = "/cong-viec-nen"


@pytest.fixture
def failed(database):
    """A job that failed, with what went wrong."""
    with unit_of_work(database) as session:
        defer(session, TIDY, {}, at=NOON)
        session.execute(
            update(JobRow).values(
                state=JobState.FAILED,
                attempts=5,
                finished_at=NOON,
                error="Traceback …\nOSError: no <space> left\n",
            )
        )


def rows(database):
    with reading(database) as session:
        return {row.name: (row.state, row.error) for row in session.scalars(select(JobRow))}


def test_who_looks_after_the_system_sees_what_failed_and_lets_it_run(
    browse, database, settings, ward, failed
):
    admin = browse("administrator")
    page = admin.get(f"{PAGE}?state=failed").text
    assert "Không thành công" in page
    assert "OSError: no &lt;space&gt; left" in page
    assert "Traceback" not in page
    answer = admin.post(f"{PAGE}/1/chay")
    assert (answer.status_code, answer.location) == (303, PAGE)
    once = replace(TIDY, again=None)
    assert Worker(work_of(settings, database), {TIDY.name: once}).step()
    assert rows(database) == {TIDY.name: (JobState.DONE, "")}
    again = admin.post(f"{PAGE}/1/chay")
    assert again.status_code == 409
    assert "Tình trạng hiện nay: Đã xong." in again.text


def test_periodic_jobs_stand_with_their_rhythm_and_run_at_once(
    browse, database, settings, ward
):
    admin = browse("administrator")
    assert "Chưa có tiến trình nào làm việc nền" in admin.get(PAGE).text
    worker = Worker(work_of(settings, database), JOBS)
    worker.arm()
    while worker.step():
        pass
    page = admin.get(PAGE).text
    shown = re.findall(r'<th scope="row"><div>([^<]+)<div class="muted">([^<]+)', page)
    assert ("Kiểm tra toàn bộ nhật ký", "Hằng ngày lúc 02:00") in shown
    assert len(shown) == sum(1 for job in JOBS.values() if job.again)
    assert all(rhythm for _, rhythm in shown)
    assert admin.post(f"{PAGE}/1/chay").status_code == 303
    assert worker.step()
    assert not worker.step()


@pytest.mark.parametrize("person", ["ward_clerk", "auditor", "ward_chairman"])
def test_others_see_no_jobs_and_start_none(browse, database, ward, failed, person):
    other = browse(person)
    assert other.get(PAGE).status_code == 403
    assert other.post(f"{PAGE}/1/chay").status_code == 403
    assert rows(database)[TIDY.name][0] is JobState.FAILED
    assert f'href="{PAGE}"' not in other.get("/").text
