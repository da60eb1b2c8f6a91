"""``thidua demo``: the invented ward, to try everything on."""

from typing import Any

import click

from engine.demo import build_demo
from engine.filestore import FileStore
from engine.installation import begin_demo, empty_demo, finish_demo, has_whole_demo, is_demo
from webapp.clock import Clock, forget_first_start
from webapp.commands import in_plain_words
from webapp.commands.installing import open_installation, read_settings
from webapp.files import FOLDER
from webapp.settings import Settings


@click.command("demo")
@click.option("--reset", is_flag=True, help="Remove what was tried, and begin anew.")
@in_plain_words
def command(reset: bool) -> None:
    """Build the demo ward: units, people, rounds, cases. Twice changes nothing.

    Works on a database of its own, and on no other.
    """
    settings = read_settings(demo=True)
    database = open_installation(settings)
    if reset and is_demo(database):
        empty_demo(database)
        forget_first_start(settings.var_dir)
    if has_whole_demo(database):
        click.echo("The demo ward is there already; --reset builds it anew.")
    else:
        fill(settings, database)


def fill(settings: Settings, database: Any) -> None:
    """Build the demo ward in an empty ``database``, or anew where it was broken off.

    :raises UnsafeSettings: the database has people of its own.
    """
    moment = Clock(settings).now()
    begin_demo(database, moment)
    settings.outside.forget()  # of the invented ward that was there before
    click.echo("Building the demo ward, which takes up to a minute …")
    build_demo(
        database,
        FileStore(settings.var_dir / FOLDER),
        moment,
        password=settings.demo_password,
        cost=settings.password_cost,
    )
    finish_demo(database, moment)
