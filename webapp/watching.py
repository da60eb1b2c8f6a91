"""Pages of which it is noted who opened them: cases, files, papers, exports; and refusals."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from engine.audit.refusals import note_refusal
from engine.audit.views import Sight, find_view, note_view
from engine.store import database
from forms.vocabulary import AccessKind
from webapp.clock import now
from webapp.database import EXTENSION as DATABASE
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
    "register.workbook": Watched(AccessKind.EXPORT, "bang-so"),
    "cases.workbook": Watched(AccessKind.EXPORT, "bang-ho-so"),
    "audit.workbook": Watched(AccessKind.EXPORT, "bang-quyet-dinh"),
    "bundles.case": Watched(AccessKind.EXPORT, "goi-kiem-chung"),
    "bundles.decision": Watched(AccessKind.EXPORT, "goi-kiem-chung", item="paper_id"),
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


def note_refused() -> None:
    """Note that the person asking was refused, in a transaction of its own."""
    if g.get("actor") is None:
        return
    asked = {"of": request.endpoint, "way": request.method, **_about(request.view_args or {})}
    engine = current_app.extensions[DATABASE]
    with database.unit_of_work(engine) as work:  # also where kept text comes back
        note_refusal(work, g.actor, asked, now())


def _about(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the case and the number in an address; nothing else that somebody could type."""
    reference = str(found.get("reference", ""))
    numbers = [one for one in found.values() if isinstance(one, int) and one < FAR]
    about: dict[str, Any] = {"item": numbers[0]} if numbers else {}
    return about | ({"reference": reference} if REFERENCE.fullmatch(reference) else {})


REFERENCE = re.compile(r"[A-Z]{1,6}-[0-9]{4}-[0-9]{1,9}", re.ASCII)
"""What cases are called."""

FAR = 1 << 53
"""Above every number that an entry of the journal may hold."""
