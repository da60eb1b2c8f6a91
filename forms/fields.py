"""Marshmallow fields and the schema base that our forms share.

Their messages are codes of :mod:`forms.messages`; errors come out flat, field address →
codes, so that a page finds the box that each belongs to.
"""

import calendar
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from marshmallow import Schema, ValidationError, fields

from forms.definition import FormContext
from forms.messages import code
from forms.vocabulary import Word

LINE = 200
"""Most characters of a one-line answer: names, titles, bodies."""

NOTE = 2_000
"""Most characters of a reason or a note."""

LONG_TEXT = 8_000
"""Most characters of the achievement text."""

COUNT_MOST = 9_999
"""Largest count that a form takes."""

REQUIRED: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "required",
    "null": "required",
}
"""Messages of a field that got nothing."""

_HIDDEN = {"Cc", "Cs", "Co", "Cn"}
_DIRECTION = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_DOCUMENT_NUMBER = re.compile(r"\d{2,}/[A-Za-zĐđ]+(-[A-Za-zĐđ0-9&]+)*")


class FormSchema(Schema):
    """Base of our schemas: unknown fields refused, codes for messages, errors flat.

    :ivar about: what the form must know about its case.
    """

    error_messages = {  # noqa: RUF012
        "unknown": "unknown_field",
        "type": "not_a_form",
    }

    def __init__(self, about: FormContext | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.about = about or FormContext()

    def handle_error(
        self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any
    ) -> None:
        """Make ``error.messages`` flat: field address → list of codes."""
        error.messages = dict(_flatten(error.messages))


def _flatten(messages: Any, address: str = "") -> list[tuple[str, list[str]]]:
    if isinstance(messages, Mapping):
        found: list[tuple[str, list[str]]] = []
        for name, inner in messages.items():
            inside = "" if name == "_schema" else str(name)
            found += _flatten(inner, ".".join(filter(None, [address, inside])))
        return found
    codes = [
        code("unknown_field", address) if one == "unknown_field" else str(one)
        for one in messages
    ]
    return [(address or "_form", codes)]


class Text(fields.String):
    """Text typed by a person: trimmed, composed to Unicode NFC, printable.

    Vietnamese can arrive decomposed (NFD), for example in a name copied from a file;
    two spellings of one name would compare unequal and print differently. One-line text
    has its white space folded; long text keeps its lines.
    """

    default_error_messages = {**REQUIRED, "invalid": "not_text", "invalid_utf8": "not_text"}  # noqa: RUF012

    def __init__(self, limit: int = LINE, *, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit
        self.lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs))
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()
        if not self.lines:
            text = " ".join(text.split())
        for character in text:
            if character != "\n" and _is_hidden(character):
                raise ValidationError(code("control_character", f"U+{ord(character):04X}"))
        if len(text) > self.limit:
            raise ValidationError(code("too_long", self.limit, len(text)))
        if self.required and not text:
            raise ValidationError("required")
        return text


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN or character in _DIRECTION


class LongText(Text):
    """Text of several lines."""

    def __init__(self, limit: int = NOTE, **kwargs: Any) -> None:
        super().__init__(limit, lines=True, **kwargs)


