"""A decision over several cases: from its draft to its number, and into all its cases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.cases import Subject
from engine.errors import (
    CasesLeft,
    InvalidSubmission,
    NotFound,
    NotPermitted,
    NumberTaken,
    OnOutgoingPaper,
    PaperNotReady,
    SecondSignOff,
)
from engine.outgoing import awards, steps
from engine.outgoing.access import stream_of
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    Decision,
    GivenNumber,
    JournalEntry,
    OutgoingPaper,
    Paper,
    RegisterEntry,
)
from forms.vocabulary import Award, CaseState, Outcome, OutgoingState, SubjectKind
from tests.outgoing import TODAY, WAY, draft, go
from tests.walk import NOON, Walk, on_sqlite


@pytest.fixture
def walks(database, ward):
    """Three nominations that wait for the ward chairman's decision."""
    return [Walk(database, ward).open().to("decide_at_ward") for _ in range(3)]


def read(database, paper_id):
    """Return a paper as it is now, detached."""
    with reading(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id)
        _ = paper.content
        session.expunge_all()
        return paper


def test_one_paper_decides_all_its_cases(database, ward, walks):
    paper_id = draft(database, ward, walks)
    go(database, ward, paper_id, "archive")
    paper = read(database, paper_id)
    assert (paper.number, paper.state) == ("01/QĐ-UBND", OutgoingState.ARCHIVED)
    assert paper.content.startswith(b"%PDF")
    assert [walk.case().state for walk in walks] == [CaseState.AWARDED] * 3
    assert all(walk.check() == [] for walk in walks)
    with reading(database) as session:
        decisions = session.scalars(select(Decision)).all()
        assert {one.number for one in decisions} == {"01/QĐ-UBND"}
        assert {one.outgoing_id for one in decisions} == {paper_id}
        assert {one.kind for one in session.scalars(select(Paper))} == {"certificate"}
        entries = session.scalars(select(RegisterEntry)).all()
        assert {entry.number for entry in entries} == {"01/QĐ-UBND"}


def test_the_signer_decides_and_the_clerk_issues(database, ward, walks):
    paper_id = draft(database, ward, walks)
    go(database, ward, paper_id, "issue")
    assert {walk.journal()[-1].actor_id for walk in walks} == {ward.ward_chairman.person_id}
    with reading(database) as session:
        rows = session.execute(
            select(JournalEntry.action, JournalEntry.actor_id)
            .where(JournalEntry.stream == stream_of(paper_id))
            .order_by(JournalEntry.seq)
        ).all()
    assert [row.action.removeprefix("paper.") for row in rows] == [
        "drafted",
        "content_checked",
        "format_checked",
        "approved",
        "signed",
        "numbered",
        "issued",
    ]
    assert rows[-1].actor_id == ward.ward_clerk.person_id


@on_sqlite
def test_who_wrote_it_does_not_answer_for_its_content(database, ward, walks):
    paper_id = draft(database, ward, walks)
    with pytest.raises(SecondSignOff):
        go(database, ward, paper_id, "check_content", actor=ward.ward_clerk)
    go(database, ward, paper_id, "check_content")
    with pytest.raises(SecondSignOff):
        go(
            database,
            ward,
            paper_id,
            "check_format",
            since="check_format",
            actor=ward.ward_deputy,
        )


@on_sqlite
@pytest.mark.parametrize(
    ("step", "key"),
    [
        ("approve", "ward_clerk"),
        ("sign", "ward_clerk"),
        ("check_content", "school_head"),
        ("issue", "auditor"),
    ],
)
def test_each_step_is_for_its_people(database, ward, walks, step, key):
    paper_id = draft(database, ward, walks)
    before = WAY[[name for name, _ in WAY].index(step) - 1][0]
    if step != "check_content":
        go(database, ward, paper_id, before)
    with pytest.raises((NotPermitted, NotFound)):
        go(database, ward, paper_id, step, since=step, actor=ward.people[key])


@on_sqlite
def test_a_step_out_of_turn_is_refused(database, ward, walks):
    paper_id = draft(database, ward, walks)
    for step in ("check_format", "approve", "sign", "number", "issue", "archive"):
        with pytest.raises(PaperNotReady):
            go(database, ward, paper_id, step, since=step)


@on_sqlite
def test_a_case_on_a_checked_paper_is_decided_by_no_other_way(database, ward, walks):
    paper_id = draft(database, ward, walks)
    go(database, ward, paper_id, "check_content")
    with pytest.raises(OnOutgoingPaper):
        walks[0].do(Outcome.AWARD)
    with pytest.raises(OnOutgoingPaper):
        walks[0].do(Outcome.REJECT, deviation_reason="Hồ sơ trùng.")
    with unit_of_work(database) as session:
        steps.send_back(
            session, paper_id=paper_id, reason="Sửa tên.", actor=ward.ward_clerk, at=NOON
        )
    walks[0].do(Outcome.AWARD)
    assert walks[0].case().state is CaseState.AWARDED


@on_sqlite
def test_a_case_that_left_the_draft_stops_it(database, ward, walks):
    paper_id = draft(database, ward, walks)
    walks[0].do(Outcome.RETURN)
    with pytest.raises(CasesLeft) as caught:
        go(database, ward, paper_id, "check_content")
    assert caught.value.facts["references"] == walks[0].case().reference


