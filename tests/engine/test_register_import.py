"""A list of past awards enters the register: no row lost, nothing brought together unasked."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.errors import InvalidSubmission, NotFound, NotPermitted
from engine.queries.register_imports import get_list, list_imports
from engine.register_import import Answers, ListDecision, drop_list, enter_list, read_list
from engine.register_lists import list_words, read_list_words
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    ImportState,
    JournalEntry,
    RegisterEntry,
    RegisterImport,
    RegisterImportRow,
    SubjectName,
    SubjectRow,
)
from engine.subject_records import subject_for
from forms.messages import sentence
from forms.vocabulary import (
    AuthorityLevel,
    CommendationKind,
    EntrySource,
    Honour,
    SubjectKind,
)
from tests.walk import new_key, on_sqlite
from tests.ward import NOON

LIST = Path(__file__).parent / "lists" / "danh-sach-tap-the.csv"
DECISION = ListDecision(
    number="2210/QĐ-UBND",
    decided_on=date(2029, 12, 20),
    authority_name="Chủ tịch Ủy ban nhân dân tỉnh",
    authority_level=AuthorityLevel.PROVINCE,
    kind=CommendationKind.MERIT,
    achieved_from=date(2029, 1, 1),
    achieved_to=date(2029, 12, 31),
)

HEAD = "ten_doi_tuong,don_vi_cong_tac,phan_loai_khen_thuong,danh_hieu_hinh_thuc\n"
ROW = "Tổ Toán,Trường Hoa Ban,Khen thưởng tập thể,Tập thể lao động tiên tiến\n"
TWO_SPELLINGS = (
    HEAD
    + "Hội LHPN phường,Phường Vạn Xuân,Khen thưởng tập thể,Giấy khen\n"
    + "Hội Liên hiệp Phụ nữ  phường,Phường Vạn Xuân,Khen thưởng tập thể,Bằng khen cấp tỉnh\n"
)


def read(database, ward, data, actor="ward_clerk", decision=DECISION, filename="ds.csv"):
    with unit_of_work(database) as session:
        return read_list(
            session,
            filename=filename,
            data=data if isinstance(data, bytes) else data.encode(),
            decision=decision,
            actor=ward.people[actor],
            at=NOON,
            key=new_key(),
        )


def enter(database, ward, import_id, together=(), chosen=None, left_out=()):
    with unit_of_work(database) as session:
        return enter_list(
            session,
            import_id=import_id,
            answers=Answers(dict(together), chosen or {}, frozenset(left_out)),
            actor=ward.ward_clerk,
            at=NOON,
            key=new_key(),
        )


def page(database, ward, import_id):
    with reading(database) as session:
        return get_list(session, ward.ward_clerk, import_id)


def counts(database):
    tables = (RegisterEntry, RegisterImport, RegisterImportRow, SubjectRow, JournalEntry)
    with reading(database) as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_the_real_list_keeps_every_row_byte_for_byte(database, ward):
    import_id = read(database, ward, LIST.read_bytes(), filename=LIST.name)
    with LIST.open(encoding="utf-8-sig", newline="") as file:
        original = list(csv.DictReader(file))
    with reading(database) as session:
        rows = session.scalars(select(RegisterImportRow).order_by(RegisterImportRow.line))
        assert [row.original for row in rows] == original
        assert session.scalar(select(func.count()).select_from(RegisterEntry)) == 0
    found = page(database, ward, import_id)
    assert len(found.rows) == len(original) == 120
    assert found.problems == ()


def test_the_real_list_is_brought_together_only_as_a_person_says(database, ward):
    import_id = read(database, ward, LIST.read_bytes())
    found = page(database, ward, import_id)
    assert found.spellings > found.distinct
    centre = next(one for one in found.names if one.printed.startswith("Sở Y tế"))
    assert {one.text for one in centre.spellings} == {" Sở Y tế", "Sở Y tế"}
    with pytest.raises(InvalidSubmission) as refused:
        enter(database, ward, import_id)
    assert set(refused.value.messages) == {f"together.{one.key}" for one in found.names}
    (doubled,) = found.doubled
    together = {one.key: True for one in found.names}
    with pytest.raises(InvalidSubmission) as refused:
        enter(database, ward, import_id, together)
    assert list(refused.value.messages) == [f"row.{doubled.line}"]
    assert enter(database, ward, import_id, together, left_out=[doubled.line]) == 119
    with reading(database) as session:
        entries = list(session.scalars(select(RegisterEntry)))
        assert len(entries) == 119
        assert {entry.honour for entry in entries} == {Honour.ADVANCED_COLLECTIVE}
        assert {entry.source for entry in entries} == {EntrySource.FILE}
        rows = {row.id: row for row in session.scalars(select(RegisterImportRow))}
        assert len(rows) == 120
        for entry in entries:
            assert entry.subject_text == rows[entry.import_row_id].original["ten_doi_tuong"]
        assert session.scalar(select(func.count()).select_from(SubjectRow)) == 119


def test_one_name_by_a_person_is_one_subject_that_keeps_both_spellings(database, ward):
    import_id = read(database, ward, TWO_SPELLINGS)
    (name,) = page(database, ward, import_id).names
    assert enter(database, ward, import_id, {name.key: True}) == 2
    with reading(database) as session:
        (subject,) = session.scalars(select(SubjectRow))
        entries = session.scalars(select(RegisterEntry).order_by(RegisterEntry.id))
        assert [entry.subject_text for entry in entries] == [
            "Hội LHPN phường",
            "Hội Liên hiệp Phụ nữ  phường",
        ]
        kept = set(session.scalars(select(SubjectName.name)))
        assert kept | {subject.name} >= {"Hội LHPN phường", "Hội Liên hiệp Phụ nữ  phường"}


def test_two_names_by_a_person_stay_two_subjects(database, ward):
    import_id = read(database, ward, TWO_SPELLINGS)
    (name,) = page(database, ward, import_id).names
    assert enter(database, ward, import_id, {name.key: False}) == 2
    with reading(database) as session:
        assert session.scalar(select(func.count()).select_from(SubjectRow)) == 2


def test_a_subject_of_the_system_is_suggested_and_taken_only_if_chosen(database, ward):
    with unit_of_work(database) as session:
        known = subject_for(
            session,
            kind=SubjectKind.COLLECTIVE,
            name="Tổ Toán",
            place="Trường Hoa Ban",
            at=NOON,
        ).id
    import_id = read(database, ward, HEAD + ROW)
    (listed,) = page(database, ward, import_id).subjects
    assert [one.subject_id for one in listed.suggestions] == [known]
    enter(database, ward, import_id, chosen=dict.fromkeys(listed.lines, known))
    with reading(database) as session:
        assert session.scalars(select(RegisterEntry.subject_id)).all() == [known]
    other = read(database, ward, HEAD + ROW + "\n", decision=replace(DECISION, number="7/QĐ"))
    enter(database, ward, other)
    with reading(database) as session:
        assert len(set(session.scalars(select(RegisterEntry.subject_id)))) == 2


def test_decomposed_letters_dashes_and_spaces_are_one_name_for_the_machine(database, ward):
    rows = (
        "Trung tâm Mắt – Nội tiết,A,Khen thưởng tập thể,Giấy khen\n"
        "Trung tâm Mắt - Nội tiết,A,Khen thưởng tập thể,Bằng khen cấp tỉnh\n"
        "U\u0309y ban phường,A,Khen thưởng tập thể,Giấy khen\n"
        "Ủy  ban phường,A,Khen thưởng tập thể,Bằng khen cấp tỉnh\n"
    )
    import_id = read(database, ward, HEAD + rows)
    found = page(database, ward, import_id)
    assert [len(name.spellings) for name in found.names] == [2, 2]
    enter(database, ward, import_id, {name.key: True for name in found.names})
    with reading(database) as session:
        texts = list(session.scalars(select(RegisterEntry.subject_text)))
    assert "U\u0309y ban phường" in texts


def test_an_award_that_nobody_knows_keeps_its_words(database, ward):
    import_id = read(database, ward, HEAD + ROW.replace("Tập thể lao động tiên tiến", "Kỷ lục"))
    enter(database, ward, import_id)
    with reading(database) as session:
        (entry,) = session.scalars(select(RegisterEntry))
        assert (entry.honour, entry.honour_text) == (Honour.OTHER, "Kỷ lục")


def test_semicolons_and_a_byte_order_mark_are_read_too(database, ward):
    data = ("\ufeff" + (HEAD + ROW).replace(",", ";")).encode()
    found = page(database, ward, read(database, ward, data))
    assert [row.subject for row in found.rows] == ["Tổ Toán"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"T\xe0\xff", "list_not_utf8", id="other-encoding"),
        pytest.param(b"PK\x03\x04rest", "list_is_workbook", id="workbook"),
        pytest.param(HEAD.encode(), "list_without_rows", id="no-rows"),
        pytest.param(b"", "list_without_rows", id="empty"),
        pytest.param((HEAD + '"Tổ,Toán\n').encode(), "list_not_csv", id="open-quote"),
        pytest.param(b"stt,ten_goi\n1,a\n", "list_lacks_column", id="other-columns"),
        pytest.param(
            (HEAD.replace("don_vi_cong_tac", "Đối tượng") + ROW).encode(),
            "list_column_twice",
            id="twice",
        ),
    ],
)
@on_sqlite
def test_a_file_that_is_no_list_is_refused_and_changes_nothing(database, ward, data, message):
    before = counts(database)
    with pytest.raises(InvalidSubmission) as refused:
        read(database, ward, data)
    (found,) = refused.value.messages["file"]
    assert found.split("|")[0] == message
    assert sentence(found, "vi") != sentence(found, "en")
    assert counts(database) == before


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",A,Khen thưởng tập thể,Giấy khen\n", "row_without_subject"),
        ("Tổ Toán,A,Khen thưởng tập thể,\n", "row_without_honour"),
        ("Tổ Toán,A,Khen thưởng loài mèo,Giấy khen\n", "row_of_unknown_kind|"),
        ("Tổ Toán,A,Khen thưởng tập thể\n", "row_other_width|3|4"),
        ("Tổ Toán,A,Khen thưởng tập thể,Giấy khen,thêm\n", "row_other_width|5|4"),
        ("x" * 301 + ",A,Khen thưởng tập thể,Giấy khen\n", "too_long|300|301"),
    ],
)
@on_sqlite
def test_a_row_with_a_problem_is_kept_and_never_entered_unseen(database, ward, row, problem):
    import_id = read(database, ward, HEAD + ROW + row)
    (found,) = page(database, ward, import_id).problems
    assert found.problem.startswith(problem)
    with pytest.raises(InvalidSubmission) as refused:
        enter(database, ward, import_id)
    assert list(refused.value.messages) == [f"row.{found.line}"]
    assert enter(database, ward, import_id, left_out=[found.line]) == 1
    with reading(database) as session:
        assert session.scalar(select(func.count()).select_from(RegisterImportRow)) == 2


@on_sqlite
def test_a_list_that_does_not_have_what_its_decision_says_is_refused(database, ward):
    before = counts(database)
    with pytest.raises(InvalidSubmission) as refused:
        read(
            database,
            ward,
            HEAD + ROW,
            decision=replace(DECISION, collectives=5, individuals=4),
        )
    assert refused.value.messages == {
        "collectives": ["counts_differ|5|1"],
        "individuals": ["counts_differ|4|0"],
    }
    assert counts(database) == before


@on_sqlite
def test_contradictory_days_of_the_decision_are_refused(database, ward):
    with pytest.raises(InvalidSubmission) as refused:
        read(
            database,
            ward,
            HEAD + ROW,
            decision=replace(DECISION, achieved_to=date(2028, 12, 31)),
        )
    assert "achieved_to" in refused.value.messages


@on_sqlite
def test_the_same_file_is_recognised_until_it_was_put_aside(database, ward):
    import_id = read(database, ward, HEAD + ROW)
    with pytest.raises(InvalidSubmission) as refused:
        read(database, ward, HEAD + ROW)
    assert refused.value.messages["file"] == ["list_known|ds.csv|02/12/2030"]
    with unit_of_work(database) as session:
        drop_list(session, import_id=import_id, actor=ward.ward_clerk, at=NOON)
    assert page(database, ward, import_id).state is ImportState.DROPPED
    with pytest.raises(NotFound):
        enter(database, ward, import_id)
    assert read(database, ward, HEAD + ROW) != import_id


@on_sqlite
def test_a_list_is_entered_once(database, ward):
    import_id = read(database, ward, HEAD + ROW)
    enter(database, ward, import_id)
    before = counts(database)
    with pytest.raises(NotFound):
        enter(database, ward, import_id)
    assert counts(database) == before


@on_sqlite
@pytest.mark.parametrize("who", ["school_head", "auditor", "administrator", "ward_chairman"])
def test_only_who_writes_the_register_reads_a_list_into_it(database, ward, who):
    with pytest.raises(NotPermitted):
        read(database, ward, HEAD + ROW, actor=who)
    with reading(database) as session, pytest.raises(NotPermitted):
        list_imports(session, ward.people[who])


def test_reading_and_entering_are_journaled(database, ward):
    import_id = read(database, ward, HEAD + ROW)
    enter(database, ward, import_id)
    with reading(database) as session:
        actions = session.scalars(
            select(JournalEntry.action)
            .where(JournalEntry.stream == "register")
            .order_by(JournalEntry.seq)
        ).all()
        (line,) = list_imports(session, ward.ward_clerk)
    assert actions[:2] == ["list.read", "list.entered"]
    assert (line.rows, line.state) == (1, ImportState.ENTERED)


def test_a_table_of_words_with_a_mistake_names_its_line():
    with pytest.raises(ValueError, match="3: found “planet”, expected one of subject"):
        read_list_words('format: "1"\ncolumns:\n  - {column: planet, names: [a]}\n', "w.yaml")


@pytest.mark.parametrize(
    ("words", "honour"),
    [
        ("Bằng khen của Chủ tịch UBND tỉnh", Honour.PROVINCIAL_MERIT),
        ("bằng khen của  UBND tỉnh", Honour.PROVINCIAL_MERIT),
        ("Cờ thi đua của UBND tỉnh", Honour.PROVINCIAL_FLAG),
        ("Cờ thi đua cấp Bộ, ngành, tỉnh, đoàn thể trung ương", Honour.PROVINCIAL_FLAG),
        (
            "Chiến sĩ thi đua cấp Bộ, ngành, tỉnh, đoàn thể trung ương",
            Honour.PROVINCIAL_FIGHTER,
        ),
        ("Giấy khen của Chủ tịch UBND phường", Honour.UNIT_CERTIFICATE),
        ("Huân chương Lao động hạng nhì", Honour.LABOR_ORDER_SECOND),
        # One of a ministry or of a province: nobody can tell which.
        ("Bằng khen cấp bộ, ban, ngành, tỉnh, đoàn thể trung ương", Honour.OTHER),
        ("Giấy khen của Đảng ủy", Honour.OTHER),
        ("Chiến sĩ tiên tiến", Honour.OTHER),
    ],
)
def test_an_award_is_known_however_catalogues_write_it_and_never_guessed(words, honour):
    assert list_words().honour_of(words) is honour
