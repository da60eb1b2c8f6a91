"""The return form: where a nomination goes back to, what is missing, and why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from forms.definition import (
    Bilingual,
    Choice,
    Field,
    FormContext,
    FormDefinition,
    Kind,
    Section,
    Supplement,
    choice_of,
    choices_of,
)
from forms.fields import NOTE, Chosen, Day, FormSchema, LongText, Ticked
from forms.messages import code
from forms.vocabulary import DossierPart, ReturnItem, ReturnTarget

NAMED_AS_PAPERS = (ReturnItem.MISSING_CONFIRMATION, ReturnItem.MISSING_MINUTES)
"""Ticks of version 1 that version 2 asks for as papers, each under its own name."""

ITEMS = tuple(item for item in ReturnItem if item not in NAMED_AS_PAPERS)
"""Ticks of version 2."""

_TITLE = Bilingual("Trả lại để bổ sung", "Return for completion")


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


class SupplementSchema(ReturnSchema):
    """Version 2: a tick for missing papers says which, and by when they are due.

    ``about.supplement`` has the papers, how often they may be asked for, and the last
    day where a setting of the office gives it.
    """

    papers = Ticked(Chosen(DossierPart), load_default=list)
    due_on = Day(load_default=None)

    @validates_schema(skip_on_field_errors=False)
    def _check_supplement(self, data: dict[str, Any], **kwargs: Any) -> None:
        found = dict(_wrong(data, self.about))
        if found:
            raise ValidationError(found)

    @post_load
    def _fill_in_the_day(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        if ReturnItem.MISSING_PART in data["items"] and data["due_on"] is None:
            data["due_on"] = self.about.supplement.due_on
        return data


def _wrong(data: dict[str, Any], about: FormContext) -> Iterator[tuple[str, list[str]]]:
    """Yield what is wrong with the ticks, the papers and the day of a supplement."""
    terms = about.supplement
    items, papers = data.get("items", []), data.get("papers", [])
    asks = ReturnItem.MISSING_PART in items
    strange = [item for item in items if item in NAMED_AS_PAPERS]
    if strange:
        yield "items", [code("not_in_list", item.vi) for item in strange]
    elif asks and terms.is_used_up:
        yield "items", [code("too_many_supplements", terms.made, terms.limit)]
    if asks and "papers" in data and not papers:
        yield "papers", ["choose_one"]
    elif papers and not asks:
        yield "papers", ["papers_without_tick"]
    elif other := [paper for paper in papers if paper not in terms.papers]:
        yield "papers", [code("not_in_list", paper.vi) for paper in other]
    if "due_on" in data:
        wrong = _wrong_day(data["due_on"], about, asks=asks)
        if wrong:
            yield "due_on", [wrong]


def _wrong_day(due_on: date | None, about: FormContext, *, asks: bool) -> str:
    """Return what is wrong with the last day that was given; empty: nothing."""
    terms = about.supplement
    if due_on is None:
        return "required" if asks and terms.due_on is None else ""
    if not asks:
        return "papers_without_tick"
    if terms.due_on is not None and due_on != terms.due_on:
        return code("day_is_set", f"{due_on:%d/%m/%Y}", f"{terms.due_on:%d/%m/%Y}")
    is_ours = terms.limit is not None
    if is_ours and about.today is not None and due_on <= about.today:
        return code("day_not_ahead", f"{due_on:%d/%m/%Y}", f"{about.today:%d/%m/%Y}")
    return ""


def define(about: FormContext) -> FormDefinition:
    """Return what version 1 asks, with the places offered."""
    target, items, reason = _questions(about)
    return FormDefinition(
        "return.v1", _TITLE, (Section("return", _TITLE, (target, items, reason)),)
    )


def define_supplement(about: FormContext) -> FormDefinition:
    """Return what version 2 asks: no papers and no day where no request may be made."""
    target, items, reason = _questions(about)
    terms = about.supplement
    offered = ITEMS
    asked: tuple[Field, ...] = ()
    if terms.is_used_up:
        offered = tuple(item for item in ITEMS if item is not ReturnItem.MISSING_PART)
    else:
        asked = (_papers(terms), *(() if terms.due_on else (_due_day(),)))
    items = replace(
        items, choices=tuple(choice_of(item) for item in offered), help=_items_help(terms)
    )
    questions = (target, items, *asked, reason)
    return FormDefinition("return.v2", _TITLE, (Section("return", _TITLE, questions),))


def _questions(about: FormContext) -> tuple[Field, Field, Field]:
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


def _items_help(terms: Supplement) -> Bilingual:
    if terms.is_used_up:
        return Bilingual(
            f"Đã yêu cầu bổ sung thành phần hồ sơ {terms.made} lần, cấu hình đơn vị cho phép"
            f" nhiều nhất {terms.limit} lần; không yêu cầu thêm được nữa.",
            f"Missing papers were asked for {terms.made} times; the office allows"
            f" {terms.limit} at most, so they cannot be asked for again.",
        )
    return Bilingual(
        "Đơn vị sẽ thấy đúng những mục này, cạnh các ô cần sửa. Nếu đánh dấu “Thiếu thành"
        " phần hồ sơ”, chọn giấy tờ còn thiếu ở dưới.",
        "The unit sees exactly these, beside the boxes to mend. If a part of the dossier is"
        " missing, choose the papers below.",
    )


def _papers(terms: Supplement) -> Field:
    choices: tuple[Choice, ...] = tuple(choice_of(paper) for paper in terms.papers)
    vi, en = "Chỉ chọn khi thiếu thành phần hồ sơ.", "Only where a part is missing."
    if terms.limit is not None:
        vi += f" Được yêu cầu nhiều nhất {terms.limit} lần (cấu hình đơn vị),"
        vi += f" đã yêu cầu {terms.made} lần."
        en += (
            f" Asked for {terms.limit} times at most (set by this office), {terms.made} so far."
        )
    if terms.due_on is not None:
        vi += f" Hạn bổ sung: hết ngày {terms.due_on:%d/%m/%Y} (cấu hình đơn vị)."
        en += f" Due by the end of {terms.due_on:%d/%m/%Y} (set by this office)."
    return Field(
        "papers",
        Kind.CHECKBOXES,
        Bilingual("Giấy tờ cần bổ sung", "Papers to be brought"),
        Bilingual(vi, en),
        choices=choices,
    )


def _due_day() -> Field:
    return Field(
        "due_on",
        Kind.DATE,
        Bilingual("Hạn bổ sung giấy tờ", "Papers due by"),
        Bilingual(
            "Cần có khi thiếu thành phần hồ sơ: ngày cuối cùng đơn vị nộp bổ sung. Chưa có"
            " quy định trong hệ thống nên người yêu cầu ghi ngày.",
            "Needed where a part is missing: the last day for the unit to bring it. No rule"
            " in the system says so, so whoever asks gives the day.",
        ),
    )
