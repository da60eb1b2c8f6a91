"""One list of people and collectives against another: who is missing, surplus, or differs.

The list that a council or a statement proposed, against that of a decision.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.text import fold
from forms.definition import Bilingual
from forms.vocabulary import SubjectKind

GROUPS = (
    (SubjectKind.COLLECTIVE, SubjectKind.ENTERPRISE),
    (SubjectKind.HOUSEHOLD,),
    (SubjectKind.INDIVIDUAL,),
)
"""Kinds of subject that stand in one list of a decision, in its order."""

WORDS = (
    Bilingual("tập thể", "collectives"),
    Bilingual("hộ gia đình", "households"),
    Bilingual("cá nhân", "individuals"),
)
"""What each list of :data:`GROUPS` counts."""


@dataclass(frozen=True)
class ListedAward:
    """One row of a list."""

    key: str
    """The same in both lists for the same row: reference of a case; empty: go by name."""
    name: str
    kind: SubjectKind
    award: str
    """As the list calls it: ``Giấy khen``."""


@dataclass(frozen=True)
class Reconciliation:
    """How a list stands to the one it follows."""

    proposed: Sequence[ListedAward]
    listed: Sequence[ListedAward]
    missing: tuple[ListedAward, ...]
    """Proposed, and not on the list."""
    surplus: tuple[ListedAward, ...]
    """On the list, and not proposed."""
    changed: tuple[tuple[ListedAward, ListedAward], ...]
    """On both with another award or another name: as proposed, as listed."""

    @property
    def agrees(self) -> bool:
        """Whether the lists say the same, in whatever order."""
        return not (self.missing or self.surplus or self.changed)

    @property
    def words(self) -> Bilingual:
        """What differs, in a sentence for each language."""
        return Bilingual(self._words("vi"), self._words("en"))

    def _words(self, language: str) -> str:
        texts = _TEXTS[language]
        parts = [
            texts["counts"].format(
                proposed=count_words(self.proposed, language),
                listed=count_words(self.listed, language),
            )
        ]
        for name, rows in (("missing", self.missing), ("surplus", self.surplus)):
            if rows:
                parts.append(texts[name].format(names=", ".join(row.name for row in rows)))
        if self.changed:
            told = (_change(*pair) for pair in self.changed)
            parts.append(texts["changed"].format(names=", ".join(told)))
        return " ".join(parts)


_TEXTS = {
    "vi": {
        "counts": "Đề nghị {proposed}; danh sách này có {listed}.",
        "missing": "Còn thiếu: {names}.",
        "surplus": "Không có trong đề nghị: {names}.",
        "changed": "Khác với đề nghị: {names}.",
    },
    "en": {
        "counts": "Proposed were {proposed}; this list has {listed}.",
        "missing": "Left out: {names}.",
        "surplus": "Not proposed: {names}.",
        "changed": "Other than proposed: {names}.",
    },
}


def reconcile(proposed: Sequence[ListedAward], listed: Sequence[ListedAward]) -> Reconciliation:
    """Compare a list with the one it follows.

    Rows are the same by their key; without one by their name, letters folded. A name that
    comes twice has to come twice in the other list.
    """
    open_rows: dict[str, list[ListedAward]] = {}
    for row in listed:
        open_rows.setdefault(_key(row), []).append(row)
    missing: list[ListedAward] = []
    changed: list[tuple[ListedAward, ListedAward]] = []
    for row in proposed:
        found = open_rows.get(_key(row))
        if not found:
            missing.append(row)
            continue
        other = found.pop(0)
        if (row.award, fold(row.name)) != (other.award, fold(other.name)):
            changed.append((row, other))
    surplus = tuple(row for rows in open_rows.values() for row in rows)
    return Reconciliation(proposed, listed, tuple(missing), surplus, tuple(changed))


def count_words(rows: Sequence[ListedAward], language: str) -> str:
    """Return ``05 tập thể, 04 cá nhân``: numbers below 10 with a zero, as papers write them."""
    counts = Counter(row.kind for row in rows)
    told = [
        f"{sum(counts[kind] for kind in kinds):02d} {word.label(language)}"
        for kinds, word in zip(GROUPS, WORDS, strict=True)
        if any(counts[kind] for kind in kinds)
    ]
    return ", ".join(told) or "00"


def _key(row: ListedAward) -> str:
    return row.key or fold(row.name)


def _change(proposed: ListedAward, listed: ListedAward) -> str:
    return f"{proposed.name} ({proposed.award}) → {listed.name} ({listed.award})"
