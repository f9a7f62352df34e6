"""The commands: `flask --app wsgi backup DIR` and `flask --app wsgi restore DIR`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import psycopg
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from config.discretion import described
from config.programs import NoProgram
from config.settings import Settings
from service.platform.backups import operations, restoring
from service.platform.backups.restoring import RestoreTarget
from service.platform.backups.rules import Manifest, Unusable
from tenants import passes
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import clock

FOLDER = click.Path(file_okay=False, path_type=Path)


@contextmanager
def _in_words() -> Iterator[None]:
    """What goes wrong is a line."""
    try:
        yield
    except (Unusable, NoProgram) as error:
        raise click.ClickException(str(error)) from error
    except (psycopg.Error, SQLAlchemyError, OSError) as error:
        raise click.ClickException(described(error)) from error


@click.command("backup")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--recipient", help="The public key to encrypt to: age1..., or an id or a file of gpg's. Else BACKUP_RECIPIENT."
)
@with_appcontext
def backup(folder: Path, recipient: str | None) -> None:
    """Make a backup of everything in a folder of its own within DIR, read it back, and note that it was made."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.database_backup_url:
        raise click.ClickException("DATABASE_BACKUP_URL must be set: a dump by any other role would hold nothing")
    recipient = recipient or settings.backup_recipient
    with _in_words():
        final, manifest = operations.make(settings.database_backup_url, folder, recipient)
    there = manifest.contents
    click.echo(
        f"{final} holds all there was at {manifest.made_at}: {sum(there.rows.values())} rows in {len(there.rows)} tables,"
        f" {there.rows.get('public.documents', 0)} papers; {manifest.size} bytes, read back whole."
    )
    if not recipient:
        click.echo("It is not encrypted: whoever reads it reads everything. Name a public key by BACKUP_RECIPIENT.")
    try:
        with acting_for(clock()), transaction():
            operations.record(final, manifest)
    except SQLAlchemyError as error:
        raise click.ClickException(
            f"the backup is whole, but could not be noted as made: {described(error)}"
        ) from error


@click.command("restore")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--backup", "name", default="", help="Which of the backups in DIR; without it, the newest.")
@click.option("--identity", default="", help="The file with the secret key, for what age has encrypted.")
@with_appcontext
def restore(folder: Path, name: str, identity: str) -> None:
    """Put a backup from DIR into the empty database of DATABASE_OWNER_URL, and look whether all of it is there and right."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.database_owner_url or not settings.database_backup_url:
        raise click.ClickException(
            "DATABASE_OWNER_URL, to write, and DATABASE_BACKUP_URL, to look through it, must be set"
        )
    target = RestoreTarget(settings.database_owner_url, settings.database_backup_url, settings.service_role)
    with _in_words():
        found, manifest = restoring.choose(folder, name)
        head = _head(manifest)
        click.echo(f"{found.name} holds what there was at {manifest.made_at}.")
        restoring.restore(found, manifest, target, identity, click.echo)
        others = _accept_passes(settings.database_owner_url)
    papers = manifest.contents.rows.get("public.documents", 0)
    click.echo(
        f"All of it is there: every table has its rows, {papers} papers have their hashes, the ledger ends as it did."
    )
    if manifest.contents.revision != head:
        click.echo(
            f"The schema is {manifest.contents.revision}, this code wants {head}: run `flask --app wsgi db upgrade`."
        )
    if others:
        click.echo(
            "It was made with another SECRET_KEY. Both count now: run `flask --app wsgi walls close` to end the former."
        )
    click.echo(
        "What happened later is not in it: what was owed then is made and mailed when the workers start, perhaps once more."
    )


def _head(manifest: Manifest) -> str | None:
    """The schema that this code wants. Raises Unusable for a backup whose schema it does not know."""
    script = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    try:
        script.get_revision(manifest.contents.revision)
    except CommandError as error:
        raise Unusable(
            f"the schema {manifest.contents.revision} is unknown to this code: take the version that made it ({manifest.code})"
        ) from error
    return script.get_current_head()


def _accept_passes(owner_url: str) -> bool:
    """Let what is signed with the present SECRET_KEY count. Returns whether something else counts too."""
    with create_engine(owner_url, poolclass=NullPool, hide_parameters=True).begin() as connection:
        passes.accept(connection, current_app.config["PASS_KEY"])
        if connection.scalar(text("SELECT to_regclass('app.keys')")) is None:
            return False
        return bool(connection.scalar(text("SELECT count(*) > 1 FROM app.keys")))
