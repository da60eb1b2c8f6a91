"""Asking the rules: the facts of a case or of a question, gathered, and the answer.

Whoever asks before a nomination exists and the process itself ask the same rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, false, select, true, union_all
from sqlalchemy.orm import Session

from engine.office import day_in_vietnam
from engine.people import eligible_people
from engine.permissions import Actor, Matter, require
from engine.plans import Plan, plan_of
from engine.queries.register import priors_of
from engine.rounds import get_round
from engine.rules.asking import ask
from engine.rules.authority import Authorities, who_decides
from engine.rules.book import book
from engine.rules.facts import (
    Facts,
    MovementFacts,
    OtherNomination,
    PlanFacts,
    PriorAward,
    RoundFacts,
    Standing,
    Votes,
)
from engine.rules.facts import Matter as Pending
from engine.rules.model import Answer
from engine.settings import settings_on
from engine.store.models import (
    Case,
    DossierVersion,
    RegisterEntry,
    Round,
    SubjectMatter,
    SubjectName,
    SubjectRow,
    Unit,
    UserTask,
)
from engine.store.prepared import Prepared, PreparedForIds
from engine.subject_names import match_key
from engine.subject_records import records_from
from engine.subjects import Subject
from forms.vocabulary import (
    Award,
    CheckStage,
    Conclusion,
    HoldReason,
    Level,
    MovementBasis,
    Occasion,
    Role,
    Route,
    SubjectCategory,
    SubjectKind,
)

MOST_ALIKE = 20
"""Records written alike at most, whose awards are looked at beside the subject's own."""

MOST_OTHERS = 5
"""Other open nominations of one subject that an answer names at most."""


@dataclass(frozen=True)
class Question:
    """May this subject be nominated for this award in this round? Facts are optional."""

    round_id: int
    award: Award
    subject: Subject
    unit_id: int | None = None
    """The unit that would submit."""
    basis: MovementBasis = MovementBasis.OWN
    category: SubjectCategory | None = None
    route: Route = Route.MOVEMENT
    received_on: date | None = None
    """Day of reception; none: today. It chooses the rules."""
    achieved_from: date | None = None
    achieved_to: date | None = None
    content: str = ""
    managing_body: str = ""
    is_outside_ward: bool | None = None
    pending: tuple[HoldReason, ...] = ()
    """What the person who asks knows to be pending against the subject."""
    standing: Standing = field(default_factory=Standing)


@dataclass(frozen=True)
class Offer:
    """What may be asked for instead."""

    round_id: int
    round_name: str
    award: Award
    basis: MovementBasis
    answer: Answer


def ask_question(session: Session, actor: Actor, question: Question, at: datetime) -> Answer:
    """Return what the rules say to ``question``; nothing is stored.

    :raises NotPermitted: the actor neither submits for ``question.unit_id`` nor oversees
        the nominations of the ward.
    :raises NotFound: there is no such round.
    """
    _require_may_ask(actor, question)
    return ask(book(), _facts_of_question(session, question, at))


def authorities_for(
    session: Session, actor: Actor, question: Question, at: datetime
) -> Authorities | None:
    """Return who decides, proposes, appraises, advises and pays; none without a unit.

    :raises NotPermitted: see :func:`ask_question`.
    """
    _require_may_ask(actor, question)
    unit = session.get(Unit, question.unit_id) if question.unit_id else None
    if unit is None:
        return None
    on = question.received_on or day_in_vietnam(at)
    return who_decides(book(), question.award, unit.kind, unit.issuing_basis, on)


def open_instead(
    session: Session, actor: Actor, question: Question, at: datetime
) -> list[Offer]:
    """Return what is not refused to the subject, the highest award first.

    The other awards of the round, then the other rounds that are open now. An answer that
    is held or lacks facts is offered too; its conclusion says so.

    :raises NotPermitted, NotFound: see :func:`ask_question`.
    """
    _require_may_ask(actor, question)
    facts = _facts_of_question(session, question, at)
    asked = session.get_one(Round, question.round_id)
    offers = []
    for round_ in [asked, *_other_open_rounds(session, asked, at)]:
        about = replace(facts, **_of_round(round_, plan_of(round_.plan), question.basis))
        for award in reversed(Award):
            if award.value not in round_.awards or (round_ is asked and award is facts.award):
                continue
            answer = ask(book(), replace(about, award=award))
            if answer.conclusion is not Conclusion.NOT_ELIGIBLE:
                offers.append(Offer(round_.id, round_.name, award, question.basis, answer))
    return offers


