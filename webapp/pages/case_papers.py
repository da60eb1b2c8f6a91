"""Papers made from what a case has recorded: report, receipt, requests and notices."""

from flask import Blueprint
from werkzeug.wrappers import Response

from engine.case_papers import make_paper
from webapp.authentication import present_actor
from webapp.database import reading
from webapp.files import show_pdf

blueprint = Blueprint("case_papers", __name__, url_prefix="/ho-so")


@blueprint.get("/<reference>/giay-to/<slug>-<int:number>.pdf")
def show(reference: str, slug: str, number: int) -> Response:
    """Show one paper of a case to whoever may see the case."""
    with reading() as work:
        content = make_paper(work, present_actor(), reference, slug, number)
    return show_pdf(content, f"{slug}-{reference}-{number}.pdf")
