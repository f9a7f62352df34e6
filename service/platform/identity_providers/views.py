"""Sign in with one's municipality's login: off to the provider, and back."""

from __future__ import annotations

import hmac
from dataclasses import asdict
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import parse
from werkzeug.exceptions import TooManyRequests

from service.platform.accounts import arrived, cookies
from service.platform.accounts.rules import device_of
from service.platform.identity_providers import openid, operations, queries, trying
from service.platform.identity_providers.fetching import ProviderAway
from service.platform.identity_providers.id_tokens import Untrue
from service.platform.identity_providers.models import IdentityProvider
from service.platform.identity_providers.openid import SentAway
from service.platform.identity_providers.rules import Assertion, ProviderKind
from service.platform.identity_providers.spoken import speaks
from service.platform.identity_providers.texts import CAUSES, CLAIMS, REFUSALS, STEPS
from service.platform.identity_providers.trial import TrialResult, TrialStep, TriedClaim
from service.platform.people.texts import ROLES
from service.platform.web import trail, tries
from service.platform.web.arrival import How
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.identity import Identity, me, somebody
from service.platform.web.permits import permit
from service.platform.web.proof import demand_proof
from service.platform.web.security import inside
from tenants import register
from tenants.database import db, let_go, now

bp = Blueprint("providers", __name__, template_folder="templates")
PENDING = "provider"  # in the browser's session: what it was sent away with
ONCE = parse("1 per hour")
LASTS = 15 * 60  # seconds that somebody may take at their provider
MAX_ANSWER = 4000  # letters of each part of what they come back with
SIGN_IN, CONFIRM, CONNECT, TRY = "log-ind", "bekraeft", "tilknyt", "proev"
TIE = "igen"  # sign in, proving it anew: to the account whose name there was let go
ANSWER = ("state", "code", "error", "iss")


@bp.get("/log-ind/kommune")
@permit.public
def choose() -> ResponseReturnValue:
    """Which municipality's login."""
    codes = {row.municipality_code for row in queries.switched_on() if speaks(row.kind)}
    return render_template(
        "identity_providers/choose.html",
        municipalities=[each for each in register.municipalities() if each.code in codes],
        following=inside(request.args.get("next", "")) or "",
    )


@bp.get("/log-ind/kommune/videre")
@permit.public
def onward() -> ResponseReturnValue:
    """Off to the provider: to sign in, or, signed in, to confirm that one is oneself or to connect one's account."""
    purpose, identity = request.args.get("formaal", SIGN_IN), somebody()
    if purpose not in (SIGN_IN, TIE, CONFIRM, CONNECT) or (purpose in (CONFIRM, CONNECT) and identity is None):
        raise NotFound
    code = request.args.get("kommune", "") if purpose in (SIGN_IN, TIE) else me().municipality_code
    row = _provider_of(code, identity)
    if row is None:
        return _refused(
            _("Your municipality has no login of its own here. Sign in with e-mail and password."), status=200
        )
    if purpose == CONNECT:
        demand_proof(me())  # it makes a way in
    following = inside(request.args.get("next", "")) or ""
    if row.kind == ProviderKind.SAML:
        return redirect(url_for("saml.begin", provider_id=row.id, formaal=purpose, next=following or None))
    let_go()
    try:
        return _send(row, purpose, following)
    except (ProviderAway, Untrue) as error:
        return _away(error, row)


def _send(row: IdentityProvider, purpose: str, following: str) -> ResponseReturnValue:
    """Send somebody to their provider. Raises ProviderAway, and Untrue."""
    asked = openid.ask(row.id, purpose, following)
    address = openid.address(row, asked, _back(), anew=purpose in (CONFIRM, TIE, TRY))
    session[PENDING] = asdict(asked)
    return redirect(address)


@bp.get("/log-ind/kommune/<uuid:provider_id>/proev")
@permit.public
def trial(provider_id: UUID) -> ResponseReturnValue:
    """What a municipality's login is to send, before it is tried."""
    return _trial(_to_try(provider_id), None)


@bp.get("/log-ind/kommune/<uuid:provider_id>/proev/start")
@permit.public
def begin_trial(provider_id: UUID) -> ResponseReturnValue:
    """Send whoever tries their municipality's login there."""
    row = _to_try(provider_id)
    let_go()
    try:
        return _send(row, TRY, "")
    except (ProviderAway, Untrue) as error:
        return _trial(row, TrialResult(TrialStep.FOUND, error.cause))


def _to_try(provider_id: UUID) -> IdentityProvider:
    row = next((each for each in queries.switched_on() if each.id == provider_id), None)
    if row is None or row.kind != ProviderKind.OIDC:
        raise NotFound
    return row


def _trial(row: IdentityProvider, tried: TrialResult | None) -> ResponseReturnValue:
    found = tried.found if tried else frozenset()
    return render_template(
        "identity_providers/trial.html",
        provider=row,
        municipality=register.municipality(row.municipality_code),
        back=_back(),
        tried=tried,
        steps=[(words, tried.state(step)) for step, words in STEPS.items()] if tried else [],
        why=REFUSALS[tried.refused] if tried and tried.refused else CAUSES.get(tried.cause) if tried else None,
        claims=[
            (words, row.roles_claim if claim is TriedClaim.ROLES else claim.value, claim in found)
            for claim, words in CLAIMS.items()
        ],
        roles=sorted(str(ROLES[role]) for role in tried.roles) if tried else [],
    )


