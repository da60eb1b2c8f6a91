"""The hold form: why a nomination is not examined yet (chưa xét)."""

from forms.definition import (
    Bilingual,
    Field,
    FormContext,
    FormDefinition,
    Kind,
    Section,
    choices_of,
)
from forms.fields import NOTE, Chosen, FormSchema, LongText
from forms.vocabulary import HoldReason


class HoldSchema(FormSchema):
    """Version 1 of the hold form."""

    reason_kind = Chosen(HoldReason, required=True)
    reason = LongText(required=True)


def define(about: FormContext) -> FormDefinition:
    """Return what the hold form asks."""
    title = Bilingual("Chưa xét (tạm dừng)", "Hold")
    kind = Field(
        "reason_kind",
        Kind.RADIO,
        Bilingual("Vì sao chưa xét", "Why it is held"),
        required=True,
        choices=choices_of(HoldReason),
    )
    reason = Field(
        "reason",
        Kind.TEXTAREA,
        Bilingual("Nội dung vụ việc", "What the matter is"),
        Bilingual(
            "Nêu cơ quan đang xem xét và văn bản liên quan, nếu có.",
            "Name the body that looks into it and its document, if any.",
        ),
        required=True,
        limit=NOTE,
    )
    return FormDefinition("hold.v1", title, (Section("hold", title, (kind, reason)),))
