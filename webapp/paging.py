"""Addresses of lists: what they are narrowed to and which page, in the query string."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar

from flask import request, url_for

LAST_PAGE = 10_000
"""Nobody turns further; it also keeps offsets small."""

LONGEST_TEXT = 200

MOST_DIGITS = 18
"""Of a number in an address: every row number fits, and 64 bits are never exceeded."""

Member = TypeVar("Member", bound=StrEnum)


def page_asked() -> int:
    """Return the page of the address, from 1; anything odd is the first."""
    return min(max(number_asked("page") or 1, 1), LAST_PAGE)


def number_asked(name: str) -> int | None:
    """Return the number that the address gives for ``name``; None for anything odd."""
    text = request.args.get(name, "")
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number else None


def member_asked(name: str, members: Iterable[Member]) -> Member | None:
    """Return the word that the address gives for ``name``; None for anything odd."""
    text = request.args.get(name, "")
    return next((one for one in members if one.value == text), None)


def text_asked(name: str = "q") -> str:
    """Return the text that the address searches for."""
    return request.args.get(name, "").strip()[:LONGEST_TEXT]


def narrowing() -> dict[str, str]:
    """Return what the present address narrows its list to, whichever page of it it shows."""
    return {name: value for name, value in _asked().items() if name not in _TURNS}


_TURNS = ("page", "after", "before")
"""In addresses: where a page of a list begins."""


def _asked() -> dict[str, Any]:
    """Return the query of the address, without names that Flask takes for its own."""
    return {
        name: value
        for name, value in request.args.items()
        if value and not name.startswith("_") and name != "endpoint"
    }


def with_changes(**changes: object) -> str:
    """Return the present address with some of its query changed; None takes one out.

    Turning the page apart, a change leads back to the first page.
    """
    query = _asked()
    for turn in _TURNS:
        query.pop(turn, None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return url_for(request.endpoint or "inbox.show", **(request.view_args or {}), **query)
