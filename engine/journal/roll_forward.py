"""Bringing a restored database forward to what stands outside of it.

After a disaster the newest backup lacks what was done since. The entries of that time, and
the words beside them, stand outside: they are written again byte for byte, in their places
in the tree, and what they say of nominations is done again: opened, submitted, reviewed,
returned, decided, withdrawn. PDFs, files and whatever is not a nomination are not outside;
:class:`Report` says what people have to enter again (:mod:`engine.journal.again`).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session

from engine import journal
from engine.cases import redo_opening, redo_withdrawal
from engine.deadlines.redoing import ALARMS, SET, redo_alarm, redo_limit
from engine.errors import BackupTooOld, EngineError
from engine.journal.again import Lost, decided_again, find_lost, not_followed
from engine.journal.keys import JournalKey
from engine.journal.outside import Outside, Words
from engine.journal.proof import NotProved, commitment, entry_hash, read_body
from engine.journal.sealing import SEALING, grow, tree_size
from engine.permissions import Actor
from engine.store.database import take_turn, unit_of_work
from engine.store.models import (
    Case,
    Delegation,
    GivenNumber,
    JournalCheckpoint,
    JournalEntry,
    JournalLeaf,
    Person,
    Review,
)
from engine.tasks import redo_task
from forms.vocabulary import Outcome

STREAM = "journal"
ACTION = "journal.rolled_forward"

_CANNOT = (
    EngineError,
    LookupError,
    TypeError,
    ValueError,
    IntegrityError,
    NoResultFound,
)
"""Why an act may not be done again: what it needs is not in the backup."""

RESTORED = "Khôi phục từ nhật ký"
"""What the register of numbers says of a paper that was lost."""


@dataclass
class Report:
    """What was brought forward."""

    entries: int = 0
    """Entries that the database lacked."""
    steps: int = 0
    """Acts on nominations that were done again."""
    decisions: list[str] = field(default_factory=list)
    """Numbers of the decisions among them; their PDFs have to be added from paper."""
    stopped: dict[str, str] = field(default_factory=dict)
    """Reference of a nomination that could not be followed → why."""
    by_hand: Counter[str] = field(default_factory=Counter)
    """Acts of other kinds, which people enter again: action → how often."""
    lost: list[Lost] = field(default_factory=list)
    """All that people have to look after, one by one: see :mod:`engine.journal.again`."""

    def leave(self, said: dict[str, Any], detail: dict[str, Any]) -> None:
        """Note an act that is not done again, if people have to enter it."""
        found = find_lost(said, detail)
        if found is not None:
            self.by_hand[said["act"]] += 1
            self.lost.append(found)


def roll_forward(database: Engine, key: JournalKey, outside: Outside, at: datetime) -> Report:
    """Bring the database forward to what stands outside; all of it or nothing.

    :raises BackupTooOld: a nomination needs a round, unit or person that is not there.
    :raises NotProved: what stands outside is not what was sealed with ``key``.
    """
    report = Report()
    with unit_of_work(database) as session:
        take_turn(session, SEALING)
        size = tree_size(session)
        lines = list(outside.entries())
        words = outside.words()
        for position, body in enumerate(lines[size:], start=size):
            entry_id = _known(session, body)
            if entry_id is None:
                entry_id = _restore(session, body, words, report)
            session.execute(insert(JournalLeaf), [{"position": position, "entry_id": entry_id}])
        if len(lines) > size:
            grow(session, size, len(lines))
        _restore_checkpoints(session, key, outside, at)
        _count_on(session)
        if report.entries:
            _note(session, report, at)
    return report


def _known(session: Session, body: bytes) -> int | None:
    return session.scalar(select(JournalEntry.id).where(JournalEntry.hash == entry_hash(body)))


def _restore(session: Session, body: bytes, words: dict[bytes, Words], report: Report) -> int:
    """Write an entry again, and do again what it says; return its id."""
    said = read_body(body)
    found = entry_hash(body)
    beside = words.get(found)
    if beside is not None and commitment(beside.salt, beside.text) != said["private"]:
        raise NotProved(f"the words outside of {said['stream']} {said['seq']} are not its own")
    report.entries += 1
    ids: list[int] = []

    def restore() -> None:
        salt, words_text = (None, None) if beside is None else (beside.salt, beside.text)
        ids.append(journal.restore_entry(session, body, salt, words_text))

    detail = said["facts"] | (orjson.loads(beside.text) if beside else {})
    if said["case"] is None or said["stream"] != journal.stream_of(said["case"]):
        restore()
        if said["act"] == SET:
            redo_limit(session, said, detail)
            return ids[0]
        report.leave(said, detail)
        if said["act"] == "paper.numbered":
            _take_number(session, said, detail)
        return ids[0]
    try:
        with session.begin_nested():
            _redo(session, said, detail, found, restore, report)
    except _CANNOT as error:
        if said["act"] == "case.opened":
            raise BackupTooOld(f"{detail.get('reference')}: {error}") from error
        ids.clear()
        restore()
        _keep_count(session, said, found)
        name = str(detail.get("reference") or _reference(session, said["case"]))
        if name not in report.stopped:
            report.lost.append(not_followed(said, detail))
        report.stopped.setdefault(name, f"{said['act']}: {error}")
    return ids[0]


def _redo(
    session: Session,
    said: dict[str, Any],
    detail: dict[str, Any],
    found: bytes,
    restore: Any,
    report: Report,
) -> None:
    """Do again what an entry of a case says."""
    moment = datetime.fromisoformat(said["at"])
    if said["act"] in ALARMS:
        case = session.get_one(Case, said["case"])
        redo_alarm(session, case, said["act"], detail, moment, restore)
        case.next_seq, case.journal_hash = said["seq"] + 1, found
        session.flush()
        return
    actor = _actor(session, said["actor"])
    if said["act"] == "case.opened":
        redo_opening(session, said["case"], detail, actor, moment, restore)
    elif said["act"] == "case.withdrawn":
        redo_withdrawal(session, session.get_one(Case, said["case"]), actor, moment, restore)
    elif said["act"] == "task.completed":
        _redo_task(session, said, detail, actor, moment, restore)
        if "decision" in detail:
            report.decisions.append(str(detail["decision"]["number"]))
            report.lost.append(decided_again(said, detail))
    else:
        restore()
        report.leave(said, detail)
        _keep_count(session, said, found)
        return
    report.steps += 1
    case = session.get_one(Case, said["case"])
    case.next_seq, case.journal_hash = said["seq"] + 1, found
    session.flush()


def _redo_task(
    session: Session,
    said: dict[str, Any],
    detail: dict[str, Any],
    actor: Actor,
    at: datetime,
    restore: Any,
) -> None:
    moved = detail.get("round")
    task = redo_task(
        session,
        case=session.get_one(Case, said["case"]),
        element=detail["element"],
        actor=actor,
        outcome=Outcome(detail["outcome"]),
        answers=detail["answers"],
        evidence=detail.get("evidence") or (),
        at=at,
        next_round_id=moved[1] if moved else None,
        restore=restore,
    )
    session.flush()
    if task.id != said["task"]:
        _rename_task(session, task.id, said["task"])
    under = detail.get("delegation")
    if under and session.get(Delegation, under) is not None:  # else it was given since
        of_the_task = update(Review).where(Review.task_id == said["task"])
        session.execute(of_the_task.values(delegation_id=under))


def _rename_task(session: Session, made: str, name: str) -> None:
    """Give a task that was opened again the name that the journal has for it."""
    columns = (
        "case_id, element_id, diagram, role, unit_id, level, form, outcomes, state,"
        " opened_at, completed_by_id, completed_at, outcome, due_at, deadline_id, remind_at,"
        " assignee_id,"
        " next_alarm_at, reminded_at, overdue_at, escalated_role, escalated_unit_id"
    )
    session.execute(
        text(
            f"INSERT INTO user_tasks (id, {columns}) SELECT :name, {columns}"  # noqa: S608
            " FROM user_tasks WHERE id = :made"
        ),
        {"name": name, "made": made},
    )
    for table in ("reviews", "supplement_requests"):
        session.execute(
            text(f"UPDATE {table} SET task_id = :name WHERE task_id = :made"),  # noqa: S608
            {"name": name, "made": made},
        )
    session.execute(text("DELETE FROM user_tasks WHERE id = :made"), {"made": made})
    session.expire_all()


def _take_number(session: Session, said: dict[str, Any], detail: dict[str, Any]) -> None:
    """Let nobody have the number of a paper that was lost: it was given, and printed."""
    number, _, symbol = detail["number"].partition("/")
    type_code, year = symbol.partition("-")[0], int(detail["dated_on"][:4])
    known = select(GivenNumber.id).where(
        GivenNumber.unit_id == said["unit"],
        GivenNumber.type_code == type_code,
        GivenNumber.year == year,
        GivenNumber.number == int(number),
    )
    if session.scalar(known) is None:
        session.add(
            GivenNumber(
                unit_id=said["unit"],
                type_code=type_code,
                year=year,
                number=int(number),
                symbol=detail["number"],
                used_elsewhere=RESTORED,
                given_at=datetime.fromisoformat(said["at"]),
                given_by_id=said["actor"],
            )
        )
        session.flush()


def _keep_count(session: Session, said: dict[str, Any], found: bytes) -> None:
    """Let the case count an entry that moved nothing."""
    session.execute(
        update(Case)
        .where(Case.id == said["case"])
        .values(next_seq=said["seq"] + 1, journal_hash=found, version=Case.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def _count_on(session: Session) -> None:
    """Let new cases have numbers after those that were given again: PostgreSQL asks for it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT setval(pg_get_serial_sequence('cases', 'id'), max(id)) FROM cases")
        )


def _actor(session: Session, person_id: int | None) -> Actor:
    if person_id is None:
        raise LookupError("nobody did it")
    return Actor(person_id, session.get_one(Person, person_id).full_name)


def _reference(session: Session, case_id: int) -> str:
    return session.scalar(select(Case.reference).where(Case.id == case_id)) or f"{case_id}"


def _restore_checkpoints(
    session: Session, key: JournalKey, outside: Outside, at: datetime
) -> None:
    known = set(session.scalars(select(JournalCheckpoint.size)))
    size = tree_size(session)
    for note in outside.checkpoints():
        found = key.read(note).size
        if found not in known and found <= size:
            known.add(found)
            row = {"size": found, "note": note, "made_at": at}
            session.execute(insert(JournalCheckpoint), [row])


def _note(session: Session, report: Report, at: datetime) -> None:
    journal.append(
        session,
        stream=STREAM,
        action=ACTION,
        actor=None,
        at=at,
        detail={
            "entered": report.entries,
            "rows": report.steps,
            "stopped": sorted(report.stopped),
            "by_hand": dict(report.by_hand),
        },
    )
