"""The commands: `flask --app wsgi privacy ...`."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from flask_babel import gettext as _

from service.platform.privacy.texts import SUBJECTS
from service.platform.privacy.views import everything

privacy = AppGroup("privacy", help="What is kept of people.")


@privacy.command("record")
def record() -> None:
    """Print the record of processing (article 30 of the General Data Protection Regulation), in Danish."""
    with force_locale("da"):
        title = _("Record of processing")
        click.echo(f"# {title}")
        for subjects, classes in everything().items():
            click.echo(f"\n## {SUBJECTS[subjects]}")
            for each in classes:
                click.echo(f"\n### {each.kept.name}\n")
                for name, text in each.recorded():
                    click.echo(f"- {name}: {text}")
