"""Vietnamese text: how it is compared, searched and sorted, alike on every database."""

import unicodedata
from functools import lru_cache

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: dictionary order
_SHAPES = "\u0302\u0306\u031b"  # of â, ă and ơ

_PLAIN: dict[int, str | None] = dict.fromkeys(map(ord, _TONES + _SHAPES)) | dict.fromkeys(
    map(ord, "‐‑‒–—−"), "-"
)
"""Marks of Vietnamese, which searches leave out, and dashes, which are alike."""


def compose(text: str) -> str:
    """Return ``text`` in Unicode NFC: one spelling for one word, however it was typed."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return ``text`` as searches compare it: no marks, đ as d, small, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    letters = decomposed.translate(_PLAIN)
    if not letters.isascii():  # marks of other languages
        letters = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(letters.split())


def sort_key(full_name: str) -> str:
    """Return what sorts people the Vietnamese way: given, middle, then family name.

    Letters first (a < ă < â, d < đ), tones only where letters are equal.
    """
    words = full_name.split()
    ordered = words[-1:] + words[1:-1] + words[:1] if len(words) > 1 else words
    return _weights(ordered)


@lru_cache(maxsize=8_192)  # lists of units are sorted at every look
def alphabetical_key(text: str) -> str:
    """Return what sorts names of units and things the Vietnamese way, as they are written."""
    return _weights(text.split())


def _weights(words: list[str]) -> str:
    letters, tones = [], []
    for word in words:
        weights = [_weigh(letter) for letter in compose(word.casefold())]
        letters.append("".join(weight[0] for weight in weights))
        tones.append("".join(weight[1] for weight in weights))
    return " ".join(letters) + "\x01" + " ".join(tones)


@lru_cache(maxsize=1_024)
def _weigh(letter: str) -> tuple[str, str]:
    """Return a letter's place in the alphabet and its tone, as characters that sort."""
    tone = "0"
    base = ""
    for part in unicodedata.normalize("NFD", letter):
        if part in _TONES:
            tone = str(_TONES.index(part) + 1)
        else:
            base += part
    base = compose(base)
    place = _LETTERS.find(base)
    return (f"{place:02d}" if place >= 0 else f"~{base}"), tone
