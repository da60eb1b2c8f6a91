"""Public consultation (lấy ý kiến nhân dân) before a provincial council meets (Art. 84.5).

The proposer of a Labor Order publishes whom it proposes at least ten working days before its
council meets (Decree 98/2023/NĐ-CP, Art. 46.2). Nobody has to answer: no opinion is a result.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import journal
from engine.attachments import CheckedFile, keep_file
from engine.council.access import acting_role, council_matter
from engine.council.members import LEVELS
from engine.errors import (
    ConsultationPending,
    InvalidSubmission,
    NoCalendarForDay,
    NotFound,
)
from engine.filestore import FileStore
from engine.form_context import ASKED_IN_PUBLIC
from engine.office import day_in_vietnam
from engine.permissions import Actor, require
from engine.rules.book import book
from engine.rules.calendar import Calendar
from engine.settings import get_setting
from engine.store.database import take_turn
from engine.store.models import (
    Case,
    Consultation,
    ConsultedCase,
    TaskState,
    Unit,
    UserTask,
)
from engine.text import compose
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import Level

CALENDAR = "calendar.yaml"

COUNCIL_FORM = "council_resolution.v1"

MOST_CASES = 100
"""Nominations of one notice at most."""

LONGEST_HANDLING = 2_000
"""Characters of what was made of the opinions at most."""

MOST_OPINIONS = 9_999

PROPOSED = ": đề nghị tặng "
"""Between subject and award in a line of a notice."""


def start_consultation(
    session: Session,
    store: FileStore,
    *,
    unit_id: int,
    case_ids: Sequence[int],
    number: str,
    channel: str,
    address: str,
    published_on: date,
    ends_on: date | None = None,
    proof: CheckedFile | None = None,
    actor: Actor,
    at: datetime,
) -> Consultation:
    """Write down that the public was asked about nominations that wait for the council.

    :param number: number and symbol of the notice; may be empty.
    :param channel: where it was published: newspaper, portal, radio.
    :param address: its web address, or what was broadcast when.
    :param published_on: the first day; it is not counted.
    :param ends_on: the last day, if it is longer than must be; or where no calendar of its
        year is known: then it is taken as typed, and says so.
    :param proof: a picture or a scan of the publication.
    :raises NotFound: there is no such province, or a case that does not wait there.
    :raises NotPermitted: the actor does not run consultations of the province.
    :raises NoCalendarForDay: the last day was not typed, and cannot be counted.
    :raises InvalidSubmission: nothing chosen, a day to come or before a nomination was opened,
        a last day too early, no channel.
    """
    unit = session.get(Unit, unit_id)
    if unit is None or LEVELS.get(unit.kind) is not Level.PROVINCE:
        raise NotFound(f"no provincial council of unit {unit_id}")
    require(actor, "consultation.run", council_matter(unit_id))
    take_turn(session, f"consultations-of-{unit_id}")
    cases = _checked_cases(session, unit_id, case_ids)
    channel, address = checked_text("channel", channel), checked_text("address", address)
    number = checked_text("number", number) if number.strip() else ""
    _check_published(cases, published_on, at)
    days = int(get_setting(session, "consultation_days", published_on))
    last, by_hand = _last_day(published_on, days, ends_on)
    row = Consultation(
        unit_id=unit_id,
        number=number,
        channel=channel,
        address=address,
        published_on=published_on,
        days=days,
        ends_on=last,
        ends_by_hand=by_hand,
        notice=notice_text(unit, cases, published_on, last, days, channel),
        handling="",
        proof_sha256=proof.sha256 if proof else None,
        proof_name=proof.name if proof else "",
        started_by_id=actor.person_id,
        started_at=at,
    )
    detail = {
        "cases": [case.id for case in cases],
        "published_on": published_on.isoformat(),
        "ends_on": last.isoformat(),
        "days": days,
        "ends_by_hand": by_hand,
        "proof": row.proof_sha256,
    }
    _note(session, unit_id, "consultation.started", actor, at, detail)
    if proof is not None:
        keep_file(session, store, proof, at)
    session.add(row)
    session.flush()
    session.add_all(ConsultedCase(consultation_id=row.id, case_id=case.id) for case in cases)
    session.flush()
    return row


def close_consultation(
    session: Session,
    *,
    consultation_id: int,
    opinions: int,
    handling: str,
    actor: Actor,
    at: datetime,
) -> Consultation:
    """Write down what came of a consultation whose time is over. Its row is locked.

    :param opinions: received; 0 is a result.
    :param handling: what was made of them; needed where there were any.
    :raises NotFound: there is no such consultation.
    :raises NotPermitted: the actor does not run consultations of the province.
    :raises InvalidSubmission: it was closed before, its last day is not past, or what was made
        of the opinions is missing.
    """
    row = session.get(
        Consultation, consultation_id, with_for_update=True, populate_existing=True
    )
    if row is None:
        raise NotFound(f"consultation {consultation_id}")
    require(actor, "consultation.run", council_matter(row.unit_id))
    if row.closed_at is not None:
        raise InvalidSubmission({"_form": ["consultation_is_closed"]})
    if day_in_vietnam(at) <= row.ends_on:
        raise InvalidSubmission({"_form": [code("consultation_runs", _vn(row.ends_on))]})
    handling = compose(handling).strip()
    if opinions and not handling:
        raise InvalidSubmission({"handling": ["required"]})
    if not 0 <= opinions <= MOST_OPINIONS:
        raise InvalidSubmission({"opinions": [code("too_large", MOST_OPINIONS, opinions)]})
    if len(handling) > LONGEST_HANDLING:
        found = code("too_long", LONGEST_HANDLING, len(handling))
        raise InvalidSubmission({"handling": [found]})
    detail = {"consultation": row.id, "opinions": opinions}
    _note(session, row.unit_id, "consultation.closed", actor, at, detail)
    row.opinions = opinions
    row.handling = handling
    row.closed_by_id = actor.person_id
    row.closed_at = at
    session.flush()
    return row


def require_consulted(session: Session, case: Case, level: Level, at: datetime) -> None:
    """Return if a council may vote on ``case``: the public was asked where it must be.

    :raises ConsultationPending: it was not, or its time is not over; ``facts``:
        ``reference``.
    """
    if level is not Level.PROVINCE or case.award not in ASKED_IN_PUBLIC:
        return
    if opinions_of(session, case.id) is None:
        raise ConsultationPending(
            f"case {case.id} has no closed consultation", reference=case.reference
        )


def opinions_of(session: Session, case_id: int) -> int | None:
    """Return how many opinions came at the last consultation; none: there was no end of one."""
    return session.scalar(
        select(Consultation.opinions)
        .join(ConsultedCase, ConsultedCase.consultation_id == Consultation.id)
        .where(ConsultedCase.case_id == case_id, Consultation.closed_at.is_not(None))
        .order_by(Consultation.id.desc())
        .limit(1)
    )


def cases_to_consult(session: Session, unit_id: int) -> list[Case]:
    """Return the nominations that wait for the council of a province and want asking.

    Those about which the public is being asked or was asked are left out.
    """
    asked = select(ConsultedCase.case_id)
    return list(
        session.scalars(
            select(Case)
            .join(UserTask, UserTask.case_id == Case.id)
            .where(
                UserTask.unit_id == unit_id,
                UserTask.form == COUNCIL_FORM,
                UserTask.state == TaskState.OPEN,
                Case.award.in_(ASKED_IN_PUBLIC),
                Case.id.not_in(asked),
            )
            .order_by(UserTask.opened_at, Case.id)
            .limit(MOST_CASES)
        )
    )


def notice_text(
    unit: Unit,
    cases: Sequence[Case],
    published_on: date,
    ends_on: date,
    days: int,
    channel: str,
) -> str:
    """Return the notice as it is published, in Vietnamese."""
    names = "\n".join(
        f"{place}. {case.subject_name} ({case.unit.name}){PROPOSED}{case.award.vi}."
        for place, case in enumerate(cases, start=1)
    )
    return (
        "THÔNG BÁO\n"
        "Lấy ý kiến nhân dân về việc đề nghị khen thưởng\n\n"
        "Thực hiện khoản 5 Điều 84 Luật Thi đua, khen thưởng, trước khi họp Hội đồng Thi đua -"
        f" Khen thưởng, {unit.name} lấy ý kiến nhân dân đối với các trường hợp sau:\n\n"
        f"{names}\n\n"
        f"Hình thức công khai: {channel}. Thời gian tiếp nhận ý kiến: {days} ngày làm việc, từ"
        f" ngày {_vn(published_on)} đến hết ngày {_vn(ends_on)}. Ý kiến góp ý bằng văn bản, có"
        " chữ ký, ghi rõ họ tên, số điện thoại và địa chỉ liên hệ, gửi về cơ quan thường trực"
        " của Hội đồng Thi đua - Khen thưởng.\n"
    )


def _checked_cases(session: Session, unit_id: int, case_ids: Sequence[int]) -> list[Case]:
    if not case_ids:
        raise InvalidSubmission({"case_ids": [code("choose_one")]})
    if len(set(case_ids)) > MOST_CASES:
        found = code("too_large", MOST_CASES, len(set(case_ids)))
        raise InvalidSubmission({"case_ids": [found]})
    waiting = {case.id: case for case in cases_to_consult(session, unit_id)}
    missing = [case_id for case_id in case_ids if case_id not in waiting]
    if missing:
        raise NotFound(f"cases {missing} do not wait to be consulted on")
    return [waiting[case_id] for case_id in dict.fromkeys(case_ids)]


def _check_published(cases: Sequence[Case], published_on: date, at: datetime) -> None:
    """Refuse a notice of a day to come, or of a day before there was a nomination to name."""
    if published_on > day_in_vietnam(at):
        raise InvalidSubmission({"published_on": [code("day_to_come", _vn(published_on))]})
    opened_on = max(day_in_vietnam(case.opened_at) for case in cases)
    if published_on < opened_on:
        found = code("published_before", _vn(published_on), _vn(opened_on))
        raise InvalidSubmission({"published_on": [found]})


def _last_day(published_on: date, days: int, typed: date | None) -> tuple[date, bool]:
    """Return the last day, and whether it was taken as typed."""
    calendar: Calendar = book().parts[CALENDAR]
    try:
        least = calendar.add_working_days(published_on, days)
    except NoCalendarForDay:
        if typed is None:
            raise
        if (typed - published_on).days < days:
            found = code("ends_too_early", _vn(typed), days)
            raise InvalidSubmission({"ends_on": [found]}) from None
        return typed, True
    if typed is None or typed == least:
        return least, False
    if typed < least:
        found = code("ends_too_early", _vn(typed), days)
        raise InvalidSubmission({"ends_on": [found]})
    return typed, False


def _note(
    session: Session,
    unit_id: int,
    action: str,
    actor: Actor,
    at: datetime,
    detail: Mapping[str, object],
) -> None:
    role = acting_role(actor, unit_id)
    journal.append(
        session,
        stream="consultations",
        action=action,
        actor=actor,
        at=at,
        role=role,
        unit_id=unit_id,
        detail=detail,
    )


def _vn(day: date) -> str:
    return f"{day:%d/%m/%Y}"
