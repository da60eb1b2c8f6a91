"""Reading a list of past awards into the register: nothing is guessed, no row is lost.

A list is read beside the register first, its rows byte for byte. Names that are written
alike are shown to a person, who says which of them are one; only then does every row become
an award, or stay a row that was left out on purpose.
"""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.commands import answer_once
from engine.errors import InvalidSubmission, NotFound
from engine.office import Acting, authorise, day_in_vietnam
from engine.permissions import Actor
from engine.register import make_entry, require_new
from engine.register_facts import AwardFacts, checked_facts
from engine.register_lists import Column, list_words, plain_words
from engine.rules.papers import Counts, counts_differ
from engine.store.database import take_turn
from engine.store.models import (
    ImportState,
    RegisterImport,
    RegisterImportRow,
    SubjectName,
    SubjectRow,
)
from engine.subject_names import match_key
from engine.subject_records import Subject, find_or_make, root_of
from engine.text import compose, fold
from forms.messages import code
from forms.vocabulary import (
    AuthorityLevel,
    CommendationKind,
    EntrySource,
    Honour,
    SubjectKind,
)

LARGEST_LIST = 5 * 1024 * 1024
"""Bytes of a file at most."""

MOST_ROWS = 5_000

LONGEST_NAME = 300
"""Characters of a subject at most."""

STREAM = "register"

PERMISSION = "register.write"


@dataclass(frozen=True)
class ListDecision:
    """What the decision over a list says of all its rows, typed once."""

    number: str
    decided_on: date
    authority_name: str
    authority_level: AuthorityLevel
    kind: CommendationKind
    achieved_from: date | None = None
    achieved_to: date | None = None
    collectives: int | None = None
    """Collectives, enterprises and households by the decision; none: it does not say."""
    individuals: int | None = None


@dataclass(frozen=True)
class Answers:
    """What a person said about a list that was read."""

    together: Mapping[str, bool]
    """Key of a name with several spellings → they are one name."""
    chosen: Mapping[int, int]
    """Line → the record in the system that its subject is; no line: a new subject."""
    left_out: frozenset[int] = frozenset()
    """Lines that stay out of the register: doubled ones, or ones with a problem."""


def read_list(
    session: Session,
    *,
    filename: str,
    data: bytes,
    decision: ListDecision,
    actor: Actor,
    at: datetime,
    key: str,
) -> int:
    """Read a CSV file beside the register and return the id of the import.

    :raises NotPermitted: the actor does not write the register.
    :raises InvalidSubmission: the file is no list, was read before, or does not have as
        many rows as the decision says; or the decision contradicts itself.
    """
    acting = authorise(actor, PERMISSION)
    take_turn(session, "register imports")
    sha256 = hashlib.sha256(data).hexdigest()
    request = {"sha256": sha256, "decision": _plain(decision)}

    def run() -> dict[str, Any]:
        _require_unknown(session, sha256)
        _check_decision(decision, day_in_vietnam(at))
        header, rows = _parse(data)
        _require_counts(rows, decision)
        row = RegisterImport(
            filename=compose(filename)[:200],
            sha256=sha256,
            header=header,
            decision=_plain(decision),
            read_by_id=actor.person_id,
            read_at=at,
        )
        row.rows = rows
        session.add(row)
        session.flush()
        _note(session, acting, row, "list.read", {"rows": len(rows), "sha256": sha256}, at)
        return {"import_id": row.id}

    answer = answer_once(
        session, key=key, actor=actor, command="read_list", request=request, at=at, run=run
    )
    import_id: int = answer["import_id"]
    return import_id


def enter_list(
    session: Session,
    *,
    import_id: int,
    answers: Answers,
    actor: Actor,
    at: datetime,
    key: str,
) -> int:
    """Make an award of every row that is not left out; return how many.

    :raises NotPermitted: the actor does not write the register.
    :raises NotFound: there is no such list, or it is not waiting.
    :raises InvalidSubmission: a name has several spellings and nobody said whether they
        are one, a row has a problem or is doubled and was not left out; the messages are
        named ``together.<key>`` and ``row.<line>``.
    """
    acting = authorise(actor, PERMISSION)
    row = _lock(session, import_id)
    request = {
        "import_id": import_id,
        "together": dict(sorted(answers.together.items())),
        "chosen": {str(line): one for line, one in sorted(answers.chosen.items())},
        "left_out": sorted(answers.left_out),
    }

    def run() -> dict[str, Any]:
        _require_waiting(row)
        entered = _enter(session, row, answers, actor, at)
        row.state = ImportState.ENTERED
        detail = {"entered": entered, "left_out": sorted(answers.left_out)}
        _note(session, acting, row, "list.entered", detail, at)
        return {"entered": entered}

    answer = answer_once(
        session, key=key, actor=actor, command="enter_list", request=request, at=at, run=run
    )
    entered: int = answer["entered"]
    return entered


