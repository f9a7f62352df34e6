"""The commands: `flask --app wsgi ledger ...`."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from service.platform.ledger import queries
from service.platform.ledger.operations import DRC
from service.platform.ledger.rules import Head, head_of
from tenants.acting import acting_for
from tenants.database import away, one_moment, only_reading, transaction
from tenants.reach import clock
from tenants.register import all_codes

ledger = AppGroup("ledger", help="Who did, saw and exported what.")


@ledger.command("verify")
@click.option("--municipality", "code", help="One municipality's code; without it, all, and DRC's own chain.")
@click.option(
    "--head", "printed", help="What a statement of the municipality says of its ledger, as 1234:3f2a9c1b04de77aa."
)
def verify(code: str | None, printed: str | None) -> None:
    """Read every entry, one chain after the other, and tell which are not as they were written; exit status 1 where there are any.

    With `--head`, tell as well whether the municipality's entry of that number is still the one that was printed.
    """
    head = _head(code, printed)
    with acting_for(clock()), transaction():
        every = all_codes()
    if code is not None and code not in every:
        raise click.BadParameter(f"{code} is not a municipality's code", param_hint="--municipality")
    whole, entries, broken = 0, 0, 0
    for one in (code,) if code else (*sorted(every), None):
        try:
            found, stored = _read(one, head)
        except Exception as error:  # what cannot be read in one chain is no reason to leave the others unread
            if isinstance(error, SQLAlchemyError) and away(error):
                raise click.ClickException("the database does not answer") from error
            found, stored = None, None
            click.echo(f"{one or DRC}: cannot be read: {type(error).__name__}")
        if found and found.fault:
            click.echo(f"{one or DRC}: broken at entry {found.fault} of {found.entries}")
        if head and found and not head.is_of(stored):
            click.echo(f"{one}: entry {head.number} is not the one that was printed")
        if found and not found.fault and (head is None or head.is_of(stored)):
            whole, entries = whole + 1, entries + found.entries
        else:
            broken += 1
    click.echo(f"{whole} chains with {entries} entries are whole, {broken} are broken.")
    if broken:
        raise SystemExit(1)


def _head(code: str | None, printed: str | None) -> Head | None:
    if printed is None:
        return None
    if code is None:
        raise click.BadParameter("say whose it is, with --municipality", param_hint="--head")
    try:
        return head_of(printed)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--head") from error


def _read(code: str | None, head: Head | None) -> tuple[queries.Chain, str | None]:
    """What is found of a chain, and the hash of its entry where a head was printed."""
    with only_reading(), acting_for(clock([code] if code else [])), transaction():
        one_moment()
        return queries.chain(code), queries.hash_at(code, head.number) if code and head else None
