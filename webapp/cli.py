"""The command line, ``thidua``: one module of :mod:`webapp.commands` per subject.

A module is imported when its command is called, so that a check of a file loads no server
and no demo. Whatever may go wrong ends in words on stderr: status 1 for a refusal, 2 for
a wrong call.
"""

import sys
from importlib import import_module

import click

from webapp.loading import loading

COMMANDS = {
    "run": ("webapp.commands.run", "Serve the pages."),
    "backup": ("webapp.commands.backup", "Back up the installation."),
    "restore": ("webapp.commands.backup:restore", "Check and restore a backup."),
    "worker": ("webapp.commands.worker", "Do background jobs."),
    "demo": ("webapp.commands.demo", "Fill a database with the invented demo ward."),
    "admin": ("webapp.commands.admin", "Make the first administrator."),
    "plan": ("webapp.commands.plan", "Check and load the plan of a movement."),
    "rules": ("webapp.commands.rules", "Check the law book."),
    "ballot": ("webapp.commands.ballot", "Count published ballots again."),
    "diagrams": ("webapp.commands.diagrams", "Check diagrams and tables."),
    "erase": ("webapp.commands.erase", "Erase the personal data of a closed nomination."),
    "sign": ("webapp.commands.sign", "Sign a numbered paper with a key in a file."),
    "journal": ("webapp.commands.journal", "Seal, check and replay the journal."),
    "db": ("webapp.commands.db", "Bring the database up to date."),
}
"""Name → module, which has the command as ``command`` or as what stands after the colon,
and its line in the help."""


class LazyGroup(click.Group):
    """A group that imports the module of a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of :data:`COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command ``cmd_name``, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        if module not in sys.modules:
            with loading():
                import_module(module)
        command: click.Command = getattr(sys.modules[module], name or "command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup)
@click.version_option(package_name="thidua")
def main() -> None:
    """Run award nominations (thi đua, khen thưởng) of a ward."""
