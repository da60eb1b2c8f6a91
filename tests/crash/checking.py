"""What must hold after any disaster: compared with what people were told."""

from collections import Counter
from collections.abc import Iterator, Sequence

import orjson
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine.integrity import check_case
from engine.journal.keys import JournalKey
from engine.journal.outside import Outside
from engine.journal.proof import read_body
from engine.journal.verification import verify
from engine.store.database import reading
from engine.store.models import (
    Account,
    Case,
    CommandAnswer,
    JournalEntry,
    Review,
    TaskState,
    UserTask,
)
from tests.crash.people import Deed


def problems(
    database: Engine,
    deeds: Sequence[Deed],
    journal: tuple[JournalKey, Outside] | None = None,
    seeded: frozenset[str] = frozenset(),
) -> list[str]:
    """Return what is lost, doubled, stuck or contradictory; an empty list: nothing.

    :param deeds: what people were told has happened.
    :param journal: the key and the folder outside; the whole journal is verified with them.
    :param seeded: ids of the tasks that were completed before.
    """
    found = []
    with reading(database, one_moment=True) as session:
        if journal is not None:
            report = verify(session, *journal)
            found += [f"journal: {finding}" for finding in report.findings]
        found += [
            *_against(session, deeds, seeded),
            *_journal_of_tasks(session),
            *_standing(session),
        ]
        for case_id in session.scalars(select(Case.id).order_by(Case.id)).all():
            found += check_case(session, case_id)
    return found


def completed(database: Engine) -> frozenset[str]:
    """Return the ids of the tasks that are completed."""
    with reading(database) as session:
        chosen = select(UserTask.id).where(UserTask.state == TaskState.COMPLETED)
        return frozenset(session.scalars(chosen))


def _against(session: Session, deeds: Sequence[Deed], seeded: frozenset[str]) -> Iterator[str]:
    """Everything people were told is there, once, as they said it; and nothing else is."""
    chosen_names = session.execute(select(Account.person_id, Account.username))
    names = {row.person_id: row.username for row in chosen_names}
    chosen = select(UserTask).where(UserTask.state == TaskState.COMPLETED)
    done = {task.id: task for task in session.scalars(chosen)}
    reviews = {review.task_id: review for review in session.scalars(select(Review))}
    keys = set(session.scalars(select(CommandAnswer.key)))
    told = Counter(deed.task_id for deed in deeds if deed.outcome != "submit")
    yield from (f"task {task} was completed {n} times" for task, n in told.items() if n > 1)
    for deed in deeds:
        task = done.get(deed.task_id)
        if task is None:
            yield f"lost: {deed}"
            continue
        kept = (names.get(task.completed_by_id), task.outcome and task.outcome.value)
        if deed.outcome == kept[1] == "submit":
            continue  # whoever of a unit submits: the others are told that it is done
        if kept != (deed.person, deed.outcome):
            yield f"told {deed}, kept {kept}"
        if deed.key not in keys:
            yield f"the key of {deed} is not there"
        review = reviews.get(deed.task_id)
        if review is not None and deed.reason != review.answers.get("reason", ""):
            yield f"told {deed}, kept {review.answers}"
    nobody = done.keys() - {deed.task_id for deed in deeds} - seeded
    yield from (f"task {task} was completed, and nobody was told" for task in nobody)


def _journal_of_tasks(session: Session) -> Iterator[str]:
    """Each completed task has one entry with the same person, moment and outcome."""
    chosen = select(JournalEntry).where(JournalEntry.action == "task.completed")
    entries: dict[str | None, tuple[object, ...]] = {}
    for entry in session.scalars(chosen):
        if entry.task_id in entries:
            yield f"task {entry.task_id} has two entries"
        facts = read_body(entry.body)["facts"]
        entries[entry.task_id] = (entry.actor_id, entry.happened_at, facts["outcome"])
    rows = {
        task.id: (task.completed_by_id, task.completed_at, task.outcome and task.outcome.value)
        for task in session.scalars(select(UserTask).where(UserTask.completed_at.is_not(None)))
    }
    for task_id in entries.keys() | rows.keys():
        if entries.get(task_id) != rows.get(task_id):
            yield f"task {task_id}: {rows.get(task_id)}, journal {entries.get(task_id)}"
    words = {
        entry.task_id: orjson.loads(entry.private).get("answers", {})
        for entry in session.scalars(chosen)
        if entry.private is not None
    }
    for review in session.scalars(select(Review)):
        if words.get(review.task_id, {}) != review.answers:
            yield f"review of {review.task_id}: other answers than in the journal"


def _standing(session: Session) -> Iterator[str]:
    """Every open nomination waits for somebody, or for a moment."""
    waiting = select(UserTask.case_id).where(UserTask.state == TaskState.OPEN)
    lost = select(Case.reference).where(
        Case.outcome.is_(None), Case.next_due_at.is_(None), Case.id.not_in(waiting)
    )
    yield from (f"{reference} waits for nobody" for reference in session.scalars(lost))
