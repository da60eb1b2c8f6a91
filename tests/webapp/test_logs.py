"""The log: a JSON object a line, with numbers and never with names or what was typed."""

import io
import json
import logging

import pytest

from tests.walk import Walk, on_sqlite
from webapp.logs import write_logs


@pytest.fixture
def lines():
    """Write the log into a list; afterwards it is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    write_logs(stream)

    def read():
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    yield read
    root.handlers[:] = handlers
    root.setLevel(level)


@on_sqlite
def test_each_request_has_a_line_with_numbers(browse, database, ward, lines):
    case = Walk(database, ward).open().case()
    clerk = browse("school_clerk")
    before = len(lines())
    answer = clerk.get(f"/ho-so/{case.reference}?q=Nguyễn+Văn+Mật")
    (line,) = lines()[before:]
    assert line.pop("timestamp").endswith("Z")
    assert line.pop("ms") > 0
    assert line == {
        "event": "answered",
        "level": "info",
        "logger": "thidua.requests",
        "page": "cases.show",
        "method": "GET",
        "status": 200,
        "person": ward.school_clerk.person_id,
        "case": case.reference,
        "request": answer.headers["X-Request-ID"],
    }


@on_sqlite
def test_nothing_that_people_wrote_or_are_called_is_logged(browse, database, ward, lines):
    walk = Walk(database, ward).open().to("review_at_unit")
    clerk = browse("school_clerk")
    secret = "Lời bí mật không được ghi"
    clerk.get(f"/ho-so/{secret}")
    clerk.get("/ho-so", query_string={"q": secret})
    clerk.post(f"/ho-so/{walk.case().reference}/rut", {"reason": secret, "key": "x"})
    clerk.client.post("/dang-nhap", data={"username": secret, "password": secret})
    logged = json.dumps(lines(), ensure_ascii=False)
    for words in (secret, "bí mật", walk.case().subject_name, "Lê Thị Mơ"):
        assert words not in logged


def test_a_line_cannot_be_broken(lines):
    logging.getLogger("engine").warning("mail %s: %s", 7, 'x\n{"event": "forged"}')
    (line,) = lines()
    assert line["event"] == 'mail 7: x\n{"event": "forged"}'
    assert line["logger"] == "engine"


def test_an_error_is_one_line_with_its_way(lines):
    try:
        raise OSError("no room")
    except OSError:
        logging.getLogger("engine.jobs").exception("job %s failed", 3)
    (line,) = lines()
    assert "OSError: no room" in line["exception"]
    assert line["event"] == "job 3 failed"


def test_on_a_terminal_the_log_is_in_words():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        write_logs(terminal := Terminal())
        logging.getLogger("engine").warning("job %s waits", 3, extra={"case": "TD-1"})
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    (line,) = terminal.getvalue().splitlines()
    assert " warning engine job 3 waits " in line
    assert line.endswith(" case='TD-1'")


@on_sqlite
def test_of_secret_ballots_and_machines_nothing_is_logged(app, lines):
    client = app.test_client()
    for address in ("/bo-phieu/1", "/healthz", "/readyz", "/metrics"):
        client.get(address)
    assert lines() == []
