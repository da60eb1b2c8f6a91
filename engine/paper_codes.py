"""Codes by which anybody may check a paper: made by chance, so that nobody can guess one."""

import secrets

from sqlalchemy.orm import Session

from documents.checkmark import CheckMark

ALPHABET = "234679ACDEFGHJKMNPQRTVWXY"
"""Without what is mistaken for something else: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V."""

LENGTH = 12
"""Characters: 55 bits, so that among a million papers one guess in 5 × 10¹⁰ finds one."""

ADDRESS = "public_url"
"""Key of a session's ``info``: the address under which the public reaches the system."""

PATH = "/kiem-tra"
"""Of the public page, under that address."""


def new_code() -> str:
    """Return a code that no paper has; the database would refuse the same one again."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str | None:
    """Return the code that somebody typed, in any case, with hyphens or spaces or without.

    None: no paper can have such a code.
    """
    code = "".join(letter for letter in typed.upper() if letter not in " -\u00a0\t")
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def check_mark(session: Session, code: str | None, witness: str = "") -> CheckMark | None:
    """Return what a paper prints of its code; none for a paper without one.

    :param witness: what the paper says of the journal, see :mod:`engine.journal.witness`.
    """
    if code is None:
        return None
    address = str(session.info.get(ADDRESS, "")).rstrip("/")
    return CheckMark(code, address + PATH if address else "", witness)
