"""Minutes, ballot count and invitation as PDF: what they say, how they are set, refusals."""

import io
import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from pypdf import PdfReader

from documents.ballot_count import BallotCount, CountedItem, CountedVoting, render_ballot_count
from documents.council_minutes import CouncilMinutes, MinutedItem, render_minutes
from documents.council_sheets import DRAFT, Attendee, CouncilHead
from documents.invitation import Invitation, InvitedItem, render_invitation
from documents.letterhead import MOTTO, NATION, Signature, written_moment
from documents.typography import LEFT_MARGIN, PAGE, RIGHT_MARGIN, UnprintableText, stand_in

VIETNAM = timezone(timedelta(hours=7))
MORNING = datetime(2030, 12, 5, 8, 0, tzinfo=VIETNAM)
ROOM = "\u00a0" * 8

MEMBERS = (
    Attendee(
        "Ông Đặng Văn Ký", "Chủ tịch Ủy ban nhân dân phường Vạn Xuân", "Chủ tịch Hội đồng"
    ),
    Attendee(
        "Bà Nguyễn Thị Thường Trực",
        "Trưởng phòng Văn hóa - Xã hội",
        "Phó Chủ tịch Thường trực Hội đồng",
    ),
    Attendee("Ông Ngô Văn Trận", "Chủ tịch Mặt trận Tổ quốc phường", "Ủy viên Hội đồng"),
    Attendee("Bà Lâm Thị Ấn", "Chánh Văn phòng", "Ủy viên Hội đồng"),
    Attendee("Ông Đàm Văn Tầng", "Trưởng phòng Kinh tế, Hạ tầng", "Ủy viên Hội đồng"),
    Attendee("Bà Tống Thị Hội", "Chủ tịch Hội Liên hiệp Phụ nữ phường", "Ủy viên Hội đồng"),
    Attendee("Ông Kiều Văn Loa", "", "Ủy viên Hội đồng"),
    Attendee(
        "Bà Hà Thị Quân",
        "Chỉ huy trưởng Quân sự phường",
        "Ủy viên Hội đồng",
        "bà Dương Thị Dự Thay dự thay, được biểu quyết",
    ),
    Attendee("Ông Bùi Văn Ghi", "Chuyên viên", "Ủy viên, Thư ký Hội đồng"),
)
ABSENT = (
    Attendee("Ông Lò Văn An", "Trưởng Công an phường", "Ủy viên Hội đồng", "đi công tác"),
    Attendee(
        "Bà Ngô Thị Bàn",
        "",
        "Ủy viên Hội đồng",
        "vắng không rõ lý do",
    ),
)

HEAD = CouncilHead(
    superior="Ủy ban nhân dân phường Vạn Xuân",
    body=("Hội đồng", "Thi đua - Khen thưởng"),
    number=f"{ROOM}/BB-HĐTĐKT",
)

ITEM = MinutedItem(
    number=1,
    name="Bà Nguyễn Thị Ví Dụ",
    detail="Giáo viên, Trường Trung học cơ sở Hoa Ban",
    award="Giấy khen",
    agree=9,
    disagree=1,
    other=0,
    total=11,
    percent="81,8%",
    result="Đạt",
    written="Văn bản: 01 đồng ý (có tính)",
)

