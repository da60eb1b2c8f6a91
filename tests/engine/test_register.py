"""The register of awards: entering, mending and annulling, on both databases."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from engine.errors import (
    EntryNotInForce,
    InvalidSubmission,
    KeyReused,
    NotFound,
    NotPermitted,
    NumberTaken,
)
from engine.queries.register import priors_of
from engine.register import (
    annul,
    correct,
    enter_by_hand,
    enter_from_decision,
    mend,
    replace_award,
)
from engine.register_facts import AwardFacts, Letter
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Decision, JournalEntry, RegisterEntry
from engine.subject_records import Subject, subject_for
from forms.vocabulary import (
    AnnulmentGround,
    AuthorityLevel,
    Award,
    CommendationKind,
    EntryNature,
    EntryState,
    Honour,
    Outcome,
    SubjectKind,
)
from tests.walk import Walk, new_key
from tests.ward import NOON

TEACHER = "Nguyễn Thị Ví Dụ"

FACTS = AwardFacts(
    subject_text=TEACHER,
    honour=Honour.PROVINCIAL_MERIT,
    kind=CommendationKind.MERIT,
    authority_level=AuthorityLevel.PROVINCE,
    authority_name="Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên",
    number="15/QĐ-UBND",
    decided_on=date(2026, 1, 20),
    achieved_from=date(2024, 1, 1),
    achieved_to=date(2025, 12, 31),
    content="Thành tích xuất sắc trong dạy học.",
)

PAPER = Letter("320/QĐ-UBND", date(2030, 12, 2), "Số liệu trong báo cáo không đúng.")


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


@pytest.fixture
def subject_id(database):
    with unit_of_work(database) as session:
        return subject_for(session, kind=SubjectKind.INDIVIDUAL, name=TEACHER, at=NOON).id


@pytest.fixture
def by_hand(database, ward, subject_id):
    """The id of an award of the province that the clerk entered."""
    return enter(database, ward, subject_id)


@pytest.fixture
def granted(walk):
    """The id of the entry of a certificate that the ward's chairman granted here."""
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    return enter_decided(walk)


def enter(database, ward, subject_id, facts=FACTS, actor="ward_clerk", key=None):
    with unit_of_work(database) as session:
        return enter_by_hand(
            session,
            subject=Subject(SubjectKind.INDIVIDUAL, TEACHER, subject_id=subject_id),
            facts=facts,
            actor=ward.people[actor],
            at=NOON,
            key=key or new_key(),
        )


def enter_decided(walk):
    """Enter the award of the case, if the step that decided it did not; return its id."""
    with unit_of_work(walk.database) as session:
        case = session.get_one(Case, walk.case_id)
        entry = session.query(RegisterEntry).filter_by(case_id=case.id).one_or_none()
        if entry is None:
            if case.subject_id is None:
                row = subject_for(
                    session, kind=SubjectKind.INDIVIDUAL, name=case.subject_name, at=NOON
                )
                case.subject_id = row.id
            decision = session.query(Decision).filter_by(case_id=case.id).one()
            entry = enter_from_decision(
                session, case, decision, "Hai sáng kiến.", date(2026, 9, 1), None, NOON
            )
        return entry.id


def do_annul(database, actor, entry_id, letter=PAPER, key=None):
    with unit_of_work(database) as session:
        return annul(
            session,
            entry_id=entry_id,
            ground=AnnulmentGround.FALSE_DECLARATION,
            letter=letter,
            actor=actor,
            at=NOON,
            key=key or new_key(),
        )


def do_replace(database, actor, entry_id, facts):
    with unit_of_work(database) as session:
        return replace_award(
            session,
            entry_id=entry_id,
            facts=facts,
            reason="Sai họ tên người được khen.",
            actor=actor,
            at=NOON,
            key=new_key(),
        )


def read(database, entry_id):
    with reading(database) as session:
        entry = session.get_one(RegisterEntry, entry_id)
        session.expunge_all()
        return entry


