"""What the rules say of a case, for the pages that show it: now, then, and what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.checks import GOING_ON, RECORDING_FORM, STAGES, stands_against
from engine.datafiles import Translated
from engine.eligibility import ask_for_case
from engine.errors import NotFound
from engine.matters import matter_of
from engine.permissions import Actor, may
from engine.rules.model import Answer, Finding, Findings
from engine.rules.stored import read_findings, regime_of
from engine.store.models import Case, Check, Person, UserTask
from forms.vocabulary import CheckStage, Conclusion, RuleVerdict


@dataclass(frozen=True)
class Change:
    """A rule that says something else than it said at submission."""

    then: RuleVerdict | None
    """None: the rule was not asked then."""
    now: Finding


@dataclass(frozen=True)
class Override:
    """Rules against which a person went on, and why."""

    rules: tuple[str, ...]
    reason: str
    person_name: str
    made_at: datetime


@dataclass(frozen=True)
class CheckPanel:
    """The answer as it stands now, beside the one at submission."""

    answer: Answer
    changes: tuple[Change, ...]
    """Against the answer at submission; empty before it."""
    overrides: tuple[Override, ...]
    against: tuple[Finding, ...]
    """What keeps the nomination from going on, accepted overrides taken off."""
    binds: bool
    """Whether the task at which it is shown is one that the rules bind."""

    @property
    def may_override(self) -> bool:
        """Whether a person may go on with a reason."""
        return bool(self.against) and all(one.may_override for one in self.against)


@dataclass(frozen=True)
class StoredCheck:
    """One answer that was given to a case, by the law book of that time."""

    stage: CheckStage
    conclusion: Conclusion
    received_on: date
    regime: Translated
    """The rule set of that day by its name."""
    findings: Findings
    overridden: tuple[str, ...]
    override_reason: str
    person_name: str
    made_at: datetime
    book: str


def get_check_panel(
    session: Session,
    actor: Actor,
    case_id: int,
    at: datetime,
    task_id: str | None = None,
    content: Mapping[str, Any] | None = None,
) -> CheckPanel:
    """Return what the rules say of a case now, for its page or for the page of a task.

    :param content: answers of a draft, dumped; none: those of the last submission.
    :raises NotFound: there is no such case, or the actor may not see it.
    """
    case = _seen(session, actor, case_id)
    task = session.get(UserTask, task_id) if task_id else None
    stage = STAGES.get(task.form, CheckStage.DECIDED) if task else None
    answer = ask_for_case(session, case, at=at, stage=stage, content=content, task=task)
    rows = _rows(session, case_id)
    return CheckPanel(
        answer=answer,
        changes=_changes(session, rows, answer),
        overrides=tuple(
            Override(tuple(row.overridden), row.override_reason, name, row.made_at)
            for row, name in rows
            if row.overridden
        ),
        against=stands_against(session, case_id, answer),
        binds=task is not None
        and task.form != RECORDING_FORM
        and any(outcome in GOING_ON for outcome in task.offers),
    )


def list_checks(session: Session, actor: Actor, case_id: int) -> tuple[StoredCheck, ...]:
    """Return every answer that was given to a case, the oldest first.

    :raises NotFound: there is no such case, or the actor may not see it.
    """
    _seen(session, actor, case_id)
    return tuple(
        StoredCheck(
            stage=row.stage,
            conclusion=row.conclusion,
            received_on=row.received_on,
            regime=regime_of(session, row),
            findings=read_findings(session, row),
            overridden=tuple(row.overridden),
            override_reason=row.override_reason,
            person_name=name,
            made_at=row.made_at,
            book=row.book_sha256,
        )
        for row, name in _rows(session, case_id)
    )


def _seen(session: Session, actor: Actor, case_id: int) -> Case:
    case = session.get(Case, case_id)
    if case is None or not may(actor, "case.see", matter_of(session, case)):
        raise NotFound(f"person {actor.person_id} may not see case {case_id}")
    return case


def _rows(session: Session, case_id: int) -> list[tuple[Check, str]]:
    rows = session.execute(
        select(Check, Person.full_name)
        .join(Person, Check.made_by_id == Person.id)
        .where(Check.case_id == case_id)
        .order_by(Check.id)
    )
    return [(row, name) for row, name in rows]


def _changes(
    session: Session, rows: list[tuple[Check, str]], answer: Answer
) -> tuple[Change, ...]:
    """Return the rules whose verdict is another one than at the last submission.

    Rules that apply at some stages only are compared where both answers ask them.
    """
    submitted = [row for row, _ in rows if row.stage is CheckStage.SUBMITTED]
    if not submitted:
        return ()
    then = {one["rule"]: RuleVerdict(one["verdict"]) for one in submitted[-1].findings}
    asked = {RuleVerdict.MET, RuleVerdict.NOT_MET, RuleVerdict.HELD, RuleVerdict.CANNOT_TELL}
    return tuple(
        Change(then.get(now.rule), now)
        for now in answer.findings
        if now.verdict in asked
        and then.get(now.rule) is not now.verdict
        and then.get(now.rule) is not RuleVerdict.NOT_APPLICABLE
    )