MINUTES = CouncilMinutes(
    head=HEAD,
    subject="Họp Hội đồng Thi đua - Khen thưởng phường Vạn Xuân",
    began_at=MORNING,
    place="Phòng họp số 1, trụ sở Ủy ban nhân dân phường Vạn Xuân",
    total_members=11,
    present=MEMBERS,
    absent=ABSENT,
    quorum="Cần ít nhất 8/11 thành viên có mặt (2/3); có mặt 9, đủ điều kiện họp.",
    chair="Ông Đặng Văn Ký, Chủ tịch Hội đồng",
    secretary="Ông Bùi Văn Ghi, Ủy viên, Thư ký Hội đồng",
    agenda=(
        "Hội đồng xét 3 hồ sơ theo chương trình “Phiên họp xét khen thưởng đợt tổng kết”.",
        "Hình thức biểu quyết: biểu quyết công khai.",
    ),
    rules=(
        "Mục 1, 2: 11 thành viên, cần họp ≥ 8, đạt trên 50% tổng số = 6 phiếu; ý kiến bằng"
        " văn bản được tính vào kết quả (theo cài đặt của cơ quan).",
    ),
    items=(
        ITEM,
        replace(
            ITEM,
            number=2,
            name="Tổ dân phố Đồng Tâm",
            detail="",
            agree=4,
            disagree=5,
            other=1,
            percent="36,3%",
            result="Không đạt",
            written="",
        ),
    ),
    concerned=(
        "Mục 2: ông Ngô Văn Trận (đứng đầu đơn vị liên quan) không biểu quyết, vẫn tính trong"
        " tổng số thành viên.",
    ),
    repeated=("Mục 2, lần 1: đồng ý 5, không đồng ý 5, số phiếu ngang nhau; biểu quyết lại.",),
    dissent=(
        "Mục 1: bà Lâm Thị Ấn không đồng ý (lý do: thành tích mới đạt trong một năm học).",
    ),
    unsettled=("Mục 3, ông Lê Văn Một: chuyển phiên họp sau (bổ sung minh chứng).",),
    remarks="Đề nghị các đơn vị gửi hồ sơ sớm hơn.\n\nCác thành viên nhất trí.",
    conclusion=(
        "Hội đồng đề nghị khen thưởng 01 trường hợp: mục 1.",
        "Hội đồng không đề nghị khen thưởng 01 trường hợp: mục 2.",
    ),
    ended_at=MORNING + timedelta(hours=3, minutes=5),
    secretary_signature=Signature(
        "THƯ KÝ", "Bùi Văn Ghi", "Xác nhận trên hệ thống\nlúc 11:20 ngày 05/12/2030"
    ),
    chair_signature=Signature(
        "CHỦ TỌA",
        "Đặng Văn Ký",
        "Xác nhận trên hệ thống\nlúc 11:25 ngày 05/12/2030",
    ),
    recipients=("Thành viên Hội đồng", "Lưu: VT, hồ sơ phiên họp"),
    is_draft=False,
)

COUNT = BallotCount(
    head=HEAD,
    subject=MINUTES.subject,
    began_at=MORNING,
    place=MINUTES.place,
    board=("Bà Lâm Thị Ấn, Chánh Văn phòng", "Ông Đàm Văn Tầng, Trưởng phòng Kinh tế"),
    method="Bỏ phiếu kín bằng phiếu giấy.",
    attendance="11 thành viên, có mặt 9, vắng mặt 2",
    votings=(
        CountedVoting(
            "Lần bỏ phiếu thứ 1",
            ("Bắt đầu 09 giờ 00 phút, kết thúc 09 giờ 20 phút.",),
            (CountedItem(1, "Bà Nguyễn Thị Ví Dụ", "Giấy khen", 9, 9, 1, 6, 1, 1),),
        ),
    ),
    ended_at=MORNING + timedelta(hours=2),
    secretary_signature=Signature("NGƯỜI KIỂM PHIẾU THỨ NHẤT", "Lâm Thị Ấn"),
    chair_signature=Signature("NGƯỜI KIỂM PHIẾU THỨ HAI", "Đàm Văn Tầng"),
    recipients=MINUTES.recipients,
    is_draft=True,
)

