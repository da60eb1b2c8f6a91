"""What a person may choose at a task of a case, and how far back a return may go."""

from sqlalchemy.orm import Session

from engine.settings import max_returns
from engine.store.models import Case, UserTask
from forms.vocabulary import Level, LevelMode, Outcome, ReturnTarget

_LADDER = tuple(Level)


def offered_outcomes(session: Session, task: UserTask, case: Case) -> tuple[Outcome, ...]:
    """Return the outcomes that a person may choose at ``task``, in the diagram's order.

    ``award`` only at the level that decides on the nomination, ``recommend`` of an
    authority only below it, ``return`` while there is somewhere to return to.
    """
    offered = outcomes_of(task, case)
    if Outcome.RETURN in offered and not return_targets(session, task, case):
        return tuple(outcome for outcome in offered if outcome is not Outcome.RETURN)
    return offered


def outcomes_of(task: UserTask, case: Case) -> tuple[Outcome, ...]:
    """Return the outcomes of ``task`` in this case, whatever the returns so far."""
    decides = task.level is not None and case.routing["deciding_level"] == task.level.value
    excluded = Outcome.AWARD
    if decides and Outcome.AWARD in task.offers:
        excluded = Outcome.RECOMMEND
    return tuple(outcome for outcome in task.offers if outcome is not excluded)


def return_targets(session: Session, task: UserTask, case: Case) -> tuple[ReturnTarget, ...]:
    """Return where ``task`` may return the nomination to, the earliest first.

    The unit's draft, or any earlier level that the case passes; nowhere once it was
    returned as often as the office allows.
    """
    if case.returns >= max_returns(session):
        return ()
    return earlier_stops(task, case)


def earlier_stops(task: UserTask, case: Case) -> tuple[ReturnTarget, ...]:
    """Return the stops before ``task`` on the way of its case."""
    if task.level is None:
        return ()
    below = _LADDER[: _LADDER.index(task.level)]
    passed = [
        ReturnTarget(level.value)
        for level in below
        if case.routing[f"mode_{level.value}"] != LevelMode.LEFT_OUT
    ]
    return (ReturnTarget.DRAFT, *passed)
