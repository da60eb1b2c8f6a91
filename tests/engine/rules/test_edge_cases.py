"""The 24 edge cases of the ward's legal reference, each with its sentence and its source."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from engine.bonus import bonus_for, packaged_bonuses
from engine.datafiles import Translated
from engine.rounds import find_next_round
from engine.rules.authority import who_decides
from engine.rules.book import book
from engine.rules.calendar import Calendar, WorkYear
from engine.rules.council import least_agreeing
from engine.rules.facts import Matter, OtherNomination, Votes
from engine.rules.papers import (
    Counts,
    Mend,
    counts_differ,
    mend_of,
)
from engine.rules.priors import percent_alike
from engine.settings import SETTINGS
from engine.store.models import Round
from engine.subject_names import match_key
from forms import find_errors
from forms.definition import FormContext
from forms.messages import sentence
from forms.vocabulary import (
    AuthorityLevel,
    Award,
    BonusOrder,
    BonusRounding,
    CheckStage,
    CommendationKind,
    Conclusion,
    EntryState,
    HoldReason,
    Honour,
    Level,
    MovementBasis,
    Occasion,
    Route,
    RuleVerdict,
    SubjectKind,
    UnitKind,
)
from tests.engine.rules.nominations import answer, prior

LAW = "Luật Thi đua, khen thưởng số 06/2022/QH15, "
DECREE = "Nghị định số 152/2025/NĐ-CP"
AFTER_DECREE = "cấu hình đơn vị (giữ nguyên tắc của Nghị định số 152/2025/NĐ-CP"
OFFICE = "cấu hình đơn vị"
SIGNING = "Nghị định số 30/2020/NĐ-CP về công tác văn thư, Điều 13"

MET, NOT_MET, HELD = RuleVerdict.MET, RuleVerdict.NOT_MET, RuleVerdict.HELD
IN_2026 = {"received_on": date(2026, 9, 25), "asked_on": date(2026, 9, 25)}


def assert_says(said, code, verdict, source):
    """The rule of ``code`` says exactly that, with this source."""
    finding = said.find(code.split(".")[0])
    assert finding is not None, f"{code}: no such rule on {said.received_on}"
    assert (finding.code, finding.verdict) == (code, verdict)
    assert finding.source.text.vi.startswith(source)
    assert finding.source.is_office is source.startswith(OFFICE)
    return finding


def voted(agree, total=11, *, present=None, written=0, level=Level.WARD):
    there = total - written if present is None else present
    return {
        "stage": CheckStage.ADVISED,
        "votes": Votes(level, total, there, written, agree),
        "council_members": ("Bùi Văn Ghi", "Ngô Thị Bàn"),
    }


def amount(award, kind, day, level, **settings):
    values = {name: setting.default for name, setting in SETTINGS.items()}
    bonus = bonus_for(
        packaged_bonuses(),
        award=award,
        subject_kind=kind,
        day=day,
        settings={**values, **settings},
        level=level,
        unit_kind=UnitKind.ENTERPRISE,
    )
    return bonus.amount


def test_01_a_nominee_on_the_council_is_shown_and_the_denominator_stays():
    said = answer(subject_name="ngô thị bàn", **voted(6))
    finding = assert_says(said, "C07.is_a_member", NOT_MET, OFFICE)
    assert finding.warns
    assert finding.used["total"] == 11
    assert said.find("C05").used["total"] == 11
    assert_says(answer(**voted(6)), "C07.not_a_member", MET, OFFICE)


@pytest.mark.parametrize(
    ("agree", "code", "verdict"), [(10, "enough", MET), (8, "too_few", NOT_MET)]
)
def test_02_a_written_opinion_counts_and_a_blank_ballot_does_not(agree, code, verdict):
    """11 members: 9 there agree and one wrote so, one ballot is blank; or 8 agree at all."""
    votes = voted(agree, present=10, written=1, level=Level.PROVINCE)
    in_force = answer(Award.PRIME_MINISTER_CERTIFICATE, **votes, **IN_2026)
    finding = assert_says(in_force, f"C01.{code}", verdict, DECREE)
    assert finding.used["least"] == least_agreeing(11, 800) == 9
    later = answer(Award.PRIME_MINISTER_CERTIFICATE, **votes)
    assert_says(later, f"C01.{code}", verdict, AFTER_DECREE)
    assert_says(in_force, "C02.counted", MET, DECREE)


def test_03_a_second_award_for_the_same_figures_is_warned_of_with_both_texts():
    report = "Tỷ lệ hồ sơ dịch vụ công trực tuyến toàn trình đạt 92 phần trăm, giảm 14.000 lượt"
    of_2027 = prior(
        kind=CommendationKind.MOVEMENT,
        decided_on=date(2027, 12, 28),
        achieved_from=date(2027, 1, 1),
        achieved_to=date(2027, 12, 31),
        content=report + " đi lại của người dân",
    )
    said = answer(occasion=Occasion.MIDTERM, content=report, priors=(of_2027,))
    finding = assert_says(said, "E23.similar", NOT_MET, LAW + "Điều 5 khoản 2 điểm c")
    assert finding.warns
    assert finding.used["content"] == report
    assert finding.used["prior_content"] == of_2027.content
    assert finding.used["percent"] == percent_alike(report, of_2027.content) == 100
    other = answer(occasion=Occasion.MIDTERM, priors=(of_2027,))
    assert_says(other, "E23.different", MET, LAW + "Điều 5 khoản 2 điểm c")


def test_04_a_merit_of_this_movement_is_no_step_towards_merit():
    of_movement = prior(kind=CommendationKind.MOVEMENT, decided_on=date(2026, 12, 28))
    asked = {"route": Route.MERIT, **IN_2026}
    said = answer(Award.PRIME_MINISTER_CERTIFICATE, priors=(of_movement,), **asked)
    assert_says(said, "E21.thematic_only", NOT_MET, DECREE)
    assert_says(said, "E14.no_prior", NOT_MET, LAW + "Điều 73 khoản 1 điểm b")
    assert said.conclusion is Conclusion.NOT_ELIGIBLE
    both = answer(Award.PRIME_MINISTER_CERTIFICATE, priors=(of_movement, prior()), **asked)
    assert_says(both, "E21.merit_found", MET, DECREE)
    assert both.find("E14").verdict is RuleVerdict.CANNOT_TELL  # years are not declared yet


def test_05_the_third_class_waits_until_the_movement_has_run_five_years():
    early = answer(Award.LABOR_ORDER, reviewed_on=date(2030, 5, 30))
    finding = assert_says(early, "E07.too_short", NOT_MET, LAW + "Điều 44 khoản 1 điểm a")
    assert finding.blocks
    assert not finding.may_override
    assert finding.used["from_day"] == date(2030, 6, 2)
    assert finding.used["ran"].vi == "4 năm 11 tháng"
    assert_says(early, "E11.too_early", NOT_MET, OFFICE)
    late = answer(Award.LABOR_ORDER, reviewed_on=date(2030, 12, 5))
    assert_says(late, "E07.long_enough", MET, LAW + "Điều 44 khoản 1 điểm a")
    assert late.conclusion is Conclusion.ELIGIBLE


def test_06_the_second_class_is_for_collectives_in_a_movement_from_the_top():
    person = answer(Award.LABOR_ORDER_SECOND)
    assert_says(person, "E10.no_route", NOT_MET, LAW + "Điều 43 khoản 1")
    own = answer(Award.LABOR_ORDER_SECOND, SubjectKind.COLLECTIVE)
    refused = assert_says(own, "E09.wrong_level", NOT_MET, LAW + "Điều 43 khoản 4 điểm c")
    assert "1683/QĐ-UBND" in refused.text.vi
    parent = answer(
        Award.LABOR_ORDER_SECOND, SubjectKind.COLLECTIVE, basis=MovementBasis.PARENT
    )
    allowed = assert_says(parent, "E09.right_level", MET, LAW + "Điều 43 khoản 4 điểm c")
    assert "923/QĐ-TTg" in allowed.text.vi
    note = assert_says(
        parent, "M08.class_beyond_plan", NOT_MET, "Kế hoạch số 40/KH-UBND, mục IV.2.b"
    )
    assert note.warns
    assert parent.conclusion is Conclusion.ELIGIBLE


def test_07_the_plan_and_not_the_law_keeps_the_certificate_from_the_midterm_review():
    said = answer(Award.PRIME_MINISTER_CERTIFICATE, occasion=Occasion.MIDTERM)
    finding = assert_says(said, "E13.not_listed", NOT_MET, "Kế hoạch số 40/KH-UBND, mục IV.2.a")
    assert finding.blocks
    assert finding.may_override
    assert [one.rule for one in said.blocking] == ["E13"]


def test_08_the_day_of_reception_chooses_the_rules_and_not_that_of_the_council():
    said = answer(received_on=date(2026, 9, 25), asked_on=date(2026, 10, 20))
    assert said.regime.vi.startswith("Từ 05/8/2025 đến 30/9/2026")
    assert said.find("E23").confidence.value == "H"
    after = answer(received_on=date(2026, 10, 5), asked_on=date(2026, 10, 20))
    assert after.regime.vi.startswith("Từ 01/10/2026")
    assert after.find("E23").confidence.value == "M"
    assert_says(after, "M05.thematic", MET, "Luật số 06/2026/QH16")


def test_09_a_notice_from_a_sunday_is_counted_from_monday():
    """Ten working days of public notice, as for a Labor Order, from Sunday 16 May 2021."""
    year = WorkYear(2021, (), (), Translated("Năm 2021", "2021"))
    calendar = Calendar((year,))
    assert calendar.first_working_day(date(2021, 5, 16)) == date(2021, 5, 17)
    assert calendar.add_working_days(date(2021, 5, 16), 1) == date(2021, 5, 17)
    assert calendar.add_working_days(date(2021, 5, 16), 10) == date(2021, 5, 28)
    assert calendar.add_working_days(date(2021, 5, 14), 10) == date(2021, 5, 28)
    notice = next(one for one in book().parts["papers.yaml"].papers if one.id == "D11")
    assert notice.source.text.vi == LAW + "Điều 84 khoản 5"


def test_10_a_household_is_outside_the_plan():
    said = answer(Award.PROVINCIAL_MERIT, SubjectKind.HOUSEHOLD)
    finding = assert_says(
        said, "E20.not_listed", NOT_MET, "Kế hoạch số 40/KH-UBND, mục II.1, IV.1"
    )
    assert "ngoài đối tượng của Kế hoạch" in finding.text.vi
    assert said.conclusion is Conclusion.NOT_ELIGIBLE


def test_11_a_principal_nominates_and_the_ward_chairman_issues():
    said = answer(Award.UNIT_CERTIFICATE, unit_kind=UnitKind.SCHOOL)
    assert_says(said, "A14.ward_decides", MET, LAW + "Điều 75 khoản 1, Điều 80")
    found = who_decides(book(), Award.UNIT_CERTIFICATE, UnitKind.SCHOOL, "", date(2026, 9, 25))
    assert not found.may_unit_issue
    assert (found.issuer.id, found.issuer.is_listed) == ("A14", False)
    assert (found.decider.id, found.decider.who.vi) == (
        "A01",
        "Chủ tịch Ủy ban nhân dân phường",
    )
    assert found.decider.source.text.vi == LAW + "Điều 75 khoản 1 điểm đ, Điều 80 khoản 3"


def test_12_a_deputy_signs_only_by_a_document_that_says_so():
    signing = {"stage": CheckStage.DECIDED, "signer_title": "Phó Chủ tịch"}
    said = answer(**signing)
    finding = assert_says(said, "R05.not_assigned", NOT_MET, SIGNING)
    assert finding.warns
    assigned = answer(**signing, settings={"signing_assignment": "Quyết định số 05/QĐ-UBND"})
    assert_says(assigned, "R05.assigned", MET, SIGNING)


def test_13_no_number_before_the_signature():
    typed = {"number": "309/QĐ-UBND", "signer_name": "Đặng Văn Ký", "signer_title": "Chủ tịch"}
    messages = find_errors("decision.v1", typed, FormContext(today=date(2026, 9, 25)))
    assert "number_before_signature" in messages["signed_on"]
    said = sentence("number_before_signature", "vi")
    assert "Nghị định số 30/2020/NĐ-CP, Điều 15" in said
    late = {**typed, "signed_on": "26/09/2026"}
    assert "signed_on" in find_errors("decision.v1", late, FormContext(today=date(2026, 9, 25)))


def test_14_a_wrong_name_is_mended_where_it_stands():
    in_decision = mend_of(in_decision=True, of_content=True)
    assert in_decision is Mend.REPLACEMENT
    assert in_decision.source == "Nghị định số 30/2020/NĐ-CP, Điều 18 khoản 3"
    assert mend_of(in_decision=True, of_content=False) is Mend.LETTER
    on_certificate = mend_of(in_decision=False, of_content=True)
    assert on_certificate is Mend.REPRINT
    assert "giữ nguyên số" in on_certificate.vi


def test_15_spellings_of_one_unit_have_one_key():
    keys = {
        match_key(name)
        for name in (
            "Trung tâm Mắt – Nội tiết",
            "Trung tâm  Mắt - Nội tiết ",
            "Trung ta\u0302m Ma\u0306\u0301t - Nội tiết",
        )
    }
    assert len(keys) == 1
    assert match_key("U\u0309y ban") == match_key("Ủy ban")


def test_16_an_abbreviation_is_written_out():
    short = match_key("Hội LHPN phường Yên Nghĩa")
    assert short == match_key("Hội Liên hiệp Phụ nữ phường Yên Nghĩa")


def test_17_a_list_of_another_length_than_the_statement_is_refused():
    assert counts_differ(Counts(5, 4), Counts(5, 3)) == ("individuals",)
    assert counts_differ(Counts(5, 4), Counts(5, 4)) == ()


def test_18_a_rounding_mode_is_seen_in_the_amount():
    certificate = (Award.UNIT_CERTIFICATE, SubjectKind.INDIVIDUAL, date(2026, 6, 1), Level.UNIT)
    assert amount(*certificate, bonus_rounding=BonusRounding.UP_10K) == 710_000
    assert amount(*certificate, bonus_rounding=BonusRounding.NEAREST_10K) == 700_000
    order = (
        *(Award.LABOR_ORDER_SECOND, SubjectKind.COLLECTIVE),
        *(date(2026, 7, 1), Level.PRESIDENT),
    )
    assert amount(*order, bonus_order=BonusOrder.DOUBLE_THEN_ROUND) == 37_950_000
    assert amount(*order, bonus_order=BonusOrder.ROUND_THEN_DOUBLE) == 37_960_000


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2026, 6, 30), 3_510_000), (date(2026, 7, 1), 3_800_000)]
)
def test_19_the_base_salary_is_that_of_the_decision(day, expected):
    """1,5 × 2.340.000 on the last day, 1,5 × 2.530.000 rounded up from the next."""
    merit = (Award.PROVINCIAL_MERIT, SubjectKind.INDIVIDUAL, day, Level.PROVINCE)
    assert amount(*merit) == expected


def test_20_a_hold_ends_with_its_matter_and_the_dossier_goes_on(session, ward):
    begun = date(2026, 5, 4)
    pending = Matter(HoldReason.COMPLAINT, begun)
    held = answer(matters=(pending,), **IN_2026)
    finding = assert_says(held, "E24.pending", HELD, DECREE)
    assert held.conclusion is Conclusion.HELD
    assert "tố cáo" not in finding.text.vi
    groundless = Matter(HoldReason.COMPLAINT, begun, ended_on=date(2026, 8, 4))
    resumed = answer(matters=(groundless,), **IN_2026)
    assert_says(resumed, "E24.settled", MET, DECREE)
    assert resumed.conclusion is Conclusion.ELIGIBLE
    closed = session.get_one(Round, ward.closed_id)
    case = SimpleNamespace(round=closed, award=Award.UNIT_CERTIFICATE)
    while_open = closed.closes_at - timedelta(days=1)
    assert find_next_round(session, case, while_open) is None
    afterwards = datetime(2030, 12, 2, 5, tzinfo=UTC)
    assert find_next_round(session, case, afterwards) in (ward.annual_id, ward.final_id)


def test_21_only_who_granted_annuls_and_what_was_annulled_counts_no_more():
    """That its number stays used is tried where the register annuls."""
    found = who_decides(book(), Award.PROVINCIAL_MERIT, UnitKind.SCHOOL, "", date(2026, 9, 25))
    (annuller,) = found.annuls
    assert (annuller.id, annuller.source.text.vi) == ("A11", LAW + "Điều 93 khoản 8")
    fallen = prior(state=EntryState.ANNULLED)
    said = answer(
        Award.PRIME_MINISTER_CERTIFICATE, route=Route.MERIT, priors=(fallen,), **IN_2026
    )
    assert_says(said, "R04.annulled", NOT_MET, LAW + "Điều 76 khoản 1, Điều 93 khoản 2")
    assert_says(said, "E14.no_prior", NOT_MET, LAW + "Điều 73 khoản 1 điểm b")


def test_22_an_award_of_the_party_is_shown_and_counts_for_nothing():
    of_party = prior(
        Honour.PROVINCIAL_MERIT,
        level=AuthorityLevel.PARTY,
        authority_name="Đảng ủy phường",
        number="212-QĐ/ĐU",
    )
    said = answer(
        Award.PRIME_MINISTER_CERTIFICATE, route=Route.MERIT, priors=(of_party,), **IN_2026
    )
    shown = assert_says(said, "R04.shown", MET, LAW + "Điều 76 khoản 1")
    assert "212-QĐ/ĐU" in shown.text.vi
    assert_says(said, "E14.no_prior", NOT_MET, LAW + "Điều 73 khoản 1 điểm b")


def test_23_no_opinion_at_all_is_an_outcome_that_the_minutes_name():
    about = FormContext(asks_public=True, today=date(2026, 9, 25))
    counted = {"session_on": "20/09/2026", "total_members": "9", "present": "9"}
    voted = {**counted, "agree": "9", "disagree": "0", "opinions": "0"}
    silent = find_errors("council_resolution.v1", voted, about)
    assert silent == {"note": ["say_no_opinions"]}
    assert "Điều 84 khoản 5" in sentence("say_no_opinions", "vi")
    named = {**voted, "note": "Hết thời hạn không nhận được ý kiến nào."}
    assert find_errors("council_resolution.v1", named, about) == {}


def test_24_two_bodies_that_nominate_one_teacher_are_both_warned():
    other = OtherNomination(
        "2026-0007",
        Award.PROVINCIAL_MERIT,
        "Sở Giáo dục và Đào tạo",
        "Đợt năm 2026",
        same_unit=False,
        same_round=True,
    )
    said = answer(others=(other,), **IN_2026)
    finding = assert_says(said, "E31.two_bodies", NOT_MET, LAW + "Điều 83 khoản 1")
    assert finding.warns
    assert "Sở Giáo dục và Đào tạo" in finding.text.vi
    assert said.conclusion is Conclusion.ELIGIBLE


@pytest.mark.parametrize(
    ("received_on", "regime", "has_circular", "certain"),
    [
        (date(2025, 6, 20), "Trước 01/7/2025", False, "M"),
        (date(2025, 7, 2), "Từ 01/7/2025 đến 04/8/2025", False, "H"),
        (date(2026, 9, 25), "Từ 05/8/2025 đến 30/9/2026", True, "H"),
        (date(2026, 10, 5), "Từ 01/10/2026 đến 28/02/2027", True, "H"),
        (date(2027, 3, 1), "Từ 01/3/2027", True, "?"),
    ],
)
def test_a_question_gets_the_rule_set_of_its_day(received_on, regime, has_circular, certain):
    """Decree 98 remembered what Decree 152 says; after that lapses the office keeps it."""
    said = answer(received_on=received_on, asked_on=received_on)
    assert said.regime.vi.startswith(regime)
    assert (said.find("E27") is not None) is has_circular
    assert said.find("E24").confidence.value == certain
