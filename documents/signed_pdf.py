"""What the digital signatures on an issued PDF say, and whether anything else was changed.

PAdES (ETSI EN 319 142-1) and the older signatures of ISO 32000-1, § 12.8. Programs that
sign outside the system append to the file; nothing is fetched from the network, so that
it is not known whether a certificate was revoked.
"""

import io
import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdatingRule,
    ModificationLevel,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from pyhanko_certvalidator import ValidationContext
from reportlab.lib.units import mm

LARGEST_ADDITION = 8 * 1024 * 1024
"""Bytes that all signatures may add: their certificates, fonts and pictures."""

MOST_SIGNATURES = 8
"""Signatures and time stamps of one paper."""

SHORT_FORM = 0x80
"""Lengths of DER below this are one byte (ITU-T X.690, § 8.1.3)."""

LARGEST_STAMP = (110 * mm) * (60 * mm)
"""Area of a visible signature in square points: a larger one could hide the paper."""

LONGEST_NAME = 200
"""Characters of a name in a certificate that are kept."""

ONLY_SIGNATURES = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(
        DEFAULT_DIFF_POLICY.form_rule.field_rules if DEFAULT_DIFF_POLICY.form_rule else [],
        ignored_acroform_keys={"/Fields", "/SigFlags", "/DA", "/DR"},
    ),
)
"""What may be added to a paper that nobody signed: a form of fields for signatures."""

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # they log names from certificates

_BROKEN_CASE = re.compile(rb"[a-f].*[A-F]|[A-F].*[a-f]", re.DOTALL)


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
    try:
        # Its own thread: the loop of the library can't start where another loop runs.
        with ThreadPoolExecutor(max_workers=1) as thread:
            found = thread.submit(_signatures, content, issued, roots, at).result()
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


def _signatures(
    content: bytes, issued: bytes, roots: Sequence[bytes], at: datetime
) -> tuple[Signature, ...]:
    reader = PdfFileReader(io.BytesIO(content))
    embedded = reader.embedded_signatures
    if not reader.embedded_regular_signatures:
        raise UnacceptableSignature(Fault.UNSIGNED, f"{len(embedded)} time stamps alone")
    _require(len(embedded) <= MOST_SIGNATURES, f"{len(embedded)} signatures")
    _require_only_signatures_added(reader, PdfFileReader(io.BytesIO(issued)))
    context = _context(roots, at)
    found = []
    for one in embedded:
        _require_clean(one)
        if one.sig_object_type == "/DocTimeStamp":
            stamp = validate_pdf_timestamp(one, context)
            _require(_holds(stamp), f"time stamp {one.field_name} does not hold")
        else:
            status = validate_pdf_signature(one, context)
            _require(_holds(status), f"signature {one.field_name} does not hold")
            found.append(_told(status))
    covers = embedded[-1].coverage is SignatureCoverageLevel.ENTIRE_FILE
    _require(covers, "something follows the last signature")
    return tuple(found)


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise UnacceptableSignature(Fault.ALTERED, message)


def _require_only_signatures_added(reader: PdfFileReader, issued: PdfFileReader) -> None:
    """Return if the file is built on the paper, and only fields of signatures were added.

    A signature proves its file, not that the file still shows the paper it begins with:
    what is appended may put another page in the place of each page.
    """
    base = issued.xrefs.total_revisions - 1
    _require(
        reader.xrefs.total_revisions > base + 1
        and all(
            reader.xrefs.get_startxref_for_revision(number)
            == issued.xrefs.get_startxref_for_revision(number)
            for number in range(base + 1)
        ),
        "not built on the paper",
    )
    paper = reader.get_historical_resolver(base)
    # The comparison wants a form to begin with; a paper that nobody signed has none.
    paper.root.setdefault(  # type: ignore[no-untyped-call]
        pdf_name("/AcroForm"),
        DictionaryObject({pdf_name("/Fields"): ArrayObject()}),  # type: ignore[no-untyped-call]
    )
    review = ONLY_SIGNATURES.review_file(reader, paper)
    if isinstance(review, SuspiciousModification):
        raise UnacceptableSignature(Fault.ALTERED, f"not a signature: {review}")
    _require(
        review.modification_level <= ModificationLevel.FORM_FILLING,
        "more than signatures was added",
    )


