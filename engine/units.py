"""The tree of units: the ward, what lies in and outside it, and the levels above."""

import re
import unicodedata
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.errors import InvalidSubmission, NotFound
from engine.office import Operator, authorise
from engine.permissions import Actor
from engine.store.models import Case, Position, TaskState, Unit, UserTask
from engine.text import compose, fold
from forms.messages import code as message
from forms.vocabulary import UnitKind

LONGEST_NAME = 200
"""Characters of a name or a title."""

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_CODE = 60
_LONGEST_SYMBOL = 30


def add_unit(
    session: Session,
    *,
    code: str,
    name: str,
    kind: UnitKind,
    parent_id: int | None,
    is_outside_ward: bool = False,
    issuing_basis: str = "",
    symbol: str = "",
    actor: Actor | Operator,
    at: datetime,
) -> Unit:
    """Add a unit under ``parent_id`` (none: at the top).

    :param code: stable short name, for example ``thcs-hoa-ban``; it never changes.
    :param issuing_basis: why its head may issue certificates; empty: the head may not.
    :param symbol: abbreviation in the numbers of its papers, for example ``UBND``.
    :raises NotPermitted: ``actor`` does not manage the organisation.
    :raises NotFound: there is no such parent.
    :raises InvalidSubmission: a text does not fit, the code is taken, the parent closed.
    """
    acting = authorise(actor, "organisation.manage")
    code = _checked_code(session, code)
    values = _checked(name, kind, is_outside_ward, issuing_basis, symbol)
    _check_parent(session, None, parent_id)
    unit = Unit(code=code, parent_id=parent_id, folded_name=fold(values["name"]), **values)
    session.add(unit)
    session.flush()
    acting.note(
        session,
        stream="people",
        action="unit.added",
        at=at,
        detail={"unit_id": unit.id, "code": code, "parent_id": parent_id, **values},
    )
    return unit


def change_unit(
    session: Session,
    *,
    unit_id: int,
    name: str,
    kind: UnitKind,
    parent_id: int | None,
    is_outside_ward: bool,
    issuing_basis: str,
    symbol: str,
    actor: Actor | Operator,
    at: datetime,
) -> Unit:
    """Give a unit these values; the journal keeps old and new of those that differ.

    :raises NotPermitted: ``actor`` does not manage the organisation.
    :raises NotFound: there is no such unit or parent.
    :raises InvalidSubmission: a text does not fit, or the parent is closed or lies within
        the unit.
    """
    acting = authorise(actor, "organisation.manage")
    unit = lock_unit(session, unit_id)
    new = {
        **_checked(name, kind, is_outside_ward, issuing_basis, symbol),
        "parent_id": parent_id,
    }
    changes = {
        key: [getattr(unit, key), value]
        for key, value in new.items()
        if getattr(unit, key) != value
    }
    if "parent_id" in changes:
        _check_parent(session, unit, parent_id)
    if not changes:
        return unit
    acting.note(
        session,
        stream="people",
        action="unit.changed",
        at=at,
        detail={"unit_id": unit_id, "changes": changes},
    )
    for key, value in new.items():
        setattr(unit, key, value)
    unit.folded_name = fold(unit.name)
    session.flush()
    return unit


def close_unit(
    session: Session,
    *,
    unit_id: int,
    closes_on: date,
    actor: Actor | Operator,
    at: datetime,
) -> Unit:
    """Close a dissolved unit; ``closes_on`` is its last day, in Vietnam.

    :raises NotPermitted: ``actor`` does not manage the organisation.
    :raises NotFound: there is no such unit.
    :raises InvalidSubmission: it is closed, or has open units under it, positions after
        that day, or open cases.
    """
    acting = authorise(actor, "organisation.manage")
    unit = lock_unit(session, unit_id)
    problems = _why_not_close(session, unit, closes_on)
    if problems:
        raise InvalidSubmission({"closes_on": problems})
    acting.note(
        session,
        stream="people",
        action="unit.closed",
        at=at,
        detail={"unit_id": unit_id, "closed_on": [None, closes_on.isoformat()]},
    )
    unit.closed_on = closes_on
    session.flush()
    return unit


def unit_of_kind(session: Session, kind: UnitKind, near_unit_id: int) -> Unit:
    """Return the open unit of ``kind`` that is responsible for ``near_unit_id``.

    That is the unit itself or its nearest ancestor of that kind; else one beside its
    nearest ancestor (the ward for an enterprise directly under the province); else the
    first of that kind (a ministry). Among equals the one that was added first.

    :raises NotFound: there is no such unit, or none of that kind.
    """
    path = _path_up(session, near_unit_id)
    for unit in path:
        if unit.kind is kind and unit.closed_on is None:
            return unit
    candidates = list(
        session.scalars(
            select(Unit).where(Unit.kind == kind, Unit.closed_on.is_(None)).order_by(Unit.id)
        )
    )
    if not candidates:
        raise NotFound(f"no open unit of kind {kind}")
    for ancestor in path:
        for unit in candidates:
            if unit.parent_id == ancestor.id:
                return unit
    return candidates[0]