def journal_of(database, stream):
    with reading(database) as session:
        chosen = select(JournalEntry).where(JournalEntry.stream == stream)
        entries = session.scalars(chosen.order_by(JournalEntry.seq))
        return [(entry.action, entry.role, entry.detail) for entry in entries]


def rows(database):
    with reading(database) as session:
        chosen = select(RegisterEntry.id, RegisterEntry.state).order_by(RegisterEntry.id)
        notes = session.scalar(select(func.count()).select_from(JournalEntry))
        return [tuple(row) for row in session.execute(chosen)], notes


def test_a_decision_of_a_case_is_entered(walk):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    enter_decided(walk)
    with unit_of_work(walk.database) as session:
        case = session.get_one(Case, walk.case_id)
        (prior,) = priors_of(session, [case.subject_id])
        assert prior.honour is Honour.UNIT_CERTIFICATE
        assert prior.kind is CommendationKind.MOVEMENT
        assert prior.authority_level is AuthorityLevel.WARD
        assert prior.authority_name == "Chủ tịch Ủy ban nhân dân phường Vạn Xuân"
        assert (prior.number, prior.decided_on) == ("309/QĐ-UBND", date(2030, 12, 2))
        assert prior.state is EntryState.IN_FORCE
        assert prior.subject_text == TEACHER
        assert priors_of(session, [case.subject_id + 1]) == []


def test_the_state_decides_and_not_the_office_that_writes(walk):
    walk.open(award=Award.PRIME_MINISTER_CERTIFICATE).to("record_prime_minister_decision")
    walk.do(Outcome.AWARD)
    entry = read(walk.database, enter_decided(walk))
    assert entry.authority_name == "Thủ tướng Chính phủ"
    assert entry.authority_level is AuthorityLevel.PRIME_MINISTER


def test_an_award_of_the_past_is_entered_by_hand(database, ward, subject_id):
    facts = replace(FACTS, subject_text="  Nguyễn  Thị Ví Dụ ")
    entry = read(database, enter(database, ward, subject_id, facts))
    assert (entry.subject_text, entry.folded_subject) == (TEACHER, "nguyen thi vi du")
    assert entry.honour_text == "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh"
    assert entry.entered_by_id == ward.ward_clerk.person_id
    ((action, role, detail),) = journal_of(database, "register")
    assert (action, role.value) == ("award.entered", "ward_clerk")
    assert (detail["entry_id"], detail["decided_on"]) == (entry.id, "2026-01-20")


def test_history_may_know_neither_number_nor_day(database, ward, subject_id):
    facts = replace(FACTS, number="", decided_on=None, achieved_from=None, achieved_to=None)
    ids = {enter(database, ward, subject_id, facts) for _ in range(2)}
    assert len(ids) == 2
    with reading(database) as session:
        assert {prior.entry_id for prior in priors_of(session, [subject_id])} == ids


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"achieved_to": date(2023, 12, 31)}, "achieved_to", "ends_before_it_begins"),
        ({"achieved_from": date(2026, 1, 21)}, "achieved_to", "ends_before_it_begins"),
        (
            {"achieved_from": date(2026, 1, 21), "achieved_to": None},
            "decided_on",
            "decided_before_achievement",
        ),
        ({"achieved_to": date(2027, 1, 1)}, "achieved_to", "achieved_after_decision"),
        ({"decided_on": date(2030, 12, 3)}, "decided_on", "day_in_future"),
        (
            {
                "honour": Honour.UNIT_CERTIFICATE,
                "authority_level": AuthorityLevel.FORMER_DISTRICT,
                "decided_on": date(2025, 7, 1),
                "achieved_to": None,
            },
            "authority_level",
            "district_is_gone",
        ),
        ({"honour": Honour.LABOR_ORDER}, "authority_level", "not_of_this_authority"),
        ({"authority_level": AuthorityLevel.WARD}, "authority_level", "not_of_this_authority"),
        ({"subject_text": " "}, "subject_text", "required"),
        ({"authority_name": ""}, "authority_name", "required"),
        ({"number": "1" * 61}, "number", "too_long"),
        ({"content": "a\x07b"}, "content", "control_character"),
    ],
)
def test_facts_that_contradict_each_other_change_nothing(
    database, ward, subject_id, changes, field, message
):
    before = rows(database)
    with pytest.raises(InvalidSubmission) as caught:
        enter(database, ward, subject_id, replace(FACTS, **changes))
    assert [one.split("|")[0] for one in caught.value.messages[field]] == [message]
    assert rows(database) == before


