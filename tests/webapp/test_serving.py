"""``thidua run`` for real: it stops in order, and of several processes one may die."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from engine.store.database import reading
from engine.store.models import JournalCheckpoint

PATIENCE = 60

STYLE = Path(__file__).parents[2] / "webapp" / "static" / "app.css"

ASKED = 120
"""Requests that fit in what the server reads at a time; their answers fit in no buffer."""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def get(port, path="/healthz"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


@contextmanager
def serving(*options):
    """Run ``thidua run`` in the present folder until the block ends; give process and port."""
    port = free_port()
    words = [Path(sys.executable).with_name("thidua"), "run", "--port", str(port), *options]
    with Path("stderr").open("w") as errors:
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=errors)  # noqa: S603
        until = time.monotonic() + PATIENCE
        try:
            while True:
                try:
                    assert get(port) == 200
                    break
                except OSError:
                    alive = process.poll() is None and time.monotonic() < until
                    assert alive, Path("stderr").read_text()
                    time.sleep(0.1)
            yield process, port
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def test_sigterm_lets_a_request_end_seals_the_journal_and_ends_with_0(thidua, installed):
    thidua("db", "upgrade")
    with serving() as (process, port):
        slow = socket.create_connection(("127.0.0.1", port))
        slow.sendall(b"GET /dang-nhap HTTP/1.1\r\nHost: localhost\r\n")  # not yet complete
        answers = []
        asking = threading.Thread(target=lambda: answers.append(get(port, "/dang-nhap")))
        asking.start()
        asking.join()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
        slow.close()
    assert answers == [200]
    with reading(installed()) as session:
        assert session.query(JournalCheckpoint).count() > 0


def test_a_start_lets_the_database_count_its_tables(thidua, installed):
    thidua("db", "upgrade")
    with serving(), reading(installed()) as session:
        assert session.scalar(text("SELECT count(*) FROM sqlite_stat1"))


def test_a_reader_who_is_slow_gets_whole_answers_after_sigterm(thidua):
    thidua("db", "upgrade")
    asked = b"GET /static/app.css HTTP/1.1\r\nHost: localhost\r\n"
    with serving() as (process, port), socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", port))
        slow.sendall(ASKED * (asked + b"\r\n") + asked + b"Connection: close\r\n\r\n")
        first = slow.recv(4096)
        process.send_signal(signal.SIGTERM)
        time.sleep(1)  # the buffers of the connection are full long before
        with pytest.raises(OSError, match="refused"):
            get(port)
        answer = first + b"".join(iter(lambda: slow.recv(1 << 20), b""))
        assert process.wait(timeout=PATIENCE) == 0
    assert answer.count(b"HTTP/1.1 200 OK") == ASKED + 1
    assert answer.endswith(STYLE.read_bytes())


@pytest.mark.skipif(os.name == "nt", reason="gunicorn")
def test_of_several_processes_one_may_die(thidua, installed):
    thidua("db", "upgrade")
    with serving("--processes", "2") as (process, port):
        parent = psutil.Process(process.pid)
        until = time.monotonic() + PATIENCE
        while len(parent.children()) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        first, second = parent.children()
        first.kill()
        first.wait()
        assert {get(port, "/readyz") for _ in range(5)} == {200}
        while len(parent.children()) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        assert second in parent.children()
        assert {get(port, "/dang-nhap") for _ in range(10)} == {200}
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
