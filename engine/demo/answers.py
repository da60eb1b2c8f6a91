"""What the people of the demo ward write into the forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.demo.data import NominationRow, Step
from engine.office import day_in_vietnam
from engine.plans import Plan
from engine.store.models import UserTask
from forms.vocabulary import (
    Award,
    CheckItem,
    DossierPart,
    HoldReason,
    Level,
    ReturnItem,
    SubjectKind,
    UnitKind,
)

RETURNS: tuple[tuple[tuple[ReturnItem, ...], tuple[DossierPart, ...], str], ...] = (
    (
        (ReturnItem.MISSING_FIGURES, ReturnItem.MISSING_PART),
        (DossierPart.REVIEW_MINUTES,),
        "Hồ sơ chưa có số liệu so sánh với năm trước; đề nghị đơn vị bổ sung bảng số liệu và"
        " biên bản họp xét.",
    ),
    (
        (ReturnItem.MISSING_FIGURES,),
        (),
        "Đề nghị làm rõ phạm vi ảnh hưởng của sáng kiến và số người được hưởng lợi.",
    ),
    (
        (ReturnItem.MISSING_PART,),
        (DossierPart.CONFIRMATION,),
        "Thiếu xác nhận của cơ quan có thẩm quyền đối với sáng kiến nêu trong báo cáo.",
    ),
)
"""What a return ticks, which papers it asks for, and why."""

SUPPLEMENT_DAYS = 10
"""Calendar days that the demo's people give for a supplement; no rule says so."""

REJECTIONS = (
    "Thành tích chưa đạt mức xuất sắc tiêu biểu so với tiêu chí của Kế hoạch.",
    "Thành tích nêu trong hồ sơ trùng với thành tích đã được khen thưởng.",
    "Kết quả mới ở bước đầu, chưa đủ số liệu chứng minh hiệu quả bền vững.",
)
DEVIATION = "Kết quả kiểm tra thực tế sau phiên họp chưa xác nhận được số liệu của báo cáo."
WITHDRAWAL = "Đơn vị xin rút hồ sơ để hoàn thiện và đề nghị ở đợt sau."
HOLD = "Đang chờ kết luận của cơ quan có thẩm quyền về đơn phản ánh liên quan."
RESUME = "Đã có kết luận: nội dung phản ánh không có cơ sở; hồ sơ được xét tiếp."
APPRAISAL = "Hồ sơ đủ thành phần, đúng đối tượng, thành tích rõ và có số liệu chứng minh."
OPINION = "Thành tích nổi bật, có sức lan tỏa; nhất trí với ý kiến thẩm định."

SIGNERS = {
    Award.PRIME_MINISTER_CERTIFICATE: ("Phan Văn Ví Dụ", "Thủ tướng Chính phủ", "QĐ-TTg"),
    Award.LABOR_ORDER: ("Lưu Thị Minh Họa", "Chủ tịch nước", "QĐ-CTN"),
}
"""Invented signers above the province, with the symbol of their decisions."""

SYMBOLS = {Level.UNIT: "QĐ-KT", Level.WARD: "QĐ-UBND", Level.PROVINCE: "QĐ-UBND"}
FIRST_NUMBERS = {
    Level.UNIT: 12, Level.WARD: 305, Level.PROVINCE: 1322,
    Level.PRIME_MINISTER: 845, Level.PRESIDENT: 1120,
}  # fmt: skip


@dataclass
class Numbers:
    """Gives each decision of the demo a number of its own."""

    given: int = 0

    def next(self, level: Level, symbol: str) -> str:
        """Return a number with its symbol: ``309/QĐ-UBND``."""
        self.given += 1
        return f"{FIRST_NUMBERS[level] + 4 * self.given}/{symbol}"


