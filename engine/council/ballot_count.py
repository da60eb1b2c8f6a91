"""The minutes of a ballot count, from what two people counted or the box holds."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.ballot_count import BallotCount, CountedItem, CountedVoting
from documents.letterhead import Signature
from engine.council.attendance import quorum_of
from engine.council.paper_counts import COUNTERS
from engine.council.paper_words import (
    RECIPIENTS,
    Nominees,
    People,
    Signed,
    chair_of,
    clock,
    head_of,
    in_vietnam,
    printable_paper,
    signatures_of,
    subject_of,
)
from engine.council.results import agenda_of
from engine.council.votings import Counts, seats_of
from engine.errors import NotFound
from engine.store.models import AgendaItem, CouncilSession, ItemVote, PaperCount, Voting
from forms.vocabulary import VotingMode, VotingState

COUNTED = (VotingState.COUNTING, VotingState.CLOSED)
"""States of a vote whose papers may have been counted."""

PUBLISHED = (
    "Hệ thống kiểm phiếu. Toàn bộ phiếu đã bỏ được công bố kèm kết quả để mọi người kiểm lại;"
    " trên phiếu không có tên người bỏ phiếu."
)
"""Of an electronic ballot."""


def has_ballot_count(meeting: CouncilSession) -> bool:
    """Whether a session has papers to count, and so minutes of the count."""
    return meeting.mode is not VotingMode.OPEN and any(
        voting.state in COUNTED for voting in meeting.votings
    )


def ballot_count_of(
    session: Session, meeting: CouncilSession, signed: Signed | None = None
) -> BallotCount:
    """Return the minutes of the count of a session's secret ballots, as they stand.

    A vote on paper is in it as soon as two people counted alike: then the paper can be
    printed, signed by hand, and its scan kept with the vote.

    :param signed: when the minutes of the session were signed; left out: as recorded.
    :raises NotFound: nothing was voted on in secret, or it is not counted yet.
    """
    votings = sorted(
        (one for one in meeting.votings if one.state in COUNTED), key=lambda one: one.number
    )
    if meeting.mode is VotingMode.OPEN or not votings:
        raise NotFound(f"no ballot was counted in session {meeting.id}")
    items = {item.id: item for item in agenda_of(session, meeting.id)}
    count = _Counting(session, meeting, list(items.values()))
    counted = tuple(
        found for voting in votings if (found := count.voting(voting, items)) is not None
    )
    if not counted:
        raise NotFound(f"no ballot of session {meeting.id} was counted yet")
    ended = [one.closed_at for one in votings]
    quorum = quorum_of(meeting)
    signed = signed or Signed.of(meeting)
    left, right = count.signatures(votings, signed)
    paper = BallotCount(
        head=head_of(meeting.unit, "BB"),
        subject=subject_of(meeting),
        began_at=in_vietnam(votings[0].opened_at),
        place=meeting.place,
        board=count.board,
        method=f"{meeting.mode.vi}.",
        attendance=(
            f"tổng số {quorum.total}, có mặt {quorum.present},"
            f" vắng mặt {quorum.total - quorum.present}"
        ),
        votings=counted,
        ended_at=in_vietnam(max(one for one in ended if one)) if all(ended) else None,
        secretary_signature=left,
        chair_signature=right,
        recipients=RECIPIENTS,
        is_draft=count.is_draft(signed),
    )
    whole: BallotCount = printable_paper(paper)
    return whole


class _Counting:
    """What was counted in a session, and by whom."""

    def __init__(
        self, session: Session, meeting: CouncilSession, items: Sequence[AgendaItem]
    ) -> None:
        self._meeting = meeting
        self._nominees = Nominees(session, items)
        self._counts: dict[int, list[PaperCount]] = defaultdict(list)
        for row in session.scalars(
            select(PaperCount)
            .join(ItemVote, ItemVote.id == PaperCount.item_vote_id)
            .join(Voting, Voting.id == ItemVote.voting_id)
            .where(Voting.session_id == meeting.id, Voting.state.in_(COUNTED))
            .order_by(PaperCount.item_vote_id, PaperCount.counted_by_id)
        ):
            self._counts[row.item_vote_id].append(row)
        self._seats = {seat.voter_id: seat for seat in seats_of(session, meeting.id)}
        self._counters = sorted(
            {row.counted_by_id for rows in self._counts.values() for row in rows}
        )
        known = [*self._counters, *self._seats, meeting.secretary_id, chair_of(meeting)]
        self._people = People(session, known)

    @property
    def board(self) -> tuple[str, ...]:
        """Who counted, with their office; nobody did in an electronic ballot."""
        return tuple(self._member(person_id) for person_id in self._counters)

    def voting(self, voting: Voting, items: dict[int, AgendaItem]) -> CountedVoting | None:
        """Return a ballot with its counts; none while it is not counted."""
        votes = sorted(voting.votes, key=lambda vote: items[vote.item_id].number)
        counted = [(vote, self._counts_of(voting, vote)) for vote in votes]
        rows = tuple(
            self._row(items[vote.item_id], counts) for vote, counts in counted if counts
        )
        if len(rows) < len(votes):
            return None
        return CountedVoting(f"Lần bỏ phiếu số {voting.number}", _facts(voting), rows)

    def is_draft(self, signed: Signed) -> bool:
        """Whether the paper may still change: not where two have counted alike."""
        return len(self._counters) != COUNTERS and not signed.by_both

    def signatures(
        self, votings: Sequence[Voting], signed: Signed
    ) -> tuple[Signature, Signature]:
        """Return who signs: the two who counted on paper, else secretary and chair."""
        if len(self._counters) == COUNTERS:
            scanned = all(voting.count_sha256 for voting in votings)
            note = "(đã ký bản giấy, bản chụp lưu kèm)" if scanned else ""
            first, second = (self._people.plain(one) for one in self._counters)
            return (
                Signature("NGƯỜI KIỂM PHIẾU", first, note),
                Signature("NGƯỜI KIỂM PHIẾU", second, note),
            )
        return signatures_of(self._meeting, self._people, signed)

    def _member(self, person_id: int) -> str:
        seat, name = self._seats.get(person_id), self._people.named(person_id)
        if seat is None:
            return f"{name}, Thư ký Hội đồng"
        office = seat.office.vi if person_id == seat.person_id else "Người dự họp thay"
        return f"{name}, {office}"

    def _counts_of(self, voting: Voting, vote: ItemVote) -> Counts | None:
        """Return the counts that stand, or those in which two people agree."""
        if voting.state is VotingState.CLOSED:
            return Counts(
                vote.issued or 0,
                vote.returned or 0,
                vote.agree or 0,
                vote.disagree or 0,
                vote.abstain or 0,
                vote.invalid or 0,
            )
        rows = self._counts[vote.id]
        found = {
            Counts(row.issued, row.returned, row.agree, row.disagree, row.abstain, row.invalid)
            for row in rows
        }
        return found.pop() if len(rows) == COUNTERS and len(found) == 1 else None

    def _row(self, item: AgendaItem, counts: Counts) -> CountedItem:
        return CountedItem(
            number=item.number,
            name=self._nominees.name(item),
            award=item.case.award.vi,
            issued=counts.issued,
            returned=counts.returned,
            invalid=counts.invalid,
            agree=counts.agree,
            disagree=counts.disagree,
            abstain=counts.abstain,
        )


def _facts(voting: Voting) -> tuple[str, ...]:
    """Return when a ballot was, and how its count can be checked."""
    ended = f", kết thúc lúc {clock(voting.closed_at)}" if voting.closed_at else ""
    facts = [f"Bắt đầu lúc {clock(voting.opened_at)}{ended}."]
    if voting.mode is VotingMode.SECRET_PAPER:
        facts.append("Hai người kiểm phiếu độc lập, kết quả khớp nhau.")
    if voting.count_sha256:
        facts.append(
            f"Bản chụp biên bản đã ký: {voting.count_file_name}"
            f" (mã SHA-256: {voting.count_sha256})."
        )
    if voting.mode is VotingMode.SECRET_ELECTRONIC:
        facts += [PUBLISHED, f"Mã SHA-256 của hòm phiếu: {voting.box_hash}."]
    return tuple(facts)
