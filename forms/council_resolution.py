"""The council resolution form: what the council advised, with its counts.

The advice itself is the outcome of the task; the secretary types the counts.
"""

from typing import Any

from marshmallow import ValidationError, validates_schema

from forms.definition import Bilingual, Field, FormContext, FormDefinition, Kind, Section
from forms.fields import NOTE, Count, Day, FormSchema, LongText
from forms.messages import code


class CouncilResolutionSchema(FormSchema):
    """Version 1 of the council resolution form."""

    session_on = Day(required=True, past=True)
    total_members = Count(required=True, least=1)
    present = Count(required=True)
    written_opinions = Count(load_default=0)
    agree = Count(required=True)
    disagree = Count(required=True)
    blank = Count(load_default=0)
    opinions = Count(load_default=None)
    """Opinions of the public, where it was asked; none came: 0, and the remarks say so."""
    note = LongText(load_default="")

    @validates_schema(skip_on_field_errors=False)
    def _check_opinions(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Take no opinion at all as an outcome that the minutes must name (Art. 84.5)."""
        opinions = data.get("opinions")
        if opinions is not None and not self.about.asks_public:
            raise ValidationError({"opinions": [code("unknown_field", "opinions")]})
        if opinions == 0 and not data.get("note"):
            raise ValidationError({"note": ["say_no_opinions"]})

    @validates_schema
    def _check_counts(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Want no more voters than members and no more votes than voters."""
        voters = data["present"] + data["written_opinions"]
        votes = data["agree"] + data["disagree"] + data["blank"]
        if voters > data["total_members"]:
            message = code("more_attend_than_members", voters, data["total_members"])
            raise ValidationError({"present": [message]})
        if votes > voters:
            raise ValidationError({"agree": [code("more_votes_than_voters", votes, voters)]})


def define(about: FormContext) -> FormDefinition:
    """Return what the council resolution form asks."""
    return FormDefinition(
        "council_resolution.v1",
        Bilingual("Kết quả họp Hội đồng", "Resolution of the council"),
        (
            Section("session", Bilingual("Phiên họp", "Session"), _SESSION),
            *((_CONSULTATION,) if about.asks_public else ()),
            Section("votes", Bilingual("Kết quả biểu quyết", "Votes"), _VOTES),
        ),
    )


_SESSION = (
    Field(
        "session_on",
        Kind.DATE,
        Bilingual("Ngày họp", "Date of the session"),
        Bilingual("Ví dụ 05/12/2026.", "For example 05/12/2026."),
        required=True,
    ),
    Field(
        "total_members",
        Kind.INTEGER,
        Bilingual("Tổng số thành viên Hội đồng", "Members of the council"),
        required=True,
    ),
    Field("present", Kind.INTEGER, Bilingual("Số thành viên dự họp", "Present"), required=True),
    Field(
        "written_opinions",
        Kind.INTEGER,
        Bilingual("Số ý kiến bằng văn bản của người vắng", "Written opinions of absentees"),
        Bilingual("Để trống nếu không có.", "Leave blank if none."),
    ),
)

_CONSULTATION = Section(
    "consultation",
    Bilingual("Lấy ý kiến nhân dân", "Public consultation"),
    (
        Field(
            "opinions",
            Kind.INTEGER,
            Bilingual("Số ý kiến nhận được", "Opinions received"),
            Bilingual(
                "Không có ý kiến nào thì ghi 0 và nêu rõ ở phần ý kiến của Hội đồng. Để trống"
                " nếu chưa lấy ý kiến (Luật Thi đua, khen thưởng, Điều 84 khoản 5).",
                "Write 0 where there was none, and say so in the remarks. Leave blank if the"
                " public was not asked yet (Law, Article 84, clause 5).",
            ),
        ),
    ),
)

_VOTES = (
    Field("agree", Kind.INTEGER, Bilingual("Số phiếu đồng ý", "Votes for"), required=True),
    Field(
        "disagree",
        Kind.INTEGER,
        Bilingual("Số phiếu không đồng ý", "Votes against"),
        required=True,
    ),
    Field(
        "blank",
        Kind.INTEGER,
        Bilingual("Số phiếu trắng, không hợp lệ", "Blank or spoiled votes"),
        Bilingual("Để trống nếu không có.", "Leave blank if none."),
    ),
    Field(
        "note",
        Kind.TEXTAREA,
        Bilingual("Ý kiến của Hội đồng", "Remarks of the council"),
        Bilingual("Không bắt buộc.", "Optional."),
        limit=NOTE,
    ),
)
