"""Subjects on pages: found by any name, compared and merged, named and held by the clerk."""

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.store.database import unit_of_work
from engine.store.models import (
    JournalEntry,
    RegisterEntry,
    SubjectMatter,
    SubjectName,
    SubjectRow,
)
from engine.subject_changes import confirm_same
from engine.subject_matters import record_matter
from engine.subject_records import subject_for
from forms.vocabulary import (
    AuthorityLevel,
    CommendationKind,
    EntrySource,
    HoldReason,
    Honour,
    SubjectKind,
)
from tests.ward import NOON

UNION = "Hội Liên hiệp Phụ nữ phường Vạn Xuân"
SHORT = "Hội LHPN phường"
VETERANS = "Hội Cựu chiến binh phường"
PAPER = "Thông báo số 12/TB-UBND ngày 01/9/2030"


@pytest.fixture
def database_url(sqlite_url):
    """The commands behind these pages are tested on both databases with the engine."""
    return sqlite_url


@pytest.fixture
def ids(accounts, database):
    """Return name → id of records that stand in the table."""
    with unit_of_work(database) as session:
        rows = [
            subject_for(session, kind=kind, name=name, place=place, at=NOON)
            for kind, name, place in (
                (SubjectKind.COLLECTIVE, UNION, "Phường Vạn Xuân"),
                (SubjectKind.COLLECTIVE, SHORT, ""),
                (SubjectKind.COLLECTIVE, VETERANS, ""),
                (SubjectKind.INDIVIDUAL, "Lê Thị Mơ", "Trường Hoa Ban"),
            )
        ]
        clerk = {"actor": accounts.ward_clerk, "at": NOON}
        confirm_same(session, subject_id=rows[2].id, name="Hội CCB", **clerk)
        record_matter(
            session,
            subject_id=rows[2].id,
            reason=HoldReason.COMPLAINT,
            began_on=NOON.date().replace(day=1),
            document=PAPER,
            **clerk,
        )
        session.add(_award(rows[1].id))
        return {row.name: row.id for row in rows}


def _award(subject_id):
    return RegisterEntry(
        subject_id=subject_id,
        subject_text="Hội LHPN P.",
        folded_subject="hoi lhpn p.",
        honour=Honour.PROVINCIAL_MERIT,
        honour_text="Bằng khen của Chủ tịch UBND tỉnh",
        kind=CommendationKind.MOVEMENT,
        number="15/QĐ-UBND",
        decided_on=NOON.date(),
        authority_name="Chủ tịch UBND tỉnh",
        authority_level=AuthorityLevel.PROVINCE,
        source=EntrySource.HAND,
        entered_at=NOON,
    )


@pytest.fixture
def form(browse):
    """Return a function that opens a form as a person and sends it with their answers."""

    def send(path, fields, who="ward_clerk"):
        browser = browse(who)
        page = browser.get(path)
        assert page.status_code == 200, page.text
        key = re.search(r'name="key" value="(\w+)"', page.text).group(1)
        return browser.post(path, {"key": key, **fields})

    return send


def state(database):
    """Return what these pages can change, and how many entries the journal has of it."""
    with Session(database) as session:
        tables = (SubjectRow, SubjectName, SubjectMatter)
        rows = [session.execute(select(table.__table__)).all() for table in tables]
        stream = JournalEntry.stream == "subjects"
        return rows, session.scalar(select(func.count(JournalEntry.id)).where(stream))


READERS = (
    "ward_clerk",
    "auditor",
    "ward_chairman",
    "council_secretary",
    "council_member",
    "provincial_clerk",
)


@pytest.mark.parametrize("who", READERS)
def test_the_subjects_are_open_to_those_who_examine(browse, ids, who):
    browser = browse(who)
    assert UNION in browser.get("/doi-tuong").text
    assert browser.get(f"/doi-tuong/{ids[UNION]}").status_code == 200


@pytest.mark.parametrize("who", ["school_head", "school_clerk", "administrator", "pm_clerk"])
def test_others_see_none_of_them(browse, ids, who):
    browser = browse(who)
    assert browser.get("/doi-tuong").status_code == 403
    assert browser.get(f"/doi-tuong/{ids[UNION]}").status_code == 403
    assert 'href="/doi-tuong"' not in browser.get("/dot-khen-thuong").text


PATHS = ("ten-moi", "ten-khac", "noi-quan-ly", "giai-the", "gop", "van-de", "tach")


