"""The list of a decision against the list that was proposed."""

import pytest

from engine.reconciliation import ListedAward, count_words, reconcile
from forms.vocabulary import SubjectKind

INDIVIDUAL, COLLECTIVE = SubjectKind.INDIVIDUAL, SubjectKind.COLLECTIVE


def rows(collectives, individuals, award="Giấy khen"):
    """Return a list with as many collectives and individuals."""
    return [
        *(ListedAward("", f"Tổ dân phố {n}", COLLECTIVE, award) for n in range(collectives)),
        *(ListedAward("", f"Bà Ví Dụ {n}", INDIVIDUAL, award) for n in range(individuals)),
    ]


def test_a_decision_with_one_less_than_the_statement_differs():
    found = reconcile(rows(5, 4), rows(5, 3))
    assert not found.agrees
    assert [row.name for row in found.missing] == ["Bà Ví Dụ 3"]
    assert found.words.vi == (
        "Đề nghị 05 tập thể, 04 cá nhân; danh sách này có 05 tập thể, 03 cá nhân."
        " Còn thiếu: Bà Ví Dụ 3."
    )
    assert found.words.en.startswith("Proposed were 05 collectives, 04 individuals;")


def test_the_order_and_the_case_of_letters_make_no_difference():
    listed = [ListedAward("", row.name.upper(), row.kind, row.award) for row in rows(2, 3)]
    assert reconcile(rows(2, 3), listed[::-1]).agrees


def test_who_was_never_proposed_is_named():
    found = reconcile(rows(1, 1), rows(1, 2))
    assert [row.name for row in found.surplus] == ["Bà Ví Dụ 1"]
    assert "Không có trong đề nghị: Bà Ví Dụ 1." in found.words.vi


def test_another_award_is_told_with_both():
    found = reconcile(rows(0, 1, "Bằng khen"), rows(0, 1, "Giấy khen"))
    assert not found.missing
    assert "Bà Ví Dụ 0 (Bằng khen) → Bà Ví Dụ 0 (Giấy khen)" in found.words.vi


def test_two_of_one_name_must_be_there_twice():
    one = ListedAward("", "Ông Ví Dụ", INDIVIDUAL, "Giấy khen")
    assert reconcile([one, one], [one, one]).agrees
    assert len(reconcile([one, one], [one]).missing) == 1


def test_a_key_finds_who_was_renamed():
    before = ListedAward("HS-2030-0001", "Ông Ví Dụ", INDIVIDUAL, "Giấy khen")
    after = ListedAward("HS-2030-0001", "Ông Ví Dụng", INDIVIDUAL, "Giấy khen")
    assert len(reconcile([before], [after]).changed) == 1


@pytest.mark.parametrize(
    ("collectives", "individuals", "told"),
    [(5, 4, "05 tập thể, 04 cá nhân"), (0, 12, "12 cá nhân"), (0, 0, "00")],
)
def test_counts_are_written_as_papers_write_them(collectives, individuals, told):
    assert count_words(rows(collectives, individuals), "vi") == told
