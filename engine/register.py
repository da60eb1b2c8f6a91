"""The register of awards (sổ khen thưởng): what was granted, here or elsewhere, and annulled.

An award is a row that stays. An act about it, such as a recovery, is a row of its own that
names it; both are shown with each other from then on.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import journal
from engine.commands import answer_once
from engine.errors import EntryNotInForce, InvalidSubmission, NotFound, NumberTaken
from engine.matters import lock_case
from engine.office import day_in_vietnam
from engine.papers import authority_name
from engine.permissions import Actor, Matter, may, require
from engine.register_access import granting_matter, require_on_entry
from engine.register_facts import AwardFacts, Letter, checked_facts, checked_letter, plain
from engine.store.database import take_turn
from engine.store.models import Case, Decision, RegisterEntry, Unit
from engine.store.rows import write_new
from engine.subject_records import TURN, Subject, find_or_make
from engine.text import fold
from engine.units import checked_text
from forms.fields import NOTE
from forms.messages import code
from forms.vocabulary import (
    AnnulmentGround,
    AuthorityLevel,
    CommendationKind,
    EntryNature,
    EntrySource,
    EntryState,
    Honour,
    Level,
    Role,
)

STREAM = "register"
"""Journal of what happens to awards that come from no case; others have their case's."""

STATE_AUTHORITIES = {
    Level.PRIME_MINISTER: "Thủ tướng Chính phủ",
    Level.PRESIDENT: "Chủ tịch nước",
}
"""Who decides at the levels whose unit in the tree is only the office (Arts. 77, 78)."""

STANDING = (EntryState.IN_FORCE, EntryState.CORRECTED)
"""States of an award that still holds."""


def enter_from_decision(
    session: Session,
    case: Case,
    decision: Decision,
    content: str,
    achieved_from: date | None,
    achieved_to: date | None,
    at: datetime,
) -> RegisterEntry:
    """Enter the award of a case that was just decided, in the step that decided it.

    The journal entry of the step says so already. The case has its ``subject_id``.

    :param content: the achievement, as the dossier sums it up.
    """
    if case.subject_id is None:
        raise ValueError(f"case {case.id} has no subject record")
    authority = session.get_one(Unit, decision.authority_unit_id)
    named = STATE_AUTHORITIES.get(decision.level) or authority_name(decision, authority)
    facts = AwardFacts(
        subject_text=case.subject_name,
        honour=Honour(decision.award.value),
        kind=CommendationKind.MOVEMENT,
        authority_level=AuthorityLevel(decision.level.value),
        authority_name=named,
        number=decision.number,
        decided_on=decision.signed_on,
        achieved_from=achieved_from,
        achieved_to=achieved_to,
        content=content,
    )
    entry = make_entry(facts, subject_id=case.subject_id, source=EntrySource.CASE, at=at)
    entry.case_id = case.id
    entry.authority_unit_id = decision.authority_unit_id
    write_new(session, entry)
    return entry


def make_entry(
    facts: AwardFacts, *, subject_id: int, source: EntrySource, at: datetime
) -> RegisterEntry:
    """Return a new award in force; the caller adds it, and who entered it from what."""
    return RegisterEntry(
        subject_id=subject_id,
        **_columns(facts),
        state=EntryState.IN_FORCE,
        source=source,
        entered_at=at,
    )


def enter_by_hand(
    session: Session,
    *,
    subject: Subject,
    place: str = "",
    facts: AwardFacts,
    actor: Actor,
    at: datetime,
    key: str,
) -> int:
    """Enter an award that was granted elsewhere or before; return the id of its entry.

    :param subject: with the id of the record that a person chose; without one it gets a
        record of its own.
    :param place: where a new subject lies; tells namesakes apart.
    :raises NotPermitted: the actor does not write the register.
    :raises NotFound: there is no such subject.
    :raises InvalidSubmission: a text does not fit, days or authority contradict each other,
        or the subject has this award by this decision already.
    """
    require(actor, "register.write")
    take_turn(session, TURN)  # before the journal of the register, as everywhere

    def run() -> dict[str, Any]:
        checked = checked_facts(facts, day_in_vietnam(at))
        record = find_or_make(session, replace(subject, name=checked.subject_text), place, at)
        session.flush()
        require_new(session, record.id, checked)
        entry = make_entry(checked, subject_id=record.id, source=EntrySource.HAND, at=at)
        entry.entered_by_id = actor.person_id
        session.add(entry)
        session.flush()
        detail = {"subject_id": record.id, **plain(checked)}
        _note(session, entry, actor, "award.entered", "register.write", detail, at)
        return {"entry_id": entry.id}

    whom = [subject.kind.value, subject.person_id, subject.unit_id, subject.subject_id, place]
    request = {"subject": whom, **plain(facts)}
    return _once(session, "enter_award", request, actor, at, key, run)


