import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InvalidLawBook, NoRulesForDay
from engine.rules import registry
from engine.rules.book import INSTRUMENTS, RULES, book, packaged_files, read_book
from engine.rules.registry import rule_test
from forms.vocabulary import Award, Confidence, Occasion, Route, SubjectKind
from tests.engine.rules.little_book import KNOWN, TEXT, edited, read_little

LAWS = packaged_files()[INSTRUMENTS].decode()
AGAIN = TEXT[TEXT.index("  - id: E20") : TEXT.index("  - id: C05")]


def problems_of(**texts):
    with pytest.raises(InvalidLawBook) as caught:
        read_little(**texts)
    return caught.value.problems


def assert_refused(text, problem, filename=RULES, **kind):
    """Assert that the line marked by ``§`` is named with ``problem``."""
    line = text[: text.index("§")].count("\n") + 1
    problems = problems_of(**{kind.get("as_", "rules"): text.replace("§", "")})
    assert any(one.startswith(f"{filename}:{line}: found {problem}") for one in problems), (
        problems
    )


# The book as it is.


def test_the_packaged_law_book_is_read_once_and_named_by_its_content():
    packaged = book()
    assert packaged is book()
    assert packaged.sha256 == read_book(packaged_files()).sha256
    changed = dict(packaged_files())
    changed[INSTRUMENTS] += b"# a remark\n"
    assert read_book(changed).sha256 != packaged.sha256


@pytest.mark.parametrize(
    ("received_on", "regime"),
    [
        (date(2024, 1, 1), "decree-98"),
        (date(2025, 6, 20), "decree-98"),
        (date(2025, 6, 30), "decree-98"),
        (date(2025, 7, 1), "decree-152"),
        (date(2025, 7, 2), "decree-152"),
        (date(2025, 8, 4), "decree-152"),
        (date(2025, 8, 5), "circular-15"),
        (date(2026, 9, 25), "circular-15"),
        (date(2026, 9, 30), "circular-15"),
        (date(2026, 10, 1), "law-2026"),
        (date(2026, 10, 5), "law-2026"),
        (date(2027, 2, 28), "law-2026"),
        (date(2027, 3, 1), "after-decree-152"),
        (date(2030, 12, 5), "after-decree-152"),
    ],
)
def test_the_day_of_reception_chooses_the_rule_set(received_on, regime):
    assert book().regime_on(received_on).id == regime


def test_there_are_no_rules_before_the_law():
    with pytest.raises(NoRulesForDay) as caught:
        book().regime_on(date(2023, 12, 31))
    assert caught.value.facts == {"first": "01/01/2024"}


def test_nothing_less_sure_than_a_secondary_source_is_cited_as_law():
    for rule in book().rules:
        assert rule.source.is_office or rule.confidence in ("H", "M"), rule.id


def test_what_a_rule_leaves_out_is_everything():
    rule = read_little().find_rule("E20", date(2025, 8, 1))
    assert (rule.awards, rule.subjects) == (frozenset(Award), frozenset(SubjectKind))
    assert (rule.occasions, rule.routes) == (frozenset(Occasion), frozenset(Route))
    assert rule.stages == frozenset()


def test_a_source_says_law_number_and_place_in_both_languages():
    rule = read_little().find_rule("E07", date(2025, 8, 1))
    assert rule.source.text.vi == "Nghị định số 152/2025/NĐ-CP, Điều 44 khoản 1 điểm a"
    assert rule.source.text.en == "Decree No. 152/2025/NĐ-CP, Art. 44 clause 1 point a"
    assert not rule.source.is_office


def test_a_rule_of_a_lapsed_decree_goes_on_as_a_setting_of_the_office():
    little = read_little()
    before = little.find_rule("E07", date(2027, 2, 28))
    after = little.find_rule("E07", date(2027, 3, 1))
    assert (before.source.is_office, before.confidence) == (False, Confidence.HIGH)
    assert (after.source.is_office, after.confidence) == (True, Confidence.UNKNOWN)
    assert after.source.text.vi == "cấu hình đơn vị (theo nghị định cũ)"
    assert little.find_rule("E07", date(2025, 6, 30)) is None


