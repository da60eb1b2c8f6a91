"""Delegations: who may give one to whom, and when it is in force."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from engine.accounts import Checked, disable_account, find_login, log_in
from engine.delegations import (
    DelegationPaper,
    Scope,
    end_delegation,
    last_day_allowed,
    list_absent,
    list_delegations,
    list_given,
)
from engine.errors import InvalidSubmission, NotFound, NotPermitted
from engine.office import OPERATOR
from engine.people import end_position, give_position
from engine.permissions import Actor
from engine.store.models import Account, Delegation, JournalEntry, Position, Unit
from forms.vocabulary import Award, DelegationState, Level, Role, UnitKind
from tests.delegating import LAST, PAPER, TODAY, add_accounts, give, present
from tests.statements import counted
from tests.walk import on_sqlite
from tests.ward import NOON

pytestmark = on_sqlite

DAY = timedelta(days=1)


def delegated(session, person, at=NOON):
    return [(one.role, one.unit_id) for one in present(session, person, at).delegated]


def noon_of(day):
    return datetime(day.year, day.month, day.day, 5, 0, tzinfo=UTC)


def count(session):
    entries = select(func.count()).where(JournalEntry.action.like("delegation.%"))
    return session.scalar(select(func.count(Delegation.id))), session.scalar(entries)


def test_a_delegate_has_the_role_beside_their_own(session, ward):
    give(session, ward.ward_chairman, ward.council_member)
    actor = present(session, ward.council_member)
    assert delegated(session, actor) == [(Role.WARD_CHAIRMAN, ward.units["phuong"])]
    assert not actor.holds(Role.WARD_CHAIRMAN)
    assert actor.grants == ward.council_member.grants
    assert actor.delegated[0].giver_name == ward.ward_chairman.name


def test_a_login_with_delegations_is_found_in_one_query(session, ward):
    give(session, ward.ward_chairman, ward.council_member)
    give(session, ward.ward_clerk, ward.council_member)
    account = session.scalars(
        select(Account).where(Account.person_id == ward.council_member.person_id)
    ).one()
    token, _ = log_in(session, Checked(account.id, account.password_hash), device="", at=NOON)
    with counted(session.get_bind()) as sent:
        login = find_login(session, token, NOON, TODAY)
    assert len(sent) == 1
    assert len(login.actor.grants) == 1
    assert len(login.actor.delegated) == 2


@pytest.mark.parametrize(
    ("at", "is_in_force"),
    [
        pytest.param(datetime(2030, 12, 4, 16, 59, tzinfo=UTC), False, id="not-yet-begun"),
        pytest.param(datetime(2030, 12, 4, 17, 0, tzinfo=UTC), True, id="midnight-in-hanoi"),
        pytest.param(datetime(2030, 12, 20, 16, 59, tzinfo=UTC), True, id="last-minute"),
        pytest.param(datetime(2030, 12, 20, 17, 0, tzinfo=UTC), False, id="the-day-after"),
    ],
)
def test_a_delegation_runs_from_its_first_to_its_last_day_in_vietnam(
    session, ward, at, is_in_force
):
    give(session, ward.ward_chairman, ward.council_member, starts_on=date(2030, 12, 5))
    assert bool(delegated(session, ward.council_member, at)) is is_in_force


@pytest.mark.parametrize("who", ["ward_chairman", "council_member", "administrator"])
def test_a_delegation_that_was_ended_early_gives_nothing(session, ward, who):
    row = give(session, ward.ward_chairman, ward.council_member)
    end_delegation(session, delegation_id=row.id, actor=ward.people[who], at=NOON)
    assert delegated(session, ward.council_member) == []
    assert count(session) == (1, 2)
    end_delegation(session, delegation_id=row.id, actor=ward.people[who], at=NOON)
    assert count(session) == (1, 2), "once is enough"


@pytest.mark.parametrize("who", ["ward_clerk", "auditor", "school_head"])
def test_nobody_else_ends_a_delegation(session, ward, who):
    row = give(session, ward.ward_chairman, ward.council_member)
    with pytest.raises(NotFound):
        end_delegation(session, delegation_id=row.id, actor=ward.people[who], at=NOON)
    assert delegated(session, ward.council_member)


def test_a_giver_who_lost_the_role_delegates_it_no_longer(session, ward):
    give(session, ward.ward_chairman, ward.council_member)
    position = session.scalars(
        select(Position).where(Position.person_id == ward.ward_chairman.person_id)
    ).one()
    end_position(session, position_id=position.id, ends_on=TODAY, actor=OPERATOR, at=NOON)
    assert delegated(session, ward.council_member), "until the end of the day"
    assert delegated(session, ward.council_member, NOON + DAY) == []
    (line,) = list_delegations(session, ward.council_member, NOON + DAY)
    assert line.state is DelegationState.ROLE_LOST


@pytest.mark.parametrize("who", ["ward_chairman", "council_member"])
def test_a_closed_account_ends_what_it_gave_and_got(session, ward, who):
    give(session, ward.ward_chairman, ward.council_member)
    account = session.scalars(
        select(Account).where(Account.person_id == ward.people[who].person_id)
    ).one()
    disable_account(session, account_id=account.id, actor=OPERATOR, at=NOON)
    assert delegated(session, ward.council_member) == []
    (line,) = list_delegations(session, ward.ward_chairman, NOON)
    assert line.state is not DelegationState.IN_FORCE


def test_a_delegate_who_left_the_unit_acts_no_longer(session, ward):
    give(session, ward.ward_chairman, ward.council_member)
    position = session.scalars(
        select(Position).where(Position.person_id == ward.council_member.person_id)
    ).one()
    end_position(session, position_id=position.id, ends_on=TODAY, actor=OPERATOR, at=NOON)
    give_position(
        session,
        person_id=ward.council_member.person_id,
        unit_id=ward.units["tinh"],
        role=Role.PROVINCIAL_CLERK,
        title="Chuyên viên",
        starts_on=TODAY + DAY,
        actor=OPERATOR,
        at=NOON,
    )
    assert delegated(session, ward.council_member, NOON + DAY) == []


def test_what_was_delegated_is_not_delegated_on(session, ward):
    give(session, ward.ward_chairman, ward.council_member)
    middle = present(session, ward.council_member)
    add_accounts(session, ward.ward_clerk)
    with pytest.raises(NotPermitted):
        give(
            session,
            middle,
            ward.ward_clerk,
            role=Role.WARD_CHAIRMAN,
            unit_id=ward.units["phuong"],
        )
    assert delegated(session, ward.ward_clerk) == []
    assert count(session) == (1, 1)


def test_a_circle_gives_nobody_a_third_role(session, ward):
    give(session, ward.ward_chairman, ward.ward_clerk)
    give(session, ward.ward_clerk, ward.ward_chairman)
    phuong = ward.units["phuong"]
    assert delegated(session, ward.ward_clerk) == [(Role.WARD_CHAIRMAN, phuong)]
    assert delegated(session, ward.ward_chairman) == [(Role.WARD_CLERK, phuong)]


NUMBERLESS = DelegationPaper("  ", date(2030, 12, 1))
TOMORROWS = DelegationPaper("15/UQ-UBND", date(2030, 12, 3))


@pytest.mark.parametrize(
    ("delegate", "changes", "field", "problem"),
    [
        pytest.param("ward_chairman", {}, "delegate_id", "not_to_oneself", id="oneself"),
        pytest.param("ward_deputy", {}, "delegate_id", "has_the_role", id="has-the-role"),
        pytest.param("provincial_clerk", {}, "delegate_id", "cannot_stand_in", id="superior"),
        pytest.param("ministry_clerk", {}, "delegate_id", "cannot_stand_in", id="elsewhere"),
        pytest.param("school_head", {}, "delegate_id", "cannot_stand_in", id="a-school"),
        pytest.param("company_head", {}, "delegate_id", "cannot_stand_in", id="a-company"),
        pytest.param("auditor", {}, "delegate_id", "cannot_stand_in", id="an-auditor"),
        pytest.param("ward_clerk", {"paper": NUMBERLESS}, "paper_number", "required", id="no"),
        pytest.param(
            "ward_clerk", {"paper": TOMORROWS}, "paper_dated_on", "day_in_future", id="to-come"
        ),
        pytest.param(
            "ward_clerk",
            {"starts_on": TODAY - DAY},
            "starts_on",
            "begins_in_the_past",
            id="backdated",
        ),
        pytest.param(
            "ward_clerk", {"ends_on": TODAY - DAY}, "ends_on", "ends_before_it_begins", id="end"
        ),
        pytest.param(
            "ward_clerk",
            {"ends_on": date(2031, 12, 2)},
            "ends_on",
            "longer_than_a_year",
            id="a-year-and-a-day",
        ),
        pytest.param(
            "ward_clerk", {"reason": "x" * 501}, "reason", "too_long", id="long-reason"
        ),
        pytest.param(
            "ward_clerk", {"role": Role.COUNCIL_MEMBER}, "place", "role_stays", id="a-vote"
        ),
    ],
)
def test_a_delegation_that_is_not_right_is_refused(
    session, ward, delegate, changes, field, problem
):
    with pytest.raises(InvalidSubmission) as refused:
        give(session, ward.ward_chairman, ward.people[delegate], **changes)
    assert [one.partition("|")[0] for one in refused.value.messages[field]] == [problem]
    assert count(session) == (0, 0)


def test_a_delegation_lasts_a_year_at_most(session, ward):
    give(session, ward.ward_chairman, ward.ward_clerk, ends_on=date(2031, 12, 1))
    assert last_day_allowed(date(2032, 2, 29)) == date(2033, 2, 28)


def test_somebody_without_an_account_cannot_stand_in(session, ward):
    add_accounts(session, ward.ward_chairman)
    account = select(Account).where(Account.person_id == ward.ward_clerk.person_id)
    add_accounts(session, ward.ward_clerk)
    disable_account(
        session, account_id=session.scalars(account).one().id, actor=OPERATOR, at=NOON
    )
    with pytest.raises(InvalidSubmission) as refused:
        give(session, ward.ward_chairman, ward.ward_clerk)
    assert refused.value.messages["delegate_id"][0].startswith("cannot_stand_in")


def test_somebody_of_a_room_of_the_unit_may_stand_in(session, ward):
    school = session.get_one(Unit, ward.units["truong"])
    school.kind = UnitKind.WARD_ROOM
    session.flush()
    give(session, ward.ward_chairman, ward.school_clerk)
    phuong = ward.units["phuong"]
    assert delegated(session, ward.school_clerk) == [(Role.WARD_CHAIRMAN, phuong)]


@pytest.mark.parametrize(
    ("scope", "is_refused"),
    [
        pytest.param(Scope(), True, id="everything"),
        pytest.param(Scope(awards=(Award.UNIT_CERTIFICATE,)), True, id="the-same-award"),
        pytest.param(Scope(awards=(Award.LABOR_ORDER,)), False, id="another-award"),
        pytest.param(Scope(levels=(Level.WARD,)), True, id="a-level"),
    ],
)
def test_the_same_is_not_delegated_twice_at_a_time(session, ward, scope, is_refused):
    first = Scope(awards=(Award.UNIT_CERTIFICATE,))
    give(session, ward.ward_chairman, ward.ward_clerk, scope=first)
    if is_refused:
        with pytest.raises(InvalidSubmission):
            give(session, ward.ward_chairman, ward.council_member, scope=scope)
    else:
        give(session, ward.ward_chairman, ward.council_member, scope=scope)
    assert count(session)[0] == (1 if is_refused else 2)


def test_who_does_not_hold_a_role_cannot_delegate_it(session, ward):
    stranger = Actor(ward.ward_clerk.person_id, "Giả", ward.ward_chairman.grants)
    with pytest.raises(NotPermitted):
        give(session, stranger, ward.council_member)
    assert count(session) == (0, 0)


def test_the_journal_keeps_what_was_delegated_by_whom(session, ward):
    row = give(session, ward.ward_chairman, ward.council_member, reason="Nghỉ phép")
    end_delegation(session, delegation_id=row.id, actor=ward.ward_chairman, at=NOON)
    entries = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.action.like("delegation.%"))
        .order_by(JournalEntry.seq)
    ).all()
    given, ended = entries
    assert (given.stream, given.action, ended.action) == (
        "people",
        "delegation.given",
        "delegation.ended",
    )
    assert given.actor_id == ward.ward_chairman.person_id
    assert given.facts["delegation"] == row.id
    assert given.facts["on_behalf_of"] == ward.ward_chairman.person_id
    assert given.facts["person_id"] == ward.council_member.person_id
    assert given.facts["ends_on"] == LAST.isoformat()
    assert "reason" not in given.facts
    assert given.detail["reason"] == "Nghỉ phép"
    assert given.detail["paper"] == PAPER.number


def test_a_reason_of_absence_is_for_the_two_people_alone(session, ward):
    give(session, ward.ward_chairman, ward.council_member, reason="Chữa bệnh")
    seen = {
        who: [one.reason for one in list_delegations(session, ward.people[who], NOON)]
        for who in ("ward_chairman", "council_member", "administrator", "auditor", "ward_clerk")
    }
    assert seen == {
        "ward_chairman": ["Chữa bệnh"],
        "council_member": ["Chữa bệnh"],
        "administrator": [""],
        "auditor": [""],
        "ward_clerk": [],
    }


def test_the_board_and_the_giver_see_who_is_absent(session, ward):
    give(session, ward.ward_chairman, ward.council_member)
    absent = list_absent(session, NOON, {ward.units["phuong"]})
    assert [one.delegate_name for one in absent] == [ward.council_member.name]
    assert [one.ends_on for one in list_given(session, ward.ward_chairman, NOON)] == [LAST]
    after = noon_of(LAST + DAY)
    assert list_absent(session, after, {ward.units["phuong"]}) == []
    assert list_given(session, ward.ward_chairman, after) == []
