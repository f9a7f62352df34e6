"""A Merkle tree that only grows: RFC 6962, section 2.1 (the same in RFC 9162). Pure.

A leaf's hash and a node's begin with different bytes, so that neither can pass for the other. Proofs are lists of hashes; who checks one
needs nothing but it, the leaf or the roots, and the sizes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256().digest()  # the root of a tree without leaves


def leaf_hash(entry: bytes) -> bytes:
    """The hash by which an entry stands in the tree."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees together."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree of these leaves' hashes."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    left = _left(len(leaves))
    return node_hash(root(leaves[:left]), root(leaves[left:]))


def inclusion(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """The proof that a leaf is in the tree: the hashes beside its way to the root, from below. Raises IndexError."""
    if not 0 <= position < len(leaves):
        raise IndexError(f"there is no leaf {position} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    left = _left(len(leaves))
    if position < left:
        return [*inclusion(leaves[:left], position), root(leaves[left:])]
    return [*inclusion(leaves[left:], position - left), root(leaves[:left])]


def consistency(leaves: Sequence[bytes], before: int) -> list[bytes]:
    """The proof that the tree of the first `before` leaves is the beginning of this one. Raises IndexError."""
    if not 0 < before <= len(leaves):
        raise IndexError(f"a tree of {before} is no beginning of one of {len(leaves)}")
    return _consistency(leaves, before, whole=True)


def _consistency(leaves: Sequence[bytes], before: int, *, whole: bool) -> list[bytes]:
    """`whole`: the earlier tree is a subtree of its own, whose root the one who checks has."""
    if before == len(leaves):
        return [] if whole else [root(leaves)]
    left = _left(len(leaves))
    if before <= left:
        return [*_consistency(leaves[:left], before, whole=whole), root(leaves[left:])]
    return [*_consistency(leaves[left:], before - left, whole=False), root(leaves[:left])]


def root_of_inclusion(leaf: bytes, position: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to from a leaf; None where it is no proof for that place in a tree of that size."""
    if not 0 <= position < size:
        return None
    node, last, found = position, size - 1, leaf
    for beside in proof:
        if last == 0:
            return None
        if node % 2 or node == last:
            found = node_hash(beside, found)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            found = node_hash(found, beside)
        node, last = node // 2, last // 2
    return found if last == 0 else None


def grew(before: int, root_before: bytes, after: int, root_after: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree with the first root and size is the beginning of the other (RFC 9162, section 2.1.4.2)."""
    if not 0 < before <= after:
        return False
    if before == after:
        return not proof and root_before == root_after
    hashes = list(proof)
    if before & (before - 1) == 0:
        hashes.insert(0, root_before)  # it is a subtree of its own
    if not hashes:
        return False
    node, last = before - 1, after - 1
    while node % 2:
        node, last = node // 2, last // 2
    old = new = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            return False
        if node % 2 or node == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            new = node_hash(new, beside)
        node, last = node // 2, last // 2
    return last == 0 and old == root_before and new == root_after


def _left(size: int) -> int:
    """How many leaves stand left: the largest power of two that is smaller than the size."""
    left: int = 1 << (size - 1).bit_length() - 1
    return left
