"""The register of awards as people read it: narrowed, turned page by page, counted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.errors import NotFound, NotPermitted
from engine.queries.register import (
    PAGE_SIZE,
    Place,
    RegisterFilter,
    count_awards,
    find_award_of_case,
    get_entry,
    list_register,
    list_years,
)
from engine.register import annul, correct, make_entry, replace_award
from engine.register_facts import AwardFacts, Letter
from engine.store.database import reading, unit_of_work
from engine.store.models import RegisterEntry, SubjectRow
from engine.subject_records import subject_for
from forms.vocabulary import (
    AnnulmentGround,
    AuthorityLevel,
    Award,
    CommendationKind,
    EntryNature,
    EntrySource,
    EntryState,
    Honour,
    SubjectKind,
)
from tests.statements import counted
from tests.walk import new_key, open_nomination
from tests.ward import NOON

TODAY = date(2030, 12, 2)

FACTS = AwardFacts(
    subject_text="Hội Liên hiệp Phụ nữ phường Vạn Xuân",
    honour=Honour.UNIT_CERTIFICATE,
    kind=CommendationKind.MOVEMENT,
    authority_level=AuthorityLevel.WARD,
    authority_name="Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
    number="15/QĐ-UBND",
    decided_on=date(2026, 1, 20),
)


class Book:
    """The register of a test, written without the commands where they do not matter."""

    def __init__(self, database, ward):
        self.database = database
        self.ward = ward

    def subject(self, name="Hội Liên hiệp Phụ nữ phường Vạn Xuân", **known):
        kind = SubjectKind.INDIVIDUAL if "person_id" in known else SubjectKind.COLLECTIVE
        with unit_of_work(self.database) as session:
            return subject_for(session, kind=kind, name=name, at=NOON, **known).id

    def add(self, subject_id, **changes):
        columns = {
            name: changes.pop(name)
            for name in ("state", "case_id", "authority_unit_id", "about_id")
            if name in changes
        }
        with unit_of_work(self.database) as session:
            entry = make_entry(
                replace(FACTS, **changes),
                subject_id=subject_id,
                source=EntrySource.HAND,
                at=NOON,
            )
            for name, value in columns.items():
                setattr(entry, name, value)
            session.add(entry)
            session.flush()
            return entry.id

    def found(self, who="ward_clerk", after=None, **wanted):
        with reading(self.database) as session:
            actor = self.ward.people[who]
            return list_register(session, actor, RegisterFilter(**wanted), TODAY, after)

    def ids(self, who="ward_clerk", **wanted):
        return [line.id for line in self.found(who, **wanted).entries]

    def shown(self, entry_id, who="ward_clerk"):
        with reading(self.database) as session:
            return get_entry(session, self.ward.people[who], entry_id, TODAY)

    def figures(self, year=None, who="ward_clerk"):
        with reading(self.database) as session:
            actor = self.ward.people[who]
            return {
                (one.year, one.honour, one.level): (one.granted, one.annulled, one.standing)
                for one in count_awards(session, actor, TODAY, year)
            }


@pytest.fixture
def book(database, ward):
    return Book(database, ward)


def test_the_latest_decision_comes_first_and_unknown_days_last(book):
    subject = book.subject()
    unknown = book.add(subject, decided_on=None, number="")
    old = book.add(subject, decided_on=date(2025, 7, 2))
    new = book.add(subject, decided_on=date(2026, 1, 20))
    same_day = book.add(subject, decided_on=date(2026, 1, 20))
    assert book.ids() == [same_day, new, old, unknown]


def test_pages_follow_each_other_without_gap_or_repeat(book):
    subject = book.subject()
    days = [date(2026, 1, 1) + timedelta(days=number // 3) for number in range(80)]
    with unit_of_work(book.database) as session:
        for day in [*days, *[None] * 40]:
            facts = replace(FACTS, decided_on=day)
            session.add(make_entry(facts, subject_id=subject, source=EntrySource.FILE, at=NOON))
    pages, after = [], None
    for _ in range(4):
        page = book.found(after=after)
        pages.append([line.id for line in page.entries])
        assert page.count.number == 120
        after = page.next
        if after is None:
            break
    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 20]
    assert len({one for page in pages for one in page}) == 120
    assert book.found(after=Place(None, 1)).entries == ()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"text": "phu nu"}, ["women"]),
        ({"text": "PHỤ NỮ"}, ["women"]),
        ({"text": "lien hiep"}, ["women"]),
        ({"text": "77/qđ"}, ["school"]),
        ({"text": "100%"}, []),
        ({"year": 2026}, ["women"]),
        ({"year": 2027}, ["school"]),
        ({"year": 123456}, []),
        ({"honour": Honour.PROVINCIAL_MERIT}, ["school"]),
        ({"level": AuthorityLevel.WARD}, ["women"]),
        ({"kind": CommendationKind.MERIT}, ["school"]),
        ({"state": EntryState.ANNULLED}, ["school"]),
        ({"state": EntryState.IN_FORCE}, ["women"]),
        ({"nature": EntryNature.POSTHUMOUS}, []),
    ],
)
def test_the_register_is_narrowed(book, wanted, expected):
    ids = {
        "women": book.add(book.subject(), subject_text="Hội LHPN phường"),
        "school": book.add(
            book.subject("Trường Trung học cơ sở Hoa Ban"),
            subject_text="Trường THCS Hoa Ban",
            honour=Honour.PROVINCIAL_MERIT,
            kind=CommendationKind.MERIT,
            authority_level=AuthorityLevel.PROVINCE,
            number="77/QĐ-UBND",
            decided_on=date(2027, 3, 1),
            state=EntryState.ANNULLED,
        ),
    }
    if wanted == {"text": "phu nu"}:  # the present name of the record is searched too
        assert book.ids(text="lhpn") == [ids["women"]]
    assert book.ids(**wanted) == [ids[name] for name in expected]


WHOLE = (
    "ward_clerk",
    "auditor",
    "ward_chairman",
    "council_secretary",
    "council_member",
    "provincial_clerk",
)


def test_the_offices_read_all_and_a_unit_reads_its_own(book, database, ward):
    with unit_of_work(database) as session:
        case_id = open_nomination(session, ward).id
    of_unit = book.add(book.subject("Trường", unit_id=ward.units["truong"]))
    of_person = book.add(book.subject("Cô", person_id=ward.school_deputy.person_id))
    of_case = book.add(book.subject("Người khác"), case_id=case_id)
    merged = book.subject("Trường cũ")
    of_merged = book.add(merged)
    with unit_of_work(database) as session:
        row = session.get_one(SubjectRow, merged)
        row.merged_into_id = session.scalar(
            select(SubjectRow.id).where(SubjectRow.unit_id == ward.units["truong"])
        )
    foreign = book.add(book.subject("Người ngoài"))
    everything = {of_unit, of_person, of_case, of_merged, foreign}
    for who in WHOLE:
        assert set(book.ids(who)) == everything, who
    for who in ("school_head", "school_clerk"):
        assert set(book.ids(who)) == everything - {foreign}, who
        with pytest.raises(NotFound):
            book.shown(foreign, who)
        assert book.shown(of_case, who).case_reference is not None
    for who in ("company_head", "provincial_chairman"):
        assert book.ids(who) == [], who
        assert book.figures(who=who) == {}
    for who in ("administrator", "pm_clerk"):
        with pytest.raises(NotPermitted):
            book.ids(who)
        with pytest.raises(NotFound):
            book.shown(of_unit, who)
    assert book.shown(of_case, "provincial_clerk").case_reference is None


def test_a_head_reads_what_the_unit_granted(book, ward):
    entry_id = book.add(book.subject(), authority_unit_id=ward.units["tinh"])
    assert book.ids("provincial_chairman") == [entry_id]


def act(book, command, entry_id, **values):
    with unit_of_work(book.database) as session:
        return command(
            session,
            entry_id=entry_id,
            actor=book.ward.ward_clerk,
            at=NOON,
            key=new_key(),
            **values,
        )


def test_an_entry_shows_its_records_on_both_sides(book):
    first = book.add(book.subject())
    letter = Letter("12/UBND", date(2026, 2, 1), "Sai ký hiệu.")
    correction = act(book, correct, first, letter=letter)
    facts = replace(FACTS, number="16/QĐ-UBND")
    second = act(book, replace_award, first, facts=facts, reason="Sai tên.")
    recovery = act(
        book,
        annul,
        second,
        ground=AnnulmentGround.FALSE_PAPERS,
        letter=Letter("40/QĐ-UBND", date(2030, 1, 1), "Giả hồ sơ."),
    )
    shown = book.shown(first)
    assert [one.line.id for one in shown.acts] == [correction]
    assert (shown.replaced_by.id, shown.reason) == (second, "Sai tên.")
    assert (shown.may_write, shown.may_mend, shown.may_annul) == (False, False, False)
    shown = book.shown(second)
    assert shown.replaces.id == first
    assert [one.line.id for one in shown.acts] == [recovery]
    assert shown.acts[0].entered_by == "Hoàng Thị Sổ"
    shown = book.shown(recovery)
    assert (shown.about.id, shown.ground) == (second, AnnulmentGround.FALSE_PAPERS)


def test_only_who_may_act_is_offered_to(book):
    entry_id = book.add(book.subject())
    clerk, chairman = book.shown(entry_id), book.shown(entry_id, "ward_chairman")
    assert (clerk.may_write, clerk.may_mend, clerk.may_annul) == (True, True, True)
    assert (chairman.may_write, chairman.may_mend, chairman.may_annul) == (False,) * 3


def test_annulled_awards_are_subtracted_and_replaced_ones_count_once(book):
    subject = book.subject()
    ids = [book.add(subject) for _ in range(4)]
    act(book, replace_award, ids[0], facts=replace(FACTS, number="16/QĐ-UBND"), reason="Sai.")
    letter = Letter("40/QĐ-UBND", date(2030, 1, 1), "Gian dối.")
    ground = AnnulmentGround.FALSE_DECLARATION
    act(book, annul, ids[1], ground=ground, letter=letter)
    book.add(subject, decided_on=None)
    book.add(subject, decided_on=date(2027, 1, 1))
    key = (Honour.UNIT_CERTIFICATE, AuthorityLevel.WARD)
    assert book.figures() == {
        (2026, *key): (4, 1, 3),
        (2027, *key): (1, 0, 1),
        (None, *key): (1, 0, 1),
    }
    assert list(book.figures()) == [(2027, *key), (2026, *key), (None, *key)]
    assert book.figures(2026) == {(2026, *key): (4, 1, 3)}
    with reading(book.database) as session:
        assert list_years(session, book.ward.ward_clerk, TODAY) == [2030, 2027, 2026]


def test_what_became_of_the_award_of_a_case(book, database, ward):
    with unit_of_work(database) as session:
        case_id = open_nomination(session, ward, award=Award.UNIT_CERTIFICATE).id
    with reading(database) as session:
        assert find_award_of_case(session, case_id) is None
    entry_id = book.add(book.subject(), case_id=case_id)
    with unit_of_work(database) as session:
        session.get_one(RegisterEntry, entry_id).source = EntrySource.CASE
    book.add(
        book.subject(),
        case_id=case_id,
        about_id=entry_id,
        nature=EntryNature.RECOVERED,
        number="40/QĐ-UBND",
    )
    with unit_of_work(database) as session:
        session.get_one(RegisterEntry, entry_id).state = EntryState.ANNULLED
    with reading(database) as session:
        award = find_award_of_case(session, case_id)
    assert (award.entry_id, award.state) == (entry_id, EntryState.ANNULLED)
    assert award.act.number == "40/QĐ-UBND"


def test_a_page_of_the_register_is_two_queries(book, database):
    for _ in range(3):
        book.add(book.subject())
    with reading(database) as session:
        session.connection()
        with counted(database) as statements:
            list_register(session, book.ward.school_head, RegisterFilter(text="a"), TODAY)
    assert len(statements) == 2
