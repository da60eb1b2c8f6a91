"""Papers of the demo ward: a decision on its way, a statement that has its number."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.office import day_in_vietnam
from engine.outgoing import steps
from engine.outgoing.authorisations import authorise_to_sign, positions_for
from engine.outgoing.awards import draft_award
from engine.outgoing.contents import draft_copy
from engine.outgoing.listing import waiting_cases
from engine.people import actor_for
from engine.permissions import Actor
from engine.store.models import DossierVersion, Review
from forms.vocabulary import Award, Capacity, Level, Outcome

WARD, SCHOOL = "phuong-van-xuan", "thcs-hoa-ban"
CLERK = "chuyenvien.vanxuan"
CHAIRMAN, DEPUTY = "chutich.vanxuan", "Dương Thị Thay"
SCHOOL_CLERK, SCHOOL_HEAD, SCHOOL_DEPUTY = (
    "vanthu.hoaban",
    "hieutruong.hoaban",
    "hieupho.hoaban",
)
STATEMENT = "to-trinh-don-vi"


def prepare_demo_papers(
    session: Session, units: Mapping[str, int], people: Mapping[str, int], at: datetime
) -> None:
    """Have papers at three points of their way at ``at`` (UTC)."""

    def actor(username: str) -> Actor:
        return actor_for(session, people[username], None, day_in_vietnam(at))

    _let_the_deputy_sign(session, units[WARD], actor(CHAIRMAN), at)
    _draft_decision(session, units[WARD], actor(CLERK), at)
    _number_statement(
        session,
        units[SCHOOL],
        [actor(one) for one in (SCHOOL_CLERK, SCHOOL_DEPUTY, SCHOOL_HEAD)],
        at,
    )


def _let_the_deputy_sign(session: Session, unit_id: int, chairman: Actor, at: datetime) -> None:
    position = next(
        row for row in positions_for(session, unit_id, at) if row.person.full_name == DEPUTY
    )
    authorise_to_sign(
        session,
        unit_id=unit_id,
        position_id=position.id,
        capacity=Capacity.DEPUTY,
        type_codes=["QĐ", "TTr", "TB", "CV"],
        starts_on=date(2030, 1, 2),
        ends_on=None,
        paper="Thông báo phân công nhiệm vụ số 03/TB-UBND ngày 02 tháng 01 năm 2030",
        actor=chairman,
        at=at,
    )


def _draft_decision(session: Session, unit_id: int, clerk: Actor, at: datetime) -> None:
    """Draft a decision on most of what waits; each case may still be decided alone."""
    groups: dict[tuple[Award, int], list[str]] = {}
    for task, case in waiting_cases(session, unit_id):
        groups.setdefault((case.award, case.round_id), []).append(task.id)
    if groups:
        most = max(groups.values(), key=len)
        draft_award(session, unit_id=unit_id, task_ids=most, actor=clerk, at=at)


def _number_statement(
    session: Session, unit_id: int, people: list[Actor], at: datetime
) -> None:
    """Give the first statement of a school its number, and issue it."""
    clerk, deputy, head = people
    row = session.execute(
        select(Review.case_id, DossierVersion.number)
        .join(DossierVersion, DossierVersion.id == Review.dossier_version_id)
        .where(
            Review.unit_id == unit_id,
            Review.level == Level.UNIT,
            Review.outcome == Outcome.RECOMMEND,
        )
        .order_by(Review.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return
    paper = draft_copy(
        session,
        case_id=row.case_id,
        slug=STATEMENT,
        copy_number=row.number,
        unit_id=unit_id,
        actor=clerk,
        at=at,
    )
    steps.check_content(session, paper_id=paper.id, actor=deputy, at=at)
    steps.check_format(session, paper_id=paper.id, actor=clerk, at=at)
    steps.approve(session, paper_id=paper.id, actor=head, at=at)
    steps.sign(session, paper_id=paper.id, actor=head, at=at)
    steps.number(session, paper_id=paper.id, dated_on=day_in_vietnam(at), actor=clerk, at=at)
    steps.issue(session, paper_id=paper.id, actor=clerk, at=at)
