"""The pages of secret electronic votes: what they answer, and what they leave alone."""

import dataclasses
import json
import logging
import shutil
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from engine.accounts import create_account
from engine.council.recount import verify_publication
from engine.council.secret_ballots import HOLD, HOLD_FOR_ITEM
from engine.office import OPERATOR
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import DroppedBallot, GivenPaper, LoginSession
from forms.vocabulary import BallotChoice, VotingMode
from tests.engine.council.booths import KEYS, cast, enter_booth
from tests.engine.council.meetings import hold_meeting
from tests.ward import NOON, build_ward
from tests.webapp.conftest import CHEAP, PASSWORD, Browser
from webapp import clock
from webapp.security import CONTENT_SECURITY_POLICY

AGREE, DISAGREE, ABSTAIN = BallotChoice


@pytest.fixture(scope="module")
def prepared(sqlite_template, tmp_path_factory):
    """A database with a vote in check-in, whose members have accounts: built once."""
    path = tmp_path_factory.mktemp("vote") / "prepared.db"
    shutil.copy(sqlite_template, path)
    database = connect(f"sqlite:///{path}")
    with unit_of_work(database) as session:
        ward = build_ward(session)
    meeting = hold_meeting(database, ward, items=2, size=5, mode=VotingMode.SECRET_ELECTRONIC)
    voting = meeting.put(keys=KEYS[:2])
    people = {
        "school_head": ward.school_head,
        "auditor": ward.auditor,
        **{f"member{place}": member for place, member in enumerate(meeting.council.members)},
    }
    with unit_of_work(database) as session:
        for name, actor in people.items():
            create_account(
                session,
                person_id=actor.person_id,
                username=name,
                password=PASSWORD,
                actor=OPERATOR,
                at=NOON,
                cost=CHEAP,
            )
    database.dispose()
    return path, ward, meeting, voting


@pytest.fixture
def database_url(prepared, tmp_path):
    """The pages are the same on both databases; their commands are tested with the engine."""
    path = tmp_path / "thidua.db"
    shutil.copy(prepared[0], path)
    return f"sqlite:///{path}"


@pytest.fixture
def accounts(prepared):
    """The ward, its people and the members of the council with accounts."""
    return prepared[1]


@pytest.fixture
def meeting(prepared, database):
    return dataclasses.replace(prepared[2], database=database)


@pytest.fixture
def voting(prepared):
    return prepared[3]


@pytest.fixture
def as_member(browse):
    """A function: place of a member → a browser where they are logged in."""
    return lambda place: browse(f"member{place}")


@pytest.fixture
def pages(app, database, meeting, voting):
    return Pages(app, database, meeting, voting)


class Pages:
    """What the script of the pages asks for."""

    def __init__(self, app, database, meeting, voting):
        self.app, self.database, self.meeting, self.voting = app, database, meeting, voting
        self.check_in = f"/phien-hop/{meeting.id}/nhan-phieu"
        self.booth = f"/bo-phieu/{voting.public_id}"
        self.published = f"/phien-hop/{meeting.id}/cong-bo/1"

    def take(self, browser, booth, *, token=None, **changes):
        papers = {str(one): written(paper) for one, paper in booth.blinded.items()}
        answer = browser.client.post(
            self.check_in,
            json={"voting": self.voting.id, "papers": papers} | changes,
            headers={"X-CSRFToken": browser.token() if token is None else token},
        )
        if answer.status_code == 200:
            booth.sign({int(one): read(paper) for one, paper in answer.json["papers"].items()})
        return answer

    def drop(self, booth, choice=AGREE, *, client=None, headers=(), sent_instead=()):
        one = next(iter(booth.papers))
        sent = {
            "item": one,
            "paper": written(booth.papers[one]),
            "signature": written(booth.signatures[one]),
            "choice": choice.value,
        }
        client = client or self.app.test_client()
        sent |= dict(sent_instead)
        return client.post(self.booth, json=sent, headers=dict(headers))

    def cast(self):
        at = self.app.extensions[clock.EXTENSION].now()
        cast(self.database, self.meeting, self.voting, at=at)


def written(octets):
    return b64encode(octets).decode()


def read(typed):
    return b64decode(typed)


@pytest.fixture
def booth(pages, database, voting, as_member):
    """The papers of the first member, taken over HTTP, and check-in ended."""
    booth = enter_booth(database, voting)
    assert pages.take(as_member(0), booth).status_code == 200
    pages.cast()
    return booth


