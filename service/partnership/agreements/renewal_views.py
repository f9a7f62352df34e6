"""The round of renewals as a page for DRC: which agreements end by a day, what the drafts make of them, and offers of those chosen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from marshmallow import ValidationError

from service.partnership.agreements import renewals, texts
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.renewals import RenewalOutcome
from service.partnership.agreements.rules import RenewalStage
from service.partnership.catalogue.queries import kinds
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.models import ScopeDraft
from service.partnership.partnerships.renewal import NextTerm, against
from service.platform.web.date_fields import Day
from service.platform.web.errors import Refusal
from service.platform.web.forms import SEEN, Typed
from service.platform.web.identity import me
from service.platform.web.language import chosen
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from service.platform.web.versions import Seen, version_of
from tenants import register
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Scope

bp = Blueprint("renewals", __name__, template_folder="templates")
AHEAD = dt.timedelta(days=180)  # the day that is asked about where none is given
CHOSEN = "chosen"
STAGES = {  # as they stand in an address
    "uden-udkast": RenewalStage.TO_DRAFT,
    "udkast": RenewalStage.DRAFTED,
    "undervejs": RenewalStage.UNDERWAY,
}


@dataclass(frozen=True, slots=True)
class RenewalRow:
    """An agreement of the round, with the draft that is to follow it and what the draft makes of it, where both can be read."""

    agreement: Agreement
    draft: ScopeDraft | None
    before: Scope | None
    after: Scope | None  # None while something is missing in the draft
    differs: NextTerm | None
    seen: str


@bp.get("/fornyelser")
@permit.drc
def listing() -> ResponseReturnValue:
    """The agreements that end by a day and nothing follows: those without a draft, those with one, or those that are on their way."""
    today = day_of(now())
    asked = Typed({"slutter": request.args.get("slutter", "") or (today + AHEAD).isoformat()})
    last = _last(asked) or today + AHEAD
    found = renewals.ending(last, today)
    stage = STAGES.get(request.args.get("trin", ""), RenewalStage.TO_DRAFT)
    keys = [Agreement.ends_on, Agreement.municipality_code, Agreement.id]
    page = page_of(renewals.at_stage(found, stage), keys, request.args.get("side"), renewals.MAX_CHOSEN)
    by_code = renewals.drafts_of(page.items) if stage is RenewalStage.DRAFTED else {}
    ticked = "1" if request.args.get("alle") else ""
    return render_template(
        "agreements/renewals.html",
        page=page,
        rows=[_row(agreement, by_code.get(agreement.municipality_code)) for agreement in page.items],
        form=Typed({f"{CHOSEN}-{agreement.municipality_code}": ticked for agreement in page.items}),
        asked=asked,
        last=last,
        stage=stage,
        stages=STAGES,
        counts=renewals.counts(found),
        names=_names(),
        kinds=kinds(),
        texts=texts,
        language_code=chosen(),
    )


def _last(asked: Typed) -> dt.date | None:
    """The day that is asked about; None, with the words beside it, where it is none."""
    try:
        day: dt.date = Day().deserialize(asked.values["slutter"])
    except ValidationError as error:
        asked.errors["slutter"] = [str(message) for message in error.messages]
        return None
    return day


def _row(agreement: Agreement, draft: ScopeDraft | None) -> RenewalRow:
    before = agreement.readable_term
    after = Scope.readable(draft.stored_scope) if draft and draft.stored_scope else None
    differs = against(before, after) if before and after else None
    return RenewalRow(agreement, draft, before, after, differs, version_of(drafts.as_sent(draft)))


@bp.post("/fornyelser/udkast")
@permit.drc
def propose() -> ResponseReturnValue:
    """Draft the next term of the agreements chosen."""
    try:
        outcome = renewals.propose(_chosen(), me().person_id)
    except Refusal as refusal:
        flash(refusal.message, "error")
        return _back("uden-udkast")
    if count := len(outcome.done):
        said = ngettext("One draft has been made: look at it.", "%(num)s drafts have been made: look at them.", count)
        flash(said, "success")
    _tell(outcome)
    return _back("udkast" if outcome.done else "uden-udkast")


@bp.post("/fornyelser/tilbud")
@permit.drc
@fresh
def offer() -> ResponseReturnValue:
    """Offer the drafts chosen, each as it was seen."""
    seen = {code: Seen(frozenset({request.form.get(f"{SEEN}-{code}", "")})) for code in _chosen()}
    try:
        outcome = renewals.offer(seen, me().person_id)
    except Refusal as refusal:
        flash(refusal.message, "error")
        return _back("udkast")
    if count := len(outcome.done):
        said = ngettext(
            "One agreement has been offered. Its PDF is being made.",
            "%(num)s agreements have been offered. Their PDFs are being made.",
            count,
        )
        flash(said, "success")
    _tell(outcome)
    return _back("undervejs" if outcome.done and not outcome.refused else "udkast")


def _chosen() -> list[str]:
    """The municipalities that are ticked, of those within reach."""
    return [code for code in sorted(me().codes) if request.form.get(f"{CHOSEN}-{code}") == "1"]


def _tell(outcome: RenewalOutcome) -> None:
    """Say why something was not done, once for each reason."""
    names, places = _names(), dict[str, list[str]]()
    for code, why in outcome.refused.items():
        places.setdefault(why, []).append(names[code])
    for why, where in places.items():
        flash(f"{', '.join(where)}: {why}", "error")


def _back(stage: str) -> ResponseReturnValue:
    return redirect(url_for("renewals.listing", slutter=request.form.get("slutter") or None, trin=stage))


def _names() -> dict[str, str]:
    return {row.code: row.official_name for row in register.municipalities()}
