"""Notices on the pages: one's own, how one wants them, and the mails of all."""

import re

import pytest
from sqlalchemy import select, update

from engine.council.sessions import invite
from engine.notices import tell
from engine.notices.mails import write_mails
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalEntry, Mail, Notice, NoticeSetting, Position
from forms.vocabulary import MailState, MailTrouble, MailWay, NoticeKind, Outcome, VotingMode
from tests.engine.notices.told import notices, wants
from tests.walk import Walk, on_sqlite
from tests.ward import NOON
from tests.webapp.conftest import PASSWORD, Browser
from tests.webapp.council_sights import Sights

pytestmark = on_sqlite

ADDRESS = "mo@truong.example"


@pytest.fixture
def walk(database, ward):
    """A nomination that waits for the head of the school."""
    walk = Walk(database, ward).open()
    walk.do(Outcome.SUBMIT)
    return walk


def of(database, actor) -> Notice:
    return next(one for one in notices(database) if one.person_id == actor.person_id)


def setting(database, actor) -> NoticeSetting | None:
    with reading(database) as session:
        found = session.get(NoticeSetting, actor.person_id)
        session.expunge_all()
        return found


def have_mail(database, ward, **changes) -> int:
    """Have a mail to the head of the school, changed as asked; return its number."""
    wants(database, ward.school_head, address=ADDRESS)
    Walk(database, ward).open().do(Outcome.SUBMIT)
    with unit_of_work(database) as session:
        write_mails(session, NOON, domain="vanxuan.example")
        mail_id = session.scalars(select(Mail.id)).one()
        session.execute(update(Mail).values(**changes) if changes else select(1))
    return mail_id


def test_the_head_of_every_page_counts_what_is_unread(browse, walk, database):
    head = browse("school_head")
    assert "Thông báo (1)" in head.get("/").text
    assert "Thông báo (" not in browse("school_clerk").get("/").text


def test_many_unread_notices_are_not_counted_to_the_end(browse, database, ward):
    head = ward.school_head.person_id
    with unit_of_work(database) as session:
        for number in range(120):
            tell(session, NoticeKind.ESCALATED, [head], event=f"{number}", facts={}, at=NOON)
    assert "Thông báo (99+)" in browse("school_head").get("/").text


def test_a_notice_is_opened_and_read_at_once(browse, walk, database, ward):
    head = browse("school_head")
    page = head.get("/thong-bao").text
    assert f"Hồ sơ {walk.case().reference} chờ ông/bà xử lý" in page
    assert "Nguyễn Thị Ví Dụ" in page
    one = of(database, ward.school_head)
    answer = head.post(f"/thong-bao/{one.id}/mo")
    assert answer.status_code == 303
    assert answer.location == f"/cong-viec/{walk.task().id}"
    assert of(database, ward.school_head).read_at is not None
    assert "Thông báo (" not in head.get("/").text


def test_nobody_opens_or_reads_the_notice_of_another(browse, walk, database, ward):
    one = of(database, ward.school_head)
    clerk = browse("school_clerk")
    for path in ("mo", "da-doc"):
        assert clerk.post(f"/thong-bao/{one.id}/{path}").status_code == 404
    assert clerk.get(f"/thong-bao/{one.id}").status_code == 404
    assert of(database, ward.school_head).read_at is None


def test_all_of_ones_own_are_read_together_and_no_other(browse, walk, database, ward):
    browse("school_head").post("/thong-bao/da-doc-het")
    assert of(database, ward.school_head).read_at is not None
    assert of(database, ward.school_deputy).read_at is None


def test_where_a_mail_leads_says_what_it_said(browse, walk, database, ward):
    one = of(database, ward.school_head)
    page = browse("school_head").get(f"/thong-bao/{one.id}").text
    assert f"Hồ sơ {walk.case().reference} chờ ông/bà xử lý" in page
    assert "Bước xử lý" in page


def test_a_notice_leads_to_the_case_once_its_task_is_done(browse, walk, database, ward):
    one = of(database, ward.school_head)
    walk.do(Outcome.RECOMMEND)
    answer = browse("school_head").post(f"/thong-bao/{one.id}/mo")
    assert answer.location == f"/ho-so/{walk.case().reference}"


