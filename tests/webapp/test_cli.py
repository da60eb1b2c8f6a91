import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import select

import workflows
from engine.accounts import check_password
from engine.installation import begin_demo, finish_demo, has_whole_demo, is_demo
from engine.store import schema
from engine.store.database import reading, unit_of_work
from engine.store.models import Account, JournalEntry, Person, PlanRow, Position, Unit
from forms.vocabulary import Role, UnitKind
from tests.ward import NOON, build_ward
from webapp.cli import COMMANDS
from webapp.commands.installing import DEMO_CLOCK, read_settings

PLAN = Path(workflows.__file__).parent / "plans" / "van-xuan-2025-2030.yaml"
LAW = Path(workflows.__file__).parent / "law"


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


# Help.


@pytest.mark.parametrize("words", [[], *([name] for name in COMMANDS)])
def test_every_command_says_what_it_does(thidua, words):
    result = thidua(*words, "--help")
    assert result.stdout.startswith("Usage: ")


def test_the_list_of_commands_is_shown_without_loading_any():
    script = (
        "import sys; from webapp.cli import main; main(['--help'], standalone_mode=False);"
        "sys.exit(any(name in sys.modules for name in ('waitress', 'engine.demo')))"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)  # noqa: S603


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["approve"], id="unknown-command"),
        pytest.param(["plan", "check"], id="no-file"),
        pytest.param(["plan", "check", "nowhere.yaml"], id="missing-file"),
        pytest.param(["plan", "check", "."], id="folder"),
        pytest.param(["run", "--port", "0"], id="port"),
        pytest.param(["admin", "create"], id="no-username"),
    ],
)
def test_a_wrong_call_ends_with_status_2(thidua, words):
    assert "Error: " in thidua(*words, code=2).stderr


# thidua plan


def test_a_good_plan_is_summed_up(thidua):
    shown = thidua("plan", "check", PLAN).stdout
    assert "annual (IV.2.a): unit_certificate, provincial_merit\n" in shown
    assert "No problem found." in shown


def test_the_problems_of_a_bad_plan_come_on_stderr_with_file_and_line(thidua, tmp_path):
    bad = write(tmp_path / "bad.yaml", PLAN.read_text("utf-8").replace("period:", "perid:"))
    result = thidua("plan", "check", bad, code=1)
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert [line.split(": found ")[1].split(",")[0] for line in lines] == [
        "no “period”",
        "the unknown key “perid”",
    ]
    assert all(line.startswith(f"{bad}:") for line in lines)


def test_a_plan_that_is_not_text_is_refused(thidua, tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"code: a\nplace: \xff\xfe")
    assert thidua("plan", "check", path, code=1).stderr == (
        f"{path}:2: found the byte 0xFF, expected text in UTF-8\n"
    )


def test_a_loaded_plan_is_stored_once_in_a_database_made_for_it(thidua, installed):
    first = thidua("plan", "load", PLAN).stdout
    assert thidua("plan", "load", PLAN).stdout == first
    with reading(installed()) as session:
        assert [row.code for row in session.scalars(select(PlanRow))] == ["van-xuan-2025-2030"]


def test_a_bad_plan_is_not_loaded_and_makes_no_database(thidua, tmp_path):
    thidua("plan", "load", write(tmp_path / "bad.yaml", "code: x\n"), code=1)
    assert not Path("var").exists()


# thidua diagrams


def test_the_packaged_diagrams_pass_their_check(thidua):
    assert "no error found" in thidua("diagrams", "check").stdout


def test_a_bad_diagram_is_named_with_its_mend_on_stderr(thidua, tmp_path):
    bomb = write(
        tmp_path / "bomb.bpmn",
        '<!DOCTYPE a [<!ENTITY x "y">]><definitions>&x;</definitions>',
    )
    result = thidua("diagrams", "check", bomb, code=1)
    assert result.stderr.startswith("bomb.bpmn")


# thidua rules


@pytest.fixture
def law(tmp_path):
    """Return a folder with the law book of this version, to change."""
    folder = tmp_path / "law"
    folder.mkdir()
    for file in LAW.glob("*.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_the_packaged_law_book_passes_its_check(thidua, law):
    shown = thidua("rules", "check").stdout
    assert shown.endswith("No problem found.\n")
    assert "2025-07-01 to 2025-08-04: " in shown
    assert thidua("rules", "check", law).stdout == shown


def test_the_problems_of_a_law_book_come_on_stderr_with_file_and_line(thidua, law):
    file = law / "instruments.yaml"
    text = file.read_text("utf-8")
    write(file, text.replace("until: 2025-08-04", "until: 2025-08-05", 1))
    result = thidua("rules", "check", law, code=1)
    assert result.stdout == ""
    assert result.stderr.startswith(f"{file}:")
    assert "expected “until: 2025-08-04”: one rule set for every day" in result.stderr


def test_two_rules_for_one_moment_end_the_check_with_status_1(thidua, law):
    file = law / "eligibility.yaml"
    text = file.read_text("utf-8")
    again = text[text.index("  - id: E20") :]
    again = again[: again.index("\n  - id:", 1) + 1]
    write(file, text.replace(again, again + again, 1))
    result = thidua("rules", "check", law, code=1)
    assert "found two rules E20 for 2024-01-01, expected one for every day" in result.stderr


def test_a_folder_without_rules_and_one_that_is_not_there_are_refused(thidua, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "found no rule file" in thidua("rules", "check", empty, code=1).stderr
    thidua("rules", "check", tmp_path / "nowhere", code=2)


# thidua db


def test_the_database_is_made_and_then_up_to_date(thidua, installed):
    assert "was brought up to date" in thidua("db", "upgrade").stdout
    assert "is up to date" in thidua("db", "upgrade").stdout
    assert schema.is_current(installed())


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        pytest.param("DATABASE_URL", "sqlite:////nowhere/x.db", "no database at", id="folder"),
        pytest.param("DATABASE_URL", "rubbish", "no database at", id="address"),
        pytest.param(
            "DATABASE_URL",
            "postgresql+psycopg://u:secret@127.0.0.1:1/x",
            "no database at postgresql+psycopg://u:***@",
            id="server",
        ),
        pytest.param("SECRET_KEY", "short", "THIDUA_SECRET_KEY has 5 characters", id="key"),
        pytest.param("PORT", "abc", "THIDUA_PORT: ", id="number"),
        pytest.param("COLOUR", "red", "THIDUA_COLOUR is not a setting", id="unknown"),
    ],
)
def test_a_bad_installation_is_refused_in_words(thidua, monkeypatch, name, value, problem):
    monkeypatch.setenv(f"THIDUA_{name}", value)
    result = thidua("db", "upgrade", code=1)
    assert problem in result.stderr
    assert "Traceback" not in result.output


