"""``thidua db copy``: what it says where it refuses, and when it is done."""

import hashlib
import shutil
from pathlib import Path

import pytest

from engine.store import schema
from engine.store.database import connect

FAR = "postgresql+psycopg://u:secret@127.0.0.1:1/x"


@pytest.fixture
def source(sqlite_ward, thidua):
    """Return the address of a ward in the present folder; no server has it open."""
    shutil.copy(sqlite_ward.template, "ward.db")
    return "sqlite:///ward.db"


def files():
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in Path().glob("*.db*")
        if not path.name.endswith("-shm") and path.stat().st_size
    }


def test_a_ward_is_copied_with_a_line_for_each_table(thidua, source):
    said = thidua("db", "copy", source, "sqlite:///other.db").stdout
    assert "people                              17  " in said
    assert "The journal of the copy was checked: " in said
    again = thidua("db", "copy", "sqlite:///other.db", "sqlite:///third.db").stdout
    assert said.splitlines()[1:-1] == again.splitlines()[1:-1]


@pytest.mark.parametrize(
    ("given", "target", "problem"),
    [
        pytest.param(
            "sqlite:///ward.db", "sqlite:///./ward.db", "the same database", id="same"
        ),
        pytest.param("sqlite:///none.db", FAR, "no file none.db", id="no file"),
        pytest.param("mysql://a/b", FAR, "neither sqlite:///", id="another kind"),
        pytest.param("sqlite:///ward.db", "rubbish", "neither sqlite:///", id="no address"),
        pytest.param("sqlite://", FAR, "names no file", id="no name"),
        pytest.param(
            "sqlite:///ward.db",
            FAR,
            "no database at postgresql+psycopg://u:***@",
            id="no server",
        ),
        pytest.param(
            "sqlite:///ward.db", "sqlite:////nowhere/x.db", "no database at", id="no folder"
        ),
        pytest.param("sqlite:///text.db", "sqlite:///new.db", "no database", id="no database"),
        pytest.param(
            "sqlite:///old.db", "sqlite:///new.db", "another version", id="old source"
        ),
        pytest.param("sqlite:///ward.db", "sqlite:///old.db", "is not empty", id="old target"),
    ],
)
def test_what_cannot_be_copied_is_said_and_changes_nothing(
    thidua, source, given, target, problem
):
    Path("text.db").write_text("no database " * 100, encoding="utf-8")
    old = connect("sqlite:///old.db")
    schema.upgrade(old, "0010")
    old.dispose()
    before = files()
    refused = thidua("db", "copy", given, target, code=1)
    assert problem in refused.stderr
    assert "Traceback" not in refused.output
    assert "secret" not in refused.output
    assert files() == before
