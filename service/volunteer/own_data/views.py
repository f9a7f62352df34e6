"""One's own data: the page where a volunteer asks for a link, what it opens, and what DRC's people see of it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import parse

from service.platform.web import tries
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import address
from service.platform.web.permits import permit
from service.volunteer.own_data import operations, queries
from service.volunteer.own_data.rules import ANSWER, WishKind
from service.volunteer.own_data.schemas import AskedOwnData, WishFields
from service.volunteer.own_data.texts import WISHES
from service.volunteer.volunteers import operations as volunteers
from tenants.database import db

bp = Blueprint("own_data", __name__, template_folder="templates")
ASKED = parse("5 per hour")


@bp.get("/mine-oplysninger")
@permit.public
def asking() -> ResponseReturnValue:
    """Where a volunteer asks for a link to their own data."""
    return _asking(Typed())


@bp.post("/mine-oplysninger")
@permit.public
def ask() -> ResponseReturnValue:
    """Have a link mailed to whoever has the address typed. The answer is the same where nobody has."""
    form = typed()
    given = load(AskedOwnData(), form)
    if given is None:
        return _asking(form)
    tries.begin(parse(current_app.extensions["settings"].address_limit), "own data from", address())
    tries.begin(ASKED, "own data of", given["email"])
    operations.ask(given["email"])
    flash(_("If the address is known here, a mail with a link is on its way. It works for seven days."), "success")
    return redirect(url_for("own_data.asking"))


def _asking(form: Typed) -> ResponseReturnValue:
    return render_template("own_data/asking.html", form=form), form.status


@bp.get("/mine-oplysninger/<token>")
@permit.address(operations.knock)
def own(token: str) -> ResponseReturnValue:
    """What is kept of a volunteer, who can see it and who has, and what they can ask for."""
    return _own(token, Typed())


@bp.get("/mine-oplysninger/<token>/fil")
@permit.address(operations.knock)
def package(token: str) -> ResponseReturnValue:
    """All of it as a ZIP, made when the link was mailed."""
    headers = {"Content-Disposition": "attachment; filename=mine-oplysninger.zip"}
    return current_app.response_class(operations.here().package, mimetype="application/zip", headers=headers)


@bp.post("/mine-oplysninger/<token>")
@permit.address(operations.knock)
def wish(token: str) -> ResponseReturnValue:
    """Ask for a correction, not to be written to, or to be forgotten."""
    form = typed()
    given = load(WishFields(), form)
    if given is not None and given["kind"] is WishKind.CORRECT and not given["words"]:
        message = _("Write what is to be corrected.")
        form.refuse(Refusal(message, {"words": [message]}))
    elif given is not None:
        operations.wish(operations.here(), given["kind"], given["words"] or "")
        flash(_("DRC has been told, and answers within a month."), "success")
        return redirect(url_for("own_data.own", token=token))
    return _own(token, form)


def _own(token: str, form: Typed) -> ResponseReturnValue:
    page = render_template("own_data/own.html", token=token, facts=operations.here().facts, form=form)
    return page, form.status


@bp.get("/frivillige/<uuid:volunteer_id>/egne-oplysninger")
@permit.drc
def wishes(volunteer_id: UUID) -> ResponseReturnValue:
    """What a volunteer has asked for, and the button that mails them a link."""
    row = volunteers.read(volunteer_id)
    return render_template(
        "own_data/wishes.html",
        volunteer=row,
        mine=volunteers.may_maintain(row),
        wishes=queries.wishes(row.id),
        texts=WISHES,
        answer=ANSWER,
    )


@bp.post("/frivillige/<uuid:volunteer_id>/egne-oplysninger")
@permit.drc
def order(volunteer_id: UUID) -> ResponseReturnValue:
    """Mail a volunteer a link to their own data."""
    return _done(
        volunteer_id, lambda: operations.order(volunteer_id), _("A link is on its way to the volunteer's address.")
    )


@bp.post("/frivillige/<uuid:volunteer_id>/egne-oplysninger/<uuid:wish_id>")
@permit.drc
def settle(volunteer_id: UUID, wish_id: UUID) -> ResponseReturnValue:
    """Note that what a volunteer asked for is done."""
    return _done(volunteer_id, lambda: operations.settle(volunteer_id, wish_id), _("Noted: settled."))


def _done(volunteer_id: UUID, deed: Callable[[], None], said: str) -> ResponseReturnValue:
    try:
        deed()
        flash(said, "success")
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    return redirect(url_for("own_data.wishes", volunteer_id=volunteer_id))