# thidua admin


def test_the_first_administrator_gets_a_password_that_works_once(thidua, installed):
    shown = thidua("admin", "create", "--username", "quantri", "--name", "Tạ Thị Máy").stdout
    password = shown.split()[-1]
    with reading(installed()) as session:
        assert check_password(session, "quantri", password)
        account = session.scalars(select(Account)).one()
        position = session.scalars(select(Position)).one()
        unit = session.scalars(select(Unit)).one()
        assert account.must_change_password
        assert (position.role, position.unit_id) == (Role.ADMINISTRATOR, unit.id)
        assert (unit.kind, unit.code) == (UnitKind.WARD, "uy-ban-nhan-dan-phuong")
        assert password not in str(
            [one.detail for one in session.scalars(select(JournalEntry))]
        )


def test_a_refused_administrator_leaves_nothing(thidua, installed):
    thidua("admin", "create", "--username", "quantri", "--name", "Tạ Thị Máy")
    again = thidua("admin", "create", "--username", "QuanTri", "--name", "Người Khác", code=1)
    assert again.stderr.startswith("username: ")
    with reading(installed()) as session:
        assert [person.full_name for person in session.scalars(select(Person))] == [
            "Tạ Thị Máy"
        ]


# The demo


def test_the_demo_has_a_folder_and_a_clock_of_its_own(thidua):
    settings = read_settings(demo=True)
    assert settings.database_url == "sqlite:///var/demo/thidua.db"
    assert settings.demo_clock == DEMO_CLOCK


def test_the_environment_may_place_the_demo_elsewhere(thidua, monkeypatch):
    monkeypatch.setenv("THIDUA_VAR_DIR", "elsewhere")
    monkeypatch.setenv("THIDUA_DEMO", "1")
    monkeypatch.setenv("THIDUA_DEMO_CLOCK", "2029-01-01T00:00:00Z")
    settings = read_settings()
    assert settings.database_url == "sqlite:///elsewhere/thidua.db"
    assert settings.demo_clock.year == 2029


def test_a_database_with_people_of_its_own_takes_no_demo(thidua, installed, monkeypatch):
    thidua("admin", "create", "--username", "quantri", "--name", "Tạ Thị Máy")
    monkeypatch.setenv("THIDUA_DATABASE_URL", "sqlite:///var/thidua.db")
    for words in (["demo"], ["demo", "--reset"], ["run", "--demo"]):
        assert "takes no demo" in thidua(*words, code=1).stderr
    with reading(installed()) as session:
        assert len(list(session.scalars(select(Person)))) == 1


def test_a_database_of_a_demo_is_not_served_as_a_real_one(thidua, installed):
    thidua("db", "upgrade")
    begin_demo(installed(), NOON)
    create = ["admin", "create", "--username", "a", "--name", "b"]
    for words in (["plan", "load", PLAN], create, ["run"]):
        assert "its passwords are public" in thidua(*words, code=1).stderr


def test_a_demo_that_was_broken_off_is_begun_anew(sqlite_database):
    begin_demo(sqlite_database, NOON)
    with unit_of_work(sqlite_database) as session:
        build_ward(session)
    assert is_demo(sqlite_database)
    assert not has_whole_demo(sqlite_database)
    begin_demo(sqlite_database, NOON)
    finish_demo(sqlite_database, NOON)
    assert has_whole_demo(sqlite_database)
    with reading(sqlite_database) as session:
        assert session.scalars(select(Person)).first() is None


# thidua run


@pytest.fixture
def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_the_pages_are_served_until_the_server_is_stopped(thidua, free_port):
    server = subprocess.Popen(
        [sys.executable, "-c", "from webapp.cli import main; main()", "run"],
        env={**os.environ, "PORT": str(free_port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = server.stdout.readline().split()[0]
        assert address == f"http://127.0.0.1:{free_port}"
        with urlopen(f"{address}/dang-nhap", timeout=20) as answer:  # noqa: S310
            assert answer.status == 200
            assert "Server" not in answer.headers
        refused = thidua("run", "--port", free_port, code=1).stderr
        assert "Choose another with --port." in refused
    finally:
        server.terminate()
        server.communicate(timeout=20)