def test_a_rule_may_have_two_periods_one_after_the_other():
    later = AGAIN.replace("2024-01-01", "2025-01-01")
    first = AGAIN.replace("    confidence", "    until: 2024-12-31\n    confidence", 1)
    little = read_little(edited(AGAIN, first + later))
    assert little.find_rule("E20", date(2024, 12, 31)).ends_on == date(2024, 12, 31)
    assert little.find_rule("E20", date(2025, 1, 1)).starts_on == date(2025, 1, 1)


def test_decomposed_vietnamese_is_composed():
    little = read_little(edited("Tỷ lệ", "Ty\u0309 lê\u0323"))
    assert little.find_rule("C05", date(2025, 8, 1)).title.vi == "Tỷ lệ tán thành"


# What is refused, with its line.


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            "until: 2027-02-28",
            "§until: 2025-06-30",
            "the last day 2025-06-30, expected a day on or after the first day 2025-07-01",
            id="until-before-from",
        ),
        pytest.param(
            "    confidence: H\n    test: ran_years",
            "    confidence: L\n    test: ran_years",
            "",
            id="low-confidence-with-a-source-in-law",
        ),
        pytest.param(
            "    confidence: H\n    test: subject",
            '    §confidence: "?"\n    test: subject',
            "the confidence ? with a source in the plan, expected H or M; or “source: {office",
            id="unknown-confidence-with-a-source-in-the-plan",
        ),
        pytest.param(
            "test: ran_years",
            "§test: ran_month",
            "the unknown test “ran_month”, expected one of agreed, ran_years, subject_is_cov",
            id="unknown-test",
        ),
        pytest.param(
            "parameters: {years: 5}",
            "§parameters: {year: 5}",
            "the unknown key “year”, expected one of years",
            id="unknown-parameter",
        ),
        pytest.param(
            "parameters: {years: 5}",
            "§parameters: {years: five}",
            "“five”, expected a whole number from 0 to 1000",
            id="parameter-no-number",
        ),
        pytest.param(
            "parameters: {share: 65.2}",
            "§parameters: {share: 0.652}",
            "“0.652”, expected a percentage from 1 to 100 with at most one decimal: 65.2, not",
            id="percentage-as-a-part-of-one",
        ),
        pytest.param(
            "    test: subject_is_covered\n",
            "    test: subject_is_covered\n§    parameters: {years: 5}\n",
            "parameters, expected none: subject_is_covered takes none",
            id="parameters-of-a-test-without",
        ),
        pytest.param(
            '      covered: {vi: "Kế hoạch có {kinds}.", en: "The plan has {kinds}."}\n',
            "§      left_out: {vi: Không có, en: It has not}\n",
            "the unknown key “left_out”, expected one of covered",
            id="sentence-that-the-test-never-says",
        ),
        pytest.param(
            '      covered: {vi: "Kế hoạch có {kinds}.", en: "The plan has {kinds}."}\n',
            "§      {}\n",
            "no “covered”, expected the key “covered”",
            id="sentence-missing",
        ),
        pytest.param(
            "Above {share} %.",
            "§Above {shares} %.",
            "the place-holder {shares}, expected one of {award}, {subject_kind},",
            id="unknown-place-holder",
        ),
        pytest.param(
            "Above {share} %.",
            "§Above {share %.",
            "a single brace, expected braces around a name",
            id="stray-brace",
        ),
        pytest.param(
            "instrument: decree-152",
            "§instrument: decree-153",
            "“decree-153”, expected an instrument: one of law-2022, decree-98,",
            id="unknown-instrument",
        ),
        pytest.param(
            "    source: {instrument: decree-152, place: Điều 44 khoản 1 điểm a}\n"
            "    from: 2025-07-01",
            "    §source: {instrument: decree-152, place: Điều 44 khoản 1 điểm a}\n"
            "    from: 2025-06-30",
            "the first day 2025-06-30, expected 2025-07-01 or later: before, decree-152 is not",
            id="older-than-its-decree",
        ),
        pytest.param(
            "    source: {instrument: decree-152, place: Điều 44 khoản 1 điểm a}\n"
            "    from: 2025-07-01\n    until: 2027-02-28",
            "    §source: {instrument: decree-152, place: Điều 44 khoản 1 điểm a}\n"
            "    from: 2025-07-01\n    until: 2027-03-01",
            "the last day 2027-03-01, expected “until: 2027-02-28” or earlier: then decree-152",
            id="younger-than-its-decree",
        ),
        pytest.param(
            "    confidence: L\n",
            "    §then_office: {vi: a, en: b}\n    confidence: L\n",
            "“then_office” without end, expected “until: …”",
            id="goes-on-without-having-ended",
        ),
        pytest.param(
            "awards: [labor_order]",
            "§awards: [gold_medal]",
            "“gold_medal”, expected one of unit_certificate,",
            id="unknown-award",
        ),
        pytest.param(
            "override: with_reason",
            "§override: sometimes",
            "“sometimes”, expected one of never, with_reason",
            id="unknown-override",
        ),
        pytest.param("id: E20", "§id: e20", "“e20”, expected an id like E07", id="id"),
        pytest.param(
            "{plan: subjects}",
            "§{plan: people}",
            "“people”, expected one of awards, subjects, period",
            id="unknown-part-of-the-plan",
        ),
        pytest.param(
            "from: 2025-07-01",
            "§from: 01/7/2025",
            "“01/7/2025”, expected a day as YYYY",
            id="day",
        ),
        pytest.param(
            "{office: true}", "§{office: no}", "“no”, expected true", id="office-not-true"
        ),
        pytest.param(
            "override: with_reason",
            "override: with_reason\n§    owner: me",
            "the unknown key “owner”, expected one of id, title,",
            id="unknown-key",
        ),
    ],
)
def test_a_bad_rule_is_refused_with_line_found_and_expected(old, new, problem):
    """``§`` marks the line that the problem names; without it, that of the source."""
    text = edited(old, new)
    if "§" not in text:
        text = text.replace("    source:", "    §source:", 1)
        problem = "the confidence L with a source in law, expected H or M; or “source: {office"
    assert_refused(text, problem)


