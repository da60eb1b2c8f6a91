"""The end of a session on its pages: what goes into the cases, the minutes, who signs."""

import re
from datetime import date

import pytest

from engine.settings import put_setting
from engine.store.database import unit_of_work
from engine.store.models import AgendaItem, Case, CouncilSession
from forms.vocabulary import SessionState
from tests.engine.council.held import hold_session
from tests.walk import new_key, on_sqlite
from tests.ward import NOON
from tests.webapp.test_session_votes import read

HASH = re.compile(r'name="content_hash" value="([0-9a-f]{64})"')


@pytest.fixture
def held(database, accounts):
    """Return an open session of five, and two nominations that wait for it."""
    return hold_session(database, accounts, names=2)


@pytest.fixture
def secretary(browse):
    return browse("council_secretary")


def address(held, page):
    return f"/phien-hop/{held.id}/{page}"


def send(browser, held, page, **fields):
    return browser.post(address(held, page), {"key": new_key(), **fields})


def state(held):
    return held.read(lambda session, meeting: meeting.state)


@on_sqlite
def test_a_session_with_an_open_item_is_not_closed(held, secretary):
    held.vote("AAAAA", items=held.items[:1])
    said = read(secretary, address(held, "be-mac"))
    assert "Chưa bế mạc được" in said
    assert "Bế mạc và chuyển kết quả vào hồ sơ" not in said
    refused = send(secretary, held, "be-mac")
    assert refused.status_code == 409
    assert "Các mục 2 chưa biểu quyết xong" in refused.text
    assert state(held) is SessionState.OPEN


@on_sqlite
def test_a_rule_that_stands_against_an_item_wants_a_reason_there(held, secretary):
    held.vote("AAADD")
    with unit_of_work(held.database) as session:
        put_setting(
            session,
            name="council_pass_percent",
            value="70",
            actor=held.ward.administrator,
            at=NOON,
            applies_from=date(2030, 12, 1),
        )
    page = secretary.get(address(held, "be-mac")).text
    assert page.count("<textarea") == 2
    reasons = {f"override.{held.items[0]}": "Quy chế mới chưa áp dụng."}
    refused = send(secretary, held, "be-mac", **reasons)
    assert refused.status_code == 409
    assert "Các mục 2 đạt phiếu nhưng đang vướng quy định" in refused.text
    assert "Quy chế mới chưa áp dụng.</textarea>" in refused.text
    assert state(held) is SessionState.OPEN
    too_long = {f"override.{one}": "a" * 2_001 for one in held.items}
    assert send(secretary, held, "be-mac", **too_long).status_code == 422
    reasons[f"override.{held.items[1]}"] = "Như trên."
    assert send(secretary, held, "be-mac", **reasons).status_code == 303
    assert state(held) is SessionState.CLOSED
    again = send(secretary, held, "be-mac", **reasons)
    assert again.status_code == 303
    assert again.location.endswith(f"/phien-hop/{held.id}")


@on_sqlite
def test_a_secretary_who_is_nominated_reads_why_the_session_is_not_closed(held, secretary):
    held.vote("AAAAA")
    with unit_of_work(held.database) as session:
        item = session.get_one(AgendaItem, held.items[0])
        session.get_one(Case, item.case_id).subject_person_id = held.secretary.person_id
    refused = send(secretary, held, "be-mac")
    assert refused.status_code == 403
    assert "Không ai được xét hồ sơ đề nghị cho chính" in refused.text
    assert "Chuyển vào hồ sơ khi bế mạc" in refused.text
    assert state(held) is SessionState.OPEN


@on_sqlite
def test_remarks_take_back_a_signature_and_the_second_one_freezes(held, secretary, browse):
    held.vote("AAAAA")
    assert "bản dự thảo" in read(secretary, address(held, "bien-ban"))
    send(secretary, held, "be-mac")
    chair, member = browse("ward_chairman"), browse("council_member")
    assert HASH.search(member.get(address(held, "bien-ban")).text) is None
    sign(secretary, held)
    old = HASH.search(chair.get(address(held, "bien-ban")).text)[1]
    answer = send(secretary, held, "bien-ban", action="remarks", remarks="Nộp sớm hơn.")
    assert answer.status_code == 303
    said = read(secretary, address(held, "bien-ban"))
    assert said.count("chưa ký") == 2
    stale = send(chair, held, "bien-ban", action="sign", content_hash=old)
    assert stale.status_code == 409
    assert send(chair, held, "bien-ban", action="remarks", remarks="x").status_code == 403
    assert send(member, held, "bien-ban", action="sign", content_hash=old).status_code == 403
    long = send(secretary, held, "bien-ban", action="remarks", remarks="a" * 8_001)
    assert long.status_code == 422
    draft = secretary.get(address(held, "bien-ban.pdf")).data
    sign(secretary, held)
    sign(chair, held)
    assert state(held) is SessionState.SIGNED
    frozen = secretary.get(address(held, "bien-ban.pdf"))
    assert frozen.mimetype == "application/pdf"
    assert frozen.data != draft
    assert secretary.get(address(held, "bien-ban-kiem-phieu.pdf")).status_code == 404


def sign(browser, held):
    found = HASH.search(browser.get(address(held, "bien-ban")).text)
    answer = send(browser, held, "bien-ban", action="sign", content_hash=found[1])
    assert answer.status_code == 303, answer.text


@on_sqlite
def test_a_recalled_session_shows_that_its_votes_are_void(held, secretary):
    held.vote("AAAAA")
    again = send(
        secretary, held, "hoan", reason="Mất điện", day="05/12/2030", hour="8h", place="HT"
    )
    assert again.status_code == 303
    said = read(secretary, f"/phien-hop/{held.id}")
    assert "Phiên họp không tiến hành: Mất điện Mở phiên họp lại" in said
    said = read(secretary, address(held, "ket-qua"))
    assert "các lượt biểu quyết không còn giá trị" in said
    assert "5/5" not in said
    new = held.read(
        lambda session, meeting: (
            session.query(CouncilSession).filter_by(recalled_from_id=meeting.id).one()
        )
    )
    assert "Chương trình có 2 hồ sơ. Gửi giấy mời họp." in read(
        secretary, f"/phien-hop/{new.id}"
    )