INVITATION = Invitation(
    head=replace(HEAD, number=f"{ROOM}/GM-HĐTĐKT"),
    place_of_issue="Vạn Xuân",
    issued_on=date(2030, 12, 2),
    subject=MINUTES.subject,
    inviter="Chủ tịch Hội đồng Thi đua - Khen thưởng phường Vạn Xuân",
    occasion="Phiên họp xét khen thưởng đợt tổng kết",
    guests=MEMBERS,
    chair=MINUTES.chair,
    meets_at=MORNING,
    place=MINUTES.place,
    notes=(
        "Hội đồng bỏ phiếu kín bằng phiếu giấy đối với 2 hồ sơ trong chương trình kèm theo.",
        "Đề nghị các thành viên nghiên cứu trước hồ sơ và dự họp đúng thời gian",
    ),
    items=(
        InvitedItem(
            1,
            "Bà Nguyễn Thị Ví Dụ",
            "Giáo viên, Trường Trung học cơ sở Hoa Ban",
            "Giấy khen",
            "TD-2030-00001",
            "https://thidua.example/ho-so/TD-2030-00001",
        ),
        InvitedItem(2, "Tổ dân phố Đồng Tâm", "", "Bằng khen cấp tỉnh", "TD-2030-00002"),
    ),
    signature=Signature("TM. HỘI ĐỒNG\nCHỦ TỊCH", "Đặng Văn Ký"),
    recipients=("Như trên", "Lưu: VT"),
)


def many(count):
    """Return minutes of so many items."""
    items = tuple(
        replace(ITEM, number=number, name=f"Ông Nguyễn Văn Ví Dụ {number:03d}")
        for number in range(1, count + 1)
    )
    return replace(MINUTES, items=items)


PAPERS = {
    "minutes": (render_minutes, MINUTES),
    "ballot_count": (render_ballot_count, COUNT),
    "invitation": (render_invitation, INVITATION),
}
each_paper = pytest.mark.parametrize(("render", "paper"), PAPERS.values(), ids=PAPERS)


def pages_of(content):
    reader = PdfReader(io.BytesIO(content))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def text_of(content):
    return " ".join(pages_of(content))


def in_order(text, *expected):
    place = 0
    for words in expected:
        found = text.find(words, place)
        assert found >= 0, f"{words} is not in {text[place:]}"
        place = found + len(words)


def test_minutes_say_in_the_order_of_the_model_what_happened():
    in_order(
        text_of(render_minutes(MINUTES)),
        "UBND PHƯỜNG VẠN XUÂN", "HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG", "/BB-HĐTĐKT", "BIÊN BẢN",
        "Họp Hội đồng", "Thời gian bắt đầu: 08 giờ 00 phút, ngày 05 tháng 12 năm 2030.",
        "Địa điểm: Phòng họp số 1", "có mặt 09, vắng mặt 02", "1. Ông Đặng Văn Ký",
        "8. Bà Hà Thị Quân, Chỉ huy trưởng Quân sự phường, Ủy viên Hội đồng: bà Dương Thị Dự",
        "Vắng mặt:", "1. Ông Lò Văn An", "đi công tác;", "Cần ít nhất 8/11",
        "Chủ trì: Ông Đặng", "Thư ký: Ông Bùi", "Nội dung:", "Hội đồng xét 3 hồ sơ",
        "Quy định về biểu quyết:",
        "= 6 phiếu", "Kết quả biểu quyết:", "Bà Nguyễn Thị Ví Dụ", "Văn bản: 01 đồng ý",
        "9/11 81,8%", "Đạt", "Tổ dân phố Đồng Tâm", "Giấy khen 4 5 1",
        "Thành viên có liên quan",
        "Các lần biểu quyết trước:", "Mục 2, lần 1", "Thành viên không đồng ý",
        "lý do: thành tích mới", "Hồ sơ chưa có kết quả", "Ý kiến tại phiên họp:",
        "Đề nghị các đơn vị", "Các thành viên nhất trí.", "Kết luận:",
        "đề nghị khen thưởng 01 trường hợp", "kết thúc vào 11 giờ 05 phút", "năm 2030./.",
        "THƯ KÝ", "CHỦ TỌA", "11:20 ngày 05/12/2030", "Bùi Văn Ghi", "Nơi nhận:",
        "Lưu: VT, hồ sơ phiên họp.",
    )  # fmt: skip


