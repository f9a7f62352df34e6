"""The commands: `flask --app wsgi papers ...`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from config.settings import Settings
from service.platform.documents import operations as checking
from service.platform.documents import queries as documents
from service.platform.documents import texts
from service.platform.documents.queries import Verified
from service.platform.paper_log import keys, notes, offline, operations, proofs, queries
from service.platform.paper_log.notes import NotOne
from service.platform.paper_log.offline import PATH
from service.platform.paper_log.proofs import NotShown, Proof
from service.platform.paper_log.rules import Rewritten
from service.platform.web.errors import Refusal
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import clock, door

papers = AppGroup("papers", help="Issued papers, and the log of them.")


@papers.command("verify")
@click.argument("file", type=PATH)
@click.option("--checkpoint", type=PATH, help="A checkpoint that was kept: nothing of ours but the proof is believed.")
@click.option(
    "--proof", "proof_file", type=PATH, help="What /api/v1/documents/ID/proof answered: no database is asked."
)
@click.option("--stamp", "stamp_file", type=PATH, help=offline.STAMP)
@click.option("--key", help="The log's key, as you know it: NAME+ID+KEY. Without it, the proof's own.")
def verify(
    file: Path, checkpoint: Path | None, proof_file: Path | None, stamp_file: Path | None, key: str | None
) -> None:
    """Tell whether a file is exactly a paper of ours, and what its seal says; exit status 1 when it is not.

    With `--checkpoint` it is held to that: by the proof in a file, or by the database where none is given.
    """
    if checkpoint is None:
        if proof_file or stamp_file or key:
            raise click.UsageError("--proof, --stamp and --key belong to --checkpoint")
        _ask_database(file)
        return
    try:
        by = proofs.proof_of(offline.text_of(proof_file)) if proof_file else _proof(file, checkpoint)
        shown = offline.check(file, checkpoint, by, key)
        beside = stamp_file or offline.stamp_beside(checkpoint)
        answer = beside.read_bytes() if beside else None if proof_file else _stamp(shown.checkpoint.size)
        stamp = offline.stamped(answer, offline.text_of(checkpoint)) if answer else None
        click.echo(offline.told(shown, key, stamp))
    except (NotShown, Refusal) as error:
        raise click.ClickException(error.message if isinstance(error, Refusal) else str(error)) from error


def _found(sha256: str) -> Verified:
    with acting_for(door()), transaction():
        found = documents.verified(sha256)
    if found is None:
        click.echo("Not a paper of ours: no issued paper has exactly these bytes.")
        raise SystemExit(1)
    return found


def _ask_database(file: Path) -> None:
    with acting_for(door()), transaction():
        found = checking.check(file.read_bytes())
    for line in texts.checked(found):
        click.echo(line)
    if not found.exact:
        raise SystemExit(1)


def _proof(file: Path, checkpoint: Path) -> Proof:
    """The database's own proof of a file, from the size of the checkpoint on. Raises NotShown and Refusal."""
    try:
        size = notes.checkpoint_of(offline.text_of(checkpoint).partition("\n\n")[0] + "\n").size
    except NotOne as error:
        raise NotShown(f"{checkpoint}: {error}") from error
    number = _found(hashlib.sha256(file.read_bytes()).hexdigest()).number
    with acting_for(clock([number[:4]])), transaction():
        return operations.proof(documents.numbered(number).id, size)


def _stamp(size: int) -> bytes | None:
    """The database's own time stamp of the checkpoint of that size, if any."""
    with acting_for(door()), transaction():
        row = queries.stamp(size)
        return row.answer if row else None


@papers.command("checkpoint")
def checkpoint() -> None:
    """Sign the log as it is now, and print its newest checkpoint."""
    try:
        key = keys.signer()
    except NotOne as error:
        raise click.ClickException(f"LOG_KEY_FILE: {error}") from error
    if key is None:
        raise click.ClickException("LOG_KEY_FILE must be set to sign: `flask --app wsgi papers log-key FILE` makes one")
    try:
        with acting_for(clock()), transaction():
            row = operations.sign(key)
            note = row.note if row else None
    except Rewritten as error:
        raise click.ClickException(f"{error}; see docs/operations.md") from error
    if note is None:
        raise click.ClickException("no paper has been issued yet")
    click.echo(note, nl=False)


@papers.command("log-key")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="What the log is called, for ever; without it, what PUBLIC_URL says.")
def log_key(file: Path, name: str | None) -> None:
    """Make the key that checkpoints are signed with, in a new FILE for LOG_KEY_FILE, and print what others check them with."""
    settings: Settings = current_app.extensions["settings"]
    try:
        key = notes.made(name or keys.name(settings.public_url))
        file.touch(mode=0o600, exist_ok=False)
    except NotOne as error:
        raise click.BadParameter(str(error), param_hint="--name") from error
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    file.write_text(key.written() + "\n", encoding="utf-8")
    click.echo(str(key.verifier))
