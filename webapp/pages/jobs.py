"""Background jobs: what comes again, what waits, what failed and runs again if asked."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engine.jobs import Daily, Every
from engine.jobs.keeping import run_now
from engine.queries.jobs import JobLine, list_jobs
from forms.vocabulary import JobState
from webapp import paging
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.pages.cases import Select

blueprint = Blueprint("jobs", __name__, url_prefix="/cong-viec-nen")

TAGS = {
    JobState.WAITING: "info",
    JobState.RUNNING: "info",
    JobState.DONE: "ok",
    JobState.FAILED: "bad",
}
"""State → how its label looks; the word in it says the same."""

MINUTE = 60


@blueprint.get("")
def listing() -> str:
    """List the jobs of the system."""
    state = paging.member_asked("state", JobState)
    after = paging.number_asked("after")
    with reading() as work:
        found = list_jobs(work, present_actor(), state, after)
    states = tuple((one.value, one.label(g.language)) for one in JobState)
    return render_template(
        "jobs_list.html",
        found=found,
        state=Select("state", _("Tình trạng"), _("Mọi tình trạng"), states, state or ""),
        tags=TAGS,
        rhythm=_rhythm,
        next=paging.with_changes(after=found.next) if found.next else None,
    )


@blueprint.post("/<int:job_id>/chay")
def run(job_id: int) -> Response:
    """Let a job that failed run again, or a periodic one now."""
    with unit_of_work() as work:
        run_now(work, job_id=job_id, actor=present_actor(), at=now())
    flash(_("Việc sẽ chạy trong ít giây; tải lại trang để xem kết quả."), "ok")
    return redirect(url_for("jobs.listing"), 303)


def _rhythm(line: JobLine) -> str:
    """Return how often a periodic job comes."""
    if isinstance(line.again, Daily):
        return str(_("Hằng ngày lúc %(time)s", time=f"{line.again.at:%H:%M}"))
    if isinstance(line.again, Every):
        seconds = int(line.again.interval.total_seconds())
        if seconds < MINUTE or seconds % MINUTE:
            return str(ngettext("Mỗi %(num)d giây", "Mỗi %(num)d giây", seconds))
        return str(ngettext("Mỗi %(num)d phút", "Mỗi %(num)d phút", seconds // MINUTE))
    return ""
