"""Small diagrams that are wrong in one way each: name → (rule that says so, files)."""

from tests.engine.process.drawing import (
    HEAD,
    Element,
    boundary,
    call,
    catch,
    embedded,
    end,
    gateway,
    lookup,
    message,
    process,
    script,
    service,
    start,
    table,
    timer,
    user_task,
)

REVIEW = (start(), user_task("review"), end("awarded"))
STRAIGHT = "start -> review\nreview -> awarded"


def alone(*elements: Element, flows: str, **options: str) -> dict[str, bytes]:
    """A set of one diagram."""
    return {"nomination.bpmn": process(*elements, flows=flows, **options)}


def review_with(**properties: str) -> dict[str, bytes]:
    """A set of one diagram with one task, which has these properties."""
    return alone(start(), user_task("review", **properties), end("awarded"), flows=STRAIGHT)


def with_table(*rules: list[str], **options: str) -> dict[str, bytes]:
    """A diagram that asks a table about ``council_required``."""
    return {
        **alone(start(), lookup("ask", "council"), end("awarded"), flows=ASKING),
        "council.dmn": table(
            "council", ["unit_may_issue"], ["council_required"], list(rules), **options
        ),
    }


def choice(*lines: str) -> dict[str, bytes]:
    """A diagram with one gateway, whose flows are these lines."""
    flows = "start -> review\nreview -> choose\n" + "\n".join(lines)
    return alone(*REVIEW, gateway("choose"), end("rejected"), flows=flows)


def mending(inside: str, flows: str = STRAIGHT) -> dict[str, bytes]:
    """A diagram with one task that has ``inside`` drawn into it."""
    return alone(start(), user_task("review", inside=inside), end("awarded"), flows=flows)


ASKING = "start -> ask\nask -> awarded"
TWO_TASKS = (start(), user_task("one"), user_task("two"), end("awarded"))
FORK = """
    start -> split
    split -> one
    split -> two
    one -> join
    two -> join
    join -> awarded
"""
UNTIL = "<bpmn:multiInstanceLoopCharacteristics>{}</bpmn:multiInstanceLoopCharacteristics>"
CANCEL = "<bpmn:cancelEventDefinition/>"
SIGNAL = '<bpmn:signalEventDefinition signalRef="x"/>'

