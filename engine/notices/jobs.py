"""Mail as jobs: every minute what is due, and the digests of the morning."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.jobs import Daily, Every, Job, Work
from engine.notices.mails import DIGEST_AT
from engine.notices.posting import make_digests, send_mails
from engine.plans import Translated

SEND_EVERY = timedelta(minutes=1)


def _send(work: Work, payload: Mapping[str, Any]) -> None:
    send_mails(work.database, work.postmaster, work.now)


def _digest(work: Work, payload: Mapping[str, Any]) -> None:
    make_digests(work.database, work.postmaster, work.now)


SEND = Job(
    "mail.send",
    Translated("Gửi thư điện tử của thông báo", "Send the e-mails of notices"),
    _send,
    again=Every(SEND_EVERY),
    is_logged=False,
)

DIGEST = Job(
    "mail.digest",
    Translated("Soạn bản tin buổi sáng", "Write the morning digests"),
    _digest,
    again=Daily(DIGEST_AT),
)
