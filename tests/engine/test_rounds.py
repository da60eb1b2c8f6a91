from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from engine.errors import (
    AwardNotInRound,
    InvalidSubmission,
    NotFound,
    NotPermitted,
    RoundNotOpen,
)
from engine.plans import plan_of
from engine.rounds import (
    change_round,
    close_round,
    get_round,
    list_open_rounds,
    list_rounds,
    open_round,
    require_award,
    require_open,
)
from engine.store.models import JournalEntry, Round
from forms.vocabulary import Award, Occasion
from tests.ward import NOON

LOWER = [Award.UNIT_CERTIFICATE, Award.PROVINCIAL_MERIT]


def announce(session, ward, **changes):
    values = {
        "plan_id": ward.plan_id,
        "name": "Khen thưởng hằng năm 2029",
        "occasion": Occasion.ANNUAL,
        "year": 2029,
        "opens_at": NOON,
        "closes_at": NOON + timedelta(days=20),
        "awards": LOWER,
        "actor": ward.ward_clerk,
        "at": NOON,
    }
    return open_round(session, **{**values, **changes})


def count(session, column):
    return session.scalar(select(func.count(column)))


@pytest.mark.parametrize("award", [Award.PRIME_MINISTER_CERTIFICATE, Award.LABOR_ORDER])
@pytest.mark.parametrize("occasion", [Occasion.ANNUAL, Occasion.MIDTERM])
def test_the_highest_awards_are_for_the_final_round_alone(session, ward, occasion, award):
    with pytest.raises(AwardNotInRound) as caught:
        announce(session, ward, occasion=occasion, awards=[*LOWER, award])
    assert caught.value.facts == {"award": award, "occasion": occasion, "source": "IV.2.a"}
    assert count(session, Round.id) == 3
    assert count(session, JournalEntry.id) == 0


def test_a_final_round_takes_all_four_awards(session, ward):
    row = announce(session, ward, occasion=Occasion.FINAL, awards=set(Award))
    assert row.awards == [award.value for award in Award]


def test_a_round_is_journaled_with_who_opened_it(session, ward):
    row = announce(session, ward)
    entry = session.scalars(select(JournalEntry)).one()
    assert (entry.stream, entry.action, entry.actor_id, entry.unit_id) == (
        "rounds",
        "round.opened",
        ward.ward_clerk.person_id,
        ward.units["phuong"],
    )
    assert entry.detail["round_id"] == row.id
    assert entry.detail["awards"] == ["unit_certificate", "provincial_merit"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"name": " "}, {"name": ["required"]}, id="no-name"),
        pytest.param({"awards": []}, {"awards": ["choose_one"]}, id="no-award"),
        pytest.param({"year": 2031}, {"year": ["year_outside_plan"]}, id="after-the-plan"),
        pytest.param({"year": 2024}, {"year": ["year_outside_plan"]}, id="before-the-plan"),
        pytest.param(
            {"closes_at": NOON}, {"closes_at": ["ends_before_it_begins"]}, id="ends-at-start"
        ),
    ],
)
def test_a_round_is_refused(session, ward, changes, problem):
    with pytest.raises(InvalidSubmission) as caught:
        announce(session, ward, **changes)
    found = {k: [one.split("|")[0] for one in v] for k, v in caught.value.messages.items()}
    assert found == problem
    assert count(session, Round.id) == 3


def test_a_round_needs_a_plan_and_moments_with_a_zone(session, ward):
    with pytest.raises(NotFound):
        announce(session, ward, plan_id=99)
    with pytest.raises(ValueError, match="naive"):
        announce(session, ward, opens_at=NOON.replace(tzinfo=None))


@pytest.mark.parametrize("who", ["school_head", "ward_chairman", "auditor", "provincial_clerk"])
def test_only_the_standing_body_and_the_administrator_manage_rounds(session, ward, who):
    actor = getattr(ward, who)
    with pytest.raises(NotPermitted):
        announce(session, ward, actor=actor)
    with pytest.raises(NotPermitted):
        close_round(session, round_id=ward.final_id, actor=actor, at=NOON)
    with pytest.raises(NotPermitted):
        change_round(
            session,
            round_id=ward.final_id,
            name="x",
            opens_at=NOON,
            closes_at=NOON + timedelta(1),
            actor=actor,
            at=NOON,
        )
    assert count(session, JournalEntry.id) == 0


def test_several_rounds_are_open_at_once_from_their_opening_until_before_their_end(
    session, ward
):
    row = announce(session, ward)
    ids = {round_.id for round_ in list_open_rounds(session, NOON)}
    assert ids == {ward.annual_id, ward.final_id, row.id}
    assert row in list_open_rounds(session, row.closes_at - timedelta(microseconds=1))
    assert row not in list_open_rounds(session, row.closes_at)
    assert row not in list_open_rounds(session, row.opens_at - timedelta(microseconds=1))
    assert len(list_rounds(session)) == 4


def test_a_round_that_is_closed_takes_nothing_more(session, ward):
    row = close_round(session, round_id=ward.final_id, actor=ward.ward_clerk, at=NOON)
    assert row.closes_at == NOON
    with pytest.raises(RoundNotOpen) as caught:
        require_open(row, NOON)
    assert caught.value.facts["closes_at"] == NOON
    with pytest.raises(RoundNotOpen):
        close_round(session, round_id=ward.final_id, actor=ward.ward_clerk, at=NOON)
    entry = session.scalars(select(JournalEntry)).one()
    assert entry.detail["closes_at"][1] == NOON.isoformat()


def test_a_round_that_has_just_opened_cannot_close_at_the_same_moment(session, ward):
    row = announce(session, ward)
    with pytest.raises(RoundNotOpen):
        close_round(session, round_id=row.id, actor=ward.ward_clerk, at=NOON)


def test_a_round_gets_other_moments_with_old_and_new_in_the_journal(session, ward):
    row = get_round(session, ward.final_id)
    later = datetime(2030, 12, 31, 10, 0, tzinfo=UTC)
    values = {"round_id": row.id, "name": row.name, "opens_at": row.opens_at}
    before = row.closes_at
    for _ in range(2):  # the second changes nothing
        change_round(session, closes_at=later, actor=ward.administrator, at=NOON, **values)
    entry = session.scalars(select(JournalEntry)).one()
    assert entry.detail["changes"] == {"closes_at": [before.isoformat(), later.isoformat()]}
    with pytest.raises(InvalidSubmission):
        change_round(
            session, closes_at=row.opens_at, actor=ward.administrator, at=NOON, **values
        )
    assert row.closes_at == later


def test_a_round_that_does_not_exist(session, ward):
    with pytest.raises(NotFound):
        get_round(session, 99)
    with pytest.raises(NotFound):
        close_round(session, round_id=99, actor=ward.ward_clerk, at=NOON)


def test_an_award_of_the_plan_passes(session, ward):
    plan = plan_of(get_round(session, ward.final_id).plan)
    require_award(plan, Occasion.FINAL, Award.LABOR_ORDER)
    with pytest.raises(AwardNotInRound, match=r"IV\.2\.a"):
        require_award(plan, Occasion.ANNUAL, Award.LABOR_ORDER)
