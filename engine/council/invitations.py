"""The invitation to a session: who is asked, where, when, and what is on the agenda."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from documents.invitation import Invitation, InvitedItem
from documents.letterhead import Signature
from engine.council.paper_words import (
    Nominees,
    People,
    attendee,
    council_of,
    head_of,
    in_vietnam,
    lowered,
    place_of,
    printable_paper,
    subject_of,
)
from engine.council.results import agenda_of
from engine.council.votings import seats_of
from engine.errors import InvalidSubmission
from engine.office import day_in_vietnam
from engine.store.models import CouncilSession, SessionSeat
from forms.vocabulary import CouncilOffice

LinkTo = Callable[[str], str]
"""Reference of a case → web address of its page."""

SIGNERS = {
    CouncilOffice.CHAIR: "TM. HỘI ĐỒNG\nCHỦ TỊCH",
    CouncilOffice.STANDING_DEPUTY: "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH THƯỜNG TRỰC",
    CouncilOffice.DEPUTY: "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
    CouncilOffice.SECRETARY: "TL. CHỦ TỊCH\nTHƯ KÝ HỘI ĐỒNG",
}
"""Who signs, the first of them that the council has (Decree 30/2020, App. I, II.7b)."""

NOTICE = (
    "Đề nghị các thành viên nghiên cứu trước hồ sơ trên hệ thống và dự họp đúng thời gian;"
    " nếu vắng mặt, báo Thư ký Hội đồng và nêu lý do"
)


def invitation_of(
    session: Session, meeting: CouncilSession, link_to: LinkTo | None = None
) -> Invitation:
    """Return the invitation to a session, dated on the day it went out or was prepared.

    :param link_to: makes the web addresses of the dossiers; left out: none.
    :raises InvalidSubmission: there is nothing on the agenda.
    """
    items, seats = agenda_of(session, meeting.id), seats_of(session, meeting.id)
    if not items:
        raise InvalidSubmission({"_form": ["no_agenda"]})
    people = People(session, (seat.person_id for seat in seats))
    nominees = Nominees(session, items)
    signer = _signer(seats)
    paper = Invitation(
        head=head_of(meeting.unit, "GM"),
        place_of_issue=place_of(meeting.unit),
        issued_on=day_in_vietnam(meeting.invited_at or meeting.created_at),
        subject=subject_of(meeting),
        inviter=f"Chủ tịch {council_of(meeting.unit)}",
        guests=tuple(attendee(people, seat, is_expected=True) for seat in seats),
        occasion=meeting.name,
        chair=_chair(people, signer),
        meets_at=in_vietnam(meeting.meets_at),
        place=meeting.place,
        notes=(
            f"Hội đồng xét {len(items):02d} hồ sơ trong chương trình kèm theo; hình thức:"
            f" {lowered(meeting.mode.vi)}.",
            NOTICE,
        ),
        items=tuple(
            InvitedItem(
                number=item.number,
                name=nominees.name(item),
                detail=nominees.detail(item),
                award=item.case.award.vi,
                reference=item.case.reference,
                link=link_to(item.case.reference) if link_to else "",
            )
            for item in items
        ),
        signature=Signature(
            "TM. HỘI ĐỒNG" if signer is None else SIGNERS[signer.office],
            "" if signer is None else people.plain(signer.person_id),
        ),
        recipients=("Như trên", "Lưu: VT"),
    )
    whole: Invitation = printable_paper(paper)
    return whole


def _signer(seats: Sequence[SessionSeat]) -> SessionSeat | None:
    ranked = [seat for office in SIGNERS for seat in seats if seat.office is office]
    return next(iter(ranked), None)


def _chair(people: People, signer: SessionSeat | None) -> str:
    """Return who is to chair: the head of the council, or its deputy."""
    if signer is None or signer.office is CouncilOffice.SECRETARY:
        return "thành viên được Hội đồng cử"
    return f"{people.named(signer.person_id, signer.name)}, {signer.office.vi}"
