"""DRC drafts the scope of a municipality's partnership: a list of its parts, each with a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.partnership.catalogue.clauses import ALWAYS, Clause
from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import clauses_in_force, kinds
from service.partnership.catalogue.texts import (
    APPLIES,
    CAPABILITIES,
    DUTY_OFTEN,
    EVERY,
    LEGAL_BASES,
    LEVELS,
    PARTY_KINDS,
    PRICE_ADJUSTMENTS,
    VAT,
)
from service.partnership.partnerships import clause_rules, drafting, operations, queries, rules, texts
from service.partnership.partnerships.parts import SCHEMAS, Drafted, DraftPart, held, part_of, preset
from service.partnership.partnerships.rows import DUTY_EVERY
from service.partnership.partnerships.schemas import fields_of, of_today
from service.platform.web import rows
from service.platform.web.edits import OURS, Edited, edited, opened
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import load, seen_on_page
from service.platform.web.here import municipality_here, scope_here
from service.platform.web.identity import me
from service.platform.web.language import chosen
from service.platform.web.permits import permit
from service.platform.web.versions import Changed, State, version_of
from tenants import periods
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("partnerships", __name__, template_folder="templates")
IN_FORCE = "in-force"  # what a part is to be put back to: as it was agreed, and else what it was before


def _beginning() -> dict[str, str]:
    """What a draft begins with: the scope in force, and nothing where there is none."""
    scope = scope_here()
    return fields_of(scope) if scope is not None else {}


def _draft(code: str) -> Drafted:
    """The draft, or the one that would begin now."""
    return drafting.drafted(queries.draft(code), _beginning())


def _part_named(word: str) -> DraftPart:
    if word not in set(DraftPart):
        raise NotFound
    return DraftPart(word)


def _proposed(draft: Drafted, part: DraftPart) -> dict[str, str]:
    """What stands in a part that nobody has begun."""
    match part:
        case DraftPart.PARTIES:
            return {"drc_contact-name": me().name, "drc_contact-email": me().email}
        case DraftPart.TERM:
            return {"notice_months": "3", "meetings_per_year": "2"}
        case DraftPart.CAPABILITIES:
            return preset(draft.form.get("level"))
    return {}


@bp.get("/kommuner/<municipality_code>/partnerskab")
@permit.drc
def draft(municipality_code: str) -> ResponseReturnValue:
    """The parts of the draft, how far each is, and what the draft opens."""
    found = queries.draft(municipality_code)
    draft = _draft(municipality_code)
    weighed = drafting.weigh(draft)
    return render_template(
        "partnerships/draft.html",
        there=found is not None,
        agreed=scope_here() is not None,
        amends=weighed.scope is not None and periods.in_force(municipality_code, weighed.scope.starts_on) is not None,
        parts=[_state(draft, weighed, part) for part in DraftPart],
        scope=weighed.scope,
        opened=rules.opened(weighed.scope) if weighed.scope else None,
        capability_names=CAPABILITIES,
        level_names=LEVELS,
        seen=version_of(queries.as_sent(found)),
        municipality=municipality_here(),
    )


def _state(draft: Drafted, weighed: drafting.Weighed, part: DraftPart) -> dict[str, Any]:
    """A part as the list tells it: what it is called, and whether it is done, in words."""
    name, about = texts.PARTS[part]
    told: dict[str, Any] = {"word": part.value, "name": name, "about": about}
    if not draft.begun(part):
        left_out = None if part in weighed.errors else texts.LEFT_OUT.get(part)
        return told | {"status": "info", "label": left_out or _("Not begun")}
    if part in weighed.errors:
        missing = texts.called(weighed.errors[part])
        return told | {"status": "warning", "label": _("Missing"), "missing": missing}
    return told | {"status": "success", "label": _("Filled in")}


@bp.get("/kommuner/<municipality_code>/partnerskab/<draft_part>")
@permit.drc
def part(municipality_code: str, draft_part: str) -> ResponseReturnValue:
    """A part of the draft as it was left, with what is missing in it."""
    which, draft = _part_named(draft_part), _draft(municipality_code)
    begun = draft.begun(which)
    form = opened(held(draft.form, which), _as_typed, {} if begun else _proposed(draft, which))
    if begun and drafting.faults(draft, which, looked=False).keys() & {"text_checked"} and draft.looked(which):
        form.values["text_checked"] = "1"
    if begun:
        form.errors = dict(drafting.weigh(draft).errors.get(which, {}))
    return _page(which, draft, form)


@bp.post("/kommuner/<municipality_code>/partnerskab/<draft_part>")
@permit.drc
def save(municipality_code: str, draft_part: str) -> ResponseReturnValue:
    """Keep what was typed in a part, change its rows or take a level's preset, and say what is missing."""
    which, draft = _part_named(draft_part), _draft(municipality_code)
    action = request.form.get("action", "save")
    form = edited(held(draft.form, which), _as_typed)
    changed = rows.change({name: value for name, value in request.form.items() if name not in OURS}, action)
    if changed is None and action == "preset" and which is DraftPart.CAPABILITIES:
        changed = preset(draft.form.get("level"))
    if changed is not None:
        form.values = changed
    if changed is not None or not form.sent:
        return _page(which, draft, form), form.status
    load(SCHEMAS[which](), form)
    try:
        kept = drafting.save_part(
            municipality_code,
            which,
            _kept(form.values, which),
            me().person_id,
            beginning=_beginning(),
            looked=bool(form.values.get("text_checked")),
            seen=form.seen,
        )
    except Refusal as refusal:
        db.session.rollback()
        form.errors = {}
        form.refuse(refusal)
        return _page(which, draft, form), form.status
    draft = drafting.drafted(kept, {})
    form.errors |= drafting.weigh(draft).errors.get(which, {})
    _propose_distinctions(form)
    _propose_words(form)
    form.opened, form.known = held(kept.form, which), True
    if form.errors:
        db.session.commit()  # what was typed is kept although it is not whole, and the answer says so
        return _page(which, draft, form), 422
    flash(_("%(part)s: saved.", part=texts.PARTS[which][0]), "success")
    return redirect(url_for("partnerships.draft", municipality_code=municipality_code))


