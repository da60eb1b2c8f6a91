"""``thidua db``: the database of the installation."""

import click

from engine.installation import open_database
from engine.store import schema
from engine.store.database import unit_of_work
from engine.subject_records import renew_keys
from webapp.commands import in_plain_words
from webapp.commands.installing import read_settings


@click.group("db")
def command() -> None:
    """Bring the database up to date."""


@command.command()
@in_plain_words
def upgrade() -> None:
    """Apply the migrations that the database lacks, all or none. Back up first."""
    settings = read_settings()
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url)
    if schema.is_current(database):
        click.echo("The database is up to date.")
    else:
        schema.upgrade(database)
        click.echo("The database was brought up to date.")
    with unit_of_work(database) as session:
        renewed = renew_keys(session)
    if renewed:
        click.echo(f"{renewed} names of subjects are compared by the new table of names.")