def test_a_called_session_is_opened_from_its_notice(browse, database, ward, tmp_path):
    sights = Sights(database, ward, tmp_path)
    session_id = sights.prepare(VotingMode.OPEN)
    with unit_of_work(database) as session:
        invite(session, session_id=session_id, **sights.secretary)
    called = [one for one in notices(database) if one.session_id]
    mine = next(one for one in called if one.person_id == ward.council_member.person_id)
    member = browse("council_member")
    assert "Địa điểm: Hội trường." in member.get("/thong-bao").text
    answer = member.post(f"/thong-bao/{mine.id}/mo")
    assert answer.location == f"/phien-hop/{session_id}"
    assert member.get(answer.location).status_code == 200


def test_unread_notices_come_first_and_every_one_is_on_one_page(browse, database, ward):
    head = ward.school_head.person_id
    with unit_of_work(database) as session:
        for number in range(120):
            tell(session, NoticeKind.ESCALATED, [head], event=f"{number}", facts={}, at=NOON)
        session.execute(update(Notice).where(Notice.id % 2 == 0).values(read_at=NOON))
    seen, address = [], "/thong-bao"
    browser = browse("school_head")
    while address:
        page = browser.get(address).text
        seen += [int(one) for one in re.findall(r'<h2 id="notice-(\d+)"', page)]
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = found.group(1) if found else ""
    assert len(seen) == len(set(seen)) == 120
    unread = [one for one in seen if one % 2]
    assert seen[:60] == unread == sorted(unread, reverse=True)
    for odd in ("x", "u", "r-1", "u" + "9" * 30, "u١"):
        assert browser.get(f"/thong-bao?sau={odd}").status_code == 200


