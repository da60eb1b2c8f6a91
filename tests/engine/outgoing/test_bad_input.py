"""Papers that must not come to be: without authority, before the session, with odd letters."""

import io
from datetime import timedelta

import pypdf
import pytest

from engine.errors import InvalidSubmission, NoAuthorisation, NotPermitted
from engine.outgoing import contents, statements, steps
from engine.store.database import reading, unit_of_work
from engine.store.models import GivenNumber, OutgoingPaper
from forms.vocabulary import Award, Outcome, OutgoingState
from tests.outgoing import draft, go
from tests.walk import Walk, on_sqlite
from tests.ward import NOON

pytestmark = on_sqlite

NAME = "Nguyễn Thị Ví Dụ"
MARKUP = '<b>Mẫu</b> <img src="file:///etc/hostname"/>'


def named(database, ward, name, **changes):
    """Nominate somebody of this name."""
    walk = Walk(database, ward)
    walk.submissions["nomination.v1"] |= {"subject_name": name}
    return walk.open(**changes)


def decide(database, ward, name=NAME):
    """Draft a decision on one case, and return its id."""
    return draft(database, ward, [named(database, ward, name).to("decide_at_ward")])


def state(database, ward, name=NAME):
    """Draft a statement on one case, and return its id."""
    named(database, ward, name, award=Award.PROVINCIAL_MERIT).to("appraise_at_province")
    with unit_of_work(database) as session:
        ((task, _),) = statements.recommended_cases(session, ward.units["phuong"])
        return statements.draft_statement(
            session,
            unit_id=ward.units["phuong"],
            task_ids=[task.id],
            actor=ward.ward_clerk,
            at=NOON,
        ).id


BOTH = pytest.mark.parametrize("drafted", [decide, state])


def words(database, paper_id):
    with reading(database) as session:
        content = contents.render(session, session.get_one(OutgoingPaper, paper_id))
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert not any(page.images for page in pages)
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@BOTH
def test_who_lacks_the_authority_signs_nothing(database, ward, drafted):
    paper_id = drafted(database, ward)
    go(database, ward, paper_id, "approve")
    for person, error in (("ward_deputy", NoAuthorisation), ("ward_clerk", NotPermitted)):
        with pytest.raises(error), unit_of_work(database) as session:
            steps.sign(session, paper_id=paper_id, actor=ward.people[person], at=NOON)
    with reading(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id)
        assert paper.state is OutgoingState.APPROVED
        assert (paper.signed_by_id, paper.signer_name, paper.number) == (None, "", None)
        assert session.query(GivenNumber).count() == 0


@pytest.mark.parametrize("letter", ["漢", "ש"])
def test_a_decision_on_a_name_that_cannot_be_printed_is_refused(database, ward, letter):
    paper_id = decide(database, ward, f"Nguyễn {letter}")
    with pytest.raises(InvalidSubmission) as refused:
        words(database, paper_id)
    assert f"U+{ord(letter):04X}" in str(refused.value.messages)


@pytest.mark.parametrize("letter", ["漢", "ש"])
def test_a_statement_shows_where_a_letter_cannot_be_printed(database, ward, letter):
    said = words(database, state(database, ward, f"Nguyễn {letter}"))
    assert "Nguyễn □" in said
    assert letter not in said


@BOTH
def test_a_mark_that_turns_the_direction_comes_into_no_name(database, ward, drafted):
    with pytest.raises(InvalidSubmission) as refused:
        drafted(database, ward, "Nguyễn \u202e")
    assert list(refused.value.messages) == ["subject_name"]


@BOTH
@pytest.mark.parametrize("name", [MARKUP, "Đ" * 200])
def test_a_name_is_printed_as_it_was_typed(database, ward, drafted, name):
    said = words(database, drafted(database, ward, name))
    assert "".join(name.split()) in "".join(said.split())


def test_a_decision_is_not_signed_before_the_session_that_advised_it(database, ward):
    walk = Walk(database, ward).open().to("record_ward_council")
    walk.at = NOON + timedelta(days=3)
    walk.do(Outcome.RECOMMEND, session_on="04/12/2030")
    with pytest.raises(InvalidSubmission) as refused:
        walk.do(Outcome.AWARD, signed_on="03/12/2030")
    expected = "signed_before_session|03/12/2030|04/12/2030"
    assert refused.value.messages == {"signed_on": [expected]}
    assert walk.do(Outcome.AWARD, signed_on="04/12/2030").closed_at is not None
