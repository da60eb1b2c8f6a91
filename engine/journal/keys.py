"""The key that signs checkpoints and bundles, in a file that its owner alone may read."""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from engine.errors import UnsafeSettings
from engine.filestore import make_once
from engine.journal.proof import Checkpoint, key_text, read_checkpoint, sign_note


@dataclass(frozen=True)
class JournalKey:
    """A key with its name, which is the name of the journal too."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public_text(self) -> str:
        """The public half as people pass it on: ``name+id+key``."""
        return key_text(self.name, self.private.public_key())

    def sign(self, checkpoint: Checkpoint) -> str:
        """Return the signed note of a checkpoint."""
        return sign_note(checkpoint.text, self.name, self.private)

    def sign_text(self, text: str) -> str:
        """Return a text that ends with a line feed, with its signature below."""
        return sign_note(text, self.name, self.private)

    def read(self, note: str) -> Checkpoint:
        """Return the checkpoint in a note.

        :raises engine.journal.proof.NotProved: this key did not sign it.
        """
        return read_checkpoint(note, self.public_text)


def open_key(path: Path, name: str) -> JournalKey:
    """Return the key in a file; made there, for its owner alone, if there is none yet.

    :param name: of the journal: printable, without spaces and ``+``.
    :raises UnsafeSettings: the file is no Ed25519 key, or others may read it.
    """
    if not path.exists():
        _make(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise UnsafeSettings(f"{path} may be read by others: chmod 600 {path}")
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise UnsafeSettings(f"{path} is no private key: {error}") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise UnsafeSettings(f"{path} is no Ed25519 key")
    return JournalKey(name, private)


def _make(path: Path) -> None:
    content = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    make_once(path, content)
