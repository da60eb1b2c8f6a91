"""The papers that a case gives on its way: made from what was recorded, when asked for.

They carry a number once they are outgoing papers (:mod:`engine.outgoing`); until then whoever
issues one writes number and date by hand.
Decisions and certificates are not among them: those are kept byte for byte, see
:mod:`engine.papers`.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.case_papers import corrections, notices, reports, statements
from engine.case_papers.kind import Copy, PaperKind
from engine.errors import NotFound
from engine.papers import printed
from engine.permissions import Actor
from engine.queries.case_page import find_case

KINDS: tuple[PaperKind, ...] = (
    *reports.KINDS,
    *statements.KINDS,
    *notices.KINDS,
    *corrections.KINDS,
)
"""In the order of the way."""


@dataclass(frozen=True)
class OfferedPaper:
    """A copy that a case has, to list and to link."""

    kind: PaperKind
    copy: Copy


def list_offered(session: Session, actor: Actor, reference: str) -> tuple[OfferedPaper, ...]:
    """Return the papers that a case has by now; none where its personal data were erased.

    :raises NotFound: there is no such case, or the actor may not see it.
    """
    case = find_case(session, actor, reference)
    if case.erased_at is not None:
        return ()
    return tuple(OfferedPaper(kind, one) for kind in KINDS for one in kind.find(session, case))


def make_paper(session: Session, actor: Actor, reference: str, slug: str, number: int) -> bytes:
    """Return a paper as PDF; the same copy gives the same bytes.

    :raises NotFound: the actor may see no such case, or it has no such paper.
    :raises InvalidSubmission: a text has a letter that cannot be printed, or no room.
    """
    case = find_case(session, actor, reference)
    kind = next((one for one in KINDS if one.slug == slug), None)
    if case.erased_at is not None:
        raise NotFound(f"the personal data of case {reference} were erased")
    if kind is None or number not in {one.number for one in kind.find(session, case)}:
        raise NotFound(f"case {reference} has no paper {slug} {number}")
    return printed(lambda: kind.make(session, case, number))
