"""The papers of a decision that is made in the system: what they say, then their bytes."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from documents.certificate import Certificate, TextTooLong, render_certificate
from documents.certificate_layouts import (
    LABOR_ORDER,
    PRIME_MINISTER_CERTIFICATE,
    PROVINCIAL_MERIT,
    UNIT_CERTIFICATE,
)
from documents.checkmark import CheckMark
from documents.decision import AwardDecision, Recipient, render_decision
from documents.letterhead import written_date
from documents.typography import UnprintableText, printable
from engine.bonus import Bonus, in_dong
from engine.dossiers import current_version
from engine.errors import InvalidSubmission
from engine.form_context import find_advice
from engine.journal import stream_of
from engine.journal.witness import witness
from engine.paper_codes import check_mark, new_code
from engine.plans import Plan, plan_of
from engine.rules.book import book
from engine.rules.paper_bases import FILE as BASES
from engine.rules.paper_bases import PaperBasis
from engine.store.models import (
    Case,
    Decision,
    Paper,
    Person,
    RegisterEntry,
    Unit,
    UserTask,
)
from forms.messages import code
from forms.vocabulary import Award, Level, Occasion, Outcome, SubjectKind, UnitKind

COMMITTEE = "Ủy ban nhân dân"

UNKNOWN_ADDRESS = "Ông/Bà"
"""Before a name in a list; a certificate has the name alone, as it hangs on a wall."""

DEPUTY = "phó "
ACTING = "quyền "
"""How the titles of those begin who sign for the head of their body."""

GOVERNED = frozenset({UnitKind.WARD, UnitKind.PROVINCE})
"""Kinds of unit whose chairman decides for its people's committee."""

NATIONAL = {
    UnitKind.PRIME_MINISTER_OFFICE: "Thủ tướng Chính phủ",
    UnitKind.PRESIDENT_OFFICE: "Chủ tịch nước",
}
"""Office → whose decisions it prepares: they decide, and not the office."""

CAPITAL = "Hà Nội"

NAMED_AFTER_AUTHORITY = {
    Award.UNIT_CERTIFICATE: "Giấy khen",
    Award.PROVINCIAL_MERIT: "Bằng khen",
}
"""Awards that are called by who gives them; the others have one name everywhere."""

LAYOUTS = {
    Award.UNIT_CERTIFICATE: UNIT_CERTIFICATE,
    Award.PROVINCIAL_MERIT: PROVINCIAL_MERIT,
    Award.PRIME_MINISTER_CERTIFICATE: PRIME_MINISTER_CERTIFICATE,
    Award.LABOR_ORDER: LABOR_ORDER,
    Award.LABOR_ORDER_SECOND: LABOR_ORDER,
    Award.LABOR_ORDER_FIRST: LABOR_ORDER,
}
"""Award → where the lines of its certificate stand."""

CLASSES = {
    Award.LABOR_ORDER: "HẠNG BA",
    Award.LABOR_ORDER_SECOND: "HẠNG NHÌ",
    Award.LABOR_ORDER_FIRST: "HẠNG NHẤT",
}

EXECUTORS = {
    Level.UNIT: "Các bộ phận có liên quan của đơn vị",
    Level.WARD: (
        "Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân phường,"
        " Trưởng Phòng Văn hóa - Xã hội"
    ),
    Level.PROVINCE: "Chánh Văn phòng Ủy ban nhân dân tỉnh, Giám đốc Sở Nội vụ",
    Level.PRIME_MINISTER: "Bộ trưởng Bộ Nội vụ, Chủ tịch Ủy ban nhân dân tỉnh",
    Level.PRESIDENT: "Thủ tướng Chính phủ, Chủ nhiệm Văn phòng Chủ tịch nước",
}
"""Who carries a decision out, by the level that made it."""


def make_papers(
    session: Session, case: Case, task: UserTask, decision: Decision, at: datetime
) -> list[Paper]:
    """Return the decision and its certificate as PDF.

    The certificate alone, where the decision is an outgoing paper over several cases. The
    papers say what the present version of the dossier says; each has a new code, by which
    anybody may check it.

    :raises InvalidSubmission: a text has a letter that cannot be printed, or no room.
    """
    _require_printable(decision)
    code = new_code()
    certificate = certificate_of(session, case, decision, code)
    papers = [_paper(case, "certificate", lambda: render_certificate(certificate), at, code)]
    if decision.outgoing_id is None:
        own = new_code()
        paper = _award_decision(session, case, task, decision, own)
        papers.insert(0, _paper(case, "decision", lambda: render_decision(paper), at, own))
    return papers


