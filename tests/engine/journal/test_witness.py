"""A decision names the sealed tree and proves that its case is in it."""

import base64
import re

import pytest
from sqlalchemy import select, text

from engine.errors import NotFound
from engine.journal.outside import Outside
from engine.journal.proof import NotProved, is_consistent
from engine.journal.sealing import seal
from engine.journal.witness import prove_beginning
from engine.store.database import reading
from engine.store.models import Paper
from forms.vocabulary import Outcome
from tests.engine.journal.sealed import drop_guards, first_page, live
from tests.walk import Walk, on_sqlite
from tests.ward import NOON


def decision(database):
    with reading(database) as session:
        return session.scalars(select(Paper.content).where(Paper.kind == "decision")).one()


def test_a_decision_is_a_witness_of_the_journal(database, ward, journal):
    walk = Walk(database, ward).open().to("decide_at_ward")
    journal.seal()
    walk.do(Outcome.AWARD)
    assert journal.witnessed(decision(database)).case_id == walk.case_id


def test_a_decision_before_the_first_sealing_says_nothing_of_it(database, ward):
    Walk(database, ward).open().to("decide_at_ward").do(Outcome.AWARD)
    assert "Nhật ký" not in first_page(decision(database))


@pytest.fixture
def paper(database, ward, journal):
    """Size and root of the journal as a decision says them, and more since then."""
    walk = Walk(database, ward).open().to("decide_at_ward")
    journal.seal()
    walk.do(Outcome.AWARD)
    said = "".join(first_page(decision(database)).splitlines())
    size, root = re.search(r"Nhật ký: (\d+) mục, gốc (\S{44})", said).groups()
    live(database, ward, 1, cases=2)
    journal.seal()
    return int(size), root


def test_a_paper_in_a_drawer_proves_that_the_journal_begins_as_it_did(paper, database, journal):
    size, root = paper
    with reading(database, one_moment=True) as session:
        found = prove_beginning(session, size, root)
    assert found.holds
    now = journal.key.read(found.note)
    proof = base64.b64decode(found.proof)
    path = [proof[start : start + 32] for start in range(0, len(proof), 32)]
    assert is_consistent(size, base64.b64decode(root), now.size, now.root, path)


@on_sqlite
def test_a_paper_finds_a_journal_that_was_written_and_signed_anew(
    paper, database, ward, journal, tmp_path
):
    size, root = paper
    with database.begin() as connection:
        drop_guards(connection)
        connection.execute(text("DELETE FROM journal_subtrees"))
        connection.execute(text("DELETE FROM journal_checkpoints"))
        connection.execute(text("DELETE FROM journal_leaves"))
        connection.execute(
            text("UPDATE journal_entries SET hash = :hash WHERE id = 3"), {"hash": bytes(32)}
        )
    seal(database, journal.key, Outside(tmp_path / "new"), NOON)
    with reading(database, one_moment=True) as session:
        assert not prove_beginning(session, size, root).holds


@on_sqlite
def test_what_no_paper_says_is_refused(paper, database):
    size, root = paper
    with reading(database) as session:
        for wrong in (0, -1, 10_000):
            with pytest.raises(NotFound, match=f"the paper says {wrong}"):
                prove_beginning(session, wrong, root)
        for wrong in ("", "x", "AAAA", "é" * 44):
            with pytest.raises(NotProved, match="no hash"):
                prove_beginning(session, size, wrong)
