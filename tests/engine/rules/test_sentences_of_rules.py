"""Every rule of the law book says its sentence whole, whatever it is asked about."""

import random
from datetime import date

from engine.rules.asking import ask
from engine.rules.book import book
from engine.rules.facts import Matter, OtherNomination, Standing, Votes
from engine.rules.registry import tests as rule_tests
from forms.vocabulary import (
    AuthorityLevel,
    Award,
    CheckStage,
    CommendationKind,
    EntryState,
    HoldReason,
    Honour,
    Level,
    MovementBasis,
    Occasion,
    Route,
    SubjectCategory,
    SubjectKind,
    UnitKind,
)
from tests.engine.rules.nominations import INSIDE, OWN, PARENT, nomination, prior

DAYS = (
    *(date(2024, 1, 1), date(2025, 7, 2), date(2025, 9, 1), date(2026, 10, 5)),
    *(date(2027, 3, 1), date(2030, 12, 20)),
)
MAYBE = (None, date(2025, 9, 1), date(2027, 5, 31), date(2019, 5, 5))


def some_prior(luck):
    return prior(
        luck.choice(list(Honour)),
        kind=luck.choice(list(CommendationKind)),
        level=luck.choice(list(AuthorityLevel)),
        state=luck.choice(list(EntryState)),
        number=luck.choice(["", "12/QĐ-UBND"]),
        decided_on=luck.choice([*MAYBE, date(2030, 5, 5)]),
        achieved_from=luck.choice(MAYBE),
        achieved_to=luck.choice(MAYBE),
        content=luck.choice(["", INSIDE["content"], "Trồng rừng ở năm xã vùng cao"]),
    )


def some_facts(luck):
    count = luck.choice
    day = luck.choice(DAYS)
    return nomination(
        luck.choice(list(Award)),
        luck.choice(list(SubjectKind)),
        luck.choice(list(Occasion)),
        basis=luck.choice(list(MovementBasis)),
        received_on=day,
        asked_on=day,
        stage=luck.choice([None, *CheckStage]),
        route=luck.choice(list(Route)),
        category=luck.choice([None, *SubjectCategory]),
        movement=luck.choice([None, OWN, PARENT]),
        unit_kind=luck.choice([None, *UnitKind]),
        unit_issuing_basis=luck.choice(["", "Điều 80"]),
        is_outside_ward=luck.choice([None, True, False]),
        managing_body=luck.choice(["", "Sở Y tế"]),
        dissolved_on=luck.choice(MAYBE),
        achieved_from=luck.choice(MAYBE),
        achieved_to=luck.choice(MAYBE),
        content=luck.choice(["", INSIDE["content"]]),
        priors=tuple(some_prior(luck) for _ in range(luck.randrange(4))),
        matters=tuple(
            Matter(HoldReason.PRESS, date(2023, 1, 1), count(MAYBE), sanctioned=count([0, 1]))
            for _ in range(luck.randrange(3))
        ),
        others=tuple(
            OtherNomination(
                "2030-0001",
                luck.choice(list(Award)),
                "Sở Y tế",
                "Đợt",
                same_unit=count([True, False]),
                same_round=count([True, False]),
            )
            for _ in range(luck.randrange(3))
        ),
        votes=luck.choice(
            [None, Votes(luck.choice(list(Level)), 9, count([3, 9]), 0, count([3, 9]))]
        ),
        council_members=luck.choice([(), ("Lê Thị Mơ",), ("Ngô Thị Bàn",)]),
        standing=luck.choice(
            [Standing(), Standing(5, 5, 3, 12, 3, 5), Standing(1, 1, 1, 1, 0, 1)]
        ),
        signer_title=luck.choice(["", "Chủ tịch", "Phó Chủ tịch"]),
        settings=luck.choice(
            [{}, {"duration_basis": "planned", "signing_assignment": "Quyết định số 05"}]
        ),
    )


def test_every_sentence_is_whole_in_both_languages_and_answers_are_repeatable():
    luck = random.Random(20301230)  # noqa: S311 - nothing secret
    said = set()
    for _ in range(600):
        facts = some_facts(luck)
        answer = ask(book(), facts)
        assert answer.hash == ask(book(), facts).hash
        for finding in answer.findings:
            said.add(finding.code)
            for text in (finding.text.vi, finding.text.en, finding.source.text.vi):
                assert text
                assert "{" not in text
                assert "None" not in text
    assert len(said) > 140


def test_every_test_is_named_by_a_rule():
    used = {rule.test for rule in book().rules}
    unused = {name for name, test in rule_tests().items() if test.function not in used}
    assert not unused
