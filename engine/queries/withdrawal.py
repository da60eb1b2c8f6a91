"""What the page shows on which a unit withdraws its nomination."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine.errors import NotFound
from engine.matters import matter_of, require_on_case
from engine.permissions import Actor
from engine.store.models import Case
from forms.vocabulary import Award, CaseState


@dataclass(frozen=True)
class Withdrawable:
    """A nomination that the actor may withdraw, unless it is closed."""

    case_id: int
    reference: str
    subject_name: str
    award: Award
    state: CaseState
    unit_name: str
    is_closed: bool


def get_withdrawable(session: Session, actor: Actor, reference: str) -> Withdrawable:
    """Return the case ``reference``, which ``actor`` may withdraw while it is open.

    :raises NotFound: there is no such case, or the actor may not see it.
    :raises NotPermitted: the actor does not work in the submitting unit.
    """
    case = session.scalar(
        select(Case).where(Case.reference == reference).options(joinedload(Case.unit))
    )
    if case is None:
        raise NotFound(f"no case {reference}")
    require_on_case(session, actor, "case.withdraw", case, matter_of(session, case))
    return Withdrawable(
        case_id=case.id,
        reference=case.reference,
        subject_name=case.subject_name,
        award=case.award,
        state=case.state,
        unit_name=case.unit.name,
        is_closed=case.outcome is not None,
    )
