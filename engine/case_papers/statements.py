"""Papers of an authority that sends a nomination on: appraisal sheet and statement.

Both are made from one review. A statement belongs to one case, so that kinds of commendation
and deciding authorities are never put together in it.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from documents.achievement_report import ReportHead
from documents.appraisal import (
    AppraisalSheet,
    AppraisedItem,
    CheckedRule,
    render_appraisal,
)
from documents.letterhead import written_date
from documents.unit_statement import UnitStatement, render_unit_statement
from engine.case_papers.kind import Copy, Issue, PaperKind
from engine.case_papers.reports import (
    GROUPS,
    STATEMENT_TYPE,
    addressee_at,
    asked_at,
    award_asked,
    files_of,
    level_above,
    listed,
    numbered,
)
from engine.council.paper_words import (
    clause,
    council_of,
    in_vietnam,
    lowered,
    printable_paper,
)
from engine.form_context import ADVICE, AUTHORITY, FOLLOWS
from engine.office import day_in_vietnam
from engine.outgoing.capacities import block_of, capacity_in
from engine.papers import (
    COMMITTEE,
    GOVERNED,
    area_of,
    bases_of,
    body_of,
    place_of,
    reason_of,
    superior_of,
)
from engine.plans import Plan, plan_of
from engine.rules.model import Finding
from engine.rules.stored import read_findings, regime_of
from engine.store.models import (
    Case,
    Check,
    Delegation,
    DossierVersion,
    Person,
    Position,
    Review,
    Unit,
)
from forms.definition import Bilingual
from forms.vocabulary import (
    CheckItem,
    Confidence,
    Level,
    Outcome,
    RuleVerdict,
    SubjectKind,
    UnitKind,
    Verdict,
)

APPRAISAL = "appraisal.v1"
"""Form of an appraisal that sends the nomination on; one that does not is a notice."""

APPRAISERS = {
    UnitKind.WARD: "Phòng Văn hóa - Xã hội",
    UnitKind.PROVINCE: "Sở Nội vụ",
}
"""Who appraises for a people's committee (plan VI.1; Art. 84(4))."""

TAKES_IN = {Level.PROVINCE: "Sở Nội vụ", Level.PRIME_MINISTER: "Bộ Nội vụ"}
"""Who takes in what is sent to the head of a level, and is addressed beside the head."""

CHAIRMAN = "Chủ tịch"
"""Title of the head of a committee, where that of who recommended is not known."""

LAW_NAME = "Luật Thi đua, khen thưởng,"
"""Before an article of Law 06/2022/QH15."""

KIND_OF_COMMENDATION = "phong trào thi đua"
"""Of every award under a plan of a movement, as the register has it."""


def find_appraisals(session: Session, case: Case) -> Sequence[Copy]:
    """Return a copy for each appraisal that sent the nomination on, the latest first."""
    return _find(session, case, Review.form == APPRAISAL)


def find_statements(session: Session, case: Case) -> Sequence[Copy]:
    """Return a copy for each time an authority recommended the case upwards."""
    return _find(session, case, Review.form == AUTHORITY, Review.level != Level.UNIT)


def make_appraisal(
    session: Session, case: Case, number: int, issue: Issue | None = None
) -> bytes:
    """Return the appraisal sheet of a review as PDF."""
    review = session.get_one(Review, number)
    unit = session.get_one(Unit, review.unit_id)
    checks = _checks_until(session, review)
    findings = read_findings(session, checks[-1]) if checks else ()
    award = award_asked(session, case)
    paper = AppraisalSheet(
        superior=f"{COMMITTEE} {area_of(unit)}" if unit.kind in GOVERNED else "",
        body=_appraiser(unit),
        subject_line=f"Hồ sơ đề nghị tặng {award}",
        facts=_facts(session, case, review, award),
        items=_items(plan_of(case.round.plan), review),
        checked=_checked(session, checks),
        rules=tuple(
            _rule(one) for one in findings if one.verdict is not RuleVerdict.NOT_APPLICABLE
        ),
        conclusion=_paragraphs(review.answers["summary"]),
        opinion=f"đề nghị cấp có thẩm quyền xét tặng {award}",
        done_at=in_vietnam(review.reviewed_at),
        signer_title="NGƯỜI THẨM ĐỊNH",
        signer_name=session.get_one(Person, review.reviewed_by_id).full_name,
        recipients=(f"Lưu: hồ sơ {case.reference}",),
    )
    return render_appraisal(printable_paper(paper))


