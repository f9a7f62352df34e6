"""Who may use which route. Every route says so, in one line above it; one that does not stops the start.

What a permit means is here alone; `service.platform.web.entering` holds every request to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

from service.platform.feature import features
from service.platform.web import links
from service.platform.web.identity import Identity, Role
from service.platform.web.security import csrf
from tenants.scope import Capability

View = TypeVar("View", bound=Callable[..., Any])


class Who(StrEnum):
    """The kinds of permit."""

    PUBLIC = "public"  # anyone
    LINK = "link"  # whoever holds a link that was mailed, or an address that is its own permit
    SIGNED_IN = "signed_in"  # anyone who has signed in
    DRC = "drc"  # DRC's people
    SECRETARIAT = "secretariat"
    MANAGER = "manager"  # a municipality's manager
    MUNICIPALITY = "municipality"  # anyone who has the municipality within reach


Finder = Callable[[str], links.Link]


@dataclass(frozen=True, slots=True)
class Permit:
    """What a route demands.

    `capability` binds a municipality's own people: the scope in force must open it. `purpose` is what a mailed link in the
    address (`token`) must be for, and `days` how old it may be. `finder` is told the secret of an address that is kept here and
    not signed, and says what it opens. Where nobody `asks` who it is, no session is looked up: the database is not needed. Where
    nobody `knows` anybody, everybody is a stranger, and no cookie is read or set.
    """

    who: Who
    capability: Capability | None = None
    purpose: str = ""
    days: int | None = None
    finder: Finder | None = None
    asks: bool = True
    knows: bool = True

    def __call__(self, view: View) -> View:
        """Put the permit on a view."""
        view.permit = self  # type: ignore[attr-defined]
        return view

    @property
    def by_cookie(self) -> bool:
        """Whether a browser is known by its cookie there."""
        return self.asks and self.knows and self.who is not Who.LINK

    def lets(self, identity: Identity | None) -> bool:
        """Whether the person's role is enough, whatever the municipality."""
        if self.who in (Who.PUBLIC, Who.LINK):
            return True
        if identity is None:
            return False
        match self.who:
            case Who.DRC:
                return identity.drc
            case Who.SECRETARIAT:
                return identity.has(Role.SECRETARIAT)
            case Who.MANAGER:
                return identity.has(Role.MANAGER)
        return True


class permit:  # noqa: N801 - read as a word above each route: @permit.drc
    """The permits by name."""

    public = Permit(Who.PUBLIC)
    unasked = Permit(Who.PUBLIC, asks=False)
    stranger = Permit(Who.PUBLIC, knows=False)
    signed_in = Permit(Who.SIGNED_IN)
    drc = Permit(Who.DRC)
    secretariat = Permit(Who.SECRETARIAT)
    manager = Permit(Who.MANAGER)
    municipality = Permit(Who.MUNICIPALITY)

    @staticmethod
    def capability(capability: Capability) -> Permit:
        """DRC, and a municipality's own people where the scope in force opens `capability`."""
        return Permit(Who.MUNICIPALITY, capability)

    @staticmethod
    def link(purpose: str, days: int | None = None) -> Permit:
        """Whoever holds a link for this, at most so many days old: nobody has to sign in."""
        return Permit(Who.LINK, purpose=purpose, days=days)

    @staticmethod
    def address(finder: Finder) -> Permit:
        """Whoever knows an address that is its own permit: its one part is given to `finder`, which raises NotFound."""
        return Permit(Who.LINK, finder=finder)


def permit_of(app: Flask, endpoint: str | None) -> Permit | None:
    """The permit of an endpoint, or None where it declares none. The design system's files are for anyone."""
    if endpoint == "static" or (endpoint or "").endswith(".static"):
        return permit.unasked
    return getattr(app.view_functions.get(endpoint or ""), "permit", None)


def exempt_unknown(app: Flask) -> None:
    """Ask what knows nobody by a cookie for no token against forgery, pages behind links above all: nobody's browser can be misused,
    and whoever's browser keeps no cookies answers it too.
    """
    for endpoint, view in app.view_functions.items():
        demanded = permit_of(app, endpoint)
        if demanded is not None and not demanded.by_cookie:
            csrf.exempt(view)


def without_permit(app: Flask) -> list[str]:
    """The endpoints that declare no permit."""
    return sorted({rule.endpoint for rule in app.url_map.iter_rules() if permit_of(app, rule.endpoint) is None})


def used_by(app: Flask, endpoint: str | None) -> tuple[Capability, ...]:
    """The capabilities that opening an endpoint is to use."""
    demanded = permit_of(app, endpoint)
    own = (demanded.capability,) if demanded and demanded.capability else ()
    return features(app).uses.get(endpoint or "", own)
