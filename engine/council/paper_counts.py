"""Votes on paper: two people of the counting board count, and the signed sheet is scanned."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.attachments import CheckedFile, keep_file
from engine.council.access import may_see, note
from engine.council.votings import Counts, item_votes_of, lock_voting, seats_of
from engine.errors import CountsDiffer, InvalidSubmission, NotFound, NotPermitted
from engine.filestore import FileStore
from engine.permissions import Actor
from engine.store.models import CouncilSession, ItemVote, PaperCount, Voting
from forms.messages import code
from forms.vocabulary import VotingState

COUNTERS = 2
"""People who count, each for themselves."""


def enter_count(
    session: Session,
    *,
    voting_id: int,
    actor: Actor,
    counts: Mapping[int, Counts],
    at: datetime,
) -> None:
    """Record what the actor counted: of all items of a vote on paper, or of some.

    Whoever counted may correct their own counts until the vote is closed. The vote is
    locked.

    :param counts: id of the item's vote → counts.
    :raises NotFound: there is no such vote, or the actor may not see its session.
    :raises VotingNotOpen: nothing is being counted.
    :raises NotPermitted: the actor is not there: no seat, and not the secretary; or two
        others count already.
    :raises InvalidSubmission: the counts cannot be; the address is ``issued.<id>`` and so on.
    """
    meeting, voting = _lock(session, voting_id, actor)
    _require_place(session, meeting, voting, actor)
    votes = {vote.id: vote for vote in item_votes_of(session, voting_id)}
    _check(votes, counts)
    note(
        session,
        meeting,
        action="ballots.counted",
        actor=actor,
        at=at,
        detail={
            "voting": voting.number,
            "counts": {str(key): asdict(found) for key, found in sorted(counts.items())},
        },
    )
    for item_vote_id, found in sorted(counts.items()):
        session.merge(
            PaperCount(
                item_vote_id=item_vote_id, counted_by_id=actor.person_id, **asdict(found)
            )
        )
    session.flush()


def attach_count(
    session: Session,
    store: FileStore,
    *,
    voting_id: int,
    file: CheckedFile,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep the scan of the signed count; a second one replaces the first. The vote is locked.

    :raises NotFound: there is no such vote, or the actor may not see its session.
    :raises VotingNotOpen: nothing is being counted.
    :raises NotPermitted: the actor is not there: no seat, and not the secretary.
    """
    meeting, voting = _lock(session, voting_id, actor)
    _require_there(session, meeting, actor)
    note(
        session,
        meeting,
        action="count.attached",
        actor=actor,
        at=at,
        detail={"voting": voting.number, "sha256": file.sha256},
    )
    keep_file(session, store, file, at)
    voting.count_sha256 = file.sha256
    voting.count_file_name = file.name
    session.flush()


def compared_counts(
    session: Session, voting: Voting, votes: Sequence[ItemVote]
) -> dict[int, Counts]:
    """Return the counts of a vote on paper, if two people counted alike and signed.

    :raises InvalidSubmission: an item was not counted twice, or the scan is missing.
    :raises CountsDiffer: ``facts``: ``numbers`` of the items that were counted differently.
    """
    counted: dict[int, set[Counts]] = {vote.id: set() for vote in votes}
    people: dict[int, int] = dict.fromkeys(counted, 0)
    for row in _rows(session, votes):
        counted[row.item_vote_id].add(_counts_of(row))
        people[row.item_vote_id] += 1
    once = [vote.item.number for vote in votes if people[vote.id] < COUNTERS]
    if once:
        raise InvalidSubmission({"counts": [code("count_twice", _listed(once))]})
    differing = [vote.item.number for vote in votes if len(counted[vote.id]) > 1]
    if differing:
        raise CountsDiffer(
            f"voting {voting.id}: counts differ of items {differing}",
            numbers=_listed(differing),
        )
    if voting.count_sha256 is None:
        raise InvalidSubmission({"file": [code("scan_missing")]})
    return {item_vote_id: found.pop() for item_vote_id, found in counted.items()}


def _lock(session: Session, voting_id: int, actor: Actor) -> tuple[CouncilSession, Voting]:
    voting = lock_voting(session, voting_id)
    meeting = session.get_one(CouncilSession, voting.session_id)
    if not may_see(session, actor, meeting):
        raise NotFound(f"voting {voting_id}")
    lock_voting(session, voting_id, VotingState.COUNTING)
    return meeting, voting


def _require_there(session: Session, meeting: CouncilSession, actor: Actor) -> None:
    voters = {seat.voter_id for seat in seats_of(session, meeting.id)}
    if actor.person_id not in voters | {meeting.secretary_id}:
        raise NotPermitted(f"person {actor.person_id} is not at session {meeting.id}")


def _require_place(
    session: Session, meeting: CouncilSession, voting: Voting, actor: Actor
) -> None:
    """Return if the actor is there, and one of the two who count."""
    _require_there(session, meeting, actor)
    others = set(
        session.scalars(
            select(PaperCount.counted_by_id)
            .join(ItemVote, ItemVote.id == PaperCount.item_vote_id)
            .where(
                ItemVote.voting_id == voting.id,
                PaperCount.counted_by_id != actor.person_id,
            )
        )
    )
    if len(others) >= COUNTERS:
        raise NotPermitted(f"{sorted(others)} count voting {voting.id}")


def _check(votes: Mapping[int, ItemVote], counts: Mapping[int, Counts]) -> None:
    if not counts:
        raise InvalidSubmission({"counts": [code("required")]})
    problems: dict[str, list[str]] = {}
    for item_vote_id, found in counts.items():
        vote = votes.get(item_vote_id)
        if vote is None:
            raise NotFound(f"item vote {item_vote_id} is of another vote")
        field, problem = _problem_of(vote, found)
        if problem:
            problems[f"{field}.{item_vote_id}"] = [problem]
    if problems:
        raise InvalidSubmission(problems)


def _problem_of(vote: ItemVote, found: Counts) -> tuple[str, str]:
    """Return which count cannot be, and why; two empty texts where all can."""
    for field, number in asdict(found).items():
        if number < 0:
            return field, code("not_a_count", number)
    if found.issued > vote.voters:
        return "issued", code("too_large", vote.voters, found.issued)
    if found.returned > found.issued:
        return "returned", code("too_large", found.issued, found.returned)
    votes = found.agree + found.disagree + found.abstain + found.invalid
    if votes != found.returned:
        return "returned", code("papers_add_up", votes, found.returned)
    return "", ""


def _rows(session: Session, votes: Sequence[ItemVote]) -> list[PaperCount]:
    return list(
        session.scalars(
            select(PaperCount)
            .where(PaperCount.item_vote_id.in_([vote.id for vote in votes]))
            .execution_options(populate_existing=True)
        )
    )


def _counts_of(row: PaperCount) -> Counts:
    return Counts(row.issued, row.returned, row.agree, row.disagree, row.abstain, row.invalid)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
