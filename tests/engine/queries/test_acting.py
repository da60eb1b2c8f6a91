"""Decisions found by whoever acted on the way to them, at any level."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, text, update

from engine.assignment import claim_task
from engine.queries import acting
from engine.queries.audit import PAGE_SIZE, DecisionFilter, list_decisions
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    AgendaItem,
    Case,
    CouncilSession,
    Decision,
    DecisionPerson,
    OutgoingPaper,
    Person,
    Review,
)
from engine.text import fold, sort_key
from forms.vocabulary import Award, Level, Outcome, VotingMode
from tests.delegating import stand_in
from tests.engine.council.booths import KEYS, cast, drop_all, take_papers
from tests.engine.council.meetings import AGREE, DISAGREE, hold_meeting
from tests.engine.queries.test_likeness import plans
from tests.outgoing import draft, go
from tests.walk import RETURN, Walk, new_key, on_sqlite
from tests.ward import NOON

DAY = date(2030, 12, 2)


def found(database, ward, name, **wanted):
    """Return the numbers of the decisions that a search by who acted finds."""
    with reading(database) as session:
        page = list_decisions(session, ward.auditor, DecisionFilter(acted=name, **wanted))
        return [one.number for one in page.decisions]


def acted(database):
    """Return who acted on the way to any decision, by name."""
    with reading(database) as session:
        return names_in(session)


def names_in(session):
    rows = select(Person.full_name).join(DecisionPerson, DecisionPerson.person_id == Person.id)
    return set(session.scalars(rows))


@pytest.fixture
def awarded(database, ward):
    walk = Walk(database, ward).open().to("appraise_at_ward")
    walk.do(Outcome.RETURN, **RETURN)
    walk.to("decide_at_ward").do(Outcome.AWARD)
    return walk


def test_whoever_acted_at_any_level_is_found(awarded, database, ward):
    on_the_way = {"school_clerk", "school_head", "ward_clerk", "council_secretary"}
    on_the_way.add("ward_chairman")
    for key, person in ward.people.items():
        wanted = ["309/QĐ-UBND"] if key in on_the_way else []
        assert found(database, ward, person.name) == wanted, key


@on_sqlite
def test_a_name_is_found_by_the_beginnings_of_its_words(awarded, database, ward):
    for name in ("Hoàng Thị Sổ", "hoang", "so hoang", "HOANG t s", "  sổ "):
        assert found(database, ward, name) == ["309/QĐ-UBND"], name
    for name in ("oang", "hoang vi", "%", "hoang thi so ba"):
        assert found(database, ward, name) == [], name
    with unit_of_work(database) as session:
        person = session.get_one(Person, ward.ward_clerk.person_id)
        person.folded_name = fold("Y Niê-K'Tiên")
    for name in ("tien", "k'tien", "nie y"):
        assert found(database, ward, name) == ["309/QĐ-UBND"], name


@on_sqlite
def test_a_case_without_a_decision_is_not_found(database, ward):
    Walk(database, ward).open().to("decide_at_ward")
    assert acted(database) == set()


@on_sqlite
def test_in_whose_name_somebody_acted_is_found_too(database, ward):
    walk = Walk(database, ward).open().to("appraise_at_ward")
    member = stand_in(database, ward.ward_clerk, ward.council_member)
    with unit_of_work(database) as session:
        claim_task(session, task_id=walk.task().id, actor=member, at=NOON, key=new_key())
    walk.do(Outcome.RECOMMEND, actor=member)
    walk.to("decide_at_ward").do(Outcome.AWARD)
    for person in (ward.ward_clerk, ward.council_member):
        assert found(database, ward, person.name) == ["309/QĐ-UBND"]
    with unit_of_work(database) as session:  # as where a delegation is known only later
        given = session.scalars(select(Review.delegation_id).order_by(Review.id.desc())).all()
        under = next(one for one in given if one)
        reviews = update(Review).where(Review.delegation_id == under)
        session.execute(reviews.values(delegation_id=None))
        assert ward.ward_clerk.name not in names_in(session)
        of_member = Review.reviewed_by_id == member.person_id
        session.execute(update(Review).where(of_member).values(delegation_id=under))
        assert ward.ward_clerk.name in names_in(session)


@on_sqlite
def test_who_signed_a_paper_is_found_and_no_longer_when_the_signature_is_gone(database, ward):
    walk = Walk(database, ward).open().to("decide_at_ward")
    paper_id = draft(database, ward, [walk])
    go(database, ward, paper_id, "issue")
    assert ward.ward_chairman.name in acted(database)
    with unit_of_work(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id)
        paper.signed_by_id = ward.ward_deputy.person_id
    assert ward.ward_deputy.name in acted(database)
    with unit_of_work(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id)
        paper.signed_by_id = ward.ward_chairman.person_id
    assert ward.ward_deputy.name not in acted(database)


def decide(meeting):
    """Let there be a decision on the first case of a session."""
    with unit_of_work(meeting.database) as session:
        item = session.get_one(AgendaItem, meeting.items[0])
        session.add(
            Decision(
                case_id=item.case_id,
                award=Award.UNIT_CERTIFICATE,
                level=Level.WARD,
                authority_unit_id=meeting.council.unit_id,
                number="1/QĐ-UBND",
                year=2030,
                signed_on=DAY,
                signer_name="Đặng Văn Ký",
                signer_title="Chủ tịch",
                recorded_from_paper=False,
            )
        )


@on_sqlite
def test_open_votes_written_opinions_and_minutes_are_found(database, ward):
    meeting = hold_meeting(database, ward, size=7)
    members = [one.name for one in meeting.council.members]
    meeting.absent(4)
    meeting.write(4, DISAGREE)
    meeting.substituted(6)
    voting = meeting.put()
    for place in (1, 2, 3):
        meeting.cast(voting, place, AGREE)
    meeting.cast(voting, 6, AGREE, actor=meeting.council.substitute)
    decide(meeting)
    voted = {*members[1:5], meeting.council.substitute.name}
    assert acted(database) == voted
    with unit_of_work(database) as session:
        row = session.get_one(CouncilSession, meeting.id)
        row.secretary_signed_at = row.chair_signed_at = NOON
    assert acted(database) == voted | {members[0], meeting.secretary.name}
    with unit_of_work(database) as session:
        row = session.get_one(CouncilSession, meeting.id)
        row.secretary_signed_at = row.chair_signed_at = None
    assert acted(database) == voted


@on_sqlite
@pytest.mark.parametrize("mode", [VotingMode.SECRET_ELECTRONIC, VotingMode.SECRET_PAPER])
def test_nobody_is_found_by_a_secret_ballot(database, ward, mode):
    meeting = hold_meeting(database, ward, size=5, mode=mode)
    if mode is VotingMode.SECRET_ELECTRONIC:
        drop_ballots(meeting)
    decide(meeting)
    assert acted(database) == set()
    for member in meeting.council.members:
        assert found(database, ward, member.name) == []


def drop_ballots(meeting):
    """Let every member take a paper, drop it, and the vote be counted."""
    database = meeting.database
    voting = meeting.put(keys=KEYS[:1])
    booths = [take_papers(database, voting, one) for one in meeting.council.members]
    cast(database, meeting, voting)
    for booth in booths:
        drop_all(database, booth)
    meeting.close(voting)


# ---- Many decisions


MANY = 3 * PAGE_SIZE


@pytest.fixture
def crowd(awarded, database, ward):
    """Many decisions, each with a few of thirty people; days repeat."""
    chance = random.Random(6)  # noqa: S311
    with unit_of_work(database) as session:
        people = []
        for number in range(30):
            name = f"Cầm Văn {'Út' if number % 3 else 'Cả'} {chr(65 + number % 26)}"
            person = Person(full_name=name, folded_name=fold(name), sort_key=sort_key(name))
            session.add(person)
            session.flush()
            people.append(person.id)
        case = dict(session.execute(select(Case.__table__).limit(1)).mappings().one())
        made = dict(session.execute(select(Decision.__table__).limit(1)).mappings().one())
        acts = []
        for place in range(2, MANY + 2):
            own = {"id": place, "reference": f"HS-2030-{place:04d}"}
            session.execute(insert(Case.__table__), case | own)
            day = DAY - timedelta(days=chance.randrange(20))
            of_case = {"id": place, "case_id": place, "number": f"{place}/QĐ", "signed_on": day}
            award = chance.choice([Award.UNIT_CERTIFICATE, Award.LABOR_ORDER])
            session.execute(insert(Decision.__table__), made | of_case | {"award": award})
            acts += [
                {"person_id": one, "signed_on": day, "decision_id": place}
                for one in chance.sample(people, 3)
            ]
        session.execute(insert(DecisionPerson), acts)
    return acts


def all_pages(session, ward, wanted):
    """Return the ids of all decisions that are found, page after page."""
    seen, after = [], None
    while True:
        page = list_decisions(session, ward.auditor, wanted, after)
        assert len(page.decisions) == PAGE_SIZE or page.next is None
        seen += [one.id for one in page.decisions]
        if page.next is None:
            return seen
        after = page.next


WANTED = (
    {},
    {"from_day": DAY - timedelta(days=9), "to_day": DAY - timedelta(days=3)},
    {"award": Award.LABOR_ORDER},
    {"text": "vi du", "to_day": DAY - timedelta(days=2)},
)


@pytest.mark.parametrize("rare", [acting.RARE, 0])
def test_pages_of_who_acted_follow_each_other(crowd, database, ward, monkeypatch, rare):
    monkeypatch.setattr(acting, "RARE", rare)
    with reading(database) as session:
        rows = {row.id: row for row in session.scalars(select(Decision))}
        names = {row.id: row.folded_name for row in session.scalars(select(Person))}
        for name in ("cam", "cam ca", "cam a"):
            words = name.split()
            mine = {
                one["decision_id"]
                for one in crowd
                if all(f" {word}" in f" {names[one['person_id']]}" for word in words)
            }
            for wanted in WANTED:
                asked = DecisionFilter(acted=name, **wanted)
                expected = [
                    row
                    for row in (rows[one] for one in mine)
                    if (asked.award is None or row.award is asked.award)
                    and (asked.from_day is None or row.signed_on >= asked.from_day)
                    and (asked.to_day is None or row.signed_on <= asked.to_day)
                ]
                expected.sort(key=lambda one: (one.signed_on, one.id), reverse=True)
                ids = [one.id for one in expected]
                assert all_pages(session, ward, asked) == ids, (name, wanted)


def test_a_name_of_too_many_finds_nothing_and_says_so(crowd, database, ward, monkeypatch):
    monkeypatch.setattr(acting, "MOST_PEOPLE", 5)
    with reading(database) as session:
        page = list_decisions(session, ward.auditor, DecisionFilter(acted="cam"))
        assert (page.decisions, page.next) == ((), None)
        assert not page.acting.is_whole
        assert len(page.acting.people) == 5
        page = list_decisions(session, ward.auditor, DecisionFilter(acted="cam a"))
        assert [one.name for one in page.acting.people] == ["Cầm Văn Cả A", "Cầm Văn Út A"]


def test_the_latest_of_a_person_are_read_by_index_alone(crowd, database, ward):
    with database.begin() as connection:
        connection.execute(text("ANALYZE"))
    ids = [crowd[0]["person_id"]]
    span = acting.Span(None, None, None)
    with reading(database) as session:
        if database.dialect.name == "postgresql":
            session.execute(text("SET enable_seqscan = off"))
        read = plans(
            session,
            lambda: session.execute(acting.latest_decisions(session, ids, span, 51)).all(),
        )
    assert "SCAN decision_people" not in read
    assert "Seq Scan on decision_people" not in read
