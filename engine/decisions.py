"""The decision to award: its row, its number, and the papers that the system makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from engine.bonus import Bonus, MissingRule, bonus_for, packaged_bonuses
from engine.errors import NumberTaken
from engine.matters import matter_of
from engine.papers import make_papers
from engine.permissions import Actor, may
from engine.process.workflow import Services
from engine.routing import AUTHORITIES, find_place
from engine.settings import settings_on
from engine.store.database import take_turn
from engine.store.loading import PreparedObjects
from engine.store.models import (
    Case,
    Decision,
    GivenNumber,
    Paper,
    RegisterEntry,
    Unit,
    UserTask,
)
from engine.store.prepared import Prepared
from engine.store.rows import write_new
from forms.vocabulary import Level

RECORDING_FORM = "result_from_above.v1"
"""Form of the tasks at which a clerk records what a paper from above decided."""


@dataclass
class Issuing:
    """The service ``issue_decision`` for one step of one case.

    The process calls it in memory, while nothing is written yet; the step writes what it
    made, after the journal.
    """

    session: Session
    case: Case
    task: UserTask
    actor: Actor
    answers: Mapping[str, Any]
    """Of the form ``decision.v1`` or ``result_from_above.v1``, dumped."""
    at: datetime
    outgoing_id: int | None = None
    """Paper of the decision, if the system has numbered it; none: the number was typed."""
    is_again: bool = False
    """The decision was made before and is restored: its papers are those of then."""
    decision: Decision | None = None
    papers: list[Paper] = field(default_factory=list)
    authority: object = None
    """Unit that decides: held, so that it is read once."""

    @property
    def services(self) -> Services:
        """What the service tasks of the diagrams may call, by name."""
        return {"issue_decision": self.issue}

    def issue(self, data: Mapping[str, Any]) -> None:
        """Make the decision, and its papers unless it was recorded from its own.

        :raises NumberTaken: the authority gave the number to another case this year.
        """
        recorded = self.task.form == RECORDING_FORM
        signed_on = date.fromisoformat(self.answers["signed_on"])
        unit_id = authority_of(self.session, self.case, self.task)
        self.authority = _UNIT.first(self.session, {"unit_id": unit_id})
        decision = Decision(
            case_id=self.case.id,
            award=self.case.award,
            level=self.task.level,
            authority_unit_id=unit_id,
            number=self.answers["number"],
            year=signed_on.year,
            signed_on=signed_on,
            signer_name=self.answers["signer_name"],
            signer_title=self.answers["signer_title"],
            recorded_from_paper=recorded,
            outgoing_id=self.outgoing_id,
        )
        self._require_free(decision)
        bonus = bonus_of(self.session, self.case, self.task, signed_on)
        if isinstance(bonus, Bonus):
            decision.bonus, decision.bonus_amount = bonus.to_json(), bonus.amount
        self.decision = decision
        if not recorded and not self.is_again:
            self.papers = make_papers(self.session, self.case, self.task, decision, self.at)

    @property
    def detail(self) -> dict[str, Any]:
        """What the journal keeps of the decision and its papers; empty if none was made."""
        if self.decision is None:
            return {}
        return {
            "decision": {
                "number": self.decision.number,
                "signed_on": self.decision.signed_on.isoformat(),
                "authority_unit_id": self.decision.authority_unit_id,
                "recorded_from_paper": self.decision.recorded_from_paper,
                "bonus_vnd": self.decision.bonus_amount,
            },
            "papers": {paper.kind: paper.sha256 for paper in self.papers},
        }

    def save(self) -> None:
        """Write what was made; nothing if nothing was."""
        if self.decision is not None:
            write_new(self.session, self.decision)
            self.session.add_all(self.papers)

    def _require_free(self, decision: Decision) -> None:
        """Return if the number is free; others who want one of this authority wait.

        That of an outgoing paper is free for all its cases.
        """
        take_turn(self.session, f"decision numbers of {decision.authority_unit_id}")
        asked = {
            "unit_id": decision.authority_unit_id,
            "year": decision.year,
            "number": decision.number,
            "paper_id": decision.outgoing_id or 0,
        }
        taken = _TAKEN.first(self.session, asked)
        if taken is None:
            self._require_never_given(decision, asked)
            self._require_no_act(decision)
            return
        other_id = taken.case_id
        other = self.session.get_one(Case, other_id)
        seen = may(self.actor, "case.see", matter_of(self.session, other))
        raise NumberTaken(
            f"unit {decision.authority_unit_id} gave {decision.number} to case {other_id}",
            number=decision.number,
            reference=other.reference if seen else "",
        )

    def _require_never_given(self, decision: Decision, asked: Mapping[str, Any]) -> None:
        """Return if the register of numbers has given the number to no other paper."""
        given = _GIVEN.first(self.session, asked)
        if given is not None:
            raise NumberTaken(
                f"unit {decision.authority_unit_id} gave {decision.number}: row {given.id}",
                number=decision.number,
                reference="",
            )

    def _require_no_act(self, decision: Decision) -> None:
        """Return if no decision that annuls or corrects an award has the number."""
        first, last = date(decision.year, 1, 1), date(decision.year, 12, 31)
        act = _ACTS.first(
            self.session,
            {
                "unit_id": decision.authority_unit_id,
                "number": decision.number,
                "first": first,
                "last": last,
            },
        )
        if act is not None:
            raise NumberTaken(
                f"unit {decision.authority_unit_id} gave {decision.number} to act {act.id}",
                number=decision.number,
                reference="",
            )


def authority_of(session: Session, case: Case, task: UserTask) -> int:
    """Return the unit whose decision a task makes: another one's, if it only records it."""
    level = task.level
    if task.form != RECORDING_FORM or level is None or level not in AUTHORITIES:
        return task.unit_id
    return find_place(session, case, AUTHORITIES[level])


def bonus_of(session: Session, case: Case, task: UserTask, day: date) -> Bonus | MissingRule:
    """Return the bonus that goes with a decision signed on ``day`` at ``task``."""
    authority = session.get_one(Unit, authority_of(session, case, task))
    return bonus_for(
        packaged_bonuses(),
        award=case.award,
        subject_kind=case.subject_kind,
        day=day,
        settings=settings_on(session, day),
        level=task.level or Level.UNIT,
        unit_kind=authority.kind,
    )


_TAKEN = Prepared(
    select(Decision.case_id)
    .where(
        Decision.authority_unit_id == bindparam("unit_id"),
        Decision.year == bindparam("year"),
        Decision.number == bindparam("number"),
        or_(Decision.outgoing_id.is_(None), Decision.outgoing_id != bindparam("paper_id")),
    )
    .limit(1)
)
_GIVEN = Prepared(
    select(GivenNumber.id)
    .where(
        GivenNumber.unit_id == bindparam("unit_id"),
        GivenNumber.year == bindparam("year"),
        GivenNumber.symbol == bindparam("number"),
        or_(GivenNumber.paper_id.is_(None), GivenNumber.paper_id != bindparam("paper_id")),
    )
    .limit(1)
)
_ACTS = Prepared(
    select(RegisterEntry.id)
    .where(
        RegisterEntry.number == bindparam("number"),
        RegisterEntry.authority_unit_id == bindparam("unit_id"),
        RegisterEntry.decided_on.between(bindparam("first"), bindparam("last")),
        RegisterEntry.about_id.is_not(None),
    )
    .limit(1)
)
_UNIT = PreparedObjects(
    [Unit], lambda *columns: select(*columns).where(Unit.id == bindparam("unit_id"))
)
