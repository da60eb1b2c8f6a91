"""Papers of the nominating unit: achievement report, its summary, the unit's statement.

The minutes in which a unit examined the nomination (Art. 84(2)(c)) are not among them: no
form asks when it met, who was there and how they voted, so that there is nothing to print.

A letter without a glyph shows a sign in its place: who signs sees it, and nobody is kept from
signing by what was pasted into a dossier that cannot be changed any more.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from documents.achievement_report import (
    AchievementReport,
    Answered,
    Asked,
    Figures,
    PriorAward,
    ReportHead,
    ReportPart,
    Told,
    render_report,
)
from documents.achievement_summary import AchievementSummary, render_summary
from documents.letterhead import ROOM, Signature, written_date
from documents.unit_minutes import UnitMinutes, render_unit_minutes
from documents.unit_statement import (
    SYMBOL,
    ListedNominee,
    UnitStatement,
    render_unit_statement,
)
from engine.case_papers.kind import Copy, Issue, PaperKind
from engine.council.paper_words import printable_paper
from engine.form_context import nomination_context
from engine.office import day_in_vietnam
from engine.papers import (
    COMMITTEE,
    GOVERNED,
    NATIONAL,
    area_of,
    award_name,
    bases_of,
    body_of,
    capacity_of,
    place_of,
    reason_of,
    superior_of,
)
from engine.plans import plan_of
from engine.routing import AUTHORITIES, find_place
from engine.store.models import (
    Attachment,
    Case,
    DossierVersion,
    Person,
    Position,
    Review,
    Unit,
    UserTask,
)
from forms.definition import Bilingual
from forms.nomination import DECLARATION
from forms.vocabulary import Award, Level, LevelMode, Outcome, Role, SubjectKind

MOST_YEARS = 5
"""Columns of the figures of an enterprise at most: the last years of the achievement."""

STATEMENT_TYPE = "TTr"
"""Of a statement, in its symbol (Decree 30/2020/NĐ-CP, App. III)."""

SEAL = "(Ký tên, đóng dấu)"
BY_HAND = "(Ký, ghi rõ họ tên)"
HEAD_OF_UNIT = "THỦ TRƯỞNG ĐƠN VỊ"
CONFIRMED_BY = {
    True: "XÁC NHẬN CỦA\nCẤP TRÌNH KHEN THƯỞNG",
    False: f"XÁC NHẬN CỦA\n{HEAD_OF_UNIT}",
}
"""Who confirms a report: the unit, or the level above where the unit reports of itself."""

AUTHORS = {
    SubjectKind.INDIVIDUAL: "NGƯỜI BÁO CÁO",
    SubjectKind.COLLECTIVE: "ĐẠI DIỆN TẬP THỂ",
    SubjectKind.ENTERPRISE: "ĐẠI DIỆN DOANH NGHIỆP",
    SubjectKind.HOUSEHOLD: "ĐẠI DIỆN HỘ GIA ĐÌNH",
}

PROFILES = {
    SubjectKind.INDIVIDUAL: ("Sơ lược lý lịch", "Họ và tên"),
    SubjectKind.COLLECTIVE: ("Sơ lược đặc điểm, tình hình", "Tên tập thể"),
    SubjectKind.ENTERPRISE: ("Sơ lược đặc điểm, tình hình", "Tên doanh nghiệp"),
    SubjectKind.HOUSEHOLD: ("Sơ lược về hộ gia đình", "Hộ gia đình"),
}
"""Title of the first part, and what the name is called in it."""

_DUTIES = Asked("Chức năng, nhiệm vụ được giao", 2)
_FEATURES = Asked("Đặc điểm, tình hình", 2)
_OBLIGATIONS = Asked("Kết quả thực hiện chủ trương, chính sách, nghĩa vụ", 2)
_ORGANISATIONS = Asked("Hoạt động của tổ chức đảng, đoàn thể", 2)

PROFILE_ASKED = {
    SubjectKind.INDIVIDUAL: (
        Asked("Quyền hạn, nhiệm vụ được giao", 2),
        Asked("Quá trình công tác", 3),
    ),
    SubjectKind.COLLECTIVE: (_FEATURES, _DUTIES),
    SubjectKind.ENTERPRISE: (_FEATURES, _DUTIES),
    SubjectKind.HOUSEHOLD: (_FEATURES,),
}
"""What the first part tells and the nomination form does not ask."""

RESULTS_ASKED = {
    SubjectKind.INDIVIDUAL: (Asked("Sáng kiến (tên, số quyết định công nhận), nếu có", 2),),
    SubjectKind.COLLECTIVE: (_OBLIGATIONS, _ORGANISATIONS),
    SubjectKind.ENTERPRISE: (_OBLIGATIONS, _ORGANISATIONS),
    SubjectKind.HOUSEHOLD: (_OBLIGATIONS,),
}
"""What the part on results tells and the form does not ask."""

FIGURES = (
    "Vốn",
    "Doanh thu",
    "Nộp ngân sách nhà nước",
    "Đóng bảo hiểm xã hội",
    "Bảo vệ môi trường",
    "An toàn, vệ sinh lao động",
)
"""What an enterprise reports for each year."""

GROUPS = {
    SubjectKind.INDIVIDUAL: "Cá nhân",
    SubjectKind.HOUSEHOLD: "Hộ gia đình",
}
"""Lists of a statement; all others are in that of the collectives."""


def find_versions(session: Session, case: Case) -> Sequence[Copy]:
    """Return a copy for each submission, the latest first."""
    rows = session.execute(
        select(DossierVersion.number, DossierVersion.submitted_at)
        .where(DossierVersion.case_id == case.id)
        .order_by(DossierVersion.number.desc())
    )
    return [Copy(number, _about(number), at) for number, at in rows]


def find_statements(session: Session, case: Case) -> Sequence[Copy]:
    """Return a copy for each submission that the unit recommended, the latest first.

    A people's committee makes statements of its own kind, not as a unit.
    """
    if case.unit.kind in GOVERNED:
        return []
    rows = session.execute(
        select(DossierVersion.number, func.min(Review.reviewed_at))
        .join(Review, Review.dossier_version_id == DossierVersion.id)
        .where(DossierVersion.case_id == case.id, *_IS_UNIT_REVIEW)
        .group_by(DossierVersion.number)
        .order_by(DossierVersion.number.desc())
    )
    return [Copy(number, _about(number), at) for number, at in rows]


def make_report(session: Session, case: Case, number: int, issue: Issue | None = None) -> bytes:
    """Return the achievement report of a submission as PDF."""
    version = _version(session, case, number)
    content = version.content
    kind = case.subject_kind
    is_own = case.unit_id == case.subject_unit_id or case.unit.name == content["subject_name"]
    parts = [
        ReportPart(PROFILES[kind][0], (*_profile(kind, content), *PROFILE_ASKED[kind])),
        ReportPart(
            "Thành tích đạt được",
            (*_results(case, content), *RESULTS_ASKED[kind], *_by_year(kind, content)),
        ),
        _received(content),
    ]
    if kind is SubjectKind.INDIVIDUAL:
        parts.append(
            ReportPart("Kỷ luật", (Asked("Hình thức, thời gian kỷ luật (nếu có)", 1),))
        )
    enclosed = _enclosed(session, case, version)
    if enclosed:
        parts.append(ReportPart("Tài liệu kèm theo", (Told("Tệp minh chứng", enclosed),)))
    paper = AchievementReport(
        head=_head(case, version),
        subject_line=f"Đề nghị tặng {case.award.vi}",
        parts=tuple(parts),
        closing=DECLARATION.label.vi.rstrip("."),
        confirmation=Signature(CONFIRMED_BY[is_own], "", SEAL),
        author=_author(kind, content, is_own=is_own),
    )
    return render_report(printable_paper(paper))


def make_summary(
    session: Session, case: Case, number: int, issue: Issue | None = None
) -> bytes:
    """Return the summary of a submission as PDF of one page."""
    version = _version(session, case, number)
    content = version.content
    told = [*_profile(case.subject_kind, content), _period(content)]
    texts = [("Thành tích cụ thể", content["achievements"])]
    texts += [
        (f"Tiêu chí “{_first_words(one)}”", answer) for one, answer in _criteria(case, content)
    ]
    paper = AchievementSummary(
        head=_head(case, version),
        subject_line=f"Đề nghị tặng {case.award.vi}",
        facts=tuple((one.label, one.words[0]) for one in told),
        summary=content["summary"],
        texts=tuple(texts),
        signature=Signature(HEAD_OF_UNIT, "", SEAL),
    )
    return render_summary(printable_paper(paper))


def make_minutes(
    session: Session, case: Case, number: int, issue: Issue | None = None
) -> bytes:
    """Return the minutes of the unit on a submission as PDF, to be filled in by hand."""
    version = _version(session, case, number)
    content = version.content
    told = [*_profile(case.subject_kind, content), _period(content)]
    award = award_asked(session, case)
    paper = UnitMinutes(
        head=_head(case, version),
        subject_line=f"Họp xét, đề nghị tặng {case.award.vi}",
        facts=tuple((one.label, one.words[0]) for one in told),
        summary=tuple(_paragraphs(content["summary"])),
        proposal=f"Cuộc họp thống nhất đề nghị tặng {award} cho {content['subject_name']}",
        recipients=("Lưu: VT",),
    )
    return render_unit_minutes(printable_paper(paper))


def make_statement(
    session: Session, case: Case, number: int, issue: Issue | None = None
) -> bytes:
    """Return the unit's statement on a submission as PDF, with its list."""
    version = _version(session, case, number)
    review = _unit_review(session, version)
    plan = plan_of(case.round.plan)
    unit = case.unit.name
    above = level_above(case, Level.UNIT)
    addressee = addressee_at(session, case, above)
    award = award_asked(session, case)
    signer_title, signer_name = _signer(session, review)
    if issue is not None:
        signer_title, signer_name = issue.signer_title, issue.signer_name
    group = GROUPS.get(case.subject_kind, "Tập thể")
    paper = UnitStatement(
        head=_head(case, version),
        unit=unit,
        subject_line=f"Về việc đề nghị tặng {case.award.vi}",
        addressee=addressee,
        bases=bases_of(plan, _day(version, issue)),
        paragraphs=(
            f"Trên cơ sở thành tích đạt được và kết quả xét tại đơn vị, {unit} đề nghị"
            f" tặng {award} cho 01 {group.lower()}, {reason_of(plan, case)} (có Danh sách"
            " kèm theo).",
            f"{unit} kính trình {addressee} xem xét, {asked_at(case, above)}",
        ),
        enclosures=(
            f"Báo cáo thành tích của {version.content['subject_name']}",
            *(f"Tệp minh chứng: {name}" for name in files_of(session, case, version)),
        ),
        title=f"Đề nghị tặng {award}",
        groups=((group, (listed(case, version.content, award),)),),
        signer_title=signer_title,
        signer_name=signer_name,
        recipients=("Như trên", "Lưu: VT"),
        number=numbered(case.unit, issue),
        signed_on=None if issue is None else issue.on,
    )
    return render_unit_statement(printable_paper(paper))


