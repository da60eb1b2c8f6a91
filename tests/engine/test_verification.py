"""Codes of papers: unguessable, unique, and what they tell of a paper as it stands now."""

import io
import re
from datetime import date
from hashlib import sha256

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from documents.certificate import render_certificate
from engine import paper_codes
from engine.errors import InvalidSubmission, UnknownPaper
from engine.outgoing import steps
from engine.paper_codes import ADDRESS, ALPHABET, LENGTH, new_code, read_code
from engine.papers import certificate_of
from engine.register import annul, correct, replace_award
from engine.register_facts import AwardFacts, Letter
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Decision, OutgoingPaper, Paper, RegisterEntry
from engine.verification import Standing, check_code, check_file
from forms.vocabulary import (
    AnnulmentGround,
    AuthorityLevel,
    Award,
    CommendationKind,
    EntryState,
    Honour,
    Outcome,
)
from tests.outgoing import draft, go
from tests.walk import Walk, new_key, on_sqlite
from tests.ward import NOON

CODE = re.compile(r"Mã kiểm tra: ([\w-]+)")

LETTER = Letter("320/QĐ-UBND", date(2030, 12, 2), "Số liệu trong báo cáo không đúng.")


@pytest.fixture
def decided(database, ward):
    walk = Walk(database, ward).open().to("decide_at_ward")
    walk.do(Outcome.AWARD)
    return walk


def printed_code(content):
    found = CODE.search(PdfReader(io.BytesIO(content)).pages[0].extract_text())
    assert found
    return found[1]


def papers_of(walk):
    """Return kind → the paper of a case, detached."""
    with reading(walk.database) as session:
        papers = session.scalars(select(Paper).where(Paper.case_id == walk.case_id)).all()
        for paper in papers:
            _ = paper.content
        session.expunge_all()
        return {paper.kind: paper for paper in papers}


def check(database, typed):
    with reading(database) as session:
        return check_code(session, typed)


def act(walk, command, **given):
    """Do something to the award of a case in the register, as the ward's clerk may."""
    with unit_of_work(walk.database) as session:
        entry = session.scalars(
            select(RegisterEntry).where(
                RegisterEntry.case_id == walk.case_id, RegisterEntry.about_id.is_(None)
            )
        ).first()
        given = {"actor": walk.ward.ward_clerk, "at": NOON, "key": new_key()} | given
        return command(session, **{"entry_id": entry.id} | given)


def annulled(walk, **given):
    given = {"ground": AnnulmentGround.FALSE_DECLARATION, "letter": LETTER} | given
    return act(walk, annul, actor=walk.ward.ward_chairman, **given)


def replaced(walk):
    facts = AwardFacts(
        subject_text="Nguyễn Thị Ví Dụ",
        honour=Honour.UNIT_CERTIFICATE,
        kind=CommendationKind.MOVEMENT,
        authority_level=AuthorityLevel.WARD,
        authority_name="Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
        number="321/QĐ-UBND",
        decided_on=date(2030, 12, 2),
    )
    return act(walk, replace_award, facts=facts, reason="Ghi sai chức danh.")


# --- codes --------------------------------------------------------------------------------


def test_a_code_cannot_be_guessed_or_misread():
    codes = [new_code() for _ in range(2_000)]
    assert len(set(codes)) == len(codes)
    assert {len(code) for code in codes} == {LENGTH}
    assert set("".join(codes)) == set(ALPHABET)
    assert not set(ALPHABET) & set("01IOLUSZB")
    assert len(ALPHABET) ** LENGTH > 2**55


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7KQM2F9DXW4P", "7KQM2F9DXW4P"),
        (" 7kqm-2f9d-xw4p ", "7KQM2F9DXW4P"),
        ("7KQM 2F9D XW4P", "7KQM2F9DXW4P"),
        ("7KQM2F9DXW4", None),
        ("7KQM2F9DXW4PP", None),
        ("0KQM2F9DXW4P", None),
        ("", None),
        ("' OR 1=1 --", None),
        ("７KQM2F9DXW4P", None),
    ],
)
def test_a_code_is_read_as_people_type_it(typed, code):
    assert read_code(typed) == code


