"""The public is asked before a provincial council meets: for how long, and what came of it."""

from datetime import UTC, date, datetime

import pytest

from engine.attachments import check_file
from engine.consultations import (
    close_consultation,
    opinions_of,
    require_consulted,
    start_consultation,
)
from engine.errors import (
    ConsultationPending,
    InvalidSubmission,
    NoCalendarForDay,
    NotFound,
    NotPermitted,
)
from engine.filestore import FileStore
from engine.store.database import reading, unit_of_work
from engine.store.models import Consultation
from forms.vocabulary import Award, Level
from tests.council import NOMINEES, walk_to_council
from tests.engine.samples import PDF
from tests.engine.test_races import race
from tests.walk import on_sqlite
from tests.ward import NOON

DAY_AFTER = datetime(2030, 12, 17, 3, tzinfo=UTC)


@pytest.fixture
def walk(database, ward):
    return walk_to_council(
        database,
        ward,
        NOMINEES[0],
        award=Award.LABOR_ORDER,
        element="record_provincial_council",
    )


@pytest.fixture
def start(database, ward, walk, tmp_path):
    def start(**changes):
        values = {
            "unit_id": ward.units["tinh"],
            "case_ids": [walk.case_id],
            "number": "15/TB-HĐTĐKT",
            "channel": "Cổng thông tin điện tử tỉnh",
            "address": "Mục Thi đua",
            "published_on": date(2030, 12, 2),
            "actor": ward.provincial_clerk,
            "at": NOON,
        }
        with unit_of_work(database) as session:
            return start_consultation(session, FileStore(tmp_path), **(values | changes)).id

    return start


def close(database, ward, consultation_id, at=DAY_AFTER, opinions=0, handling="", actor=None):
    with unit_of_work(database) as session:
        close_consultation(
            session,
            consultation_id=consultation_id,
            opinions=opinions,
            handling=handling,
            actor=actor or ward.provincial_clerk,
            at=at,
        )


def ask(database, walk, level=Level.PROVINCE):
    with reading(database) as session:
        require_consulted(session, walk.case(), level, DAY_AFTER)


def test_a_labor_order_waits_for_the_end_of_ten_working_days(database, ward, walk, start):
    with pytest.raises(ConsultationPending) as refused:
        ask(database, walk)
    assert refused.value.facts == {"reference": walk.case().reference}
    asked = start(proof=check_file("trang.pdf", PDF))
    with reading(database) as session:
        row = session.get_one(Consultation, asked)
        assert (row.ends_on, row.days, row.ends_by_hand) == (date(2030, 12, 16), 10, False)
        assert NOMINEES[0] in row.notice
        assert "10 ngày làm việc, từ ngày 02/12/2030 đến hết ngày 16/12/2030" in row.notice
    with pytest.raises(ConsultationPending):
        ask(database, walk)
    close(database, ward, asked)
    ask(database, walk)
    with reading(database) as session:
        assert opinions_of(session, walk.case_id) == 0


@on_sqlite
def test_the_ward_asks_nobody(database, ward, walk):
    ask(database, walk, Level.WARD)


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"case_ids": []}, "case_ids"),
        ({"channel": " "}, "channel"),
        ({"address": ""}, "address"),
        ({"published_on": date(2030, 12, 3)}, "published_on"),
        ({"published_on": date(2030, 12, 1)}, "published_on"),
        ({"ends_on": date(2030, 12, 13)}, "ends_on"),
    ],
)
def test_a_notice_that_is_not_right_is_refused(database, start, changes, field):
    with pytest.raises(InvalidSubmission) as refused:
        start(**changes)
    assert field in refused.value.messages
    with reading(database) as session:
        assert session.query(Consultation).count() == 0


@on_sqlite
def test_only_the_clerk_of_the_province_asks_and_once(database, ward, walk, start):
    with pytest.raises(NotPermitted):
        start(actor=ward.ward_clerk)
    with pytest.raises(NotFound):
        start(unit_id=ward.units["phuong"])
    start(ends_on=date(2030, 12, 20))
    with pytest.raises(NotFound):
        start()


@on_sqlite
def test_where_no_calendar_is_known_the_last_day_is_typed_and_says_so(database, start, ward):
    late = {"published_on": date(2031, 12, 25), "at": datetime(2031, 12, 26, 3, tzinfo=UTC)}
    with pytest.raises(NoCalendarForDay):
        start(**late)
    with pytest.raises(InvalidSubmission) as refused:
        start(**late, ends_on=date(2032, 1, 3))
    assert "ends_on" in refused.value.messages
    asked = start(**late, ends_on=date(2032, 1, 9))
    with reading(database) as session:
        assert session.get_one(Consultation, asked).ends_by_hand


def test_of_two_who_ask_about_a_nomination_at_once_one_does(database, start):
    assert race([start] * 4) == ["done", *["not_found"] * 3]
    with reading(database) as session:
        assert session.query(Consultation).count() == 1


@on_sqlite
def test_a_result_comes_after_the_last_day_and_says_what_was_done(database, ward, start):
    asked = start()
    on_the_last_day = datetime(2030, 12, 16, 16, 59, tzinfo=UTC)
    with pytest.raises(InvalidSubmission):
        close(database, ward, asked, at=on_the_last_day)
    with pytest.raises(InvalidSubmission) as refused:
        close(database, ward, asked, opinions=2)
    assert "handling" in refused.value.messages
    with pytest.raises(NotPermitted):
        close(database, ward, asked, actor=ward.ward_clerk)
    close(database, ward, asked, opinions=2, handling="Đã xác minh, không ảnh hưởng.")
    with pytest.raises(InvalidSubmission) as refused:
        close(database, ward, asked, opinions=5, handling="Khác")
    assert refused.value.messages == {"_form": ["consultation_is_closed"]}
    with reading(database) as session:
        assert session.get_one(Consultation, asked).opinions == 2


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"opinions": -1, "handling": "x"}, "opinions"),
        ({"opinions": 10_000, "handling": "x"}, "opinions"),
        ({"handling": "x" * 2_001}, "handling"),
    ],
)
def test_a_result_that_is_not_right_is_refused(database, ward, start, changes, field):
    asked = start()
    with pytest.raises(InvalidSubmission) as refused:
        close(database, ward, asked, **changes)
    assert field in refused.value.messages
    with reading(database) as session:
        assert session.get_one(Consultation, asked).closed_at is None
