"""``thidua plan``: the plan of a movement, from a file."""

from datetime import UTC, datetime
from pathlib import Path

import click

from engine.office import OPERATOR
from engine.plans import Plan, load_plan, read_plan, text_of
from engine.store.database import unit_of_work
from forms.vocabulary import Level
from webapp.commands import FILE, in_plain_words
from webapp.commands.installing import open_installation, read_settings


@click.group("plan")
def command() -> None:
    """Check and load the plan of a movement (see workflows/plans)."""


@command.command()
@click.argument("file", type=FILE)
@in_plain_words
def check(file: Path) -> None:
    """Read FILE and say what is wrong with it, line by line."""
    plan = read_plan(text_of(file.read_bytes(), str(file)), str(file))
    for line in _summary(plan):
        click.echo(line)


@command.command()
@click.argument("file", type=FILE)
@in_plain_words
def load(file: Path) -> None:
    """Store the plan in FILE, so that rounds can be opened under it.

    The same file again changes nothing; a changed one is another edition.
    """
    text = text_of(file.read_bytes(), str(file))
    read_plan(text, str(file))  # a bad file is refused before a database is made for it
    database = open_installation(read_settings())
    with unit_of_work(database) as session:
        row = load_plan(session, text, str(file), actor=OPERATOR, at=datetime.now(UTC))
        click.echo(f"{file}: plan {row.code} is edition {row.id}, SHA-256 {row.sha256[:12]}…")


def _summary(plan: Plan) -> list[str]:
    left_out = ", ".join(level for level in Level if level in plan.left_out) or "none"
    return [
        f"{plan.code}: plan {plan.number}, {plan.period.starts_on} to {plan.period.ends_on}",
        *(
            f"  {rule.occasion} ({rule.section}): {', '.join(rule.awards)}"
            for rule in plan.awards
        ),
        f"  {len(plan.contents)} contents, {len(plan.criteria)} criteria,"
        f" levels left out: {left_out}, {len(plan.notes)} notes",
        "No problem found.",
    ]
