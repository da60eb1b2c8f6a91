"""Sessions of a council: agenda, attendance, votes, ballots, papers, and consultations.

A secret electronic ballot leaves two rows that nothing joins: who was given a paper
(:class:`GivenPaper`), and a paper with its choice (:class:`DroppedBallot`). Neither has a
moment, a number that counts up, or the other's key.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.models.base import Base
from engine.store.models.cases import Case, StoredFile
from engine.store.models.people import Person, Position, Unit
from forms.vocabulary import (
    Attendance,
    BallotChoice,
    ConflictKind,
    ConflictRule,
    CouncilOffice,
    ItemState,
    Outcome,
    SessionState,
    VoteResult,
    VotingMode,
    VotingState,
)


class CouncilSession(Base):
    """One session of the council of a unit, from its preparation to its signed minutes."""

    __tablename__ = "council_sessions"
    __table_args__ = (
        # Opened before it is closed, closed before it is signed.
        CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", "closing"),
        CheckConstraint("signed_at IS NULL OR closed_at IS NOT NULL", "signing"),
        Index("ix_council_sessions_unit_id_meets_at", "unit_id", "meets_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    """The ward or the province whose council meets."""
    name: Mapped[str]
    """``Phiên họp xét khen thưởng đợt tổng kết``."""
    meets_at: Mapped[datetime]
    place: Mapped[str]
    mode: Mapped[VotingMode]
    state: Mapped[SessionState] = mapped_column(default=SessionState.PREPARED)
    chaired_by_id: Mapped[int | None] = mapped_column(ForeignKey("positions.id"))
    """Seat of who chairs; none until the session is opened."""
    secretary_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    """Who keeps the minutes."""
    total_members: Mapped[int | None]
    """All members, substitutes not among them; frozen when the session is opened."""
    quorum: Mapped[str]
    """Fraction of all members that must be there, as the setting said at the opening."""
    remarks: Mapped[str] = mapped_column(default="")
    """What the secretary adds to the minutes."""
    recall_reason: Mapped[str] = mapped_column(default="")
    recalled_from_id: Mapped[int | None] = mapped_column(ForeignKey("council_sessions.id"))
    """The session that did not come about, whose agenda this one has."""
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    invited_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    secretary_signed_at: Mapped[datetime | None]
    chair_signed_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    """When the second of the two signed: from then on nothing of it changes."""

    unit: Mapped[Unit] = relationship()
    secretary: Mapped[Person] = relationship(foreign_keys=[secretary_id])
    seats: Mapped[list["SessionSeat"]] = relationship(order_by="SessionSeat.place")
    items: Mapped[list["AgendaItem"]] = relationship(order_by="AgendaItem.number")
    votings: Mapped[list["Voting"]] = relationship(order_by="Voting.number")


class SessionSeat(Base):
    """A member of the council at one session: a copy that later changes do not touch."""

    __tablename__ = "session_seats"

    session_id: Mapped[int] = mapped_column(ForeignKey("council_sessions.id"), primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("positions.id"), primary_key=True)
    """The member's position on the council: it names the seat everywhere."""
    place: Mapped[int]
    """1, 2, 3, …: the order of the minutes."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    title: Mapped[str]
    """What the member is outside the council, or on it, as printed."""
    office: Mapped[CouncilOffice]
    attendance: Mapped[Attendance] = mapped_column(default=Attendance.EXPECTED)
    absence_reason: Mapped[str] = mapped_column(default="")
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who is there instead, with ``attendance`` substituted."""
    substitute_name: Mapped[str] = mapped_column(default="")
    substitute_votes: Mapped[bool] = mapped_column(default=False)
    """As the setting said when attendance was taken."""

    position: Mapped[Position] = relationship()

    @property
    def is_there(self) -> bool:
        """Whether the seat counts as present: its member, or a substitute who votes."""
        return self.attendance is Attendance.PRESENT or (
            self.attendance is Attendance.SUBSTITUTED and self.substitute_votes
        )

    @property
    def voter_id(self) -> int | None:
        """The person who votes in this seat at the session; none where nobody does."""
        if self.attendance is Attendance.PRESENT:
            return self.person_id
        return self.substitute_id if self.is_there else None


