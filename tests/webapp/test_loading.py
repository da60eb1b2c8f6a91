"""What a start loads: nothing that the first page does not need."""

import gc
import subprocess
import sys
from pathlib import Path

import workflows
from tests.walk import on_sqlite
from webapp.loading import loading

PLAN = Path(workflows.__file__).parent / "plans" / "van-xuan-2025-2030.yaml"

TELL = "print(*sorted({name.partition('.')[0] for name in sys.modules}))"

FIRST_PAGE = f"""
import sys
from engine.installation import require_current
from webapp.commands import run
from webapp.settings import Settings
settings = Settings(demo=True, database_url=sys.argv[1], var_dir=sys.argv[2])
app = run.create_app(settings)
require_current(app.extensions["thidua.database"])
assert app.test_client().get("/dang-nhap", base_url="http://localhost").status_code == 200
{TELL}
"""

CHECK = f"""
import sys
from webapp.cli import main
main(["plan", "check", sys.argv[1]], standalone_mode=False)
{TELL}
"""


def loaded_by(script: str, *words: object) -> set[str]:
    """Return the packages that a new process has loaded at the end of ``script``."""
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", script, *map(str, words)],
        check=True,
        capture_output=True,
        text=True,
    )
    return set(done.stdout.splitlines()[-1].split())


@on_sqlite
def test_the_first_page_loads_nothing_that_only_papers_or_another_database_need(
    database, tmp_path
):
    loaded = loaded_by(FIRST_PAGE, database.url.render_as_string(), tmp_path)
    assert loaded & {
        "aiohttp", "alembic", "docx", "fontTools", "gunicorn", "mako", "procrastinate",
        "psycopg", "pyhanko", "pypdf", "rich", "structlog", "xlsxwriter",
    } == set()  # fmt: skip
    assert {"flask", "sqlalchemy", "waitress"} <= loaded


def test_a_check_of_a_plan_loads_no_pages():
    loaded = loaded_by(CHECK, PLAN)
    assert loaded & {"alembic", "docx", "flask", "jinja2", "psycopg", "waitress"} == set()
    assert {"engine", "yaml"} <= loaded


def test_what_is_loaded_is_never_looked_through_again():
    frozen, between = gc.get_freeze_count(), gc.get_threshold()
    try:
        with loading():
            assert not gc.isenabled()
            kept = [[] for _ in range(1_000)]
        assert gc.isenabled()
        assert gc.get_freeze_count() >= frozen + len(kept)
    finally:
        gc.unfreeze()
        gc.set_threshold(*between)
