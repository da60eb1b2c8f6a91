"""Whether each signature on a PDF holds, and nothing else was added: with pyHanko.

Loaded with the first signature that is read: with what it needs, the library would be a
fifth of all that the program loads at its start.
"""

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
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

from documents.signed_pdf import Fault, Signature, UnacceptableSignature

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

_BROKEN_CASE = re.compile(rb"[a-f].*[A-F]|[A-F].*[a-f]", re.DOTALL)


def check_all(
    content: bytes, issued: bytes, roots: Sequence[bytes], at: datetime
) -> tuple[Signature, ...]:
    """Return the signatures of :func:`documents.signed_pdf.read_signatures`.

    :raises UnacceptableSignature: one does not hold, or more than signatures was added.
    :raises Exception: any of the parser's, for a damaged file.
    """
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