class AgendaItem(Base):
    """One nomination on the agenda of a session."""

    __tablename__ = "agenda_items"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        UniqueConstraint("session_id", "task_id"),
        # A nomination is on one agenda at a time; a postponed item frees it.
        Index(
            "uq_agenda_items_pending_task",
            "task_id",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'voting', 'decided')"),
            postgresql_where=text("state IN ('waiting', 'voting', 'decided')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("council_sessions.id"))
    number: Mapped[int]
    """1, 2, 3, …: its place on the agenda."""
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("user_tasks.id"))
    """The council's task of the case, which closing the session completes."""
    state: Mapped[ItemState] = mapped_column(default=ItemState.WAITING)
    note: Mapped[str] = mapped_column(default="")
    """Why it was postponed, or how it was settled."""
    outcome: Mapped[Outcome | None]
    """What closing the session sent into the case; none before, or without a vote."""

    session: Mapped[CouncilSession] = relationship(overlaps="items")
    case: Mapped[Case] = relationship()
    votes: Mapped[list["ItemVote"]] = relationship(order_by="ItemVote.round_number")
    conflicts: Mapped[list["Conflict"]] = relationship()
    written_opinions: Mapped[list["WrittenOpinion"]] = relationship()


class Conflict(Base):
    """A member whom an item concerns: shown, and treated as the setting says."""

    __tablename__ = "session_conflicts"

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"), primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("positions.id"), primary_key=True)
    kind: Mapped[ConflictKind]
    note: Mapped[str] = mapped_column(default="")
    """What the member declared."""
    declared_at: Mapped[datetime | None]
    """None: the system found it."""


class WrittenOpinion(Base):
    """What an absent member wrote about an item, with its scan: not secret."""

    __tablename__ = "written_opinions"

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"), primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("positions.id"), primary_key=True)
    choice: Mapped[BallotChoice]
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"))
    """The scanned paper."""
    file_name: Mapped[str]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    entered_at: Mapped[datetime]

    file: Mapped[StoredFile] = relationship()