def make_statement(
    session: Session, case: Case, number: int, issue: Issue | None = None
) -> bytes:
    """Return the statement of the authority that recommended in a review, with its list."""
    review = session.get_one(Review, number)
    version = session.get_one(DossierVersion, review.dossier_version_id)
    unit = session.get_one(Unit, review.unit_id)
    committee = f"{COMMITTEE} {area_of(unit)}"
    plan = plan_of(case.round.plan)
    way = _way_to(session, review)
    advice = _advice_before(way, review)
    above = level_above(case, review.level or Level.UNIT)
    addressee = addressee_at(session, case, above)
    award = award_asked(session, case)
    signer_title, signer_name = _signer(session, review, unit)
    if issue is not None:
        signer_title, signer_name = issue.signer_title, issue.signer_name
    group = GROUPS.get(case.subject_kind, "Tập thể")
    paper = UnitStatement(
        head=_head(plan, unit, review.reviewed_at),
        unit=committee,
        subject_line=f"Về việc đề nghị tặng {award}",
        addressee=addressee,
        bases=(*bases_of(plan, _day_of(review, issue)), *_council_basis(unit, advice)),
        paragraphs=(
            f"Trên cơ sở thành tích đạt được và kết quả thẩm định hồ sơ, {committee} đề nghị"
            f" tặng {award} cho 01 {group.lower()}, {reason_of(plan, case)} (có Danh sách"
            " kèm theo).",
            f"Loại hình khen thưởng: {KIND_OF_COMMENDATION}.",
            *_votes(unit, advice),
            *_own_words(review),
            f"{committee} kính trình {addressee} xem xét, {asked_at(case, above)}",
        ),
        enclosures=(
            f"Báo cáo thành tích của {version.content['subject_name']}",
            *_papers_below(session, case, way),
            *(f"Tệp minh chứng: {name}" for name in files_of(session, case, version)),
        ),
        title=f"Đề nghị tặng {award}",
        groups=((group, (listed(case, version.content, award),)),),
        signer_title=signer_title,
        signer_name=signer_name,
        recipients=("Như trên", "Lưu: VT"),
        number=numbered(unit, issue),
        signed_on=None if issue is None else issue.on,
        also_to=(TAKES_IN[above],) if above in TAKES_IN else (),
    )
    return render_unit_statement(printable_paper(paper))


KINDS: tuple[PaperKind, ...] = (
    PaperKind(
        "phieu-tham-dinh",
        Bilingual("Phiếu thẩm định", "Appraisal sheet"),
        find_appraisals,
        make_appraisal,
    ),
    PaperKind(
        "to-trinh",
        Bilingual(
            "Tờ trình của Ủy ban nhân dân kèm danh sách",
            "Statement of the people's committee with its list",
        ),
        find_statements,
        make_statement,
        STATEMENT_TYPE,
    ),
)
"""In the order of the way."""


def _day_of(review: Review, issue: Issue | None) -> date:
    return day_in_vietnam(review.reviewed_at) if issue is None else issue.on


def _find(session: Session, case: Case, *conditions: ColumnElement[bool]) -> Sequence[Copy]:
    rows = session.execute(
        select(Review.id, Review.level, Review.reviewed_at)
        .where(Review.case_id == case.id, Review.outcome == Outcome.RECOMMEND, *conditions)
        .order_by(Review.id.desc())
    )
    return [Copy(row.id, _about(row.level, row.reviewed_at), row.reviewed_at) for row in rows]


def _about(level: Level, at: datetime) -> Bilingual:
    day = day_in_vietnam(at)
    return Bilingual(f"{level.vi}, {day:%d/%m/%Y}", f"{level.en}, {day:%d/%m/%Y}")


# The appraisal sheet


def _appraiser(unit: Unit) -> tuple[str, ...]:
    """Return who appraised, in the lines of a head."""
    office = APPRAISERS.get(unit.kind)
    return (office.upper(),) if office else body_of(unit)


