"""The pages served by several processes, which gunicorn starts, watches and replaces.

Background jobs and sealing belong to ``thidua worker`` then: a process that forks others has
no threads.
"""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from webapp.app import create_app
from webapp.database import EXTENSION
from webapp.loading import loading
from webapp.settings import Settings

LONGEST_STOP = 30
"""Seconds in which running requests end when the server is told to stop."""

LONGEST_REQUEST = 120
"""Seconds after which a process that does not answer its parent is replaced."""


class Processes(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings; its own command line and files are not read."""

    def __init__(self, settings: Settings, count: int) -> None:
        self._settings = settings
        self._count = count
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        listen = f"{self._settings.listen}:{self._settings.port}"
        chosen: dict[str, Any] = {
            "bind": [listen],
            "workers": self._count,
            "worker_class": "gthread",
            "threads": self._settings.threads,
            "preload_app": True,
            "graceful_timeout": LONGEST_STOP,
            "timeout": LONGEST_REQUEST,
            "post_fork": _forget_connections,
            "proc_name": "thidua",
            "logger_class": _Log,
            "control_socket_disable": True,
            "forwarded_allow_ips": "",  # the settings say how many proxies are believed
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application, made once and shared by the processes."""
        with loading():
            return create_app(self._settings)


class _Log(Logger):  # type: ignore[misc]
    """What gunicorn says goes into the log of the program."""

    def setup(self, cfg: Any) -> None:
        """Open no log of its own."""
        self.error_log.propagate = True


def _forget_connections(server: Any, worker: Any) -> None:
    """Let a new process open connections of its own: two may not share one."""
    app: Flask = worker.app.wsgi()
    app.extensions[EXTENSION].dispose(close=False)
