"""Hold every request to its route's permit: enter the asker's reach, and leave it with what was written committed."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.feature import features
from service.platform.web import links, pace, refused, typed_words, usage
from service.platform.web.errors import Forbidden, NotFound, Refusal, answer
from service.platform.web.here import opens
from service.platform.web.identity import Identity, KeyPurpose, forget_who_asks, reach_of_request, somebody
from service.platform.web.permits import Permit, Who, permit_of, used_by
from service.platform.web.proof import hold_to_fresh, hold_to_second_step
from service.platform.web.reading import comes_back, reading, sending, wants_json, write_notes
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, only_reading, transaction
from tenants.reach import Office, Reach, door, present


class OnlyLooking(Refusal):
    """Something was to be changed while looking through another's eyes."""


def init(app: Flask) -> None:
    """Hold every request to its route's permit, within the asker's reach and in one transaction: one that only reads, where it does."""
    app.register_error_handler(links.DeadLink, _dead)

    @app.before_request
    def enter() -> ResponseReturnValue | None:
        demanded = _demanded(app)
        if demanded is None or not demanded.asks:
            return None
        if not demanded.by_cookie:
            _enter_unknown(demanded)
            return None
        identity = somebody()
        if demanded.who is not Who.PUBLIC and identity is None:
            return _sign_in()
        if not demanded.lets(identity):
            raise NotFound
        if identity is not None:
            _hold_to_purpose(identity)
            pace.hold(identity)
        _hold_to_proof(demanded, identity)
        _enter(reach_of_request())
        _hold_to_municipality(demanded, identity)
        hold_to_fresh(identity)
        return None

    @app.after_request
    def leave(response: Response) -> Response:
        if "stack" in g and response.status_code < 400:
            db.session.commit()
            _count_use(app, response)
            reach = present()
            g.pop("stack").close()
            write_notes(reach)
        if refused.noted():
            _leave()
            refused.write_notes()
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


def _enter_unknown(demanded: Permit) -> None:
    """Enter where no cookie counts: with what a link opens, or as a stranger."""
    if demanded.who is Who.LINK:
        somebody()  # who is asking is found before the reach is the link's
        g.link = _link(demanded)
        _enter(g.link.reach)
    else:
        forget_who_asks()
        _enter(door())


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
    if reading() or comes_back():
        g.stack.enter_context(only_reading())
    g.stack.enter_context(acting_for(reach))


def _hold_to_purpose(identity: Identity) -> None:
    """A key that is for figures, or for reading, does no more than that."""
    if not identity.purpose.lets(sends=sending(), figures=request.blueprint in features().figures):
        raise Forbidden(
            _("The key is for figures alone. Make one that reads everything.")
            if identity.purpose is KeyPurpose.FIGURES and reading()
            else _("The key only reads. Make one that may do everything.")
        )


def _hold_to_proof(demanded: Permit, identity: Identity | None) -> None:
    """Who looks through another's eyes changes nothing, and who has no second step and must chooses one first."""
    if identity is None:
        return
    if identity.viewing and sending() and request.endpoint not in features().while_looking:
        raise OnlyLooking(
            _("You are looking through the municipality's eyes: nothing can be changed. End the view first.")
        )
    if demanded.who is not Who.PUBLIC:
        hold_to_second_step(identity)


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
    if kept := typed_words.sealed_now():
        return typed_words.sign_in_page(kept)
    here = request.full_path.rstrip("?") if reading() else None
    return redirect(url_for("accounts.sign_in", next=here if here not in (None, "/") else None))
