"""What a stranger relies on: the layout, the locks, one place for each package."""

import importlib
import re
import subprocess
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("workflows", "engine", "forms", "documents", "webapp")


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_ours_and_nobody_else_installs_one_of_its_name(package):
    module = importlib.import_module(package)
    assert Path(str(module.__file__)).is_relative_to(ROOT)
    assert set(packages_distributions().get(package, ["thidua"])) == {"thidua"}


def test_the_command_is_installed():
    scripts = {entry.name: entry.value for entry in distribution("thidua").entry_points}
    assert scripts == {"thidua": "webapp.cli:main"}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_each_package_by_hash_and_names_no_address(lock):
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=[a-z])", text.strip())
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9.-]+==[^ ]+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_the_top_level_is_the_fixed_one():
    allowed = {
        "workflows", "engine", "forms", "webapp", "documents", "tests", "docs", ".ci",
        "pyproject.toml", "README.md", "Makefile", "LICENSE", "CHANGELOG.md",
        "CONTRIBUTING.md", "requirements.lock", "requirements-dev.lock", ".gitignore",
    }  # fmt: skip
    found = {path.relative_to(ROOT).parts[0] for path in tracked_files()}
    assert found <= allowed


def test_no_source_file_is_longer_than_600_lines():
    long = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path.suffix == ".py"
        and "versions" not in path.parts
        and len(path.read_text(encoding="utf-8").splitlines()) > 600
    ]
    assert long == []


def test_no_package_below_tests_hides_one_of_ours():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_nothing_names_a_registry_or_a_folder_of_one_machine():
    registries = "pyt" + "honhosted|py" + r"pi\.org|npm" + r"js\.(org|com)"
    folders = r"(^|[^A-Za-z])/(work|root|home)/"
    pattern = re.compile(f"{registries}|{folders}", re.MULTILINE)
    found = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".lock", ".html", ".css", ".js", ""}
        and pattern.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []
