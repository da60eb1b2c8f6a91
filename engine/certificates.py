"""Certificates for stock that has its frame already: made when asked for, kept by nobody."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.certificate import Stock, render_calibration, render_texts_for_stock
from documents.certificate_layouts import SHEETS
from engine.errors import InvalidSubmission, NotFound
from engine.papers import LAYOUTS, certificate_of, printed
from engine.permissions import Actor, Matter, require
from engine.queries.case_page import find_case
from engine.store.models import Case, Decision
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


def require_printing(session: Session, actor: Actor, reference: str) -> Case:
    """Return a decided case whose certificate the actor may print.

    :raises NotFound: there is no such case, the actor may not see it, or it has no award.
    :raises NotPermitted: the actor does not work for the unit that granted it.
    """
    return _decided(session, actor, reference)[0]


def render_on_stock(session: Session, actor: Actor, reference: str, stock: Stock) -> bytes:
    """Return the text of a certificate alone, as PDF.

    :raises NotFound: as :func:`require_printing`.
    :raises NotPermitted: as :func:`require_printing`.
    :raises InvalidSubmission: a text has a letter that cannot be printed, or no room.
    """
    case, decision = _decided(session, actor, reference)
    certificate = certificate_of(session, case, decision)
    return printed(lambda: render_texts_for_stock([certificate], stock))


def render_test_page(session: Session, actor: Actor, reference: str, stock: Stock) -> bytes:
    """Return a page of rulers, moved as the text would be, to measure a printer by.

    :raises NotFound: as :func:`require_printing`.
    :raises NotPermitted: as :func:`require_printing`.
    """
    _decided(session, actor, reference)
    return render_calibration(stock)


def _decided(session: Session, actor: Actor, reference: str) -> tuple[Case, Decision]:
    case = find_case(session, actor, reference)
    decision = session.scalar(select(Decision).where(Decision.case_id == case.id))
    if decision is None:
        raise NotFound(f"case {reference} has no decision")
    matter = Matter(granting_unit_id=decision.authority_unit_id)
    require(actor, "certificate.print", matter)
    return case, decision
