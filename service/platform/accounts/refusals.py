"""What people are refused at the doors, in the ledger: wrong passwords and steps, keys that have ended, and what is not theirs.

It stands in the chain of the one whose account it is, without what was typed. Who has no account is in the log alone.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Flask, Response, g, request
from sqlalchemy import select

from service.platform.accounts import operations, own_account
from service.platform.accounts.models import Person
from service.platform.web import refused, trail
from service.platform.web.identity import Identity
from service.platform.web.reading import wants_json
from service.platform.work.waking import Wakeup, wake_each
from tenants.acting import acting_for
from tenants.database import db, only_reading, transaction
from tenants.reach import clock, door

ENTER = "service.accounts.jobs.enter_refused"


def sign_in(account: str) -> None:
    """A password did not fit the account of that address, where there is one.

    Who it is, a worker finds out: were it looked up and entered here, the time of the answer would tell whose address somebody has. So
    a mark of the address is handed on, whoever's it is. While Redis is away, it stands in the log alone.
    """
    refused.note("sign-in", account, lambda: wake_each([Wakeup(ENTER, (trail.mark(account),))]))


def enter_sign_in(mark: str) -> None:
    """Enter that a sign-in was refused, in the chain of the one whose address has that mark; nothing where nobody has."""
    with acting_for(clock()), only_reading(), transaction():
        addresses = db.session.scalars(select(Person.email)).all()
    for address in addresses:
        if hmac.compare_digest(trail.mark(address), mark):
            _enter("sign_in.refused", partial(operations.identity_of, address))


def of_person(act: str, person_id: UUID, subject: str = "") -> None:
    """Something was shown at a door in a person's name, and refused."""
    refused.note(act, str(person_id), lambda: _enter(act, lambda: operations.identity_of(person_id), subject))


def by_key(token: str) -> Identity | None:
    """The person whose key that is, for what it is for. One that opens nothing any more was refused to its person."""
    identity = operations.identify_key(token)
    if identity is None and (key := operations.key_once(token)) is not None:
        of_person("key.refused", key.person_id, f"key:{key.id}")
    return identity


def _enter(act: str, whose: Callable[[], Identity | None], subject: str = "") -> None:
    with acting_for(door()), only_reading(), transaction():
        identity = whose()
    if identity is not None:
        _enter_of(act, identity, subject)


def _enter_of(act: str, identity: Identity, subject: str = "", **details: str) -> None:
    with acting_for(identity.reach), transaction():
        own_account.enter(act, identity, subject, **details)


def init(app: Flask) -> None:
    """Enter what somebody who is known asked for and was told nothing of, or may not do. Before `entering` ends the request."""

    @app.after_request
    def kept_out(response: Response) -> Response:
        somebody, place = g.get("_login_user"), request.endpoint
        if isinstance(somebody, Identity) and place is not None and _is_refusal(response):
            refused.note(
                place,
                str(somebody.person_id),
                lambda: _enter_of("access.refused", somebody, route=place, status=str(response.status_code)),
            )
        return response


def _is_refusal(response: Response) -> bool:
    """Pages say 403 to ask for a fresh proof, programs are refused by it."""
    return response.status_code == 404 or (response.status_code == 403 and wants_json())
