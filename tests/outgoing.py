"""Decisions over several cases on their way: drafted, and taken as far as a test wants."""

from datetime import date

from engine.outgoing import awards, steps
from engine.store.database import unit_of_work
from tests.ward import NOON

TODAY = date(2030, 12, 2)


def draft(database, ward, walks, **changes):
    """Draft a decision on the cases of ``walks`` and return its id."""
    with unit_of_work(database) as session:
        paper = awards.draft_award(
            session,
            **{
                "unit_id": ward.units["phuong"],
                "task_ids": [walk.task().id for walk in walks],
                "actor": ward.ward_clerk,
                "at": NOON,
            }
            | changes,
        )
        return paper.id


WAY = (
    ("check_content", "ward_deputy"),
    ("check_format", "ward_clerk"),
    ("approve", "ward_chairman"),
    ("sign", "ward_chairman"),
    ("number", "ward_clerk"),
    ("issue", "ward_clerk"),
    ("archive", "ward_clerk"),
)
"""Each step, and by whom."""


def go(database, ward, paper_id, until, *, since="check_content", **changes):
    """Take a paper from the step ``since`` to the step ``until``."""
    names = [name for name, _ in WAY]
    for name, key in WAY[names.index(since) : names.index(until) + 1]:
        given = {"paper_id": paper_id, "actor": ward.people[key], "at": NOON}
        if name == "number":
            given["dated_on"] = TODAY
        with unit_of_work(database) as session:
            getattr(steps, name)(session, **given | (changes if name == until else {}))