KINDS: tuple[PaperKind, ...] = (
    PaperKind(
        "bao-cao-thanh-tich",
        Bilingual("Báo cáo thành tích", "Achievement report"),
        find_versions,
        make_report,
    ),
    PaperKind(
        "bao-cao-tom-tat",
        Bilingual("Tóm tắt thành tích", "Summary of the achievement"),
        find_versions,
        make_summary,
    ),
    PaperKind(
        "bien-ban-don-vi",
        Bilingual("Biên bản họp xét của đơn vị", "Minutes of the unit"),
        find_versions,
        make_minutes,
    ),
    PaperKind(
        "to-trinh-don-vi",
        Bilingual("Tờ trình của đơn vị kèm danh sách", "Statement of the unit with its list"),
        find_statements,
        make_statement,
        STATEMENT_TYPE,
    ),
)
"""In the order of the way."""

_IS_UNIT_REVIEW = (Review.level == Level.UNIT, Review.outcome == Outcome.RECOMMEND)


def _about(number: int) -> Bilingual:
    return Bilingual(f"Lần nộp {number}", f"Submission {number}")


def _version(session: Session, case: Case, number: int) -> DossierVersion:
    return session.scalars(
        select(DossierVersion).where(
            DossierVersion.case_id == case.id, DossierVersion.number == number
        )
    ).one()


