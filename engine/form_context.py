"""What a form must know about its case: for the check of a submission and for its page."""

from dataclasses import replace
from datetime import date

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from engine.errors import InvalidSubmission
from engine.plans import plan_of
from engine.plans.model import Quotation
from engine.store.models import Attachment, Case, Review, UserTask
from engine.store.prepared import Prepared, one_of
from engine.supplements import supplement_at
from forms.definition import Bilingual, FormContext, Item
from forms.messages import code
from forms.vocabulary import Award, Level, Outcome, ReturnTarget

ADVICE = "council_resolution.v1"
"""Form of the tasks at which a council advises."""

AUTHORITY = "review.v1"
"""Form of the tasks at which an authority decides, or recommends to a higher one."""

ASKED_IN_PUBLIC = frozenset(
    {Award.LABOR_ORDER, Award.LABOR_ORDER_SECOND, Award.LABOR_ORDER_FIRST}
)
"""Awards before whose proposal the public is asked (Art. 84.5)."""

FOLLOWS = {
    Outcome.RECOMMEND: frozenset({Outcome.AWARD, Outcome.RECOMMEND}),
    Outcome.REJECT: frozenset({Outcome.REJECT}),
}
"""Advice of a council → the outcomes of the authority that follow it."""


def nomination_context(case: Case) -> FormContext:
    """Return what the nomination form must know: the plan's contents and criteria.

    The criteria are those for the kind of subject, submitted by this kind of unit. They
    are read from the plan of the round, which :func:`engine.plans.plan_of` keeps parsed.
    """
    plan = plan_of(case.round.plan)
    criteria = plan.criteria_for(case.subject_kind, case.unit.kind)
    return FormContext(
        subject_kind=case.subject_kind,
        contents=tuple(_item(one.id, one) for one in plan.contents),
        criteria=tuple(_item(one.id, one) for one in criteria),
    )


def review_context(
    session: Session,
    case: Case,
    task: UserTask,
    outcome: Outcome,
    *,
    targets: tuple[ReturnTarget, ...],
    today: date,
) -> FormContext:
    """Return what the form of ``outcome`` at a review must know.

    :param targets: where this case may be returned to from here.
    :param today: the day in Vietnam: no signed paper is of a later day.
    """
    about = FormContext(
        subject_kind=case.subject_kind, outcome=outcome, return_targets=targets, today=today
    )
    if outcome is Outcome.RETURN:
        about = replace(about, supplement=supplement_at(session, case, task, today))
    if task.form == ADVICE:
        public = case.award in ASKED_IN_PUBLIC and task.level is Level.PROVINCE
        about = replace(about, asks_public=public)
    if task.form == "result_from_above.v1":
        about = replace(about, attachments=_files_of(session, task))
    if outcome in (Outcome.AWARD, Outcome.RECOMMEND, Outcome.REJECT):
        about = replace(about, departs_from_advice=_departs(session, case, task, outcome))
    return about


def find_advice(session: Session, case: Case, task: UserTask) -> Review | None:
    """Return what the council last advised since the case came to the level of ``task``.

    None where no council was asked (no unit has one here), and at a task that is not the
    authority's. A review at another level, or a return, ends the visit: advice before it
    counts no more.
    """
    if not _hears_advice(task):
        return None
    return session.scalar(_ADVICE, _asked(case, task))


def require_after_session(
    session: Session, case: Case, task: UserTask, signed_on: date | None
) -> None:
    """Return if a paper is not signed before the session whose advice it hears.

    :raises InvalidSubmission: it is.
    """
    advice = None if signed_on is None else find_advice(session, case, task)
    if advice is None or signed_on is None:
        return
    met_on = date.fromisoformat(advice.answers["session_on"])
    if signed_on < met_on:
        found = code("signed_before_session", f"{signed_on:%d/%m/%Y}", f"{met_on:%d/%m/%Y}")
        raise InvalidSubmission({"signed_on": [found]})


def _departs(session: Session, case: Case, task: UserTask, outcome: Outcome) -> bool:
    if not _hears_advice(task):
        return False
    advised = _ADVISED.first(session, _asked(case, task))
    return advised is not None and outcome not in FOLLOWS[advised.outcome]


def _hears_advice(task: UserTask) -> bool:
    return task.form == AUTHORITY and task.level not in (None, Level.UNIT)


def _asked(case: Case, task: UserTask) -> dict[str, object]:
    return {"case_id": case.id, "level": task.level}


def _files_of(session: Session, task: UserTask) -> tuple[Item, ...]:
    files = _FILES.all(session, {"task_id": task.id})
    return tuple(Item(str(file.id), Bilingual(file.name, file.name)) for file in files)


def _item(item_id: str, quoted: Quotation) -> Item:
    return Item(item_id, Bilingual(quoted.vi, quoted.en))


# Statements of the hot path, built once.
_REVIEW = Review.__table__.c
_ITS_CASE = _REVIEW.case_id == bindparam("case_id")
_LAST_ELSEWHERE = (
    select(func.max(_REVIEW.id))
    .where(
        _ITS_CASE,
        or_(
            _REVIEW.level != bindparam("level", type_=_REVIEW.level.type),
            _REVIEW.outcome == Outcome.RETURN,
        ),
    )
    .scalar_subquery()
)
_IS_ADVICE = and_(
    _ITS_CASE,
    _REVIEW.form == ADVICE,
    one_of(_REVIEW.outcome, FOLLOWS),
    _REVIEW.id > func.coalesce(_LAST_ELSEWHERE, 0),
)
_ADVICE = select(Review).where(_IS_ADVICE).order_by(_REVIEW.id.desc()).limit(1)
_ADVISED = Prepared(
    select(_REVIEW.outcome).where(_IS_ADVICE).order_by(_REVIEW.id.desc()).limit(1)
)
_FILES = Prepared(
    select(Attachment.id, Attachment.name)
    .where(Attachment.task_id == bindparam("task_id"), Attachment.removed_at.is_(None))
    .order_by(Attachment.id)
)
