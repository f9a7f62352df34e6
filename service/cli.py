"""The commands: `flask --app wsgi ...`."""

from __future__ import annotations

import os
import sys
import threading

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from service import surface
from service.desk.demo import operations as demonstration
from service.desk.watch import operations as watch
from service.partnership.catalogue import operations as catalogue
from service.platform.accounts import own_account
from service.platform.accounts import queries as accounts
from service.platform.accounts.rules import MAX_KEY_DAYS
from service.platform.backups.commands import backup, restore
from service.platform.factors.commands import take_second_step
from service.platform.ledger.commands import ledger
from service.platform.paper_log.commands import papers
from service.platform.people.commands import people as people_commands
from service.platform.privacy.commands import privacy
from service.platform.saml.commands import saml
from service.platform.territories import operations as territories
from service.platform.web.errors import Refusal
from service.platform.web.identity import KeyPurpose
from service.platform.work import leases
from service.reporting.declarations import operations as declarations
from service.reporting.statements import operations as statements
from service.reporting.statements import queries as statement_queries
from service.volunteer.forgetting.commands import volunteers
from tenants import passes
from tenants import register as municipalities
from tenants.acting import acting_for
from tenants.calendar import month_name, parse_month
from tenants.database import transaction
from tenants.reach import Office, Reach, clock, door
from tenants.register import all_codes

CHECK_SECONDS = 110.0

register = AppGroup("register", help="The register of municipalities and the catalogue.")
demo = AppGroup("demo", help="Demonstration data.")
tokens = AppGroup("tokens", help="Keys for programs.")
statement = AppGroup("statements", help="Monthly statements.")
declaration = AppGroup("declarations", help="The yearly declarations on child certificates.")
walls = AppGroup("walls", help="What PostgreSQL is told of whose rows may be seen.")


def init(app: Flask) -> None:
    """Add the commands to the application."""
    for group in (
        register,
        demo,
        tokens,
        people_commands,
        statement,
        declaration,
        papers,
        ledger,
        walls,
        privacy,
        volunteers,
        saml,
    ):
        app.cli.add_command(group)
    people_commands.add_command(take_second_step)
    app.cli.add_command(prepare)
    app.cli.add_command(check)
    app.cli.add_command(show_surface)
    app.cli.add_command(backup)
    app.cli.add_command(restore)


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Bring the database to where the web can be served: migrations, register, and the people of a demonstration."""
    upgrade()
    _load_register()
    settings = current_app.extensions["settings"]
    if not settings.production:
        demonstration.begin(settings)


@click.command("surface")
@with_appcontext
def show_surface() -> None:
    """Print what the service offers: every feature's routes with their permits, jobs, steps, acts and tables."""
    click.echo(surface.text(current_app), nl=False)


@click.command("check")
@with_appcontext
def check() -> None:
    """Tell a monitor how things are: one line when all is well, else a line for each thing that is wrong, and exit status 1.

    It asks the database itself: a timetable that stands still hides nothing. It ends within two minutes, whatever hangs.
    """
    enough = threading.Timer(CHECK_SECONDS, _give_up)
    enough.daemon = True
    enough.start()
    well = True
    for line in watch.wrong():
        click.echo(line)
        well = False
    enough.cancel()
    if not well:
        raise SystemExit(1)
    click.echo("All is well.")


def _give_up() -> None:
    click.echo(f"check: not done after {CHECK_SECONDS:.0f} seconds; something hangs that should not")
    sys.stdout.flush()
    os._exit(1)  # the main thread waits for what hangs


@register.command("load")
def register_load() -> None:
    """Bring the register and the catalogue up to the reviewed files, and put in the territories to begin with where there are none."""
    _load_register()


def _load_register() -> None:
    with acting_for(clock()), transaction():
        count, types, areas = municipalities.load(), catalogue.load(), territories.load()
    click.echo(f"{count} municipalities, {types} activity types and {areas} territories are in place.")


@demo.command("load")
def demo_load() -> None:
    """Load the demonstration data, once; harmless to repeat. Refused in production."""
    settings = current_app.extensions["settings"]
    if settings.production:
        raise click.ClickException("demonstration data is not for production")
    try:
        click.echo(demonstration.load(settings, click.echo))
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error


