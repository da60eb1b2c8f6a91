"""``thidua worker``: background jobs in a process of their own."""

import signal
import threading
from types import FrameType

import click

from engine.journal.sealing import require_not_behind
from webapp.background import Background
from webapp.commands import in_plain_words
from webapp.commands.installing import open_installation, read_settings
from webapp.logs import write_logs


@click.command("worker")
@click.option("--demo", is_flag=True, help="For the demo.")
@in_plain_words
def command(demo: bool) -> None:
    """Do jobs and seal the journal until Ctrl+C or SIGTERM; the job that runs ends first.

    Start as many as wanted, on PostgreSQL on any machine: each job is done by one of them.
    """
    settings = read_settings(demo=demo, worker=True)
    write_logs()
    database = open_installation(settings)
    require_not_behind(database, settings.sealing_key, settings.outside)
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    with Background(settings, database):
        click.echo("Waiting for jobs (Ctrl+C stops).")
        asked.wait()