class Day(fields.Field[date]):
    """A day: ``05/09/2026`` or ``2026-09-05``; dumps as ``2026-09-05``.

    :param month: also take a month, ``09/2026``, as its first or its last day.
    :param past: refuse a day after ``about.today``, where the schema knows it.
    """

    default_error_messages = REQUIRED

    def __init__(
        self,
        *,
        month: Literal["first", "last"] | None = None,
        past: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.month = month
        self.past = past

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        day = value if type(value) is date else self._read(str(value).strip())
        today = getattr(self.root, "about", FormContext()).today
        if self.past and today is not None and day > today:
            raise ValidationError(code("day_in_future", f"{day:%d/%m/%Y}", f"{today:%d/%m/%Y}"))
        return day

    def _read(self, text: str) -> date:
        if not text:
            raise ValidationError("required")
        try:
            if found := _DAY.fullmatch(text):
                return date(int(found[3]), int(found[2]), int(found[1]))
            if found := _ISO_DAY.fullmatch(text):
                return date(int(found[1]), int(found[2]), int(found[3]))
            if self.month and (found := _MONTH.fullmatch(text)):
                year, month = int(found[2]), int(found[1])
                last = calendar.monthrange(year, month)[1]
                return date(year, month, 1 if self.month == "first" else last)
        except ValueError:
            pass
        raise ValidationError(code("not_a_day", text))

    def _serialize(
        self, value: date | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> str | None:
        return None if value is None else value.isoformat()


class Count(fields.Field[int]):
    """How many: a whole number in digits, not below ``least``."""

    default_error_messages = REQUIRED

    def __init__(self, *, least: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        text = str(value).strip()
        if not text:
            raise ValidationError("required")
        if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
            raise ValidationError(code("not_a_count", text))
        if len(text) > len(str(COUNT_MOST)) or int(text) > COUNT_MOST:
            raise ValidationError(code("too_large", COUNT_MOST, text))
        if int(text) < self.least:
            raise ValidationError(code("too_small", self.least, text))
        return int(text)


class Chosen(fields.Field[Word]):
    """One word of the vocabulary, by its code."""

    default_error_messages = {"required": "choose_one", "null": "choose_one"}  # noqa: RUF012

    def __init__(self, words: type[Word], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Word:
        if value == "":
            raise ValidationError("choose_one")
        word = next((word for word in self.words if word.value == value), None)
        if word is None:
            raise ValidationError(code("not_in_list", value))
        return word

    def _serialize(
        self, value: Word | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> str | None:
        return None if value is None else value.value


class Ticked(fields.List[Any]):
    """The boxes ticked in a list, without repeats; at least one if ``required``."""

    default_error_messages = {  # noqa: RUF012
        "required": "choose_one",
        "null": "choose_one",
        "invalid": "not_a_list",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        ticked = super()._deserialize(value, attr, data, **kwargs)
        if self.required and not ticked:
            raise ValidationError("choose_one")
        return list(dict.fromkeys(ticked))


class Declaration(fields.Field[bool]):
    """A box that must be ticked."""

    default_error_messages = {  # noqa: RUF012
        "required": "not_declared",
        "null": "not_declared",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if value not in (True, "yes"):
            raise ValidationError("not_declared")
        return True


class DocumentNumber(Text):
    """Number and symbol of an administrative document: ``309/QĐ-UBND``.

    Two digits at least, padded with zero (Decree 30/2020/NĐ-CP, Annex I).
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        number = super()._deserialize(value, attr, data, **kwargs)
        if number and not _DOCUMENT_NUMBER.fullmatch(number):
            raise ValidationError(code("not_a_document_number", number))
        return number


class Answers(fields.Field[dict[str, str]]):
    """Answers by id, blank ones left out; at least one if ``required``."""

    default_error_messages = {  # noqa: RUF012
        "required": "answer_one_criterion",
        "null": "answer_one_criterion",
    }

    def __init__(self, limit: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.text = LongText(limit=limit)

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise ValidationError("not_a_form")
        answers, errors = {}, {}
        for one, typed in value.items():
            try:
                answers[str(one)] = self.text.deserialize(typed) or ""
            except ValidationError as error:
                errors[str(one)] = error.messages
        if errors:
            raise ValidationError(errors)
        answers = {one: text for one, text in answers.items() if text}
        if self.required and not answers:
            raise ValidationError("answer_one_criterion")
        return answers


class Part(fields.Nested):
    """Answers that belong together, checked by a schema of their own."""

    default_error_messages = {"required": "required", "null": "required", "type": "not_a_form"}  # noqa: RUF012


class Rows(fields.List[Any]):
    """Rows of a table, each checked by ``schema``."""

    default_error_messages = {"null": "not_a_list", "invalid": "not_a_list"}  # noqa: RUF012

    def __init__(self, schema: type[FormSchema], **kwargs: Any) -> None:
        super().__init__(Part(schema), **kwargs)
