"""Writing a nomination in a browser without JavaScript: open, fill in, check, submit."""

import html
import io
import re
import unicodedata
import uuid

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine.store.database import reading
from engine.store.models import Attachment, Case, Draft
from forms.vocabulary import CaseState, Outcome
from tests.engine.samples import PDF
from tests.walk import NOMINATION, Walk, traces

SUBJECT = {
    "subject_name": "Nguyễn Thị Ví Dụ",
    "subject_title": "Giáo viên",
    "managing_body": "Trường Trung học cơ sở Hoa Ban",
}
CRITERIA = {"contents": ["ND1", "ND5"], "criteria.CN1": "Hai sáng kiến được áp dụng."}
ACHIEVEMENTS = {
    "summary": "Có hai sáng kiến về chuyển đổi số.",
    "achievements": "Xây dựng kho học liệu số dùng chung cho toàn trường.",
    "achieved_from": "01/09/2026",
    "achieved_to": "05/2030",
}


def opening(ward, **changes):
    return {
        "key": uuid.uuid4().hex,
        "award": "unit_certificate",
        "subject_kind": "individual",
        "subject_name": "Nguyễn Thị Ví Dụ",
        "unit": ward.units["truong"],
        **changes,
    }


def hidden(answer, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, f"no {name} in {answer.text}"
    return html.unescape(found.group(1))


@pytest.fixture
def clerk(browse):
    return browse("school_clerk")


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open()


@pytest.fixture
def at(walk):
    """Address of a page of the draft."""
    task_id = walk.task().id
    return lambda page: f"/cong-viec/{task_id}/{page}"


@pytest.fixture
def save(clerk, at):
    """Save a section as its page would, building on what the page shows now."""

    def save(section, browser=clerk, version=None, **fields):
        address = at(f"lap/{section}")
        if version is None:
            version = hidden(browser.get(address), "version")
        key = uuid.uuid4().hex
        return browser.post(address, {"key": key, "version": version, **fields})

    return save


@pytest.fixture
def written(save):
    """Fill in every section."""
    save("subject", **SUBJECT)
    save("criteria", **CRITERIA)
    save("achievements", **ACHIEVEMENTS)


def test_a_round_offers_the_awards_of_the_plan_alone(clerk, ward):
    page = clerk.get(f"/de-nghi/moi?dot={ward.annual_id}").text
    assert "provincial_merit" in page
    assert "labor_order" not in page


def test_with_two_open_rounds_the_person_chooses(clerk, ward):
    page = clerk.get("/de-nghi/moi").text
    assert f"?dot={ward.annual_id}" in page
    assert f"?dot={ward.final_id}" in page
    assert f"?dot={ward.closed_id}" not in page


def test_opening_leads_to_the_first_section(clerk, ward, database):
    answer = clerk.post(f"/de-nghi/moi?dot={ward.annual_id}", opening(ward))
    assert answer.status_code == 303
    page = clerk.get(answer.location).text
    assert 'value="Nguyễn Thị Ví Dụ"' in page
    with reading(database) as session:
        assert session.scalar(select(Case.subject_name)) == "Nguyễn Thị Ví Dụ"


def test_a_known_person_is_nominated_by_id(clerk, ward, database):
    person = ward.school_head.person_id
    fields = opening(ward, subject_name="", known=f"person-{person}")
    assert clerk.post(f"/de-nghi/moi?dot={ward.annual_id}", fields).status_code == 303
    with reading(database) as session:
        case = session.scalars(select(Case)).one()
        assert (case.subject_person_id, case.subject_name) == (person, "Lê Thị Mơ")


def test_a_forged_award_is_refused_with_the_section_of_the_plan(clerk, ward, database):
    before = traces(database)
    answer = clerk.post(
        f"/de-nghi/moi?dot={ward.annual_id}", opening(ward, award="labor_order")
    )
    assert answer.status_code == 422
    assert "mục IV.2.a của Kế hoạch số" in answer.text
    assert 'value="Nguyễn Thị Ví Dụ"' in answer.text
    assert traces(database) == before


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        pytest.param({"award": ""}, "#f-award", id="no-award"),
        pytest.param({"award": "knighthood"}, "#f-award", id="no-such-award"),
        pytest.param({"subject_name": " "}, "#f-subject_name", id="nobody"),
        pytest.param({"subject_kind": "household"}, "#f-subject_kind", id="household"),
        pytest.param({"known": "person-999999"}, "#f-known", id="unknown-person"),
        pytest.param({"known": "unit-1"}, "#f-known", id="unit-as-individual"),
        pytest.param({"unit": "x"}, "#f-unit", id="no-unit"),
        pytest.param({"outcome": "awarded"}, "outcome", id="unknown-field"),
    ],
)
def test_a_bad_opening_is_refused(clerk, ward, database, changes, link):
    before = traces(database)
    answer = clerk.post(f"/de-nghi/moi?dot={ward.annual_id}", opening(ward, **changes))
    assert answer.status_code == 422
    assert link in answer.text
    assert 'role="alert"' in answer.text
    assert traces(database) == before