def _facts(
    session: Session, case: Case, review: Review, award: str
) -> tuple[tuple[str, str], ...]:
    """Return what was appraised and by whom; what the dossier leaves out is left out."""
    version = session.get_one(DossierVersion, review.dossier_version_id)
    content = version.content
    begins, ends = (date.fromisoformat(content[f"achieved_{end}"]) for end in ("from", "to"))
    submitted = written_date(day_in_vietnam(version.submitted_at))
    title = content.get("subject_title") if case.subject_kind is SubjectKind.INDIVIDUAL else ""
    name = session.get_one(Person, review.reviewed_by_id).full_name
    by = ", ".join(filter(None, (name, _title_of(session, review))))
    facts = (
        ("Mã hồ sơ", f"{case.reference}, lần nộp {version.number}, nộp {submitted}"),
        (case.subject_kind.vi, content["subject_name"]),
        ("Chức vụ, nghề nghiệp", title),
        ("Cơ quan, đơn vị quản lý", content.get("managing_body")),
        ("Đơn vị trình", case.unit.name),
        ("Hình thức đề nghị", award),
        ("Đợt khen thưởng", case.round.name),
        ("Thời gian lập thành tích", f"từ {written_date(begins)} đến {written_date(ends)}"),
        ("Người thẩm định", by),
        ("Được ủy quyền", _behalf(session, review)),
    )
    return tuple((label, f"{words}.") for label, words in facts if words)


def _behalf(session: Session, review: Review) -> str:
    """Return for whom who appraised acted, and by which paper; empty: for nobody."""
    if review.delegation_id is None:
        return ""
    under = session.get_one(Delegation, review.delegation_id)
    giver = session.get_one(Person, under.giver_id).full_name
    day = written_date(under.paper_dated_on)
    return f"Thay {giver}, theo văn bản số {under.paper_number} {day}"


def _items(plan: Plan, review: Review) -> tuple[AppraisedItem, ...]:
    """Return each question of the checklist with its answer."""
    found = review.answers["checks"]
    return tuple(
        AppraisedItem(
            question=item.vi,
            source=_where(plan, item.source),
            answer=Verdict(found[item.value]["verdict"]).vi,
            note=found[item.value]["note"],
        )
        for item in CheckItem
        if found.get(item.value)
    )


def _where(plan: Plan, source: str) -> str:
    """Return the source of a question: an article of the Law, or sections of the plan."""
    if not source:
        return ""
    named = LAW_NAME if source.startswith("Điều") else f"Kế hoạch số {plan.number}, mục"
    return f"Căn cứ: {named} {source}"


def _checks_until(session: Session, review: Review) -> Sequence[Check]:
    """Return what the rules said of the case up to a review, the oldest first.

    An answer is stored when it differs from the one before, so that the last one holds at
    the review; none: the rules were not asked.
    """
    return session.scalars(
        select(Check)
        .outerjoin(Review, Review.task_id == Check.task_id)
        .where(
            Check.case_id == review.case_id,
            Check.made_at <= review.reviewed_at,
            or_(Review.id.is_(None), Review.id <= review.id),
        )
        .order_by(Check.id)
    ).all()


def _checked(session: Session, checks: Sequence[Check]) -> tuple[str, ...]:
    """Return by which rule set the rules were asked, the result, and what was overridden."""
    if not checks:
        return ("Hệ thống chưa kiểm tra hồ sơ này theo quy định.",)
    last = checks[-1]
    regime = lowered(regime_of(session, last).vi)
    return (
        f"Hồ sơ tiếp nhận {written_date(last.received_on)}; bộ quy tắc của hệ thống: {regime}.",
        f"Kết quả: {lowered(last.conclusion.vi)}.",
        *(_override(session, check) for check in checks if check.overridden),
    )


def _override(session: Session, check: Check) -> str:
    """Return against which rules somebody went on, and why."""
    findings = read_findings(session, check)
    titles = ", ".join(f"“{one.title.vi}”" for one in findings if one.rule in check.overridden)
    return (
        f"Đã đề nghị tiếp dù chưa đạt điều kiện: {titles}; lý do:"
        f" {clause(check.override_reason)}."
    )


def _rule(finding: Finding) -> CheckedRule:
    return CheckedRule(
        title=finding.title.vi,
        verdict="Cần lưu ý" if finding.warns else finding.verdict.vi,
        text=finding.text.vi,
        source=_source(finding),
    )


def _source(finding: Finding) -> str:
    """Return where a rule comes from; a provision only if its text was compared."""
    if finding.source.is_office or finding.confidence is Confidence.HIGH:
        return f"Căn cứ: {finding.source.text.vi}"
    return finding.confidence.vi


# The statement of an authority


def _head(plan: Plan, unit: Unit, at: datetime) -> ReportHead:
    return ReportHead(
        superior=superior_of(unit),
        body=body_of(unit),
        place=place_of(plan, unit),
        year=day_in_vietnam(at).year,
    )


