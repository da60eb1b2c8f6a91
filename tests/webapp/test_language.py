"""Both languages say everything: the catalog is whole, and no page mixes the two."""

import ast
import html
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask_babel import force_locale
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

import webapp
from engine.audit.findings import write_finding
from engine.certificate_prints import Which, record_prints
from engine.definitions import packaged_files, packaged_set_id
from engine.delegations import Scope
from engine.people import add_person
from engine.process import diagrams
from engine.process.labels import task_label
from engine.register import enter_by_hand
from engine.register_facts import AwardFacts
from engine.register_import import ListDecision, read_list
from engine.settings import SETTINGS
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    Base,
    JournalEntry,
    PlanRow,
    PrintFile,
    RegisterEntry,
    TaskState,
)
from engine.subject_changes import confirm_same, merge
from engine.subject_matters import record_matter
from engine.subject_records import Subject, subject_for
from forms import FORMS, definition_for
from forms.definition import Bilingual, FormContext, Item
from forms.messages import MESSAGES
from forms.vocabulary import (
    AuthorityLevel,
    Award,
    CommendationKind,
    HoldReason,
    Honour,
    Outcome,
    ReturnTarget,
    SubjectKind,
    Word,
)
from tests.delegating import give
from tests.walk import Walk, new_key, on_sqlite
from tests.ward import NOON
from tests.webapp.conftest import Browser
from tests.webapp.council_sights import have_sessions
from tests.webapp.notice_sights import have_notices
from tests.webapp.outgoing_sights import have_papers
from webapp.error_words import ANSWERS, HTTP_ANSWERS

FOLDER = Path(webapp.__file__).parent
CATALOG = FOLDER / "translations" / "en" / "LC_MESSAGES"

ACCENTED = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)
SYMBOL = re.compile(r"\S*/(?:QĐ|NĐ)-\S*|\(QĐ\)")
"""Symbols of decisions and decrees stay as they are printed."""

SPOKEN = re.compile(r'\b(?:aria-label|title|placeholder|data-label|alt|content)="([^"]*)"')
ROLES = (
    "school_clerk",
    "school_head",
    "ward_clerk",
    "council_secretary",
    "council_member",
    "ward_chairman",
    "provincial_clerk",
    "auditor",
    "administrator",
)
NO_PAGES = {
    "static",
    "health.alive",
    "health.ready",
    "metrics.show",
    "login.language",
    "login.theme",
    "attachments.download",
    "papers.download",
    "secret_ballots.download",
    "secret_ballots.status",
    "sessions.invitation_paper",
    "case_papers.show",
    "certificates.show_run",
    "certificates.show_test_page",
    "outgoing.paper",
    "register.extract",
    "register.workbook",
    "cases.workbook",
    "audit.workbook",
    "consultations.notice_paper",
    "word_drafts.download",
    "bundles.case",
    "bundles.decision",
}
"""What opens without a page of its own."""

FACTS = AwardFacts(
    subject_text="Hội Liên hiệp Phụ nữ phường Vạn Xuân",
    honour=Honour.PROVINCIAL_MERIT,
    kind=CommendationKind.MERIT,
    authority_level=AuthorityLevel.PROVINCE,
    authority_name="Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên",
)
"""An award of the past, so that the register has something to mend."""

SIGHTS = 8
"""How many pages of one kind each person opens."""


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[sd]", text))


def messages_of(catalog) -> dict[object, object]:
    """Return text → translation; a text with a plural is a pair."""

    def plain(text: object) -> object:
        return text if isinstance(text, str) else tuple(text)

    return {plain(one.id): plain(one.string) for one in catalog if one.id}


@pytest.fixture(scope="module")
def catalog():
    with (CATALOG / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def english(catalog) -> dict[object, object]:
    return messages_of(catalog)


@pytest.fixture(scope="module")
def extracted() -> set[object]:
    with (FOLDER / "translations" / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "_l": None}
    found = extract_from_dir(
        FOLDER.parent, methods, options, keywords, directory_filter=_is_ours
    )
    return {message for _, _, message, _, _ in found}


def _is_ours(folder: str) -> bool:
    path = Path(folder)
    return path in (FOLDER.parent, FOLDER) or FOLDER in path.parents


def test_the_catalog_has_every_text_of_the_source_and_no_other(extracted, english, catalog):
    assert extracted - set(english) == set(), "run `make translations`"
    assert set(english) - extracted == set(), "run `make translations`"
    assert not catalog.obsolete


def test_every_text_is_translated(catalog):
    for message in catalog:
        if message.id:
            assert not message.fuzzy, message.id
            strings = [message.string] if isinstance(message.string, str) else message.string
            assert all(strings), message.id
            assert not any(ACCENTED.search(one) for one in strings), message.id


def test_what_is_compiled_is_what_is_written(english):
    with (CATALOG / "messages.mo").open("rb") as file:
        assert messages_of(read_mo(file)) == english, "run `make translations`"


def test_both_languages_have_the_same_placeholders(english):
    for vietnamese, translated in english.items():
        left = [vietnamese] if isinstance(vietnamese, str) else vietnamese
        right = [translated] if isinstance(translated, str) else translated
        for one, other in zip(left, right, strict=True):
            assert placeholders(one) == placeholders(other), one


def calls_for_text() -> Iterator[tuple[str, ast.expr]]:
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "gettext"):
                yield f"{path.name}:{node.lineno}", node.args[0]


