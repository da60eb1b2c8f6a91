"""The whole way of a case: the diagrams it went through, and its steps as a table."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from engine.queries.case_page import get_case
from engine.queries.trace import Step, Trace, get_trace
from webapp import case_words
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading
from webapp.diagram_reading import Drawing, read_drawing, ways
from webapp.diagram_svg import Mark, draw
from webapp.paging import number_asked

blueprint = Blueprint("trace", __name__)


@dataclass(frozen=True)
class ShownDiagram:
    """A diagram with the way of the case in it."""

    id: str
    name: str
    svg: Markup
    is_now: bool
    """Whether the case waits in it."""


@blueprint.get("/ho-so/<reference>/duong-di")
def show(reference: str) -> str:
    """Show the way of a case: now, or as it was after an entry of its journal."""
    at = now()
    with reading() as work:
        case = get_case(work, present_actor(), reference, at)
        trace = get_trace(work, case, at, number_asked("den"))
    return render_template(
        "trace.html",
        case=case,
        tab="trace",
        standing=case_words.standing(case),
        until=trace.until,
        holders=() if trace.until else case_words.standing(case).holders,
        steps=trace.steps,
        diagrams=_diagrams(trace),
        words=case_words,
    )


def _diagrams(trace: Trace) -> list[ShownDiagram]:
    """Return the whole, then each level that the case came to, in the order it did."""
    drawings = {name: read_drawing(content) for name, content in trace.diagrams.items()}
    way = ways(drawings, trace.passed, trace.waiting)
    visited = dict.fromkeys(
        address.partition("/")[0] for address in (*trace.passed, *trace.waiting)
    )
    waiting = {address.partition("/")[0] for address in trace.waiting}
    return [
        ShownDiagram(
            id=name,
            name=drawings[name].name(g.language),
            svg=draw(
                drawings[name],
                way[name],
                _marks(drawings[name], trace, set(visited)),
                g.language,
            ),
            is_now=name in waiting,
        )
        for name in visited
        if name in drawings
    ]


def _marks(drawing: Drawing, trace: Trace, visited: set[str]) -> dict[str, Mark]:
    """Return what the case did at the tasks of a diagram, and at the levels it calls."""
    steps: dict[str, list[Step]] = {}
    for step in trace.steps:
        if step.diagram == drawing.id:
            steps.setdefault(step.element_id, []).append(step)
    marks = {element: _task_mark(drawing, done) for element, done in steps.items()}
    for shape in drawing.shapes:
        if shape.calls in visited:
            marks[shape.id] = _level_mark(shape.calls, trace)
    return marks


def _task_mark(drawing: Drawing, steps: list[Step]) -> Mark:
    """Return the mark of a task that the case came to, once or more."""
    last = steps[-1]
    days = case_words.age(sum(step.days for step in steps))
    times = ngettext("%(num)d lần", "%(num)d lần", len(steps))
    address = f"#buoc-{last.number}"
    anchor = f"so-do-{drawing.id}-{last.element_id}"
    if last.is_open:
        badge = f"● {case_words.age(last.days)}"
        return Mark("now", _("đang chờ, %(age)s", age=days), badge, address, anchor)
    if last.was_cut:
        return Mark("stopped", _("dừng khi rút hồ sơ"), "■ " + _("Đã rút"), address, anchor)
    result = case_words.result(last.form, last.outcome) if last.outcome else ""
    badge = f"✓ {days}" if len(steps) == 1 else f"✓ {times}, {days}"
    return Mark("done", f"{result}, {times}, {days}", badge, address, anchor)


def _level_mark(diagram: str, trace: Trace) -> Mark:
    """Return the mark of a level in the diagram of the whole."""
    steps = [step for step in trace.steps if step.diagram == diagram]
    address = f"#so-do-{diagram}"
    if any(one.startswith(f"{diagram}/") for one in trace.waiting):
        return Mark("now", _("đang ở đây"), "● " + _("Đang ở đây"), address)
    if any(one.startswith(f"{diagram}/") for one in trace.stopped):
        return Mark("stopped", _("dừng khi rút hồ sơ"), "■ " + _("Đã rút"), address)
    if not steps:
        return Mark("done", _("không qua cấp này"), "", address)
    days = case_words.age(sum(step.days for step in steps))
    return Mark("done", days, f"✓ {days}", address)
