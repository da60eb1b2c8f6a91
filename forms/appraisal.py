"""The appraisal form (thẩm định): a checklist, a note for each item, a summary."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, pre_load, validates_schema

from forms.definition import (
    Bilingual,
    Field,
    FormContext,
    FormDefinition,
    Kind,
    Section,
    choices_of,
)
from forms.fields import NOTE, Chosen, FormSchema, LongText, Part
from forms.vocabulary import CheckItem, ReturnItem, Verdict

RETURNED_AS = {
    CheckItem.RIGHT_SUBJECT: ReturnItem.WRONG_SUBJECT,
    CheckItem.RIGHT_AUTHORITY: ReturnItem.OTHER,
    CheckItem.MEETS_CRITERIA: ReturnItem.UNCLEAR_CRITERIA,
    CheckItem.COMPLETE: ReturnItem.MISSING_PART,
    CheckItem.NOT_REPEATED: ReturnItem.MISSING_PRIOR_AWARDS,
    CheckItem.NOTHING_PENDING: ReturnItem.OTHER,
}
"""Tick of a return that an item of the checklist stands for, when it is not met."""


class CheckSchema(FormSchema):
    """What was found on one item."""

    verdict = Chosen(Verdict, required=True)
    note = LongText(load_default="")

    @validates_schema
    def _check_note(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data["verdict"] is not Verdict.MET and not data["note"]:
            raise ValidationError({"note": ["explain_verdict"]})


def _check() -> Part:
    """Return a field for one item; missing, it asks for its verdict."""
    return Part(CheckSchema, load_default=None)


class ChecksSchema(FormSchema):
    """One field for each :class:`~forms.vocabulary.CheckItem`."""

    right_subject = _check()
    right_authority = _check()
    meets_criteria = _check()
    complete = _check()
    not_repeated = _check()
    nothing_pending = _check()

    @validates_schema(skip_on_field_errors=False)
    def _check_all(self, data: dict[str, Any], **kwargs: Any) -> None:
        missing = [item for item in CheckItem if item in data and data[item] is None]
        if missing:
            raise ValidationError({item: {"verdict": ["choose_one"]} for item in missing})


class AppraisalSchema(FormSchema):
    """Version 1 of the appraisal form."""

    checks = Part(ChecksSchema, required=True)
    summary = LongText(required=True)

    @pre_load
    def _ask_for_each(self, data: Any, **kwargs: Any) -> Any:
        """Let an empty checklist say which items it lacks."""
        return {"checks": {}, **data} if isinstance(data, Mapping) else data


def define(about: FormContext) -> FormDefinition:
    """Return what the appraisal form asks: each item of the checklist, then a summary."""
    questions: list[Field] = []
    for item in CheckItem:
        questions += _item_fields(item)
    summary = Field(
        "summary",
        Kind.TEXTAREA,
        Bilingual("Kết luận thẩm định", "Conclusion of the appraisal"),
        required=True,
        limit=NOTE,
    )
    return FormDefinition(
        "appraisal.v1",
        Bilingual("Thẩm định", "Appraisal"),
        (
            Section("checks", Bilingual("Các mục thẩm định", "Checklist"), tuple(questions)),
            Section("summary", Bilingual("Kết luận", "Conclusion"), (summary,)),
        ),
    )


def _item_fields(item: CheckItem) -> tuple[Field, Field]:
    source = Bilingual(
        f"Căn cứ: {item.source}.", f"Source: {item.source.replace('Điều', 'Article')}."
    )
    return (
        Field(
            f"checks.{item.value}.verdict",
            Kind.RADIO,
            Bilingual(item.vi, item.en),
            source if item.source else None,
            required=True,
            choices=choices_of(Verdict),
        ),
        Field(
            f"checks.{item.value}.note",
            Kind.TEXTAREA,
            Bilingual(f"Ghi chú: {item.vi[0].lower()}{item.vi[1:]}", f"Note: {item.en}"),
            limit=NOTE,
        ),
    )
