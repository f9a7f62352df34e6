"""Agreements as pages: offered, read, approved or declined."""

from __future__ import annotations

import itertools
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.partnership.agreements import addenda, comparing, end_queries, offering, operations, queries, rules, texts
from service.partnership.agreements.items import signatures
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import ENDING, AgreementAct, AgreementState, EndState, Party
from service.partnership.agreements.schemas import AddendumDay, Reason
from service.partnership.agreements.validity import CONCLUDED, ValidityStage
from service.partnership.followups import words as followups
from service.platform.accounts.arriving import last_of
from service.platform.accounts.texts import ARRIVALS
from service.platform.documents import queries as papers
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, seen_on_page, typed
from service.platform.web.here import municipality_here
from service.platform.web.identity import Identity, Role, me
from service.platform.web.language import chosen
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from service.platform.web.versions import Changed
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("agreements", __name__, template_folder="templates")
ACTS = {  # as they stand in an address
    "godkend": AgreementAct.APPROVED,
    "afvis": AgreementAct.DECLINED,
    "traek-tilbage": AgreementAct.WITHDRAWN,
}
BINDING = ("godkend",)
DONE = {  # of an agreement, and of an addendum
    AgreementAct.APPROVED: (_l("You have approved the agreement."), _l("You have approved the addendum.")),
    AgreementAct.DECLINED: (
        _l("You have declined the agreement. DRC can read your reason."),
        _l("You have declined the addendum. DRC can read your reason."),
    ),
    AgreementAct.WITHDRAWN: (
        _l("The agreement has been withdrawn. What was offered is a draft again."),
        _l("The addendum has been withdrawn. What was offered is a draft again."),
    ),
}


def party_of(identity: Identity) -> Party | None:
    """The party that a person may bind: the manager the municipality, the secretariat DRC; others none."""
    if identity.has(Role.MANAGER):
        return Party.MUNICIPALITY
    return Party.DRC if identity.has(Role.SECRETARIAT) else None


def acts_of(identity: Identity, agreement: Agreement) -> frozenset[AgreementAct]:
    """What a person can do about an agreement now."""
    party = Party.DRC if identity.drc else Party.MUNICIPALITY
    return rules.possible(AgreementState(agreement.state), party) & _may(identity)


def _may(identity: Identity) -> frozenset[AgreementAct]:
    """What a person can do about agreements at all: no party does the other's part. A consultant may withdraw what DRC offered."""
    party = party_of(identity)
    if party is None:
        return frozenset({AgreementAct.WITHDRAWN}) if identity.drc else frozenset()
    return rules.acts_of(party)


@bp.get("/kommuner/<municipality_code>/aftaler")
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """The agreements of a municipality, newest first."""
    page = page_of(
        queries.agreements(municipality_code),
        [Agreement.created_at, Agreement.id],
        request.args.get("side"),
        50,
        descending=True,
    )
    return render_template(
        "agreements/list.html",
        page=page,
        municipality=municipality_here(),
        stands=queries.validities(page.items, day_of(now())),
        on_paper=queries.taken_in(page.items),
        tag=texts.tag,
    )


@bp.get("/kommuner/<municipality_code>/aftaler/<uuid:agreement_id>")
@permit.municipality
def agreement(municipality_code: str, agreement_id: UUID) -> ResponseReturnValue:
    """An agreement: what it settles, its paper, what was decided, and what one can do."""
    return _page(queries.agreement(agreement_id, municipality_code), Typed())


@bp.get("/kommuner/<municipality_code>/aftaler/<uuid:agreement_id>/forskelle")
@permit.municipality
def difference(municipality_code: str, agreement_id: UUID) -> ResponseReturnValue:
    """What differs from the agreement before, or from the one that is asked for."""
    found = queries.agreement(agreement_id, municipality_code)
    told = comparing.told(comparing.with_chosen(found, _chosen(request.args.get("fra"))))
    return render_template(
        "agreements/difference.html",
        agreement=found,
        told=told,
        same=[clause for clause in told.found.clauses if clause.kind is None],
        others=[other for other in queries.others(found) if str(other.id) != told.found.before.id],
        municipality=municipality_here(),
    )


@bp.get("/kommuner/<municipality_code>/aftaler/<uuid:agreement_id>/samlet")
@permit.municipality
def consolidated(municipality_code: str, agreement_id: UUID) -> ResponseReturnValue:
    """What the agreement reads with its addenda, clause by clause, and by which of them each was changed."""
    found = queries.agreement(agreement_id, municipality_code)
    return render_template(
        "agreements/consolidated.html",
        agreement=found,
        clauses=addenda.consolidated(found),
        municipality=municipality_here(),
    )


def _told(found: Agreement) -> comparing.ToldDifference | None:
    """What differs from the agreement before, where there is one."""
    differs = comparing.with_earlier(found)
    return comparing.told(differs) if differs is not None else None


def _followed(found: Agreement) -> list[str]:
    """How each earmark and each target that DRC tells stands, of what is or was in force."""
    scope = found.readable_term if found.state in CONCLUDED else None
    return followups.of_agreement(found.municipality_code, scope, found.ends_on, chosen()) if scope else []


