"""``thidua erase``: take away what a closed nomination says of a person (docs/journal.md)."""

import click

from engine.erasure import erase_case
from engine.filestore import FileStore
from engine.store.database import unit_of_work
from webapp.clock import Clock
from webapp.commands import in_plain_words
from webapp.commands.installing import open_installation, read_settings
from webapp.files import FOLDER


@click.command("erase")
@click.argument("reference")
@click.option("--ground", required=True, help="Why: the right that was used, the order.")
@click.option("--document", required=True, help="Number and date of the request or order.")
@in_plain_words
def command(reference: str, ground: str, document: str) -> None:
    """Erase the personal data of the closed nomination REFERENCE. Cannot be undone.

    Refused where a law bids to keep them: after a decision, minutes, a numbered paper or a
    public notice. The journal keeps its entries without their words, and says who asked.
    """
    settings = read_settings()
    database = open_installation(settings)
    with unit_of_work(database) as session:
        erased = erase_case(
            session,
            reference=reference,
            ground=ground,
            document=document,
            at=Clock(settings).now(),
        )
    settings.outside.erase_words(erased.entries)
    store = FileStore(settings.var_dir / FOLDER)
    for sha256 in erased.files:
        store.remove(sha256)
    click.echo(
        f"{reference}: erased, with {len(erased.files)} files. Erase it in backups, too."
    )