def nomination(
    row: NominationRow, unit_name: str, unit_kind: UnitKind, plan: Plan, at: datetime
) -> dict[str, Any]:
    """Return what the unit writes about the subject of ``row``."""
    criteria = plan.criteria_for(row.kind, unit_kind)
    citizen = row.kind is SubjectKind.INDIVIDUAL and unit_kind is UnitKind.RESIDENTIAL_GROUP
    criterion = criteria[-1] if citizen else criteria[0]
    answers: dict[str, Any] = {
        "subject_name": row.subject,
        "subject_title": row.title,
        "managing_body": unit_name,
        "contents": list(row.contents),
        "criteria": {criterion.id: row.criterion},
        "summary": row.summary,
        "achievements": row.achievements,
        "achieved_from": f"01/01/{at.year - (5 if row.has_prior_award else 1)}",
        "achieved_to": f"30/09/{at.year}",
        "declaration": "yes",
    }
    if row.kind is not SubjectKind.INDIVIDUAL:
        del answers["subject_title"]
    if row.has_prior_award:
        answers["prior_awards"] = [
            {
                "award": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh (công trạng)",
                "number": "1102/QĐ-UBND",
                "signed_on": "15/09/2028",
                "authority": "Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên",
            }
        ]
    return answers


def submission(
    form: str, step: Step, task: UserTask, award: Award, at: datetime, variant: int
) -> dict[str, Any]:
    """Return what the person at ``task`` writes into ``form``, without signer and number."""
    today = f"{day_in_vietnam(at):%d/%m/%Y}"
    texts: Mapping[str, dict[str, Any]] = {
        "review.v1": {"opinion": OPINION},
        "appraisal.v1": {
            "checks": {item.value: {"verdict": "met"} for item in CheckItem},
            "summary": APPRAISAL,
        },
        "council_resolution.v1": {
            "session_on": today,
            "total_members": "9",
            "present": "8",
            "written_opinions": "1",
            "agree": str(8 + variant % 2),
            "disagree": str(1 - variant % 2),
        },
        "return.v2": _return(step, variant, at),
        "rejection.v1": _rejection(task, REJECTIONS[variant % len(REJECTIONS)]),
        "hold.v1": {"reason_kind": list(HoldReason)[variant % 2].value, "reason": HOLD},
        "resume.v1": {"note": RESUME},
        "decision.v1": {"signed_on": today},
        "result_from_above.v1": {"signed_on": today},
    }
    return dict(texts[form])


def _return(step: Step, variant: int, at: datetime) -> dict[str, Any]:
    """Return what is missing; where that is a paper, also which one and by when."""
    items, papers, reason = RETURNS[variant % len(RETURNS)]
    answers: dict[str, Any] = {
        "return_to": step.return_to.value if step.return_to else "",
        "items": [item.value for item in items],
        "reason": reason,
    }
    if papers:
        due_on = day_in_vietnam(at) + timedelta(days=SUPPLEMENT_DAYS)
        answers |= {
            "papers": [paper.value for paper in papers],
            "due_on": f"{due_on:%d/%m/%Y}",
        }
    return answers


def _rejection(task: UserTask, reason: str) -> dict[str, str]:
    """Return the reason of a rejection; a decider also says why not as the council advised."""
    if task.element_id.startswith("decide_"):
        return {"reason": reason, "deviation_reason": DEVIATION}
    return {"reason": reason}


def signature(
    task: UserTask, award: Award, signer: str, title: str, numbers: Numbers
) -> dict[str, str]:
    """Return number and signer of a decision, or of the paper that a clerk records."""
    level = task.level or Level.UNIT
    if task.form == "result_from_above.v1":
        key = Award.LABOR_ORDER
        if level is Level.PRIME_MINISTER:
            key = Award.PRIME_MINISTER_CERTIFICATE
        name, position, symbol = SIGNERS[key]
    else:
        name, position, symbol = signer, title, SYMBOLS[level]
    number = numbers.next(level, symbol)
    return {"number": number, "signer_name": name, "signer_title": position}
