"""Vietnamese or English, light or dark: chosen by a link, kept in a cookie."""

from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_translations
from markupsafe import Markup
from werkzeug.wrappers import Response

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
THEMES = ("light", "dark")

LANGUAGE_COOKIE = "language"
THEME_COOKIE = "theme"
A_YEAR = 365 * 24 * 3600


def set_up(app: Flask) -> None:
    """Choose the language of each request before anything else reads it."""
    babel = Babel(app, locale_selector=_present, default_locale="vi")
    babel.domain_instance = _Texts()
    app.jinja_env.globals.update(_=_say, gettext=_say, ngettext=_say_number)
    app.before_request(_choose)


def _say(text: str, **values: object) -> Markup:
    """Return ``text`` of a template in the language of the page.

    A page of fifty rows says hundreds of texts; Jinja would go through four calls for each.
    """
    said = Markup(_catalogue().gettext(text))  # noqa: S704  # the texts are ours
    return said % values if "%" in said else said


def _say_number(singular: str, plural: str, num: int, **values: object) -> Markup:
    """Return one of two texts of a template, for a number."""
    said = _catalogue().ngettext(singular, plural, num)
    return Markup(said) % {"num": num, **values}  # noqa: S704  # the texts are ours


KEPT = "_flask_babel"
"""Where flask-babel keeps the language of a request, and forgets it when that changes."""


class _Texts(Domain):  # type: ignore[misc]
    """The texts of the program; the language of a request is looked for once."""

    def get_translations(self) -> Any:
        """Return those in the language of this request."""
        kept = g.get(KEPT) if g else None
        if kept is None:
            return super().get_translations()
        if getattr(kept, "babel_translations", None) is None:
            kept.babel_translations = super().get_translations()
        return kept.babel_translations


def _catalogue() -> Any:
    found = getattr(g.get(KEPT), "babel_translations", None)
    return get_translations() if found is None else found


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
