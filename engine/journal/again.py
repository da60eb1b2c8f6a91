"""What a roll-forward cannot do again, as a list for the clerks who enter it from paper.

The journal tells that something was done, when and by whom; PDFs, files, minutes and settings
are not outside of the database. Each line says what to do about it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.spreadsheet import Cell, Column, Spreadsheet, write_spreadsheet
from engine.journal.trace_words import DEEDS, OTHER
from engine.office import VIETNAM
from engine.store.models import Case, Person

QUIET = frozenset({"logins", "views", "refusals", "exports", "journal", "jobs", "mails"})
"""Streams of which nothing is lost: who logged in, read, was refused, took a copy away."""

KEPT = frozenset({"diagrams", "rules", "demo"})
"""Streams of what comes with the program and is stored again at its next start."""

SYSTEM = "Hệ thống"

DECIDED = "Quyết định khen thưởng {number}"
ABOUT_DECIDED = (
    "Hệ thống đã ghi lại quyết định và kết quả của hồ sơ. Tệp PDF không còn: giữ bản giấy"
    " hoặc tệp đã ký số đã ban hành."
)
STOPPED = "Bước xử lý của hồ sơ không làm lại được"
ABOUT_STOPPED = (
    "Mở hồ sơ, xem bước đang chờ, rồi làm tiếp theo bản giấy từ bước này. Mọi việc sau đó"
    " của hồ sơ cũng phải nhập lại."
)

_DEEDS = {
    "case.erased": "Xóa dữ liệu cá nhân theo quy định",
    "password.changed": "Đổi mật khẩu",
    "password.reset": "Cấp lại mật khẩu",
    "account.created": "Tạo tài khoản",
    "account.disabled": "Khóa tài khoản",
    "person.added": "Thêm người",
    "person.changed": "Sửa tên, cách xưng hô của một người",
    "position.given": "Giao chức vụ, vai trò",
    "position.ended": "Thôi chức vụ, vai trò",
    "unit.added": "Thêm đơn vị",
    "unit.changed": "Sửa đơn vị",
    "unit.closed": "Đóng đơn vị",
    "delegation.given": "Ủy quyền xử lý",
    "delegation.ended": "Kết thúc ủy quyền",
    "authorisation.given": "Giao ký thay, ký thừa lệnh, thừa ủy quyền",
    "authorisation.ended": "Kết thúc giao ký",
    "numbers.used_elsewhere": "Ghi số văn bản đã dùng ngoài hệ thống",
    "council.composed": "Thay đổi thành viên Hội đồng",
    "round.opened": "Mở đợt",
    "round.changed": "Sửa đợt",
    "round.closed": "Đóng đợt",
    "plan.loaded": "Nạp kế hoạch phong trào thi đua",
    "setting.changed": "Thay đổi cấu hình đơn vị",
    "notice_setting.changed": "Thay đổi cách nhận thông báo",
    "consultation.started": "Lấy ý kiến công khai",
    "consultation.closed": "Kết thúc lấy ý kiến công khai",
    "finding.written": "Ghi phát hiện kiểm toán",
    "finding.answered": "Giải trình phát hiện kiểm toán",
    "finding.closed": "Đóng phát hiện kiểm toán",
    "note.written": "Ghi chú riêng của kiểm toán viên",
    "subject.renamed": "Đối tượng đổi tên",
    "subject.merged": "Gộp đối tượng",
    "subject.split": "Tách đối tượng",
    "subject.dissolved": "Đối tượng giải thể",
    "subject.moved": "Chuyển đối tượng",
    "subject.name_added": "Thêm tên cũ của đối tượng",
    "subject.name_removed": "Bỏ tên cũ của đối tượng",
    "subject.matter_recorded": "Ghi việc đang xem xét về đối tượng",
    "subject.matter_settled": "Kết luận việc đang xem xét về đối tượng",
}
"""Acts that the trace of a case has no words for."""

_OF_ACT = {
    "case.erased": "Bắt buộc xóa lại: người vận hành chạy “thidua erase” cho hồ sơ này.",
    "account.disabled": "Khóa lại ngay ở trang Người dùng: tài khoản đang mở như trước.",
    "password.changed": "Người này dùng mật khẩu trước đó; nếu vì bị lộ thì đổi lại ngay.",
    "password.reset": "Quản trị viên cấp lại mật khẩu nếu người này không đăng nhập được.",
    "attachment.added": "Tải tệp lên lại từ bản gốc, nếu hồ sơ còn nhận tệp.",
    "attachment.removed": "Bỏ tệp này lần nữa, nếu hồ sơ còn sửa được.",
    "papers.ticked": "Đánh dấu lại thành phần hồ sơ.",
    "task.claimed": "Nhận lại việc, nếu bước này còn chờ.",
    "task.given_back": "Không phải làm gì, nếu việc không có người nhận.",
    "task.reassigned": "Chuyển việc lại, nếu bước này còn chờ.",
    "paper.numbered": (
        "Số này đã cấp, hệ thống không cấp lại. Giữ bản đã ký, đã ban hành để lưu."
    ),
    "delegation.given": "Người giao nhập lại theo giấy ủy quyền, nếu còn thời hạn.",
    "delegation.ended": "Kết thúc lại ngay: ủy quyền này đang còn hiệu lực như trước.",
    "minutes.signed": "Giữ biên bản giấy đã ký; kết quả họp đã có trong từng hồ sơ.",
    "numbers.used_elsewhere": "Ghi lại số này ở sổ văn bản đi, để không cấp trùng.",
}
_OF_STREAM = {
    "case": "Làm lại ở trang hồ sơ theo bản giấy.",
    "council": (
        "Phiên họp chưa kết thúc thì thư ký lập lại. Đã kết thúc thì giữ biên bản giấy;"
        " kết quả đã có trong từng hồ sơ."
    ),
    "outgoing": "Chưa ban hành thì văn thư soạn lại. Đã ban hành thì giữ bản đã ký.",
    "numbers": "Văn thư ghi lại ở sổ văn bản đi.",
    "authorisations": "Văn thư nhập lại theo văn bản giao ký.",
    "people": "Quản trị viên nhập lại người, chức vụ, tài khoản hoặc đơn vị này.",
    "rounds": "Quản trị viên nhập lại ở trang Đợt khen thưởng.",
    "settings": "Quản trị viên nhập lại ở trang Cấu hình.",
    "plans": "Quản trị viên nạp lại kế hoạch.",
    "consultations": "Nhập lại theo thông báo đã đăng.",
    "register": "Nhập lại ở sổ khen thưởng theo quyết định giấy.",
    "subjects": "Nhập lại ở trang Đối tượng khen thưởng.",
    "findings": "Kiểm toán viên và đơn vị nhập lại.",
}
_ELSE = "Đối chiếu với giấy tờ, nhập lại nếu cần."

_NAMES = ("number", "full_name", "username", "name", "reference", "title")
"""In the detail of an entry: what people know its matter by."""


@dataclass(frozen=True)
class Lost:
    """An act that has to be looked after by people."""

    at: datetime
    act: str
    actor_id: int | None
    case_id: int | None
    matter: str
    """Number, name or reference; empty: the entry has none."""
    place: str
    """Stream and number of the entry."""
    deed: str
    advice: str


def find_lost(said: Mapping[str, Any], detail: Mapping[str, Any]) -> Lost | None:
    """Return what is lost of an act that is not done again; none: nothing is.

    :param said: of the entry.
    :param detail: of the entry, with its words.
    """
    stream = said["stream"].partition(":")[0]
    act = said["act"]
    if stream in KEPT or (stream in QUIET and act not in _OF_ACT):
        return None
    advice = _OF_ACT.get(act) or _OF_STREAM.get(stream, _ELSE)
    return _lost(said, detail, _DEEDS.get(act) or DEEDS.get(act, OTHER), advice)


def decided_again(said: Mapping[str, Any], detail: Mapping[str, Any]) -> Lost:
    """Return what is lost of a decision that was restored: its papers."""
    deed = DECIDED.format(number=detail["decision"]["number"])
    return _lost(said, detail, deed, ABOUT_DECIDED)


def not_followed(said: Mapping[str, Any], detail: Mapping[str, Any]) -> Lost:
    """Return what is said of the step from which a nomination could not be followed."""
    return _lost(said, detail, STOPPED, ABOUT_STOPPED)


def _lost(said: Mapping[str, Any], detail: Mapping[str, Any], deed: str, advice: str) -> Lost:
    named = (detail.get(name) for name in _NAMES)
    return Lost(
        at=datetime.fromisoformat(said["at"]),
        act=said["act"],
        actor_id=said["actor"],
        case_id=said["case"],
        matter=next((one for one in named if isinstance(one, str) and one), ""),
        place=f"{said['stream']} {said['seq']}",
        deed=deed,
        advice=advice,
    )


def list_of_lost(session: Session, lost: Iterable[Lost], at: datetime) -> bytes:
    """Return the list as a workbook, in Vietnamese, in the order in which it was done."""
    found = sorted(lost, key=lambda one: (one.at, one.place))
    people = _texts(session, Person.id, Person.full_name, {one.actor_id for one in found})
    cases = _texts(session, Case.id, Case.reference, {one.case_id for one in found})
    made = at.astimezone(VIETNAM)
    return write_spreadsheet(
        Spreadsheet(
            title="Việc phải làm sau khi khôi phục dữ liệu",
            notes=(
                f"Khôi phục lúc {made:%H:%M ngày %d/%m/%Y}; {len(found)} việc",
                "Hệ thống đã tự làm lại việc nộp, xét, trả lại, rút và quyết định của hồ sơ."
                " Các việc dưới đây do người làm, theo giấy tờ.",
            ),
            sheet="Việc phải làm",
            columns=tuple(Column(heading, width) for heading, width in _COLUMNS),
            rows=tuple(_row(one, people, cases) for one in found),
            author=SYSTEM,
            made_at=made,
        )
    )


_COLUMNS = (
    ("Lúc", 17),
    ("Đã làm gì", 36),
    ("Ai đã làm", 26),
    ("Hồ sơ", 16),
    ("Số, tên", 28),
    ("Nay làm gì", 60),
    ("Mục nhật ký", 20),
)


def _row(one: Lost, people: Mapping[int, str], cases: Mapping[int, str]) -> tuple[Cell, ...]:
    return (
        f"{one.at.astimezone(VIETNAM):%d/%m/%Y %H:%M}",
        one.deed,
        SYSTEM if one.actor_id is None else people.get(one.actor_id, ""),
        cases.get(one.case_id or 0),
        one.matter,
        one.advice,
        one.place,
    )


def _texts(session: Session, key: Any, text: Any, wanted: set[int | None]) -> dict[int, str]:
    """Return id → text of the rows that are there."""
    ids = sorted(one for one in wanted if one is not None)
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        rows = session.execute(select(key, text).where(key.in_(ids[start : start + 500])))
        found |= {row[0]: row[1] for row in rows}
    return found
