"""What led to a decision: every step back to the first draft, with who, as what, on what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.council.results import ItemResult, last_vote, result_of
from engine.permissions import Actor
from engine.queries.case_page import CaseHead, PaperLine, list_papers
from engine.queries.journal import Entry, list_entries
from engine.store.models import AgendaItem, Attachment, CouncilPaper, ItemVote
from forms.vocabulary import CheckStage, Conclusion, Outcome, VotingMode

ASIDE = frozenset(
    {
        "attachment.added",
        "attachment.removed",
        "papers.ticked",
        "task.claimed",
        "task.given_back",
        "task.reassigned",
    }
)
"""Actions between the steps: the journal has them, the chain has what came of them."""


@dataclass(frozen=True)
class CheckThen:
    """What the rules in force said at a step."""

    stage: CheckStage
    conclusion: Conclusion
    against: tuple[str, ...]
    """Rules that stood against it, each with its verdict."""
    overridden: tuple[str, ...]
    """Rules against which the person went on."""
    reason: str
    answer_hash: str
    law_book: str
    """SHA-256, in hex, of the rules."""


@dataclass(frozen=True)
class CouncilVote:
    """What a council came to on the nomination at one session."""

    session_id: int
    session_name: str
    meets_at: datetime
    number: int
    """Of the item on the agenda."""
    mode: VotingMode
    result: ItemResult | None
    """None: there was no vote, or it is not closed."""
    minutes_sha256: str | None
    """Of the signed minutes; none: not signed yet."""


@dataclass(frozen=True)
class EnclosedFile:
    """A file that lay before the step, or was added at it."""

    id: int
    name: str
    sha256: str


@dataclass(frozen=True)
class ChainLink:
    """One step."""

    entry: Entry
    version: int | None
    """Number of the submission that it made or read; none: there was none yet."""
    is_submission: bool
    check: CheckThen | None
    votes: tuple[CouncilVote, ...]
    files: tuple[EnclosedFile, ...]
    papers: tuple[PaperLine, ...]
    """Papers that the step made."""


def list_chain(session: Session, actor: Actor, case: CaseHead) -> tuple[ChainLink, ...]:
    """Return the steps of ``case``, the last first, in seven queries however many there are.

    ``case`` comes from :func:`engine.queries.case_page.get_case`.

    :raises NotPermitted: the actor may not read journals.
    """
    entries = list_entries(session, actor, case)
    files, votes = _files(session, case), _votes(session, case)
    papers = {one.sha256: one for one in list_papers(session, case)}
    links: list[ChainLink] = []
    submissions = 0
    for entry in entries:
        is_submission = entry.outcome is Outcome.SUBMIT
        submissions += is_submission
        if entry.action in ASIDE:
            continue
        links.append(
            ChainLink(
                entry=entry,
                version=submissions or None,
                is_submission=is_submission,
                check=_check(entry),
                votes=votes.get(entry.task_id or "", ()),
                files=_files_at(entry, files),
                papers=_papers_of(entry, papers),
            )
        )
    return tuple(reversed(links))


def _check(entry: Entry) -> CheckThen | None:
    kept = entry.detail.get("check")
    if not kept:
        return None
    return CheckThen(
        stage=CheckStage(kept["stage"]),
        conclusion=Conclusion(kept["conclusion"]),
        against=tuple(kept.get("against", ())),
        overridden=tuple(kept.get("overridden", ())),
        reason=str(entry.detail.get("override_reason") or ""),
        answer_hash=kept["answer_hash"],
        law_book=kept["law_book"],
    )


def _files(session: Session, case: CaseHead) -> list[tuple[str, EnclosedFile]]:
    """Return the files of a case, each with its task, also those taken out since."""
    rows = session.execute(
        select(Attachment.task_id, Attachment.id, Attachment.name, Attachment.sha256)
        .where(Attachment.case_id == case.id)
        .order_by(Attachment.id)
    )
    return [(row.task_id, EnclosedFile(row.id, row.name, row.sha256)) for row in rows]


def _files_at(
    entry: Entry, files: Iterable[tuple[str, EnclosedFile]]
) -> tuple[EnclosedFile, ...]:
    evidence = set(entry.detail.get("evidence", ()))
    if entry.outcome is Outcome.SUBMIT:
        by_hash = {one.sha256: one for _task, one in files if one.sha256 in evidence}
        return tuple(by_hash.values())
    return tuple(one for task, one in files if task == entry.task_id)


def _papers_of(entry: Entry, papers: Mapping[str, PaperLine]) -> tuple[PaperLine, ...]:
    made: Any = entry.detail.get("papers")
    hashes = made.values() if isinstance(made, dict) else ()
    return tuple(papers[sha256] for sha256 in hashes if sha256 in papers)


def _votes(session: Session, case: CaseHead) -> dict[str, tuple[CouncilVote, ...]]:
    """Return what councils came to, by the task that they had before them."""
    items = session.scalars(
        select(AgendaItem)
        .where(AgendaItem.case_id == case.id)
        .order_by(AgendaItem.id)
        .options(
            joinedload(AgendaItem.session),
            selectinload(AgendaItem.votes).joinedload(ItemVote.voting),
        )
    ).all()
    minutes = _minutes(session, {item.session_id for item in items})
    found: dict[str, tuple[CouncilVote, ...]] = {}
    for item in items:
        last = last_vote(item.votes)
        vote = CouncilVote(
            session_id=item.session_id,
            session_name=item.session.name,
            meets_at=item.session.meets_at,
            number=item.number,
            mode=item.session.mode,
            result=None if last is None else result_of(last),
            minutes_sha256=minutes.get(item.session_id),
        )
        found[item.task_id] = (*found.get(item.task_id, ()), vote)
    return found


def _minutes(session: Session, session_ids: set[int]) -> dict[int, str]:
    if not session_ids:
        return {}
    rows = session.execute(
        select(CouncilPaper.session_id, CouncilPaper.sha256).where(
            CouncilPaper.session_id.in_(session_ids), CouncilPaper.kind == "minutes"
        )
    )
    return {row.session_id: row.sha256 for row in rows}
