"""Accounts and logins: one answer for all who may not come in; a login can be ended."""

import statistics
import time
import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import accounts
from engine.accounts import PasswordCost
from engine.errors import InvalidSubmission, LoginRefused, NotFound, NotPermitted
from engine.office import OPERATOR
from engine.permissions import Actor
from engine.store.models import Account, JournalEntry, LoginSession, Person, Position
from engine.text import fold, sort_key
from forms.vocabulary import Role
from tests.statements import counted
from tests.ward import NOON, Ward

TODAY = date(2030, 12, 2)
CHEAP = PasswordCost(memory_kib=8, rounds=1)
PASSWORD = "mật khẩu để thử"


@pytest.fixture
def account(session: Session, ward: Ward) -> Account:
    """Return an account of the school's clerk."""
    return accounts.create_account(
        session,
        person_id=ward.school_clerk.person_id,
        username="Do.Thi.Thu",
        password=PASSWORD,
        actor=OPERATOR,
        at=NOON,
        cost=CHEAP,
    )


def log_in(session: Session, at: Any = NOON, password: str = PASSWORD) -> str:
    checked = accounts.check_password(session, "do.thi.thu", password, CHEAP)
    token, _row = accounts.log_in(session, checked, device="Chromium", at=at)
    return token


def find(session: Session, token: str, at: Any = NOON) -> accounts.Login | None:
    return accounts.find_login(session, token, at, TODAY)


