"""The return form: where a nomination goes back to, what is missing, and why."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from forms.definition import (
    Bilingual,
    Field,
    FormContext,
    FormDefinition,
    Kind,
    Section,
    choice_of,
    choices_of,
)
from forms.fields import NOTE, Chosen, FormSchema, LongText, Ticked
from forms.messages import code
from forms.vocabulary import ReturnItem, ReturnTarget


class ReturnSchema(FormSchema):
    """Version 1 of the return form; ``about`` has the places it may go back to."""

    return_to = Chosen(ReturnTarget, required=True)
    items = Ticked(Chosen(ReturnItem), required=True)
    reason = LongText(required=True)

    @validates_schema(skip_on_field_errors=False)
    def _check_target(self, data: dict[str, Any], **kwargs: Any) -> None:
        target = data.get("return_to")
        if target is not None and target not in self.about.return_targets:
            raise ValidationError({"return_to": [code("not_in_list", target.vi)]})


def define(about: FormContext) -> FormDefinition:
    """Return what the return form asks, with the places offered."""
    title = Bilingual("Trả lại để bổ sung", "Return for completion")
    return FormDefinition(
        "return.v1",
        title,
        (Section("return", title, _questions(about)),),
    )


def _questions(about: FormContext) -> tuple[Field, ...]:
    return (
        Field(
            "return_to",
            Kind.RADIO,
            Bilingual("Trả lại cho", "Return to"),
            required=True,
            choices=tuple(choice_of(target) for target in about.return_targets),
        ),
        Field(
            "items",
            Kind.CHECKBOXES,
            Bilingual("Nội dung cần bổ sung, sửa", "What is missing or wrong"),
            Bilingual(
                "Đơn vị sẽ thấy đúng những mục này, cạnh các ô cần sửa.",
                "The unit sees exactly these, beside the boxes to mend.",
            ),
            required=True,
            choices=choices_of(ReturnItem),
        ),
        Field(
            "reason",
            Kind.TEXTAREA,
            Bilingual("Lý do và hướng dẫn", "Reason and advice"),
            Bilingual(
                "Nói rõ thiếu gì, cần thêm gì; đơn vị đọc nguyên văn.",
                "Say what is missing and what to add; the unit reads it as it is.",
            ),
            required=True,
            limit=NOTE,
        ),
    )
