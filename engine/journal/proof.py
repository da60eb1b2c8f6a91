"""Proofs over the journal: canonical bytes, hash chains, Merkle proofs, signed checkpoints.

This file knows nothing of the rest of the program: the standard library and ``cryptography``
are all it needs. The program builds its journal with it, and every bundle carries a copy of
it, which checks the bundle (``python verify.py BUNDLE.zip --key KEY``).

Hashes are SHA-256 as in RFC 9162, § 2.1: 0x00 before the bytes of an entry, 0x01 before two
hashes. Entries are JSON as RFC 8785 writes it, narrowed to texts in NFC, whole numbers below
2⁵³, truth values, null, lists, and objects whose keys are small letters, digits, ``_``, ``-``.
Checkpoints are signed notes of C2SP (tlog-checkpoint), signed with Ed25519.
"""

import base64
import binascii
import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LARGEST_NUMBER = 2**53 - 1
"""Whole numbers up to here are the same in every language that reads JSON."""

FIRST = "0" * 64
"""What the first entry of a stream has in place of the hash of the one before."""

ED25519 = b"\x01"
"""Kind of signature in the name of a key (C2SP signed-note)."""

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")


class NotProved(Exception):
    """Something does not fit; the message says what and where."""


# ---- Canonical bytes


def canonical(value: Any) -> bytes:
    """Return ``value`` as canonical JSON in UTF-8.

    :raises ValueError: it has a float, a number or a key that is not allowed.
    """
    return _ENCODER.encode(_plain(value)).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_NUMBER:
            raise ValueError(f"number {value} is too large")
        return value
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise ValueError(f"key {key!r} is not allowed")
        return {key: _plain(one) for key, one in value.items()}
    raise ValueError(f"{type(value).__name__} is not allowed")


def read_body(body: bytes) -> dict[str, Any]:
    """Return what an entry says.

    :raises NotProved: its bytes are not the canonical ones.
    """
    try:
        text = body.decode()
        said = _DECODER.decode(text)
        again = _ENCODER.encode(said)
    except ValueError as error:
        raise NotProved(f"an entry is not canonical: {error}") from error
    if again != text or not isinstance(said, dict):
        raise NotProved("an entry is not canonical")
    if not unicodedata.is_normalized("NFC", text):
        raise NotProved("an entry is not in NFC")
    return said


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_DECODER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)


# ---- Hashes


def entry_hash(body: bytes) -> bytes:
    """Return the hash of an entry, which is its leaf in the tree."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def commitment(salt: bytes, text: str) -> str:
    """Return what an entry says of a text beside it, in hex: nobody can guess it back.

    :param salt: 16 random bytes, which go when the text is erased.
    """
    return hashlib.sha256(salt + text.encode()).hexdigest()


# ---- Merkle proofs


def root_of_inclusion(
    position: int, size: int, leaf: bytes, path: Sequence[bytes]
) -> bytes | None:
    """Return the root to which an inclusion proof leads (RFC 9162, § 2.1.3.2).

    :return: none if the path does not have the length of such a proof.
    """
    if not 0 <= position < size:
        return None
    here, last, found = position, size - 1, leaf
    for one in path:
        if last == 0:
            return None
        if here & 1 or here == last:
            found = node_hash(one, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, one)
        here, last = here >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(
    old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether the tree of ``size`` leaves begins with the tree of ``old_size`` leaves.

    As RFC 9162, § 2.1.4.2; a tree without leaves is the beginning of every tree.
    """
    if old_size == size:
        return not path and old_root == root
    if old_size == 0:
        return not path
    if not 0 < old_size < size or not path:
        return False
    nodes = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    here, last = old_size - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old_found = found = nodes[0]
    for one in nodes[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old_found, found = node_hash(one, old_found), node_hash(one, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, one)
        here, last = here >> 1, last >> 1
    return last == 0 and old_found == old_root and found == root


# ---- Checkpoints


@dataclass(frozen=True)
class Checkpoint:
    """What the tree was at one moment."""

    origin: str
    """Name of the journal."""
    size: int
    """Entries."""
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


def sign_note(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return ``text`` with its signature below, as a signed note of C2SP."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = _base64(_key_id(name, public) + key.sign(text.encode()))
    return f"{text}\n— {name} {signature}\n"


def key_text(name: str, key: Ed25519PublicKey) -> str:
    """Return the name of a key as people pass it on: ``name+id+key`` (C2SP vkey)."""
    public = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"{name}+{_key_id(name, public).hex()}+{_base64(ED25519 + public)}"


def read_note(note: str, key: str) -> str:
    """Return the text of a signed note.

    :param key: as :func:`key_text` writes it.
    :raises NotProved: it has no signature of that key, or one that does not hold.
    """
    name, public = _read_key(key)
    text, found, below = note.rpartition("\n\n")
    text += "\n"
    if not found:
        raise NotProved("a note has no signature")
    for line in below.splitlines():
        mark, signer, signature = (*line.split(" "), "", "")[:3]
        raw = _bytes(signature)
        if (mark, signer) == ("—", name) and raw[:4] == _key_id(name, public):
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
            except InvalidSignature:
                raise NotProved(f"the signature of {name} does not hold") from None
            return text
    raise NotProved(f"a note has no signature of {name} with this key")


def read_checkpoint(note: str, key: str) -> Checkpoint:
    """Return the checkpoint in a signed note.

    :raises NotProved: see :func:`read_note`; or the text is no checkpoint.
    """
    return _checkpoint(read_note(note, key))


def unsigned_checkpoint(note: str) -> Checkpoint:
    """Return the checkpoint in a note whose signature somebody else checks.

    :raises NotProved: the text is no checkpoint.
    """
    return _checkpoint(note)


def _checkpoint(text: str) -> Checkpoint:
    lines = text.splitlines()
    if len(lines) < 3 or not re.fullmatch(r"0|[1-9]\d{0,15}", lines[1]):  # noqa: PLR2004
        raise NotProved("a signed note is no checkpoint")
    return Checkpoint(lines[0], int(lines[1]), _bytes(lines[2]))


def _read_key(key: str) -> tuple[str, bytes]:
    name, key_id, public = (*key.strip().split("+", 2), "", "")[:3]
    raw = _bytes(public)
    if raw[:1] != ED25519 or _key_id(name, raw[1:]).hex() != key_id:
        raise NotProved("this is no name of a key: expected NAME+ID+KEY")
    return name, raw[1:]


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
