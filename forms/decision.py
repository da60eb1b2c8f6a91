"""The decision form: number, date and signer of the decision to award."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms.definition import Bilingual, Field, FormContext, FormDefinition, Kind, Section
from forms.fields import LINE, Day, DocumentNumber, Text
from forms.review import DepartingSchema, departure_fields


class DecisionSchema(DepartingSchema):
    """Version 1 of the decision form."""

    number = DocumentNumber(required=True)
    signed_on = Day(required=True, past=True)
    signer_name = Text(required=True)
    signer_title = Text(required=True)

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _check_signed(
        self, data: dict[str, Any], typed: Mapping[str, Any], **kwargs: Any
    ) -> None:
        """Want the signature before the number (Decree 30/2020/NĐ-CP, Art. 15)."""
        if data.get("number") and not str(typed.get("signed_on") or "").strip():
            raise ValidationError({"signed_on": ["number_before_signature"]})


def define(about: FormContext) -> FormDefinition:
    """Return what the decision form asks."""
    title = Bilingual("Quyết định khen thưởng", "Decision to award")
    questions = (*departure_fields(about), *DOCUMENT, *SIGNER)
    return FormDefinition("decision.v1", title, (Section("decision", title, questions),))


DOCUMENT = (
    Field(
        "number",
        Kind.TEXT,
        Bilingual("Số, ký hiệu văn bản", "Number and symbol"),
        Bilingual(
            "Ví dụ 05/QĐ-UBND; số nhỏ hơn 10 ghi thêm số 0 phía trước.",
            "For example 05/QĐ-UBND; below 10 with a leading zero.",
        ),
        required=True,
        limit=LINE,
    ),
    Field(
        "signed_on",
        Kind.DATE,
        Bilingual("Ngày ký", "Signed on"),
        Bilingual("Ví dụ 05/12/2026.", "For example 05/12/2026."),
        required=True,
    ),
)
"""Number and date of a paper."""

SIGNER = (
    Field(
        "signer_name",
        Kind.TEXT,
        Bilingual("Họ và tên người ký", "Name of the signer"),
        required=True,
        limit=LINE,
    ),
    Field(
        "signer_title",
        Kind.TEXT,
        Bilingual("Chức vụ người ký", "Title of the signer"),
        required=True,
        limit=LINE,
    ),
)
"""Who signed a paper."""