def _context(roots: Sequence[bytes], at: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=[one for root in roots for one in load_certs_from_pemder_data(root)],
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def _require_clean(signature: EmbeddedPdfSignature) -> None:
    """Return if a signature has no room for bytes that nothing covers, and hides nothing."""
    _require_no_loose_bytes(signature)
    _require_plain_envelope(signature)
    for widget in _widgets(signature.sig_field):
        _require("/A" not in widget and "/AA" not in widget, "a signature with an action")
        left, bottom, right, top = (float(side) for side in widget.get("/Rect", (0, 0, 0, 0)))
        area = abs((right - left) * (top - bottom))
        _require(area <= LARGEST_STAMP, f"a visible signature of {area:.0f} pt²")


def _require_no_loose_bytes(signature: EmbeddedPdfSignature) -> None:
    """Return if nothing but zeros follows the signature in its gap, in one way of writing."""
    first, length, second, _rest = (int(number) for number in signature.byte_range)
    stream = signature.reader.stream
    stream.seek(first + length)
    gap = stream.read(second - first - length)
    digits = gap[1:-1]
    plain = gap[:1] == b"<" and gap[-1:] == b">" and not _BROKEN_CASE.search(digits)
    _require(plain, "the gap of a signature is not written plainly")
    written = bytes.fromhex(digits.decode("ascii"))
    size = _der_size(written)
    kind = _der_head(written)  # a kind, and then what is signed: both fill it
    body = kind + _der_size(written[kind:])
    plain = size == body + _der_size(written[body:]) and not written[size:].strip(b"\0")
    _require(plain, "something follows a signature in its gap")


def _require_plain_envelope(signature: EmbeddedPdfSignature) -> None:
    """Return if what a signature says of itself, outside what it covers, agrees with it."""
    envelope, signer = signature.signed_data, signature.signer_info
    digest, certificate = signer["digest_algorithm"], signature.signer_cert
    _require(envelope["version"].native == signer["version"].native, "two versions")
    _require(digest["parameters"].native is None, "a digest with parameters")
    _require(
        all(one.dump() == digest.dump() for one in envelope["digest_algorithms"]),
        "two digests",
    )
    if signer["sid"].name == "issuer_and_serial_number":
        named = signer["sid"].chosen["issuer"].dump()
        _require(named == certificate.issuer.dump(), "another issuer")


def _der_size(data: bytes) -> int:
    """Return the bytes of the DER value at the beginning of ``data``."""
    return _der_head(data) + _der_content(data)


def _der_head(data: bytes) -> int:
    """Return the bytes of tag and length: a length from 128 on has its own length first."""
    return 2 if data[1] < SHORT_FORM else 2 + data[1] - SHORT_FORM


def _der_content(data: bytes) -> int:
    head = _der_head(data)
    return data[1] if head == 2 else int.from_bytes(data[2:head], "big")  # noqa: PLR2004


def _widgets(field: Any) -> Iterator[Any]:
    yield field
    for child in field.get("/Kids", ()):
        yield child.get_object()


def _holds(status: Any) -> bool:
    """Whether a signature is intact, on its whole revision, and only others came after."""
    return bool(
        status.intact
        and status.valid
        and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
        and status.modification_level is not None
        and status.modification_level <= ModificationLevel.FORM_FILLING
        and status.docmdp_ok
    )


def _told(status: PdfSignatureStatus) -> Signature:
    certificate = status.signing_cert
    proved = status.timestamp_validity
    is_proved = bool(proved and proved.intact and proved.valid and proved.trusted)
    moment = proved.timestamp if proved and is_proved else status.signer_reported_dt
    return Signature(
        name=_part(certificate.subject, "common_name"),
        organisation=_part(certificate.subject, "organization_name"),
        signed_at=_in_utc(moment),
        is_time_proved=is_proved,
        issuer=_part(certificate.issuer, "common_name"),
        is_trusted=bool(status.trusted),
    )


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment and moment.tzinfo else None


def _part(name: Any, part: str) -> str:
    """Return a part of the name in a certificate, as one line without hidden characters."""
    found = name.native.get(part, "")
    text = ", ".join(found) if isinstance(found, list) else str(found)
    kept = "".join(
        " " if unicodedata.category(character).startswith("C") else character
        for character in unicodedata.normalize("NFC", text)
    )
    return " ".join(kept.split())[:LONGEST_NAME]
