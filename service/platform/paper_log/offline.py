"""`python -m service.platform.paper_log.offline FILE --checkpoint NOTE --proof PROOF`: check a paper with files alone.

It reads no setting, asks no database and no network. `flask --app wsgi papers verify` does the same with the same files.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from service.platform.paper_log import proofs, stamps
from service.platform.paper_log.notes import NotOne
from service.platform.paper_log.proofs import NotShown, Proof, ProvedPaper
from service.platform.paper_log.stamps import TimeStamp

STAMP = "The checkpoint's time stamp (RFC 3161). Without it, the .tsr file beside the checkpoint, if any."
PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


def text_of(file: Path) -> str:
    """What a small text file holds. Raises NotShown."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise NotShown(f"{file} is no text") from error


def check(file: Path, checkpoint: Path, by: Proof, key: str | None) -> ProvedPaper:
    """What a file is shown to be to whoever kept the checkpoint. Raises NotShown."""
    return proofs.show(hashlib.sha256(file.read_bytes()).hexdigest(), text_of(checkpoint), by, key)


def stamp_beside(checkpoint: Path) -> Path | None:
    """The time stamp that lies beside a checkpoint, as in a journal package; None where none does."""
    beside = checkpoint.with_suffix(".tsr")
    return beside if beside.is_file() else None


def stamped(answer: bytes, note: str) -> TimeStamp:
    """What a time stamp says of the checkpoint that was kept. Raises NotShown."""
    try:
        return stamps.opened(answer, note)
    except NotOne as error:
        raise NotShown(f"the time stamp does not hold: {error}") from error


def told(shown: ProvedPaper, key: str | None, stamp: TimeStamp | None) -> str:
    """What was shown, in words."""
    after = f", in place of {shown.supersedes}" if shown.supersedes else ""
    point = shown.checkpoint
    lines = [
        f"{shown.number}, revision {shown.revision}, issued {shown.issued_on}{after}: every byte is as it was issued.",
        f"It is in the log {point.origin}, held to its checkpoint of {point.size} papers, root {point.mark}.",
    ]
    if stamp is not None:
        lines.append(
            f"The checkpoint was there on {stamp.at:%Y-%m-%d at %H:%M:%S %Z}: a time stamp by {stamp.by},"
            f" whose certificate has the SHA-256 {stamp.fingerprint}."
        )
    if key is None:
        lines.append(f"The signature was checked with the proof's own key: compare it with one you know: {shown.key}")
    return "\n".join(lines)


@click.command()
@click.argument("file", type=PATH)
@click.option("--checkpoint", type=PATH, required=True, help="A checkpoint that was kept: a signed note.")
@click.option("--proof", "proof_file", type=PATH, required=True, help="What /api/v1/documents/ID/proof answered.")
@click.option("--stamp", "stamp_file", type=PATH, help=STAMP)
@click.option("--key", help="The log's key, as you know it: NAME+ID+KEY. Without it, the proof's own.")
def main(file: Path, checkpoint: Path, proof_file: Path, stamp_file: Path | None, key: str | None) -> None:
    """Tell whether a file is a paper of the log whose checkpoint was kept; exit status 1 when that is not shown."""
    try:
        shown = check(file, checkpoint, proofs.proof_of(text_of(proof_file)), key)
        beside = stamp_file or stamp_beside(checkpoint)
        stamp = stamped(beside.read_bytes(), text_of(checkpoint)) if beside else None
        click.echo(told(shown, key, stamp))
    except NotShown as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
