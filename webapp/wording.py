"""From the codes of the engine and the forms to the sentences that people read."""

from flask import g

from engine.errors import InvalidSubmission
from forms.messages import sentence


def sentences(error: InvalidSubmission) -> dict[str, list[str]]:
    """Return field → sentences in the language of the present request."""
    return {
        field: [sentence(code, g.language) for code in codes]
        for field, codes in error.messages.items()
    }
