"""Who is asking, as plain values. How a person is found is told by the application: this module stands below the accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Flask, Request, current_app, g, request
from flask_login import LoginManager, current_user

from service.platform.web.errors import NotFound
from service.platform.web.reading import wants_json
from tenants.reach import Office, Reach, door

if TYPE_CHECKING:
    from service.platform.web.arrival import Arrival


class Role(StrEnum):
    """What a person does here."""

    SECRETARIAT = "secretariat"
    CONSULTANT = "consultant"
    MANAGER = "manager"
    STAFF = "staff"


class KeyPurpose(StrEnum):
    """What a program may do with a key, of what its person may."""

    FIGURES = "figures"  # read figures
    READ = "read"  # read everything
    EVERYTHING = "everything"

    def lets(self, *, sends: bool, figures: bool) -> bool:
        """Whether a key for this may make a call that sends something or only reads, of what is figures or more."""
        return self is KeyPurpose.EVERYTHING or (not sends and (figures or self is KeyPurpose.READ))


@dataclass(frozen=True, slots=True)
class SignedInFor:
    """How long a sign-in holds: so many seconds without use, and at most until a moment."""

    idle_seconds: int
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """A person who has signed in, and for whom they act now.

    `codes` are the municipalities within reach; `municipality_code` is the one that a municipality's own person acts for.
    """

    person_id: UUID
    name: str
    email: str
    office: Office
    roles: frozenset[Role]
    codes: frozenset[str]
    token: str  # what Flask-Login keeps in the cookie; its hash is the session's key
    municipality_code: str | None = None
    several_municipalities: bool = False
    locale: str = "da"
    arrival: Arrival | None = None  # how they have proved who they are; who comes with a key has proved nothing
    viewing: str | None = (
        None  # one of DRC's people, looking through the eyes of this municipality: nothing can be changed
    )
    viewing_until: dt.datetime | None = None
    signed_in_for: SignedInFor | None = None  # of whoever has signed in, not of a program
    purpose: KeyPurpose = (
        KeyPurpose.EVERYTHING
    )  # of the key that a program has shown; whoever has signed in does everything

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie."""
        return self.token

    @property
    def drc(self) -> bool:
        """Whether this is one of DRC's people."""
        return self.office is Office.DRC

    @property
    def reach(self) -> Reach:
        """Whose rows this person may see."""
        return Reach(self.office, self.codes, self.person_id)

    def has(self, *roles: Role) -> bool:
        """Whether the person has one of the roles."""
        return not self.roles.isdisjoint(roles)


Finder = Callable[[str], Identity | None]


def init(app: Flask, by_session: Finder, by_bearer: Finder) -> None:
    """Let Flask-Login find people: pages by the cookie's session, the API by its bearer token and by nothing else."""
    manager = LoginManager()
    manager.session_protection = None  # sessions live in the database and are checked there at each request

    @manager.user_loader
    def from_cookie(token: str) -> Identity | None:
        return None if wants_json() else by_session(token)

    @manager.request_loader
    def from_header(asked: Request) -> Identity | None:
        if not wants_json():
            return None
        scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
        return by_bearer(token.strip()) if scheme.lower() == "bearer" and token.strip() else None

    # No page asks it for the present person: one that says the database is away must not ask the database who is reading.
    manager.init_app(app, add_context_processor=False)


def somebody() -> Identity | None:
    """The person who is asking, or None."""
    if not current_user or not current_user.is_authenticated:
        return None
    identity: Identity = current_user._get_current_object()  # noqa: SLF001
    return identity


def forget_who_asks() -> None:
    """Let whoever asks be nobody, for the rest of this request, whatever the browser says: its cookie is not read."""
    g.stranger = True
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined] # noqa: SLF001 - where the library looks first


def me() -> Identity:
    """The person who is asking. Only for routes whose permit demands one."""
    identity = somebody()
    if identity is None:
        raise NotFound
    return identity


def reach_of_request() -> Reach:
    """The reach of the person who is asking, or that of the door."""
    identity = somebody()
    return identity.reach if identity else door()


def address() -> str:
    """The address the request came from, as far as trusted proxies say."""
    return request.remote_addr or "unknown"
