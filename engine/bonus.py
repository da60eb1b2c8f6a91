"""The bonus that goes with an award: worked out exactly, with every value's source.

Base salary of the day × multiplier of the award × factor of the subject, in whole đồng.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from engine.datafiles import Translated
from engine.rules.bonus_table import (
    BaseSalary,
    Basis,
    BonusTable,
    Factor,
    Multiplier,
    Payer,
)
from engine.rules.book import book
from engine.rules.instruments import OFFICE
from engine.rules.model import Source
from forms.vocabulary import (
    Award,
    BonusOrder,
    BonusRounding,
    Confidence,
    Level,
    SubjectKind,
    UnitKind,
)

FILE = "bonus.yaml"
"""The part of the law book that has the table."""

STEP = 10_000
"""Bonuses are rounded to tens of thousands of đồng, where they are rounded."""

FUNDS = {
    Level.UNIT: Translated(
        "Quỹ thi đua, khen thưởng của đơn vị", "Emulation and commendation fund of the unit"
    ),
    Level.WARD: Translated(
        "Quỹ thi đua, khen thưởng của phường", "Emulation and commendation fund of the ward"
    ),
    Level.PROVINCE: Translated(
        "Quỹ thi đua, khen thưởng của tỉnh", "Emulation and commendation fund of the province"
    ),
}
"""Level → the fund that pays, as people read it."""


@dataclass(frozen=True)
class Part:
    """One value that a bonus is worked out from, with where it comes from."""

    id: str
    """``B01c`` of ``bonus.yaml``, or the name of a setting."""
    name: Translated
    value: Translated
    source: Source
    confidence: Confidence
    note: Translated | None = None


@dataclass(frozen=True)
class Bonus:
    """A bonus, with its working."""

    amount: int
    """In đồng."""
    payer: Level
    """Level whose fund pays."""
    parts: tuple[Part, ...]
    working: Translated
    """``1,5 × 2.530.000 × 2 = 7.590.000 đồng``."""
    legal_basis: Translated | None = None
    """Provision that a paper may cite for it; none where the office set a part of it."""

    @property
    def fund(self) -> Translated:
        """The fund that pays, as people read it."""
        return FUNDS[self.payer]

    def to_json(self) -> dict[str, Any]:
        """Return what a decision keeps, so that nothing is worked out a second time."""
        return {
            "amount": self.amount,
            "payer": self.payer.value,
            "working": _pair(self.working),
            "legal_basis": _pair(self.legal_basis) if self.legal_basis else None,
            "parts": [
                {
                    "id": part.id,
                    "name": _pair(part.name),
                    "value": _pair(part.value),
                    "source": _pair(part.source.text),
                    "is_office": part.source.is_office,
                    "confidence": part.confidence.value,
                    "note": _pair(part.note) if part.note else None,
                }
                for part in self.parts
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Bonus":
        """Return the bonus that :meth:`to_json` kept."""
        parts = (
            Part(
                part["id"],
                Translated(*part["name"]),
                Translated(*part["value"]),
                Source(Translated(*part["source"]), part["is_office"]),
                Confidence(part["confidence"]),
                Translated(*part["note"]) if part["note"] else None,
            )
            for part in kept["parts"]
        )
        cited = kept["legal_basis"]
        return cls(
            kept["amount"],
            Level(kept["payer"]),
            tuple(parts),
            Translated(*kept["working"]),
            Translated(*cited) if cited else None,
        )


@dataclass(frozen=True)
class MissingRule:
    """No bonus can be told: the system has no rule for it, and invents none."""

    code: str
    """``no_base_salary``, ``no_multiplier``, ``no_factor`` or ``no_payer``."""
    text: Translated


def bonus_for(
    table: BonusTable,
    *,
    award: Award,
    subject_kind: SubjectKind,
    day: date,
    settings: Mapping[str, str],
    level: Level,
    unit_kind: UnitKind | None = None,
) -> Bonus | MissingRule:
    """Return the bonus of one award decided on ``day`` (in Vietnam), or what is missing.

    :param settings: those of the office on ``day``.
    :param level: of the decision.
    :param unit_kind: kind of the deciding unit, where a unit certificate depends on it.
    """
    salary = _on(day, table.salaries)
    if salary is None:
        return _missing("no_base_salary", day, "mức lương cơ sở", "base salary")
    multiplier = _on(
        day, (one for one in table.multipliers if one.fits(award, level, unit_kind))
    )
    if multiplier is None:
        vi = f"mức tiền thưởng của {award.vi} do {level.vi.lower()} quyết định"
        en = f"bonus of a {award.en} decided at this level ({level.en})"
        return _missing("no_multiplier", day, vi, en)
    factor = _on(day, (one for one in table.factors if subject_kind in one.subjects))
    if factor is None and subject_kind is not SubjectKind.INDIVIDUAL:
        vi, en = f"mức thưởng đối với {subject_kind.vi.lower()}", f"bonus of: {subject_kind.en}"
        return _missing("no_factor", day, vi, en)
    payer = _on(day, (one for one in table.payers if level in one.levels))
    if payer is None:
        return _missing("no_payer", day, "nguồn chi tiền thưởng", "fund that pays a bonus")
    number = multiplier.figure.resolved(settings)
    times = factor.figure.resolved(settings) if factor else Fraction(1)
    amount = _amount(salary.amount * number, times, settings)
    return Bonus(
        amount=amount,
        payer=payer.fund,
        parts=(
            _part(salary.basis, "Mức lương cơ sở", "Base salary", in_dong(salary.amount)),
            _part(multiplier.basis, "Hệ số", "Multiplier", _plain(number)),
            *([_factor_part(factor, subject_kind, times)] if factor else ()),
            *_rounding_parts(factor, settings),
            _part(payer.basis, "Nguồn chi", "Paid by", FUNDS[payer.fund]),
        ),
        working=_working(salary.amount, number, times, amount),
        legal_basis=_legal_basis(multiplier.basis, factor.basis if factor else None),
    )


def packaged_bonuses() -> BonusTable:
    """Return the table of the law book that comes with this version."""
    table: BonusTable = book().parts[FILE]
    return table


def rounded(amount: Fraction, mode: BonusRounding) -> int:
    """Return ``amount`` in whole đồng, rounded; a half goes up."""
    step = 1 if mode is BonusRounding.NONE else STEP
    if mode is BonusRounding.UP_10K:
        return math.ceil(amount / step) * step
    return math.floor(amount / step + Fraction(1, 2)) * step


def in_dong(amount: int) -> Translated:
    """Return an amount as people write it: ``2.530.000 đồng``, ``2,530,000 VND``."""
    return Translated(f"{amount:,} đồng".replace(",", "."), f"{amount:,} VND")


def _amount(individual: Fraction, times: Fraction, settings: Mapping[str, str]) -> int:
    mode = BonusRounding(settings["bonus_rounding"])
    if settings["bonus_order"] == BonusOrder.ROUND_THEN_DOUBLE:
        return rounded(rounded(individual, mode) * times, BonusRounding.NONE)
    return rounded(individual * times, mode)


_Dated = TypeVar("_Dated", BaseSalary, Multiplier, Factor, Payer)


def _on(day: date, entries: Iterable[_Dated]) -> _Dated | None:
    """Return the entry that holds on ``day``: the reader lets no two hold."""
    return next((entry for entry in entries if entry.basis.holds_on(day)), None)


def _legal_basis(multiplier: Basis, factor: Basis | None) -> Translated | None:
    """Return what the rate may be cited by: nothing, if the office set a part of it."""
    if multiplier.source.is_office or (factor is not None and factor.source.is_office):
        return None
    return multiplier.source.text


def _part(basis: Basis, vi: str, en: str, value: Translated) -> Part:
    return Part(basis.id, Translated(vi, en), value, basis.source, basis.confidence, basis.note)


def _factor_part(factor: Factor, kind: SubjectKind, times: Fraction) -> Part:
    vi, en = f"{kind.vi} so với cá nhân", f"{kind.en}, by an individual's"
    number = _plain(times)
    return _part(factor.basis, vi, en, Translated(f"× {number.vi}", f"× {number.en}"))


def _rounding_parts(factor: Factor | None, settings: Mapping[str, str]) -> Iterable[Part]:
    rounding = BonusRounding(settings["bonus_rounding"])
    name = Translated("Làm tròn", "Rounding")
    yield Part("bonus_rounding", name, _words(rounding), OFFICE, Confidence.MEDIUM)
    if factor is not None and rounding is not BonusRounding.NONE:
        order = BonusOrder(settings["bonus_order"])
        name = Translated("Thứ tự làm tròn", "Order of rounding")
        yield Part("bonus_order", name, _words(order), OFFICE, Confidence.UNKNOWN)


def _words(word: BonusRounding | BonusOrder) -> Translated:
    return Translated(word.vi, word.en)


def _working(salary: int, number: Fraction, times: Fraction, amount: int) -> Translated:
    """Return the sum as one line, with the rounding where there was any."""
    raw = salary * number * times
    factors = [_plain(number), _plain(Fraction(salary))]
    factors += [_plain(times)] if times != 1 else []
    end = _plain(raw)
    vi = f"{' × '.join(one.vi for one in factors)} = {end.vi}"
    en = f"{' × '.join(one.en for one in factors)} = {end.en}"
    if raw == amount:
        return Translated(f"{vi} đồng", f"{en} đồng")
    done = in_dong(amount)
    return Translated(f"{vi} → {done.vi}", f"{en} → {done.en}")


def _plain(number: Fraction) -> Translated:
    """Return ``4,5`` and ``4.5``, ``2.530.000`` and ``2,530,000``: at most four decimals."""
    whole, rest = divmod(round(number * 10_000), 10_000)
    decimals = f"{rest:04d}".rstrip("0")
    english = f"{whole:,}" + (f".{decimals}" if decimals else "")
    return Translated(english.translate(str.maketrans(",.", ".,")), english)


def _missing(code: str, day: date, vi: str, en: str) -> MissingRule:
    return MissingRule(
        code,
        Translated(
            f"Chưa có quy định trong hệ thống: {vi} ngày {day:%d/%m/%Y}.",
            f"The system has no rule for this: {en} on {day:%d/%m/%Y}.",
        ),
    )


def _pair(text: Translated) -> list[str]:
    return [text.vi, text.en]
