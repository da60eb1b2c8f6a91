"""The digital signatures on an issued paper that came back from outside.

Officials sign with a key of their own, in a program that the system does not run. What
comes back is the frozen paper, byte for byte, with signatures appended (PAdES).
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
from engine.errors import (
    EngineError,
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
