"""Papers about an award that was granted here: its annulment, what corrects or replaces it.

Number and day are printed: the register has them from the paper itself, as it was recorded.
An act of an authority whose decisions are recorded from paper has a paper of its own already.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from documents.act_decision import ActDecision, render_act_decision
from documents.letter import OfficeLetter, render_letter
from documents.letterhead import written_date
from engine.bonus import Bonus, in_dong
from engine.case_papers.kind import Copy, Issue, PaperKind
from engine.council.paper_words import clause, lowered, printable_paper
from engine.papers import (
    COMMITTEE,
    EXECUTORS,
    GOVERNED,
    area_of,
    as_printed,
    authority_name,
    bases_of,
    body_of,
    head_title,
    law_bases,
    place_of,
    reason_of,
    recipient_of,
    superior_of,
)
from engine.plans import plan_of
from engine.rules.papers import Mend
from engine.store.models import Case, Decision, RegisterEntry, Unit
from forms.definition import Bilingual
from forms.vocabulary import EntryNature, EntrySource, Level

LAW_NAME = "Luật Thi đua, khen thưởng"
"""Before an article of Law 06/2022/QH15."""


def find_annulments(session: Session, case: Case) -> Sequence[Copy]:
    """Return one copy if the award of a case was annulled by who granted it here."""
    return _find(session, case, EntryNature.RECOVERED)


def find_corrections(session: Session, case: Case) -> Sequence[Copy]:
    """Return a copy for each letter that corrected the decision, the latest first."""
    return _find(session, case, EntryNature.ADJUSTED)


def make_annulment(
    session: Session, case: Case, number: int, issue: Issue | None = None
) -> bytes:
    """Return the decision that annuls an award as PDF: what, why, what is recovered."""
    act, award, decision, unit = _read(session, case, number)
    authority = authority_name(decision, unit)
    named = _named(session, case, award)
    bases = [*law_bases(_day_of(act) or decision.signed_on)]
    grounds = []
    if act.ground is not None:
        bases.append(f"Căn cứ {as_printed(f'{LAW_NAME}, {act.ground.source}')}")
        grounds.append(lowered(act.ground.vi))
    executors = EXECUTORS.get(decision.level, EXECUTORS[Level.UNIT])
    paper = ActDecision(
        superior=superior_of(unit),
        body=body_of(unit),
        authority=authority,
        number=act.number,
        place=place_of(plan_of(case.round.plan), unit),
        signed_on=_day_of(act),
        subject_line=f"Về việc hủy bỏ việc tặng {award.honour_text}",
        bases=(*bases, f"Căn cứ {_decision(award)} về việc tặng {award.honour_text}"),
        articles=(
            f"Hủy bỏ việc tặng {award.honour_text} cho {named} tại {_decision(award)}."
            f" Lý do: {'; '.join((*grounds, clause(act.reason)))}.",
            f"Thu hồi hiện vật khen thưởng và tiền thưởng kèm theo{_bonus(decision)}.",
            f"{executors}, {case.unit.name} và {named} căn cứ Quyết định thi hành",
        ),
        signer_title=_signer_title(decision),
        signer_name="",
        recipients=("Như Điều 3", "Lưu: VT"),
    )
    return render_act_decision(printable_paper(paper))


def make_correction(
    session: Session, case: Case, number: int, issue: Issue | None = None
) -> bytes:
    """Return the letter that corrects a mistake of form in the decision, as PDF."""
    act, award, decision, unit = _read(session, case, number)
    issuer = f"{COMMITTEE} {area_of(unit)}" if unit.kind in GOVERNED else unit.name
    paper = OfficeLetter(
        superior=superior_of(unit),
        body=body_of(unit),
        number=act.number,
        place=place_of(plan_of(case.round.plan), unit),
        signed_on=_day_of(act),
        about=f"đính chính Quyết định số {award.number}",
        addressee=case.unit.name,
        paragraphs=(
            f"{_decision(award)} tặng {award.honour_text} cho"
            f" {_named(session, case, award)}. Do có sai sót về thể thức, thủ tục ban"
            f" hành, căn cứ {as_printed(Mend.LETTER.source)}, {issuer} đính chính như sau:",
            f"{clause(act.reason)}.",
            f"Các nội dung khác của Quyết định số {award.number} không thay đổi.",
            f"{issuer} thông báo để {case.unit.name} và các cơ quan, đơn vị, cá nhân có liên"
            " quan biết, thực hiện",
        ),
        signer_title=_signer_title(decision),
        signer_name="",
        recipients=("Như trên", "Lưu: VT"),
    )
    return render_letter(printable_paper(paper))


def find_replacements(session: Session, case: Case) -> Sequence[Copy]:
    """Return a copy for each decision that replaced one on the case, the latest first."""
    old = aliased(RegisterEntry)
    rows = session.scalars(
        select(RegisterEntry)
        .join(old, old.replaced_by_id == RegisterEntry.id)
        .join(Decision, Decision.case_id == RegisterEntry.case_id)
        .where(RegisterEntry.case_id == case.id, Decision.recorded_from_paper.is_(False))
        .order_by(RegisterEntry.id.desc())
    )
    return [Copy(entry.id, _about(entry), entry.entered_at) for entry in rows]


def make_replacement(
    session: Session, case: Case, number: int, issue: Issue | None = None
) -> bytes:
    """Return the decision that replaces one with a mistake of content, as PDF.

    Decree 30/2020/NĐ-CP, Art. 18.3: by a paper of the same form.
    """
    new = session.get_one(RegisterEntry, number)
    old = session.scalars(
        select(RegisterEntry).where(RegisterEntry.replaced_by_id == new.id)
    ).one()
    decision = session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
    unit = session.get_one(Unit, decision.authority_unit_id)
    plan = plan_of(case.round.plan)
    executors = EXECUTORS.get(decision.level, EXECUTORS[Level.UNIT])
    paper = ActDecision(
        superior=superior_of(unit),
        body=body_of(unit),
        authority=authority_name(decision, unit),
        number=new.number,
        place=place_of(plan, unit),
        signed_on=_day_of(new),
        subject_line=f"Về việc tặng {new.honour_text}",
        bases=(
            *bases_of(plan, _day_of(new)),
            f"Căn cứ {as_printed(Mend.REPLACEMENT.source)}",
        ),
        articles=(
            f"Tặng {new.honour_text} cho {new.subject_text}, {reason_of(plan, case)}.",
            f"Quyết định này thay thế {_decision(old)} về việc tặng {old.honour_text} cho"
            f" {old.subject_text}. Lý do: {clause(old.reason)}.",
            f"{executors}, {case.unit.name} và {new.subject_text} căn cứ Quyết định thi hành",
        ),
        signer_title=_signer_title(decision),
        signer_name="",
        recipients=("Như Điều 3", "Lưu: VT"),
    )
    return render_act_decision(printable_paper(paper))


KINDS: tuple[PaperKind, ...] = (
    PaperKind(
        "cong-van-dinh-chinh",
        Bilingual("Công văn đính chính quyết định", "Letter that corrects the decision"),
        find_corrections,
        make_correction,
    ),
    PaperKind(
        "quyet-dinh-thay-the",
        Bilingual("Quyết định thay thế", "Decision that replaces the first"),
        find_replacements,
        make_replacement,
    ),
    PaperKind(
        "quyet-dinh-huy-bo",
        Bilingual("Quyết định hủy bỏ việc tặng thưởng", "Decision of annulment"),
        find_annulments,
        make_annulment,
    ),
)
"""Without a type of numbered paper: their number was given before they were recorded."""


def _find(session: Session, case: Case, nature: EntryNature) -> Sequence[Copy]:
    rows = session.scalars(
        select(RegisterEntry)
        .join(Decision, Decision.case_id == RegisterEntry.case_id)
        .where(
            RegisterEntry.case_id == case.id,
            RegisterEntry.nature == nature,
            Decision.recorded_from_paper.is_(False),
        )
        .order_by(RegisterEntry.id.desc())
    )
    return [Copy(act.id, _about(act), act.entered_at) for act in rows]


def _about(act: RegisterEntry) -> Bilingual:
    numbered = f"{act.number}, {_day_of(act):%d/%m/%Y}"
    return Bilingual(numbered, numbered)


def _read(
    session: Session, case: Case, number: int
) -> tuple[RegisterEntry, RegisterEntry, Decision, Unit]:
    """Return an act, the award it is about, the decision of the case and who made it."""
    act = session.get_one(RegisterEntry, number)
    award = session.get_one(RegisterEntry, act.about_id)
    decision = session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
    return act, award, decision, session.get_one(Unit, decision.authority_unit_id)


def _day_of(entry: RegisterEntry) -> date:
    if entry.decided_on is None:
        raise ValueError(f"entry {entry.id} is an act without a day")
    return entry.decided_on


def _named(session: Session, case: Case, award: RegisterEntry) -> str:
    """Return the recipient as the decision names them: one that replaced another as it does."""
    if award.source is EntrySource.HAND:
        return award.subject_text
    return recipient_of(session, case).name


def _decision(award: RegisterEntry) -> str:
    """Return the decision of an award: its number, day and authority."""
    return (
        f"Quyết định số {award.number} {written_date(_day_of(award))} của"
        f" {award.authority_name}"
    )


def _bonus(decision: Decision) -> str:
    if decision.bonus is None:
        return " (nếu có)"
    return f" là {in_dong(Bonus.from_json(decision.bonus).amount).vi}"


def _signer_title(decision: Decision) -> str:
    """Return the head of who granted; who signed is not recorded, and a hand writes it."""
    return head_title(decision.signer_title).upper()
