"""The question "may this subject be nominated?": what the rules are asked before a case.

Nothing of it is kept, so this form has no version. Round, award and subject are enough;
whatever else somebody knows makes the answer surer.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms.definition import (
    Bilingual,
    Choice,
    Field,
    FormDefinition,
    Kind,
    Section,
    choice_of,
)
from forms.fields import LINE, NOTE, Chosen, Count, Day, LongText, Text, Ticked
from forms.messages import code
from forms.opening import AboutSubject, basis_fields, subject_fields
from forms.vocabulary import Award, HoldReason, MovementBasis, Route, SubjectKind

INSIDE, OUTSIDE = "inside", "outside"
"""Whether the subject lies in the ward."""

STANDING = (
    "years_well",
    "years_excellent",
    "fighter_titles",
    "years_in_existence",
    "initiatives",
    "model_years",
)
"""Years and titles that the standards of merit count: the names of the facts."""


OVERRIDE = Field(
    "override_reason",
    Kind.TEXTAREA,
    Bilingual("Lý do vẫn đề nghị tiếp", "Why it goes on all the same"),
    Bilingual(
        "Quy định đang vướng cho phép đề nghị tiếp nếu nêu lý do. Lý do được ghi vào nhật ký.",
        "The rule in the way lets somebody go on with a reason. The journal keeps it.",
    ),
    required=True,
    limit=NOTE,
)
"""Shown only where every rule in the way may be overridden."""


class QuestionSchema(AboutSubject):
    """The question; ``dot`` is the id of the round, ``place`` where the subject lies."""

    dot = Text(required=True)
    route = Chosen(Route, load_default=Route.MOVEMENT)
    received_on = Day(load_default=None)
    achieved_from = Day(load_default=None, month="first")
    achieved_to = Day(load_default=None, month="last")
    content = LongText(NOTE, load_default="")
    managing_body = Text(load_default="")
    place = Text(load_default="")
    pending = Ticked(Chosen(HoldReason), load_default=list)
    years_well = Count(load_default=None)
    years_excellent = Count(load_default=None)
    fighter_titles = Count(load_default=None)
    years_in_existence = Count(load_default=None)
    initiatives = Count(load_default=None)
    model_years = Count(load_default=None)

    @validates_schema
    def _check_days(self, data: dict[str, Any], **kwargs: Any) -> None:
        begins, ends = data["achieved_from"], data["achieved_to"]
        if begins and ends and ends < begins:
            message = code("ends_before_it_begins", _vn(ends), _vn(begins))
            raise ValidationError({"achieved_to": [message]})

    @validates_schema
    def _check_place(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data["place"] not in ("", INSIDE, OUTSIDE):
            raise ValidationError({"place": [code("not_in_list", data["place"])]})


def define(
    rounds: Iterable[tuple[int, str]],
    known: Iterable[tuple[str, str]],
    units: Iterable[tuple[int, str]],
    bases: Iterable[MovementBasis] = (),
    alike: Iterable[tuple[str, str]] = (),
) -> FormDefinition:
    """Return the question in three parts: what is needed, what helps, what merit counts.

    Every award and every kind of subject may be asked about, also those that the round
    does not take: the answer says so.

    :param rounds: ids and names of the rounds.
    :param known, alike: see :func:`forms.opening.define`.
    :param units: ids and names of the units that may submit.
    """
    return FormDefinition(
        "eligibility",
        Bilingual("Kiểm tra điều kiện", "Eligibility"),
        (
            Section(
                "needed",
                Bilingual("Hỏi về ai, hình thức nào, đợt nào", "Who, which award, which round"),
                (
                    _select("dot", Bilingual("Đợt khen thưởng", "Round"), rounds, needed=True),
                    Field(
                        "award",
                        Kind.SELECT,
                        Bilingual("Hình thức khen thưởng", "Award"),
                        required=True,
                        choices=tuple(choice_of(award) for award in Award),
                    ),
                    *subject_fields(SubjectKind, known, alike),
                    _select("unit", Bilingual("Đơn vị đề nghị", "Submitting unit"), units),
                ),
            ),
            Section(
                "known",
                Bilingual("Dữ kiện đã biết", "What else is known"),
                (*basis_fields(bases), *_KNOWN),
            ),
            Section("merit", Bilingual("Theo công trạng", "By merit"), _MERIT),
        ),
    )


def _vn(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _select(
    name: str,
    label: Bilingual,
    choices: Iterable[tuple[int, str]],
    *,
    needed: bool = False,
) -> Field:
    return Field(
        name,
        Kind.SELECT,
        label,
        required=needed,
        choices=tuple(Choice(str(one), Bilingual(text, text)) for one, text in choices),
    )


_KNOWN = (
    Field(
        "received_on",
        Kind.DATE,
        Bilingual("Ngày tiếp nhận hồ sơ", "Day of reception"),
        Bilingual(
            "Bỏ trống là hôm nay. Ngày này quyết định bộ quy định được áp dụng.",
            "Left blank: today. This day chooses the rules that apply.",
        ),
    ),
    Field(
        "achieved_from",
        Kind.DATE,
        Bilingual("Thành tích lập từ ngày", "Achieved from"),
        Bilingual("Ngày hoặc tháng, ví dụ 09/2026.", "A day or a month, such as 09/2026."),
    ),
    Field(
        "achieved_to",
        Kind.DATE,
        Bilingual("đến ngày", "to"),
        Bilingual("Ngày hoặc tháng, ví dụ 05/2030.", "A day or a month, such as 05/2030."),
    ),
    Field(
        "content",
        Kind.TEXTAREA,
        Bilingual("Tóm tắt thành tích", "The achievement in short"),
        Bilingual(
            "Để so với thành tích đã được khen thưởng.",
            "To compare it with achievements already commended.",
        ),
        limit=NOTE,
    ),
    Field(
        "managing_body",
        Kind.TEXT,
        Bilingual(
            "Nơi quản lý tổ chức, cán bộ, quỹ lương", "Body that manages staff and payroll"
        ),
        limit=LINE,
    ),
    Field(
        "place",
        Kind.SELECT,
        Bilingual("Đối tượng thuộc địa bàn phường", "The subject lies in the ward"),
        choices=(
            Choice(INSIDE, Bilingual("Trong phường", "Inside the ward")),
            Choice(OUTSIDE, Bilingual("Ngoài phường", "Outside the ward")),
        ),
    ),
    Field(
        "pending",
        Kind.CHECKBOXES,
        Bilingual("Việc đang được xem xét", "Pending matters"),
        Bilingual(
            "Không ghi nội dung tố cáo. Việc đã ghi trong hồ sơ đối tượng được tính sẵn.",
            "Nothing of a denunciation is asked. Matters on record are counted already.",
        ),
        choices=tuple(choice_of(reason) for reason in HoldReason),
    ),
)

_MERIT = (
    Field(
        "route",
        Kind.RADIO,
        Bilingual("Xét theo", "By"),
        Bilingual(
            "Bỏ trống là theo phong trào thi đua.", "Left blank: by an emulation movement."
        ),
        choices=tuple(choice_of(route) for route in Route),
    ),
    Field(
        "years_well",
        Kind.INTEGER,
        Bilingual(
            "Số năm liên tục hoàn thành tốt nhiệm vụ trở lên",
            "Years in a row in which tasks were completed well or better",
        ),
    ),
    Field(
        "years_excellent",
        Kind.INTEGER,
        Bilingual(
            "Số năm hoàn thành xuất sắc nhiệm vụ",
            "Years in which tasks were completed excellently",
        ),
    ),
    Field(
        "fighter_titles",
        Kind.INTEGER,
        Bilingual(
            "Số lần đạt Chiến sĩ thi đua cơ sở trong thời gian đó",
            "Times a grassroots emulation fighter in those years",
        ),
    ),
    Field(
        "years_in_existence",
        Kind.INTEGER,
        Bilingual("Số năm xây dựng và phát triển của tập thể", "Years of the collective"),
    ),
    Field(
        "initiatives",
        Kind.INTEGER,
        Bilingual("Số sáng kiến được tỉnh công nhận", "Initiatives recognised by the province"),
    ),
    Field(
        "model_years",
        Kind.INTEGER,
        Bilingual(
            "Số năm mô hình sản xuất của nông dân ổn định",
            "Years for which a farmer's model has been stable",
        ),
    ),
)
