"""Accounts and logins: who may come in, on which device, and until when.

A login is a row that can be ended; the cookie holds a random token, the table its hash.
Whoever may not come in gets one answer, in the same time, whatever the reason.
"""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Date, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from engine.delegated_grants import COLUMNS, gives_today, grants_in, with_delegations
from engine.errors import InvalidSubmission, LoginRefused, NotFound
from engine.journal import append
from engine.office import Operator, authorise
from engine.permissions import Actor, Grant
from engine.store.models import Account, LoginSession, Person, Position
from engine.store.prepared import Prepared
from forms.messages import code
from forms.vocabulary import Role

SHORTEST_PASSWORD = 12
"""Characters (NIST SP 800-63B asks for 8 with a second factor, 15 without; we rate-limit)."""

LONGEST_PASSWORD = 128
"""Characters: longer ones would only cost time to hash."""

LONGEST_USERNAME = 64
LONGEST_DEVICE = 200

TOUCH_EVERY = timedelta(minutes=1)
"""How often, at most, the last moment of a login is written down."""


@dataclass(frozen=True)
class PasswordCost:
    """Cost of one Argon2id hash; the default is the first choice of OWASP (about 60 ms)."""

    memory_kib: int = 47_104
    rounds: int = 1


@dataclass(frozen=True)
class SessionLimits:
    """How long a login lasts: without a request, and at all."""

    idle: timedelta = timedelta(hours=2)
    absolute: timedelta = timedelta(hours=12)


DEFAULT_COST = PasswordCost()
DEFAULT_LIMITS = SessionLimits()


_TODAY = bindparam("today", type_=Date)

_LIVING_LOGIN = Prepared(
    with_delegations(
        select(
            LoginSession.id,
            LoginSession.last_seen_at,
            Account.id,
            Account.person_id,
            Account.username,
            Account.language,
            Account.must_change_password,
            Person.full_name,
            gives_today(Account.person_id, _TODAY),
            Position.id,
            Position.role,
            Position.unit_id,
            Position.title,
            *COLUMNS,
        )
        .join(Account, LoginSession.account_id == Account.id)
        .join(Person, Account.person_id == Person.id)
        .outerjoin(
            Position,
            and_(
                Position.person_id == Account.person_id,
                Position.starts_on <= _TODAY,
                or_(Position.ends_on.is_(None), Position.ends_on >= _TODAY),
            ),
        ),
        Account.person_id,
        _TODAY,
    )
    .where(
        LoginSession.token_hash == bindparam("token_hash"),
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > bindparam("at"),
        LoginSession.last_seen_at > bindparam("idle_since"),
        Account.disabled_at.is_(None),
    )
    .order_by(Position.id)
)
"""Asked at every request: built once."""


@dataclass(frozen=True)
class Login:
    """A living login: the actor and what the pages need to know of the account."""

    actor: Actor
    account_id: int
    username: str
    language: str
    must_change_password: bool
    last_seen_at: datetime
    has_delegated: bool = False
    """Whether a delegation by the person runs today; maybe it is not in force."""