def _chosen(text: str | None) -> UUID | None:
    """The id of the agreement to compare with. Raises NotFound for what is no id."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def _page(found: Agreement, form: Typed, status: int = 200) -> ResponseReturnValue:
    runs = queries.validities([found], day_of(now())).get(found.id)
    over = set(ENDING.values()) if runs and runs.stage is ValidityStage.OVER else set[AgreementAct]()
    ends = end_queries.ends(found)
    on_paper = queries.taken_in([found]).get(found.id)
    page = render_template(
        "agreements/agreement.html",
        agreement=found,
        facts=found.facts,
        document=papers.document(found.document_id) if found.document_id else None,
        decisions=queries.decisions(found),
        on_paper=on_paper,
        signatures=signatures(on_paper) if on_paper else {},
        acts=acts_of(me(), found) - over,
        ends=ends,
        proposed=next((end for end in ends if end.state == EndState.PROPOSED and not over), None),
        end_papers={end.id: papers.document(end.document_id) for end in ends if end.document_id},
        certificate=queries.certificates([found]).get(found.id),
        arrivals=ARRIVALS,
        party=party_of(me()),
        consent=operations.consent_of(found),
        municipality=municipality_here(),
        validity=runs,
        told=_told(found),
        followed=_followed(found),
        texts=texts,
        form=form,
    )
    return page, status


@bp.post("/kommuner/<municipality_code>/aftaler")
@permit.drc
@fresh
def offer(municipality_code: str) -> ResponseReturnValue:
    """Offer the municipality the agreement that its draft means."""
    return _offered(municipality_code)


@bp.post("/kommuner/<municipality_code>/aftaler/tillaeg")
@permit.drc
@fresh
def offer_addendum(municipality_code: str) -> ResponseReturnValue:
    """Offer the municipality what its draft means as an addendum to the agreement in force."""
    return _offered(municipality_code, as_addendum=True)


@bp.post("/kommuner/<municipality_code>/aftaler/<uuid:agreement_id>/tillaeg")
@permit.drc
def draft_addendum(municipality_code: str, agreement_id: UUID) -> ResponseReturnValue:
    """Begin the draft of an addendum: what the agreement settles, from a day on."""
    form = typed()
    given = load(AddendumDay(), form)
    try:
        if given is not None:
            addenda.draft(agreement_id, given["starts_on"], me().person_id, municipality_code)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
    if form.errors:
        return _page(queries.agreement(agreement_id, municipality_code), form, 422)
    flash(
        _("This is the draft of an addendum. Change what is to be changed, save it, and offer it as an addendum."),
        "success",
    )
    return redirect(url_for("partnerships.draft", municipality_code=municipality_code))


def _offered(municipality_code: str, *, as_addendum: bool = False) -> ResponseReturnValue:
    try:
        found = offering.offer_draft(municipality_code, me().person_id, seen_on_page(), as_addendum=as_addendum)
    except Changed:
        db.session.rollback()
        flash(
            _("Somebody else has changed the draft since you saw it. This is how it is now: look at it again."), "error"
        )
        return redirect(url_for("partnerships.draft", municipality_code=municipality_code))
    except Refusal as refusal:
        db.session.rollback()
        for message in dict.fromkeys(
            itertools.chain(*refusal.errors.values()) if refusal.errors else [refusal.message]
        ):
            flash(message, "error")
        return redirect(url_for("partnerships.draft", municipality_code=municipality_code))
    flash(
        _("The addendum is being made. The municipality's managers who have an account get a mail when it is ready.")
        if as_addendum
        else _(
            "The agreement is being made. The municipality's managers who have an account get a mail when it is ready."
        ),
        "success",
    )
    return redirect(url_for("agreements.agreement", municipality_code=municipality_code, agreement_id=found.id))


@bp.post("/kommuner/<municipality_code>/aftaler/<uuid:agreement_id>/udkast")
@permit.drc
def draft_again(municipality_code: str, agreement_id: UUID) -> ResponseReturnValue:
    """Begin a draft from an agreement that came to nothing, or of the term after one that was concluded."""
    offering.draft_again(agreement_id, me().person_id, municipality_code)
    flash(_("This is a draft. Look it through, change what is to be changed, and save it."), "success")
    return redirect(url_for("partnerships.draft", municipality_code=municipality_code))


@bp.post("/kommuner/<municipality_code>/aftaler/<uuid:agreement_id>/<act>")
@permit.municipality
@fresh.of(act=BINDING)
def decide(municipality_code: str, agreement_id: UUID, act: str) -> ResponseReturnValue:
    """Approve, decline or withdraw, as far as one may."""
    wanted = ACTS.get(act)
    found = queries.agreement(agreement_id, municipality_code)
    if wanted is None or wanted not in _may(me()):
        raise NotFound
    form = typed()
    try:
        if not _done(found, wanted, form):
            return _page(found, form, 422)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(queries.agreement(agreement_id, municipality_code), form, int(refusal.status))
    flash(str(DONE[wanted][bool(found.amends_id)]), "success")
    return redirect(url_for("agreements.agreement", municipality_code=municipality_code, agreement_id=agreement_id))


def _done(found: Agreement, wanted: AgreementAct, form: Typed) -> bool:
    """Do what is wanted; False where what was typed with it cannot be read. Raises Refusal."""
    identity = me()
    party = Party.DRC if identity.drc else Party.MUNICIPALITY
    code, person = found.municipality_code, identity.person_id
    if wanted is AgreementAct.APPROVED:
        if form.values.get("consent") != "1":
            message = _("Tick the box to approve.")
            raise Refusal(message, {"consent": [message]})
        sha256, differs = (form.values.get(name, "") for name in ("sha256", "difference_sha256"))
        arrival = last_of(identity)
        operations.approve(found.id, party, person, sha256, code, arrival=arrival, difference_sha256=differs)
        return True
    given = load(Reason(), form)
    if given is None:
        return False
    do = operations.decline if wanted is AgreementAct.DECLINED else operations.withdraw
    do(found.id, person, given["reason"], code)
    return True
