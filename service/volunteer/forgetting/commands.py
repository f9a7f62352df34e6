"""The commands: `flask --app wsgi volunteers ...`."""

from __future__ import annotations

from uuid import UUID

import click
from flask.cli import AppGroup

from service.platform.web.errors import NotFound
from service.volunteer.forgetting import operations
from service.volunteer.forgetting.rules import ForgottenWhy
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import clock
from tenants.register import all_codes

volunteers = AppGroup("volunteers", help="Volunteers.")


@volunteers.command("forget")
@click.argument("ids", nargs=-1, required=True, type=click.UUID)
def forget(ids: tuple[UUID, ...]) -> None:
    """Forget volunteers by their ids, once more: after a backup was put back that is older than that. Harmless to repeat."""
    with acting_for(clock()), transaction():
        codes = all_codes()
    for each in ids:
        try:
            with acting_for(clock(codes)), transaction():
                operations.forget(each, ForgottenWhy.ASKED)
            click.echo(f"{each}: forgotten")
        except NotFound:
            click.echo(f"{each}: not there")
