import time
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

import workflows
from engine.errors import InvalidPlan, NotPermitted
from engine.office import OPERATOR
from engine.plans import LONGEST_FILE, NoteStatus, load_plan, plan_of, read_plan, text_of
from engine.store.models import JournalEntry, PlanRow
from forms.vocabulary import Award, Level, Occasion, SubjectKind, UnitKind
from tests.ward import NOON

VAN_XUAN = (
    Path(workflows.__file__)
    .parent.joinpath("plans", "van-xuan-2025-2030.yaml")
    .read_text("utf-8")
)
OTHER = Path(__file__).parent.joinpath("plans", "suoi-trang-2026-2028.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def plan():
    return read_plan(VAN_XUAN, "van-xuan.yaml")


PARENT = """\
  parent:
    name: {vi: Cả nước xanh, en: A green country}
    launched_by: {vi: Chủ tịch Ủy ban nhân dân tỉnh, en: The provincial chairman}
§    level: province
    launched_on: 2026-01-01
    ends_on: 2028-12-31
    decision: Quyết định số 1/QĐ-UBND
"""


@pytest.fixture(scope="module")
def other():
    return read_plan(OTHER, "suoi-trang.yaml")


def problems_of(text):
    with pytest.raises(InvalidPlan) as caught:
        read_plan(text, "plan.yaml")
    return caught.value.problems


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


def edited(old, new, text=OTHER):
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


# What the Vạn Xuân plan says.


def test_the_plan_has_its_number_its_days_and_its_movement(plan):
    assert (plan.number, plan.issued_on) == ("40/KH-UBND", date(2025, 8, 8))
    assert (plan.period.starts_on, plan.period.ends_on) == (
        date(2025, 8, 8),
        date(2030, 12, 31),
    )
    assert plan.movement.launched_on == date(2025, 6, 2)
    assert "Thái Nguyên thi đua đột phá" in plan.title.vi
    assert [basis.number for basis in plan.legal_bases] == ["1683/QĐ-UBND", "619/SNV-BTĐKT"]


def test_the_movement_says_who_launched_it_and_when_it_ends(plan, other):
    movement = plan.movement
    assert (movement.level, movement.ends_on) == (Level.PROVINCE, date(2030, 12, 31))
    assert movement.parent.level is Level.PRIME_MINISTER
    assert movement.parent.launched_on == date(2025, 4, 24)
    assert "923/QĐ-TTg" in movement.parent.decision
    assert other.movement.parent is None


def test_the_plan_has_six_contents_and_thirteen_criteria(plan):
    assert [content.id for content in plan.contents] == [f"ND{n}" for n in range(1, 7)]
    ids = " ".join(criterion.id for criterion in plan.criteria)
    assert ids == "CQ1 CQ2 CQ3 CQ4 CQ5 CQ6 DN1 DN2 DN3 CN1 CN2 MT1 MT2"


@pytest.mark.parametrize(
    ("occasion", "awards", "section"),
    [
        pytest.param(
            Occasion.ANNUAL,
            (Award.UNIT_CERTIFICATE, Award.PROVINCIAL_MERIT),
            "IV.2.a",
            id="annual",
        ),
        pytest.param(
            Occasion.MIDTERM,
            (Award.UNIT_CERTIFICATE, Award.PROVINCIAL_MERIT),
            "IV.2.a",
            id="midterm",
        ),
        pytest.param(Occasion.FINAL, tuple(Award), "IV.2.b", id="final"),
    ],
)
def test_the_awards_of_an_occasion(plan, occasion, awards, section):
    assert plan.awards_on(occasion) == awards
    assert plan.source_of(occasion) == section


@pytest.mark.parametrize(
    ("subject", "unit", "expected"),
    [
        pytest.param(
            SubjectKind.COLLECTIVE, UnitKind.SCHOOL, "CQ1 CQ2 CQ3 CQ4 CQ5 CQ6", id="school"
        ),
        pytest.param(
            SubjectKind.ENTERPRISE, UnitKind.ENTERPRISE, "DN1 DN2 DN3", id="enterprise"
        ),
        pytest.param(SubjectKind.COLLECTIVE, UnitKind.ENTERPRISE, "DN1 DN2 DN3", id="workshop"),
        pytest.param(SubjectKind.COLLECTIVE, UnitKind.FATHERLAND_FRONT, "MT1 MT2", id="front"),
        pytest.param(SubjectKind.INDIVIDUAL, UnitKind.SCHOOL, "CN1", id="teacher"),
        pytest.param(SubjectKind.INDIVIDUAL, UnitKind.RESIDENTIAL_GROUP, "CN2", id="neighbour"),
        pytest.param(SubjectKind.INDIVIDUAL, UnitKind.WARD, "CN1 CN2", id="by-the-ward"),
    ],
)
def test_the_criteria_of_a_subject(plan, subject, unit, expected):
    assert [one.id for one in plan.criteria_for(subject, unit)] == expected.split()


@pytest.mark.parametrize("unit", UnitKind)
def test_no_subject_of_the_plan_is_without_criteria(plan, unit):
    for subject in plan.subject_kinds:
        assert plan.criteria_for(subject, unit)


def test_households_are_not_among_the_subjects_of_the_plan(plan):
    assert SubjectKind.HOUSEHOLD not in plan.subject_kinds


def test_every_doubt_of_the_text_is_a_note_and_the_text_stays_as_it_was_read(plan):
    assert {f"A{n}" for n in range(1, 12)} <= {note.id for note in plan.notes}
    status = {note.id: note.status for note in plan.notes}
    assert (status["A1"], status["A11"]) == (NoteStatus.OPEN, NoteStatus.CONFIRMED)
    cq3 = next(one for one in plan.criteria if one.id == "CQ3")
    assert "dữ liệu của của sở" in cq3.vi
    assert "60-CTr/TU" in plan.purposes[1].vi


def test_the_plan_leaves_no_level_out(plan):
    assert plan.left_out == frozenset()


# Another plan, without a change of code.


def test_another_plan_has_its_own_awards_and_leaves_out_the_ward(other):
    assert other.left_out == {Level.WARD}
    assert other.awards_on(Occasion.ANNUAL) == (Award.PROVINCIAL_MERIT,)
    assert other.awards_on(Occasion.FINAL) == (
        Award.PROVINCIAL_MERIT,
        Award.PRIME_MINISTER_CERTIFICATE,
    )
    assert other.subject_kinds == (SubjectKind.INDIVIDUAL, SubjectKind.COLLECTIVE)


def test_an_occasion_that_a_plan_does_not_know_has_no_awards(other):
    assert other.awards_on(Occasion.MIDTERM) == ()
    assert other.source_of(Occasion.MIDTERM) == "V.2, V.3"


def test_another_plan_has_its_own_criteria(other):
    criteria = other.criteria_for(SubjectKind.COLLECTIVE, UnitKind.SCHOOL)
    assert [one.id for one in criteria] == ["T1", "T2"]
    assert not other.criteria_for(SubjectKind.ENTERPRISE, UnitKind.ENTERPRISE)


# Files that are refused.


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            "place: Suối",
            "§plaice: Suối",
            "the unknown key “plaice”, expected one of format, code",
            id="unknown-key",
        ),
        pytest.param(
            "ends_on: 2028-12-31",
            "§ends_on: 2025-12-31",
            "the end 2025-12-31, expected a day on or after the start 2026-01-15",
            id="end-before-start",
        ),
        pytest.param(
            "ends_on: 2028-12-31",
            "§ends_on: 2028-02-30",
            "“2028-02-30”, expected a day as YYYY-MM-DD",
            id="no-such-day",
        ),
        pytest.param(
            "- occasion: annual",
            "§- occasion: yearly",
            "“yearly”, expected one of annual, midterm, final",
            id="unknown-occasion",
        ),
        pytest.param(
            "- kind: individual",
            "§- kind: planet",
            "“planet”, expected one of individual, collective, enterprise",
            id="unknown-subject",
        ),
        pytest.param(
            "- school", "§- academy", "“academy”, expected one of ward,", id="unknown-unit-kind"
        ),
        pytest.param(
            "- prime_minister_certificate",
            "§- nobel_prize",
            "“nobel_prize”, expected one of unit_certificate,",
            id="unknown-award",
        ),
        pytest.param(
            "- prime_minister_certificate\n",
            "- provincial_merit\n      - labor_order\n§",
            "award provincial_merit again, expected each award once",
            id="award-twice",
        ),
        pytest.param(
            "  level: province\n",
            "§  level: village\n",
            "“village”, expected one of unit, ward,",
            id="unknown-level-of-the-movement",
        ),
        pytest.param(
            "launched_on: 2026-01-02\n  ends_on: 2030-12-31",
            "launched_on: 2026-01-02\n§  ends_on: 2026-01-01",
            "the end 2026-01-01, expected a day on or after the launch 2026-01-02",
            id="movement-ends-before-its-launch",
        ),
        pytest.param(
            "legal_bases:\n",
            f"{PARENT}legal_bases:\n",
            "the level province above province, expected a level higher than province",
            id="movement-above-launched-no-higher",
        ),
        pytest.param(
            "- unit\n",
            "§- village\n",
            "“village”, expected one of unit, ward,",
            id="unknown-level",
        ),
        pytest.param(
            "- unit\n  - province",
            "§- province\n  - unit",
            "province, unit, prime_minister, president, expected the levels from the lowest",
            id="route-out-of-order",
        ),
        pytest.param(
            "- id: M2",
            "§- id: M1",
            "content M1 again, expected each content once",
            id="content-twice",
        ),
        pytest.param(
            "- kind: collective",
            "§- kind: enterprise",
            "no criterion for the subject enterprise, expected at least one",
            id="no-criterion",
        ),
        pytest.param("    vi: Trồng cây.", "    §vi:", "nothing, expected a text", id="empty"),
        pytest.param(
            "place: Suối Trắng", "§place: [a, b]", "a list, expected a text", id="list-for-text"
        ),
        pytest.param(
            "recipients:\n  - Các",
            "§recipients: Các",
            "“Các thôn”, expected a list of at least one recipient",
            id="text-for-list",
        ),
        pytest.param(
            'format: "1"',
            '§format: "2"',
            "“2”, expected 1, the format of this version",
            id="format",
        ),
        pytest.param(
            "code: suoi-trang-2026-2028",
            "§code: Suối Trắng",
            "“Suối Trắng”, expected small letters",
            id="code",
        ),
        pytest.param(
            "place: Suối Trắng",
            "place: a\n§place: b",
            "the key “place” again, expected each key once",
            id="key-twice",
        ),
        pytest.param(
            "place: Suối Trắng",
            "§place: !!python/object:os.system x",
            "the tag “tag:yaml.org,2002:python/object:os.system”, expected no tag",
            id="tag",
        ),
        pytest.param(
            "place: Suối Trắng",
            "§place: &here x",
            "the anchor or alias “here”, expected the text itself",
            id="anchor",
        ),
        pytest.param(
            "place: Suối Trắng",
            "§place: Suối\x07",
            "the character U+0007, expected plain text",
            id="control-character",
        ),
        pytest.param(
            "place: Suối Trắng",
            "place: a\n§ b: c: d",
            "mapping values are not allowed in this context, expected well-formed YAML",
            id="broken",
        ),
        pytest.param(
            "place: Suối Trắng",
            "§place: [[[[[[[[[[[[[]]]]]]]]]]]]]",
            "more than 12 levels of nesting, expected fewer",
            id="too-deep",
        ),
    ],
)
def test_a_bad_file_is_refused_with_line_found_and_expected(old, new, problem):
    """``§`` marks the line that the problem names."""
    text = edited(old, new)
    line = line_of(text, "§")
    problems = problems_of(text.replace("§", ""))
    assert any(one.startswith(f"plan.yaml:{line}: found {problem}") for one in problems), (
        problems
    )


