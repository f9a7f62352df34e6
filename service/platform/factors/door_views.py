"""The second step of signing in, and proving anew who one is before something that binds."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from service.platform.accounts import arrived, arriving, cookies, known_devices, refusals
from service.platform.factors import operations, queries
from service.platform.factors.operations import ShownStep
from service.platform.factors.rules import PasskeyAsked, PasskeyPurpose
from service.platform.factors.schemas import Proof, SecondStep
from service.platform.web import trail, tries
from service.platform.web.arrival import How
from service.platform.web.errors import Busy, Refusal, problem
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.proof import ProofNeeded, SecondStepMissing, fresh_of
from service.platform.web.reading import reading, wants_json
from service.platform.web.security import inside
from tenants.acting import acting_for
from tenants.database import db, only_reading, transaction
from tenants.reach import Office, Reach

bp = Blueprint("factors", __name__, template_folder="templates")
PROBLEM = "urn:partnerskab:problem:fresh-sign-in"  # in answers of the API: never changed
LABELS = ("password", "code", "passkey")  # what an error can stand beside


@bp.get("/log-ind/bekraeft")
@permit.public
def second_step() -> ResponseReturnValue:
    """What comes after the password, for who has chosen it."""
    return _second_step(Typed({"next": inside(request.args.get("next", "")) or ""}))


def _second_step(form: Typed) -> ResponseReturnValue:
    token = cookies.waiting()
    person_id = arriving.waiting(token) if token else None
    if person_id is None:
        flash(_("It took too long. Sign in again."), "error")
        return redirect(url_for("accounts.sign_in", next=form.values.get("next") or None))
    with only_reading(), acting_for(Reach(Office.DOOR, person_id=person_id)), transaction():
        held = queries.own()
    asked = PasskeyAsked(PasskeyPurpose.SIGN_IN, token, person_id)
    page = render_template("factors/second_step.html", form=form, held=held, question=operations.question(asked, held))
    return page, form.status


@bp.post("/log-ind/bekraeft")
@permit.public
def second_step_now() -> ResponseReturnValue:
    """Try what is shown as the second step."""
    token = cookies.waiting()
    person_id = arriving.waiting(token) if token else None
    form = typed()
    form.values["next"] = inside(form.values.get("next", "")) or ""
    given = load(SecondStep(), form)
    if person_id is not None and given is not None:
        tried = known_devices.begin_step(arriving.account_of(person_id), person_id)
        try:
            proved = operations.second_step(token, ShownStep(given["code"], given["passkey"]), cookies.first_step())
        except Refusal as refusal:
            form.refuse(refusal)
            trail.note("second_step_failed", person=str(person_id))
            refusals.of_person("factor.refused", person_id)
        else:
            for each in tried:
                each.give_back()
            if cookies.let_in(proved):
                return arrived.answer(given["next"], given["kept"])
            flash(_("Your account has no access yet. Call your consultant at DRC."), "error")
            return redirect(url_for("accounts.sign_in"))
    _forget(form)
    return _second_step(form)


def _forget(form: Typed) -> None:
    """Let nothing of what was shown stand on the page again."""
    for name in LABELS:
        form.values.pop(name, None)


@bp.get("/bekraeft")
@permit.signed_in
def confirm() -> ResponseReturnValue:
    """Prove anew who one is."""
    return _confirm(Typed(), inside(request.args.get("next", "")) or "", None)


@bp.post("/bekraeft")
@permit.signed_in
def confirm_now() -> ResponseReturnValue:
    """Try what is shown, and lead back to where one was, with what was typed there."""
    form = typed()
    following, kept = inside(form.values.pop("next", "")) or "", request.form.get("kept")
    form.values.pop("kept", None)
    given = load(Proof(exclude=("next", "kept")), form)
    if given is not None:
        tried = tries.begin(known_devices.WRONG_STEPS, "second step in", me().token)
        try:
            proved = operations.confirm(me(), given["password"], ShownStep(given["code"], given["passkey"]))
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
            refusals.of_person("proof.refused", me().person_id)
        except Busy:
            tried.give_back()  # it was not made
            raise
        else:
            tried.give_back()
            cookies.exchange(proved)
            if kept is not None and _wants_proof(following):
                return render_template(
                    "factors/again.html", following=following, kept=parse_qsl(kept, keep_blank_values=True)
                )
            return redirect(following or url_for("home.start"))
    _forget(form)
    return _confirm(form, following, kept)


def _confirm(form: Typed, following: str, kept: str | None, status: int = 0) -> ResponseReturnValue:
    """The page that asks; `kept` is what was sent to where it leads on to, None where that was only opened."""
    identity, held = me(), queries.own()
    asked = PasskeyAsked(PasskeyPurpose.CONFIRM, identity.token, identity.person_id)
    page = render_template(
        "factors/confirm.html",
        form=form,
        held=held,
        question=operations.question(asked, held),
        following=following,
        kept=kept,
        by_password=operations.first_of(identity) is How.PASSWORD,
        back=following if kept is None else _page_before(),
    )
    return page, status or form.status


def _page_before() -> str:
    """The page of ours on which somebody pressed a button; empty where the browser does not say."""
    told = urlsplit(request.referrer or "")
    return (inside(told.path) or "") if told.netloc == request.host else ""


def _wants_proof(path: str) -> bool:
    """Whether what is sent to that address wants a fresh proof: nothing else is sent on from here."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="POST")
    except (HTTPException, RequestRedirect):
        return False
    demanded = fresh_of(endpoint)
    return demanded is not None and demanded.asks(values)


@bp.app_errorhandler(ProofNeeded)
def proof_needed(_error: ProofNeeded) -> ResponseReturnValue:
    """Ask for the proof, and keep what was typed meanwhile: on the page itself, and nowhere with us."""
    if wants_json():
        return problem(
            403,
            _("The person must prove anew who they are"),
            _(
                "Whoever has the key must sign in on a page, or open %(page)s there, and call again within five minutes.",
                page=url_for("factors.confirm"),
            ),
            kind=PROBLEM,
        )
    if reading():
        return redirect(url_for("factors.confirm", next=request.full_path.rstrip("?")))
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return _confirm(Typed(), request.path, urlencode(sent), 403)


@bp.app_errorhandler(SecondStepMissing)
def second_step_missing(_error: SecondStepMissing) -> ResponseReturnValue:
    """Lead to where one is chosen."""
    return redirect(url_for("own_factors.listing"))
