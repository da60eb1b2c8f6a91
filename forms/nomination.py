"""The nomination form (hồ sơ đề nghị khen thưởng), written by the submitting unit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms.definition import (
    Bilingual,
    Choice,
    Field,
    FormContext,
    FormDefinition,
    Kind,
    Section,
)
from forms.fields import (
    LINE,
    LONG_TEXT,
    NOTE,
    Answers,
    Day,
    Declaration,
    FormSchema,
    LongText,
    Rows,
    Text,
    Ticked,
)
from forms.messages import code
from forms.vocabulary import ReturnItem, SubjectKind

SUMMARY = 500
"""Most characters of the summary, which lists and decisions print."""

MOST_PRIOR_AWARDS = 10
"""Most awards already received that the form lists."""

CONCERNED: Mapping[ReturnItem, tuple[str, ...]] = {
    ReturnItem.MISSING_PART: ("evidence",),
    ReturnItem.MISSING_FIGURES: ("summary", "achievements"),
    ReturnItem.WRONG_SUBJECT: ("subject_name", "subject_title", "managing_body"),
    ReturnItem.UNCLEAR_CRITERIA: ("contents", "criteria"),
    ReturnItem.UNCLEAR_PERIOD: ("achieved_from", "achieved_to"),
    ReturnItem.MISSING_PRIOR_AWARDS: ("prior_awards",),
    ReturnItem.MISSING_CONFIRMATION: ("evidence",),
    ReturnItem.MISSING_MINUTES: ("evidence",),
    ReturnItem.OTHER: (),
}
"""Fields beside which a tick of a return is shown."""


class PriorAwardSchema(FormSchema):
    """One award that the subject has received before."""

    award = Text(required=True)
    number = Text(load_default="")
    signed_on = Day(load_default=None)
    authority = Text(required=True)


class NominationSchema(FormSchema):
    """Version 1 of the nomination form; ``about`` has the contents and criteria."""

    subject_name = Text(required=True)
    subject_title = Text(load_default="")
    managing_body = Text(required=True)
    contents = Ticked(Text(limit=40), required=True)
    criteria = Answers(limit=LONG_TEXT, required=True)
    summary = LongText(limit=SUMMARY, required=True)
    achievements = LongText(limit=LONG_TEXT, required=True)
    achieved_from = Day(required=True, month="first")
    achieved_to = Day(required=True, month="last")
    prior_awards = Rows(PriorAwardSchema, load_default=list)
    evidence_note = LongText(limit=NOTE, load_default="")
    declaration = Declaration(required=True)

    @validates_schema(skip_on_field_errors=False)
    def _check_ids(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Take only contents and criteria that the plan has for this subject."""
        known = {item.id for item in self.about.contents}
        unknown = [one for one in data.get("contents", ()) if one not in known]
        errors = {"contents": [code("not_in_list", one) for one in unknown]} if unknown else {}
        known = {item.id for item in self.about.criteria}
        for one in data.get("criteria", ()):
            if one not in known:
                errors[f"criteria.{one}"] = [code("not_in_list", one)]
        if errors:
            raise ValidationError(errors)

    @validates_schema(skip_on_field_errors=False)
    def _check_period(self, data: dict[str, Any], **kwargs: Any) -> None:
        begins, ends = data.get("achieved_from"), data.get("achieved_to")
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            days = f"{ends:%d/%m/%Y}", f"{begins:%d/%m/%Y}"
            raise ValidationError({"achieved_to": [code("ends_before_it_begins", *days)]})

    @validates_schema(skip_on_field_errors=False)
    def _check_rows(self, data: dict[str, Any], **kwargs: Any) -> None:
        found = len(data.get("prior_awards", ()))
        if found > MOST_PRIOR_AWARDS:
            message = code("too_many_rows", MOST_PRIOR_AWARDS, found)
            raise ValidationError({"prior_awards": [message]})


def define(about: FormContext) -> FormDefinition:
    """Return what the nomination form asks about the subject of ``about``."""
    return FormDefinition(
        "nomination.v1",
        Bilingual("Hồ sơ đề nghị khen thưởng", "Nomination"),
        (
            Section("subject", Bilingual("Đối tượng", "Subject"), _subject_fields(about)),
            Section(
                "criteria",
                Bilingual("Nội dung và tiêu chí", "Contents and criteria"),
                _criteria_fields(about),
                Bilingual(
                    "Chọn nội dung thi đua đã tham gia và trả lời từng tiêu chí mà đối tượng"
                    " đạt được, có số liệu cụ thể.",
                    "Choose the contents of the movement taken part in, and answer each"
                    " criterion that the subject meets, with figures.",
                ),
            ),
            Section("achievements", Bilingual("Thành tích", "Achievements"), _ACHIEVEMENTS),
            Section(
                "prior-awards",
                Bilingual("Khen thưởng đã nhận", "Awards already received"),
                (_PRIOR_AWARDS,),
                Bilingual(
                    "Để trống nếu chưa được khen thưởng lần nào."
                    " Thành tích đã được khen thưởng không đề nghị lại (Điều 5).",
                    "Leave blank if there are none. An achievement already commended"
                    " is not nominated again (Article 5).",
                ),
            ),
            Section("evidence", Bilingual("Tệp minh chứng", "Evidence"), _EVIDENCE),
        ),
    )