@pytest.mark.parametrize("who", ["ward_chairman", "auditor", "school_head"])
def test_only_the_clerk_changes_them(browse, ids, database, who):
    before = state(database)
    browser = browse(who)
    number, other = ids[VETERANS], ids[UNION]
    for path in (*PATHS, "ten-khac/1/bo", "van-de/1", f"gop/{other}"):
        assert browser.get(f"/doi-tuong/{number}/{path}").status_code == 403, path
        if path != "gop":
            answer = browser.post(f"/doi-tuong/{number}/{path}", {"key": "k", "name": "X"})
            assert answer.status_code == 403, path
    assert state(database) == before


@pytest.mark.parametrize("text", ["lhpn", "LHPN phường", "hội liên hiệp PHỤ NỮ", "phu nu"])
def test_a_subject_is_found_by_its_name_in_any_spelling(browse, ids, text):
    page = browse("ward_clerk").get(f"/doi-tuong?q={text}").text
    assert UNION in page
    assert SHORT in page
    assert VETERANS not in page


def test_a_subject_is_found_by_another_name_and_by_kind(browse, ids):
    browser = browse("ward_clerk")
    assert VETERANS in browser.get("/doi-tuong?q=hoi+ccb").text
    people = browser.get("/doi-tuong?kind=individual").text
    assert "Lê Thị Mơ" in people
    assert UNION not in people
    assert "Không có đối tượng nào phù hợp" in browser.get("/doi-tuong?q=%25").text


def test_a_record_shows_what_belongs_to_it_and_what_looks_like_it(browse, ids):
    page = browse("ward_clerk").get(f"/doi-tuong/{ids[SHORT]}").text
    assert "15/QĐ-UBND" in page
    assert "Hội LHPN P." in page
    assert f'href="/doi-tuong/{ids[SHORT]}/gop/{ids[UNION]}"' in page
    assert browse("auditor").get(f"/doi-tuong/{ids[SHORT]}").text.count("/gop/") == 0


@pytest.mark.parametrize(("who", "sees"), [("ward_chairman", True), ("council_member", False)])
def test_what_stands_against_a_subject_is_shown_to_few(browse, ids, who, sees):
    page = browse(who).get(f"/doi-tuong/{ids[VETERANS]}").text
    assert (PAPER in page) is sees


def test_two_records_are_compared_and_become_one(form, browse, ids):
    short, union = ids[SHORT], ids[UNION]
    path = f"/doi-tuong/{short}/gop/{union}"
    page = browse("ward_clerk").get(path).text
    assert page.index(SHORT) < page.index(UNION)
    assert "15/QĐ-UBND" in page
    answer = form(path, {})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/doi-tuong/{union}")
    browser = browse("ward_clerk")
    kept = browser.get(f"/doi-tuong/{union}").text
    assert "15/QĐ-UBND" in kept
    assert f'href="/doi-tuong/{short}/tach"' in kept
    assert f'href="/doi-tuong/{union}"' in browser.get(f"/doi-tuong/{short}").text
    assert SHORT not in browser.get("/doi-tuong").text
    assert "Nay tính cho" in browser.get("/doi-tuong?q=lhpn").text


def test_a_merger_is_taken_back(form, browse, ids):
    form(f"/doi-tuong/{ids[SHORT]}/gop/{ids[UNION]}", {})
    assert form(f"/doi-tuong/{ids[SHORT]}/tach", {}).status_code == 303
    assert "15/QĐ-UBND" not in browse("ward_clerk").get(f"/doi-tuong/{ids[UNION]}").text


