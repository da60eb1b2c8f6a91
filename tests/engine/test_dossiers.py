import pytest

from engine import errors
from engine.dossiers import (
    LARGEST_DRAFT,
    current_version,
    find_draft,
    hash_dossier,
    save_draft,
)
from engine.store.database import reading, unit_of_work
from engine.store.models import Draft
from engine.tasks import complete_task
from forms.vocabulary import Award, Outcome
from tests.walk import NOMINATION, Walk, new_key, on_sqlite, traces
from tests.ward import NOON

FORM = "nomination.v1"


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open()


def save(walk, actor, content, version=None, form=FORM):
    with unit_of_work(walk.database) as session:
        return save_draft(
            session,
            task_id=walk.task().id,
            actor=actor,
            form=form,
            content=content,
            version=version,
            at=NOON,
        )


def find(walk, actor, form=FORM):
    with reading(walk.database) as session:
        draft = find_draft(session, walk.task().id, actor, form)
        return None if draft is None else draft.content


def test_the_draft_of_a_nomination_belongs_to_its_unit(walk, ward):
    assert save(walk, ward.school_clerk, {"summary": "Hai"}).person_id is None
    assert find(walk, ward.school_head) == {"summary": "Hai"}


def test_the_draft_of_a_review_belongs_to_its_writer(walk, ward):
    walk.to("review_at_unit")
    save(walk, ward.school_head, {"reason": "Chưa rõ"}, form="return.v2")
    assert find(walk, ward.school_head, "return.v2") == {"reason": "Chưa rõ"}
    assert find(walk, ward.school_deputy, "return.v2") is None
    assert find(walk, ward.school_head, "rejection.v1") is None


def test_each_saving_raises_the_version(walk, ward):
    assert save(walk, ward.school_clerk, {"summary": "1"}).version == 1
    assert save(walk, ward.school_head, {"summary": "2"}, version=1).version == 2
    assert find(walk, ward.school_clerk) == {"summary": "2"}


@pytest.mark.parametrize("version", [None, 2, 0])
def test_a_draft_that_somebody_else_saved_meanwhile_is_not_overwritten(walk, ward, version):
    save(walk, ward.school_clerk, {"summary": "1"})
    with pytest.raises(errors.ContentChanged) as caught:
        save(walk, ward.school_head, {"summary": "2"}, version=version)
    assert caught.value.facts["saved_by_id"] == ward.school_clerk.person_id
    assert find(walk, ward.school_clerk) == {"summary": "1"}


def test_a_draft_that_is_gone_is_not_taken_for_new(walk, ward):
    with pytest.raises(errors.ContentChanged):
        save(walk, ward.school_clerk, {"summary": "2"}, version=3)
    assert find(walk, ward.school_clerk) is None


@on_sqlite
@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"summary": "a" * LARGEST_DRAFT}, id="too-large"),
        pytest.param({"summary": {"a": "b"}}, id="nested"),
        pytest.param({"summary": ["a", 1]}, id="a-number"),
        pytest.param({"n" * 101: "a"}, id="long-name"),
        pytest.param({"summary": "\ud800"}, id="half-a-letter"),
    ],
)
def test_a_draft_holds_texts_of_bounded_size(walk, ward, content):
    before = traces(walk.database)
    with pytest.raises(errors.InvalidSubmission):
        save(walk, ward.school_clerk, content)
    assert traces(walk.database) == before


@on_sqlite
@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("company_clerk", errors.NotFound),
        ("administrator", errors.NotFound),
        ("auditor", errors.NotPermitted),
    ],
)
def test_a_draft_is_refused_to_the_wrong_person(walk, ward, who, error):
    before = traces(walk.database)
    with pytest.raises(error):
        save(walk, ward.people[who], {"summary": "2"})
    assert traces(walk.database) == before


def test_a_form_that_the_task_does_not_have_is_refused(walk, ward):
    with pytest.raises(errors.InvalidSubmission):
        save(walk, ward.school_clerk, {}, form="decision.v1")


def test_a_task_that_is_over_takes_no_draft_and_keeps_none(walk, ward, database):
    task_id = walk.task().id
    save(walk, ward.school_clerk, {"summary": "1"})
    walk.do(Outcome.SUBMIT)
    with reading(database) as session:
        assert session.query(Draft).count() == 0
    with pytest.raises(errors.TaskNotOpen), unit_of_work(database) as session:
        save_draft(
            session,
            task_id=task_id,
            actor=ward.school_clerk,
            form=FORM,
            content={},
            version=None,
            at=NOON,
        )


def test_a_withdrawal_forgets_the_draft(walk, ward, database):
    save(walk, ward.school_clerk, {"summary": "1"})
    walk.withdraw()
    with reading(database) as session:
        assert session.query(Draft).count() == 0


def test_a_dossier_keeps_what_was_submitted(walk, database):
    with reading(database) as session:
        assert current_version(session, walk.case_id) is None
    walk.do(Outcome.SUBMIT)
    with reading(database) as session:
        version = current_version(session, walk.case_id)
        assert (version.number, version.form) == (1, FORM)
        assert version.content["achieved_from"] == "2026-09-01"
        assert version.content_hash == hash_dossier(version.content, [])


def test_the_hash_is_of_the_content_and_the_files_in_any_order():
    found = hash_dossier({"a": "1", "b": "2"}, ["x", "y"])
    assert found == hash_dossier({"b": "2", "a": "1"}, ["y", "x"])
    assert found != hash_dossier({"a": "1", "b": "2"}, ["x"])
    assert found != hash_dossier({"a": "1", "b": "3"}, ["x", "y"])


@pytest.mark.parametrize(
    ("seen", "error"),
    [(NOMINATION, None), (NOMINATION | {"summary": "Khác"}, errors.ContentChanged)],
)
def test_what_was_seen_is_what_is_submitted(walk, ward, database, seen, error):
    def submit():
        with unit_of_work(database) as session:
            complete_task(
                session,
                task_id=walk.task().id,
                actor=ward.school_clerk,
                outcome=Outcome.SUBMIT,
                submission=NOMINATION,
                content_hash=hash_dossier(seen, []),
                at=NOON,
                key=new_key(),
            )

    before = traces(database)
    if error is None:
        submit()
        assert walk.task().element_id == "review_at_unit"
    else:
        with pytest.raises(error):
            submit()
        assert traces(database) == before


def test_a_long_way_keeps_every_version(walk, database):
    for number in range(1, 4):
        walk.to("review_at_unit").do(Outcome.RETURN)
        with reading(database) as session:
            assert current_version(session, walk.case_id).number == number
    assert walk.check() == []
    assert walk.case().award is Award.UNIT_CERTIFICATE
