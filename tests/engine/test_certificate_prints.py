"""Prints of certificates: each recorded, names confirmed before, nothing but the decision."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from pypdf import PdfReader
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from engine import register
from engine.certificate_prints import Which, confirm_name, record_prints
from engine.certificates import read_stock, render_run
from engine.errors import EntryNotInForce, InvalidSubmission, KeyReused, NotFound, NotPermitted
from engine.queries.certificates import list_certificates
from engine.register_facts import AwardFacts, Letter
from engine.store.database import reading, unit_of_work
from engine.store.models import CertificatePrint, RegisterEntry
from forms.vocabulary import AnnulmentGround, ConfirmationWay, Outcome, PrintKind
from tests.decided import decide_together
from tests.walk import NOON, Walk, new_key, on_sqlite

TODAY = date(2030, 12, 2)
A4 = {"size": "a4"}
REASON = {"unconfirmed_reason": "Trao ngay tại hội nghị."}


@pytest.fixture
def decided(database, ward):
    """A certificate of the ward."""
    walk = Walk(database, ward).open().to("decide_at_ward")
    walk.do(Outcome.AWARD)
    return walk


def confirm(walk, **changes):
    """Record that the recipient confirmed their name, as the ward's clerk does."""
    with unit_of_work(walk.database) as session:
        confirm_name(
            session,
            **{
                "reference": walk.case().reference,
                "is_right": True,
                "other_spelling": "",
                "way": ConfirmationWay.PHONE,
                "confirmed_by": "Nguyễn Thị Ví Dụ",
                "actor": walk.ward.ward_clerk,
                "at": NOON,
                "key": new_key(),
            }
            | changes,
        )


def record(walk, **changes):
    """Record a print as the ward's clerk does, and return its run."""
    with unit_of_work(walk.database) as session:
        return record_prints(
            session,
            **{
                "reference": walk.case().reference,
                "which": Which.ONE,
                "stock": {},
                "actor": walk.ward.ward_clerk,
                "at": NOON,
                "key": new_key(),
            }
            | changes,
        )


def shown(walk, actor=None):
    """Return the certificates of a decision as the ward's clerk sees them."""
    with reading(walk.database) as session:
        return list_certificates(session, actor or walk.ward.ward_clerk, walk.case().reference)


def kinds(walk):
    return [one.kind for one in shown(walk).chosen.prints]


def pages(walk, run, stock=None):
    with reading(walk.database) as session:
        content = render_run(session, walk.ward.ward_clerk, run, stock)
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_a_confirmed_name_is_printed_and_everything_is_kept(decided):
    confirm(decided)
    run = record(decided)
    one = shown(decided).chosen
    assert one.confirmation is not None
    assert one.confirmation.confirmed_by == "Nguyễn Thị Ví Dụ"
    assert one.confirmation.way is ConfirmationWay.PHONE
    assert one.confirmation.recorded_by == "Hoàng Thị Sổ"
    (sheet,) = one.prints
    assert (sheet.kind, sheet.printed_by, sheet.printed_at) == (
        PrintKind.FIRST,
        "Hoàng Thị Sổ",
        NOON,
    )
    assert sheet.unconfirmed_reason == sheet.reason == ""
    (page,) = pages(decided, run)
    assert "NGUYỄN THỊ VÍ DỤ" in page
    actions = [entry.action for entry in decided.journal()][-2:]
    assert actions == ["name.confirmed", "certificate.printed"]
    assert decided.check() == []


@on_sqlite
def test_without_a_confirmation_a_reason_is_needed(decided):
    with pytest.raises(InvalidSubmission) as refused:
        record(decided)
    assert refused.value.messages == {"unconfirmed_reason": ["required"]}
    record(decided, **REASON)
    (sheet,) = shown(decided).chosen.prints
    assert sheet.unconfirmed_reason == REASON["unconfirmed_reason"]


@on_sqlite
def test_a_second_print_has_a_reason_and_is_a_reprint(decided):
    confirm(decided)
    record(decided)
    with pytest.raises(InvalidSubmission) as refused:
        record(decided, reason="  ")
    assert refused.value.messages == {"reason": ["required"]}
    record(decided, reason="Kẹt giấy.")
    assert kinds(decided) == [PrintKind.REPRINT, PrintKind.FIRST]
    assert decided.journal()[-1].action == "certificate.reprinted"


