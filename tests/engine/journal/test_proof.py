"""Canonical bytes, hashes, Merkle proofs and checkpoints, against RFC 9162 and by chance."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.journal import tree
from engine.journal.proof import (
    Checkpoint,
    NotProved,
    canonical,
    commitment,
    entry_hash,
    is_consistent,
    key_text,
    node_hash,
    read_body,
    read_checkpoint,
    root_of_inclusion,
    sign_note,
)

NAME = "thidua.vi-du/audit"
KNOWN = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
]
"""Leaves that implementations of RFC 6962 test with, and the roots of the first 1 to 8."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [hashlib.sha256(b"\x00" + number.to_bytes(2)).digest() for number in range(1200)]


def plain_root(leaves):
    """Return the root as RFC 9162, § 2.1.1 defines it."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(plain_root(leaves[:half]), plain_root(leaves[half:]))


def nodes(level, start, end):
    """Return stored hashes over :data:`LEAVES`; refuses those that are not complete."""
    unit = tree.WIDTH**level
    assert end * unit <= len(LEAVES)
    return [plain_root(LEAVES[one * unit : (one + 1) * unit]) for one in range(start, end)]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_that_everybody_computes(size):
    hashes = [entry_hash(one) for one in KNOWN]
    assert (
        tree.root(lambda _level, start, end: hashes[start:end], size).hex() == ROOTS[size - 1]
    )


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 1200), st.data())
def test_an_inclusion_proof_holds_for_its_leaf_alone(size, data):
    position = data.draw(st.integers(0, size - 1))
    path = tree.inclusion(nodes, position, size)
    root = tree.root(nodes, size)
    assert root == plain_root(LEAVES[:size])
    assert root_of_inclusion(position, size, LEAVES[position], path) == root
    other = data.draw(st.integers(0, size))
    if other != position:
        assert root_of_inclusion(other, size, LEAVES[position], path) != root
    for wrong in ([*path, root], path[:-1] if path else [root]):
        assert root_of_inclusion(position, size, LEAVES[position], wrong) != root


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 1200), st.data())
def test_a_consistency_proof_holds_for_its_trees_alone(size, data):
    old_size = data.draw(st.integers(1, size))
    path = tree.consistency(nodes, old_size, size)
    old, new = tree.root(nodes, old_size), tree.root(nodes, size)
    assert is_consistent(old_size, old, size, new, path)
    if old_size < size:
        assert not is_consistent(old_size, new, size, new, path)
        assert not is_consistent(old_size, old, size, old, path)
        assert not is_consistent(old_size, old, size, new, path[:-1])
    assert not is_consistent(old_size, old, size, new, [*path, old])


def test_canonical_bytes_are_sorted_composed_and_tight():
    said = {"b": [1, True, None], "a": "Vie\u0323\u0302t"}
    assert canonical(said) == '{"a":"Việt","b":[1,true,null]}'.encode()
    assert read_body(canonical(said)) == {"a": "Việt", "b": [1, True, None]}


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), 2**53, {"A": 1}, {"a b": 1}, {1: 1}, b"x"]
)
def test_what_is_written_differently_elsewhere_is_refused(value):
    with pytest.raises(ValueError, match=r"allowed|large"):
        canonical({"a": value})


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":NaN}',
        b'{"a":"\\u0041"}',
        '{"a":"e\u0301"}'.encode(),
        b"[]",
        b"\xff",
        b"{",
    ],
)
def test_other_bytes_of_an_entry_are_refused(body):
    with pytest.raises(NotProved):
        read_body(body)


def test_a_commitment_hides_the_text_without_its_salt():
    first, second = commitment(b"0" * 16, "Lê Thị Mơ"), commitment(b"1" * 16, "Lê Thị Mơ")
    assert first != second
    assert first == hashlib.sha256(b"0" * 16 + "Lê Thị Mơ".encode()).hexdigest()


def test_a_checkpoint_is_read_with_the_key_that_signed_it():
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    checkpoint = Checkpoint(NAME, 8, bytes.fromhex(ROOTS[7]))
    note = sign_note(checkpoint.text, NAME, key)
    public = key_text(NAME, key.public_key())
    assert read_checkpoint(note, public) == checkpoint
    assert note.splitlines()[:3] == [NAME, "8", "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="]
    for broken in (note.replace("\n8\n", "\n9\n"), note[:-20] + "\n", note.split("—")[0], ""):
        with pytest.raises(NotProved):
            read_checkpoint(broken, public)
    with pytest.raises(NotProved, match="no signature"):
        read_checkpoint(note, key_text(NAME, other.public_key()))
    for wrong in ("", "thidua", public.replace("+", "-"), json.dumps(public)):
        with pytest.raises(NotProved, match="no name of a key"):
            read_checkpoint(note, wrong)
