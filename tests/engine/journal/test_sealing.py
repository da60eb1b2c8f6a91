"""Entries get their places once, whatever dies, and are checked against what stands outside."""

import pytest
from sqlalchemy import func, select, text

from engine import journal as acts
from engine.errors import JournalBehind, UnsafeSettings
from engine.journal import tree
from engine.journal.keys import open_key
from engine.journal.outside import CHUNK, ENTRIES, Outside
from engine.journal.proof import NotProved, is_consistent, root_of_inclusion
from engine.journal.sealing import require_not_behind, stored_nodes, tree_size
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalCheckpoint, JournalEntry, JournalLeaf
from tests.engine.journal.sealed import drop_guards, live
from tests.ward import NOON

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def write(database, count, stream="settings"):
    with unit_of_work(database) as session:
        for number in range(count):
            acts.append(
                session,
                stream=stream,
                action="setting.changed",
                actor=None,
                at=NOON,
                detail={"version": number},
            )


def test_what_happened_is_sealed_and_found_right(database, ward, journal):
    live(database, ward, 1)
    entries = len(journal.entries())
    assert journal.seal() == entries
    assert journal.seal() == 0
    live(database, ward, 2, cases=1)
    report = journal.verify()
    assert report.findings == ()
    assert (report.sealed, report.entries > entries) == (entries, True)
    journal.seal()
    report = journal.verify()
    assert (report.findings, report.sealed) == ((), report.entries)
    assert report.checkpoints == 4
    assert list(journal.outside.entries()) == [entry.body for entry in journal.entries()]


def test_proofs_of_a_long_journal_lead_to_its_root(database, journal):
    write(database, 700)
    journal.seal()
    write(database, 100)
    journal.seal()
    old, new = (journal.key.read(note) for note in journal.outside.checkpoints())
    assert (old.size, new.size) == (700, 800)
    leaves = [entry.hash for entry in journal.entries()]
    with reading(database) as session:
        nodes = stored_nodes(session)
        assert tree.root(nodes, 700) == old.root
        for position in (0, 1, 255, 256, 511, 699, 700, 799):
            path = tree.inclusion(nodes, position, 800)
            assert root_of_inclusion(position, 800, leaves[position], path) == new.root
        path = tree.consistency(nodes, 700, 800)
        assert is_consistent(700, old.root, 800, new.root, path)
    assert journal.verify().findings == ()


@on_postgresql
def test_an_entry_whose_command_commits_late_is_sealed_later(database, journal, monkeypatch):
    with unit_of_work(database) as slow:
        acts.append(slow, stream="people", action="unit.changed", actor=None, at=NOON)
        write(database, 3)
        assert journal.seal() == 3
    monkeypatch.setattr("engine.journal.sealing.LATE", 0)
    assert journal.seal() == 0
    assert journal.seal(is_thorough=True) == 1
    assert journal.verify().findings == ()


@pytest.mark.parametrize("moment", ["entries", "half a line", "checkpoint"])
def test_a_death_before_it_is_written_outside_is_made_up_for(database, journal, moment):
    write(database, 5)
    journal.seal()
    write(database, 5)
    with monkeypatched(journal.outside, moment), pytest.raises(InterruptedError):
        journal.seal()
    with reading(database) as session:
        assert tree_size(session) == 10
    write(database, 1)
    assert journal.seal() == 1
    report = journal.verify()
    assert (report.findings, report.sealed) == ((), 11)
    assert len(list(journal.outside.entries())) == 11


class monkeypatched:  # noqa: N801
    """Let the process die where it writes outside."""

    def __init__(self, outside, moment):
        self.outside, self.moment = outside, moment
        self.kinds = type(outside)
        self.saved = (self.kinds.append_entries, self.kinds.append_checkpoint)

    def __enter__(self):
        def die(outside, given):
            if self.moment == "half a line":
                with (outside.folder / "entries.jsonl").open("ab") as file:
                    file.write(given[0] + b"\n" + given[1][:40])
            raise InterruptedError

        if self.moment == "checkpoint":
            self.kinds.append_checkpoint = die
        else:
            self.kinds.append_entries = die

    def __exit__(self, *error):
        self.kinds.append_entries, self.kinds.append_checkpoint = self.saved


def test_a_death_before_the_places_are_committed_leaves_none(database, journal, monkeypatch):
    write(database, 5)

    def die(*_):
        raise InterruptedError

    monkeypatch.setattr("engine.journal.sealing._sign", die)
    with pytest.raises(InterruptedError):
        journal.seal()
    with reading(database) as session:
        assert session.scalar(select(func.count()).select_from(JournalLeaf)) == 0
    monkeypatch.undo()
    assert journal.seal() == 5
    assert journal.verify().findings == ()


def test_an_older_copy_of_the_database_is_not_sealed(database, journal):
    write(database, 5)
    journal.seal()
    with database.begin() as connection:
        drop_guards(connection)
        for table in ("journal_leaves", "journal_checkpoints"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    for act in (
        journal.seal,
        lambda: require_not_behind(database, journal.key, journal.outside),
    ):
        with pytest.raises(JournalBehind) as refused:
            act()
        assert refused.value.facts == {"size": 5, "found": 0}


def test_another_key_does_not_seal_on(database, journal, tmp_path):
    write(database, 1)
    journal.seal()
    (tmp_path / "journal.key").unlink()
    other = open_key(tmp_path / "journal.key", "thidua.vi-du")
    with pytest.raises(NotProved, match="no signature"):
        require_not_behind(database, other, journal.outside)


def test_a_key_that_others_may_read_is_refused(tmp_path):
    path = tmp_path / "journal.key"
    assert open_key(path, "x").public_text == open_key(path, "x").public_text
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(UnsafeSettings, match="chmod 600"):
        open_key(path, "x")
    path.chmod(0o600)
    path.write_text("nothing")
    with pytest.raises(UnsafeSettings, match="no private key"):
        open_key(path, "x")


def test_a_checkpoint_in_the_database_is_what_stands_outside(database, journal):
    write(database, 2)
    journal.seal()
    with reading(database) as session:
        stored = list(session.scalars(select(JournalCheckpoint.note)))
        entries = session.scalar(select(func.count()).select_from(JournalEntry))
    assert stored == journal.outside.checkpoints()
    assert journal.key.read(stored[-1]).size == entries


def test_entries_are_read_whole_however_long_their_file_is(tmp_path):
    outside = Outside(tmp_path)
    bodies = [b"%d" % number * 211 for number in range(CHUNK // 100)]
    outside.append_entries(bodies)
    with (tmp_path / ENTRIES).open("ab") as file:
        file.write(b"torn")
    assert list(outside.entries()) == bodies
    assert list(outside.entries(len(bodies[0]) + 1)) == bodies[1:]