def test_nobody_opens_a_case_for_another_unit(clerk, ward, database):
    before = traces(database)
    fields = opening(ward, unit=ward.units["cong-ty"])
    assert clerk.post(f"/de-nghi/moi?dot={ward.annual_id}", fields).status_code == 403
    assert traces(database) == before


def test_who_submits_for_no_unit_begins_nothing(browse):
    assert browse("auditor").get("/de-nghi/moi").status_code == 403


def test_two_clicks_on_the_opening_open_one_case(clerk, ward, database):
    fields = opening(ward)
    address = f"/de-nghi/moi?dot={ward.annual_id}"
    assert clerk.post(address, fields).location == clerk.post(address, fields).location
    with reading(database) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_section_is_saved_and_leads_to_the_next(save, at, clerk):
    answer = save("subject", action="next", **SUBJECT)
    assert answer.status_code == 303
    assert answer.location == at("lap/criteria")
    assert 'value="Giáo viên"' in clerk.get(at("lap/subject")).text


def test_saving_says_when(save, at, clerk):
    save("subject", action="save", **SUBJECT)
    assert "Đã lưu lúc 02/12/2030" in clerk.get(at("lap/subject")).text


def test_an_unfinished_section_is_saved_and_marked(save, at, clerk):
    assert save("subject", subject_name="").status_code == 303
    assert clerk.get(at("lap/subject")).text.count("Còn thiếu") == 3


def test_what_is_wrong_is_saved_and_said_beside_its_box(save, clerk, at):
    answer = save("achievements", **{**ACHIEVEMENTS, "achieved_from": "31/02/2026"})
    assert answer.status_code == 422
    assert 'href="#f-achieved_from"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="31/02/2026"' in answer.text


def test_8001_characters_are_refused_and_kept(save):
    answer = save("achievements", **{**ACHIEVEMENTS, "achievements": "ă" * 8001})
    assert answer.status_code == 422
    assert "8.001" in answer.text
    assert "ă" * 8001 in answer.text


def test_a_field_of_another_section_is_refused(save, database):
    before = traces(database)
    answer = save("subject", **SUBJECT, summary="x", state="awarded")
    assert answer.status_code == 422
    assert "Biểu mẫu này không có ô “summary”" in answer.text
    assert traces(database) == before


def test_markup_is_shown_as_text(save, clerk, at):
    save("achievements", **{**ACHIEVEMENTS, "achievements": "</textarea><script>x</script>"})
    for page in ("lap/achievements", "kiem-tra"):
        text = clerk.get(at(page)).text
        assert "<script>x" not in text
        assert "&lt;script&gt;x" in text


def test_the_unit_writes_together_and_sees_both_texts_in_a_conflict(save, browse, at, database):
    head = browse("school_head")
    save("subject", **SUBJECT)
    version = hidden(head.get(at("lap/subject")), "version")
    save("subject", **{**SUBJECT, "subject_title": "Tổ trưởng"})
    answer = save("subject", head, version=version, **{**SUBJECT, "subject_title": "Tổ phó"})
    assert answer.status_code == 409
    assert "Đỗ Thị Thử" in answer.text
    assert 'value="Tổ phó"' in answer.text
    assert "Tổ trưởng" in answer.text
    again = save("subject", head, version=hidden(answer, "version"), **SUBJECT)
    assert again.status_code == 303


