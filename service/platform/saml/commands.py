"""The command: `flask --app wsgi saml keep`. By it a municipality's SAML login is set up, or changed."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app, url_for
from flask.cli import AppGroup

from service.platform.identity_providers.rules import AssuranceLevel
from service.platform.saml import operations
from service.platform.saml.provider_metadata import NotMetadata
from service.platform.saml.rules import LEAST
from service.platform.web.errors import Refusal
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import clock

saml = AppGroup("saml", help="Municipalities' SAML logins.")


@saml.command("keep")
@click.option("--municipality", required=True, help="Its code.")
@click.option(
    "--metadata", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The provider's."
)
@click.option("--level", default=LEAST.name.lower(), type=click.Choice([each.name.lower() for each in AssuranceLevel]))
@click.option("--demanded", is_flag=True, help="No password lets the municipality's staff in.")
@click.option("--off", is_flag=True, help="Nobody comes by it, and it cannot be tried.")
def keep(municipality: str, metadata: Path, level: str, demanded: bool, off: bool) -> None:
    """Set up a municipality's SAML login by its metadata, or change it, and say where it is tried and used."""
    try:
        text = metadata.read_text(encoding="utf-8")
        with acting_for(clock([municipality])), transaction():
            key = operations.keep(
                municipality, text, AssuranceLevel[level.upper()], demanded=demanded, switched_on=not off
            )
    except (NotMetadata, UnicodeDecodeError) as error:
        raise click.ClickException(f"{metadata}: {error}") from error
    except Refusal as error:
        raise click.ClickException(error.message) from error
    public = current_app.extensions["settings"].public_url
    with current_app.test_request_context(base_url=public):
        for what, endpoint in (("try it", "saml.trial"), ("sign in", "saml.begin")):
            click.echo(f"{what}: {public}{url_for(endpoint, provider_id=key)}")