def test_an_award_of_a_year_may_be_decided_in_its_december(database, ward, subject_id):
    year = {"achieved_from": date(2026, 1, 1), "achieved_to": date(2026, 12, 31)}
    facts = replace(FACTS, decided_on=date(2026, 12, 15), **year)
    assert enter(database, ward, subject_id, facts)


def test_the_last_decision_of_a_district_is_taken(database, ward, subject_id):
    facts = replace(
        FACTS,
        honour=Honour.UNIT_CERTIFICATE,
        authority_level=AuthorityLevel.FORMER_DISTRICT,
        decided_on=date(2025, 6, 30),
        achieved_to=None,
    )
    assert enter(database, ward, subject_id, facts)


def test_one_award_by_one_decision_is_entered_once(database, ward, subject_id, by_hand):
    with pytest.raises(InvalidSubmission) as caught:
        enter(database, ward, subject_id)
    assert caught.value.messages == {"number": [f"already_in_register|{by_hand}"]}
    enter(database, ward, subject_id, replace(FACTS, decided_on=date(2026, 1, 21)))


def test_a_double_click_enters_one_award(database, ward, subject_id):
    key = new_key()
    first = enter(database, ward, subject_id, key=key)
    assert enter(database, ward, subject_id, key=key) == first
    with pytest.raises(KeyReused):
        enter(database, ward, subject_id, replace(FACTS, content="Khác."), key=key)


@pytest.mark.parametrize("who", ["ward_chairman", "auditor", "school_head", "administrator"])
def test_only_the_clerk_of_the_ward_writes_the_register(database, ward, subject_id, who):
    with pytest.raises(NotPermitted):
        enter(database, ward, subject_id, actor=who)


def test_a_subject_that_nobody_chose_gets_a_record_of_its_own(database, ward, by_hand):
    """Records are never brought together by their names alone."""
    entry_id = enter(database, ward, None)
    assert read(database, entry_id).subject_id != read(database, by_hand).subject_id


def test_an_unknown_subject_is_refused(database, ward):
    with pytest.raises(NotFound):
        enter(database, ward, 999)


def test_what_was_typed_wrongly_is_mended_and_journaled(database, ward, by_hand):
    facts = replace(FACTS, number="51/QĐ-UBND", subject_text="Nguyễn Thị Thí Dụ")
    with unit_of_work(database) as session:
        mend(
            session,
            entry_id=by_hand,
            facts=facts,
            actor=ward.ward_clerk,
            at=NOON,
            key=new_key(),
        )
    entry = read(database, by_hand)
    assert (entry.number, entry.folded_subject) == ("51/QĐ-UBND", "nguyen thi thi du")
    action, _role, detail = journal_of(database, "register")[-1]
    assert action == "award.mended"
    assert detail["changes"]["number"] == ["15/QĐ-UBND", "51/QĐ-UBND"]
    assert set(detail["changes"]) == {"number", "subject_text"}


def test_the_entry_of_a_decision_here_is_no_typing_mistake(walk, ward, granted):
    before = rows(walk.database)
    with pytest.raises(InvalidSubmission) as caught, unit_of_work(walk.database) as session:
        mend(
            session,
            entry_id=granted,
            facts=FACTS,
            actor=ward.ward_clerk,
            at=NOON,
            key=new_key(),
        )
    assert caught.value.messages == {"_form": ["mend_by_decision"]}
    assert rows(walk.database) == before


