"""What shows that a file is a paper of the log, to somebody who has a checkpoint and trusts nobody: files alone, no database, no network.

A proof leads from the paper's leaf to the root of a tree. Whoever kept a checkpoint of that size compares the roots. Whoever kept an
earlier one is shown as well that the tree has grown from it and that nothing in it was written anew.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from service.platform.paper_log import notes, rules, tree
from service.platform.paper_log.notes import Checkpoint, NotOne, Verifier

MAX_PATH = 64  # hashes: a tree of more leaves than there will be


class NotShown(Exception):
    """It is not shown that the file is a paper of the log. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A paper's place in the log, as its API answers and the journal package holds it. Hashes are texts of 64 signs."""

    leaf: str  # what the leaf says, to the byte
    position: int
    size: int  # of the tree that `path` leads to the root of
    path: tuple[str, ...]
    checkpoint: str  # the signed note of that tree
    key: str  # what it is checked with
    before: int | None = None  # the size of an earlier tree
    growth: tuple[str, ...] = ()  # and the proof that this one has grown from it

    def written(self) -> str:
        """The proof as a file."""
        return json.dumps(asdict(self), indent=1)


@dataclass(frozen=True, slots=True)
class ProvedPaper:
    """What has been shown: which paper the file is, and by which checkpoint of whose."""

    number: str
    issued_on: dt.date
    revision: int
    supersedes: str | None
    checkpoint: Checkpoint
    key: Verifier


def proof_of(text: str) -> Proof:
    """The proof that a file holds. Raises NotShown."""
    try:
        found = json.loads(text)
        known = {field.name: found[field.name] for field in fields(Proof)}
    except (ValueError, KeyError, TypeError) as error:
        raise NotShown("the proof is none: fetch it from /api/v1/documents/ID/proof") from error
    hashes = [known["path"], known["growth"]]
    numbers = (known["position"], known["size"], 0 if known["before"] is None else known["before"])
    if not (
        all(isinstance(known[name], str) for name in ("leaf", "checkpoint", "key"))
        and all(isinstance(number, int) and 0 <= number < 2**53 for number in numbers)
        and all(isinstance(each, list) and len(each) <= MAX_PATH and all(map(_is_hash, each)) for each in hashes)
    ):
        raise NotShown("the proof is not as this program knows it")
    return Proof(**{**known, "path": tuple(known["path"]), "growth": tuple(known["growth"])})


def proof(leaf: str, position: int, hashes: Sequence[bytes], note: str, key: str, before: int | None = None) -> Proof:
    """The proof of a leaf in the tree of these leaves, whose checkpoint the note is. Raises IndexError where it is not in it."""
    growth = tree.consistency(hashes, before) if before else []
    path = tree.inclusion(hashes, position)
    return Proof(leaf, position, len(hashes), _texts(path), note, key, before, _texts(growth))


def show(sha256: str, note: str, by: Proof, key: str | None = None) -> ProvedPaper:
    """What a proof shows of a file with that hash to whoever kept the checkpoint `note`.

    `key` is the log's, as whoever asks knows it; without it the signatures are checked with the proof's own. Raises NotShown.
    """
    try:
        verifier = notes.verifier_of(key or by.key)
        kept = notes.opened(note, verifier)
        said = rules.read_leaf(by.leaf)
    except NotOne as error:
        raise NotShown(f"the checkpoint or its key does not hold: {error}") from error
    except ValueError as error:
        raise NotShown("the leaf is not as the log writes it") from error
    if said["sha256"] != sha256:
        raise NotShown(f"the file is not the paper that the proof is of, {said['number']}: its bytes are others")
    root = tree.root_of_inclusion(tree.leaf_hash(by.leaf.encode()), by.position, by.size, _bytes(by.path))
    if by.size == kept.size:
        if root != kept.root:
            raise NotShown("the proof does not lead to the checkpoint: the paper is not in the log that was signed")
    else:
        _hold_to_growth(kept, by, root, verifier)
    issued_on = dt.date.fromisoformat(said["day"])
    return ProvedPaper(said["number"], issued_on, said["revision"], said.get("supersedes"), kept, verifier)


def _hold_to_growth(kept: Checkpoint, by: Proof, root: bytes | None, verifier: Verifier) -> None:
    """Raise NotShown unless the tree of the proof is the signed one, and has grown from the checkpoint that was kept."""
    try:
        later = notes.opened(by.checkpoint, verifier)
    except NotOne as error:
        raise NotShown(f"the checkpoint in the proof does not hold: {error}") from error
    if (later.origin, later.size, later.root) != (kept.origin, by.size, root):
        raise NotShown("the proof does not lead to its own checkpoint: the paper is not in the log that was signed")
    if by.before != kept.size:
        raise NotShown(
            f"the proof says nothing of the checkpoint of {kept.size} papers: fetch it with ?before={kept.size}"
        )
    if not tree.grew(kept.size, kept.root, later.size, later.root, _bytes(by.growth)):
        raise NotShown("the log has not grown from the checkpoint that was kept: its past was written anew")


def _is_hash(text: Any) -> bool:
    return isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef")


def _texts(hashes: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(each.hex() for each in hashes)


def _bytes(hashes: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in hashes]
