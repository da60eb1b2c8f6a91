"""A drafted decision in Word: who gets it, what comes back, what is taken over of it."""

import io

import docx
import pytest
from sqlalchemy import select

from engine.errors import InvalidSubmission, NotFound, NotPermitted, PaperNotReady
from engine.outgoing import awards
from engine.outgoing.access import stream_of
from engine.outgoing.word_drafts import compare_word, take_over, word_draft
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalEntry, OutgoingPaper
from tests.outgoing import draft, go
from tests.walk import NOON, Walk, on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def paper_id(database, ward):
    return draft(database, ward, [Walk(database, ward).open().to("decide_at_ward")])


def handed_out(database, ward, paper_id):
    with reading(database) as session:
        return word_draft(session, ward.ward_clerk, paper_id)


def edited(content, **changes):
    """Return a file in which paragraphs that begin with ``old`` have other words."""
    document = docx.Document(io.BytesIO(content))
    cells = [cell for one in document.tables for row in one.rows for cell in row.cells]
    found = [*document.paragraphs, *(one for cell in cells for one in cell.paragraphs)]
    for old, new in changes.items():
        for paragraph in found:
            paragraph.text = paragraph.text.replace(old, new)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def compared(database, ward, paper_id, content):
    with reading(database) as session:
        return compare_word(session, ward.ward_clerk, paper_id, content)


def take(database, ward, paper_id, texts, seen, actor=None):
    with unit_of_work(database) as session:
        take_over(
            session,
            paper_id=paper_id,
            texts=texts,
            seen=seen,
            actor=actor or ward.ward_clerk,
            at=NOON,
        )


def texts(database, paper_id):
    with reading(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id)
        return awards.texts_of(awards.compose_award(session, paper))


def test_what_comes_back_unchanged_has_nothing_to_take(database, ward, paper_id):
    content = handed_out(database, ward, paper_id)
    assert content == handed_out(database, ward, paper_id)
    found = compared(database, ward, paper_id, content)
    assert (found.changed, found.kept_out, found.offers) == ((), (), False)
    assert found.texts == texts(database, paper_id)


def test_the_open_texts_are_taken_over_and_the_rest_is_not(database, ward, paper_id):
    before = texts(database, paper_id)
    changes = {
        before["subject_line"]: "Về việc khen thưởng cuối năm",
        before["executors"]: "Trưởng Phòng Văn hóa - Xã hội phường",
        "Lưu: VT": "Lưu: VT, VHXH",
        "Nguyễn Thị Ví Dụ": "Nguyễn Thị Khác",
    }
    content = edited(handed_out(database, ward, paper_id), **changes)
    found = compared(database, ward, paper_id, content)
    assert {one.key for one in found.changed} == {"subject_line", "executors", "recipients"}
    assert [one.key for one in found.kept_out] == ["listed"]
    assert found.offers
    take(database, ward, paper_id, found.texts, found.seen)
    now = texts(database, paper_id)
    assert now["subject_line"] == "Về việc khen thưởng cuối năm"
    assert now["executors"] == "Trưởng Phòng Văn hóa - Xã hội phường"
    assert now["recipients"].split("\n")[-1].startswith("Lưu: VT, VHXH")
    assert now["reason"] == before["reason"]
    again = compared(database, ward, paper_id, content)
    assert not again.offers
    assert [one.key for one in again.kept_out] == ["listed"]
    with reading(database) as session:
        entry = session.scalars(
            select(JournalEntry)
            .where(JournalEntry.stream == stream_of(paper_id))
            .order_by(JournalEntry.seq.desc())
        ).first()
        assert entry.action == "paper.changed"
        of_before, of_now = entry.detail["of"]
        assert of_before == of_now


def test_a_draft_that_was_changed_meanwhile_is_left_as_it_is(database, ward, paper_id):
    found = compared(database, ward, paper_id, handed_out(database, ward, paper_id))
    take(database, ward, paper_id, {**found.texts, "reason": "đã đạt giải"}, found.seen)
    with pytest.raises(InvalidSubmission) as refused:
        take(database, ward, paper_id, found.texts, found.seen)
    assert refused.value.messages == {"_form": ["word_draft_changed"]}
    assert texts(database, paper_id)["reason"] == "đã đạt giải"


def test_texts_are_checked_as_if_they_were_typed(database, ward, paper_id):
    found = compared(database, ward, paper_id, handed_out(database, ward, paper_id))
    for name, text in (("reason", " "), ("subject_line", "x\u202e"), ("recipients", "")):
        with pytest.raises(InvalidSubmission) as refused:
            take(database, ward, paper_id, {**found.texts, name: text}, found.seen)
        assert set(refused.value.messages) == {name}
    assert texts(database, paper_id) == found.texts


def test_a_file_that_is_none_is_refused(database, ward, paper_id):
    with pytest.raises(InvalidSubmission) as refused:
        compared(database, ward, paper_id, b"%PDF-1.7")
    assert refused.value.messages == {"word_file": ["word_no_docx"]}


def test_only_who_may_write_the_draft_gets_it_and_only_as_long_as_it_is_one(
    database, ward, paper_id
):
    content = handed_out(database, ward, paper_id)
    found = compared(database, ward, paper_id, content)
    for actor, error in ((ward.school_clerk, NotFound), (ward.auditor, NotPermitted)):
        with reading(database) as session, pytest.raises(error):
            word_draft(session, actor, paper_id)
        with reading(database) as session, pytest.raises(error):
            compare_word(session, actor, paper_id, content)
        with pytest.raises(error):
            take(database, ward, paper_id, found.texts, found.seen, actor)
    go(database, ward, paper_id, "check_content")
    with reading(database) as session, pytest.raises(PaperNotReady):
        word_draft(session, ward.ward_clerk, paper_id)
    with pytest.raises(PaperNotReady):
        take(database, ward, paper_id, found.texts, found.seen)
