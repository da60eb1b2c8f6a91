"""A decision names the sealed tree and proves that its case is in it."""

import base64
import io
import re

import pypdf
from sqlalchemy import select

from engine.journal.proof import root_of_inclusion
from engine.store.database import reading
from engine.store.models import Paper
from forms.vocabulary import Outcome
from tests.walk import Walk


def printed(database):
    with reading(database) as session:
        content = session.scalars(select(Paper.content).where(Paper.kind == "decision")).one()
    return pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_a_decision_is_a_witness_of_the_journal(database, ward, journal):
    walk = Walk(database, ward).open().to("decide_at_ward")
    journal.seal()
    walk.do(Outcome.AWARD)
    said = "".join(printed(database).splitlines())
    found = re.search(r"Nhật ký: (\d+) mục, gốc (\S{44}), mục (\d+): (\S+)\s+ỦY BAN", said)
    size, root, place, path = found.groups()
    proof = base64.b64decode(path)
    hashes = [proof[start : start + 32] for start in range(0, len(proof), 32)]
    checkpoint = journal.key.read(journal.outside.checkpoints()[-1])
    assert (int(size), base64.b64decode(root)) == (checkpoint.size, checkpoint.root)
    entry = journal.entries()[int(place)]
    assert entry.case_id == walk.case_id
    proved = root_of_inclusion(int(place), int(size), entry.hash, hashes)
    assert proved == checkpoint.root


def test_a_decision_before_the_first_sealing_says_nothing_of_it(database, ward):
    Walk(database, ward).open().to("decide_at_ward").do(Outcome.AWARD)
    assert "Nhật ký" not in printed(database)
