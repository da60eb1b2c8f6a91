"""A law book of two rules, which changes only where a test changes it."""

from engine.datafiles.numbers import count, percent
from engine.rules.book import INSTRUMENTS, RULES, packaged_files, read_book
from engine.rules.model import Result
from engine.rules.registry import RuleTest
from forms.vocabulary import RuleVerdict


def ran_years(facts, parameters):
    years = facts.asked_on.year - facts.movement.launched_on.year
    used = {"ran": years, "launched_on": facts.movement.launched_on}
    if years >= parameters["years"]:
        return Result(RuleVerdict.MET, "long_enough", used)
    return Result(RuleVerdict.NOT_MET, "too_short", used)


def subject_is_covered(facts, parameters):
    kinds = facts.plan.subject_kinds if facts.plan else ()
    return Result(RuleVerdict.MET, "covered", {"kinds": kinds})


def agreed(facts, parameters):
    return Result(RuleVerdict.MET, "enough")


KNOWN = {
    test.name: test
    for test in (
        RuleTest(
            "ran_years",
            ran_years,
            {"long_enough": ("ran",), "too_short": ("ran", "launched_on")},
            {"years": count},
        ),
        RuleTest("subject_is_covered", subject_is_covered, {"covered": ("kinds",)}),
        RuleTest("agreed", agreed, {"enough": ()}, {"share": percent}),
    )
}

TEXT = """\
format: "1"
rules:
  - id: E07
    title: {vi: Thời gian của phong trào, en: Length of the movement}
    applies: {awards: [labor_order], occasions: [final], stages: []}
    source: {instrument: decree-152, place: Điều 44 khoản 1 điểm a}
    from: 2025-07-01
    until: 2027-02-28
    then_office: {vi: cấu hình đơn vị (theo nghị định cũ), en: set by this office}
    confidence: H
    test: ran_years
    parameters: {years: 5}
    effect: block
    override: never
    sentences:
      long_enough: {vi: "{award} đã đủ {years} năm ({ran}).", en: "Ran {ran} of {years} years."}
      too_short: {vi: "Từ {launched_on} mới {ran} năm.", en: "Only {ran} since {launched_on}."}
  - id: E20
    title: {vi: Đối tượng của kế hoạch, en: Subjects of the plan}
    source: {plan: subjects}
    from: 2024-01-01
    confidence: H
    test: subject_is_covered
    effect: block
    override: with_reason
    sentences:
      covered: {vi: "Kế hoạch có {kinds}.", en: "The plan has {kinds}."}
  - id: C05
    title: {vi: Tỷ lệ tán thành, en: Share in favour}
    applies: {subjects: [individual], routes: [movement], stages: [advised]}
    source: {office: true}
    from: 2024-01-01
    confidence: L
    test: agreed
    parameters: {share: 65.2}
    effect: warn
    override: never
    sentences:
      enough: {vi: "Trên {share} %.", en: "Above {share} %."}
"""


def read_little(rules=TEXT, instruments=None):
    """Return the packaged law book with ``rules`` in place of its own."""
    files = dict(packaged_files()) | {RULES: rules.encode()}
    if instruments is not None:
        files[INSTRUMENTS] = instruments.encode()
    return read_book(files, known=KNOWN)


def edited(old, new, text=TEXT):
    """Return ``text`` with its one ``old`` changed to ``new``."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)