@tokens.command("issue")
@click.option("--email", required=True, help="Whose key it is.")
@click.option("--name", required=True, help="What it is for.")
@click.option("--purpose", default=KeyPurpose.EVERYTHING.value, type=click.Choice([each.value for each in KeyPurpose]))
@click.option(
    "--days", default=MAX_KEY_DAYS, type=click.IntRange(1, MAX_KEY_DAYS), help="How long it holds: a year at most."
)
def tokens_issue(email: str, name: str, purpose: str, days: int) -> None:
    """Issue a key and print it, once."""
    with acting_for(door()), transaction():
        person = accounts.person_by_email(email)
        if person is None:
            raise click.ClickException(f"nobody here has the address {email}")
    with acting_for(Reach(Office.DOOR, person_id=person.id)), transaction():
        _key, token = own_account.issue_key(person.id, name, KeyPurpose(purpose), days)
    click.echo(token)


@statement.command("close")
@click.option("--month", "month_text", required=True, help="The month, as 2026-10.")
@click.option("--municipality", "code", help="One municipality's code; without it, all.")
def statements_close(month_text: str, code: str | None) -> None:
    """Make the statements that a month owes, held for a look or not, and say what was made, skipped and failed. Harmless to repeat."""
    try:
        month = parse_month(month_text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--month") from error
    with acting_for(clock()), transaction():
        every = all_codes()
    if code is not None and code not in every:
        raise click.BadParameter(f"{code} is not a municipality's code", param_hint="--municipality")
    codes = frozenset({code}) if code else every
    try:
        with acting_for(clock(codes)), transaction():
            owed = sorted(statement_queries.owed(month) & codes)
            statements.ask(month, codes)
    except Refusal as error:
        raise click.ClickException(error.message) from error
    seconds = current_app.extensions["settings"].lease_seconds
    with click.progressbar(owed, label=f"Statements for {month_name(month)}") as bar:
        made = [one for one in bar if statements.make(one, month, 1, seconds)]
    with acting_for(clock(codes)), transaction():
        rows = {row.municipality_code: row for row in statement_queries.of_month(month)}
    failed = [one for one in owed if rows[one].work_state != leases.DONE and rows[one].fault]
    under_way = [one for one in owed if rows[one].work_state != leases.DONE and not rows[one].fault]
    skipped = len(owed) - len(made) - len(failed) - len(under_way)
    click.echo(
        f"Made {len(made)}, skipped {skipped} (made before), under way elsewhere {len(under_way)}, failed {len(failed)}."
    )
    for one in failed:
        click.echo(f"  {one}: {rows[one].last_error or rows[one].fault}")
    if failed:
        raise SystemExit(1)


@declaration.command("ask")
@click.option("--year", type=click.IntRange(2020, 2100), required=True, help="The year that is declared.")
def declarations_ask(year: int) -> None:
    """Ask the groups for their declarations of a year, and mail those who have not answered. Harmless to repeat."""
    with acting_for(clock()), transaction():
        every = all_codes()
    try:
        with acting_for(clock(every)), transaction():
            asked, invited = declarations.ask(year), declarations.invite()
    except Refusal as error:
        raise click.ClickException(error.message) from error
    click.echo(f"Asked for {asked} new declarations of {year}. {invited} groups that have not answered have a mail.")


@walls.command("close")
def walls_close() -> None:
    """Let no pass count but those signed with the present SECRET_KEY, and shut a door left open by `db upgrade -x rolling`."""
    url = current_app.config["MIGRATIONS_OWNER_URL"]
    if not url:
        raise click.ClickException("DATABASE_OWNER_URL must be set: the service's own role reads and writes no key")
    with create_engine(url, poolclass=NullPool, hide_parameters=True).begin() as connection:
        gone = passes.accept_only(connection, current_app.config["PASS_KEY"])
    click.echo(
        f"What is signed with the present SECRET_KEY counts, and nothing else; {gone} former ways in are closed."
    )


@walls.command("pass")
@click.argument("office", type=click.Choice([office.value for office in Office]))
@click.argument("codes", nargs=-1)
@click.option("--began", required=True, help=f"When the transaction began: what `{passes.BEGAN}` answers there.")
def walls_pass(office: str, codes: tuple[str, ...], began: str) -> None:
    """Print the SQL that makes one transaction of `make psql` be of an office, for those municipalities."""
    told = passes.pass_for(Reach(Office(office), frozenset(codes)), began, current_app.config["PASS_KEY"])
    click.echo(str(text(passes.ANNOUNCE).bindparams(**told).compile(compile_kwargs={"literal_binds": True})) + ";")
