"""Timers that ask the command for the time instead of the machine.

SpiffWorkflow 3.2.0 reads the clock of the machine in each timer. A command has its own
moment (``at``): the same in its journal row, in tests, and in a demonstration that plays
in another year. A timer here falls due *at* its moment, not after it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
    TimerEventDefinition,
)


def clock(spiff_task: Any) -> datetime:
    """Return the moment of the running command."""
    top = spiff_task.workflow.top_workflow
    top.asked_for_time = True
    at: datetime = top.at
    return at


def due_at(spiff_task: Any) -> datetime | None:
    """Return when the waiting timer ``spiff_task`` falls due; None if it is no timer."""
    value = spiff_task.internal_data.get("event_value")
    if isinstance(value, dict):
        return datetime.fromisoformat(value["next"]) if value["cycles"] else None
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def with_our_clock(definition: Any) -> Any:
    """Return ``definition``, or the timer here that stands in for it.

    The one of an event-based gateway keeps those of its events: they are changed within.
    """
    if isinstance(definition, MultipleEventDefinition):
        definition.event_definitions = [
            with_our_clock(each) for each in definition.event_definitions
        ]
        return definition
    ours = {
        TimeDateEventDefinition: MomentTimer,
        DurationTimerEventDefinition: DurationTimer,
        CycleTimerEventDefinition: CycleTimer,
    }.get(type(definition))
    if ours is None:
        return definition
    return ours(definition.name, definition.expression, description=definition.description)


def parse_duration(text: str, start: datetime) -> timedelta:
    """Return the length of the ISO 8601 duration ``text`` that begins at ``start``.

    :raises ValueError: it is no duration.
    """
    try:
        parsed = TimerEventDefinition.parse_iso_duration(text)
        length = TimerEventDefinition.get_timedelta_from_start(parsed, start)
    except Exception as error:  # the library raises bare exceptions
        raise ValueError(f"{text!r} is no ISO 8601 duration") from error
    if not isinstance(length, timedelta):
        raise ValueError(f"{text!r} is no ISO 8601 duration")
    return length


def parse_cycle(text: str, start: datetime) -> tuple[int, timedelta]:
    """Return how often, and how far apart, ``R3/P7D`` repeats; -1 for without end.

    :raises ValueError: it is no repetition of a duration.
    """
    count, slash, length = text.upper().partition("/")
    digits = count.removeprefix("R")
    if not slash or not count.startswith("R") or not (digits == "" or digits.isdigit()):
        raise ValueError(f"{text!r} is no ISO 8601 repetition such as R3/P7D")
    return (int(digits) if digits else -1), parse_duration(length, start)


def parse_moment(text: str) -> datetime:
    """Return the ISO 8601 moment ``text`` in UTC.

    :raises ValueError: it is no moment, or it does not say its time zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)


def _expression(definition: Any, spiff_task: Any) -> str:
    return str(spiff_task.workflow.script_engine.evaluate(spiff_task, definition.expression))


def _has_fired(spiff_task: Any, event_value: str) -> bool:
    if datetime.fromisoformat(event_value) <= clock(spiff_task):
        spiff_task.internal_data["event_fired"] = True
    return bool(spiff_task.internal_data.get("event_fired", False))


class MomentTimer(TimeDateEventDefinition):  # type: ignore[misc]
    """Falls due at a moment."""

    def has_fired(self, my_task: Any) -> bool:
        """Return whether the moment has come."""
        value = my_task.internal_data.get("event_value")
        if value is None:
            value = parse_moment(_expression(self, my_task)).isoformat()
            my_task.internal_data["event_value"] = value
        return _has_fired(my_task, value)


class DurationTimer(DurationTimerEventDefinition):  # type: ignore[misc]
    """Falls due some time after it was reached."""

    def has_fired(self, my_task: Any) -> bool:
        """Return whether the time has passed."""
        value = my_task.internal_data.get("event_value")
        if value is None:
            start = clock(my_task)
            length = parse_duration(_expression(self, my_task), start)
            value = (start + length).isoformat()
            my_task.internal_data["event_value"] = value
        return _has_fired(my_task, value)


class CycleTimer(CycleTimerEventDefinition):  # type: ignore[misc]
    """Falls due again and again; periods missed while the server was down count as one."""

    def cycle_complete(self, my_task: Any) -> bool:
        """Return whether a period has ended since the last look, and set the next."""
        value = my_task.internal_data.get("event_value")
        if value is None:
            start = clock(my_task)
            cycles, length = parse_cycle(_expression(self, my_task), start)
            value = {
                "cycles": cycles,
                "next": (start + length).isoformat(),
                "duration": length.total_seconds(),
            }
            my_task.internal_data["event_value"] = value
        if value["cycles"] == 0:
            my_task.internal_data["event_fired"] = True
            return False
        due = datetime.fromisoformat(value["next"])
        late = (clock(my_task) - due).total_seconds()
        if late < 0:
            return False
        ticks = 1 + (int(late // value["duration"]) if value["duration"] else 0)
        if value["cycles"] > 0:
            ticks = min(ticks, value["cycles"])
            value["cycles"] -= ticks
        value["next"] = (due + timedelta(seconds=ticks * value["duration"])).isoformat()
        return True