def test_no_text_hides_from_extraction(english):
    for where, text in calls_for_text():
        assert isinstance(text, ast.Constant), where
        assert text.value in english, where


def bilingual(thing: object) -> Iterator[Bilingual]:
    """Yield each text in two languages inside a definition."""
    if isinstance(thing, Bilingual):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from bilingual(one)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from bilingual(getattr(thing, field.name))


def assert_both(vi: str, en: str) -> None:
    assert vi.strip(), en
    assert en.strip(), vi
    assert vi != en
    assert not ACCENTED.search(SYMBOL.sub("", en)), en


def vocabularies(kind: type[Word] = Word) -> Iterator[type[Word]]:
    for below in kind.__subclasses__():
        yield below
        yield from vocabularies(below)


@pytest.mark.parametrize("words", list(vocabularies()), ids=lambda words: words.__name__)
def test_every_word_has_both_languages(words):
    for word in words:
        assert_both(word.vi, word.en)


@pytest.mark.parametrize("key", FORMS)
@pytest.mark.parametrize("kind", SubjectKind)
def test_every_form_asks_in_both_languages(key, kind):
    items = (Item("1", Bilingual("một", "one")),)
    about = FormContext(
        subject_kind=kind,
        contents=items,
        criteria=items,
        return_targets=tuple(ReturnTarget),
        departs_from_advice=True,
        attachments=items,
    )
    texts = list(bilingual(definition_for(key, about)))
    assert texts
    for text in texts:
        assert_both(text.vi, text.en)


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_has_both_languages(name):
    assert_both(MESSAGES[name].vi, MESSAGES[name].en)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_has_both_languages(name):
    setting = SETTINGS[name]
    assert_both(setting.label.vi, setting.label.en)
    assert_both(setting.help.vi, setting.help.en)


@on_sqlite
@pytest.mark.parametrize(
    "answer",
    [*ANSWERS.values(), *HTTP_ANSWERS.values()],
    ids=[*ANSWERS, *map(str, HTTP_ANSWERS)],
)
def test_every_error_has_both_languages(app, answer):
    with app.test_request_context():
        for text in (answer.title, answer.happened, answer.to_do):
            with force_locale("vi"):
                vietnamese = str(text)
            with force_locale("en"):
                assert_both(vietnamese, str(text))


def test_every_task_says_in_both_languages_what_is_asked():
    ladder = diagrams.definitions(packaged_set_id(), packaged_files)
    for name, content in packaged_files().items():
        for element in re.findall(rb'<bpmn:userTask id="(\w+)"', content):
            label = task_label(ladder, name.removesuffix(".bpmn"), element.decode())
            assert_both(label.label("vi"), label.label("en"))
            assert_both(label.asked("vi"), label.asked("en"))


LIST = (
    "ten_doi_tuong,don_vi_cong_tac,phan_loai_khen_thuong,danh_hieu_hinh_thuc\n"
    "Tổ dân phố Hoa Ban,Phường,Khen thưởng tập thể,Giấy khen\n"
    "TDP Hoa Ban,Phường,Khen thưởng tập thể,Giấy khen\n"
    ",Phường,Khen thưởng tập thể,Giấy khen\n"
)
"""A name in two spellings, a double, a row without a subject."""

DECISION_OF_LIST = ListDecision(
    number="77/QĐ-UBND",
    decided_on=NOON.date(),
    authority_name=FACTS.authority_name,
    authority_level=FACTS.authority_level,
    kind=CommendationKind.MOVEMENT,
)


