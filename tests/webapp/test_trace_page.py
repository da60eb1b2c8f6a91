"""The way of a case: the diagrams it went through and its steps, who and when."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from forms.vocabulary import Award, Outcome
from tests.walk import Walk, on_sqlite

CASE = "/ho-so/HS-2030-0001"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open(award=Award.PROVINCIAL_MERIT)


def drawings(page):
    found = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    roots = [ElementTree.fromstring(one) for one in found]  # noqa: S314  # our own page
    return {root.find(f"{SVG}title").get("id").removeprefix("title-"): root for root in roots}


def nodes(root, kind):
    """Return the names of the elements of a drawing that look like ``kind``."""
    marked = [one for one in root.iter() if one.get("class") == f"node {kind}"]
    return {" ".join("".join(one.itertext()).split()) for one in marked}


def test_every_step_says_who_when_and_what(walk, browse):
    walk.to("decide_at_ward").do(Outcome.RETURN)
    page = browse("auditor").get(f"{CASE}/duong-di").text
    rows = re.findall(r'<tr id="buoc-\d+".*?</tr>', page, re.DOTALL)
    assert len(rows) == 7
    returned = rows[5]
    for words in ("Đặng Văn Ký", "Chủ tịch", "02/12/2030 12:00", "Trả lại"):
        assert words in returned
    assert "về: Đơn vị lập hồ sơ" in returned
    assert "Bổ sung số liệu và thời gian lập thành tích." in returned
    assert "Đang chờ" in rows[6]
    assert "Đỗ Thị Thử" in rows[6]


def test_the_drawing_shows_the_way_and_where_the_case_waits(walk, browse):
    walk.to("decide_at_ward")
    drawn = drawings(browse("auditor").get(f"{CASE}/duong-di").text)
    assert list(drawn) == ["nomination", "unit_certificate", "ward_council"]
    ward = drawn["ward_council"]
    (now,) = nodes(ward, "now")
    assert now.startswith("Chủ tịch phường quyết định: đang chờ")
    assert any("Ghi kết quả họp Hội đồng" in one for one in nodes(ward, "done"))
    assert any("Ban hành quyết định" in one for one in nodes(ward, "todo"))
    assert any("Đang ở đây" in one for one in nodes(drawn["nomination"], "now"))


def test_every_mark_in_a_drawing_leads_to_something_on_the_page(walk, browse):
    walk.to("decide_at_ward").do(Outcome.RETURN)
    walk.to("appraise_at_province")
    page = browse("auditor").get(f"{CASE}/duong-di").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    links = re.findall(r'href="#([^"]+)"', page)
    assert len(links) > 10
    assert set(links) <= set(ids)


def test_the_way_taken_is_one_line_from_the_start_to_the_token(walk, browse):
    walk.to("record_ward_council").do(Outcome.HOLD)
    drawn = drawings(browse("auditor").get(f"{CASE}/duong-di").text)
    taken = {
        name: len([one for one in root.iter() if one.get("class") == "flow taken"])
        for name, root in drawn.items()
    }
    # ward: arrival, mode, merge, appraise, held?, result, merge, council, held?, resume
    assert taken == {"nomination": 9, "unit_certificate": 7, "ward_council": 9}


def test_a_withdrawal_shows_where_the_case_was_stopped(walk, browse):
    walk.to("appraise_at_ward").withdraw()
    page = browse("auditor").get(f"{CASE}/duong-di").text
    assert "Dừng khi rút hồ sơ" in page
    assert "Cá nhân xin rút." in page
    drawn = drawings(page)
    (stopped,) = nodes(drawn["ward_council"], "stopped")
    assert "Đã rút" in stopped
    assert nodes(drawn["nomination"], "now") == set()


def test_the_way_reads_in_english(walk, browse):
    walk.to("decide_at_ward")
    auditor = browse("auditor")
    auditor.client.set_cookie("language", "en")
    drawn = drawings(auditor.get(f"{CASE}/duong-di").text)
    assert any(
        "The ward chairman decides" in one for one in nodes(drawn["ward_council"], "now")
    )


def test_drawings_have_no_inline_style_and_no_script(walk, browse):
    walk.to("decide_at_ward")
    page = browse("auditor").get(f"{CASE}/duong-di").text
    assert not re.search(r'\sstyle="|<style|<script|\son\w+="', page)


def as_it_was(browser, seq):
    page = browser.get(f"{CASE}/duong-di?den={seq}").text
    rows = re.findall(r'<tr id="buoc-\d+".*?</tr>', page, re.DOTALL)
    return page, rows, drawings(page)


@on_sqlite
def test_the_way_is_shown_as_it_was_at_every_past_step(walk, browse):
    walk.to("decide_at_ward").do(Outcome.RETURN)
    walk.at += timedelta(hours=1)
    walk.to("appraise_at_ward").withdraw()
    auditor = browse("auditor")
    entries = walk.journal()
    waiting = [one.detail["element"] for one in entries[1:-1]]
    for entry, next_element in zip(entries[:-1], [*waiting, "appraise_at_ward"], strict=True):
        page, rows, drawn = as_it_was(auditor, entry.seq)
        assert len(rows) == entry.seq + 1
        assert "Đang chờ" in rows[-1]
        assert f"#so-do-{[*drawn][-1]}" in page
        assert re.search(rf'id="so-do-\w+-{next_element}"', page), entry.seq
        assert len(nodes(drawn["nomination"], "now")) == 1
        assert "Cá nhân xin rút." not in page
    page, rows, drawn = as_it_was(auditor, entries[-1].seq)
    assert nodes(drawn["nomination"], "now") == set()
    assert "Cá nhân xin rút." in rows[-1]


@on_sqlite
def test_a_past_moment_says_which_and_leads_back(walk, browse):
    walk.to("decide_at_ward")
    auditor = browse("auditor")
    now = auditor.get(f"{CASE}/duong-di").text
    for seq in re.findall(r"duong-di\?den=(\d+)", now):
        page = auditor.get(f"{CASE}/duong-di?den={seq}").text
        assert f"ngay sau dòng nhật ký số {seq}." in page
        assert f'href="{CASE}/duong-di"' in page
    for odd in ("0", "99", "-1", "x", "9" * 30):
        assert "ngay sau dòng nhật ký" not in auditor.get(f"{CASE}/duong-di?den={odd}").text
