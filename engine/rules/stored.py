"""Law books in the database: stored once per edition, read with the checks that cite them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import journal
from engine.datafiles import Translated
from engine.datafiles.numbers import Tenths
from engine.errors import NotFound
from engine.rules.asking import sentence_of
from engine.rules.book import LawBook, book, read_stored_book
from engine.rules.model import Finding, Findings, Source
from engine.store.database import take_turn
from engine.store.models import Check, LawBookRow
from forms.vocabulary import RuleVerdict

_READ: dict[str, LawBook] = {}
"""SHA-256 of a stored law book → the law book; an edition never changes."""


def store_book(session: Session, at: datetime) -> str:
    """Store the law book of this version, unless it is there; return its SHA-256, in hex.

    :param at: the moment, in UTC.
    :raises InvalidLawBook: it has a problem.
    """
    packaged = book()
    if _is_stored(session, packaged.sha256):
        return packaged.sha256
    take_turn(session, "law_books")
    if not _is_stored(session, packaged.sha256):
        detail = {"sha256": packaged.sha256, "files": sorted(packaged.files)}
        journal.append(
            session, stream="rules", action="law_book.stored", actor=None, at=at, detail=detail
        )
        session.add(
            LawBookRow(sha256=packaged.sha256, files=dict(packaged.files), stored_at=at)
        )
        session.flush()
    return packaged.sha256


def stored_book(session: Session, sha256: str) -> LawBook:
    """Return the law book that was stored under ``sha256``; read once per process.

    :raises NotFound: none was.
    """
    if sha256 not in _READ:
        row = session.get(LawBookRow, sha256)
        if row is None:
            raise NotFound(f"law book {sha256}")
        _READ[sha256] = read_stored_book(row.files)
    return _READ[sha256]


def read_findings(session: Session, check: Check) -> Findings:
    """Return what the rules said in ``check``, in the words of its own law book."""
    its_book = stored_book(session, check.book_sha256)
    return Findings(_finding(its_book, check.received_on, kept) for kept in check.findings)


def regime_of(session: Session, check: Check) -> Translated:
    """Return the rule set of ``check`` by its name, as its own law book has it."""
    return stored_book(session, check.book_sha256).regime_on(check.received_on).name


def value_of(kept: Any) -> Any:
    """Return a fact, a ``Value``, from the JSON that a stored check has of it."""
    match kept:
        case {"day": day}:
            return date.fromisoformat(day)
        case {"tenths": tenths}:
            return Tenths(tenths)
        case {"vi": vi, "en": en}:
            return Translated(vi, en)
        case list():
            return tuple(value_of(one) for one in kept)
    return kept


def _is_stored(session: Session, sha256: str) -> bool:
    stored = select(LawBookRow.sha256).where(LawBookRow.sha256 == sha256)
    return session.scalar(stored) is not None


def _finding(its_book: LawBook, received_on: date, kept: dict[str, Any]) -> Finding:
    rule = its_book.find_rule(kept["rule"], received_on)
    if rule is None:
        raise NotFound(f"rule {kept['rule']} on {received_on} in {its_book.sha256}")
    used = {name: value_of(value) for name, value in kept["used"].items()}
    vi, en, is_office = kept["source"]
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=RuleVerdict(kept["verdict"]),
        sentence=kept["sentence"],
        wording=sentence_of(rule, kept["sentence"]),
        source=Source(Translated(vi, en), is_office, rule.source.plan_part),
        confidence=rule.confidence,
        effect=rule.effect,
        may_override=rule.may_override,
        used=used,
    )
