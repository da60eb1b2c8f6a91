"""The page Việc cần làm: what waits for its reader, narrowed by a tile or a search."""

import pytest

from forms.vocabulary import Award, Outcome
from tests.walk import Walk


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open(award=Award.PROVINCIAL_MERIT)


def test_a_task_is_listed_with_a_link_to_it(walk, browse):
    walk.to("appraise_at_ward")
    page = browse("ward_clerk").get("/").text
    assert f'href="/cong-viec/{walk.task().id}"' in page
    for words in ("Nguyễn Thị Ví Dụ", "HS-2030-0001", "Tiếp nhận và thẩm định hồ sơ"):
        assert words in page
    assert "Chưa có quy định trong hệ thống" in page
    assert "Hoàng Thị Sổ" in page


def test_a_tile_narrows_the_list_and_keeps_the_search(walk, browse):
    walk.to("appraise_at_ward").do(Outcome.RETURN)
    clerk = browse("school_clerk")
    assert "Nguyễn Thị Ví Dụ" in clerk.get("/?tile=returned&q=vi+du").text
    assert "Không có việc nào phù hợp." in clerk.get("/?tile=on_hold&q=vi+du").text
    assert "/?tile=on_hold&amp;q=vi+du" in clerk.get("/?q=vi+du").text.replace(
        "?q=vi+du&amp;tile=on_hold", "?tile=on_hold&amp;q=vi+du"
    )


def test_what_waits_above_leads_to_its_case(walk, browse):
    walk.to("appraise_at_province")
    page = browse("ward_clerk").get("/?tile=above").text
    assert 'href="/ho-so/HS-2030-0001"' in page
    assert walk.task().id not in page


def test_an_empty_inbox_says_what_comes_next(walk, browse):
    page = browse("company_head").get("/").text
    assert "Không có việc nào chờ ông/bà." in page
    assert "Nguyễn Thị Ví Dụ" not in page


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999999999999999", "tile=x"])
def test_an_odd_address_shows_the_first_page(walk, browse, query):
    assert "Nguyễn Thị Ví Dụ" in browse("school_clerk").get(f"/?{query}").text


def test_what_people_typed_is_shown_as_text(walk, browse):
    page = browse("school_clerk").get('/?q="><script>alert(1)</script>').text
    assert "<script" not in page
