"""``thidua db``: the database of the installation."""

import click

from engine.installation import open_database
from engine.integrity import check_all
from engine.moving import move
from engine.store import schema
from engine.store.database import reading, unit_of_work
from engine.subject_records import renew_keys
from webapp.commands import in_plain_words
from webapp.commands.installing import open_installation, read_settings, require_room


@click.group("db")
def command() -> None:
    """Bring the database up to date, check it, or copy it to another server."""


@command.command()
@in_plain_words
def upgrade() -> None:
    """Apply the migrations that the database lacks, all or none. Back up first."""
    settings = read_settings()
    require_room(settings.var_dir)
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


@command.command()
@in_plain_words
def check() -> None:
    """Compare process, tasks, dossier, reviews and journal of every nomination.

    Reads only, while people work; status 1 if anything does not fit.
    """
    count, wrong = 0, 0
    with reading(open_installation(read_settings()), one_moment=True) as session:
        for problems in check_all(session):
            count += 1
            wrong += bool(problems)
            for line in problems:
                click.echo(f"Error: {line}", err=True)
    click.echo(f"{count:,} nominations, {wrong:,} of them with problems.")
    if wrong:
        raise click.exceptions.Exit(1)


@command.command("copy")
@click.argument("source")
@click.argument("target")
@in_plain_words
def copy_command(source: str, target: str) -> None:
    """Copy the database at address SOURCE into the empty one at TARGET.

    From SQLite to PostgreSQL or back. Stop the server first. Counts and hashes every table
    on both sides and checks the journal of the copy; where anything differs, nothing is
    left in TARGET.
    """
    settings = read_settings()
    click.echo("Table, rows, and the hash of the rows: the same on both sides.")
    entries = move(
        source,
        target,
        settings.sealing_key,
        settings.outside,
        lambda one: click.echo(f"{one.name:28} {one.rows:9,}  {one.sha256}"),
    )
    click.echo(f"The journal of the copy was checked: {entries:,} entries.")
    click.echo(
        f"Set THIDUA_DATABASE_URL to the new address and start again. {settings.var_dir}"
        " with the attachments and the journal stays as it is; keep the old database, but"
        " never start on it again."
    )
