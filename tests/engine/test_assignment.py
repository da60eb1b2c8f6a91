"""Who works on a task: nobody or one person, and they alone complete it."""

import threading

import pytest
from sqlalchemy import select

from engine.assignment import claim_task, give_back_task, reassign_task, standing_of
from engine.delegations import end_delegation
from engine.errors import EngineError, InvalidSubmission, NotFound, NotPermitted, TaskTaken
from engine.office import OPERATOR
from engine.people import end_position
from engine.queries.inbox import list_tasks
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Delegation, Notice, Position, UserTask
from forms.vocabulary import Award, NoticeKind, Outcome
from tests.delegating import stand_in
from tests.walk import Walk, new_key, on_sqlite, traces
from tests.ward import NOON

MERIT = Award.PROVINCIAL_MERIT


@pytest.fixture
def walk(database, ward):
    """A nomination that waits for the chairman of the ward or the deputy."""
    return Walk(database, ward).open(award=MERIT).to("decide_at_ward")


def act(database, command, walk, actor, key=None, **changes):
    with unit_of_work(database) as session:
        task = walk.task()
        values = {"task_id": task.id, "actor": actor, "at": NOON, "key": key or new_key()}
        return command(session, **(values | changes)).assignee_id


def standing(database, walk, actor):
    with reading(database) as session:
        task = session.get_one(UserTask, walk.task().id)
        return standing_of(session, actor, session.get_one(Case, walk.case_id), task, NOON)


@on_sqlite
def test_who_took_a_task_on_completes_it_alone(database, ward, walk):
    act(database, claim_task, walk, ward.ward_chairman)
    before = traces(database)
    with pytest.raises(TaskTaken) as refused:
        walk.do(Outcome.RECOMMEND, actor=ward.ward_deputy)
    assert refused.value.facts["name"] == ward.ward_chairman.name
    assert traces(database) == before
    walk.do(Outcome.RECOMMEND, actor=ward.ward_chairman)
    assert walk.replay() == []
    assert walk.check() == []


@on_sqlite
def test_what_nobody_took_on_anybody_with_the_role_completes(database, ward, walk):
    walk.do(Outcome.RECOMMEND, actor=ward.ward_deputy)
    assert walk.task().assignee_id is None, "the next task is nobody's"


@on_sqlite
def test_a_task_given_back_is_nobodys(database, ward, walk):
    act(database, claim_task, walk, ward.ward_chairman)
    assert act(database, give_back_task, walk, ward.ward_chairman) is None
    assert act(database, claim_task, walk, ward.ward_deputy) == ward.ward_deputy.person_id
    assert [one.action for one in walk.journal()[-3:]] == [
        "task.claimed",
        "task.given_back",
        "task.claimed",
    ]
    assert walk.journal()[-2].facts["assignee"] == [ward.ward_chairman.person_id, None]


@on_sqlite
def test_claiming_twice_is_claiming_once(database, ward, walk):
    key = new_key()
    for _ in range(2):
        act(database, claim_task, walk, ward.ward_chairman, key)
    act(database, claim_task, walk, ward.ward_chairman)
    assert [one.action for one in walk.journal()].count("task.claimed") == 1


def test_who_is_handed_a_task_is_told_and_nobody_else(database, ward, walk):
    deputy = ward.ward_deputy.person_id
    act(database, reassign_task, walk, ward.ward_clerk, person_id=deputy)
    chosen = select(Notice).where(Notice.kind == NoticeKind.ASSIGNED)
    with reading(database) as session:
        (notice,) = session.scalars(chosen)
    assert (notice.person_id, notice.task_id) == (deputy, walk.task().id)
    act(database, reassign_task, walk, ward.ward_clerk, person_id=deputy)  # it is theirs
    chairman = ward.ward_chairman
    act(database, reassign_task, walk, chairman, person_id=chairman.person_id)
    with reading(database) as session:
        assert len(session.scalars(chosen).all()) == 1, "of what they did themselves"
    walk.do(Outcome.RECOMMEND)
    with reading(database) as session:
        assert session.scalars(chosen).one().read_at is not None, "it waits no more"


