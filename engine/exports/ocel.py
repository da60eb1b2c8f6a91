"""The journal as OCEL 2.0 (JSON): events, and the things that each of them is about.

Events are written as they are read; the objects, which they name, come after them. What
stands in it: docs/exports.md.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from engine.exports.log import Event, JournalLog, Trace, moment, person_code
from forms.vocabulary import Award

Json = dict[str, Any]

ALWAYS = "1970-01-01T00:00:00Z"
"""The time of an attribute that never changed, as the standard has it."""

OBJECT_TYPES = {
    "case": ("diagrams",),
    "unit": ("name",),
    "person": (),
    "round": ("name",),
    "award": ("name",),
}
"""Type of an object → its attributes, all of them texts."""

EVENT_ATTRIBUTES = {
    "label": "string",
    "seq": "integer",
    "role": "string",
    "outcome": "string",
    "return_to": "string",
    "level": "string",
}


def ocel_of(log: JournalLog) -> Iterator[str]:
    """Yield the document in parts; the same cases give the same text."""
    writer = _Writer(log)
    types = ({"name": name, "attributes": _texts(of)} for name, of in OBJECT_TYPES.items())
    yield "{"
    yield from _listed("objectTypes", types)
    yield ",\n"
    yield from _listed("events", writer.events())
    yield ",\n"
    yield from _listed("objects", writer.objects())
    yield ",\n"
    yield from _listed("eventTypes", writer.event_types())
    yield "}\n"


class _Writer:
    """Writes events, and keeps what they were about: a line for a case, ids of the rest."""

    def __init__(self, log: JournalLog) -> None:
        self._log = log
        self._cases: dict[str, Json] = {}
        self._units: dict[int, str] = {}
        self._people: set[int] = set()
        self._rounds: dict[int, str] = {}
        self._awards: set[Award] = set()
        self._activities: set[str] = set()

    def events(self) -> Iterator[Json]:
        """Yield the events of one case after the other."""
        for trace in self._log.traces():
            self._remember(trace)
            for event in trace.events:
                yield self._event(trace, event)

    def objects(self) -> Iterator[Json]:
        """Yield what the events were about: cases as they were opened, the rest by id."""
        yield from self._cases.values()
        for unit_id, name in sorted(self._units.items()):
            yield _object("unit", f"u{unit_id}", name=name)
        for person_id in sorted(self._people):
            yield _object("person", person_code(person_id))
        for round_id, name in sorted(self._rounds.items()):
            yield _object("round", f"r{round_id}", name=name)
        for award in sorted(self._awards):
            yield _object("award", _award_code(award), name=award.vi)

    def event_types(self) -> Iterator[Json]:
        """Yield the activities that were seen."""
        attributes = [{"name": name, "type": of} for name, of in EVENT_ATTRIBUTES.items()]
        for activity in sorted(self._activities):
            yield {"name": activity, "attributes": attributes}

    def _remember(self, trace: Trace) -> None:
        self._units[trace.unit_id] = trace.unit_name
        self._rounds[trace.round_id] = trace.round_name
        self._awards.add(trace.award)
        case = _object("case", trace.reference, diagrams=trace.diagrams)
        case["relationships"] = [
            _related(f"u{trace.unit_id}", "nominated by"),
            _related(f"r{trace.round_id}", "nominated in"),
            _related(_award_code(trace.award), "nominated for"),
        ]
        self._cases[trace.reference] = case

    def _event(self, trace: Trace, event: Event) -> Json:
        self._activities.add(event.activity)
        related = [_related(trace.reference, "moved")]
        if event.person_id is not None:
            self._people.add(event.person_id)
            related.append(_related(person_code(event.person_id), "acted"))
        if event.on_behalf_of is not None:
            self._people.add(event.on_behalf_of)
            related.append(_related(person_code(event.on_behalf_of), "on behalf of"))
        if event.unit_id is not None:
            self._units[event.unit_id] = event.unit_name
            related.append(_related(f"u{event.unit_id}", "acted for"))
        related.append(_related(f"r{trace.round_id}", "in round"))
        related.append(_related(_award_code(trace.award), "about award"))
        attributes = {
            "label": event.label,
            "seq": event.seq,
            "role": event.role and event.role.value,
            "outcome": event.outcome,
            "return_to": event.return_to,
            "level": event.level,
        }
        return {
            "id": f"{trace.reference}/{event.seq}",
            "type": event.activity,
            "time": moment(event.at),
            "attributes": [
                {"name": name, "value": value} for name, value in attributes.items() if value
            ],
            "relationships": related,
        }


def _award_code(award: Award) -> str:
    return f"award:{award.value}"


def _object(kind: str, code: str, **texts: str) -> Json:
    told = [{"name": name, "time": ALWAYS, "value": text} for name, text in texts.items()]
    return {"id": code, "type": kind, "attributes": told, "relationships": []}


def _related(code: str, qualifier: str) -> Json:
    return {"objectId": code, "qualifier": qualifier}


def _texts(names: Iterable[str]) -> list[Json]:
    return [{"name": name, "type": "string"} for name in names]


def _listed(name: str, items: Iterable[Json]) -> Iterator[str]:
    """Yield a member whose value is a list, an item on each line."""
    yield f'"{name}":['
    between = "\n"
    for item in items:
        yield between + json.dumps(item, ensure_ascii=False, separators=(",", ":"))
        between = ",\n"
    yield "]"
