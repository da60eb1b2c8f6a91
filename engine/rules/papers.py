"""What holds of the papers of a case: numbers, signatures, counts, and mending a mistake."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.rules.facts import Facts
from engine.rules.model import Result, Value
from engine.rules.registry import rule_test
from forms.vocabulary import RuleVerdict, Word

DEPUTY = ("kt.", "phó ")
"""How the title begins of somebody who signs for the head."""


class Mend(Word):
    """How a mistake in what was issued is put right (Decree 30/2020/NĐ-CP, Art. 18.3)."""

    REPLACEMENT = (
        "replacement",
        "Ban hành quyết định thay thế có hình thức tương đương",
        "A decision of the same form replaces it",
        "Nghị định số 30/2020/NĐ-CP, Điều 18 khoản 3",
    )
    LETTER = (
        "letter",
        "Đính chính bằng công văn",
        "A letter corrects it",
        "Nghị định số 30/2020/NĐ-CP, Điều 18 khoản 3",
    )
    REPRINT = (
        "reprint",
        "In lại bằng, giấy khen, giữ nguyên số và ngày của quyết định",
        "The certificate is printed again with the number and day of the decision",
        "cấu hình đơn vị",
    )


@dataclass(frozen=True)
class Counts:
    """How many collectives and individuals a paper lists."""

    collectives: int
    individuals: int


def mend_of(*, in_decision: bool, of_content: bool) -> Mend:
    """Return how a mistake is put right.

    :param in_decision: the decision or its list has it, not the certificate alone.
    :param of_content: a name, an award or another content; else form or procedure.
    """
    if not in_decision:
        return Mend.REPRINT
    return Mend.REPLACEMENT if of_content else Mend.LETTER


def counts_differ(asked: Counts, decided: Counts) -> tuple[str, ...]:
    """Return which counts of two papers differ: ``collectives``, ``individuals``."""
    return tuple(
        name
        for name in ("collectives", "individuals")
        if getattr(asked, name) != getattr(decided, name)
    )


def signs_for_head(title: str) -> bool:
    """Whether the bearer of ``title`` signs for the head (KT.)."""
    return title.strip().casefold().startswith(DEPUTY)


@rule_test(
    sentences={
        "head": ("signer",),
        "assigned": ("signer", "assignment"),
        "not_assigned": ("signer",),
        "no_signer": (),
    },
)
def deputy_may_sign(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Warn where a deputy signs and no document is on record that assigns it."""
    title = facts.signer_title.strip()
    if not title:
        return Result(RuleVerdict.NOT_APPLICABLE, "no_signer")
    used: dict[str, Value] = {"signer": title}
    if not signs_for_head(title):
        return Result(RuleVerdict.MET, "head", used)
    assignment = facts.settings.get("signing_assignment", "").strip()
    if not assignment:
        return Result(RuleVerdict.NOT_MET, "not_assigned", used)
    return Result(RuleVerdict.MET, "assigned", {**used, "assignment": assignment})