DECLARATION = Field(
    "declaration",
    Kind.DECLARATION,
    Bilingual(
        "Đơn vị cam kết nội dung hồ sơ đúng sự thật, thành tích chưa được khen thưởng, và chịu"
        " trách nhiệm về việc đề nghị này.",
        "The unit declares that the dossier is true, that the achievement was not commended"
        " before, and that it answers for this nomination.",
    ),
    Bilingual("Điều 13 và Điều 15 Luật Thi đua, khen thưởng.", "Law, Articles 13 and 15."),
    required=True,
)
"""What the unit declares when it submits; asked on the last page, not in a section."""


def _subject_fields(about: FormContext) -> tuple[Field, ...]:
    individual = about.subject_kind is SubjectKind.INDIVIDUAL
    name = Field(
        "subject_name",
        Kind.TEXT,
        Bilingual("Họ và tên", "Full name")
        if individual
        else Bilingual("Tên tập thể, doanh nghiệp", "Name of the collective or enterprise"),
        Bilingual(
            "Viết đúng như sẽ in trên quyết định và bằng.",
            "Exactly as the decision and the certificate will print it.",
        ),
        required=True,
        limit=LINE,
    )
    title = Field(
        "subject_title",
        Kind.TEXT,
        Bilingual("Chức vụ, nghề nghiệp", "Position or occupation"),
        limit=LINE,
    )
    body = Field(
        "managing_body",
        Kind.TEXT,
        Bilingual("Cơ quan, đơn vị quản lý", "Managing body"),
        Bilingual(
            "Nơi quản lý về tổ chức và quỹ lương của đối tượng (Điều 83).",
            "The body that manages the subject's organisation and payroll (Article 83).",
        ),
        required=True,
        limit=LINE,
    )
    return (name, title, body) if individual else (name, body)


def _criteria_fields(about: FormContext) -> tuple[Field, ...]:
    contents = Field(
        "contents",
        Kind.CHECKBOXES,
        Bilingual("Nội dung thi đua đã tham gia", "Contents of the movement taken part in"),
        Bilingual("Chọn một hay nhiều nội dung.", "Choose one or more."),
        required=True,
        choices=tuple(Choice(item.id, item.text) for item in about.contents),
    )
    criteria = (
        Field(f"criteria.{item.id}", Kind.TEXTAREA, item.text, _ANSWER_HINT, limit=LONG_TEXT)
        for item in about.criteria
    )
    return (contents, *criteria)


_ANSWER_HINT = Bilingual(
    "Nêu kết quả cụ thể; bỏ trống nếu không áp dụng.",
    "Give the results; leave blank if it does not apply.",
)

_ACHIEVEMENTS = (
    Field(
        "summary",
        Kind.TEXTAREA,
        Bilingual("Tóm tắt thành tích", "Summary of the achievement"),
        Bilingual(
            "Một đoạn ngắn, dùng trong danh sách và quyết định.",
            "A short paragraph, used in lists and in the decision.",
        ),
        required=True,
        limit=SUMMARY,
    ),
    Field(
        "achievements",
        Kind.TEXTAREA,
        Bilingual("Báo cáo thành tích", "Report of the achievements"),
        Bilingual(
            "Nêu việc đã làm, kết quả bằng số liệu, so sánh theo năm, phạm vi ảnh hưởng.",
            "What was done, the results in figures, compared by year, and how far they reach.",
        ),
        required=True,
        limit=LONG_TEXT,
    ),
    Field(
        "achieved_from",
        Kind.DATE,
        Bilingual("Lập thành tích từ", "Achieved from"),
        Bilingual("Ngày hoặc tháng, ví dụ 08/08/2025 hoặc 08/2025.", "A day or a month."),
        required=True,
    ),
    Field(
        "achieved_to",
        Kind.DATE,
        Bilingual("Lập thành tích đến", "Achieved until"),
        Bilingual("Ngày hoặc tháng, ví dụ 30/11/2026 hoặc 11/2026.", "A day or a month."),
        required=True,
    ),
)

_PRIOR_AWARDS = Field(
    "prior_awards",
    Kind.ROWS,
    Bilingual("Khen thưởng đã nhận", "Awards already received"),
    limit=MOST_PRIOR_AWARDS,
    columns=(
        Field(
            "award",
            Kind.TEXT,
            Bilingual("Danh hiệu, hình thức khen thưởng", "Title or award"),
            required=True,
            limit=LINE,
        ),
        Field("number", Kind.TEXT, Bilingual("Số quyết định", "Decision number"), limit=LINE),
        Field("signed_on", Kind.DATE, Bilingual("Ngày quyết định", "Date of the decision")),
        Field(
            "authority",
            Kind.TEXT,
            Bilingual("Cơ quan quyết định", "Deciding authority"),
            required=True,
            limit=LINE,
        ),
    ),
)

_EVIDENCE = (
    Field(
        "evidence",
        Kind.FILES,
        Bilingual("Tệp minh chứng", "Evidence files"),
        Bilingual(
            "PDF, JPG, PNG, DOCX hoặc XLSX; mỗi tệp không quá 20 MB.",
            "PDF, JPG, PNG, DOCX or XLSX; at most 20 MB each.",
        ),
    ),
    Field(
        "evidence_note",
        Kind.TEXTAREA,
        Bilingual("Ghi chú về tệp minh chứng", "Note about the evidence"),
        Bilingual(
            "Tệp nào chứng minh nội dung nào, nếu cần.", "Which file proves what, if needed."
        ),
        limit=NOTE,
    ),
)
