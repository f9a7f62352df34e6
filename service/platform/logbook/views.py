"""The ledger as pages: a municipality's, DRC's, and the samples that DRC's secretariat looks through."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import ValidationError

from service.platform.feature import features
from service.platform.ledger import queries as ledger
from service.platform.ledger.rules import head_of
from service.platform.logbook import operations, queries, rules
from service.platform.logbook.queries import AskedEntries
from service.platform.logbook.schemas import SampleFields, SignedFields
from service.platform.logbook.texts import OFFICES, in_words
from service.platform.web.date_fields import Day
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.here import municipality_here
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.searching import words_asked
from tenants import register
from tenants.calendar import day_of, first_of, month_before
from tenants.database import now

bp = Blueprint("logbook", __name__, template_folder="templates")
MAX_LISTED = 50


def _words() -> dict[str, str]:
    return {act: str(said) for act, said in features().acts.items()}


def _book(code: str | None, template: str, **more: Any) -> ResponseReturnValue:
    words = _words()
    limits = {name: request.args.get(name, "").strip()[: rules.MAX_WORDS] for name in ("hvem", "fra", "til")}
    typed_in = {"q": words_asked(), **limits}
    form = Typed(typed_in)
    days = {name: _day(form, name) for name in ("fra", "til")}
    office = typed_in["hvem"] if typed_in["hvem"] in rules.OFFICES else None
    asked = AskedEntries(rules.acts_meant(typed_in["q"], words), office, days["fra"], days["til"])
    page = page_of(
        queries.book(code, asked), [queries.number(code)], request.args.get("side"), MAX_LISTED, descending=True
    )
    return render_template(
        template,
        form=form,
        page=page,
        words=words,
        people=queries.names(me(), code, [row.person_id for row in page.items]),
        offices=OFFICES,
        told=in_words,
        **more,
    )


def _day(form: Typed, name: str) -> Any:
    """The day that a field of the search means; None where it means none, which is said beside it."""
    try:
        return Day().deserialize(form.values[name]) if form.values[name] else None
    except ValidationError as error:
        form.errors[name] = list(error.messages)
        return None


@bp.get("/kommuner/<municipality_code>/logbog")
@permit.municipality
def municipality(municipality_code: str) -> ResponseReturnValue:
    """Who did and saw what of a municipality: its own people, DRC, groups by their links, and what went by itself."""
    printed = request.args.get("hoved", "").strip()[: rules.MAX_WORDS]
    return _book(
        municipality_code,
        "logbook/municipality.html",
        municipality=municipality_here(),
        printed=printed,
        fits=_fits(municipality_code, printed),
    )


def _fits(code: str, printed: str) -> bool | None:
    """Whether the ledger is as a statement says that it was; None where that says nothing that can be read, or is not asked."""
    try:
        head = head_of(printed)
    except ValueError:
        return None
    return head.is_of(ledger.hash_at(code, head.number))


@bp.get("/logbog")
@permit.secretariat
def national() -> ResponseReturnValue:
    """What was done of DRC's own: volunteers, networks, files in and out, people."""
    return _book(None, "logbook/national.html")


@bp.get("/logbog/kontrol")
@permit.secretariat
def samples() -> ResponseReturnValue:
    """The samples that were drawn, and to draw one: of the month before, unless somebody says otherwise."""
    begun = first_of(day_of(now()))
    last = begun - dt.timedelta(days=1)
    return _samples(Typed({"first": month_before(begun).isoformat(), "last": last.isoformat()}))


def _samples(form: Typed) -> ResponseReturnValue:
    rows = queries.newest_samples()
    people = queries.names(me(), None, [each for row in rows for each in (row.drawn_by, row.signed_by)])
    return render_template("logbook/samples.html", form=form, samples=rows, people=people), form.status


@bp.post("/logbog/kontrol")
@permit.secretariat
def draw() -> ResponseReturnValue:
    """Draw a sample."""
    form = typed()
    given = load(SampleFields(), form)
    if given is not None:
        try:
            row = operations.draw(me().person_id, given["first"], given["last"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("logbook.sample", sample_id=row.id))
    return _samples(form)


@bp.get("/logbog/kontrol/<uuid:sample_id>")
@permit.secretariat
def sample(sample_id: UUID) -> ResponseReturnValue:
    """A sample: its entries in words, and to sign that one has looked."""
    return _sample(sample_id, Typed())


def _sample(sample_id: UUID, form: Typed) -> ResponseReturnValue:
    row = queries.sample(sample_id)
    entries = queries.sampled(row)
    ids = [row.drawn_by, row.signed_by, *(entry.person_id for _chain, entry in entries)]
    page = render_template(
        "logbook/sample.html",
        sample=row,
        entries=entries,
        form=form,
        words=_words(),
        people=queries.names(me(), None, ids),
        names={each.code: each.name for each in register.municipalities()},
        offices=OFFICES,
        told=in_words,
    )
    return page, form.status


@bp.post("/logbog/kontrol/<uuid:sample_id>")
@permit.secretariat
def sign(sample_id: UUID) -> ResponseReturnValue:
    """Sign that a sample has been looked through."""
    form = typed()
    given = load(SignedFields(), form)
    if given is not None:
        try:
            operations.sign(sample_id, me().person_id, given["remark"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The sample has been signed."), "success")
            return redirect(url_for("logbook.samples"))
    return _sample(sample_id, form)