def test_a_text_of_8001_characters_is_refused():
    problems = problems_of(edited("place: Suối Trắng", f"place: {'ă' * 8_001}"))
    assert problems[0].endswith("found 8001 characters, expected at most 8000 characters")


def test_a_criterion_is_defined_once_over_all_groups():
    assert (
        "criterion T1 2 times, expected each once"
        in problems_of(edited("- id: T2", "- id: T1"))[0]
    )


def test_a_plan_without_a_period_is_refused():
    start = OTHER.index("period:")
    text = OTHER[:start] + OTHER[OTHER.index("purposes:") :]
    assert problems_of(text) == ["plan.yaml:2: found no “period”, expected the key “period”"]


def test_an_award_above_the_route_is_refused():
    text = edited("  - prime_minister\n", "")
    line = line_of(text, "      - prime_minister_certificate")
    assert problems_of(text) == [
        f"plan.yaml:{line}: found the award prime_minister_certificate on the occasion final,"
        " expected a route with prime_minister"
    ]


def test_a_unit_certificate_needs_the_ward_for_units_that_may_issue_none():
    text = edited(
        "      - provincial_merit\n    standard:\n      vi: Theo kết quả trong",
        ("      - unit_certificate\n    standard:\n      vi: Theo kết quả trong"),
    )
    assert problems_of(text) == [
        f"plan.yaml:{line_of(text, '      - unit_certificate')}: found the award"
        " unit_certificate on the occasion annual, expected a route with unit and ward"
    ]


