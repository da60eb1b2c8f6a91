"""``thidua ballot``: the papers of a secret electronic vote, counted again by anyone."""

from pathlib import Path

import click
import orjson

from engine.council.recount import Item, Report, verify_publication
from webapp.commands import FILE

LARGEST_FILE = 200 * 1024 * 1024
"""Bytes of a publication at most: 15 papers for each of 10 000 items."""


@click.group("ballot")
def command() -> None:
    """Count published ballots again (see docs/ballots.md)."""


@command.command()
@click.argument("file", type=FILE)
@click.option(
    "--box-hash",
    metavar="SHA256",
    default="",
    help="The hash of the papers as the minutes of the count have it.",
)
def verify(file: Path, box_hash: str) -> None:
    """Check the publication in FILE: signatures, counts, results. No database is needed.

    Status 1, and what is wrong, if it is not what it says.
    """
    report = verify_publication(_content(file))
    problems = list(report.problems)
    if box_hash and box_hash.strip().lower() != report.box_hash:
        problems.append(f"the papers have the hash {report.box_hash}, expected {box_hash}")
    for item in report.items:
        click.echo(_line(item))
    for problem in problems:
        click.echo(f"Error: {problem}", err=True)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo(_summary(report))


def _content(file: Path) -> object:
    """Return what the JSON in ``file`` holds; none if it is no JSON."""
    if file.stat().st_size > LARGEST_FILE:
        return None
    try:
        return orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError:
        return None


def _line(item: Item) -> str:
    counts = item.counts
    return (
        f"  item {item.number}, {item.name}: {counts['agree']} for,"
        f" {counts['disagree']} against, {counts['abstain']} abstained;"
        f" {len(item.papers)} of {len(item.given_to)} papers;"
        f" {item.least} of {item.total} needed: {item.result.value}"
    )


def _summary(report: Report) -> str:
    return (
        f"{report.papers} papers of {len(report.items)} items: every paper was given out,"
        f" none is there twice, counts and results are right.\n"
        f"SHA-256 of the papers: {report.box_hash}"
    )
