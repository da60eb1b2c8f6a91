"""Lists of past awards that were read beside the register, as a person checks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.permissions import Actor, require
from engine.queries.likeness import Suggestion, suggest
from engine.register_import import (
    PERMISSION,
    cell,
    facts_of_row,
    kind_of,
    preferred,
    spellings_of,
    tidy,
)
from engine.register_lists import Column
from engine.store.models import (
    ImportState,
    Person,
    RegisterEntry,
    RegisterImport,
    RegisterImportRow,
)
from forms.vocabulary import Honour, SubjectKind

MOST_LISTS = 100


@dataclass(frozen=True)
class ListLine:
    """A list in the list of lists."""

    id: int
    filename: str
    state: ImportState
    rows: int
    number: str
    read_by: str
    read_at: datetime


@dataclass(frozen=True)
class Spelling:
    """One way in which a name is written, and where."""

    text: str
    """Exactly as in the file."""
    lines: tuple[int, ...]


@dataclass(frozen=True)
class NameGroup:
    """A name with several spellings: a person says whether they are one."""

    key: str
    printed: str
    """How it is printed if they are one."""
    spellings: tuple[Spelling, ...]


@dataclass(frozen=True)
class ListedSubject:
    """A subject of the list, with the records in the system that it may be."""

    lines: tuple[int, ...]
    kind: SubjectKind | None
    name: str
    place: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True)
class ListRow:
    """One row as it will be entered."""

    line: int
    subject: str
    written: str
    """The subject exactly as in the file."""
    place: str
    place_written: str
    """The place exactly as in the file."""
    honour_text: str
    honour: Honour
    problem: str
    """Message code; empty: nothing keeps it out."""
    doubles: int | None
    """The earlier line with the same subject and award, spellings taken as one."""
    entry_id: int | None
    """Its award in the register; none: not entered."""


@dataclass(frozen=True)
class ListPage:
    """All that a person checks before a list is entered."""

    id: int
    filename: str
    state: ImportState
    decision: Mapping[str, Any]
    rows: tuple[ListRow, ...]
    names: tuple[NameGroup, ...]
    spellings: int
    """Different ways of writing, over all names."""
    distinct: int
    """Names, if all that is alike is one."""
    subjects: tuple[ListedSubject, ...]
    """Those for which the system has a record that may be them."""

    @property
    def problems(self) -> tuple[ListRow, ...]:
        """Rows that can't be entered as they are."""
        return tuple(row for row in self.rows if row.problem)

    @property
    def doubled(self) -> tuple[ListRow, ...]:
        """Rows with the subject and award of an earlier one."""
        return tuple(row for row in self.rows if row.doubles is not None and not row.problem)


def list_imports(session: Session, actor: Actor) -> list[ListLine]:
    """Return the lists that were read, the latest first.

    :raises NotPermitted: the actor does not write the register.
    """
    require(actor, PERMISSION)
    counted = (
        select(RegisterImportRow.import_id, func.count().label("rows"))
        .group_by(RegisterImportRow.import_id)
        .subquery()
    )
    found = session.execute(
        select(RegisterImport, Person.full_name, counted.c.rows)
        .join(Person, RegisterImport.read_by_id == Person.id)
        .join(counted, counted.c.import_id == RegisterImport.id)
        .order_by(RegisterImport.id.desc())
        .limit(MOST_LISTS)
    )
    return [
        ListLine(
            row.id, row.filename, row.state, rows, row.decision["number"], name, row.read_at
        )
        for row, name, rows in found
    ]


def get_list(session: Session, actor: Actor, import_id: int) -> ListPage:
    """Return a list with what a person has to say about it.

    :raises NotPermitted: the actor does not write the register.
    :raises NotFound: there is no such list.
    """
    require(actor, PERMISSION)
    row = session.get(RegisterImport, import_id)
    if row is None:
        raise NotFound(f"register import {import_id}")
    spellings = spellings_of(row.rows)
    return ListPage(
        id=row.id,
        filename=row.filename,
        state=row.state,
        decision=row.decision,
        rows=_rows(row, _entries(session, import_id)),
        names=tuple(
            NameGroup(
                key,
                preferred(written),
                tuple(Spelling(text, tuple(lines)) for text, lines in written.items()),
            )
            for key, written in spellings.items()
            if len(written) > 1
        ),
        spellings=sum(map(len, spellings.values())),
        distinct=len(spellings),
        subjects=_subjects(session, row) if row.state is ImportState.READ else (),
    )


def _entries(session: Session, import_id: int) -> dict[int, int]:
    """Return row → its award, of a list that was entered."""
    found = session.execute(
        select(RegisterImportRow.id, RegisterEntry.id.label("entry_id"))
        .join(RegisterEntry, RegisterEntry.import_row_id == RegisterImportRow.id)
        .where(RegisterImportRow.import_id == import_id)
    )
    return {row.id: row.entry_id for row in found}


def _rows(row: RegisterImport, entries: Mapping[int, int]) -> tuple[ListRow, ...]:
    first: dict[tuple[str, str], int] = {}
    found = []
    for one in row.rows:
        facts, place = facts_of_row(one, row.decision), cell(one, Column.PLACE)
        double = first.setdefault((one.match_key, facts.honour_text), one.line)
        found.append(
            ListRow(
                line=one.line,
                subject=tidy(facts.subject_text),
                written=facts.subject_text,
                place=tidy(place),
                place_written=place,
                honour_text=facts.honour_text,
                honour=facts.honour,
                problem=one.problem,
                doubles=None if double == one.line else double,
                entry_id=entries.get(one.id),
            )
        )
    return tuple(found)


def _subjects(session: Session, row: RegisterImport) -> tuple[ListedSubject, ...]:
    """Return the subjects for which the system has records that may be them."""
    groups: dict[str, list[RegisterImportRow]] = {}
    for one in row.rows:
        if not one.problem:
            groups.setdefault(one.match_key, []).append(one)
    found = []
    for rows in groups.values():
        kind = kind_of(rows[0])
        name, place = (tidy(cell(rows[0], column)) for column in (Column.SUBJECT, Column.PLACE))
        alike = suggest(session, kind or SubjectKind.COLLECTIVE, name, place)
        if alike:
            lines = tuple(one.line for one in rows)
            found.append(ListedSubject(lines, kind, name, place, tuple(alike)))
    return tuple(found)
