"""What our diagrams may use: variables with their values, operators, units, properties."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from forms.vocabulary import Award, Level, LevelMode, Outcome, ReturnTarget, Role, Word

Value = str | bool | int | None


def _values(*words: type[Word]) -> tuple[Value, ...]:
    return tuple(str(member) for word in words for member in word)


VARIABLES: Final[Mapping[str, tuple[Value, ...]]] = MappingProxyType(
    {
        "award": _values(Award),
        "unit_may_issue": (True, False),
        **{f"mode_{level}": _values(LevelMode) for level in Level},
        "deciding_level": _values(Level),
        "council_required": (True, False),
        "outcome": ("", *_values(Outcome)),
        "return_to": ("", *_values(ReturnTarget)),
    }
)
"""Every variable of the task data, with all values that it can have.

The data decides the way alone; what people write is in the dossier, not here.
"""

OPERATORS: Final = frozenset({"issue_decision"})
"""What a service task may call."""

UNITS: Final = frozenset(
    {
        "submitting",
        "ward",
        "province",
        "ministry",
        "prime_minister_office",
        "president_office",
    }
)
"""Whose person does a task: ``submitting`` is the unit of the case."""

TASK_PROPERTIES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "role": frozenset(map(str, Role)),
        "unit": UNITS,
        "level": frozenset(map(str, Level)),
        "outcomes": frozenset(map(str, Outcome)),
    }
)
"""Property of a user task → the words that it may hold, separated by spaces."""

MAX_INSTANCES: Final = 100
"""Most copies of a multi-instance task."""

MIN_CYCLE_SECONDS: Final = 60
"""Shortest repetition of a timer."""

MAX_PARALLEL_SPLITS: Final = 3
"""Parallel splits in one process: the library predicts twice the tasks for each."""