def test_a_code_is_of_one_paper(database, decided):
    code = papers_of(decided)["decision"].code
    with unit_of_work(database) as session:
        session.add(older(decided, b"another", code=code))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_papers_of_before_have_none_and_are_known_by_their_file(database, decided):
    with unit_of_work(database) as session:
        session.add_all([older(decided, b"one"), older(decided, b"two")])
    with reading(database) as session:
        found = check_file(session, io.BytesIO(b"two"))
    assert (found.code, found.standing) == ("", Standing.VALID)


def older(walk, content, code=None):
    """Return a paper of a case as the system made them before they had codes."""
    return Paper(
        case_id=walk.case_id,
        kind=f"decision {content!r}",
        code=code,
        sha256=sha256(content).hexdigest(),
        content=content,
        made_at=NOON,
    )


@on_sqlite
def test_each_paper_prints_its_own_code(decided):
    papers = papers_of(decided)
    codes = {kind: printed_code(paper.content) for kind, paper in papers.items()}
    assert set(codes) == {"decision", "certificate"}
    assert codes["decision"] != codes["certificate"]
    assert {kind: read_code(code) for kind, code in codes.items()} == {
        kind: paper.code for kind, paper in papers.items()
    }


@on_sqlite
def test_a_later_print_carries_the_code_of_the_certificate(database, decided):
    with reading(database) as session:
        case = session.get_one(Case, decided.case_id)
        decision = session.scalars(select(Decision)).one()
        content = render_certificate(certificate_of(session, case, decision))
    assert content == papers_of(decided)["certificate"].content


@on_sqlite
def test_the_address_of_the_installation_is_printed(database):
    with reading(database) as session:
        assert paper_codes.check_mark(session, "7KQM2F9DXW4P").address == ""
        session.info[ADDRESS] = "https://thidua.vanxuan.example/"
        mark = paper_codes.check_mark(session, "7KQM2F9DXW4P")
        assert mark.content == "https://thidua.vanxuan.example/kiem-tra/7KQM2F9DXW4P"
        assert paper_codes.check_mark(session, None) is None


# --- what is told -------------------------------------------------------------------------


def test_a_code_tells_what_the_paper_says(database, decided):
    papers = papers_of(decided)
    found = check(database, papers["certificate"].code.lower())
    assert (found.is_certificate, found.award) == (True, Award.UNIT_CERTIFICATE)
    assert (found.number, found.signed_on) == ("309/QĐ-UBND", date(2030, 12, 2))
    assert found.authority == "Chủ tịch Ủy ban nhân dân phường Vạn Xuân"
    assert found.recipient == "Nguyễn Thị Ví Dụ"
    assert (found.standing, found.acts) == (Standing.VALID, ())
    decision = check(database, papers["decision"].code)
    assert (decision.is_certificate, decision.recipient) == (False, "Ông/Bà Nguyễn Thị Ví Dụ")


@on_sqlite
def test_a_code_of_no_paper_tells_nothing(database, decided):
    with pytest.raises(UnknownPaper):
        check(database, "RRRRRRRRRRRR")


@on_sqlite
def test_what_is_no_code_is_refused(database, decided):
    for typed in ("309/QĐ-UBND", "%", "Nguyễn Thị Ví Dụ", "x" * 5_000):
        with pytest.raises(InvalidSubmission) as refused:
            check(database, typed)
        assert refused.value.messages["ma"][0].startswith("not_a_check_code|")


def test_an_annulled_award_is_told_with_the_decision_that_annuls(database, decided):
    annulled(decided)
    found = check(database, papers_of(decided)["certificate"].code)
    assert found.standing is Standing.ANNULLED
    assert [(one.state, one.number) for one in found.acts] == [
        (EntryState.ANNULLED, "320/QĐ-UBND")
    ]