@pytest.fixture
def cases(database, ward, tmp_path) -> tuple[str, ...]:
    """Have a case in every state, and a person without a login; return more addresses."""

    def opened(**changes) -> Walk:
        return Walk(database, ward).open(**changes)

    opened()
    opened(award=Award.PROVINCIAL_MERIT).to("review_at_unit")
    opened().to("appraise_at_ward")
    opened().to("appraise_at_ward").do(Outcome.RETURN)
    opened().to("appraise_at_ward").do(Outcome.HOLD)
    opened().to("record_ward_council")
    opened().to("decide_at_ward")
    awarded = opened().to("decide_at_ward").do(Outcome.AWARD)
    opened().to("review_at_unit").do(Outcome.REJECT)
    opened().to("appraise_at_ward").withdraw()
    sent = opened(award=Award.LABOR_ORDER).to("appraise_at_province")
    with unit_of_work(database) as session:
        newcomer = add_person(
            session,
            full_name="Đinh Thị Mới",
            is_woman=True,
            actor=ward.administrator,
            at=NOON,
        )
        entry_id = enter_by_hand(
            session,
            subject=Subject(SubjectKind.COLLECTIVE, FACTS.subject_text),
            facts=FACTS,
            actor=ward.ward_clerk,
            at=NOON,
            key=new_key(),
        )
        texts = {
            "text": "Thiếu chữ ký.",
            "asked": "Giải trình.",
            "reference": awarded.reference,
        }
        concerned = {"unit_id": ward.units["phuong"], "actor": ward.auditor, "at": NOON}
        write_finding(session, **texts, **concerned)
        known = session.get_one(RegisterEntry, entry_id).subject_id
        addresses = have_a_past(session, ward, known)
        read_list(
            session,
            filename="danh-sach.csv",
            data=LIST.encode(),
            decision=DECISION_OF_LIST,
            actor=ward.ward_clerk,
            at=NOON,
            key=new_key(),
        )
    drafted = sent.tasks(TaskState.COMPLETED)[0]
    sessions = have_sessions(database, ward, tmp_path / "files")
    papers = have_papers(database, ward)
    told = have_notices(database, ward)
    with unit_of_work(database) as session:
        run = record_prints(
            session,
            reference=awarded.reference,
            which=Which.ONE,
            stock={},
            unconfirmed_reason="Trao ngay tại hội nghị.",
            actor=ward.ward_clerk,
            at=NOON,
            key=new_key(),
        )
        session.add(PrintFile(run=run, stock={}))
    return (
        f"/ho-so/{awarded.reference}/lan-in-{run}",
        f"/cong-viec/{drafted.id}/da-nop",
        f"/ho-so/{awarded.reference}/so-sanh",
        f"/ho-so/{awarded.reference}/giay-khen",
        f"/ho-so/{awarded.reference}/giay-khen/xac-nhan",
        f"/ho-so/{awarded.reference}/in-phoi",
        f"/ho-so/{awarded.reference}/in-tat-ca",
        f"/nguoi-dung/{newcomer.id}",
        *addresses,
        *have_a_delegation(database, ward),
        *papers,
        *told,
        f"{papers[0]}/doi-chieu",
        *sessions,
    )


def have_a_delegation(database, ward) -> tuple[str, ...]:
    """Let the chairman be represented in an award that nobody asks for; return its page."""
    scope = Scope(awards=(Award.LABOR_ORDER_FIRST,))
    with unit_of_work(database) as session:
        row = give(session, ward.ward_chairman, ward.council_secretary, scope=scope)
        return (f"/uy-quyen/{row.id}/cham-dut",)


def have_a_past(session, ward, subject_id: int) -> tuple[str, ...]:
    """Give a subject another name, a pending matter and a merged record; return their pages."""
    clerk = {"actor": ward.ward_clerk, "at": NOON}
    confirm_same(session, subject_id=subject_id, name="Tổ HB", **clerk)
    record_matter(
        session,
        subject_id=subject_id,
        reason=HoldReason.COMPLAINT,
        began_on=NOON.date(),
        document="12/TB-UBND",
        **clerk,
    )
    name = "Tổ dân phố Hoa Ban cũ"
    doubled = subject_for(session, kind=SubjectKind.COLLECTIVE, name=name, at=NOON)
    merge(session, from_id=doubled.id, into_id=subject_id, **clerk)
    return (f"/doi-tuong/{subject_id}", f"/doi-tuong/{doubled.id}")


def typed_by_people(database) -> list[str]:
    """Return every accented text of the database and the settings, the longest first."""
    texts = {setting.default for setting in SETTINGS.values()}
    with reading(database) as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                texts.update(_texts(list(row)))
        for entry in session.scalars(select(JournalEntry)):
            texts.update(_texts(entry.detail))
        for source in session.scalars(select(PlanRow.source)):
            texts.update(_texts(yaml.safe_load(source)))
    return sorted(filter(ACCENTED.search, texts), key=len, reverse=True)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        # The Vietnamese side of a text of the plan may not stand on an English page.
        for name, one in value.items():
            if name != "vi" or "en" not in value:
                yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


