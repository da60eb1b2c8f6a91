"""The values that an office set, each with the days on which it holds.

Every setting has a default that holds until somebody changes it; every value that ever
held stays as a version. The last word counts: a change replaces what was said before for
its own first day and all days after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from engine.errors import ContentChanged, InvalidSubmission, NotFound
from engine.office import Operator, authorise, day_in_vietnam
from engine.office_settings import LEVELS_ABOVE, SETTINGS, SOURCE, OfficeSetting
from engine.permissions import Actor
from engine.plans import Plan
from engine.store.database import take_turn
from engine.store.models import Setting
from engine.store.prepared import Prepared
from forms.messages import code
from forms.vocabulary import Level, LevelMode

__all__ = ["SETTINGS", "SOURCE", "OfficeSetting"]

FIRST_DAY = date(2024, 1, 1)
"""Law No. 06/2022/QH15 is in force from this day: no setting begins earlier."""

LAST_DAY = date(2099, 12, 31)


@dataclass(frozen=True)
class Period:
    """A value from one day on, until the next period begins."""

    starts_on: date
    """``date.min`` for the default."""
    value: str


@dataclass(frozen=True)
class Standing:
    """A setting with its value on a day."""

    setting: OfficeSetting
    value: str
    version: int
    """Of the last change, whichever day it names; 0: never changed."""
    planned: tuple[Period, ...] = ()
    """Values that begin later."""


def settings_on(session: Session, day: date) -> dict[str, str]:
    """Return name → value on ``day`` (in Vietnam) for every setting, in one query."""
    rows = _BEGUN.all(session, {"day": day})
    values = {setting.name: setting.default for setting in SETTINGS.values()}
    values |= {name: value for name, value, *since in rows if _first_day(*since) <= day}
    return {name: values[name] for name in SETTINGS}


def get_setting(session: Session, name: str, on: date | None = None) -> str:
    """Return the value of ``name`` on a day, in Vietnam.

    :param on: may be left out for a setting that is changed at once: its last value.
    :raises NotFound: there is no such setting.
    :raises ValueError: the setting is dated, and no day is given.
    """
    setting = _known(name)
    if setting.is_dated and on is None:
        raise ValueError(f"setting {name} has values by day: give the day")
    return _value_on(_timeline(setting, _versions(session, name)), on or LAST_DAY)


def get_standing(session: Session, name: str, on: date) -> Standing:
    """Return a setting as it stands on ``on``, with what is planned after it.

    :raises NotFound: there is no such setting.
    """
    return _standing(_known(name), _versions(session, name), on)


def list_settings(session: Session, on: date) -> list[Standing]:
    """Return every setting as it stands on ``on``, in one query."""
    rows: dict[str, list[Setting]] = {name: [] for name in SETTINGS}
    for row in session.scalars(select(Setting).order_by(Setting.version)):
        if row.name in rows:
            rows[row.name].append(row)
    return [_standing(setting, rows[name], on) for name, setting in SETTINGS.items()]


def put_setting(
    session: Session,
    *,
    name: str,
    value: str,
    actor: Actor | Operator,
    at: datetime,
    applies_from: date | None = None,
    version: int | None = None,
) -> Standing:
    """Let ``value`` hold from a day on; a change that changes no day makes no version.

    :param applies_from: none: the day of ``at``, in Vietnam. Days that are past may be
        given: cases that were received since are then examined by the new value.
    :param version: the one that the person saw; none: whatever is there.
    :raises NotPermitted: ``actor`` does not manage settings.
    :raises NotFound: there is no such setting.
    :raises ContentChanged: somebody changed it since ``version``.
    :raises InvalidSubmission: the value or the day does not fit.
    """
    acting = authorise(actor, "settings.manage")
    setting = _known(name)
    value = setting.check(name, value)
    starts_on = checked_day(setting, applies_from, at)
    take_turn(session, "settings")
    rows = _versions(session, name)
    last = rows[-1].version if rows else 0
    if version is not None and version != last:
        raise ContentChanged(f"setting {name} has version {last}, not {version}")
    old = _timeline(setting, rows)
    if old == _changed(old, Period(starts_on, value)):
        return _standing(setting, rows, starts_on)
    acting.note(
        session,
        stream="settings",
        action="setting.changed",
        at=at,
        detail={
            "name": name,
            "value": [_value_on(old, starts_on), value],
            "applies_from": starts_on.isoformat(),
            "version": last + 1,
        },
    )
    row = Setting(
        name=name,
        version=last + 1,
        value=value,
        applies_from=starts_on if setting.is_dated else None,
        changed_by_id=acting.actor.person_id if acting.actor else None,
        changed_at=at,
    )
    session.add(row)
    session.flush()
    return _standing(setting, [*rows, row], starts_on)


def list_versions(session: Session, name: str, limit: int = 50) -> list[Setting]:
    """Return what a setting was changed to, the last change first.

    :raises NotFound: there is no such setting.
    """
    _known(name)
    return list(
        session.scalars(
            select(Setting)
            .where(Setting.name == name)
            .order_by(Setting.version.desc())
            .limit(limit)
        )
    )


def first_day(row: Setting) -> date:
    """Return the first day, in Vietnam, on which a version holds."""
    return _first_day(row.applies_from, row.changed_at)


def _first_day(applies_from: date | None, changed_at: datetime) -> date:
    return applies_from or day_in_vietnam(changed_at)


def checked_day(setting: OfficeSetting, applies_from: date | None, at: datetime) -> date:
    """Return the first day of a change that is made at ``at``.

    :raises InvalidSubmission: the day is one that nobody means.
    :raises ValueError: a day is given for a setting that is changed at once.
    """
    if applies_from is None:
        return day_in_vietnam(at)
    if not setting.is_dated:
        raise ValueError(f"setting {setting.name} is changed at once, not from a day")
    if not FIRST_DAY <= applies_from <= LAST_DAY:
        days = (f"{day:%d/%m/%Y}" for day in (FIRST_DAY, LAST_DAY, applies_from))
        raise InvalidSubmission({"applies_from": [code("day_outside", *days)]})
    return applies_from


def max_returns(session: Session) -> int:
    """Return how often one nomination may be returned."""
    return int(get_setting(session, "max_returns"))


def contact_line(session: Session) -> str:
    """Return whom people ask for help."""
    return get_setting(session, "contact")


def level_modes(session: Session, plan: Plan) -> dict[Level, LevelMode]:
    """Return how each level takes part now; what the plan leaves out stays out."""
    modes = dict.fromkeys(Level, LevelMode.IN_SYSTEM)
    for level in LEVELS_ABOVE:
        modes[level] = LevelMode(get_setting(session, f"level_mode.{level}"))
    return {
        level: LevelMode.LEFT_OUT if level in plan.left_out else mode
        for level, mode in modes.items()
    }


def _known(name: str) -> OfficeSetting:
    if name not in SETTINGS:
        raise NotFound(f"setting {name}")
    return SETTINGS[name]


def _versions(session: Session, name: str) -> list[Setting]:
    return list(
        session.scalars(select(Setting).where(Setting.name == name).order_by(Setting.version))
    )


def _timeline(setting: OfficeSetting, rows: Iterable[Setting]) -> tuple[Period, ...]:
    """Return the periods of all versions, each as the later ones left it."""
    periods: tuple[Period, ...] = (Period(date.min, setting.default),)
    for row in rows:
        periods = _changed(periods, Period(first_day(row), row.value))
    return periods


def _changed(periods: tuple[Period, ...], new: Period) -> tuple[Period, ...]:
    """Return ``periods`` with ``new`` from its first day on, and nothing after it."""
    before = tuple(period for period in periods if period.starts_on < new.starts_on)
    return before if before[-1].value == new.value else (*before, new)


def _value_on(periods: tuple[Period, ...], day: date) -> str:
    return next(period.value for period in reversed(periods) if period.starts_on <= day)


def _standing(setting: OfficeSetting, rows: list[Setting], on: date) -> Standing:
    periods = _timeline(setting, rows)
    return Standing(
        setting,
        _value_on(periods, on),
        rows[-1].version if rows else 0,
        tuple(period for period in periods if period.starts_on > on),
    )


_SETTING = Setting.__table__.c
_BEGUN = Prepared(
    select(_SETTING.name, _SETTING.value, _SETTING.applies_from, _SETTING.changed_at)
    .where(or_(_SETTING.applies_from.is_(None), _SETTING.applies_from <= bindparam("day")))
    .order_by(_SETTING.version)
)
