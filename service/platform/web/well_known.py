"""Whom to tell of a hole in the walls: security.txt, as RFC 9116 has it."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from config.settings import Settings
from service.platform.web.errors import NotFound
from service.platform.web.permits import permit
from tenants.database import now

bp = Blueprint("well_known", __name__)
PATH = "/.well-known/security.txt"
HOLDS = dt.timedelta(days=180)  # section 2.5.5: less than a year; it is made anew whenever it is asked for


@bp.get(PATH)
@permit.unasked
def security() -> ResponseReturnValue:
    """The contact that SECURITY_CONTACT names; not there where it names none."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.security_contact:
        raise NotFound
    return Response(
        text(settings.security_contact, settings.public_url, now()), content_type="text/plain; charset=utf-8"
    )


def text(contact: str, public_url: str, moment: dt.datetime) -> str:
    """The lines of the file: whom to tell, until when that is so, in which languages, and where this file belongs."""
    until = (moment + HOLDS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = {
        "Contact": contact,
        "Expires": f"{until.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages": "da, en",
        "Canonical": f"{public_url}{PATH}",
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items())
