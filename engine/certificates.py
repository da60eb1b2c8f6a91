"""Certificates to print: with our frame, or their text alone for stock that has one."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from documents.certificate import (
    Stock,
    render_calibration,
    render_certificates,
    render_texts_for_stock,
)
from documents.certificate_layouts import SHEETS
from engine.errors import InvalidSubmission, NotFound
from engine.papers import LAYOUTS, certificate_of, printed
from engine.permissions import Actor, Matter, require
from engine.queries.case_page import find_case
from engine.store.models import Case, CertificatePrint, Decision, Round
from forms.messages import code
from forms.vocabulary import Award

MOST_MOVED = 20
"""Millimetres by which a text may be moved at most: more is another kind of stock."""

SIZES = tuple((sheet.slug, sheet.name) for sheet in SHEETS.values())
"""Sizes of stock: slug and name."""


def size_of(award: Award) -> str:
    """Return the slug of the size on which an award is printed if nobody says otherwise."""
    return LAYOUTS[award].sheet.slug


def read_stock(size: str, across: str, down: str, *, has_heading: bool) -> Stock:
    """Return how to print, from what was typed.

    :param across: millimetres to the right, with a decimal comma or point; empty: none.
    :param down: millimetres down.
    :raises InvalidSubmission: the size is none of ours, or an offset is no such number.
    """
    messages = {}
    moved = {}
    for name, typed in (("across", across), ("down", down)):
        try:
            moved[name] = _millimetres(typed)
        except ValueError:
            messages[name] = [code("not_millimetres", typed.strip(), MOST_MOVED)]
    if size not in SHEETS:
        messages["size"] = [code("not_in_list", size) if size else "choose_one"]
    if messages:
        raise InvalidSubmission(messages)
    return Stock(SHEETS[size], moved["across"], moved["down"], has_heading)


def _millimetres(typed: str) -> float:
    text = typed.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-") or "0"
    if not text.isascii() or any(letter.isalpha() or letter == "_" for letter in text):
        raise ValueError(text)
    found = float(text)
    if abs(found) > MOST_MOVED:
        raise ValueError(text)
    return found


def require_printing(session: Session, actor: Actor, reference: str) -> tuple[Case, Decision]:
    """Return a decided case whose certificate the actor may print, and its decision.

    :raises NotFound: there is no such case, the actor may not see it, or it has no award.
    :raises NotPermitted: the actor does not work for the unit that granted it.
    """
    case = find_case(session, actor, reference)
    decision = session.scalar(select(Decision).where(Decision.case_id == case.id))
    if decision is None:
        raise NotFound(f"case {reference} has no decision")
    _require_granter(actor, decision)
    return case, decision


def render_run(session: Session, actor: Actor, run: str, stock: Stock | None) -> bytes:
    """Return the certificates of a recorded run of the printer, as one PDF.

    :param stock: for the text alone; none: with a frame drawn by us.
    :raises NotFound: there is no such run, or it was recorded for the other of the two.
    :raises NotPermitted: the actor does not work for the unit that granted them.
    :raises InvalidSubmission: a text has a letter that cannot be printed, or no room.
    """
    require_run(session, actor, run)
    return make_run(session, run, stock)


def require_run(session: Session, actor: Actor, run: str) -> None:
    """Return if the actor may print the certificates of a recorded run.

    :raises NotFound: there is no such run.
    :raises NotPermitted: the actor does not work for the unit that granted them.
    """
    decision = session.scalar(
        select(Decision)
        .join(CertificatePrint, CertificatePrint.case_id == Decision.case_id)
        .where(CertificatePrint.run == run)
        .limit(1)
    )
    if decision is None:
        raise NotFound(f"no run {run} of certificates")
    _require_granter(actor, decision)


def make_run(session: Session, run: str, stock: Stock | None) -> bytes:
    """Return the certificates of a run, for whoever may have them; see :func:`render_run`."""
    rows = session.execute(
        select(Case, Decision)
        .join(CertificatePrint, CertificatePrint.case_id == Case.id)
        .join(Decision, Decision.case_id == Case.id)
        .where(CertificatePrint.run == run)
        .where(CertificatePrint.is_on_stock == (stock is not None))
        .options(joinedload(Case.round).joinedload(Round.plan))
        .order_by(CertificatePrint.place)
    ).all()
    if not rows:
        raise NotFound(f"no run {run} of certificates")
    papers = [certificate_of(session, case, decision) for case, decision in rows]
    if stock is None:
        return printed(lambda: render_certificates(papers))
    return printed(lambda: render_texts_for_stock(papers, stock))


def render_test_page(session: Session, actor: Actor, reference: str, stock: Stock) -> bytes:
    """Return a page of rulers, moved as the text would be, to measure a printer by.

    :raises NotFound: as :func:`require_printing`.
    :raises NotPermitted: as :func:`require_printing`.
    """
    require_printing(session, actor, reference)
    return render_calibration(stock)


def _require_granter(actor: Actor, decision: Decision) -> None:
    matter = Matter(granting_unit_id=decision.authority_unit_id)
    require(actor, "certificate.print", matter)
