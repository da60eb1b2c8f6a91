"""Minutes, ballot counts, invitations: what they say, who signs them, what is frozen."""

import hashlib
import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from engine.attachments import check_file
from engine.council.access import stream_of
from engine.council.agenda import postpone_item
from engine.council.attendance import enter_written_opinions
from engine.council.minutes import (
    BALLOT_COUNT,
    INVITATION,
    MINUTES,
    ballot_count_of,
    has_ballot_count,
    hash_of_minutes,
    invitation_of,
    minutes_of,
    paper_bytes,
)
from engine.council.paper_words import ranges
from engine.council.sessions import prepare_session, recall_session
from engine.council.voting import Counts, void_voting
from engine.errors import (
    ContentChanged,
    InvalidSubmission,
    NotFound,
    NotPermitted,
    SessionNotReady,
)
from engine.filestore import FileStore
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, CouncilPaper, Person
from forms.vocabulary import BallotChoice, SessionState, VotingMode
from tests.engine import samples
from tests.engine.council import booths
from tests.engine.council.held import EVENING, MORNING, hold_session
from tests.engine.council.meetings import ABSTAIN, AGREE, DISAGREE, fresh_meeting
from tests.engine.journal.sealed import Sealed
from tests.walk import on_sqlite
from tests.ward import NOON

COUNTED = Counts(issued=5, returned=5, agree=3, disagree=1, abstain=0, invalid=1)

WIDE = "Chưa thuyết phục 👍"


@pytest.fixture
def held(database_url):
    """Return an open session of five members with three nominations."""
    with fresh_meeting(database_url, hold=hold_session, names=3) as meeting:
        yield meeting


@pytest.fixture
def paper(database_url):
    """Return an open session that votes in secret on paper."""
    mode = VotingMode.SECRET_PAPER
    with fresh_meeting(database_url, hold=hold_session, names=2, mode=mode) as meeting:
        yield meeting


@pytest.fixture
def electronic(database_url):
    """Return an open session that votes in secret electronically."""
    mode = VotingMode.SECRET_ELECTRONIC
    with fresh_meeting(database_url, hold=hold_session, names=2, mode=mode) as meeting:
        yield meeting


@pytest.fixture
def eventful(database_url, tmp_path):
    """Return a session of seven in which everything happened that minutes can tell of."""
    with fresh_meeting(database_url, hold=hold_session, names=4, size=7) as meeting:
        yield let_happen(meeting, FileStore(tmp_path / "files"))


def let_happen(held, store):
    """One is away and writes, one has a substitute, one is concerned, one vote is a tie."""
    held.absent(4, absence_reason="đi công tác")
    held.substituted(6)
    first, second, third, fourth = held.items
    with unit_of_work(held.database) as session:
        enter_written_opinions(
            session,
            store,
            session_id=held.id,
            position_id=held.council.seats[4],
            choices={first: DISAGREE, second: AGREE},
            file=check_file("y-kien.pdf", samples.PDF),
            actor=held.secretary,
            at=MORNING,
        )
        substitute = session.get_one(Person, held.council.substitute.person_id)
        substitute.is_woman = True
    held.concern(1, item=1)
    void = held.put(items=[fourth])
    with unit_of_work(held.database) as session:
        void_voting(
            session, voting_id=void.id, reason="Mở nhầm.", actor=held.secretary, at=NOON
        )
    vote(held, held.put(items=[first, fourth]), "AADA-AB", {2: WIDE})
    vote(held, held.put(items=[second]), "A-AD-DD")
    vote(held, held.put(items=[second]), "A-DD-DD")
    with unit_of_work(held.database) as session:
        postpone_item(session, item_id=third, reason="Bổ sung.", actor=held.secretary, at=NOON)
    return held


def vote(held, voting, letters, reasons=None):
    """Let each place vote by its letter; - is nobody's."""
    choices = {"A": AGREE, "D": DISAGREE, "B": ABSTAIN}
    substitute = len(letters) - 1
    for place, letter in enumerate(letters):
        if letter == "-":
            continue
        actor = held.council.substitute if place == substitute else None
        said = (choices[letter], (reasons or {}).get(place, ""))
        sheet = dict.fromkeys(held.votes_of(voting, held.council.seats[place]), said)
        held.cast(voting, place, choices=sheet, actor=actor)
    held.close(voting, with_missing=True)


