"""Documents that the system made: handed out byte for byte as they were issued."""

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from engine.queries.case_page import get_paper
from forms.vocabulary import Award
from webapp.authentication import present_actor
from webapp.database import reading

blueprint = Blueprint("papers", __name__, url_prefix="/van-ban")

MEDIA_TYPE = "application/pdf"

CERTIFICATES = {Award.UNIT_CERTIFICATE: "giay-khen"}
"""First part of the file name of a certificate; of every other award: ``bang-khen``."""


@blueprint.get("/<int:paper_id>")
def download(paper_id: int) -> Response:
    """Hand out a document to whoever may see its case; never shown in the page."""
    with reading() as work:
        paper = get_paper(work, present_actor(), paper_id)
    response = make_response(paper.content)
    certificate = CERTIFICATES.get(paper.award, "bang-khen")
    what = "quyet-dinh" if paper.kind == "decision" else certificate
    name = f"{what}-{paper.reference}.pdf"  # in ASCII, for every system
    response.headers["Content-Type"] = MEDIA_TYPE
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = f'"{paper.sha256}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