@pytest.mark.parametrize(
    ("again", "day"),
    [
        pytest.param(AGAIN, "2024-01-01", id="the-same-period"),
        pytest.param(AGAIN.replace("2024-01-01", "2026-05-01"), "2026-05-01", id="later"),
    ],
)
def test_two_rules_for_the_same_moment_are_refused(again, day):
    first = TEXT[: TEXT.index(AGAIN)].count("\n") + 1
    assert_refused(
        edited(AGAIN, AGAIN + "§" + again),
        f"two rules E20 for {day}, expected one for every day: end the rule of line {first}",
    )


def test_a_rule_that_goes_on_as_a_setting_leaves_no_room_for_another():
    whole = TEXT[TEXT.index("  - id: E07") : TEXT.index("  - id: E20")]
    later = whole.replace("decree-152", "law-2022").replace("2025-07-01", "2028-01-01")
    later = later.replace("    until: 2027-02-28\n", "")
    later = "".join(line for line in later.splitlines(True) if "then_office" not in line)
    assert_refused(edited(AGAIN, "§" + later + AGAIN), "two rules E07 for 2028-01-01")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            "    from: 2025-07-01\n    until: 2025-08-04",
            "    from: 2025-07-01\n    until: 2025-08-03",
            "the rule set decree-152 until 2025-08-03, expected “until: 2025-08-04”: one",
            id="gap",
        ),
        pytest.param(
            "    from: 2025-07-01\n    until: 2025-08-04",
            "    from: 2025-07-01\n    until: 2025-08-05",
            "the rule set decree-152 until 2025-08-05, expected “until: 2025-08-04”: one",
            id="overlap",
        ),
    ],
)
def test_rule_sets_follow_each_other_without_gap(old, new, problem):
    text = edited(old, new, LAWS)
    place = text.rindex("- id: decree-152")
    assert_refused(text[:place] + "§" + text[place:], problem, INSTRUMENTS, as_="instruments")


