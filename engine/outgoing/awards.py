"""The decision to award, over one case or several: drafted, written, put on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.decision import AwardDecision, render_decision
from documents.letterhead import ROOM
from documents.typography import UnprintableText, printable
from engine.bonus import Bonus
from engine.decisions import bonus_of
from engine.errors import InvalidSubmission, NotFound
from engine.form_context import FOLLOWS, find_advice
from engine.journal.witness import witness
from engine.office import day_in_vietnam
from engine.outgoing.access import issuer, lock_paper, note, stream_of
from engine.outgoing.capacities import title_of_head
from engine.outgoing.listing import MOST_CASES, tasks_on_papers, waiting_cases
from engine.outgoing.numbers import DECISION_TYPE, require_symbol
from engine.paper_codes import check_mark
from engine.papers import award_name, bonus_clause, decision_on, is_proposed, printed
from engine.permissions import Actor, require
from engine.store.models import Case, OutgoingCase, OutgoingPaper, Unit, UserTask
from engine.text import compose
from engine.units import checked_text, lock_unit
from forms.messages import code
from forms.vocabulary import Level, Outcome, OutgoingState, SubjectKind

KIND = "quyet-dinh-khen-thuong"

LINES = ("subject_line", "reason", "executors")
"""Texts of a decision that a clerk may write, each of one line; ``recipients`` has several."""

LONGEST_LINE = 1_000
MOST_RECIPIENTS = 20


def draft_award(
    session: Session, *, unit_id: int, task_ids: Sequence[str], actor: Actor, at: datetime
) -> OutgoingPaper:
    """Draft a decision of a unit on cases that wait for one.

    The unit is locked, then the cases in the order of their ids.

    :raises NotFound: there is no such unit, or a task that does not wait there.
    :raises NotPermitted: the actor does not work for the unit.
    :raises NoSymbol: the unit has no symbol for its papers.
    :raises InvalidSubmission: nothing was chosen, cases of several awards or rounds, one
        against the advice of the council, or one that stands on another paper.
    """
    unit = lock_unit(session, unit_id)
    require(actor, "outgoing.write", issuer(unit_id))
    require_symbol(unit)
    chosen = _choose(session, unit_id, task_ids, None)
    paper = OutgoingPaper(
        unit_id=unit_id,
        kind=KIND,
        type_code=DECISION_TYPE,
        award=chosen[0][1].award,
        texts={},
        drafted_by_id=actor.person_id,
        drafted_at=at,
    )
    session.add(paper)
    session.flush()
    references = [case.reference for _, case in chosen]
    note(session, paper, action="paper.drafted", actor=actor, at=at, detail={"of": references})
    _list(session, paper, chosen)
    return paper


def change_award(
    session: Session,
    *,
    paper_id: int,
    task_ids: Sequence[str],
    texts: Mapping[str, str],
    actor: Actor,
    at: datetime,
) -> OutgoingPaper:
    """Give a drafted decision these cases and these texts. It is locked.

    :param texts: by name, see :data:`LINES`; ``recipients`` in lines. What is as the system
        words it is not kept, so that a change of data shows in the draft.
    :raises NotFound: there is no such paper, or the actor may not see it.
    :raises NotPermitted: the actor does not work for its unit.
    :raises PaperNotReady: it is no longer a draft.
    :raises InvalidSubmission: as for :func:`draft_award`, or a text does not fit.
    """
    paper = lock_paper(session, actor, paper_id, "outgoing.write", OutgoingState.DRAFT)
    if paper.kind != KIND:
        raise NotFound(f"paper {paper_id} is no decision")
    chosen = _choose(session, paper.unit_id, task_ids, paper)
    written = _checked(texts)
    note(
        session,
        paper,
        action="paper.changed",
        actor=actor,
        at=at,
        detail={
            "of": [
                [row.case.reference for row in paper.cases],
                [case.reference for _, case in chosen],
            ],
            "texts": [paper.texts, written],
        },
    )
    for row in list(paper.cases):
        session.delete(row)
    session.flush()
    session.expire(paper, ["cases"])
    _list(session, paper, chosen)
    plain = texts_of(_as_worded(session, paper))
    paper.texts = {name: text for name, text in written.items() if text != plain[name]}
    session.flush()
    return paper


def compose_award(session: Session, paper: OutgoingPaper) -> AwardDecision:
    """Return what the decision says: as a draft, or with what it was given until now."""
    worded = _as_worded(session, paper)
    recipients = paper.texts.get("recipients")
    lines = {name: paper.texts[name] for name in LINES if name in paper.texts}
    if recipients is not None:
        return replace(worded, **lines, recipients=tuple(recipients.split("\n")))
    return replace(worded, **lines)


def texts_of(worded: AwardDecision) -> dict[str, str]:
    """Return the texts of a decision that a clerk may write, by name."""
    texts = {name: str(getattr(worded, name)) for name in LINES}
    return {**texts, "recipients": "\n".join(worded.recipients)}


def render_award(session: Session, paper: OutgoingPaper) -> bytes:
    """Return the decision as PDF.

    :raises InvalidSubmission: a text has a letter that cannot be printed.
    """
    composed = compose_award(session, paper)
    return printed(lambda: render_decision(composed))


def level_of(paper: OutgoingPaper) -> Level:
    """Return the level at which a decision is made."""
    return paper.cases[0].task.level or Level.UNIT


def lock_cases(session: Session, case_ids: Sequence[int]) -> None:
    """Lock cases until the transaction ends, in the order of their ids."""
    session.execute(
        select(Case.id).where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update()
    ).all()


def _as_worded(session: Session, paper: OutgoingPaper) -> AwardDecision:
    """Return the decision in the words of the system."""
    rows = paper.cases
    cases = [row.case for row in rows]
    unit = session.get_one(Unit, paper.unit_id)
    day = paper.dated_on or day_in_vietnam(paper.drafted_at)
    title = paper.signer_title or title_of_head(session, unit.id)
    return decision_on(
        session,
        cases,
        authority=unit,
        level=level_of(paper),
        title=title,
        is_proposed=all(is_proposed(session, row.case, row.task) for row in rows),
        bonus=bonus_clause(_bonuses(session, rows, day), award_name(cases[0].award)),
        number=paper.number or f"{ROOM}/{paper.type_code}-{unit.symbol}",
        signed_on=paper.dated_on,
        day=day,
        signer_title=paper.signer_block or title.upper(),
        signer_name=paper.signer_name,
        check=check_mark(session, paper.code, witness(session, stream_of(paper.id))),
    )


def _bonuses(
    session: Session, rows: Sequence[OutgoingCase], day: date
) -> dict[SubjectKind, Bonus]:
    """Return the bonus of each kind of subject that the system has a rule for."""
    firsts: dict[SubjectKind, OutgoingCase] = {}
    for row in rows:
        firsts.setdefault(row.case.subject_kind, row)
    found = {kind: bonus_of(session, row.case, row.task, day) for kind, row in firsts.items()}
    return {kind: bonus for kind, bonus in found.items() if isinstance(bonus, Bonus)}


def _choose(
    session: Session, unit_id: int, task_ids: Sequence[str], paper: OutgoingPaper | None
) -> list[tuple[UserTask, Case]]:
    """Return the chosen tasks with their cases, locked, in the order of the list."""
    if not task_ids:
        raise InvalidSubmission({"task_ids": [code("choose_one")]})
    if len(task_ids) > MOST_CASES:
        raise InvalidSubmission({"task_ids": [code("too_large", MOST_CASES, len(task_ids))]})
    rows = session.execute(
        select(UserTask, Case)
        .join(Case, UserTask.case_id == Case.id)
        .where(UserTask.id.in_(set(task_ids)))
        .order_by(Case.subject_sort_key, Case.id)
    ).all()
    chosen = [(task, case) for task, case in rows]
    lock_cases(session, [case.id for _, case in chosen])
    own = {row.task_id for row in paper.cases} if paper else set()
    waiting = {task.id for task, _ in waiting_cases(session, unit_id)} | own
    unknown = set(task_ids) - waiting
    if unknown & set(tasks_on_papers(session, list(unknown), paper.id if paper else None)):
        raise InvalidSubmission({"task_ids": [code("on_another_paper")]})
    if unknown:
        raise NotFound(f"tasks {sorted(unknown)} wait for no decision of unit {unit_id}")
    _require_alike(chosen)
    _require_advised(session, chosen)
    return chosen


def _require_alike(chosen: Sequence[tuple[UserTask, Case]]) -> None:
    """Return if all are of one award, one round and one level: they share their reason."""
    kinds = {(case.award, case.round_id, task.level) for task, case in chosen}
    if len(kinds) > 1:
        raise InvalidSubmission({"task_ids": [code("not_alike")]})


def _require_advised(session: Session, chosen: Sequence[tuple[UserTask, Case]]) -> None:
    """Return if the council advised against none of them: that wants a reason of its own."""
    against = []
    for task, case in chosen:
        advice = find_advice(session, case, task)
        if advice is not None and Outcome.AWARD not in FOLLOWS[advice.outcome]:
            against.append(case.reference)
    if against:
        raise InvalidSubmission({"task_ids": [code("against_advice", ", ".join(against))]})


def _list(
    session: Session, paper: OutgoingPaper, chosen: Sequence[tuple[UserTask, Case]]
) -> None:
    session.add_all(
        OutgoingCase(paper_id=paper.id, case_id=case.id, task_id=task.id, place=place)
        for place, (task, case) in enumerate(chosen, start=1)
    )
    session.flush()
    session.expire(paper, ["cases"])


def _checked(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts composed.

    :raises InvalidSubmission: one is empty, too long, or cannot be printed.
    """
    found: dict[str, str] = {}
    problems: dict[str, list[str]] = {}
    for name in (*LINES, "recipients"):
        try:
            found[name] = _checked_text(name, texts.get(name, ""))
        except InvalidSubmission as error:
            problems.update(error.messages)
        except UnprintableText as error:
            problems[name] = [code("unprintable", error)]
    if problems:
        raise InvalidSubmission(problems)
    return found


def _checked_text(name: str, text: str) -> str:
    if name in LINES:
        return printable(checked_text(name, text, LONGEST_LINE))
    lines = [line for line in compose(text).splitlines() if line.strip()]
    if len(lines) > MOST_RECIPIENTS:
        raise InvalidSubmission({name: [code("too_large", MOST_RECIPIENTS, len(lines))]})
    if not lines:
        raise InvalidSubmission({name: [code("required")]})
    return "\n".join(printable(checked_text(name, line)) for line in lines)