def test_a_letter_corrects_the_form_and_the_award_stays(database, ward, by_hand, subject_id):
    letter = Letter("12/UBND-VX", date(2026, 2, 1), "Sai ký hiệu của quyết định.")
    for _ in range(2):
        with unit_of_work(database) as session:
            act_id = correct(
                session,
                entry_id=by_hand,
                letter=letter,
                actor=ward.ward_clerk,
                at=NOON,
                key=new_key(),
            )
    act = read(database, act_id)
    assert (act.nature, act.about_id) == (EntryNature.ADJUSTED, by_hand)
    assert (act.number, act.reason) == ("12/UBND-VX", "Sai ký hiệu của quyết định.")
    assert read(database, by_hand).state is EntryState.CORRECTED
    with reading(database) as session:
        (prior,) = priors_of(session, [subject_id])
    assert (prior.entry_id, prior.state) == (by_hand, EntryState.CORRECTED)


def test_a_letter_cannot_come_before_what_it_corrects(database, ward, by_hand):
    letter = Letter("12/UBND-VX", date(2026, 1, 19), "Sai ký hiệu.")
    with pytest.raises(InvalidSubmission) as caught, unit_of_work(database) as session:
        correct(
            session,
            entry_id=by_hand,
            letter=letter,
            actor=ward.ward_clerk,
            at=NOON,
            key=new_key(),
        )
    assert caught.value.messages == {"decided_on": ["before_the_award|19/01/2026|20/01/2026"]}


def test_a_wrong_name_is_mended_by_a_decision_that_replaces(walk, ward, granted):
    old = read(walk.database, granted)
    facts = replace(
        FACTS,
        subject_text="Nguyễn Thị Thí Dụ",
        honour=Honour.UNIT_CERTIFICATE,
        authority_level=AuthorityLevel.WARD,
        number="330/QĐ-UBND",
        decided_on=date(2030, 12, 2),
    )
    new_id = do_replace(walk.database, ward.ward_clerk, granted, facts)
    new, old = read(walk.database, new_id), read(walk.database, granted)
    assert (old.state, old.replaced_by_id) == (EntryState.REPLACED, new_id)
    assert old.reason == "Sai họ tên người được khen."
    assert (new.subject_id, new.case_id) == (old.subject_id, old.case_id)
    with reading(walk.database) as session:
        (prior,) = priors_of(session, [old.subject_id])
    assert (prior.entry_id, prior.subject_text) == (new_id, "Nguyễn Thị Thí Dụ")
    assert walk.journal()[-1].action == "award.replaced"
    assert walk.check() == []


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"number": "15/QĐ-UBND"}, {"number": ["same_number|15/QĐ-UBND"]}),
        ({"number": ""}, {"number": ["required"]}),
        ({"decided_on": None}, {"decided_on": ["required"]}),
        (
            {"decided_on": date(2026, 1, 19)},
            {"decided_on": ["before_the_award|19/01/2026|20/01/2026"]},
        ),
    ],
)
def test_a_replacing_decision_has_a_number_and_comes_later(
    database, ward, by_hand, changes, messages
):
    facts = replace(FACTS, **{"number": "16/QĐ-UBND", **changes})
    before = rows(database)
    with pytest.raises(InvalidSubmission) as caught:
        do_replace(database, ward.ward_clerk, by_hand, facts)
    assert caught.value.messages == messages
    assert rows(database) == before


def test_who_granted_annuls_and_both_records_stay_linked(walk, ward, granted):
    act_id = do_annul(walk.database, ward.ward_chairman, granted)
    act, award = read(walk.database, act_id), read(walk.database, granted)
    assert (act.nature, act.about_id) == (EntryNature.RECOVERED, granted)
    assert act.ground is AnnulmentGround.FALSE_DECLARATION
    assert (act.number, act.authority_name) == ("320/QĐ-UBND", award.authority_name)
    assert award.state is EntryState.ANNULLED
    with reading(walk.database) as session:
        (prior,) = priors_of(session, [award.subject_id])
    assert prior.state is EntryState.ANNULLED
    entry = walk.journal()[-1]
    assert (entry.action, entry.role.value) == ("award.annulled", "ward_chairman")
    assert entry.detail["ground"] == "false_declaration"
    assert walk.check() == []