def test_more_rows_are_offered_on_demand(save, clerk):
    row = {"prior_awards.0.award": "Giấy khen", "prior_awards.0.authority": "Phường"}
    answer = save("prior-awards", action="rows", **row)
    page = clerk.get(answer.location).text
    assert 'name="prior_awards.2.award"' in page
    assert 'value="Giấy khen"' in page


@pytest.mark.parametrize("row", ["x", "²", "99", "9" * 5000])
def test_a_row_that_no_page_shows_is_refused(save, database, row):
    before = traces(database)
    answer = save("prior-awards", **{f"prior_awards.{row}.award": "Giấy khen"})
    assert answer.status_code == 422
    assert traces(database) == before


def test_an_odd_version_or_count_of_rows_is_nobodys(save, clerk, at):
    assert save("subject", version="9" * 5000, **SUBJECT).status_code == 303
    assert clerk.get(at("lap/prior-awards") + "?dong=" + "9" * 5000).status_code == 200


def test_a_file_is_added_shown_and_taken_out(save, clerk, at, walk, database):
    upload = (io.BytesIO(PDF), "Minh chứng.pdf")
    assert save("evidence", action="upload", upload=upload).status_code == 303
    page = clerk.get(at("lap/evidence")).text
    assert "Minh chứng.pdf" in page
    file_id = re.search(r"/tep/(\d+)/bo", page).group(1)
    address = at("lap/evidence")
    answer = clerk.post(f"/tep/{file_id}/bo", {"key": uuid.uuid4().hex, "next": address})
    assert answer.location == address
    assert "Chưa có tệp nào" in clerk.get(address).text
    with reading(database) as session:
        assert session.scalar(select(Attachment.removed_at)) is not None


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        pytest.param("a.pdf", b"<html><body>x</body></html>", "nội dung", id="html-as-pdf"),
        pytest.param("a.exe", b"MZ" + b"\0" * 100, "chỉ nhận", id="program"),
        pytest.param("a.pdf", b"", "rỗng", id="empty"),
        pytest.param("a.pdf", PDF + b"x" * 21_000_000, "tối đa là 20 MB", id="21-mb"),
    ],
)
def test_a_refused_file_leaves_the_text_and_changes_nothing(
    save, clerk, at, database, name, data, says
):
    save("evidence", evidence_note="cũ")
    before = traces(database)
    fields = {
        "csrf_token": clerk.token(),
        "version": "1",
        "action": "upload",
        "evidence_note": "Ghi chú mới",
        "upload": FileStorage(io.BytesIO(data), name),
    }
    boundary, body = encode_multipart(fields)  # in memory: a temporary file would stay open
    kind = f"multipart/form-data; boundary={boundary}"
    answer = clerk.client.post(at("lap/evidence"), data=body, content_type=kind)
    assert answer.status_code == 422
    assert says in answer.text
    assert "Ghi chú mới" in answer.text
    assert traces(database) == before


def test_the_last_page_says_what_is_missing_and_leads_there(clerk, at, save):
    save("subject", **SUBJECT)
    page = clerk.get(at("kiem-tra")).text
    assert f"{at('lap/achievements')}?kiem=1#f-summary" in page
    assert clerk.get(at("lap/achievements") + "?kiem=1").text.count('aria-invalid="true"') == 4


@pytest.mark.usefixtures("written")
def test_a_whole_nomination_is_submitted(clerk, at, walk):
    page = clerk.get(at("kiem-tra"))
    fields = {"key": hidden(page, "key"), "content_hash": hidden(page, "content_hash")}
    answer = clerk.post(at("kiem-tra"), {**fields, "declaration": "yes"})
    assert answer.status_code == 303
    receipt = clerk.get(answer.location).text
    assert walk.case().reference in receipt
    assert "Thủ trưởng đơn vị" in receipt
    assert walk.case().state is CaseState.IN_REVIEW