def lock_unit(session: Session, unit_id: int) -> Unit:
    """Return a unit, locked until the transaction ends.

    :raises NotFound: there is no such unit.
    """
    unit = session.get(Unit, unit_id, with_for_update=True, populate_existing=True)
    if unit is None:
        raise NotFound(f"unit {unit_id}")
    return unit


def checked_text(field: str, text: str, longest: int = LONGEST_NAME) -> str:
    """Return ``text`` composed, with single spaces.

    :raises InvalidSubmission: it is empty, too long, or has a control character.
    """
    value = " ".join(compose(text).split())
    odd = next((letter for letter in value if unicodedata.category(letter) == "Cc"), None)
    if odd is not None:
        problem = message("control_character", f"U+{ord(odd):04X}")
        raise InvalidSubmission({field: [problem]})
    if not value:
        raise InvalidSubmission({field: [message("required")]})
    if len(value) > longest:
        raise InvalidSubmission({field: [message("too_long", longest, len(value))]})
    return value


def _checked_code(session: Session, code: str) -> str:
    code = checked_text("code", code, _LONGEST_CODE)
    if not _CODE.fullmatch(code):
        raise InvalidSubmission({"code": [message("not_a_code", code)]})
    if session.scalar(select(Unit.id).where(Unit.code == code)) is not None:
        raise InvalidSubmission({"code": [message("code_taken", code)]})
    return code


def _checked(
    name: str, kind: UnitKind, is_outside_ward: bool, issuing_basis: str, symbol: str
) -> dict[str, Any]:
    basis = checked_text("issuing_basis", issuing_basis) if issuing_basis.strip() else ""
    return {
        "name": checked_text("name", name),
        "kind": kind,
        "is_outside_ward": is_outside_ward,
        "issuing_basis": basis,
        "symbol": _checked_symbol(symbol),
    }


def _checked_symbol(symbol: str) -> str:
    """Return a symbol as the decree writes it: capitals, ``-`` between parts (II.3)."""
    if not symbol.strip():
        return ""
    value = checked_text("symbol", symbol, _LONGEST_SYMBOL)
    if not all(part.isalnum() and part == part.upper() for part in value.split("-")):
        raise InvalidSubmission({"symbol": [message("not_a_symbol", value)]})
    return value


def _check_parent(session: Session, unit: Unit | None, parent_id: int | None) -> None:
    """Refuse a parent that is not there, is closed, or lies within ``unit``."""
    if parent_id is None:
        return
    path = _path_up(session, parent_id)
    if path[0].closed_on is not None:
        day = f"{path[0].closed_on:%d/%m/%Y}"
        raise InvalidSubmission({"parent_id": [message("unit_closed", day)]})
    if unit is not None and unit in path:
        raise InvalidSubmission({"parent_id": [message("unit_under_itself")]})


def _path_up(session: Session, unit_id: int) -> list[Unit]:
    """Return the unit and its ancestors, itself first.

    :raises NotFound: there is no such unit.
    """
    path: list[Unit] = []
    step: int | None = unit_id
    while step is not None:
        unit = session.get(Unit, step)
        if unit is None:
            raise NotFound(f"unit {step}")
        if unit in path:  # two who moved units into each other at one moment
            break
        path.append(unit)
        step = unit.parent_id
    return path


def _why_not_close(session: Session, unit: Unit, closes_on: date) -> list[str]:
    if unit.closed_on is not None:
        return [message("unit_closed", f"{unit.closed_on:%d/%m/%Y}")]
    counts = {
        "unit_has_units": select(func.count(Unit.id)).where(
            Unit.parent_id == unit.id, Unit.closed_on.is_(None)
        ),
        "unit_has_positions": select(func.count(Position.id)).where(
            Position.unit_id == unit.id,
            or_(Position.ends_on.is_(None), Position.ends_on > closes_on),
        ),
        "unit_has_cases": select(func.count(Case.id)).where(
            Case.outcome.is_(None),
            or_(
                Case.unit_id == unit.id,
                Case.tasks.any(
                    (UserTask.unit_id == unit.id) & (UserTask.state == TaskState.OPEN)
                ),
            ),
        ),
    }
    found = {name: session.scalar(query) or 0 for name, query in counts.items()}
    return [message(name, count) for name, count in found.items() if count]
