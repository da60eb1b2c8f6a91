"""What anybody may learn of a paper whose code or file they have: whether it still holds.

Nobody is asked who they are, so nothing is told without the code or the exact file, and then
only what the paper itself says. Nothing is written, and no file is kept.
"""

import enum
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from documents.checkmark import grouped
from engine.errors import InvalidSubmission, UnknownPaper
from engine.outgoing.access import ISSUED
from engine.outgoing.awards import KIND
from engine.paper_codes import read_code
from engine.papers import UNKNOWN_ADDRESS, authority_name, granter_name, recipient_of
from engine.store.models import Case, Decision, OutgoingPaper, Paper, RegisterEntry, Unit
from forms.messages import code as message
from forms.vocabulary import Award, EntryNature, EntrySource, EntryState

PIECE = 1 << 16
"""Bytes of a file that are read at once."""


class Standing(enum.StrEnum):
    """Whether the awards of a paper still hold, as the register has it now."""

    VALID = "valid"
    PARTLY = "partly"
    """Some of the awards of its list were replaced or annulled."""
    REPLACED = "replaced"
    ANNULLED = "annulled"


@dataclass(frozen=True)
class Act:
    """A later paper about an award: a letter that corrects it, a decision that replaces it."""

    state: EntryState
    """What it made of the award."""
    number: str
    on: date | None


@dataclass(frozen=True)
class CheckedPaper:
    """What is told of a paper: what it says of itself, and what became of it."""

    is_certificate: bool
    code: str
    """As printed; empty: it was made before there were codes."""
    award: Award
    number: str
    signed_on: date
    authority: str
    recipients: int
    recipient: str
    """Who is awarded, as printed; empty: several are, and their list is in the paper."""
    standing: Standing
    acts: tuple[Act, ...]
    hashes: frozenset[str]
    """SHA-256 in hex of its file, as issued and as signed."""


def check_code(session: Session, typed: str) -> CheckedPaper:
    """Return the paper with a code, with hyphens or spaces or without.

    :raises InvalidSubmission: no paper can have such a code; at the field ``ma``.
    :raises UnknownPaper: no paper has it, or the paper is not issued yet.
    """
    code = read_code(typed)
    if code is None:
        found = " ".join(typed.split())[:40]
        raise InvalidSubmission({"ma": [message("not_a_check_code", found or "–")]})
    return _find(session, Paper.code == code, OutgoingPaper.code == code)


def check_file(session: Session, file: IO[bytes]) -> CheckedPaper:
    """Return the paper whose file, byte for byte, is ``file``: as issued or as signed.

    :raises UnknownPaper: it is the file of none.
    """
    sha256 = hash_of(file)
    return _find(
        session,
        Paper.sha256 == sha256,
        or_(OutgoingPaper.sha256 == sha256, OutgoingPaper.signed_sha256 == sha256),
    )


def hash_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file, in hex; it is read to its end, piece by piece."""
    sha256 = hashlib.sha256()
    while piece := file.read(PIECE):
        sha256.update(piece)
    return sha256.hexdigest()


def _find(
    session: Session, of_case: ColumnElement[bool], of_several: ColumnElement[bool]
) -> CheckedPaper:
    row = session.execute(
        select(Paper, Decision, Case)
        .join(Case, Paper.case_id == Case.id)
        .join(Decision, Decision.case_id == Case.id)
        .where(of_case)
        .order_by(Paper.id)
        .limit(1)
    ).first()
    if row is not None:
        return _of_case(session, *row)
    outgoing = session.scalar(
        select(OutgoingPaper)
        .where(of_several, OutgoingPaper.kind == KIND, OutgoingPaper.state.in_(ISSUED))
        .order_by(OutgoingPaper.id)
        .limit(1)
    )
    if outgoing is None:
        raise UnknownPaper("no issued paper has this code or this file")
    return _of_several(session, outgoing)


def _of_case(session: Session, paper: Paper, decision: Decision, case: Case) -> CheckedPaper:
    authority = session.get_one(Unit, decision.authority_unit_id)
    standing, acts = _standing(session, [case.id])
    is_certificate = paper.kind == "certificate"
    name = recipient_of(session, case).name
    return CheckedPaper(
        is_certificate=is_certificate,
        code=grouped(paper.code or ""),
        award=decision.award,
        number=decision.number,
        signed_on=decision.signed_on,
        authority=authority_name(decision, authority),
        recipients=1,
        recipient=name.removeprefix(f"{UNKNOWN_ADDRESS} ") if is_certificate else name,
        standing=standing,
        acts=acts,
        hashes=frozenset({paper.sha256}),
    )


def _of_several(session: Session, paper: OutgoingPaper) -> CheckedPaper:
    cases = [row.case for row in paper.cases]
    if paper.number is None or paper.dated_on is None or paper.award is None or not cases:
        raise UnknownPaper(f"paper {paper.id} is no issued decision")
    standing, acts = _standing(session, [case.id for case in cases])
    return CheckedPaper(
        is_certificate=False,
        code=grouped(paper.code or ""),
        award=paper.award,
        number=paper.number,
        signed_on=paper.dated_on,
        authority=granter_name(paper.unit, paper.signer_title),
        recipients=len(cases),
        recipient=recipient_of(session, cases[0]).name if len(cases) == 1 else "",
        standing=standing,
        acts=acts,
        hashes=frozenset({paper.sha256, paper.signed_sha256} - {""}),
    )


def _standing(session: Session, case_ids: Sequence[int]) -> tuple[Standing, tuple[Act, ...]]:
    """Return whether the awards of cases still hold, and the later papers about them."""
    entries = session.scalars(
        select(RegisterEntry)
        .where(
            RegisterEntry.case_id.in_(case_ids),
            RegisterEntry.source == EntrySource.CASE,
            RegisterEntry.about_id.is_(None),
        )
        .order_by(RegisterEntry.id)
    ).all()
    found = [_became(session, entry) for entry in entries]
    acts = dict.fromkeys(act for _, some in found for act in some)
    return _together([standing for standing, _ in found]), tuple(acts)


def _together(standings: Sequence[Standing]) -> Standing:
    """Return what holds for a list whose rows have these standings."""
    different = set(standings) or {Standing.VALID}
    if len(different) == 1:
        return different.pop()
    return Standing.PARTLY if Standing.VALID in different else Standing.REPLACED


def _became(session: Session, entry: RegisterEntry) -> tuple[Standing, list[Act]]:
    """Return what became of one award; one that took its place may be annulled in turn."""
    acts = []
    standing = Standing.VALID
    while entry.state is EntryState.REPLACED and entry.replaced_by_id is not None:
        acts += _acts_about(session, entry)
        entry = session.get_one(RegisterEntry, entry.replaced_by_id)
        acts.append(Act(EntryState.REPLACED, entry.number, entry.decided_on))
        standing = Standing.REPLACED
    acts += _acts_about(session, entry)
    return (Standing.ANNULLED if entry.state is EntryState.ANNULLED else standing), acts


def _acts_about(session: Session, entry: RegisterEntry) -> list[Act]:
    if entry.state is EntryState.IN_FORCE:
        return []
    made = {
        EntryNature.ADJUSTED: EntryState.CORRECTED,
        EntryNature.RECOVERED: EntryState.ANNULLED,
    }
    rows = session.scalars(
        select(RegisterEntry)
        .where(RegisterEntry.about_id == entry.id)
        .order_by(RegisterEntry.decided_on, RegisterEntry.id)
    )
    return [Act(made[row.nature], row.number, row.decided_on) for row in rows]
