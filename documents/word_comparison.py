"""A draft against the file in which somebody edited it: line by line, word by word.

What a word processor changes by itself is no difference: spaces, curly quotes, dashes,
an ellipsis of one character, letters composed in another way.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from documents.word_lines import Line
from documents.word_reading import Found

ALIKE = 0.3
"""Share of words that two lines have in common at least, to be one line and its change."""

MOST_PAIRS = 250_000
"""Pairs of lines that are weighed at most: 500 changed rows against 500."""


class Standing(Enum):
    """What became of a line."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"


class KeptOut(Enum):
    """Why a difference cannot be taken over."""

    LOCKED = "locked"
    """The system alone words the line."""
    SURROUND = "surround"
    """The fixed words around those that are open were changed."""
    MISSING = "missing"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """Some words of a comparison."""

    words: str
    change: str = ""
    """``ins``, ``del``, or empty: in both."""


@dataclass(frozen=True)
class Compared:
    """A line of the draft, or one that only the file has."""

    key: str
    """As of :class:`documents.word.Line`; of an added line that of the list it stands in."""
    standing: Standing
    pieces: tuple[Piece, ...]
    text: str
    """What is open to clerks, as the file has it; as drafted where it is kept out."""
    kept_out: KeptOut | None = None


def compare(lines: Sequence[Line], found: Sequence[Found]) -> tuple[Compared, ...]:
    """Return the lines of a draft with what became of each, and what was added between."""
    pairs = _aligned([line.printed for line in lines], [one.text for one in found])
    compared: list[Compared] = []
    for place, (left, right) in enumerate(pairs):
        if left is None and right is not None:
            key = _list_around(pairs, place, lines, found)
            compared.append(_added(found[right].text, key))
        elif left is not None and right is None:
            compared.append(_missing(lines[left]))
        elif left is not None and right is not None:
            compared.append(_both(lines[left], found[right].text))
    return tuple(compared)


_SAME_SIGNS = {
    **dict.fromkeys(map(ord, "‘’‚‛′`´"), "'"),
    **dict.fromkeys(map(ord, "“”„‟″«»"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), ""),
    ord("…"): "...",
}


def plain(text: str) -> str:
    """Return ``text`` without what a word processor changes by itself."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_SAME_SIGNS).split())


def _bare(text: str) -> str:
    """Return a line of a list without its dash and its end."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return re.sub(r"^[-+*•·‐‑‒–—−\s]+", "", words).rstrip(" ;.,")


def _both(line: Line, text: str) -> Compared:
    drafted = line.printed
    if line.is_listed:
        is_same = plain(_bare(text)) == plain(line.text)
    else:
        is_same = plain(text) == plain(drafted)
    if is_same:
        return Compared(line.key, Standing.SAME, (Piece(drafted),), line.text)
    pieces = _pieces(drafted, text)
    if line.is_locked:
        return Compared(line.key, Standing.CHANGED, pieces, line.text, KeptOut.LOCKED)
    if line.is_listed:
        written = _restored(line.text, _bare(text))
        return Compared(line.key, Standing.CHANGED, pieces, written)
    inside = _inside(line, text)
    if inside is None:
        return Compared(line.key, Standing.CHANGED, pieces, line.text, KeptOut.SURROUND)
    return Compared(line.key, Standing.CHANGED, pieces, _restored(line.text, inside))


def _restored(drafted: str, text: str) -> str:
    """Return ``text`` with the signs as drafted where only the word processor changed them."""
    kept = [piece.words for piece in _pieces(drafted, text) if piece.change != "del"]
    return " ".join(filter(None, kept))


def _inside(line: Line, text: str) -> str | None:
    """Return the words that stand between the fixed ones; none: those were changed."""
    words = unicodedata.normalize("NFC", text).split()
    before = plain(f"{line.lead} {line.before}").split()
    after = plain(line.after)
    if [plain(word) for word in words[: len(before)]] != before:
        return None
    middle = " ".join(words[len(before) :])
    for end in range(len(middle), -1, -1):
        rest = plain(middle[end:])
        if rest == after:
            return middle[:end].strip()
        if len(rest) > len(after):
            break
    return None