@on_sqlite
def test_to_issue_again_needs_the_number_of_the_request(decided):
    confirm(decided)
    record(decided)
    with pytest.raises(InvalidSubmission) as refused:
        record(decided, is_reissue=True)
    assert refused.value.messages == {"reason": ["required"], "request_number": ["required"]}
    request = "15/CV-THCS ngày 01/12/2030"
    record(decided, is_reissue=True, reason="Bị ướt khi bão.", request_number=request)
    sheet = shown(decided).chosen.prints[0]
    assert (sheet.kind, sheet.request_number) == (PrintKind.REISSUE, request)
    entry = decided.journal()[-1]
    assert entry.action == "certificate.reissued"
    assert entry.detail["request_number"] == request


@on_sqlite
def test_a_certificate_of_before_may_be_issued_again(decided):
    record(decided, is_reissue=True, reason="Thất lạc.", request_number="16/CV-THCS", **REASON)
    assert kinds(decided) == [PrintKind.REISSUE]


@on_sqlite
def test_another_spelling_is_not_printed_until_it_is_confirmed(decided):
    confirm(decided, is_right=False, other_spelling="Nguyễn Thị Ví Dũ")
    for changes in ({}, REASON):
        with pytest.raises(InvalidSubmission) as refused:
            record(decided, **changes)
        (said,) = refused.value.messages["_form"]
        assert said == "name_disputed|Nguyễn Thị Ví Dũ|Nguyễn Thị Ví Dụ"
    confirm(decided)
    record(decided)
    assert kinds(decided) == [PrintKind.FIRST]


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"confirmed_by": " "}, {"confirmed_by": ["required"]}),
        ({"is_right": False}, {"other_spelling": ["required"]}),
        (
            {"is_right": False, "other_spelling": "Nguyễn  Thị Ví Dụ"},
            {"other_spelling": ["same_spelling"]},
        ),
        (
            {"is_right": False, "other_spelling": "x" * 300, "confirmed_by": "\x07"},
            {
                "other_spelling": ["too_long|200|300"],
                "confirmed_by": ["control_character|U+0007"],
            },
        ),
    ],
)
@on_sqlite
def test_a_confirmation_that_says_nothing_is_refused(decided, changes, messages):
    with pytest.raises(InvalidSubmission) as refused:
        confirm(decided, **changes)
    assert refused.value.messages == messages
    assert shown(decided).chosen.confirmations == ()


@on_sqlite
def test_the_same_key_prints_once(decided):
    confirm(decided)
    key = new_key()
    assert record(decided, key=key) == record(decided, key=key)
    assert kinds(decided) == [PrintKind.FIRST]
    with pytest.raises(KeyReused):
        record(decided, key=key, stock=A4)


@on_sqlite
def test_an_annulled_award_is_printed_no_more(decided):
    with unit_of_work(decided.database) as work:
        register.annul(
            work,
            entry_id=work.scalar(select(RegisterEntry.id)),
            ground=AnnulmentGround.FALSE_DECLARATION,
            letter=Letter("400/QĐ-UBND", TODAY, "Kê khai gian dối."),
            actor=decided.ward.ward_chairman,
            at=NOON,
            key=new_key(),
        )
    for act in (confirm, record):
        with pytest.raises(EntryNotInForce):
            act(decided)


@pytest.mark.parametrize(
    ("person", "error"),
    [
        ("school_head", NotPermitted),
        ("company_head", NotFound),
        ("auditor", NotPermitted),
    ],
)
@on_sqlite
def test_others_print_and_confirm_nothing(decided, person, error):
    actor = decided.ward.people[person]
    for act in (confirm, record):
        with pytest.raises(error):
            act(decided, actor=actor)
    run = record(decided, **REASON)
    with reading(decided.database) as session, pytest.raises(NotPermitted):
        render_run(session, actor, run, None)


@on_sqlite
def test_a_run_is_shown_as_it_was_recorded(decided):
    stock = read_stock("a4", "", "", has_heading=False)
    framed = record(decided, **REASON)
    on_stock = record(decided, reason="Đổi phôi.", stock=A4, **REASON)
    assert len(pages(decided, on_stock, stock)) == len(pages(decided, framed)) == 1
    for run, other in ((framed, stock), (on_stock, None), ("0" * 32, None)):
        with pytest.raises(NotFound):
            pages(decided, run, other)


CLEAN = {"reason": "", "request_number": "", "unconfirmed_reason": "x"}


