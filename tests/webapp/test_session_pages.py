"""Sessions on the pages, run by the secretary from the empty agenda to the signed minutes."""

import re

import pytest

from engine.council.voting import cast_open
from engine.errors import OnAgenda
from engine.store.database import reading, unit_of_work
from engine.store.models import CouncilSession
from forms.vocabulary import (
    Attendance,
    BallotChoice,
    CaseState,
    ItemState,
    Outcome,
    SessionState,
)
from tests.council import NOMINEES, build_council, walk_to_council
from tests.walk import new_key, on_sqlite, traces
from tests.ward import NOON
from tests.webapp.conftest import Browser

NEW = {
    "name": "Phiên họp tháng 12",
    "day": "02/12/2030",
    "hour": "14:00",
    "place": "Hội trường phường",
    "mode": "open",
}


@pytest.fixture
def council(database, accounts):
    return build_council(database, accounts)


@pytest.fixture
def secretary(council, browse) -> Browser:
    return browse("council_secretary")


def send(browser: Browser, path: str, fields: dict | None = None, **more):
    return browser.post(path, {"key": new_key(), **(fields or {})}, **more)


def prepare(secretary: Browser, ward, **changes) -> int:
    fields = {**NEW, "unit_id": ward.units["phuong"], **changes}
    answer = send(secretary, "/phien-hop/moi", fields)
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/phien-hop/(\d+)/chuong-trinh", answer.location)[1])


def stored(database, session_id: int) -> CouncilSession:
    with reading(database) as session:
        meeting = session.get_one(CouncilSession, session_id)
        _ = meeting.seats, meeting.items, meeting.votings
        session.expunge_all()
        return meeting


def attend(secretary: Browser, session_id: int, council, away: int = 0, **changes):
    fields = {f"attendance.{seat}": "present" for seat in council.seats}
    for seat in council.seats[len(council.seats) - away :]:
        fields |= {f"attendance.{seat}": "excused", f"reason.{seat}": "Đi công tác"}
    return send(secretary, f"/phien-hop/{session_id}/diem-danh", {**fields, **changes})


def test_a_session_goes_from_its_agenda_to_its_minutes(
    database, accounts, council, secretary, browse
):
    walks = [walk_to_council(database, accounts, name) for name in NOMINEES[:2]]
    sid = prepare(secretary, accounts)
    base = f"/phien-hop/{sid}"
    page = secretary.get(f"{base}/chuong-trinh").text
    assert NOMINEES[0] in page
    assert send(secretary, f"{base}/chuong-trinh", {"action": "add_all"}).status_code == 303
    assert send(secretary, f"{base}/giay-moi").status_code == 303
    assert attend(secretary, sid, council, away=1).status_code == 303
    chair = {"chaired_by_id": council.seats[0]}
    assert send(secretary, f"{base}/khai-mac", chair).status_code == 303
    page = secretary.get(base).text
    assert "Có mặt 10/11 thành viên, cần ít nhất 8." in page
    page = secretary.get(f"{base}/bieu-quyet").text
    assert "11 thành viên, cần họp ≥ 8, đạt &gt; 50 % tổng số = 6 phiếu" in page
    items = [item.id for item in stored(database, sid).items]
    opened = send(secretary, f"{base}/bieu-quyet", {"action": "open", "items": items})
    assert opened.status_code == 303
    assert "đã bỏ 0/10" in secretary.get(f"{base}/bieu-quyet").text
    vote_all(database, sid, council.members[:10], refused=items[1])
    assert "đã bỏ 10/10" in secretary.get(f"{base}/bieu-quyet").text
    assert (
        send(
            secretary,
            f"{base}/bieu-quyet",
            {"action": "close", "voting": running(database, sid)},
        ).status_code
        == 303
    )
    page = secretary.get(f"{base}/ket-qua").text
    assert "10/11 đồng ý (90,9 %), cần 6" in page
    assert "100 × 10 = 1000 &gt; 50 × 11 = 550" in page
    assert "0/11 đồng ý (0 %), cần 6" in page
    assert "100 × 0 = 0 ≤ 50 × 11 = 550" in page
    review = secretary.get(f"{base}/be-mac").text
    assert "Đề nghị khen thưởng" in review
    assert "Không đề nghị" in review
    assert send(secretary, f"{base}/be-mac").status_code == 303
    assert stored(database, sid).state is SessionState.CLOSED
    assert [walk.task().element_id for walk in walks] == ["decide_at_ward"] * 2
    assert [walk.check() for walk in walks] == [[], []]
    sign(secretary, base)
    sign(browse("ward_chairman"), base)
    assert stored(database, sid).state is SessionState.SIGNED
    paper = secretary.get(f"{base}/bien-ban.pdf")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")


