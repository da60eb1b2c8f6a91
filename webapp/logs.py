"""What is logged: a JSON line for each thing, with the numbers of request and person.

Never names, typed texts or addresses of people; a line cannot be broken by what it says. Of
secret ballots nothing is logged: the order of the lines would be a trace.
"""

import json
import logging
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request

from webapp.authentication import ANONYMOUS
from webapp.watching import REFERENCE

log = logging.getLogger("thidua.requests")

QUIET = frozenset({"static", "health.alive", "health.ready", "metrics.show"})
"""Pages that machines ask for again and again."""

_request: ContextVar[str | None] = ContextVar("request", default=None)
"""Number of the request that a thread answers."""

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; the rest was given beside its text (``extra``)."""


class _Lines(logging.Formatter):
    """A line as a JSON object, or in words."""

    def __init__(self, *, in_words: bool) -> None:
        super().__init__()
        self._in_words = in_words

    def format(self, record: logging.LogRecord) -> str:
        """Return what is written of ``record``, without the end of the line."""
        told = self._told(record)
        if not self._in_words:
            return json.dumps(told, ensure_ascii=False, default=repr)
        trace = told.pop("exception", "")
        words = [str(told.pop(name)) for name in ("timestamp", "level", "logger", "event")]
        words += [f"{name}={value!r}" for name, value in told.items()]
        return "\n".join(filter(None, (" ".join(words), trace)))

    def _told(self, record: logging.LogRecord) -> dict[str, Any]:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds")
        told: dict[str, Any] = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "timestamp": at.replace("+00:00", "Z"),
        }
        if _request.get() is not None:
            told["request"] = _request.get()
        told |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            told["stack"] = self.formatStack(record.stack_info)
        return told


def write_logs(stream: Any = None) -> None:
    """Write the log to ``stream``: in words on a terminal, else a JSON object a line.

    :param stream: stderr if not given.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Lines(in_words=stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("alembic", "procrastinate", "fontTools", "waitress.queue"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def set_up(app: Flask) -> None:
    """Let each request have its number in every line, and a line of its own at its end."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    _request.set(None if request.endpoint in ANONYMOUS else g.request_id)


def _case() -> str | None:
    """Return the case that the address names; whatever else stands there is not logged."""
    named = str((request.view_args or {}).get("reference", ""))
    return named if REFERENCE.fullmatch(named) else None


def _end(response: Response) -> Response:
    endpoint = request.endpoint
    if endpoint in ANONYMOUS or endpoint in QUIET:
        return response
    actor = g.get("actor")
    told: dict[str, Any] = {
        "page": endpoint,
        "method": request.method,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.begun) * 1000, 1) if "begun" in g else None,
        "person": actor.person_id if actor else None,
        "case": _case(),
    }
    known = {name: value for name, value in told.items() if value is not None}
    log.info("answered", extra=known)
    return response
