import pytest

from engine.process.expressions import ForbiddenExpression, evaluate, execute

VARIABLES = {"outcome": "return", "return_to": "unit", "council_required": True, "n": 3}

ESCAPES = [
    "__import__('os').system('id')",
    "().__class__.__base__.__subclasses__()",
    "outcome.__class__",
    "outcome.upper()",
    "outcome.format(outcome)",
    "'{0.__class__}'.format(1)",
    "f'{outcome}'",
    "open('/etc/passwd')",
    "eval('1')",
    "exec('x=1')",
    "compile('1','','eval')",
    "globals()",
    "locals()",
    "vars()",
    "getattr(outcome, 'upper')",
    "type(outcome)",
    "len.__self__",
    "len",
    "max(n, key=len)",
    "max(*outcome)",
    "max(n, 2, default=3)",
    "n < 9999999999999999",
    "(lambda: 1)()",
    "(x := 5)",
    "[x for x in outcome]",
    "{x: x for x in outcome}",
    "outcome[0]",
    "{'a': 1}",
    "9 ** 9 ** 9",
    "1 << 9999",
    "'a' * 10 ** 9",
    "'%s' % outcome",
    "_outcome",
    "__builtins__",
    "10 ** 20",
    "9999999999999999",
    "b'bytes'",
    "1j",
    "...",
    "yield 1",
    "await outcome",
    "outcome; n",
    "import os",
    "n = 4",
    "-" * 300 + "1",
    "(" * 500 + ")" * 500,
    "n + " * 900 + "n",
    "",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_what_is_not_on_the_list_is_refused(text):
    with pytest.raises(ForbiddenExpression):
        evaluate(text, VARIABLES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('outcome == "return"', True),
        ('outcome == "return" and return_to == "unit"', True),
        ('outcome in ("recommend", "submit")', False),
        ("not council_required", False),
        ("council_required == true", True),
        ('"ward" if n > 2 else "unit"', "ward"),
        ("1 < n <= 3", True),
        ("n + 1 - 2", 2),
        ("len(outcome)", 6),
        ("min(n, 2)", 2),
        (" outcome is null ", False),
        ("P7D", "P7D"),
        ("R3/P7D", "R3/P7D"),
        ("2030-06-02T00:00:00+07:00", "2030-06-02T00:00:00+07:00"),
    ],
)
def test_a_condition_of_our_diagrams_is_evaluated(text, value):
    assert evaluate(text, VARIABLES) == value


def test_an_unknown_variable_is_an_error_not_a_false():
    with pytest.raises(NameError):
        evaluate("votes > 3", VARIABLES)


def test_a_script_assigns_variables_and_nothing_else():
    variables = dict(VARIABLES)
    execute('outcome = "hold"\nn = n + 1', variables)
    assert variables == {**VARIABLES, "outcome": "hold", "n": 4}


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "outcome.x = 1",
        "outcome[0] = 1",
        "a, b = 1, 2",
        "a = (b, c) = 1",
        "true = 1",
        "len = 1",
        "_x = 1",
        "while True: pass",
        "for x in 'ab': y = x",
        "def f(): pass",
        "class A: pass",
        "del n",
        "global n",
        "print(1)",
        "n += 1",
        "raise n",
        "assert n",
    ],
)
def test_a_script_that_does_more_is_refused_and_changes_nothing(text):
    variables = dict(VARIABLES)
    with pytest.raises(ForbiddenExpression):
        execute(text, variables)
    assert variables == VARIABLES


def test_a_text_cannot_be_made_to_grow_without_end():
    variables = {"outcome": "x" * 9000}
    with pytest.raises(ForbiddenExpression):
        execute("outcome = outcome + outcome", variables)
    assert len(variables["outcome"]) == 9000