@on_sqlite
def test_a_case_stands_on_one_draft(database, ward, walks):
    draft(database, ward, walks)
    with pytest.raises(InvalidSubmission) as caught:
        draft(database, ward, walks[:1])
    assert "on_another_paper" in caught.value.messages["task_ids"][0]


@on_sqlite
def test_cases_of_one_decision_are_alike(database, ward, walks):
    other = Walk(database, ward).open(round_id=ward.annual_id).to("decide_at_ward")
    with pytest.raises(InvalidSubmission) as caught:
        draft(database, ward, [*walks, other])
    assert "not_alike" in caught.value.messages["task_ids"][0]


@on_sqlite
def test_a_ward_drafts_no_decision_on_what_the_province_decides(database, ward):
    merit = Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("decide_at_ward")
    with pytest.raises(NotFound):
        draft(database, ward, [merit])
    merit.to("decide_at_province")
    paper_id = draft(
        database,
        ward,
        [merit],
        unit_id=ward.units["tinh"],
        actor=ward.provincial_clerk,
    )
    assert read(database, paper_id).award is Award.PROVINCIAL_MERIT


@on_sqlite
def test_nobody_signs_a_decision_on_themselves(database, ward):
    chairman = ward.ward_chairman
    walk = Walk(database, ward).open(
        subject=Subject(SubjectKind.INDIVIDUAL, chairman.name, person_id=chairman.person_id)
    )
    walk.submissions["nomination.v1"] |= {"subject_name": chairman.name}
    walk.to("decide_at_ward")
    paper_id = draft(database, ward, [walk])
    go(database, ward, paper_id, "approve")
    with pytest.raises(NotPermitted):
        go(database, ward, paper_id, "sign", since="sign")


@on_sqlite
def test_a_typed_number_and_a_given_one_never_meet(database, ward, walks):
    walks[0].do(Outcome.AWARD, number="07/QĐ-UBND")
    paper_id = draft(database, ward, walks[1:2])
    go(database, ward, paper_id, "issue")
    assert read(database, paper_id).number == "08/QĐ-UBND"
    with pytest.raises(NumberTaken):
        walks[2].do(Outcome.AWARD, number="08/QĐ-UBND")


@on_sqlite
def test_a_cancelled_number_keeps_its_row_and_is_never_given_again(database, ward, walks):
    paper_id = draft(database, ward, walks)
    go(database, ward, paper_id, "number")
    with unit_of_work(database) as session:
        steps.cancel(
            session, paper_id=paper_id, reason="In sai.", actor=ward.ward_clerk, at=NOON
        )
    assert read(database, paper_id).content is None
    go(database, ward, paper_id, "issue", since="number")
    assert read(database, paper_id).number == "02/QĐ-UBND"
    with reading(database) as session:
        rows = session.execute(
            select(GivenNumber.symbol, GivenNumber.cancel_reason).order_by(GivenNumber.number)
        ).all()
    assert rows == [
        ("01/QĐ-UBND", "In sai."),
        ("02/QĐ-UBND", ""),
    ]


@on_sqlite
@pytest.mark.parametrize("days", [-1, 1])
def test_a_date_before_the_signature_or_to_come_is_refused(database, ward, walks, days):
    paper_id = draft(database, ward, walks)
    go(database, ward, paper_id, "sign")
    with pytest.raises(InvalidSubmission) as caught:
        go(
            database,
            ward,
            paper_id,
            "number",
            since="number",
            dated_on=TODAY + timedelta(days=days),
        )
    assert "dated_on" in caught.value.messages
    assert read(database, paper_id).number is None


@on_sqlite
def test_an_issue_that_fails_leaves_no_trace(database, ward, walks, monkeypatch):
    paper_id = draft(database, ward, walks)
    go(database, ward, paper_id, "number")
    calls = []
    complete = steps.complete_task

    def second_fails(*given, **named):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("power cut")
        return complete(*given, **named)

    monkeypatch.setattr(steps, "complete_task", second_fails)
    with pytest.raises(RuntimeError):
        go(database, ward, paper_id, "issue", since="issue")
    assert read(database, paper_id).state is OutgoingState.NUMBERED
    assert all(walk.case().state is not CaseState.AWARDED for walk in walks)


@on_sqlite
def test_what_a_clerk_writes_stands_in_the_decision(database, ward, walks):
    paper_id = draft(database, ward, walks)
    with unit_of_work(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id)
        plain = awards.texts_of(awards.compose_award(session, paper))
        awards.change_award(
            session,
            paper_id=paper_id,
            task_ids=[walk.task().id for walk in walks[:2]],
            texts=plain | {"reason": "đã có thành tích xuất sắc trong chuyển đổi số"},
            actor=ward.ward_clerk,
            at=NOON,
        )
    with reading(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id)
        composed = awards.compose_award(session, paper)
        assert set(paper.texts) == {"reason"}
        assert composed.reason == "đã có thành tích xuất sắc trong chuyển đổi số"
        assert len(composed.individuals) == 2
        assert composed.signed_on is None
        assert paper.award is Award.UNIT_CERTIFICATE
