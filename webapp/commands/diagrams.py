"""``thidua diagrams``: what must be right before a case may run on a diagram."""

from pathlib import Path

import click

from engine.definitions import packaged_files
from engine.errors import InvalidDiagram
from engine.process.checks import check_diagrams
from webapp.commands import FILE, in_plain_words


@click.group("diagrams")
def command() -> None:
    """Check diagrams (BPMN) and tables (DMN)."""


@command.command()
@click.argument("files", type=FILE, nargs=-1)
@in_plain_words
def check(files: tuple[Path, ...]) -> None:
    """Check FILES as one set; without FILES, those that come with this version.

    Names the element and the mend; status 1 if the set must not be used.
    """
    content = {file.name: file.read_bytes() for file in files} or packaged_files()
    if len(content) < len(files):
        raise click.UsageError("two files have one name; expected a set with each name once")
    findings = check_diagrams(content)
    errors = [str(found) for found in findings if found.severity == "error"]
    for found in findings:
        if found.severity != "error":
            click.echo(f"{found.severity}: {found}")
    if errors:
        raise InvalidDiagram(errors)
    click.echo(f"{len(content)} files: no error found.")
