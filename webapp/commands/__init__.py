"""The commands of ``thidua``, one module per subject, and how they refuse."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from engine.errors import (
    EngineError,
    InvalidDiagram,
    InvalidLawBook,
    InvalidPlan,
    InvalidSubmission,
)
from engine.journal.proof import NotProved
from forms.messages import sentence

P = ParamSpec("P")
T = TypeVar("T")

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
"""Type of an argument that names a file: status 2 if there is none."""


def in_plain_words(run: Callable[P, T]) -> Callable[P, T]:
    """Let a command end in words and status 1 where the engine refuses."""

    @functools.wraps(run)
    def command(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return run(*args, **kwargs)
        except (EngineError, NotProved) as error:
            for line in _lines_of(error):
                click.echo(line, err=True)
            raise click.exceptions.Exit(1) from None

    return command


def _lines_of(error: EngineError | NotProved) -> list[str]:
    """Return what a person reads about ``error``."""
    match error:
        case InvalidPlan() | InvalidLawBook():
            return error.problems
        case InvalidDiagram():
            return error.findings
        case InvalidSubmission():
            return [
                f"{field}: {sentence(code, 'en')}"
                for field, codes in error.messages.items()
                for code in codes
            ]
        case NotProved():
            return [f"Error: {error}"]
    return [f"Error: {error or error.code}"]
