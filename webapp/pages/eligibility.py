"""May this subject be nominated for this award? Asked and answered before anyone writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _

from engine.eligibility import (
    Offer,
    Question,
    ask_question,
    authorities_for,
    open_instead,
)
from engine.errors import InvalidSubmission, NoRulesForDay, NotPermitted
from engine.permissions import may
from engine.queries.opening import (
    NamedThing,
    OpenRound,
    list_colleagues,
    list_coming_rounds,
    list_own_units,
    list_submitting_units,
)
from engine.rules.authority import Authorities
from engine.rules.facts import Standing
from engine.rules.model import Answer
from engine.subjects import Subject
from forms.answers import Typed, to_submission
from forms.definition import FormDefinition
from forms.eligibility import OUTSIDE, OVERRIDE, STANDING, QuestionSchema
from forms.eligibility import define as define_question
from forms.messages import code
from forms.opening import PERSON, TOLD, UNIT
from forms.vocabulary import Award, MovementBasis
from webapp.authentication import present_actor
from webapp.clock import now, today
from webapp.database import reading
from webapp.errors import sentence_for
from webapp.findings import ShownAnswer, show_answer, shown_duties
from webapp.form_controls import (
    Control,
    Marks,
    Problem,
    control_id,
    controls,
    number,
    problems,
    read,
)
from webapp.paging import with_changes
from webapp.subject_choice import Alike, alike_of, chosen_record

blueprint = Blueprint("eligibility", __name__, url_prefix="/dieu-kien")

ASKED = ("award", "subject_kind", "subject_name", "known")
"""Without any of them nobody has asked yet: the page shows the empty question."""

Notes = tuple[tuple[str, tuple[str, ...]], ...]
"""Title of a group of findings and the sentences in it."""

CARRIED = ("subject_kind", "known", "subject_name", "subject", "category", "unit", *TOLD)
"""Answers that go along into the nomination that the page starts."""


@dataclass(frozen=True)
class _Choices:
    """What a person may choose from who asks."""

    rounds: Mapping[str, OpenRound]
    """Id, as the address has it → round."""
    own_units: tuple[NamedThing, ...]
    """Units for which the person may submit; empty: they only look."""
    units: tuple[NamedThing, ...]
    names: Mapping[str, str]
    """Value of a known person or unit → its name."""

    def define(self, alike: Alike = ()) -> FormDefinition:
        """Return the question; with the records written ``alike``, it asks which is meant."""
        bases = {basis for one in self.rounds.values() for basis in one.bases}
        return define_question(
            ((one.id, one.name) for one in self.rounds.values()),
            self.names.items(),
            ((one.id, one.name) for one in self.units),
            [basis for basis in MovementBasis if basis in bases],
            alike,
        )


@dataclass(frozen=True)
class ShownOffer:
    """An award with its answer, and the form that starts a nomination for it."""

    award: Award
    round_id: int
    round_name: str
    shown: ShownAnswer
    fields: tuple[tuple[str, str], ...]
    """Names and values that the form sends; empty: nothing can be started from here."""
    key: str
    """Of that form."""
    needs_reason: bool
    """A rule stands in the way that may be overridden."""

    def notes_beside(self, other: ShownAnswer) -> Notes:
        """Return what is held, unknown or warned of here and not said in ``other``."""
        said = {one.sentence for group in other.groups for one in group.findings}
        found = (
            (group.title, tuple(one.sentence for one in group.findings))
            for group in self.shown.groups
            if not group.is_closed
        )
        kept = (
            (title, tuple(one for one in sentences if one not in said))
            for title, sentences in found
        )
        return tuple(one for one in kept if one[1])


@blueprint.get("")
def show() -> str | tuple[str, int]:
    """Show the question, and its answer as soon as round, award and subject are given."""
    choices = _choices()
    typed = _typed(choices)
    if not any(request.args.get(name) for name in ASKED):
        return _page(choices, typed)
    try:
        question = _question(choices, typed)
        with reading() as work:
            answer = ask_question(work, present_actor(), question, now())
            offers = open_instead(work, present_actor(), question, now())
            authorities = authorities_for(work, present_actor(), question, now())
    except InvalidSubmission as error:
        return _page(choices, typed, error.messages), HTTPStatus.UNPROCESSABLE_ENTITY
    except NoRulesForDay as error:
        said = Problem(
            sentence_for(error), _("Ngày tiếp nhận hồ sơ"), control_id("received_on")
        )
        return _page(choices, typed, said=[said]), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(choices, typed, found=(question, answer, offers), authorities=authorities)


def _choices() -> _Choices:
    """Return what the person may choose from.

    :raises NotPermitted: they neither submit for a unit nor oversee nominations.
    """
    actor = present_actor()
    with reading() as work:
        rounds = list_coming_rounds(work, now())
        own = list_own_units(work, actor)
        oversees = may(actor, "eligibility.ask")
        units = list_submitting_units(work, today()) if oversees else own
        colleagues = list_colleagues(work, [unit.id for unit in own], today())
    if not units and not oversees:
        raise NotPermitted(f"person {actor.person_id} submits for no unit")
    names = {
        **{f"{PERSON}{one.id}": one.name for one in colleagues},
        **{f"{UNIT}{one.id}": one.name for one in units},
    }
    return _Choices({str(one.id): one for one in rounds}, tuple(own), tuple(units), names)


def _typed(choices: _Choices) -> Typed:
    """Return what the address says; what it leaves out and can be only one thing is set."""
    fields = list(choices.define().fields)
    names = {"subject", *(one.name for one in fields)}
    typed = {name: value for name, value in read(request.args, fields).items() if name in names}
    if len(choices.rounds) == 1:
        typed.setdefault("dot", next(iter(choices.rounds)))
    if choices.own_units:
        typed.setdefault("unit", str(choices.own_units[0].id))
    return typed


def _question(choices: _Choices, typed: Typed) -> Question:
    """Return the question that the address asks.

    :raises InvalidSubmission: something is missing or not right.
    """
    submission = to_submission(choices.define(), typed)
    schema = QuestionSchema()
    errors = schema.validate(submission)
    if errors:
        raise InvalidSubmission(dict(errors))
    asked: dict[str, Any] = schema.load(submission)
    _require_listed(choices, asked)
    known = asked["known"]
    known_id = number(known.rpartition("-")[2]) if known else None
    return Question(
        round_id=choices.rounds[asked["dot"]].id,
        award=asked["award"],
        subject=Subject(
            kind=asked["subject_kind"],
            name=choices.names[known] if known else asked["subject_name"],
            person_id=known_id if known.startswith(PERSON) else None,
            unit_id=known_id if known.startswith(UNIT) else None,
            subject_id=None if known else chosen_record(asked["subject"]),
        ),
        unit_id=number(asked["unit"]),
        basis=asked["basis"],
        category=asked["category"],
        route=asked["route"],
        received_on=asked["received_on"],
        achieved_from=asked["achieved_from"],
        achieved_to=asked["achieved_to"],
        content=asked["content"],
        managing_body=asked["managing_body"],
        is_outside_ward=asked["place"] == OUTSIDE if asked["place"] else None,
        pending=tuple(asked["pending"]),
        standing=Standing(**{name: asked[name] for name in STANDING}),
    )


def _require_listed(choices: _Choices, asked: Mapping[str, Any]) -> None:
    """:raises InvalidSubmission: an answer is none of those that the page offers."""
    offered: dict[str, Collection[str]] = {
        "dot": choices.rounds,
        "known": {"", *choices.names},
        "unit": {"", *(str(unit.id) for unit in choices.units)},
    }
    wrong = {
        name: [code("not_in_list", asked[name])]
        for name, values in offered.items()
        if asked[name] not in values
    }
    if wrong:
        raise InvalidSubmission(wrong)


def _page(
    choices: _Choices,
    typed: Typed,
    errors: Mapping[str, list[str]] | None = None,
    *,
    said: Sequence[Problem] = (),
    found: tuple[Question, Answer, list[Offer]] | None = None,
    authorities: Authorities | None = None,
) -> str:
    definition = choices.define(alike_of(typed))
    sections = {
        one.id: controls(one.fields, typed, g.language, Marks(errors or {}))
        for one in definition.sections
    }
    asked = None if found is None else _shown_question(choices, typed, *found[:2])
    return render_template(
        "eligibility_show.html",
        rounds=choices.rounds,
        definition=definition,
        sections=sections,
        is_open={name: _is_used(items) for name, items in sections.items()},
        problems=[*said, *problems(definition, errors or {}, g.language)],
        question=None if found is None else found[0],
        asked=asked,
        override=OVERRIDE,
        with_changes=with_changes,
        duties=[] if authorities is None else shown_duties(authorities),
        offers=_shown_offers(choices, typed, found[2], asked) if found and asked else [],
    )


def _is_used(items: tuple[Control, ...]) -> bool:
    return any(
        one.value or one.errors or any(option.chosen for option in one.options) for one in items
    )


def _shown_question(
    choices: _Choices, typed: Typed, question: Question, answer: Answer
) -> ShownOffer:
    round_ = choices.rounds[str(question.round_id)]
    return _offer(choices, typed, round_, question.award, question.basis, answer)


def _shown_offers(
    choices: _Choices, typed: Typed, offers: list[Offer], asked: ShownOffer
) -> list[tuple[ShownOffer, Notes]]:
    """Return each offer with what it says beside the answer to what was asked."""
    shown = [
        _offer(
            choices,
            typed,
            choices.rounds[str(one.round_id)],
            one.award,
            one.basis,
            one.answer,
        )
        for one in offers
    ]
    return [(one, one.notes_beside(asked.shown)) for one in shown]


def _offer(
    choices: _Choices,
    typed: Typed,
    round_: OpenRound,
    award: Award,
    basis: MovementBasis,
    answer: Answer,
) -> ShownOffer:
    return ShownOffer(
        award=award,
        round_id=round_.id,
        round_name=round_.name,
        shown=show_answer(answer),
        fields=_fields(choices, typed, round_, award, basis, answer),
        key=uuid4().hex,
        needs_reason=bool(answer.blocking or answer.holding),
    )


def _fields(
    choices: _Choices,
    typed: Typed,
    round_: OpenRound,
    award: Award,
    basis: MovementBasis,
    answer: Answer,
) -> tuple[tuple[str, str], ...]:
    """Return what starts the nomination; nothing where it can't be started from here."""
    is_open = round_.opens_at <= now()
    against = (*answer.blocking, *answer.holding)
    may_go_on = all(one.may_override for one in against)
    is_own = typed.get("unit") in {str(unit.id) for unit in choices.own_units}
    if not (is_open and may_go_on and is_own):
        return ()
    carried = [(name, str(typed[name])) for name in CARRIED if typed.get(name)]
    return (("award", award.value), ("basis", basis.value), *carried)
