"""``thidua backup`` and ``thidua restore``: all of an installation but its keys."""

from pathlib import Path

import click

from engine.backups import Backup, back_up, check
from engine.backups import restore as bring_back
from engine.filestore import FileStore
from webapp.clock import Clock
from webapp.commands import in_plain_words
from webapp.commands.installing import open_installation, read_settings
from webapp.files import FOLDER

FOLDER_OF_BACKUP = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("backup")
@click.argument("into", type=click.Path(file_okay=False, path_type=Path))
@click.option("--demo", is_flag=True, help="Of the demo.")
@in_plain_words
def command(into: Path, demo: bool) -> None:
    """Make a backup in a new folder of INTO while people work, and check it.

    The database, the attachments and the journal outside; not the keys, nor the settings.
    """
    settings = read_settings(demo=demo)
    made = back_up(
        open_installation(settings),
        FileStore(settings.var_dir / FOLDER),
        settings.outside,
        settings.sealing_key,
        into,
        Clock(settings).now(),
    )
    click.echo(f"{made.folder}: {_told(made)}")


@click.command("restore")
@click.argument("folder", type=FOLDER_OF_BACKUP)
@click.option("--check", "only_check", is_flag=True, help="Check the backup, restore nothing.")
@in_plain_words
def restore(folder: Path, only_check: bool) -> None:
    """Check the backup FOLDER, and bring it back into an empty database.

    Stop the server first. What stands in the journal outside and not in the backup comes
    back with “thidua journal roll-forward”.
    """
    if only_check:
        click.echo(f"The backup is whole: {_told(check(folder))}")
        return
    settings = read_settings()
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    found = bring_back(
        folder,
        settings.database_url,
        FileStore(settings.var_dir / FOLDER),
        settings.outside,
        settings.sealing_key,
        lambda one: None,
    )
    click.echo(f"Restored {_told(found)}")
    click.echo(
        "Now run “thidua journal roll-forward”: it brings what was decided since, and checks"
        " everything."
    )


def _told(backup: Backup) -> str:
    megabytes = backup.bytes / 1_000_000
    return (
        f"{backup.rows:,} rows of {len(backup.tables)} tables, {backup.files:,} attachments,"
        f" {megabytes:,.1f} MB, made {backup.made_at:%Y-%m-%d %H:%M} UTC by {backup.program},"
        f" tables {backup.revision}."
    )
