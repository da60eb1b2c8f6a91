"""Facts of invented nominations, to ask the packaged law book about."""

from dataclasses import replace
from datetime import date

from engine.rules.asking import ask
from engine.rules.book import book
from engine.rules.facts import Facts, MovementFacts, PlanFacts, PriorAward, RoundFacts
from forms.vocabulary import (
    AuthorityLevel,
    Award,
    CommendationKind,
    Honour,
    Level,
    MovementBasis,
    Occasion,
    SubjectKind,
    UnitKind,
)

OWN = MovementFacts(
    name="Thái Nguyên thi đua đột phá",
    level=Level.PROVINCE,
    decision="Quyết định số 1683/QĐ-UBND ngày 02/6/2025",
    launched_on=date(2025, 6, 2),
    ends_on=date(2030, 12, 31),
)
PARENT = MovementFacts(
    name="Cả nước thi đua đổi mới, sáng tạo và chuyển đổi số",
    level=Level.PRIME_MINISTER,
    decision="Quyết định số 923/QĐ-TTg ngày 14/5/2025",
    launched_on=date(2025, 4, 24),
    ends_on=None,
)

LOWER = (Award.UNIT_CERTIFICATE, Award.PROVINCIAL_MERIT)

ROUNDS = {
    Occasion.ANNUAL: RoundFacts(
        "Đợt năm 2027", Occasion.ANNUAL, 2027, date(2027, 12, 20), date(2027, 12, 10), LOWER
    ),
    Occasion.MIDTERM: RoundFacts(
        "Đợt sơ kết", Occasion.MIDTERM, 2028, date(2028, 3, 30), date(2028, 3, 20), LOWER
    ),
    Occasion.FINAL: RoundFacts(
        "Đợt tổng kết",
        Occasion.FINAL,
        2030,
        date(2030, 12, 30),
        date(2030, 12, 20),
        tuple(Award),
    ),
}

INSIDE = {
    "achieved_from": date(2025, 9, 1),
    "achieved_to": date(2027, 11, 30),
    "content": "Số hóa toàn bộ hồ sơ học sinh, mở sáu lớp học buổi tối cho phụ huynh",
}


def plan_on(occasion):
    is_final = occasion is Occasion.FINAL
    return PlanFacts(
        number="40/KH-UBND",
        subject_kinds=(
            SubjectKind.COLLECTIVE,
            SubjectKind.ENTERPRISE,
            SubjectKind.INDIVIDUAL,
        ),
        subjects_section="II.1, IV.1",
        awards=tuple(Award) if is_final else LOWER,
        awards_section="IV.2.b" if is_final else "IV.2.a",
        starts_on=date(2025, 8, 8),
        ends_on=date(2030, 12, 31),
        period_section="II.2",
    )


def nomination(
    award=Award.UNIT_CERTIFICATE,
    subject=SubjectKind.INDIVIDUAL,
    occasion=Occasion.FINAL,
    *,
    basis=MovementBasis.OWN,
    reviewed_on=None,
    **changes,
):
    """An ordinary nomination by a school of the ward against which nothing speaks."""
    held = ROUNDS[occasion]
    if reviewed_on is not None:
        held = replace(held, reviewed_on=reviewed_on, closes_on=reviewed_on)
    values = {
        "received_on": held.closes_on,
        "asked_on": held.closes_on,
        "award": award,
        "subject_kind": subject,
        "subject_name": "Lê Thị Mơ",
        "basis": basis,
        "movement": OWN if basis is MovementBasis.OWN else PARENT,
        "plan": plan_on(occasion),
        "round": held,
        "unit_name": "Trường Trung học cơ sở Hoa Ban",
        "unit_kind": UnitKind.SCHOOL,
        "is_outside_ward": False,
        **INSIDE,
    }
    return Facts(**(values | changes))


def answer(*args, **changes):
    """What the packaged law book says of such a nomination."""
    return ask(book(), nomination(*args, **changes))


def prior(
    honour=Honour.PROVINCIAL_MERIT,
    *,
    kind=CommendationKind.MERIT,
    level=AuthorityLevel.PROVINCE,
    **changes,
):
    """An award of the register with another content, long ago."""
    values = {
        "entry_id": 1,
        "honour": honour,
        "honour_text": "",
        "kind": kind,
        "authority_level": level,
        "authority_name": "Chủ tịch Ủy ban nhân dân tỉnh",
        "number": "12/QĐ-UBND",
        "decided_on": date(2020, 2, 3),
        "achieved_from": date(2019, 1, 1),
        "achieved_to": date(2019, 12, 31),
        "content": "Trồng rừng, phủ xanh đồi trọc tại xã vùng cao biên giới",
    }
    return PriorAward(**(values | changes))
