"""``thidua rules``: the law book, from its files."""

from pathlib import Path

import click

from engine.errors import InvalidLawBook
from engine.rules.book import LawBook, packaged_files, read_book
from webapp.commands import in_plain_words

FOLDER = click.Path(exists=True, file_okay=False, readable=True, path_type=Path)


@click.group("rules")
def command() -> None:
    """Check the law book (see workflows/law)."""


@command.command()
@click.argument("folder", type=FOLDER, required=False, metavar="[DIR]")
@in_plain_words
def check(folder: Path | None) -> None:
    """Read the rule files in DIR and say what is wrong with them, line by line.

    Without DIR, those that come with this version.
    """
    if folder is None:
        book = read_book(packaged_files())
    else:
        book = read_book(_files_in(folder), f"{folder}/")
    for line in _summary(book):
        click.echo(line)


def _files_in(folder: Path) -> dict[str, bytes]:
    """Return the rule files in ``folder``: name → content."""
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.yaml"))}
    if not files:
        raise InvalidLawBook(
            [f"{folder}: found no rule file, expected instruments.yaml and others"]
        )
    return files


def _summary(book: LawBook) -> list[str]:
    return [
        f"Law book of {len(book.files)} files, SHA-256 {book.sha256[:12]}…",
        *(
            f"  {regime.starts_on} to {regime.ends_on or '…'}:"
            f" {len(book.rules_on(regime.starts_on))} rules ({regime.id})"
            for regime in book.instruments.regimes
        ),
        "No problem found.",
    ]