def test_a_person_chooses_how_to_be_told(browse, database, ward):
    head = browse("school_head")
    typed = {"address": f" {ADDRESS} ", "way": "immediate", "password": PASSWORD}
    assert head.post("/thong-bao/cai-dat", typed).status_code == 303
    found = setting(database, ward.school_head)
    assert (found.address, found.way) == (ADDRESS, MailWay.IMMEDIATE)
    answer = head.post("/thong-bao/cai-dat", {"address": ADDRESS, "way": "digest"})
    assert answer.status_code == 303  # only the address wants the password
    with reading(database) as session:
        entries = session.scalars(
            select(JournalEntry).where(JournalEntry.action == "notice_setting.changed")
        ).all()
        assert [entry.detail["way"] for entry in entries] == [
            ["digest", "immediate"],
            ["immediate", "digest"],
        ]
        assert ADDRESS.encode() not in entries[0].body  # private: beside the entry


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"address": ADDRESS}, "Mật khẩu"),
        ({"address": ADDRESS, "password": "sai"}, "Mật khẩu"),
        ({"address": "mơ@truong", "password": PASSWORD}, "không phải địa chỉ"),
        ({"address": "a@b.example, c@d.example", "password": PASSWORD}, "không phải địa chỉ"),
        ({"address": "a@b.example\r\nBcc: x@y.example", "password": PASSWORD}, "địa chỉ"),
        ({"address": ""}, "Chưa có địa chỉ"),
        ({"address": ADDRESS, "password": PASSWORD, "way": "odd"}, "odd"),
    ],
)
def test_a_wrong_choice_is_kept_and_explained(browse, database, ward, typed, said):
    answer = browse("school_head").post("/thong-bao/cai-dat", {"way": "immediate"} | typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert PASSWORD not in answer.text
    assert setting(database, ward.school_head) is None


def test_who_manages_people_writes_down_their_address(browse, database, ward):
    path = f"/thong-bao/nguoi-dung/{ward.school_head.person_id}"
    assert browse("administrator").post(path, {"address": ADDRESS}).status_code == 303
    assert setting(database, ward.school_head).address == ADDRESS
    for key in ("ward_clerk", "school_head", "auditor"):
        assert browse(key).post(path, {"address": "x@y.example"}).status_code == 403
    assert setting(database, ward.school_head).address == ADDRESS
    assert browse("administrator").get("/thong-bao/nguoi-dung/99999").status_code == 404


@pytest.mark.parametrize(
    ("key", "status"),
    [("ward_clerk", 200), ("administrator", 200), ("school_head", 403), ("auditor", 403)],
)
def test_who_looks_after_mails_sees_them_and_the_templates(browse, database, ward, key, status):
    mail_id = have_mail(database, ward)
    browser = browse(key)
    for path in ("/thong-bao/thu", f"/thong-bao/thu/{mail_id}", "/thong-bao/mau"):
        assert browser.get(path).status_code == status, path
    wrong = browser.post(f"/thong-bao/thu/{mail_id}/gui-lai").status_code
    assert wrong == (303 if status == 200 else 403)


def test_every_template_is_shown_in_both_languages(browse):
    page = browse("ward_clerk").get("/thong-bao/mau").text
    for text in (
        "Hồ sơ HS-2030-0012 chờ ông/bà xử lý",
        "Nomination HS-2030-0012 waits for you",
        "Giấy mời họp: (tên phiên họp)",
        "Council session called: (name of session)",
        "Bản tin buổi sáng ngày 02/12/2030: 8 thông báo",
        "Morning digest of 02/12/2030: 8 notices",
    ):
        assert text in page


def test_a_mail_is_shown_as_it_went_out_with_what_became_of_it(browse, database, ward):
    mail_id = have_mail(
        database,
        ward,
        state=MailState.FAILED,
        trouble=MailTrouble.REFUSED,
        last_error="550 <b>No such user</b>",
        attempts=1,
    )
    page = browse("ward_clerk").get(f"/thong-bao/thu/{mail_id}").text
    assert "Kính gửi ông/bà Lê Thị Mơ," in page
    assert ADDRESS in page
    assert "550 &lt;b&gt;No such user&lt;/b&gt;" in page
    assert "bấm Gửi lại" in page


def test_a_refused_mail_is_sent_again_by_a_button(browse, database, ward):
    mail_id = have_mail(database, ward, state=MailState.FAILED)
    clerk = browse("ward_clerk")
    answer = clerk.post(f"/thong-bao/thu/{mail_id}/gui-lai")
    assert answer.location == f"/thong-bao/thu/{mail_id}"
    assert "gửi lại trong ít phút" in clerk.get(answer.location).text
    with reading(database) as session:
        assert session.get_one(Mail, mail_id).state is MailState.WAITING


def test_what_may_have_gone_out_twice_says_so(browse, database, ward):
    state = MailState.MAYBE_SENT_TWICE
    mail_id = have_mail(database, ward, state=state, is_unsure=True, sent_at=NOON)
    clerk = browse("ward_clerk")
    assert "Có thể đã gửi hai lần" in clerk.get("/thong-bao/thu").text
    page = clerk.get(f"/thong-bao/thu/{mail_id}").text
    assert "có thể nhận được thư này hai lần" in page


def test_without_a_mail_server_the_pages_say_so(browse):
    clerk = browse("ward_clerk")
    assert "THIDUA_SMTP_HOST" in clerk.get("/thong-bao/thu").text
    for path in ("/thong-bao", "/thong-bao/cai-dat"):
        assert "chưa có máy chủ thư" in clerk.get(path).text


def test_what_is_wrong_with_the_server_is_said_with_its_mend(
    settings, make_app, database, ward, accounts
):
    have_mail(database, ward, trouble=MailTrouble.AWAY, last_error="Connection refused")
    with_server = settings.model_copy(
        update={"smtp_host": "mail.vanxuan.example", "smtp_from": "thidua@vanxuan.example"}
    )
    browser = Browser(make_app(with_server).test_client())
    browser.post("/dang-nhap", {"username": "ward_clerk", "password": PASSWORD})
    page = browser.get("/thong-bao/thu").text
    assert "Không kết nối được máy chủ thư" in page
    assert "Connection refused" in page
    assert "THIDUA_SMTP_PORT" in page
    assert "mail.vanxuan.example" in page


def test_who_may_not_see_a_case_any_more_reads_no_name(browse, walk, database, ward):
    with unit_of_work(database) as session:
        session.execute(
            update(Position)
            .where(Position.person_id == ward.school_head.person_id)
            .values(ends_on=NOON.date().replace(month=11))
        )
    head = browse("school_head")
    page = head.get("/thong-bao").text
    assert walk.case().reference in page
    assert "Nguyễn Thị Ví Dụ" not in page
    one = of(database, ward.school_head)
    assert head.post(f"/thong-bao/{one.id}/mo").location == "/thong-bao"
