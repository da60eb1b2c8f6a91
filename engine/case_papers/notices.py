"""Notices to the unit that nominated: receipt, request for a supplement, hold, refusal, result.

Each is made from one submission, one review or one decision. Periods for a complaint are not
printed: the text that has them was not compared.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from documents.achievement_report import ReportHead
from documents.letterhead import ROOM, written_date
from documents.notice import Notice, render_notice
from engine.bonus import Bonus, in_dong
from engine.case_papers.kind import Copy, Issue, PaperKind
from engine.case_papers.reports import (
    HEAD_OF_UNIT,
    authority_of,
    award_asked,
    files_of,
    find_versions,
    level_above,
)
from engine.council.paper_words import clause, in_vietnam, lowered, printable_paper
from engine.office import day_in_vietnam
from engine.papers import (
    COMMITTEE,
    GOVERNED,
    area_of,
    authority_name,
    award_name,
    body_of,
    place_of,
    recipient_of,
    superior_of,
)
from engine.plans import plan_of
from engine.routing import AUTHORITIES, find_place
from engine.store.models import Case, Decision, DossierVersion, Person, Review, Unit
from forms.definition import Bilingual
from forms.vocabulary import (
    DossierPart,
    HoldReason,
    Level,
    Outcome,
    ReturnItem,
    ReturnTarget,
)

NOTICE_TYPE = "TB"
"""Of a notice, in its symbol (Decree 30/2020/NĐ-CP, App. III)."""

CHAIRMAN = "CHỦ TỊCH"

SENT_BACK_TO = {
    ReturnTarget.WARD: "ward",
    ReturnTarget.PROVINCE: "province",
    ReturnTarget.PRIME_MINISTER: "prime_minister_office",
}
"""Where a return above the submitting unit goes: the place of its authority."""

REFUSAL = "rejection.v1"
"""Form of a refusal; a council that advises against has a form of its own."""


def find_requests(session: Session, case: Case) -> Sequence[Copy]:
    """Return a copy for each return from above the unit, the latest first."""
    return _find(session, case, Review.outcome == Outcome.RETURN, Review.level != Level.UNIT)


def find_holds(session: Session, case: Case) -> Sequence[Copy]:
    """Return a copy for each time the case was held, the latest first."""
    return _find(session, case, Review.outcome == Outcome.HOLD)


def find_refusals(session: Session, case: Case) -> Sequence[Copy]:
    """Return a copy for each refusal with its reason, the latest first."""
    return _find(session, case, Review.outcome == Outcome.REJECT, Review.form == REFUSAL)


def find_results(session: Session, case: Case) -> Sequence[Copy]:
    """Return one copy if a people's committee awarded the case in the system."""
    rows = session.execute(
        select(Decision.id, Review.reviewed_at)
        .join(Unit, Unit.id == Decision.authority_unit_id)
        .join(Review, Review.case_id == Decision.case_id)
        .where(
            Decision.case_id == case.id,
            Decision.recorded_from_paper.is_(False),
            Unit.kind.in_(GOVERNED),
            Review.outcome == Outcome.AWARD,
        )
    )
    return [Copy(number, Bilingual("", ""), at) for number, at in rows]


def make_receipt(
    session: Session, case: Case, number: int, issue: Issue | None = None
) -> bytes:
    """Return the receipt of a submission as PDF."""
    version = session.scalars(
        select(DossierVersion).where(
            DossierVersion.case_id == case.id, DossierVersion.number == number
        )
    ).one()
    unit = _receiver(session, case)
    handed_in_by = session.get_one(Person, version.submitted_by_id).full_name
    moment = in_vietnam(version.submitted_at)
    files = files_of(session, case, version)
    facts = (
        ("Mã hồ sơ", f"{case.reference}, lần nộp {number}"),
        ("Đề nghị tặng", award_asked(session, case)),
        (case.subject_kind.vi, version.content["subject_name"]),
        ("Đợt khen thưởng", case.round.name),
        ("Đơn vị nộp", case.unit.name),
        ("Người nộp", handed_in_by),
        ("Thời điểm nhận trên hệ thống", f"{moment:%H giờ %M phút}, {written_date(moment)}"),
    )
    paper = Notice(
        head=_head(case, unit, version.submitted_at),
        name="GIẤY TIẾP NHẬN HỒ SƠ",
        subject_line="Hồ sơ đề nghị khen thưởng",
        number="",
        signed_on=None if issue is None else issue.on,
        addressee="",
        paragraphs=(f"{_named(unit)} đã tiếp nhận hồ sơ đề nghị khen thưởng sau đây:",),
        facts=tuple((label, f"{words}.") for label, words in facts),
        items=("Báo cáo thành tích", *(f"Tệp minh chứng: {name}" for name in files)),
        closing=(
            "Tình trạng xử lý xem trên hệ thống theo mã hồ sơ. Giấy này không phải là kết"
            " luận về điều kiện khen thưởng",
        ),
        signer_title="NGƯỜI TIẾP NHẬN",
        signer_name="",
        recipients=(case.unit.name, f"Lưu: hồ sơ {case.reference}"),
    )
    return render_notice(printable_paper(paper))


