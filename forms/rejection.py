"""The rejection form: why a nomination is not recommended or not awarded."""

from forms.definition import Bilingual, Field, FormContext, FormDefinition, Kind, Section
from forms.fields import NOTE, LongText
from forms.review import DepartingSchema, departure_fields


class RejectionSchema(DepartingSchema):
    """Version 1 of the rejection form."""

    reason = LongText(required=True)


def define(about: FormContext) -> FormDefinition:
    """Return what the rejection form asks."""
    reason = Field(
        "reason",
        Kind.TEXTAREA,
        Bilingual("Lý do", "Reason"),
        Bilingual(
            "Đơn vị đề nghị đọc nguyên văn lý do này.",
            "The submitting unit reads this as it is.",
        ),
        required=True,
        limit=NOTE,
    )
    title = Bilingual("Không đề nghị, không khen thưởng", "Rejection")
    section = Section("rejection", title, (reason, *departure_fields(about)))
    return FormDefinition("rejection.v1", title, (section,))
