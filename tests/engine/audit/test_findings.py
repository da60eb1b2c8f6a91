"""Findings of auditors: written, answered by the body concerned, closed; and notes."""

import pytest
from sqlalchemy import select

from engine.audit.findings import (
    STREAM,
    answer_finding,
    close_finding,
    write_finding,
    write_note,
)
from engine.erasure import erase_case
from engine.errors import FindingNotOpen, InvalidSubmission, NotFound, NotPermitted
from engine.queries.findings import (
    count_to_answer,
    get_finding,
    list_findings,
    list_notes,
)
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalEntry
from forms.vocabulary import FindingState
from tests.walk import Walk, on_sqlite, traces
from tests.ward import NOON

CASE = "HS-2030-0001"


class Audit:
    """A case at the ward, and an auditor who looks at it."""

    def __init__(self, database, ward):
        self.database, self.ward = database, ward
        self.walk = Walk(database, ward).open().to("appraise_at_ward")

    def do(self, command, who="auditor", **values):
        with unit_of_work(self.database) as session:
            return command(session, actor=self.ward.people[who], at=NOON, **values)

    def write(self, unit="phuong", who="auditor", **changes):
        values = {"text": "Thiếu chữ ký.", "asked": "Giải trình.", "reference": CASE}
        unit_id = self.ward.units[unit]
        return self.do(write_finding, who, unit_id=unit_id, **(values | changes))

    def read(self, query, who, **values):
        with reading(self.database) as session:
            return query(session, self.ward.people[who], **values)

    def journal(self):
        with reading(self.database) as session:
            chosen = select(JournalEntry).where(JournalEntry.stream == STREAM)
            found = session.scalars(chosen.order_by(JournalEntry.seq)).all()
            session.expunge_all()
            return found


@pytest.fixture
def audit(database, ward):
    return Audit(database, ward)


def test_a_finding_is_answered_by_the_body_concerned_and_closed(audit):
    version = audit.walk.case().version
    finding = audit.write()
    assert audit.read(count_to_answer, "ward_chairman") == 1
    audit.do(answer_finding, "ward_clerk", finding_id=finding, answer="Đã bổ sung.")
    assert audit.read(count_to_answer, "ward_chairman") == 0
    audit.do(close_finding, finding_id=finding, conclusion="Đã khắc phục.")
    shown = audit.read(get_finding, "ward_chairman", finding_id=finding)
    assert (shown.state, shown.answered_by) == (FindingState.CLOSED, "Hoàng Thị Sổ")
    assert (shown.answer, shown.conclusion) == ("Đã bổ sung.", "Đã khắc phục.")
    assert not shown.may_answer
    entries = audit.journal()
    assert [one.action.partition(".")[2] for one in entries] == [
        "written",
        "answered",
        "closed",
    ]
    assert entries[0].detail["text"] == "Thiếu chữ ký."
    assert "text" not in entries[0].facts
    assert audit.walk.case().version == version
    assert audit.walk.check() == []


@on_sqlite
@pytest.mark.parametrize("who", ["school_head", "council_member", "auditor", "administrator"])
def test_nobody_else_answers(audit, who):
    finding = audit.write()
    before = traces(audit.database)
    with pytest.raises((NotPermitted, NotFound)):
        audit.do(answer_finding, who, finding_id=finding, answer="Không.")
    assert traces(audit.database) == before
    assert audit.read(get_finding, "auditor", finding_id=finding).answer == ""


@on_sqlite
@pytest.mark.parametrize("who", ["ward_chairman", "ward_clerk", "administrator"])
def test_only_auditors_write_and_close(audit, who):
    finding = audit.write()
    before = traces(audit.database)
    with pytest.raises(NotPermitted):
        audit.write(who=who)
    with pytest.raises((NotPermitted, NotFound)):
        audit.do(close_finding, who, finding_id=finding, conclusion="Xong.")
    with pytest.raises(NotPermitted):
        audit.do(write_note, who, reference=CASE, text="Ghi chú.")
    assert traces(audit.database) == before


@on_sqlite
def test_a_closed_finding_is_neither_answered_nor_closed_again(audit):
    finding = audit.write()
    audit.do(close_finding, finding_id=finding, conclusion="Rút phát hiện.")
    with pytest.raises(FindingNotOpen):
        audit.do(answer_finding, "ward_clerk", finding_id=finding, answer="Muộn.")
    with pytest.raises(FindingNotOpen):
        audit.do(close_finding, finding_id=finding, conclusion="Nữa.")


@on_sqlite
def test_what_does_not_fit_is_refused(audit):
    for changes in (
        {"text": " "},
        {"asked": ""},
        {"text": "x" * 8001},
        {"unit": "cong-ty"},  # it did nothing at the case
    ):
        with pytest.raises(InvalidSubmission):
            audit.write(**changes)
    with pytest.raises(NotFound):
        audit.write(reference="HS-2030-0099")
    assert audit.journal() == []


@on_sqlite
def test_people_see_the_findings_of_their_own_units(audit):
    ward, school = audit.write(), audit.write("truong")
    seen = {
        who: {one.id for one in audit.read(list_findings, who)}
        for who in ("auditor", "ward_clerk", "school_head", "council_member", "company_head")
    }
    assert seen == {
        "auditor": {ward, school},
        "ward_clerk": {ward},
        "school_head": {school},
        "council_member": set(),
        "company_head": set(),
    }
    with pytest.raises(NotFound):
        audit.read(get_finding, "school_head", finding_id=ward)


@on_sqlite
def test_a_note_is_read_by_its_author_alone_and_not_in_the_journal(audit):
    audit.do(write_note, reference=CASE, text="Hỏi lại ông Ký.")
    (note,) = audit.read(list_notes, "auditor", case_id=audit.walk.case_id)
    assert note.text == "Hỏi lại ông Ký."
    assert audit.read(list_notes, "administrator", case_id=audit.walk.case_id) == ()
    (entry,) = audit.journal()
    assert entry.detail == {"case_id": audit.walk.case_id}


@on_sqlite
def test_erasing_a_case_takes_the_words_of_its_findings(audit):
    finding = audit.write()
    audit.do(answer_finding, "ward_clerk", finding_id=finding, answer="Đã bổ sung.")
    other = Walk(audit.database, audit.ward).open().to("appraise_at_ward")
    audit.write(reference=other.case().reference)
    audit.walk.withdraw()
    with unit_of_work(audit.database) as session:
        erase_case(session, reference=CASE, ground="Theo yêu cầu.", document="1/ĐN", at=NOON)
    written, answered, kept = audit.journal()
    assert (written.private, answered.private) == (None, None)
    assert kept.detail["text"] == "Thiếu chữ ký."
    assert audit.read(get_finding, "auditor", finding_id=finding).answer != "Đã bổ sung."
