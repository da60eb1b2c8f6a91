"""The certificates of a decision: who said that the name is right, what was printed."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from engine.certificates import require_printing
from engine.papers import certificate_of
from engine.permissions import Actor
from engine.register import STANDING
from engine.store.models import (
    Case,
    CertificatePrint,
    Decision,
    NameConfirmation,
    Person,
    RegisterEntry,
    Round,
)
from forms.vocabulary import Award, ConfirmationWay, EntrySource, EntryState, PrintKind


@dataclass(frozen=True)
class ShownConfirmation:
    """What somebody said of the spelling of a name."""

    id: int
    case_id: int
    printed_name: str
    other_spelling: str
    """How it should be written; empty: right as printed."""
    way: ConfirmationWay
    confirmed_by: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True)
class ShownPrint:
    """A sheet that was printed."""

    case_id: int
    kind: PrintKind
    reason: str
    request_number: str
    unconfirmed_reason: str
    is_on_stock: bool
    printed_by: str
    printed_at: datetime


@dataclass(frozen=True)
class ShownCertificate:
    """A certificate as it is to be printed."""

    case_id: int
    reference: str
    name: str
    detail: str
    """Title and unit of an individual."""
    state: EntryState | None
    """What became of the award, by the register; none: it has no entry there."""
    confirmations: tuple[ShownConfirmation, ...]
    """The latest first."""
    prints: tuple[ShownPrint, ...]
    """The latest first."""

    @property
    def confirmation(self) -> ShownConfirmation | None:
        """Who said last that the name, as it is printed now, is right; none: nobody."""
        last = next(iter(self.confirmations), None)
        if last is None or last.other_spelling or last.printed_name != self.name:
            return None
        return last

    @property
    def other_spelling(self) -> str:
        """How the name should be written, as was said last; empty: nobody says so."""
        return self.confirmations[0].other_spelling if self.confirmations else ""

    @property
    def stands(self) -> bool:
        """Whether its award was neither replaced nor annulled."""
        return self.state is None or self.state in STANDING

    @property
    def may_be_printed(self) -> bool:
        """Whether its award stands, and nobody wants the name written otherwise."""
        return self.stands and not self.other_spelling


@dataclass(frozen=True)
class DecisionCertificates:
    """All certificates of one decision, in the order of their cases."""

    award: Award
    number: str
    signed_on: date
    authority_unit_id: int
    chosen: ShownCertificate
    """Of the case that was asked for."""
    every: tuple[ShownCertificate, ...]


def list_certificates(session: Session, actor: Actor, reference: str) -> DecisionCertificates:
    """Return the certificate of a case with all others of its decision.

    :raises NotFound: there is no such case, the actor may not see it, or it has no award.
    :raises NotPermitted: the actor does not work for the unit that granted it.
    """
    asked, decision = require_printing(session, actor, reference)
    rows = session.execute(
        select(Case, Decision)
        .join(Decision, Decision.case_id == Case.id)
        .where(Case.id.in_(case_ids_of(session, decision)))
        .options(joinedload(Case.round).joinedload(Round.plan))
        .order_by(Case.id)
    ).all()
    ids = [case.id for case, _ in rows]
    states, said, prints = _states(session, ids), _said(session, ids), _prints(session, ids)
    every = []
    for case, of_case in rows:
        paper = certificate_of(session, case, of_case)
        every.append(
            ShownCertificate(
                case_id=case.id,
                reference=case.reference,
                name=paper.recipient,
                detail=paper.recipient_detail,
                state=states.get(case.id),
                confirmations=said[case.id],
                prints=prints[case.id],
            )
        )
    return DecisionCertificates(
        award=decision.award,
        number=decision.number,
        signed_on=decision.signed_on,
        authority_unit_id=decision.authority_unit_id,
        chosen=next(one for one in every if one.case_id == asked.id),
        every=tuple(every),
    )


def case_ids_of(session: Session, decision: Decision) -> list[int]:
    """Return the cases to which an authority awarded something by one decision."""
    same = select(Decision.case_id).where(
        Decision.authority_unit_id == decision.authority_unit_id,
        Decision.year == decision.year,
        Decision.number == decision.number,
    )
    return list(session.scalars(same))


def _states(session: Session, case_ids: Collection[int]) -> dict[int, EntryState]:
    """Return what became of the awards of cases, by the register: as they were replaced."""
    old = aliased(RegisterEntry)
    rows = session.execute(
        select(RegisterEntry.case_id, RegisterEntry.state)
        .outerjoin(old, old.replaced_by_id == RegisterEntry.id)
        .where(
            RegisterEntry.case_id.in_(case_ids),
            or_(RegisterEntry.source == EntrySource.CASE, old.id.is_not(None)),
        )
        .order_by(RegisterEntry.id)
    )
    return {case_id: state for case_id, state in rows if case_id is not None}


def _said(
    session: Session, case_ids: Collection[int]
) -> dict[int, tuple[ShownConfirmation, ...]]:
    rows = session.execute(
        select(NameConfirmation, Person.full_name)
        .join(Person, Person.id == NameConfirmation.recorded_by_id)
        .where(NameConfirmation.case_id.in_(case_ids))
        .order_by(NameConfirmation.id.desc())
    )
    return _by_case(
        [
            ShownConfirmation(
                id=row.id,
                case_id=row.case_id,
                printed_name=row.printed_name,
                other_spelling=row.other_spelling,
                way=row.way,
                confirmed_by=row.confirmed_by,
                recorded_by=name,
                recorded_at=row.recorded_at,
            )
            for row, name in rows
        ]
    )


def _prints(session: Session, case_ids: Collection[int]) -> dict[int, tuple[ShownPrint, ...]]:
    rows = session.execute(
        select(CertificatePrint, Person.full_name)
        .join(Person, Person.id == CertificatePrint.printed_by_id)
        .where(CertificatePrint.case_id.in_(case_ids))
        .order_by(CertificatePrint.id.desc())
    )
    return _by_case(
        [
            ShownPrint(
                case_id=row.case_id,
                kind=row.kind,
                reason=row.reason,
                request_number=row.request_number,
                unconfirmed_reason=row.unconfirmed_reason,
                is_on_stock=row.is_on_stock,
                printed_by=name,
                printed_at=row.printed_at,
            )
            for row, name in rows
        ]
    )


OfCase = TypeVar("OfCase", ShownConfirmation, ShownPrint)


def _by_case(shown: Collection[OfCase]) -> dict[int, tuple[OfCase, ...]]:
    found: dict[int, tuple[OfCase, ...]] = defaultdict(tuple)
    for one in shown:
        found[one.case_id] += (one,)
    return found