def test_all_problems_come_at_once_in_the_order_of_their_lines():
    text = edited("issued_on: 2026-01-15", "issued_on: hôm qua")
    text = edited("- kind: individual", "- kind: hộ", text)
    text = edited("recipients:\n  - Các thôn\n", "", text)
    lines = [int(problem.split(":")[1]) for problem in problems_of(text)]
    assert len(lines) == 3
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("# only a comment\n", id="comment"),
        pytest.param("- a\n- b\n", id="list"),
        pytest.param("just words", id="words"),
        pytest.param("[" * 100_000, id="brackets"),
        pytest.param("a: " + "x" * LONGEST_FILE, id="too-large"),
        pytest.param("a: \ud800", id="surrogate"),
        pytest.param("? [a]\n: b\n", id="list-as-key"),
    ],
)
def test_what_is_no_plan_at_all_is_refused(text):
    assert problems_of(text)[0].startswith("plan.yaml:1: found ")


def test_a_second_document_is_refused():
    problems = problems_of(OTHER + "---\nb: 2\n")
    assert problems == [
        f"plan.yaml:{line_of(OTHER, 'Các thôn') + 1}: found a second document, expected one"
    ]


def test_a_bomb_of_aliases_is_refused_at_once():
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10)]
    began = time.perf_counter()
    problems = problems_of("l0: &l0 [x, x]\n" + "\n".join(levels))
    assert "the anchor or alias “l0”" in problems[0]
    assert time.perf_counter() - began < 1


