"""Which papers a dossier needs (Art. 84, D01–D07), and what the file of them is refused for."""

from datetime import date

import pytest

from engine.datafiles.yaml_lines import Problems, compose
from engine.rules.book import packaged_files
from engine.rules.dossier_list import paper_reader
from engine.rules.instruments import read_instruments
from forms.vocabulary import Award, Confidence, DossierPart, SubjectKind

DAY = date(2026, 11, 22)
LINES_OF_AN_ENTRY = 12
TEXT = packaged_files()["papers.yaml"].decode()

UNIT_PARTS = ("statement", "achievement_report", "review_minutes", "confirmation")
ABOVE = ("vote_count", "central_opinion", "electronic_files")
ORDER = ("vote_count", "public_notice", "central_opinion", "electronic_files")

EXPECTED = {
    Award.UNIT_CERTIFICATE: UNIT_PARTS,
    Award.PROVINCIAL_MERIT: UNIT_PARTS,
    Award.PRIME_MINISTER_CERTIFICATE: UNIT_PARTS + ABOVE,
    Award.LABOR_ORDER: UNIT_PARTS + ORDER,
    Award.LABOR_ORDER_SECOND: UNIT_PARTS + ORDER,
    Award.LABOR_ORDER_FIRST: UNIT_PARTS + ORDER,
}
"""Award → its papers, whatever the subject; an enterprise has its confirmations besides."""


def read(text):
    problems = Problems("papers.yaml")
    instruments = read_instruments(
        compose(packaged_files()["instruments.yaml"].decode(), Problems("")), Problems("")
    )
    return paper_reader(instruments)(compose(text, problems), problems), problems.lines()


@pytest.fixture(scope="module")
def papers():
    found, problems = read(TEXT)
    assert problems == []
    return found


@pytest.mark.parametrize("award", Award)
@pytest.mark.parametrize("subject", SubjectKind)
def test_the_papers_of_every_award_and_subject(papers, award, subject):
    expected = set(EXPECTED[award])
    if subject is SubjectKind.ENTERPRISE:
        expected.add("enterprise_confirmation")
    assert {one.paper for one in papers.papers_for(award, subject, DAY)} == expected


def listed(papers, paper, award=Award.LABOR_ORDER, subject=SubjectKind.INDIVIDUAL, **more):
    every = papers.papers_for(award, subject, DAY, **more)
    return next(one for one in every if one.paper == paper)


@pytest.mark.parametrize(
    ("paper", "place"),
    [
        ("statement", "Điều 84 khoản 2 điểm a"),
        ("achievement_report", "Điều 84 khoản 2 điểm b"),
        ("review_minutes", "Điều 84 khoản 2 điểm c"),
        ("confirmation", "Điều 84 khoản 2 điểm d"),
        ("central_opinion", "Điều 84 khoản 3"),
        ("electronic_files", "Điều 84 khoản 4"),
        ("public_notice", "Điều 84 khoản 5"),
    ],
)
def test_what_the_law_asks_names_its_article(papers, paper, place):
    rule = listed(papers, paper).rule
    assert rule.source.text.vi == f"Luật Thi đua, khen thưởng số 06/2022/QH15, {place}"
    assert rule.confidence is Confidence.HIGH
    assert not rule.source.is_office


@pytest.mark.parametrize("paper", ["vote_count", "enterprise_confirmation"])
def test_what_no_law_asks_is_said_to_be_of_the_office(papers, paper):
    rule = listed(papers, paper, subject=SubjectKind.ENTERPRISE).rule
    assert rule.source.is_office
    assert rule.source.text.vi == "cấu hình đơn vị"


def test_a_confirmation_is_needed_where_an_initiative_is_claimed(papers):
    plain = papers.find_claims("Hoàn thành xuất sắc nhiệm vụ.")
    claimed = papers.find_claims("Chủ trì hai SÁNG  KIẾN được công nhận.")
    assert plain == ()
    assert [(one.claim.id, one.word) for one in claimed] == [("initiative", "sáng kiến")]
    assert not listed(papers, "confirmation", found=plain).is_needed
    needed = listed(papers, "confirmation", found=claimed)
    assert needed.is_needed
    assert needed.found == claimed


def test_a_claim_is_whole_words(papers):
    assert papers.find_claims("Sáng kiếng, dũng cảmx") == ()


@pytest.mark.parametrize(("value", "is_needed"), [("required", True), ("optional", False)])
def test_confirmations_of_an_enterprise_are_a_setting(papers, value, is_needed):
    settings = {"enterprise_confirmations": value}
    found = listed(
        papers,
        "enterprise_confirmation",
        subject=SubjectKind.ENTERPRISE,
        settings=settings,
    )
    assert found.is_needed is is_needed


@pytest.mark.parametrize(
    ("award", "expected"),
    [
        (Award.UNIT_CERTIFICATE, ["D05"]),
        (Award.PROVINCIAL_MERIT, ["D04", "D05"]),
        (Award.PRIME_MINISTER_CERTIFICATE, ["D02"]),
        (Award.LABOR_ORDER, ["D02"]),
    ],
)
def test_how_many_copies_go_where(papers, award, expected):
    remarks = papers.remarks_for(award, SubjectKind.INDIVIDUAL, DAY)
    assert [one.id for one in remarks] == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [(SubjectKind.INDIVIDUAL, ["D07i"]), (SubjectKind.COLLECTIVE, ["D07"])],
)
def test_the_report_names_its_form_as_not_certain(papers, subject, expected):
    remarks = listed(papers, "achievement_report", subject=subject).remarks
    assert [one.id for one in remarks] == expected
    assert all(one.source.is_office for one in remarks)


def test_nothing_is_asked_before_the_law_is_in_force(papers):
    early = papers.papers_for(Award.LABOR_ORDER, SubjectKind.INDIVIDUAL, date(2023, 12, 31))
    assert early == ()


def test_every_paper_is_on_the_list_of_some_dossier(papers):
    assert {rule.paper for rule in papers.papers} == set(DossierPart)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        pytest.param("paper: statement", "paper: letter", "“letter”", id="unknown-paper"),
        pytest.param("need: setting", "need: always", "a setting", id="setting-of-nothing"),
        pytest.param("need: claimed", "need: always", "claims", id="claims-of-nothing"),
        pytest.param(
            "claims: [initiative, sudden", "claims: [luck, sudden", "luck", id="no-such-claim"
        ),
        pytest.param(
            "setting: enterprise_confirmations", "setting: contact", "“contact”", id="setting"
        ),
        pytest.param(
            "paper: review_minutes",
            "paper: statement",
            "D01c for the paper statement, which D01a has too",
            id="twice",
        ),
        pytest.param('confidence: "?"', "confidence: X", "“X”", id="confidence"),
        pytest.param(
            "confidence: M\n  - id: D06",
            "confidence: M\n    until: 2023-01-01\n  - id: D06",
            "2023-01-01",
            id="ends-before-it-begins",
        ),
        pytest.param(
            "place: Điều 84 khoản 6}\n    from: 2024-01-01\n    confidence: H",
            "place: Điều 84 khoản 6}\n    from: 2024-01-01\n    confidence: L",
            "the confidence L",
            id="unsure-of-the-law",
        ),
    ],
)
def test_a_bad_file_is_refused_with_its_line(old, new, found):
    _, problems = read(TEXT.replace(old, new, 1))
    assert found in problems[0]
    file, line, _ = problems[0].split(":", 2)
    changed = TEXT.count("\n", 0, TEXT.index(old)) + 1
    assert file == "papers.yaml"
    assert abs(int(line) - changed) <= LINES_OF_AN_ENTRY