def drop_list(session: Session, *, import_id: int, actor: Actor, at: datetime) -> None:
    """Put a list aside that was read by mistake; its rows stay, the register is untouched.

    :raises NotPermitted: the actor does not write the register.
    :raises NotFound: there is no such list, or it is not waiting.
    """
    acting = authorise(actor, PERMISSION)
    row = _lock(session, import_id)
    _require_waiting(row)
    row.state = ImportState.DROPPED
    _note(session, acting, row, "list.dropped", {}, at)


def cell(row: RegisterImportRow, column: Column) -> str:
    """Return the text of a row in one of our columns, exactly as read; empty: it has none."""
    words = list_words().columns
    return next(
        (
            str(value)
            for name, value in row.original.items()
            if words.get(plain_words(name)) is column
        ),
        "",
    )


def tidy(text: str) -> str:
    """Return ``text`` composed and with single spaces: how a name is printed."""
    return " ".join(compose(text).split())


def kind_of(row: RegisterImportRow) -> SubjectKind | None:
    """Return the kind of subject of a row; none: its words are unknown."""
    return list_words().subject_kinds.get(plain_words(cell(row, Column.SUBJECT_KIND)))


def facts_of_row(row: RegisterImportRow, decision: Mapping[str, Any]) -> AwardFacts:
    """Return what a row and the decision over its list say, as the register keeps it."""
    words = cell(row, Column.HONOUR)
    honour = list_words().honour_of(words)
    return AwardFacts(
        subject_text=cell(row, Column.SUBJECT),
        honour=honour,
        kind=CommendationKind(decision["kind"]),
        authority_level=AuthorityLevel(decision["authority_level"]),
        authority_name=decision["authority_name"],
        honour_text=tidy(words),
        number=decision["number"],
        decided_on=date.fromisoformat(decision["decided_on"]),
        achieved_from=_day(decision["achieved_from"]),
        achieved_to=_day(decision["achieved_to"]),
        content=cell(row, Column.CONTENT),
    )


def name_key(name: str) -> str:
    """Return the key that spellings of one name share."""
    return match_key(tidy(name))


def spellings_of(rows: list[RegisterImportRow]) -> dict[str, dict[str, list[int]]]:
    """Return key → spelling, exactly as written → lines, for subjects and places alike.

    The same unit is a subject in one row and the place of another.
    """
    found: dict[str, dict[str, list[int]]] = {}
    for row in rows:
        for column in (Column.SUBJECT, Column.PLACE):
            name = cell(row, column)
            if name.strip():
                lines = found.setdefault(name_key(name), {}).setdefault(name, [])
                lines.append(row.line)
    return found


def preferred(spellings: Mapping[str, list[int]]) -> str:
    """Return how a name with several spellings is printed: as most rows write it."""
    counted: dict[str, int] = {}
    for spelling, lines in spellings.items():
        counted[tidy(spelling)] = counted.get(tidy(spelling), 0) + len(lines)
    return min(counted, key=lambda name: (-counted[name], name))


def _enter(
    session: Session, row: RegisterImport, answers: Answers, actor: Actor, at: datetime
) -> int:
    spellings = spellings_of(row.rows)
    problems = _unanswered(spellings, answers)
    problems |= {
        f"row.{one.line}": [one.problem]
        for one in row.rows
        if one.problem and one.line not in answers.left_out
    }
    if problems:
        raise InvalidSubmission(problems)
    printed = _printed(spellings, answers)
    subjects: dict[tuple[Any, ...], SubjectRow] = {}
    doubled: dict[str, list[str]] = {}
    seen: dict[tuple[int, str], int] = {}
    entered = 0
    for one in row.rows:
        if one.line in answers.left_out:
            continue
        subject = _subject_of(session, one, printed, answers, subjects, at)
        facts = facts_of_row(one, row.decision)
        first = seen.setdefault((subject.id, facts.honour_text), one.line)
        if first != one.line:
            doubled[f"row.{one.line}"] = [code("row_doubled", one.line, first)]
            continue
        one.subject_id = subject.id
        _keep_spelling(session, subject, facts.subject_text, actor, at)
        _add_entry(session, one, subject, facts, actor, at)
        entered += 1
    if doubled:
        raise InvalidSubmission(doubled)
    session.flush()
    return entered


