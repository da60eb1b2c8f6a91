"""The inbox: what a person must do now, and nothing else."""

from datetime import timedelta

import pytest

from engine.cases import Subject
from engine.queries import inbox
from engine.queries.inbox import PAGE_SIZE, Tile, count_tiles, list_tasks
from engine.store.database import reading
from forms.vocabulary import Award, CaseState, Outcome, SubjectKind
from tests.statements import counted
from tests.walk import Walk
from tests.ward import NOON


@pytest.fixture
def ask(database):
    """Return the inbox of a person at noon."""

    def ask(actor, at=NOON, **narrowing):
        with reading(database) as session:
            return list_tasks(session, actor, at, **narrowing)

    return ask


@pytest.fixture
def figures(database):
    """Return the figures of the tiles of a person at noon."""

    def figures(actor, at=NOON):
        with reading(database) as session:
            return {tile: one.number for tile, one in count_tiles(session, actor, at).items()}

    return figures


def test_a_task_says_what_where_and_since_when(database, ward, ask):
    walk = Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("decide_at_ward")
    (task,) = ask(ward.ward_chairman, NOON + timedelta(days=3)).tasks
    assert task.id == walk.task().id
    assert task.label.vi == "Chủ tịch phường quyết định"
    assert [holder.name for holder in task.holders] == ["Đặng Văn Ký", "Dương Thị Thay"]
    assert (task.days, task.due_at, task.state) == (3, None, CaseState.IN_REVIEW)


def test_the_head_of_a_unit_sees_its_drafts_but_does_not_review_their_own(database, ward, ask):
    walk = Walk(database, ward).open(actor=ward.school_head)
    assert [task.id for task in ask(ward.school_head).tasks] == [walk.task().id]
    walk.do(Outcome.SUBMIT, actor=ward.school_head)
    assert ask(ward.school_head).tasks == ()
    assert [task.id for task in ask(ward.school_deputy).tasks] == [walk.task().id]


def test_people_of_another_unit_see_nothing(database, ward, ask, figures):
    Walk(database, ward).open().to("review_at_unit")
    for actor in (ward.company_head, ward.company_clerk, ward.ward_clerk, ward.auditor):
        assert ask(actor).tasks == ()
        assert set(figures(actor).values()) == {0}


def test_a_tile_counts_what_it_lists(database, ward, ask, figures):
    def at_ward(days):
        walk = Walk(database, ward, at=NOON + timedelta(days=days))
        return walk.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")

    at_ward(0)
    at_ward(10).do(Outcome.HOLD)
    at_ward(10).do(Outcome.RETURN)
    at_ward(10).to("appraise_at_province")
    later = NOON + timedelta(days=10)
    expected = {Tile.MINE: 2, Tile.RETURNED: 0, Tile.ON_HOLD: 1, Tile.LONG: 1, Tile.ABOVE: 1}
    expected[Tile.OVERDUE] = 0
    assert figures(ward.ward_clerk, later) == expected
    assert figures(ward.school_clerk, later)[Tile.RETURNED] == 1
    for tile, number in expected.items():
        assert len(ask(ward.ward_clerk, later, tile=tile).tasks) == number
    assert Tile.ABOVE not in figures(ward.auditor, later)


def test_a_search_needs_no_marks(database, ward, ask):
    walk = Walk(database, ward).open(subject=Subject(SubjectKind.INDIVIDUAL, "Đỗ Thị Ánh"))
    reference = walk.case().reference
    for text in ("do thi", "ĐỖ THỊ", "anh", reference.lower(), "đỗ thị ánh", "thi do"):
        assert len(ask(ward.school_clerk, text=text).tasks) == 1, text
    for text in ("do%thi", "_", "nh"):
        assert ask(ward.school_clerk, text=text).tasks == (), text


def test_the_inbox_asks_three_times_however_long_it_is(database, ward):
    walk = Walk(database, ward)
    numbers = []
    for _round in range(2):
        for _case in range(3):
            walk.open()
        with reading(database) as session, counted(database) as statements:
            count_tiles(session, ward.school_clerk, NOON)
            list_tasks(session, ward.school_clerk, NOON)
        numbers.append(len([one for one in statements if one.startswith("SELECT")]))
    assert max(numbers) <= 4
    assert numbers[1] <= 3


def test_a_long_inbox_has_pages(database, ward, ask):
    walk = Walk(database, ward)
    for _case in range(PAGE_SIZE + 1):
        walk.open()
    first, second = ask(ward.school_clerk), ask(ward.school_clerk, page=2)
    assert (len(first.tasks), first.has_more) == (PAGE_SIZE, True)
    assert (len(second.tasks), second.has_more) == (1, False)
    assert not {task.id for task in first.tasks} & {task.id for task in second.tasks}


def test_tiles_do_not_count_past_what_they_show(database, ward, monkeypatch):
    monkeypatch.setattr(inbox, "MOST_IN_TILES", 1)
    for _ in range(2):
        Walk(database, ward).open()
    with reading(database) as session:
        mine = count_tiles(session, ward.school_clerk, NOON)[Tile.MINE]
    assert (mine.number, mine.is_over) == (1, True)
