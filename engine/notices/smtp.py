"""One connection to a mail server: what it took, what it refused, what nobody can know."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import parseaddr
from enum import StrEnum
from typing import Any, TypeVar

from engine.office import VIETNAM
from forms.vocabulary import MailTrouble

TIMEOUT_SECONDS = 20.0
"""How long each answer of a server is waited for."""

PERMANENT = 500
"""Replies from here on will be the same whenever it is tried again (RFC 5321, 4.2.1)."""

LONGEST_WORDS = 500

Answer = TypeVar("Answer")


class Security(StrEnum):
    """How the connection is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and in whose name."""

    host: str
    port: int
    sender: str
    """``Name <address>``, or an address alone."""
    user: str = ""
    password: str = ""
    security: Security = Security.STARTTLS
    timeout_seconds: float = TIMEOUT_SECONDS


@dataclass(frozen=True)
class Outgoing:
    """A mail as it is handed over: the same at each attempt."""

    to_name: str
    to_address: str
    language: str
    subject: str
    body: str
    message_id: str
    written_at: datetime


class NotSent(Exception):
    """A mail that the server did not take, and what it said.

    :ivar is_permanent: it will not take it later either.
    :ivar is_unsure: the text had begun to go out; the server may have taken it.
    :ivar is_broken: the connection is of no more use.
    """

    def __init__(
        self,
        trouble: MailTrouble,
        words: str,
        *,
        is_permanent: bool = False,
        is_unsure: bool = False,
        is_broken: bool = False,
    ) -> None:
        super().__init__(f"{trouble.value}: {words}")
        self.trouble = trouble
        self.words = _plain(words)
        self.is_permanent = is_permanent
        self.is_unsure = is_unsure
        self.is_broken = is_broken


class Post:
    """An open connection, logged in."""

    def __init__(self, smtp: smtplib.SMTP, server: MailServer) -> None:
        self._smtp = smtp
        self._sender = server.sender

    def send(self, mail: Outgoing) -> None:
        """Hand over one mail; return when the server has taken it.

        :raises NotSent: it has not, or nobody can know.
        """
        try:
            message = compose(mail, self._sender)
        except (MessageError, ValueError) as error:
            raise NotSent(MailTrouble.REFUSED, str(error), is_permanent=True) from error
        self._say(lambda: self._smtp.mail(parseaddr(self._sender)[1]))
        self._say(lambda: self._smtp.rcpt(mail.to_address))
        self._say(lambda: self._smtp.docmd("DATA"))
        self._say(lambda: self._hand_over(message), is_unsure=True)

    def close(self) -> None:
        """Hang up, whatever the server says to that."""
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.quit()
        self._smtp.close()

    def _hand_over(self, message: bytes) -> tuple[int, bytes]:
        self._smtp.send(re.sub(rb"(?m)^\.", b"..", message) + b".\r\n")
        return self._smtp.getreply()

    def _say(self, speak: Callable[[], tuple[int, bytes]], *, is_unsure: bool = False) -> None:
        """Say one thing; return if the server agrees.

        :param is_unsure: the text of the mail is what is said.
        """
        code, words = _listen(speak, is_unsure=is_unsure)
        if code < 400:  # noqa: PLR2004  # 2xx done, 3xx go on
            return
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.rset()
        is_permanent = code >= PERMANENT
        raise NotSent(
            MailTrouble.REFUSED if is_permanent else MailTrouble.PUT_OFF,
            f"{code} {words.decode('utf-8', 'replace')}",
            is_permanent=is_permanent,
            is_broken=code == 421,  # noqa: PLR2004  # "closing transmission channel"
        )


def open_post(server: MailServer) -> Post:
    """Open a connection and log in; the caller closes it.

    :raises NotSent: the server is away, silent, or refuses the login; no mail went out.
    """
    return Post(_listen(lambda: _open(server)), server)


def compose(mail: Outgoing, sender: str) -> bytes:
    """Return a mail as it goes over the line, every header encoded."""
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = _address(*parseaddr(sender))
    message["To"] = _address(mail.to_name, mail.to_address)
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = mail.written_at.astimezone(VIETNAM)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # no answers of absent people (RFC 3834)
    message.set_content(mail.body, charset="utf-8", cte="base64")
    message["Content-Language"] = mail.language  # after the content, which drops it
    return message.as_bytes()


def _open(server: MailServer) -> smtplib.SMTP:
    there: Any = {"host": server.host, "port": server.port, "timeout": server.timeout_seconds}
    if server.security is Security.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(**there, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(**there)
    try:
        if server.security is Security.STARTTLS:
            smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _listen(speak: Callable[[], Answer], *, is_unsure: bool = False) -> Answer:
    """Return what ``speak`` does, with every way in which a line fails as ``NotSent``."""
    try:
        return speak()
    except smtplib.SMTPAuthenticationError as error:
        words = f"{error.smtp_code} {_decoded(error.smtp_error)}"
        raise NotSent(MailTrouble.LOGIN, words, is_broken=True) from error
    except UnicodeError as error:  # the library sends no others
        words = "user and password must be plain ASCII letters"
        raise NotSent(MailTrouble.LOGIN, words, is_broken=True) from error
    except TimeoutError as error:
        words = "timed out"
        raise NotSent(MailTrouble.SLOW, words, is_unsure=is_unsure, is_broken=True) from error
    except (smtplib.SMTPServerDisconnected, ConnectionError) as error:
        trouble = _trouble_of(error)
        words = str(error)
        raise NotSent(trouble, words, is_unsure=is_unsure, is_broken=True) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(
            MailTrouble.AWAY, str(error), is_unsure=is_unsure, is_broken=True
        ) from error


def _trouble_of(error: Exception) -> MailTrouble:
    """Return what a broken connection means; the library hides a timeout in its cause."""
    if isinstance(error.__context__, TimeoutError):
        return MailTrouble.SLOW
    if isinstance(error, ConnectionRefusedError):
        return MailTrouble.AWAY
    return MailTrouble.DROPPED


def _address(name: str, address: str) -> Address:
    return Address(display_name=_one_line(name), addr_spec=address)


def _one_line(text: str) -> str:
    """Return ``text`` without anything that could begin another header."""
    return " ".join(text.split())


def _plain(words: str) -> str:
    """Return words of a server as they can be shown: printable, one line, not endless."""
    printable = "".join(letter if letter.isprintable() else " " for letter in words)
    return _one_line(printable)[:LONGEST_WORDS]


def _decoded(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