def _head(case: Case, version: DossierVersion) -> ReportHead:
    """Return the head of a paper of the unit, of the year of the submission."""
    return ReportHead(
        superior=superior_of(case.unit),
        body=body_of(case.unit),
        place=place_of(plan_of(case.round.plan), case.unit),
        year=day_in_vietnam(version.submitted_at).year,
    )


def _profile(kind: SubjectKind, content: Mapping[str, Any]) -> list[Told]:
    """Return who is nominated, as the dossier says; what is empty is left out."""
    answers = (
        (PROFILES[kind][1], content["subject_name"]),
        ("Chức vụ, nghề nghiệp", _title_of(kind, content)),
        ("Cơ quan, đơn vị quản lý", content.get("managing_body", "")),
    )
    return [Told(label, (words,)) for label, words in answers if words]


def _title_of(kind: SubjectKind, content: Mapping[str, Any]) -> str:
    """Return title or occupation, which the form asks of individuals alone."""
    return str(content.get("subject_title") or "") if kind is SubjectKind.INDIVIDUAL else ""


def _period(content: Mapping[str, Any]) -> Told:
    begins, ends = (date.fromisoformat(content[f"achieved_{end}"]) for end in ("from", "to"))
    words = f"từ {written_date(begins)} đến {written_date(ends)}"
    return Told("Thời gian lập thành tích", (words,))


