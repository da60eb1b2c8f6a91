"""The list of a dossier's papers: who ticks it, what is refused, what is kept."""

import pytest
from sqlalchemy import select

from engine.dossier_papers import hash_ticks, tick_papers, ticks_of
from engine.errors import (
    CaseClosed,
    ContentChanged,
    InvalidSubmission,
    KeyReused,
    NotFound,
    NotPermitted,
)
from engine.queries.dossier_papers import get_papers
from engine.settings import put_setting
from engine.store.database import reading, unit_of_work
from engine.store.models import DossierPaper, JournalEntry
from forms.vocabulary import Award, DossierPart, Outcome, PaperState, SubjectKind
from tests.walk import SUPPLEMENT, Walk, new_key, on_sqlite, traces
from tests.ward import NOON

THERE = {"state": "there", "note": "Bản giấy có dấu"}
MISSING = {"state": "missing"}


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")


def seen(walk):
    with reading(walk.database) as session:
        return hash_ticks(ticks_of(session, walk.case_id))


def tick(walk, actor=None, **changes):
    with unit_of_work(walk.database) as session:
        return tick_papers(
            session,
            **{
                "case_id": walk.case_id,
                "actor": actor or walk.ward.ward_clerk,
                "ticks": {"statement": THERE},
                "seen": seen(walk),
                "at": NOON,
                "key": new_key(),
            }
            | changes,
        )


def shown(walk, actor=None):
    with reading(walk.database) as session:
        return get_papers(session, actor or walk.ward.ward_clerk, walk.case_id, NOON)


def rows(walk):
    with reading(walk.database) as session:
        return session.execute(
            select(DossierPaper.paper, DossierPaper.is_there, DossierPaper.note).order_by(
                DossierPaper.id
            )
        ).all()


def test_the_unit_sees_what_the_clerk_ticked(walk, ward):
    tick(walk, ticks={"statement": THERE, "review_minutes": MISSING})
    found = {one.paper: one for one in shown(walk, ward.school_clerk).papers}
    assert found[DossierPart.STATEMENT].state is PaperState.THERE
    assert found[DossierPart.STATEMENT].note == "Bản giấy có dấu"
    assert found[DossierPart.STATEMENT].ticked.name == "Hoàng Thị Sổ"
    assert found[DossierPart.REVIEW_MINUTES].state is PaperState.MISSING
    assert found[DossierPart.ACHIEVEMENT_REPORT].state is PaperState.UNSEEN
    assert not shown(walk, ward.school_clerk).may_tick
    assert shown(walk).may_tick


def test_the_list_says_what_is_missing_and_what_nobody_looked_at(walk):
    tick(walk, ticks={"statement": THERE, "review_minutes": MISSING})
    papers = shown(walk)
    assert [one.paper for one in papers.missing] == [DossierPart.REVIEW_MINUTES]
    # The nomination of the walk claims initiatives, so that its confirmation is needed.
    assert [one.paper for one in papers.unseen] == [
        DossierPart.ACHIEVEMENT_REPORT,
        DossierPart.CONFIRMATION,
    ]


def test_a_tick_is_changed_and_taken_back(walk):
    tick(walk)
    tick(walk, ticks={"statement": MISSING})
    assert rows(walk) == [("statement", False, "")]
    tick(walk, ticks={"statement": {"state": "unseen"}})
    assert rows(walk) == []


def test_the_journal_says_which_papers_changed_and_how(walk, ward):
    tick(walk)
    tick(walk, ticks={"statement": THERE, "review_minutes": MISSING})
    with reading(walk.database) as session:
        entries = session.scalars(
            select(JournalEntry)
            .where(JournalEntry.action == "papers.ticked")
            .order_by(JournalEntry.seq)
        ).all()
        session.expunge_all()
    assert [entry.detail for entry in entries] == [
        {"papers": {"statement": ["unseen", "there"]}},
        {"papers": {"review_minutes": ["unseen", "missing"]}},
    ]
    assert entries[0].actor_id == ward.ward_clerk.person_id
    assert entries[0].unit_id == ward.units["phuong"]
    assert walk.check() == []