def mend(
    session: Session, *, entry_id: int, facts: AwardFacts, actor: Actor, at: datetime, key: str
) -> int:
    """Put right what was typed wrongly into an entry; its decision itself was right.

    Only what was entered by hand or from a file: a case has its decision. The journal keeps
    old and new.

    :raises NotFound: there is no such entry.
    :raises NotPermitted: the actor does not write the register, or the entry is of a case.
    :raises EntryNotInForce: it was replaced or annulled, or is no award.
    :raises InvalidSubmission: the facts do not fit.
    """
    entry = _lock(session, entry_id)

    def run() -> dict[str, Any]:
        _require(session, actor, entry, at, "register.write")
        if entry.source is EntrySource.CASE:
            raise InvalidSubmission({"_form": [code("mend_by_decision")]})
        _require_standing(entry)
        checked = checked_facts(facts, day_in_vietnam(at))
        require_new(session, entry.subject_id, checked, but=entry.id)
        old, new = plain(facts_of(entry)), plain(checked)
        changes = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
        if changes:
            detail = {"changes": changes}
            _note(session, entry, actor, "award.mended", "register.write", detail, at)
            for name, value in _columns(checked).items():
                setattr(entry, name, value)
            session.flush()
        return {"entry_id": entry.id}

    request = {"entry_id": entry_id, **plain(facts)}
    return _once(session, "mend_award", request, actor, at, key, run)


def correct(
    session: Session, *, entry_id: int, letter: Letter, actor: Actor, at: datetime, key: str
) -> int:
    """Record that a mistake of form in a decision was corrected by a letter.

    Decree 30/2020/NĐ-CP, Art. 18.3: what the decision says stays. The letter becomes an
    entry about the award; return its id.

    :param letter: its number, day, and what it corrects.
    :raises NotFound: there is no such entry.
    :raises NotPermitted: the actor does not write the register.
    :raises EntryNotInForce: it was replaced or annulled, or is no award.
    :raises InvalidSubmission: the letter does not fit the award.
    """
    entry = _lock(session, entry_id)

    def run() -> dict[str, Any]:
        _require(session, actor, entry, at, "register.write")
        _require_standing(entry)
        checked = checked_letter(letter, entry.decided_on, day_in_vietnam(at))
        act = _act(entry, EntryNature.ADJUSTED, checked, actor, at)
        session.add(act)
        session.flush()
        detail = {"act_id": act.id, **_of_letter(checked)}
        _note(session, entry, actor, "award.corrected", "register.write", detail, at)
        entry.state = EntryState.CORRECTED
        session.flush()
        return {"entry_id": act.id}

    request = {"entry_id": entry_id, **_of_letter(letter)}
    return _once(session, "correct_award", request, actor, at, key, run)


def replace_award(
    session: Session,
    *,
    entry_id: int,
    facts: AwardFacts,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str,
) -> int:
    """Record that a mistake of content was mended by a decision that replaces the first.

    Decree 30/2020/NĐ-CP, Art. 18.3. The award of the new decision is entered and takes the
    place of the old one, which stays with its number; return the id of the new entry.

    :param facts: of the new decision, with a number of its own.
    :raises NotFound: there is no such entry.
    :raises NotPermitted: the actor does not write the register.
    :raises EntryNotInForce: it was replaced or annulled, or is no award.
    :raises NumberTaken: the authority gave the number to another decision.
    :raises InvalidSubmission: the facts do not fit, or the reason is empty.
    """
    entry = _lock(session, entry_id)

    def run() -> dict[str, Any]:
        _require(session, actor, entry, at, "register.write")
        _require_standing(entry)
        why = checked_text("reason", reason, NOTE)
        checked = checked_facts(facts, day_in_vietnam(at))
        _require_later(entry, checked)
        new = make_entry(checked, subject_id=entry.subject_id, source=EntrySource.HAND, at=at)
        new.case_id = entry.case_id
        new.authority_unit_id = entry.authority_unit_id
        new.entered_by_id = actor.person_id
        _require_number_free(session, new)
        session.add(new)
        session.flush()
        detail = {"new_id": new.id, "reason": why, **plain(checked)}
        _note(session, entry, actor, "award.replaced", "register.write", detail, at)
        entry.state = EntryState.REPLACED
        entry.replaced_by_id = new.id
        entry.reason = why
        session.flush()
        return {"entry_id": new.id}

    request = {"entry_id": entry_id, "reason": reason, **plain(facts)}
    return _once(session, "replace_award", request, actor, at, key, run)


