"""What a paper of a case is: how it is called, of what there are copies, how it is made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from engine.store.models import Case
from forms.definition import Bilingual


@dataclass(frozen=True)
class Copy:
    """One paper of a kind: each submission has its report, each refusal its notice."""

    number: int
    """In its address: number of a submission, or id of the review that it is about."""
    about: Bilingual
    """Which one it is: ``Lần nộp 2``; empty where a case can have only one."""
    at: datetime
    """When what it says was recorded, in UTC."""


@dataclass(frozen=True)
class Issue:
    """What a paper carries that was signed and then given its number."""

    number: str
    """Number and symbol: ``12/TTr-UBND``."""
    on: date
    """Its date of issue, in Vietnam."""
    signer_title: str
    """Lines of capacity and title: ``TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH``."""
    signer_name: str


class Make(Protocol):
    """Makes the PDF of one copy."""

    def __call__(
        self, session: Session, case: Case, number: int, issue: Issue | None = None
    ) -> bytes:
        """Return the paper of the copy ``number`` of a case.

        :param issue: none: number, day and month are left open, to be written by hand.
        :raises documents.typography.UnprintableText: a text has a letter without a glyph.
        """


@dataclass(frozen=True)
class PaperKind:
    """A paper that is made from what a case has recorded, whenever it is asked for.

    What it is made from is never changed afterwards, so that the same copy has the same
    bytes each time.
    """

    slug: str
    """In its address and its file name: ``bao-cao-thanh-tich``."""
    name: Bilingual
    find: Callable[[Session, Case], Sequence[Copy]]
    """The copies that a case has, the latest first."""
    make: Make
    type_code: str = ""
    """Of the type of paper, in its symbol: ``TTr``, ``TB`` (Decree 30/2020/NĐ-CP, App. III);
    empty: a paper that no office numbers, as reports of those nominated."""