def test_a_list_that_says_the_same_writes_nothing(walk):
    tick(walk)
    before = walk.case().version
    tick(walk)
    assert walk.case().version == before


def test_a_second_click_ticks_once(walk):
    key, old = new_key(), seen(walk)
    for _ in range(2):
        tick(walk, key=key, seen=old)
    assert len(rows(walk)) == 1
    with pytest.raises(KeyReused):
        tick(walk, key=key, seen=old, ticks={"statement": MISSING})


def test_a_clerk_who_read_an_older_list_changes_nothing(walk):
    old = seen(walk)
    tick(walk)
    with pytest.raises(ContentChanged):
        tick(walk, seen=old, ticks={"statement": MISSING})
    assert rows(walk) == [("statement", True, "Bản giấy có dấu")]


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("school_clerk", NotPermitted),
        ("ward_chairman", NotPermitted),
        ("auditor", NotPermitted),
        ("company_clerk", NotFound),
    ],
)
@on_sqlite
def test_nobody_else_ticks(walk, ward, who, error):
    before = traces(walk.database)
    with pytest.raises(error):
        tick(walk, ward.people[who])
    assert traces(walk.database) == before
    assert rows(walk) == []


@on_sqlite
def test_nobody_ticks_before_the_ward_has_the_nomination(database, ward):
    walk = Walk(database, ward).open()
    with pytest.raises(NotFound):
        tick(walk)


@on_sqlite
def test_nobody_ticks_when_all_is_over(walk):
    walk.do(Outcome.REJECT)
    with pytest.raises(CaseClosed):
        tick(walk)


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        pytest.param({"letter": THERE}, {"letter": ["not_in_list|letter"]}, id="paper"),
        pytest.param(
            {"public_notice": THERE},
            {"public_notice": ["not_in_list|public_notice"]},
            id="paper-of-another-award",
        ),
        pytest.param(
            {"statement": {"state": "lost"}},
            {"statement.state": ["not_in_list|lost"]},
            id="state",
        ),
        pytest.param({"statement": {}}, {"statement.state": ["choose_one"]}, id="nothing"),
        pytest.param(
            {"statement": {**THERE, "attachment": "9"}},
            {"statement.attachment": ["not_in_list|9"]},
            id="no-such-file",
        ),
        pytest.param(
            {"statement": {**THERE, "note": "x" * 201}},
            {"statement.note": ["too_long|200|201"]},
            id="201",
        ),
    ],
)
@on_sqlite
def test_what_is_not_on_the_list_is_refused_as_a_whole(walk, ticks, expected):
    with pytest.raises(InvalidSubmission) as refusal:
        tick(walk, ticks={"review_minutes": MISSING, **ticks})
    assert refusal.value.messages == expected
    assert rows(walk) == []


@on_sqlite
def test_confirmations_of_an_enterprise_are_needed_where_the_office_says_so(database, ward):
    walk = Walk(database, ward).open()
    with unit_of_work(database) as session:
        put_setting(
            session,
            name="enterprise_confirmations",
            value="required",
            actor=ward.administrator,
            at=NOON,
        )
        case = walk.case()
        case.subject_kind = SubjectKind.ENTERPRISE
        session.merge(case)
    found = {one.paper: one.listed for one in shown(walk).papers}
    assert found[DossierPart.ENTERPRISE_CONFIRMATION].is_needed


def test_a_tick_from_before_a_new_submission_is_marked_as_older(walk):
    tick(walk)
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    later = Walk(walk.database, walk.ward, walk.case_id, at=NOON.replace(hour=9))
    later.to("appraise_at_ward")
    (statement,) = (one for one in shown(walk).papers if one.ticked)
    assert statement.ticked.is_older
