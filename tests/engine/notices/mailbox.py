"""Real mail servers to test with: one that takes mail, and ones that behave badly."""

import contextlib
import socket
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from engine.notices.smtp import MailServer, Security

SENDER = "Hệ thống Thi đua – Khen thưởng <thidua@vanxuan.example>"
IMPATIENT = 0.5
"""Seconds that a server which falls silent is waited for."""


class Mailbox:
    """Keeps what it took; ``answers`` says what it replies to a step instead."""

    def __init__(self):
        self.taken: list[EmailMessage] = []
        self.answers: dict[str, object] = {}
        """``RCPT`` or ``DATA`` → a reply, or a function that makes one."""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = self._answer("RCPT")
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self._answer("DATA")
        if answer is None or answer.startswith("2"):
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer or "250 Taken"

    def _answer(self, step):
        answer = self.answers.get(step)
        return answer() if callable(answer) else answer

    @property
    def ids(self) -> list[str]:
        """``Message-ID`` of each mail that was taken."""
        return [mail["Message-ID"] for mail in self.taken]


@contextlib.contextmanager
def mail_server(box, **options):
    """Run a server for ``box``; give its address."""
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield server_at(controller.port)
    finally:
        controller.stop(no_assert=True)


@contextlib.contextmanager
def rude_server(script):
    """Run a server that says ``script`` line by line, then hangs up or falls silent.

    Each line answers one line of the client; ``None`` at the end keeps the line open.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()
    seen: list[bytes] = []

    def speak():
        with contextlib.suppress(OSError):
            while True:
                line, _ = listening.accept()
                with line, line.makefile("rwb") as talk:
                    for answer in script:
                        if answer is None:
                            done.wait(5)
                            continue
                        talk.write(answer)
                        talk.flush()
                        seen.append(talk.readline())

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    try:
        patience = IMPATIENT if script[-1] is None else 20
        yield server_at(listening.getsockname()[1], timeout_seconds=patience), seen
    finally:
        done.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def server_at(port, **changes) -> MailServer:
    """Return a server on this machine, without encryption."""
    values = {
        "host": "127.0.0.1",
        "port": port,
        "sender": SENDER,
        "security": Security.NONE,
        "timeout_seconds": 20,
    }
    return MailServer(**(values | changes))


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def only_with_password(user, password):
    """Return the check of a server that wants a login."""

    def check(server, session, envelope, mechanism, data):
        fits = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=fits)

    return check
