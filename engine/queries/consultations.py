"""What the pages of public consultations show."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine.consultations import cases_to_consult
from engine.council.access import council_matter
from engine.council.members import LEVELS, list_councils
from engine.errors import NotFound
from engine.permissions import Actor, may, require
from engine.store.models import Case, Consultation, ConsultedCase, StoredFile, Unit
from forms.vocabulary import Award, Level

MOST = 200


@dataclass(frozen=True)
class AskedCase:
    """A nomination that the public is or will be asked about."""

    id: int
    reference: str
    subject_name: str
    award: Award


@dataclass(frozen=True)
class ConsultationLine:
    """A consultation with the nominations it is about."""

    id: int
    unit_name: str
    number: str
    channel: str
    address: str
    published_on: date
    days: int
    ends_on: date
    ends_by_hand: bool
    notice: str
    opinions: int | None
    """None until its result was written down."""
    handling: str
    proof_name: str
    cases: tuple[AskedCase, ...]
    is_mine_to_run: bool


def own_province(session: Session, actor: Actor) -> Unit | None:
    """Return the province whose consultations ``actor`` runs; none: they run none."""
    return next(
        (
            unit
            for unit in list_councils(session)
            if LEVELS[unit.kind] is Level.PROVINCE
            and may(actor, "consultation.run", council_matter(unit.id))
        ),
        None,
    )


def cases_to_ask(session: Session, actor: Actor) -> list[AskedCase]:
    """Return what waits for the provincial council and was not asked about; for its clerk."""
    province = own_province(session, actor)
    if province is None:
        return []
    return [_asked(case) for case in cases_to_consult(session, province.id)]


def list_consultations(session: Session, actor: Actor) -> list[ConsultationLine]:
    """Return the consultations that ``actor`` may see, the latest first.

    :raises NotPermitted: the actor may see none.
    """
    require(actor, "consultation.see")
    rows = session.scalars(
        select(Consultation)
        .options(selectinload(Consultation.cases).joinedload(ConsultedCase.case))
        .order_by(Consultation.published_on.desc(), Consultation.id.desc())
        .limit(MOST)
    )
    return [_line(session, actor, row) for row in rows]


def get_consultation(session: Session, actor: Actor, consultation_id: int) -> ConsultationLine:
    """Return a consultation.

    :raises NotPermitted: the actor may see none.
    :raises NotFound: there is no such consultation.
    """
    require(actor, "consultation.see")
    row = session.get(Consultation, consultation_id)
    if row is None:
        raise NotFound(f"consultation {consultation_id}")
    return _line(session, actor, row)


@dataclass(frozen=True)
class ProofFile:
    """The picture or scan of a publication, as the store keeps it."""

    name: str
    sha256: str
    media_type: str


def get_proof(session: Session, actor: Actor, consultation_id: int) -> ProofFile:
    """Return what was kept as proof that a notice was published.

    :raises NotPermitted: the actor may see no consultations.
    :raises NotFound: there is no such consultation, or nothing was kept with it.
    """
    require(actor, "consultation.see")
    row = session.execute(
        select(Consultation.proof_name, StoredFile.sha256, StoredFile.media_type)
        .join(StoredFile, StoredFile.sha256 == Consultation.proof_sha256)
        .where(Consultation.id == consultation_id)
    ).one_or_none()
    if row is None:
        raise NotFound(f"no proof of consultation {consultation_id}")
    return ProofFile(*row)


def _line(session: Session, actor: Actor, row: Consultation) -> ConsultationLine:
    return ConsultationLine(
        id=row.id,
        unit_name=session.get_one(Unit, row.unit_id).name,
        number=row.number,
        channel=row.channel,
        address=row.address,
        published_on=row.published_on,
        days=row.days,
        ends_on=row.ends_on,
        ends_by_hand=row.ends_by_hand,
        notice=row.notice,
        opinions=row.opinions,
        handling=row.handling,
        proof_name=row.proof_name,
        cases=tuple(_asked(one.case) for one in row.cases),
        is_mine_to_run=may(actor, "consultation.run", council_matter(row.unit_id)),
    )


def _asked(case: Case) -> AskedCase:
    return AskedCase(case.id, case.reference, case.subject_name, case.award)
