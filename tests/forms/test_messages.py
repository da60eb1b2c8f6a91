import ast
import json
import re
from pathlib import Path

import pytest

import forms
from forms import fields
from forms.messages import MESSAGES, code, sentence


def codes_raised(source):
    """Return the codes that a module raises as they are: in lists, or alone."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "ValidationError":
            lists = [node for node in ast.walk(call) if isinstance(node, ast.List)]
            for node in [call.args[0], *(one for each in lists for one in each.elts)]:
                if isinstance(node, ast.Constant):
                    yield node.value


def codes_by_default(field):
    return set(field.default_error_messages.values())


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_code_says_what_was_found_and_what_to_do(name, language):
    values = [f"«{value}»" for value in MESSAGES[name].values]
    text = sentence(code(name, *values), language)
    assert all(value in text for value in values)
    assert "{" not in text
    assert len(re.findall(r"[.!;:]", text)) >= 2, "one part says what is wrong, one what to do"
    assert text.endswith(".")


@pytest.mark.parametrize("name", MESSAGES)
def test_the_two_languages_are_two_sentences(name):
    assert MESSAGES[name].vi != MESSAGES[name].en
    assert not re.search(r"[a-z]+_[a-z]+", MESSAGES[name].vi + MESSAGES[name].en)


def test_every_code_that_a_form_raises_has_a_sentence():
    sources = Path(forms.__file__).parent.glob("*.py")
    raised = {one for path in sources for one in codes_raised(path.read_text(encoding="utf-8"))}
    ours = [fields.Text, fields.Day, fields.Count, fields.Chosen, fields.Ticked]
    ours += [fields.Declaration, fields.Answers, fields.Part, fields.Rows]
    defaults = set().union(*(codes_by_default(field) for field in ours))
    assert {"required", "explain_verdict"} <= raised
    assert raised | defaults <= set(MESSAGES)


def test_numbers_are_grouped_as_the_language_does():
    assert "8.001" in sentence("too_long|8000|8001", "vi")
    assert "8,001" in sentence("too_long|8000|8001", "en")


def test_what_was_typed_cannot_break_a_code():
    text = sentence(code("not_in_list", "a|b{c}" + "x" * 500), "vi")
    assert "a¦b{c}" in text
    assert len(text) < 200


def test_a_code_with_other_values_is_refused():
    with pytest.raises(ValueError, match="too_long"):
        code("too_long", 1)


def test_codes_are_plain_text():
    assert json.loads(json.dumps(code("too_long", 1, 2))) == "too_long|1|2"
