"""A file that somebody wants to read: may they, and which bytes are it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session, joinedload

from engine.errors import NotFound
from engine.matters import matter_of
from engine.permissions import Actor, may
from engine.store.models import Attachment, Case


@dataclass(frozen=True)
class FileToRead:
    """The name that people gave a file, and what its bytes are."""

    name: str
    sha256: str
    media_type: str
    reference: str
    """Of its case."""


def get_file(session: Session, actor: Actor, attachment_id: int) -> FileToRead:
    """Return the attachment, also if it was taken out since: earlier versions enclose it.

    :raises NotFound: there is no such file, or the actor may not see its case.
    """
    attachment = session.get(Attachment, attachment_id, options=[joinedload(Attachment.file)])
    if attachment is None:
        raise NotFound(f"no attachment {attachment_id}")
    case = session.get_one(Case, attachment.case_id)
    if not may(actor, "case.see", matter_of(session, case)):
        raise NotFound(f"person {actor.person_id} may not see case {case.id}")
    return FileToRead(
        attachment.name, attachment.sha256, attachment.file.media_type, case.reference
    )