def test_a_member_takes_papers_and_anybody_drops_them(pages, booth, database):
    answer = pages.drop(booth, DISAGREE)
    assert (answer.status_code, answer.json) == (200, {"choice": "disagree"})
    again = pages.drop(booth, AGREE)
    assert again.json == {"choice": "disagree"}
    with reading(database) as session:
        assert len(session.scalars(select(DroppedBallot)).all()) == 1


def test_the_page_of_check_in_has_the_rule_the_keys_and_who_has_papers(
    pages, database, voting, as_member
):
    browser = as_member(0)
    before = browser.get(pages.check_in).text
    assert "Chưa có ai nhận phiếu" in before
    pages.take(browser, enter_booth(database, voting))
    after = browser.get(pages.check_in).text
    data = json.loads(after.split('id="ballot-data">')[1].split("</script>")[0])
    assert data["has_papers"] is True
    assert [item["needed"] for item in data["items"]] == ["Cần > 50 %: 3/5 phiếu"] * 2
    assert all(item["key"] for item in data["items"])
    assert "Đặng Văn Ký" in after
    assert "Đã nhận phiếu: 1/5" in after


def test_the_pages_with_a_script_may_ask_this_address_and_the_others_none(
    pages, booth, meeting, voting, as_member
):
    browser = as_member(0)
    answers = [browser.get(pages.check_in), browser.get(pages.booth)]
    meeting.close(voting, with_missing=True)
    answers.append(browser.get(pages.published))
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy == f"{CONTENT_SECURITY_POLICY}; connect-src 'self'"
        assert "<script>" not in answer.text
        assert " style=" not in answer.text
    assert browser.get("/").headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


# ---- what the pages without a login leave alone -------------------------------------------


def test_the_pages_of_the_booth_set_no_cookie_and_look_up_no_login(
    app, pages, booth, monkeypatch
):
    asked = []
    monkeypatch.setattr("webapp.authentication.find_login", lambda *args: asked.append(args))
    client = as_member(1).client if asked else app.test_client()
    client.set_cookie(app.config["LOGIN_COOKIE_NAME"], "a token that came along")
    for answer in (
        client.get(pages.booth),
        client.get(f"{pages.booth}/tinh-hinh"),
        pages.drop(booth, client=client),
    ):
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert asked == []


def test_the_page_of_the_booth_says_nothing_of_the_vote(pages, booth, as_member):
    page = as_member(0).get(pages.booth).text
    for told in ("Nguyễn Thị Ví Dụ", "Đặng Văn Ký", "2030-9001"):
        assert told not in page


def test_dropping_writes_the_paper_and_nothing_else(pages, booth, database):
    def tables():
        with reading(database) as session:
            names = session.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            ).all()
            return {
                name: session.execute(text(f'SELECT * FROM "{name}"')).all()  # noqa: S608
                for name in names
            }

    before = tables()
    pages.drop(booth)
    after = tables()
    assert {name for name in after if after[name] != before[name]} == {"dropped_ballots"}


def test_dropping_is_logged_nowhere(pages, booth, caplog):
    with caplog.at_level(logging.DEBUG):
        pages.drop(booth)
        pages.drop(booth, choice=DISAGREE)
        pages.drop(booth, sent_instead={"paper": written(b"\1" * 48)})
        pages.app.test_client().get(f"{pages.booth}/tinh-hinh")
    assert [record.getMessage() for record in caplog.records] == []


def test_while_papers_are_dropped_the_last_use_of_a_login_is_not_written(
    app, pages, database, voting, as_member
):
    holder, other = as_member(0), as_member(1)
    pages.take(holder, enter_booth(database, voting))
    pages.cast()
    seen = last_seen(database)
    app.extensions[clock.EXTENSION].shift += timedelta(minutes=5)
    holder.get("/")
    assert last_seen(database) == seen
    other.get("/")
    assert last_seen(database) != seen
    pages.meeting.close(voting, with_missing=True)
    seen = last_seen(database)
    holder.get("/")
    assert last_seen(database) != seen


def last_seen(database):
    with reading(database) as session:
        return session.scalars(
            select(LoginSession.last_seen_at).order_by(LoginSession.id)
        ).all()


# ---- what is shown while it runs ----------------------------------------------------------


def test_the_standing_is_a_state_and_two_numbers(pages, booth):
    found = pages.app.test_client().get(f"{pages.booth}/tinh-hinh").json
    hold = (HOLD + 2 * HOLD_FOR_ITEM).total_seconds()
    assert hold - 30 < found.pop("mix_in") <= hold
    assert found == {"state": "casting", "given": 1, "dropped": 0, "seconds_left": None}


