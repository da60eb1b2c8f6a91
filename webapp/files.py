"""The file store of the running application, and how a file of it is handed out."""

from urllib.parse import quote

from flask import current_app, make_response
from werkzeug.wrappers import Response

from engine.exports.tables import Workbook, note_taken
from engine.filestore import FileStore
from engine.office import day_in_vietnam
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import unit_of_work
from webapp.settings import Settings

FOLDER = "files"
"""Folder of the store inside the ``var_dir`` of the installation."""


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_store() -> FileStore:
    """Return the store in which uploads are kept."""
    settings: Settings = current_app.extensions["thidua.settings"]
    return FileStore(settings.var_dir / FOLDER)


def hand_out(name: str, media_type: str, sha256: str) -> Response:
    """Return a stored file to be saved under ``name``, never shown in the page.

    :raises NotFound: the store has no such file.
    :raises DamagedFile: its bytes are not those that were put.
    """
    response = make_response(file_store().get(sha256))
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def take_workbook(workbook: Workbook, name: str) -> Response:
    """Journal that the reader takes a list away, and return it to be saved.

    :param name: of the file without its ending, in ASCII.
    """
    at = now()
    with unit_of_work() as work:
        note_taken(work, present_actor(), workbook, at)
    response = Response(workbook.content, mimetype=XLSX)
    file = f"{name}-{day_in_vietnam(at).isoformat()}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def show_pdf(content: bytes, name: str) -> Response:
    """Return a paper for the browser to show.

    :param name: of the file if it is saved, in ASCII.
    """
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
