from datetime import date

import pytest
from sqlalchemy import func, select

from engine.errors import NotFound
from engine.rules import stored
from engine.rules.asking import ask
from engine.rules.book import INSTRUMENTS, book, packaged_files
from engine.rules.stored import read_findings, regime_of, store_book, stored_book
from engine.store.models import Check, JournalEntry, LawBookRow
from forms.vocabulary import CheckStage
from tests.engine.rules.little_book import read_little
from tests.engine.rules.test_asking import facts
from tests.ward import NOON


@pytest.fixture(autouse=True)
def _nothing_read_before(monkeypatch):
    monkeypatch.setattr(stored, "_READ", {})


def kept(session, law_book, answer):
    """Return ``answer`` as a stored check of ``law_book`` has it."""
    session.add(LawBookRow(sha256=law_book.sha256, files=dict(law_book.files), stored_at=NOON))
    session.flush()
    session.expire_all()
    return Check(
        book_sha256=law_book.sha256,
        stage=CheckStage.SUBMITTED,
        received_on=answer.received_on,
        conclusion=answer.conclusion,
        findings=answer.to_json(),
    )


def test_the_law_book_is_stored_and_journaled_once(session):
    sha256 = store_book(session, NOON)
    assert store_book(session, NOON) == sha256 == book().sha256
    row = session.get(LawBookRow, sha256)
    assert (row.files, row.stored_at) == (dict(book().files), NOON)
    (entry,) = session.scalars(select(JournalEntry).where(JournalEntry.stream == "rules"))
    assert (entry.action, entry.detail["sha256"]) == ("law_book.stored", sha256)
    assert session.scalar(select(func.count()).select_from(LawBookRow)) == 1


def test_a_stored_law_book_has_the_same_rules_and_rule_sets(session):
    again = stored_book(session, store_book(session, NOON))
    assert again.sha256 == book().sha256
    assert again.instruments == book().instruments
    for one, packaged in zip(again.rules, book().rules, strict=True):
        assert (one.id, one.starts_on, one.source) == (
            packaged.id,
            packaged.starts_on,
            packaged.source,
        )
        assert packaged.sentences.items() <= one.sentences.items()


def test_an_unknown_law_book_is_not_found(session):
    with pytest.raises(NotFound):
        stored_book(session, "0" * 64)


@pytest.mark.parametrize("day", [date(2026, 9, 25), date(2028, 1, 1)])
def test_a_stored_check_says_what_was_said(session, day):
    little = read_little()
    answer = ask(little, facts(received_on=day, stage=CheckStage.ADVISED))
    findings = read_findings(session, kept(session, little, answer))
    for one, then in zip(findings, answer.findings, strict=True):
        assert (one.code, one.verdict, one.text) == (then.code, then.verdict, then.text)
        assert (one.title, one.source, one.confidence) == (
            then.title,
            then.source,
            then.confidence,
        )
        assert (one.effect, one.may_override) == (then.effect, then.may_override)
        assert one.to_json() == then.to_json()


def test_a_check_of_an_edition_whose_tests_are_no_more_keeps_its_words(session):
    little = read_little()  # its tests are not among those of the program
    check = kept(session, little, ask(little, facts()))
    finding = read_findings(session, check)[1]
    assert finding.text.vi == "Kế hoạch có Tập thể, Cá nhân."
    assert finding.source.text.vi == "Kế hoạch số 40/KH-UBND, mục II.1, IV.1"


def test_a_stored_check_names_its_rule_set_as_its_own_edition_does(session):
    laws = (
        packaged_files()[INSTRUMENTS]
        .decode()
        .replace("vi: Từ 05/8/2025", "vi: Kể từ 05/8/2025")
    )
    little = read_little(instruments=laws)
    answer = ask(little, facts())
    assert regime_of(session, kept(session, little, answer)) == answer.regime
    assert answer.regime.vi.startswith("Kể từ")


def test_the_rules_of_a_stored_edition_are_not_asked_again(session):
    little = read_little()
    kept(session, little, ask(little, facts()))
    with pytest.raises(NotImplementedError):
        ask(stored_book(session, little.sha256), facts())


def test_a_stored_law_book_is_read_once_per_process(session):
    sha256 = store_book(session, NOON)
    assert stored_book(session, sha256) is stored_book(session, sha256)