def ask_for_case(
    session: Session,
    case: Case,
    *,
    at: datetime,
    stage: CheckStage | None = None,
    content: Mapping[str, Any] | None = None,
    typed: Mapping[str, Any] | None = None,
    task: UserTask | None = None,
    settings: Mapping[str, str] | None = None,
) -> Answer:
    """Return what the rules say of ``case`` as it stands; nothing is stored.

    :param content: answers of the nomination form, dumped; none: of the last version.
    :param typed: answers of the form at ``task``, dumped: votes, the signer.
    :param settings: values to ask with instead of those in force on the day of reception.
    """
    return ask(
        book(),
        facts_of_case(
            session,
            case,
            at=at,
            stage=stage,
            content=content,
            typed=typed,
            task=task,
            settings=settings,
        ),
    )


def facts_of_case(
    session: Session,
    case: Case,
    *,
    at: datetime,
    stage: CheckStage | None = None,
    content: Mapping[str, Any] | None = None,
    typed: Mapping[str, Any] | None = None,
    task: UserTask | None = None,
    settings: Mapping[str, str] | None = None,
) -> Facts:
    """Return all that the rules may ask about ``case``; see :func:`ask_for_case`."""
    if content is None:
        content = session.scalar(_CONTENT.where(_VERSION.case_id == case.id)) or {}
    received_on = day_in_vietnam(case.submitted_at or at)
    subject = case.subject
    unit = case.unit
    own = session.get(Unit, case.subject_unit_id) if case.subject_unit_id else None
    name = str(content.get("subject_name") or case.subject_name)
    known = _Known.of(session, case.subject_kind, name, subject, case.id)
    return Facts(
        received_on=received_on,
        asked_on=day_in_vietnam(at),
        award=case.award,
        subject_kind=case.subject_kind,
        subject_name=name,
        stage=stage,
        category=case.category,
        basis=case.basis,
        **_of_round(case.round, plan_of(case.round.plan), case.basis),
        **_of_unit(unit),
        is_outside_ward=(own or unit).is_outside_ward,
        managing_body=str(content.get("managing_body") or ""),
        dissolved_on=_dissolved_on(subject, own),
        achieved_from=_day(content.get("achieved_from")),
        achieved_to=_day(content.get("achieved_to")),
        content=_words(content),
        priors=known.priors,
        matters=known.matters,
        others=_others(session, known.others, case.id, case.unit_id, case.round_id),
        votes=_votes(task, typed or {}),
        council_members=_members(session, task, at) if stage is CheckStage.ADVISED else (),
        signer_title=str((typed or {}).get("signer_title") or ""),
        settings=settings_on(session, received_on) if settings is None else settings,
    )


def _facts_of_question(session: Session, question: Question, at: datetime) -> Facts:
    round_ = get_round(session, question.round_id)
    asked_on = day_in_vietnam(at)
    received_on = question.received_on or asked_on
    subject = question.subject
    record = _subject_of(session, subject.subject_id)
    unit = session.get(Unit, question.unit_id) if question.unit_id else None
    own = session.get(Unit, subject.unit_id) if subject.unit_id else None
    known = _Known.of(session, subject.kind, subject.name, record)
    stated = tuple(Pending(reason, asked_on) for reason in question.pending)
    outside = question.is_outside_ward
    if outside is None and (own or unit) is not None:
        outside = (own or unit).is_outside_ward  # type: ignore[union-attr]  # one is there
    return Facts(
        received_on=received_on,
        asked_on=asked_on,
        award=question.award,
        subject_kind=subject.kind,
        subject_name=subject.name,
        route=question.route,
        category=question.category,
        basis=question.basis,
        **_of_round(round_, plan_of(round_.plan), question.basis),
        **(_of_unit(unit) if unit else {}),
        is_outside_ward=outside,
        managing_body=question.managing_body,
        dissolved_on=_dissolved_on(record, own),
        achieved_from=question.achieved_from,
        achieved_to=question.achieved_to,
        content=question.content,
        priors=known.priors,
        matters=(*known.matters, *stated),
        others=_others(session, known.others, None, question.unit_id, round_.id),
        standing=question.standing,
        settings=settings_on(session, received_on),
    )


