"""Pages of delegations and of who works on a task: seen, sent, forged, and typed wrong."""

import pytest
from sqlalchemy import func, select

from engine.delegations import end_delegation
from engine.store.database import reading, unit_of_work
from engine.store.models import Delegation, UserTask
from forms.vocabulary import Award, Outcome
from tests.delegating import give
from tests.walk import Walk, new_key, on_sqlite, traces
from tests.ward import NOON

pytestmark = on_sqlite


@pytest.fixture
def form(ward):
    """What the chairman types to let a member of the council act for them."""
    return {
        "place": f"ward_chairman:{ward.units['phuong']}",
        "delegate_id": str(ward.council_member.person_id),
        "starts_on": "02/12/2030",
        "ends_on": "20/12/2030",
        "paper_number": "15/UQ-UBND",
        "paper_dated_on": "01/12/2030",
        "reason": "Đi công tác",
    }


@pytest.fixture
def walk(database, ward):
    """A nomination that waits for the chairman of the ward or the deputy."""
    return Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("decide_at_ward")


def count(database):
    with reading(database) as session:
        return session.scalar(select(func.count(Delegation.id)))


def assignee(database, walk):
    with reading(database) as session:
        return session.get_one(UserTask, walk.task().id).assignee_id


def test_a_delegation_is_given_seen_by_both_and_ended(browse, database, ward, form):
    chairman = browse("ward_chairman")
    sent = chairman.post("/uy-quyen", {**form, "key": new_key()})
    assert sent.status_code == 303
    page = chairman.get("/uy-quyen").text
    assert "Đã ủy quyền cho ông/bà Ngô Thị Bàn" in page
    assert "15/UQ-UBND" in page
    assert "Đi công tác" in page
    member = browse("council_member")
    assert "Đang xử lý thay ông/bà Đặng Văn Ký" in member.get("/").text
    assert "Đi công tác" not in browse("auditor").get("/uy-quyen").text
    assert "vắng mặt đến hết ngày 20/12/2030" in browse("ward_clerk").get("/hang-cho").text
    with reading(database) as session:
        number = session.scalars(select(Delegation.id)).one()
    asked = member.get(f"/uy-quyen/{number}/cham-dut").text
    assert "Đặng Văn Ký ủy quyền cho Ngô Thị Bàn" in asked
    ended = member.post(f"/uy-quyen/{number}/cham-dut", {"key": new_key()})
    assert ended.status_code == 303
    assert "Đang xử lý thay" not in member.get("/").text
    assert "Đã chấm dứt trước hạn" in chairman.get("/uy-quyen").text


def test_a_double_click_gives_one_delegation(browse, database, form):
    chairman, sent = browse("ward_chairman"), {**form, "key": new_key()}
    for _ in range(2):
        assert chairman.post("/uy-quyen", sent).status_code == 303
    assert count(database) == 1


WRONG = (
    # what is changed, the status, a part of what is said
    ({"paper_number": ""}, 422, "Ô này còn trống"),
    ({"ends_on": "31/13/2030"}, 422, "không phải là một ngày"),
    ({"ends_on": "20/12/2033"}, 422, "dài quá một năm"),
    ({"starts_on": "01/12/2030"}, 422, "đã qua"),
    ({"delegate_id": "x"}, 422, "không phải là số đếm"),
    ({"place": "council_member:2"}, 422, "tự biểu quyết"),
    ({"place": "ward_chairman"}, 422, "không có trong danh sách"),
    ({"place": "unit_head:3"}, 403, "Không có quyền"),
    ({"awards": "vang"}, 422, "không có trong danh sách"),
)


def test_what_is_typed_wrong_is_kept_and_said_beside_its_box(browse, database, form):
    chairman = browse("ward_chairman")
    before = traces(database)
    for changes, status, said in WRONG:
        answer = chairman.post("/uy-quyen", {**form, **changes, "key": new_key()})
        assert (answer.status_code, said in answer.text) == (status, True), changes
        if status == 422:
            assert "Đi công tác" in answer.text, "the typed text is kept"
            assert 'class="error-summary"' in answer.text
    assert count(database) == 0
    assert traces(database) == before


def test_who_has_no_role_to_delegate_sees_no_form_and_gives_nothing(browse, database, form):
    for who in ("council_member", "school_clerk", "auditor", "administrator"):
        person = browse(who)
        assert "Ghi nhận ủy quyền" not in person.get("/uy-quyen").text
        assert person.post("/uy-quyen", {**form, "key": new_key()}).status_code == 403
    assert count(database) == 0


def test_nobody_else_opens_or_ends_a_delegation(browse, database, ward):
    with unit_of_work(database) as session:
        number = give(session, ward.ward_chairman, ward.council_member).id
    for who in ("ward_clerk", "auditor", "school_head"):
        person = browse(who)
        assert person.get(f"/uy-quyen/{number}/cham-dut").status_code == 404
        forged = person.post(f"/uy-quyen/{number}/cham-dut", {"key": new_key()})
        assert forged.status_code == 404
    with reading(database) as session:
        assert session.get_one(Delegation, number).ended_at is None


