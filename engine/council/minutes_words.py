"""What the minutes say of a session, in Vietnamese, from what is recorded of it."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.council_minutes import MinutedItem
from documents.council_sheets import Attendee
from engine.consultations import opinions_of
from engine.council.attendance import quorum_of
from engine.council.paper_words import Nominees, People, attendee, clause, lowered, ranges
from engine.council.results import (
    ItemResult,
    agenda_of,
    closed_votes,
    last_vote,
    result_of,
)
from engine.council.votings import seats_of
from engine.form_context import ASKED_IN_PUBLIC
from engine.store.models import (
    AgendaItem,
    Conflict,
    CouncilSession,
    ItemVote,
    OpenBallot,
    SessionSeat,
    WrittenOpinion,
)
from forms.vocabulary import (
    BallotChoice,
    ConflictKind,
    ItemState,
    Outcome,
    SessionState,
    UnitKind,
    VoteResult,
    VotingMode,
    VotingState,
)

SECRET = (VotingMode.SECRET_PAPER, VotingMode.SECRET_ELECTRONIC)


class MinutesWords:
    """The parts of the minutes of one session; all of it is read when it is made."""

    def __init__(self, session: Session, meeting: CouncilSession) -> None:
        self._session = session
        self._meeting = meeting
        self.items = agenda_of(session, meeting.id)
        self.seats = seats_of(session, meeting.id)
        self._seat = {seat.position_id: seat for seat in self.seats}
        people = [seat.person_id for seat in self.seats]
        people += [seat.substitute_id for seat in self.seats if seat.substitute_id]
        self.people = People(session, [*people, meeting.secretary_id])
        self._nominees = Nominees(session, self.items)
        self._standing = {item.id: vote for item in self.items if (vote := _standing(item))}
        self._results = {key: result_of(vote) for key, vote in self._standing.items()}

    @property
    def present(self) -> tuple[Attendee, ...]:
        """Members who count as present: there, or with a substitute who votes."""
        return tuple(attendee(self.people, seat) for seat in self.seats if seat.is_there)

    @property
    def absent(self) -> tuple[Attendee, ...]:
        """The other members, with the reason, and on which items they wrote."""
        wrote = defaultdict(list)
        for item in self.items:
            for opinion in item.written_opinions:
                wrote[opinion.position_id].append(item.number)
        return tuple(
            attendee(self.people, seat, _wrote(wrote[seat.position_id]))
            for seat in self.seats
            if not seat.is_there
        )

    @property
    def quorum(self) -> str:
        """How many had to be there, and whether they were."""
        found = quorum_of(self._meeting)
        met = "đủ điều kiện họp" if found.is_met else "chưa đủ điều kiện họp"
        return (
            f"Cần ít nhất {found.least}/{found.total} thành viên có mặt"
            f" ({self._meeting.quorum} tổng số thành viên); có mặt {found.present}, {met}."
        )

    @property
    def chair(self) -> str:
        """Who chairs, with title and office."""
        seat = self._seat.get(self._meeting.chaired_by_id or 0)
        return "" if seat is None else self._member(seat)

    @property
    def secretary(self) -> str:
        """Who keeps the minutes, with title and office."""
        meeting = self._meeting
        sits = (seat for seat in self.seats if seat.person_id == meeting.secretary_id)
        seat = next(sits, None)
        if seat is None:
            return f"{self.people.named(meeting.secretary_id)}, Thư ký Hội đồng"
        return self._member(seat)

    @property
    def agenda(self) -> tuple[str, ...]:
        """What was to be examined, how it is voted on, what the public said."""
        meeting = self._meeting
        how = f"Hình thức biểu quyết: {lowered(meeting.mode.vi)}"
        if meeting.mode in SECRET:
            how += "; kết quả kiểm phiếu có biên bản riêng"
        examined = f"Hội đồng xét {len(self.items):02d} hồ sơ, chương trình “{meeting.name}”."
        return (examined, f"{how}.", *self._opinions())

    @property
    def rules(self) -> tuple[str, ...]:
        """Each rule in numbers, with its source and the items that it held for."""
        least_present = quorum_of(self._meeting).least
        numbers = defaultdict(list)
        for item in self.items:
            if result := self._results.get(item.id):
                said = result.rule.said(result.total, least_present).vi
                source = result.rule.source.vi
                numbers[f"{said}; {result.rule.manner.vi} ({source})."].append(item.number)
        return tuple(f"Mục {ranges(of)}: {said}" for said, of in numbers.items())

    @property
    def results(self) -> tuple[MinutedItem, ...]:
        """The items that were decided, with their counts."""
        return tuple(
            self._row(item, self._results[item.id])
            for item in self.items
            if item.id in self._results
        )

    @property
    def concerned(self) -> tuple[str, ...]:
        """Members whom an item concerns, and whether they vote on it."""
        return tuple(
            f"Mục {item.number} ({self._nominees.name(item)}): {self._concern(item, conflict)}."
            for item in self.items
            for conflict in sorted(item.conflicts, key=self._place)
        )

    @property
    def repeated(self) -> tuple[str, ...]:
        """Votes that do not stand: repeated, of items that were put off, and void ones."""
        earlier = [
            f"Mục {item.number}, lần {number}: {_counts(result_of(vote))}."
            for item in self.items
            for number, vote in enumerate(closed_votes(item.votes), start=1)
            if vote is not self._standing.get(item.id)
        ]
        void: dict[int, list[int]] = defaultdict(list)
        for item in self.items:
            for vote in item.votes:
                if vote.voting.state is VotingState.VOID:
                    void[vote.voting.number].append(item.number)
        return (
            *earlier,
            *(
                f"Lần biểu quyết số {number} của phiên họp (mục {ranges(of)}) không có giá trị."
                for number, of in sorted(void.items())
            ),
        )

    @property
    def dissent(self) -> tuple[str, ...]:
        """Who did not agree by name: in an open vote, or in a written opinion."""
        ballots = self._dissenting_ballots()
        lines = []
        for item in self.items:
            vote = self._standing.get(item.id)
            if vote is None:
                continue
            said = [self._dissent_of(ballot) for ballot in ballots.get(vote.id, [])]
            said += [
                f"{self._called(self._seat[one.position_id])} {lowered(one.choice.vi)}"
                " (ý kiến bằng văn bản)"
                for one in sorted(item.written_opinions, key=self._place)
                if one.choice is not BallotChoice.AGREE
            ]
            if said:
                lines.append(f"Mục {item.number}: {'; '.join(said)}.")
        return tuple(lines)

    @property
    def unsettled(self) -> tuple[str, ...]:
        """Items without a result, and why: equal reasons together."""
        numbers: dict[str, list[int]] = defaultdict(list)
        for item in self.items:
            if item.id not in self._results:
                why = f" ({clause(item.note)})" if item.note else ""
                numbers[f"{lowered(item.state.vi)}{why}."].append(item.number)
        return tuple(f"Mục {ranges(of)}: {why}" for why, of in numbers.items())

    @property
    def conclusion(self) -> tuple[str, ...]:
        """What the council advises."""
        if self._meeting.state is SessionState.RECALLED:
            return (f"Phiên họp hoãn sang ngày khác: {clause(self._meeting.recall_reason)}.",)
        passed = [item.number for item in self.items if self._is(item, Outcome.RECOMMEND)]
        failed = [item.number for item in self.items if self._is(item, Outcome.REJECT)]
        lines = [
            f"Hội đồng {words} {len(of):02d} trường hợp: mục {ranges(of)}."
            for words, of in (
                ("đề nghị khen thưởng", passed),
                ("không đề nghị khen thưởng", failed),
            )
            if of
        ]
        return tuple(lines) or ("Hội đồng không có kết luận về hồ sơ nào.",)

    def _member(self, seat: SessionSeat) -> str:
        one = attendee(self.people, seat)
        return ", ".join(part for part in (one.name, one.title, one.office) if part)

    def _called(self, seat: SessionSeat, person_id: int | None = None) -> str:
        """Return who sat in a seat, within a sentence."""
        if person_id is not None and person_id == seat.substitute_id:
            return self.people.within(person_id, seat.substitute_name)
        return self.people.within(seat.person_id, seat.name)

    def _place(self, row: Conflict | OpenBallot | WrittenOpinion) -> int:
        return self._seat[row.position_id].place

    def _opinions(self) -> list[str]:
        """Return what the public was asked, where the council of a province had to wait."""
        asked = [item for item in self.items if item.case.award in ASKED_IN_PUBLIC]
        if self._meeting.unit.kind is not UnitKind.PROVINCE or not asked:
            return []
        numbers = defaultdict(list)
        for item in asked:
            opinions = opinions_of(self._session, item.case_id)
            if opinions is not None:
                numbers[opinions].append(item.number)
        return [
            f"Lấy ý kiến nhân dân trước phiên họp, mục {ranges(of)}: {count} ý kiến."
            for count, of in sorted(numbers.items())
        ]

    def _row(self, item: AgendaItem, result: ItemResult) -> MinutedItem:
        return MinutedItem(
            number=item.number,
            name=self._nominees.name(item),
            detail=self._nominees.detail(item),
            award=item.case.award.vi,
            agree=result.agree,
            disagree=result.disagree,
            other=result.other,
            total=result.total,
            percent=result.percent.vi,
            result=result.result.vi,
            written=_written(result),
        )

    def _concern(self, item: AgendaItem, conflict: Conflict) -> str:
        seat = self._seat.get(conflict.position_id)
        who = "thành viên" if seat is None else self._called(seat)
        kind = lowered(conflict.kind.vi)
        if conflict.note and conflict.kind is not ConflictKind.DECLARED:
            kind += ", tự khai"
        note = f" ({clause(conflict.note)})" if conflict.note else ""
        vote = self._standing.get(item.id)
        rule = "" if vote is None else f"; {lowered(vote.conflict_rule.vi)}"
        return f"{who} {kind}{note}{rule}"

    def _dissenting_ballots(self) -> dict[int, list[OpenBallot]]:
        found: dict[int, list[OpenBallot]] = defaultdict(list)
        ids = [vote.id for vote in self._standing.values()]
        rows = self._session.scalars(
            select(OpenBallot).where(
                OpenBallot.item_vote_id.in_(ids), OpenBallot.choice != BallotChoice.AGREE
            )
        )
        for ballot in sorted(rows, key=self._place):
            found[ballot.item_vote_id].append(ballot)
        return found

    def _dissent_of(self, ballot: OpenBallot) -> str:
        who = self._called(self._seat[ballot.position_id], ballot.person_id)
        reason = f" (lý do: {clause(ballot.reason)})" if ballot.reason else ""
        return f"{who} {lowered(ballot.choice.vi)}{reason}"

    def _is(self, item: AgendaItem, outcome: Outcome) -> bool:
        """Whether closing the session sent ``outcome``, or would send it."""
        result = self._results.get(item.id)
        if result is None or item.outcome is not None:
            return item.outcome is outcome
        expected = {VoteResult.PASSED: Outcome.RECOMMEND, VoteResult.FAILED: Outcome.REJECT}
        return expected.get(result.result) is outcome


def _standing(item: AgendaItem) -> ItemVote | None:
    """Return the vote that decided an item; none if it was put off or settled since."""
    return last_vote(item.votes) if item.state is ItemState.DECIDED else None


def _wrote(numbers: Sequence[int]) -> str:
    return f"có ý kiến bằng văn bản về mục {ranges(numbers)}" if numbers else ""


def _counts(result: ItemResult) -> str:
    return (
        f"đồng ý {result.agree}, không đồng ý {result.disagree}, khác {result.other};"
        f" {lowered(result.result.vi)}"
    )


def _written(result: ItemResult) -> str:
    """Return the written opinions, counted apart; empty if there is none."""
    tally = result.tally
    if not tally.written:
        return ""
    counts = (
        (tally.written_agree, BallotChoice.AGREE),
        (tally.written_disagree, BallotChoice.DISAGREE),
        (tally.written_abstain, BallotChoice.ABSTAIN),
    )
    said = ", ".join(f"{count:02d} {lowered(choice.vi)}" for count, choice in counts if count)
    counted = "có tính" if result.rule.counts_written else "không tính"
    return f"Văn bản: {said} ({counted})"
