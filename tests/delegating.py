"""Delegations of the invented ward: accounts, delegations, and who a person is with them."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine.accounts import Checked, Login, find_login, log_in
from engine.delegations import DelegationPaper, Scope, give_delegation
from engine.office import day_in_vietnam
from engine.people import actor_for
from engine.permissions import Actor
from engine.store.database import unit_of_work
from engine.store.models import Account, Delegation
from tests.ward import NOON

TODAY = date(2030, 12, 2)
LAST = date(2030, 12, 20)
PAPER = DelegationPaper("15/UQ-UBND", date(2030, 12, 1))


def add_accounts(session: Session, *people: Actor) -> None:
    """Give each of ``people`` an account, unless they have one."""
    known = set(session.scalars(select(Account.person_id)))
    for one in people:
        if one.person_id not in known:
            known.add(one.person_id)
            session.add(
                Account(
                    person_id=one.person_id,
                    username=f"nguoi{one.person_id}",
                    password_hash="không dùng",
                )
            )
    session.flush()


def give(
    session: Session, giver: Actor, delegate: Actor, at: datetime = NOON, **changes: object
) -> Delegation:
    """Let ``delegate`` act in the first role of ``giver`` until 20 December 2030."""
    add_accounts(session, giver, delegate)
    grant = giver.grants[0]
    values = {
        "role": grant.role,
        "unit_id": grant.unit_id,
        "delegate_id": delegate.person_id,
        "scope": Scope(),
        "starts_on": TODAY,
        "ends_on": LAST,
        "paper": PAPER,
        "reason": "",
        "actor": giver,
        "at": at,
    }
    return give_delegation(session, **(values | changes))


def login_of(session: Session, person: Actor, at: datetime = NOON) -> Login | None:
    """Return what a login of ``person`` finds at ``at``; none: their account is closed."""
    account = session.scalars(
        select(Account).where(Account.person_id == person.person_id)
    ).one()
    if account.disabled_at is not None:
        return None
    token, _row = log_in(session, Checked(account.id, account.password_hash), device="", at=at)
    return find_login(session, token, at, day_in_vietnam(at))


def present(session: Session, person: Actor, at: datetime = NOON) -> Actor:
    """Return ``person`` as a login at ``at`` would find them: positions and delegations."""
    login = login_of(session, person, at)
    if login is None:
        return replace(actor_for(session, person.person_id, None, TODAY), grants=())
    return login.actor


def stand_in(
    database: Engine, giver: Actor, delegate: Actor, at: datetime = NOON, **changes: object
) -> Actor:
    """Give a delegation in a transaction of its own; return the delegate with it."""
    with unit_of_work(database) as session:
        give(session, giver, delegate, at, **changes)
    with unit_of_work(database) as session:
        return present(session, delegate, at)