@bp.post("/kommuner/<municipality_code>/partnerskab/<draft_part>/fortryd")
@permit.drc
def take_back(municipality_code: str, draft_part: str) -> ResponseReturnValue:
    """Put a part back: to what it was before it was last saved, or to what the agreement in force says."""
    which, code, beginning = _part_named(draft_part), municipality_code, _beginning()
    try:
        if request.form.get("to") == IN_FORCE and beginning:
            agreed = held(beginning, which) or {}
            drafting.save_part(
                code, which, agreed, me().person_id, beginning=beginning, looked=True, seen=seen_on_page()
            )
        else:
            drafting.take_back(code, which, me().person_id, beginning=beginning, seen=seen_on_page())
    except Changed:
        db.session.rollback()
        flash(_("Somebody else has saved this part since you saw it. This is how it is now."), "error")
    else:
        flash(_("%(part)s: put back. Press again to have it as it was.", part=texts.PARTS[which][0]), "success")
    return redirect(url_for("partnerships.part", municipality_code=code, draft_part=which.value))


@bp.post("/kommuner/<municipality_code>/partnerskab/kasser")
@permit.drc
def discard(municipality_code: str) -> ResponseReturnValue:
    """Throw the draft away."""
    operations.discard(municipality_code)
    flash(_("The draft has been thrown away."), "success")
    return redirect(url_for("home.municipality", municipality_code=municipality_code))


def _page(which: DraftPart, draft: Drafted, form: Edited) -> str:
    english = chosen() == "en"
    library = clauses_in_force(day_of(now())) if which is DraftPart.CLAUSES else ()
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
        "optional": [(each.key, _title(each)) for each in library if clause_rules.may_be_left_out(each)],
        "wordable": [(each.variant, _title(each)) for each in library if clause_rules.may_be_worded(each)],
    }
    return render_template(
        "partnerships/part.html",
        which=which.value,
        name=texts.PARTS[which][0],
        form=form,
        schema=SCHEMAS[which].__name__,
        labels=texts.FIELDS,
        paid=drafting.paid(draft) if which is DraftPart.MONEY else None,
        level=draft.form.get("level"),
        level_names=LEVELS,
        before=draft.before(which) is not None,
        agreed=scope_here() is not None,
        in_force=IN_FORCE,
        seen=version_of(held(draft.form, which)),
        municipality=municipality_here(),
        **choices,
    )


def _title(clause: Clause) -> str:
    """What a clause is called, and for which case its text is where there are several."""
    title = clause.title_en if chosen() == "en" else clause.title_da
    return title if clause.applies_when == ALWAYS else f"{title}: {APPLIES[clause.applies_when]}"


def _as_typed(state: State) -> dict[str, str]:
    return of_today({name: str(value) for name, value in state.items()})


def _kept(values: Mapping[str, str], which: DraftPart) -> dict[str, str]:
    """What was typed into the part's own fields, without the one sign that no row can hold."""
    return {
        name: value.replace("\x00", "")
        for name, value in values.items()
        if part_of(name) is which and "\x00" not in name
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


def _propose_words(form: Edited) -> None:
    """Where words are asked for and none are written, put the library's in the field, to be changed."""
    known: dict[str, Clause] = {}
    for name in list(form.errors):
        row, _dash, part = name.rpartition("-")
        if row.startswith("own_clauses-") and part == "body" and not form.values.get(name, "").strip():
            known = known or {clause.variant: clause for clause in clauses_in_force(day_of(now()))}
            clause = known.get(form.values.get(f"{row}-clause", ""))
            if clause is not None and clause_rules.may_be_worded(clause):
                form.values[name] = clause.body.strip()
                form.errors[name] = [_("We have put the standard text in the field. Change it, and save again.")]