def test_the_last_rule_set_has_no_end():
    text = LAWS.replace(
        "    from: 2027-03-01\n", "    from: 2027-03-01\n    until: 2030-01-01\n"
    )
    place = text.index("- id: after-decree-152")
    assert_refused(
        text[:place] + "§" + text[place:],
        "the rule set after-decree-152 until 2030-01-01, expected no “until”",
        INSTRUMENTS,
        as_="instruments",
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("[law-2022, decree-98]", "[law-2022, §decree-99]", id="unknown"),
        pytest.param("[law-2022, decree-98]", "[law-2022, §decree-152]", id="not-yet-in-force"),
        pytest.param("[law-2022, law-2026, circular-15]", "[law-2022, §decree-152]", id="over"),
    ],
)
def test_a_rule_set_names_instruments_that_are_in_force_in_it(old, new):
    text = edited(old, new, LAWS)
    problem = f"“{new[new.index('§') + 1 : -1]}” in the rule set"
    assert_refused(text, problem, INSTRUMENTS, as_="instruments")


def test_an_instrument_stands_once_and_ends_after_it_began():
    text = edited("  - id: decree-73", "§  - id: decree-98", LAWS)
    assert_refused(text, "instrument decree-98 again", INSTRUMENTS, as_="instruments")
    text = edited("until: 2026-06-30", "§until: 2024-06-30", LAWS)
    assert_refused(text, "the last day 2024-06-30", INSTRUMENTS, as_="instruments")


def test_all_problems_of_all_files_are_said_at_once():
    files = dict(packaged_files()) | {RULES: edited("years: 5", "years: x").encode()}
    with pytest.raises(InvalidLawBook) as caught:
        read_book(files | {"bonus.yaml": b"format: x\n"}, "rules/", KNOWN)
    named = {problem.split(":")[0] for problem in caught.value.problems}
    assert named == {"rules/eligibility.yaml", "rules/bonus.yaml"}


@pytest.mark.parametrize("missing", sorted(packaged_files()))
def test_a_missing_file_is_named(missing):
    files = {name: data for name, data in packaged_files().items() if name != missing}
    with pytest.raises(InvalidLawBook) as caught:
        read_book(files, "law/")
    assert caught.value.problems == [f"law/{missing}:1: found no file, expected it"]


def test_a_file_that_nobody_reads_is_refused():
    with pytest.raises(InvalidLawBook) as caught:
        read_book(dict(packaged_files()) | {"bonuses.yaml": b""})
    assert caught.value.problems[0].startswith("bonuses.yaml:1: found an unknown file")


def test_bytes_that_are_no_text_are_named_with_their_line():
    with pytest.raises(InvalidLawBook) as caught:
        read_book(dict(packaged_files()) | {RULES: b'format: "1"\n\xff'}, known=KNOWN)
    assert "eligibility.yaml:2: found the byte 0xFF, expected text in UTF-8" in (
        caught.value.problems
    )


SHARED = """\
shared:
  long_enough: {vi: "Đủ {years} năm.", en: "Ran {years} years."}
  covered: {vi: "Gồm {kinds}.", en: "These: {kinds}."}
rules:
"""
OWN = (
    '    sentences:\n      covered: {vi: "Kế hoạch có {kinds}.", en: "The plan has {kinds}."}\n'
)
LONG = TEXT[TEXT.index("      long_enough:") : TEXT.index("      too_short:")]


def with_shared():
    return edited(LONG, "", edited(OWN, "", edited("rules:\n", SHARED)))


