"""What each error means to the person at the browser: one table.

The engine names the fact; here it becomes a status and two sentences, what happened and
what to do. Nothing of the program is shown. A surprise is logged under a request number.
"""

import logging
from http import HTTPStatus

from flask import Flask, current_app, g, redirect, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from engine.errors import CommitUnknown, DatabaseUnavailable, EngineError
from forms.vocabulary import Word
from webapp.authentication import ANONYMOUS, OPEN
from webapp.error_words import ANSWERS, BROKEN, HTTP_ANSWERS, Answer
from webapp.kept_text import KeptText, ResumeOnly, kept_from_form
from webapp.security import refuse_endless_form, refuse_foreign_origin
from webapp.watching import note_refused

logger = logging.getLogger(__name__)


RETRY_SECONDS = 30
"""When a browser or a program may ask again."""

BARE_PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8">
<title>Hệ thống gặp lỗi</title>
<h1>Hệ thống gặp lỗi</h1><p>Chưa có gì thay đổi. Thử lại sau ít phút.</p>
<p lang="en">Something went wrong and nothing was changed. Try again in a few minutes.</p>
<p>{number}</p></html>
"""
"""What people read when not even the frame of our pages can be drawn."""


def set_up(app: Flask) -> None:
    """Answer every error with a page of the house."""
    app.register_error_handler(EngineError, answer_engine_error)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(ResumeOnly, answer_resume_only)
    app.register_error_handler(Exception, answer_surprise)


def answer_to(error: EngineError) -> Answer:
    """Return what people read about ``error``, its facts filled in.

    A subclass without words of its own says those of its parent.
    """
    for kind in type(error).__mro__:
        answer = ANSWERS.get(getattr(kind, "code", ""))
        if answer is not None:
            facts = {"source": "–"} | {name: _said(fact) for name, fact in error.facts.items()}
            return Answer(answer.status, answer.title, answer.happened % facts, answer.to_do)
    return BROKEN


def _said(fact: object) -> object:
    """Return a fact as people read it: a word of the vocabulary by its label."""
    return fact.label(g.language) if isinstance(fact, Word) else fact


def sentence_for(error: EngineError) -> str:
    """Return what happened and what to do, to show above a form."""
    answer = answer_to(error)
    return f"{answer.happened} {answer.to_do}"


def answer_engine_error(error: EngineError) -> tuple[str, int] | Response:
    """Answer an error that a page did not answer itself."""
    answer = answer_to(error)
    if answer.status == HTTPStatus.FORBIDDEN:
        note_refused()
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("request %s: %s", _request_id(), error.code, exc_info=error)
    if isinstance(error, (DatabaseUnavailable, CommitUnknown)):
        return _later(answer)
    return _page(answer, str(error.facts.get("reference", "")))


def _later(answer: Answer) -> Response:
    """Return the page that says to come back; what was typed goes along."""
    html, status = _page(answer, kept=_typed())
    return Response(html, status, {"Retry-After": str(RETRY_SECONDS)}, mimetype="text/html")


def _typed() -> KeptText | None:
    """Return what the request brought to a form of ours; passwords and ballots stay out."""
    shown_again = request.endpoint not in OPEN | ANONYMOUS | {None}
    if request.method != "POST" or not shown_again or request.blueprint == "account":
        return None
    try:
        refuse_foreign_origin()
        refuse_endless_form()
        return kept_from_form()
    except HTTPException:
        return None


def answer_http_error(error: HTTPException) -> tuple[str, int] | Response | HTTPException:
    """Answer an error of HTTP itself: no such page, too large, too often."""
    if isinstance(error, (RequestRedirect, SecurityError)) or error.code is None:
        return error  # without a host that we trust there is no address to put on a page
    known = HTTP_ANSWERS.get(error.code)
    if known is None:
        known = HTTP_ANSWERS[400 if error.code < HTTPStatus.INTERNAL_SERVER_ERROR else 500]
    return _page(known)


def answer_resume_only(error: ResumeOnly) -> Response:
    """Show a page that keeps no text as it stands, instead of acting on kept text."""
    try:
        current_app.url_map.bind("", "/").match(request.path, method="GET")
    except HTTPException:
        return redirect("/", 303)
    return redirect(request.path, 303)


def answer_surprise(error: Exception) -> tuple[str, int]:
    """Log what nobody expected, without what people typed, and say that nothing changed."""
    logger.error(
        "request %s: %s %s failed",
        _request_id(),
        request.method,
        request.url_rule,
        exc_info=error,
    )
    try:
        return _page(BROKEN)
    except Exception:  # the database is gone: the frame of our pages needs it
        logger.exception("request %s: the error page failed too", _request_id())
        return BARE_PAGE.format(number=_request_id()), 500


def _page(answer: Answer, reference: str = "", kept: KeptText | None = None) -> tuple[str, int]:
    """Return the page of an error, with a link to the case that it speaks of."""
    html = render_template(
        "error.html",
        answer=answer,
        reference=reference,
        kept=kept,
        request_id=_request_id(),
    )
    return html, int(answer.status)


def _request_id() -> str:
    request_id: str = g.get("request_id", "–")
    return request_id
