"""Text as searches compare it, for Vietnamese and for all other letters."""

import random
import unicodedata

import pytest

from engine.text import fold


def by_definition(text):
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    for dash in "‐‑‒–—−":
        letters = letters.replace(dash, "-")
    return " ".join(letters.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("  Đặng   Thị Ưởng ", "dang thi uong", id="vietnamese"),
        pytest.param("Quỳnh – Hoa\u2011Sen", "quynh - hoa-sen", id="dashes"),
        pytest.param("Ñuñez Š. ỳ\u0328", "nunez s. y", id="other marks"),
        pytest.param("Ö 東京 ß", "o 東京 ss", id="other letters"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_folded_text_has_no_marks(text, expected):
    assert fold(text) == expected == by_definition(text)


def test_every_letter_alone_and_in_any_company_is_folded_by_the_definition():
    luck = random.Random(5)  # noqa: S311 - nothing secret
    letters = [chr(n) for n in range(0x10000) if not 0xD800 <= n < 0xE000]
    for begin in range(0, len(letters), 64):
        text = " ".join(letters[begin : begin + 64])
        assert fold(text) == by_definition(text)
    for _ in range(500):
        text = "".join(luck.choices(letters[:0x3000], k=40))
        assert fold(text) == by_definition(text)