def test_a_delegate_does_the_task_and_the_pages_name_both(browse, database, ward, walk):
    with unit_of_work(database) as session:
        give(session, ward.ward_chairman, ward.council_member)
    member, task = browse("council_member"), walk.task()
    assert "thay Đặng Văn Ký" in member.get("/").text
    page = member.get(f"/cong-viec/{task.id}")
    assert "Ông/bà xử lý việc này thay Đặng Văn Ký" in page.text
    done = member.post(
        f"/cong-viec/{task.id}/recommend",
        {"form": "review.v1", "content_hash": walk.content_hash(), "key": new_key()},
    )
    assert done.status_code == 303
    reference = walk.case().reference
    for tab in ("opinions", "journal"):
        shown = browse("auditor").get(f"/ho-so/{reference}?tab={tab}").text
        assert "Ngô Thị Bàn" in shown
        assert "Thay Đặng Văn Ký, theo văn bản số 15/UQ-UBND" in shown
    assert "Thay Đặng Văn Ký" in browse("auditor").get(f"/ho-so/{reference}/duong-di").text


def test_a_delegate_is_offered_no_award_and_cannot_forge_one(browse, database, ward):
    walk = Walk(database, ward).open(award=Award.UNIT_CERTIFICATE).to("decide_at_ward")
    with unit_of_work(database) as session:
        give(session, ward.ward_chairman, ward.council_member)
    member, address = browse("council_member"), f"/cong-viec/{walk.task().id}"
    assert f"{address}/award" not in member.get(address).text
    assert member.get(f"{address}/award").status_code == 404
    assert f"{address}/award" in browse("ward_chairman").get(address).text


def test_a_task_is_claimed_given_back_and_handed_on(browse, database, ward, walk):
    chairman, deputy = browse("ward_chairman"), browse("ward_deputy")
    address = f"/cong-viec/{walk.task().id}"
    assert "Nhận việc" in chairman.get(address).text
    assert chairman.post(f"{address}/nhan-viec", {"key": new_key()}).status_code == 303
    mine, other = chairman.get(address).text, deputy.get(address).text
    assert "Trả việc" in mine
    assert f"{address}/recommend" in mine
    assert "Ông/bà Đặng Văn Ký đang xử lý việc này" in other
    assert f"{address}/recommend" not in other
    assert "Đặng Văn Ký đang xử lý" in deputy.get("/?taken=others").text
    assert "Không có việc nào phù hợp" in deputy.get("/?taken=nobody").text
    refused = deputy.post(f"{address}/nhan-viec", {"key": new_key()})
    assert refused.status_code == 409
    assert "Đặng Văn Ký" in refused.text
    assert chairman.post(f"{address}/tra-viec", {"key": new_key()}).status_code == 303
    assert assignee(database, walk) is None
    clerk, fields = browse("ward_clerk"), {"person_id": str(ward.ward_deputy.person_id)}
    assert "Dương Thị Thay" in clerk.get(f"{address}/phan-cong").text
    handed = clerk.post(f"{address}/phan-cong", {**fields, "key": new_key()})
    assert handed.status_code == 303
    assert assignee(database, walk) == ward.ward_deputy.person_id


def test_what_others_work_on_is_refused_with_what_was_typed(browse, database, ward, walk):
    address = f"/cong-viec/{walk.task().id}"
    browse("ward_chairman").post(f"{address}/nhan-viec", {"key": new_key()})
    deputy = browse("ward_deputy")
    before = traces(database)
    answer = deputy.post(
        f"{address}/reject",
        {
            "form": "rejection.v1",
            "reason": "Chưa đạt tiêu chuẩn.",
            "content_hash": walk.content_hash(),
            "key": new_key(),
        },
    )
    assert answer.status_code == 409
    assert "Ông/bà Đặng Văn Ký đang xử lý việc này" in answer.text
    assert "Chưa đạt tiêu chuẩn." in answer.text
    assert traces(database) == before


def test_forged_assignments_change_nothing(browse, database, ward, walk):
    people = [browse(who) for who in ("council_member", "company_head", "auditor")]
    clerk, address = browse("ward_clerk"), f"/cong-viec/{walk.task().id}"
    before = traces(database)
    for person in people:
        for deed in ("nhan-viec", "tra-viec", "phan-cong"):
            fields = {"person_id": str(ward.ward_deputy.person_id), "key": new_key()}
            answer = person.post(f"{address}/{deed}", fields)
            assert answer.status_code in (403, 404), deed
    for nobody in ("", "x", "4711", "999999999999"):
        fields = {"person_id": nobody, "key": new_key()}
        answer = clerk.post(f"{address}/phan-cong", fields)
        assert answer.status_code == 422, nobody
        assert 'class="error-summary"' in answer.text
    assert traces(database) == before
    assert assignee(database, walk) is None


def test_a_delegation_that_ended_leaves_no_task_open_to_the_delegate(
    browse, database, ward, walk
):
    with unit_of_work(database) as session:
        number = give(session, ward.ward_chairman, ward.council_member).id
    member, address = browse("council_member"), f"/cong-viec/{walk.task().id}"
    assert member.get(address).status_code == 200
    with unit_of_work(database) as session:
        end_delegation(session, delegation_id=number, actor=ward.ward_chairman, at=NOON)
    assert member.get(address).status_code == 403
    forged = member.post(
        f"{address}/recommend",
        {"form": "review.v1", "content_hash": walk.content_hash(), "key": new_key()},
    )
    assert forged.status_code == 403
    assert walk.task().outcomes[0] == Outcome.RECOMMEND.value
