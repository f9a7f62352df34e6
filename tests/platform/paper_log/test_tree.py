"""The tree by itself: the published vectors of Certificate Transparency, and a slow oracle that builds it level by level."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.platform.paper_log import tree

# Of the tests of github.com/google/certificate-transparency (merkle tree): eight entries, the roots of their first 1 to 8.
ENTRIES = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)  # fmt: skip
LEAVES = [tree.leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
INCLUSIONS = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
}
CONSISTENCIES = {
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
}


def hexadecimal(hashes: list[bytes]) -> tuple[str, ...]:
    """Hashes as vectors are published."""
    return tuple(each.hex() for each in hashes)


def test_it_is_the_tree_of_the_published_vectors() -> None:
    assert tree.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert hexadecimal([tree.root(LEAVES[:size]) for size in range(1, 9)]) == ROOTS
    for (position, size), wanted in INCLUSIONS.items():
        assert hexadecimal(tree.inclusion(LEAVES[:size], position)) == wanted
    for (before, after), wanted in CONSISTENCIES.items():
        assert hexadecimal(tree.consistency(LEAVES[:after], before)) == wanted


def levels(leaves: list[bytes]) -> bytes:
    """The root, the slow way: pair by pair, level by level; who is left over goes up alone."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    while len(leaves) > 1:
        pairs = [leaves[at : at + 2] for at in range(0, len(leaves), 2)]
        leaves = [hashlib.sha256(b"\x01" + pair[0] + pair[1]).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return leaves[0]


def grown(size: int, changed: int | None = None) -> list[bytes]:
    """The hashes of so many leaves, one of them another where it is said."""
    return [tree.leaf_hash(f"{'another' if at == changed else 'leaf'} {at}".encode()) for at in range(size)]


@given(
    st.integers(1, 130).flatmap(lambda size: st.tuples(st.just(size), st.integers(1, size), st.integers(0, size - 1)))
)
@settings(max_examples=60, deadline=None)
def test_proofs_lead_to_the_roots_of_the_oracle_and_to_no_other(drawn: tuple[int, int, int]) -> None:
    size, before, position = drawn
    leaves = grown(size)
    root, root_before = levels(leaves), levels(leaves[:before])
    assert tree.root(leaves) == root
    proof, growth = tree.inclusion(leaves, position), tree.consistency(leaves, before)
    assert tree.root_of_inclusion(leaves[position], position, size, proof) == root
    assert tree.grew(before, root_before, size, root, growth)
    assert len(proof) <= (size - 1).bit_length()
    # Forged: another leaf, another place, a hash too many or too few, one changed, a past written anew.
    forged = tree.root_of_inclusion
    assert forged(tree.leaf_hash(b"forged"), position, size, proof) != root
    assert forged(leaves[position], (position + 1) % size, size, proof) != root or size == 1
    assert forged(leaves[position], position, size, [*proof, root]) is None
    assert proof == [] or forged(leaves[position], position, size, proof[:-1]) is None
    assert proof == [] or forged(leaves[position], position, size, [tree.EMPTY, *proof[1:]]) != root
    anew = levels(grown(before, changed=position % before))
    assert not tree.grew(before, anew, size, root, growth)
    assert not tree.grew(before, root_before, size, tree.EMPTY, growth)
    assert not tree.grew(before, root_before, size, root, [*growth, root])
    assert growth == [] or not tree.grew(before, root_before, size, root, growth[:-1])


def test_a_node_does_not_pass_for_a_leaf() -> None:
    assert tree.leaf_hash(LEAVES[0] + LEAVES[1]) != tree.node_hash(LEAVES[0], LEAVES[1])


@pytest.mark.parametrize("wrong", [-1, 8])
def test_there_is_no_proof_of_what_is_not_there(wrong: int) -> None:
    with pytest.raises(IndexError):
        tree.inclusion(LEAVES, wrong)
    with pytest.raises(IndexError):
        tree.consistency(LEAVES, wrong + 1)
    assert tree.root_of_inclusion(LEAVES[0], wrong, 8, []) is None
    assert not tree.grew(0, tree.EMPTY, 8, tree.root(LEAVES), [])
    assert not tree.grew(8, tree.root(LEAVES), 7, tree.root(LEAVES[:7]), [])


def test_ten_years_proof_is_short() -> None:
    leaves = grown(11760)
    assert sum(map(len, tree.inclusion(leaves, 5000))) == 448
