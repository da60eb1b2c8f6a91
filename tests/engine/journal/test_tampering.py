"""Whoever has full rights on the database changes what happened: each is found and named.

The attacks run with the triggers switched off. They may use everything but what stands
outside of the database; the last one has even stolen the key.
"""

import json
import random
import shutil

import pytest
from sqlalchemy import text

from engine.journal.proof import (
    FIRST,
    Checkpoint,
    canonical,
    entry_hash,
    node_hash,
    read_body,
)
from tests.conftest import LONG
from tests.engine.journal.sealed import drop_guards, live

SEEDS = 20 if LONG else 1


@pytest.fixture(params=range(SEEDS))
def chance(request):
    return random.Random(request.param)  # noqa: S311


@pytest.fixture
def sealed(database, ward, journal, chance):
    """A journal of some cases, sealed twice, in which nothing is wrong."""
    live(database, ward, chance.randrange(1_000), cases=2)
    journal.seal()
    live(database, ward, 1_000 + chance.randrange(1_000), cases=2)
    journal.seal()
    assert journal.kinds() == set()
    return journal


def do(journal, statement, **values):
    with journal.database.begin() as connection:
        drop_guards(connection)
        connection.execute(text(statement), values)


def of_cases(journal):
    return [entry for entry in journal.entries() if entry.case_id is not None]


def findings(journal, *kinds):
    """Return the findings of these kinds; the database is unguarded, which is told first."""
    found = journal.verify().findings
    if journal.database.dialect.name == "sqlite":
        assert found[0].looks_like.value == "unguarded"
    assert {one.looks_like.value for one in found} & set(kinds), [str(one) for one in found]
    return [one for one in found if one.looks_like.value in kinds]


def test_a_field_of_an_entry_is_changed(sealed, chance):
    entry = chance.choice(of_cases(sealed))
    field, value = chance.choice([("action", "x.done"), ("actor_id", None), ("unit_id", None)])
    do(sealed, f"UPDATE journal_entries SET {field} = :v WHERE id = :i", v=value, i=entry.id)  # noqa: S608
    (found,) = findings(sealed, "changed")
    assert found.where == f"{entry.stream} {entry.seq}"


def test_the_bytes_of_an_entry_are_changed(sealed, chance):
    entry = chance.choice(of_cases(sealed))
    said = read_body(entry.body) | {"actor": 999}
    do(
        sealed,
        "UPDATE journal_entries SET body = :b WHERE id = :i",
        b=canonical(said),
        i=entry.id,
    )
    assert findings(sealed, "changed")[0].where == f"{entry.stream} {entry.seq}"


def test_the_bytes_of_an_entry_and_their_hash_are_changed(sealed, chance):
    entry = chance.choice(of_cases(sealed))
    body = canonical(read_body(entry.body) | {"act": "case.forgotten"})
    do(
        sealed,
        "UPDATE journal_entries SET body = :b, hash = :h, action = 'case.forgotten'"
        " WHERE id = :i",
        b=body,
        h=entry_hash(body),
        i=entry.id,
    )
    assert findings(sealed, "rewritten")[0].where == f"{entry.stream} {entry.seq}"


def test_the_words_beside_an_entry_are_changed_or_taken_away(sealed, chance):
    entry = chance.choice([one for one in sealed.entries() if one.private])
    where = f"{entry.stream} {entry.seq}"
    do(sealed, "UPDATE journal_entries SET private = '{}' WHERE id = :i", i=entry.id)
    assert findings(sealed, "changed")[0].where == where
    do(
        sealed,
        "UPDATE journal_entries SET private = NULL, salt = NULL WHERE id = :i",
        i=entry.id,
    )
    assert findings(sealed, "erased")[0].where == where


def test_an_entry_is_deleted(sealed, chance):
    entry = chance.choice(of_cases(sealed)[:-1])
    if chance.random() < 0.5:
        do(sealed, "DELETE FROM journal_leaves WHERE entry_id = :i", i=entry.id)
    do_unchecked(sealed, "DELETE FROM journal_entries WHERE id = :i", i=entry.id)
    assert findings(sealed, "deleted", "truncated")


def do_unchecked(journal, statement, **values):
    """Do it with foreign keys off, as the tool of an attacker has them."""
    with journal.database.connect() as connection:
        if journal.database.dialect.name == "sqlite":
            raw = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                drop_guards(connection)
                connection.execute(text(statement), values)
        finally:
            if journal.database.dialect.name == "sqlite":
                raw.execute("PRAGMA foreign_keys = ON")


