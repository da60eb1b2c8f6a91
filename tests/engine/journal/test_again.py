"""What people do again after a roll-forward: a list in words, without what needs nothing."""

import re
from pathlib import Path

from sqlalchemy import text

import engine
from engine.audit.refusals import note_refusal
from engine.journal.again import _DEEDS, KEPT, QUIET, find_lost, list_of_lost
from engine.journal.roll_forward import roll_forward
from engine.journal.trace_words import DEEDS
from engine.people import add_person
from engine.store.database import reading, unit_of_work
from forms.vocabulary import Outcome
from tests.engine.journal.test_roll_forward import backup
from tests.outgoing import draft, go
from tests.walk import Walk, on_sqlite
from tests.ward import NOON
from tests.webapp.test_workbooks import rows_of

__all__ = ["backup"]

AGAIN = {"case.opened", "case.withdrawn", "task.completed", "deadline.set"} | {
    "task.reminded",
    "task.overdue",
    "task.deadline_moved",
    "timer.fired",
}
"""Acts that are done again, or follow from those that are."""

SILENT = {
    "case.viewed",
    "session.started",
    "session.ended",
    "request.refused",
    "journal.exported",
    "list.exported",
    "bundle.made",
    "mail.retried",
    "job.started",
    "diagrams.stored",
    "law_book.stored",
    "demo.begun",
    "demo.built",
}
"""Acts of the streams of which nothing is lost."""


@on_sqlite
def test_clerks_get_a_list_of_what_to_do_in_words(database, ward, journal, backup):
    decided = Walk(database, ward).open().to("decide_at_ward")
    walks = [Walk(database, ward).open().to("decide_at_ward")]
    journal.seal()
    restored = backup()
    decided.do(Outcome.AWARD, number="77/QĐ-UBND")
    go(database, ward, draft(database, ward, walks), "number")
    with unit_of_work(database) as session:
        add_person(
            session, full_name="Quàng Thị Mới", is_woman=True, actor=ward.administrator, at=NOON
        )
        note_refusal(session, ward.school_clerk, {"method": "POST"}, NOON)
    journal.seal()
    report = roll_forward(restored, journal.key, journal.outside, NOON)
    assert "request.refused" not in report.by_hand
    with reading(restored) as session:
        rows = rows_of(list_of_lost(session, report.lost, NOON))
    assert rows[0] == ["Việc phải làm sau khi khôi phục dữ liệu"]
    found = {row[1]: row for row in rows if len(row) > 5}
    assert found["Thêm người"][2] == "Tạ Thị Máy"
    assert found["Thêm người"][4] == "Quàng Thị Mới"
    assert found["Cấp số văn bản"][4] == "78/QĐ-UBND"
    assert "không cấp lại" in found["Cấp số văn bản"][5]
    assert found["Quyết định khen thưởng 77/QĐ-UBND"][3] == "HS-2030-0001"
    for row in found.values():
        assert not re.search(r"[a-z]+[.][a-z_]+", f"{row[1]} {row[5]}"), row


@on_sqlite
def test_a_nomination_that_stopped_is_on_the_list_once(database, ward, journal, backup):
    walk = Walk(database, ward).open().to("appraise_at_ward")
    restored = backup()
    walk.to("decide_at_ward").do(Outcome.AWARD)
    journal.seal()
    with restored.begin() as connection:
        connection.execute(text("UPDATE user_tasks SET element_id = 'x' WHERE state = 'open'"))
    report = roll_forward(restored, journal.key, journal.outside, NOON)
    (lost,) = report.lost
    assert lost.deed == "Bước xử lý của hồ sơ không làm lại được"


def test_a_password_that_was_changed_is_told_though_logins_are_not():
    said = {"stream": "logins", "seq": 1, "at": NOON.isoformat(), "actor": 1, "case": None}
    assert find_lost(said | {"act": "session.started"}, {}) is None
    assert "mật khẩu" in find_lost(said | {"act": "password.changed"}, {}).advice


def test_every_act_of_the_program_has_words_or_needs_nothing():
    sources = Path(engine.__file__).parent.rglob("*.py")
    acts = set()
    for path in sources:
        acts |= set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', path.read_text("utf-8")))
    assert len(acts) > 60
    assert acts - AGAIN - SILENT - DEEDS.keys() - _DEEDS.keys() == set()
    assert not QUIET & KEPT