@dataclass(frozen=True)
class _Known:
    """What the system knows about a subject, and about those written like it."""

    priors: tuple[PriorAward, ...]
    matters: tuple[Pending, ...]
    others: frozenset[int]
    """Records of whom another nomination is open."""

    @classmethod
    def of(
        cls,
        session: Session,
        kind: SubjectKind,
        name: str,
        record: SubjectRow | None,
        but_case_id: int | None = None,
    ) -> "_Known":
        """Read it, of most subjects in one query, since nothing more is known of them.

        A matter counts for the subject itself alone, never by its spelling.
        """
        own = record if record is not None and record.name == name else None
        asked = {
            "subject_id": None if record is None else record.id,
            "kind": kind,
            "key": match_key(name) if own is None else own.match_key,
            "case_id": but_case_id or 0,
        }
        found = _ALONE.all(session, asked)
        is_merged = record is not None and record.merged_into_id is not None
        if is_merged or any(one.is_itself and one.has_merged for one in found):
            found = _WITH_MERGED.all(session, asked)
        held = {one.id for one in found if one.has_entries}
        stopped = {one.id for one in found if one.is_itself and one.has_matters}
        return cls(
            priors=tuple(priors_of(session, held, but_case_id)) if held else (),
            matters=_matters(session, stopped) if stopped else (),
            others=frozenset(one.id for one in found if one.is_nominated),
        )


def _matters(session: Session, ids: set[int]) -> tuple[Pending, ...]:
    rows = _MATTERS.all(session, list(ids), {})
    return tuple(Pending(*row) for row in rows)


def _others(
    session: Session,
    ids: frozenset[int],
    case_id: int | None,
    unit_id: int | None,
    round_id: int,
) -> tuple[OtherNomination, ...]:
    """Return other open nominations of the subject: two bodies may send one name up."""
    if not ids:
        return ()
    rows = _OTHERS.all(session, list(ids), {"case_id": case_id or 0})
    return tuple(
        OtherNomination(
            reference, award, unit, round_name, its_unit == unit_id, its_round == round_id
        )
        for reference, award, unit, round_name, its_unit, its_round in rows
    )


def _of_round(round_: Round, plan: Plan, basis: MovementBasis) -> dict[str, Any]:
    """Return the facts of a round, of its plan and of the movement claimed under."""
    return {
        "round": RoundFacts(
            name=round_.name,
            occasion=round_.occasion,
            year=round_.year,
            reviewed_on=round_.reviewed_on or day_in_vietnam(round_.closes_at),
            closes_on=day_in_vietnam(round_.closes_at),
            awards=tuple(Award(value) for value in round_.awards),
        ),
        "plan": _of_plan(plan, round_.occasion),
        "movement": _movement(plan, basis),
    }


def _of_plan(plan: Plan, occasion: Occasion) -> PlanFacts:
    sections = [subject.section for subject in plan.subjects]
    return PlanFacts(
        number=plan.number,
        subject_kinds=plan.subject_kinds,
        subjects_section=", ".join(dict.fromkeys([*sections, plan.commended.section])),
        awards=plan.awards_on(occasion),
        awards_section=plan.source_of(occasion),
        starts_on=plan.period.starts_on,
        ends_on=plan.period.ends_on,
        period_section=plan.period.section,
    )


def _movement(plan: Plan, basis: MovementBasis) -> MovementFacts | None:
    own = plan.movement
    if basis is MovementBasis.OWN:
        return MovementFacts(own.name.vi, own.level, own.decision, own.launched_on, own.ends_on)
    parent = own.parent
    if parent is None:
        return None
    return MovementFacts(
        parent.name.vi, parent.level, parent.decision, parent.launched_on, parent.ends_on
    )


def _of_unit(unit: Unit) -> dict[str, Any]:
    return {
        "unit_name": unit.name,
        "unit_kind": unit.kind,
        "unit_issuing_basis": unit.issuing_basis,
    }


def _subject_of(session: Session, subject_id: int | None) -> SubjectRow | None:
    return session.get(SubjectRow, subject_id) if subject_id else None


def _dissolved_on(subject: SubjectRow | None, unit: Unit | None) -> date | None:
    return (subject.dissolved_on if subject else None) or (unit.closed_on if unit else None)


def _votes(task: UserTask | None, typed: Mapping[str, Any]) -> Votes | None:
    """Return the counts that a secretary typed at a council's task."""
    if task is None or "total_members" not in typed:
        return None
    return Votes(
        level=task.level or Level.WARD,
        total_members=int(typed["total_members"]),
        present=int(typed["present"]),
        written=int(typed.get("written_opinions") or 0),
        agree=int(typed["agree"]),
    )


