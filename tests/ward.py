"""A small invented ward to test with: its units, its people, and who they are today."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

import workflows
from engine.permissions import Actor, Grant
from engine.store.models import Person, PlanRow, Position, Round, Unit
from engine.text import fold, sort_key
from forms.vocabulary import Award, Occasion, Role, UnitKind

NOON = datetime(2030, 12, 2, 5, 0, tzinfo=UTC)
"""Noon of 2 December 2030 in Vietnam: the final round is open, the annual one too."""

PLAN = Path(workflows.__file__).parent / "plans" / "van-xuan-2025-2030.yaml"

UNITS = (
    # code, name, kind, parent, basis on which its head may issue certificates
    ("tinh", "Tỉnh Thái Nguyên", UnitKind.PROVINCE, None, ""),
    ("phuong", "Ủy ban nhân dân phường Vạn Xuân", UnitKind.WARD, "tinh", "Điều 80 khoản 3"),
    ("truong", "Trường Trung học cơ sở Hoa Ban", UnitKind.SCHOOL, "phuong", ""),
    ("cong-ty", "Công ty Cổ phần Sao Khuê", UnitKind.ENTERPRISE, "phuong", "Điều 80 khoản 4"),
    ("bo", "Bộ Nội vụ", UnitKind.MINISTRY, None, ""),
    ("vpcp", "Văn phòng Chính phủ", UnitKind.PRIME_MINISTER_OFFICE, None, ""),
    ("vpctn", "Văn phòng Chủ tịch nước", UnitKind.PRESIDENT_OFFICE, None, ""),
)

SYMBOLS = {"tinh": "UBND", "phuong": "UBND", "truong": "THCSHB"}
"""Code of a unit → its symbol in numbers of papers; the others have none."""

PEOPLE = (
    # key, full name, unit, role, title
    ("school_head", "Lê Thị Mơ", "truong", Role.UNIT_HEAD, "Hiệu trưởng"),
    ("school_deputy", "Trần Văn Giả", "truong", Role.UNIT_HEAD, "Phó Hiệu trưởng"),
    ("school_clerk", "Đỗ Thị Thử", "truong", Role.UNIT_CLERK, "Văn thư"),
    ("company_head", "Phạm Văn Mẫu", "cong-ty", Role.UNIT_HEAD, "Giám đốc"),
    ("company_clerk", "Vũ Thị Nháp", "cong-ty", Role.UNIT_CLERK, "Trưởng phòng Nhân sự"),
    ("ward_clerk", "Hoàng Thị Sổ", "phuong", Role.WARD_CLERK, "Chuyên viên"),
    ("council_secretary", "Bùi Văn Ghi", "phuong", Role.COUNCIL_SECRETARY, "Thư ký Hội đồng"),
    ("council_member", "Ngô Thị Bàn", "phuong", Role.COUNCIL_MEMBER, "Ủy viên Hội đồng"),
    ("ward_chairman", "Đặng Văn Ký", "phuong", Role.WARD_CHAIRMAN, "Chủ tịch"),
    ("ward_deputy", "Dương Thị Thay", "phuong", Role.WARD_CHAIRMAN, "Phó Chủ tịch"),
    ("provincial_clerk", "Lý Văn Thẩm", "tinh", Role.PROVINCIAL_CLERK, "Chuyên viên"),
    ("provincial_chairman", "Mai Văn Tỉnh", "tinh", Role.PROVINCIAL_CHAIRMAN, "Chủ tịch"),
    ("ministry_clerk", "Hồ Thị Bộ", "bo", Role.CENTRAL_CLERK, "Chuyên viên"),
    ("pm_clerk", "Trịnh Văn Phủ", "vpcp", Role.CENTRAL_CLERK, "Chuyên viên"),
    ("president_clerk", "Cao Thị Nước", "vpctn", Role.CENTRAL_CLERK, "Chuyên viên"),
    ("auditor", "Tô Văn Soát", "phuong", Role.AUDITOR, "Thanh tra viên"),
    ("administrator", "Tạ Thị Máy", "phuong", Role.ADMINISTRATOR, "Quản trị viên"),
)


@dataclass
class Ward:
    """The ids and the actors of the invented ward."""

    plan_id: int = 0
    annual_id: int = 0
    """Annual round of 2030: unit certificate and provincial merit."""
    final_id: int = 0
    """Final round of 2030: all four awards."""
    closed_id: int = 0
    """Annual round of 2026, long closed."""
    units: dict[str, int] = field(default_factory=dict)
    """Code → id."""
    people: dict[str, Actor] = field(default_factory=dict)
    """Key → the person as an actor today."""

    def __getattr__(self, key: str) -> Actor:
        """Return the person ``key``, for example ``ward.school_head``."""
        try:
            actor: Actor = self.__dict__["people"][key]
        except KeyError:
            raise AttributeError(key) from None
        return actor


def build_ward(session: Session) -> Ward:
    """Add the ward to an empty database; the caller commits."""
    ward = Ward()
    _add_units(session, ward)
    _add_people(session, ward)
    _add_rounds(session, ward)
    return ward


def _add_units(session: Session, ward: Ward) -> None:
    for code, name, kind, parent, basis in UNITS:
        unit = Unit(
            code=code,
            name=name,
            folded_name=fold(name),
            kind=kind,
            parent_id=ward.units[parent] if parent else None,
            is_outside_ward=False,
            issuing_basis=basis,
            symbol=SYMBOLS.get(code, ""),
        )
        session.add(unit)
        session.flush()
        ward.units[code] = unit.id


def _add_people(session: Session, ward: Ward) -> None:
    for key, name, unit, role, title in PEOPLE:
        person = Person(full_name=name, folded_name=fold(name), sort_key=sort_key(name))
        person.positions = [
            Position(
                unit_id=ward.units[unit], role=role, title=title, starts_on=date(2025, 7, 1)
            )
        ]
        session.add(person)
        session.flush()
        ward.people[key] = Actor(
            person_id=person.id, name=name, grants=(Grant(role, ward.units[unit], title),)
        )


def _add_rounds(session: Session, ward: Ward) -> None:
    source = PLAN.read_text(encoding="utf-8")
    plan = PlanRow(
        code="van-xuan-2025-2030",
        sha256=hashlib.sha256(source.encode()).hexdigest(),
        source=source,
        loaded_at=NOON,
    )
    session.add(plan)
    session.flush()
    ward.plan_id = plan.id
    lower = [Award.UNIT_CERTIFICATE, Award.PROVINCIAL_MERIT]
    rounds = {
        "annual_id": (Occasion.ANNUAL, 2030, lower),
        "final_id": (Occasion.FINAL, 2030, list(Award)),
        "closed_id": (Occasion.ANNUAL, 2026, lower),
    }
    for name, (occasion, year, awards) in rounds.items():
        row = Round(
            plan_id=plan.id,
            name=f"{occasion.vi} năm {year}",
            occasion=occasion,
            year=year,
            opens_at=datetime(year, 10, 1, tzinfo=UTC),
            closes_at=datetime(year, 12, 30, tzinfo=UTC),
            awards=[award.value for award in awards],
        )
        session.add(row)
        session.flush()
        setattr(ward, name, row.id)
