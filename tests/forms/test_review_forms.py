from dataclasses import replace
from datetime import date

import pytest

from forms import FORMS, definition_for, find_errors, form_key_for, schema_for
from forms.answers import to_submission
from forms.definition import Bilingual, FormContext, Item, Kind, Supplement
from forms.messages import sentence
from forms.vocabulary import CheckItem, DossierPart, Outcome, ReturnTarget

TODAY = date(2026, 11, 22)
PAPERS = (DossierPart.STATEMENT, DossierPart.REVIEW_MINUTES)

ABOUT = FormContext(
    return_targets=(ReturnTarget.DRAFT, ReturnTarget.UNIT),
    attachments=(Item("7", Bilingual("quyet-dinh.pdf", "quyet-dinh.pdf")),),
    supplement=Supplement(papers=PAPERS, made=0, limit=1),
    today=TODAY,
)
ASKED_ONCE = replace(ABOUT, supplement=Supplement(papers=PAPERS, made=1, limit=1))
DUE = replace(ABOUT, supplement=Supplement(papers=PAPERS, limit=1, due_on=date(2026, 12, 4)))
DEPARTING = FormContext(departs_from_advice=True, today=TODAY)

PAPER = {
    "number": "309/QĐ-UBND",
    "signed_on": "20/11/2026",
    "signer_name": "Đặng Văn Ký",
    "signer_title": "Chủ tịch",
}
COUNTS = {
    "session_on": "20/11/2026",
    "total_members": "9",
    "present": "7",
    "written_opinions": "1",
    "agree": "7",
    "disagree": "1",
    "blank": "0",
    "note": "",
}
RETURN = {"return_to": "draft", "items": ["missing_figures"], "reason": "Thiếu số liệu."}
SUPPLEMENT = {
    "return_to": "draft",
    "items": ["missing_part"],
    "papers": ["review_minutes"],
    "due_on": "04/12/2026",
    "reason": "Thiếu biên bản.",
}
CHECKS = {f"checks.{item.value}.verdict": "met" for item in CheckItem} | {"summary": "Đạt."}

GOOD = {
    "appraisal.v1": CHECKS,
    "review.v1": {"opinion": ""},
    "return.v1": RETURN,
    "return.v2": SUPPLEMENT,
    "rejection.v1": {"reason": "Chưa đủ tiêu chuẩn."},
    "hold.v1": {"reason_kind": "complaint", "reason": "Đang xác minh đơn."},
    "resume.v1": {"note": "Đơn không có cơ sở."},
    "withdrawal.v1": {"reason": "Lập nhầm đợt."},
    "council_resolution.v1": COUNTS,
    "decision.v1": PAPER,
    "result_from_above.v1": {**PAPER, "scan": "7", "note": ""},
}


def errors(form, about=ABOUT, **changes):
    typed = {
        **GOOD[form],
        **{name.replace("__", "."): value for name, value in changes.items()},
    }
    return find_errors(form, to_submission(definition_for(form, about), typed), about)


def test_every_form_has_an_example_here():
    assert set(GOOD) | {"nomination.v1"} == set(FORMS)


@pytest.mark.parametrize("form", GOOD)
def test_takes_what_is_right(form):
    assert errors(form) == {}


@pytest.mark.parametrize("form", FORMS)
def test_an_unknown_field_is_refused_by_name(form):
    found = find_errors(form, {"outcome": "award"}, ABOUT)
    assert found["outcome"] == ["unknown_field|outcome"]


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_form_is_answered_in_sentences(form):
    for codes in find_errors(form, {}, ABOUT).values():
        assert all(sentence(one, language) for one in codes for language in ("vi", "en"))


@pytest.mark.parametrize("form", FORMS)
def test_a_form_shows_what_its_schema_reads(form):
    about = FormContext(departs_from_advice=True, asks_public=True)
    shown = {
        field.name.partition(".")[0]
        for field in definition_for(form, about).fields
        if field.kind is not Kind.FILES
    }
    read = set(FORMS[form].schema().fields)
    assert shown <= read
    assert read - shown <= {"declaration", "criteria", "subject_title"}