def test_what_did_not_happen_has_no_heading():
    quiet = replace(
        MINUTES, concerned=(), repeated=(), dissent=(), unsettled=(), remarks="", items=()
    )
    text = text_of(render_minutes(quiet))
    for heading in ("liên quan", "lần biểu quyết trước", "chưa có kết quả", "Ý kiến tại"):
        assert heading not in text
    assert "Kết quả biểu quyết" not in text


def test_a_ballot_count_says_what_was_given_out_came_back_and_counted():
    in_order(
        text_of(render_ballot_count(COUNT)),
        DRAFT, NATION, MOTTO, "BIÊN BẢN KIỂM PHIẾU", "Bỏ phiếu kín bằng phiếu giấy.",
        "Ban kiểm phiếu:", "1. Bà Lâm Thị Ấn, Chánh Văn phòng;", "2. Ông Đàm Văn Tầng",
        "Lần bỏ phiếu thứ 1:", "Phát ra", "Thu về", "Hợp lệ", "Không hợp lệ",
        "Bà Nguyễn Thị Ví Dụ", "Giấy khen 9 9 8 1 6 1 1", "kết thúc vào 10 giờ 00 phút",
        "NGƯỜI KIỂM PHIẾU THỨ NHẤT", "Lâm Thị Ấn",
    )  # fmt: skip


def test_an_invitation_says_who_is_asked_where_when_and_for_what():
    first, second = pages_of(render_invitation(INVITATION))
    in_order(
        first,
        "/GM-HĐTĐKT", "Vạn Xuân, ngày 02 tháng 12 năm 2030", "GIẤY MỜI", "Họp Hội đồng",
        "trân trọng kính mời: 09 thành viên Hội đồng", "Tới dự: Phiên họp", "Chủ trì: Ông",
        "Thời gian: 08 giờ 00 phút, ngày 05 tháng 12 năm 2030.", "Địa điểm:", "./.",
        "Nơi nhận:",
    )  # fmt: skip
    assert "TM. HỘI ĐỒNG CHỦ TỊCH Đặng Văn Ký" in first
    in_order(second, "CHƯƠNG TRÌNH HỌP", "9. Ông Bùi Văn Ghi", "Giáo viên", "TD-2030-00002")


def test_the_agenda_leads_to_the_dossiers():
    reader = PdfReader(io.BytesIO(render_invitation(INVITATION)))
    links = [one.get_object()["/A"]["/URI"] for one in reader.pages[1]["/Annots"]]
    assert links == ["https://thidua.example/ho-so/TD-2030-00001"]


def test_an_agenda_leads_to_nothing_but_the_web():
    item = replace(INVITATION.items[0], link="javascript:alert(1)")
    with pytest.raises(ValueError, match="not an address"):
        render_invitation(replace(INVITATION, items=(item,)))


@pytest.mark.parametrize("nothing", [{"guests": ()}, {"items": ()}])
def test_an_invitation_to_nothing_or_of_nobody_is_refused(nothing):
    with pytest.raises(ValueError, match="guests and an agenda"):
        render_invitation(replace(INVITATION, **nothing))


@each_paper
def test_the_same_paper_gives_the_same_bytes(render, paper):
    assert render(paper) == render(paper)


@each_paper
def test_a_paper_has_its_title_and_its_language(render, paper):
    reader = PdfReader(io.BytesIO(render(paper)))
    assert reader.metadata.title.endswith(paper.subject)
    assert reader.trailer["/Root"]["/Lang"] == "vi"


@pytest.mark.parametrize(
    ("render", "paper"), [PAPERS["minutes"], PAPERS["ballot_count"]], ids=["minutes", "count"]
)
def test_only_a_draft_says_on_every_page_that_it_is_one(render, paper):
    draft = pages_of(render(replace(paper, is_draft=True, ended_at=None)))
    assert all(DRAFT in page for page in draft)
    assert "….. giờ ….. phút" in draft[-1]
    assert DRAFT not in text_of(render(replace(paper, is_draft=False)))


