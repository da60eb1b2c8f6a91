"""The list of a decision against that of the council: nobody is left out unnoticed."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import ListsDiffer
from engine.outgoing import statements
from engine.outgoing.access import ISSUED
from engine.outgoing.awards import KIND
from engine.outgoing.listing import waiting_cases
from engine.papers import award_name
from engine.reconciliation import ListedAward, Reconciliation, reconcile
from engine.store.models import AgendaItem, Case, OutgoingCase, OutgoingPaper
from forms.vocabulary import Outcome


def require_complete_list(session: Session, paper: OutgoingPaper, reason: str) -> str:
    """Return how the list of a decision differs from what was proposed; empty: not.

    That list: whom the sessions proposed that advised on these cases, and whom the issued
    statements list, as far as they still wait for a decision. Whoever was returned or held
    since is not on it.

    :param reason: why somebody is left out.
    :raises ListsDiffer: somebody is left out without a reason; ``facts``: ``difference``.
    """
    if paper.kind != KIND:
        return ""
    found = compare_with_council(session, paper)
    if found.agrees:
        return ""
    if not reason:
        raise ListsDiffer(f"paper {paper.id}: {found.words.vi}", difference=found.words)
    return found.words.vi


def compare_with_council(session: Session, paper: OutgoingPaper) -> Reconciliation:
    """Return how the list of a decision stands to what was proposed for it.

    By the council sessions that advised on its cases, and by the statements that list them.
    """
    listed = [row.case for row in paper.cases]
    own = {case.id for case in listed}
    sessions = select(AgendaItem.session_id).where(
        AgendaItem.case_id.in_(own), AgendaItem.outcome == Outcome.RECOMMEND
    )
    proposed = set(
        session.scalars(
            select(AgendaItem.case_id).where(
                AgendaItem.session_id.in_(sessions), AgendaItem.outcome == Outcome.RECOMMEND
            )
        )
    )
    proposed |= _stated(session, own)
    first = listed[0]
    waiting = waiting_cases(session, paper.unit_id, first.award, first.round_id)
    left_out = [case for _, case in waiting if case.id in proposed - own]
    return reconcile(_rows([*listed, *left_out]), _rows(listed))


def _stated(session: Session, own: set[int]) -> set[int]:
    """Return the cases of the issued statements that list any of these cases."""
    papers = (
        select(OutgoingCase.paper_id)
        .join(OutgoingCase.paper)
        .where(
            OutgoingCase.case_id.in_(own),
            OutgoingPaper.kind == statements.KIND,
            OutgoingPaper.state.in_(ISSUED),
        )
    )
    return set(
        session.scalars(select(OutgoingCase.case_id).where(OutgoingCase.paper_id.in_(papers)))
    )


def _rows(cases: Sequence[Case]) -> list[ListedAward]:
    return [
        ListedAward(
            case.reference, case.subject_name, case.subject_kind, award_name(case.award)
        )
        for case in cases
    ]