@pytest.mark.parametrize(
    ("form", "changes", "expected"),
    [
        pytest.param(
            "appraisal.v1",
            {"checks__complete__verdict": ""},
            {"checks.complete.verdict": ["choose_one"]},
            id="unchecked",
        ),
        pytest.param(
            "appraisal.v1",
            {"checks__complete__verdict": "not_met"},
            {"checks.complete.note": ["explain_verdict"]},
            id="unexplained",
        ),
        pytest.param("return.v1", {"items": []}, {"items": ["choose_one"]}, id="no-tick"),
        pytest.param("return.v1", {"reason": ""}, {"reason": ["required"]}, id="no-reason"),
        pytest.param(
            "return.v1",
            {"return_to": "province"},
            {"return_to": ["not_in_list|Cấp tỉnh"]},
            id="later-level",
        ),
        pytest.param("return.v2", {"papers": []}, {"papers": ["choose_one"]}, id="no-paper"),
        pytest.param("return.v2", {"due_on": ""}, {"due_on": ["required"]}, id="no-due-day"),
        pytest.param(
            "return.v2",
            {"due_on": "22/11/2026"},
            {"due_on": ["day_not_ahead|22/11/2026|22/11/2026"]},
            id="due-today",
        ),
        pytest.param(
            "return.v2",
            {"papers": ["central_opinion"]},
            {
                "papers": [
                    "not_in_list|Ý kiến của cơ quan, tổ chức ở trung ương hoặc Ủy ban nhân dâ"
                ]
            },
            id="paper-from-above",
        ),
        pytest.param(
            "return.v2",
            {"items": ["missing_minutes"], "papers": [], "due_on": ""},
            {"items": ["not_in_list|Thiếu biên bản họp xét"]},
            id="minutes-are-a-paper",
        ),
        pytest.param(
            "return.v2",
            {"items": ["missing_figures"]},
            {"papers": ["papers_without_tick"], "due_on": ["papers_without_tick"]},
            id="papers-without-their-tick",
        ),
        pytest.param(
            "hold.v1",
            {"reason_kind": "mood"},
            {"reason_kind": ["not_in_list|mood"]},
            id="mood",
        ),
        pytest.param(
            "council_resolution.v1",
            {"present": "9"},
            {"present": ["more_attend_than_members|10|9"]},
            id="too-many-present",
        ),
        pytest.param(
            "council_resolution.v1",
            {"agree": "8"},
            {"agree": ["more_votes_than_voters|9|8"]},
            id="too-many-votes",
        ),
        pytest.param(
            "council_resolution.v1", {"agree": "-1"}, {"agree": ["not_a_count|-1"]}, id="minus"
        ),
        pytest.param(
            "council_resolution.v1",
            {"total_members": "0"},
            {"total_members": ["too_small|1|0"]},
            id="nobody",
        ),
        pytest.param(
            "council_resolution.v1",
            {"session_on": "23/11/2026"},
            {"session_on": ["day_in_future|23/11/2026|22/11/2026"]},
            id="tomorrow",
        ),
        pytest.param(
            "decision.v1",
            {"number": "5/QD UBND"},
            {"number": ["not_a_document_number|5/QD UBND"]},
            id="number",
        ),
        pytest.param(
            "decision.v1",
            {"deviation_reason": "x"},
            {"deviation_reason": ["no_departure"]},
            id="no-departure",
        ),
        pytest.param(
            "result_from_above.v1",
            {"scan": "8"},
            {"scan": ["not_an_attachment|8"]},
            id="other-scan",
        ),
    ],
)
def test_refuses(form, changes, expected):
    assert errors(form, **changes) == expected


@pytest.mark.parametrize("form", ["review.v1", "rejection.v1", "decision.v1"])
def test_a_departure_from_the_advice_wants_its_reason(form):
    assert errors(form, DEPARTING) == {"deviation_reason": ["explain_departure"]}
    assert errors(form, DEPARTING, deviation_reason="Đã có kết luận thanh tra.") == {}


@pytest.mark.parametrize(
    ("task_form", "outcome", "expected"),
    [
        ("nomination.v1", Outcome.SUBMIT, "nomination.v1"),
        ("review.v1", Outcome.RECOMMEND, "review.v1"),
        ("review.v1", Outcome.AWARD, "decision.v1"),
        ("review.v1", Outcome.REJECT, "rejection.v1"),
        ("appraisal.v1", Outcome.RECOMMEND, "appraisal.v1"),
        ("appraisal.v1", Outcome.RETURN, "return.v2"),
        ("council_resolution.v1", Outcome.RECOMMEND, "council_resolution.v1"),
        ("council_resolution.v1", Outcome.REJECT, "council_resolution.v1"),
        ("council_resolution.v1", Outcome.HOLD, "hold.v1"),
        ("result_from_above.v1", Outcome.AWARD, "result_from_above.v1"),
        ("result_from_above.v1", Outcome.REJECT, "result_from_above.v1"),
        ("result_from_above.v1", Outcome.RETURN, "return.v2"),
        ("resume.v1", Outcome.RESUME, "resume.v1"),
    ],
)
def test_the_outcome_chooses_the_form(task_form, outcome, expected):
    assert form_key_for(task_form, outcome) == expected


def names_of(form, about):
    return [field.name for field in definition_for(form, about).fields]


def test_a_return_without_missing_papers_needs_no_day():
    assert errors("return.v2", items=["missing_figures"], papers=[], due_on="") == {}


def test_papers_are_asked_for_as_often_as_the_office_allows():
    refused = errors("return.v2", ASKED_ONCE)
    assert refused["items"] == ["too_many_supplements|1|1"]
    assert "papers" not in names_of("return.v2", ASKED_ONCE)
    assert errors("return.v2", ASKED_ONCE, items=["other"], papers=[], due_on="") == {}


def test_a_day_that_the_office_has_set_is_filled_in():
    assert "due_on" not in names_of("return.v2", DUE)
    typed = {**SUPPLEMENT, "due_on": ""}
    submission = to_submission(definition_for("return.v2", DUE), typed)
    assert schema_for("return.v2", DUE).load(submission)["due_on"] == date(2026, 12, 4)
    assert errors("return.v2", DUE, due_on="05/12/2026") == {
        "due_on": ["day_is_set|05/12/2026|04/12/2026"]
    }


def test_what_a_paper_from_above_says_is_recorded_as_it_is():
    above = replace(ABOUT, supplement=Supplement(papers=PAPERS, made=3, limit=None))
    assert errors("return.v2", above, due_on="20/11/2026") == {}
