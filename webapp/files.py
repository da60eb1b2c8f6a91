"""The file store of the running application."""

from flask import current_app

from engine.filestore import FileStore
from webapp.settings import Settings

FOLDER = "files"
"""Folder of the store inside the ``var_dir`` of the installation."""


def file_store() -> FileStore:
    """Return the store in which uploads are kept."""
    settings: Settings = current_app.extensions["thidua.settings"]
    return FileStore(settings.var_dir / FOLDER)