def test_the_address_of_no_vote_is_not_found(pages, booth):
    client = pages.app.test_client()
    wrong = f"/bo-phieu/{'0' * 32}"
    assert client.get(wrong).status_code == 404
    assert client.get(f"{wrong}/tinh-hinh").status_code == 404
    pages.booth = wrong
    assert pages.drop(booth).json["code"] == "not_found"


# ---- what is refused ----------------------------------------------------------------------


NO_BALLOTS = (
    {"choice": "yes"},
    {"choice": None},
    {"choice": ["agree"]},
    {"paper": "*"},
    {"paper": None},
    {"signature": {"a": 1}},
    {"item": "1"},
    {"item": True},
    {"item": 2**70},
    {"item": -1},
)


def test_what_is_no_ballot_gets_a_sentence_and_changes_nothing(pages, booth, database):
    for changes in NO_BALLOTS:
        answer = pages.drop(booth, sent_instead=changes)
        assert (answer.status_code, answer.json["code"]) == (422, "invalid_ballot"), changes
        assert "Phiếu" in answer.json["problem"]
    with reading(database) as session:
        assert session.scalars(select(DroppedBallot)).all() == []


def test_what_is_no_json_or_too_long_is_refused(pages, booth):
    client = pages.app.test_client()
    for body, status in (
        (b"", 413),
        (b"{", 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b'{"paper": "' + b"A" * 5000 + b'"}', 413),
    ):
        answer = client.post(pages.booth, data=body, content_type="application/json")
        assert answer.status_code == status, body
    assert client.post(pages.booth, data={"item": "1"}).status_code == 400


def test_another_site_drops_no_paper(pages, booth):
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert pages.drop(booth, headers=headers).status_code == 403


def test_papers_are_given_to_a_login_with_a_token_alone(
    pages, database, voting, as_member, app
):
    booth = enter_booth(database, voting)
    assert pages.take(as_member(0), booth, token="x").status_code == 403
    assert pages.take(Browser(app.test_client()), booth, token="x").status_code == 401
    with reading(database) as session:
        assert session.scalars(select(GivenPaper)).all() == []


def test_who_has_no_vote_gets_a_sentence(pages, database, voting, browse, as_member):
    booth = enter_booth(database, voting)
    answer = pages.take(browse("auditor"), booth)
    assert (answer.status_code, answer.json["code"]) == (403, "not_entitled_to_vote")
    other = pages.take(as_member(0), booth, papers={"x": 1, "²": "A"})
    assert (other.status_code, other.json["code"]) == (422, "invalid_ballot")
    assert pages.take(as_member(0), booth, papers=None).json["code"] == "invalid_ballot"
    assert pages.take(as_member(0), booth, voting="x").json["code"] == "not_found"


def test_strangers_see_neither_check_in_nor_publication(pages, voting, meeting, browse):
    stranger = browse("school_head")
    assert stranger.get(pages.check_in).status_code == 404
    assert stranger.get(pages.published).status_code == 404
    assert stranger.get(f"{pages.published}.json").status_code == 404


def test_there_is_no_check_in_where_no_secret_vote_is_running(pages, meeting, as_member, booth):
    meeting.close(pages.voting, with_missing=True)
    assert as_member(0).get(pages.check_in).status_code == 404


# ---- the publication ----------------------------------------------------------------------


def test_nothing_is_published_before_the_closing(pages, booth, as_member):
    browser = as_member(0)
    assert browser.get(pages.published).status_code == 409
    assert browser.get(f"{pages.published}.json").status_code == 409
    assert browser.get(pages.published.replace("/1", "/7")).status_code == 404


def test_the_publication_is_a_file_that_can_be_counted_again(
    pages, booth, meeting, voting, as_member
):
    pages.drop(booth, DISAGREE)
    meeting.close(voting, with_missing=True)
    answer = as_member(1).get(f"{pages.published}.json")
    report = verify_publication(answer.json)
    assert (report.problems, report.papers) == ((), 1)
    assert "attachment" in answer.headers["Content-Disposition"]
    page = as_member(1).get(pages.published).text
    assert page.count("data-paper=") == 1
    assert report.box_hash in page
    assert report.items[0].papers[0].phrase in page


def test_the_pages_are_there_in_english(pages, booth, meeting, voting, as_member):
    browser = as_member(0)
    browser.get("/ngon-ngu/en")
    assert browser.get(pages.booth).status_code == 200
    meeting.close(voting, with_missing=True)
    assert browser.get(pages.published).status_code == 200
