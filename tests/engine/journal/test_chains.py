"""What a command leaves in the journal: bytes in a chain, private words beside them."""

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from engine import journal
from engine.journal.proof import FIRST, commitment, entry_hash, read_body
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, JournalEntry
from forms.vocabulary import Outcome
from tests.walk import RETURN, Walk
from tests.ward import NOON


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open()


def test_each_entry_names_the_hash_of_the_one_before(walk):
    walk.to("appraise_at_ward")
    walk.do(Outcome.RETURN, **RETURN)
    entries = walk.journal()
    previous = FIRST
    for number, entry in enumerate(entries, start=1):
        said = read_body(entry.body)
        assert entry.hash == entry_hash(entry.body)
        assert (said["prev"], said["seq"], said["v"]) == (previous, number, 1)
        assert (said["stream"], said["case"]) == (f"case:{walk.case_id}", walk.case_id)
        assert (said["act"], said["actor"]) == (entry.action, entry.actor_id)
        assert (said["role"], said["unit"]) == (entry.role.value, entry.unit_id)
        assert (said["task"], said["at"]) == (entry.task_id, "2030-12-02T05:00:00.000000Z")
        previous = entry.hash.hex()
    assert walk.case().journal_hash == entries[-1].hash


def test_what_a_person_wrote_stands_beside_the_entry(walk):
    walk.to("appraise_at_ward")
    walk.do(Outcome.RETURN, **RETURN)
    last = walk.journal()[-1]
    said = read_body(last.body)
    assert RETURN["reason"] not in last.body.decode()
    beside = json.loads(last.private)
    assert (set(beside), beside["reason"]) == ({"answers", "reason"}, RETURN["reason"])
    assert beside["answers"]["items"] == RETURN["items"]
    assert said["private"] == commitment(last.salt, last.private)
    assert said["facts"]["outcome"] == "return"
    assert last.detail["reason"] == RETURN["reason"]
    assert last.detail["content_hash"] == said["facts"]["content_hash"]


def test_streams_that_are_not_of_a_case_have_chains_too(database, ward):
    with unit_of_work(database) as session:
        for number in range(3):
            journal.append(
                session,
                stream="settings",
                action="setting.changed",
                actor=ward.administrator,
                at=NOON,
                detail={"version": number, "value": "Nguyễn"},
            )
    with reading(database) as session:
        chosen = select(JournalEntry).where(JournalEntry.stream == "settings")
        first, second, third = session.scalars(chosen.order_by(JournalEntry.seq))
        assert [read_body(one.body)["prev"] for one in (first, second, third)] == [
            FIRST,
            first.hash.hex(),
            second.hash.hex(),
        ]


@pytest.mark.parametrize("detail", [{"size": 0.5}, {"version": 2**60}, {"papers": {"Ệ": 1}}])
def test_a_fact_that_has_no_canonical_bytes_is_refused(database, ward, detail):
    with (
        pytest.raises(ValueError, match=r"allowed|large"),
        unit_of_work(database) as session,
    ):
        journal.append(
            session,
            stream="settings",
            action="setting.changed",
            actor=ward.administrator,
            at=NOON,
            detail=detail,
        )
    with reading(database) as session:
        assert (
            session.scalar(select(JournalEntry).where(JournalEntry.stream == "settings"))
            is None
        )


def test_the_private_words_can_be_taken_away_and_nothing_else(walk, database):
    walk.to("appraise_at_ward")
    walk.do(Outcome.RETURN, **RETURN)
    before = walk.journal()[-1]
    with database.begin() as connection:
        connection.execute(
            text("UPDATE journal_entries SET salt = NULL, private = NULL WHERE id = :id"),
            {"id": before.id},
        )
    after = walk.journal()[-1]
    assert (after.body, after.hash, after.private, after.salt) == (
        before.body,
        before.hash,
        None,
        None,
    )
    assert after.detail == before.facts
    for change in (
        "UPDATE journal_entries SET private = 'x'",
        "UPDATE journal_entries SET salt = NULL, private = NULL, seq = 99",
    ):
        with pytest.raises(DBAPIError, match="never changed"), database.begin() as connection:
            connection.execute(text(change))


def test_a_case_that_is_read_back_goes_on_with_its_chain(walk, database):
    walk.do(Outcome.SUBMIT)
    with unit_of_work(database) as session:
        case = session.get_one(Case, walk.case_id)
        seq = journal.append_to_case(
            session, case, action="case.noted", actor=walk.ward.ward_clerk, at=NOON
        )
    entries = walk.journal()
    assert seq == entries[-1].seq == len(entries)
    assert read_body(entries[-1].body)["prev"] == entries[-2].hash.hex()
