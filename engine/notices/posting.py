"""What the background does with mails: writes what is due, hands it over, makes digests."""

from dataclasses import dataclass

from sqlalchemy import Engine

from engine.notices.delivery import Now, Run, deliver
from engine.notices.mails import (
    LinkTo,
    forgo_mails,
    no_link,
    write_digests,
    write_mails,
)
from engine.notices.smtp import MailServer
from engine.store.database import unit_of_work

MOST_ROUNDS = 20
"""Transactions in which one run writes mails; the next run goes on."""


@dataclass(frozen=True)
class Postmaster:
    """How an installation sends mails; without a server it sends none.

    :ivar domain: of the ``Message-ID`` of its mails.
    :ivar link_to: makes the web address of a notice.
    """

    server: MailServer | None = None
    domain: str = "localhost"
    link_to: LinkTo = no_link


def send_mails(database: Engine, postmaster: Postmaster, now: Now) -> Run:
    """Write and send what is due; where no server is set, leave notices to the pages.

    It may run at any time, in several processes, and be killed: nothing is lost by that.
    """
    if postmaster.server is None:
        with unit_of_work(database) as session:
            forgo_mails(session)
        return Run()
    for _round in range(MOST_ROUNDS):
        with unit_of_work(database) as session:
            written = write_mails(
                session, now(), domain=postmaster.domain, link_to=postmaster.link_to
            )
        if not written:
            break
    return deliver(database, postmaster.server, now)


def make_digests(database: Engine, postmaster: Postmaster, now: Now) -> int:
    """Write the digests of this morning that are not written yet; return how many.

    They go out with the next run of :func:`send_mails`.
    """
    if postmaster.server is None:
        return 0
    count = 0
    for _round in range(MOST_ROUNDS):
        with unit_of_work(database) as session:
            written = write_digests(
                session, now(), domain=postmaster.domain, link_to=postmaster.link_to
            )
        count += written
        if not written:
            break
    return count