def make_request(
    session: Session, case: Case, number: int, issue: Issue | None = None
) -> bytes:
    """Return the request to complete a dossier as PDF: what is missing, and by when."""
    review = session.get_one(Review, number)
    answers = review.answers
    addressee = _sent_back_to(session, case, review)
    ticks = [ReturnItem(one).vi for one in answers["items"]]
    missing = [f"Giấy tờ còn thiếu: {lowered(DossierPart(one).vi)}" for one in _papers(answers)]
    due = answers.get("due_on")
    until = f" trước hết {written_date(date.fromisoformat(due))}" if due else ""
    return _notice(
        session,
        case,
        review,
        issue,
        subject_line="Về việc yêu cầu bổ sung hồ sơ đề nghị khen thưởng",
        addressee=addressee,
        opening="yêu cầu bổ sung, hoàn thiện các nội dung sau",
        items=(*ticks, *missing),
        closing=(
            f"Nội dung cụ thể: {clause(answers['reason'])}.",
            f"Đề nghị {addressee} bổ sung và nộp lại hồ sơ{until} để được xem xét tiếp",
        ),
    )


def make_hold(session: Session, case: Case, number: int, issue: Issue | None = None) -> bytes:
    """Return the notice that a nomination is not examined yet, as PDF."""
    review = session.get_one(Review, number)
    kind = HoldReason(review.answers["reason_kind"])
    return _notice(
        session,
        case,
        review,
        issue,
        subject_line="Về việc chưa xét hồ sơ đề nghị khen thưởng",
        addressee=case.unit.name,
        opening=f"chưa xét khen thưởng vì đối tượng {lowered(kind.vi)}",
        items=(),
        closing=(
            f"Nội dung vụ việc: {clause(review.answers['reason'])}.",
            "Hồ sơ được xem xét tiếp khi lý do nêu trên không còn",
        ),
    )


def make_refusal(
    session: Session, case: Case, number: int, issue: Issue | None = None
) -> bytes:
    """Return the notice that an award is refused, with the reason as it was written."""
    review = session.get_one(Review, number)
    return _notice(
        session,
        case,
        review,
        issue,
        subject_line="Về việc không xét khen thưởng",
        addressee=case.unit.name,
        opening="không xét khen thưởng đối với đề nghị này",
        items=(),
        closing=(
            f"Lý do: {clause(review.answers['reason'])}.",
            f"{_named(session.get_one(Unit, review.unit_id))} thông báo để {case.unit.name}"
            " biết và thông tin đến đối tượng được đề nghị",
        ),
    )


def make_result(session: Session, case: Case, number: int, issue: Issue | None = None) -> bytes:
    """Return the notice of the decision to award, as PDF."""
    decision = session.get_one(Decision, number)
    unit = session.get_one(Unit, decision.authority_unit_id)
    authority = authority_name(decision, unit)
    award = award_name(decision.award)
    facts = [
        ("Quyết định", f"số {decision.number} {written_date(decision.signed_on)}."),
        ("Hình thức khen thưởng", f"{award} của {authority}."),
        ("Được khen thưởng", f"{recipient_of(session, case).name}."),
    ]
    if decision.bonus is not None:
        amount = in_dong(Bonus.from_json(decision.bonus).amount).vi
        facts.append(("Tiền thưởng kèm theo", f"{amount}."))
    paper = Notice(
        head=_head_on(case, unit, decision.signed_on),
        name="THÔNG BÁO",
        subject_line="Về việc kết quả xét khen thưởng",
        number=_number(unit, issue),
        signed_on=None if issue is None else issue.on,
        addressee=case.unit.name,
        paragraphs=(
            f"{_named(unit)} thông báo kết quả xét hồ sơ số {case.reference} như sau:",
        ),
        facts=tuple(facts),
        items=(),
        closing=(
            f"Đề nghị {case.unit.name} thông báo đến đối tượng được khen thưởng và phối hợp"
            " tổ chức trao tặng",
        ),
        recipients=("Như trên", "Lưu: VT"),
        **_signed(unit, issue),
    )
    return render_notice(printable_paper(paper))


def _kind(
    slug: str,
    vi: str,
    en: str,
    find: Callable[[Session, Case], Sequence[Copy]],
    make: Any,
    type_code: str = NOTICE_TYPE,
) -> PaperKind:
    return PaperKind(slug, Bilingual(vi, en), find, make, type_code)


