"""What is kept of people, for themselves; for DRC's secretariat the record of processing, and what is over its time; and for DRC's
people the page by which a text about somebody is taken out of everywhere it was kept.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from service.platform.feature import features
from service.platform.keeping import Subjects
from service.platform.privacy import blanking, queries
from service.platform.privacy.blanking import FoundText
from service.platform.privacy.record import RecordedData, gathered
from service.platform.privacy.schemas import SoughtText
from service.platform.privacy.texts import ENDINGS, LEFT_OVER, SUBJECTS, from_when, taken_out
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.permits import permit
from tenants import register
from tenants.database import Base, db, now

bp = Blueprint("privacy", __name__, template_folder="templates")


def everything() -> dict[Subjects, list[RecordedData]]:
    """All that is kept of people."""
    return gathered(features(), (mapper.class_ for mapper in Base.registry.mappers))


@bp.get("/hvad-vi-registrerer")
@permit.public
def registered() -> ResponseReturnValue:
    """What the service keeps of people, for whoever may stand in it."""
    return render_template("privacy/registered.html", groups=everything(), texts=SUBJECTS)


@bp.get("/fortegnelse")
@permit.secretariat
def record() -> ResponseReturnValue:
    """The record of processing."""
    return render_template("privacy/record.html", groups=everything())


@bp.get("/fortegnelse/frister")
@permit.secretariat
def plan() -> ResponseReturnValue:
    """For how long things are kept, and how much of each is over its time today."""
    found = features()
    retentions = sorted(found.retentions, key=lambda each: (not each.step, list(found.keeps).index(each.data)))
    return render_template(
        "privacy/plan.html",
        rows=list(zip(retentions, queries.over(retentions, now()), strict=True)),
        keeps=found.keeps,
        endings=ENDINGS,
        from_when=from_when,
    )


@bp.get("/fjern-tekst")
@permit.drc
def texts() -> ResponseReturnValue:
    """Where a text about somebody can be looked for, to be taken out."""
    return _texts(Typed(), None)


@bp.post("/fjern-tekst")
@permit.drc
def find_text() -> ResponseReturnValue:
    """Where a text stands: from where it can be taken out, and where it stays, and why. Sent, so that it stands in no address."""
    form = typed()
    given = load(SoughtText(), form)
    try:
        found = blanking.find(given["text"]) if given else None
    except Refusal as refusal:
        form.refuse(refusal)
        found = None
    return _texts(form, found)


@bp.post("/fjern-tekst/fjern")
@permit.drc
def take_text_out() -> ResponseReturnValue:
    """Take it out of everywhere it can be taken out of. It does not come back."""
    form = typed()
    given = load(SoughtText(), form)
    try:
        if given:
            flash(taken_out(blanking.take_out(given["text"])), "success")
            return redirect(url_for("privacy.texts"))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
    return _texts(form, None)


def _texts(form: Typed, found: list[FoundText] | None) -> ResponseReturnValue:
    page = render_template(
        "privacy/texts.html",
        form=form,
        going=[each for each in found or () if not each.place.stays],
        staying=[each for each in found or () if each.place.stays],
        sought=found is not None,
        names={row.code: row.name for row in register.municipalities()},
        left_over=LEFT_OVER,
    )
    return page, form.status
