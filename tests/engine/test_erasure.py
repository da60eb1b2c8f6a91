"""Erasing what a nomination says of a person: words go everywhere, every proof holds."""

import io
import zipfile

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from engine import erasure
from engine.cases import Subject
from engine.errors import InvalidSubmission, NotErasable, NotFound
from engine.filestore import FileStore
from engine.integrity import check_case
from engine.journal import checker
from engine.journal.bundle import make_bundle
from engine.journal.keys import open_key
from engine.journal.outside import Outside
from engine.journal.replay import replay
from engine.store.database import reading, unit_of_work
from engine.store.models import Base, Case, JournalEntry
from forms.vocabulary import Outcome, SubjectKind
from tests.engine.journal.sealed import Sealed
from tests.walk import RETURN, Walk, on_sqlite
from tests.ward import NOON

NAME = "Lò Thị Khuất"
WORDS = "Cô Khuất có hai sáng kiến về nuôi ong."


@pytest.fixture
def walk(database, ward):
    """A nomination that was returned, submitted again and withdrawn."""
    walk = Walk(database, ward)
    walk.submissions["nomination.v1"] |= {
        "subject_name": NAME,
        "summary": WORDS,
        "achievements": WORDS,
        "criteria": {"CN1": WORDS},
    }
    walk.open(subject=Subject(SubjectKind.INDIVIDUAL, NAME)).to("appraise_at_ward")
    walk.do(Outcome.RETURN, **RETURN | {"reason": f"Bổ sung ảnh của {NAME}."})
    walk.to("appraise_at_ward")
    walk.withdraw()
    return walk


@pytest.fixture
def journal(database, tmp_path):
    key = open_key(tmp_path / "journal.key", "thidua.vi-du")
    return Sealed(database, key, Outside(tmp_path / "outside"))


def erase(walk, **changes):
    with unit_of_work(walk.database) as session:
        return erasure.erase_case(
            session,
            **{
                "reference": walk.case().reference,
                "ground": "Theo yêu cầu của người được đề nghị.",
                "document": "Đơn ngày 02/12/2030",
                "at": NOON,
            }
            | changes,
        )


def everything(database):
    """Return each value of each row of the database as text."""
    with reading(database) as session:
        return [
            str(value.decode(errors="replace") if isinstance(value, bytes) else value)
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
            for value in row
        ]


def holds(texts, *words):
    return [one for one in texts if any(word in one for word in words)]


def test_the_words_are_gone_and_every_proof_holds(database, walk, journal):
    journal.seal()
    assert holds(everything(database), "Khuất", "nuôi ong")
    erase(walk)
    assert holds(everything(database), "Khuất", "khuat", "nuôi ong") == []
    assert journal.verify().findings == ()
    journal.seal()
    assert journal.verify().findings == ()
    assert walk.replay() == []
    with reading(database) as session:
        assert check_case(session, walk.case_id) == []
        assert session.get_one(Case, walk.case_id).erased_at == NOON
        act = session.scalars(
            select(JournalEntry).where(JournalEntry.stream == "erasures")
        ).one()
        assert act.facts["case_id"] == walk.case_id
        assert act.detail["document"] == "Đơn ngày 02/12/2030"
    for line in journal.outside.entries():
        assert "Khuất" not in line.decode()


def test_words_that_are_gone_without_an_act_are_found(database, walk, journal):
    journal.seal()
    with unit_of_work(database) as session:
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.private.is_not(None))
        ).first()
        entry.salt = entry.private = None
    assert journal.kinds() == {"erased"}


@on_sqlite
def test_what_others_share_stays(database, ward, walk):
    other = Walk(database, ward).open()
    erase(walk)
    assert other.case().subject_name == "Nguyễn Thị Ví Dụ"
    assert other.check() == []
    with reading(database) as session:
        assert replay(session, session.get_one(Case, other.case_id)) == []


@on_sqlite
def test_a_subject_with_another_nomination_keeps_its_record(database, ward, walk):
    other = Walk(database, ward).open(subject=Subject(SubjectKind.INDIVIDUAL, NAME))
    erase(walk)
    assert walk.case().subject_name == erasure.ERASED
    assert other.case().subject_name == NAME
    with reading(database) as session:
        assert session.get_one(Case, other.case_id).subject.name == NAME


@on_sqlite
def test_what_a_law_bids_to_keep_is_refused(database, ward, walk):
    awarded = Walk(database, ward).open().to("decide_at_ward")
    for why in ("open", "decision"):
        with pytest.raises(NotErasable) as refused:
            erase(awarded)
        assert refused.value.facts["why"] == why
        if why == "open":
            awarded.do(Outcome.AWARD)
    erase(walk)
    with pytest.raises(NotErasable) as refused:
        erase(walk)
    assert refused.value.facts["why"] == "erased"
    with pytest.raises(NotFound):
        erase(walk, reference="HS-2030-9999")


@on_sqlite
@pytest.mark.parametrize("name", ["ground", "document"])
def test_an_erasure_says_why_and_on_which_paper(walk, name):
    with pytest.raises(InvalidSubmission):
        erase(walk, **{name: " "})
    assert walk.case().subject_name == NAME


@on_sqlite
def test_a_bundle_made_afterwards_has_none_of_it_and_holds(
    database, ward, walk, journal, tmp_path
):
    erase(walk)
    journal.seal()
    with reading(database) as session:
        content = make_bundle(
            session,
            ward.auditor,
            walk.case().reference,
            store=FileStore(tmp_path / "files"),
            key=journal.key,
            now=NOON,
        )
    with zipfile.ZipFile(io.BytesIO(content)) as members:
        texts = [members.read(name).decode(errors="replace") for name in members.namelist()]
        sheet = PdfReader(io.BytesIO(members.read("trace.pdf")))
        texts += [page.extract_text() for page in sheet.pages]
    assert holds(texts, "Khuất", "nuôi ong") == []
    path = tmp_path / "bundle.zip"
    path.write_bytes(content)
    assert checker.main([str(path), "--key", journal.key.public_text]) == 0
