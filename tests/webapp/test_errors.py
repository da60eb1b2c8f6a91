"""What people read when something is wrong: every error has words, and none leaks."""

import inspect
import logging
import re

import pytest

from engine import errors as engine_errors
from engine.errors import AwardNotInRound, EngineError, InvalidSubmission, TaskNotOpen
from forms.vocabulary import SessionState
from tests.webapp.conftest import Browser
from webapp.error_words import ANSWERS
from webapp.errors import answer_to, sentence_for

CODES = sorted(
    kind.code
    for _name, kind in inspect.getmembers(engine_errors, inspect.isclass)
    if issubclass(kind, EngineError)
)


@pytest.fixture
def database_url(sqlite_url):
    """Words are the same on both databases."""
    return sqlite_url


@pytest.fixture
def failing(app):
    """Return the application with a page for everyone that raises what it is given."""
    raised = []

    def fail():
        raise raised[-1]

    app.view_functions["login.show"] = fail

    def ask(error):
        raised.append(error)
        return app.test_client().get("/dang-nhap")

    return ask


@pytest.mark.parametrize("code", CODES)
def test_every_engine_error_has_words_that_are_no_code(app, code):
    answer = ANSWERS[code]
    with app.test_request_context("/"):
        words = f"{answer.title} {answer.happened} {answer.to_do}"
    assert code not in words
    assert not re.search(r"[a-z]_[a-z]|Error|Exception|HTTP|\b\d{3}\b", words), words
    assert answer.happened != answer.to_do


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (TaskNotOpen("task 41 is completed"), 409),
        (InvalidSubmission({"reason": ["required"]}), 422),
        (AwardNotInRound("labor_order on annual", source="IV.2.a"), 422),
        (engine_errors.NotFound("case 7"), 404),
        (engine_errors.NotPermitted("person 3 lacks task.review"), 403),
    ],
)
def test_an_engine_error_is_answered_by_the_table_and_its_message_stays_inside(
    failing, error, status
):
    answer = failing(error)
    assert answer.status_code == status
    assert str(error) not in answer.text
    assert error.code not in answer.text


def test_an_award_outside_the_round_is_answered_with_the_section_of_the_plan(app):
    with app.test_request_context("/"):
        assert "IV.2.a" in sentence_for(AwardNotInRound("x", source="IV.2.a"))


def test_a_word_among_the_facts_is_said_by_its_label(failing):
    answer = failing(engine_errors.SessionNotReady("x", state=SessionState.OPEN))
    assert "“Đang họp”" in answer.text


def test_a_new_kind_of_error_says_what_its_parent_says(app):
    class TaskLocked(TaskNotOpen):
        code = "task_locked"

    assert answer_to(TaskLocked("x")).status == 409


def test_a_surprise_is_logged_under_its_number_and_shows_nothing_of_itself(failing, caplog):
    secret = "SELECT password FROM accounts WHERE name = 'Lê Thị Mơ'"
    with caplog.at_level(logging.ERROR):
        answer = failing(RuntimeError(secret))
    assert answer.status_code == 500
    assert "SELECT" not in answer.text
    assert "Traceback" not in answer.text
    number = answer.headers["X-Request-ID"]
    assert number in answer.text
    assert number in caplog.text


def test_a_page_is_answered_even_when_the_database_is_gone(app, accounts, database):
    client = app.test_client()
    app.extensions["thidua.office"].forget()

    class Gone:
        def connect(self):
            raise OSError("disk")

    app.extensions["thidua.database"].dispose()
    kept = app.extensions["thidua.database"]
    app.extensions["thidua.database"] = Gone()
    answer = client.get("/dang-nhap")
    app.extensions["thidua.database"] = kept
    assert answer.status_code == 500
    assert "Chưa có gì thay đổi." in answer.text
    assert "disk" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/khong-co", 404, "Không tìm thấy trang"),
        ("GET", "/dang-xuat", 405, "Không mở được trang theo cách này"),
        ("GET", "/don-vi", 403, "Không có quyền thực hiện"),
    ],
)
def test_errors_of_http_have_a_page_of_the_house(browse, method, path, status, words):
    answer = browse("school_head").client.open(path, method=method)
    assert answer.status_code == status
    assert words in answer.text
    assert '<html lang="vi"' in answer.text


def test_a_number_that_no_database_holds_is_not_found(browse):
    browser = browse("administrator")
    assert browser.get(f"/nguoi-dung/{10**30}").status_code == 404


def test_odd_text_in_an_address_is_shown_as_text(app, accounts):
    page = Browser(app.test_client()).get("/<script>alert(1)</script>").text
    assert "<script>" not in page
