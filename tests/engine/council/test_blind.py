"""Blind signatures against the test vectors of RFC 9474, and what must be refused."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from engine.council import blind
from engine.council.blind import KeyPair, PublicKey, make_keys, new_paper

VECTOR = json.loads((Path(__file__).parent / "rfc9474.json").read_text(encoding="utf-8"))


def number(name):
    return int(VECTOR[name], 16)


def octets(name):
    return bytes.fromhex(VECTOR[name])


@pytest.fixture(scope="module")
def key():
    return KeyPair.make(1024)


@pytest.fixture(scope="module")
def key_of_the_rfc():
    p, q, d = number("p"), number("q"), number("d")
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(65537, p * q)
    )
    return KeyPair.of(numbers.private_key(unsafe_skip_rsa_key_validation=True))


def test_the_paper_of_the_rfc_is_its_prefix_and_its_message():
    assert octets("input_msg") == octets("msg_prefix") + octets("msg")


def test_a_paper_is_blinded_as_the_rfc_says(key_of_the_rfc):
    public = key_of_the_rfc.public
    blinded, inverse = blind.blind(
        public, octets("input_msg"), salt=octets("salt"), inverse=number("inv")
    )
    assert (public.n, blinded, inverse) == (number("n"), octets("blinded_msg"), number("inv"))


def test_a_blinded_paper_is_signed_as_the_rfc_says(key_of_the_rfc):
    assert key_of_the_rfc.sign_blind(octets("blinded_msg")) == octets("blind_sig")


def test_the_blinding_is_taken_off_as_the_rfc_says(key_of_the_rfc):
    public, paper = key_of_the_rfc.public, octets("input_msg")
    signature = blind.finalise(public, paper, octets("blind_sig"), number("inv"))
    assert signature == octets("sig")
    assert public.verify(paper, signature)


def test_a_new_paper_goes_the_whole_way(key):
    paper = new_paper()
    blinded, inverse = blind.blind(key.public, paper)
    signature = blind.finalise(key.public, paper, key.sign_blind(blinded), inverse)
    assert key.public.verify(paper, signature)
    assert len(paper) == blind.PAPER_BYTES


def test_the_same_blinded_paper_gets_the_same_signature(key):
    blinded, _ = blind.blind(key.public, new_paper())
    assert key.sign_blind(blinded) == key.sign_blind(blinded)


def test_a_signature_is_good_for_its_paper_and_its_key_alone(key):
    paper, other = new_paper(), KeyPair.make(1024)
    blinded, inverse = blind.blind(key.public, paper)
    signature = blind.finalise(key.public, paper, key.sign_blind(blinded), inverse)
    assert not key.public.verify(new_paper(), signature)
    assert not other.public.verify(paper, signature)
    assert not key.public.verify(paper, signature[:-1])
    assert not key.public.verify(paper, b"")
    with pytest.raises(ValueError, match="not of this paper"):
        blind.finalise(key.public, new_paper(), key.sign_blind(blinded), inverse)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda key: b"", id="nothing"),
        pytest.param(lambda key: bytes(128), id="zero"),
        pytest.param(lambda key: b"\1" * 127, id="a byte too few"),
        pytest.param(lambda key: b"\0" + b"\1" * 128, id="a byte too many"),
        pytest.param(lambda key: key.public.n.to_bytes(128, "big"), id="the modulus"),
        pytest.param(lambda key: b"\xff" * 128, id="more than the modulus"),
    ],
)
def test_what_is_no_number_of_the_key_is_not_signed(key, wrong):
    with pytest.raises(ValueError, match="no blinded paper"):
        key.sign_blind(wrong(key))


def test_a_faulty_signature_is_not_given_out(key, monkeypatch):
    blinded, _ = blind.blind(key.public, new_paper())
    monkeypatch.setattr(blind, "_factor", lambda n: (2, 2))  # 2 is not the inverse of 2
    with pytest.raises(RuntimeError, match="not given out"):
        key.sign_blind(blinded)


def test_a_key_of_another_kind_is_refused():
    with pytest.raises(ValueError, match=r"deserialize|parse|key"):
        PublicKey.from_der(b"no key")


def test_many_keys_are_all_different():
    assert len({pair.public_der for pair in make_keys(4, 1024)}) == 4