def _award_decision(
    session: Session, case: Case, task: UserTask, decision: Decision, code: str
) -> AwardDecision:
    authority = session.get_one(Unit, decision.authority_unit_id)
    return decision_on(
        session,
        [case],
        authority=authority,
        level=decision.level,
        title=decision.signer_title,
        is_proposed=is_proposed(session, case, task),
        bonus=bonus_clause(_bonuses(case, decision), award_name(case.award)),
        number=decision.number,
        signed_on=decision.signed_on,
        day=decision.signed_on,
        signer_title=capacity_of(decision.signer_title),
        signer_name=decision.signer_name,
        check=check_mark(session, code, witness(session, stream_of(case.id))),
    )


def decision_on(
    session: Session,
    cases: Sequence[Case],
    *,
    authority: Unit,
    level: Level,
    title: str,
    is_proposed: bool,
    bonus: str,
    number: str,
    signed_on: date | None,
    day: date,
    signer_title: str,
    signer_name: str,
    check: CheckMark | None,
) -> AwardDecision:
    """Return the decision that gives one award to the subjects of ``cases``.

    :param cases: of one round and one award, in the order of the lists.
    :param title: of who signs, as their position says: names the authority of a unit.
    :param is_proposed: the council proposed each of them.
    :param bonus: the article on the bonus; empty: none.
    :param signed_on: none: a draft, dated by hand in the year of ``day``.
    :param day: on which its bases and its bonus hold.
    :param signer_title: lines of capacity and title, as printed.
    :param check: none: a draft, which nobody can check.
    """
    first = cases[0]
    plan = plan_of(first.round.plan)
    named = granter_name(authority, title)
    award = award_name(first.award)
    proposal = ["Theo đề nghị của Hội đồng Thi đua - Khen thưởng"] if is_proposed else []
    return AwardDecision(
        body=body_of(authority),
        superior=superior_of(authority),
        authority=named,
        number=number,
        place=place_of(plan, authority),
        signed_on=signed_on,
        subject_line=f"Về việc tặng {award}",
        bases=(*bases_of(plan, signed_on or day), *proposal),
        award=f"{award} của {named}" if first.award in NAMED_AFTER_AUTHORITY else award,
        reason=reason_of(plan, first),
        executors=EXECUTORS.get(level, EXECUTORS[Level.UNIT]),
        signer_title=signer_title,
        signer_name=signer_name,
        recipients=("Như Điều 3" if bonus else "Như Điều 2", "Lưu: VT"),
        bonus=bonus,
        check=check,
        year=day.year,
        collectives=_recipients(session, cases),
        households=_recipients(session, cases, SubjectKind.HOUSEHOLD),
        individuals=_recipients(session, cases, SubjectKind.INDIVIDUAL),
    )


def _bonuses(case: Case, decision: Decision) -> dict[SubjectKind, Bonus]:
    if decision.bonus is None:
        return {}
    return {case.subject_kind: Bonus.from_json(decision.bonus)}


def _recipients(
    session: Session, cases: Sequence[Case], *kinds: SubjectKind
) -> tuple[Recipient, ...]:
    """Return those of ``kinds`` who are awarded; without kinds: those in no other list."""
    others = (SubjectKind.INDIVIDUAL, SubjectKind.HOUSEHOLD)
    return tuple(
        recipient_of(session, case)
        for case in cases
        if (case.subject_kind in kinds if kinds else case.subject_kind not in others)
    )


def award_name(award: Award) -> str:
    """Return what a decision calls an award: the Labor Order with its class."""
    return NAMED_AFTER_AUTHORITY.get(award, award.vi)


def bonus_clause(bonuses: Mapping[SubjectKind, Bonus], award: str) -> str:
    """Return the article on the bonus; empty if the system has no rule for one.

    :param bonuses: of each kind of subject that is awarded.
    """
    if not bonuses:
        return ""
    sums = {kind: in_dong(bonus.amount).vi for kind, bonus in bonuses.items()}
    told = f"là {next(iter(sums.values()))}"
    if len(set(sums.values())) > 1:
        told = "cho " + ", ".join(
            f"mỗi {kind.vi.lower()} {amount}" for kind, amount in sums.items()
        )
    funds = dict.fromkeys(bonus.fund.vi for bonus in bonuses.values())
    bases = dict.fromkeys(
        as_printed(bonus.legal_basis.vi) for bonus in bonuses.values() if bonus.legal_basis
    )
    clause = f"Tiền thưởng kèm theo {award} {told}, chi từ {' và '.join(funds)}"
    return f"{clause}, theo quy định tại {'; '.join(bases)}." if bases else f"{clause}."


