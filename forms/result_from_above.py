"""The form that records what a level above decided, from its paper."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from forms.decision import DOCUMENT, SIGNER
from forms.definition import (
    Bilingual,
    Choice,
    Field,
    FormContext,
    FormDefinition,
    Kind,
    Section,
)
from forms.fields import NOTE, Day, DocumentNumber, FormSchema, LongText, Text
from forms.messages import code


class ResultFromAboveSchema(FormSchema):
    """Version 1 of the form; ``scan`` is the id of an attachment added at the task."""

    number = DocumentNumber(required=True)
    signed_on = Day(required=True, past=True)
    signer_name = Text(required=True)
    signer_title = Text(required=True)
    note = LongText(load_default="")
    scan = Text(load_default="", limit=20)

    @validates_schema(skip_on_field_errors=False)
    def _check_scan(self, data: dict[str, Any], **kwargs: Any) -> None:
        scan = data.get("scan")
        if scan and scan not in {item.id for item in self.about.attachments}:
            raise ValidationError({"scan": [code("not_an_attachment", scan)]})


def define(about: FormContext) -> FormDefinition:
    """Return what the form asks, with the files that may be its scan."""
    title = Bilingual("Kết quả từ cấp trên", "Result from above")
    note = Field("note", Kind.TEXTAREA, Bilingual("Ghi chú", "Note"), limit=NOTE)
    scan = Field(
        "scan",
        Kind.SELECT,
        Bilingual("Bản quét của văn bản", "Scan of the paper"),
        Bilingual(
            "Tải tệp lên ở cuối trang, rồi chọn tại đây.",
            "Add the file at the end of the page, then choose it here.",
        ),
        choices=tuple(Choice(item.id, item.text) for item in about.attachments),
    )
    section = Section("result", title, (*DOCUMENT, *SIGNER, scan, note))
    return FormDefinition("result_from_above.v1", title, (section,))
