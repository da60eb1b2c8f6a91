"""Paper ballots counted, and written opinions entered, in a browser."""

import io
import re
import uuid

import pytest
from sqlalchemy import select

from engine.store.database import reading
from engine.store.models import PaperCount, WrittenOpinion
from forms.vocabulary import BallotChoice, VotingMode
from tests.engine.council.meetings import hold_meeting
from tests.engine.samples import PDF, docx
from tests.walk import on_sqlite

AGREE, DISAGREE, _ABSTAIN = (one.value for one in BallotChoice)


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


def address(meeting, page="kiem-phieu"):
    return f"/phien-hop/{meeting.id}/{page}"


def counts(meeting, voting, numbers=(11, 11, 8, 2, 1, 0), **more):
    """Return the form of the counting board, the same numbers for each item."""
    fields = ("issued", "returned", "agree", "disagree", "abstain", "invalid")
    typed = {
        f"{field}.{vote.id}": number
        for vote in meeting.votes(voting)
        for field, number in zip(fields, numbers, strict=True)
    }
    return {"voting": voting.id, "key": uuid.uuid4().hex, **typed, **more}


def scan(data=PDF, name="kiểm phiếu.pdf", **more):
    return {"file": (io.BytesIO(data), name), "key": uuid.uuid4().hex, **more}


def test_two_people_count_apart_until_both_have_counted(database, hold, chairman, secretary):
    meeting = hold(items=2, mode=VotingMode.SECRET_PAPER)
    voting = meeting.put()
    first = meeting.votes(voting)[0].id
    page = address(meeting, "kiem-phieu")
    assert re.search(rf'name="issued.{first}"[^>]*value="11"', chairman.get(page).text)

    told = counts(meeting, voting)
    for _click in range(2):
        assert chairman.post(page, told).status_code == 303
    unseen = secretary.get(page).text
    assert "Đặng Văn Ký: đã ghi 2/2 mục" in unseen
    assert not re.search(rf'name="agree.{first}"[^>]*value="8"', unseen)
    assert "Người kia" not in unseen

    other = counts(meeting, voting) | {f"agree.{first}": 7, f"invalid.{first}": 1}
    assert secretary.post(page, other).status_code == 303
    seen = secretary.get(page).text
    assert "Hai người ghi khác nhau ở các mục: 1." in seen
    assert seen.count("Người kia:") == 2
    assert seen.count("Khớp") == 1
    assert secretary.post(page, counts(meeting, voting)).status_code == 303
    assert "Khác nhau" not in secretary.get(page).text

    upload = f"{page}/ban-quet"
    assert chairman.post(upload, scan(voting=voting.id)).status_code == 303
    seen = chairman.get(page).text
    assert "Hai người ghi giống nhau ở mọi mục" in seen
    assert "kiểm phiếu.pdf" in seen
    assert [one.value for one in meeting.close(voting)] == ["passed", "passed"]
    assert chairman.post(page, counts(meeting, voting)).status_code == 422
    assert "không có lượt bỏ phiếu giấy nào" in chairman.get(page).text


IMPOSSIBLE = (
    ("issued", 12, "issued"),
    ("returned", 12, "returned"),
    ("agree", 9, "returned"),
    ("agree", -1, "agree"),
    ("agree", "x", "agree"),
    ("disagree", "", "disagree"),
)
"""Number that is typed, and the box at which it is said."""


@on_sqlite
def test_a_count_that_cannot_be_is_shown_again(hold, chairman):
    meeting = hold(items=1, mode=VotingMode.SECRET_PAPER)
    voting = meeting.put()
    vote = meeting.votes(voting)[0].id
    before = meeting.traces()
    for field, number, said_at in IMPOSSIBLE:
        told = counts(meeting, voting) | {f"{field}.{vote}": number}
        answer = chairman.post(address(meeting, "kiem-phieu"), told)
        assert answer.status_code == 422, field
        assert f'href="#{said_at}.{vote}"' in answer.text
        assert re.search(rf'name="abstain.{vote}"[^>]*value="1"', answer.text)
    assert meeting.traces() == before


@on_sqlite
def test_counting_is_for_two_who_are_there(database, hold, browse):
    meeting = hold(items=1, mode=VotingMode.SECRET_PAPER)
    voting = meeting.put()
    page = address(meeting, "kiem-phieu")
    auditor = browse("auditor")
    assert "Chỉ thư ký và thành viên có mặt" in auditor.get(page).text
    assert auditor.post(page, counts(meeting, voting)).status_code == 403
    assert auditor.post(f"{page}/ban-quet", scan(voting=voting.id)).status_code == 403
    for who in ("council_secretary", "ward_chairman"):
        assert browse(who).post(page, counts(meeting, voting)).status_code == 303
    third = browse("council_member")
    assert "Đã có hai người khác ghi số đếm" in third.get(page).text
    assert third.post(page, counts(meeting, voting)).status_code == 403
    with reading(database) as session:
        assert len(session.scalars(select(PaperCount)).all()) == 2