def as_printed(citation: str) -> str:
    """Return ``khoản 1 Điều 54 Nghị định số …`` for ``Nghị định số …, Điều 54 khoản 1``."""
    name, _, place = citation.rpartition(", Điều ")
    if not name:
        return citation
    parts = re.findall(r"(?:Điều|khoản|điểm) \S+", f"Điều {place}")
    return f"{' '.join(reversed(parts))} {name}"


def certificate_of(
    session: Session, case: Case, decision: Decision, code: str | None = None
) -> Certificate:
    """Return what the certificate of a decided award says.

    What replaced the decision gives number, day and name; it brought no code of its own.

    :param code: by which it is checked; none: that of the certificate as it was issued.
    """
    new = None if code else replacement_of(session, case.id)
    authority = session.get_one(Unit, decision.authority_unit_id)
    plan = plan_of(case.round.plan)
    recipient = recipient_of(session, case)
    reason = reason_of(plan, case)
    return Certificate(
        authority=authority_name(decision, authority),
        recipient=new.subject_text
        if new
        else recipient.name.removeprefix(f"{UNKNOWN_ADDRESS} "),
        recipient_detail=recipient.detail,
        citation=reason[0].upper() + reason[1:],
        decision_number=new.number if new else decision.number,
        place=place_of(plan, authority),
        signed_on=(new and new.decided_on) or decision.signed_on,
        signer_title=capacity_of(decision.signer_title),
        signer_name=decision.signer_name,
        layout=LAYOUTS[case.award],
        award_class=CLASSES.get(case.award, ""),
        check=None if new else check_mark(session, code or _issued_code(session, case.id)),
    )


def replacement_of(session: Session, case_id: int) -> RegisterEntry | None:
    """Return the award of the decision that replaced the one on a case; none: it stands."""
    old = aliased(RegisterEntry)
    return session.scalar(
        select(RegisterEntry)
        .join(old, old.replaced_by_id == RegisterEntry.id)
        .where(RegisterEntry.case_id == case_id)
        .order_by(RegisterEntry.id.desc())
        .limit(1)
    )


def _issued_code(session: Session, case_id: int) -> str | None:
    """Return the code of the certificate of a case; none: it was made without one."""
    return session.scalar(
        select(Paper.code).where(Paper.case_id == case_id, Paper.kind == "certificate")
    )


def printed(render: Callable[[], bytes]) -> bytes:
    """Return what ``render`` returns.

    :raises InvalidSubmission: a text has a letter that cannot be printed, or no room.
    """
    try:
        return render()
    except TextTooLong as error:
        raise InvalidSubmission({"_form": [code("no_room_to_print")]}) from error
    except UnprintableText as error:
        raise InvalidSubmission({"_form": [code("unprintable", error)]}) from error


def _paper(
    case: Case, kind: str, render: Callable[[], bytes], at: datetime, code: str
) -> Paper:
    content = printed(render)
    sha256 = hashlib.sha256(content).hexdigest()
    return Paper(
        case_id=case.id, kind=kind, code=code, sha256=sha256, content=content, made_at=at
    )


def _require_printable(decision: Decision) -> None:
    """Return if what the person typed can be printed; a message stands beside its box."""
    messages = {}
    for field in ("number", "signer_name", "signer_title"):
        try:
            printable(getattr(decision, field))
        except UnprintableText as error:
            messages[field] = [code("unprintable", error)]
    if messages:
        raise InvalidSubmission(messages)


def authority_name(decision: Decision, unit: Unit) -> str:
    """Return who decided; see :func:`granter_name`."""
    return granter_name(unit, decision.signer_title)


def granter_name(unit: Unit, title: str) -> str:
    """Return who decides: a chairman, the head of a unit, the Prime Minister, the President.

    :param title: of who signs for a unit: ``Phó Giám đốc`` signs for its ``Giám đốc``.
    """
    if unit.kind in GOVERNED:
        return f"Chủ tịch {COMMITTEE} {area_of(unit)}"
    if unit.kind in NATIONAL:
        return NATIONAL[unit.kind]
    return f"{head_title(title)} {unit.name}"


