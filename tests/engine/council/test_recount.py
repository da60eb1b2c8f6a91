"""The publication of a secret vote: anyone can count it again, and sees what was changed."""

import copy
import json
from base64 import b64decode, b64encode

import pytest
from click.testing import CliRunner

from engine.council.blind import PublicKey, new_paper
from engine.council.phrases import WORDS, phrase_of
from engine.council.publications import publish
from engine.council.recount import verify_publication
from engine.errors import VotingNotOpen
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import Voting
from engine.text import fold
from forms.vocabulary import BallotChoice, VotingMode
from tests.engine.council.booths import KEYS, cast, drop, take_papers
from tests.engine.council.meetings import hold_meeting
from tests.ward import build_ward
from webapp.cli import main

AGREE, DISAGREE, ABSTAIN = BallotChoice
LEFT_OVER = "paper", "signature"


@pytest.fixture(scope="module")
def published(sqlite_template, tmp_path_factory):
    """What is published of a vote of five on two items: 4 to 1, and 2 to 2 with one left."""
    path = tmp_path_factory.mktemp("published") / "thidua.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = connect(f"sqlite:///{path}")
    with unit_of_work(database) as session:
        ward = build_ward(session)
    mode = VotingMode.SECRET_ELECTRONIC
    meeting = hold_meeting(database, ward, items=2, size=5, mode=mode)
    voting = meeting.put(keys=KEYS[:2])
    with pytest.raises(VotingNotOpen), reading(database) as session:
        publish(session, session.get_one(Voting, voting.id))
    booths = [take_papers(database, voting, member) for member in meeting.council.members]
    cast(database, meeting, voting)
    first, second = booths[0].papers
    for number, booth in enumerate(booths):
        drop(database, booth, first, AGREE if number else DISAGREE)
        if number:
            drop(database, booth, second, AGREE if number % 2 else DISAGREE)
    meeting.close(voting, with_missing=True)
    with reading(database) as session:
        made = publish(session, session.get_one(Voting, voting.id))
    unused = {name: getattr(booths[0], f"{name}s" if name == "paper" else "signatures")[second]
              for name in LEFT_OVER}  # fmt: skip
    database.dispose()
    return made, unused, meeting


@pytest.fixture
def publication(published):
    return copy.deepcopy(published[0])


def test_a_publication_is_what_it_says(publication):
    report = verify_publication(json.loads(json.dumps(publication)))
    assert report.problems == ()
    assert [(item.number, item.result.value) for item in report.items] == [
        (1, "passed"), (2, "tied"),
    ]  # fmt: skip
    assert report.papers == 9


def test_it_names_who_had_papers_and_says_nothing_of_who_dropped_which(published):
    publication, _, meeting = published
    item = publication["items"][1]
    assert len(item["given_to"]) == 5 == item["counts"]["issued"]
    assert item["given_to"][0] == meeting.council.members[0].name
    assert all(
        set(paper) == {"paper", "signature", "choice", "phrase"} for paper in item["papers"]
    )


def test_the_phrase_of_a_paper_is_three_words_of_the_list(publication):
    for item in publication["items"]:
        for paper in item["papers"]:
            words = paper["phrase"].split(" ")
            assert len(words) == 3
            assert set(words) <= set(WORDS)
            assert paper["phrase"] == phrase_of(b64decode(paper["paper"]))


def test_the_words_differ_by_more_than_an_accent():
    assert len(WORDS) == 256 == len({fold(word) for word in WORDS})


def first(publication):
    return publication["items"][0]


def change_a_choice(publication, unused):
    paper = next(one for one in first(publication)["papers"] if one["choice"] == "agree")
    paper["choice"] = "disagree"


def change_a_choice_and_the_counts(publication, unused):
    change_a_choice(publication, unused)
    first(publication)["counts"] |= {"agree": 3, "disagree": 2}


def leave_a_paper_out(publication, unused):
    first(publication)["papers"].pop()
    publication["items"][0]["counts"]["returned"] -= 1


def put_a_paper_twice(publication, unused):
    first(publication)["papers"].append(first(publication)["papers"][0])


def invent_a_paper(publication, unused):
    paper = new_paper()
    first(publication)["papers"][0] |= {
        "paper": b64encode(paper).decode(), "phrase": phrase_of(paper),
    }  # fmt: skip


def use_the_paper_of_another_item(publication, unused):
    first(publication)["papers"][0] = publication["items"][1]["papers"][0]


def add_a_paper_that_was_not_dropped(publication, unused):
    paper = {name: b64encode(value).decode() for name, value in unused.items()}
    phrase = phrase_of(unused["paper"])
    publication["items"][1]["papers"].append(paper | {"choice": "agree", "phrase": phrase})
    publication["items"][1]["counts"] |= {"returned": 5, "agree": 3}
    publication["items"][1]["result"] = "passed"


def forget_who_had_a_paper(publication, unused):
    first(publication)["given_to"].pop()


