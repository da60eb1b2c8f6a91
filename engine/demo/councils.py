"""The councils of the demo, and a session that its secretary has prepared."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from engine.council.agenda import add_items
from engine.council.members import add_member
from engine.council.sessions import invite, prepare_session
from engine.demo import data
from engine.office import OPERATOR, VIETNAM, day_in_vietnam
from engine.people import actor_for
from forms.vocabulary import VotingMode

MEETS_AT = datetime(2030, 12, 5, 8, 0, tzinfo=VIETNAM)
"""When the council of the ward meets."""

WARD = "phuong-van-xuan"
SECRETARY = "thuky.hoidong"

DECIDED_BY = "Quyết định kiện toàn Hội đồng Thi đua - Khen thưởng ngày 01/7/2025"


def compose_councils(
    session: Session, units: Mapping[str, int], people: Mapping[str, int], at: datetime
) -> None:
    """Let the members of the councils sit, then their substitutes.

    :param units: code of a unit → its id.
    :param people: user name → id of the person.
    """
    seats: dict[str, int] = {}
    for row in data.seats():
        position = add_member(
            session,
            unit_id=units[row.unit],
            person_id=people[row.username],
            office=row.office,
            title=row.title,
            appointed_by=DECIDED_BY,
            starts_on=at.date(),
            substitutes_id=seats[row.stands_in_for] if row.stands_in_for else None,
            actor=OPERATOR,
            at=at,
        )
        seats[row.username] = position.id


def prepare_demo_session(
    session: Session, units: Mapping[str, int], people: Mapping[str, int], at: datetime
) -> None:
    """Call the ward council at ``at`` (UTC) to decide on what waits for it."""
    secretary = actor_for(session, people[SECRETARY], None, day_in_vietnam(at))
    meeting = prepare_session(
        session,
        unit_id=units[WARD],
        name="Phiên họp xét khen thưởng tháng 12 năm 2030",
        meets_at=MEETS_AT,
        place="Phòng họp số 1, trụ sở Ủy ban nhân dân phường",
        mode=VotingMode.SECRET_ELECTRONIC,
        actor=secretary,
        at=at,
    )
    add_items(session, session_id=meeting.id, task_ids=None, actor=secretary, at=at)
    invite(session, session_id=meeting.id, actor=secretary, at=at)