@on_sqlite
def test_a_long_paper_ballot_is_counted_page_by_page(database, hold, chairman):
    meeting = hold(items=60, mode=VotingMode.SECRET_PAPER)
    voting = meeting.put()
    page = address(meeting, "kiem-phieu")
    assert chairman.get(page).text.count('name="agree.') == 50
    answer = chairman.post(page, counts(meeting, voting))
    assert answer.location == f"{page}?page=2"
    assert "đã ghi 50/60 mục" in chairman.get(answer.location).text
    answer = chairman.post(answer.location, counts(meeting, voting))
    assert answer.location == page
    empty = counts(meeting, voting, numbers=(11, "", "", "", "", ""))
    assert chairman.post(page, empty).status_code == 422
    with reading(database) as session:
        assert len(session.scalars(select(PaperCount)).all()) == 60


@on_sqlite
def test_a_paper_without_a_good_scan_is_refused(hold, secretary):
    meeting = hold(items=1, mode=VotingMode.SECRET_PAPER)
    meeting.absent(1)
    opinion = {f"choice.{meeting.items[0]}": AGREE}
    refused(meeting, secretary, f"y-kien/{meeting.council.seats[1]}", opinion)
    voting = meeting.put()
    refused(meeting, secretary, "kiem-phieu/ban-quet", {"voting": voting.id})


def refused(meeting, browser, page, fields):
    """Send a form with each kind of file that is no scan."""
    before = meeting.traces()
    for file, said in (
        ({}, "Chưa chọn tệp nào"),
        (scan(docx(), "a.docx"), "chỉ nhận: PDF, JPG, PNG"),
        (scan(b"%PDF", "a.pdf"), "Tệp PDF bị hỏng"),
    ):
        sent = {**file, **fields, "key": uuid.uuid4().hex}
        answer = browser.post(address(meeting, page), sent)
        assert answer.status_code == 422
        assert said in answer.text
    assert meeting.traces() == before


def again(sent):
    """Return a form whose file can be read once more."""
    if "file" not in sent:
        return dict(sent)
    stream, name = sent["file"]
    return {**sent, "file": (io.BytesIO(stream.getvalue()), name)}


def test_the_secretary_enters_what_absent_members_wrote(database, hold, secretary):
    meeting = hold(items=3)
    meeting.absent(1, absence_reason="Đi công tác")
    seat = meeting.council.seats[1]
    listed = secretary.get(address(meeting, "y-kien")).text
    assert "Đi công tác" in listed
    assert listed.count("/y-kien/") == 1
    page = address(meeting, f"y-kien/{seat}")
    first, second, third = meeting.items
    told = scan(**{f"choice.{first}": AGREE, f"choice.{second}": DISAGREE})
    told[f"choice.{third}"] = ""
    answer = secretary.post(page, again(told))
    assert (answer.status_code, answer.location) == (303, address(meeting, "y-kien"))
    assert secretary.post(page, again(told)).status_code == 303
    assert "2 hồ sơ" in secretary.get(answer.location).text
    shown = secretary.get(page).text
    assert re.search(rf'name="choice.{second}" value="{DISAGREE}" checked', shown)
    assert shown.count("Không nêu</label>") == 1
    mended = scan(**{f"choice.{second}": AGREE})
    assert secretary.post(page, mended).status_code == 303
    with reading(database) as session:
        rows = session.scalars(select(WrittenOpinion).order_by(WrittenOpinion.item_id))
        assert [one.choice.value for one in rows] == [AGREE, AGREE]


@on_sqlite
def test_written_opinions_are_of_absent_members_and_open_items(hold, secretary, chairman):
    meeting = hold(items=2)
    meeting.absent(1)
    seats = meeting.council.seats
    page = address(meeting, f"y-kien/{seats[1]}")
    assert secretary.get(address(meeting, f"y-kien/{seats[2]}")).status_code == 404
    assert chairman.get(page).status_code == 403
    assert chairman.get(address(meeting, "y-kien")).status_code == 403
    before = meeting.traces()
    nothing = secretary.post(page, scan(**{f"choice.{meeting.items[0]}": ""}))
    assert nothing.status_code == 422
    assert secretary.post(page, scan(**{"choice.999": AGREE})).status_code == 422
    forged = scan(**{f"choice.{meeting.items[0]}": "maybe"})
    assert secretary.post(page, forged).status_code == 422
    meeting.put(items=meeting.items[:1])
    voted = secretary.post(page, scan(**{f"choice.{meeting.items[0]}": AGREE}))
    assert voted.status_code == 422
    assert before[1:2] != meeting.traces()[1:2]  # the vote alone changed the agenda
    assert secretary.get(page).text.count('class="card ballot"') == 1
