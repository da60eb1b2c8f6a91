from dataclasses import replace
from datetime import date

import pytest

from engine.datafiles import Translated
from engine.datafiles.numbers import Tenths
from engine.errors import NoRulesForDay
from engine.rules.asking import ask
from engine.rules.facts import Facts, MovementFacts, PlanFacts, RoundFacts
from engine.rules.model import hash_of
from engine.rules.sentences import written
from forms.vocabulary import (
    Award,
    CheckStage,
    Conclusion,
    Level,
    Occasion,
    Route,
    RuleVerdict,
    SubjectKind,
)
from tests.engine.rules.little_book import TEXT, read_little

LITTLE = read_little()

MOVEMENT = MovementFacts(
    "Thi đua", Level.PROVINCE, "QĐ 1683", date(2025, 6, 2), date(2030, 12, 31)
)
PLAN = PlanFacts(
    number="40/KH-UBND",
    subject_kinds=(SubjectKind.COLLECTIVE, SubjectKind.INDIVIDUAL),
    subjects_section="II.1, IV.1",
    awards=(Award.LABOR_ORDER,),
    awards_section="IV.2.b",
    starts_on=date(2025, 8, 8),
    ends_on=date(2030, 12, 31),
    period_section="II.2",
)
ROUND = RoundFacts(
    "Tổng kết",
    Occasion.FINAL,
    2030,
    date(2030, 12, 5),
    date(2030, 12, 20),
    (Award.LABOR_ORDER,),
)


def facts(**changes):
    values = {
        "received_on": date(2026, 9, 25),
        "asked_on": date(2030, 12, 5),
        "award": Award.LABOR_ORDER,
        "subject_kind": SubjectKind.INDIVIDUAL,
        "subject_name": "Nguyễn Văn A",
        "movement": MOVEMENT,
        "plan": PLAN,
        "round": ROUND,
    }
    return Facts(**(values | changes))


def find(rule, **changes):
    return ask(LITTLE, facts(**changes)).find(rule)


def test_every_rule_in_force_gives_one_finding_in_the_order_of_the_file():
    answer = ask(LITTLE, facts())
    assert [one.rule for one in answer.findings] == ["E07", "E20", "C05"]
    assert (answer.book, answer.regime.vi[:12]) == (LITTLE.sha256, "Từ 05/8/2025")
    assert answer.conclusion is Conclusion.ELIGIBLE


def test_a_rule_that_is_not_in_force_says_nothing():
    assert find("E07", received_on=date(2025, 6, 30)) is None
    assert find("E07", received_on=date(2025, 7, 1)) is not None


def test_a_day_without_rules_is_refused_and_not_called_eligible():
    with pytest.raises(NoRulesForDay):
        ask(LITTLE, facts(received_on=date(2023, 12, 31)))


def test_a_sentence_has_its_facts_its_parameters_and_the_award():
    finding = find("E07")
    assert finding.verdict is RuleVerdict.MET
    assert finding.text.vi == "Huân chương Lao động hạng Ba đã đủ 5 năm (5)."
    assert finding.text.en == "Ran 5 of 5 years."
    assert set(finding.used) == {"award", "years", "ran", "launched_on"}


def test_a_rule_that_is_not_met_blocks_and_says_why():
    answer = ask(LITTLE, facts(asked_on=date(2029, 5, 30)))
    (finding,) = answer.blocking
    assert finding.code == "E07.too_short"
    assert finding.text.vi == "Từ 02/06/2025 mới 4 năm."
    assert answer.conclusion is Conclusion.NOT_ELIGIBLE


@pytest.mark.parametrize(
    ("rule", "changes", "verdict", "sentence", "text"),
    [
        pytest.param(
            "E07",
            {"award": Award.PROVINCIAL_MERIT},
            RuleVerdict.NOT_APPLICABLE,
            "other_award",
            "Không áp dụng đối với Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh.",
            id="award",
        ),
        pytest.param(
            "C05",
            {"subject_kind": SubjectKind.COLLECTIVE, "stage": CheckStage.ADVISED},
            RuleVerdict.NOT_APPLICABLE,
            "other_subject",
            "Không áp dụng đối với Tập thể.",
            id="subject",
        ),
        pytest.param(
            "C05",
            {"route": Route.MERIT, "stage": CheckStage.ADVISED},
            RuleVerdict.NOT_APPLICABLE,
            "other_route",
            "Không áp dụng: Theo công trạng và thành tích.",
            id="route",
        ),
        pytest.param(
            "C05",
            {},
            RuleVerdict.NOT_APPLICABLE,
            "other_stage",
            "Chỉ xét ở các bước sau của hồ sơ.",
            id="before-a-nomination-exists",
        ),
        pytest.param(
            "C05",
            {"stage": CheckStage.SUBMITTED},
            RuleVerdict.NOT_APPLICABLE,
            "other_stage",
            "Chỉ xét ở các bước sau của hồ sơ.",
            id="stage",
        ),
        pytest.param(
            "C05",
            {"stage": CheckStage.ADVISED},
            RuleVerdict.MET,
            "enough",
            "Trên 65,2 %.",
            id="at-its-stage",
        ),
        pytest.param(
            "E07",
            {"round": None},
            RuleVerdict.CANNOT_TELL,
            "no_round",
            "Chưa rõ đợt khen thưởng nên chưa biết quy định này có áp dụng không.",
            id="round-not-known",
        ),
    ],
)
def test_a_rule_out_of_scope_is_not_asked_and_says_why(rule, changes, verdict, sentence, text):
    finding = find(rule, **changes)
    assert (finding.verdict, finding.sentence) == (verdict, sentence)
    assert finding.text.vi == text