def annul(
    session: Session,
    *,
    entry_id: int,
    ground: AnnulmentGround,
    letter: Letter,
    actor: Actor,
    at: datetime,
    key: str,
) -> int:
    """Annul an award (Art. 93.2); its object and bonus are recovered.

    Who granted it in the system annuls it (Art. 93.8); the paper about an award that was
    granted on paper is recorded by the ward's clerk. The recovery becomes an entry about
    the award, both linked; the number of the first decision stays used. Return the id of
    the recovery.

    :param letter: number and day of the decision that annuls, and why it does.
    :raises NotFound: there is no such entry, or the actor may not see it.
    :raises NotPermitted: the actor is not who may annul it.
    :raises EntryNotInForce: it was replaced or annulled, or is no award.
    :raises NumberTaken: the authority gave the number to another decision.
    :raises InvalidSubmission: the decision does not fit the award.
    """
    entry = _lock(session, entry_id)

    def run() -> dict[str, Any]:
        matter = granting_matter(session, entry)
        _require(session, actor, entry, at, "register.annul", matter)
        _require_standing(entry)
        checked = checked_letter(letter, entry.decided_on, day_in_vietnam(at))
        act = _act(entry, EntryNature.RECOVERED, checked, actor, at)
        act.ground = ground
        _require_number_free(session, act)
        session.add(act)
        session.flush()
        detail = {"act_id": act.id, "ground": ground.value, **_of_letter(checked)}
        _note(session, entry, actor, "award.annulled", "register.annul", detail, at, matter)
        entry.state = EntryState.ANNULLED
        session.flush()
        return {"entry_id": act.id}

    request = {"entry_id": entry_id, "ground": ground.value, **_of_letter(letter)}
    return _once(session, "annul_award", request, actor, at, key, run)


def require_new(
    session: Session, subject_id: int, facts: AwardFacts, but: int | None = None
) -> None:
    """Return if the subject has not this award by this decision yet.

    Without number or day nobody can tell, and nothing is refused.

    :raises InvalidSubmission: it has, at another entry than ``but``.
    """
    if not facts.number or facts.decided_on is None:
        return
    known = session.scalar(
        select(RegisterEntry.id)
        .where(
            RegisterEntry.subject_id == subject_id,
            RegisterEntry.decided_on == facts.decided_on,
            RegisterEntry.number == facts.number,
            RegisterEntry.honour == facts.honour,
            RegisterEntry.nature == facts.nature,
            RegisterEntry.id != (but or 0),
        )
        .order_by(RegisterEntry.id)
        .limit(1)
    )
    if known is not None:
        raise InvalidSubmission({"number": [code("already_in_register", known)]})


def facts_of(entry: RegisterEntry) -> AwardFacts:
    """Return what the decision of an entry says, to show or to compare."""
    return AwardFacts(**{one.name: getattr(entry, one.name) for one in fields(AwardFacts)})


def _columns(facts: AwardFacts) -> dict[str, Any]:
    """Return the columns that follow from a decision."""
    values = {one.name: getattr(facts, one.name) for one in fields(facts)}
    values["honour_text"] = facts.honour_text or facts.honour.vi
    return {**values, "folded_subject": fold(facts.subject_text)}


def _act(
    entry: RegisterEntry, nature: EntryNature, letter: Letter, actor: Actor, at: datetime
) -> RegisterEntry:
    """Return the entry of an act about ``entry``, by the authority that granted it."""
    facts = replace(
        facts_of(entry), nature=nature, number=letter.number, decided_on=letter.decided_on
    )
    act = make_entry(facts, subject_id=entry.subject_id, source=EntrySource.HAND, at=at)
    act.about_id = entry.id
    act.case_id = entry.case_id
    act.authority_unit_id = entry.authority_unit_id
    act.reason = letter.reason
    act.entered_by_id = actor.person_id
    return act


def _of_letter(letter: Letter) -> dict[str, Any]:
    return {
        "number": letter.number,
        "decided_on": letter.decided_on.isoformat(),
        "reason": letter.reason,
    }


