"""What the test of a rule says and needs: its parameters, and a text for each sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from engine.datafiles import Translated
from engine.datafiles.reading import BROKEN, Key, line_at, pairs, read_keys, translated
from engine.datafiles.yaml_lines import Problems, described, line_of
from engine.rules.facts import Facts
from engine.rules.model import Result
from engine.rules.registry import RuleTest, TestFunction
from engine.rules.sentences import COMMON, has_stray_brace, placeholders


@dataclass(frozen=True)
class Wording:
    """A test with the parameters and sentences that a rule gives it."""

    test: TestFunction
    parameters: Mapping[str, Any]
    sentences: Mapping[str, Translated]


def never_run(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Stand for the test of a stored rule, which is read and never asked."""
    raise NotImplementedError("rules of a stored law book are not asked again")


class WordingReader:
    """Reads the wording of rules that may have sentences in common.

    :param tests: the tests that rules may name; none: rules are read and never asked.
    """

    def __init__(self, tests: Mapping[str, RuleTest] | None) -> None:
        self._tests = tests
        self._shared: dict[str, Translated] = {}
        self._lines: dict[str, int] = {}
        """Shared sentence that no rule took yet → its line."""

    def read_shared(self, node: yaml.Node, problems: Problems) -> Any:
        """Read the sentences that rules have in common; before any rule is read."""
        sentences = _any_sentences(node, problems)
        if sentences is None:
            return BROKEN
        self._shared = sentences
        self._lines = {code: line_at(node, code) for code in sentences}
        return sentences

    def check_all_taken(self, problems: Problems) -> None:
        """Tell the shared sentences that no rule took; after all rules are read."""
        if self._tests is not None:
            for code, line in self._lines.items():
                problems.add(
                    line, f"the sentence “{code}” for no rule", "one that a rule takes"
                )

    def read(
        self, rule: yaml.Node, values: Mapping[str, Any], problems: Problems
    ) -> Wording | None:
        """Return what the keys ``test``, ``parameters`` and ``sentences`` of a rule say.

        :param values: the keys, with nodes where they are not read yet.
        :return: none after a problem.
        """
        given: yaml.Node | None = values["sentences"]
        if self._tests is None:
            sentences = {} if given is None else _any_sentences(given, problems)
            return None if sentences is None else self._unasked(sentences)
        test = self._tests.get(values["test"])
        if test is None:
            known = ", ".join(sorted(self._tests))
            name = f"the unknown test “{values['test']}”"
            problems.add(line_at(rule, "test"), name, f"one of {known}")
            return None
        parameters = _parameters(rule, values["parameters"], test, problems)
        if parameters is None:
            return None
        sentences = self._sentences(rule, given, test, problems)
        if sentences is None or not _check(rule, given, test, parameters, sentences, problems):
            return None
        return Wording(test.function, parameters, sentences)

    def _unasked(self, sentences: Mapping[str, Translated]) -> Wording:
        return Wording(never_run, {}, {**self._shared, **sentences})

    def _sentences(
        self, rule: yaml.Node, given: yaml.Node | None, test: RuleTest, problems: Problems
    ) -> dict[str, Translated] | None:
        """Read a sentence for each that ``test`` can say; what is left out is shared."""
        own = _names(given)
        for code in test.sentences.keys() - own:
            self._lines.pop(code, None)
        keys: dict[str, Key] = {
            code: (translated, self._shared[code]) if code in self._shared else translated
            for code in test.sentences
        }
        if given is not None:
            values = read_keys(given, keys, problems)
            return None if values is None or BROKEN in values.values() else values
        missing = keys.keys() - self._shared.keys()
        if missing:
            names = ", ".join(code for code in keys if code in missing)
            problems.add(line_of(rule), "no “sentences”", f"a mapping with {names}")
            return None
        return {code: self._shared[code] for code in keys}


def _parameters(
    rule: yaml.Node, given: yaml.Node | None, test: RuleTest, problems: Problems
) -> dict[str, Any] | None:
    if given is None:
        if not test.parameters:
            return {}
        names = ", ".join(test.parameters)
        problems.add(line_of(rule), "no “parameters”", f"a mapping with {names}")
        return None
    if not test.parameters:
        problems.add(line_of(given), "parameters", f"none: {test.name} takes none")
        return None
    values = read_keys(given, test.parameters, problems)
    return None if values is None or BROKEN in values.values() else values


def _check(
    rule: yaml.Node,
    given: yaml.Node | None,
    test: RuleTest,
    parameters: Mapping[str, Any],
    sentences: Mapping[str, Translated],
    problems: Problems,
) -> bool:
    """Whether every sentence has in braces only what it will be given."""
    own = _names(given)
    plain = [name for name, value in parameters.items() if not isinstance(value, Mapping)]
    whole = True
    for code, text in sentences.items():
        line = line_at(given, code) if given is not None and code in own else line_of(rule)
        allowed = (*COMMON, *plain, *test.sentences[code])
        whole &= _check_braces(line, text, allowed, problems)
    return whole


def _check_braces(
    line: int, text: Translated, allowed: tuple[str, ...], problems: Problems
) -> bool:
    """Whether ``text`` has only place-holders that are ``allowed``, and no other brace."""
    unknown = sorted(placeholders(text) - set(allowed))
    expected = "one of " + ", ".join(f"{{{name}}}" for name in allowed)
    for name in unknown:
        problems.add(line, f"the place-holder {{{name}}}", expected)
    if has_stray_brace(text):
        problems.add(line, "a single brace", f"braces around a name: {expected}")
        return False
    return not unknown


def _any_sentences(node: yaml.Node, problems: Problems) -> dict[str, Translated] | None:
    if not isinstance(node, yaml.MappingNode):
        problems.add(line_of(node), described(node), "a mapping of sentences")
        return None
    texts = {name: translated(value, problems) for name, (_, value) in pairs(node, problems)}
    return None if BROKEN in texts.values() else texts


def _names(given: yaml.Node | None) -> frozenset[str]:
    """Return the keys of a mapping that was read, or nothing."""
    if not isinstance(given, yaml.MappingNode):
        return frozenset()
    return frozenset(key.value for key, _ in given.value)