def text_of(content):
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def frozen(held):
    with reading(held.database) as session:
        rows = session.query(CouncilPaper).filter_by(session_id=held.id).order_by("kind")
        return {row.kind: (row.sha256, row.content) for row in rows}


def refuse(held, error, act):
    before = held.traces(), frozen(held), held.read(lambda _, meeting: meeting.remarks)
    with pytest.raises(error) as caught:
        act()
    assert (held.traces(), frozen(held)) == before[:2]
    assert held.read(lambda _, meeting: meeting.remarks) == before[2]
    return caught.value


def closed(held, letters="AAAAA"):
    held.vote(letters)
    held.close_session()
    return held


@on_sqlite
def test_minutes_tell_who_was_there_and_who_came_instead(eventful):
    minutes = eventful.read(minutes_of)
    assert len(minutes.present) == 6
    (absent,) = minutes.absent
    assert absent.note == "đi công tác; có ý kiến bằng văn bản về mục 1–2"
    assert minutes.present[-1].note == "bà Dương Thị Dự Thay dự thay, được biểu quyết"
    assert minutes.quorum == (
        "Cần ít nhất 5/7 thành viên có mặt (2/3 tổng số thành viên); có mặt 6,"
        " đủ điều kiện họp."
    )
    assert minutes.chair.endswith("Đặng Văn Ký, Chủ tịch Ủy ban nhân dân, Chủ tịch Hội đồng")
    assert minutes.secretary.endswith("Bùi Văn Ghi, Chuyên viên, Ủy viên, Thư ký Hội đồng")
    assert (minutes.total_members, minutes.place) == (7, "Phòng họp số 1")
    assert minutes.began_at.hour == 8


@on_sqlite
def test_minutes_tell_each_result_in_numbers(eventful):
    minutes = eventful.read(minutes_of)
    rows = [
        (row.number, row.agree, row.disagree, row.other, row.total, row.percent, row.result)
        for row in minutes.items
    ]
    assert rows == [
        (1, 4, 2, 1, 7, "57,1 %", "Đạt"),
        (2, 2, 4, 0, 7, "28,5 %", "Không đạt"),
        (4, 4, 1, 1, 7, "57,1 %", "Đạt"),
    ]
    first, second, fourth = minutes.items
    assert (first.name, first.award) == ("Ông/Bà Lê Văn Một", "Giấy khen")
    assert first.detail == "Giáo viên, Trường Trung học cơ sở Hoa Ban"
    assert first.written == "Văn bản: 01 không đồng ý (có tính)"
    assert second.written == "Văn bản: 01 đồng ý (có tính)"
    assert fourth.written == ""
    (rule,) = minutes.rules
    assert rule.startswith(
        "Mục 1–2, 4: 7 thành viên, cần họp ≥ 5, đạt > 50 % tổng số = 4 phiếu"
    )


@on_sqlite
def test_minutes_tell_of_conflicts_repeated_votes_dissent_and_what_was_put_off(eventful):
    minutes = eventful.read(minutes_of)
    (concerned,) = minutes.concerned
    assert concerned.endswith(
        "Nguyễn Thị Thường Trực là người được đề nghị; nêu rõ, vẫn biểu quyết."
    )
    assert minutes.repeated == (
        "Mục 2, lần 1: đồng ý 3, không đồng ý 3, khác 0; số phiếu ngang nhau.",
        "Lần biểu quyết số 1 của phiên họp (mục 4) không có giá trị.",
    )
    first, second, fourth = minutes.dissent
    assert "không đồng ý (lý do: Chưa thuyết phục □)" in first
    assert "không đồng ý (ý kiến bằng văn bản)" in first
    assert "bà Dương Thị Dự Thay không biểu quyết" in first
    assert second.count("không đồng ý") == 4
    assert "văn bản" not in fourth
    assert minutes.unsettled == ("Mục 3: chuyển phiên họp sau (Bổ sung).",)
    assert minutes.conclusion == (
        "Hội đồng đề nghị khen thưởng 02 trường hợp: mục 1, 4.",
        "Hội đồng không đề nghị khen thưởng 01 trường hợp: mục 2.",
    )


