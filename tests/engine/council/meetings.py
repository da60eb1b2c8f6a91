"""Sessions that are open already, with agendas of any length, to vote in."""

import pickle
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.engine import make_url

from engine.council.members import seats_on
from engine.council.voting import cast_open, close_voting, open_voting
from engine.errors import EngineError
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    AgendaItem,
    Case,
    Conflict,
    CouncilSession,
    ItemVote,
    JournalEntry,
    OpenBallot,
    SessionSeat,
    StoredFile,
    UserTask,
    Voting,
    WrittenOpinion,
)
from forms.vocabulary import (
    Attendance,
    Award,
    BallotChoice,
    ConflictKind,
    Level,
    Role,
    SessionState,
    VotingMode,
)
from tests.conftest import engine_at
from tests.council import Council, build_council
from tests.walk import open_nomination
from tests.ward import NOON, Ward, build_ward

AGREE, DISAGREE, ABSTAIN = BallotChoice
SHA = "0" * 64
MINUTE = timedelta(minutes=1)


@dataclass
class Meeting:
    """An open session of a council, all of whose members are there at first."""

    database: object
    ward: Ward
    council: Council
    id: int = 0
    items: list[int] = field(default_factory=list)
    """Ids of the agenda, in its order."""
    secretary: object = None

    def absent(self, *places, attendance=Attendance.EXCUSED, **changes):
        """Let the members in ``places`` (0: the chair) be absent."""
        self._seats(places, attendance=attendance, **changes)

    def substituted(self, place, *, votes=True):
        """Let the council's substitute sit in a place."""
        self._seats(
            [place],
            attendance=Attendance.SUBSTITUTED,
            substitute_id=self.council.substitute.person_id,
            substitute_votes=votes,
        )

    def concern(self, place, item=0):
        """Let an item concern the member in a place."""
        seat = self.council.seats[place]
        self.add(
            Conflict(item_id=self.items[item], position_id=seat, kind=ConflictKind.NOMINEE)
        )

    def write(self, place, choice, item=0):
        """Enter a written opinion of the member in a place."""
        with unit_of_work(self.database) as session:
            if session.get(StoredFile, SHA) is None:
                session.add(
                    StoredFile(sha256=SHA, size=1, media_type="image/png", stored_at=NOON)
                )
        self.add(
            WrittenOpinion(
                item_id=self.items[item],
                position_id=self.council.seats[place],
                choice=choice,
                sha256=SHA,
                file_name="y-kien.png",
                entered_by_id=self.secretary.person_id,
                entered_at=NOON,
            )
        )

    def add(self, *rows):
        """Commit rows."""
        with unit_of_work(self.database) as session:
            session.add_all(rows)

    def put(self, *, items=None, actor=None, at=NOON, **changes):
        """Put items to the vote; return the voting, detached, with its votes."""
        with unit_of_work(self.database) as session:
            return open_voting(
                session,
                session_id=self.id,
                item_ids=self.items if items is None else items,
                actor=actor or self.secretary,
                at=at,
                **changes,
            )

    def cast(self, voting, place, choice=AGREE, *, actor=None, at=NOON, choices=None):
        """Let the member in a place vote the same on every item that is theirs."""
        if choices is None:
            seat = self.council.seats[place]
            choices = dict.fromkeys(self.votes_of(voting, seat), (choice, ""))
        with unit_of_work(self.database) as session:
            cast_open(
                session,
                voting_id=voting.id,
                actor=actor or self.council.members[place],
                choices=choices,
                at=at,
            )

    def votes_of(self, voting, seat):
        """Return the votes of a block in which no conflict concerns a seat."""
        with reading(self.database) as session:
            concerned = select(Conflict.item_id).where(Conflict.position_id == seat)
            return list(
                session.scalars(
                    select(ItemVote.id).where(
                        ItemVote.voting_id == voting.id, ItemVote.item_id.not_in(concerned)
                    )
                )
            )

    def close(self, voting, *, actor=None, at=NOON, **changes):
        """Close a vote; return what it came to, item by item."""
        with unit_of_work(self.database) as session:
            close_voting(
                session,
                voting_id=voting.id,
                actor=actor or self.secretary,
                at=at,
                **changes,
            )
        return [vote.result for vote in self.votes(voting)]

    def vote(self, choices, **changes):
        """Hold one open vote: ``choices`` has a letter per place, A, D, B or - for nothing."""
        voting = self.put(**changes)
        for place, letter in enumerate(choices):
            if letter != "-":
                self.cast(voting, place, {"A": AGREE, "D": DISAGREE, "B": ABSTAIN}[letter])
        return self.close(voting, with_missing="-" in choices)

    def votes(self, voting):
        """Return the votes of a block, in the order they were made, detached."""
        with reading(self.database) as session:
            chosen = (
                select(ItemVote).where(ItemVote.voting_id == voting.id).order_by(ItemVote.id)
            )
            votes = list(session.scalars(chosen))
            session.expunge_all()
            return votes

    def states(self):
        """Return the state of each item, in the order of the agenda."""
        with reading(self.database) as session:
            chosen = select(AgendaItem.state).where(AgendaItem.session_id == self.id)
            return list(session.scalars(chosen.order_by(AgendaItem.number)))

    def journal(self):
        """Return the actions and details of the session's journal."""
        with reading(self.database) as session:
            chosen = select(JournalEntry).where(JournalEntry.stream == f"council:{self.id}")
            entries = session.scalars(chosen.order_by(JournalEntry.seq))
            return [(entry.action, entry.detail) for entry in entries]

    def traces(self):
        """Return what a command would have changed: a refusal leaves this as it was."""
        with reading(self.database) as session:
            acts = select(JournalEntry.__table__).where(JournalEntry.stream != "refusals")
            rows = [
                select(model.__table__) for model in (AgendaItem, Voting, ItemVote, OpenBallot)
            ]
            return [[str(row) for row in session.execute(one)] for one in (acts, *rows)]

    def _seats(self, places, **changes):
        seats = [self.council.seats[place] for place in places]
        with unit_of_work(self.database) as session:
            session.execute(
                update(SessionSeat)
                .where(SessionSeat.session_id == self.id, SessionSeat.position_id.in_(seats))
                .values(**changes)
            )


