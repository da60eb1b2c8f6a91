"""Sound diagrams that the tests of this folder run, with many kinds of step in them."""

from tests.engine.process.drawing import (
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

NOMINATION = process(
    start(),
    lookup("find_level", "deciding_level"),
    embedded(
        "ladder",
        start("ladder_opened"),
        gateway("to_draft"),
        user_task("draft", outcomes="submit", level="", form="nomination.v1"),
        gateway("to_unit"),
        call("call_unit", "unit_review"),
        gateway("after_unit"),
        call("call_ward", "ward_review"),
        gateway("after_ward"),
        gateway("finishing"),
        end("climbed"),
        flows="""
            ladder_opened -> to_draft
            to_draft -> draft
            draft -> to_unit
            to_unit -> call_unit
            call_unit -> after_unit
            after_unit -> to_draft if outcome == "return"
            after_unit -> call_ward if outcome == "recommend"
            after_unit -> finishing otherwise
            call_ward -> after_ward
            after_ward -> to_draft if outcome == "return" and return_to == "draft"
            after_ward -> to_unit if outcome == "return" and return_to == "unit"
            after_ward -> finishing otherwise
            finishing -> climbed
        """,
    ),
    boundary("withdrawal_received", "ladder", message()),
    gateway("by_outcome"),
    end("awarded"),
    end("rejected"),
    end("withdrawn"),
    flows="""
        start -> find_level
        find_level -> ladder
        ladder -> by_outcome
        by_outcome -> awarded if outcome == "award"
        by_outcome -> rejected otherwise
        withdrawal_received -> withdrawn
    """,
)
"""Two levels, returns to two places, withdrawal at any time."""

UNIT_REVIEW = process(
    start(),
    gateway("to_review"),
    user_task("review_at_unit", outcomes="recommend award return reject hold"),
    gateway("by_outcome"),
    user_task("resume_review", form="resume.v1", outcomes="resume"),
    service("issue_unit_decision"),
    end("recommended"),
    end("awarded"),
    end("returned"),
    end("rejected"),
    flows="""
        start -> to_review
        to_review -> review_at_unit
        review_at_unit -> by_outcome
        by_outcome -> recommended if outcome == "recommend"
        by_outcome -> issue_unit_decision if outcome == "award"
        by_outcome -> returned if outcome == "return"
        by_outcome -> resume_review if outcome == "hold"
        by_outcome -> rejected otherwise
        resume_review -> to_review
        issue_unit_decision -> awarded
    """,
    id="unit_review",
)
"""One review with a loop for what is put on hold, and a decision."""

WARD_REVIEW = process(
    start(),
    gateway("split", "parallel"),
    user_task("appraise", level="ward"),
    user_task("consult", level="ward"),
    gateway("join", "parallel"),
    user_task("decide", level="ward", outcomes="award return reject"),
    boundary("reminder", "decide", timer("R3/P7D", "timeCycle"), interrupting=False),
    script("note_reminder", "council_required = True"),
    end("reminded"),
    boundary("too_late", "decide", timer("P30D")),
    user_task("decide_late", level="ward", outcomes="award return reject"),
    gateway("decided"),
    end("reviewed"),
    flows="""
        start -> split
        split -> appraise
        split -> consult
        appraise -> join
        consult -> join
        join -> decide
        decide -> decided
        reminder -> note_reminder
        note_reminder -> reminded
        too_late -> decide_late
        decide_late -> decided
        decided -> reviewed
    """,
    id="ward_review",
)
"""Two tasks side by side, a reminder, and a deadline that moves the task to another."""

BALLOTS = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)

DECIDING_LEVEL = table(
    "deciding_level",
    ["award", "unit_may_issue"],
    ["deciding_level", "source"],
    [
        ['"unit_certificate"', "True", '"unit"', '"Điều 75"'],
        ['"unit_certificate"', "False", '"ward"', '"Điều 75"'],
        ['? != "unit_certificate"', "", '"province"', '"Điều 74"'],
    ],
)

CLIMB = {
    "nomination.bpmn": NOMINATION,
    "unit_review.bpmn": UNIT_REVIEW,
    "ward_review.bpmn": WARD_REVIEW,
    "deciding_level.dmn": DECIDING_LEVEL,
}
"""A whole set, close to the real one in shape."""

COUNCIL = process(
    start(),
    gateway("again"),
    embedded(
        "session",
        start("session_opened"),
        gateway("split", "parallel"),
        user_task("read", outcomes="recommend"),
        gateway("reread"),
        user_task("ask", outcomes="recommend hold"),
        gateway("asked"),
        user_task("ballot", BALLOTS, outcomes="recommend reject"),
        gateway("join", "parallel"),
        end("session_closed"),
        flows="""
            session_opened -> split
            split -> read
            split -> reread
            reread -> ask
            ask -> asked
            asked -> reread if outcome == "hold"
            asked -> ballot otherwise
            read -> join
            ballot -> join
            join -> session_closed
        """,
    ),
    boundary("session_late", "session", timer("P14D")),
    user_task("conclude", outcomes="award return reject"),
    boundary("adjourned", "conclude", message()),
    gateway("concluded"),
    end("awarded"),
    end("rejected"),
    end("withdrawn", "<bpmn:terminateEventDefinition/>"),
    flows="""
        start -> again
        again -> session
        session -> conclude
        conclude -> concluded
        concluded -> again if outcome == "return"
        concluded -> awarded if outcome == "award"
        concluded -> rejected otherwise
        session_late -> withdrawn
        adjourned -> rejected
    """,
)
"""Ballots side by side with other work, in a session that may be held again."""

WAIT_FOR_DAY = process(
    start(),
    catch("wait", timer("2030-12-01T08:00:00+07:00", "timeDate")),
    end("awarded"),
    flows="start -> wait\nwait -> awarded",
)
"""Waits for a moment and ends."""

START = {"award": "unit_certificate", "unit_may_issue": True, "outcome": "", "return_to": ""}
"""Variables that a case of :data:`CLIMB` begins with."""
