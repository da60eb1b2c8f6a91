"""The notice of a public consultation as a paper, with the words that were published."""

from sqlalchemy.orm import Session, selectinload

from documents.achievement_report import ReportHead
from documents.consultation_notice import (
    AskedNominee,
    ConsultationNotice,
    render_consultation_notice,
)
from documents.letterhead import ROOM
from engine.consultations import PROPOSED
from engine.council.paper_words import COUNCIL_LINES, SYMBOL, head_of, printable_paper
from engine.errors import NotFound
from engine.papers import body_of, place_of
from engine.permissions import Actor, require
from engine.plans import plan_of
from engine.store.models import Case, Consultation, ConsultedCase, Unit

NOTICE_TYPE = "TB"
"""Of a notice, in its symbol (Decree 30/2020/NĐ-CP, App. III)."""

COUNCIL_SIGNS = "TM. HỘI ĐỒNG"
"""Before a hand adds in which capacity."""
CHAIRMAN = "CHỦ TỊCH"


def make_consultation_notice(session: Session, actor: Actor, consultation_id: int) -> bytes:
    """Return the notice of a consultation as PDF; the same one gives the same bytes.

    The words are those that were published. A number is printed if it was written down.

    :raises NotPermitted: the actor may see no consultations.
    :raises NotFound: there is no such consultation.
    """
    require(actor, "consultation.see")
    asked = selectinload(Consultation.cases).joinedload(ConsultedCase.case)
    row = session.get(Consultation, consultation_id, options=[asked.joinedload(Case.unit)])
    if row is None:
        raise NotFound(f"consultation {consultation_id}")
    unit = session.get_one(Unit, row.unit_id)
    heading, opening, names, closing = row.notice.strip().split("\n\n")
    by_council = row.number.endswith(SYMBOL)
    paper = ConsultationNotice(
        head=_head(row, unit, by_council=by_council),
        number=row.number or f"{ROOM}/{NOTICE_TYPE}-{unit.symbol or '……'}",
        subject_line=heading.partition("\n")[2],
        opening=opening,
        nominees=_nominees(row, names.split("\n")),
        closing=closing,
        signer_title=COUNCIL_SIGNS if by_council else CHAIRMAN,
        recipients=(f"{row.channel} (để công khai)", "Lưu: VT"),
    )
    return render_consultation_notice(printable_paper(paper))


def _head(row: Consultation, unit: Unit, *, by_council: bool) -> ReportHead:
    """Return the head of the council, if the number is one of its own, or of the unit."""
    place = place_of(plan_of(row.cases[0].case.round.plan), unit)
    year = row.published_on.year
    if by_council:
        return ReportHead(head_of(unit, NOTICE_TYPE).superior, COUNCIL_LINES, place, year)
    return ReportHead("", body_of(unit), place, year)


def _nominees(row: Consultation, lines: list[str]) -> tuple[AskedNominee, ...]:
    """Return what the lines of the published text say, each ``1. Name (unit): … award.``."""
    units = sorted({one.case.unit.name for one in row.cases}, key=len, reverse=True)
    found = []
    for number, line in enumerate(lines, start=1):
        subject, _, award = line.removeprefix(f"{number}. ").rpartition(PROPOSED)
        unit = next((one for one in units if subject.endswith(f" ({one})")), "")
        name = subject.removesuffix(f" ({unit})")
        found.append(AskedNominee(name, unit, award.removesuffix(".")))
    return tuple(found)
