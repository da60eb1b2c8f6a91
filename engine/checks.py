"""What the rules said of a case: kept with it, and binding on those who send it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from engine.eligibility import ask_for_case
from engine.errors import InvalidSubmission, NotEligible
from engine.permissions import Actor
from engine.rules.model import Answer, Finding
from engine.rules.stored import store_book
from engine.store.models import Case, Check, UserTask
from engine.store.prepared import Prepared
from engine.surroundings import Surroundings
from forms.messages import code
from forms.vocabulary import CheckStage, Outcome

RECORDING_FORM = "result_from_above.v1"
"""Form at which a clerk records what an authority above decided: it binds, not we."""

GOING_ON = frozenset({Outcome.SUBMIT, Outcome.RECOMMEND, Outcome.AWARD})
"""Outcomes that send a nomination on; returning, refusing and holding are always free."""

STAGES = {
    "nomination.v1": CheckStage.SUBMITTED,
    "appraisal.v1": CheckStage.APPRAISED,
    "council_resolution.v1": CheckStage.ADVISED,
}
"""Form of a task → the stage at which the rules are asked there; else before a decision."""

LONGEST_REASON = 2_000
"""Characters of the reason for going on against a rule at most."""


@dataclass(frozen=True)
class BindingCheck:
    """The answer at one step of a case, and the rules against which the person goes on."""

    stage: CheckStage
    answer: Answer
    overridden: tuple[str, ...] = ()
    """Ids of the rules."""
    reason: str = ""

    @property
    def detail(self) -> dict[str, Any]:
        """What the journal keeps."""
        found: dict[str, Any] = {
            "stage": self.stage.value,
            "conclusion": self.answer.conclusion.value,
            "answer_hash": self.answer.hash,
            "law_book": self.answer.book,
        }
        stands_against = [one.code for one in (*self.answer.blocking, *self.answer.holding)]
        if stands_against:
            found["against"] = stands_against
        if self.overridden:
            found["overridden"] = list(self.overridden)
        return found

    def save(
        self,
        session: Session,
        case: Case,
        task: UserTask | None,
        actor: Actor,
        at: datetime,
        around: Surroundings | None = None,
    ) -> None:
        """Write the answer, unless it is the one that was written last for the case.

        A submission always writes it: what came later is compared with it.

        :param around: what was read since the case was locked; none: it is new.
        """
        last = None if around is None else around.last_answer
        is_stored = around is not None and around.is_book_stored
        must_write = self.stage is CheckStage.SUBMITTED or self.overridden
        if last == self.answer.hash and not must_write:
            return
        _INSERT.run(
            session,
            {
                "case_id": case.id,
                "task_id": None if task is None else task.id,
                "stage": self.stage,
                "book_sha256": self.answer.book if is_stored else store_book(session, at),
                "received_on": self.answer.received_on,
                "conclusion": self.answer.conclusion,
                "findings": self.answer.findings.packed,
                "answer_hash": self.answer.hash,
                "overridden": list(self.overridden),
                "override_reason": self.reason,
                "made_by_id": actor.person_id,
                "made_at": at,
            },
        )


def check_step(
    session: Session,
    case: Case,
    task: UserTask,
    outcome: Outcome,
    answers: Mapping[str, Any],
    *,
    content: Mapping[str, Any],
    override_reason: str,
    at: datetime,
) -> BindingCheck | None:
    """Return what the rules say at a step; none where a nomination resumes.

    :param answers: of the form at ``task``, dumped.
    :param content: of the last submitted version; a submission itself brings a new one.
    :raises NotEligible: the outcome sends the nomination on, a rule stands against it, and
        the rule may not be overridden or no reason was given; ``answer`` says which.
    :raises InvalidSubmission: the reason is too long.
    """
    if outcome is Outcome.RESUME:
        return None
    stage = STAGES.get(task.form, CheckStage.DECIDED)
    with session.no_autoflush:  # the journal comes first of all writes
        answer = ask_for_case(
            session,
            case,
            at=at,
            stage=stage,
            content=answers if stage is CheckStage.SUBMITTED else content,
            typed=answers,
            task=task,
        )
    if outcome not in GOING_ON or task.form == RECORDING_FORM:
        return BindingCheck(stage, answer)
    return bind(session, case.id, stage, answer, override_reason)


def bind(
    session: Session, case_id: int | None, stage: CheckStage, answer: Answer, reason: str
) -> BindingCheck:
    """Return the check if the nomination may go on with ``answer``.

    A rule that was overridden once in this case stays so while its facts are the same.

    :param case_id: none where the case is about to be opened.
    :raises NotEligible: it may not.
    :raises InvalidSubmission: the reason is too long.
    """
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        message = code("too_long", LONGEST_REASON, len(reason))
        raise InvalidSubmission({"override_reason": [message]})
    against = stands_against(session, case_id, answer)
    if not against:
        return BindingCheck(stage, answer)
    if not all(one.may_override for one in against):
        raise NotEligible(answer, may_override=False)
    if not reason:
        raise NotEligible(answer, may_override=True)
    return BindingCheck(stage, answer, tuple(one.rule for one in against), reason)


def stands_against(
    session: Session, case_id: int | None, answer: Answer
) -> tuple[Finding, ...]:
    """Return the findings that keep a nomination from going on, overrides taken off."""
    against = (*answer.blocking, *answer.holding)
    if not against or case_id is None:
        return against
    rows = _OVERRIDES.all(session, {"case_id": case_id})
    accepted = [one for row in rows for one in row.findings if one["rule"] in row.overridden]
    return tuple(one for one in against if one.to_json() not in accepted)


_CHECK = Check.__table__
_OVERRIDES = Prepared(
    select(_CHECK.c.findings, _CHECK.c.overridden).where(
        _CHECK.c.case_id == bindparam("case_id"), _CHECK.c.override_reason != ""
    )
)
_INSERT = Prepared(insert(_CHECK))  # type: ignore[arg-type]  # a Table, always