def _members(session: Session, task: UserTask | None, at: datetime) -> tuple[str, ...]:
    """Return who sits on the council of the unit at whose task it advises."""
    if task is None:
        return ()
    today = day_in_vietnam(at)
    people = eligible_people(session, Role.COUNCIL_MEMBER, task.unit_id, today)
    return tuple(person.full_name for person in people)


def _words(content: Mapping[str, Any]) -> str:
    parts = (str(content.get(name) or "") for name in ("summary", "achievements"))
    return "\n".join(part for part in parts if part)


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def _other_open_rounds(session: Session, asked: Round, at: datetime) -> list[Round]:
    return list(
        session.scalars(
            select(Round)
            .where(Round.opens_at <= at, Round.closes_at > at, Round.id != asked.id)
            .order_by(Round.closes_at, Round.id)
            .limit(10)
        )
    )


def _require_may_ask(actor: Actor, question: Question) -> None:
    about = Matter(case_unit_id=question.unit_id)
    require(actor, "eligibility.ask", about)


# Statements of the hot path, built once.
_CASE, _ROUND, _UNIT = Case.__table__, Round.__table__, Unit.__table__
_SUBJECT, _NAME = SubjectRow.__table__.c, SubjectName.__table__.c
_MATTER = SubjectMatter.__table__.c
_ENTRY = RegisterEntry.__table__.c
_VERSION = DossierVersion.__table__.c
_MERGED = SubjectRow.__table__.alias("merged")


def _known_of(itself: Select[Any]) -> Prepared:
    """Return the query for ``itself`` and records that are written like it."""
    own, alike = itself.subquery(), _ALIKE.subquery()
    both = union_all(
        select(own.c.id, true().label("is_itself")), select(alike.c.id, false())
    ).subquery()
    return Prepared(
        select(
            both.c.id,
            both.c.is_itself,
            exists().where(_ENTRY.subject_id == both.c.id).label("has_entries"),
            exists().where(_MATTER.subject_id == both.c.id).label("has_matters"),
            exists()
            .where(
                _CASE.c.subject_id == both.c.id,
                _CASE.c.closed_at.is_(None),
                _CASE.c.id != bindparam("case_id"),
            )
            .label("is_nominated"),
            exists().where(_MERGED.c.merged_into_id == both.c.id).label("has_merged"),
        )
    )


_ALIKE = union_all(  # one condition with OR would read all subjects of the kind
    select(_SUBJECT.id).where(
        _SUBJECT.kind == bindparam("kind"), _SUBJECT.match_key == bindparam("key")
    ),
    select(_SUBJECT.id)
    .join(SubjectName.__table__, _NAME.subject_id == _SUBJECT.id)
    .where(_SUBJECT.kind == bindparam("kind"), _NAME.match_key == bindparam("key")),
).limit(MOST_ALIKE)
_ALONE = _known_of(select(_SUBJECT.id).where(_SUBJECT.id == bindparam("subject_id")))
"""One record and those that are written like it, with what there is of them."""
_WITH_MERGED = _known_of(records_from(_SUBJECT.id == bindparam("subject_id")))
"""As :data:`_ALONE`, with all records that were merged with it: three times as dear."""
_MATTERS = PreparedForIds(
    lambda ids: select(
        _MATTER.reason, _MATTER.began_on, _MATTER.ended_on, _MATTER.sanctioned, _MATTER.document
    ).where(_MATTER.subject_id.in_(ids))
)
_OTHERS = PreparedForIds(
    lambda ids: (
        select(
            _CASE.c.reference,
            _CASE.c.award,
            _UNIT.c.name,
            _ROUND.c.name,
            _CASE.c.unit_id,
            _CASE.c.round_id,
        )
        .select_from(
            _CASE.join(_UNIT, _CASE.c.unit_id == _UNIT.c.id).join(
                _ROUND, _CASE.c.round_id == _ROUND.c.id
            )
        )
        .where(
            _CASE.c.subject_id.in_(ids),
            _CASE.c.closed_at.is_(None),
            _CASE.c.id != bindparam("case_id"),
        )
        .order_by(_CASE.c.id)
        .limit(MOST_OTHERS)
    )
)
_CONTENT = select(_VERSION.content).order_by(_VERSION.number.desc()).limit(1)
