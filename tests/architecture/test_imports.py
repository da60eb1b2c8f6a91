"""Who may import whom: the six contracts hold, and each one can go red."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("workflows", "engine", "forms", "documents", "webapp")

BREACHES = {
    # contract (beginning of its name) → the file and the import that breaks it
    "webapp on top": ("forms/breach.py", "import engine"),
    "engine, forms, documents and workflows know no web": ("engine/breach.py", "import flask"),
    "only engine knows the database": ("webapp/breach.py", "import sqlalchemy"),
    "only engine.process knows": ("engine/breach.py", "import lxml"),
    "only documents knows ReportLab": ("engine/breach.py", "import reportlab"),
    "webapp shows the documents": ("webapp/breach.py", "import documents"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own linter on our own files
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_import_contract_is_kept():
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout
    assert "6 kept, 0 broken" in result.stdout


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_of_a_contract_is_found(contract, tmp_path):
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("static")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    name, line = BREACHES[contract]
    (tmp_path / name).write_text(f"{line}\n")
    result = lint_imports(tmp_path)
    broken = [row for row in result.stdout.splitlines() if " BROKEN" in row]
    assert result.returncode == 1
    assert any(row.startswith(contract) for row in broken), result.stdout