@on_sqlite
def test_the_printed_minutes_have_all_of_it(eventful):
    eventful.close_session()
    eventful.remark("Đề nghị gửi hồ sơ sớm hơn.\nCác thành viên nhất trí.")
    text = text_of(eventful.read(paper_bytes, MINUTES))
    for words in (
        "UBND PHƯỜNG VẠN XUÂN", "/BB-HĐTĐKT", "Họp Hội đồng Thi đua - Khen thưởng phường",
        "Bản dự thảo, chưa ký", "có mặt 06, vắng mặt 01", "mục 4) không có giá trị",
        "Đề nghị gửi hồ sơ sớm hơn.", "kết thúc vào 17 giờ 00 phút, ngày 02 tháng 12 năm 2030",
    ):  # fmt: skip
        assert words in text


@on_sqlite
def test_a_session_that_was_not_opened_has_no_minutes(held):
    with unit_of_work(held.database) as session:
        meeting = prepare_session(
            session,
            unit_id=held.council.unit_id,
            name="Phiên sau",
            meets_at=NOON + timedelta(days=7),
            place="Hội trường",
            mode=VotingMode.OPEN,
            actor=held.secretary,
            at=NOON,
        )
        with pytest.raises(SessionNotReady):
            minutes_of(session, meeting)
        with pytest.raises(InvalidSubmission):
            invitation_of(session, meeting)
        with pytest.raises(NotFound):
            ballot_count_of(session, meeting)


def test_both_sign_and_then_the_bytes_never_change(held):
    closed(held)
    draft = held.read(paper_bytes, MINUTES)
    held.sign(held.secretary)
    assert frozen(held) == {}
    meeting = held.sign(held.chair, at=EVENING + timedelta(minutes=5))
    assert (meeting.state, meeting.signed_at) == (
        SessionState.SIGNED,
        EVENING + timedelta(minutes=5),
    )
    ((sha256, content),) = frozen(held).values()
    assert hashlib.sha256(content).hexdigest() == sha256
    text = text_of(content)
    assert "Bản dự thảo" in text_of(draft)
    assert "Bản dự thảo" not in text
    assert "lúc 17:00 ngày 02/12/2030" in text
    assert "lúc 17:05 ngày 02/12/2030" in text
    with unit_of_work(held.database) as session:
        session.get_one(Case, held.cases()[0].id).subject_name = "Tên đã sửa"
        session.get_one(Person, held.chair.person_id).full_name = "Tên khác"
    assert held.read(paper_bytes, MINUTES) == content


@on_sqlite
def test_signed_minutes_are_a_witness_of_the_journal(held, tmp_path):
    journal = Sealed.new(held.database, tmp_path)
    closed(held)
    journal.seal()
    held.sign(held.secretary)
    held.sign(held.chair)
    ((_, content),) = frozen(held).values()
    assert journal.witnessed(content).stream == stream_of(held.id)


@on_sqlite
def test_the_chair_may_sign_first_and_a_second_click_signs_once(held):
    closed(held)
    held.sign(held.chair)
    held.sign(held.chair, at=EVENING + timedelta(minutes=1))
    entries = [detail for action, detail in held.journal() if action == "minutes.signed"]
    assert [entry["as"] for entry in entries] == ["chair"]
    held.sign(held.secretary)
    action, detail = held.journal()[-1]
    ((sha256, _),) = frozen(held).values()
    assert (action, detail["as"]) == ("minutes.signed", "secretary")
    assert detail["papers"] == {"minutes": sha256}
    assert detail["minutes"] == entries[0]["minutes"]


