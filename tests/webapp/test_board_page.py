"""The page Hàng chờ theo cấp: the levels as columns and as a table."""

from forms.vocabulary import Award
from tests.walk import Walk


def test_the_board_says_the_same_as_columns_and_as_a_table(database, ward, browse):
    Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    page = browse("ward_clerk").get("/hang-cho").text
    columns, _, table = page.partition("<table")
    for part in (columns, table):
        for level in ("Cấp đơn vị", "Cấp phường", "Cấp tỉnh", "Chủ tịch nước"):
            assert level in part
        assert "/ho-so?level=ward&amp;order=waiting" in part
    assert "từ 02/12/2030" in columns


def test_people_of_a_unit_have_no_board(browse):
    head = browse("school_head")
    assert head.get("/hang-cho").status_code == 403
    assert "/hang-cho" not in head.get("/").text
