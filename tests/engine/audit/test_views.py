"""Who read a case or took something away is noted, once an hour."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.audit.views import STREAM, Sight, find_view, note_view
from engine.errors import NotPermitted
from engine.queries.access import PAGE_SIZE, AccessFilter, list_access
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalEntry
from forms.vocabulary import AccessKind, Outcome
from tests.walk import Walk, on_sqlite
from tests.ward import NOON

CASE = Sight(AccessKind.CASE, reference="HS-2030-0001")


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open().to("appraise_at_ward")


def see(database, actor, sight=CASE, at=NOON):
    """Open a page, as the program does it; return whether that was noted."""
    with reading(database) as session:
        view = find_view(session, actor, sight, at)
    if view is not None:
        with unit_of_work(database) as session:
            note_view(session, actor, view, at)
    return view is not None


def lines(database, actor, after=None, **wanted):
    with reading(database) as session:
        return list_access(session, actor, AccessFilter(**wanted), after)


def test_a_view_is_noted_once_an_hour_and_in_the_journal(walk, database, ward):
    minutes = (0, 59, 61, 90, 121)
    noted = [see(database, ward.auditor, at=NOON + timedelta(minutes=one)) for one in minutes]
    assert noted == [True, False, True, False, True]
    with reading(database) as session:
        chosen = select(JournalEntry).where(JournalEntry.stream == STREAM)
        entries = session.scalars(chosen.order_by(JournalEntry.seq)).all()
        assert [one.seq for one in entries] == [1, 2, 3]
        assert entries[0].facts == {"kind": "case", "case_id": walk.case_id}
    first = lines(database, ward.auditor).lines[-1]
    assert (first.person_name, first.reference) == ("Tô Văn Soát", "HS-2030-0001")
    assert (first.seen_at, first.journal_seq) == (NOON, 1)


@on_sqlite
@pytest.mark.parametrize(
    ("who", "is_noted"),
    [
        ("school_head", False),  # of the unit that submits it
        ("ward_clerk", False),  # it waits for them
        ("ward_chairman", True),  # it waits for somebody else
        ("auditor", True),
        ("administrator", True),
    ],
)
def test_whose_work_it_is_leaves_no_line(walk, database, ward, who, is_noted):
    assert see(database, ward.people[who]) is is_noted


@on_sqlite
def test_when_the_task_is_done_a_clerk_leaves_a_line(walk, database, ward):
    walk.do(Outcome.RECOMMEND)
    assert see(database, ward.ward_clerk)


@on_sqlite
def test_papers_and_exports_are_noted_of_everybody(walk, database, ward):
    paper = Sight(AccessKind.PAPER, "bao-cao", 1, CASE.reference)
    extract = Sight(AccessKind.EXPORT, "trich-so")
    for sight in (paper, extract, Sight(AccessKind.PAPER, "bao-cao", 2, CASE.reference)):
        assert see(database, ward.ward_clerk, sight)
        assert not see(database, ward.ward_clerk, sight)
    found = lines(database, ward.auditor).lines
    assert [one.kind.value for one in found] == ["paper", "export", "paper"]
    assert [one.reference is None for one in found] == [False, True, False]


@on_sqlite
def test_two_at_once_are_noted_once(walk, database, ward):
    with reading(database) as session:
        view = find_view(session, ward.auditor, CASE, NOON)
    for _time in range(2):
        with unit_of_work(database) as session:
            note_view(session, ward.auditor, view, NOON)
    assert len(lines(database, ward.auditor).lines) == 1


def test_the_log_is_narrowed_and_turned(walk, database, ward):
    Walk(database, ward).open()
    for hour in range(PAGE_SIZE + 1):
        see(database, ward.auditor, at=NOON + timedelta(hours=2 * hour))
    see(database, ward.ward_chairman, Sight(AccessKind.CASE, reference="HS-2030-0002"))
    page = lines(database, ward.auditor, person="to van soat", reference="hs-2030-0001")
    rest = lines(database, ward.auditor, page.next, person="to van soat")
    assert (len(page.lines), len(rest.lines), rest.next) == (PAGE_SIZE, 1, None)
    (other,) = lines(database, ward.auditor, reference="HS-2030-0002").lines
    assert other.person_name == "Đặng Văn Ký"
    day = NOON.date()
    assert len(lines(database, ward.auditor, from_day=day, to_day=day).lines) == 7
    assert lines(database, ward.auditor, kind=AccessKind.FILE).lines == ()


@on_sqlite
def test_only_auditors_read_the_log(database, ward):
    with pytest.raises(NotPermitted):
        lines(database, ward.administrator)
