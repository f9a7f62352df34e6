"""What a browser keeps of a sign-in: the token of a session, or of one that waits for its second step and is nobody to any route."""

from __future__ import annotations

from uuid import UUID

from flask import session
from flask_login import login_user

from service.platform.accounts import own_account
from service.platform.accounts.operations import identify_session
from service.platform.web.arrival import How
from tenants.acting import acting_for
from tenants.database import transaction

WAITS, FIRST = "second_step", "first_step"
LEFT = "left"


def let_in(token: str) -> bool:
    """Let the browser come by that session from now on. Returns whether it opens anything; else nothing is kept."""
    session.clear()
    identity = identify_session(token)
    if identity is None or identity.arrival is None:
        return False
    login_user(identity)
    with acting_for(identity.reach), transaction():
        own_account.record_own("signed.in", identity, how=identity.arrival.how.value)
    return True


def exchange(token: str) -> None:
    """Let the browser come by another session of the same person, whose pages it has open."""
    session["_user_id"] = token


def let_wait(token: str, first: How) -> None:
    """Let the browser come back with the second step of that session, after that first one."""
    session.clear()
    session[WAITS], session[FIRST] = token, first.value


def waiting() -> str:
    """The token of the session that waits for its second step; empty where none does."""
    return str(session.get(WAITS, ""))


def first_step() -> How:
    """The first step of the session that waits."""
    return How(session.get(FIRST, How.PASSWORD))


def leave(session_id: UUID | None) -> None:
    """Let the browser come by no session any more; of one that began at a municipality's login it remembers which it was."""
    session.clear()
    if session_id is not None:
        session[LEFT] = session_id.hex


def left() -> UUID | None:
    """The session that one has signed out of in this browser, and may end at the municipality's login too."""
    return UUID(session[LEFT]) if LEFT in session else None