def count(session: Session, table: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_login_finds_its_person_with_the_positions_in_force(session, ward, account):
    login = find(session, log_in(session))
    assert login is not None
    assert login.actor.person_id == ward.school_clerk.person_id
    assert login.actor.holds(Role.UNIT_CLERK, ward.units["truong"])
    assert login.username == "do.thi.thu"


def test_a_position_that_has_ended_gives_nothing(session, ward, account):
    token = log_in(session)
    position = session.scalars(
        select(Position).where(Position.person_id == account.person_id)
    ).one()
    position.ends_on = TODAY - timedelta(days=1)
    session.flush()
    login = find(session, token)
    assert login is not None
    assert login.actor.grants == ()


def test_a_login_is_found_in_one_query(session, account):
    token = log_in(session)
    with counted(session.get_bind()) as statements:
        find(session, token)
    assert len(statements) == 1, statements


@pytest.mark.parametrize(
    ("username", "password"),
    [
        pytest.param("nobody", PASSWORD, id="unknown user"),
        pytest.param("do.thi.thu", "sai mật khẩu rồi", id="wrong password"),
        pytest.param("do.thi.thu", "", id="no password"),
        pytest.param("do.thi.thu", "x" * 100_000, id="a password of 100 000 characters"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_whoever_may_not_come_in_gets_one_answer(session, account, username, password):
    with pytest.raises(LoginRefused) as refused:
        accounts.check_password(session, username, password, CHEAP)
    assert str(refused.value) == "unknown user, wrong password or disabled account"
    assert count(session, LoginSession) == 0


def test_a_disabled_account_gets_the_same_answer_and_its_logins_end(session, ward, account):
    token = log_in(session)
    accounts.disable_account(session, account_id=account.id, actor=ward.administrator, at=NOON)
    session.flush()
    assert find(session, token) is None
    with pytest.raises(LoginRefused, match="unknown user, wrong password or disabled"):
        accounts.check_password(session, "do.thi.thu", PASSWORD, CHEAP)


def test_a_refusal_takes_as_long_for_an_unknown_user(sqlite_database):
    """Medians of 40 each: a user that is not there costs one hash as well."""
    cost = PasswordCost(memory_kib=4_096, rounds=1)
    with Session(sqlite_database) as session:
        person = Person(full_name="A", folded_name=fold("A"), sort_key=sort_key("A"))
        session.add(person)
        session.flush()
        accounts.create_account(
            session,
            person_id=person.id,
            username="known",
            password=PASSWORD,
            actor=OPERATOR,
            at=NOON,
            cost=cost,
        )
        spent: dict[str, list[float]] = {"known": [], "unknown": []}
        for _round in range(40):
            for username, times in spent.items():
                began = time.process_time()
                with pytest.raises(LoginRefused):
                    accounts.check_password(session, username, "wrong password", cost)
                times.append(time.process_time() - began)
    known, unknown = (statistics.median(times) for times in spent.values())
    assert 0.5 < known / unknown < 2


def test_a_password_is_the_same_however_its_marks_were_typed(session, account):
    decomposed = unicodedata.normalize("NFD", PASSWORD)
    assert decomposed != PASSWORD
    assert accounts.check_password(session, "DO.THI.THU ", decomposed, CHEAP)


@pytest.mark.parametrize(
    ("later", "alive"),
    [
        pytest.param(timedelta(minutes=119), True, id="just before the idle limit"),
        pytest.param(timedelta(minutes=120), False, id="at the idle limit"),
    ],
)
def test_a_login_that_is_not_used_ends(session, account, later, alive):
    token = log_in(session)
    assert (find(session, token, NOON + later) is not None) is alive


def test_a_login_ends_after_twelve_hours_however_much_it_is_used(session, account):
    token = log_in(session)
    session_id = find(session, token).actor.session_id  # type: ignore[union-attr]
    nearly = NOON + timedelta(hours=12, seconds=-1)
    accounts.touch_login(session, session_id or 0, nearly)
    assert find(session, token, nearly) is not None
    assert find(session, token, NOON + timedelta(hours=12)) is None


def test_a_stolen_token_is_worth_nothing_after_logout(session, account):
    token = log_in(session)
    login = find(session, token)
    assert login is not None
    accounts.log_out(session, actor=login.actor, at=NOON)
    session.flush()
    assert find(session, token) is None


def test_the_table_holds_no_token(session, account):
    token = log_in(session)
    row = session.scalars(select(LoginSession)).one()
    assert token not in (row.token_hash, row.device)
    assert find(session, row.token_hash) is None


def test_nobody_ends_the_login_of_another(session, ward, account):
    log_in(session)
    row = session.scalars(select(LoginSession)).one()
    with pytest.raises(NotFound):
        accounts.end_session(session, session_id=row.id, actor=ward.company_clerk, at=NOON)
    assert row.ended_at is None


def test_a_new_password_ends_the_other_logins_and_keeps_this_one(session, account):
    here, there = log_in(session), log_in(session)
    actor = find(session, here).actor  # type: ignore[union-attr]
    accounts.change_password(
        session,
        actor=actor,
        password=PASSWORD,
        new_password="một mật khẩu mới",
        at=NOON,
        cost=CHEAP,
    )
    session.flush()
    assert find(session, here) is not None
    assert find(session, there) is None
    assert log_in(session, password="một mật khẩu mới")


@pytest.mark.parametrize(
    ("password", "new_password", "field", "code"),
    [
        pytest.param("sai", "một mật khẩu mới", "password", "wrong_password", id="wrong"),
        pytest.param(PASSWORD, "ngắn", "new_password", "too_short|12|4", id="short"),
        pytest.param(PASSWORD, "d" * 129, "new_password", "too_long|128|129", id="long"),
        pytest.param(PASSWORD, PASSWORD, "new_password", "same_password", id="the same"),
    ],
)
def test_a_bad_new_password_changes_nothing(
    session, account, password, new_password, field, code
):
    before = account.password_hash
    with pytest.raises(InvalidSubmission) as refused:
        accounts.change_password(
            session,
            actor=Actor(account.person_id, ""),
            password=password,
            new_password=new_password,
            at=NOON,
            cost=CHEAP,
        )
    assert refused.value.messages == {field: [code]}
    assert account.password_hash == before


def test_a_one_time_password_must_be_changed(session, ward):
    password = accounts.create_account_with_one_time_password(
        session,
        person_id=ward.school_clerk.person_id,
        username="do.thi.thu",
        actor=ward.administrator,
        at=NOON,
        cost=CHEAP,
    )
    login = find(session, log_in(session, password=password))
    assert login is not None
    assert login.must_change_password


def test_a_reset_password_ends_every_login(session, ward, account):
    token = log_in(session)
    password = accounts.reset_password(
        session, account_id=account.id, actor=ward.administrator, at=NOON, cost=CHEAP
    )
    session.flush()
    assert find(session, token) is None
    assert log_in(session, password=password)


@pytest.mark.parametrize(
    ("person", "username", "password", "messages"),
    [
        pytest.param(
            "company_head",
            "DO.thi.thu",
            PASSWORD,
            {"username": ["username_taken|do.thi.thu"]},
            id="a name that is taken",
        ),
        pytest.param(
            "school_clerk", "x", PASSWORD, {"person_id": ["has_account"]}, id="a second one"
        ),
        pytest.param("company_head", " ", PASSWORD, {"username": ["required"]}, id="no name"),
        pytest.param(
            "company_head", "x", "ngắn", {"password": ["too_short|12|4"]}, id="too short"
        ),
    ],
)
def test_a_wrong_account_is_not_made(
    session, ward, account, person, username, password, messages
):
    with pytest.raises(InvalidSubmission) as refused:
        accounts.create_account(
            session,
            person_id=ward.people[person].person_id,
            username=username,
            password=password,
            actor=ward.administrator,
            at=NOON,
            cost=CHEAP,
        )
    assert refused.value.messages == messages
    assert count(session, Account) == 1


def test_only_who_manages_the_organisation_makes_and_closes_accounts(session, ward, account):
    with pytest.raises(NotPermitted):
        accounts.create_account_with_one_time_password(
            session,
            person_id=ward.company_head.person_id,
            username="x",
            actor=ward.ward_clerk,
            at=NOON,
            cost=CHEAP,
        )
    with pytest.raises(NotPermitted):
        accounts.disable_account(
            session, account_id=account.id, actor=ward.ward_chairman, at=NOON
        )
    with pytest.raises(NotPermitted):
        accounts.reset_password(
            session, account_id=account.id, actor=ward.ward_clerk, at=NOON, cost=CHEAP
        )
    assert count(session, Account) == 1
    assert account.disabled_at is None


def test_logins_are_journaled_without_names_or_passwords(session, account):
    token = log_in(session)
    login = find(session, token)
    assert login is not None
    accounts.log_out(session, actor=login.actor, at=NOON)
    rows = session.scalars(
        select(JournalEntry).where(JournalEntry.stream == "logins").order_by(JournalEntry.seq)
    ).all()
    assert [row.action for row in rows] == ["session.started", "session.ended"]
    assert {row.actor_id for row in rows} == {account.person_id}
    written = " ".join(str(row.detail) for row in rows)
    assert PASSWORD not in written
    assert token not in written


def test_a_password_that_changed_during_the_login_opens_nothing(session, account):
    checked = accounts.check_password(session, "do.thi.thu", PASSWORD, CHEAP)
    accounts.reset_password(session, account_id=account.id, actor=OPERATOR, at=NOON, cost=CHEAP)
    with pytest.raises(LoginRefused):
        accounts.log_in(session, checked, device="", at=NOON)
    assert count(session, LoginSession) == 0


def test_the_demo_lists_accounts_by_role_but_not_those_with_an_own_password(
    session, ward, account
):
    accounts.create_account_with_one_time_password(
        session,
        person_id=ward.company_head.person_id,
        username="own",
        actor=ward.administrator,
        at=NOON,
        cost=CHEAP,
    )
    listed = accounts.list_demo_accounts(session, TODAY)
    assert [(line.username, line.role) for line in listed] == [("do.thi.thu", Role.UNIT_CLERK)]
