"""The mail server of an installation, from the environment (``THIDUA_SMTP_…``)."""

import re
from email.utils import parseaddr

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from engine.notices.posting import Postmaster
from engine.notices.smtp import MailServer, Security

LOCAL_SERVERS = frozenset({"localhost", "127.0.0.1", "::1"})

_ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9.-]+")


class MailSettings(BaseSettings):
    """Where mails go out, and to where they lead. Without a host there are none.

    A server that is away does not keep the pages from starting: what waits is tried again,
    and the page of deliveries says what is wrong.
    """

    public_url: str = Field(default="", max_length=60)
    """``https://`` address under which anybody reaches the page that checks papers: printed
    in QR codes from then on, and in mails. Empty: QR codes hold the code alone."""
    smtp_host: str = Field(default="", pattern=r"^[A-Za-z0-9.:_-]*$")
    """Name of the mail server; empty: none."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = Field(default="", pattern=r"^[ -~]*$")
    """Empty: the server wants no login."""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: Security = Security.STARTTLS
    """``starttls`` (port 587), ``tls`` (port 465), or ``none``."""
    smtp_from: str = ""
    """Sender: ``name@office.gov.vn`` or ``Name <name@office.gov.vn>``."""
    smtp_seconds: float = Field(default=20, ge=1, le=120)
    """How long each answer of the server is waited for."""

    @property
    def mail_server(self) -> MailServer | None:
        """The mail server; none: mails are not sent."""
        if not self.smtp_host:
            return None
        return MailServer(
            host=self.smtp_host,
            port=self.smtp_port,
            sender=self.smtp_from,
            user=self.smtp_user,
            password=self.smtp_password.get_secret_value(),
            security=self.smtp_tls,
            timeout_seconds=self.smtp_seconds,
        )

    @property
    def mail_domain(self) -> str:
        """Domain in the ``Message-ID`` of mails: that of the sender."""
        return parseaddr(self.smtp_from)[1].rpartition("@")[2] or "localhost"

    @property
    def postmaster(self) -> Postmaster:
        """How mails go out, and to where their links lead."""
        return Postmaster(self.mail_server, self.mail_domain, self._link_to)

    def _link_to(self, notice_id: int | None) -> str:
        """Return the address of a notice, or of all; empty: nobody set how people get here."""
        if not self.public_url:
            return ""
        page = f"{self.public_url.rstrip('/')}/thong-bao"
        return page if notice_id is None else f"{page}/{notice_id}"

    def mail_problems(self, prefix: str) -> list[str]:
        """Return what is wrong with these settings, each with its mend."""
        if not self.smtp_host:
            return []
        problems = []
        address = parseaddr(self.smtp_from)[1]
        if not _ADDRESS.fullmatch(address) or not self.smtp_from.isprintable():
            problems.append(
                f"{prefix}SMTP_FROM is {self.smtp_from!r}: expected the address in whose name"
                " mails go out, name@office.gov.vn"
            )
        password = self.smtp_password.get_secret_value()
        if bool(self.smtp_user) != bool(password) or not password.isascii():
            problems.append(
                f"{prefix}SMTP_USER and {prefix}SMTP_PASSWORD: expected both, in ASCII, or none"
            )
        if password and self.smtp_tls is Security.NONE and self.smtp_host not in LOCAL_SERVERS:
            problems.append(
                f"{prefix}SMTP_TLS=none sends the password openly to {self.smtp_host}:"
                " expected starttls or tls"
            )
        return problems
