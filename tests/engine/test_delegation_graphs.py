"""Whatever is delegated to whom: nobody gets what its giver does not hold themselves (I16)."""

import random
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from engine.delegation_checks import check_delegated
from engine.delegations import Scope, end_delegation
from engine.errors import EngineError
from engine.integrity import check_case
from engine.office import OPERATOR
from engine.people import end_position
from engine.store.database import reading, unit_of_work
from engine.store.models import Account, Case, Delegation, Position, Review
from forms.vocabulary import Award, Outcome, Role
from tests.conftest import LONG
from tests.delegating import TODAY, add_accounts, give, present, stand_in
from tests.walk import Walk, on_sqlite
from tests.ward import NOON

pytestmark = on_sqlite

DAY = timedelta(days=1)
WORLDS = 60 if LONG else 4
STEPS = 60


def noon_of(day: date) -> datetime:
    return NOON + (day - TODAY)


class World:
    """A model of who holds what and who delegated what, as one reads it on paper."""

    def __init__(self, session, ward, seed):
        self.session, self.ward = session, ward
        self.random = random.Random(seed)  # noqa: S311  # the same worlds each time
        self.people = {one.person_id: one for one in ward.people.values()}
        self.near = [
            one
            for one in self.people.values()
            if one.grants[0].unit_id in (ward.units["phuong"], ward.units["truong"])
        ]
        self.rows = {}
        add_accounts(session, *ward.people.values())

    def step(self, day):
        """Do something that somebody could try, right or wrong."""
        chosen = self.random.random()
        if chosen < 0.8:
            self.delegate(day)
        elif chosen < 0.85 and self.rows:
            row = self.random.choice(list(self.rows))
            admin = self.ward.administrator
            end_delegation(self.session, delegation_id=row, actor=admin, at=noon_of(day))
        elif chosen < 0.92:
            self.lose_a_role(day)
        else:
            self.session.execute(
                update(Account)
                .where(Account.person_id == self.random.choice(list(self.people)))
                .values(disabled_at=self.random.choice([None, None, noon_of(day)]))
            )

    def delegate(self, day):
        """Let somebody delegate whatever they have today: their own, or what they got."""
        giver = present(self.session, self.random.choice(self.near), noon_of(day))
        places = [(one.role, one.unit_id) for one in (*giver.grants, *giver.delegated)]
        if not places:
            return
        role, unit_id = self.random.choice(places)
        starts_on = day + DAY * self.random.randrange(-1, 3)
        try:
            with self.session.begin_nested():
                row = give(
                    self.session,
                    giver,
                    self.random.choice(self.near),
                    noon_of(day),
                    role=role,
                    unit_id=unit_id,
                    starts_on=starts_on,
                    ends_on=starts_on + DAY * self.random.randrange(0, 9),
                    scope=Scope(awards=self.random.choice([(), (Award.LABOR_ORDER,)])),
                )
        except EngineError:
            return
        assert (role, unit_id) in self.own(giver.person_id, day), "it was not theirs to give"
        self.rows[row.id] = row

    def lose_a_role(self, day):
        position = self.random.choice(
            self.session.scalars(select(Position).where(Position.ends_on.is_(None))).all()
            or [None]
        )
        if position is not None:
            end_position(
                self.session,
                position_id=position.id,
                ends_on=day,
                actor=OPERATOR,
                at=noon_of(day),
            )

    def own(self, person_id, day):
        """What a person holds by positions alone, on a day."""
        return {
            (one.role, one.unit_id)
            for one in self.session.scalars(
                select(Position).where(Position.person_id == person_id)
            )
            if one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)
        }

    def is_open(self, person_id):
        closed = select(Account.disabled_at).where(Account.person_id == person_id)
        return self.session.scalar(closed) is None

    def expected(self, person_id, day):
        """What a person may do for others: one arrow of the graph, never two."""
        own = self.own(person_id, day)
        if any(role in (Role.AUDITOR, Role.ADMINISTRATOR) for role, _unit in own):
            return set()
        return {
            row.id
            for row in self.session.scalars(
                select(Delegation).where(Delegation.delegate_id == person_id)
            )
            if row.starts_on <= day <= row.ends_on
            and row.ended_at is None
            and (row.role, row.unit_id) in self.own(row.giver_id, day)
            and self.is_open(row.giver_id)
            and row.delegate_unit_id in {unit for _role, unit in own}
        }


def compare(world, session, day):
    """Compare what logins of ``day`` find with the model; return how much is in force."""
    in_force = 0
    for person in filter(lambda one: world.is_open(one.person_id), world.near):
        actor = present(session, person, noon_of(day))
        got = {one.delegation_id for one in actor.delegated}
        assert got == world.expected(person.person_id, day), (day, person.name)
        for one in actor.delegated:
            assert one.on_behalf_of != person.person_id
            assert (one.role, one.unit_id) in world.own(one.on_behalf_of, day)
            assert one.role not in (Role.COUNCIL_MEMBER, Role.COUNCIL_SECRETARY)
        in_force += len(got)
    return in_force


def live(session, ward, seed):
    """Run one world and compare it as it goes; return how much was in force."""
    world = World(session, ward, seed)
    in_force = 0
    for number in range(STEPS):
        day = TODAY + DAY * (number // 20)
        world.step(day)
        if number % 10 == 9:
            in_force += compare(world, session, day)
    assert set(session.scalars(select(Delegation.id))) == set(world.rows)
    return in_force + compare(world, session, day + 2 * DAY)


def test_no_path_of_delegations_grants_what_its_giver_does_not_hold(session, ward):
    in_force = []
    for seed in range(WORLDS):
        print("world", seed)
        with session.begin_nested() as world:
            in_force.append(live(session, ward, seed))
            world.rollback()
        session.expire_all()
    busy = sum(1 for one in in_force if one)
    assert 2 * busy >= WORLDS, f"in half of the worlds something was in force: {in_force}"


@pytest.fixture
def delegated_case(database, ward):
    """A nomination that a member of the council decided on for the chairman."""
    member = stand_in(database, ward.ward_chairman, ward.council_member)
    walk = Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("decide_at_ward")
    walk.do(Outcome.RECOMMEND, actor=member)
    return walk.case_id


WRONG = {
    "the-days": update(Delegation).values(starts_on=TODAY + DAY, ends_on=TODAY + DAY),
    "another-delegate": update(Delegation).values(delegate_id=1),
    "another-role": update(Delegation).values(role=Role.WARD_CLERK),
    "the-scope": update(Delegation).values(awards=[Award.LABOR_ORDER.value]),
    "ended-before": update(Delegation).values(ended_at=NOON - DAY, ended_by_id=1),
    "no-position": delete(Position).where(Position.role == Role.WARD_CHAIRMAN),
    "the-vote": update(Review).values(form="council_resolution.v1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_delegated_review_that_was_not_right_is_found(database, delegated_case, name):
    with reading(database) as session:
        assert check_case(session, delegated_case) == []
    with unit_of_work(database) as session:
        session.execute(WRONG[name])
        case = session.get_one(Case, delegated_case)
        assert list(check_delegated(session, case)) != []
        session.rollback()
