"""The list of cases: narrowed, searched, sorted, and only what its reader may see."""

from datetime import timedelta

import pytest

from engine.cases import Subject
from engine.queries.listing import CaseFilter, Missing, Order, list_cases, list_choices
from engine.store.database import reading
from forms.vocabulary import Award, CaseState, Level, Outcome, SubjectKind
from tests.statements import counted
from tests.walk import Walk
from tests.ward import NOON

LATER = NOON + timedelta(days=2)


def named(database, ward, name, **more):
    walk = Walk(database, ward)
    walk.submissions["nomination.v1"] = {
        **walk.submissions["nomination.v1"],
        "subject_name": name,
    }
    return walk.open(subject=Subject(SubjectKind.INDIVIDUAL, name), **more)


@pytest.fixture
def cases(database, ward):
    """Three cases of the school, one of the company."""
    named(database, ward, "Đỗ Thị Ánh")
    merit = Award.PROVINCIAL_MERIT
    named(database, ward, "Nguyễn Văn Ân", award=merit).to("decide_at_ward")
    named(database, ward, "Trần Thị An", award=merit, round_id=ward.annual_id).to(
        "review_at_unit"
    ).do(Outcome.REJECT)
    company = {"actor": ward.company_clerk, "unit_id": ward.units["cong-ty"]}
    named(database, ward, "Lê Văn Đức", **company)


@pytest.fixture
def find(database, ward, cases):
    """Return the subjects that a filter leaves, for the auditor unless told."""

    def find(actor=None, page=1, **wanted):
        with reading(database) as session:
            found = list_cases(
                session, actor or ward.auditor, CaseFilter(**wanted), LATER, page
            )
        return [case.subject_name for case in found.cases]

    return find


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param({"text": "do thi"}, ["Đỗ Thị Ánh"], id="no marks"),
        pytest.param({"text": "hs-2030-0002"}, ["Nguyễn Văn Ân"], id="reference"),
        pytest.param({"text": "sao khue"}, ["Lê Văn Đức"], id="unit"),
        pytest.param({"text": "100%"}, [], id="a percent sign is itself"),
        pytest.param({"level": Level.WARD}, ["Nguyễn Văn Ân"], id="level"),
        pytest.param({"level": Level.UNIT}, ["Lê Văn Đức", "Đỗ Thị Ánh"], id="drafts"),
        pytest.param({"state": CaseState.REJECTED}, ["Trần Thị An"], id="state"),
        pytest.param({"year": 1999}, [], id="year"),
        pytest.param(
            {"award": Award.UNIT_CERTIFICATE}, ["Lê Văn Đức", "Đỗ Thị Ánh"], id="award"
        ),
        pytest.param(
            {"missing": Missing.SUBMISSION}, ["Lê Văn Đức", "Đỗ Thị Ánh"], id="unsent"
        ),
        pytest.param(
            {"missing": Missing.EVIDENCE, "state": CaseState.IN_REVIEW},
            ["Nguyễn Văn Ân"],
            id="no files",
        ),
        pytest.param(
            {"order": Order.SUBJECT},
            ["Trần Thị An", "Đỗ Thị Ánh", "Nguyễn Văn Ân", "Lê Văn Đức"],
            id="by given name: An, Ánh, Ân, Đức",
        ),
        pytest.param({"page": 2}, [], id="past the end"),
    ],
)
def test_a_filter_leaves_what_it_says(find, wanted, expected):
    assert find(**wanted) == expected


def test_a_round_and_a_unit_narrow_the_list(find, ward):
    assert find(round_id=ward.annual_id) == ["Trần Thị An"]
    assert find(unit_id=ward.units["cong-ty"]) == ["Lê Văn Đức"]


def test_everybody_finds_only_what_they_may_see(find, ward):
    assert find(ward.company_head) == ["Lê Văn Đức"]
    assert find(ward.ward_clerk) == ["Nguyễn Văn Ân"]
    assert find(ward.provincial_clerk) == []


def test_a_line_says_where_a_case_waits_and_how_long(database, ward, cases):
    with reading(database) as session:
        wanted = CaseFilter(order=Order.WAITING)
        lines = list_cases(session, ward.auditor, wanted, LATER).cases
    at_ward = next(line for line in lines if line.level is Level.WARD)
    assert (at_ward.step.vi, at_ward.days) == ("Chủ tịch phường quyết định", 2)
    assert at_ward.holder_unit == "Ủy ban nhân dân phường Vạn Xuân"
    assert (lines[-1].step, lines[-1].days) == (None, None)


def test_the_list_asks_three_times_with_its_choices(database, ward, cases):
    with reading(database) as session, counted(session.get_bind()) as statements:
        found = list_cases(session, ward.auditor, CaseFilter(), LATER)
        choices = list_choices(session, ward.auditor)
    selects = [one for one in statements if one.lstrip("(").startswith("SELECT")]
    assert len([one for one in selects if "diagram_files" not in one]) == 3
    assert found.count.number == 4
    assert [unit.name for unit in choices.units] == [
        "Công ty Cổ phần Sao Khuê",
        "Trường Trung học cơ sở Hoa Ban",
    ]
    assert choices.years == (2030, 2026)


def test_the_choices_name_no_unit_that_the_reader_may_not_know(database, ward, cases):
    with reading(database) as session:
        choices = list_choices(session, ward.company_clerk)
    assert [unit.name for unit in choices.units] == ["Công ty Cổ phần Sao Khuê"]
