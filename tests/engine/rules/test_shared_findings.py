"""Findings and answers that are made once for many cases are those of each case."""

import random
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from engine.datafiles.numbers import Tenths
from engine.rules import asking
from engine.rules.asking import ask
from engine.rules.book import book
from engine.rules.model import Result, hash_of
from engine.store.packing import unpack
from forms.vocabulary import Award, CheckStage, RuleVerdict, SubjectKind
from tests.engine.rules.little_book import edited, read_little
from tests.engine.rules.test_asking import facts
from tests.engine.rules.test_sentences_of_rules import some_facts

KINDS = list(product(Award, SubjectKind, (None, *CheckStage)))


def unkept(one):
    return replace(one)  # a law book of its own, which has kept nothing yet


def agrees(shared, alone):
    assert shared.findings == alone.findings
    assert [one.text for one in shared.findings] == [one.text for one in alone.findings]
    assert shared.hash == alone.hash == hash_of(alone.to_json())
    assert unpack(shared.findings.packed) == shared.to_json() == alone.to_json()
    assert (shared.regime, shared.conclusion) == (alone.regime, alone.conclusion)


@pytest.mark.parametrize(
    ("most", "kinds"),
    [
        pytest.param(asking.MOST_KEPT, len(KINDS), id="all kept"),
        pytest.param(40, len(KINDS) // 4, id="few kept"),
    ],
)
def test_what_is_shared_is_what_is_said_to_each_alone(most, kinds, monkeypatch):
    monkeypatch.setattr(asking, "MOST_KEPT", most)
    luck = random.Random(7)  # noqa: S311 - nothing secret
    law = unkept(book())
    for award, kind, stage in luck.sample(KINDS, kinds):
        about = replace(some_facts(luck), award=award, subject_kind=kind, stage=stage)
        later = replace(about, received_on=about.received_on.replace(month=12))
        for one in (about, later, replace(about, managing_body="Sở Y tế"), about):
            agrees(ask(law, one), ask(unkept(book()), one))


def test_equal_facts_give_one_object():
    law = unkept(book())
    about = some_facts(random.Random(11))  # noqa: S311 - nothing secret
    assert ask(law, about).findings is ask(law, replace(about, subject_name="B")).findings


def test_another_plan_is_named_by_its_own_number():
    law = read_little()
    about = facts()
    other = replace(about, plan=replace(about.plan, number="41/KH-UBND"))
    named = [ask(law, one).find("E20").source.text.vi for one in (about, other, about)]
    assert named == [f"Kế hoạch số {number}/KH-UBND, mục II.1, IV.1" for number in (40, 41, 40)]


def test_a_sentence_that_names_the_day_names_each_day():
    law = read_little(edited("Kế hoạch có {kinds}.", "{received_on}: {kinds}."))
    days = [date(2026, 9, 25), date(2026, 9, 26), date(2026, 9, 25)]
    named = [ask(law, facts(received_on=day)).find("E20").text.vi[:10] for day in days]
    assert named == [f"{day:%d/%m/%Y}" for day in days]


@pytest.mark.parametrize(
    ("verdict", "value"),
    [
        pytest.param(RuleVerdict.MET, Tenths(1), id="tenths"),
        pytest.param(RuleVerdict.MET, "individual", id="text"),
        pytest.param(RuleVerdict.NOT_MET, SubjectKind.INDIVIDUAL, id="verdict"),
    ],
)
def test_values_that_are_equal_are_not_taken_for_each_other(verdict, value):
    law = read_little()
    rule = law.rules[0]
    asked = asking.Asked(law.in_force_on(facts().received_on), rule)
    for other in (1, SubjectKind.INDIVIDUAL):
        asked.finding(facts(), Result(RuleVerdict.MET, "long_enough", {"ran": other}))
    found = asked.finding(facts(), Result(verdict, "long_enough", {"ran": value}))
    assert (found.verdict, found.used["ran"]) == (verdict, value)
    assert type(found.used["ran"]) is type(value)
