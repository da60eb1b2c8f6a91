"""A text in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Translated:
    """A text in Vietnamese with its English gloss; the Vietnamese one counts."""

    vi: str
    en: str

    def label(self, language: str) -> str:
        """Return what a person reads: English for ``"en"``, else Vietnamese."""
        return self.en if language == "en" else self.vi
