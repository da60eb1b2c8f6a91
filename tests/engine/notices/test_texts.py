"""Every notice says what it must, in both languages, and nothing is left unfilled."""

import re
from datetime import date, datetime

import pytest

from engine.notices.samples import sample_of, samples
from engine.notices.texts import LINES, TITLES, Recipient, digest, letter, say
from engine.office import VIETNAM
from forms.vocabulary import NoticeKind

ACCENTED = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)
DAY = date(2030, 12, 3)

SAID = {
    (NoticeKind.WAITING, "vi"): "Hồ sơ HS-2030-0012 chờ ông/bà xử lý",
    (NoticeKind.WAITING, "en"): "Nomination HS-2030-0012 waits for you",
    (NoticeKind.ASSIGNED, "vi"): "Ông/bà được giao xử lý hồ sơ HS-2030-0012",
    (NoticeKind.ASSIGNED, "en"): "Nomination HS-2030-0012 was handed to you",
    (NoticeKind.RETURNED, "vi"): "Hồ sơ HS-2030-0012 bị trả lại để hoàn thiện",
    (NoticeKind.RETURNED, "en"): "Nomination HS-2030-0012 was returned to be completed",
    (NoticeKind.DECIDED, "vi"): "Kết quả hồ sơ HS-2030-0012: Đã khen thưởng",
    (NoticeKind.DECIDED, "en"): "Result of nomination HS-2030-0012: Awarded",
    (NoticeKind.DUE_SOON, "vi"): "Hồ sơ HS-2030-0012 sắp đến hạn xử lý: ngày 05/12/2030",
    (NoticeKind.DUE_SOON, "en"): "Nomination HS-2030-0012 is due soon: 05/12/2030",
    (NoticeKind.OVERDUE, "vi"): "Hồ sơ HS-2030-0012 đã quá hạn xử lý: ngày 05/12/2030",
    (NoticeKind.OVERDUE, "en"): "Nomination HS-2030-0012 is overdue since 05/12/2030",
    (NoticeKind.ESCALATED, "vi"): "Hồ sơ HS-2030-0012 quá hạn tại (tên đơn vị)",
    (NoticeKind.ESCALATED, "en"): "Nomination HS-2030-0012 is overdue at (name of unit)",
    (NoticeKind.SESSION_CALLED, "vi"): "Giấy mời họp: (tên phiên họp)",
    (NoticeKind.SESSION_CALLED, "en"): "Council session called: (name of session)",
}


def test_every_kind_has_its_texts():
    assert set(TITLES) == set(LINES) == set(NoticeKind) == {kind for kind, _ in SAID}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_says_what_happened(kind, language):
    words = say(sample_of(kind, language), language)
    assert words.title == SAID[kind, language]
    assert all(line.endswith(".") for line in words.lines), words.lines
    everything = "\n".join((words.title, *words.lines))
    assert not re.search(r"[{}]|\(\)|: \.|None", everything), everything
    if language == "en":
        assert not ACCENTED.search(everything), everything


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", NoticeKind)
def test_a_mail_has_a_salutation_a_way_in_and_a_foot(kind, language):
    recipient = Recipient("Le Thi Mo", None, language)
    text = letter(sample_of(kind, language), recipient, office="X", link="https://x.example/1")
    assert "\n" not in text.subject
    assert text.body.startswith(("Kính gửi ông/bà Le Thi Mo,\n\n", "Dear Le Thi Mo,\n\n"))
    assert "https://x.example/1" in text.body
    assert "\nX\n--\n" in text.body
    without = letter(sample_of(kind, language), recipient, office="X")
    assert "http" not in without.body
    if language == "en":
        assert not ACCENTED.search(text.subject + text.body)


def test_ticks_papers_and_the_day_of_a_return_are_said():
    lines = "\n".join(say(sample_of(NoticeKind.RETURNED, "vi"), "vi").lines)
    assert "Thiếu thành phần hồ sơ; Thiếu số liệu chứng minh thành tích." in lines
    assert "Hạn bổ sung: ngày 05/12/2030." in lines


def test_the_hour_of_a_session_is_that_of_vietnam():
    sample = sample_of(NoticeKind.SESSION_CALLED, "vi")
    assert "Thời gian: 14 giờ 00, ngày 05/12/2030." in say(sample, "vi").lines
    assert "Time: 14:00 on 05/12/2030." in say(sample, "en").lines


@pytest.mark.parametrize(
    ("is_woman", "line"),
    [
        (True, "Kính gửi bà Lê Thị Mơ,"),
        (False, "Kính gửi ông Lê Thị Mơ,"),
        (None, "Kính gửi ông/bà Lê Thị Mơ,"),
    ],
)
def test_people_are_addressed_as_they_are(is_woman, line):
    assert Recipient("Lê Thị Mơ", is_woman, "vi").salutation == line


def test_a_digest_groups_by_kind_in_a_fixed_order():
    text = digest(samples("vi"), DAY, Recipient("Lê Thị Mơ", True, "vi"), office="X")
    assert text.subject == (
        "[Thi đua – Khen thưởng] Bản tin buổi sáng ngày 03/12/2030: 8 thông báo"
    )
    positions = [text.body.index(f"{kind.vi} (1)") for kind in NoticeKind]
    assert positions == sorted(positions)
    english = digest(samples("en"), DAY, Recipient("Mo", True, "en"), office="X")
    assert "Morning digest of 03/12/2030: 8 notices" in english.subject
    assert not ACCENTED.search(english.subject + english.body)


def test_a_session_whose_name_has_line_breaks_makes_one_subject():
    sample = sample_of(NoticeKind.SESSION_CALLED, "vi")
    odd = type(sample)(
        **{**sample.__dict__, "facts": {**sample.facts, "name": "Họp\r\nBcc: x@y.example"}}
    )
    text = letter(odd, Recipient("Mơ", True, "vi"), office="X")
    assert text.subject.endswith("Giấy mời họp: Họp Bcc: x@y.example")


def test_samples_are_of_a_moment_in_vietnam():
    assert sample_of(NoticeKind.WAITING, "vi").created_at.astimezone(VIETNAM) == datetime(
        2030, 12, 3, 7, 0, tzinfo=VIETNAM
    )