def _missing(line: Line) -> Compared:
    pieces = (Piece(line.printed, "del"),)
    if line.is_listed:
        return Compared(line.key, Standing.MISSING, pieces, "")
    why = KeptOut.LOCKED if line.is_locked else KeptOut.MISSING
    return Compared(line.key, Standing.MISSING, pieces, line.text, why)


def _added(text: str, key: str) -> Compared:
    shown = " ".join(text.split())
    pieces = (Piece(shown, "ins"),)
    if key:
        words = "\n".join(filter(None, map(_bare, text.split("\n"))))
        return Compared(key, Standing.ADDED, pieces, words)
    return Compared("", Standing.ADDED, pieces, "", KeptOut.ADDED)


_Pair = tuple[int | None, int | None]


def _list_around(
    pairs: Sequence[_Pair], place: int, lines: Sequence[Line], found: Sequence[Found]
) -> str:
    """Return the key of the list in which an added line stands; empty: in none.

    The next line of the draft before or after it, in the same cell, is one of that list.
    """
    added = pairs[place][1]
    for side in (reversed(pairs[:place]), pairs[place + 1 :]):
        for left, right in side:
            if left is None or right is None or added is None:
                continue
            if lines[left].is_listed and found[right].cell == found[added].cell:
                return lines[left].key
            break
    return ""


def _pieces(drafted: str, text: str) -> tuple[Piece, ...]:
    left, right = drafted.split(), text.split()
    matcher = SequenceMatcher(
        None, [plain(word) for word in left], [plain(word) for word in right], autojunk=False
    )
    pieces: list[Piece] = []
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(" ".join(left[start:end])))
            continue
        if end > start:
            pieces.append(Piece(" ".join(left[start:end]), "del"))
        if stop > begin:
            pieces.append(Piece(" ".join(right[begin:stop]), "ins"))
    return tuple(pieces)


def _aligned(left: Sequence[str], right: Sequence[str]) -> list[_Pair]:
    """Return which line became which, in order; a line without its like stands alone."""
    a, b = [plain(text) for text in left], [plain(text) for text in right]
    pairs: list[_Pair] = []
    for tag, start, end, begin, stop in SequenceMatcher(
        None, a, b, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            pairs += zip(range(start, end), range(begin, stop), strict=True)
        else:
            inside = _paired(a[start:end], b[begin:stop])
            pairs += [
                (None if i is None else start + i, None if j is None else begin + j)
                for i, j in inside
            ]
    return pairs


def _paired(a: Sequence[str], b: Sequence[str]) -> list[_Pair]:
    """Return the pairs of two runs of lines that have the most words in common, in order."""
    alone: list[_Pair] = [(i, None) for i in range(len(a))]
    if len(a) == len(b) == 1:
        return [(0, 0)]
    if not a or not b or len(a) * len(b) > MOST_PAIRS:
        return alone + [(None, j) for j in range(len(b))]
    bags_a, bags_b = (
        [frozenset(one.split()) for one in a],
        [frozenset(one.split()) for one in b],
    )
    width = len(b) + 1
    best = [[0.0] * width for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            likeness = _likeness(bags_a[i], bags_b[j])
            paired = likeness + best[i + 1][j + 1] if likeness >= ALIKE else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    return _retraced(best, bags_a, bags_b)


def _retraced(
    best: list[list[float]], a: Sequence[frozenset[str]], b: Sequence[frozenset[str]]
) -> list[_Pair]:
    pairs: list[_Pair] = []
    i = j = 0
    while i < len(a) and j < len(b):
        likeness = _likeness(a[i], b[j])
        if likeness >= ALIKE and best[i][j] == likeness + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    pairs += [(one, None) for one in range(i, len(a))]
    return pairs + [(None, one) for one in range(j, len(b))]


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    total = len(a) + len(b)
    return 2 * len(a & b) / total if total else 0.0