BROKEN: dict[str, tuple[str, dict[str, bytes]]] = {
    "a file with a DTD": (
        "unreadable",
        {"nomination.bpmn": b"<!DOCTYPE x>" + process(*REVIEW, flows=STRAIGHT)},
    ),
    "a text file": ("not_a_diagram", {"notes.txt": b"hello"}),
    "a file without a process": (
        "not_a_diagram",
        {"nomination.bpmn": f"{HEAD}</bpmn:definitions>".encode()},
    ),
    "a process named otherwise than its file": (
        "name_differs",
        alone(*REVIEW, flows=STRAIGHT, id="other"),
    ),
    "a process for show": (
        "not_executable",
        {
            "nomination.bpmn": process(*REVIEW, flows=STRAIGHT).replace(
                b'isExecutable="true"', b'isExecutable="false"'
            )
        },
    ),
    "two processes on top": (
        "several_tops",
        {
            "one.bpmn": process(*REVIEW, flows=STRAIGHT, id="one"),
            "two.bpmn": process(*REVIEW, flows=STRAIGHT, id="two"),
        },
    ),
    "one id twice": (
        "duplicate_id",
        alone(*REVIEW, user_task("review"), flows=STRAIGHT),
    ),
    "a task without an id": (
        "missing_id",
        {
            "nomination.bpmn": process(*REVIEW, flows=STRAIGHT).replace(
                b"</bpmn:process>", b"<bpmn:userTask/></bpmn:process>"
            )
        },
    ),
    "a bare task": (
        "unsupported_element",
        alone(
            start(), Element("task", "do"), end("awarded"), flows="start -> do\ndo -> awarded"
        ),
    ),
    "a complex gateway": (
        "unsupported_element",
        alone(*REVIEW, gateway("choose", "complex"), flows=STRAIGHT),
    ),
    "an inclusive gateway": (
        "unsupported_element",
        alone(*REVIEW, gateway("choose", "inclusive"), flows=STRAIGHT),
    ),
    "an ad-hoc sub-process": (
        "unsupported_element",
        alone(*REVIEW, Element("adHocSubProcess", "any"), flows=STRAIGHT),
    ),
    "a transaction": (
        "unsupported_element",
        alone(*REVIEW, Element("transaction", "all"), flows=STRAIGHT),
    ),
    "a script before a task": (
        "unsupported_element",
        mending(
            "<bpmn:extensionElements><spiffworkflow:preScript>x = 1"
            "</spiffworkflow:preScript></bpmn:extensionElements>"
        ),
    ),
    "an event sub-process": (
        "event_subprocess",
        alone(
            *REVIEW,
            Element("subProcess", "aside", {"triggeredByEvent": "true"}),
            flows=STRAIGHT,
        ),
    ),
    "a signal at the end": (
        "unsupported_event",
        alone(start(), user_task("review"), end("awarded", SIGNAL), flows=STRAIGHT),
    ),
    "a cancellation at the end": (
        "unsupported_event",
        alone(start(), user_task("review"), end("awarded", CANCEL), flows=STRAIGHT),
    ),
    "an event with two triggers": (
        "several_triggers",
        alone(
            *REVIEW,
            boundary("late", "review", message() + timer("P7D")),
            end("rejected"),
            flows=f"{STRAIGHT}\nlate -> rejected",
        ),
    ),
    "a border event without a trigger": (
        "missing_trigger",
        alone(
            *REVIEW,
            boundary("late", "review", ""),
            end("rejected"),
            flows=f"{STRAIGHT}\nlate -> rejected",
        ),
    ),
    "a message event without a message": (
        "missing_reference",
        alone(
            start(),
            catch("wait", "<bpmn:messageEventDefinition/>"),
            end("awarded"),
            flows="start -> wait\nwait -> awarded",
        ),
    ),
    "a message that is not declared": (
        "bad_reference",
        alone(
            start(),
            catch("wait", message("unheard")),
            end("awarded"),
            flows="start -> wait\nwait -> awarded",
        ),
    ),
    "an error caught in two places": (
        "shared_code",
        alone(
            start(),
            user_task("one"),
            user_task("two"),
            boundary("first", "one", '<bpmn:errorEventDefinition errorRef="e"/>'),
            boundary("second", "two", '<bpmn:errorEventDefinition errorRef="e"/>'),
            end("awarded"),
            end("rejected"),
            flows="""
                start -> one
                one -> two
                two -> awarded
                first -> rejected
                second -> rejected
            """,
            declared='<bpmn:error id="e" errorCode="e"/>',
        ),
    ),
    "a call to nobody": (
        "call_missing",
        alone(
            start(),
            call("ask", "ward_council"),
            end("awarded"),
            flows="start -> ask\nask -> awarded",
        ),
    ),
    "a process that calls itself": (
        "call_recursion",
        alone(
            start(),
            call("again", "nomination"),
            end("awarded"),
            flows="start -> again\nagain -> awarded",
        ),
    ),
    "a question to no table": (
        "decision_missing",
        alone(start(), lookup("ask", "council"), end("awarded"), flows=ASKING),
    ),
    "a service that is not there": (
        "operator_unknown",
        alone(
            start(),
            service("send", "send_mail"),
            end("awarded"),
            flows="start -> send\nsend -> awarded",
        ),
    ),
    "two start events": (
        "one_start",
        alone(*REVIEW, start("too"), flows=f"{STRAIGHT}\ntoo -> awarded"),
    ),
    "no end event": ("no_end", alone(start(), user_task("a"), flows="start -> a")),
    "an end that is no outcome": (
        "end_without_outcome",
        alone(start(), user_task("a"), end("finished"), flows="start -> a\na -> finished"),
    ),
    "a flow across the border of a sub-process": (
        "flow_outside",
        alone(
            start(),
            embedded(
                "inner", start("in"), user_task("a"), end("out"), flows="in -> a\na -> out"
            ),
            end("awarded"),
            flows="start -> inner\ninner -> awarded\na -> awarded",
        ),
    ),
    "a flow into the start": (
        "start_incoming",
        alone(*REVIEW, gateway("g"), flows="start -> review\nreview -> start"),
    ),
    "a flow out of the end": (
        "end_outgoing",
        alone(*REVIEW, end("rejected"), flows=f"{STRAIGHT}\nawarded -> rejected"),
    ),
    "a task that leads nowhere": ("dead_end", alone(*REVIEW, flows="start -> review")),
    "a deadline that leads nowhere": (
        "boundary_without_flow",
        alone(*REVIEW, boundary("late", "review", timer("P7D")), flows=STRAIGHT),
    ),
    "a deadline on a missing task": (
        "boundary_detached",
        alone(
            *REVIEW,
            boundary("late", "nothing", timer("P7D")),
            flows=f"{STRAIGHT}\nlate -> awarded",
        ),
    ),
    "a task beside the way": (
        "unreachable",
        alone(*REVIEW, user_task("aside"), flows=f"{STRAIGHT}\naside -> awarded"),
    ),
    "two flows out of a task": (
        "implicit_split",
        alone(*REVIEW, end("rejected"), flows=f"{STRAIGHT}\nreview -> rejected"),
    ),
    "two flows into a task": (
        "implicit_join",
        alone(
            *TWO_TASKS,
            gateway("choose"),
            flows="""
                start -> choose
                choose -> one if outcome == "hold"
                choose -> two otherwise
                one -> two
                two -> awarded
            """,
        ),
    ),
    "the same flow twice": (
        "duplicate_flow",
        choice("choose -> awarded otherwise", 'choose -> awarded if outcome == "hold"'),
    ),
    "a gateway without a default": (
        "missing_default",
        choice(
            'choose -> awarded if outcome == "award"',
            'choose -> rejected if outcome == "reject"',
        ),
    ),
    "a condition on the default": (
        "default_condition",
        choice(
            'choose -> awarded if outcome == "award"',
            'choose -> rejected otherwise if outcome == "reject"',
        ),
    ),
    "a flow without a condition": (
        "missing_condition",
        choice("choose -> awarded", "choose -> rejected otherwise"),
    ),
    "a condition after a task": (
        "ignored_condition",
        alone(*REVIEW, flows='start -> review\nreview -> awarded if outcome == "award"'),
    ),
    "a condition that is no expression": (
        "forbidden_expression",
        choice("choose -> awarded if outcome = 'award'", "choose -> rejected otherwise"),
    ),
    "a condition that is a program": (
        "forbidden_expression",
        choice(
            "choose -> awarded if __import__('os').system('id')",
            "choose -> rejected otherwise",
        ),
    ),
    "a condition about nothing known": (
        "unknown_variable",
        choice("choose -> awarded if votes > 5", "choose -> rejected otherwise"),
    ),
    "a condition about a misspelt word": (
        "unknown_value",
        choice('choose -> awarded if outcome == "approve"', "choose -> rejected otherwise"),
    ),
    "a condition that is never true": (
        "never_taken",
        choice(
            'choose -> awarded if outcome == "award" and outcome == "hold"',
            "choose -> rejected otherwise",
        ),
    ),
    "a script that imports": (
        "forbidden_expression",
        alone(
            start(),
            script("run", "import os"),
            end("awarded"),
            flows="start -> run\nrun -> awarded",
        ),
    ),
    "a script that makes a variable": (
        "unknown_variable",
        alone(
            start(),
            script("run", "votes = 3"),
            end("awarded"),
            flows="start -> run\nrun -> awarded",
        ),
    ),
    "a time in words": (
        "bad_timer",
        alone(
            start(),
            catch("wait", timer("5 days")),
            end("awarded"),
            flows="start -> wait\nwait -> awarded",
        ),
    ),
    "a moment without a time zone": (
        "bad_timer",
        alone(
            start(),
            catch("wait", timer("2030-12-01T08:00:00", "timeDate")),
            end("awarded"),
            flows="start -> wait\nwait -> awarded",
        ),
    ),
    "a reminder without a pause": (
        "short_cycle",
        alone(
            *REVIEW,
            boundary("remind", "review", timer("R/PT0S", "timeCycle"), interrupting=False),
            end("reminded"),
            flows=f"{STRAIGHT}\nremind -> reminded",
        ),
    ),
    "a reminder without end": (
        "endless_cycle",
        alone(
            *REVIEW,
            boundary("remind", "review", timer("R/P7D", "timeCycle"), interrupting=False),
            end("reminded"),
            flows=f"{STRAIGHT}\nremind -> reminded",
        ),
    ),
    "a reminder that interrupts": (
        "interrupting_cycle",
        alone(
            *REVIEW,
            boundary("remind", "review", timer("R3/P7D", "timeCycle")),
            end("rejected"),
            flows=f"{STRAIGHT}\nremind -> rejected",
        ),
    ),
    "a task for nobody": ("missing_property", review_with(role="")),
    "a task nowhere": ("missing_property", review_with(unit="")),
    "a task without a form": ("missing_property", review_with(form="")),
    "a task without outcomes": ("missing_property", review_with(outcomes="")),
    "a task for an unknown role": ("unknown_property", review_with(role="boss")),
    "a task with an unknown form": ("unknown_property", review_with(form="review.v9")),
    "a task with an unknown outcome": ("unknown_property", review_with(outcomes="approve")),
    "a task of an unknown level": ("unknown_property", review_with(level="galaxy")),
    "a task without a name": (
        "missing_words",
        {
            "nomination.bpmn": process(*REVIEW, flows=STRAIGHT).replace(
                'name="Việc review"'.encode(), b""
            )
        },
    ),
    "copies for each letter of a text": (
        "multi_instance",
        mending(UNTIL.format("<bpmn:loopDataInputRef>award</bpmn:loopDataInputRef>")),
    ),
    "copies without a number": ("multi_instance", mending(UNTIL.format(""))),
    "too many copies": (
        "multi_instance",
        mending(UNTIL.format("<bpmn:loopCardinality>5000</bpmn:loopCardinality>")),
    ),
    "a parallel join that waits for one of two": (
        "deadlock",
        alone(
            *TWO_TASKS,
            gateway("split"),
            gateway("join", "parallel"),
            flows=FORK.replace("split -> one", 'split -> one if outcome == "hold"').replace(
                "split -> two", "split -> two otherwise"
            ),
        ),
    ),
    "parallel branches that meet without waiting": (
        "double_token",
        alone(*TWO_TASKS, gateway("split", "parallel"), gateway("join"), flows=FORK),
    ),
    "a parallel join on a loop": (
        "join_in_loop",
        alone(
            *TWO_TASKS,
            gateway("again"),
            gateway("split", "parallel"),
            gateway("join", "parallel"),
            gateway("choose"),
            flows="""
                start -> again
                again -> split
                split -> one
                split -> two
                one -> join
                two -> join
                join -> choose
                choose -> again if outcome == "return"
                choose -> awarded otherwise
            """,
        ),
    ),
    "a reminder that flows back": (
        "side_branch_joins",
        alone(
            *REVIEW,
            gateway("meet"),
            boundary("remind", "review", timer("P7D"), interrupting=False),
            flows="""
                start -> review
                review -> meet
                remind -> meet
                meet -> awarded
            """,
        ),
    ),
    "a loop with no way out": (
        "livelock",
        alone(
            start(),
            user_task("review"),
            gateway("again"),
            end("awarded"),
            flows="start -> again\nagain -> review\nreview -> again",
        ),
    ),
    "a loop without a person": (
        "automatic_loop",
        alone(
            start(),
            gateway("again"),
            script("set", 'outcome = "hold"'),
            gateway("choose"),
            end("awarded"),
            flows="""
                start -> again
                again -> set
                set -> choose
                choose -> again if outcome == "hold"
                choose -> awarded otherwise
            """,
        ),
    ),
    "four parallel parts in a row": (
        "parallel_blowup",
        alone(
            start(),
            *(gateway(f"split_{n}", "parallel") for n in range(4)),
            *(gateway(f"join_{n}", "parallel") for n in range(4)),
            *(user_task(f"{side}_{n}") for n in range(4) for side in "ab"),
            end("awarded"),
            flows="\n".join(
                [
                    "start -> split_0",
                    *(f"split_{n} -> {side}_{n}" for n in range(4) for side in "ab"),
                    *(f"{side}_{n} -> join_{n}" for n in range(4) for side in "ab"),
                    *(f"join_{n} -> split_{n + 1}" for n in range(3)),
                    "join_3 -> awarded",
                ]
            ),
        ),
    ),
    "a table that takes the first": (
        "hit_policy",
        with_table(["", "True"], hit_policy="FIRST"),
    ),
    "a row with a cell too few": ("row_length", with_table(["True"])),
    "a row without a result": ("missing_output", with_table(["", ""])),
    "a table with a gap": ("table_gap", with_table(["True", "True"])),
    "a table with two answers": ("table_overlap", with_table(["", "True"], ["True", "False"])),
    "a table with an unknown value": (
        "unknown_value",
        with_table(['"yes"', "True"], ["", "False"]),
    ),
    "a table with a range of another language": (
        "forbidden_expression",
        with_table(["[1..10]", "True"]),
    ),
    "a table with a program": (
        "forbidden_expression",
        with_table(["", "__import__('os').system('id')"]),
    ),
}
