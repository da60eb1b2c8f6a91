"""A mail that was refused and a notice, so that a tour of the pages sees both."""

from sqlalchemy import select, update

from engine.notices.mails import write_mails
from engine.store.database import unit_of_work
from engine.store.models import Mail, Notice
from forms.vocabulary import MailState, MailTrouble, Outcome
from tests.engine.notices.told import wants
from tests.walk import Walk
from tests.ward import NOON


def have_notices(database, ward) -> tuple[str, ...]:
    """Let the head of the school be told by mail, in vain; return the addresses of both."""
    wants(database, ward.school_head)
    Walk(database, ward).open().do(Outcome.SUBMIT)
    with unit_of_work(database) as session:
        write_mails(session, NOON, domain="vanxuan.example")
        session.execute(
            update(Mail).values(
                state=MailState.FAILED, trouble=MailTrouble.REFUSED, last_error="550 No"
            )
        )
        mail_id = session.scalars(select(Mail.id)).one()
        told = session.scalars(select(Notice.id).where(Notice.mail_id == mail_id)).one()
    return (f"/thong-bao/{told}", f"/thong-bao/thu/{mail_id}")
