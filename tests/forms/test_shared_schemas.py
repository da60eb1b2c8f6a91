"""One schema serves all cases that a form knows alike, and none that it does not."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import date

import pytest
from marshmallow import ValidationError

from forms import FORMS, schema_for
from forms.definition import Bilingual, FormContext, Item, Supplement
from forms.vocabulary import Outcome, ReturnTarget, SubjectKind

ITEM = (Item("a", Bilingual("một", "one")),)
OTHER = {
    "subject_kind": SubjectKind.INDIVIDUAL,
    "contents": ITEM,
    "criteria": ITEM,
    "outcome": Outcome.AWARD,
    "return_targets": tuple(ReturnTarget),
    "supplement": Supplement(made=1),
    "departs_from_advice": True,
    "attachments": ITEM,
    "asks_public": True,
    "today": date(2030, 12, 5),
}


@pytest.mark.parametrize("name", [one.name for one in fields(FormContext)])
def test_a_schema_knows_all_that_its_case_is_about(name):
    other = replace(FormContext(), **{name: OTHER[name]})
    for form in FORMS:
        for about in (FormContext(), other, FormContext()):
            assert schema_for(form, about).about == about
            assert type(schema_for(form, about)) is FORMS[form].schema


def test_cases_that_are_alike_share_a_schema():
    about = replace(FormContext(), today=date(2030, 12, 5))
    assert schema_for("review.v1", about) is schema_for("review.v1", replace(about))
    assert schema_for("review.v1") is schema_for("review.v1", FormContext())


def test_people_who_send_a_form_at_once_get_their_own_answers():
    def answer_of(number):
        try:
            if number % 2:
                return schema_for("rejection.v1").load({"reason": f"Lý do {number}"})["reason"]
            return schema_for("rejection.v1").load({"reason": "", "extra": str(number)})
        except ValidationError as error:
            return sorted(error.messages)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(answer_of, range(200)))
    assert answers[1::2] == [f"Lý do {number}" for number in range(1, 200, 2)]
    assert answers[::2] == [["extra", "reason"]] * 100
