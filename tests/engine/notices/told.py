"""Who was told of what, for tests."""

from sqlalchemy import select

from engine.store.database import reading, unit_of_work
from engine.store.models import Notice, NoticeSetting
from forms.vocabulary import MailWay
from tests.ward import NOON


def told(database, ward) -> list[tuple[str, str]]:
    """Return kind and person of every unread notice, sorted."""
    names = {actor.person_id: key for key, actor in ward.people.items()}
    return sorted(
        (one.kind.value, names.get(one.person_id, str(one.person_id)))
        for one in notices(database)
        if one.read_at is None
    )


def notices(database) -> list[Notice]:
    """Return all notices in the order of writing, detached."""
    with reading(database) as session:
        found = list(session.scalars(select(Notice).order_by(Notice.id)))
        session.expunge_all()
        return found


def wants(database, person, way=MailWay.IMMEDIATE, address="nguoi.nhan@vanxuan.example"):
    """Let a person of the ward want e-mails."""
    with unit_of_work(database) as session:
        session.merge(
            NoticeSetting(person_id=person.person_id, address=address, way=way, changed_at=NOON)
        )