def _unanswered(
    spellings: Mapping[str, Mapping[str, list[int]]], answers: Answers
) -> dict[str, list[str]]:
    return {
        f"together.{key}": [code("choose_one")]
        for key, written in spellings.items()
        if len(written) > 1 and key not in answers.together
    }


def _printed(
    spellings: Mapping[str, Mapping[str, list[int]]], answers: Answers
) -> dict[str, str]:
    """Return spelling, exactly as written → how it is printed."""
    found = {}
    for key, written in spellings.items():
        one_name = len(written) > 1 and answers.together[key]
        for spelling in written:
            found[spelling] = preferred(dict(written)) if one_name else tidy(spelling)
    return found


def _subject_of(
    session: Session,
    row: RegisterImportRow,
    printed: Mapping[str, str],
    answers: Answers,
    subjects: dict[tuple[Any, ...], SubjectRow],
    at: datetime,
) -> SubjectRow:
    """Return the record of the subject of a row: the chosen one, or one for its name."""
    if row.line in answers.chosen:
        return root_of(session, answers.chosen[row.line])
    kind = kind_of(row) or SubjectKind.COLLECTIVE
    place = cell(row, Column.PLACE)
    name = printed[cell(row, Column.SUBJECT)]
    where = printed.get(place, "")
    known = subjects.get((kind, name, where))
    if known is None:
        known = find_or_make(session, Subject(kind, name), where, at)
        session.flush()
        subjects[kind, name, where] = known
    return known


def _keep_spelling(
    session: Session, subject: SubjectRow, written: str, actor: Actor, at: datetime
) -> None:
    """Let the record know a spelling that a person confirmed."""
    if written == subject.name or any(name.name == written for name in subject.names):
        return
    subject.names.append(
        SubjectName(
            name=written,
            folded_name=fold(written),
            match_key=name_key(written),
            is_former=False,
            confirmed_by_id=actor.person_id,
            confirmed_at=at,
        )
    )


def _add_entry(
    session: Session,
    row: RegisterImportRow,
    subject: SubjectRow,
    facts: AwardFacts,
    actor: Actor,
    at: datetime,
) -> None:
    try:
        checked = checked_facts(facts, day_in_vietnam(at))
        require_new(session, subject.id, checked)
    except InvalidSubmission as error:
        messages = [message for found in error.messages.values() for message in found]
        raise InvalidSubmission({f"row.{row.line}": messages}) from error
    exact = replace(checked, subject_text=facts.subject_text)
    entry = make_entry(exact, subject_id=subject.id, source=EntrySource.FILE, at=at)
    entry.import_row_id = row.id
    entry.entered_by_id = actor.person_id
    session.add(entry)


def _parse(data: bytes) -> tuple[list[str], list[RegisterImportRow]]:
    """Return the header and the rows of a CSV file."""
    text = _decoded(data)
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise _bad_file(code("list_not_csv", reader.line_num)) from error
    if not lines:
        raise _bad_file(code("list_without_rows"))
    header = [name.strip() for name in lines[0][1]]
    _require_columns(header)
    filled = [(line, cells) for line, cells in lines[1:] if any(map(str.strip, cells))]
    if not filled:
        raise _bad_file(code("list_without_rows"))
    if len(filled) > MOST_ROWS:
        raise _bad_file(code("too_many_rows", MOST_ROWS, len(filled)))
    return header, [_row(header, line, cells) for line, cells in filled]