KINDS: tuple[PaperKind, ...] = (
    _kind(
        "giay-tiep-nhan",
        "Giấy tiếp nhận hồ sơ",
        "Receipt of the dossier",
        find_versions,
        make_receipt,
        "",
    ),
    _kind(
        "yeu-cau-bo-sung",
        "Thông báo yêu cầu bổ sung hồ sơ",
        "Request for a supplement",
        find_requests,
        make_request,
    ),
    _kind(
        "thong-bao-chua-xet",
        "Thông báo chưa xét hồ sơ",
        "Notice of a hold",
        find_holds,
        make_hold,
    ),
    _kind(
        "thong-bao-khong-khen-thuong",
        "Thông báo không xét khen thưởng",
        "Notice of refusal",
        find_refusals,
        make_refusal,
    ),
    _kind(
        "thong-bao-ket-qua",
        "Thông báo kết quả xét khen thưởng",
        "Notice of the result",
        find_results,
        make_result,
    ),
)
"""In the order of the way."""


def _find(session: Session, case: Case, *conditions: ColumnElement[bool]) -> Sequence[Copy]:
    rows = session.execute(
        select(Review.id, Review.level, Review.reviewed_at)
        .where(Review.case_id == case.id, *conditions)
        .order_by(Review.id.desc())
    )
    return [Copy(row.id, _about(row.level, row.reviewed_at), row.reviewed_at) for row in rows]


def _about(level: Level, at: datetime) -> Bilingual:
    day = day_in_vietnam(at)
    return Bilingual(f"{level.vi}, {day:%d/%m/%Y}", f"{level.en}, {day:%d/%m/%Y}")


def _notice(
    session: Session,
    case: Case,
    review: Review,
    issue: Issue | None,
    *,
    subject_line: str,
    addressee: str,
    opening: str,
    items: tuple[str, ...],
    closing: tuple[str, ...],
) -> bytes:
    """Return a notice about a review: who looked at what, and what follows."""
    unit = session.get_one(Unit, review.unit_id)
    version = session.get_one(DossierVersion, review.dossier_version_id)
    end = ":" if items else "."
    paper = Notice(
        head=_head(case, unit, review.reviewed_at),
        name="THÔNG BÁO",
        subject_line=subject_line,
        number=_number(unit, issue),
        signed_on=None if issue is None else issue.on,
        addressee=addressee,
        paragraphs=(
            f"{_named(unit)} đã xem xét hồ sơ số {case.reference} đề nghị tặng"
            f" {award_asked(session, case)} cho {version.content['subject_name']} do"
            f" {case.unit.name} trình, và {opening}{end}",
        ),
        facts=(),
        items=items,
        closing=closing,
        recipients=("Như trên", "Lưu: VT"),
        **_signed(unit, issue),
    )
    return render_notice(printable_paper(paper))


def _signed(unit: Unit, issue: Issue | None) -> dict[str, str]:
    """Return who signs: as issued, else the head of the unit, with room for a hand."""
    if issue is not None:
        return {"signer_title": issue.signer_title, "signer_name": issue.signer_name}
    title = CHAIRMAN if unit.kind in GOVERNED else HEAD_OF_UNIT
    return {"signer_title": title, "signer_name": ""}


def _number(unit: Unit, issue: Issue | None) -> str:
    if issue is not None:
        return issue.number
    return f"{ROOM}/{NOTICE_TYPE}-{unit.symbol or '……'}"


def _head(case: Case, unit: Unit, at: datetime) -> ReportHead:
    return _head_on(case, unit, day_in_vietnam(at))


def _head_on(case: Case, unit: Unit, day: date) -> ReportHead:
    return ReportHead(
        superior=superior_of(unit),
        body=body_of(unit),
        place=place_of(plan_of(case.round.plan), unit),
        year=day.year,
    )


def _named(unit: Unit) -> str:
    """Return a unit as the text of its paper calls it."""
    return f"{COMMITTEE} {area_of(unit)}" if unit.kind in GOVERNED else unit.name


def _receiver(session: Session, case: Case) -> Unit:
    """Return the unit that takes nominations in: that of the level above, or its own."""
    if case.routing["deciding_level"] == Level.UNIT.value:
        return case.unit
    place = AUTHORITIES[level_above(case, Level.UNIT)]
    return session.get_one(Unit, find_place(session, case, place))


def _sent_back_to(session: Session, case: Case, review: Review) -> str:
    place = SENT_BACK_TO.get(review.return_to) if review.return_to else None
    if place is None:
        return case.unit.name
    return authority_of(session.get_one(Unit, find_place(session, case, place)))


def _papers(answers: dict[str, Any]) -> list[str]:
    return list(answers.get("papers") or [])
