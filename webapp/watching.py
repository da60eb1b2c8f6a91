"""Pages of which it is noted who opened them: cases, files, papers, exports."""

from dataclasses import dataclass

from flask import Flask, g, request
from werkzeug.wrappers import Response

from engine.audit.views import Sight, find_view, note_view
from forms.vocabulary import AccessKind
from webapp.clock import now
from webapp.database import reading, unit_of_work

OK = 200


@dataclass(frozen=True)
class Watched:
    """What a page shows or hands out, and where its address says of which case or thing.

    :ivar item: name in the address of the number of the attachment or paper.
    :ivar kind_of_paper: name in the address of the kind of the paper.
    """

    kind: AccessKind
    what: str = ""
    item: str = ""
    kind_of_paper: str = ""


CASE = Watched(AccessKind.CASE)

WATCHED = {
    "cases.show": CASE,
    "dossier_papers.show": CASE,
    "trace.show": CASE,
    "comparison.show": CASE,
    "audit.show": CASE,
    "attachments.download": Watched(AccessKind.FILE, item="attachment_id"),
    "papers.download": Watched(AccessKind.PAPER, item="paper_id"),
    "case_papers.show": Watched(AccessKind.PAPER, item="number", kind_of_paper="slug"),
    "certificates.show_run": Watched(AccessKind.PAPER, "phoi-in"),
    "outgoing.paper": Watched(AccessKind.PAPER, "van-ban-di", item="paper_id"),
    "session_papers.paper": Watched(AccessKind.PAPER, item="session_id", kind_of_paper="kind"),
    "word_drafts.download": Watched(AccessKind.EXPORT, "du-thao", item="paper_id"),
    "register.extract": Watched(AccessKind.EXPORT, "trich-so"),
}
"""Endpoint → what it shows. What is not here has no person's data, or a journal of its own."""


def set_up(app: Flask) -> None:
    """Note what is handed out, before it is."""
    app.after_request(note)


def note(response: Response) -> Response:
    """Note who is shown what; if that cannot be written down, nothing is shown."""
    watched = WATCHED.get(request.endpoint or "")
    if watched is None or response.status_code != OK or request.method != "GET":
        return response
    sight = _sight(watched)
    with reading() as work:
        view = find_view(work, g.actor, sight, now())
    if view is not None:
        with unit_of_work() as work:
            note_view(work, g.actor, view, now())
    return response


def _sight(watched: Watched) -> Sight:
    found = request.view_args or {}
    return Sight(
        kind=watched.kind,
        what=found[watched.kind_of_paper] if watched.kind_of_paper else watched.what,
        item_id=found[watched.item] if watched.item else None,
        reference=found.get("reference"),
    )
