"""The questions about a decision of the register, for those who enter or mend it."""

from collections.abc import Iterable
from dataclasses import replace

from flask_babel import gettext as _

from engine.queries.register import GRANTS, ShownEntry
from forms.opening import NEW
from forms.vocabulary import (
    AuthorityLevel,
    CommendationKind,
    EntryNature,
    Honour,
    SubjectKind,
    Word,
)
from webapp.clock import show_day, today
from webapp.short_forms import Control, choices
from webapp.subject_choice import Alike


def subject_controls(alike: Alike | None) -> tuple[Control, ...]:
    """Return the questions about a subject, with the records that are written alike."""
    controls = (
        Control(
            "subject_kind",
            _("Loại đối tượng"),
            kind="select",
            choices=choices(SubjectKind),
            empty=_("Chọn loại đối tượng"),
        ),
        _name_control(),
        Control(
            "place",
            _("Đơn vị hoặc địa bàn của đối tượng"),
            hint=_("Để phân biệt những đối tượng cùng tên."),
            required=False,
        ),
    )
    if not alike:
        return controls
    chosen = Control(
        "subject",
        _("Đối tượng đã có trong sổ"),
        kind="select",
        choices=(*alike, (NEW, _("Không phải, đây là đối tượng khác"))),
        hint=_("Có đối tượng viết gần giống. Chọn đúng đối tượng, hệ thống không tự gộp."),
        empty=_("Chọn đối tượng"),
    )
    return (*controls, chosen)


def _name_control() -> Control:
    return Control(
        "subject_text",
        _("Tên đối tượng"),
        hint=_("Chép đúng như trong quyết định."),
    )


def award_controls(
    entry: ShownEntry | None, *, with_subject: bool = False, new_decision: bool = False
) -> tuple[Control, ...]:
    """Return the questions about a decision, with what ``entry`` says of it.

    :param new_decision: its number and day are of another decision and start empty.
    """
    values = _values_of(entry)
    if new_decision:
        values |= {"number": "", "decided_on": ""}
    nature = Control(
        "nature",
        _("Tính chất"),
        kind="select",
        choices=choices(GRANTS),
        value=values.get("nature", EntryNature.GRANTED.value),
    )
    controls = (
        _words("honour", _("Hình thức, danh hiệu"), Honour),
        Control(
            "honour_text",
            _("Tên hình thức như trong quyết định"),
            hint=_("Để trống nếu giống tên đã chọn ở trên."),
            required=False,
        ),
        _words("kind", _("Loại hình khen thưởng"), CommendationKind),
        nature,
        _words("authority_level", _("Cấp quyết định"), AuthorityLevel),
        Control(
            "authority_name",
            _("Người hoặc cơ quan quyết định"),
            hint=_("Ví dụ: Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên"),
        ),
        Control("number", _("Số, ký hiệu quyết định"), required=new_decision),
        _day("decided_on", _("Ngày quyết định"), required=new_decision),
        _day("achieved_from", _("Lập thành tích từ ngày")),
        _day("achieved_to", _("Lập thành tích đến ngày")),
        Control("content", _("Nội dung thành tích"), required=False),
    )
    asked = (_name_control(), *controls) if with_subject else controls
    return tuple(replace(one, value=values.get(one.name, one.value)) for one in asked)


def _values_of(entry: ShownEntry | None) -> dict[str, str]:
    """Return what the controls of a decision show at first; empty for a new entry."""
    if entry is None:
        return {}
    line = entry.line
    usual = line.honour_text == line.honour.vi
    return {
        "subject_text": line.subject_text,
        "honour": line.honour.value,
        "honour_text": "" if usual else line.honour_text,
        "kind": line.kind.value,
        "nature": line.nature.value,
        "authority_level": line.authority_level.value,
        "authority_name": line.authority_name,
        "number": line.number,
        "decided_on": show_day(line.decided_on),
        "achieved_from": show_day(entry.achieved_from),
        "achieved_to": show_day(entry.achieved_to),
        "content": entry.content,
    }


def list_controls() -> tuple[Control, ...]:
    """Return the questions about a file with a list, and about the decision over it."""
    stated = _("Để trống nếu quyết định không ghi. Nếu ghi, phải khớp với danh sách.")
    return (
        Control(
            "file",
            _("Tệp danh sách (CSV)"),
            kind="file",
            hint=_(
                "Tệp CSV UTF-8, không quá 5 MB và 5.000 dòng. Khi gửi lại phải chọn lại tệp."
            ),
        ),
        Control("number", _("Số, ký hiệu quyết định")),
        _day("decided_on", _("Ngày quyết định"), required=True),
        _words("authority_level", _("Cấp quyết định"), AuthorityLevel),
        Control(
            "authority_name",
            _("Người hoặc cơ quan quyết định"),
            hint=_("Ví dụ: Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên"),
        ),
        _words("kind", _("Loại hình khen thưởng"), CommendationKind),
        _day("achieved_from", _("Lập thành tích từ ngày")),
        _day("achieved_to", _("Lập thành tích đến ngày")),
        Control(
            "collectives",
            _("Số tập thể, doanh nghiệp, hộ gia đình mà quyết định ghi"),
            hint=stated,
            required=False,
        ),
        Control("individuals", _("Số cá nhân mà quyết định ghi"), hint=stated, required=False),
    )


def letter_controls(reason: str) -> tuple[Control, ...]:
    """Return the questions about a paper that corrects or annuls; ``reason`` labels why."""
    return (
        Control("number", _("Số, ký hiệu văn bản")),
        _day("decided_on", _("Ngày văn bản"), value=show_day(today()), required=True),
        Control("reason", reason),
    )


def _words(name: str, label: str, words: Iterable[Word]) -> Control:
    return Control(name, label, kind="select", choices=choices(words), empty=_("Chọn một mục"))


def _day(name: str, label: str, *, value: str = "", required: bool = False) -> Control:
    hint = _("Ngày/tháng/năm, ví dụ: %(day)s", day="05/09/2026")
    return Control(name, label, value=value, hint=hint, required=required)
