"""Who may use which route. Every route says so, in one line above it; one that does not stops the start."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from service.feature import features
from service.web import links, usage
from service.web.errors import NotFound, Refusal, answer, wants_json
from service.web.finding import find
from service.web.identity import Identity, Role, reach_of_request, somebody
from service.web.reading import reading, sending, write_notes
from tenants import periods
from tenants.calendar import day_of
from tenants.database import db, now, only_reading, transaction
from tenants.models import Municipality
from tenants.reach import Office, Reach, acting_for, door, present
from tenants.scope import Capability, Scope

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


class OnlyLooking(Refusal):
    """Something was to be changed while looking through another's eyes."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What a route demands.

    `capability` binds a municipality's own people: the scope in force must open it. `purpose` is what a mailed link in the
    address (`token`) must be for, and `days` how old it may be. `finder` is told the secret of an address that is kept here and
    not signed, and says what it opens. Where nobody `asks` who it is, no session is looked up: the database is not needed.
    """

    who: Who
    capability: Capability | None = None
    purpose: str = ""
    days: int | None = None
    finder: Finder | None = None
    asks: bool = True

    def __call__(self, view: View) -> View:
        """Put the permit on a view."""
        view.permit = self  # type: ignore[attr-defined]
        return view

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


def without_permit(app: Flask) -> list[str]:
    """The endpoints that declare no permit."""
    return sorted({rule.endpoint for rule in app.url_map.iter_rules() if permit_of(app, rule.endpoint) is None})


def init(app: Flask) -> None:
    """Hold every request to its route's permit, within the asker's reach and in one transaction: one that only reads, where it does."""
    app.register_error_handler(links.DeadLink, _dead)

    @app.before_request
    def enter() -> ResponseReturnValue | None:
        demanded = _demanded(app)
        if demanded is None or not demanded.asks:
            return None
        if demanded.who is Who.LINK:
            somebody()  # who is asking is found before the reach is the link's
            g.link = _link(demanded)
            _enter(g.link.reach)
            return None
        identity = somebody()
        if demanded.who is not Who.PUBLIC and identity is None:
            return _sign_in()
        if not demanded.lets(identity):
            raise NotFound
        if identity is not None and identity.viewing and sending() and request.endpoint not in features().while_looking:
            raise OnlyLooking(
                _("You are looking through the municipality's eyes: nothing can be changed. End the view first.")
            )
        _enter(reach_of_request())
        _hold_to_municipality(demanded, identity)
        return None

    @app.after_request
    def leave(response: Response) -> Response:
        if "stack" in g and response.status_code < 400:
            db.session.commit()
            _count_use(app, response)
            reach = present()
            g.pop("stack").close()
            write_notes(reach)
        return response

    @app.teardown_request
    def close(error: BaseException | None) -> None:
        stack = g.pop("stack", None)
        if stack is not None:
            stack.close()


def _demanded(app: Flask) -> Permit | None:
    """What the present route demands; None where there is no such address, and the error handler answers."""
    demanded = permit_of(app, request.endpoint)
    if demanded is None and request.endpoint is not None:
        raise RuntimeError(f"{request.endpoint} declares no permit")
    return demanded


def _link(demanded: Permit) -> links.Link:
    """What the address opens. Raises DeadLink for a mailed link, NotFound for an address that is kept here."""
    values = request.view_args or {}
    if demanded.finder is None:
        return links.read(demanded.purpose, values.get("token", ""), demanded.days)
    with acting_for(door()), transaction():
        return demanded.finder(next(iter(values.values())))


def _count_use(app: Flask, response: Response) -> None:
    """Count that a municipality's own people used what their agreement opens. Nobody's name goes with it."""
    code, identity = (request.view_args or {}).get("municipality_code"), somebody()
    capabilities = used_by(app, request.endpoint)
    if code is None or not capabilities or identity is None or identity.drc or identity.viewing:
        return
    if response.status_code < 300:
        for capability in capabilities:
            if opens(capability):
                usage.note(code, capability)


def used_by(app: Flask, endpoint: str | None) -> tuple[Capability, ...]:
    """The capabilities that opening an endpoint is to use."""
    demanded = permit_of(app, endpoint)
    own = (demanded.capability,) if demanded and demanded.capability else ()
    return features(app).uses.get(endpoint or "", own)


def _dead(error: links.DeadLink) -> ResponseReturnValue:
    """The link opens nothing: say what to do, and whom to call where that is known."""
    return answer(error.status, error.message, call=_whom_to_call(error.codes), home=False)


def _whom_to_call(codes: tuple[str, ...]) -> tuple[str, str] | None:
    """DRC's contact by the agreement in force in the first of these municipalities that has one: name and phone."""
    _leave()
    with only_reading(), acting_for(Reach(Office.LINK, frozenset(codes))):
        found = [period.scope.drc_contact for code in codes if (period := periods.in_force(code, day_of(now())))]
    return next(((contact.name, contact.phone) for contact in found if contact.phone), None)


def _leave() -> None:
    """End the request's own reach, if it has begun."""
    stack = g.pop("stack", None)
    if stack is not None:
        db.session.rollback()
        stack.close()


def _enter(reach: Reach) -> None:
    g.stack = ExitStack()
    if reading():
        g.stack.enter_context(only_reading())
    g.stack.enter_context(acting_for(reach))


def _hold_to_municipality(demanded: Permit, identity: Identity | None) -> None:
    """Where the address names a municipality, it must be within reach, and its scope must open what is demanded."""
    code = (request.view_args or {}).get("municipality_code")
    if code is None:
        return
    if identity is None or code not in identity.codes:
        raise NotFound
    if demanded.capability and not identity.drc and not opens(demanded.capability):
        raise NotFound


def _sign_in() -> ResponseReturnValue:
    if wants_json():
        return answer(401)
    here = request.full_path.rstrip("?") if reading() else None
    return redirect(url_for("accounts.sign_in", next=here if here not in (None, "/") else None))


def municipality_here() -> Municipality:
    """The municipality of the address. Raises NotFound where the register has none."""
    if "municipality" not in g:
        code = (request.view_args or {}).get("municipality_code", "")
        g.municipality = find(select(Municipality).where(Municipality.code == code))
    municipality: Municipality = g.municipality
    return municipality


def scope_here() -> Scope | None:
    """The scope in force today in the municipality of the address, or None."""
    if "scope" not in g:
        period = periods.in_force(municipality_here().code, day_of(now()))
        g.scope = period.scope if period else None
    scope: Scope | None = g.scope
    return scope


def opens(capability: Capability) -> bool:
    """Whether the scope in force opens `capability` in the municipality of the address."""
    scope = scope_here()
    return scope is not None and scope.allows(capability)
