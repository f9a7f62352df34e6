"""The command: `flask --app wsgi people take-second-step`. It is how the last one of the secretariat comes in again."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from service.platform.accounts import queries as accounts
from service.platform.factors import operations
from service.platform.people import queries as people
from service.platform.web.errors import Refusal
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import now, transaction
from tenants.reach import clock
from tenants.register import all_codes


@click.command("take-second-step")
@with_appcontext
@click.option("--email", required=True, help="Who has lost it.")
@click.option("--reason", required=True, help="Why, as it is mailed to them.")
def take_second_step(email: str, reason: str) -> None:
    """Take the second step of somebody away who has lost everything. They choose a new one when they sign in."""
    with acting_for(clock()), transaction():
        every = all_codes()
    try:
        with acting_for(clock(every)), transaction():
            person = accounts.person_by_email(email)
            if person is None:
                raise click.ClickException(f"nobody here has the address {email}")
            codes = {role.municipality_code for role in people.roles_now(person.id, day_of(now()))}
            operations.take(person.id, codes or {None}, reason)
    except Refusal as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{person.name} chooses a new second step at the next sign-in.")
