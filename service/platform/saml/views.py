"""Signing in through the municipality's SAML login, and trying it out."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from service.platform.accounts import arrived, cookies
from service.platform.accounts.rules import device_of
from service.platform.identity_providers import queries
from service.platform.identity_providers.rules import ProviderKind
from service.platform.people.texts import ROLES
from service.platform.saml import operations
from service.platform.saml.faults import AnswerFault
from service.platform.saml.operations import ANSWERS, ENTITY_ID, AnswerRefused, Tried
from service.platform.saml.rules import LEAST, NAMES, PRIVILEGES, REQUEST_LIFE
from service.platform.saml.texts import ATTRIBUTES
from service.platform.web.arrival import How
from service.platform.web.errors import Forbidden, NotFound
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.proof import demand_proof
from service.platform.web.security import csrf, inside
from tenants import register
from tenants.database import db, now

bp = Blueprint("saml", __name__, template_folder="templates")
ASKED = "saml"  # in the cookie: what this browser has asked, of whom, when, for what, and where it goes on to


class WayPurpose(StrEnum):
    """What somebody goes to their municipality's login for: as a part of an address."""

    SIGN_IN = "log-ind"
    TIE = "igen"  # to sign in, proving it anew: to the account whose name there was let go
    CONFIRM = "bekraeft"  # that they are who is signed in
    CONNECT = "tilknyt"  # the account that they have, and are signed in with
    TRY = "proev"


@bp.get(ENTITY_ID)
@permit.public
def metadata() -> ResponseReturnValue:
    """What a provider is told of us."""
    return Response(operations.metadata(), content_type="application/samlmetadata+xml")


@bp.get("/log-ind/saml/<uuid:provider_id>")
@permit.public
def begin(provider_id: UUID) -> ResponseReturnValue:
    """Send somebody to their municipality's login: to sign in or, signed in, to confirm who they are or connect their account."""
    purpose = next((each for each in WayPurpose if each == request.args.get("formaal")), WayPurpose.SIGN_IN)
    if purpose in (WayPurpose.CONFIRM, WayPurpose.CONNECT):
        identity = me()
        if purpose is WayPurpose.CONNECT:
            demand_proof(identity)  # it makes a way in
    return _ask(provider_id, purpose, inside(request.args.get("next", "")) or "")


@bp.get("/log-ind/saml/<uuid:provider_id>/proev")
@permit.public
def trial(provider_id: UUID) -> ResponseReturnValue:
    """What a municipality's login is to send, before it is tried."""
    return _trial(provider_id, None)


@bp.get("/log-ind/saml/<uuid:provider_id>/proev/start")
@permit.public
def begin_trial(provider_id: UUID) -> ResponseReturnValue:
    """Send whoever tries their municipality's login there."""
    return _ask(provider_id, WayPurpose.TRY, "")


def _ask(provider_id: UUID, purpose: WayPurpose, following: str) -> ResponseReturnValue:
    asked = operations.ask(provider_id, anew=purpose in (WayPurpose.CONFIRM, WayPurpose.TIE))
    session[ASKED] = [asked.id, provider_id.hex, int(now().timestamp()), purpose.value, following]
    return redirect(asked.location)


@bp.post(ANSWERS)
@permit.public
def answer() -> ResponseReturnValue:
    """Take in what a provider says. It is sent by the provider's page, and so without our token and, at first, without our cookie.

    What stands in for the token is the request that this browser has made: the answer must name it.
    """
    told = request.form.get("SAMLResponse", "")
    if not told:
        raise BadRequest
    if ASKED not in session and "again" not in request.form:
        return render_template("saml/onward.html", told=told)
    request_id, provider_id, asked, purpose, following = _asked()
    match purpose:
        case WayPurpose.CONFIRM:
            cookies.exchange(operations.confirm(me(), provider_id, request_id, told, asked))
            return redirect(following or url_for("home.start"))
        case WayPurpose.TRY:
            return _trial(provider_id, operations.try_out(provider_id, request_id, told))
        case WayPurpose.CONNECT:
            operations.connect(me(), provider_id, request_id, told)
            flash(_("The municipality's login is connected. Sign in with it next time."), "success")
            return redirect(following or url_for("accounts.account"))
    device, since = device_of(request.user_agent.string), asked if purpose is WayPurpose.TIE else None
    begun = operations.arrive(provider_id, request_id, told, device, since)
    db.session.commit()  # the session must be there before Flask-Login is told of it
    if not begun.proved:
        cookies.let_wait(begun.token, How.SAML)
        return redirect(url_for("factors.second_step", next=following or None))
    if not cookies.let_in(begun.token):
        raise Forbidden(_("Your account has no access yet. Call your consultant at DRC."))
    g.pop("csrf_token", None)  # the browser has a new session, and so a new token
    return arrived.answer(following, "")


csrf.exempt(answer)


def _asked() -> tuple[str, UUID, dt.datetime, WayPurpose, str]:
    """What this browser asked last, not too long ago. It is answered once."""
    try:
        request_id, provider_id, when, purpose, following = session.pop(ASKED, ())
    except ValueError as error:
        raise AnswerRefused(AnswerFault.UNSOLICITED) from error
    asked = dt.datetime.fromtimestamp(when, dt.UTC)
    if not dt.timedelta(0) <= now() - asked < REQUEST_LIFE:
        raise AnswerRefused(AnswerFault.TIME)
    return request_id, UUID(provider_id), asked, WayPurpose(purpose), following


def _trial(provider_id: UUID, tried: Tried | None) -> ResponseReturnValue:
    operations.us()
    provider = queries.provider(provider_id)
    if provider is None or provider.kind is not ProviderKind.SAML:
        raise NotFound
    return render_template(
        "saml/trial.html",
        provider=provider,
        municipality=register.municipality(provider.municipality_code),
        tried=tried,
        level=(provider.least_level or LEAST).name.capitalize(),
        privileges=[(ROLES[role], privilege) for privilege, role in PRIVILEGES.items()],
        roles=sorted(str(ROLES[role]) for role in tried.roles) if tried else [],
        attributes=[(ATTRIBUTES[each], NAMES[each], tried is not None and each in tried.sent) for each in NAMES],
    )
