"""Short forms of the office's own affairs: one question under the other, one button.

The long forms of a nomination are described in ``forms`` and shown by ``form_controls``.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from flask import g, render_template, request
from marshmallow import ValidationError

from engine.commands import answer_once
from engine.errors import EngineError, InvalidSubmission
from forms.fields import Day
from forms.messages import code
from forms.vocabulary import Word
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.errors import answer_to, sentence_for
from webapp.kept_text import RESUME
from webapp.wording import sentences

Chosen = TypeVar("Chosen", bound=Word)

KEY = "key"


@dataclass(frozen=True)
class Control:
    """One question.

    :ivar kind: ``text``, ``long`` (lines), ``select``, ``check`` (one box), ``checks``
        (several), ``file`` or ``hidden``.
    :ivar value: what it shows at first: a text, or the chosen values of ``checks``.
    :ivar lang: of what is typed, where that is not the language of the page.
    """

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    chosen: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    required: bool = True
    empty: str = ""
    lang: str = ""


@dataclass
class ShortForm:
    """A form as its page shows it, with what was typed and what is wrong with it."""

    title: str
    submit: str
    controls: tuple[Control, ...]
    crumbs: tuple[tuple[str, str], ...] = ()
    note: str = ""
    dangerous: bool = False
    template: str = "form.html"
    words: Mapping[str, Any] = field(default_factory=dict)
    """What a template of its own needs besides."""
    errors: dict[str, list[str]] = field(default_factory=dict)
    problem: str = ""
    status: int = 422

    def show(self) -> str | tuple[str, int]:
        """Return the page; 422 if something is wrong with what was typed."""
        typed = request.form if request.method == "POST" else None
        html = render_template(
            self.template,
            form=self,
            typed=typed,
            key=request.form.get(KEY) or uuid.uuid4().hex,
            labels={control.name: control.label for control in self.controls},
            **self.words,
        )
        return (html, self.status) if self.errors or self.problem else html

    def refuse(self, error: EngineError) -> None:
        """Say what is wrong, at its control or above the form.

        :raises EngineError: the error is not about what was typed.
        """
        if isinstance(error, InvalidSubmission):
            self.errors = sentences(error)
            self.status = 422
            return
        if answer_to(error).status not in (409, 422):
            raise error
        self.problem = sentence_for(error)
        self.status = int(answer_to(error).status)


def is_sent() -> bool:
    """Whether a form was sent to be acted upon, not just to be shown again."""
    return request.method == "POST" and RESUME not in request.form


def typed_text(name: str) -> str:
    """Return what was typed into a control."""
    return request.form.get(name, "")


def typed_day(name: str) -> date:
    """Return the day typed into a control.

    :raises InvalidSubmission: it is empty or not a day.
    """
    try:
        day: date = Day().deserialize(typed_text(name))
    except ValidationError as error:
        raise InvalidSubmission({name: [str(line) for line in error.messages]}) from error
    return day


def typed_day_or_none(name: str) -> date | None:
    """Return the day typed into a control that may stay empty.

    :raises InvalidSubmission: it is not a day.
    """
    return typed_day(name) if typed_text(name).strip() else None


def typed_number(name: str) -> int:
    """Return the whole number typed into a control.

    :raises InvalidSubmission: it is empty or not a number.
    """
    text = typed_text(name).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004
        raise InvalidSubmission({name: [code("not_a_count", text) if text else "required"]})
    return int(text)


def typed_number_or_none(name: str) -> int | None:
    """Return the whole number typed or chosen, or none if the control was left empty.

    :raises InvalidSubmission: it is not a number.
    """
    return typed_number(name) if typed_text(name).strip() else None


def typed_word(name: str, words: type[Chosen]) -> Chosen:
    """Return the word of the vocabulary chosen in a control.

    :raises InvalidSubmission: nothing was chosen, or nothing of ``words``.
    """
    return _word(name, typed_text(name), words)


def typed_words(name: str, words: type[Chosen]) -> tuple[Chosen, ...]:
    """Return the words of the vocabulary ticked in a control.

    :raises InvalidSubmission: one of them is not of ``words``.
    """
    return tuple(_word(name, text, words) for text in request.form.getlist(name))


def gathered(*reads: Callable[[], Any]) -> list[Any]:
    """Return what each of ``reads`` returns.

    :raises InvalidSubmission: with the messages of all that were refused.
    """
    found: list[Any] = []
    problems: dict[str, list[str]] = {}
    for read in reads:
        try:
            found.append(read())
        except InvalidSubmission as error:
            problems.update(error.messages)
    if problems:
        raise InvalidSubmission(problems)
    return found


def choices(words: Iterable[Word]) -> tuple[tuple[str, str], ...]:
    """Return words as choices of a control, in the language of the page."""
    return tuple((word.value, word.label(g.language)) for word in words)


def once(work: Any, command: str, run: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Run a command once for the key of the form: a double click acts once.

    :raises KeyReused: the key came before with other text.
    """
    skipped = {"csrf_token", KEY}
    return answer_once(
        work,
        key=request.form.get(KEY, ""),
        actor=present_actor(),
        command=command,
        request={name: values for name, values in request.form.lists() if name not in skipped},
        at=now(),
        run=lambda: dict(run()),
    )


def _word(name: str, text: str, words: type[Chosen]) -> Chosen:
    known: Mapping[str, Chosen] = {str(word.value): word for word in words}
    if text not in known:
        raise InvalidSubmission({name: [code("not_in_list", text) if text else "choose_one"]})
    return known[text]
