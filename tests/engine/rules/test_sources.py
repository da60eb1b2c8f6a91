"""Where each rule comes from, by the ward's legal reference, and that none has a gap."""

from datetime import date, timedelta
from itertools import groupby, pairwise

import pytest

from engine.rules.book import book
from engine.rules.model import PlanPart
from forms.vocabulary import Award, Honour
from tests.engine.rules.nominations import answer, prior

LAW = "Luật Thi đua, khen thưởng số 06/2022/QH15, "
ARTICLES = {
    "A12": "Điều 83 khoản 1",
    "E01": "Điều 74 khoản 1 điểm a",
    "E02": "Điều 74 khoản 3 điểm a",
    "E03": "Điều 74 khoản 4, khoản 3 điểm a",
    "E04": "Điều 74 khoản 1 điểm đ",
    "E05": "Điều 73 khoản 1 điểm a",
    "E06": "Điều 73 khoản 4 điểm d, khoản 5",
    "E07": "Điều 44 khoản 1 điểm a",
    "E08": "Điều 44 khoản 4 điểm c, khoản 5",
    "E09": "Điều 43 khoản 4 điểm c, khoản 5",
    "E09b": "Điều 42 khoản 4 điểm c, khoản 5",
    "E10": "Điều 43 khoản 1, 2, 3",
    "E10b": "Điều 42 khoản 1, 2, 3",
    "E14": "Điều 73 khoản 1 điểm b",
    "E14b": "Điều 73 khoản 4 điểm e, khoản 5",
    "E15": "Điều 44 khoản 1 điểm e",
    "E16": "Điều 44 khoản 4 điểm đ, khoản 5",
    "E17": "Điều 44 khoản 2 điểm b",
    "E18": "Điều 73 khoản 2 điểm d; Điều 44, 43, 42 khoản 2 điểm c",
    "E19": "Điều 43 khoản 2 điểm b (hạng Nhì); Điều 42 khoản 2 điểm b (hạng Nhất)",
    "E23": "Điều 5 khoản 2 điểm c",
    "E28": "Điều 27, Điều 28",
    "R04": "Điều 76 khoản 1, Điều 93 khoản 2",
}
"""Rules of the Law that were checked against its text."""
READINGS = {
    "A14": "Điều 75 khoản 1, Điều 80",
    "C03": "Điều 85",
    "E31": "Điều 83 khoản 1",
}
"""Rules that follow from the Law's text as it is read here."""
PLAN = {
    **{"M06": PlanPart.AWARDS, "M07": PlanPart.AWARDS, "M08": PlanPart.AWARDS},
    **{"E13": PlanPart.AWARDS, "E20": PlanPart.SUBJECTS, "M12": PlanPart.SUBJECTS},
    "M01": PlanPart.PERIOD,
}
OFFICE = {"R01", "R02", "E11", "E12", "E29", "C01b", "C04", "C05", "C05b", "C07"}
DECREES = {"E21", "E22", "E24", "E25", "E26", "C01", "C02"}
"""Rules of Decree 152, or of the one before it, which lapse into settings of the office."""
OTHERS = {"M05", "E27", "R05"}

BEFORE, AFTER, LAPSED = date(2026, 9, 30), date(2026, 10, 1), date(2027, 3, 1)


@pytest.mark.parametrize(("rule", "place"), [*ARTICLES.items(), *READINGS.items()])
def test_a_rule_of_the_law_cites_its_article_and_is_less_sure_after_the_amendment(rule, place):
    for day in (BEFORE, AFTER, date(2030, 12, 30)):
        found = book().find_rule(rule, day)
        assert found.source.text.vi == LAW + place
        sure = rule in ARTICLES and day == BEFORE
        assert found.confidence.value == ("H" if sure else "M")


@pytest.mark.parametrize(("rule", "part"), PLAN.items())
def test_a_rule_of_the_plan_cites_the_plan(rule, part):
    assert book().find_rule(rule, AFTER).source.plan_part is part


@pytest.mark.parametrize("rule", sorted(OFFICE))
def test_what_no_law_says_is_a_setting_of_the_office(rule):
    found = book().find_rule(rule, AFTER)
    assert found.source.is_office
    assert found.source.text.vi == "cấu hình đơn vị"


@pytest.mark.parametrize("rule", sorted(DECREES))
def test_what_a_lapsed_decree_said_goes_on_as_a_setting(rule):
    lapsed = book().find_rule(rule, LAPSED)
    assert lapsed.source.is_office
    assert lapsed.confidence.value == "?"
    assert lapsed.source.text.vi.startswith("cấu hình đơn vị (giữ")


def test_every_rule_is_listed_here():
    everything = {*ARTICLES, *READINGS, *PLAN, *OFFICE, *DECREES, *OTHERS}
    assert {rule.id for rule in book().rules} == everything


def test_a_rule_once_in_force_has_no_gap_and_no_end():
    ordered = sorted(book().rules, key=lambda rule: (rule.id, rule.starts_on))
    for _, group in groupby(ordered, key=lambda rule: rule.id):
        periods = list(group)
        for earlier, later in pairwise(periods):
            assert later.starts_on == earlier.ends_on + timedelta(days=1)
        assert periods[-1].ends_on is None


def test_one_state_award_a_year_is_only_remarked_upon():
    held = prior(Honour.PRIME_MINISTER_CERTIFICATE, decided_on=date(2030, 2, 3))
    finding = answer(Award.LABOR_ORDER, priors=(held,)).find("E29")
    assert (finding.sentence, finding.warns) == ("already", True)
    assert not finding.blocks
