"""The journal as OCEL 2.0: its JSON schema, the things it names, and pm4py opens it."""

import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.errors import InvalidSubmission, NotPermitted
from engine.exports import LogFormat
from engine.exports.log import JournalLog, LogFilter
from engine.store.database import reading
from engine.store.models import Case, JournalEntry
from forms.vocabulary import Award
from tests.engine.exports.conftest import WALKS
from tests.walk import Walk
from tests.ward import NOON

SCHEMA = {
    "eventTypes": ({"name", "attributes"}, {}),
    "objectTypes": ({"name", "attributes"}, {}),
    "events": ({"id", "type", "time", "attributes", "relationships"}, {"name", "value"}),
    "objects": ({"id", "type", "attributes", "relationships"}, {"name", "value", "time"}),
}
"""List of the JSON schema of OCEL 2.0 → fields of an item, fields of its attribute."""

TYPES = {"string": str, "integer": int}
"""Of the types of the schema, those that we use."""


@pytest.fixture(scope="module")
def ocel(logged):
    return json.loads(logged(LogFormat.OCEL).content)


def test_it_has_the_fields_of_the_schema(ocel):
    assert set(ocel) == set(SCHEMA)
    for name, (fields, of_attribute) in SCHEMA.items():
        assert ocel[name]
        for one in ocel[name]:
            assert set(one) == fields
            for attribute in one["attributes"]:
                assert set(attribute) == (of_attribute or {"name", "type"})
            for related in one.get("relationships", ()):
                assert set(related) == {"objectId", "qualifier"}


@pytest.mark.parametrize(
    ("things", "types"), [("events", "eventTypes"), ("objects", "objectTypes")]
)
def test_whatever_has_a_type_has_its_attributes_and_no_other(ocel, things, types):
    declared = {
        one["name"]: {each["name"]: TYPES[each["type"]] for each in one["attributes"]}
        for one in ocel[types]
    }
    assert {one["type"] for one in ocel[things]} == set(declared)
    for one in ocel[things]:
        for attribute in one["attributes"]:
            assert isinstance(attribute["value"], declared[one["type"]][attribute["name"]])


def test_every_relation_leads_to_an_object(ocel):
    kinds = {one["id"]: one["type"] for one in ocel["objects"]}
    assert len(kinds) == len(ocel["objects"])
    events = {one["id"] for one in ocel["events"]}
    assert len(events) == len(ocel["events"])
    assert not events & set(kinds)
    for one in ocel["events"]:
        related = [kinds[each["objectId"]] for each in one["relationships"]]
        assert related == ["case", "person", "unit", "round", "award"]
        assert datetime.fromisoformat(one["time"]).utcoffset() == timedelta(hours=7)
    for one in ocel["objects"]:
        related = [kinds[each["objectId"]] for each in one["relationships"]]
        assert related == (["unit", "round", "award"] if one["type"] == "case" else [])


def test_people_are_numbers_and_nothing_else(ocel):
    people = [one for one in ocel["objects"] if one["type"] == "person"]
    assert people
    assert all(one["id"] == f"p{int(one['id'][1:])}" for one in people)
    assert all(one["attributes"] == [] for one in people)


def test_pm4py_reads_it_and_finds_the_traces_of_the_cases(
    wandered, logged, ocel, pm4py, tmp_path
):
    path = tmp_path / "log.jsonocel"
    path.write_bytes(logged(LogFormat.OCEL).content)
    read = pm4py.read_ocel2_json(str(path))
    kinds = ["award", "case", "person", "round", "unit"]
    assert sorted(pm4py.ocel_get_object_types(read)) == kinds
    assert len(read.events) == len(ocel["events"])
    assert len(read.objects) == len(ocel["objects"])
    related = [each for one in ocel["events"] for each in one["relationships"]]
    assert len(read.relations) == len(related)
    flat = pm4py.ocel_flattening(read, "case")
    told = flat.groupby("case:concept:name", sort=False)["concept:name"].apply(list).to_dict()
    with reading(wandered.database) as session:
        log = JournalLog(session, LogFilter())
        expected = {
            trace.reference: [event.activity for event in trace.events]
            for trace in log.traces()
        }
    assert len(expected) == WALKS
    assert told == expected


# --- taking a log away ------------------------------------------------------------------


def exports(database):
    with reading(database) as session:
        chosen = select(JournalEntry).where(JournalEntry.action == "journal.exported")
        found = session.scalars(chosen.order_by(JournalEntry.seq)).all()
        session.expunge_all()
        return found


def test_the_journal_knows_who_took_which_log(wandered, logged):
    before = len(exports(wandered.database))
    award = Award.UNIT_CERTIFICATE
    made = logged(LogFormat.OCEL, award=award, from_day=date(2030, 12, 1)).export
    told = exports(wandered.database)
    assert len(told) == before + 1
    assert (told[-1].stream, told[-1].private) == ("exports", None)
    assert told[-1].actor_id == wandered.ward.auditor.person_id
    assert told[-1].facts == {
        "kind": "ocel",
        "award": award.value,
        "from": "2030-12-01",
        "cases": made.cases,
        "rows": made.rows,
        "sha256": made.sha256,
    }
    assert 0 < made.cases < WALKS


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"from_day": date(2030, 12, 2), "to_day": date(2030, 12, 1)}, "to"),
        ({"round_id": 999_999}, "round_id"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_and_not_journaled(wandered, logged, wanted, field):
    before = len(exports(wandered.database))
    with pytest.raises(InvalidSubmission) as refused:
        logged(LogFormat.XES, **wanted)
    assert set(refused.value.messages) == {field}
    assert len(exports(wandered.database)) == before


def test_only_auditors_and_administrators_take_logs(wandered, export):
    allowed = {"auditor", "administrator"}
    for key, actor in wandered.ward.people.items():
        if key in allowed:
            assert export(actor).rows
        else:
            with pytest.raises(NotPermitted):
                export(actor)


def test_both_databases_give_the_same_traces(database, ward):
    walk = Walk(database, ward).open().to("appraise_at_ward")
    with reading(database) as session:
        (trace,) = JournalLog(session, LogFilter(award=walk.case().award)).traces()
        assert trace.reference == session.get_one(Case, walk.case_id).reference
    assert [event.activity for event in trace.events] == [
        "case.opened",
        "draft_nomination",
        "review_at_unit",
    ]
    assert trace.events[0].at == NOON
