"""DRC drafts the scope of a municipality's partnership."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds
from service.partnership.catalogue.texts import (
    CAPABILITIES,
    DUTY_OFTEN,
    EVERY,
    LEGAL_BASES,
    LEVELS,
    PARTY_KINDS,
    PRICE_ADJUSTMENTS,
    VAT,
)
from service.partnership.partnerships import operations, queries, rules
from service.partnership.partnerships.schemas import DUTY_EVERY, ScopeFields, fields_of, of_today
from service.platform.web import rows
from service.platform.web.edits import OURS, Edited, edited, opened
from service.platform.web.errors import Refusal
from service.platform.web.forms import load
from service.platform.web.here import municipality_here, scope_here
from service.platform.web.identity import me
from service.platform.web.language import chosen
from service.platform.web.permits import permit
from service.platform.web.versions import State, version_of
from tenants.database import db
from tenants.scope import PRESETS, Capability, Level, Scope

bp = Blueprint("partnerships", __name__, template_folder="templates")


def _beginning() -> dict[str, str]:
    """What the form holds before anything is typed: the scope in force, or the simplest level and the one who is asking."""
    scope = scope_here()
    if scope is not None:
        return fields_of(scope)
    identity = me()
    return {
        "level": Level.TARGETED,
        "drc_contact-name": identity.name,
        "drc_contact-email": identity.email,
        "notice_months": "3",
        "meetings_per_year": "2",
    }


def _page(form: Edited, scope: Scope | None, status: int = 200) -> ResponseReturnValue:
    english = chosen() == "en"
    choices: dict[str, Any] = {
        "levels": [(level.value, text) for level, text in LEVELS.items()],
        "capabilities": [(capability.value, text) for capability, text in CAPABILITIES.items()],
        "every": [(every.value, text) for every, text in EVERY.items()],
        "duty_every": [(every.value, DUTY_OFTEN[every]) for every in DUTY_EVERY],
        "legal_bases": [(basis.value, text) for basis, text in LEGAL_BASES.items()],
        "vat": [(vat.value, text) for vat, text in VAT.items()],
        "price_adjustments": [(each.value, text) for each, text in PRICE_ADJUSTMENTS.items()],
        "party_kinds": [(kind.value, text) for kind, text in PARTY_KINDS.items()],
        "kinds": [(kind.code, kind.en if english else kind.da) for kind in kinds().values()],
        "measures": [(code, row["en" if english else "da"]) for code, row in measures().items()],
    }
    page = render_template(
        "partnerships/draft.html",
        form=form,
        scope=scope,
        opened=rules.opened(scope) if scope else None,
        capability_names=CAPABILITIES,
        level_names=LEVELS,
        seen=version_of(form.opened),
        municipality=municipality_here(),
        **choices,
    )
    return page, status


def _as_typed(state: State) -> dict[str, str]:
    return of_today({name: str(value) for name, value in state.items()})


@bp.get("/kommuner/<municipality_code>/partnerskab")
@permit.drc
def draft(municipality_code: str) -> ResponseReturnValue:
    """The draft as it was left."""
    found = queries.draft(municipality_code)
    if found is None:
        return _page(opened(None, beginning=_beginning()), None)
    scope = Scope.from_plain(found.stored_scope) if found.stored_scope else None
    return _page(opened(queries.as_sent(found), _as_typed), scope)


@bp.post("/kommuner/<municipality_code>/partnerskab")
@permit.drc
def save(municipality_code: str) -> ResponseReturnValue:
    """Keep what was typed, change its rows or take a level's preset, and say what is missing."""
    action = request.form.get("action", "save")
    form = edited(queries.as_sent(queries.draft(municipality_code)), _as_typed)
    changed = rows.change({name: value for name, value in request.form.items() if name not in OURS}, action)
    if changed is not None:
        form.values = changed
    if changed is not None or not form.sent:
        return _page(form, None, form.status)
    if action == "preset":
        form.values = {name: value for name, value in form.values.items() if not name.startswith("capabilities-")}
        level = form.values.get("level")
        preset = PRESETS[Level(level)] if level in set(Level) else frozenset()
        form.values |= {f"capabilities-{capability}": "1" for capability in Capability if capability in preset}
        return _page(form, None)
    scope = load(ScopeFields(), form)
    if scope is not None:
        try:
            scope = operations.fit(scope)
        except Refusal as refusal:
            form.refuse(refusal)
            scope = None
    _propose_distinctions(form)
    try:
        kept = operations.keep(municipality_code, _kept(form.values), scope, me().person_id, form.seen)
    except Refusal as refusal:
        db.session.rollback()
        form.errors = {}
        form.refuse(refusal)
        return _page(form, None, form.status)
    form.opened, form.known = queries.as_sent(kept), True
    if scope is None:
        db.session.commit()  # what was typed is kept although it is not whole, and the answer says so
        return _page(form, None, 422)
    flash(_("The draft is saved. Read below what it opens to the municipality."), "success")
    return redirect(url_for("partnerships.draft", municipality_code=municipality_code, _anchor="opens"))


def _kept(values: dict[str, str]) -> dict[str, str]:
    """What was typed into the form's own fields, without the one sign that no row can hold."""
    known = ScopeFields().fields
    return {
        name: value.replace("\x00", "")
        for name, value in values.items()
        if name.partition("-")[0] in known and "\x00" not in name
    }


def _propose_distinctions(form: Edited) -> None:
    """Where a distinction is asked for and none is written, put the catalogue's proposal in the field, to be read and mended."""
    known = kinds()
    for name in list(form.errors):
        row, _dash, part = name.rpartition("-")
        kind = known.get(form.values.get(f"{row}-activity_type", ""))
        if part == "distinction" and kind is not None and kind.distinction and not form.values.get(name, "").strip():
            form.values[name] = kind.distinction
            form.errors[name].append(_("We have put a proposal in the field. Read it, mend it and save again."))


@bp.post("/kommuner/<municipality_code>/partnerskab/kasser")
@permit.drc
def discard(municipality_code: str) -> ResponseReturnValue:
    """Throw the draft away."""
    operations.discard(municipality_code)
    flash(_("The draft has been thrown away."), "success")
    return redirect(url_for("home.municipality", municipality_code=municipality_code))
