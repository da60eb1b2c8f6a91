"""What an outgoing paper says, as PDF; papers of a case that an office signs."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.witness_foot import add_witness
from engine.case_papers import KINDS
from engine.case_papers.kind import Issue, PaperKind
from engine.errors import NotFound, OnOutgoingPaper
from engine.journal.witness import witness
from engine.matters import lock_case, matter_of
from engine.outgoing import awards, statements
from engine.outgoing.access import ISSUED, PENDING, get_paper, issuer, note, stream_of
from engine.outgoing.numbers import require_symbol
from engine.papers import printed
from engine.permissions import Actor, may, require
from engine.store.models import Case, OutgoingPaper
from engine.units import lock_unit
from forms.definition import Bilingual

OVER_CASES = {
    awards.KIND: Bilingual("Quyết định khen thưởng", "Decision to award"),
    statements.KIND: Bilingual("Tờ trình kèm danh sách", "Statement with its list"),
}
"""Kinds of paper over several cases, as people call them."""


def name_of(paper: OutgoingPaper) -> Bilingual:
    """Return what people call a paper of this kind."""
    return OVER_CASES.get(paper.kind) or _kind(paper.kind).name


def draft_copy(
    session: Session,
    *,
    case_id: int,
    slug: str,
    copy_number: int,
    unit_id: int,
    actor: Actor,
    at: datetime,
) -> OutgoingPaper:
    """Draft a paper of a case for signature and number: one that an office numbers.

    The case is locked.

    :raises NotFound: no such case, copy or unit, or the actor may not see the case.
    :raises NotPermitted: the actor does not work for the unit.
    :raises NoSymbol: the unit has no symbol for its papers.
    :raises OnOutgoingPaper: the same copy is on its way, or was issued.
    """
    case = lock_case(session, case_id)
    if not may(actor, "case.see", matter_of(session, case)):
        raise NotFound(f"case {case_id}")
    kind = _kind(slug)
    if not kind.type_code or copy_number not in {
        one.number for one in kind.find(session, case)
    }:
        raise NotFound(f"case {case_id} has no paper {slug} {copy_number} to number")
    require(actor, "outgoing.write", issuer(unit_id))
    require_symbol(lock_unit(session, unit_id))
    other = find_copy(session, case_id, slug, copy_number)
    if other is not None:
        raise OnOutgoingPaper(f"{slug} {copy_number} is paper {other.id}", paper_id=other.id)
    paper = OutgoingPaper(
        unit_id=unit_id,
        kind=slug,
        type_code=kind.type_code,
        case_id=case.id,
        copy_number=copy_number,
        texts={},
        drafted_by_id=actor.person_id,
        drafted_at=at,
    )
    session.add(paper)
    session.flush()
    note(
        session,
        paper,
        action="paper.drafted",
        actor=actor,
        at=at,
        detail={"of": [case.reference], "kind": slug, "copy": copy_number},
    )
    return paper


def find_copy(
    session: Session, case_id: int, slug: str, copy_number: int
) -> OutgoingPaper | None:
    """Return the outgoing paper of a copy, on its way or issued."""
    return session.scalar(
        select(OutgoingPaper).where(
            OutgoingPaper.case_id == case_id,
            OutgoingPaper.kind == slug,
            OutgoingPaper.copy_number == copy_number,
            OutgoingPaper.state.in_((*PENDING, *ISSUED)),
        )
    )


def paper_bytes(session: Session, actor: Actor, paper_id: int) -> bytes:
    """Return a paper as PDF: as signed digitally, or frozen with its number, or as it stands.

    :raises NotFound: there is none, or the actor may not see it.
    :raises InvalidSubmission: a text has a letter that cannot be printed.
    """
    paper = get_paper(session, actor, paper_id)
    return paper.signed_content or paper.content or render(session, paper)


def render(session: Session, paper: OutgoingPaper) -> bytes:
    """Return a paper as PDF, with number, date and signer as far as it has them.

    With its number it says what the journal is by then: see :mod:`engine.journal.witness`.

    :raises InvalidSubmission: a text has a letter that cannot be printed.
    """
    if paper.kind == awards.KIND:
        return awards.render_award(session, paper)
    content = _render_other(session, paper)
    if paper.number is None:
        return content
    return add_witness(content, witness(session, stream_of(paper.id)))


def _render_other(session: Session, paper: OutgoingPaper) -> bytes:
    if paper.kind == statements.KIND:
        return statements.render_statement(session, paper)
    case, copy, kind = paper.case, paper.copy_number, _kind(paper.kind)
    if case is None or copy is None:
        raise NotFound(f"paper {paper.id} is of no case")
    return printed(lambda: kind.make(session, case, copy, _issue(paper)))


def offered_unit(session: Session, actor: Actor, case: Case) -> int | None:
    """Return for which unit ``actor`` may send papers of a case to signature; none: none."""
    matter = matter_of(session, case)
    own = [grant.unit_id for grant in actor.grants]
    return next(
        (
            unit_id
            for unit_id in own
            if unit_id in (*matter.level_units, case.unit_id)
            and may(actor, "outgoing.write", issuer(unit_id))
        ),
        None,
    )


def _issue(paper: OutgoingPaper) -> Issue | None:
    if paper.number is None or paper.dated_on is None:
        return None
    return Issue(paper.number, paper.dated_on, paper.signer_block, paper.signer_name)


def _kind(slug: str) -> PaperKind:
    found = next((one for one in KINDS if one.slug == slug), None)
    if found is None:
        raise NotFound(f"no kind of paper {slug}")
    return found
