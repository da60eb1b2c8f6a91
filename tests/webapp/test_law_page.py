"""The rules in force on a day, for everyone to read."""

import html
from datetime import date

import pytest

from engine.rules.book import book


@pytest.fixture
def reader(browse):
    return browse("school_clerk")


def read(reader, address):
    return html.unescape(reader.get(address).text)


def test_every_rule_of_the_day_is_shown_with_its_source(reader):
    page = read(reader, "/quy-dinh?ngay=05/10/2026")
    rules = book().rules_on(date(2026, 10, 5))
    assert page.count('<th scope="row">') == len(rules)
    for rule in rules:
        assert f"{rule.id}: {rule.title.vi}" in page
        if rule.source.plan_part is None:
            assert rule.source.text.vi in page


@pytest.mark.parametrize(
    "day", ["20/06/2025", "02/07/2025", "25/09/2026", "05/10/2026", "01/03/2027"]
)
def test_each_day_has_the_rule_set_of_its_dossiers(reader, day):
    number, month, year = map(int, day.split("/"))
    regime = book().regime_on(date(year, month, number))
    assert f"<h2>{regime.name.vi}</h2>" in read(reader, f"/quy-dinh?ngay={day}")


def test_what_the_office_sets_is_never_shown_as_law(reader):
    page = read(reader, "/quy-dinh?ngay=05/10/2026")
    law, _, office = page.partition("<h2>Cấu hình đơn vị</h2>")
    own = [one for one in book().rules_on(date(2026, 10, 5)) if one.source.is_office]
    for rule in own:
        assert f"{rule.id}: {rule.title.vi}" in office
        assert f"{rule.id}: {rule.title.vi}" not in law


def test_one_award_narrows_the_rules(reader):
    page = read(reader, "/quy-dinh?ngay=05/10/2026&award=unit_certificate")
    rules = book().rules_on(date(2026, 10, 5))
    kept = [one for one in rules if "unit_certificate" in one.awards]
    assert page.count('<th scope="row">') == len(kept)


@pytest.mark.parametrize("day", ["31/02/2026", "abc", "01/01/1990"])
def test_a_day_without_rules_is_said_and_kept(reader, day):
    answer = reader.get(f"/quy-dinh?ngay={day}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'value="{day}"' in answer.text
