"""Sessions of a council in every state, so that a tour of the pages sees all of them."""

from datetime import date

from sqlalchemy import select

from engine.attachments import check_file
from engine.consultations import start_consultation
from engine.council.agenda import add_items
from engine.council.attendance import Mark, enter_written_opinions, take_attendance
from engine.council.closing import close_session
from engine.council.secret_ballots import start_casting
from engine.council.sessions import invite, open_session, prepare_session, recall_session
from engine.council.voting import cast_open, close_voting, open_voting
from engine.filestore import FileStore
from engine.store.database import unit_of_work
from engine.store.models import CouncilSession, ItemVote, Voting
from forms.vocabulary import Attendance, Award, BallotChoice, VotingMode
from tests.council import NOMINEES, build_council, walk_to_council
from tests.engine.council.booths import KEYS, drop_all, take_papers
from tests.engine.samples import PDF
from tests.ward import NOON


class Sights:
    """A council of eleven, and the nominations that its sessions take one after the other."""

    def __init__(self, database, ward, folder):
        self.database, self.ward, self.folder = database, ward, folder
        self.council = build_council(database, ward)
        build_council(database, ward, 9, "tinh")
        self.secretary = {"actor": ward.council_secretary, "at": NOON}
        self.names = iter(NOMINEES)

    def prepare(self, mode: VotingMode, count: int = 1) -> int:
        """Prepare a session with ``count`` nominations of its own."""
        walks = [
            walk_to_council(self.database, self.ward, next(self.names)) for _one in range(count)
        ]
        with unit_of_work(self.database) as session:
            meeting = prepare_session(
                session,
                unit_id=self.council.unit_id,
                name=f"Phiên họp: {mode.vi}",
                meets_at=NOON,
                place="Hội trường",
                mode=mode,
                **self.secretary,
            )
            tasks = [walk.task().id for walk in walks]
            add_items(session, session_id=meeting.id, task_ids=tasks, **self.secretary)
            return meeting.id

    def open(self, mode: VotingMode, count: int = 1) -> int:
        """Open such a session, the last two members away."""
        session_id = self.prepare(mode, count)
        marks = dict.fromkeys(self.council.seats, Mark(Attendance.PRESENT))
        marks |= dict.fromkeys(self.council.seats[-2:], Mark(Attendance.EXCUSED, "Đi công tác"))
        chair = self.council.seats[0]
        with unit_of_work(self.database) as session:
            take_attendance(session, session_id=session_id, marks=marks, **self.secretary)
            open_session(session, session_id=session_id, chaired_by_id=chair, **self.secretary)
        return session_id

    def put(self, session_id: int, place: int = 0, keys=()) -> Voting:
        """Put one item of a session to the vote."""
        with unit_of_work(self.database) as session:
            items = session.get_one(CouncilSession, session_id).items
            return open_voting(
                session,
                session_id=session_id,
                item_ids=[items[place].id],
                keys=keys,
                **self.secretary,
            )

    def close(self, voting: Voting) -> None:
        """Close a vote, whoever has not voted."""
        with unit_of_work(self.database) as session:
            close_voting(session, voting_id=voting.id, with_missing=True, **self.secretary)

    def vote(self, voting: Voting) -> None:
        """Let all who are there but one agree, openly."""
        with unit_of_work(self.database) as session:
            (vote,) = session.scalars(select(ItemVote).where(ItemVote.voting_id == voting.id))
            for member in self.council.members[:8]:
                choices = {vote.id: (BallotChoice.AGREE, "Xứng đáng")}
                cast_open(session, voting_id=voting.id, actor=member, choices=choices, at=NOON)

    def write(self, session_id: int) -> None:
        """Enter what an absent member wrote."""
        with unit_of_work(self.database) as session:
            (item,) = session.get_one(CouncilSession, session_id).items
            enter_written_opinions(
                session,
                FileStore(self.folder),
                session_id=session_id,
                position_id=self.council.seats[-1],
                choices={item.id: BallotChoice.DISAGREE},
                file=check_file("y-kien.pdf", PDF),
                **self.secretary,
            )


def have_sessions(database, ward, folder) -> tuple[str, ...]:
    """Hold sessions in every state and a consultation; return addresses without a link."""
    sights = Sights(database, ward, folder)
    called = sights.prepare(VotingMode.OPEN)
    walk_to_council(database, ward, next(sights.names))
    with unit_of_work(database) as session:
        invite(session, session_id=called, **sights.secretary)
    openly = sights.open(VotingMode.OPEN, 2)
    first = sights.put(openly)
    sights.vote(first)
    sights.close(first)
    sights.put(openly, 1)
    on_paper = sights.open(VotingMode.SECRET_PAPER)
    sights.write(on_paper)
    sights.put(on_paper)
    checking_in = sights.put(sights.open(VotingMode.SECRET_ELECTRONIC), keys=KEYS[:1])
    _close_electronic(sights)
    _recall(sights)
    asked = _consult(sights)
    return (
        f"/bo-phieu/{checking_in.public_id}",
        f"/phien-hop/{openly}/be-mac",
        f"/lay-y-kien/{asked}/ket-thuc",
    )


def _close_electronic(sights: Sights) -> None:
    session_id = sights.open(VotingMode.SECRET_ELECTRONIC)
    voting = sights.put(session_id, keys=KEYS[:1])
    booths = [
        take_papers(sights.database, voting, member) for member in sights.council.members[:7]
    ]
    with unit_of_work(sights.database) as session:
        start_casting(session, voting_id=voting.id, **sights.secretary)
    for booth in booths:
        drop_all(sights.database, booth)
    sights.close(voting)
    with unit_of_work(sights.database) as session:
        close_session(session, session_id=session_id, **sights.secretary)


def _recall(sights: Sights) -> None:
    session_id = sights.prepare(VotingMode.OPEN)
    with unit_of_work(sights.database) as session:
        recall_session(
            session,
            session_id=session_id,
            reason="Không đủ người",
            meets_at=NOON,
            place="Hội trường",
            **sights.secretary,
        )


def _consult(sights: Sights) -> int:
    walks = [
        walk_to_council(
            sights.database,
            sights.ward,
            name,
            award=Award.LABOR_ORDER,
            element="record_provincial_council",
        )
        for name in (next(sights.names), next(sights.names))
    ]
    with unit_of_work(sights.database) as session:
        return start_consultation(
            session,
            FileStore(sights.folder),
            unit_id=sights.ward.units["tinh"],
            case_ids=[walks[0].case_id],
            number="15/TB-HĐTĐKT",
            channel="Cổng thông tin điện tử tỉnh",
            address="Mục Thi đua",
            published_on=date(2030, 12, 2),
            proof=check_file("trang.pdf", PDF),
            actor=sights.ward.provincial_clerk,
            at=NOON,
        ).id
