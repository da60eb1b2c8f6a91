"""Which records may be one subject: equal names, other names, a name that goes on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, Row, Select, and_, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from engine.store.models import SubjectName, SubjectRow
from engine.subject_names import match_key
from engine.subject_records import root_of
from forms.vocabulary import SubjectKind, Word

LEAST_WORDS = 2
"""Words of the shorter of two names of which one goes on: "Hội" begins too many."""

MOST_EQUAL = 200
"""Records with an equal name that are looked at."""

MOST_LONGER = 20
"""Records of one kind whose names go on after the given one that are looked at."""


class Likeness(Word):
    """Why a record may be the same subject; the strongest first."""

    SAME = "same", "Cùng tên, cùng nơi", "Same name, same place"
    SAME_NAME = "same_name", "Cùng tên", "Same name"
    OTHER_NAME = "other_name", "Trùng tên cũ hoặc cách viết khác", "A former name or spelling"
    ELSEWHERE = "elsewhere", "Cùng tên, ghi nơi khác", "Same name, another place"
    CONTINUED = "continued", "Tên này tiếp nối tên kia", "One name goes on after the other"


@dataclass(frozen=True)
class Suggestion:
    """A record that may be the subject; a person says whether it is."""

    subject_id: int
    name: str
    kind: SubjectKind
    place: str
    likeness: Likeness
    matched: str
    """The name that is alike, as it was written."""
    dissolved_on: date | None


def suggest(
    session: Session,
    kind: SubjectKind,
    name: str,
    place: str = "",
    limit: int = 8,
    *,
    but: Collection[int] = (),
) -> list[Suggestion]:
    """Return records that may be the subject called ``name``, the likeliest first.

    In one query, by indexes alone, and one more for each merged record that is found. A
    person is never suggested for a collective, nor the other way round.

    :param but: records that are not meant.
    """
    key = match_key(name)
    if not key:
        return []
    statement = _FOR_PEOPLE if kind is SubjectKind.INDIVIDUAL else _FOR_OTHERS
    best: dict[int, tuple[tuple[Any, ...], Suggestion]] = {}
    for row in session.execute(statement, {**_asked(key), "place": place}):
        record = root_of(session, row.id) if row.merged_into_id else None
        if row.id in but or (record is not None and record.id in but):
            continue
        rank, found = _judge(row, record, key, place)
        known = best.get(found.subject_id)
        if known is None or rank < known[0]:
            best[found.subject_id] = (rank, found)
    ranked = sorted(best.values(), key=lambda one: one[0])
    return [found for _, found in ranked[:limit]]


def _asked(key: str) -> dict[str, Any]:
    """Return the parameters of the statements.

    Names that go on after a key with a word lie between the key with a space and the key
    with the character that follows the space.
    """
    words = key.split()
    goes_on = len(words) >= LEAST_WORDS
    return {
        "key": key,
        "begun": [" ".join(words[:count]) for count in range(LEAST_WORDS, len(words))],
        "after": f"{key} ",
        "until": f"{key}!" if goes_on else f"{key} ",
    }


def _judge(
    row: Row[*tuple[Any, ...]], record: SubjectRow | None, key: str, place: str
) -> tuple[tuple[Any, ...], Suggestion]:
    """Return a record that was found, and what sorts it: the likelier, the smaller."""
    same_place = _is_same_place(row.place, place)
    if row.key != key:
        likeness = Likeness.CONTINUED
    elif row.is_other or record is not None:
        likeness = Likeness.OTHER_NAME
    else:
        likeness = _BY_PLACE[same_place]
    stands = row if record is None else record
    found = Suggestion(
        subject_id=stands.id,
        name=stands.name,
        kind=stands.kind,
        place=stands.place,
        likeness=likeness,
        matched=row.written,
        dissolved_on=stands.dissolved_on,
    )
    words_apart = abs(row.key.count(" ") - key.count(" "))
    return (_RANK[likeness], same_place is not True, words_apart, found.subject_id), found


def _is_same_place(one: str, other: str) -> bool | None:
    """Whether two places are one or lie within each other; None where one is unknown."""
    keys = match_key(one), match_key(other)
    if not all(keys):
        return None
    shorter, longer = sorted(keys, key=len)
    return f" {longer} ".find(f" {shorter} ") >= 0


_BY_PLACE = {True: Likeness.SAME, None: Likeness.SAME_NAME, False: Likeness.ELSEWHERE}

_RANK = {likeness: place for place, likeness in enumerate(Likeness)}


def _parts(base: Select[Any], column: Any) -> list[Select[Any]]:
    """Return the rows with an equal name, with a name begun, and with one that goes on.

    Those of the same place come by themselves, so that many namesakes do not hide them.
    """
    goes_on = and_(column >= bindparam("after"), column < bindparam("until"))
    equal = base.where(column == bindparam("key"))
    here = SubjectRow.__table__.c.place == bindparam("place")
    parts = [
        equal.where(here).limit(MOST_EQUAL),
        equal.limit(MOST_EQUAL),
        base.where(column.in_(bindparam("begun", expanding=True))).limit(MOST_EQUAL),
        base.where(goes_on).order_by(column).limit(MOST_LONGER),
    ]
    return [select(part.subquery()) for part in parts]


def _statement(*kinds: SubjectKind) -> CompoundSelect[Any]:
    """Return the query for ``kinds``; in each part an index finds a few rows."""
    record = SubjectRow.__table__.c
    name = SubjectName.__table__.c
    columns = (
        record.id,
        record.name,
        record.kind,
        record.place,
        record.merged_into_id,
        record.dissolved_on,
    )
    present = select(
        *columns,
        record.match_key.label("key"),
        record.name.label("written"),
        literal(value=False).label("is_other"),
    )
    other = select(
        *columns,
        name.match_key.label("key"),
        name.name.label("written"),
        literal(value=True).label("is_other"),
    ).join_from(SubjectName.__table__, SubjectRow.__table__)
    parts = [
        part
        for kind in kinds
        for part in (
            *_parts(present.where(record.kind == kind), record.match_key),
            *_parts(other.where(record.kind == kind), name.match_key),
        )
    ]
    return union_all(*parts)


_FOR_PEOPLE = _statement(SubjectKind.INDIVIDUAL)
_FOR_OTHERS = _statement(*(kind for kind in SubjectKind if kind is not SubjectKind.INDIVIDUAL))
"""A collective may have been nominated as an enterprise or a household before."""
