"""A journal to seal, to check and to tamper with."""

import base64
import io
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pypdf
from sqlalchemy import Connection, Engine, select, text

from engine.journal.findings import Report
from engine.journal.keys import JournalKey, open_key
from engine.journal.outside import Outside
from engine.journal.proof import root_of_inclusion
from engine.journal.sealing import seal
from engine.journal.verification import verify
from engine.store.database import reading
from engine.store.models import JournalEntry
from forms.vocabulary import Outcome
from tests.walk import RETURN, Walk
from tests.ward import NOON, Ward


@dataclass(frozen=True)
class Sealed:
    """A database with the key of its journal and what stands outside."""

    database: Engine
    key: JournalKey
    outside: Outside

    @classmethod
    def new(cls, database: Engine, folder: Path) -> Self:
        """Return the journal of a database in which nothing has happened yet."""
        key = open_key(folder / "journal.key", "thidua.vi-du")
        return cls(database, key, Outside(folder / "outside"))

    def seal(self, **options: bool) -> int:
        return seal(self.database, self.key, self.outside, NOON, **options)

    def verify(self) -> Report:
        with reading(self.database, one_moment=True) as session:
            return verify(session, self.key, self.outside)

    def kinds(self) -> set[str]:
        return {finding.looks_like.value for finding in self.verify().findings}

    def entries(self) -> list[JournalEntry]:
        with reading(self.database) as session:
            entries = list(session.scalars(select(JournalEntry).order_by(JournalEntry.id)))
            session.expunge_all()
            return entries

    def witnessed(self, paper: bytes) -> JournalEntry:
        """Return the entry that a paper names on its first page, having proved its place."""
        said = "".join(first_page(paper).splitlines())
        found = re.search(r"Nhật ký: (\d+) mục, gốc (\S{44}), mục (\d+): ([\w+/]+=*)", said)
        assert found is not None, said
        size, root, place, path = found.groups()
        proof = base64.b64decode(path)
        hashes = [proof[start : start + 32] for start in range(0, len(proof), 32)]
        checkpoint = self.key.read(self.outside.checkpoints()[-1])
        assert (int(size), base64.b64decode(root)) == (checkpoint.size, checkpoint.root)
        entry = self.entries()[int(place)]
        proved = root_of_inclusion(int(place), int(size), entry.hash, hashes)
        assert proved == checkpoint.root
        return entry


def first_page(paper: bytes) -> str:
    """Return what a reader of PDF finds on the first page."""
    return pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text()


def live(database: Engine, ward: Ward, seed: int, cases: int = 3) -> list[Walk]:
    """Let nominations be opened, returned, decided and left, as it comes."""
    chance = random.Random(seed)  # noqa: S311
    walks = []
    for number in range(cases):
        walk = Walk(database, ward).open()
        walks.append(walk)
        is_first = number == 0  # it always has a return, words and papers
        if chance.random() < 0.3 and not is_first:
            continue
        walk.to("appraise_at_ward")
        if is_first or chance.random() < 0.5:
            walk.do(Outcome.RETURN, **RETURN)
            walk.to("appraise_at_ward")
        walk.to("decide_at_ward")
        if is_first or chance.random() < 0.7:
            walk.do(Outcome.AWARD, number=f"{seed}{number}/QĐ-UBND")
    return walks


def drop_guards(connection: Connection) -> None:
    """Switch off what refuses changes, as an owner of the database can."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        return
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for name in list(connection.scalars(text(found))):
        connection.execute(text(f"DROP TRIGGER {name}"))
