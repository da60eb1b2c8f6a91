"""What is put to the vote: each item with its rule, its round, and who may vote on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.consultations import require_consulted
from engine.council.members import level_of
from engine.council.voting_rules import RuleReader, VoteRule
from engine.council.votings import kept_out, voters_among
from engine.errors import (
    InvalidSubmission,
    NotFound,
    NoVotingRule,
    SecretBallotRequired,
    TaskNotOpen,
    TooManyVotes,
)
from engine.office import day_in_vietnam
from engine.settings import settings_on
from engine.store.models import (
    AgendaItem,
    Case,
    CouncilSession,
    SessionSeat,
    TaskState,
    UserTask,
)
from forms.messages import code
from forms.vocabulary import ConflictRule, ItemState, VoteResult, VotingMode


@dataclass(frozen=True)
class Terms:
    """What the office set for a session: by the day on which it meets, in Vietnam."""

    conflict_rule: ConflictRule
    revotes: int
    """How often the vote on one item may be repeated."""


@dataclass(frozen=True)
class Question:
    """An item that may be put to the vote, in numbers."""

    item: AgendaItem
    rule: VoteRule
    round_number: int
    total: int
    """The denominator: all members, less those left out for a conflict."""
    voters: int
    """Seats that may vote: there, and not kept out by a conflict."""

    @property
    def least(self) -> int:
        """Votes for that are needed."""
        return self.rule.least(self.total)

    def to_json(self) -> dict[str, Any]:
        """Return what the journal keeps when the vote is opened."""
        return {
            "item": self.item.id,
            "case": self.item.case_id,
            "round": self.round_number,
            "rule": self.rule.rule,
            "total": self.total,
            "least": self.least,
            "voters": self.voters,
        }


@dataclass(frozen=True)
class Outlook:
    """An item before its vote, as a page says it: nothing is locked, nothing refused."""

    item: AgendaItem
    rule: VoteRule | None
    """None: no rule is known, and the item cannot be put to the vote."""
    total: int
    voters: int
    rounds_left: int
    """How often it may still be voted on; 0 also where its result stands."""


def terms_of(session: Session, meeting: CouncilSession) -> Terms:
    """Return what the office set for ``meeting``."""
    settings = settings_on(session, day_in_vietnam(meeting.meets_at))
    return Terms(ConflictRule(settings["council_conflict"]), int(settings["council_revotes"]))


def rounds_left(item: AgendaItem, terms: Terms) -> int:
    """Return how often ``item`` may still be voted on: void votes were none.

    An item that passed, was postponed or settled is not voted on any more.
    """
    held = results_of(item)
    if item.state not in (ItemState.WAITING, ItemState.DECIDED, ItemState.VOTING):
        return 0
    if VoteResult.PASSED in held:
        return 0
    return max(0, 1 + terms.revotes - len(held))


def results_of(item: AgendaItem) -> list[VoteResult]:
    """Return what the votes on ``item`` came to, the earliest first; void ones are none."""
    return [vote.result for vote in item.votes if vote.result is not None]


def outlook_of(session: Session, meeting: CouncilSession, at: datetime) -> dict[int, Outlook]:
    """Return every item of a session with its rule in numbers: id of the item → outlook."""
    terms = terms_of(session, meeting)
    reader = RuleReader(session)
    level = level_of(meeting.unit)
    items = session.scalars(
        _ITEMS.where(AgendaItem.session_id == meeting.id).order_by(AgendaItem.number)
    )
    return {
        item.id: Outlook(
            item=item,
            rule=reader.rule_for(item.case, level, at),
            total=_total(meeting, item, terms.conflict_rule),
            voters=len(voters_among(meeting.seats, item, terms.conflict_rule)),
            rounds_left=rounds_left(item, terms),
        )
        for item in items
    }


def lock_items(
    session: Session, meeting: CouncilSession, item_ids: Sequence[int]
) -> list[AgendaItem]:
    """Return items of a locked session as they are now, their cases locked, in agenda order.

    :raises NotFound: an item is not on this agenda.
    :raises InvalidSubmission: none is named.
    """
    wanted = set(item_ids)
    if not wanted:
        raise InvalidSubmission({"items": [code("choose_one")]})
    on_agenda = AgendaItem.session_id == meeting.id, AgendaItem.id.in_(wanted)
    session.execute(
        select(Case.id)
        .where(Case.id.in_(select(AgendaItem.case_id).where(*on_agenda)))
        .order_by(Case.id)
        .with_for_update()
    ).all()
    items = list(
        session.scalars(
            _ITEMS.where(*on_agenda)
            .order_by(AgendaItem.number)
            .execution_options(populate_existing=True)
        )
    )
    if len(items) != len(wanted):
        missing = sorted(wanted - {item.id for item in items})
        raise NotFound(f"items {missing} are not on the agenda of session {meeting.id}")
    return items


def ask_items(
    session: Session,
    meeting: CouncilSession,
    items: Sequence[AgendaItem],
    seats: Sequence[SessionSeat],
    terms: Terms,
    at: datetime,
) -> list[Question]:
    """Return the items as questions, if each of them may be put to the vote now.

    :raises NoVotingRule, SecretBallotRequired, ConsultationPending, TooManyVotes,
        TaskNotOpen, InvalidSubmission: see :func:`engine.council.voting.open_voting`.
    """
    reader = RuleReader(session)
    level = level_of(meeting.unit)
    _require_waiting(session, items)
    questions = []
    for item in items:
        _require_votable(item, terms)
        rule = _require_rule(meeting, item, reader.rule_for(item.case, level, at))
        require_consulted(session, item.case, level, at)
        questions.append(
            Question(
                item=item,
                rule=rule,
                round_number=1 + max((vote.round_number for vote in item.votes), default=0),
                total=_total(meeting, item, terms.conflict_rule),
                voters=len(voters_among(seats, item, terms.conflict_rule)),
            )
        )
    return questions


def _total(meeting: CouncilSession, item: AgendaItem, rule: ConflictRule) -> int:
    members = meeting.total_members or len(meeting.seats)
    out = kept_out(item, rule) if rule is ConflictRule.LEFT_OUT else frozenset()
    return members - len(out)


def _require_waiting(session: Session, items: Sequence[AgendaItem]) -> None:
    """Return if the cases of ``items`` still wait for the council."""
    tasks = select(UserTask.id, UserTask.state).where(
        UserTask.id.in_([item.task_id for item in items])
    )
    states = {row.id: row.state for row in session.execute(tasks)}
    for item in items:
        if states[item.task_id] is not TaskState.OPEN:
            raise TaskNotOpen(
                f"task {item.task_id} is {states[item.task_id].value}",
                reference=item.case.reference,
            )


def _require_votable(item: AgendaItem, terms: Terms) -> None:
    held = results_of(item)
    votable = item.state is ItemState.WAITING or (
        item.state is ItemState.DECIDED and held and VoteResult.PASSED not in held
    )
    if not votable:
        raise InvalidSubmission({"items": [code("not_in_list", item.number)]})
    if rounds_left(item, terms) == 0:
        raise TooManyVotes(
            f"item {item.id} was voted on {len(held)} times", limit=terms.revotes
        )


def _require_rule(meeting: CouncilSession, item: AgendaItem, rule: VoteRule | None) -> VoteRule:
    case = item.case
    if rule is None:
        raise NoVotingRule(
            f"no rule for {case.award.value} at the council of unit {meeting.unit_id}",
            reference=case.reference,
            award=case.award,
        )
    if rule.is_secret and meeting.mode is VotingMode.OPEN:
        raise SecretBallotRequired(
            f"rule {rule.rule} wants a secret ballot on case {case.id}",
            reference=case.reference,
        )
    return rule


_ITEMS = select(AgendaItem).options(
    joinedload(AgendaItem.case),
    selectinload(AgendaItem.conflicts),
    selectinload(AgendaItem.votes),
)
