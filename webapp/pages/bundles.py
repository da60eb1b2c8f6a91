"""Bundles that prove themselves, for auditors: of a case, or of a decision over several."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app
from werkzeug.wrappers import Response

from engine.journal.bundle import Bundle, export_case, export_decision
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import EXTENSION
from webapp.files import file_store
from webapp.settings import Settings

blueprint = Blueprint("bundles", __name__)


@blueprint.get("/ho-so/<reference>/goi-kiem-chung.zip")
def case(reference: str) -> Response:
    """Hand out the bundle of a case."""
    return _handed_out(export_case, reference, reference)


@blueprint.get("/van-ban-di/<int:paper_id>/goi-kiem-chung.zip")
def decision(paper_id: int) -> Response:
    """Hand out the bundle of a decision over several cases."""
    return _handed_out(export_decision, paper_id, f"van-ban-{paper_id}")


def _handed_out(export: Callable[..., Bundle], about: Any, name: str) -> Response:
    """Return a bundle as a file, which the journal knows already."""
    settings: Settings = current_app.extensions["thidua.settings"]
    bundle = export(
        current_app.extensions[EXTENSION],
        present_actor(),
        about,
        store=file_store(),
        key=settings.sealing_key,
        outside=settings.outside,
        at=now(),
    )
    response = Response(bundle.content, mimetype="application/zip")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="goi-kiem-chung-{name}.zip"'
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
