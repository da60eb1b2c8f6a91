"""The journal as XES, IEEE 1849-2016: a trace for each case, an event for each act.

The file is written as it is read. What stands in it: docs/exports.md.
"""

import re
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from engine.exports.log import Event, JournalLog, Trace, moment, person_code

EXTENSIONS = (
    # name, prefix, definition
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
)

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
"""

GLOBALS = """\
  <global scope="trace">
    <string key="concept:name" value="UNKNOWN"/>
    <string key="award" value="UNKNOWN"/>
    <string key="round" value="UNKNOWN"/>
    <string key="unit" value="UNKNOWN"/>
    <string key="diagrams" value="UNKNOWN"/>
  </global>
  <global scope="event">
    <string key="concept:name" value="UNKNOWN"/>
    <string key="label" value="UNKNOWN"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
    <int key="seq" value="0"/>
  </global>
  <classifier name="Activity" scope="event" keys="concept:name"/>
  <string key="concept:name" value="thidua"/>
  <string key="lifecycle:model" value="standard"/>
"""
"""What every trace and event has, what makes events alike, and what holds of the whole log."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may have."""


def xes_of(log: JournalLog) -> Iterator[str]:
    """Yield the document in parts, a trace in each; the same cases give the same text."""
    yield HEAD
    for name, prefix, address in EXTENSIONS:
        yield f'  <extension name="{name}" prefix="{prefix}" uri="{address}"/>\n'
    yield GLOBALS
    for trace in log.traces():
        yield "".join(_trace(trace))
    yield "</log>\n"


def _trace(trace: Trace) -> Iterator[str]:
    yield "  <trace>\n"
    yield _attribute("string", "concept:name", trace.reference)
    yield _attribute("string", "award", trace.award.value)
    yield _attribute("string", "round", trace.round_name)
    yield _attribute("string", "unit", trace.unit_name)
    yield _attribute("string", "diagrams", trace.diagrams)
    for event in trace.events:
        yield "    <event>\n"
        yield from (f"  {line}" for line in _event(event))
        yield "    </event>\n"
    yield "  </trace>\n"


def _event(event: Event) -> Iterator[str]:
    yield _attribute("string", "concept:name", event.activity)
    yield _attribute("string", "label", event.label)
    yield _attribute("date", "time:timestamp", moment(event.at))
    yield _attribute("string", "lifecycle:transition", "complete")
    yield _attribute("int", "seq", str(event.seq))
    optional = {
        "org:resource": "" if event.person_id is None else person_code(event.person_id),
        "org:role": "" if event.role is None else event.role.value,
        "org:group": event.unit_name,
        "outcome": event.outcome,
        "return_to": event.return_to,
        "level": event.level,
        "on_behalf_of": person_code(event.on_behalf_of) if event.on_behalf_of else "",
    }
    for key, value in optional.items():
        if value:
            yield _attribute("string", key, value)


def _attribute(kind: str, key: str, value: str) -> str:
    told = quoteattr(_FORBIDDEN.sub("\ufffd", value))
    return f'    <{kind} key="{key}" value={told}/>\n'