def _decoded(data: bytes) -> str:
    if len(data) > LARGEST_LIST:
        raise _bad_file(code("list_too_large", LARGEST_LIST, len(data)))
    if data.startswith(b"PK"):
        raise _bad_file(code("list_is_workbook"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _bad_file(code("list_not_utf8", line)) from error
    if "\0" in text:
        raise _bad_file(code("list_not_utf8", text.count("\n", 0, text.index("\0")) + 1))
    return text


def _require_columns(header: list[str]) -> None:
    words = list_words().columns
    found = [words[name] for name in map(plain_words, header) if name in words]
    for needed in (Column.SUBJECT, Column.HONOUR):
        if needed not in found:
            names = ", ".join(header)
            raise _bad_file(code("list_lacks_column", _WRITTEN[needed], names))
    for column in Column:
        if found.count(column) > 1:
            raise _bad_file(code("list_column_twice", _WRITTEN[column]))
    if len(set(header)) != len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise _bad_file(code("list_column_twice", twice))


_WRITTEN = {
    Column.SUBJECT: "ten_doi_tuong",
    Column.PLACE: "don_vi_cong_tac",
    Column.SUBJECT_KIND: "phan_loai_khen_thuong",
    Column.HONOUR: "danh_hieu_hinh_thuc",
    Column.CONTENT: "noi_dung",
}
"""Column of ours → the name that a message gives it: one that every list may use."""


def _row(header: list[str], line: int, cells: list[str]) -> RegisterImportRow:
    if len(cells) > len(header):
        extra = ", ".join(cells[len(header) :])
        original = {**dict(zip(header, cells, strict=False)), "": extra}
    else:
        original = dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=True))
    row = RegisterImportRow(line=line, original=original, match_key="", problem="")
    name = cell(row, Column.SUBJECT)
    row.match_key = f"{name_key(name)}|{name_key(cell(row, Column.PLACE))}"
    row.problem = _problem_of(row, len(cells), len(header))
    return row


def _problem_of(row: RegisterImportRow, found: int, expected: int) -> str:
    """Return the message of what keeps a row out of the register; empty: nothing."""
    name, kind = cell(row, Column.SUBJECT), cell(row, Column.SUBJECT_KIND)
    if found != expected:
        return code("row_other_width", found, expected)
    if not tidy(name):
        return code("row_without_subject")
    if len(tidy(name)) > LONGEST_NAME:
        return code("too_long", LONGEST_NAME, len(tidy(name)))
    if not tidy(cell(row, Column.HONOUR)):
        return code("row_without_honour")
    if kind.strip() and kind_of(row) is None:
        return code("row_of_unknown_kind", kind.strip())
    return ""


def _require_counts(rows: list[RegisterImportRow], decision: ListDecision) -> None:
    """Return if the list has as many rows as its decision says (domain rule: they agree)."""
    people = sum(1 for row in rows if kind_of(row) is SubjectKind.INDIVIDUAL)
    found = Counts(collectives=len(rows) - people, individuals=people)
    stated = Counts(
        collectives=found.collectives if decision.collectives is None else decision.collectives,
        individuals=found.individuals if decision.individuals is None else decision.individuals,
    )
    wrong = {
        name: [code("counts_differ", getattr(stated, name), getattr(found, name))]
        for name in counts_differ(stated, found)
    }
    if wrong:
        raise InvalidSubmission(wrong)


def _check_decision(decision: ListDecision, today: date) -> None:
    """:raises InvalidSubmission: its texts do not fit or its days contradict each other."""
    checked_facts(
        AwardFacts(
            subject_text="–",
            honour=Honour.OTHER,
            kind=decision.kind,
            authority_level=decision.authority_level,
            authority_name=decision.authority_name,
            number=decision.number,
            decided_on=decision.decided_on,
            achieved_from=decision.achieved_from,
            achieved_to=decision.achieved_to,
        ),
        today,
    )


def _require_unknown(session: Session, sha256: str) -> None:
    known = session.scalar(
        select(RegisterImport).where(
            RegisterImport.sha256 == sha256, RegisterImport.state != ImportState.DROPPED
        )
    )
    if known is not None:
        day = f"{day_in_vietnam(known.read_at):%d/%m/%Y}"
        raise _bad_file(code("list_known", known.filename, day))


def _bad_file(message: str) -> InvalidSubmission:
    return InvalidSubmission({"file": [message]})


def _lock(session: Session, import_id: int) -> RegisterImport:
    row = session.get(RegisterImport, import_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"register import {import_id}")
    return row


def _require_waiting(row: RegisterImport) -> None:
    if row.state is not ImportState.READ:
        raise NotFound(f"register import {row.id} is {row.state.value}")


def _note(
    session: Session,
    acting: Acting,
    row: RegisterImport,
    action: str,
    detail: dict[str, Any],
    at: datetime,
) -> None:
    about = {"import_id": row.id, "filename": row.filename, **detail}
    acting.note(session, stream=STREAM, action=action, at=at, detail=about)


def _plain(decision: ListDecision) -> dict[str, Any]:
    values = {**decision.__dict__}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
