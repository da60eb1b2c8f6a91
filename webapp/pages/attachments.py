"""Files of a case: read one, take one out."""

from urllib.parse import quote
from uuid import uuid4

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.attachments import remove_attachment
from engine.queries.files import get_file
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.files import file_store
from webapp.kept_text import local_path

blueprint = Blueprint("attachments", __name__, url_prefix="/tep")


@blueprint.get("/<int:attachment_id>")
def download(attachment_id: int) -> Response:
    """Hand out the bytes of a file to whoever may see its case; never shown in the page."""
    with reading() as work:
        file = get_file(work, present_actor(), attachment_id)
    response = make_response(file_store().get(file.sha256))
    plain = file.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response.headers["Content-Type"] = file.media_type
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = f'"{file.sha256}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/<int:attachment_id>/bo")
def remove(attachment_id: int) -> Response:
    """Take a file out of the draft or the task where it was added, and go back there."""
    with unit_of_work() as work:
        file = remove_attachment(
            work,
            attachment_id=attachment_id,
            actor=present_actor(),
            at=now(),
            key=request.form.get("key") or uuid4().hex,
        )
        name = file.name
    flash(_("Đã bỏ tệp “%(name)s”.", name=name), "ok")
    return redirect(local_path(request.form.get("next", "")) or url_for("inbox.show"), 303)