def test_a_file_that_is_not_utf_8_is_refused_with_its_line():
    with pytest.raises(InvalidPlan) as caught:
        text_of("code: a\nplace: Suối".encode("utf-16-le"), "plan.yaml")
    assert "expected text in UTF-8" in caught.value.problems[0]


def test_decomposed_vietnamese_is_composed():
    assert read_plan(unicodedata.normalize("NFD", OTHER), "p.yaml") == read_plan(
        OTHER, "p.yaml"
    )


# Plans in the database.


def test_a_loaded_plan_is_stored_once_and_journaled(session, ward):
    row = load_plan(session, OTHER, "o.yaml", actor=ward.administrator, at=NOON)
    again = load_plan(session, OTHER, "o.yaml", actor=ward.administrator, at=NOON)
    assert again.id == row.id
    assert plan_of(row) is plan_of(again)
    entries = session.scalars(select(JournalEntry).where(JournalEntry.stream == "plans")).all()
    assert [(entry.action, entry.actor_id) for entry in entries] == [
        ("plan.loaded", ward.administrator.person_id)
    ]
    assert entries[0].detail["sha256"] == row.sha256


def test_a_changed_edition_is_another_row(session, ward):
    first = load_plan(session, OTHER, "o.yaml", actor=OPERATOR, at=NOON)
    edition = edited("place: Suối Trắng", "place: Suối Đen")
    second = load_plan(session, edition, "o.yaml", actor=OPERATOR, at=NOON)
    assert first.id != second.id
    assert (plan_of(first).place, plan_of(second).place) == ("Suối Trắng", "Suối Đen")


@pytest.mark.parametrize("who", ["ward_clerk", "ward_chairman", "auditor", "school_head"])
def test_only_the_administrator_loads_plans(session, ward, who):
    with pytest.raises(NotPermitted):
        load_plan(session, OTHER, "o.yaml", actor=getattr(ward, who), at=NOON)
    assert session.scalar(select(func.count(PlanRow.id))) == 1


def test_a_bad_plan_is_not_stored(session, ward):
    with pytest.raises(InvalidPlan):
        load_plan(session, "code: x\n", "o.yaml", actor=ward.administrator, at=NOON)
    assert session.scalar(select(func.count(PlanRow.id))) == 1
