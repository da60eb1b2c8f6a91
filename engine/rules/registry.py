"""The tests that rules may name: pure functions, each with what it can say.

::

    @rule_test(
        sentences={
            "long_enough": ("years", "from_day"),
            "too_short": ("years", "from_day", "ran"),
            "no_movement": (),
        },
        parameters={"years": count},
    )
    def movement_ran_years(facts: Facts, parameters: Mapping[str, Any]) -> Result: ...
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.datafiles.reading import Read
from engine.rules.facts import Facts
from engine.rules.model import Result

TestFunction = Callable[[Facts, Mapping[str, Any]], Result]


@dataclass(frozen=True)
class RuleTest:
    """A test with what the law book may ask of it."""

    name: str
    """As ``test:`` has it in ``eligibility.yaml``: the name of the function."""
    function: TestFunction
    sentences: Mapping[str, tuple[str, ...]]
    """Sentence that it can return → facts that ``Result.used`` then has at least."""
    parameters: Mapping[str, Read] = field(default_factory=dict)
    """Parameter → reader of its value, from :mod:`engine.datafiles.reading`."""


_TESTS: dict[str, RuleTest] = {}


def rule_test(
    *,
    sentences: Mapping[str, tuple[str, ...]],
    parameters: Mapping[str, Read] | None = None,
) -> Callable[[TestFunction], TestFunction]:
    """Register the function under its own name as a test that rules may name.

    :param sentences: sentence that it can return → facts that the sentence may have in
        braces; a rule gives a text for exactly these sentences. A text may also have the
        parameters in braces, and what :data:`engine.rules.sentences.COMMON` names.
    :param parameters: parameter → reader of its value; a rule gives exactly these.
    :raises ValueError: another test has the name.
    """

    def register(function: TestFunction) -> TestFunction:
        name = function.__name__
        if name in _TESTS:
            raise ValueError(f"two tests are called {name}")
        _TESTS[name] = RuleTest(name, function, sentences, parameters or {})
        return function

    return register


def tests() -> Mapping[str, RuleTest]:
    """Return every registered test by its name."""
    return _TESTS
