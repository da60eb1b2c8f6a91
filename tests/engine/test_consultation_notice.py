"""The notice of a consultation as a paper: the words that were published, and no more."""

import io
from datetime import date

import pypdf
import pytest

from engine.consultation_notice import make_consultation_notice
from engine.consultations import start_consultation
from engine.errors import NotFound, NotPermitted
from engine.filestore import FileStore
from engine.store.database import reading, unit_of_work
from engine.store.models import Case
from forms.vocabulary import Award
from tests.council import NOMINEES, walk_to_council
from tests.statements import counted
from tests.walk import on_sqlite
from tests.ward import NOON

pytestmark = on_sqlite

ODD_NAME = 'Tổ (mẫu) <b>: đề nghị tặng</b> <img src="file:x"/> \U0001f600'


@pytest.fixture
def asked(database, ward, tmp_path):
    """Ask the public, with this number, about the nomination of the first nominee."""

    def ask(number="", name=NOMINEES[0]):
        walk = walk_to_council(
            database,
            ward,
            NOMINEES[0],
            award=Award.LABOR_ORDER,
            element="record_provincial_council",
        )
        with unit_of_work(database) as session:
            session.get_one(Case, walk.case_id).subject_name = name
        with unit_of_work(database) as session:
            row = start_consultation(
                session,
                FileStore(tmp_path),
                unit_id=ward.units["tinh"],
                case_ids=[walk.case_id],
                number=number,
                channel="Cổng thông tin điện tử tỉnh",
                address="Mục Thi đua",
                published_on=date(2030, 12, 2),
                actor=ward.provincial_clerk,
                at=NOON,
            )
            return row.id, walk.case_id

    return ask


def made(database, actor, consultation_id):
    with reading(database) as session:
        return make_consultation_notice(session, actor, consultation_id)


def said(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_paper_has_the_words_of_the_notice_and_room_for_its_number(database, ward, asked):
    row, _ = asked()
    text = said(made(database, ward.provincial_clerk, row))
    assert "ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN" in text
    assert "Số: /TB-UBND" in text
    assert "Thái Nguyên, ngày tháng năm 2030" in text
    assert "Thực hiện khoản 5 Điều 84 Luật Thi đua, khen thưởng" in text
    assert f"1 {NOMINEES[0]} Trường" in text
    assert f"{Award.LABOR_ORDER.vi} Hình thức công khai: Cổng" in text
    assert "10 ngày làm việc, từ ngày 02/12/2030 đến hết ngày 16/12/2030" in text
    assert "- Cổng thông tin điện tử tỉnh (để công khai);" in text
    assert "CHỦ TỊCH" in text
    assert "TM." not in text


def test_with_a_number_of_the_council_the_paper_is_the_councils(database, ward, asked):
    row, _ = asked("15/TB-HĐTĐKT")
    text = said(made(database, ward.provincial_clerk, row))
    assert "UBND TỈNH THÁI NGUYÊN HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG" in text
    assert "Số: 15/TB-HĐTĐKT" in text
    assert "TM. HỘI ĐỒNG" in text


def test_a_name_that_changes_later_leaves_the_notice_as_it_was(database, ward, asked):
    row, case_id = asked()
    first = made(database, ward.provincial_clerk, row)
    with unit_of_work(database) as session:
        session.get_one(Case, case_id).subject_name = "Tên khác"
    assert made(database, ward.ward_clerk, row) == first


def test_a_name_of_any_shape_stands_in_its_row(database, ward, asked):
    row, _ = asked(name=ODD_NAME)
    text = said(made(database, ward.provincial_clerk, row))
    assert f"1 {ODD_NAME.replace(chr(0x1F600), '□')} Trường" in text


def test_who_sees_no_consultations_gets_no_notice(database, ward, asked):
    row, _ = asked()
    with pytest.raises(NotPermitted):
        made(database, ward.school_clerk, row)
    with pytest.raises(NotFound):
        made(database, ward.provincial_clerk, row + 1)


def test_a_few_queries_are_enough(database, ward, asked):
    row, _ = asked()
    with counted(database) as statements:
        made(database, ward.provincial_clerk, row)
    assert len([one for one in statements if one.lstrip().startswith("SELECT")]) <= 6
