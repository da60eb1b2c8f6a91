"""``thidua run``: the pages, served by waitress."""

import signal
import socket
import time
from types import FrameType
from typing import Any, NoReturn

import click
import waitress

from engine.accounts import list_demo_accounts
from engine.installation import has_whole_demo
from engine.journal.sealing import require_not_behind
from engine.office import day_in_vietnam
from engine.store.database import reading
from engine.store.statistics import refresh_statistics
from webapp.app import create_app
from webapp.background import Background
from webapp.clock import Clock
from webapp.commands import in_plain_words
from webapp.commands.installing import open_installation, read_settings
from webapp.loading import loading
from webapp.logs import write_logs
from webapp.security import MAX_CONTENT_LENGTH
from webapp.settings import Settings

LONGEST_STOP = 25
"""Seconds in which running requests end."""


@click.command("run")
@click.option("--demo", is_flag=True, help="Serve the invented ward, built at the first start.")
@click.option("--port", type=click.IntRange(1, 65535), envvar="PORT", help="Default: 8000.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="Serve with so many processes (not on Windows); run “thidua worker” beside them.",
)
@in_plain_words
def command(demo: bool, port: int | None, processes: int | None) -> None:
    """Serve the pages until Ctrl+C or SIGTERM, by default at http://127.0.0.1:8000.

    Requests that are running end first.
    """
    settings = read_settings(demo=demo, port=port)
    write_logs()
    with _listen(settings.listen, settings.port) as listener:
        database = open_installation(settings)
        if settings.demo and not has_whole_demo(database):
            from webapp.commands.demo import fill  # noqa: PLC0415  # nowhere but in the demo

            fill(settings, database)
        require_not_behind(database, settings.sealing_key, settings.outside)
        refresh_statistics(database)
        if processes:
            listener.close()
            database.dispose()
            _serve_with(settings, processes)
        server = make_server(settings, listener)
        if settings.demo:
            _show_accounts(settings, database)
        click.echo(f"http://{settings.listen}:{settings.port}  (Ctrl+C stops)")
        signal.signal(signal.SIGTERM, _stop)
        with Background(settings, database):
            serve(server)


def serve(server: Any) -> None:
    """Serve until told to stop; then let what was asked before be answered, and close.

    waitress by itself would cut off what takes longer than 5 seconds, and answers that the
    reader has not fetched yet.
    """
    turn = {"use_poll": True, "map": server._map}  # its sockets; it has no public name
    try:
        server.asyncore.loop(timeout=server.adj.asyncore_loop_timeout, **turn)
    except (SystemExit, KeyboardInterrupt):
        server.socket.close()  # nobody new: a proxy asks another process
        server.del_channel()
        until = time.monotonic() + LONGEST_STOP
        while server.active_channels and time.monotonic() < until:
            for channel in tuple(server.active_channels.values()):
                if not channel.requests:
                    channel.close_when_flushed = True
            server.asyncore.loop(timeout=0.1, count=1, **turn)
        server.close()


def _stop(number: int, frame: FrameType | None) -> None:
    """End as after Ctrl+C."""
    raise SystemExit(0)


def _serve_with(settings: Settings, processes: int) -> NoReturn:
    """Serve with several processes; ends the process."""
    from webapp.processes import Processes  # noqa: PLC0415  # not on Windows

    click.echo(f"http://{settings.listen}:{settings.port}  ({processes} processes)")
    Processes(settings, processes).run()
    raise SystemExit(0)


def make_server(settings: Settings, listener: socket.socket) -> Any:
    """Return the server of an installation, listening on ``listener``."""
    with loading():
        app = create_app(settings)
    return waitress.create_server(
        app,
        sockets=[listener],
        threads=settings.threads,
        ident=None,
        max_request_body_size=MAX_CONTENT_LENGTH + 1,  # the page refuses, in words
    )


def _listen(host: str, port: int) -> socket.socket:
    """Return the socket on which the pages are served: nobody else has it from here on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        why = f"{host}:{port}: {error.strerror}"
        raise click.ClickException(f"{why}. Choose another with --port.") from None


def _show_accounts(settings: Settings, database: Any) -> None:
    """Print the accounts of the demo, which all have one public password."""
    with reading(database) as session:
        accounts = list_demo_accounts(session, day_in_vietnam(Clock(settings).now()))
    width = max((len(account.username) for account in accounts), default=0)
    click.echo(f"Demo accounts, password {settings.demo_password}:")
    for account in accounts:
        click.echo(f"  {account.username:{width}}  {account.title}, {account.unit_name}")
