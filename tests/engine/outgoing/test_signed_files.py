"""A numbered paper comes back digitally signed: it is kept, or nothing is."""

import io
from hashlib import sha256

import pytest
from sqlalchemy import select

from engine.errors import (
    NotFound,
    NotTheIssuedPaper,
    PaperNotReady,
    SignatureBroken,
    SignerNotTrusted,
)
from engine.outgoing.access import stream_of
from engine.outgoing.contents import paper_bytes
from engine.outgoing.signed_files import add_signed_file
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalEntry, OutgoingPaper
from engine.verification import check_file
from tests.outgoing import draft, go
from tests.signing import CA, OFFICE, authority, holder, sign_for_tests
from tests.walk import NOON, Walk, on_sqlite


@pytest.fixture
def numbered(database, ward):
    """A decision that has its number: its id."""
    paper_id = draft(database, ward, [Walk(database, ward).open().to("decide_at_ward")])
    go(database, ward, paper_id, "number")
    return paper_id


def content_of(database, ward, paper_id):
    with reading(database) as session:
        return paper_bytes(session, ward.ward_clerk, paper_id)


def add(database, ward, paper_id, content, **changes):
    with unit_of_work(database) as session:
        given = {"actor": ward.ward_clerk, "at": NOON, "trust": (authority(CA).root,)}
        add_signed_file(session, paper_id=paper_id, content=content, **given | changes)


def kept(database, paper_id):
    """Return hash and lines that are kept, and the steps of the journal."""
    with reading(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id)
        steps = session.scalars(
            select(JournalEntry.action).where(JournalEntry.stream == stream_of(paper_id))
        )
        return paper.signed_sha256, list(paper.signatures), list(steps)


def test_a_signed_file_is_kept_shown_and_recognised(database, ward, numbered):
    content = sign_for_tests(content_of(database, ward, numbered))
    add(database, ward, numbered, content)
    digest, lines, steps = kept(database, numbered)
    assert digest == sha256(content).hexdigest()
    assert lines[0].startswith(f"Đặng Văn Ký ({OFFICE}); giờ ký: ")
    assert steps[-1] == "paper.signed_file_added"
    assert content_of(database, ward, numbered) == content
    go(database, ward, numbered, "issue", since="issue")
    with reading(database) as session:
        assert check_file(session, io.BytesIO(content)).number == "01/QĐ-UBND"


@on_sqlite
def test_the_office_signs_what_the_person_signed(database, ward, numbered):
    add(database, ward, numbered, sign_for_tests(content_of(database, ward, numbered)))
    second = sign_for_tests(
        content_of(database, ward, numbered), holder(OFFICE, OFFICE), field="CoQuan"
    )
    add(database, ward, numbered, second)
    _, lines, steps = kept(database, numbered)
    assert [line.partition(";")[0] for line in lines] == [f"Đặng Văn Ký ({OFFICE})", OFFICE]
    assert steps.count("paper.signed_file_added") == 2


@on_sqlite
def test_what_is_refused_changes_nothing(database, ward, numbered):
    paper = content_of(database, ward, numbered)
    signed = sign_for_tests(paper)
    stranger = (authority("Tổ chức chứng thực Lạ").root,)
    before = kept(database, numbered)
    with pytest.raises(NotTheIssuedPaper):
        add(database, ward, numbered, signed.replace(b"%PDF", b"%PDG", 1))
    with pytest.raises(SignatureBroken):
        add(database, ward, numbered, signed + b"\n")
    with pytest.raises(SignerNotTrusted):
        add(database, ward, numbered, signed, trust=stranger)
    with pytest.raises(NotFound):
        add(database, ward, numbered, signed, actor=ward.school_clerk)
    assert kept(database, numbered) == before
    assert content_of(database, ward, numbered) == paper


@on_sqlite
def test_an_issued_paper_takes_no_other_file(database, ward, numbered):
    signed = sign_for_tests(content_of(database, ward, numbered))
    go(database, ward, numbered, "issue", since="issue")
    with pytest.raises(PaperNotReady):
        add(database, ward, numbered, signed)
    assert kept(database, numbered)[0] == ""