class Voting(Base):
    """One vote of a session, on an item or on a block of items."""

    __tablename__ = "votings"
    __table_args__ = (UniqueConstraint("session_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("council_sessions.id"))
    number: Mapped[int]
    public_id: Mapped[str] = mapped_column(unique=True)
    """32 random hex digits: the address of the page on which papers are dropped."""
    mode: Mapped[VotingMode]
    state: Mapped[VotingState]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    """No vote is taken from this moment on; none: until it is closed."""
    closed_at: Mapped[datetime | None]
    count_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_files.sha256"))
    """Scan of the signed count of a paper ballot."""
    count_file_name: Mapped[str] = mapped_column(default="")
    box_hash: Mapped[str] = mapped_column(default="")
    """SHA-256, in hex, of the papers dropped, sorted: also in the journal."""

    session: Mapped[CouncilSession] = relationship(overlaps="votings")
    votes: Mapped[list["ItemVote"]] = relationship(back_populates="voting")


class ItemVote(Base):
    """One vote on one item: the rule as it was then, the counts, what they came to."""

    __tablename__ = "item_votes"
    __table_args__ = (
        UniqueConstraint("item_id", "round_number"),
        UniqueConstraint("voting_id", "item_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voting_id: Mapped[int] = mapped_column(ForeignKey("votings.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"))
    round_number: Mapped[int]
    """1, and one more for each vote that was repeated; earlier ones are kept."""
    rule: Mapped[dict[str, Any]]
    """:meth:`engine.council.voting_rules.VoteRule.to_json`."""
    total_members: Mapped[int]
    """The denominator: all members, less those left out for a conflict."""
    least: Mapped[int]
    """Votes for that are needed."""
    voters: Mapped[int]
    """Seats that may vote at the session: there, and not kept out by a conflict."""
    conflict_rule: Mapped[ConflictRule]
    issued: Mapped[int | None]
    """Ballot papers given out; at an open vote those who may vote."""
    returned: Mapped[int | None]
    agree: Mapped[int | None]
    disagree: Mapped[int | None]
    abstain: Mapped[int | None]
    invalid: Mapped[int | None]
    """Spoiled papers, which only paper ballots have."""
    written_agree: Mapped[int | None]
    written_disagree: Mapped[int | None]
    written_abstain: Mapped[int | None]
    result: Mapped[VoteResult | None]
    """None until the vote is closed; and of a void vote."""

    voting: Mapped[Voting] = relationship(back_populates="votes")
    item: Mapped[AgendaItem] = relationship(overlaps="votes")


class OpenBallot(Base):
    """How a member voted openly, with the reason if one was given."""

    __tablename__ = "open_ballots"

    item_vote_id: Mapped[int] = mapped_column(ForeignKey("item_votes.id"), primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("positions.id"), primary_key=True)
    """The seat."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    """Who voted in it: the member or a substitute."""
    choice: Mapped[BallotChoice]
    reason: Mapped[str]
    cast_at: Mapped[datetime]


class PaperCount(Base):
    """What one member of the counting board counted: two must count alike."""

    __tablename__ = "paper_counts"

    item_vote_id: Mapped[int] = mapped_column(ForeignKey("item_votes.id"), primary_key=True)
    counted_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    issued: Mapped[int]
    returned: Mapped[int]
    agree: Mapped[int]
    disagree: Mapped[int]
    abstain: Mapped[int]
    invalid: Mapped[int]


class BallotKey(Base):
    """The key with which the papers of one secret vote on one item are signed blind."""

    __tablename__ = "ballot_keys"

    item_vote_id: Mapped[int] = mapped_column(ForeignKey("item_votes.id"), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """SubjectPublicKeyInfo, DER."""
    private_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """PKCS #8, DER; erased when check-in ends, so that no paper can be made later."""


class GivenPaper(Base):
    """A paper was signed blind for this seat: no more is known of it, and not when."""

    __tablename__ = "given_papers"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    item_vote_id: Mapped[int] = mapped_column(ForeignKey("item_votes.id"), primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("positions.id"), primary_key=True)
    blinded_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the blinded paper: who asks again gets the same signature. Any blinded paper
    fits any paper, so it says nothing of which one it was."""


class DroppedBallot(Base):
    """A paper that somebody dropped, with its choice: no more is known of it."""

    __tablename__ = "dropped_ballots"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    item_vote_id: Mapped[int] = mapped_column(ForeignKey("item_votes.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256 of ``paper``: the order of the table is that of the hashes."""
    paper: Mapped[bytes] = mapped_column(LargeBinary)
    """The random message that was signed blind."""
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    choice: Mapped[BallotChoice]


class CouncilPaper(Base):
    """Minutes or a ballot count as signed, byte for byte."""

    __tablename__ = "council_papers"
    __table_args__ = (UniqueConstraint("session_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("council_sessions.id"))
    kind: Mapped[str]
    """``minutes`` or ``ballot_count``."""
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime]


class Consultation(Base):
    """The public is asked about nominations before a council meets (Art. 84.5)."""

    __tablename__ = "consultations"
    __table_args__ = (
        # It ends after it began.
        CheckConstraint("ends_on > published_on", "period"),
        CheckConstraint("(closed_at IS NULL) = (opinions IS NULL)", "closing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    """The province that asks."""
    number: Mapped[str]
    """Number and symbol of the notice; may be empty."""
    channel: Mapped[str]
    address: Mapped[str]
    """Where it can be read: a web address, or what was broadcast when."""
    published_on: Mapped[date]
    days: Mapped[int]
    """Working days asked for, as the setting said then."""
    ends_on: Mapped[date]
    """Last day on which opinions are taken, in Vietnam."""
    ends_by_hand: Mapped[bool]
    """The last day was typed, because no calendar of that year is known."""
    notice: Mapped[str]
    """The text as published."""
    opinions: Mapped[int | None]
    """Opinions received, 0 too; none until it is closed."""
    handling: Mapped[str] = mapped_column(default="")
    """What was made of them."""
    proof_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_files.sha256"))
    """Screenshot or scan of the publication."""
    proof_name: Mapped[str] = mapped_column(default="")
    started_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    started_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]

    cases: Mapped[list["ConsultedCase"]] = relationship()


class ConsultedCase(Base):
    """A nomination about which the public is asked."""

    __tablename__ = "consulted_cases"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultations.id"), primary_key=True
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)

    case: Mapped[Case] = relationship()