def give_more_papers_than_voters(publication, unused):
    first(publication)["voters"] = 4


def swap_a_phrase(publication, unused):
    first(publication)["papers"][0]["phrase"] = "chim sông lúa"


def let_less_be_enough(publication, unused):
    first(publication)["least"] = 1


def turn_the_result(publication, unused):
    first(publication)["result"] = "failed"


def count_more_written_opinions_than_members(publication, unused):
    first(publication)["counts"]["written_agree"] = 9


def use_one_key_twice(publication, unused):
    publication["items"][1]["key"] = first(publication)["key"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (change_a_choice, "agree is 3, published is 4"),
        (change_a_choice_and_the_counts, "the papers have the hash"),
        (leave_a_paper_out, "the papers have the hash"),
        (put_a_paper_twice, "is there 2 times"),
        (invent_a_paper, "its signature is not good"),
        (use_the_paper_of_another_item, "its signature is not good"),
        (add_a_paper_that_was_not_dropped, "the papers have the hash"),
        (forget_who_had_a_paper, "5 papers came of 4 given out"),
        (give_more_papers_than_voters, "were given out to 4 voters"),
        (swap_a_phrase, "has the phrase"),
        (let_less_be_enough, "of 5 must agree, published is 1"),
        (turn_the_result, "the result is passed, published is failed"),
        (count_more_written_opinions_than_members, "9 written opinions of 5"),
        (use_one_key_twice, "a key is there 2 times"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_was_changed_is_found(published, publication, spoil, said):
    spoil(publication, published[1])
    problems = verify_publication(publication).problems
    assert any(said in problem for problem in problems), problems


def test_a_tie_that_could_not_be_voted_on_again_is_no_fault(publication):
    publication["items"][1]["result"] = "failed"
    assert verify_publication(publication).problems == ()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: None, id="nothing"),
        pytest.param(lambda data: [data], id="a list"),
        pytest.param(lambda data: {**data, "format": "thidua-ballots/2"}, id="another format"),
        pytest.param(lambda data: {**data, "items": []}, id="no items"),
        pytest.param(lambda data: {**data, "items": {"1": 2}}, id="items by name"),
        pytest.param(lambda data: {**data, "voting": None}, id="no vote"),
        pytest.param(lambda data: with_item(data, key="AAAA"), id="no key"),
        pytest.param(lambda data: with_item(data, number=True), id="a number that is none"),
        pytest.param(lambda data: with_item(data, least=-1), id="a negative number"),
        pytest.param(lambda data: with_item(data, given_to=[1]), id="names that are none"),
        pytest.param(lambda data: with_item(data, result="won"), id="another result"),
        pytest.param(lambda data: with_item(data, rule={}), id="no rule"),
        pytest.param(
            lambda data: with_item(data, rule={**first(data)["rule"], "over_percent": "x"}),
            id="a rule without a number",
        ),
        pytest.param(lambda data: with_item(data, papers=[{"paper": "*"}]), id="no paper"),
    ],
)
def test_what_is_no_publication_is_said_to_be_none(publication, spoil):
    report = verify_publication(spoil(publication))
    assert len(report.problems) == 1
    assert report.problems[0].startswith("not a publication of ballots: ")


def with_item(publication, **changes):
    first(publication).update(changes)
    return publication


def test_a_published_key_is_the_one_that_was_given_to_the_browsers(publication):
    keys = [PublicKey.from_der(b64decode(item["key"])) for item in publication["items"]]
    assert keys == [pair.public for pair in KEYS[:2]]


# ---- thidua ballot verify -----------------------------------------------------------------


def verify(tmp_path, content, *options):
    file = tmp_path / "cong-bo.json"
    file.write_text(content, encoding="utf-8")
    return CliRunner().invoke(main, ["ballot", "verify", str(file), *options])


def test_the_command_says_that_a_publication_is_right(tmp_path, publication):
    result = verify(
        tmp_path, json.dumps(publication), "--box-hash", publication["voting"]["box_hash"]
    )
    assert result.exit_code == 0
    assert "4 for, 1 against, 0 abstained; 5 of 5 papers" in result.output
    assert "9 papers of 2 items" in result.output


def test_the_command_ends_with_1_and_says_what_is_wrong(tmp_path, publication):
    swap_a_phrase(publication, None)
    result = verify(tmp_path, json.dumps(publication))
    assert result.exit_code == 1
    assert "item 1: paper 1 has the phrase" in result.stderr


def test_the_command_compares_with_the_hash_of_the_minutes(tmp_path, publication):
    result = verify(tmp_path, json.dumps(publication), "--box-hash", "0" * 64)
    assert result.exit_code == 1
    assert "expected 0000" in result.stderr


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}'])
def test_the_command_refuses_what_is_no_publication(tmp_path, content):
    result = verify(tmp_path, content)
    assert result.exit_code == 1
    assert "not a publication of ballots" in result.stderr
