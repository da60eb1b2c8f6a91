"""The statement on several cases, and the decision above that has to follow its list."""

import io

import pypdf
import pytest

from engine.cases import Subject
from engine.errors import InvalidSubmission, ListsDiffer, NotFound, NotPermitted
from engine.outgoing import contents, statements, steps
from engine.outgoing.access import stream_of
from engine.store.database import reading, unit_of_work
from engine.store.models import OutgoingPaper
from forms.vocabulary import Award, CaseState, Outcome, OutgoingState, SubjectKind
from tests.engine.journal.sealed import Sealed
from tests.outgoing import draft, go
from tests.walk import NOON, Walk, on_sqlite

pytestmark = on_sqlite

MERIT = Award.PROVINCIAL_MERIT


def recommended(database, ward, kind, name):
    """Have the ward recommend somebody for the certificate of the province."""
    walk = Walk(database, ward)
    walk.submissions["nomination.v1"] |= {"subject_name": name}
    if kind is SubjectKind.COLLECTIVE:
        walk.submissions["nomination.v1"].pop("subject_title")
        walk.submissions["nomination.v1"] |= {"criteria": {"CQ1": "Phong trào đến từng tổ."}}
    return walk.open(award=MERIT, subject=Subject(kind, name)).to("appraise_at_province")


@pytest.fixture
def walks(database, ward):
    """Three individuals that the ward recommended."""
    names = ("Ma Thị Một", "Ma Thị Hai", "Ma Thị Ba")
    return [recommended(database, ward, SubjectKind.INDIVIDUAL, name) for name in names]


def state(database, ward, walks, **changes):
    """Draft the ward's statement on the cases of ``walks``, and return its id."""
    with reading(database) as session:
        found = statements.recommended_cases(session, ward.units["phuong"])
        ids = {walk.case_id for walk in walks}
        tasks = [task.id for task, case in found if case.id in ids]
    with unit_of_work(database) as session:
        return statements.draft_statement(
            session,
            **{
                "unit_id": ward.units["phuong"],
                "task_ids": tasks,
                "actor": ward.ward_clerk,
                "at": NOON,
            }
            | changes,
        ).id


def words(database, paper_id):
    with reading(database) as session:
        content = contents.render(session, session.get_one(OutgoingPaper, paper_id))
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_statement_lists_all_and_decides_nothing(database, ward, walks):
    paper_id = state(database, ward, walks)
    said = words(database, paper_id)
    assert "cho 03 cá nhân" in said
    assert "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH" in said
    for name in ("Ma Thị Một", "Ma Thị Hai", "Ma Thị Ba"):
        assert name in said
    go(database, ward, paper_id, "issue")
    said = words(database, paper_id)
    assert "Số: 01/TTr-UBND" in said
    assert "Đặng Văn Ký" in said
    assert {walk.case().state for walk in walks} == {CaseState.IN_REVIEW}


def test_a_numbered_statement_is_a_witness_of_the_journal(database, ward, walks, tmp_path):
    journal = Sealed.new(database, tmp_path)
    paper_id = state(database, ward, walks)
    go(database, ward, paper_id, "sign")
    journal.seal()
    assert "Nhật ký" not in words(database, paper_id)
    go(database, ward, paper_id, "number", since="number")
    with reading(database) as session:
        content = session.get_one(OutgoingPaper, paper_id).content
    assert journal.witnessed(content).stream == stream_of(paper_id)


def test_a_case_stands_on_one_statement(database, ward, walks):
    state(database, ward, walks[:1])
    with reading(database) as session:
        left = statements.recommended_cases(session, ward.units["phuong"])
        assert {case.id for _, case in left} == {walk.case_id for walk in walks[1:]}


def test_what_came_back_is_not_stated(database, ward, walks):
    walks[0].do(Outcome.RETURN, return_to="ward")
    with reading(database) as session:
        left = statements.recommended_cases(session, ward.units["phuong"])
        assert {case.id for _, case in left} == {walk.case_id for walk in walks[1:]}


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"task_ids": []}, InvalidSubmission), ({"task_ids": ["x"]}, NotFound)],
)
def test_what_cannot_be_stated_is_refused(database, ward, walks, changes, error):
    with pytest.raises(error):
        state(database, ward, walks, **changes)


def test_strangers_state_nothing(database, ward, walks):
    with pytest.raises(NotPermitted):
        state(database, ward, walks, actor=ward.school_clerk)


def of_province(database, ward, walks):
    """Draft the province's decision on the cases of ``walks``."""
    return draft(database, ward, walks, unit_id=ward.units["tinh"], actor=ward.provincial_clerk)


def test_a_decision_that_leaves_out_who_was_stated_is_refused(database, ward, walks):
    go(database, ward, state(database, ward, walks), "issue")
    for walk in walks:
        walk.to("decide_at_province")
    paper_id = of_province(database, ward, walks[:2])
    checked = {"paper_id": paper_id, "actor": ward.provincial_chairman, "at": NOON}
    with pytest.raises(ListsDiffer) as caught, unit_of_work(database) as session:
        steps.check_content(session, **checked)
    assert caught.value.facts["difference"].vi == (
        "Đề nghị 03 cá nhân; danh sách này có 02 cá nhân. Còn thiếu: Ma Thị Ba."
    )
    with unit_of_work(database) as session:
        paper = steps.check_content(session, **checked, reason="Chờ xác minh đơn thư.")
        assert paper.state is OutgoingState.CONTENT_CHECKED


def test_five_and_four_stated_are_not_decided_as_five_and_three(database, ward):
    walks = [
        recommended(database, ward, kind, f"{name} {number}")
        for kind, name, count in (
            (SubjectKind.COLLECTIVE, "Tổ chuyên môn", 5),
            (SubjectKind.INDIVIDUAL, "Ma Thị", 4),
        )
        for number in range(1, count + 1)
    ]
    go(database, ward, state(database, ward, walks), "issue")
    for walk in walks:
        walk.to("decide_at_province")
    paper_id = of_province(database, ward, walks[:-1])
    with pytest.raises(ListsDiffer) as caught, unit_of_work(database) as session:
        steps.check_content(session, paper_id=paper_id, actor=ward.provincial_chairman, at=NOON)
    assert caught.value.facts["difference"].vi == (
        "Đề nghị 05 tập thể, 04 cá nhân; danh sách này có 05 tập thể, 03 cá nhân."
        " Còn thiếu: Ma Thị 4."
    )
