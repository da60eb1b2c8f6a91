import unicodedata

import pytest

from forms import definition_for, find_errors, schema_for
from forms.answers import to_submission, to_typed
from forms.definition import Bilingual, FormContext, Item, Kind
from forms.messages import sentence
from forms.nomination import CONCERNED
from forms.vocabulary import ReturnItem, SubjectKind


def item(name):
    return Item(name, Bilingual(f"Mục {name}", f"Item {name}"))


ABOUT = FormContext(
    subject_kind=SubjectKind.INDIVIDUAL,
    contents=(item("ND1"), item("ND5")),
    criteria=(item("CN1"), item("CN2")),
)

TYPED = {
    "subject_name": "Lê Thị Mơ",
    "subject_title": "Hiệu trưởng",
    "managing_body": "Trường Trung học cơ sở Hoa Ban",
    "contents": ["ND1", "ND5"],
    "criteria.CN1": "Bốn sáng kiến số hóa học bạ.",
    "criteria.CN2": "",
    "summary": "Số hóa toàn bộ học bạ.",
    "achievements": "Năm học 2025 – 2026: 1.204 học bạ.",
    "achieved_from": "08/2025",
    "achieved_to": "30/11/2026",
    "prior_awards.0.award": "Giấy khen",
    "prior_awards.0.number": "12/QĐ-UBND",
    "prior_awards.0.signed_on": "20/11/2024",
    "prior_awards.0.authority": "Ủy ban nhân dân phường",
    "evidence_note": "",
    "declaration": "yes",
}

FORM = "nomination.v1"
DEFINITION = definition_for(FORM, ABOUT)


def errors(**changes):
    typed = {**TYPED, **{name.replace("__", "."): value for name, value in changes.items()}}
    return find_errors(FORM, to_submission(DEFINITION, typed), ABOUT)


def content(typed=None):
    schema = schema_for(FORM, ABOUT)
    return schema.dump(schema.load(to_submission(DEFINITION, typed or TYPED)))


def test_a_whole_nomination_is_taken():
    answers = content()
    assert answers["contents"] == ["ND1", "ND5"]
    assert answers["criteria"] == {"CN1": "Bốn sáng kiến số hóa học bạ."}
    assert (answers["achieved_from"], answers["achieved_to"]) == ("2025-08-01", "2026-11-30")
    assert answers["prior_awards"][0]["signed_on"] == "2024-11-20"


def test_what_was_stored_comes_back_into_the_same_boxes():
    typed = {**to_typed(DEFINITION, content()), "declaration": "yes"}
    assert content(typed) == content()


def test_decomposed_letters_are_composed():
    typed = {**TYPED, "subject_name": unicodedata.normalize("NFD", "  Lê Thị  Mơ ")}
    assert content(typed)["subject_name"] == "Lê Thị Mơ"


def test_markup_is_kept_as_the_text_it_is():
    typed = {**TYPED, "achievements": "<script>alert(1)</script>\r\n& so on"}
    assert content(typed)["achievements"] == "<script>alert(1)</script>\n& so on"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"subject_name": " "}, {"subject_name": ["required"]}, id="blank"),
        pytest.param({"contents": []}, {"contents": ["choose_one"]}, id="no-content"),
        pytest.param(
            {"contents": ["ND1", "ND9"]}, {"contents": ["not_in_list|ND9"]}, id="odd-content"
        ),
        pytest.param(
            {"criteria__CN1": " "}, {"criteria": ["answer_one_criterion"]}, id="no-criterion"
        ),
        pytest.param(
            {"criteria__CQ1": "x"}, {"criteria.CQ1": ["not_in_list|CQ1"]}, id="other-criterion"
        ),
        pytest.param(
            {"criteria__CN1": "x" * 8001},
            {"criteria.CN1": ["too_long|8000|8001"]},
            id="long-criterion",
        ),
        pytest.param(
            {"achievements": "x" * 8001}, {"achievements": ["too_long|8000|8001"]}, id="8001"
        ),
        pytest.param({"summary": "x" * 501}, {"summary": ["too_long|500|501"]}, id="summary"),
        pytest.param(
            {"achieved_from": "31/02/2026"},
            {"achieved_from": ["not_a_day|31/02/2026"]},
            id="no-such-day",
        ),
        pytest.param(
            {"achieved_to": "01/07/2025"},
            {"achieved_to": ["ends_before_it_begins|01/07/2025|01/08/2025"]},
            id="ends-first",
        ),
        pytest.param({"declaration": ""}, {"declaration": ["not_declared"]}, id="undeclared"),
        pytest.param(
            {"status": "awarded"}, {"status": ["unknown_field|status"]}, id="unknown-field"
        ),
        pytest.param(
            {"prior_awards__1__number": "7"},
            {"prior_awards.1.award": ["required"], "prior_awards.1.authority": ["required"]},
            id="half-a-row",
        ),
        pytest.param(
            {"subject_name": "Mơ\u202e"},
            {"subject_name": ["control_character|U+202E"]},
            id="turned-text",
        ),
        pytest.param(
            {"summary": "a\x00b"}, {"summary": ["control_character|U+0000"]}, id="nul"
        ),
        pytest.param({"criteria": "x"}, {"criteria": ["not_a_form"]}, id="not-nested"),
    ],
)
def test_refuses(changes, expected):
    assert errors(**changes) == expected


def test_eleven_prior_awards_are_too_many():
    rows = {}
    for row in range(11):
        rows |= {f"prior_awards__{row}__award": "a", f"prior_awards__{row}__authority": "b"}
    assert errors(**rows) == {"prior_awards": ["too_many_rows|10|11"]}


def test_blank_rows_between_filled_ones_count_for_nothing():
    typed = {name: value for name, value in TYPED.items() if not name.startswith("prior")}
    typed |= {"prior_awards.2.award": "B", "prior_awards.2.authority": "b"}
    typed |= {"prior_awards.7.award": "C", "prior_awards.7.authority": "c"}
    assert [row["award"] for row in content(typed)["prior_awards"]] == ["B", "C"]


@pytest.mark.parametrize("kind", SubjectKind)
def test_a_title_is_asked_of_individuals_alone(kind):
    definition = definition_for(FORM, FormContext(subject_kind=kind))
    asked = "subject_title" in [field.name for field in definition.fields]
    assert asked is (kind is SubjectKind.INDIVIDUAL)


def test_every_tick_of_a_return_points_to_fields_of_the_form():
    names = {field.name.partition(".")[0] for field in DEFINITION.fields}
    assert set(CONCERNED) == set(ReturnItem)
    assert {name for fields in CONCERNED.values() for name in fields} <= names


def test_all_that_the_form_asks_but_files_is_in_the_schema():
    asked = {f.name.partition(".")[0] for f in DEFINITION.fields if f.kind is not Kind.FILES}
    assert asked | {"declaration"} == set(schema_for(FORM).fields)


@pytest.mark.parametrize("odd", [None, [], "text", 7, {"contents": {"a": 1}}, {"summary": []}])
def test_whatever_is_sent_is_answered_in_sentences(odd):
    for codes in find_errors(FORM, odd, ABOUT).values():
        assert all(sentence(one, "vi") for one in codes)
