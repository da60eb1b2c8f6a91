"""A database from nothing: its tables, its first administrator, and whether it is a demo."""

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.orm import Session

from engine import journal
from engine.accounts import DEFAULT_COST, PasswordCost, create_account_with_one_time_password
from engine.errors import UnsafeSettings
from engine.office import OPERATOR, day_in_vietnam
from engine.people import add_person, add_unit, give_position
from engine.store import schema
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import JournalEntry, Person, Unit
from engine.text import fold
from forms.vocabulary import Role, UnitKind

_DEMO = "demo"
"""Stream of the entries that say that everything in the database is invented."""


def open_database(url: str) -> Engine:
    """Return the engine of the database at ``url``; the tables are as they are.

    :raises UnsafeSettings: there is no database at ``url``, or the library is unsafe.
    """
    try:
        engine = connect(url)
        with engine.connect():
            return engine
    except (ArgumentError, DatabaseError) as error:
        shown = _shown(url)
        raise UnsafeSettings(f"no database at {shown}: {_first_line(error)}") from None
    except ModuleNotFoundError:
        raise UnsafeSettings(
            f"no database at {_shown(url)}: expected sqlite:///FILE or"
            " postgresql+psycopg://USER@HOST/NAME"
        ) from None


def require_current(engine: Engine) -> None:
    """Return if every migration was applied; an empty database gets its tables here.

    :raises UnsafeSettings: the database is of an earlier or a later version.
    """
    if schema.is_current(engine):
        return
    if schema.is_later(engine):
        raise UnsafeSettings(
            "the tables are of a later version of the program: install that version, or restore"
            " a backup that this one made"
        )
    if not schema.is_empty(engine):
        raise UnsafeSettings(
            "the tables are of an earlier version: back up, then run “thidua db upgrade”"
        )
    schema.upgrade(engine)


def is_demo(engine: Engine) -> bool:
    """Whether everything in the database is invented."""
    with reading(engine) as session:
        return "demo.begun" in _demo_actions(session)


def has_whole_demo(engine: Engine) -> bool:
    """Whether the demo was built in the database, to its end."""
    with reading(engine) as session:
        return "demo.built" in _demo_actions(session)


def begin_demo(engine: Engine, at: datetime) -> None:
    """Make an empty database one for the demo.

    What an earlier build left when it was broken off is removed.

    :raises UnsafeSettings: the database has people of its own, who may be real.
    """
    if is_demo(engine):
        empty_demo(engine)
    with unit_of_work(engine) as session:
        if session.scalar(select(Person.id).limit(1)) is not None:
            raise UnsafeSettings("this database has people of its own: it takes no demo")
        journal.append(session, stream=_DEMO, action="demo.begun", actor=None, at=at)


def finish_demo(engine: Engine, at: datetime) -> None:
    """Say that the demo is built to its end."""
    with unit_of_work(engine) as session:
        journal.append(session, stream=_DEMO, action="demo.built", actor=None, at=at)


def empty_demo(engine: Engine) -> None:
    """Take everything out of the database of a demo; its tables stay.

    :raises UnsafeSettings: it is not one of a demo.
    """
    if not is_demo(engine):
        raise UnsafeSettings("this is not the database of a demo: nothing was removed")
    schema.downgrade(engine, "base")
    schema.upgrade(engine)


def refuse_demo(engine: Engine) -> None:
    """Return if the database may hold real decisions.

    :raises UnsafeSettings: it is one of a demo: its passwords are public.
    """
    if is_demo(engine):
        raise UnsafeSettings("this is the database of a demo: its passwords are public")


def create_administrator(
    session: Session,
    *,
    username: str,
    full_name: str,
    ward_name: str,
    at: datetime,
    cost: PasswordCost = DEFAULT_COST,
) -> str:
    """Add a person who administers the ward, and return their one-time password.

    The ward is the first that there is, else one named ``ward_name``. For whoever runs
    the command line: it makes the first administrator, and another if all are gone.

    :raises InvalidSubmission: a name does not fit, or the username is taken.
    """
    unit = session.scalar(
        select(Unit)
        .where(Unit.kind == UnitKind.WARD, Unit.closed_on.is_(None))
        .order_by(Unit.id)
        .limit(1)
    )
    if unit is None:
        unit = add_unit(
            session,
            code="-".join("".join(c if c.isalnum() else " " for c in fold(ward_name)).split()),
            name=ward_name,
            kind=UnitKind.WARD,
            parent_id=None,
            actor=OPERATOR,
            at=at,
        )
    person = add_person(session, full_name=full_name, is_woman=None, actor=OPERATOR, at=at)
    give_position(
        session,
        person_id=person.id,
        unit_id=unit.id,
        role=Role.ADMINISTRATOR,
        title=Role.ADMINISTRATOR.vi,
        starts_on=day_in_vietnam(at),
        actor=OPERATOR,
        at=at,
    )
    return create_account_with_one_time_password(
        session, person_id=person.id, username=username, actor=OPERATOR, at=at, cost=cost
    )


def _demo_actions(session: Session) -> set[str]:
    chosen = select(JournalEntry.action).where(JournalEntry.stream == _DEMO)
    return set(session.scalars(chosen))


def _shown(url: str) -> str:
    """Return ``url`` without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "the given address"


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DatabaseError) else error
    return str(cause).strip().splitlines()[0]
