import pytest

from engine.process.checks import Severity, check_diagrams, table_faults
from engine.process.checks.rules import RULES
from engine.process.decisions import read_table
from engine.process.safe_xml import parse_xml
from tests.engine.process.broken_diagrams import BROKEN, REVIEW, STRAIGHT, alone
from tests.engine.process.drawing import table
from tests.engine.process.sample_diagrams import CLIMB


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_diagram_is_found_by_its_rule(name):
    rule, files = BROKEN[name]
    found = [finding.rule for finding in check_diagrams(files)]
    assert rule in found, f"found only {found}"


def test_a_sound_set_has_no_findings():
    assert check_diagrams(CLIMB) == []


def test_a_single_task_has_no_findings():
    assert check_diagrams(alone(*REVIEW, flows=STRAIGHT)) == []


def test_every_rule_is_shown_by_a_broken_diagram():
    shown = {rule for rule, _ in BROKEN.values()}
    assert set(RULES) - shown == {"too_large", "not_parsed"}


def test_a_finding_says_where_what_and_how_to_mend():
    _, files = BROKEN["a gateway without a default"]
    (finding,) = check_diagrams(files)
    assert (finding.file, finding.element_id) == ("nomination.bpmn", "choose")
    assert finding.severity == Severity.ERROR
    assert "2 flows" in finding.found
    assert finding.mend in str(finding)
    assert "mặc định" in finding.mend_vi


def test_what_is_only_unread_warns():
    _, files = BROKEN["a condition on the default"]
    assert {finding.severity for finding in check_diagrams(files)} == {Severity.WARNING}


def test_an_own_domain_can_be_given_to_the_proof_of_a_table():
    content = table("t", ["x"], ["y"], [['"a"', "1"], ['not("a", "b")', "2"]])
    faults = table_faults(
        read_table("t.dmn", parse_xml("t.dmn", content)), {"x": ("a", "b", "c")}
    )
    assert faults == [("table_gap", "t", "no row applies to x = 'b'")]
