"""The agenda of a session: what waits, in which order, and what leaves it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.council import agenda
from engine.council.conflicts import declare_conflict
from engine.errors import EngineError, OnAgenda
from engine.filestore import FileStore
from engine.store.database import reading, unit_of_work
from engine.store.models import AgendaItem, Case, CouncilSession, TaskState, UserTask
from forms.vocabulary import ItemState, Outcome, SessionState, VoteResult
from tests.council import NOMINEES, build_council, walk_to_council
from tests.engine.council.meetings import fresh_meeting, refused
from tests.engine.council.prepared import (
    PRESENT,
    Prepared,
    let_wait,
    prepare_meeting,
    problems,
)
from tests.walk import on_sqlite
from tests.ward import NOON

WAITING, DECIDED = ItemState.WAITING, ItemState.DECIDED


@pytest.fixture
def meeting(database_url):
    """A session of eleven that meets today, and three nominations that wait."""
    with fresh_meeting(database_url, prepare_meeting) as meeting:
        yield meeting


@pytest.fixture
def full(meeting):
    """The same session with all three on its agenda."""
    meeting.items = meeting.add()
    return meeting


@pytest.fixture
def opened(full):
    """The same session, open, with everybody there."""
    full.mark(dict.fromkeys(range(11), PRESENT))
    full.open()
    return full


def order(meeting, session_id=None):
    """Return the tasks of an agenda by their number, as places of ``meeting.tasks``."""
    items = meeting.row(session_id).items
    assert [item.number for item in items] == list(range(1, len(items) + 1))
    return [meeting.tasks.index(item.task_id) for item in items]


def waiting(meeting, unit="phuong"):
    """Return what waits for a council, as places of ``meeting.tasks``."""
    with reading(meeting.database) as session:
        found = agenda.waiting_tasks(session, meeting.ward.units[unit])
        return [meeting.tasks.index(task.id) for task, _ in found]


def test_all_that_waits_is_put_on_the_agenda_the_oldest_first(meeting):
    assert waiting(meeting) == [0, 1, 2]
    meeting.add()
    assert order(meeting) == [0, 1, 2]
    assert waiting(meeting) == []
    action, detail = meeting.journal()[-1]
    assert (action, len(detail["cases"])) == ("agenda.items_added", 3)


@on_sqlite
def test_what_is_picked_comes_in_the_order_it_was_picked(meeting):
    meeting.add(2, 0)
    meeting.add(1)
    assert order(meeting) == [2, 0, 1]


@on_sqlite
def test_what_is_there_already_is_passed_over(meeting):
    meeting.add(0)
    meeting.add(0, 1, 1)
    assert order(meeting) == [0, 1]


@on_sqlite
def test_what_waits_elsewhere_is_not_for_this_council(meeting):
    other = let_wait(meeting.database, meeting.ward, "Lê Thị Tỉnh", "tinh")
    meeting.tasks.append(other)
    assert waiting(meeting) == [0, 1, 2]
    assert refused(lambda: meeting.add(0, 3)) == "not_found"
    assert order(meeting) == []


@on_sqlite
def test_what_waits_no_more_is_not_put_on_the_agenda(meeting):
    task = UserTask.id == meeting.tasks[1]
    with unit_of_work(meeting.database) as session:
        session.execute(update(UserTask).where(task).values(state=TaskState.CANCELLED))
    before = meeting.traces()
    assert refused(lambda: meeting.add(0, 1)) == "not_found"
    assert meeting.traces() == before


@on_sqlite
def test_nothing_chosen_and_nothing_that_waits_is_said(full):
    before = full.traces()
    assert problems(full.add) == {"task_ids": ["choose_one"]}
    assert problems(lambda: full.add(0, 1, 2)) == {"task_ids": ["choose_one"]}
    assert full.traces() == before


@on_sqlite
def test_an_agenda_ends_somewhere(meeting, monkeypatch):
    monkeypatch.setattr(agenda, "MOST_ITEMS", 2)
    meeting.add(0)
    assert problems(lambda: meeting.add(1, 2)) == {"task_ids": ["too_large"]}
    meeting.add(1)
    assert order(meeting) == [0, 1]


@on_sqlite
def test_a_nomination_is_on_one_agenda_at_a_time(full):
    other = full.prepare(name="Phiên họp khác")
    with pytest.raises(OnAgenda) as caught:
        full.add(0, session_id=other)
    assert caught.value.facts == {"name": "Phiên họp tháng 12"}
    assert full.row(other).items == []


def test_of_two_sessions_that_want_a_nomination_one_gets_it(meeting):
    """On PostgreSQL the second waits for the first; without the lock it broke a key."""
    sessions = [meeting.id, meeting.prepare(name="Phiên họp khác")]

    def take(session_id):
        try:
            return len(meeting.add(0, 1, 2, session_id=session_id))
        except EngineError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(map(str, pool.map(take, sessions))) == ["3", "on_agenda"]
    assert sorted(len(meeting.row(one).items) for one in sessions) == [0, 3]


@on_sqlite
def test_more_comes_on_the_agenda_of_an_open_session(opened):
    opened.tasks.append(let_wait(opened.database, opened.ward, "Lê Thị Muộn", at=NOON))
    opened.add()
    assert order(opened) == [0, 1, 2, 3]


def test_an_item_is_taken_off_and_the_others_move_up(full):
    full.do(agenda.remove_item, item_id=full.items[0])
    assert order(full) == [1, 2]
    assert waiting(full) == [0]
    assert full.journal()[-1][0] == "agenda.item_removed"


@on_sqlite
def test_what_belongs_to_an_item_goes_with_it(full, tmp_path):
    full.do(
        declare_conflict, item_id=full.items[1], actor=full.council.members[3], note="Em gái."
    )
    full.opine(FileStore(tmp_path), 4, 0, 1)
    full.do(agenda.remove_item, item_id=full.items[1])
    assert full.conflicts() == {}
    assert [len(item.written_opinions) for item in full.row().items] == [1, 0]


def test_the_whole_agenda_gets_another_order(full):
    full.do(agenda.order_items, session_id=full.id, item_ids=full.items[::-1])
    assert order(full) == [2, 1, 0]
    assert full.journal()[-1][0] == "agenda.ordered"


@on_sqlite
@pytest.mark.parametrize("places", [[], [0, 1], [0, 1, 1], [0, 1, 2, 2], [0, 1, 2, 3]])
def test_an_order_names_every_item_once(full, places):
    full.items.append(999)
    ids = [full.items[place] for place in places]
    before = full.traces()
    call = lambda: full.do(agenda.order_items, session_id=full.id, item_ids=ids)  # noqa: E731
    assert problems(call) == {"item_ids": ["not_in_list"]}
    assert full.traces() == before


@on_sqlite
def test_the_order_stays_once_a_vote_was_held(opened):
    ids = opened.items[::-1]
    opened.do(agenda.order_items, session_id=opened.id, item_ids=ids)
    opened.put(items=ids[:1])
    call = lambda: opened.do(agenda.order_items, session_id=opened.id, item_ids=ids)  # noqa: E731
    assert refused(call) == "session_not_ready"


def test_what_is_put_off_waits_for_another_session(opened):
    opened.do(agenda.postpone_item, item_id=opened.items[1], reason="Chờ  bổ sung.")
    item = opened.row().items[1]
    assert (item.state, item.note) == (ItemState.POSTPONED, "Chờ bổ sung.")
    assert waiting(opened) == [1]
    other = opened.prepare(name="Phiên họp sau")
    opened.add(session_id=other)
    assert order(opened, other) == [1]
    assert refused(lambda: opened.add(1)) == "on_agenda"


@on_sqlite
def test_what_was_put_off_comes_back_to_its_place_if_it_is_named(opened):
    opened.do(agenda.postpone_item, item_id=opened.items[1], reason="Nhầm.")
    assert problems(opened.add) == {"task_ids": ["choose_one"]}
    assert opened.add(1) == [opened.items[1]]
    item = opened.row().items[1]
    assert (item.state, item.note, item.number) == (WAITING, "", 2)


@on_sqlite
def test_what_was_decided_before_it_was_put_off_comes_back_decided(opened):
    assert opened.vote("A" * 11, items=opened.items[:1]) == [VoteResult.PASSED]
    opened.do(agenda.postpone_item, item_id=opened.items[0], reason="Nhầm.")
    opened.add(0)
    assert opened.states() == [DECIDED, WAITING, WAITING]


@on_sqlite
def test_an_item_is_put_off_with_a_reason_and_once(opened):
    def put_off(reason):
        return opened.do(agenda.postpone_item, item_id=opened.items[0], reason=reason)

    before = opened.traces()
    assert problems(lambda: put_off(" ")) == {"reason": ["required"]}
    assert opened.traces() == before
    put_off("Chờ bổ sung.")
    assert refused(lambda: put_off("Chờ bổ sung.")) == "session_not_ready"


@on_sqlite
def test_an_item_that_is_being_voted_on_is_not_put_off(opened):
    opened.put(items=opened.items[:1])
    call = lambda: opened.do(  # noqa: E731
        agenda.postpone_item, item_id=opened.items[0], reason="Chờ bổ sung."
    )
    assert refused(call) == "session_not_ready"
    assert opened.states() == [ItemState.VOTING, WAITING, WAITING]


@pytest.fixture
def walked(database, ward):
    """A session with one nomination that was walked to the council, and its walk."""
    council = build_council(database, ward)
    walk = walk_to_council(database, ward, NOMINEES[0])
    meeting = Prepared(database, ward, council, secretary=ward.council_secretary)
    meeting.id = meeting.prepare()
    meeting.tasks = [walk.task().id]
    meeting.items = meeting.add()
    return meeting, walk


def test_what_a_session_decides_is_not_decided_beside_it(walked):
    meeting, walk = walked
    before = meeting.traces()
    for outcome in (Outcome.RECOMMEND, Outcome.REJECT):
        with pytest.raises(OnAgenda) as caught:
            walk.do(outcome)
        assert caught.value.facts == {"name": "Phiên họp tháng 12"}
    assert meeting.traces() == before
    meeting.open()
    assert refused(lambda: walk.do(Outcome.RECOMMEND)) == "on_agenda"
    meeting.do(agenda.postpone_item, item_id=meeting.items[0], reason="Họp riêng.")
    walk.do(Outcome.RECOMMEND)


@on_sqlite
@pytest.mark.parametrize("outcome", [Outcome.RETURN, Outcome.HOLD])
def test_a_nomination_is_returned_or_held_while_it_was_not_voted_on(walked, outcome):
    meeting, walk = walked
    walk.do(outcome)
    assert walk.check() == []
    assert waiting(meeting) == []


@on_sqlite
@pytest.mark.parametrize("state", [ItemState.VOTING, DECIDED])
@pytest.mark.parametrize("outcome", [Outcome.RETURN, Outcome.HOLD])
def test_a_nomination_that_was_voted_on_is_not_returned_or_held(walked, state, outcome):
    meeting, walk = walked
    meeting.open()
    with unit_of_work(meeting.database) as session:
        session.execute(update(AgendaItem).values(state=state))
    assert refused(lambda: walk.do(outcome)) == "on_agenda"


@on_sqlite
def test_a_nomination_is_free_again_once_it_is_off_the_agenda(walked):
    meeting, walk = walked
    meeting.do(agenda.remove_item, item_id=meeting.items[0])
    walk.do(Outcome.RECOMMEND)
    assert walk.check() == []


@on_sqlite
def test_a_session_that_is_over_holds_no_nomination_back(walked):
    meeting, walk = walked
    with unit_of_work(meeting.database) as session:
        session.execute(update(CouncilSession).values(state=SessionState.CLOSED))
    walk.do(Outcome.RECOMMEND)
    assert walk.check() == []


@on_sqlite
def test_a_nomination_that_comes_back_goes_on_an_agenda_again(walked):
    meeting, walk = walked
    walk.at = NOON + timedelta(minutes=1)
    walk.do(Outcome.RETURN)
    walk.to("record_ward_council")
    meeting.tasks.append(walk.task().id)
    assert waiting(meeting) == [1]
    meeting.add()
    with reading(meeting.database) as session:
        assert session.get_one(Case, walk.case_id).returns == 1
    assert order(meeting) == [0, 1]
