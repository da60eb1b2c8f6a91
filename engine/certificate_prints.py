"""Names confirmed by their recipients, and the prints of certificates: recorded for good.

A certificate says what its decision says (Decree 30/2020/NĐ-CP, Art. 18(3)): a name that
should be written otherwise is not printed until another decision replaces the first.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import journal
from engine.certificates import require_printing
from engine.commands import answer_once
from engine.errors import EntryNotInForce, InvalidSubmission
from engine.permissions import CLERKS, HEADS, Actor
from engine.print_files import ask_for_file
from engine.queries.certificates import (
    DecisionCertificates,
    ShownCertificate,
    case_ids_of,
    list_certificates,
)
from engine.store.models import Case, CertificatePrint, NameConfirmation
from engine.text import compose
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import ConfirmationWay, PrintKind

LONGEST_REASON = 500

DEEDS = {
    PrintKind.FIRST: "certificate.printed",
    PrintKind.REPRINT: "certificate.reprinted",
    PrintKind.REISSUE: "certificate.reissued",
}
"""Kind → what the journal calls it."""


class Which(StrEnum):
    """Which certificates of a decision are printed."""

    ONE = "one"
    """That of the case."""
    NEW = "new"
    """Those never printed before."""
    ALL = "all"


def confirm_name(
    session: Session,
    *,
    reference: str,
    is_right: bool,
    other_spelling: str,
    way: ConfirmationWay,
    confirmed_by: str,
    actor: Actor,
    at: datetime,
    key: str,
) -> None:
    """Record what a recipient said of the name on their certificate; the latest holds.

    :param other_spelling: how it should be written; read only if it is not right.
    :param confirmed_by: who said so: the recipient, or who answers for them.
    :raises NotFound: there is no such case, the actor may not see it, or it has no award.
    :raises NotPermitted: the actor does not work for the unit that granted it.
    :raises EntryNotInForce: the award was replaced or annulled.
    :raises InvalidSubmission: something is missing, or the other spelling is the same.
    """
    listed = _locked(session, actor, reference, Which.ONE)
    one = listed.chosen

    def run() -> dict[str, Any]:
        _require_standing(one)
        said = _checked(
            confirmed_by=lambda: checked_text("confirmed_by", confirmed_by),
            other_spelling=lambda: "" if is_right else _checked_spelling(one, other_spelling),
        )
        action = "name.confirmed" if is_right else "name.disputed"
        detail = {"printed_name": one.name, "way": way.value, **said}
        _note(session, listed, one, actor, action, detail, at)
        row = NameConfirmation(
            case_id=one.case_id,
            printed_name=one.name,
            way=way,
            recorded_by_id=actor.person_id,
            recorded_at=at,
            **said,
        )
        session.add(row)
        session.flush()
        return {"confirmation_id": row.id}

    request = [reference, is_right, other_spelling, way.value, confirmed_by]
    answer_once(
        session,
        key=key,
        actor=actor,
        command="confirm_name",
        request={"said": request},
        at=at,
        run=run,
    )


def record_prints(
    session: Session,
    *,
    reference: str,
    which: Which,
    stock: Mapping[str, str],
    actor: Actor,
    at: datetime,
    key: str,
    is_reissue: bool = False,
    reason: str = "",
    request_number: str = "",
    unconfirmed_reason: str = "",
) -> str:
    """Record that certificates are printed; return the run under which they are shown.

    Of many, those that were replaced or annulled and those whose name is disputed are
    left out. The file of a large run is made by a job (:mod:`engine.print_files`).

    :param stock: the stock that has its frame, as :func:`engine.certificates.read_stock`
        takes it; empty: we draw the frame.
    :param is_reissue: another certificate for one that was handed over.
    :param reason: needed if one of them was printed before, or for a reissue.
    :param request_number: number and day of the paper that asks for a reissue.
    :param unconfirmed_reason: needed if the name of one of them was not confirmed.
    :raises NotFound: there is no such case, the actor may not see it, or it has no award.
    :raises NotPermitted: the actor does not work for the unit that granted it.
    :raises EntryNotInForce: the one award was replaced or annulled.
    :raises InvalidSubmission: the one name is disputed, nothing is left to print, or a
        reason is missing.
    """
    listed = _locked(session, actor, reference, which)

    def run() -> dict[str, Any]:
        sheets = _kinds(_chosen(listed, which), is_reissue=is_reissue)
        given = _checked(
            reason=_needed(
                "reason", reason, any(kind is not PrintKind.FIRST for _, kind in sheets)
            ),
            request_number=_needed("request_number", request_number, is_reissue),
            unconfirmed_reason=_needed(
                "unconfirmed_reason",
                unconfirmed_reason,
                any(one.confirmation is None for one, _ in sheets),
            ),
        )
        run_id = uuid4().hex
        rows = [
            _row(one, kind, given) | {"run": run_id, "place": place, "is_on_stock": bool(stock)}
            for place, (one, kind) in enumerate(sheets, 1)
        ]
        for (one, kind), row in zip(sheets, rows, strict=True):
            detail = {name: row[name] for name in row if name not in ("case_id", "kind")}
            _note(session, listed, one, actor, DEEDS[kind], detail, at)
        session.add_all(
            CertificatePrint(**row, printed_by_id=actor.person_id, printed_at=at)
            for row in rows
        )
        session.flush()
        ask_for_file(session, run_id, len(rows), stock, at=at)
        return {"run": run_id}

    asked = [reason, request_number, unconfirmed_reason]
    request = [reference, which.value, dict(stock), is_reissue, *asked]
    answer = answer_once(
        session,
        key=key,
        actor=actor,
        command="print_certificates",
        request={"asked": request},
        at=at,
        run=run,
    )
    return str(answer["run"])


def _locked(
    session: Session, actor: Actor, reference: str, which: Which
) -> DecisionCertificates:
    """Return the certificates, the cases that are written locked in the order of their ids."""
    case, decision = require_printing(session, actor, reference)
    ids = [case.id] if which is Which.ONE else case_ids_of(session, decision)
    cases = select(Case).where(Case.id.in_(ids)).order_by(Case.id).with_for_update()
    session.scalars(cases.execution_options(populate_existing=True)).all()
    return list_certificates(session, actor, reference)


def _chosen(listed: DecisionCertificates, which: Which) -> list[ShownCertificate]:
    """Return what is printed; of many, what may be."""
    if which is Which.ONE:
        one = listed.chosen
        _require_standing(one)
        if one.other_spelling:
            said = code("name_disputed", one.other_spelling, one.name)
            raise InvalidSubmission({"_form": [said]})
        return [one]
    found = [
        one
        for one in listed.every
        if one.may_be_printed and not (which is Which.NEW and one.prints)
    ]
    if not found:
        raise InvalidSubmission({"_form": [code("nothing_to_print")]})
    return found


def _kinds(
    chosen: Sequence[ShownCertificate], *, is_reissue: bool
) -> list[tuple[ShownCertificate, PrintKind]]:
    if is_reissue:
        return [(one, PrintKind.REISSUE) for one in chosen]
    return [(one, PrintKind.REPRINT if one.prints else PrintKind.FIRST) for one in chosen]


def _row(
    one: ShownCertificate, kind: PrintKind, given: Mapping[str, str]
) -> dict[str, int | str | None]:
    """Return the columns of a sheet, without reasons that it does not need."""
    said = one.confirmation
    return {
        "case_id": one.case_id,
        "kind": kind,
        "reason": "" if kind is PrintKind.FIRST else given["reason"],
        "request_number": given["request_number"],
        "confirmation_id": said.id if said else None,
        "unconfirmed_reason": "" if said else given["unconfirmed_reason"],
    }


def _needed(field: str, text: str, is_needed: bool) -> Callable[[], str]:
    return lambda: checked_text(field, text, LONGEST_REASON) if is_needed else ""


def _checked(**reads: Callable[[], str]) -> dict[str, str]:
    """Return what each of ``reads`` returns.

    :raises InvalidSubmission: with the messages of all that were refused.
    """
    found, problems = {}, {}
    for name, read in reads.items():
        try:
            found[name] = read()
        except InvalidSubmission as error:
            problems.update(error.messages)
    if problems:
        raise InvalidSubmission(problems)
    return found


def _checked_spelling(one: ShownCertificate, typed: str) -> str:
    spelling = checked_text("other_spelling", typed)
    if spelling == compose(one.name):
        raise InvalidSubmission({"other_spelling": [code("same_spelling")]})
    return spelling


def _require_standing(one: ShownCertificate) -> None:
    if not one.stands and one.state is not None:
        raise EntryNotInForce(f"the award of case {one.case_id} is {one.state.value}")


def _note(
    session: Session,
    listed: DecisionCertificates,
    one: ShownCertificate,
    actor: Actor,
    action: str,
    detail: Mapping[str, Any],
    at: datetime,
) -> None:
    """Write the journal of a case that is locked, in the role that the actor acts in."""
    case = session.get_one(Case, one.case_id)
    unit_id = listed.authority_unit_id
    roles = (role for role in (*HEADS, *CLERKS) if actor.holds(role, unit_id))
    journal.append_to_case(
        session,
        case,
        action=action,
        actor=actor,
        at=at,
        role=next(roles),
        unit_id=unit_id,
        detail=detail,
    )
    case.version += 1
