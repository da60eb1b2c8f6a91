"""What another value of a setting would change for the cases that are open now."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from engine.bonus import Bonus, MissingRule, bonus_for, in_dong, packaged_bonuses
from engine.datafiles import Translated
from engine.dossier_papers import dossier_list
from engine.eligibility import facts_of_case
from engine.errors import NotFound
from engine.office import VIETNAM, day_in_vietnam
from engine.office_settings import BONUS, COUNCIL, DOSSIER, SETTINGS, OfficeSetting
from engine.permissions import Actor, require
from engine.queries.visibility import is_visible_to
from engine.rules.asking import ask
from engine.rules.book import book
from engine.settings import checked_day, settings_on
from engine.store.models import Case, Round
from forms.vocabulary import Award, CheckStage, Level, UnitKind

MOST_EXAMINED = 200
"""Open cases that are examined at most, the last opened first; the page says how many."""

SIGNING = "signing_assignment"
"""The one setting of dossiers that a rule asks about."""

Values = Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """One thing that would be said otherwise."""

    what: Translated
    before: Translated
    after: Translated


@dataclass(frozen=True)
class Touched:
    """An open case that would change."""

    reference: str
    award: Award
    subject_name: str
    """Empty where the actor may not see the case."""
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Preview:
    """What a value would change, before anybody puts it in force."""

    value: str
    """As it would be kept."""
    applies_from: date
    covered: int
    """Open cases that would be under the new value: those received from its first day on,
    and drafts; for bonuses and papers all that are open."""
    examined: int
    """How many of them were looked at."""
    touched: tuple[Touched, ...]
    is_told: bool
    """Whether a case of today can say what changes; some settings bind later requests."""

    @property
    def is_whole(self) -> bool:
        """Whether every case was looked at."""
        return self.examined == self.covered


Compare = Callable[[Case, Values, Values], Sequence[Change]]
"""Takes a case with the settings as they are and as they would be."""


def preview_setting(
    session: Session,
    actor: Actor,
    *,
    name: str,
    value: str,
    applies_from: date | None,
    at: datetime,
) -> Preview:
    """Return what ``value`` would change from ``applies_from`` on; nothing is stored.

    A person who may not see a case reads its reference and the change, not whom it is
    about.

    :raises NotPermitted: ``actor`` does not manage settings.
    :raises NotFound: there is no such setting.
    :raises InvalidSubmission: the value or the day does not fit.
    """
    require(actor, "settings.manage")
    if name not in SETTINGS:
        raise NotFound(f"setting {name}")
    setting = SETTINGS[name]
    value = setting.check(name, value)
    starts_on = checked_day(setting, applies_from, at)
    compare = _comparison(session, setting, starts_on, at)
    covered = _covered(setting, starts_on)
    values_on = functools.cache(functools.partial(settings_on, session))
    touched: list[Touched] = []
    rows = session.execute(_cases(actor, covered)).all() if compare is not None else ()
    for case, is_seen in rows:
        before = values_on(_day_for(setting, case, starts_on, at))
        changes = tuple(compare(case, before, {**before, name: value})) if compare else ()
        if changes:
            shown = case.subject_name if is_seen else ""
            touched.append(Touched(case.reference, case.award, shown, changes))
    return Preview(
        value=value,
        applies_from=starts_on,
        covered=session.scalar(select(func.count()).select_from(Case).where(*covered)) or 0,
        examined=len(rows),
        touched=tuple(touched),
        is_told=compare is not None,
    )


def _comparison(
    session: Session, setting: OfficeSetting, starts_on: date, at: datetime
) -> Compare | None:
    """Return what tells the difference for a case; none: only later acts can tell it."""
    if setting.group is BONUS:
        return lambda case, old, new: _bonus_change(case, old, new, max(starts_on, _today(at)))
    if setting.name == "enterprise_confirmations":
        return lambda case, old, new: _paper_changes(case, old, new, at)
    if not setting.is_dated or (setting.group is DOSSIER and setting.name != SIGNING):
        return None
    stage = CheckStage.ADVISED if setting.group is COUNCIL else None
    stage = CheckStage.DECIDED if setting.name == SIGNING else stage
    return lambda case, old, new: _rule_changes(session, case, old, new, stage, at)


def _covered(setting: OfficeSetting, starts_on: date) -> tuple[ColumnElement[bool], ...]:
    if setting.group in (BONUS, DOSSIER) or not setting.is_dated:
        return (Case.closed_at.is_(None),)
    first = datetime.combine(starts_on, time(), VIETNAM)
    received = or_(Case.submitted_at.is_(None), Case.submitted_at >= first)
    return (Case.closed_at.is_(None), received)


def _cases(actor: Actor, covered: tuple[ColumnElement[bool], ...]) -> Select[Case, bool]:
    return (
        select(Case, is_visible_to(actor).label("is_seen"))
        .where(*covered)
        .options(
            joinedload(Case.unit),
            joinedload(Case.subject),
            joinedload(Case.round).joinedload(Round.plan),
        )
        .order_by(Case.id.desc())
        .limit(MOST_EXAMINED)
    )


def _day_for(setting: OfficeSetting, case: Case, starts_on: date, at: datetime) -> date:
    """Return the day whose settings the case has, but for the one that changes."""
    if setting.group in (BONUS, DOSSIER):
        return max(starts_on, _today(at))
    return day_in_vietnam(case.submitted_at or at)


def _rule_changes(
    session: Session,
    case: Case,
    old: Values,
    new: Values,
    stage: CheckStage | None,
    at: datetime,
) -> list[Change]:
    facts = facts_of_case(session, case, at=at, stage=stage, settings=old)
    before, after = ask(book(), facts), ask(book(), replace(facts, settings=new))
    return [
        Change(
            Translated(f"{was.rule}: {was.title.vi}", f"{was.rule}: {was.title.en}"),
            Translated(was.verdict.vi, was.verdict.en),
            Translated(now.verdict.vi, now.verdict.en),
        )
        for was, now in zip(before.findings, after.findings, strict=True)
        if was.verdict is not now.verdict
    ]


def _bonus_change(case: Case, old: Values, new: Values, day: date) -> list[Change]:
    before, after = (_bonus(case, values, day) for values in (old, new))
    if before == after:
        return []
    return [Change(Translated("Tiền thưởng", "Bonus"), before, after)]


def _bonus(case: Case, settings: Values, day: date) -> Translated:
    """Return the amount that would go with the award of a case, where it is to be decided."""
    level = Level(case.routing["deciding_level"])
    kind: UnitKind | None = case.unit.kind if level is Level.UNIT else None
    found: Bonus | MissingRule = bonus_for(
        packaged_bonuses(),
        award=case.award,
        subject_kind=case.subject_kind,
        day=day,
        settings=settings,
        level=level,
        unit_kind=kind,
    )
    return in_dong(found.amount) if isinstance(found, Bonus) else found.text


def _paper_changes(case: Case, old: Values, new: Values, at: datetime) -> list[Change]:
    received_on = day_in_vietnam(case.submitted_at or at)
    lists = [
        dossier_list().papers_for(case.award, case.subject_kind, received_on, (), values)
        for values in (old, new)
    ]
    return [
        Change(
            Translated(was.paper.vi, was.paper.en), _need(was.is_needed), _need(now.is_needed)
        )
        for was, now in zip(*lists, strict=True)
        if was.is_needed != now.is_needed
    ]


def _need(is_needed: bool) -> Translated:
    if is_needed:
        return Translated("Bắt buộc", "Required")
    return Translated("Không bắt buộc", "Optional")


def _today(at: datetime) -> date:
    return day_in_vietnam(at)