def _signer(session: Session, review: Review, unit: Unit) -> tuple[str, str]:
    """Return in which capacity and by whom it is signed: who recommended.

    Where the title of that person is not known, the name is left open.
    """
    title = _title_of(session, review)
    block = block_of(unit, STATEMENT_TYPE, capacity_in(title), title or CHAIRMAN)
    return block, session.get_one(Person, review.reviewed_by_id).full_name if title else ""


def _title_of(session: Session, review: Review) -> str:
    """Return the title of who reviewed, as of that day; empty: none is known."""
    day = day_in_vietnam(review.reviewed_at)
    title = session.scalar(
        select(Position.title)
        .where(
            Position.person_id == review.reviewed_by_id,
            Position.unit_id == review.unit_id,
            Position.role == review.role,
            Position.starts_on <= day,
            or_(Position.ends_on.is_(None), Position.ends_on >= day),
        )
        .order_by(Position.id)
        .limit(1)
    )
    return title or ""


def _way_to(session: Session, review: Review) -> Sequence[Review]:
    """Return the reviews of the case before this one, the latest first."""
    return session.scalars(
        select(Review)
        .where(Review.case_id == review.case_id, Review.id < review.id)
        .order_by(Review.id.desc())
    ).all()


def _advice_before(way: Sequence[Review], review: Review) -> Review | None:
    """Return what the council of the level advised on this visit; none: it was not asked.

    The same visit as :func:`engine.form_context.find_advice` has, seen from afterwards.
    """
    for earlier in way:
        if earlier.level is not review.level or earlier.outcome is Outcome.RETURN:
            return None
        if earlier.form == ADVICE and earlier.outcome in FOLLOWS:
            return earlier
    return None


def _council_basis(unit: Unit, advice: Review | None) -> tuple[str, ...]:
    if advice is None:
        return ()
    return (f"Căn cứ kết quả họp {council_of(unit)} {_session_day(advice)}",)


def _votes(unit: Unit, advice: Review | None) -> tuple[str, ...]:
    """Return what the council advised, with its counts."""
    if advice is None:
        return ()
    told = advice.answers
    written = told.get("written_opinions") or 0
    came = f", {_two(written)} ý kiến bằng văn bản" if written else ""
    advised = "đề nghị" if advice.outcome is Outcome.RECOMMEND else "không đề nghị"
    return (
        f"{council_of(unit)} họp {_session_day(advice)}: tổng số"
        f" {_two(told['total_members'])} thành viên, dự họp {_two(told['present'])}{came};"
        f" đồng ý {_two(told['agree'])}, không đồng ý {_two(told['disagree'])}, phiếu trắng,"
        f" không hợp lệ {_two(told.get('blank') or 0)}. Hội đồng {advised} khen thưởng.",
    )


def _own_words(review: Review) -> tuple[str, ...]:
    """Return what the authority wrote: why it departs from the advice, and its opinion."""
    reason = review.answers.get("deviation_reason") or ""
    departs = [f"Lý do đề nghị khác ý kiến của Hội đồng: {clause(reason)}."] if reason else []
    return (*departs, *_paragraphs(review.answers.get("opinion") or ""))


def _papers_below(session: Session, case: Case, way: Sequence[Review]) -> tuple[str, ...]:
    """Return statements and minutes that came with the nomination, the first one first.

    Of several at a level, after a return, the last one counts.
    """
    names: dict[tuple[str, Level | None], str] = {}
    for review in reversed(way):
        unit = session.get_one(Unit, review.unit_id)
        if review.form == ADVICE and review.outcome in FOLLOWS:
            name = f"Biên bản họp {council_of(unit)} {_session_day(review)}"
        elif review.form == AUTHORITY and review.outcome is Outcome.RECOMMEND:
            is_unit = review.level is Level.UNIT
            if is_unit and case.unit.kind in GOVERNED:  # it makes none as a unit
                continue
            sender = case.unit.name if is_unit else f"{COMMITTEE} {area_of(unit)}"
            name = f"Tờ trình của {sender}"
        else:
            continue
        names[review.form, review.level] = name
    return tuple(names.values())


def _session_day(advice: Review) -> str:
    return written_date(date.fromisoformat(advice.answers["session_on"]))


def _two(number: int) -> str:
    """Return a number as official papers write it: below 10 with a zero."""
    return f"{number:02d}"


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
