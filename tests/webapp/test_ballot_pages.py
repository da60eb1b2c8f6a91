"""The votes of a session in a browser: the sheet, interests, and what is read beside them."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.accounts import create_account
from engine.council.agenda import add_items
from engine.council.sessions import prepare_session
from engine.office import OPERATOR
from engine.queries.ballot_pages import get_sheet
from engine.settings import put_setting
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    Conflict,
    OpenBallot,
    SessionSeat,
    Voting,
)
from forms.vocabulary import BallotChoice, ConflictKind, Outcome, VotingMode
from tests.council import build_council, walk_to_council
from tests.engine.council.meetings import hold_meeting
from tests.statements import counted
from tests.walk import on_sqlite
from tests.ward import NOON
from tests.webapp.conftest import CHEAP, PASSWORD

AGREE, DISAGREE, ABSTAIN = (one.value for one in BallotChoice)


@pytest.fixture
def hold(database, accounts):
    """Return what makes an open session of eleven; the accounts are there before it."""
    return lambda **options: hold_meeting(database, accounts, **options)


@pytest.fixture
def chairman(browse):
    return browse("ward_chairman")


@pytest.fixture
def secretary(browse):
    return browse("council_secretary")


def address(meeting, page="phieu"):
    return f"/phien-hop/{meeting.id}/{page}"


def filled(meeting, voting, choice=AGREE, **more):
    """Return a sheet with the same choice everywhere."""
    votes = [vote.id for vote in meeting.votes(voting)]
    return {"voting": voting.id, **{f"choice.{one}": choice for one in votes}, **more}


def confirmed(page, **more):
    """Return what the button of the page that asks to confirm sends."""
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    kept = {name: html.unescape(value) for name, value in hidden if name != "csrf_token"}
    return {**kept, "action": "cast", **more}


def hand_in(browser, meeting, sheet):
    """Send a sheet, confirm it; return the answer to the confirmation."""
    asked = browser.post(address(meeting), sheet)
    assert asked.status_code == 200, asked.text
    return browser.post(address(meeting), confirmed(asked))


def ballots(database):
    with reading(database) as session:
        rows = session.scalars(select(OpenBallot).order_by(OpenBallot.item_vote_id))
        return [(row.position_id, row.choice.value, row.reason) for row in rows]


def test_a_member_reads_first_then_votes_once_for_all(database, hold, browse, chairman):
    meeting = hold(items=3)
    before = chairman.get(address(meeting)).text
    assert "11 thành viên, cần họp ≥ 8, đạt &gt; 50 % tổng số = 6 phiếu" in before
    assert "Chưa mở biểu quyết" in before
    assert 'type="radio"' not in before

    voting = meeting.put()
    first = meeting.votes(voting)[0].id
    page = chairman.get(address(meeting)).text
    assert page.count(f'value="{DISAGREE}"') == 3 + 1
    assert "checked" not in page.split('id="rest"')[0]
    sheet = filled(meeting, voting) | {
        f"choice.{first}": DISAGREE,
        f"reason.{first}": "Chưa rõ “số liệu” <b>",
    }
    asked = chairman.post(address(meeting), sheet)
    assert asked.status_code == 200
    assert "<b>2</b>Đồng ý" in asked.text
    assert "Chưa rõ “số liệu” &lt;b&gt;" in asked.text
    assert ballots(database) == []

    cast = confirmed(asked)
    for _click in range(2):
        answer = chairman.post(address(meeting), cast)
        assert (answer.status_code, answer.location) == (303, address(meeting))
    seat = meeting.council.seats[0]
    assert ballots(database) == [
        (seat, DISAGREE, "Chưa rõ “số liệu” <b>"),
        (seat, AGREE, ""),
        (seat, AGREE, ""),
    ]
    after = chairman.get(address(meeting)).text
    assert "Phiếu của ông/bà đã được ghi nhận" in after
    assert "Đã bỏ 1/11 phiếu." in after
    assert 'type="radio"' not in after
    others = browse("council_member").get(address(meeting)).text
    assert "Đã bỏ 1/11 phiếu." in others
    assert "số liệu" not in others


@on_sqlite
def test_open_items_are_named_and_can_be_chosen_together(database, hold, chairman):
    meeting = hold(items=3)
    voting = meeting.put()
    first, second, third = (vote.id for vote in meeting.votes(voting))
    sheet = {"voting": voting.id, f"choice.{second}": DISAGREE, f"reason.{second}": "Vì"}
    asked = chairman.post(address(meeting), sheet)
    assert asked.status_code == 422
    links = re.findall(r'<a href="#(choice-\d+)"', asked.text)
    assert links == [f"choice-{first}", f"choice-{third}"]
    assert re.search(rf'name="choice.{second}" value="{DISAGREE}" checked', asked.text)
    assert ">Vì</textarea>" in asked.text

    asked = chairman.post(address(meeting), sheet | {"rest": ABSTAIN})
    assert confirmed(asked)[f"choice.{third}"] == ABSTAIN
    back = chairman.post(address(meeting), confirmed(asked) | {"action": "edit"})
    assert back.status_code == 200
    assert re.search(rf'name="choice.{third}" value="{ABSTAIN}" checked', back.text)
    assert ">Vì</textarea>" in back.text
    assert ballots(database) == []


FORGED = {
    "forged choice": ({"choice.1": "maybe"}, 422),
    "no number": ({"choice.x": AGREE}, 422),
    "odd digit": ({"choice.¹": AGREE}, 422),
    "no vote": ({"voting": "x"}, 422),
    "forged rest": ({"choice.1": "", "rest": "maybe"}, 422),
}


@on_sqlite
def test_a_forged_sheet_is_refused(hold, chairman):
    meeting = hold(items=2)
    voting = meeting.put()
    before = meeting.traces()
    for action in ("check", "cast"):
        for name, (change, status) in FORGED.items():
            sheet = filled(meeting, voting, key=uuid.uuid4().hex, action=action) | change
            answer = chairman.post(address(meeting), sheet)
            assert answer.status_code == status, (action, name)
    other = filled(meeting, voting, key=uuid.uuid4().hex) | {"voting": 999}
    assert chairman.post(address(meeting), other).status_code == 409
    assert chairman.post(address(meeting), other | {"action": "cast"}).status_code == 404
    assert meeting.traces() == before


@on_sqlite
def test_a_sheet_with_another_item_or_an_open_one_is_not_cast(hold, chairman):
    meeting = hold(items=2)
    voting = meeting.put()
    before = meeting.traces()
    for strange in ({"choice.99999": AGREE}, {"choice.1": ""}):
        sheet = filled(meeting, voting, key=uuid.uuid4().hex, action="cast") | strange
        answer = chairman.post(address(meeting), sheet)
        assert answer.status_code == 422
        assert "Phiếu không hợp lệ" in answer.text
    assert meeting.traces() == before


@on_sqlite
def test_a_reason_that_is_too_long_is_said_at_its_box(hold, chairman):
    meeting = hold(items=2)
    voting = meeting.put()
    first = meeting.votes(voting)[0].id
    before = meeting.traces()
    reason = "x" * 1001
    answer = hand_in(chairman, meeting, filled(meeting, voting, **{f"reason.{first}": reason}))
    assert answer.status_code == 422
    assert f'href="#reason-{first}"' in answer.text
    assert f">{reason}</textarea>" in answer.text
    assert meeting.traces() == before


@on_sqlite
def test_who_has_no_vote_reads_why_and_is_refused(database, hold, browse):
    meeting = hold(items=1)
    meeting.absent(0)
    meeting.add(
        Conflict(
            item_id=meeting.items[0],
            position_id=seat_of(meeting, meeting.ward.council_member),
            kind=ConflictKind.HEADS_UNIT,
        )
    )
    steps_out(database)
    voting = meeting.put()
    reasons = {
        "auditor": "với tư cách khách",
        "ward_chairman": "vắng có lý do",
        "council_member": "có liên quan đến ông/bà",
    }
    for who, said in reasons.items():
        browser = browse(who)
        before = meeting.traces()
        page = browser.get(address(meeting)).text
        assert said in page
        assert "Ngô Thị Bàn" in page
        for action in ("check", "cast"):
            sheet = filled(meeting, voting, action=action, key=uuid.uuid4().hex)
            assert browser.post(address(meeting), sheet).status_code == 403, (who, action)
        assert meeting.traces() == before


def seat_of(meeting, actor):
    with reading(meeting.database) as session:
        return session.scalar(
            select(SessionSeat.position_id).where(SessionSeat.person_id == actor.person_id)
        )


def steps_out(database):
    with unit_of_work(database) as session:
        put_setting(
            session, name="council_conflict", value="steps_out", actor=OPERATOR, at=NOON
        )


@on_sqlite
def test_a_member_votes_on_all_but_what_concerns_them(database, hold, chairman):
    meeting = hold(items=2)
    meeting.concern(0, item=1)
    steps_out(database)
    voting = meeting.put()
    first, second = meeting.votes(voting)
    page = chairman.get(address(meeting)).text
    assert "Ông/bà không biểu quyết mục này." in page
    assert f"choice.{second.id}" not in page
    forged = filled(meeting, voting, action="cast", key=uuid.uuid4().hex)
    assert chairman.post(address(meeting), forged).status_code == 403
    sheet = {"voting": voting.id, f"choice.{first.id}": AGREE}
    asked = chairman.post(address(meeting), sheet)
    assert "Không biểu quyết do có liên quan (1)" in asked.text
    assert chairman.post(address(meeting), confirmed(asked)).status_code == 303
    assert len(ballots(database)) == 1


@on_sqlite
def test_a_substitute_votes_and_the_replaced_member_does_not(database, hold, browse):
    meeting = hold(items=1)
    stands_in = meeting.council.substitute
    meeting.substituted(0)
    with unit_of_work(database) as session:
        create_account(
            session,
            person_id=stands_in.person_id,
            username="substitute",
            password=PASSWORD,
            actor=OPERATOR,
            at=NOON,
            cost=CHEAP,
        )
    voting = meeting.put()
    sheet = filled(meeting, voting)
    assert browse("ward_chairman").post(address(meeting), sheet).status_code == 403
    substitute = browse("substitute")
    assert "Ông/bà dự họp thay Đặng Văn Ký." in substitute.get(address(meeting)).text
    assert hand_in(substitute, meeting, sheet).status_code == 303
    assert [one[0] for one in ballots(database)] == [meeting.council.seats[0]]


@on_sqlite
def test_nothing_is_taken_after_the_deadline_or_the_closing(database, hold, chairman):
    meeting = hold(items=1)
    voting = meeting.put(closes_at=NOON + timedelta(hours=9))
    sheet = filled(meeting, voting)
    asked = chairman.post(address(meeting), sheet)
    with unit_of_work(database) as session:
        session.get_one(Voting, voting.id).closes_at = NOON
    late = chairman.post(address(meeting), confirmed(asked))
    assert late.status_code == 409
    assert "Phiếu vừa gửi không được tính" in late.text
    page = chairman.get(address(meeting)).text
    assert "Đã hết giờ biểu quyết" in page
    assert 'type="radio"' not in page
    assert chairman.post(address(meeting), sheet).status_code == 409
    meeting.close(voting, with_missing=True)
    assert chairman.post(address(meeting), confirmed(asked)).status_code == 409
    assert ballots(database) == []


@on_sqlite
def test_a_second_sheet_reads_that_the_first_counts(database, hold, chairman):
    meeting = hold(items=1)
    voting = meeting.put()
    assert hand_in(chairman, meeting, filled(meeting, voting)).status_code == 303
    again = filled(meeting, voting, DISAGREE, key=uuid.uuid4().hex, action="cast")
    for action in ("cast", "check"):
        answer = chairman.post(address(meeting), again | {"action": action})
        assert answer.status_code == 409
        assert "mỗi thành viên biểu quyết một lần" in answer.text
    assert [one[1] for one in ballots(database)] == [AGREE]


@on_sqlite
def test_kept_text_is_shown_again_and_nothing_is_cast(hold, chairman):
    meeting = hold(items=1)
    voting = meeting.put()
    sheet = filled(meeting, voting, DISAGREE, action="check", _resume="1")
    before = meeting.traces()
    answer = chairman.post(address(meeting), sheet)
    assert answer.status_code == 200
    assert re.search(rf'value="{DISAGREE}" checked', answer.text)
    chairman.post(address(meeting), sheet | {"action": "cast", "key": uuid.uuid4().hex})
    assert meeting.traces() == before


@on_sqlite
@pytest.mark.parametrize("mode", [VotingMode.SECRET_PAPER, VotingMode.OPEN])
def test_a_sheet_is_for_open_votes_alone(database, hold, chairman, mode):
    meeting = hold(items=1, mode=mode)
    voting = meeting.put()
    page = chairman.get(address(meeting)).text
    is_open = mode is VotingMode.OPEN
    assert ('type="radio"' in page) is is_open
    assert ("bỏ phiếu kín bằng phiếu giấy" in page.lower()) is not is_open
    sheet = filled(meeting, voting, key=uuid.uuid4().hex)
    assert chairman.post(address(meeting), sheet).status_code == (200 if is_open else 409)
    sheet["action"] = "cast"
    assert chairman.post(address(meeting), sheet).status_code == (303 if is_open else 409)


@on_sqlite
def test_a_long_sheet_asks_the_database_no_more_often(database, hold, chairman, ward):
    meeting = hold(items=40)
    short = meeting.put(items=meeting.items[:2])
    with counted(database) as few, reading(database) as session:
        get_sheet(session, ward.ward_chairman, meeting.id, NOON)
    meeting.close(short, with_missing=True)
    voting = meeting.put(items=meeting.items[2:])
    with counted(database) as many, reading(database) as session:
        sheet = get_sheet(session, ward.ward_chairman, meeting.id, NOON)
    assert len(sheet.asked) == 38
    assert len(many) <= len(few)
    page = chairman.get(address(meeting)).text
    assert "Từ mục 23" in page
    asked = chairman.post(address(meeting), {"voting": voting.id, "rest": AGREE})
    assert chairman.post(address(meeting), confirmed(asked)).status_code == 303
    assert len(ballots(database)) == 38


@on_sqlite
def test_a_session_of_elsewhere_is_not_there(database, hold, browse):
    meeting = hold(items=1)
    outsider = browse("school_clerk")
    for page in ("phieu", "lien-quan", "kiem-phieu", "y-kien"):
        assert outsider.get(address(meeting, page)).status_code == 404
        assert outsider.get(f"/phien-hop/999/{page}").status_code == 404


@on_sqlite
def test_the_ways_of_voting_are_explained_to_whoever_is_logged_in(accounts, browse, app):
    page = browse("school_clerk").get("/phien-hop/cach-bieu-quyet").text
    for word in ("Biểu quyết công khai", "Bỏ phiếu kín bằng phiếu giấy", "nhất trí"):
        assert word in page
    assert "%%" not in page
    assert app.test_client().get("/phien-hop/cach-bieu-quyet").status_code == 303


def test_a_member_declares_an_interest_once_and_it_is_shown(database, hold, chairman, browse):
    meeting = hold(items=2)
    page = chairman.get(address(meeting, "lien-quan") + f"?muc={meeting.items[1]}").text
    assert f'value="{meeting.items[1]}" selected' in page
    told = {"item": meeting.items[1], "note": "Vợ tôi", "key": uuid.uuid4().hex}
    for _click in range(2):
        answer = chairman.post(address(meeting, "lien-quan"), told)
        assert answer.status_code == 303
    assert "“Vợ tôi”" in chairman.get(answer.location).text
    others = browse("council_member").get(address(meeting)).text
    assert "Đặng Văn Ký: Tự khai có liên quan" in others
    with reading(database) as session:
        assert len(session.scalars(select(Conflict)).all()) == 1


@on_sqlite
def test_a_bad_declaration_is_shown_again(hold, chairman):
    meeting = hold(items=1)
    before = meeting.traces()
    for change in ({"note": " "}, {"note": "x" * 501}, {"item": ""}, {"item": "999"}):
        told = {"item": meeting.items[0], "note": "Vợ", "key": uuid.uuid4().hex} | change
        answer = chairman.post(address(meeting, "lien-quan"), told)
        assert answer.status_code == 422, change
        assert 'role="alert"' in answer.text
    assert meeting.traces() == before


@on_sqlite
def test_interests_are_declared_by_members_before_the_vote(hold, chairman, browse):
    meeting = hold(items=2)
    first, second = meeting.items
    told = {"item": first, "note": "Vợ", "key": uuid.uuid4().hex}
    page = address(meeting, "lien-quan")
    assert browse("auditor").post(page, told).status_code == 403
    voting = meeting.put(items=[first])
    assert chairman.post(page, told).status_code == 422
    assert chairman.post(page, told | {"item": second}).status_code == 303
    meeting.close(voting, with_missing=True)
    meeting.put(items=[second])
    assert "Không còn hồ sơ nào" in chairman.get(page).text


@pytest.fixture
def prepared(database, accounts):
    """Return a nomination that waits for the council, and a session that has it."""
    walk = walk_to_council(database, accounts, "Lê Văn Một")
    council = build_council(database, accounts)
    with unit_of_work(database) as session:
        meeting = prepare_session(
            session,
            unit_id=council.unit_id,
            name="Phiên họp tháng 12",
            meets_at=NOON + timedelta(days=3),
            place="Hội trường",
            mode=VotingMode.OPEN,
            actor=accounts.council_secretary,
            at=NOON,
        )
        session_id = meeting.id
        add_items(
            session,
            session_id=session_id,
            task_ids=None,
            actor=accounts.council_secretary,
            at=NOON,
        )
    return walk, session_id


def test_a_dossier_is_read_beside_its_line(prepared, chairman):
    walk, session_id = prepared
    page = chairman.get(f"/phien-hop/{session_id}/phieu").text
    for text in ("Lê Văn Một", "Giáo viên", "Có hai sáng kiến về chuyển đổi số", "Hồ sơ đủ"):
        assert text in page
    reference = walk.case().reference
    assert f'href="/ho-so/{reference}"' in page
    assert chairman.get(f"/ho-so/{reference}").status_code == 200


@on_sqlite
def test_a_task_on_an_agenda_is_left_to_its_session(prepared, secretary):
    walk, session_id = prepared
    page = f"/cong-viec/{walk.task().id}"
    shown = secretary.get(page).text
    assert f'href="/phien-hop/{session_id}"' in shown
    assert "Phiên họp tháng 12" in shown
    assert f'href="{page}/recommend"' not in shown
    assert f'href="{page}/return"' in shown
    asked = secretary.get(f"{page}/reject")
    own = confirmed(asked) | {"action": "complete"}
    typed = {"session_on": "02/12/2030", "total_members": "11", "present": "11"}
    votes = {"agree": "2", "disagree": "9"}
    answer = secretary.post(f"{page}/reject", {**own, **typed, **votes})
    assert answer.status_code == 409
    assert "Phiên họp tháng 12" in answer.text
    assert walk.task().element_id == "record_ward_council"
    assert Outcome.REJECT.value in walk.task().outcomes
