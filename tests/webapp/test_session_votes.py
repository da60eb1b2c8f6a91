"""The votes of a session on its secretary's pages: opened, watched, closed, put off."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.store.database import reading, unit_of_work
from engine.store.models import AgendaItem, TaskState, UserTask, Voting
from forms.vocabulary import Award, ItemState, VoteResult, VotingMode, VotingState
from tests.engine.council.meetings import DISAGREE, hold_meeting
from tests.walk import new_key, on_sqlite
from tests.ward import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def hold(database, accounts):
    """Return what makes an open session; the accounts are there before it."""
    return lambda **options: hold_meeting(database, accounts, size=5, **options)


@pytest.fixture
def secretary(browse):
    return browse("council_secretary")


def address(meeting, page="bieu-quyet"):
    return f"/phien-hop/{meeting.id}/{page}"


def press(browser, meeting, action, page="bieu-quyet", **fields):
    return browser.post(address(meeting, page), {"key": new_key(), "action": action, **fields})


def votings(meeting):
    with reading(meeting.database) as session:
        found = list(session.scalars(select(Voting).order_by(Voting.number)))
        session.expunge_all()
        return found


def read(browser, path):
    """Return what a page says, without its tags."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    text = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])
    return " ".join(html.unescape(text).split())


def test_a_block_is_voted_on_openly_and_told_by_name(hold, secretary):
    meeting = hold(items=2)
    said = read(secretary, address(meeting))
    assert "Mục 1–2 5 thành viên, cần họp ≥ 4, đạt > 50 % tổng số = 3 phiếu" in said
    assert press(secretary, meeting, "open", items=meeting.items).status_code == 303
    (voting,) = votings(meeting)
    for place in range(4):
        meeting.cast(voting, place)
    meeting.cast(voting, 4, DISAGREE, choices=_with_reason(meeting, voting))
    said = read(secretary, address(meeting))
    assert "đã bỏ 5/5" in said
    assert "đồng ý" not in said.lower()
    assert press(secretary, meeting, "close", voting=voting.id).status_code == 303
    said = read(secretary, address(meeting, "ket-qua"))
    assert "Đạt: 2" in said
    assert "4/5 đồng ý (80 %), cần 3" in said
    assert "100 × 4 = 400 > 50 × 5 = 250" in said
    opponent = meeting.council.members[4].name
    assert f"Không đồng ý (1) {opponent} ( Chưa đủ sáng kiến )" in said


def _with_reason(meeting, voting):
    votes = meeting.votes_of(voting, meeting.council.seats[4])
    return dict.fromkeys(votes, (DISAGREE, "Chưa đủ sáng kiến"))


@on_sqlite
def test_a_vote_is_closed_with_votes_missing_only_if_that_is_confirmed(hold, secretary):
    meeting = hold()
    press(secretary, meeting, "open", items=meeting.items)
    (voting,) = votings(meeting)
    meeting.cast(voting, 0)
    early = press(secretary, meeting, "close", voting=voting.id)
    assert early.status_code == 409
    assert "Mới có 1/5 phiếu." in early.text
    assert votings(meeting)[0].state is VotingState.CASTING
    done = press(secretary, meeting, "close", voting=voting.id, with_missing="1")
    assert done.status_code == 303
    assert meeting.votes(voting)[0].result is VoteResult.FAILED


@on_sqlite
def test_a_tie_comes_next_and_is_voted_on_again_with_both_rounds_kept(hold, secretary):
    meeting = hold(items=2)
    meeting.vote("AADD-", items=[meeting.items[1]])
    meeting.vote("AAAAA", items=[meeting.items[0]])
    said = read(secretary, f"/phien-hop/{meeting.id}")
    assert "Số phiếu ngang nhau ở mục 2: biểu quyết lại, hoặc chuyển phiên sau." in said
    page = secretary.get(address(meeting)).text
    assert f'value="{meeting.items[1]}" checked' in page
    assert f'value="{meeting.items[0]}"' not in page
    meeting.vote("AAADD", items=[meeting.items[1]])
    said = read(secretary, address(meeting, "ket-qua"))
    assert "3/5 đồng ý (60 %), cần 3 · lần 2" in said
    assert "Lần trước đó Số phiếu ngang nhau 2/5 đồng ý (40 %), cần 3 · lần 1" in said
    assert "Mọi mục đã có kết quả." in read(secretary, f"/phien-hop/{meeting.id}")


@on_sqlite
@pytest.mark.parametrize(
    ("award", "mode", "why"),
    [
        (Award.PROVINCIAL_MERIT, VotingMode.SECRET_PAPER, "chưa có quy định về tỷ lệ phiếu"),
        (Award.LABOR_ORDER, VotingMode.OPEN, "phải bỏ phiếu kín, nhưng phiên họp này"),
        (Award.LABOR_ORDER, VotingMode.SECRET_PAPER, "chưa được lấy ý kiến nhân dân"),
    ],
    ids=["no rule", "secret", "public not asked"],
)
def test_an_item_that_cannot_be_voted_on_says_why_and_is_put_off(
    hold, browse, award, mode, why
):
    meeting, secretary = hold(unit="tinh", award=award, mode=mode), browse("provincial_clerk")
    said = read(secretary, address(meeting))
    assert "Chưa đưa ra biểu quyết được" in said
    assert why in said
    assert press(secretary, meeting, "open", items=meeting.items).status_code == 422
    assert votings(meeting) == []
    said = read(secretary, f"/phien-hop/{meeting.id}")
    assert "Mục 1 chưa đưa ra biểu quyết được." in said
    sent = {"items": meeting.items, "reason": "Chờ phiên sau"}
    assert press(secretary, meeting, "", "chuyen-phien-sau", **sent).status_code == 303
    assert meeting.states() == [ItemState.POSTPONED]
    assert "Chờ phiên sau" in read(secretary, address(meeting, "be-mac"))


