"""The plan of a movement, as its file says it, for everyone to read."""

from flask import Blueprint, render_template, request

from engine.permissions import may
from engine.plans import plan_of
from engine.queries.plans import get_plan, list_plans
from webapp.authentication import present_actor
from webapp.database import reading

blueprint = Blueprint("plans", __name__, url_prefix="/ke-hoach")


@blueprint.get("")
def show() -> str:
    """Show a plan; its doubts and readings only to those who keep it."""
    code = request.args.get("ma", "")
    with reading() as work:
        rows = list_plans(work)
        row = get_plan(work, code) if code else next(iter(rows), None)
        plan = plan_of(row) if row else None
        others = [plan_of(other) for other in rows]
    notes = plan.notes if plan and may(present_actor(), "plan.notes.see") else ()
    return render_template("plan.html", plan=plan, plans=others, notes=notes)