def test_a_double_click_merges_once(browse, ids, database):
    browser = browse("ward_clerk")
    path = f"/doi-tuong/{ids[SHORT]}/gop/{ids[UNION]}"
    answers = [browser.post(path, {"key": "0" * 32}) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with Session(database) as session:
        merged = JournalEntry.action == "subject.merged"
        assert session.scalar(select(func.count(JournalEntry.id)).where(merged)) == 1


def test_a_person_does_not_become_a_collective(form, ids, database):
    before = state(database)
    answer = form(f"/doi-tuong/{ids['Lê Thị Mơ']}/gop/{ids[UNION]}", {})
    assert answer.status_code == 422
    assert "cá nhân chỉ đi với cá nhân" in answer.text
    assert state(database) == before


def test_another_record_to_merge_with_is_searched(browse, ids):
    page = browse("ward_clerk").get(f"/doi-tuong/{ids[UNION]}/gop?q=hoi").text
    assert f'href="/doi-tuong/{ids[UNION]}/gop/{ids[VETERANS]}"' in page
    assert f"/gop/{ids[UNION]}" not in page
    page = browse("ward_clerk").get(f"/doi-tuong/{ids[UNION]}/gop?q=le+thi+mo").text
    assert f"/gop/{ids['Lê Thị Mơ']}" not in page


def test_the_clerk_names_a_subject(form, browse, ids):
    path = f"/doi-tuong/{ids[VETERANS]}"
    new = {"name": "Hội CCB phường Vạn Xuân", "used_until": "30/06/2030"}
    assert form(f"{path}/ten-moi", new).status_code == 303
    assert form(f"{path}/ten-khac", {"name": "CCB  phường"}).status_code == 303
    old = {"name": "Ban liên lạc CCB", "is_former": "1", "used_until": ""}
    assert form(f"{path}/ten-khac", old).status_code == 303
    page = browse("ward_clerk").get(path).text
    assert "<h1>Hội CCB phường Vạn Xuân</h1>" in page
    assert "Tên cũ, đến hết 30/06/2030" in page
    assert "“CCB  phường”" in page
    assert re.search(r"“Ban liên lạc CCB”\s*<span class=\"tag\">Tên cũ</span>", page)


def test_a_name_that_was_a_slip_is_taken_away(form, browse, ids):
    path = f"/doi-tuong/{ids[VETERANS]}"
    page = browse("ward_clerk").get(path).text
    address = re.search(rf"{path}/ten-khac/\d+/bo", page).group(0)
    assert form(address, {}).status_code == 303
    assert "“Hội CCB”" not in browse("ward_clerk").get(path).text
    other = address.replace(path, f"/doi-tuong/{ids[UNION]}")
    assert browse("ward_clerk").get(other).status_code == 404


def test_a_place_and_an_end_are_written_down(form, browse, ids):
    path = f"/doi-tuong/{ids[UNION]}"
    assert form(f"{path}/noi-quan-ly", {"place": "Phường Mới"}).status_code == 303
    assert form(f"{path}/giai-the", {"dissolved_on": "30/06/2030"}).status_code == 303
    page = browse("ward_clerk").get(path).text
    assert "Phường Mới" in page
    assert "30/06/2030" in page
    assert "/giai-the" not in browse("ward_clerk").get(f"/doi-tuong/{ids['Lê Thị Mơ']}").text


def test_a_matter_is_recorded_and_settled(form, browse, ids):
    path = f"/doi-tuong/{ids[UNION]}"
    began = {"reason": "press", "began_on": "01/10/2030", "document": "9/BC-UBND"}
    assert form(f"{path}/van-de", began).status_code == 303
    page = browse("ward_clerk").get(path).text
    assert "9/BC-UBND" in page
    address = re.search(rf"{path}/van-de/\d+", page).group(0)
    ended = {"ended_on": "20/10/2030", "sanctioned": "1", "document": "10/KL-UBND"}
    assert form(address, ended).status_code == 303
    page = browse("ward_clerk").get(path).text
    assert "9/BC-UBND; 10/KL-UBND" in page
    assert "Có bị xử lý" in page
    other = address.replace(path, f"/doi-tuong/{ids[SHORT]}")
    assert browse("ward_clerk").get(other).status_code == 404


WRONG = {
    "no name": ("ten-moi", {"name": " "}, "name"),
    "a day that is none": ("ten-khac", {"name": "X", "used_until": "31/02/2030"}, "used_until"),
    "an end tomorrow": ("giai-the", {"dissolved_on": "03/12/2030"}, "dissolved_on"),
    "no reason": ("van-de", {"began_on": "01/10/2030", "document": "9/BC"}, "reason"),
    "no paper": ("van-de", {"reason": "press", "began_on": "01/10/2030"}, "document"),
    "what was denounced": (
        "van-de",
        {
            "reason": "complaint",
            "began_on": "01/10/2030",
            "document": "9/BC",
            "note": "Bà X tố cáo <b>",
        },
        "note",
    ),
}


@pytest.mark.parametrize(("path", "fields", "wrong"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_shown_at_its_control(form, ids, database, path, fields, wrong):
    before = state(database)
    answer = form(f"/doi-tuong/{ids[UNION]}/{path}", fields)
    assert answer.status_code == 422
    assert f'href="#{wrong}"' in answer.text
    assert "<b>" not in answer.text
    assert state(database) == before


def test_a_record_that_is_not_there_is_not_found(browse, ids):
    browser = browse("ward_clerk")
    for path in ("", *(f"/{one}" for one in PATHS), f"/gop/{ids[UNION]}"):
        assert browser.get(f"/doi-tuong/999999{path}").status_code == 404, path
