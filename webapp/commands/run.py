"""``thidua run``: the pages, served by waitress."""

import socket
from typing import Any

import click
import waitress

from engine.accounts import list_demo_accounts
from engine.installation import has_whole_demo
from engine.journal.sealing import require_not_behind
from engine.office import day_in_vietnam
from engine.store.database import reading
from webapp import create_app
from webapp.clock import Clock
from webapp.commands import in_plain_words
from webapp.commands.installing import open_installation, read_settings
from webapp.sealing import Sealer
from webapp.security import MAX_CONTENT_LENGTH
from webapp.settings import Settings


@click.command("run")
@click.option("--demo", is_flag=True, help="Serve the invented ward, built at the first start.")
@click.option("--port", type=click.IntRange(1, 65535), envvar="PORT", help="Default: 8000.")
@in_plain_words
def command(demo: bool, port: int | None) -> None:
    """Serve the pages until Ctrl+C, by default at http://127.0.0.1:8000."""
    settings = read_settings(demo=demo, port=port)
    with _listen(settings.listen, settings.port) as listener:
        database = open_installation(settings)
        if settings.demo and not has_whole_demo(database):
            from webapp.commands.demo import fill  # noqa: PLC0415  # nowhere but in the demo

            fill(settings, database)
        require_not_behind(database, settings.sealing_key, settings.outside)
        server = make_server(settings, listener)
        sealer = Sealer(settings, database)
        if settings.demo:
            _show_accounts(settings, database)
        click.echo(f"http://{settings.listen}:{settings.port}  (Ctrl+C stops)")
        sealer.start()
        try:
            server.run()
        finally:
            sealer.stop()


def make_server(settings: Settings, listener: socket.socket) -> Any:
    """Return the server of an installation, listening on ``listener``."""
    return waitress.create_server(
        create_app(settings),
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
