"""The papers of a dossier: which ones it needs, and what a clerk ticked on the list."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import journal
from engine.commands import answer_once, hash_of
from engine.dossiers import current_version, list_evidence
from engine.errors import CaseClosed, ContentChanged, InvalidSubmission
from engine.matters import lock_case, matter_of, require_on_case
from engine.office import day_in_vietnam
from engine.permissions import Actor
from engine.rules.book import book
from engine.rules.dossier_list import DossierList, ListedPaper, Remark
from engine.settings import settings_on
from engine.store.models import Case, DossierPaper
from forms.messages import code
from forms.paper_ticks import TickSchema
from forms.vocabulary import DossierPart, PaperState, Role

FILE = "papers.yaml"
"""The file of the law book that has the list."""

TICK = "dossier_papers.tick"
"""Permission to tick the papers of a case."""


def dossier_list() -> DossierList:
    """Return the list of the law book."""
    found: DossierList = book().parts[FILE]
    return found


def papers_of(session: Session, case: Case, today: date) -> tuple[ListedPaper, ...]:
    """Return the papers that the dossier of ``case`` needs or may need.

    The provisions are those of the day on which it was received, or of ``today`` before
    the first submission; the settings of the office those of ``today``, or of the day on
    which the case was closed. Claims are looked for in what was submitted last.
    """
    found = dossier_list()
    version = current_version(session, case.id)
    claims = found.find_claims(*_texts(version.content if version else {}))
    return found.papers_for(
        case.award,
        case.subject_kind,
        _received_on(case, today),
        claims,
        settings_on(session, day_in_vietnam(case.closed_at) if case.closed_at else today),
    )


def remarks_of(case: Case, today: date) -> tuple[Remark, ...]:
    """Return what the law book says about the dossier of ``case`` as a whole."""
    received_on = _received_on(case, today)
    return dossier_list().remarks_for(case.award, case.subject_kind, received_on)


def ticks_of(session: Session, case_id: int) -> dict[DossierPart, DossierPaper]:
    """Return what was ticked on the list of a case, by paper."""
    rows = session.scalars(
        select(DossierPaper).where(DossierPaper.case_id == case_id).order_by(DossierPaper.id)
    )
    return {DossierPart(row.paper): row for row in rows}


def state_of(row: DossierPaper | None) -> PaperState:
    """Return what the clerk said of a paper."""
    if row is None:
        return PaperState.UNSEEN
    return PaperState.THERE if row.is_there else PaperState.MISSING


def hash_ticks(ticks: Mapping[DossierPart, DossierPaper]) -> str:
    """Return the SHA-256, in hex, of the list as it is ticked: what a person has seen."""
    return hash_of({paper.value: _plain(row) for paper, row in ticks.items()})


def tick_papers(
    session: Session,
    *,
    case_id: int,
    actor: Actor,
    ticks: Mapping[str, Mapping[str, Any]],
    seen: str,
    at: datetime,
    key: str,
) -> Case:
    """Write what a clerk of the ward says of the papers of a case; locks the case.

    :param ticks: paper → ``state``, ``attachment`` (id of an enclosed file) and ``note``,
        unchecked; a paper that is left out stays as it is.
    :param seen: :func:`hash_ticks` of the list that the clerk read.
    :raises NotFound: there is no such case, or the actor may not see it.
    :raises NotPermitted: the actor may not tick its papers.
    :raises CaseClosed: it has its outcome.
    :raises ContentChanged: somebody ticked meanwhile.
    :raises InvalidSubmission: a paper, a state or a file is not on the list.
    """
    case = lock_case(session, case_id)
    request = {
        "case_id": case_id,
        "seen": seen,
        "ticks": {paper: dict(said) for paper, said in ticks.items()},
    }

    def run() -> dict[str, int]:
        _require_allowed(session, actor, case)
        old = ticks_of(session, case.id)
        if hash_ticks(old) != seen:
            raise ContentChanged(f"the papers of case {case.id} were ticked meanwhile")
        new = _checked(session, case, ticks, at)
        _write(session, case, actor, old, new, at)
        return {"case_id": case.id}

    answer_once(
        session,
        key=key,
        actor=actor,
        command="tick_papers",
        request=request,
        at=at,
        run=run,
    )
    return case


def _require_allowed(session: Session, actor: Actor, case: Case) -> None:
    require_on_case(session, actor, TICK, case, matter_of(session, case))
    if case.closed_at is not None:
        raise CaseClosed(f"case {case.id} was closed", reference=case.reference)


_Tick = tuple[PaperState, int | None, str]


def _checked(
    session: Session, case: Case, ticks: Mapping[str, Mapping[str, Any]], at: datetime
) -> dict[DossierPart, _Tick]:
    """Return what is said of each paper; refuse all if one part is wrong."""
    listed = {
        one.paper.value: one.paper for one in papers_of(session, case, day_in_vietnam(at))
    }
    files = {str(file.id): file.id for file in list_evidence(session, case.id)}
    found: dict[DossierPart, _Tick] = {}
    wrong: dict[str, list[str]] = {}
    for name, said in ticks.items():
        if name not in listed:
            wrong[name[:100]] = [code("not_in_list", name)]
            continue
        try:
            tick = TickSchema().load(said)
        except ValidationError as error:
            wrong |= {f"{name}.{part}": codes for part, codes in error.messages_dict.items()}
            continue
        chosen = tick["attachment"]
        if chosen and chosen not in files:
            wrong[f"{name}.attachment"] = [code("not_in_list", chosen)]
        found[listed[name]] = (tick["state"], files.get(chosen), tick["note"])
    if wrong:
        raise InvalidSubmission(wrong)
    return found


def _write(
    session: Session,
    case: Case,
    actor: Actor,
    old: Mapping[DossierPart, DossierPaper],
    new: Mapping[DossierPart, _Tick],
    at: datetime,
) -> None:
    """Write the papers of which something else is said now, the journal first."""
    changed = {paper: tick for paper, tick in new.items() if _tick(old.get(paper)) != tick}
    if not changed:
        return
    detail = {
        paper.value: [state_of(old.get(paper)).value, tick[0].value]
        for paper, tick in changed.items()
    }
    unit_id = next(one.unit_id for one in actor.grants if one.role is Role.WARD_CLERK)
    journal.append_to_case(
        session,
        case,
        action="papers.ticked",
        actor=actor,
        at=at,
        role=Role.WARD_CLERK,
        unit_id=unit_id,
        task_id=None,
        detail={"papers": detail},
    )
    case.version += 1
    for paper, tick in changed.items():
        _put(session, case, actor, old.get(paper), paper, tick, at)
    session.flush()


def _put(
    session: Session,
    case: Case,
    actor: Actor,
    row: DossierPaper | None,
    paper: DossierPart,
    tick: _Tick,
    at: datetime,
) -> None:
    """Put what is said of one paper into its row; one that nobody looked at has none."""
    state, attachment_id, note = tick
    if state is PaperState.UNSEEN:
        if row is not None:
            session.delete(row)
        return
    if row is None:
        row = DossierPaper(case_id=case.id, paper=paper.value)
        session.add(row)
    row.is_there = state is PaperState.THERE
    row.attachment_id, row.note = attachment_id, note
    row.ticked_by_id, row.ticked_at = actor.person_id, at


def _tick(row: DossierPaper | None) -> _Tick:
    if row is None:
        return PaperState.UNSEEN, None, ""
    return state_of(row), row.attachment_id, row.note


def _plain(row: DossierPaper) -> list[Any]:
    return [row.is_there, row.attachment_id, row.note]


def _received_on(case: Case, today: date) -> date:
    return day_in_vietnam(case.submitted_at) if case.submitted_at else today


def _texts(content: Mapping[str, Any]) -> list[str]:
    """Return what the unit wrote: the texts of its answers, without those of the plan."""
    criteria = content.get("criteria") or {}
    texts = [content.get("summary"), content.get("achievements"), *criteria.values()]
    return [text for text in texts if isinstance(text, str)]