class Tour:
    """One person opens every kind of page that they find a link to."""

    def __init__(self, app, browser, language: str) -> None:
        self.app = app
        self.browser = browser
        self.pages: dict[str, str] = {}
        self.seen: dict[object, int] = {}
        browser.client.set_cookie("language", language)

    def walk(self, *starts: str) -> "Tour":
        waiting = list(starts)
        while waiting:
            address = waiting.pop(0)
            if address in self.pages or not self._is_new(address):
                continue
            answer = self.browser.get(address)
            if answer.status_code in (302, 303):
                waiting.insert(0, answer.location)
                continue
            if answer.mimetype == "text/html":
                self.pages[address] = answer.text
                found = re.findall(r'href="(/[^"#]*)', answer.text)
                waiting += [html.unescape(one) for one in found]
        return self

    def send_empty_forms(self) -> None:
        """Send each form without what a person would type."""
        for address, page in list(self.pages.items()):
            own = dict(re.findall(r'name="(key|form|content_hash)" value="([^"]*)"', page))
            main = page.partition("<main")[2]
            for action in set(re.findall(r'<form method="post"(?: action="([^"]*)")?', main)):
                sent_to = action or urlsplit(address).path
                if address.startswith("/tai-khoan/phien"):
                    continue  # would end the login of this very tour, or its language
                answer = self.browser.post(sent_to, {**own, "action": "complete"})
                if answer.mimetype == "text/html" and answer.status_code not in (302, 303):
                    self.pages[f"POST {sent_to}"] = answer.text

    def endpoint(self, address: str) -> str:
        """Return which page an address leads to; empty: there is none."""
        try:
            found: str = self.app.url_map.bind("").match(urlsplit(address).path)[0]
        except HTTPException:
            return ""
        return found

    def _is_new(self, address: str) -> bool:
        parts = urlsplit(address)
        if parts.path.startswith(("/ngon-ngu", "/giao-dien", "/static")):
            return False
        query = parse_qsl(parts.query)
        tab = next((value for name, value in query if name == "tab"), "")
        kind = (self.endpoint(address), frozenset(name for name, _ in query), tab)
        self.seen[kind] = self.seen.get(kind, 0) + 1
        return self.seen[kind] <= SIGHTS


def tours(app, browse, cases, language: str) -> Iterator[tuple[str, str, str]]:
    """Yield person, address and page: all that people see in ``language``."""
    made = [
        (role, Tour(app, browse(role), language).walk("/", "/khong-co", "/dang-xuat", *cases))
        for role in ROLES
    ]
    made.append(
        ("stranger", Tour(app, Browser(app.test_client()), language).walk("/dang-nhap"))
    )
    seen = {tour.endpoint(address) for _, tour in made for address in tour.pages}
    known = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    assert known - seen == NO_PAGES
    for _, tour in made:
        tour.send_empty_forms()
    for role, tour in made:
        for address, page in tour.pages.items():
            yield role, address, page


def words_on(page: str) -> str:
    """Return what people see or hear of a page."""
    page = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
    foreign = r'<(a|em|option|div|textarea) [^>]*lang="[^>]*>.*?</\1>'
    page = re.sub(foreign, "", page, flags=re.DOTALL)
    spoken = SPOKEN.findall(page)
    values = re.findall(r'value="([^"]*)"', page)
    texts = re.split(r"<[^>]*>", page)
    return html.unescape("\n".join(filter(str.strip, [*texts, *spoken, *values])))


@on_sqlite
def test_english_pages_have_no_vietnamese_but_what_people_typed(app, browse, cases, database):
    pages = list(tours(app, browse, cases, "en"))
    typed = re.compile("|".join(map(re.escape, typed_by_people(database))))
    mixed = {}
    for role, address, page in pages:
        assert '<html lang="en"' in page, address
        rest = SYMBOL.sub("", typed.sub("", words_on(page)))
        for line in filter(ACCENTED.search, rest.split("\n")):
            mixed.setdefault(line.strip(), f"{role} {address}")
    assert mixed == {}


@on_sqlite
def test_vietnamese_pages_have_no_english(app, browse, cases, english):
    ours = {text for text in english.values() if isinstance(text, str)}
    ours |= {word.en for words in vocabularies() for word in words}
    ours |= {text.en for key in FORMS for text in bilingual(definition_for(key))}
    mixed = {}
    for role, address, page in tours(app, browse, cases, "vi"):
        assert '<html lang="vi"' in page, address
        for line in ours.intersection(map(str.strip, words_on(page).split("\n"))):
            mixed.setdefault(line, f"{role} {address}")
    assert mixed == {}