@on_sqlite
@pytest.mark.parametrize("by", ["ward_chairman", "ward_deputy", "ward_clerk"])
def test_the_heads_and_clerks_of_the_unit_hand_a_task_on(database, ward, walk, by):
    act(database, claim_task, walk, ward.ward_chairman)
    deputy = ward.ward_deputy.person_id
    assert act(database, reassign_task, walk, ward.people[by], person_id=deputy) == deputy
    entry = walk.journal()[-1]
    assert entry.action == "task.reassigned"
    assert entry.facts["assignee"] == [ward.ward_chairman.person_id, deputy]
    assert entry.role is ward.people[by].grants[0].role
    with pytest.raises(TaskTaken):
        walk.do(Outcome.RECOMMEND, actor=ward.ward_chairman)
    walk.do(Outcome.RECOMMEND, actor=ward.ward_deputy)


@on_sqlite
@pytest.mark.parametrize(
    ("by", "error"),
    [
        pytest.param("council_member", NotPermitted, id="a-member"),
        pytest.param("school_clerk", NotPermitted, id="who-wrote-it"),
        pytest.param("company_head", NotFound, id="a-stranger"),
        pytest.param("auditor", NotPermitted, id="auditor"),
        pytest.param("administrator", NotPermitted, id="administrator"),
    ],
)
def test_nobody_else_hands_a_task_on(database, ward, walk, by, error):
    before = traces(database)
    with pytest.raises(error):
        act(
            database,
            reassign_task,
            walk,
            ward.people[by],
            person_id=ward.ward_deputy.person_id,
        )
    assert traces(database) == before


@on_sqlite
@pytest.mark.parametrize("to", ["ward_clerk", "school_clerk", "auditor", None])
def test_a_task_goes_to_nobody_who_may_not_do_it(database, ward, walk, to):
    before = traces(database)
    person_id = ward.people[to].person_id if to else 4_711
    with pytest.raises(InvalidSubmission) as refused:
        act(database, reassign_task, walk, ward.ward_clerk, person_id=person_id)
    assert refused.value.messages["person_id"][0].startswith("cannot_take_task")
    assert traces(database) == before


@on_sqlite
@pytest.mark.parametrize("command", [claim_task, give_back_task])
@pytest.mark.parametrize("by", ["council_member", "company_head", "school_clerk", "auditor"])
def test_nobody_without_the_role_takes_a_task_or_gives_it_back(
    database, ward, walk, command, by
):
    before = traces(database)
    with pytest.raises((NotPermitted, NotFound)):
        act(database, command, walk, ward.people[by])
    assert traces(database) == before


@on_sqlite
@pytest.mark.parametrize("element", ["draft_nomination", "record_ward_council"])
def test_a_draft_and_the_councils_task_have_no_assignee(database, ward, element):
    walk = Walk(database, ward).open(award=MERIT).to(element)
    with pytest.raises(NotPermitted):
        act(database, claim_task, walk, walk.worker(walk.task()))
    assert walk.task().assignee_id is None


@on_sqlite
def test_who_may_no_longer_do_a_task_holds_it_no_longer(database, ward, walk):
    act(database, claim_task, walk, ward.ward_chairman)
    with unit_of_work(database) as session:
        position = session.scalars(
            select(Position).where(Position.person_id == ward.ward_chairman.person_id)
        ).one()
        yesterday = NOON.date().replace(day=1)
        end_position(
            session, position_id=position.id, ends_on=yesterday, actor=OPERATOR, at=NOON
        )
    assert standing(database, walk, ward.ward_deputy).may_claim
    walk.do(Outcome.RECOMMEND, actor=ward.ward_deputy)


def test_a_delegate_takes_tasks_on_while_the_delegation_runs(database, ward, walk):
    member = stand_in(database, ward.ward_chairman, ward.council_member)
    act(database, claim_task, walk, member)
    entry = walk.journal()[-1]
    assert entry.facts["on_behalf_of"] == ward.ward_chairman.person_id
    with pytest.raises(TaskTaken):
        walk.do(Outcome.RECOMMEND, actor=ward.ward_deputy)
    with unit_of_work(database) as session:
        row = session.scalars(select(Delegation)).one()
        end_delegation(session, delegation_id=row.id, actor=ward.ward_chairman, at=NOON)
    walk.do(Outcome.RECOMMEND, actor=ward.ward_deputy)


