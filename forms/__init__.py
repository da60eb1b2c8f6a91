"""What people fill in: vocabulary, schemas and form definitions; pure, no database.

A published version of a form never changes; a change is a new key, ``nomination.v2``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from forms import (
    appraisal,
    council_resolution,
    decision,
    hold,
    nomination,
    rejection,
    result_from_above,
    resume,
    return_checklist,
    review,
    withdrawal,
)
from forms.definition import FormContext, FormDefinition
from forms.fields import FormSchema
from forms.vocabulary import Outcome, ReturnTarget, SubjectKind


@dataclass(frozen=True)
class Form:
    """What checks a submission of a form, and what the form shows."""

    schema: type[FormSchema]
    define: Callable[[FormContext], FormDefinition]


FORMS: Mapping[str, Form] = {
    "nomination.v1": Form(nomination.NominationSchema, nomination.define),
    "appraisal.v1": Form(appraisal.AppraisalSchema, appraisal.define),
    "review.v1": Form(review.ReviewSchema, review.define),
    "return.v1": Form(return_checklist.ReturnSchema, return_checklist.define),
    "return.v2": Form(return_checklist.SupplementSchema, return_checklist.define_supplement),
    "rejection.v1": Form(rejection.RejectionSchema, rejection.define),
    "hold.v1": Form(hold.HoldSchema, hold.define),
    "resume.v1": Form(resume.ResumeSchema, resume.define),
    "withdrawal.v1": Form(withdrawal.WithdrawalSchema, withdrawal.define),
    "council_resolution.v1": Form(
        council_resolution.CouncilResolutionSchema, council_resolution.define
    ),
    "decision.v1": Form(decision.DecisionSchema, decision.define),
    "result_from_above.v1": Form(
        result_from_above.ResultFromAboveSchema, result_from_above.define
    ),
}
"""Every form, by the key that diagrams and rows name."""

_BY_OUTCOME = {
    Outcome.SUBMIT: "nomination.v1",
    Outcome.AWARD: "decision.v1",
    Outcome.RETURN: "return.v2",
    Outcome.REJECT: "rejection.v1",
    Outcome.HOLD: "hold.v1",
    Outcome.RESUME: "resume.v1",
}

_OWN_FORM = {
    "result_from_above.v1": {Outcome.RECOMMEND, Outcome.AWARD, Outcome.REJECT},
    "council_resolution.v1": {Outcome.RECOMMEND, Outcome.REJECT},
}
"""Task forms that a person fills in whatever the result is."""


def schema_for(form_key: str, about: FormContext | None = None) -> FormSchema:
    """Return the schema of a form, for the case that ``about`` describes.

    Cases that a form knows alike share one, so that it is not to be changed: making one
    costs three times what checking an approval with it does.

    :raises KeyError: there is no such form.
    """
    about = about or FormContext()
    has_its_own = (
        about.contents
        or about.criteria
        or about.attachments
        or about.supplement is not FormContext.supplement
    )
    if has_its_own:
        return FORMS[form_key].schema(about)
    return _shared_schema(
        form_key,
        about.subject_kind,
        about.outcome,
        about.return_targets,
        about.departs_from_advice,
        about.asks_public,
        about.today,
    )


@lru_cache(maxsize=256)
def _shared_schema(
    form_key: str,
    subject_kind: SubjectKind,
    outcome: Outcome | None,
    return_targets: tuple[ReturnTarget, ...],
    departs_from_advice: bool,
    asks_public: bool,
    today: date | None,
) -> FormSchema:
    about = FormContext(
        subject_kind=subject_kind,
        outcome=outcome,
        return_targets=return_targets,
        departs_from_advice=departs_from_advice,
        asks_public=asks_public,
        today=today,
    )
    return FORMS[form_key].schema(about)


def definition_for(form_key: str, about: FormContext | None = None) -> FormDefinition:
    """Return what a form shows, for the case that ``about`` describes.

    :raises KeyError: there is no such form.
    """
    return FORMS[form_key].define(about or FormContext())


def find_errors(
    form_key: str, submission: Mapping[str, Any], about: FormContext | None = None
) -> dict[str, list[str]]:
    """Return what is wrong with a submission: field address → codes; empty: nothing.

    :raises KeyError: there is no such form.
    """
    return dict(schema_for(form_key, about).validate(submission))


def form_key_for(task_form: str, outcome: Outcome) -> str:
    """Return the form that a person fills in to reach ``outcome`` at a task."""
    if outcome in _OWN_FORM.get(task_form, {Outcome.RECOMMEND}):
        return task_form
    return _BY_OUTCOME[outcome]
