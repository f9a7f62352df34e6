"""Whom a municipality's login knows somebody as can be let go of, so that it can know them by another name."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from service.platform.identity_providers import letters, queries
from service.platform.ledger.operations import record
from service.platform.notices import operations as notices
from service.platform.people.operations import leave
from service.platform.web.errors import Conflict
from tenants.database import db, now


def release(person_id: UUID, code: str) -> None:
    """Let go of whom the municipality's login knows somebody as: it may know them by another name. Sessions and keys end.

    For seven days they are whom it names by the address of their account, once they have proved anew there who they are. Raises Conflict
    where they have no such login. They are mailed the way to do it (`tell_released`).
    """
    if not db.session.scalar(select(func.app.release_login(person_id, code))):
        raise Conflict(_("The person does not sign in with the municipality's login."))
    leave(person_id, code)
    record("provider.let_go", f"person:{person_id}", code)


def tell_released() -> None:
    """Owe those whose login was let go of late a mail with the way to sign in with it again; one each time, however often this is done."""
    public = current_app.extensions["settings"].public_url
    for row in queries.released_of_late(now()):
        link = f"{public}/log-ind/kommune/videre?kommune={row.municipality_code}&formaal=igen"
        about = f"login:{row.person_id}:{row.released_at.isoformat()}"
        body = letters.LET_GO.format(name=row.name, link=link)
        notices.owe(row.municipality_code, about, row.email, letters.SUBJECT, body)
