"""Signing a paper with a key in a file (PKCS #12), as PAdES, with a visible stamp.

For offices that hold their key so; a key on a token signs in a program of its maker. What
comes out passes :func:`documents.signed_pdf.read_signatures`.
"""

import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.lib.units import mm

from documents.stamp import PERSON_HEIGHT, PERSON_WIDTH, SEAL_SIDE, Stamp, draw_stamp
from documents.typography import BODY_SIZE, LEFT_MARGIN, PAGE

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.stamp import StaticStampStyle

# pyHanko and pypdf are loaded where they are first used: most offices sign elsewhere, and
# they would be a fifth of what the program loads at its start.

NAME_GAP = 5 * mm
"""From the baseline of the printed name up to the signature above it."""

HEAD_WIDTH, HEAD_HEIGHT = 75 * mm, 12 * mm
"""Room of an office without an image of its seal: in the margin above the first page."""


class BadKey(ValueError):
    """The file is no key with its certificate, or the password is another."""


@dataclass(frozen=True)
class SigningKey:
    """A key with the name in its certificate."""

    name: str
    """Common name: of a person, or of an office."""
    ends_at: datetime
    """When the certificate is over, with its time zone."""
    signer: "SimpleSigner"


@dataclass(frozen=True)
class Place:
    """Where a stamp stands."""

    page: int
    """From 0."""
    left: float
    """Points from the left edge of the page; the stamp has its own size."""
    bottom: float


def read_key(content: bytes, password: str) -> SigningKey:
    """Return the key in a PKCS #12 file.

    :raises BadKey: it cannot be read with this password.
    """
    from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415

    try:
        signer = SimpleSigner.load_pkcs12_data(content, [], password.encode())
    except (ValueError, TypeError):
        signer = None
    if signer is None or signer.signing_cert is None:
        raise BadKey("no key and certificate can be read with this password")
    certificate = signer.signing_cert
    name = str(certificate.subject.native.get("common_name", ""))
    return SigningKey(name, certificate.not_valid_after, signer)


def names_of_signers(content: bytes) -> list[str]:
    """Return the names in the certificates of the signatures that are there, in order.

    :raises ValueError: this is no PDF.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415

    try:
        embedded = PdfFileReader(io.BytesIO(content)).embedded_signatures
        return [str(one.signer_cert.subject.native.get("common_name", "")) for one in embedded]
    except Exception as error:  # a parser has many words for a damaged file
        raise ValueError(f"no PDF: {error}") from error


def place_of_person(content: bytes, name: str) -> Place | None:
    """Return the place above a printed name; none: the paper has no such name to sign.

    The last one counts: names of people stand in lists before it.
    """
    from pypdf import PdfReader  # noqa: PLC0415

    found: list[Place] = []
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages):
        runs: list[tuple[str, float, float]] = []

        def note(
            words: str,
            cm: list[float],
            tm: list[float],
            _font: object,
            _size: float,
            runs: list[tuple[str, float, float]] = runs,
        ) -> None:
            runs.append((" ".join(words.split()), cm[4] + tm[4], cm[5] + tm[5]))

        page.extract_text(visitor_text=note)
        for words, left, baseline in runs:
            if words == name and left > PAGE[0] / 2 - PERSON_WIDTH:
                middle = left + len(name) * BODY_SIZE / 4
                found.append(Place(number, middle - PERSON_WIDTH / 2, baseline + NAME_GAP))
    return found[-1] if found else None


def place_of_seal(person: Place) -> Place:
    """Return the place of a seal: over a third of the signature, on its left."""
    left = person.left + PERSON_WIDTH / 3 - SEAL_SIDE
    bottom = person.bottom + PERSON_HEIGHT / 2 - SEAL_SIDE / 2
    return Place(person.page, left, bottom)


def place_of_office() -> Place:
    """Return the place of an office without an image of its seal."""
    return Place(0, LEFT_MARGIN, PAGE[1] - HEAD_HEIGHT - 4 * mm)


def sign_pdf(content: bytes, key: SigningKey, stamp: Stamp, place: Place, field: str) -> bytes:
    """Return the paper with one more signature; nothing else is changed.

    :param field: name of the signature's field; no other may have it.
    """
    from pyhanko.pdf_utils.incremental_writer import (  # noqa: PLC0415
        IncrementalPdfFileWriter,
    )
    from pyhanko.sign import fields, signers  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stamp.pdf"
        path.write_bytes(draw_stamp(stamp))
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        box = (
            round(place.left),
            round(place.bottom),
            round(place.left + stamp.width),
            round(place.bottom + stamp.height),
        )
        spec = fields.SigFieldSpec(field, on_page=place.page, box=box)
        fields.append_signature_field(writer, spec)
        metadata = signers.PdfSignatureMetadata(
            field_name=field, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        signer = signers.PdfSigner(metadata, signer=key.signer, stamp_style=_style_of(path))
        # Its own thread: the loop of the library can't start where another loop runs.
        with ThreadPoolExecutor(max_workers=1) as thread:
            signed: bytes = thread.submit(signer.sign_pdf, writer).result().getvalue()
    return signed


def _style_of(path: Path) -> "StaticStampStyle":
    """Return how the picture at ``path`` fills its box.

    The library by itself would leave a margin, and shrink it.
    """
    from pyhanko.pdf_utils import layout  # noqa: PLC0415
    from pyhanko.pdf_utils.content import ImportedPdfPage  # noqa: PLC0415
    from pyhanko.stamp import StaticStampStyle  # noqa: PLC0415

    middle = layout.AxisAlignment.ALIGN_MID
    return StaticStampStyle(
        background=ImportedPdfPage(str(path)),  # type: ignore[no-untyped-call]
        background_layout=layout.SimpleBoxLayoutRule(
            middle, middle, layout.Margins(0, 0, 0, 0)
        ),
        background_opacity=1,
        border_width=0,
    )
