"""An invented council of eleven for the test ward, and nominations that wait for it."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine, select

from engine.cases import Subject
from engine.people import actor_for
from engine.permissions import Actor
from engine.store.database import unit_of_work
from engine.store.models import Person, Position
from engine.text import fold, sort_key
from forms.vocabulary import Award, CouncilOffice, Role, SubjectKind
from tests.walk import NOMINATION, Walk
from tests.ward import NOON, Ward

BEGAN = date(2025, 7, 1)

OTHERS = (
    # name, title, office
    ("Nguyễn Thị Thường Trực", "Trưởng phòng Văn hóa - Xã hội", CouncilOffice.STANDING_DEPUTY),
    ("Ngô Văn Trận", "Chủ tịch Ủy ban Mặt trận Tổ quốc phường", CouncilOffice.MEMBER),
    ("Lâm Thị Ấn", "Chánh Văn phòng", CouncilOffice.MEMBER),
    ("Đàm Văn Tầng", "Trưởng phòng Kinh tế, Hạ tầng và Đô thị", CouncilOffice.MEMBER),
    ("Tống Thị Hội", "Chủ tịch Hội Liên hiệp Phụ nữ phường", CouncilOffice.MEMBER),
    ("Kiều Văn Loa", "Giám đốc Trung tâm Dịch vụ Tổng hợp", CouncilOffice.MEMBER),
    ("Hà Thị Quân", "Chỉ huy trưởng Quân sự phường", CouncilOffice.MEMBER),
    ("Lò Văn An", "Trưởng Công an phường", CouncilOffice.MEMBER),
)
"""Members besides the chairman, the secretary and the one member of ``tests.ward``."""

LAST_MEMBERS = ("Mông Thị Mười Hai", "Sằm Văn Mười Ba", "Vi Thị Mười Bốn", "Lã Văn Mười Lăm")
"""Further members, for councils of up to fifteen."""


@dataclass
class Council:
    """The seats of a council in the order of the minutes, and who sits in them."""

    unit_id: int
    seats: list[int] = field(default_factory=list)
    """Ids of the positions, chairman first."""
    members: list[Actor] = field(default_factory=list)
    """The member of each seat, as an actor today."""
    substitute: Actor | None = None
    """May come for the last seat."""


def build_council(
    database: Engine, ward: Ward, size: int = 11, unit: str = "phuong"
) -> Council:
    """Add a council of ``size`` members (5 to 200) to a unit, and a substitute of its last.

    At the ward the chairman chairs it, and its secretary and the member of ``tests.ward``
    sit on it, with their grants renewed in ``ward``. At the province the provincial
    chairman chairs it, and all others are new people.
    """
    chair = ward.ward_chairman if unit == "phuong" else ward.provincial_chairman
    council = Council(ward.units[unit])
    with unit_of_work(database) as session:
        known: list[tuple[int | None, str, str, CouncilOffice]] = [
            (chair.person_id, chair.name, "Chủ tịch Ủy ban nhân dân", CouncilOffice.CHAIR)
        ]
        if unit == "phuong":
            secretary = ward.council_secretary
            known.append(
                (secretary.person_id, secretary.name, "Chuyên viên", CouncilOffice.SECRETARY)
            )
            member = ward.council_member
            known.append((member.person_id, member.name, "Ủy viên", CouncilOffice.MEMBER))
        suffix = "" if unit == "phuong" else " Tỉnh"
        new = [
            *OTHERS,
            *((name, "Ủy viên", CouncilOffice.MEMBER) for name in LAST_MEMBERS),
            *((f"Ủy viên Số {n}", "Ủy viên", CouncilOffice.MEMBER) for n in range(size)),
        ]
        known += [(None, name + suffix, title, office) for name, title, office in new]
        known = known[:size]
        order = list(CouncilOffice)
        people: dict[int, int] = {}
        for person_id, name, title, office in sorted(
            known, key=lambda one: order.index(one[3])
        ):
            position = _position(session, council.unit_id, person_id, name, title, office)
            council.seats.append(position.id)
            people[position.id] = position.person_id
        last = council.seats[-1]
        stands_in = _position(
            session,
            council.unit_id,
            None,
            "Dương Thị Dự Thay" + suffix,
            "Phó Chủ tịch Mặt trận",
            CouncilOffice.SUBSTITUTE,
        )
        stands_in.substitutes_id = last
        session.flush()
        today = NOON.date()
        council.members = [
            actor_for(session, people[seat], None, today) for seat in council.seats
        ]
        council.substitute = actor_for(session, stands_in.person_id, None, today)
        for key, actor in list(ward.people.items()):
            ward.people[key] = actor_for(session, actor.person_id, None, today)
    return council


def _position(
    session, unit_id: int, person_id: int | None, name: str, title: str, office: CouncilOffice
) -> Position:
    if person_id is None:
        person = Person(full_name=name, folded_name=fold(name), sort_key=sort_key(name))
        session.add(person)
        session.flush()
        person_id = person.id
    position = session.scalar(
        select(Position).where(
            Position.person_id == person_id,
            Position.unit_id == unit_id,
            Position.role == Role.COUNCIL_MEMBER,
        )
    )
    if position is None:
        position = Position(
            person_id=person_id, unit_id=unit_id, role=Role.COUNCIL_MEMBER, starts_on=BEGAN
        )
        session.add(position)
    position.title = title
    position.council_office = office
    session.flush()
    return position


def walk_to_council(
    database: Engine,
    ward: Ward,
    name: str,
    *,
    award: Award = Award.UNIT_CERTIFICATE,
    element: str = "record_ward_council",
) -> Walk:
    """Return a nomination of ``name``, a teacher, that waits for the council."""
    walk = Walk(database, ward)
    walk.submissions["nomination.v1"] = NOMINATION | {"subject_name": name}
    walk.open(award=award, subject=Subject(SubjectKind.INDIVIDUAL, name))
    return walk.to(element)


NOMINEES = (
    "Lê Văn Một", "Trần Thị Hai", "Phạm Văn Ba", "Hoàng Thị Bốn", "Vũ Văn Năm",
    "Đặng Thị Sáu", "Bùi Văn Bảy", "Đỗ Thị Tám", "Hồ Văn Chín", "Ngô Thị Mười",
    "Dương Văn Mười Một", "Lý Thị Mười Hai",
)  # fmt: skip
"""Names of twelve nominees, all invented."""
