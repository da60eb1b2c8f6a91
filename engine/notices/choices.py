"""Where and how a person wants to be told."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine import journal
from engine.errors import InvalidSubmission, NotFound
from engine.office import Operator, authorise
from engine.permissions import Actor
from engine.store.models import NoticeSetting, Person
from forms.messages import code
from forms.vocabulary import MailWay

LONGEST_ADDRESS = 254
"""Characters of an e-mail address (RFC 5321, 4.5.3.1)."""

_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_WORD}(?:\.{_WORD})*@{_LABEL}(?:\.{_LABEL})+")
"""Addresses that every mail server takes: ASCII, no quotes, a domain with a dot."""


@dataclass(frozen=True)
class Choice:
    """Where and how a person is told; without an address: in the page only."""

    address: str = ""
    way: MailWay = MailWay.DIGEST


def choice_of(session: Session, person_id: int) -> Choice:
    """Return what a person has chosen; nothing yet: no address, and a digest once they have."""
    row = session.get(NoticeSetting, person_id)
    return Choice() if row is None else Choice(row.address, row.way)


def choose(
    session: Session, *, address: str, way: MailWay, actor: Actor, at: datetime
) -> Choice:
    """Let ``actor`` be told at ``address`` and in this ``way`` from now on.

    The page has asked for their password where the address changes.

    :raises InvalidSubmission: no address, or none where the way needs one.
    """
    if way is not MailWay.PAGE and not address.strip():
        raise InvalidSubmission({"address": ["no_address_for_mail"]})
    old, new = _change(session, actor.person_id, address, way, at)
    if old != new:
        journal.append(
            session,
            stream="people",
            action="notice_setting.changed",
            actor=actor,
            at=at,
            detail=_detail(actor.person_id, old, new),
        )
    return new


def give_address(
    session: Session,
    *,
    person_id: int,
    address: str,
    actor: Actor | Operator,
    at: datetime,
) -> Choice:
    """Write down the e-mail address of a person, or take it away; the way stays theirs.

    :raises NotPermitted: ``actor`` does not manage the organisation.
    :raises NotFound: there is no such person.
    :raises InvalidSubmission: it is no address.
    """
    acting = authorise(actor, "organisation.manage")
    if session.get(Person, person_id) is None:
        raise NotFound(f"person {person_id}")
    way = choice_of(session, person_id).way
    old, new = _change(session, person_id, address, way, at)
    if old != new:
        acting.note(
            session,
            stream="people",
            action="notice_setting.changed",
            at=at,
            detail=_detail(person_id, old, new),
        )
    return new


def _change(
    session: Session, person_id: int, address: str, way: MailWay, at: datetime
) -> tuple[Choice, Choice]:
    """Write the setting; return what held before and what holds now. The row is locked."""
    new = Choice(_checked(address), way)
    row = session.get(NoticeSetting, person_id, with_for_update=True, populate_existing=True)
    if row is None:
        session.add(
            NoticeSetting(person_id=person_id, address=new.address, way=new.way, changed_at=at)
        )
        session.flush()
        return Choice(), new
    old = Choice(row.address, row.way)
    if old != new:
        row.address, row.way, row.changed_at = new.address, new.way, at
        session.flush()
    return old, new


def _checked(address: str) -> str:
    """Return an address without spaces around it; empty stays empty.

    :raises InvalidSubmission: it is no address.
    """
    found = address.strip()
    if found and (len(found) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(found)):
        raise InvalidSubmission({"address": [code("not_an_address", found[:80])]})
    return found


def _detail(person_id: int, old: Choice, new: Choice) -> dict[str, object]:
    """Return what the journal says; the addresses stand beside the entry, not in it."""
    return {
        "person_id": person_id,
        "way": [old.way.value, new.way.value],
        "addresses": [old.address, new.address],
    }
