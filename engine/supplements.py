"""Requests for missing papers: how many a level may make, until when, and their answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.dossier_papers import papers_of, state_of, ticks_of
from engine.errors import NoCalendarForDay
from engine.rules.book import book
from engine.rules.calendar import Calendar
from engine.settings import settings_on
from engine.store.models import Case, Review, SupplementRequest, UserTask
from forms.definition import Supplement
from forms.vocabulary import Level, Outcome, PaperState, ReturnTarget

RECORDED = "result_from_above.v1"
"""Form of the tasks at which a paper from above is recorded: what it asks stands."""

CALENDAR = "calendar.yaml"
"""The file of the law book that has the days off."""

_LADDER = tuple(Level)


def supplement_at(session: Session, case: Case, task: UserTask, today: date) -> Supplement:
    """Return how a return at ``task`` may ask for papers on ``today`` (in Vietnam).

    Each level may ask as often as the setting of the office says; a paper from above is
    recorded whatever it asks.
    """
    offered = tuple(
        one.paper
        for one in papers_of(session, case, today)
        if _comes_from_below(one.rule.added_by, task)
    )
    ticks = ticks_of(session, case.id)
    missing = (one for one in offered if state_of(ticks.get(one)) is PaperState.MISSING)
    terms = Supplement(papers=offered, missing=tuple(missing), made=_made(session, task))
    if task.form == RECORDED:
        return terms
    settings = settings_on(session, today)
    return replace(
        terms,
        limit=int(settings["max_supplements"]),
        due_on=_last_day(settings["supplement_days"], today),
    )


def put_request(
    session: Session,
    task: UserTask,
    answers: Mapping[str, Any],
    *,
    asked_by_id: int,
    at: datetime,
) -> None:
    """Write the request that a return at ``task`` makes, if it asks for papers.

    The case is locked; the answers have passed their form.
    """
    due_on = answers.get("due_on")
    if not answers.get("papers") or due_on is None:
        return
    with session.no_autoflush:  # the case and its task are written together
        before = session.scalar(
            select(func.max(SupplementRequest.number)).where(
                SupplementRequest.case_id == task.case_id
            )
        )
    session.add(
        SupplementRequest(
            case_id=task.case_id,
            task_id=task.id,
            number=(before or 0) + 1,
            papers=answers["papers"],
            due_on=date.fromisoformat(due_on),
            asked_by_id=asked_by_id,
            asked_at=at,
        )
    )


def answer_requests(
    session: Session, case: Case, task: UserTask, outcome: Outcome, at: datetime
) -> None:
    """Note that the requests which went to the place of ``task`` are answered.

    They are when the unit submits again, or when the level to which the nomination was
    returned passes it on. The case is locked.
    """
    if not case.returns or outcome not in (Outcome.SUBMIT, Outcome.RECOMMEND):
        return
    with session.no_autoflush:
        rows = session.execute(
            select(SupplementRequest, Review.return_to)
            .join(Review, Review.task_id == SupplementRequest.task_id)
            .where(
                SupplementRequest.case_id == case.id,
                SupplementRequest.answered_at.is_(None),
            )
        ).all()
    for request, return_to in rows:
        if task.level is None or return_to == ReturnTarget(task.level.value):
            request.answered_at = at


def _last_day(days: str, today: date) -> date | None:
    """Return the last of so many working days after ``today``.

    None where the office has set no number, or the days off of a year are not known: then
    the person gives the day.
    """
    if not days:
        return None
    calendar: Calendar = book().parts[CALENDAR]
    try:
        return calendar.add_working_days(today, int(days))
    except NoCalendarForDay:
        return None


def _comes_from_below(added_by: Level, task: UserTask) -> bool:
    if task.level is None:
        return False
    return added_by is Level.UNIT or _LADDER.index(added_by) < _LADDER.index(task.level)


def _made(session: Session, task: UserTask) -> int:
    """Return how often the level of ``task`` has asked for papers in this case."""
    count = session.scalar(
        select(func.count())
        .select_from(SupplementRequest)
        .join(UserTask, UserTask.id == SupplementRequest.task_id)
        .where(
            SupplementRequest.case_id == task.case_id,
            UserTask.level == task.level,
            UserTask.form != RECORDED,
        )
    )
    return count or 0
