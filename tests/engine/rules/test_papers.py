"""Tests on who signs; the other functions on papers are tried with the edge cases."""

import pytest

from engine.rules.papers import deputy_may_sign, signs_for_head
from tests.engine.rules.nominations import nomination


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Chủ tịch", False),
        ("Phó Chủ tịch", True),
        ("phó giám đốc", True),
        ("KT. CHỦ TỊCH", True),
        ("Quyền Chủ tịch", False),
        ("Phóng viên", False),
    ],
)
def test_a_deputy_is_known_by_the_title(title, expected):
    assert signs_for_head(title) is expected


@pytest.mark.parametrize(
    ("title", "assignment", "code"),
    [
        ("", "", "no_signer"),
        ("Chủ tịch", "", "head"),
        ("Phó Chủ tịch", " ", "not_assigned"),
        ("Phó Chủ tịch", "Quyết định số 05/QĐ-UBND", "assigned"),
    ],
)
def test_a_deputy_signs_by_a_document(title, assignment, code):
    facts = nomination(signer_title=title, settings={"signing_assignment": assignment})
    assert deputy_may_sign(facts, {}).sentence == code
