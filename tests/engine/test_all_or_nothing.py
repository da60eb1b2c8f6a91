"""A command does all of its work or nothing, wherever it breaks."""

import pkgutil

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.process import known_steps
from engine.store.models import Case, TaskState
from forms.vocabulary import (
    Outcome,
)
from tests.walk import Walk, traces


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


STEPS = (
    "engine.tasks.load_surroundings",
    "engine.tasks.definitions_of",
    "engine.process.known_steps.complete",
    "engine.process.runner.Instance.complete",
    "engine.tasks.project",
    "engine.tasks.journal.append_to_case",
    "engine.tasks._write_answers",
    "engine.tasks.Issuing.save",
    "engine.projection.Projection.save",
    "engine.projection.route",
    "engine.process.runner.Instance.snapshot",
    "engine.tasks.drop_drafts",
    "engine.tasks.notices.tell_step",
    "engine.commands._remember",
)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_step_leaves_nothing(walk, database, monkeypatch, step, when):
    walk.open().to("review_at_unit")
    known_steps.forget()  # so that it is run, whichever case took it before
    before = traces(database)
    _break(monkeypatch, step, when)
    with pytest.raises(ZeroDivisionError):
        walk.do(Outcome.RECOMMEND)
    monkeypatch.undo()
    assert traces(database) == before
    assert walk.check() == []
    walk.do(Outcome.RECOMMEND)
    assert walk.check() == []


def _break(monkeypatch, step, when):
    """Let the function ``step`` crash before or after it has done its work."""
    original = pkgutil.resolve_name(step)

    def crash(*args, **kwargs):
        if when == "after":
            original(*args, **kwargs)
        raise ZeroDivisionError

    monkeypatch.setattr(step, crash)


def test_a_step_that_overlooked_another_is_refused_by_the_version(walk, database):
    walk.open()
    with Session(database) as session:
        case = session.get_one(Case, walk.case_id)
        session.execute(update(Case.__table__).values(version=case.version + 1))
        case.version += 1
        with pytest.raises(StaleDataError):
            session.flush()


def test_tasks_left_over_are_cancelled(walk):
    walk.open().to("review_at_unit").withdraw()
    assert [task.outcome for task in walk.tasks(TaskState.CANCELLED)] == [None]
