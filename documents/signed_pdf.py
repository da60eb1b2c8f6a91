"""What the digital signatures on an issued PDF say, and whether anything else was changed.

PAdES (ETSI EN 319 142-1) and the older signatures of ISO 32000-1, § 12.8. Programs that
sign outside the system append to the file; nothing is fetched from the network, so that
it is not known whether a certificate was revoked.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LARGEST_ADDITION = 8 * 1024 * 1024
"""Bytes that all signatures may add: their certificates, fonts and pictures."""

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # they log names from certificates


class Fault(StrEnum):
    """Why a file is not accepted as the signed paper."""

    NOT_THE_PAPER = "not_the_paper"
    """It does not begin with the paper as it was issued, byte for byte."""
    UNSIGNED = "unsigned"
    """It has no signature of a person or an office."""
    ALTERED = "altered"
    """A signature does not hold, or something besides signatures was added or changed."""
    UNTRUSTED = "untrusted"
    """A certificate leads to none of the roots, or is not valid at the time."""
    TOO_LARGE = "too_large"


class UnacceptableSignature(ValueError):
    """The file is not the paper with signatures that hold; see ``fault``."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True)
class Signature:
    """One signature that holds."""

    name: str
    """Common name in the certificate: of a person, or of an office."""
    organisation: str
    """Organisation in the certificate; may be empty."""
    signed_at: datetime | None
    """In UTC: as a time stamp proves it, else as the signer's machine told it."""
    is_time_proved: bool
    """Whether a time stamp that leads to one of the roots proves the time."""
    issuer: str
    """Common name of who issued the certificate."""
    is_trusted: bool
    """Whether the certificate leads to one of the roots; without roots nobody can say."""


def read_signatures(
    content: bytes, issued: bytes, *, roots: Sequence[bytes], at: datetime
) -> tuple[Signature, ...]:
    """Return the signatures on ``content``, the first first, if each of them holds.

    :param issued: the paper as it was frozen: ``content`` is it, and then signatures.
    :param roots: certificates of authorities as DER; none: nobody's certificate is checked.
    :param at: when the certificates must be valid.
    :raises UnacceptableSignature: see :class:`Fault`.
    :raises ValueError: ``at`` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"naive datetime: {at}")
    _require_addition(content, issued)
    from documents.signature_checks import check_all  # noqa: PLC0415  # large, rarely needed

    try:
        # Its own thread: the loop of the library can't start where another loop runs.
        with ThreadPoolExecutor(max_workers=1) as thread:
            found = thread.submit(check_all, content, issued, roots, at).result()
    except UnacceptableSignature:
        raise
    except Exception as error:  # a parser has many words for a damaged file
        message = f"{type(error).__name__}: {error}"
        raise UnacceptableSignature(Fault.ALTERED, message) from error
    if roots and not all(one.is_trusted for one in found):
        raise UnacceptableSignature(Fault.UNTRUSTED, f"one of {len(found)} is not trusted")
    return found


def _require_addition(content: bytes, issued: bytes) -> None:
    if not content.startswith(issued):
        raise UnacceptableSignature(Fault.NOT_THE_PAPER, "does not begin with the paper")
    added = len(content) - len(issued)
    if added > LARGEST_ADDITION:
        raise UnacceptableSignature(Fault.TOO_LARGE, f"{added} bytes were added")
    if not content[len(issued) :].strip():
        raise UnacceptableSignature(Fault.UNSIGNED, "nothing was added")
