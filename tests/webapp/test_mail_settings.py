"""The settings of the mail server: none needed, and what is wrong is refused by name."""

import pytest
from pydantic import ValidationError

from engine.errors import UnsafeSettings
from engine.notices.smtp import Security
from webapp.settings import Settings

SECRET = "0123456789abcdef" * 3
SENDER = "Thi đua – Khen thưởng <thidua@vanxuan.example>"


def settings(**given):
    return Settings(secret_key=SECRET, **given)


def test_without_a_host_there_is_no_mail():
    assert settings().mail_server is None


def test_a_mail_server_is_where_it_is_said_to_be():
    found = settings(
        smtp_host="mail.example",
        smtp_from=SENDER,
        smtp_user="thidua",
        smtp_password="bí-mật".encode("ascii", "replace").decode(),
    )
    server = found.mail_server
    assert (server.host, server.port, server.security) == (
        "mail.example",
        587,
        Security.STARTTLS,
    )
    assert (found.mail_domain, server.sender) == ("vanxuan.example", SENDER)
    assert server.password not in repr(found)


def test_an_unreachable_server_keeps_nothing_from_starting():
    assert settings(smtp_host="khong-co.invalid", smtp_from=SENDER).mail_server is not None


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "SMTP_FROM"),
        ({"smtp_from": "Thi đua"}, "SMTP_FROM"),
        ({"smtp_from": "a@b\r\nBcc: c@d"}, "SMTP_FROM"),
        ({"smtp_from": SENDER, "smtp_user": "x"}, "SMTP_USER"),
        ({"smtp_from": SENDER, "smtp_password": "x"}, "SMTP_USER"),
        ({"smtp_from": SENDER, "smtp_user": "x", "smtp_password": "mật"}, "SMTP_USER"),
        (
            {
                "smtp_from": SENDER,
                "smtp_user": "x",
                "smtp_password": "y",
                "smtp_tls": "none",
            },
            "SMTP_TLS",
        ),
    ],
)
def test_a_wrong_setting_is_refused_by_name(given, named):
    with pytest.raises(UnsafeSettings, match=f"THIDUA_{named}"):
        settings(smtp_host="mail.example", **given)


@pytest.mark.parametrize(
    "given", [{"smtp_tls": "ssl3"}, {"smtp_port": 0}, {"smtp_host": "a b"}, {"smtp_seconds": 0}]
)
def test_an_impossible_setting_is_refused(given):
    with pytest.raises(ValidationError):
        settings(**given)
