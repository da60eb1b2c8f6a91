"""The rules that the system applies on a day: each with its source, confidence and dates."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, g, render_template, request
from marshmallow import ValidationError

from engine.errors import NoRulesForDay
from engine.rules.book import book
from engine.rules.instruments import Regime
from engine.rules.model import Rule
from forms.fields import Day
from forms.messages import sentence
from forms.vocabulary import Award, CheckStage, Confidence, Occasion, Route, SubjectKind, Word
from webapp.authentication import present_actor
from webapp.clock import today
from webapp.errors import sentence_for
from webapp.paging import member_asked

blueprint = Blueprint("law", __name__, url_prefix="/quy-dinh")


@dataclass(frozen=True)
class ShownRule:
    """One rule in the period that is in force, to read."""

    rule: Rule
    applies: tuple[str, ...]
    """To what, where it does not apply to everything."""
    confidence: str
    """Empty: it was checked against the text."""


@blueprint.get("")
def show() -> str | tuple[str, int]:
    """Show the rules in force on the day that the address names, or today."""
    present_actor()
    typed = request.args.get("ngay", "").strip()
    law = book()
    regime: Regime | None = None
    rules: tuple[Rule, ...] = ()
    said = ""
    try:
        day = Day().deserialize(typed) if typed else today()
        regime, rules = law.regime_on(day), law.rules_on(day)
    except ValidationError as error:
        said = " ".join(sentence(str(one), g.language) for one in error.messages)
    except NoRulesForDay as error:
        said = sentence_for(error)
    award = member_asked("award", Award)
    shown = [_shown(one) for one in rules if award is None or award in one.awards]
    page = render_template(
        "law_show.html",
        typed=typed or f"{today():%d/%m/%Y}",
        errors={"ngay": [said]} if said else {},
        regime=regime,
        regimes=law.instruments.regimes,
        instruments=[law.instruments.instruments[one] for one in regime.instruments]
        if regime
        else [],
        cited=[one for one in shown if not one.rule.source.is_office],
        own=[one for one in shown if one.rule.source.is_office],
        awards=[(one.value, one.label(g.language)) for one in Award],
        award=award,
    )
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if said else page


def _shown(rule: Rule) -> ShownRule:
    parts = (
        _narrowed(rule.awards, Award),
        _narrowed(rule.subjects, SubjectKind),
        _narrowed(rule.occasions, Occasion),
        _narrowed(rule.routes, Route),
        _narrowed(rule.stages or frozenset(CheckStage), CheckStage),
    )
    return ShownRule(
        rule=rule,
        applies=tuple(part for part in parts if part),
        confidence=""
        if rule.confidence is Confidence.HIGH
        else rule.confidence.label(g.language),
    )


def _narrowed(chosen: frozenset[Word], words: type[Word]) -> str:
    """Return to which words a rule applies; empty: to all."""
    if len(chosen) == len(words):
        return ""
    return ", ".join(word.label(g.language) for word in words if word in chosen)
