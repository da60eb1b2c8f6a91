"""The pages of a case whose personal data were erased, and the command that erases them."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.erasure import ERASED, erase_case
from engine.store.database import reading, unit_of_work
from engine.store.models import Case
from forms.vocabulary import Outcome
from tests.walk import RETURN, Walk, on_sqlite
from tests.ward import NOON, build_ward


@pytest.fixture
def erased(database, ward):
    """The reference of a nomination that came back, was withdrawn, and was erased."""
    walk = Walk(database, ward).open().to("appraise_at_ward")
    walk.do(Outcome.RETURN, **RETURN)
    walk.to("decide_at_ward")
    walk.withdraw()
    reference = walk.case().reference
    with unit_of_work(database) as session:
        erase_case(session, reference=reference, ground="Theo đơn", document="Đơn", at=NOON)
    return reference


@on_sqlite
@pytest.mark.parametrize("role", ["ward_clerk", "auditor", "school_clerk"])
def test_every_page_of_an_erased_case_opens_and_says_so(browse, erased, role):
    browser = browse(role)
    address = f"/ho-so/{erased}"
    page = browser.get(address)
    assert page.status_code == 200
    assert "đã được xóa ngày 02/12/2030" in page.text
    assert "Nguyễn Thị Ví Dụ" not in page.text
    found = set(re.findall(rf'href="({address}[^"#]*)"', page.text))
    assert len(found) > 5
    for one in sorted(found):
        answer = browser.get(one.replace("&amp;", "&"))
        assert answer.status_code == 200, one
        if answer.content_type.startswith("text/html"):
            assert ERASED in answer.text, one
            assert "Nguyễn Thị Ví Dụ" not in answer.text, one


def test_the_command_erases_and_says_what_is_left_to_do(thidua, installed):
    thidua("db", "upgrade")
    with unit_of_work(installed()) as session:
        ward = build_ward(session)
    walk = Walk(installed(), ward).open().to("appraise_at_ward")
    reference = walk.case().reference
    thidua("journal", "seal")
    outside = Path("var/journal/words.jsonl")
    assert "Nguy\\u1ec5n" in outside.read_text()
    words = ["--ground", "Theo đơn", "--document", "Đơn ngày 02/12/2030"]
    assert "is open" in thidua("erase", reference, *words, code=1).stderr
    walk.withdraw()
    said = thidua("erase", reference, *words).stdout
    assert said == f"{reference}: erased, with 0 files. Erase it in backups, too.\n"
    with reading(installed()) as session:
        assert session.scalar(select(Case.subject_name)) == ERASED
    thidua("journal", "seal")
    assert "Nguy\\u1ec5n" not in outside.read_text()
    assert "everything fits" in thidua("journal", "verify").stdout
    assert "was erased" in thidua("erase", reference, *words, code=1).stderr
    assert "no case X" in thidua("erase", "X", *words, code=1).stderr