def _provider_of(code: str | None, identity: Identity | None) -> IdentityProvider | None:
    """The municipality's provider: of several the one by which somebody has come."""
    came_by = identity.arrival.how.first.value if identity and identity.arrival else ""
    theirs = [each for each in queries.switched_on() if each.municipality_code == code and speaks(each.kind)]
    return min(theirs, key=lambda each: each.kind != came_by, default=None)


def _back() -> str:
    """Where a provider sends people back to, as it is registered there."""
    return f"{current_app.extensions['settings'].public_url}{url_for('providers.back')}"


@bp.get("/log-ind/kommune/svar")
@permit.public
def back() -> ResponseReturnValue:
    """Back from the provider. Reading writes nothing, so what one came back with is sent on from here."""
    answer = [(name, request.args[name]) for name in ANSWER if len(request.args.get(name, "")) in range(1, MAX_ANSWER)]
    return render_template("identity_providers/back.html", answer=answer)


@bp.post("/log-ind/kommune/svar")
@permit.public
def arrive() -> ResponseReturnValue:
    """Let in whoever the provider says has come; or let them confirm or connect what they have here."""
    try:
        asked = _asked()
    except Untrue as error:
        return _untrue(error)
    row = next((each for each in queries.switched_on() if each.id == UUID(asked.provider_id)), None)
    if row is None:
        raise NotFound
    if asked.purpose == TRY:
        provider = queries.provider(row.id)
        let_go()
        return (
            _trial(row, trying.try_out(row, provider, asked, request.form, _back()))
            if provider
            else _untrue(Untrue("iss"))
        )
    try:
        said = _said(row, asked)
    except Untrue as error:
        return _untrue(error)
    except ProviderAway as error:
        return _away(error, row)
    try:
        return _done(asked, said)
    except Refusal as refusal:
        db.session.rollback()
        return _refused(refusal.message)


def _asked() -> SentAway:
    """What this browser was sent away with, which is used up by asking. Raises Untrue for another's answer, or one that came before."""
    pending = session.pop(PENDING, None)
    asked = SentAway(**pending) if pending else None
    if asked is None or not hmac.compare_digest(asked.state.encode(), request.form.get("state", "").encode()):
        raise Untrue("state")
    if not 0 <= int(now().timestamp()) - asked.at < LASTS:
        raise Untrue("time")
    try:
        tries.begin(ONCE, "answer to", asked.state)
    except TooManyRequests:
        raise Untrue("state") from None
    return asked


def _said(row: IdentityProvider, asked: SentAway) -> Assertion:
    """What the provider says. Raises Untrue, and ProviderAway."""
    if request.form.get("iss", row.issuer) != row.issuer:  # RFC 9207: another's answer, brought here
        raise Untrue("iss")
    code = request.form.get("code", "")
    if request.form.get("error") or not code:
        raise ProviderAway("refused there")
    let_go()
    return openid.redeem(row, asked, code, _back(), anew=asked.purpose in (CONFIRM, TIE))


def _done(asked: SentAway, said: Assertion) -> ResponseReturnValue:
    if asked.purpose == CONFIRM:
        cookies.exchange(operations.confirm(_same_person(), said))
        return redirect(asked.following or url_for("home.start"))
    if asked.purpose == CONNECT:
        operations.connect(_same_person(), said)
        flash(_("The municipality's login is connected. Sign in with it next time."), "success")
        return redirect(asked.following or url_for("accounts.account"))
    begun = operations.arrive(said, device_of(request.user_agent.string), anew=asked.purpose == TIE)
    if not begun.proved:
        cookies.let_wait(begun.token, How(said.kind.value))
        return redirect(url_for("factors.second_step", next=asked.following or None))
    if not cookies.let_in(begun.token):
        raise Refusal(_("Your account has no access yet. Call your consultant at DRC."))
    g.pop("csrf_token", None)  # the browser has a new session, and so a new token
    return arrived.answer(asked.following, "")


def _same_person() -> Identity:
    identity = somebody()
    if identity is None:
        raise Refusal(_("You have been signed out meanwhile. Sign in again."))
    return identity


def _untrue(error: Untrue) -> ResponseReturnValue:
    trail.note("arrival_untrue", cause=error.cause)
    if error.cause in ("state", "time"):
        return _refused(
            _("The answer does not belong to what you began here, or has been used. Begin again."), status=409
        )
    return _refused(_("Your municipality's login gave an answer that we cannot trust."), error.cause)


def _away(error: ProviderAway | Untrue, row: IdentityProvider) -> ResponseReturnValue:
    trail.note("provider_away", cause=error.cause, municipality=row.municipality_code)
    return _refused(
        _("Your municipality's login does not answer as it should just now. Try again in a moment."), error.cause, 503
    )


def _refused(message: str, cause: str = "", status: int = 403) -> ResponseReturnValue:
    return render_template("identity_providers/refused.html", message=message, cause=cause), status
