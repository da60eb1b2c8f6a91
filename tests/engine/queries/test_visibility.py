"""What the lists show is exactly what the permissions say."""

import pytest
from sqlalchemy import select

from engine.cases import Subject
from engine.matters import is_draft, matter_of
from engine.permissions import Actor, Grant, may
from engine.queries.visibility import is_visible_to, waits_for
from engine.store.database import reading
from engine.store.models import Case, TaskState, UserTask
from forms.vocabulary import Award, Outcome, Role, SubjectKind
from tests.walk import Walk


@pytest.fixture
def cases(database, ward):
    """Cases of two units at every height, one of them returned, one for a reviewer."""
    school = Walk(database, ward)
    for award, element in (
        (Award.UNIT_CERTIFICATE, "draft_nomination"),
        (Award.PROVINCIAL_MERIT, "review_at_unit"),
        (Award.PROVINCIAL_MERIT, "record_ward_council"),
        (Award.LABOR_ORDER, "decide_at_province"),
        (Award.LABOR_ORDER, "record_president_decision"),
    ):
        school.open(award=award).to(element)
    school.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward").do(Outcome.RETURN)
    company = {"actor": ward.company_clerk, "unit_id": ward.units["cong-ty"]}
    company_walk = Walk(database, ward)
    company_walk.open(**company).to("review_at_unit")
    chairman = ward.ward_chairman
    company_walk.submissions["nomination.v1"] = {
        **company_walk.submissions["nomination.v1"],
        "subject_name": chairman.name,
    }
    subject = Subject(SubjectKind.INDIVIDUAL, chairman.name, chairman.person_id)
    company_walk.open(**company, award=Award.PROVINCIAL_MERIT, subject=subject)


def everybody(ward):
    several = Actor(
        ward.school_clerk.person_id,
        "Nhiều việc",
        (*ward.school_clerk.grants, *ward.ward_chairman.grants),
    )
    nobody = Actor(ward.auditor.person_id, "Không việc")
    elsewhere = Actor(
        ward.company_head.person_id,
        "Nơi khác",
        (Grant(Role.UNIT_HEAD, ward.units["phuong"], "Trưởng phòng"),),
    )
    return [*ward.people.values(), several, nobody, elsewhere]


def test_lists_show_the_cases_that_the_permission_allows(database, ward, cases):
    with reading(database) as session:
        every = session.scalars(select(Case)).all()
        for actor in everybody(ward):
            allowed = {
                case.id for case in every if may(actor, "case.see", matter_of(session, case))
            }
            shown = set(session.scalars(select(Case.id).where(is_visible_to(actor))))
            assert shown == allowed, actor


def test_the_inbox_holds_the_tasks_that_the_permissions_allow(database, ward, cases):
    with reading(database) as session:
        tasks = session.scalars(select(UserTask).where(UserTask.state == TaskState.OPEN)).all()
        for actor in everybody(ward):
            allowed = {
                task.id
                for task in tasks
                if may(
                    actor,
                    "draft.write" if is_draft(task) else "task.review",
                    matter_of(session, task.case, task),
                )
            }
            found = select(UserTask.id).join(UserTask.case).where(waits_for(actor))
            assert set(session.scalars(found)) == allowed, actor