def test_two_hundred_items_keep_their_order_under_a_repeated_head():
    pages = pages_of(render_minutes(many(200)))
    found = [int(n) for n in re.findall(r"Ví Dụ (\d{3})", " ".join(pages))]
    assert found == list(range(1, 201))
    with_items = [page for page in pages if re.search(r"Ví Dụ \d{3}", page)]
    assert len(with_items) > 10
    assert all("Tỷ lệ đồng ý" in page for page in with_items)
    assert pages[1].startswith("2 ")
    assert not pages[0].startswith("1 ")


@pytest.mark.parametrize("lines", range(0, 24, 4))
def test_signatures_never_stand_alone_on_a_page(lines):
    paper = replace(MINUTES, remarks="Một ý kiến.\n" * lines)
    signed = next(page for page in pages_of(render_minutes(paper)) if "THƯ KÝ" in page)
    assert "Cuộc họp kết thúc" in signed
    assert "Đặng Văn Ký" in signed
    assert "Nơi nhận" in signed


def test_text_stays_within_the_margins():
    places = []
    for render, paper in PAPERS.values():
        for page in PdfReader(io.BytesIO(render(paper))).pages:
            page.extract_text(
                visitor_text=lambda text, cm, tm, font, size: (
                    places.append(cm[4] + tm[4]) if text.strip() else None
                )
            )
    assert min(places) >= LEFT_MARGIN - 0.5
    assert max(places) <= PAGE[0] - RIGHT_MARGIN


def test_a_text_of_the_greatest_length_takes_more_pages_and_loses_nothing():
    item = replace(ITEM, name="Công ty " + "rất dài " * 35, detail="Đơn vị " * 40)
    remarks = "\n".join(f"Ý kiến thứ {number}." for number in range(300))
    pages = pages_of(render_minutes(replace(MINUTES, items=(item,) * 3, remarks=remarks)))
    assert " ".join(pages).count("rất dài") == 105
    assert "Ý kiến thứ 299." in " ".join(pages)


@pytest.mark.parametrize("name", ['<img src="file:///etc/hostname"/>', "Công ty <b>A & B</b>"])
def test_typed_markup_is_printed_as_typed(name):
    minutes = replace(MINUTES, items=(replace(ITEM, name=name),), remarks=name, place=name)
    assert text_of(render_minutes(minutes)).count(name) == 3
    (voting,) = COUNT.votings
    count = replace(
        COUNT, votings=(replace(voting, items=(replace(voting.items[0], name=name),)),)
    )
    agenda = (replace(INVITATION.items[0], name=name, reference=name),)
    squeezed = name.replace(" ", "")  # a word wider than its column is broken
    assert squeezed in text_of(render_ballot_count(count)).replace(" ", "")
    invitation = render_invitation(replace(INVITATION, items=agenda))
    assert text_of(invitation).replace(" ", "").count(squeezed) == 2


@pytest.mark.parametrize("words", ["Nguyễn \u202eVăn", "Tên \u0007", "漢字", "שלום"])
def test_what_cannot_be_printed_is_refused(words):
    with pytest.raises(UnprintableText):
        render_minutes(replace(MINUTES, remarks=words))


def test_a_moment_is_written_as_official_papers_do():
    at = datetime(2030, 2, 3, 7, 5, tzinfo=VIETNAM)
    assert written_moment(at) == "07 giờ 05 phút, ngày 03 tháng 02 năm 2030"


def test_a_sign_stands_in_for_what_cannot_be_printed():
    words = stand_in("Nhất trí 👍\u202e, 漢字; Nguye\u0302\u0303n\u200b")
    assert words == "Nhất trí □□, □□; Nguyễn"
    assert "Nhất trí □□" in text_of(render_minutes(replace(MINUTES, remarks=words)))
