"""Vietnamese or English, light or dark: chosen by a link, kept in a cookie."""

from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from werkzeug.wrappers import Response

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
THEMES = ("light", "dark")

LANGUAGE_COOKIE = "language"
THEME_COOKIE = "theme"
A_YEAR = 365 * 24 * 3600


def set_up(app: Flask) -> None:
    """Choose the language of each request before anything else reads it."""
    Babel(app, locale_selector=_present, default_locale="vi")
    app.before_request(_choose)


def remember(response: Response, cookie: str, value: str, secure: bool) -> None:
    """Keep a choice for a year; it says nothing about the person."""
    response.set_cookie(
        cookie, value, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax"
    )


def _choose() -> None:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    g.language = chosen if chosen in LANGUAGES else "vi"
    theme = request.cookies.get(THEME_COOKIE)
    g.theme = theme if theme in THEMES else ""


def _present() -> str:
    language: str = g.get("language", "vi") if has_request_context() else "vi"
    return language