def test_an_occasion_out_of_scope_is_named():
    annual = RoundFacts("Năm", Occasion.ANNUAL, 2026, date(2026, 12, 1), date(2026, 12, 20), ())
    finding = find("E07", round=annual)
    assert (finding.verdict, finding.code) == (
        RuleVerdict.NOT_APPLICABLE,
        "E07.other_occasion",
    )
    assert finding.text.vi == "Không áp dụng trong dịp này: Khen thưởng hằng năm."


def test_a_test_that_is_out_of_scope_is_not_run():
    finding = find("E07", award=Award.UNIT_CERTIFICATE, movement=None)  # ran_years would fail
    assert finding.verdict is RuleVerdict.NOT_APPLICABLE


def test_a_rule_of_the_plan_cites_its_number_and_section():
    source = find("E20").source
    assert source.text.vi == "Kế hoạch số 40/KH-UBND, mục II.1, IV.1"
    assert not source.is_office
    assert find("E20").text.vi == "Kế hoạch có Tập thể, Cá nhân."


def test_a_rule_of_a_plan_that_nobody_knows_cites_no_number():
    finding = find("E20", plan=None)
    assert finding.source.text.vi == "Kế hoạch của đợt khen thưởng"


def test_equal_answers_have_equal_hashes_and_others_do_not():
    assert ask(LITTLE, facts()).hash == ask(LITTLE, facts()).hash
    other = ask(LITTLE, facts(asked_on=date(2031, 1, 1)))
    assert other.hash != ask(LITTLE, facts()).hash


def test_the_hash_of_an_answer_is_that_of_what_a_stored_check_keeps():
    answer = ask(LITTLE, facts())
    assert answer.hash == hash_of(answer.to_json())


def test_what_a_rule_says_of_one_award_is_not_said_of_the_next():
    awards = (Award.PROVINCIAL_MERIT, Award.UNIT_CERTIFICATE) * 2
    texts = [ask(LITTLE, facts(award=award)).find("E07").text.vi for award in awards]
    assert texts == [f"Không áp dụng đối với {award.vi}." for award in awards]


def test_a_rule_of_the_plan_that_is_not_asked_cites_the_plan_of_each_round():
    other = replace(PLAN, number="9/KH-UBND")
    cited = [
        ask(LITTLE, facts(plan=plan, award=award)).find("E20").source.text.vi
        for award in Award
        for plan in (PLAN, other)
    ]
    assert all("9/KH-UBND" in text for text in cited[1::2])
    assert not any("9/KH-UBND" in text for text in cited[::2])


def test_the_same_facts_get_the_sentence_of_their_own_edition():
    changed = read_little(TEXT.replace("Kế hoạch có {kinds}.", "Gồm: {kinds}."))
    assert ask(changed, facts()).find("E20").text.vi == "Gồm: Tập thể, Cá nhân."
    assert ask(LITTLE, facts()).find("E20").text.vi == "Kế hoạch có Tập thể, Cá nhân."


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (date(2030, 6, 2), "02/06/2030", "02/06/2030"),
        (2_530_000, "2.530.000", "2,530,000"),
        (11, "11", "11"),
        ("2030", "2030", "2030"),
        (Tenths(652), "65,2", "65.2"),
        (Tenths(800), "80", "80"),
        (Award.LABOR_ORDER, "Huân chương Lao động hạng Ba", "Labor Order, third class"),
        (Translated("a", "b"), "a", "b"),
        ((SubjectKind.COLLECTIVE, "x"), "Tập thể, x", "Collective, x"),
        ((), "", ""),
    ],
)
def test_facts_are_written_as_officials_write_them(value, vi, en):
    assert (written(value, "vi"), written(value, "en")) == (vi, en)