@on_sqlite
def test_a_case_that_left_the_council_needs_no_vote(hold, secretary):
    meeting = hold()
    with unit_of_work(meeting.database) as session:
        item = session.get_one(AgendaItem, meeting.items[0])
        session.get_one(UserTask, item.task_id).state = TaskState.CANCELLED
    said = read(secretary, f"/phien-hop/{meeting.id}")
    assert "Mọi mục đã có kết quả." in said


@on_sqlite
def test_several_items_are_put_off_together_or_not_at_all(hold, secretary):
    meeting = hold(items=3)
    before = meeting.traces()
    page = "chuyen-phien-sau"
    assert press(secretary, meeting, "", page, reason="Chờ").status_code == 422
    no_reason = press(secretary, meeting, "", page, items=meeting.items[:2], reason=" ")
    assert no_reason.status_code == 422
    assert no_reason.text.count(" checked") == 2
    foreign = press(secretary, meeting, "", page, items=[meeting.items[0], 999], reason="Chờ")
    assert foreign.status_code == 404
    assert meeting.traces() == before
    press(secretary, meeting, "", page, items=meeting.items[:2], reason="Chờ")
    assert meeting.states() == [ItemState.POSTPONED] * 2 + [ItemState.WAITING]


@on_sqlite
def test_what_the_page_of_the_votes_cannot_send_changes_nothing(hold, secretary):
    meeting = hold()
    before = meeting.traces()
    item = meeting.items[0]
    for status, fields in (
        (422, {"action": "open"}),
        (422, {"action": "open", "items": "abc"}),
        (422, {"action": "open", "items": item, "minutes": "0"}),
        (422, {"action": "open", "items": item, "minutes": "601"}),
        (422, {"action": "open", "items": item, "minutes": "bảy"}),
        (409, {"action": "close"}),
        (404, {"action": "close", "voting": "99"}),
        (404, {"action": "void", "voting": "99", "reason": "x"}),
        (422, {"action": "dance"}),
        (422, {}),
    ):
        answer = secretary.post(address(meeting), {"key": new_key(), **fields})
        assert answer.status_code == status, fields
    assert meeting.traces() == before


@on_sqlite
def test_two_clicks_open_one_vote(hold, secretary):
    meeting = hold(mode=VotingMode.SECRET_ELECTRONIC)
    key = new_key()
    for _click in range(2):
        answer = press(secretary, meeting, "open", items=meeting.items, key=key)
        assert answer.status_code == 303
    assert len(votings(meeting)) == 1


@on_sqlite
def test_papers_are_given_out_before_they_are_cast(hold, secretary):
    meeting = hold(mode=VotingMode.SECRET_ELECTRONIC)
    press(secretary, meeting, "open", items=meeting.items, minutes="30")
    (voting,) = votings(meeting)
    assert NOON < voting.closes_at < NOON + HOUR
    assert "đã phát phiếu cho 0/5 người" in read(secretary, address(meeting))
    for more in ({}, {"with_missing": "1"}):  # nobody took one: there is nothing to confirm
        early = press(secretary, meeting, "cast", voting=voting.id, **more)
        assert early.status_code == 409
        assert "Mới có 0/5 phiếu." in early.text
    assert press(secretary, meeting, "void", voting=voting.id, reason=" ").status_code == 422
    done = press(secretary, meeting, "void", voting=voting.id, reason="Mất điện")
    assert done.status_code == 303
    assert votings(meeting)[0].state is VotingState.VOID
    assert meeting.states() == [ItemState.WAITING]


@on_sqlite
def test_a_paper_vote_is_not_closed_before_two_people_counted(hold, secretary):
    meeting = hold(mode=VotingMode.SECRET_PAPER)
    press(secretary, meeting, "open", items=meeting.items)
    (voting,) = votings(meeting)
    assert "0/2 người đã ghi số đếm" in read(secretary, address(meeting))
    early = press(secretary, meeting, "close", voting=voting.id)
    assert early.status_code == 422
    assert "chưa đủ hai người kiểm phiếu ghi số" in early.text


@on_sqlite
def test_nothing_is_put_to_the_vote_without_a_quorum(hold, secretary):
    meeting = hold()
    meeting.absent(2, 3)
    said = read(secretary, f"/phien-hop/{meeting.id}")
    assert "Chưa đủ số thành viên dự họp." in said
    refused = press(secretary, meeting, "open", items=meeting.items)
    assert refused.status_code == 409
    assert "Có mặt 3/5 thành viên, cần ít nhất 4." in refused.text
