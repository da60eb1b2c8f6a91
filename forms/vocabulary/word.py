"""One word of the domain: its code, its labels in two languages, its source."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A code with what people read in its place."""

    vi: str
    en: str
    source: str

    def __new__(cls, code: str, vi: str = "", en: str = "", source: str = "") -> Self:
        """Make the member ``code`` with its two labels and its source.

        Every member has its labels; they are optional for ``Award("labor_order")`` alone,
        which finds a member and makes none.
        """
        member = str.__new__(cls, code)
        member._value_ = code
        member.vi = vi
        member.en = en
        member.source = source
        return member

    def label(self, language: str) -> str:
        """Return what a person reads: English for ``"en"``, else Vietnamese."""
        return self.en if language == "en" else self.vi