@on_sqlite
def test_the_database_keeps_one_first_print_with_its_reasons(decided):
    record(decided, **REASON)
    row = {
        "run": "1" * 32,
        "place": 1,
        "case_id": decided.case_id,
        "is_on_stock": False,
        "printed_by_id": decided.ward.ward_clerk.person_id,
        "printed_at": NOON,
    }
    for wrong in (
        {"kind": PrintKind.FIRST},
        {"kind": PrintKind.REPRINT},
        {"kind": PrintKind.REISSUE, "reason": "x"},
        {"kind": PrintKind.REPRINT, "reason": "x", "unconfirmed_reason": ""},
    ):
        statement = insert(CertificatePrint).values(CLEAN | row | wrong)
        with decided.database.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(statement)


def test_two_who_print_at_once_make_one_first_print(decided):
    def print_it(number):
        try:
            return record(decided, key=new_key(), reason="", **REASON)
        except InvalidSubmission as error:
            return error.messages

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(print_it, range(4)))
    assert found.count({"reason": ["required"]}) == 3
    assert kinds(decided) == [PrintKind.FIRST]
    assert decided.check() == []


@pytest.fixture
def together(database, ward):
    """Three certificates of one decision of the ward."""
    return decide_together(database, ward, 3)


def test_a_decision_is_printed_in_one_run(together):
    first = together[0]
    for walk in together:
        confirm(walk)
    run = record(first, which=Which.NEW)
    assert len(pages(first, run)) == 3
    assert [kinds(walk) for walk in together] == [[PrintKind.FIRST]] * 3
    assert [walk.check() for walk in together] == [[]] * 3
    with reading(first.database) as session:
        places = session.scalars(
            select(CertificatePrint.place)
            .where(CertificatePrint.run == run)
            .order_by(CertificatePrint.case_id)
        ).all()
    assert places == [1, 2, 3]


@on_sqlite
def test_of_many_the_new_ones_are_printed_or_all_with_a_reason(together):
    first = together[0]
    record(first, **REASON)
    run = record(first, which=Which.NEW, **REASON)
    assert len(pages(first, run)) == 2
    with pytest.raises(InvalidSubmission) as refused:
        record(first, which=Which.NEW, **REASON)
    assert refused.value.messages == {"_form": ["nothing_to_print"]}
    run = record(first, which=Which.ALL, reason="Sai cỡ giấy.", **REASON)
    assert len(pages(first, run)) == 3
    assert kinds(together[2]) == [PrintKind.REPRINT, PrintKind.FIRST]


@on_sqlite
def test_a_disputed_name_is_left_out_of_many(together):
    confirm(together[1], is_right=False, other_spelling="Nguyễn Thị Ví Du")
    run = record(together[0], which=Which.NEW, **REASON)
    assert len(pages(together[0], run)) == 2
    assert kinds(together[1]) == []


@on_sqlite
def test_reasons_are_kept_only_where_they_are_needed(together):
    confirm(together[0])
    record(together[0])
    record(together[0], which=Which.ALL, reason="Sai cỡ giấy.", **REASON)
    again, new = shown(together[0]).chosen.prints[0], shown(together[1]).chosen.prints[0]
    assert (again.reason, again.unconfirmed_reason) == ("Sai cỡ giấy.", "")
    assert (new.reason, new.unconfirmed_reason) == ("", REASON["unconfirmed_reason"])


@on_sqlite
def test_a_refused_run_writes_nothing(together):
    with pytest.raises(InvalidSubmission):
        record(together[0], which=Which.ALL)
    with reading(together[0].database) as session:
        assert session.scalar(select(func.count()).select_from(CertificatePrint)) == 0
    assert together[0].journal()[-1].action == "task.completed"


@on_sqlite
def test_a_replaced_award_is_printed_as_its_new_decision_says(decided):
    with unit_of_work(decided.database) as work:
        entry = work.scalars(select(RegisterEntry)).one()
        facts = AwardFacts(
            subject_text="Nguyễn Thị Ví Dũ",
            honour=entry.honour,
            honour_text=entry.honour_text,
            kind=entry.kind,
            authority_level=entry.authority_level,
            authority_name=entry.authority_name,
            number="330/QĐ-UBND",
            decided_on=TODAY,
        )
        register.replace_award(
            work,
            entry_id=entry.id,
            facts=facts,
            reason="Sai họ tên người được khen.",
            actor=decided.ward.ward_clerk,
            at=NOON,
            key=new_key(),
        )
    assert shown(decided).chosen.name == "Nguyễn Thị Ví Dũ"
    confirm(decided)
    run = record(decided)
    with reading(decided.database) as session:
        content = render_run(session, decided.ward.ward_clerk, run, None)
    said = " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    assert "Nguyễn Thị Ví Dũ".upper() in said.upper()
    assert "330/QĐ-UBND" in said
    assert "Mã kiểm tra" not in said