def test_a_task_is_handed_to_a_delegate(database, ward, walk):
    member = stand_in(database, ward.ward_chairman, ward.council_member)
    found = standing(database, walk, ward.ward_clerk)
    assert member.person_id in [one for one, _name in found.candidates]
    act(database, reassign_task, walk, ward.ward_clerk, person_id=member.person_id)
    with reading(database) as session:
        assert [one.id for one in list_tasks(session, member, NOON).tasks] == [walk.task().id]
    walk.do(Outcome.RECOMMEND, actor=member)
    assert walk.check() == []


@on_sqlite
def test_the_page_knows_what_each_may_do(database, ward, walk):
    act(database, claim_task, walk, ward.ward_chairman)
    mine = standing(database, walk, ward.ward_chairman)
    other = standing(database, walk, ward.ward_deputy)
    assert (mine.is_mine, mine.may_claim) == (True, False)
    assert (other.is_mine, other.may_claim) == (False, False)
    assert other.assignee_name == ward.ward_chairman.name
    assert [name for _id, name in other.candidates] == [
        ward.ward_chairman.name,
        ward.ward_deputy.name,
    ]


@on_sqlite
def test_a_key_of_another_command_is_refused(database, ward, walk):
    key = new_key()
    act(database, claim_task, walk, ward.ward_chairman, key)
    with pytest.raises(EngineError) as refused:
        act(database, give_back_task, walk, ward.ward_chairman, key)
    assert refused.value.code == "key_reused"


def race(*calls):
    """Let all of ``calls`` begin at one moment; return what each came to."""
    gate, results = threading.Barrier(len(calls)), {}

    def run(number, call):
        gate.wait()
        try:
            results[number] = call()
        except EngineError as error:
            results[number] = error.code

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in range(len(calls))]


def test_of_two_people_who_claim_at_one_moment_one_succeeds(database, ward, walk):
    people = (ward.ward_chairman, ward.ward_deputy)
    claims = [lambda who=who: act(database, claim_task, walk, who) for who in people]
    found = race(*claims)
    holder = walk.task().assignee_id
    assert sorted(map(str, found)) == sorted([str(holder), "task_taken"])
    assert [one.action for one in walk.journal()].count("task.claimed") == 1
    assert walk.check() == []


def test_a_claim_and_a_completion_at_one_moment_leave_one_of_the_two(database, ward, walk):
    task = walk.task()

    def complete():
        walk.do(Outcome.RECOMMEND, actor=ward.ward_deputy, task=task)
        return "done"

    def claim():
        with unit_of_work(database) as session:
            claim_task(
                session, task_id=task.id, actor=ward.ward_chairman, at=NOON, key=new_key()
            )
        return "claimed"

    assert race(complete, claim) in (["done", "task_not_open"], ["task_taken", "claimed"])
    assert walk.check() == []
    assert walk.replay() == []


def test_of_a_reassignment_and_the_holders_completion_the_first_counts(database, ward, walk):
    act(database, claim_task, walk, ward.ward_chairman)
    task = walk.task()

    def complete():
        walk.do(Outcome.RECOMMEND, actor=ward.ward_chairman, task=task)
        return "done"

    def reassign():
        with unit_of_work(database) as session:
            reassign_task(
                session,
                task_id=task.id,
                person_id=ward.ward_deputy.person_id,
                actor=ward.ward_clerk,
                at=NOON,
                key=new_key(),
            )
        return "handed on"

    found = race(complete, reassign)
    assert found in (["done", "task_not_open"], ["task_taken", "handed on"])
    assert walk.check() == []


@on_sqlite
def test_the_nominee_does_not_choose_who_decides(database, ward, walk):
    clerk = ward.ward_clerk
    with unit_of_work(database) as session:
        session.get_one(Case, walk.case_id).subject_person_id = clerk.person_id
    with pytest.raises(NotPermitted):
        act(
            database,
            reassign_task,
            walk,
            clerk,
            person_id=ward.ward_deputy.person_id,
        )
