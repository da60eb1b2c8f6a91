"""One sentence that a form says about a mistake."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """The sentence of one code in both languages, with the names of its values."""

    vi: str
    en: str
    values: tuple[str, ...] = ()
