"""Beginning a nomination: the round, the award, the subject, and who submits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.cases import Subject, open_case
from engine.errors import AwardNotInRound, InvalidSubmission, NotPermitted, RoundNotOpen
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
from forms.opening import PERSON, UNIT, OpeningSchema
from forms.opening import define as define_opening
from webapp.authentication import present_actor
from webapp.clock import now, today
from webapp.database import reading, unit_of_work
from webapp.errors import sentence_for
from webapp.form_controls import (
    Marks,
    Problem,
    control_id,
    controls,
    number,
    problems,
    read,
)
from webapp.kept_text import RESUME

blueprint = Blueprint("openings", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.route("/de-nghi/moi", methods=["GET", "POST"])
def start() -> Answer:
    """Choose the round, the award and the subject; then the writing begins."""
    if request.method == "GET" or RESUME in request.form:
        return _show_start([])
    choices = _opening_choices()
    if choices is None:
        return _show_start([])
    try:
        with unit_of_work() as work:
            case = _open(work, choices)
            task_id = next(iter(case.tasks)).id
    except InvalidSubmission as error:
        return _show_start(list(problems(choices.definition, error.messages, g.language))), 422
    except AwardNotInRound as error:
        return _show_start([_not_in_round(choices.round, error)]), 422
    except RoundNotOpen as error:
        return _show_start([Problem(sentence_for(error))]), 422
    return redirect(url_for("nominations.section", task_id=task_id, section_id="subject"), 303)


@dataclass(frozen=True)
class _Opening:
    """What a person may choose from who begins a nomination in one round."""

    round: OpenRound
    definition: FormDefinition
    names: Mapping[str, str]
    """Value of a known person or unit → its name."""


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
    return None if chosen is None else _choices(chosen, units, colleagues)


def _choices(
    chosen: OpenRound, units: list[NamedThing], colleagues: list[NamedThing]
) -> _Opening:
    known = [
        *((f"{PERSON}{one.id}", one.name) for one in colleagues),
        *((f"{UNIT}{one.id}", one.name) for one in units),
    ]
    definition = define_opening(
        chosen.awards, chosen.subject_kinds, known, ((one.id, one.name) for one in units)
    )
    return _Opening(chosen, definition, dict(known))


def _open(work: Any, choices: _Opening) -> Any:
    """Open the case that the form asks for.

    :raises InvalidSubmission: the form is not right.
    """
    typed = read(request.form, choices.definition.fields)
    submission = to_submission(choices.definition, typed)
    schema = OpeningSchema()
    errors = schema.validate(submission)
    if errors:
        raise InvalidSubmission(dict(errors))
    answers: Any = schema.load(submission)
    known, unit_id = answers["known"], answers["unit"]
    if known and known not in choices.names:
        raise InvalidSubmission({"known": [code("not_in_list", known)]})
    if number(unit_id) is None:
        raise InvalidSubmission({"unit": [code("not_in_list", unit_id)]})
    known_id = int(known.rpartition("-")[2]) if known else None
    return open_case(
        work,
        actor=present_actor(),
        round_id=choices.round.id,
        unit_id=int(unit_id),
        award=answers["award"],
        subject=Subject(
            kind=answers["subject_kind"],
            name=choices.names[known] if known else answers["subject_name"],
            person_id=known_id if known.startswith(PERSON) else None,
            unit_id=known_id if known.startswith(UNIT) else None,
        ),
        at=now(),
        key=request.form.get("key", ""),
    )


def _not_in_round(chosen: OpenRound, error: AwardNotInRound) -> Problem:
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


def _show_start(found: list[Problem]) -> str:
    choices = _opening_choices()
    if choices is None:
        with reading() as work:
            rounds = list_open_rounds(work, now())
        return render_template("nomination_rounds.html", rounds=rounds)
    fields = list(choices.definition.fields)
    typed = read(request.form, fields)
    units = fields[-1].choices
    if not typed and len(units) == 1:
        typed = {"unit": units[0].value}
    marks = Marks(_errors_of_start(choices, typed) if found else {})
    return render_template(
        "nomination_start.html",
        round=choices.round,
        controls=controls(fields, typed, g.language, marks),
        problems=found,
        key=request.form.get("key") or uuid4().hex,
    )


def _errors_of_start(choices: _Opening, typed: Typed) -> dict[str, list[str]]:
    return dict(OpeningSchema().validate(to_submission(choices.definition, typed)))
