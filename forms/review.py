"""The review form: what a reviewer says who recommends a nomination to the next level."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from forms.definition import Bilingual, Field, FormContext, FormDefinition, Kind, Section
from forms.fields import NOTE, FormSchema, LongText


class DepartingSchema(FormSchema):
    """Base of the forms of an authority, which may decide otherwise than the council."""

    deviation_reason = LongText(load_default="")

    @validates_schema(skip_on_field_errors=False)
    def _check_departure(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Want a reason if and only if the outcome departs from the council's advice."""
        given = data.get("deviation_reason")
        if self.about.departs_from_advice and given == "":
            raise ValidationError({"deviation_reason": ["explain_departure"]})
        if given and not self.about.departs_from_advice:
            raise ValidationError({"deviation_reason": ["no_departure"]})


class ReviewSchema(DepartingSchema):
    """Version 1 of the review form."""

    opinion = LongText(load_default="")


DEVIATION = Field(
    "deviation_reason",
    Kind.TEXTAREA,
    Bilingual(
        "Lý do quyết định khác ý kiến của Hội đồng",
        "Why this departs from the council's advice",
    ),
    Bilingual(
        "Hội đồng tư vấn, người có thẩm quyền quyết định (Điều 90).",
        "The council advises, the authority decides (Article 90).",
    ),
    required=True,
    limit=NOTE,
)
"""Asked only where the outcome departs from the advice."""


def departure_fields(about: FormContext) -> tuple[Field, ...]:
    """Return the question about the departure, if the outcome is one."""
    return (DEVIATION,) if about.departs_from_advice else ()


def define(about: FormContext) -> FormDefinition:
    """Return what the review form asks."""
    opinion = Field(
        "opinion",
        Kind.TEXTAREA,
        Bilingual("Ý kiến", "Opinion"),
        Bilingual("Không bắt buộc.", "Optional."),
        limit=NOTE,
    )
    title = Bilingual("Ý kiến xét duyệt", "Review")
    section = Section("review", title, (*departure_fields(about), opinion))
    return FormDefinition("review.v1", title, (section,))