_KEPT: dict[tuple, tuple[bytes, bytes]] = {}
"""What was asked for → a SQLite file that has it, and who is who in it."""


@contextmanager
def fresh_meeting(database_url, hold=None, **wanted):
    """Give a session as ``hold`` (:func:`hold_meeting`) makes it, in a fresh database.

    On SQLite it is made once, and then copied.
    """
    path = Path(make_url(database_url).database)
    is_sqlite = database_url.startswith("sqlite")
    hold = hold or hold_meeting
    key = (hold.__name__, *sorted(wanted.items()))
    if not is_sqlite or key not in _KEPT:
        database = engine_at(database_url)
        with unit_of_work(database) as session:
            ward = build_ward(session)
        meeting = hold(database, ward, **wanted)
        database.dispose()  # the last connection folds the write-ahead log into the file
        people = pickle.dumps(replace(meeting, database=None))
        kept = (path.read_bytes() if is_sqlite else b"", people)
        if is_sqlite:
            _KEPT[key] = kept
    else:
        kept = _KEPT[key]
        path.write_bytes(kept[0])
    database = engine_at(database_url)
    yield replace(pickle.loads(kept[1]), database=database)  # noqa: S301 - our own
    database.dispose()


def hold_meeting(
    database,
    ward,
    *,
    items=1,
    size=11,
    mode=VotingMode.OPEN,
    unit="phuong",
    award=Award.UNIT_CERTIFICATE,
    **case_changes,
):
    """Return an open session with ``items`` nominations that wait for its council."""
    council = build_council(database, ward, size, unit)
    meeting = Meeting(database, ward, council)
    ward_level = unit == "phuong"
    meeting.secretary = ward.council_secretary if ward_level else ward.provincial_clerk
    with unit_of_work(database) as session:
        row = CouncilSession(
            unit_id=council.unit_id,
            name="Phiên họp",
            meets_at=NOON,
            place="Hội trường",
            mode=mode,
            state=SessionState.OPEN,
            chaired_by_id=council.seats[0],
            secretary_id=meeting.secretary.person_id,
            total_members=size,
            quorum="2/3",
            created_by_id=meeting.secretary.person_id,
            created_at=NOON,
            opened_at=NOON,
        )
        session.add(row)
        session.flush()
        meeting.id = row.id
        for place, seat in enumerate(seats_on(session, council.unit_id, NOON.date()), 1):
            session.add(
                SessionSeat(
                    session_id=row.id,
                    position_id=seat.position_id,
                    place=place,
                    person_id=seat.person_id,
                    name=seat.name,
                    title=seat.title,
                    office=seat.office,
                    attendance=Attendance.PRESENT,
                )
            )
        case = open_nomination(session, ward)
        task = {
            "level": Level.WARD if ward_level else Level.PROVINCE,
            "unit_id": council.unit_id,
            "role": Role.COUNCIL_SECRETARY if ward_level else Role.PROVINCIAL_CLERK,
            "form": "council_resolution.v1",
        }
        values = {"submitted_at": NOON, "award": award} | case_changes
        for number in range(1, items + 1):
            case_id, task_id = _copy(session, case.id, number, values, task)
            item = AgendaItem(
                session_id=row.id, number=number, case_id=case_id, task_id=task_id
            )
            session.add(item)
            session.flush()
            meeting.items.append(item.id)
    return meeting


def refused(call):
    """Return the code with which ``call`` is refused."""
    try:
        call()
    except EngineError as error:
        return error.code
    raise AssertionError("it was not refused")


def _copy(session, case_id, number, case_changes, task_changes):
    """Copy a case and its task: voting asks no more of them than their rows."""
    cases, tasks = Case.__table__, UserTask.__table__
    case = dict(session.execute(select(cases).where(cases.c.id == case_id)).one()._mapping)
    task = dict(session.execute(select(tasks).where(tasks.c.case_id == case_id)).one()._mapping)
    del case["id"]
    case |= {"reference": f"2030-9{number:03d}"} | case_changes
    new_id = session.execute(insert(cases).values(case).returning(cases.c.id)).scalar_one()
    task_id = uuid.uuid4().hex
    session.execute(
        insert(tasks).values(task | {"id": task_id, "case_id": new_id} | task_changes)
    )
    return new_id, task_id