@pytest.mark.usefixtures("written")
def test_two_clicks_submit_once(clerk, at, walk):
    page = clerk.get(at("kiem-tra"))
    fields = {"key": hidden(page, "key"), "content_hash": hidden(page, "content_hash")}
    answers = [clerk.post(at("kiem-tra"), {**fields, "declaration": "yes"}) for _ in range(2)]
    assert [answer.location for answer in answers] == [at("da-nop")] * 2
    assert len([one for one in walk.journal() if one.action == "task.completed"]) == 1


@pytest.mark.usefixtures("written")
def test_without_the_declaration_nothing_is_submitted(clerk, at, database):
    before = traces(database)
    page = clerk.get(at("kiem-tra"))
    answer = clerk.post(
        at("kiem-tra"),
        {"key": hidden(page, "key"), "content_hash": hidden(page, "content_hash")},
    )
    assert answer.status_code == 422
    assert 'href="#f-declaration"' in answer.text
    assert traces(database) == before


@pytest.mark.usefixtures("written")
def test_what_changed_after_it_was_read_is_not_submitted(clerk, at, save, database):
    page = clerk.get(at("kiem-tra"))
    save("subject", **{**SUBJECT, "subject_title": "Hiệu phó"})
    before = traces(database)
    fields = {"key": hidden(page, "key"), "content_hash": hidden(page, "content_hash")}
    answer = clerk.post(at("kiem-tra"), {**fields, "declaration": "yes"})
    assert answer.status_code == 409
    assert "Hiệu phó" in answer.text
    assert traces(database) == before


@pytest.mark.usefixtures("written")
def test_a_period_outside_the_movement_is_a_warning_alone(clerk, at, save):
    save("achievements", **{**ACHIEVEMENTS, "achieved_from": "01/2020"})
    assert "ngoài thời gian của" in clerk.get(at("kiem-tra")).text


def test_a_returned_nomination_shows_exactly_the_ticks_and_the_reason(walk, browse):
    walk.do(Outcome.SUBMIT)
    walk.to("appraise_at_ward") if walk.task().element_id != "review_at_unit" else None
    walk.do(Outcome.RETURN)
    clerk = browse("school_clerk")
    page = clerk.get(f"/cong-viec/{walk.task().id}/lap/achievements").text
    assert "Thiếu số liệu chứng minh thành tích" in page
    assert "Chưa rõ thời gian lập thành tích" in page
    assert "Bổ sung số liệu và thời gian lập thành tích." in page
    assert "Thiếu thành phần hồ sơ" not in page
    assert 'id="f-achievements-ticks"' in page
    assert NOMINATION["achievements"] in page


def test_strangers_do_not_know_of_the_draft(at, browse):
    for person in ("company_head", "administrator"):
        assert browse(person).get(at("lap/subject")).status_code == 404


def test_an_auditor_may_not_write(at, browse):
    assert browse("auditor").get(at("lap/subject")).status_code in (403, 404)


def test_kept_text_is_shown_again_and_not_saved(clerk, at, database):
    before = traces(database)
    answer = clerk.post(
        at("lap/subject"),
        {"_resume": "1", "version": "", **SUBJECT, "subject_title": "Đang gõ dở"},
    )
    assert answer.status_code == 200
    assert 'value="Đang gõ dở"' in answer.text
    assert traces(database) == before


def test_decomposed_letters_are_stored_composed(save, clerk, at, walk, database):
    decomposed = unicodedata.normalize("NFD", SUBJECT["subject_name"])
    save("subject", **{**SUBJECT, "subject_name": decomposed})
    save("criteria", **CRITERIA)
    save("achievements", **ACHIEVEMENTS)
    page = clerk.get(at("kiem-tra"))
    fields = {"key": hidden(page, "key"), "content_hash": hidden(page, "content_hash")}
    assert clerk.post(at("kiem-tra"), {**fields, "declaration": "yes"}).status_code == 303
    assert walk.case().subject_name == SUBJECT["subject_name"]
    with reading(database) as session:
        assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_who_submits_after_a_colleague_learns_that_it_is_done(walk, browse, at):
    head = browse("school_head")
    sent = {"key": uuid.uuid4().hex, "declaration": "yes", "content_hash": "-"}
    address = at("kiem-tra")
    walk.do(Outcome.SUBMIT)
    before = traces(walk.database)
    assert head.post(address, sent).status_code == 409
    assert traces(walk.database) == before