@dataclass(frozen=True)
class Checked:
    """An account whose password was right a moment ago, and the hash that it fitted."""

    account_id: int
    password_hash: str


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo ward, for the list on its login page."""

    username: str
    name: str
    role: Role
    title: str
    unit_name: str


def create_account(
    session: Session,
    *,
    person_id: int,
    username: str,
    password: str,
    actor: Actor | Operator,
    at: datetime,
    must_change_password: bool = False,
    cost: PasswordCost = DEFAULT_COST,
) -> Account:
    """Give a person their login.

    :raises NotPermitted: the actor does not manage the organisation.
    :raises NotFound: there is no such person.
    :raises InvalidSubmission: the username is taken or empty, the password too short or
        too long, or the person has an account.
    """
    acting = authorise(actor, "organisation.manage")
    name = normalise_username(username)
    _check_new_account(session, person_id, name, password)
    acting.note(
        session,
        stream="people",
        action="account.created",
        at=at,
        detail={"person_id": person_id},
    )
    account = Account(
        person_id=person_id,
        username=name,
        password_hash=_hash(password, cost),
        language="vi",
        must_change_password=must_change_password,
        disabled_at=None,
    )
    session.add(account)
    session.flush()
    return account


def create_account_with_one_time_password(
    session: Session,
    *,
    person_id: int,
    username: str,
    actor: Actor | Operator,
    at: datetime,
    cost: PasswordCost = DEFAULT_COST,
) -> str:
    """Give a person their login and return the password to hand over, shown only now.

    :raises NotPermitted, NotFound, InvalidSubmission: as :func:`create_account`.
    """
    password = _make_password()
    create_account(
        session,
        person_id=person_id,
        username=username,
        password=password,
        actor=actor,
        at=at,
        must_change_password=True,
        cost=cost,
    )
    return password


def reset_password(
    session: Session,
    *,
    account_id: int,
    actor: Actor | Operator,
    at: datetime,
    cost: PasswordCost = DEFAULT_COST,
) -> str:
    """Return a new one-time password for an account, and end all its logins.

    :raises NotPermitted: the actor does not manage the organisation.
    :raises NotFound: there is no such account.
    """
    acting = authorise(actor, "organisation.manage")
    account = _lock_account(session, account_id)
    password = _make_password()
    acting.note(
        session,
        stream="people",
        action="password.reset",
        at=at,
        detail={"person_id": account.person_id},
    )
    account.password_hash = _hash(password, cost)
    account.must_change_password = True
    _end_logins(session, account.id, at, "password reset")
    return password


def check_password(
    session: Session, username: str, password: str, cost: PasswordCost = DEFAULT_COST
) -> Checked:
    """Return the account that ``password`` opens; call it in a session that only reads.

    Checking takes about 60 ms of memory-hard work on purpose: no lock should wait for it.

    :raises LoginRefused: unknown user, wrong password or disabled account; all alike.
    """
    account = session.scalar(
        select(Account).where(Account.username == normalise_username(username))
    )
    known = account.password_hash if account is not None else _dummy_hash(cost)
    fits = _fits(known, password[: LONGEST_PASSWORD + 1], cost)
    if account is None or not fits or account.disabled_at is not None:
        raise LoginRefused("unknown user, wrong password or disabled account")
    return Checked(account.id, account.password_hash)


def log_in(
    session: Session,
    checked: Checked,
    *,
    device: str,
    at: datetime,
    limits: SessionLimits = DEFAULT_LIMITS,
) -> tuple[str, LoginSession]:
    """Begin a login and return its token, which is never seen again, and its row.

    :param checked: what :func:`check_password` answered just before.
    :raises LoginRefused: the account was disabled or its password changed since.
    """
    account = _lock_account(session, checked.account_id)
    if account.disabled_at is not None or account.password_hash != checked.password_hash:
        raise LoginRefused(f"account {account.id} changed during its login")
    append(
        session,
        stream="logins",
        action="session.started",
        actor=Actor(account.person_id, ""),
        at=at,
        detail={"device": device[:LONGEST_DEVICE]},
    )
    token = secrets.token_urlsafe(32)
    login = LoginSession(
        account_id=account.id,
        token_hash=_hash_of_token(token),
        device=device[:LONGEST_DEVICE],
        created_at=at,
        last_seen_at=at,
        expires_at=at + limits.absolute,
        ended_at=None,
        end_reason=None,
    )
    session.add(login)
    session.flush()
    return token, login


def find_login(
    session: Session | Connection,
    token: str,
    at: datetime,
    today: date,
    limits: SessionLimits = DEFAULT_LIMITS,
) -> Login | None:
    """Return the living login of ``token`` with what is in force, in one query.

    Its positions, and what others delegated: each row is one with one of the other.

    :param today: the day in Vietnam, by which positions and delegations begin and end.
    """
    rows = _LIVING_LOGIN.all(
        session,
        {
            "token_hash": _hash_of_token(token),
            "at": at,
            "idle_since": at - limits.idle,
            "today": today,
        },
    )
    if not rows:
        return None
    session_id, seen, account_id, person_id, username, language, must_change = rows[0][:7]
    name, has_delegated = rows[0][7:9]
    grants = {row[9]: Grant(*row[10:13]) for row in rows if row[9] is not None}
    delegated = grants_in((row[13:] for row in rows), grants.values(), today)
    return Login(
        actor=Actor(person_id, name, tuple(grants.values()), session_id, delegated),
        account_id=account_id,
        username=username,
        language=language,
        must_change_password=must_change,
        last_seen_at=seen,
        has_delegated=has_delegated,
    )


def touch_login(session: Session, session_id: int, at: datetime) -> None:
    """Write down that a login was used at ``at``; call it once a minute at most."""
    session.execute(
        update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=at)
    )


def log_out(session: Session, *, actor: Actor, at: datetime) -> None:
    """End the login with which ``actor`` came; its cookie is worth nothing afterwards."""
    if actor.session_id is not None:
        end_session(session, session_id=actor.session_id, actor=actor, at=at, reason="logout")


def list_sessions(
    session: Session, *, actor: Actor, at: datetime, limits: SessionLimits = DEFAULT_LIMITS
) -> list[LoginSession]:
    """Return the living logins of ``actor``, the one used last first."""
    return list(
        session.scalars(
            select(LoginSession)
            .join(LoginSession.account)
            .where(
                Account.person_id == actor.person_id,
                LoginSession.ended_at.is_(None),
                LoginSession.expires_at > at,
                LoginSession.last_seen_at > at - limits.idle,
            )
            .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
            .limit(100)
        )
    )


def end_session(
    session: Session, *, session_id: int, actor: Actor, at: datetime, reason: str = "ended"
) -> None:
    """End one login of ``actor``; nothing happens if it has ended already.

    :raises NotFound: it is not a login of theirs.
    """
    login = session.scalar(
        select(LoginSession)
        .join(LoginSession.account)
        .where(LoginSession.id == session_id, Account.person_id == actor.person_id)
        .with_for_update(of=LoginSession)
    )
    if login is None:
        raise NotFound(f"login {session_id} of person {actor.person_id}")
    if login.ended_at is not None:
        return
    append(
        session,
        stream="logins",
        action="session.ended",
        actor=actor,
        at=at,
        detail={"session_id": session_id, "reason": reason},
    )
    login.ended_at = at
    login.end_reason = reason


def change_password(
    session: Session,
    *,
    actor: Actor,
    password: str,
    new_password: str,
    at: datetime,
    cost: PasswordCost = DEFAULT_COST,
) -> None:
    """Change the password of ``actor`` and end their other logins.

    :raises InvalidSubmission: the present password is wrong (``wrong_password``), or the
        new one too short, too long or the same.
    """
    account = session.scalar(
        select(Account)
        .where(Account.person_id == actor.person_id, Account.disabled_at.is_(None))
        .with_for_update()
    )
    if account is None:
        raise NotFound(f"account of person {actor.person_id}")
    if not _fits(account.password_hash, password[: LONGEST_PASSWORD + 1], cost):
        raise InvalidSubmission({"password": ["wrong_password"]})
    problems = _problems_of_password(new_password)
    if new_password == password:
        problems = ["same_password"]
    if problems:
        raise InvalidSubmission({"new_password": problems})
    append(session, stream="logins", action="password.changed", actor=actor, at=at)
    account.password_hash = _hash(new_password, cost)
    account.must_change_password = False
    _end_logins(session, account.id, at, "password changed", but=actor.session_id)


def set_language(session: Session, *, actor: Actor, language: str) -> None:
    """Remember the language in which ``actor`` reads: ``vi`` or ``en``."""
    session.execute(
        update(Account)
        .where(Account.person_id == actor.person_id)
        .values(language="en" if language == "en" else "vi")
    )


def disable_account(
    session: Session, *, account_id: int, actor: Actor | Operator, at: datetime
) -> None:
    """Close an account and end its logins; what its person did stays theirs.

    :raises NotPermitted: the actor does not manage the organisation.
    :raises NotFound: there is no such account.
    """
    acting = authorise(actor, "organisation.manage")
    account = _lock_account(session, account_id)
    if account.disabled_at is not None:
        return
    acting.note(
        session,
        stream="people",
        action="account.disabled",
        at=at,
        detail={"person_id": account.person_id},
    )
    account.disabled_at = at
    _end_logins(session, account.id, at, "account disabled")


def list_demo_accounts(session: Session, today: date) -> list[DemoAccount]:
    """Return the accounts whose password is the common one of the demo, by role.

    One that an administrator made while trying has a password of its own, and is not
    among them until it was changed.
    """
    people = session.scalars(
        select(Account)
        .join(Account.person)
        .where(Account.disabled_at.is_(None), Account.must_change_password.is_(False))
        .order_by(Person.sort_key, Account.id)
        .limit(200)
    ).all()
    names = {account.person_id: account for account in people}
    positions = session.scalars(
        select(Position)
        .join(Position.person)
        .join(Position.unit)
        .where(
            Position.person_id.in_(names),
            Position.starts_on <= today,
            or_(Position.ends_on.is_(None), Position.ends_on >= today),
        )
        .order_by(Position.id)
    ).all()
    order = list(Role)
    return sorted(
        (
            DemoAccount(
                username=names[position.person_id].username,
                name=names[position.person_id].person.full_name,
                role=position.role,
                title=position.title,
                unit_name=position.unit.name,
            )
            for position in positions
        ),
        key=lambda account: (order.index(account.role), account.unit_name),
    )


def normalise_username(username: str) -> str:
    """Return ``username`` as it is stored: NFKC, small letters, no space around."""
    return unicodedata.normalize("NFKC", username).strip().casefold()[:LONGEST_USERNAME]


def _check_new_account(session: Session, person_id: int, name: str, password: str) -> None:
    if session.get(Person, person_id) is None:
        raise NotFound(f"person {person_id}")
    problems: dict[str, list[str]] = {}
    if not name:
        problems["username"] = ["required"]
    elif session.scalar(select(func.count()).where(Account.username == name)):
        problems["username"] = [code("username_taken", name)]
    if session.scalar(select(func.count()).where(Account.person_id == person_id)):
        problems["person_id"] = ["has_account"]
    wrong = _problems_of_password(password)
    if wrong:
        problems["password"] = wrong
    if problems:
        raise InvalidSubmission(problems)


def _problems_of_password(password: str) -> list[str]:
    if len(password) < SHORTEST_PASSWORD:
        return [code("too_short", SHORTEST_PASSWORD, len(password))]
    if len(password) > LONGEST_PASSWORD:
        return [code("too_long", LONGEST_PASSWORD, len(password))]
    return []


def _lock_account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise NotFound(f"account {account_id}")
    return account


def _end_logins(
    session: Session, account_id: int, at: datetime, reason: str, but: int | None = None
) -> None:
    session.execute(
        update(LoginSession)
        .where(
            LoginSession.account_id == account_id,
            LoginSession.ended_at.is_(None),
            LoginSession.id != (but or 0),
        )
        .values(ended_at=at, end_reason=reason)
    )


@lru_cache(maxsize=4)
def _hasher(cost: PasswordCost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.rounds, memory_cost=cost.memory_kib, parallelism=1, type=Type.ID
    )


@lru_cache(maxsize=4)
def _dummy_hash(cost: PasswordCost) -> str:
    return _hasher(cost).hash(secrets.token_urlsafe(16))


def _hash(password: str, cost: PasswordCost) -> str:
    return _hasher(cost).hash(_composed(password))


def _fits(known: str, password: str, cost: PasswordCost) -> bool:
    try:
        return _hasher(cost).verify(known, _composed(password))
    except (VerificationError, InvalidHashError):
        return False


def _composed(password: str) -> str:
    """Return one spelling of a password with Vietnamese letters, however it was typed."""
    return unicodedata.normalize("NFKC", password)


def _hash_of_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _make_password() -> str:
    """Return 15 letters and digits that nobody confuses, in groups of five: 74 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(letters) for _ in range(5)) for _ in range(3))
    return "-".join(groups)
