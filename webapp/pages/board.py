"""The queues of the levels, for those who watch over the flow."""

from flask import Blueprint, render_template

from engine.delegations import list_absent
from engine.queries.board import get_board
from forms.vocabulary import CaseState
from webapp import case_words
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading

blueprint = Blueprint("board", __name__)


@blueprint.get("/hang-cho")
def show() -> str:
    """Show what waits at each level, as columns and as a table."""
    with reading() as work:
        columns = get_board(work, present_actor(), now())
        units = {each.unit_id for each in present_actor().grants}
        absent = list_absent(work, now(), units)
    states = [state for state in CaseState if any(state in one.states for one in columns)]
    return render_template(
        "board.html", columns=columns, states=states, absent=absent, words=case_words
    )
