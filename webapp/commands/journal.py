"""``thidua journal``: seal, check and replay the journal (docs/journal.md)."""

import click

from engine.cases import case_named
from engine.filestore import make_once
from engine.journal.again import list_of_lost
from engine.journal.bundle import verifier as verifier_text
from engine.journal.findings import Report
from engine.journal.nightly import verify_and_note
from engine.journal.replay import replay as replay_case
from engine.journal.roll_forward import roll_forward as bring_forward
from engine.journal.sealing import seal as seal_entries
from engine.journal.verification import verify as verify_all
from engine.journal.verification import verify_case
from engine.journal.witness import prove_beginning
from engine.office import VIETNAM
from engine.store.database import reading
from webapp.clock import Clock
from webapp.commands import in_plain_words
from webapp.commands.installing import open_installation, read_settings


@click.group("journal")
def command() -> None:
    """Seal, check and replay the journal (see docs/journal.md)."""


@command.command()
@in_plain_words
def seal() -> None:
    """Seal what is not sealed yet, also what came late. The pages do it by themselves."""
    settings = read_settings()
    database = open_installation(settings)
    at = Clock(settings).now()
    count = seal_entries(database, settings.sealing_key, settings.outside, at, is_thorough=True)
    click.echo(f"{count} entries were sealed.")


@command.command()
@click.option("--case", "reference", metavar="REFERENCE", help="Of this case alone.")
@click.option("--since", metavar="SIZE", type=int, help="Entries after this checkpoint.")
@click.option("--note", is_flag=True, help="Write the result into the journal.")
@in_plain_words
def verify(reference: str | None, since: int | None, note: bool) -> None:
    """Check every entry, checkpoint, paper and dossier; status 1 if anything does not fit.

    The first line says what does not fit first, and which kind of tampering it looks like.
    """
    settings = read_settings()
    database = open_installation(settings)
    key, outside = settings.sealing_key, settings.outside
    if note:
        _tell(verify_and_note(database, key, outside, Clock(settings).now()))
        return
    with reading(database, one_moment=True) as session:
        if reference is None:
            report = verify_all(session, key, outside, since=since or 0)
        else:
            report = verify_case(session, key, outside, reference)
    _tell(report)


@command.command()
@click.argument("reference")
@in_plain_words
def replay(reference: str) -> None:
    """Rebuild the case REFERENCE from its journal, and compare it with its tables."""
    database = open_installation(read_settings())
    with reading(database) as session:
        differences = replay_case(session, case_named(session, reference))
    for line in differences:
        click.echo(f"Error: {line}", err=True)
    if differences:
        raise click.exceptions.Exit(1)
    click.echo(f"{reference}: the tables are what the journal tells.")


@command.command()
@in_plain_words
def key() -> None:
    """Show the public key of the journal, which those who check it need."""
    click.echo(read_settings().sealing_key.public_text)


@command.command("roll-forward")
@in_plain_words
def roll_forward() -> None:
    """Bring a restored database forward to what stands outside; then check everything.

    Nominations are opened, submitted, reviewed and decided again as the journal says.
    What it can't do again is listed for the clerks, in Vietnamese, in a workbook in
    THIDUA_VAR_DIR: they enter it from paper.
    """
    settings = read_settings()
    database = open_installation(settings)
    key, outside = settings.sealing_key, settings.outside
    at = Clock(settings).now()
    report = bring_forward(database, key, outside, at)
    click.echo(f"{report.entries} entries, {report.steps} acts on nominations.")
    if report.decisions:
        click.echo(f"  {len(report.decisions)} of them decisions, whose PDFs are not outside")
    for reference, why in sorted(report.stopped.items()):
        click.echo(f"  could not be followed: {reference}: {why}")
    for action, count in sorted(report.by_hand.items()):
        click.echo(f"  to be entered again: {action}, {count} times")
    if report.lost:
        path = settings.var_dir / f"viec-phai-lam-{at.astimezone(VIETNAM):%Y%m%d-%H%M%S}.xlsx"
        with reading(database) as session:
            make_once(path, list_of_lost(session, report.lost, at))
        click.echo(f"  for the clerks: {path}")
    seal_entries(database, key, outside, Clock(settings).now(), is_thorough=True)
    with reading(database, one_moment=True) as session:
        _tell(verify_all(session, key, outside))


@command.command()
@click.argument("size", type=int)
@click.argument("root")
@in_plain_words
def prove(size: int, root: str) -> None:
    """Prove that the journal still begins with the SIZE entries of a paper, under its ROOT.

    Both stand on every issued paper after “Nhật ký”. Status 1: the paper saw another journal.
    """
    settings = read_settings()
    database = open_installation(settings)
    with reading(database, one_moment=True) as session:
        found = prove_beginning(session, size, root)
    settings.sealing_key.read(found.note)
    if not found.holds:
        click.echo("Error: the paper saw another journal than this one", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"The journal begins with the {size} entries of the paper.")
    click.echo(f"Proof (RFC 9162, 2.1.4): {found.proof or 'none needed, the trees are equal'}")
    click.echo(found.note, nl=False)


@command.command()
def verifier() -> None:
    """Show the program that checks bundles: one file, for anybody to keep and to read."""
    click.echo(verifier_text(), nl=False)


def _tell(report: Report) -> None:
    for finding in report.findings:
        click.echo(f"Error: {finding}", err=True)
    if report.findings:
        raise click.exceptions.Exit(1)
    click.echo(
        f"{report.entries} entries, {report.sealed} of them sealed,"
        f" {report.checkpoints} checkpoints: everything fits."
    )