@on_sqlite
def test_only_secretary_and_chair_sign_and_only_what_is_closed(held):
    refuse(held, SessionNotReady, lambda: held.sign(held.secretary))
    refuse(held, SessionNotReady, lambda: held.remark("Ý kiến."))
    closed(held)
    refuse(held, NotPermitted, lambda: held.sign(held.council.members[1]))
    refuse(held, NotPermitted, lambda: held.sign(held.ward.auditor))
    refuse(held, NotFound, lambda: held.sign(held.ward.school_head))
    held.sign(held.secretary)
    held.sign(held.chair)
    refuse(held, SessionNotReady, lambda: held.sign(held.chair))
    refuse(held, SessionNotReady, lambda: held.remark("Ý kiến."))


@on_sqlite
def test_who_signs_signs_what_they_read(held):
    closed(held)
    read = held.read(hash_of_minutes)
    held.remark("Thêm một ý kiến.")
    refuse(held, ContentChanged, lambda: held.sign(held.chair, content_hash=read))
    held.sign(held.chair, content_hash=held.read(hash_of_minutes))


@on_sqlite
def test_remarks_take_signatures_back(held):
    closed(held)
    held.sign(held.chair)
    held.remark("Thêm một ý kiến.")
    assert held.read(lambda _, meeting: meeting.chair_signed_at) is None
    assert held.journal()[-1] == (
        "minutes.remarked",
        {"length": 16, "signatures_withdrawn": ["chair"]},
    )
    held.sign(held.secretary)
    assert held.read(lambda _, meeting: meeting.state) is SessionState.CLOSED


@on_sqlite
def test_the_second_signs_what_the_first_has_signed(held):
    closed(held)
    held.sign(held.secretary)
    with unit_of_work(held.database) as session:
        session.get_one(Case, held.cases()[0].id).subject_name = "Tên đã sửa"
    refuse(held, ContentChanged, lambda: held.sign(held.chair))
    held.remark("")
    held.sign(held.secretary)
    held.sign(held.chair)
    assert "Tên đã sửa" in text_of(held.read(paper_bytes, MINUTES))


@on_sqlite
@pytest.mark.parametrize(
    "remarks", ["a" * 8_001, "Chuông \u0007", "Xuôi \u202engược", "漢字"], ids=str
)
def test_remarks_that_cannot_be_printed_are_refused(held, remarks):
    closed(held)
    found = refuse(held, InvalidSubmission, lambda: held.remark(remarks))
    assert list(found.messages) == ["remarks"]


@on_sqlite
def test_only_the_secretary_writes_remarks(held):
    closed(held)
    held.secretary, secretary = held.chair, held.secretary
    refuse(held, NotPermitted, lambda: held.remark("Ý kiến."))
    held.secretary = secretary
    held.remark("  Một.\r\n\r\nHai.  ")
    assert held.read(minutes_of).remarks == "Một.\n\nHai."


@on_sqlite
def test_there_are_three_kinds_of_paper(held):
    for kind in ("certificate", "", "Minutes"):
        with pytest.raises(NotFound):
            held.read(paper_bytes, kind)
    with pytest.raises(NotFound):
        held.read(paper_bytes, BALLOT_COUNT)


@on_sqlite
def test_a_count_on_paper_is_printed_for_its_two_counters_to_sign(paper, tmp_path):
    voting = paper.put()
    paper.count(voting, 1, COUNTED)
    with pytest.raises(NotFound):
        paper.read(ballot_count_of)
    paper.count(voting, 2, Counts(5, 5, 4, 1))
    with pytest.raises(NotFound):
        paper.read(ballot_count_of)
    paper.count(voting, 2, COUNTED)
    count = paper.read(ballot_count_of)
    assert [len(one.items) for one in count.votings] == [2]
    row = count.votings[0].items[0]
    assert (row.issued, row.returned, row.valid, row.invalid) == (5, 5, 4, 1)
    assert (row.agree, row.disagree, row.abstain) == (3, 1, 0)
    assert count.ended_at is None
    assert len(count.board) == 2
    assert count.chair_signature.title == "NGƯỜI KIỂM PHIẾU"
    assert not count.is_draft  # it is to be signed by hand
    paper.scan(voting, tmp_path)
    paper.close(voting)
    assert "kiem-phieu.pdf" in text_of(paper.read(paper_bytes, BALLOT_COUNT))