def running(database, session_id: int) -> int:
    return stored(database, session_id).votings[-1].id


def vote_all(database, session_id: int, members, refused: int) -> None:
    """Let members vote openly: against one item, for all others."""
    with unit_of_work(database) as work:
        meeting = work.get_one(CouncilSession, session_id)
        (voting,) = meeting.votings
        choices = {
            vote.id: (
                BallotChoice.DISAGREE if vote.item_id == refused else BallotChoice.AGREE,
                "",
            )
            for vote in voting.votes
        }
        for member in members:
            cast_open(work, voting_id=voting.id, actor=member, choices=choices, at=NOON)


def sign(browser: Browser, base: str) -> None:
    page = browser.get(f"{base}/bien-ban").text
    found = re.search(r'name="content_hash" value="([0-9a-f]+)"', page)
    assert found, page
    answer = send(browser, f"{base}/bien-ban", {"action": "sign", "content_hash": found[1]})
    assert answer.status_code == 303, answer.text


@on_sqlite
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"hour": "25:99"}, "không phải là giờ"),
        ({"day": "02/13/2030"}, "không phải là một ngày"),
        ({"day": "01/12/2030"}, "đã qua"),
        ({"name": ""}, "còn trống"),
        ({"place": "  "}, "còn trống"),
        ({"mode": "raise_hands"}, "không có trong danh sách"),
    ],
)
def test_a_session_that_is_not_right_is_refused_and_the_text_kept(
    database, accounts, council, secretary, wrong, said
):
    before = traces(database)
    fields = {**NEW, "unit_id": accounts.units["phuong"], **wrong}
    answer = send(secretary, "/phien-hop/moi", fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Hội trường phường" in answer.text or "place" in wrong
    assert traces(database) == before


@on_sqlite
def test_an_absence_without_its_reason_is_refused_and_the_marks_kept(
    database, accounts, council, secretary
):
    walk_to_council(database, accounts, NOMINEES[0])
    sid = prepare(secretary, accounts)
    last = council.seats[-1]
    answer = attend(secretary, sid, council, away=1, **{f"reason.{last}": ""})
    assert answer.status_code == 422
    assert f'name="attendance.{last}" value="excused" checked' in answer.text
    assert all(seat.attendance is Attendance.EXPECTED for seat in stored(database, sid).seats)


@on_sqlite
def test_a_session_without_quorum_is_recalled_to_another_day(
    database, accounts, council, secretary
):
    walk_to_council(database, accounts, NOMINEES[0])
    sid = prepare(secretary, accounts)
    base = f"/phien-hop/{sid}"
    send(secretary, f"{base}/chuong-trinh", {"action": "add_all"})
    attend(secretary, sid, council, away=4)
    send(secretary, f"{base}/khai-mac", {"chaired_by_id": council.seats[0]})
    item = stored(database, sid).items[0].id
    refused = send(secretary, f"{base}/bieu-quyet", {"action": "open", "items": [item]})
    assert refused.status_code == 409
    assert "Có mặt 7/11 thành viên, cần ít nhất 8." in refused.text
    again = {"reason": "Không đủ người", "day": "04/12/2030", "hour": "8h00", "place": "HT"}
    moved = send(secretary, f"{base}/hoan", again)
    assert moved.status_code == 303
    new = int(moved.location.rsplit("/", 1)[1])
    assert stored(database, sid).state is SessionState.RECALLED
    assert [one.state for one in stored(database, new).items] == [ItemState.WAITING]
    assert "Không đủ người" in secretary.get(base).text


@on_sqlite
def test_strangers_see_no_session_and_members_run_none(
    database, accounts, council, secretary, browse
):
    walk_to_council(database, accounts, NOMINEES[0])
    sid = prepare(secretary, accounts)
    stranger, member = browse("school_clerk"), browse("council_member")
    assert stranger.get(f"/phien-hop/{sid}").status_code == 404
    assert member.get(f"/phien-hop/{sid}").status_code == 200
    for path in (
        "sua",
        "chuong-trinh",
        "khai-mac",
        "hoan",
        "diem-danh",
        "bieu-quyet",
        "be-mac",
    ):
        assert member.get(f"/phien-hop/{sid}/{path}").status_code == 403, path
        assert send(member, f"/phien-hop/{sid}/{path}").status_code == 403, path


@on_sqlite
def test_the_agenda_is_ordered_and_shortened(database, accounts, council, secretary):
    for name in NOMINEES[:3]:
        walk_to_council(database, accounts, name)
    sid = prepare(secretary, accounts)
    path = f"/phien-hop/{sid}/chuong-trinh"
    send(secretary, path, {"action": "add_all"})
    ids = [item.id for item in stored(database, sid).items]
    order = {f"place-{one}": place for one, place in zip(ids, (3, 1, 2), strict=True)}
    assert send(secretary, path, {"action": "order", **order}).status_code == 303
    assert [item.id for item in stored(database, sid).items] == [ids[1], ids[2], ids[0]]
    assert send(secretary, path, {"action": f"remove.{ids[2]}"}).status_code == 303
    assert [item.id for item in stored(database, sid).items] == [ids[1], ids[0]]
    assert [item.number for item in stored(database, sid).items] == [1, 2]
    paper = secretary.get(f"/phien-hop/{sid}/giay-moi.pdf")
    assert paper.data.startswith(b"%PDF")


@on_sqlite
def test_a_council_task_on_an_agenda_cannot_be_decided_beside_it(
    database, accounts, council, secretary
):
    walk = walk_to_council(database, accounts, NOMINEES[0])
    sid = prepare(secretary, accounts)
    send(secretary, f"/phien-hop/{sid}/chuong-trinh", {"action": "add_all"})
    before = traces(database)
    for outcome in (Outcome.RECOMMEND, Outcome.REJECT):
        with pytest.raises(OnAgenda) as refused:
            walk.do(outcome)
        assert refused.value.facts == {"name": "Phiên họp tháng 12"}
    assert traces(database) == before
    walk.do(Outcome.HOLD)
    assert walk.case().state is CaseState.ON_HOLD


@on_sqlite
def test_whoever_was_not_marked_is_there_if_the_secretary_says_so(
    database, accounts, council, secretary
):
    walk_to_council(database, accounts, NOMINEES[0])
    sid = prepare(secretary, accounts)
    fields = {f"attendance.{seat}": "expected" for seat in council.seats}
    fields[f"attendance.{council.seats[-1]}"] = "substituted"
    fields[f"substitute.{council.seats[-1]}"] = council.substitute.person_id
    path = f"/phien-hop/{sid}/diem-danh"
    for wrong in (
        {f"substitute.{council.seats[-1]}": "99"},
        {f"substitute.{council.seats[-1]}": "x"},
        {f"attendance.{council.seats[0]}": "late"},
        {"attendance.99999": "present"},
    ):
        answer = send(secretary, path, {**fields, **wrong, "action": "all_present"})
        assert answer.status_code == 422, wrong
        assert all(one.attendance is Attendance.EXPECTED for one in stored(database, sid).seats)
    assert send(secretary, path, {**fields, "action": "all_present"}).status_code == 303
    marks = [seat.attendance for seat in stored(database, sid).seats]
    assert marks == [Attendance.PRESENT] * 10 + [Attendance.SUBSTITUTED]
    page = secretary.get(f"/phien-hop/{sid}").text
    assert council.substitute.name in page


@on_sqlite
def test_the_page_of_a_session_names_the_one_next_step(database, accounts, council, secretary):
    walk_to_council(database, accounts, NOMINEES[0])
    sid = prepare(secretary, accounts)
    base = f"/phien-hop/{sid}"
    assert next_step(secretary, base) == "Lập chương trình"
    send(secretary, f"{base}/chuong-trinh", {"action": "add_all"})
    assert next_step(secretary, base) == "Giấy mời họp"
    send(secretary, f"{base}/giay-moi")
    assert next_step(secretary, base) == "Điểm danh"
    attend(secretary, sid, council, away=4)
    assert next_step(secretary, base) == "Điểm danh lại"
    attend(secretary, sid, council)
    assert next_step(secretary, base) == "Khai mạc phiên họp"
    assert send(secretary, f"{base}/khai-mac", {"chaired_by_id": "99"}).status_code == 422
    send(secretary, f"{base}/khai-mac", {"chaired_by_id": council.seats[0]})
    assert next_step(secretary, base) == "Đưa ra biểu quyết"
    item = stored(database, sid).items[0].id
    send(secretary, f"{base}/bieu-quyet", {"action": "open", "items": item})
    assert next_step(secretary, base) == "Lượt biểu quyết đang mở"
    vote_all(database, sid, council.members, refused=0)
    vote = {"action": "close", "voting": running(database, sid)}
    send(secretary, f"{base}/bieu-quyet", vote)
    assert next_step(secretary, base) == "Bế mạc phiên họp"
    send(secretary, f"{base}/be-mac")
    assert next_step(secretary, base) == "Xem lại và ký biên bản"


def next_step(browser, base: str) -> str:
    page = browser.get(base).text
    (found,) = re.findall(r'class="btn primary" href="[^"]+">([^<]+)<', page)
    return found


@on_sqlite
def test_a_session_of_another_day_is_changed_or_waits(database, accounts, council, secretary):
    walk_to_council(database, accounts, NOMINEES[0])
    sid = prepare(secretary, accounts, day="05/12/2030")
    base = f"/phien-hop/{sid}"
    send(secretary, f"{base}/chuong-trinh", {"action": "add_all"})
    send(secretary, f"{base}/giay-moi")
    page = secretary.get(base).text
    assert "Đến ngày họp (05/12/2030 14:00), điểm danh." in page
    assert 'class="btn primary"' not in page
    assert attend(secretary, sid, council).status_code == 422
    today = {**NEW, "name": "Phiên họp gấp", "mode": "secret_paper"}
    assert send(secretary, f"{base}/sua", today).status_code == 303
    assert stored(database, sid).invited_at is None
    assert "Phiên họp gấp" in secretary.get("/phien-hop").text


@on_sqlite
def test_what_the_agenda_page_cannot_send_changes_nothing(
    database, accounts, council, secretary
):
    walk_to_council(database, accounts, NOMINEES[0])
    sid = prepare(secretary, accounts)
    path = f"/phien-hop/{sid}/chuong-trinh"
    send(secretary, path, {"action": "add_all"})
    item = stored(database, sid).items[0].id
    before = traces(database)
    for status, fields in (
        (422, {"action": "add"}),
        (422, {"action": "add_all"}),
        (404, {"action": "add", "task_ids": "f" * 32}),
        (404, {"action": "remove.99"}),
        (404, {"action": "remove.x"}),
        (422, {"action": "order"}),
        (422, {"action": "order", f"place-{item}": "một"}),
        (422, {}),
    ):
        assert send(secretary, path, fields).status_code == status, fields
    assert traces(database) == before
