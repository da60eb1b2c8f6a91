"""Text typed into a form whose login or token has ended: kept, and shown again.

The answer to such a form carries what was typed. After the login one button posts it back
to the same address with ``_resume=1``; the page then fills its form and does nothing else.
"""

import json
from dataclasses import dataclass

from flask import request

RESUME = "_resume"
"""Field of a form that only asks to be shown again with what was typed."""

KEPT = "_kept"
"""Field of the login form: what was typed elsewhere, as JSON pairs."""

PATH = "_path"
"""Field of the login form: the address to which the kept text belongs."""

OWN_FIELDS = frozenset({"csrf_token", RESUME, KEPT, PATH, "password"})


class ResumeOnly(Exception):
    """A page tried to write in answer to a form that only asks to be shown again."""


@dataclass(frozen=True)
class KeptText:
    """What was typed: the address of its form and its fields in their order."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def packed(self) -> str:
        """The fields as one value of a hidden input."""
        return json.dumps(self.fields, ensure_ascii=False)


def kept_from_form() -> KeptText:
    """Return what the present request carries, without the fields of the shell."""
    pairs = tuple(
        (name, value)
        for name, values in request.form.lists()
        if name not in OWN_FIELDS
        for value in values
    )
    return KeptText(request.full_path.removesuffix("?"), pairs)


def kept_from_login() -> KeptText | None:
    """Return what the login form carries along, or none if it came by itself."""
    path = local_path(request.form.get(PATH, ""))
    if not path or KEPT not in request.form:
        return None
    try:
        pairs = json.loads(request.form[KEPT])
        fields = tuple((name, value) for name, value in pairs)
    except (ValueError, TypeError, RecursionError):
        return None
    if not all(isinstance(part, str) for pair in fields for part in pair):
        return None
    return KeptText(path, tuple(pair for pair in fields if pair[0] not in OWN_FIELDS))


def local_path(address: str) -> str:
    """Return ``address`` if it is a path of this system, else an empty string."""
    looks_local = address.startswith("/") and not address.startswith(("//", "/\\"))
    printable = all(character.isprintable() for character in address)
    return address if looks_local and printable and "\\" not in address else ""
