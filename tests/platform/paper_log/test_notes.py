"""Notes and checkpoints by themselves: the example of Go's sumdb/note, and what is no note."""

from __future__ import annotations

import pytest

from service.platform.paper_log import notes
from service.platform.paper_log.notes import Checkpoint, NotOne

# Of the documentation of golang.org/x/mod/sumdb/note. Ed25519 signs the same text the same way each time.
SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
POINT = Checkpoint("example.com/log", 20852163, bytes(range(32)))


def test_keys_and_notes_are_those_of_the_published_example() -> None:
    signer = notes.signer_of(SIGNER)
    assert str(signer.verifier) == VERIFIER
    assert signer.written() == SIGNER
    assert signer.sign(TEXT) == NOTE
    assert notes.verifier_of(VERIFIER) == signer.verifier
    assert "AYEKFAL" not in repr(signer)


def test_a_checkpoint_is_read_as_it_was_signed() -> None:
    signer = notes.made("example.com/log")
    note = signer.sign(POINT.text())
    assert note.startswith(
        "example.com/log\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n— example.com/log "
    )
    assert notes.opened(note, signer.verifier) == POINT
    assert POINT.mark == "0001 0203 0405 0607"
    witnessed = note + notes.made("witness.example").sign("anything\n").split("\n\n")[1]
    assert notes.opened(witnessed, signer.verifier) == POINT, "what others sign as well is theirs to say"


def test_a_note_by_another_key_or_of_another_text_is_refused() -> None:
    signer, other = notes.made("example.com/log"), notes.made("example.com/log")
    note = signer.sign(POINT.text())
    with pytest.raises(NotOne, match=r"signed by example\.com/log"):
        notes.opened(note, other.verifier)
    with pytest.raises(NotOne, match="not of what it says"):
        notes.opened(note.replace("20852163", "20852164"), signer.verifier)
    own = notes.verifier_of(VERIFIER)
    with pytest.raises(NotOne, match="a name, a size and a root"):
        notes.opened(NOTE, own)


@pytest.mark.parametrize(
    "wrong",
    ["", "\n\n", TEXT, NOTE[:-1], NOTE.replace("— ", "- "), NOTE.replace("x08go", "x0?go"), NOTE + "\n", NOTE * 200],
)
def test_what_is_no_note_is_told(wrong: str) -> None:
    with pytest.raises(NotOne):
        notes.opened(wrong, notes.verifier_of(VERIFIER))


@pytest.mark.parametrize("size", ["007", "-1", "1.0", "", "١"])
def test_what_is_no_checkpoint_is_told(size: str) -> None:
    assert notes.checkpoint_of(POINT.text()) == POINT
    with pytest.raises(NotOne):
        notes.checkpoint_of(POINT.text().replace("20852163", size))


@pytest.mark.parametrize(
    "wrong",
    ["", "PeterNeumann", VERIFIER.replace("c74f20a3", "c74f20a4"), VERIFIER.replace("+ARpc", "+AXpc"), VERIFIER[:-4]],
)
def test_what_is_no_key_is_told(wrong: str) -> None:
    with pytest.raises(NotOne):
        notes.verifier_of(wrong)
    with pytest.raises(NotOne):
        notes.signer_of(wrong)
    with pytest.raises(NotOne):
        notes.made("two words")