def head_title(title: str) -> str:
    """Return the title of the head for whom the bearer of ``title`` signs."""
    for prefix in (DEPUTY, ACTING):
        if title.lower().startswith(prefix):
            return title[len(prefix)].upper() + title[len(prefix) + 1 :]
    return title


def capacity_of(title: str) -> str:
    """Return in lines as whom somebody signs: a deputy for the head, ``KT.``.

    Decree 30/2020/NĐ-CP, App. I, Part II, item 7b.
    """
    head = head_title(title)
    if title.lower().startswith(DEPUTY):
        return f"KT. {head}\n{title}"
    return f"Q. {head}" if title.lower().startswith(ACTING) else title


def area_of(unit: Unit) -> str:
    """Return ``phường Vạn Xuân`` for the ward, however its unit is called."""
    area = unit.name.removeprefix(COMMITTEE).strip()
    return area[:1].lower() + area[1:]


def body_of(unit: Unit) -> tuple[str, ...]:
    """Return the name of a unit in the lines of a head, in capitals."""
    if unit.kind in GOVERNED:
        return (COMMITTEE.upper(), area_of(unit).upper())
    return (NATIONAL.get(unit.kind, unit.name).upper(),)


def superior_of(unit: Unit) -> str:
    """Return the committee above a unit of the ward; enterprises and wards print none."""
    if unit.kind not in (UnitKind.WARD_ROOM, UnitKind.SCHOOL) or unit.parent is None:
        return ""
    return " ".join(body_of(unit.parent))


def place_of(plan: Plan, unit: Unit) -> str:
    """Return the place at which a unit dates its papers."""
    if unit.kind is UnitKind.PROVINCE:
        return area_of(unit).removeprefix("tỉnh ")
    return CAPITAL if unit.kind in NATIONAL else plan.place


def laws_on(day: date) -> tuple[PaperBasis, ...]:
    """Return the laws and decrees that papers of ``day`` name, confirmed or not."""
    return tuple(basis for basis in book().parts[BASES] if basis.holds_on(day))


def law_bases(day: date) -> tuple[str, ...]:
    """Return the confirmed laws that papers of ``day`` name, each with its ``Căn cứ``."""
    return tuple(f"Căn cứ {one.text.vi}" for one in laws_on(day) if one.is_confirmed)


def bases_of(plan: Plan, day: date) -> tuple[str, ...]:
    """Return the legal bases of papers of ``day`` under a plan, each with its ``Căn cứ``.

    :param day: of the paper, in Vietnam. What is not confirmed is not printed.
    """
    issued = f"Kế hoạch số {plan.number} {written_date(plan.issued_on)} của {plan.issuer.vi}"
    own = (*(basis.text.vi for basis in plan.legal_bases), issued)
    return (*law_bases(day), *(f"Căn cứ {basis}" for basis in own))


def is_proposed(session: Session, case: Case, task: UserTask) -> bool:
    """Whether the council proposed the award that is decided at ``task``."""
    advice = find_advice(session, case, task)
    return advice is not None and advice.outcome is Outcome.RECOMMEND


def reason_of(plan: Plan, case: Case) -> str:
    """Return for what the subject of a case is commended: ``đã có thành tích …``."""
    period = f"{plan.period.starts_on.year}-{plan.period.ends_on.year}"
    final = case.round.occasion is Occasion.FINAL
    when = f"giai đoạn {period}" if final else f"năm {case.round.year}"
    return (
        "đã có thành tích xuất sắc trong thực hiện Phong trào thi đua"
        f" “{plan.movement.name.vi}” {when}"
    )


def recipient_of(session: Session, case: Case) -> Recipient:
    """Return who is awarded, addressed as ông or bà where that is known."""
    if case.subject_kind is not SubjectKind.INDIVIDUAL:
        return Recipient(case.subject_name)
    person = case.subject_person_id and session.get(Person, case.subject_person_id)
    address = {True: "Bà", False: "Ông", None: UNKNOWN_ADDRESS}[
        person.is_woman if person else None
    ]
    dossier = current_version(session, case.id)
    content = {} if dossier is None else dossier.content
    detail = [content.get("subject_title"), content.get("managing_body")]
    return Recipient(f"{address} {case.subject_name}", ", ".join(filter(None, detail)))
