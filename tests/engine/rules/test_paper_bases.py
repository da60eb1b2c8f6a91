"""Legal bases of papers: by day, and only what was checked against its text."""

from datetime import date

import pytest

from engine.errors import InvalidLawBook
from engine.papers import law_bases, laws_on
from engine.rules.book import packaged_files, read_book

LAW = "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022"


@pytest.mark.parametrize("day", [date(2024, 1, 1), date(2026, 12, 2), date(2030, 12, 2)])
def test_papers_name_the_law_of_their_day(day):
    assert law_bases(day) == (LAW,)


def test_before_it_was_in_force_the_law_is_not_named():
    assert law_bases(date(2023, 12, 31)) == ()


def test_what_is_not_confirmed_is_known_and_not_printed():
    unconfirmed = [one.id for one in laws_on(date(2026, 12, 2)) if not one.is_confirmed]
    assert unconfirmed == ["amending-law", "law-on-local-government", "decree-152"]
    assert "decree-152" not in [one.id for one in laws_on(date(2027, 3, 1))]


def changed(old, new):
    files = dict(packaged_files())
    text = files["bases.yaml"].decode()
    assert old in text
    return {**files, "bases.yaml": text.replace(old, new, 1).encode()}


def test_a_change_of_law_is_an_edit_of_data():
    book = read_book(changed("confidence: M", "confidence: H"))
    confirmed = [one.id for one in book.parts["bases.yaml"] if one.is_confirmed]
    assert confirmed == ["law-on-emulation", "amending-law"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("confidence: H", "confidence: sure", "one of"),
        ("from: 2024-01-01", "from: soon", "a day as"),
        ("until: 2027-02-28", "until: 2020-02-28", "on or after"),
        ("id: amending-law", "id: law-on-emulation", "once"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(old, new, told):
    with pytest.raises(InvalidLawBook) as caught:
        read_book(changed(old, new))
    assert "bases.yaml" in str(caught.value)
    assert told in str(caught.value)