@on_sqlite
def test_a_corrected_award_still_holds(database, decided):
    act(decided, correct, letter=Letter("12/UBND-VX", date(2030, 12, 2), "Sai tên đệm."))
    found = check(database, papers_of(decided)["decision"].code)
    assert found.standing is Standing.VALID
    assert [(one.state, one.number) for one in found.acts] == [
        (EntryState.CORRECTED, "12/UBND-VX")
    ]


@on_sqlite
def test_a_replaced_award_leads_to_the_decision_that_replaced_it(database, decided):
    new_id = replaced(decided)
    found = check(database, papers_of(decided)["certificate"].code)
    assert found.standing is Standing.REPLACED
    assert [one.number for one in found.acts] == ["321/QĐ-UBND"]
    annulled(decided, entry_id=new_id)
    found = check(database, papers_of(decided)["certificate"].code)
    assert found.standing is Standing.ANNULLED
    assert [one.number for one in found.acts] == ["321/QĐ-UBND", "320/QĐ-UBND"]


# --- files --------------------------------------------------------------------------------


@on_sqlite
def test_a_file_is_known_byte_for_byte(database, decided):
    content = papers_of(decided)["decision"].content
    with reading(database) as session:
        assert check_file(session, io.BytesIO(content)).number == "309/QĐ-UBND"
        for place in range(0, len(content), len(content) // 7):
            flipped = bytearray(content)
            flipped[place] ^= 1
            with pytest.raises(UnknownPaper):
                check_file(session, io.BytesIO(bytes(flipped)))
        with pytest.raises(UnknownPaper):
            check_file(session, io.BytesIO(b""))


# --- a decision over several cases --------------------------------------------------------


@pytest.fixture
def together(database, ward):
    walks = [Walk(database, ward).open().to("decide_at_ward") for _ in range(2)]
    paper_id = draft(database, ward, walks)
    go(database, ward, paper_id, "number")
    return walks, paper_id


def outgoing(database, paper_id):
    with reading(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id)
        _ = paper.content
        session.expunge_all()
        return paper


@on_sqlite
def test_a_decision_over_several_cases_is_known_once_it_is_issued(database, ward, together):
    walks, paper_id = together
    code = outgoing(database, paper_id).code
    assert read_code(printed_code(outgoing(database, paper_id).content)) == code
    with pytest.raises(UnknownPaper):
        check(database, code)
    go(database, ward, paper_id, "issue", since="issue")
    found = check(database, code)
    assert (found.number, found.recipients, found.recipient) == ("01/QĐ-UBND", 2, "")
    assert found.standing is Standing.VALID
    annulled(walks[0])
    assert check(database, code).standing is Standing.PARTLY
    assert (
        check(database, papers_of(walks[0])["certificate"].code).standing is Standing.ANNULLED
    )
    assert check(database, papers_of(walks[1])["certificate"].code).standing is Standing.VALID


@on_sqlite
def test_its_signed_file_is_known_too(database, ward, together):
    _, paper_id = together
    signed = outgoing(database, paper_id).content + b"signed"
    with unit_of_work(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id)
        paper.signed_content, paper.signed_sha256 = signed, sha256(signed).hexdigest()
    go(database, ward, paper_id, "issue", since="issue")
    with reading(database) as session:
        for content in (signed, outgoing(database, paper_id).content):
            assert check_file(session, io.BytesIO(content)).number == "01/QĐ-UBND"


@on_sqlite
def test_a_cancelled_number_takes_its_code_along(database, ward, together):
    _, paper_id = together
    code = outgoing(database, paper_id).code
    with unit_of_work(database) as session:
        steps.cancel(
            session, paper_id=paper_id, reason="Ghi sai ngày.", actor=ward.ward_clerk, at=NOON
        )
    go(database, ward, paper_id, "issue", since="number")
    with pytest.raises(UnknownPaper):
        check(database, code)
    assert outgoing(database, paper_id).code not in (None, code)