def test_the_number_of_an_annulment_is_not_given_to_a_decision(walk, ward, granted):
    do_annul(walk.database, ward.ward_chairman, granted)
    other = Walk(walk.database, ward).open().to("decide_at_ward")
    before = rows(walk.database)
    with pytest.raises(NumberTaken) as refused:
        other.do(Outcome.AWARD, number="320/QĐ-UBND")
    assert refused.value.facts == {"number": "320/QĐ-UBND", "reference": ""}
    assert rows(walk.database) == before


@pytest.mark.parametrize("who", ["ward_clerk", "school_head", "provincial_clerk", "auditor"])
def test_nobody_annuls_what_another_granted(walk, ward, granted, who):
    before = rows(walk.database)
    with pytest.raises(NotPermitted):
        do_annul(walk.database, ward.people[who], granted)
    assert rows(walk.database) == before


@pytest.mark.parametrize("who", ["company_head", "administrator", "provincial_chairman"])
def test_whoever_may_not_see_an_award_does_not_learn_of_it(walk, ward, granted, who):
    with pytest.raises(NotFound):
        do_annul(walk.database, ward.people[who], granted)


def test_a_head_of_a_unit_annuls_what_the_unit_granted(walk, ward):
    walk.open(
        unit_id=ward.units["cong-ty"],
        actor=ward.company_clerk,
    ).to("review_at_unit").do(Outcome.AWARD, number="07/QĐ-SK")
    entry_id = enter_decided(walk)
    with pytest.raises(NotPermitted):
        do_annul(walk.database, ward.ward_chairman, entry_id)
    assert do_annul(walk.database, ward.company_head, entry_id)


def test_the_clerk_records_the_annulment_of_a_paper_award(database, ward, by_hand):
    with pytest.raises(NotPermitted):
        do_annul(database, ward.ward_chairman, by_hand)
    assert do_annul(database, ward.ward_clerk, by_hand)
    assert journal_of(database, "register")[-1][0] == "award.annulled"


def test_replacing_by_paper_opens_no_way_around_who_granted(walk, ward, granted):
    facts = replace(
        FACTS,
        honour=Honour.UNIT_CERTIFICATE,
        authority_level=AuthorityLevel.WARD,
        number="330/QĐ-UBND",
        decided_on=date(2030, 12, 2),
    )
    new_id = do_replace(walk.database, ward.ward_clerk, granted, facts)
    with pytest.raises(NotPermitted):
        do_annul(walk.database, ward.ward_clerk, new_id)
    assert do_annul(walk.database, ward.ward_chairman, new_id)


def test_an_award_is_annulled_once_and_then_nothing_else(walk, ward, granted):
    key = new_key()
    act_id = do_annul(walk.database, ward.ward_chairman, granted, key=key)
    assert do_annul(walk.database, ward.ward_chairman, granted, key=key) == act_id
    before = rows(walk.database)
    for entry_id in (granted, act_id):
        with pytest.raises(EntryNotInForce):
            do_annul(walk.database, ward.ward_chairman, entry_id)
        with pytest.raises(EntryNotInForce):
            do_replace(walk.database, ward.ward_clerk, entry_id, FACTS)
    assert rows(walk.database) == before


def test_the_number_of_an_annulled_award_stays_used(walk, ward, granted, database):
    """Edge case 21: the number is never given again, neither to the annulment."""
    with pytest.raises(NumberTaken):
        do_annul(database, ward.ward_chairman, granted, replace(PAPER, number="309/QĐ-UBND"))
    do_annul(database, ward.ward_chairman, granted)
    other = Walk(database, ward).open().to("decide_at_ward")
    with pytest.raises(NumberTaken):
        other.do(Outcome.AWARD)


def test_an_annulment_wants_a_number_a_day_and_a_reason(walk, ward, granted):
    with pytest.raises(InvalidSubmission) as caught:
        do_annul(walk.database, ward.ward_chairman, granted, Letter("", date(2030, 12, 3), " "))
    assert caught.value.messages == {
        "number": ["required"],
        "reason": ["required"],
        "decided_on": ["day_in_future|03/12/2030|02/12/2030"],
    }
