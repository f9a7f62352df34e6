"""The commands: `flask --app wsgi people ...`. They are how the first person comes in."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from marshmallow import ValidationError

from service.platform.accounts import queries as accounts
from service.platform.people import operations, queries
from service.platform.people.rules import Invited
from service.platform.web.contact_fields import Email
from service.platform.web.errors import Refusal
from service.platform.web.fields import Text
from service.platform.web.identity import Role
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import now, only_reading, transaction
from tenants.reach import clock
from tenants.register import all_codes

people = AppGroup("people", help="Who can sign in, and what they do.")


@people.command("invite")
@click.option("--email", required=True, help="Where the link is mailed to.")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--municipality", "code", help="A manager's or staff's municipality, by its code.")
@click.option("--territory", help="A consultant's territory.")
@click.option("--reason", default="", help="Why, as it is kept with the role.")
def invite(email: str, name: str, role: str, code: str | None, territory: str | None, reason: str) -> None:
    """Invite somebody to take up a role: mail them a link, and print it once, last. It is good for seven days."""
    with acting_for(clock()), transaction():
        every = all_codes()
    if code is not None and code not in every:
        raise click.BadParameter(f"{code} is not a municipality's code", param_hint="--municipality")
    try:
        address, called = Email(254).deserialize(email), Text(120).deserialize(name)
        invited = Invited(address, called, Role(role), code, territory, reason)
        with acting_for(clock([code] if code else [])), transaction():
            invitation_id = operations.invite(invited)
            link = operations.seal(invitation_id)
    except ValidationError as error:
        raise click.ClickException(str(error.messages[0])) from error
    except Refusal as error:
        raise click.ClickException(error.message) from error
    click.echo(
        f"{invited.name} is invited as {role}, and has a mail at {address}. The link works once, for seven days:"
    )
    click.echo(link)


@people.command("disable")
@click.option("--email", required=True, help="Whose account it is.")
@click.option("--reason", default="", help="Why, as it is kept with the account.")
def disable(email: str, reason: str) -> None:
    """Shut somebody out at once: roles, sessions, keys, feeds and password end."""
    with acting_for(clock()), transaction():
        every = all_codes()
    try:
        with acting_for(clock(every)), transaction():
            person = accounts.person_by_email(email)
            if person is None:
                raise click.ClickException(f"nobody here has the address {email}")
            operations.disable(person.id, reason)
    except Refusal as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{person.name} is shut out.")


@people.command("list")
def listing() -> None:
    """Everybody: address, name, what they do where, and whether they are shut out or have not said yes yet."""
    with only_reading(), acting_for(clock()), transaction():
        for known in queries.everybody(day_of(now())):
            click.echo(f"{known.email}\t{known.name}\t{known.in_words}")
