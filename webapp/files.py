"""The file store of the running application, and how a file of it is handed out."""

from urllib.parse import quote

from flask import current_app, make_response
from werkzeug.wrappers import Response

from engine.filestore import FileStore
from webapp.settings import Settings

FOLDER = "files"
"""Folder of the store inside the ``var_dir`` of the installation."""


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


def show_pdf(content: bytes, name: str) -> Response:
    """Return a paper for the browser to show.

    :param name: of the file if it is saved, in ASCII.
    """
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
