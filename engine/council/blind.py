"""Blind signatures of ballot papers: RFC 9474, RSABSSA-SHA384-PSS-Randomized.

Who signs a paper does not see it, and cannot tell later which of the papers it was: any
blinded paper fits any paper, with another factor that nobody kept. ``cryptography`` makes
the keys and checks the signatures; the two sums that it has not, blinding and signing a
bare number, are here, with the test vectors of the RFC in the tests.

What a browser does (:func:`prepare`, :func:`blind`, :func:`finalise`) is in
``webapp/static/ballot.js``; here it is for tests and measurements.
"""

import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import gcd

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

EXPONENT = 65537

KEY_BITS = 2048
"""Bits of a key; tests that need many keys take 1024."""

PREFIX_BYTES = 32
"""Random bytes before a message, which make the variant randomised (section 4.1)."""

MESSAGE_BYTES = 16
"""Random bytes that are the message: 128 bits, so that no two papers are alike."""

PAPER_BYTES = PREFIX_BYTES + MESSAGE_BYTES

SALT_BYTES = 48
"""Length of the salt: that of SHA-384 (section 5)."""

_PADDING = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=SALT_BYTES)


@dataclass(frozen=True)
class PublicKey:
    """What signatures of papers are checked with."""

    n: int
    e: int

    @classmethod
    def from_der(cls, der: bytes) -> "PublicKey":
        """Return a key that was written as SubjectPublicKeyInfo.

        :raises ValueError: these bytes are no RSA key.
        """
        key = serialization.load_der_public_key(der)
        if not isinstance(key, rsa.RSAPublicKey):
            raise ValueError(f"found {type(key).__name__}, expected an RSA key")
        numbers = key.public_numbers()
        return cls(numbers.n, numbers.e)

    @property
    def size(self) -> int:
        """Bytes of a signature."""
        return (self.n.bit_length() + 7) // 8

    def verify(self, paper: bytes, signature: bytes) -> bool:
        """Whether ``signature`` was made for ``paper`` with the private half of this key."""
        key = rsa.RSAPublicNumbers(self.e, self.n).public_key()
        try:
            key.verify(signature, paper, _PADDING, hashes.SHA384())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class KeyPair:
    """The key of one secret vote on one item: a paper of another item is worthless here."""

    public_der: bytes
    """SubjectPublicKeyInfo."""
    private_der: bytes
    """PKCS #8, not encrypted."""

    @classmethod
    def make(cls, bits: int = KEY_BITS) -> "KeyPair":
        """Return a new key. It takes some 50 ms: make keys before a transaction begins."""
        return cls.of(rsa.generate_private_key(EXPONENT, bits))

    @classmethod
    def of(cls, key: rsa.RSAPrivateKey) -> "KeyPair":
        """Return both halves of ``key``, written down."""
        return cls(
            key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            ),
            key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )

    @property
    def public(self) -> PublicKey:
        """The half that everybody may have."""
        return PublicKey.from_der(self.public_der)

    def sign_blind(self, blinded: bytes) -> bytes:
        """Return the blind signature of a blinded paper (section 4.3)."""
        return sign_blind(self.private_der, blinded)


def make_keys(count: int, bits: int = KEY_BITS) -> tuple[KeyPair, ...]:
    """Return ``count`` new keys, made two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return tuple(pool.map(lambda _: KeyPair.make(bits), range(count)))


def sign_blind(private_der: bytes, blinded: bytes) -> bytes:
    """Return the blind signature of a blinded paper (section 4.3): some 8 ms.

    The sum runs modulo the two primes and is checked before it is given out: a single
    faulty one would betray the key. It is masked with a random factor, so that how long it
    takes says nothing of the key.

    :raises ValueError: ``blinded`` is not a number of this key.
    """
    key = serialization.load_der_private_key(
        private_der, password=None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"found {type(key).__name__}, expected an RSA key")
    numbers = key.private_numbers()
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    size = (n.bit_length() + 7) // 8
    found = int.from_bytes(blinded, "big")
    if len(blinded) != size or not 0 < found < n or gcd(found, n) != 1:
        raise ValueError(f"no blinded paper of {size} bytes: {len(blinded)} bytes")
    mask, unmask = _factor(n)
    masked = found * pow(mask, e, n) % n
    at_p = pow(masked, numbers.dmp1, numbers.p)
    at_q = pow(masked, numbers.dmq1, numbers.q)
    joined = at_q + (at_p - at_q) * numbers.iqmp % numbers.p * numbers.q
    signed = joined * unmask % n
    if pow(signed, e, n) != found:
        raise RuntimeError("a signature came out wrong and was not given out")
    return signed.to_bytes(size, "big")


def prepare(message: bytes) -> bytes:
    """Return ``message`` behind a random prefix: the paper (section 4.1)."""
    return secrets.token_bytes(PREFIX_BYTES) + message


def new_paper() -> bytes:
    """Return a paper that nobody else has."""
    return prepare(secrets.token_bytes(MESSAGE_BYTES))


def blind(
    key: PublicKey,
    paper: bytes,
    *,
    salt: bytes | None = None,
    inverse: int | None = None,
) -> tuple[bytes, int]:
    """Return ``paper`` blinded, and what takes the blinding off again (section 4.2).

    :param salt: 48 bytes; new ones, if none are given.
    :param inverse: what takes the blinding off; a new one, if none is given.
    """
    encoded = encode(key, paper, secrets.token_bytes(SALT_BYTES) if salt is None else salt)
    number = int.from_bytes(encoded, "big")
    if inverse is None:
        factor, inverse = _factor(key.n)
    else:
        factor = pow(inverse, -1, key.n)
    blinded = number * pow(factor, key.e, key.n) % key.n
    return blinded.to_bytes(key.size, "big"), inverse


def finalise(key: PublicKey, paper: bytes, signed: bytes, inverse: int) -> bytes:
    """Return the signature of ``paper``, the blinding taken off (section 4.4).

    :raises ValueError: what was signed is another paper, or with another key.
    """
    number = int.from_bytes(signed, "big") * inverse % key.n
    signature = number.to_bytes(key.size, "big")
    if len(signed) != key.size or not key.verify(paper, signature):
        raise ValueError("the signature is not of this paper")
    return signature


def encode(key: PublicKey, paper: bytes, salt: bytes) -> bytes:
    """Return EMSA-PSS-ENCODE of ``paper`` (RFC 8017, section 9.1.1) for a key."""
    bits = key.n.bit_length() - 1
    size = (bits + 7) // 8
    digest = hashlib.sha384(paper).digest()
    seed = hashlib.sha384(bytes(8) + digest + salt).digest()
    block = bytes(size - len(seed) - len(salt) - 2) + b"\1" + salt
    mask = _mask(seed, len(block))
    masked = bytearray(one ^ other for one, other in zip(block, mask, strict=True))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + seed + b"\xbc"


def _mask(seed: bytes, length: int) -> bytes:
    """Return MGF1 with SHA-384 (RFC 8017, appendix B.2.1)."""
    blocks = range(-(-length // hashlib.sha384().digest_size))
    made = (hashlib.sha384(seed + counter.to_bytes(4, "big")).digest() for counter in blocks)
    return b"".join(made)[:length]


def _factor(n: int) -> tuple[int, int]:
    """Return a random factor modulo ``n``, and its inverse."""
    while True:
        factor = secrets.randbelow(n - 1) + 1
        if gcd(factor, n) == 1:
            return factor, pow(factor, -1, n)
