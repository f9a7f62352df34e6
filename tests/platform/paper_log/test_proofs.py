"""Proofs by themselves: what they show to whoever kept a checkpoint, and how a forged one fails. No database."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from service.platform.paper_log import notes, proofs, rules, tree
from service.platform.paper_log.notes import Checkpoint
from service.platform.paper_log.proofs import NotShown, Proof

KEY = notes.made("example.org/verificer")
DAY = dt.date(2026, 11, 1)
SHA = [f"{number:064x}" for number in range(12)]
LEAVES = [rules.leaf(f"0580-2026-{number:04d}", 1, sha, DAY) for number, sha in enumerate(SHA)]
HASHES = [tree.leaf_hash(leaf.encode()) for leaf in LEAVES]


def note(size: int, key: notes.Signer = KEY, hashes: list[bytes] = HASHES) -> str:
    """The checkpoint of the first leaves."""
    return key.sign(Checkpoint(key.name, size, tree.root(hashes[:size])).text())


def proof(position: int, size: int = 12, before: int | None = None) -> Proof:
    """A proof as the service gives it."""
    return proofs.proof(LEAVES[position], position, HASHES[:size], note(size), str(KEY.verifier), before)


def refused(match: str, sha256: str, kept: str, by: Proof, key: str | None = None) -> None:
    with pytest.raises(NotShown, match=match):
        proofs.show(sha256, kept, by, key)


def test_a_paper_is_shown_by_the_checkpoint_of_the_proof_and_by_an_earlier_one() -> None:
    shown = proofs.show(SHA[5], note(12), proof(5), str(KEY.verifier))
    assert (shown.number, shown.issued_on, shown.revision, shown.supersedes) == ("0580-2026-0005", DAY, 1, None)
    assert (shown.checkpoint.size, shown.key) == (12, KEY.verifier)
    for before in range(1, 12):  # kept before the paper was issued, and after
        assert proofs.show(SHA[5], note(before), proof(5, before=before)).checkpoint.size == before


def test_a_proof_survives_its_file() -> None:
    by = proof(5, before=3)
    assert proofs.proof_of(by.written()) == by


def test_a_forged_proof_fails() -> None:
    by = proof(5)
    refused("its bytes are others", SHA[6], note(12), by)
    refused("not in the log that was signed", SHA[5], note(12), replace(by, position=4))
    refused("not in the log that was signed", SHA[5], note(12), replace(by, path=(*by.path[1:], by.path[0])))
    refused("not in the log that was signed", SHA[5], note(12), replace(by, path=()))
    other = rules.leaf("0580-2026-0005", 1, "f" * 64, DAY)
    refused("not in the log that was signed", "f" * 64, note(12), replace(by, leaf=other))
    refused("not as the log writes it", SHA[5], note(12), replace(by, leaf=by.leaf.replace(", ", ",")))
    twice = by.leaf[:-1] + f', "sha256": "{"f" * 64}"}}'
    refused("not as the log writes it", "f" * 64, note(12), replace(by, leaf=twice))


def test_a_checkpoint_by_another_key_fails() -> None:
    other = notes.made(KEY.name)
    refused("signed by", SHA[5], note(12, other), proof(5))
    refused("signed by", SHA[5], note(12), proof(5), str(other.verifier))
    refused("signed by", SHA[5], note(3), replace(proof(5, before=3), checkpoint=note(12, other)))


def test_a_past_that_was_written_anew_is_found_by_whoever_kept_a_checkpoint() -> None:
    kept = note(8, hashes=[tree.leaf_hash(b"what was issued first"), *HASHES[1:]])
    refused("written anew", SHA[5], kept, proof(5, before=8))
    refused("not in the log that was signed", SHA[5], kept, proof(5, size=8))


def test_it_says_which_proof_to_fetch() -> None:
    refused("[?]before=8", SHA[5], note(8), proof(5))
    refused("[?]before=12", SHA[5], note(12), proof(5, size=8))
    by = replace(proof(5, before=8), checkpoint=note(11))
    refused("its own checkpoint", SHA[5], note(8), by)


@pytest.mark.parametrize(
    "wrong",
    [
        "", "[]", "{}", '"x"', json.dumps(json.loads(proof(5).written()) | {"size": "12"}),
        json.dumps(json.loads(proof(5).written()) | {"path": ["x" * 64]}),
        json.dumps(json.loads(proof(5).written()) | {"path": [SHA[0]] * 65}),
    ],
)  # fmt: skip
def test_what_is_no_proof_is_told(wrong: str) -> None:
    with pytest.raises(NotShown):
        proofs.proof_of(wrong)


def test_a_checkpoint_is_owed_once_a_day_where_the_log_has_grown() -> None:
    yesterday = DAY - dt.timedelta(days=1)
    assert rules.owed(1, 0, None, DAY)
    assert rules.owed(5, 4, yesterday, DAY)
    assert not rules.owed(0, 0, None, DAY), "there is nothing yet"
    assert not rules.owed(4, 4, yesterday, DAY), "nothing was issued"
    assert not rules.owed(5, 4, DAY, DAY), "it was signed today"
