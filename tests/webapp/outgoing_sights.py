"""Outgoing papers at every step, and who may sign: what the pages of papers have to show."""

from datetime import date

from sqlalchemy import select

from engine.outgoing import steps
from engine.outgoing.authorisations import authorise_to_sign
from engine.outgoing.numbers import record_used_elsewhere
from engine.store.database import unit_of_work
from engine.store.models import Position
from forms.vocabulary import Award, Capacity
from tests.outgoing import WAY, draft, go
from tests.walk import NOON, Walk


def have_papers(database, ward) -> tuple[str, ...]:
    """Have a decision after each step, one dropped, one whose number was cancelled."""
    made = []
    for step in (None, *(name for name, _ in WAY), "dropped", "cancelled"):
        walk = Walk(database, ward).open().to("decide_at_ward")
        paper_id = draft(database, ward, [walk])
        with_reason = {"paper_id": paper_id, "actor": ward.ward_clerk, "at": NOON}
        if step == "dropped":
            with unit_of_work(database) as session:
                steps.withdraw(session, reason="Trùng quyết định khác.", **with_reason)
        elif step == "cancelled":
            go(database, ward, paper_id, "number")
            with unit_of_work(database) as session:
                steps.cancel(session, reason="In sai.", **with_reason)
        elif step is not None:
            go(database, ward, paper_id, step)
        made.append(f"/van-ban-di/{paper_id}")
    Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_province")
    with unit_of_work(database) as session:
        _have_authorities(session, ward)
        record_used_elsewhere(
            session,
            unit_id=ward.units["phuong"],
            type_code="TTr",
            year=2030,
            up_to=2,
            used_for="Tờ trình về nhân sự",
            actor=ward.ward_clerk,
            at=NOON,
        )
    return tuple(made)


def _have_authorities(session, ward) -> None:
    deputy = select(Position.id).where(Position.person_id == ward.ward_deputy.person_id)
    authorise_to_sign(
        session,
        unit_id=ward.units["phuong"],
        position_id=session.scalars(deputy).one(),
        capacity=Capacity.DEPUTY,
        type_codes=["QĐ"],
        starts_on=date(2030, 1, 1),
        ends_on=None,
        paper="Quyết định số 15/QĐ-UBND ngày 05 tháng 01 năm 2030",
        actor=ward.ward_chairman,
        at=NOON,
    )
