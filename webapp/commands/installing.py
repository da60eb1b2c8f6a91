"""The installation that a command works on: its settings and its database."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from engine.installation import open_database, refuse_demo, require_current
from webapp.settings import PREFIX, Settings

DEMO_CLOCK = datetime(2030, 12, 2, 1, 0, tzinfo=UTC)
"""Where the clock of the demo begins: 8:00 on 2 December 2030 in Vietnam, in the final
round, after five years of the movement (2 June 2030)."""

DEMO_DIR = Path("var/demo")
"""Where the demo keeps its database and files, unless the environment says otherwise."""


def read_settings(*, demo: bool = False, **given: Any) -> Settings:
    """Return the settings of the environment, with what is ``given`` on the command line.

    :param demo: use the defaults of the demo where the environment says nothing.
    :raises UnsafeSettings: a setting would lose or leak decisions.
    :raises click.ClickException: a setting cannot be read.
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    if demo or os.environ.get(f"{PREFIX}DEMO", "").casefold() in ("1", "true", "yes", "on"):
        folder = Path(os.environ.get(f"{PREFIX}VAR_DIR", DEMO_DIR))
        defaults = {
            "demo": True,
            "demo_clock": DEMO_CLOCK,
            "var_dir": folder,
            "database_url": f"sqlite:///{folder / 'thidua.db'}",
        }
        for name, value in defaults.items():
            if f"{PREFIX}{name.upper()}" not in os.environ or name == "demo":
                chosen.setdefault(name, value)
    try:
        return Settings(**chosen)
    except ValidationError as error:
        problems = [
            f"{PREFIX}{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}"
            for one in error.errors(include_url=False, include_context=False)
        ]
        raise click.ClickException("\n".join(problems)) from None


def open_installation(settings: Settings) -> Any:
    """Return the database of an installation, with the tables of this version.

    Makes the folder and the tables where there are none yet.

    :raises UnsafeSettings: no database, tables of an earlier version, or a demo where
        none is expected, or the other way round.
    """
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url)
    require_current(engine)
    if not settings.demo:
        refuse_demo(engine)
    return engine