def _lock(session: Session, entry_id: int) -> RegisterEntry:
    """Return an entry as it is now, locked with its case until the transaction ends."""
    case_id = session.execute(
        select(RegisterEntry.case_id).where(RegisterEntry.id == entry_id)
    ).one_or_none()
    if case_id is None:
        raise NotFound(f"entry {entry_id}")
    if case_id[0] is not None:
        lock_case(session, case_id[0])
    return session.get_one(
        RegisterEntry, entry_id, with_for_update=True, populate_existing=True
    )


def _require(
    session: Session,
    actor: Actor,
    entry: RegisterEntry,
    at: datetime,
    permission: str,
    matter: Matter | None = None,
) -> None:
    today = day_in_vietnam(at)
    require_on_entry(session, actor, permission, entry.id, matter or Matter(), today)


def _require_standing(entry: RegisterEntry) -> None:
    if entry.about_id is not None or entry.state not in STANDING:
        raise EntryNotInForce(f"entry {entry.id} is {entry.nature.value}, {entry.state.value}")


def _require_later(entry: RegisterEntry, facts: AwardFacts) -> None:
    """Return if a replacing decision has a number of its own and is not the earlier one."""
    messages = {}
    if not facts.number:
        messages["number"] = [code("required")]
    elif facts.number == entry.number:
        messages["number"] = [code("same_number", facts.number)]
    if facts.decided_on is None:
        messages["decided_on"] = [code("required")]
    elif entry.decided_on is not None and facts.decided_on < entry.decided_on:
        found = code("before_the_award", _vn(facts.decided_on), _vn(entry.decided_on))
        messages["decided_on"] = [found]
    if messages:
        raise InvalidSubmission(messages)


def _require_number_free(session: Session, act: RegisterEntry) -> None:
    """Return if the authority has not given the number of ``act`` to another decision.

    One decision may be about many awards, so the same number of the same day is the same
    decision. A number of an authority that is no unit of the tree cannot be compared.
    """
    unit_id, day = act.authority_unit_id, act.decided_on
    if unit_id is None or day is None:
        return
    take_turn(session, f"decision numbers of {unit_id}")
    granted = session.scalar(
        select(Decision.id).where(
            Decision.authority_unit_id == unit_id,
            Decision.year == day.year,
            Decision.number == act.number,
        )
    )
    other = session.scalar(
        select(RegisterEntry.id)
        .where(
            RegisterEntry.number == act.number,
            RegisterEntry.authority_unit_id == unit_id,
            RegisterEntry.decided_on.between(date(day.year, 1, 1), date(day.year, 12, 31)),
            RegisterEntry.decided_on != day,
        )
        .limit(1)
    )
    if granted is not None or other is not None:
        raise NumberTaken(f"unit {unit_id} gave {act.number} before", number=act.number)


def _note(
    session: Session,
    entry: RegisterEntry,
    actor: Actor,
    action: str,
    permission: str,
    detail: dict[str, Any],
    at: datetime,
    matter: Matter | None = None,
) -> None:
    """Write the journal entry: into the journal of the award's case, else of the register."""
    role, unit_id = _acting_as(actor, permission, matter)
    about = {"entry_id": entry.id, **detail}
    if entry.case_id is None:
        journal.append(
            session,
            stream=STREAM,
            action=action,
            actor=actor,
            at=at,
            role=role,
            unit_id=unit_id,
            detail=about,
        )
        return
    case = session.get_one(Case, entry.case_id)
    journal.append_to_case(
        session,
        case,
        action=action,
        actor=actor,
        at=at,
        role=role,
        unit_id=unit_id,
        detail=about,
    )
    case.version += 1


def _acting_as(
    actor: Actor, permission: str, matter: Matter | None
) -> tuple[Role | None, int | None]:
    """Return the role and the unit that give ``actor`` the permission."""
    for grant in actor.grants:
        if may(Actor(actor.person_id, actor.name, (grant,)), permission, matter):
            return grant.role, grant.unit_id
    return None, None


def _once(
    session: Session,
    command: str,
    request: dict[str, Any],
    actor: Actor,
    at: datetime,
    key: str,
    run: Callable[[], dict[str, Any]],
) -> int:
    """Run a command once for its key; return the id of the entry that it made."""
    answer = answer_once(
        session, key=key, actor=actor, command=command, request=request, at=at, run=run
    )
    entry_id: int = answer["entry_id"]
    return entry_id


def _vn(day: date) -> str:
    return f"{day:%d/%m/%Y}"
