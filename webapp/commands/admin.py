"""``thidua admin``: the first person who may give others their roles."""

from datetime import UTC, datetime

import click

from engine.installation import create_administrator
from engine.store.database import unit_of_work
from webapp.commands import in_plain_words
from webapp.commands.installing import open_installation, read_settings


@click.group("admin")
def command() -> None:
    """Make the first administrator."""


@command.command()
@click.option("--username", required=True, help="Name to log in with.")
@click.option("--name", "full_name", required=True, help="Full name, with its accents.")
@click.option(
    "--ward",
    "ward_name",
    default="Ủy ban nhân dân phường",
    show_default=True,
    help="Name of the ward, if the database has none yet.",
)
@in_plain_words
def create(username: str, full_name: str, ward_name: str) -> None:
    """Add an administrator and print their password, once.

    The password is good for one login, to choose another.
    """
    settings = read_settings()
    with unit_of_work(open_installation(settings)) as session:
        password = create_administrator(
            session,
            username=username,
            full_name=full_name,
            ward_name=ward_name,
            at=datetime.now(UTC),
            cost=settings.password_cost,
        )
    click.echo(f"Account “{username}” was made. Its password, shown only now: {password}")