def _results(case: Case, content: Mapping[str, Any]) -> list[Told | Answered]:
    """Return what was achieved, in the words of the dossier."""
    chosen = [
        one.text.vi
        for one in nomination_context(case).contents
        if one.id in content["contents"]
    ]
    answers = [(one, _paragraphs(answer)) for one, answer in _criteria(case, content)]
    found: list[Told | Answered] = [_period(content)]
    if chosen:
        found.append(Told("Nội dung thi đua đã tham gia", _listing(chosen)))
    found.append(Told("Tóm tắt thành tích", _paragraphs(content["summary"])))
    found.append(Told("Thành tích cụ thể", _paragraphs(content["achievements"])))
    if answers:
        found.append(Answered("Kết quả theo tiêu chí của Phong trào thi đua", tuple(answers)))
    return found


def _criteria(case: Case, content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the criteria that were answered, as quoted, in the order of the plan."""
    answers = content.get("criteria") or {}
    asked = nomination_context(case).criteria
    return [(one.text.vi, answers[one.id]) for one in asked if answers.get(one.id)]


def _by_year(kind: SubjectKind, content: Mapping[str, Any]) -> list[Figures]:
    """Return the table of an enterprise, for the last years of the achievement."""
    if kind is not SubjectKind.ENTERPRISE:
        return []
    begins, ends = (date.fromisoformat(content[f"achieved_{end}"]) for end in ("from", "to"))
    years = tuple(range(begins.year, ends.year + 1))[-MOST_YEARS:]
    return [Figures("Số liệu hoạt động theo năm", FIGURES, years)]


def _received(content: Mapping[str, Any]) -> ReportPart:
    rows = content.get("prior_awards") or []
    title = "Các hình thức đã được khen thưởng"
    if not rows:
        return ReportPart(title, (Told("Theo hồ sơ", ("không kê khai.",)),))
    return ReportPart(
        title,
        awards=tuple(
            PriorAward(
                award=row["award"],
                number=row.get("number") or "",
                signed_on=date.fromisoformat(row["signed_on"])
                if row.get("signed_on")
                else None,
                authority=row["authority"],
            )
            for row in rows
        ),
    )


def _enclosed(session: Session, case: Case, version: DossierVersion) -> tuple[str, ...]:
    """Return what was enclosed, with the unit's note about it; empty: nothing."""
    names = files_of(session, case, version)
    note = _paragraphs(version.content.get("evidence_note") or "")
    return (*_listing(names), *note)


def _listing(words: Sequence[str]) -> tuple[str, ...]:
    """Return several words each with a dash before them."""
    return tuple(f"- {one}" for one in words) if len(words) > 1 else tuple(words)


def files_of(session: Session, case: Case, version: DossierVersion) -> Sequence[str]:
    """Return the names of the files that the dossier enclosed when it was submitted."""
    return session.scalars(
        select(Attachment.name)
        .join(UserTask, Attachment.task_id == UserTask.id)
        .where(
            Attachment.case_id == case.id,
            UserTask.level.is_(None),
            Attachment.added_at <= version.submitted_at,
            or_(Attachment.removed_at.is_(None), Attachment.removed_at > version.submitted_at),
        )
        .order_by(Attachment.id)
    ).all()


def _author(kind: SubjectKind, content: Mapping[str, Any], *, is_own: bool) -> Signature:
    """Return who signs a report: the person, or somebody for all others."""
    if is_own:
        return Signature(HEAD_OF_UNIT, "", SEAL)
    name = content["subject_name"] if kind is SubjectKind.INDIVIDUAL else ""
    return Signature(AUTHORS[kind], name, BY_HAND)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _first_words(text: str, most: int = 60) -> str:
    """Return the beginning of a criterion, cut between words, to name it by."""
    if len(text) <= most:
        return text.rstrip(".")
    return f"{text[:most].rpartition(' ')[0].rstrip(' ,;:')} …"


def _unit_review(session: Session, version: DossierVersion) -> Review:
    """Return the first review in which the unit recommended a submission."""
    return session.scalars(
        select(Review)
        .where(Review.dossier_version_id == version.id, *_IS_UNIT_REVIEW)
        .order_by(Review.id)
        .limit(1)
    ).one()


def _signer(session: Session, review: Review) -> tuple[str, str]:
    """Return in which capacity and by whom the statement is signed.

    Where somebody stood in for the head, the block is left open.
    """
    day = day_in_vietnam(review.reviewed_at)
    title = session.scalar(
        select(Position.title)
        .where(
            Position.person_id == review.reviewed_by_id,
            Position.unit_id == review.unit_id,
            Position.role == Role.UNIT_HEAD,
            Position.starts_on <= day,
            or_(Position.ends_on.is_(None), Position.ends_on >= day),
        )
        .order_by(Position.id)
        .limit(1)
    )
    if review.role is not Role.UNIT_HEAD or title is None:
        return HEAD_OF_UNIT, ""
    return capacity_of(title).upper(), session.get_one(Person, review.reviewed_by_id).full_name


def _day(version: DossierVersion, issue: Issue | None) -> date:
    return day_in_vietnam(version.submitted_at) if issue is None else issue.on


def numbered(unit: Unit, issue: Issue | None) -> str:
    """Return number and symbol of a statement of ``unit``, with room for the number."""
    if issue is not None:
        return issue.number
    return f"{ROOM}/{STATEMENT_TYPE}-{unit.symbol}" if unit.symbol else SYMBOL


def level_above(case: Case, below: Level) -> Level:
    """Return the level to which the nominations of the level ``below`` go."""
    ladder = list(Level)
    return next(
        level
        for level in ladder[ladder.index(below) + 1 :]
        if case.routing[f"mode_{level.value}"] != LevelMode.LEFT_OUT.value
    )


def addressee_at(session: Session, case: Case, level: Level) -> str:
    """Return who decides at the level to which a statement is sent."""
    place = AUTHORITIES[level]
    return authority_of(session.get_one(Unit, find_place(session, case, place)))


def authority_of(unit: Unit) -> str:
    """Return who decides at a unit above those that nominate."""
    if unit.kind in GOVERNED:
        return f"Chủ tịch {COMMITTEE} {area_of(unit)}"
    return NATIONAL.get(unit.kind, unit.name)


def award_asked(session: Session, case: Case) -> str:
    """Return the award with who gives it, where it is named after who does."""
    level = Level(case.routing["deciding_level"])
    if case.award is not Award.UNIT_CERTIFICATE or level not in AUTHORITIES:
        return case.award.vi
    giver = session.get_one(Unit, find_place(session, case, AUTHORITIES[level]))
    return f"{award_name(case.award)} của {authority_of(giver)}"


def asked_at(case: Case, level: Level) -> str:
    """Return what is asked of a level: to decide, or to send the nomination on."""
    decides = case.routing["deciding_level"] == level.value
    return "quyết định" if decides else "đề nghị cấp có thẩm quyền khen thưởng"


def listed(case: Case, content: Mapping[str, Any], award: str) -> ListedNominee:
    """Return the row of a statement's list about a submission."""
    detail = (_title_of(case.subject_kind, content), content.get("managing_body", ""))
    return ListedNominee(
        name=content["subject_name"],
        detail=", ".join(filter(None, detail)),
        award=award,
        summary=" ".join(content["summary"].split()),
    )
