"""The digital signatures on an issued paper: made with a key in a file, or outside; checked.

Officials mostly sign with a key of their own, in a program that the system does not run.
What comes back is the frozen paper, byte for byte, with signatures appended (PAdES).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from documents.signed_pdf import (
    LARGEST_ADDITION,
    Fault,
    Signature,
    UnacceptableSignature,
    read_signatures,
)
from documents.signing import (
    HEAD_HEIGHT,
    HEAD_WIDTH,
    BadKey,
    Place,
    SigningKey,
    names_of_signers,
    place_of_office,
    place_of_person,
    place_of_seal,
    read_key,
    sign_pdf,
)
from documents.stamp import PERSON_HEIGHT, PERSON_WIDTH, SEAL_SIDE, BadImage, Stamp
from engine.errors import (
    BrokenImage,
    EngineError,
    KeyUnusable,
    NoPlaceToSign,
    NotSigned,
    NotTheIssuedPaper,
    RefusedFile,
    SignatureBroken,
    SignerNotTrusted,
)
from engine.office import VIETNAM

_REFUSALS: dict[Fault, type[EngineError]] = {
    Fault.NOT_THE_PAPER: NotTheIssuedPaper,
    Fault.UNSIGNED: NotSigned,
    Fault.ALTERED: SignatureBroken,
    Fault.UNTRUSTED: SignerNotTrusted,
}


@dataclass(frozen=True)
class SignedPaper:
    """An issued paper with digital signatures that hold."""

    signatures: tuple[Signature, ...]
    """The first first; never empty."""
    is_trust_checked: bool
    """Whether each certificate was followed to an authority that the office trusts."""
    sha256: str
    """Of the whole signed file."""

    @property
    def lines(self) -> list[str]:
        """What is kept and shown of each signature, in Vietnamese."""
        return [_line(one) for one in self.signatures]


def check_signed(
    content: bytes, issued: bytes, *, trust: Sequence[bytes], at: datetime
) -> SignedPaper:
    """Return who signed a paper, if it is ``issued``, nothing else was changed, and all hold.

    Whether a certificate was revoked is not asked: that needs the network.

    :param content: the file that came back.
    :param issued: the frozen paper.
    :param trust: see :func:`engine.trust_roots.read_roots`; empty: nobody is refused for
        the certificate, and the lines say that its authority was not checked.
    :param at: when the certificates must be valid, with its time zone.
    :raises NotTheIssuedPaper: it does not begin with ``issued``, byte for byte.
    :raises NotSigned: it is the paper without any signature.
    :raises SignatureBroken: a byte was changed, something else than signatures was added,
        or the last signature does not cover the whole file.
    :raises SignerNotTrusted: a certificate leads to none of ``trust``, or is not valid.
    :raises RefusedFile: the signatures are too large.
    """
    try:
        found = read_signatures(content, issued, roots=trust, at=at)
    except UnacceptableSignature as error:
        if error.fault is Fault.TOO_LARGE:
            raise _too_large(content) from error
        raise _REFUSALS[error.fault](str(error)) from error
    return SignedPaper(found, bool(trust), sha256(content).hexdigest())


def sign_paper(
    content: bytes,
    key_file: bytes,
    password: str,
    *,
    is_office: bool,
    image: bytes = b"",
    at: datetime,
) -> bytes:
    """Return a paper with one more signature, made with a key in a file (PKCS #12).

    A person signs above their name on the paper; the seal of an office goes over a third of
    the signature that was made last, or without an image lines stand above the first page.

    :param image: PNG of the hand's signature or of the seal; empty: lines.
    :param at: the moment that the lines tell.
    :raises KeyUnusable: the key cannot be read with this password, or its certificate is
        over; ``facts``: ``why``.
    :raises NoPlaceToSign: the paper has no such name, nobody signed it before the office
        with its seal, or it is no PDF; ``facts``: ``name``.
    :raises BrokenImage: the image cannot be drawn.
    """
    key = _usable(key_file, password, at)
    try:
        signers = names_of_signers(content)
    except ValueError as error:
        raise NoPlaceToSign(str(error), name=key.name) from error
    told = f"Giờ ký: {at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"
    if is_office and not image:
        stamp = Stamp(HEAD_WIDTH, HEAD_HEIGHT, (f"Cơ quan: {key.name}", told))
        place: Place | None = place_of_office()
    else:
        name = (signers or [""])[-1] if is_office else key.name
        person = place_of_person(content, name) if name else None
        place = person and (place_of_seal(person) if is_office else person)
        width, height = (SEAL_SIDE,) * 2 if is_office else (PERSON_WIDTH, PERSON_HEIGHT)
        stamp = Stamp(width, height, (f"Người ký: {key.name}", told), image)
    if place is None:
        raise NoPlaceToSign(f"no place for the signature of {key.name}", name=key.name)
    try:
        return sign_pdf(content, key, stamp, place, f"KySo{len(signers) + 1}")
    except BadImage as error:
        raise BrokenImage(str(error)) from error


def _usable(key_file: bytes, password: str, at: datetime) -> SigningKey:
    try:
        key = read_key(key_file, password)
    except BadKey as error:
        raise KeyUnusable(str(error), why="password") from error
    if key.ends_at <= at:
        raise KeyUnusable(f"the certificate was over on {key.ends_at:%d/%m/%Y}", why="over")
    return key


def _too_large(content: bytes) -> RefusedFile:
    return RefusedFile(
        f"{len(content)} bytes",
        reason="too_large",
        found=str(len(content)),
        expected="PDF",
        limit=LARGEST_ADDITION,
    )


def _line(signature: Signature) -> str:
    who = signature.name or "Không rõ tên"
    if signature.organisation and signature.organisation != signature.name:
        who = f"{who} ({signature.organisation})"
    return f"{who}; {_when(signature)}; {_by_whom(signature)}"


def _when(signature: Signature) -> str:
    if signature.signed_at is None:
        return "không ghi giờ ký"
    told = f"{signature.signed_at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"
    source = "có dấu thời gian" if signature.is_time_proved else "theo máy của người ký"
    return f"giờ ký: {told} ({source})"


def _by_whom(signature: Signature) -> str:
    issuer = signature.issuer or "không rõ tổ chức"
    trust = (
        "tổ chức chứng thực được đơn vị tin cậy"
        if signature.is_trusted
        else "chưa kiểm tra được tổ chức chứng thực"
    )
    return f"chứng thư số do {issuer} cấp: {trust}"