def test_rules_take_the_sentences_that_they_share():
    little = read_little(with_shared())
    day = date(2025, 8, 1)
    assert little.find_rule("E20", day).sentences["covered"].vi == "Gồm {kinds}."
    assert little.find_rule("E07", day).sentences["long_enough"].vi == "Đủ {years} năm."
    assert little.find_rule("E07", day).sentences["too_short"].vi.startswith("Từ {launched")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            "rules:\n",
            "§  enough: {vi: a, en: b}\nrules:\n",
            "the sentence “enough” for no rule, expected one that a rule takes",
            id="taken-by-no-rule",
        ),
        pytest.param(
            "  - id: E20",
            "§  - id: E20",
            "the place-holder {kind}, expected one of {award}",
            id="with-a-fact-that-its-rule-has-not",
        ),
        pytest.param(
            "shared:\n",
            "shared: none\nothers:\n",
            "“none”, expected a mapping of sentences",
            id="no-mapping",
        ),
    ],
)
def test_a_bad_shared_sentence_is_refused(old, new, problem):
    text = edited(old, new, with_shared())
    if "kind}" in problem:
        text = edited("Gồm {kinds}", "Gồm {kind}", text)
    if "§" not in text:
        text = text.replace("shared: none", "§shared: none")
    assert_refused(text, problem)


PERIODS = """\
    periods:
      - source: {instrument: law-2022}
        from: 2024-01-01
        until: 2026-09-30
        confidence: H
      - source: {instrument: law-2022}
        from: 2026-10-01
        confidence: M
"""
ONE_PERIOD = "    source: {plan: subjects}\n    from: 2024-01-01\n    confidence: H\n"


def test_a_rule_may_list_its_periods():
    little = read_little(edited(ONE_PERIOD, PERIODS))
    before = little.find_rule("E20", date(2026, 9, 30))
    after = little.find_rule("E20", date(2026, 10, 1))
    assert (before.confidence, after.confidence) == (Confidence.HIGH, Confidence.MEDIUM)
    assert before.sentences == after.sentences


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            "      - source: {instrument: law-2022}\n        from: 2026-10-01",
            "§      - source: {instrument: law-2022}\n        from: 2026-09-30",
            "two rules E20 for 2026-09-30",
            id="overlap",
        ),
        pytest.param(
            "        until: 2026-09-30\n",
            "§        until: 2023-09-30\n",
            "the last day 2023-09-30, expected a day on or after",
            id="out-of-order",
        ),
        pytest.param(
            "    periods:\n",
            "    periods:\n§      - soon\n",
            "“soon”, expected a mapping with source,",
            id="no-mapping",
        ),
        pytest.param(
            "    periods:\n",
            "§    confidence: H\n    periods:\n",
            "the unknown key “confidence”",
            id="beside-a-period-of-its-own",
        ),
    ],
)
def test_a_bad_period_is_refused(old, new, problem):
    assert_refused(edited(old, new, edited(ONE_PERIOD, PERIODS)), problem)


@given(data=st.data())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_whatever_is_broken_the_refusal_names_file_and_line(data):
    """Cut, doubled and exchanged pieces are refused in words, and nothing else is raised."""
    text = data.draw(st.sampled_from([TEXT, with_shared()]))
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    piece = data.draw(st.sampled_from(["", text[first:last] * 2, "[]", "{}", "- ", '"', "\n"]))
    try:
        read_little(text[:first] + piece + text[last:])
    except InvalidLawBook as refusal:
        for problem in refusal.problems:
            assert re.match(r"[a-z]+\.yaml:\d+: found .+, expected .+", problem, re.DOTALL)


def test_every_test_of_the_program_is_named_by_a_rule():
    assert set(registry.tests()) == {rule.test.__name__ for rule in book().rules}


def test_two_tests_of_one_name_are_refused():
    def movement_ran_years(facts, parameters):
        raise NotImplementedError

    with pytest.raises(ValueError, match="two tests are called movement_ran_years"):
        rule_test(sentences={})(movement_ran_years)
