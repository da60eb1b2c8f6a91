"""The extract of the register: whose entries, in which order, how many."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pypdf
import pytest

from engine import register_extract
from engine.errors import NotPermitted
from engine.permissions import Actor
from engine.queries.register import RegisterFilter
from engine.register import make_entry
from engine.register_extract import make_extract
from engine.register_facts import AwardFacts
from engine.store.database import reading, unit_of_work
from engine.subject_records import subject_for
from forms.vocabulary import (
    AuthorityLevel,
    CommendationKind,
    EntrySource,
    EntryState,
    Honour,
    SubjectKind,
)
from tests.statements import counted
from tests.walk import on_sqlite
from tests.ward import NOON

pytestmark = on_sqlite

TODAY = date(2030, 12, 2)
NAME = "Hội Phụ nữ mẫu"
FACTS = AwardFacts(
    subject_text=NAME,
    honour=Honour.UNIT_CERTIFICATE,
    kind=CommendationKind.MOVEMENT,
    authority_level=AuthorityLevel.WARD,
    authority_name="Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
    number="15/QĐ-UBND",
    decided_on=date(2026, 1, 20),
    content="Thành tích mẫu \U0001f600.",
)


@pytest.fixture
def entered(database, ward):
    """Three awards of three days, the second annulled, the last with neither number nor day."""
    with unit_of_work(database) as session:
        subject = subject_for(session, kind=SubjectKind.COLLECTIVE, name=NAME, at=NOON)
        changes = (
            {},
            {"number": "16/QĐ-UBND", "decided_on": FACTS.decided_on + timedelta(400)},
            {"number": "", "decided_on": None, "honour": Honour.PROVINCIAL_MERIT},
        )
        for one in changes:
            entry = make_entry(
                replace(FACTS, **one), subject_id=subject.id, source=EntrySource.HAND, at=NOON
            )
            if entry.number.startswith("16"):
                entry.state = EntryState.ANNULLED
            session.add(entry)
    return ward


def said(database, actor, **wanted):
    with reading(database) as session:
        content = make_extract(session, actor, RegisterFilter(**wanted), TODAY)
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_extract_has_what_the_list_has_the_earliest_first(database, entered):
    text = said(database, entered.ward_clerk)
    places = [text.index(words) for words in ("15/QĐ-UBND", "16/QĐ-UBND", "Tổng số: 03")]
    assert places == sorted(places)
    assert text.index("Bằng khen") < places[0]  # without a day: before all
    assert "(Đã hủy bỏ, thu hồi)" in text
    assert "Thành tích mẫu □." in text
    assert "Hoàng Thị Sổ" in text
    assert "Phạm vi" not in text


def test_filters_narrow_it_and_are_told(database, entered):
    wanted = {"year": 2027, "state": EntryState.ANNULLED, "text": "phu nu"}
    text = said(database, entered.ward_clerk, **wanted)
    told = "(Phạm vi trích: năm 2027; hiệu lực: Đã hủy bỏ, thu hồi; có “phu nu”)"
    assert told in text
    assert "16/QĐ-UBND" in text
    assert "15/QĐ-UBND" not in text
    assert "Không có mục nào." in said(database, entered.ward_clerk, year=2020)


def test_others_see_no_more_than_in_the_list(database, entered):
    assert "Không có mục nào." in said(database, entered.school_clerk)
    with pytest.raises(NotPermitted):
        said(database, Actor(entered.ward_clerk.person_id, "Mẫu", ()))


def test_of_too_many_the_latest_are_extracted_and_the_paper_says_so(
    database, entered, monkeypatch
):
    monkeypatch.setattr(register_extract, "MOST", 1)
    text = said(database, entered.ward_clerk)
    assert "(Chỉ trích 1 mục có quyết định gần đây nhất)" in text
    assert "16/QĐ-UBND" in text
    assert "15/QĐ-UBND" not in text


def test_two_queries_are_enough(database, entered):
    with counted(database) as statements:
        said(database, entered.ward_clerk)
    assert len([one for one in statements if one.lstrip().startswith("SELECT")]) <= 2
