"""What an operator copies: the examples of docs/deploy and the commands of docs/*.md."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from webapp.cli import main
from webapp.settings import PREFIX, Settings

DOCS = Path(__file__).parents[2] / "docs"
DEPLOY = DOCS / "deploy"
EXAMPLES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
PAGES = sorted(DOCS.glob("*.md"))
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
COMMAND = re.compile(r"(?:^|`|; |exec web )thidua ([a-z][a-z -]*[a-z])", re.MULTILINE)


def named(command, words):
    """Return the command to which words lead; what follows it are arguments."""
    for word in words:
        if not isinstance(command, click.Group):
            break
        found = command.get_command(click.Context(command), word)
        assert found is not None, words
        command = found
    return command


@pytest.mark.parametrize("path", [*EXAMPLES, *PAGES], ids=lambda path: path.name)
def test_every_setting_that_is_named_is_one(path):
    names = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8")))
    assert names - {f"{PREFIX}TEST_LONG", f"{PREFIX}SMTP"} <= SETTINGS


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_that_is_named_is_one(path):
    for words in COMMAND.findall(path.read_text(encoding="utf-8")):
        named(main, words.split())


def test_the_example_of_the_settings_starts_once_it_has_a_secret(monkeypatch):
    text = (DEPLOY / "thidua.env").read_text(encoding="utf-8")
    given = dict(re.findall(r"^(\w+)=(.+)$", text, re.MULTILINE))
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("THIDUA_SECRET_KEY", "Jv3xq7Zr-0sLkT9wYb2mNfHc5eDgUaPi")
    settings = Settings()
    assert settings.proxy_hops == 1
    assert not settings.is_plain_http
    assert re.search(r"^THIDUA_SECRET_KEY=$", text, re.MULTILINE), "an example has no secret"


def test_systemd_understands_the_units(tmp_path):
    if not shutil.which("systemd-analyze") and not os.environ.get("CI"):
        pytest.skip("no systemd here: CI has it")
    program = str(Path(sys.executable).with_name("thidua"))
    for unit in DEPLOY.glob("*.service"):
        text = unit.read_text(encoding="utf-8")
        assert "/opt/thidua/.venv/bin/thidua" in text
        installed = text.replace("/opt/thidua/.venv/bin/thidua", program)
        (tmp_path / unit.name).write_text(installed, encoding="utf-8")
    verified = subprocess.run(  # noqa: S603
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def test_the_compose_file_runs_pages_and_a_worker_beside_a_database():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert set(services) == {"database", "web", "worker"}
    for name in ("web", "worker"):
        one = services[name]
        assert one["command"][0] == "thidua"
        assert named(main, one["command"][1:2]) is not main
        assert one["read_only"]
        assert one["cap_drop"] == ["ALL"]
        folders = {volume.partition(":")[0] for volume in one["volumes"]}
        assert folders <= set(compose["volumes"])
        assert (DEPLOY / one["build"]["context"] / one["build"]["dockerfile"]).is_file()
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])


def test_the_image_is_made_of_what_the_lock_knows_by_hash():
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    installs = [line for line in re.split(r"\n|&&", text) if "pip install" in line]
    assert len(installs) == 2
    for install in installs:
        assert "--require-hashes" in install or "--no-deps --no-build-isolation ." in install
    assert re.search(r"^USER thidua$", text, re.MULTILINE)
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    root = DOCS.parent
    assert kept[0] == "*"
    assert all((root / word[1:]).exists() for word in kept if word.startswith("!"))