def test_an_entry_is_inserted(sealed, chance):
    entry = chance.choice(of_cases(sealed))
    insert_after(sealed, entry)
    assert findings(sealed, "inserted", "reordered", "swapped")
    sealed.seal()
    assert findings(sealed, "inserted", "reordered", "swapped")


def insert_after(journal, entry):
    """Push a forged entry in behind ``entry``, with numbers that fit."""
    later = [one for one in journal.entries() if one.stream == entry.stream]
    later = [one for one in later if one.seq > entry.seq]
    forged = read_body(entry.body) | {
        "seq": entry.seq + 1,
        "prev": entry.hash.hex(),
        "act": "task.completed",
        "private": None,
    }
    body = canonical(forged)
    with journal.database.begin() as connection:
        drop_guards(connection)
        for one in reversed(later):
            connection.execute(
                text("UPDATE journal_entries SET seq = seq + 1 WHERE id = :i"), {"i": one.id}
            )
        connection.execute(
            text(
                "INSERT INTO journal_entries (stream, seq, case_id, happened_at, actor_id,"
                " role, unit_id, action, task_id, hash, body) SELECT stream, :s, case_id,"
                " happened_at, actor_id, role, unit_id, 'task.completed', task_id, :h, :b"
                " FROM journal_entries WHERE id = :i"
            ),
            {"s": entry.seq + 1, "h": entry_hash(body), "b": body, "i": entry.id},
        )


def test_two_entries_change_places(sealed, chance):
    streams = {}
    for entry in of_cases(sealed):
        streams.setdefault(entry.stream, []).append(entry)
    entries = chance.choice([one for one in streams.values() if len(one) > 2])
    first, second = chance.sample(entries, 2)
    with sealed.database.begin() as connection:
        drop_guards(connection)
        for seq, entry in ((-1, first), (first.seq, second), (second.seq, first)):
            connection.execute(
                text("UPDATE journal_entries SET seq = :s WHERE id = :i"),
                {"s": seq, "i": entry.id},
            )
    assert findings(sealed, "reordered")


def test_two_leaves_of_the_tree_change_places(sealed, chance):
    size = len(sealed.entries())
    first, second = chance.sample(range(size), 2)
    with sealed.database.begin() as connection:
        drop_guards(connection)
        for old, new in ((first, -1), (second, first), (-1, second)):
            connection.execute(
                text("UPDATE journal_leaves SET position = :n WHERE position = :o"),
                {"n": new, "o": old},
            )
    assert findings(sealed, "reordered", "deleted")


def test_the_last_entries_are_cut_off(sealed, chance):
    cut = chance.randrange(1, 4)
    size = len(sealed.entries())
    last = sealed.entries()[-cut:]
    do(sealed, "DELETE FROM journal_leaves WHERE position >= :p", p=size - cut)
    do(sealed, "DELETE FROM journal_checkpoints WHERE size > :p", p=size - cut)
    do(sealed, "DELETE FROM journal_entries WHERE id >= :i", i=last[0].id)
    findings(sealed, "rolled_back")
    if any(entry.case_id is not None for entry in last):
        findings(sealed, "truncated")


def test_two_cases_change_their_entries(sealed, chance):
    opened = [one for one in sealed.entries() if one.action == "case.opened"]
    first, second = chance.sample(opened, 2)
    with sealed.database.begin() as connection:
        drop_guards(connection)
        for stream, case_id, entry in (
            ("x", None, first),
            (first.stream, first.case_id, second),
            (second.stream, second.case_id, first),
        ):
            connection.execute(
                text("UPDATE journal_entries SET stream = :s, case_id = :c WHERE id = :i"),
                {"s": stream, "c": case_id, "i": entry.id},
            )
    found = findings(sealed, "swapped")
    assert {one.where for one in found} == {f"{first.stream} 1", f"{second.stream} 1"}


def test_a_paper_is_replaced(sealed, chance):
    with sealed.database.connect() as connection:
        papers = list(connection.execute(text("SELECT id, case_id FROM papers")))
    paper = chance.choice(papers)
    do(sealed, "UPDATE papers SET content = :c WHERE id = :i", c=b"%PDF-other", i=paper.id)
    assert findings(sealed, "paper")[0].where.startswith(f"case:{paper.case_id} ")


def test_a_diagram_is_replaced(sealed, chance):
    do(
        sealed,
        "UPDATE diagram_files SET content = :c WHERE name = 'nomination.bpmn'",
        c=b"<definitions/>",
    )
    assert findings(sealed, "diagram")


def test_a_dossier_is_replaced(sealed, chance):
    with sealed.database.connect() as connection:
        versions = list(connection.scalars(text("SELECT id FROM dossier_versions")))
    content = json.dumps({"summary": "Có mười sáng kiến."})
    do(
        sealed,
        "UPDATE dossier_versions SET content = :c WHERE id = :i",
        c=content,
        i=chance.choice(versions),
    )
    assert findings(sealed, "dossier")


def test_the_database_of_yesterday_is_put_back(sealed, chance, ward):
    if sealed.database.dialect.name != "sqlite":
        roll_back_rows(sealed)
    else:
        path = sealed.database.url.database
        sealed.database.dispose()
        shutil.copy(path, f"{path}.yesterday")
        live(sealed.database, ward, 9_000 + chance.randrange(1_000), cases=1)
        sealed.seal()
        sealed.database.dispose()
        for suffix in ("-wal", "-shm"):
            if shutil.os.path.exists(path + suffix):
                shutil.os.remove(path + suffix)
        shutil.copy(f"{path}.yesterday", path)
    assert "rolled_back" in sealed.kinds()


def roll_back_rows(journal):
    """Take the rows of the journal back to what they were at the first checkpoint."""
    size = journal.key.read(journal.outside.checkpoints()[0]).size
    do(journal, "DELETE FROM journal_leaves WHERE position >= :p", p=size)
    do(journal, "DELETE FROM journal_checkpoints WHERE size > :p", p=size)
    do(journal, "DELETE FROM journal_subtrees WHERE position >= 0")
    left = "SELECT entry_id FROM journal_leaves"
    do(journal, f"DELETE FROM journal_entries WHERE id NOT IN ({left})")  # noqa: S608


def rewrite(journal, chance):
    """Write a whole chain anew, consistently, with the tree over it; return the new root."""
    victim = chance.choice(of_cases(journal))
    previous = FIRST
    with journal.database.begin() as connection:
        drop_guards(connection)
        for entry in journal.entries():
            if entry.stream != victim.stream:
                continue
            said = read_body(entry.body) | {"prev": previous}
            if entry.id == victim.id:
                said["actor"] = 2 if entry.actor_id == 1 else 1
            body = canonical(said)
            previous = entry_hash(body).hex()
            connection.execute(
                text(
                    "UPDATE journal_entries SET body = :b, hash = :h, actor_id = :a"
                    " WHERE id = :i"
                ),
                {"b": body, "h": entry_hash(body), "a": said["actor"], "i": entry.id},
            )
        connection.execute(
            text("UPDATE cases SET journal_hash = :h WHERE id = :i"),
            {"h": bytes.fromhex(previous), "i": victim.case_id},
        )
    leaves = [entry.hash for entry in journal.entries()]
    return victim, leaves


def test_a_whole_chain_is_rewritten_consistently(sealed, chance):
    victim, _ = rewrite(sealed, chance)
    found = findings(sealed, "rewritten")
    assert found[0].where == f"{victim.stream} {victim.seq}"


def test_it_is_rewritten_and_signed_again_with_the_stolen_key(sealed, chance):
    _, leaves = rewrite(sealed, chance)
    with sealed.database.begin() as connection:
        drop_guards(connection)
        for size in list(connection.scalars(text("SELECT size FROM journal_checkpoints"))):
            checkpoint = Checkpoint(sealed.key.name, size, plain_root(leaves[:size]))
            connection.execute(
                text("UPDATE journal_checkpoints SET note = :n WHERE size = :s"),
                {"n": sealed.key.sign(checkpoint), "s": size},
            )
    findings(sealed, "resigned")


def plain_root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(plain_root(leaves[:half]), plain_root(leaves[half:]))


def test_a_checkpoint_loses_its_signature(sealed, chance):
    do(sealed, "UPDATE journal_checkpoints SET note = replace(note, 'thidua', 'thidue')")
    findings(sealed, "unsigned")


def test_an_entry_that_lacks_a_field_is_named(sealed, chance):
    entry = chance.choice(of_cases(sealed))
    said = read_body(entry.body)
    field = chance.choice(sorted(said.keys() - {"session", "v"}))
    del said[field]
    body = canonical(said)
    do(
        sealed,
        "UPDATE journal_entries SET body = :body, hash = :hash WHERE id = :id",
        body=body,
        hash=entry_hash(body),
        id=entry.id,
    )
    (found, *_others) = findings(sealed, "changed")
    assert str(found.where) == f"{entry.stream} {entry.seq}"
    assert field in str(found)
