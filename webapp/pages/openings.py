"""Beginning a nomination: the round, the award, the subject, and who submits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.cases import Subject, open_case
from engine.commands import is_answered
from engine.dossiers import save_draft
from engine.errors import (
    AwardNotInRound,
    EngineError,
    InvalidSubmission,
    NoRulesForDay,
    NotEligible,
    NotPermitted,
    RoundNotOpen,
)
from engine.queries.opening import (
    NamedThing,
    OpenRound,
    list_colleagues,
    list_open_rounds,
    list_own_units,
)
from forms.answers import Typed, to_submission
from forms.definition import FormDefinition
from forms.messages import code
from forms.opening import PERSON, TOLD, UNIT, OpeningSchema
from forms.opening import define as define_opening
from forms.vocabulary import Award
from webapp.authentication import present_actor
from webapp.clock import now, today
from webapp.database import reading, unit_of_work
from webapp.errors import sentence_for
from webapp.findings import override_control, refusals, show_answer
from webapp.form_controls import (
    OVERRIDE,
    Marks,
    Problem,
    control_id,
    controls,
    number,
    problems,
    read,
)
from webapp.kept_text import RESUME
from webapp.subject_choice import Alike, alike_of, chosen_record, list_alike, require_chosen

blueprint = Blueprint("openings", __name__)

ASKED = (
    "award",
    "subject_kind",
    "known",
    "subject_name",
    "subject",
    "category",
    "basis",
    "unit",
)
"""What goes along to the page that asks the rules without beginning anything."""

FORM = "nomination.v1"

TOLD_AS = {"content": "summary"}
"""What was told → where it stands in the form of the dossier, if under another name."""

Answer = Response | str | tuple[str, int]


@blueprint.route("/de-nghi/moi", methods=["GET", "POST"])
def start() -> Answer:
    """Choose the round, the award and the subject; then the writing begins."""
    choices = _opening_choices()
    if choices is None:
        with reading() as work:
            rounds = list_open_rounds(work, now())
        return render_template("nomination_rounds.html", rounds=rounds)
    if request.method == "GET" or RESUME in request.form:
        return _show_start(choices)
    try:
        with unit_of_work() as work:
            task_id = _open(work, choices)
    except InvalidSubmission as error:
        return _show_start(choices, error.messages), 422
    except NotEligible as error:
        return _show_start(choices, against=error), 422
    except (AwardNotInRound, RoundNotOpen, NoRulesForDay) as error:
        return _show_start(choices, said=_problem(choices.round, error)), 422
    return redirect(url_for("nominations.section", task_id=task_id, section_id="subject"), 303)


@dataclass(frozen=True)
class _Opening:
    """What a person may choose from who begins a nomination in one round."""

    round: OpenRound
    units: list[NamedThing]
    names: Mapping[str, str]
    """Value of a known person or unit → its name."""

    @property
    def awards(self) -> tuple[Award, ...]:
        """Those of the round, and one that somebody asks for with a reason all the same."""
        asked = request.form.get("award") if OVERRIDE in request.form else None
        taken = self.round.awards
        return tuple(one for one in Award if one in taken or one.value == asked)

    def define(self, alike: Alike = ()) -> FormDefinition:
        """Return the form; with the records written ``alike``, it asks which one is meant."""
        return define_opening(
            self.awards,
            self.round.subject_kinds,
            self.names.items(),
            ((one.id, one.name) for one in self.units),
            self.round.bases,
            alike,
        )


def _opening_choices() -> _Opening | None:
    """Return the choices in the round that the address names, or in the only open one."""
    actor = present_actor()
    with reading() as work:
        rounds = list_open_rounds(work, now())
        units = list_own_units(work, actor)
        colleagues = list_colleagues(work, [unit.id for unit in units], today())
    if not units:
        raise NotPermitted(f"person {actor.person_id} submits for no unit")
    asked = request.args.get("dot", "")
    chosen = next((one for one in rounds if str(one.id) == asked), None)
    if chosen is None and len(rounds) == 1:
        chosen = rounds[0]
    if chosen is None:
        return None
    names = {
        **{f"{PERSON}{one.id}": one.name for one in colleagues},
        **{f"{UNIT}{one.id}": one.name for one in units},
    }
    return _Opening(chosen, units, names)


def _open(work: Any, choices: _Opening) -> str:
    """Open the case that the form asks for; return the task at which it is written.

    :raises InvalidSubmission: the form is not right.
    :raises NotEligible: a rule stands in the way.
    """
    answers = _answers(choices)
    known = answers["known"]
    name = choices.names[known] if known else answers["subject_name"]
    key = request.form.get("key", "")
    is_new = not is_answered(work, key)
    if is_new and not known:
        require_chosen(answers["subject"], list_alike(work, answers["subject_kind"], name))
    known_id = int(known.rpartition("-")[2]) if known else None
    case = open_case(
        work,
        actor=present_actor(),
        round_id=choices.round.id,
        unit_id=int(answers["unit"]),
        award=answers["award"],
        subject=Subject(
            kind=answers["subject_kind"],
            name=name,
            person_id=known_id if known.startswith(PERSON) else None,
            unit_id=known_id if known.startswith(UNIT) else None,
            subject_id=None if known else chosen_record(answers["subject"]),
        ),
        basis=answers["basis"],
        category=answers["category"],
        override_reason=request.form.get(OVERRIDE, ""),
        at=now(),
        key=key,
    )
    task_id = str(next(iter(case.tasks)).id)
    if is_new:
        begun = {"subject_name": case.subject_name, "managing_body": case.unit.name}
        _keep_told(work, task_id, begun, answers)
    return task_id


def _answers(choices: _Opening) -> Any:
    """Return what the form answers.

    :raises InvalidSubmission: it is not right.
    """
    definition = choices.define()
    submission = to_submission(definition, read(request.form, definition.fields))
    schema = OpeningSchema()
    errors = schema.validate(submission)
    if errors:
        raise InvalidSubmission(dict(errors))
    answers: Any = schema.load(submission)
    if answers["known"] and answers["known"] not in choices.names:
        raise InvalidSubmission({"known": [code("not_in_list", answers["known"])]})
    if number(answers["unit"]) is None:
        raise InvalidSubmission({"unit": [code("not_in_list", answers["unit"])]})
    return answers


def _keep_told(
    work: Any, task_id: str, begun: Mapping[str, str], answers: Mapping[str, str]
) -> None:
    """Let the draft begin with what was told to the page that asks the rules."""
    told = {TOLD_AS.get(one, one): answers[one] for one in TOLD if answers[one]}
    if told:
        save_draft(
            work,
            task_id=task_id,
            actor=present_actor(),
            form=FORM,
            content={**begun, **told},
            version=None,
            at=now(),
        )


def _problem(chosen: OpenRound, error: EngineError) -> Problem:
    """Return what is said above the form, at the award if the round does not take it."""
    if not isinstance(error, AwardNotInRound):
        return Problem(sentence_for(error))
    award: Any = error.facts["award"]
    sentence = _(
        "“%(award)s” không thuộc %(round)s, theo mục %(source)s của Kế hoạch số %(plan)s."
        " Chọn một hình thức có trong danh sách, hoặc chọn đợt khác.",
        award=award.label(g.language),
        round=chosen.name,
        source=error.facts["source"],
        plan=chosen.plan_number,
    )
    return Problem(sentence, _("Hình thức khen thưởng"), control_id("award"))


def _show_start(
    choices: _Opening,
    errors: Mapping[str, list[str]] | None = None,
    *,
    said: Problem | None = None,
    against: NotEligible | None = None,
) -> str:
    typed = _typed(choices)
    definition = choices.define(alike_of(typed))
    found = list(problems(definition, errors or {}, g.language))
    if said:
        found.insert(0, said)
    if against:
        found += refusals(against)
    return render_template(
        "nomination_start.html",
        round=choices.round,
        controls=controls(definition.fields, typed, g.language, Marks(errors or {})),
        problems=found,
        told={name: typed[name] for name in TOLD if typed.get(name)},
        asked={name: typed[name] for name in ASKED if typed.get(name)},
        against=None if against is None else show_answer(against.answer),
        override=override_control(
            OVERRIDE in request.form or (against is not None and against.may_override), errors
        ),
        key=request.form.get("key") or uuid4().hex,
    )


def _typed(choices: _Opening) -> Typed:
    """Return what stands in the boxes: what was typed, or what the address carries over."""
    fields = list(choices.define().fields)
    if request.method == "POST":
        return read(request.form, fields)
    names = {"subject", *TOLD, *(one.name for one in fields)}
    typed = {name: value for name, value in read(request.args, fields).items() if name in names}
    if len(choices.units) == 1:
        typed.setdefault("unit", str(choices.units[0].id))
    return typed
