"""Who works on a task: to take it on, to give it back, to hand it to somebody else."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from engine.assignment import (
    AssignmentPage,
    claim_task,
    get_assignment,
    give_back_task,
    reassign_task,
)
from engine.errors import EngineError
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.errors import answer_to
from webapp.session_shell import Page
from webapp.short_forms import KEY, Control, ShortForm, is_sent, typed_number, typed_text

blueprint = Blueprint("assignments", __name__, url_prefix="/cong-viec/<task_id>")


@blueprint.route("/phan-cong", methods=["GET", "POST"])
def show(task_id: str) -> Page:
    """Show who works on a task; hand it to somebody else."""
    form = _form(_read(task_id))
    if is_sent():
        try:
            with unit_of_work() as work:
                reassign_task(
                    work,
                    task_id=task_id,
                    person_id=typed_number("person_id"),
                    actor=present_actor(),
                    at=now(),
                    key=typed_text(KEY),
                )
        except EngineError as error:
            form.refuse(error)
        else:
            flash(_("Đã chuyển việc."), "ok")
            return redirect(url_for("assignments.show", task_id=task_id), 303)
    return form.show()


@blueprint.post("/nhan-viec")
def claim(task_id: str) -> Page:
    """Take a task on."""
    done = _("Ông/bà đã nhận việc này.")
    return _act(task_id, claim_task, url_for("tasks.show", task_id=task_id), done)


@blueprint.post("/tra-viec")
def give_back(task_id: str) -> Page:
    """Give a task back."""
    done = _("Đã trả việc; người khác có thể nhận.")
    return _act(task_id, give_back_task, url_for("inbox.show"), done)


def _act(task_id: str, command: Callable[..., Any], to: str, done: str) -> Page:
    """Run a command once; if it is refused, say so on the page of the assignment."""
    try:
        with unit_of_work() as work:
            command(work, task_id=task_id, actor=present_actor(), at=now(), key=typed_text(KEY))
    except EngineError as error:
        if answer_to(error).status != 409:  # noqa: PLR2004
            raise
        form = _form(_read(task_id))
        form.refuse(error)
        return form.show()
    flash(done, "ok")
    return redirect(to, 303)


def _read(task_id: str) -> AssignmentPage:
    with reading() as work:
        return get_assignment(work, present_actor(), task_id, now())


def _form(page: AssignmentPage) -> ShortForm:
    people = tuple((str(number), name) for number, name in page.standing.candidates)
    return ShortForm(
        title=_("Phân công"),
        submit=_("Chuyển việc"),
        controls=(Control("person_id", _("Chuyển cho"), "select", choices=people),),
        crumbs=(
            (url_for("cases.show", reference=page.reference), page.reference),
            *(
                ((url_for("tasks.show", task_id=page.task_id), _("Xử lý")),)
                if page.may_open
                else ()
            ),
        ),
        template="assignment.html",
        words={"page": page, "standing": page.standing},
    )