@on_sqlite
def test_the_count_is_frozen_with_the_minutes(paper, tmp_path):
    voting = paper.put()
    paper.count(voting, 1, COUNTED)
    paper.count(voting, 2, COUNTED)
    paper.scan(voting, tmp_path)
    paper.close(voting)
    paper.close_session()
    paper.sign(paper.secretary)
    paper.sign(paper.chair)
    papers = frozen(paper)
    assert sorted(papers) == [BALLOT_COUNT, MINUTES]
    assert paper.journal()[-1][1]["papers"] == {kind: row[0] for kind, row in papers.items()}
    text = text_of(papers[BALLOT_COUNT][1])
    assert "BIÊN BẢN KIỂM PHIẾU" in text
    assert "Bản dự thảo" not in text
    assert "kết quả kiểm phiếu có biên bản riêng" in text_of(papers[MINUTES][1])
    minutes = paper.read(minutes_of)
    assert (minutes.items[0].agree, minutes.items[0].other) == (3, 1)
    assert minutes.dissent == ()


@on_sqlite
def test_an_electronic_count_names_the_box_and_nobody(electronic):
    voting = electronic.put(keys=booths.KEYS[:2])
    papers = [
        booths.take_papers(electronic.database, voting, member)
        for member in electronic.council.members
    ]
    booths.cast(electronic.database, electronic, voting)
    for place, booth in enumerate(papers):
        choice = BallotChoice.DISAGREE if place == 0 else BallotChoice.AGREE
        booths.drop_all(electronic.database, booth, choice)
    electronic.close(voting)
    count = electronic.read(ballot_count_of)
    (counted,) = count.votings
    assert (counted.items[0].returned, counted.items[0].agree) == (5, 4)
    assert count.board == ()
    assert count.is_draft
    assert count.chair_signature.title == "CHỦ TỌA"
    box = electronic.read(lambda _, meeting: meeting.votings[0].box_hash)
    assert any(box in fact for fact in counted.facts)
    assert electronic.read(minutes_of).dissent == ()
    assert electronic.read(lambda _, meeting: has_ballot_count(meeting))


@on_sqlite
def test_the_invitation_asks_all_members_and_leads_to_the_dossiers(held):
    invitation = held.read(invitation_of, lambda reference: f"https://thidua/{reference}")
    assert len(invitation.guests) == 5
    assert all(guest.note == "" for guest in invitation.guests)
    assert (invitation.place_of_issue, invitation.meets_at.hour) == ("Vạn Xuân", 8)
    assert [item.link for item in invitation.items] == [
        f"https://thidua/{case.reference}" for case in held.cases()
    ]
    assert invitation.signature.title == "TM. HỘI ĐỒNG\nCHỦ TỊCH"
    assert invitation.signature.name == "Đặng Văn Ký"
    text = text_of(held.read(paper_bytes, INVITATION))
    assert "trân trọng kính mời: 05 thành viên Hội đồng" in text


@on_sqlite
def test_minutes_of_a_recalled_session_say_why(held):
    held.vote("AAAAA", items=held.items[:1])
    with unit_of_work(held.database) as session:
        recall_session(
            session,
            session_id=held.id,
            reason="Mất điện.",
            meets_at=NOON + timedelta(days=3),
            place="Hội trường",
            actor=held.secretary,
            at=NOON,
        )
    minutes = held.read(minutes_of)
    assert minutes.items == ()
    assert minutes.conclusion == ("Phiên họp hoãn sang ngày khác: Mất điện.",)
    assert "không có giá trị" in minutes.repeated[0]
    assert minutes.unsettled == ("Mục 1–3: chuyển phiên họp sau (Mất điện).",)
    assert held.read(lambda _, meeting: meeting.state) is SessionState.RECALLED
    refuse(held, SessionNotReady, lambda: held.sign(held.secretary))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((), ""), ((4,), "4"), ((2, 1, 3, 5, 7, 8, 8), "1–3, 5, 7–8")],
)
def test_numbers_in_a_row_are_said_as_one(numbers, said):
    assert ranges(numbers) == said
