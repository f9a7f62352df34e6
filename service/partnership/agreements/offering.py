"""A draft becomes an agreement: it is offered to the municipality, and its paper is made."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import and_

from service.partnership.agreements import addenda, queries, rules
from service.partnership.agreements import paper as printing
from service.partnership.agreements.letters import tell_by_state
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.operations import decide
from service.partnership.agreements.rules import AgreementAct, AgreementState, Party
from service.partnership.agreements.validity import ValidityStage
from service.partnership.catalogue.clauses import ClauseError, clauses
from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds, text_in_force
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.models import ScopeDraft
from service.partnership.partnerships.operations import discard, draft_of, fit
from service.partnership.partnerships.renewal import renewed
from service.platform.documents import making
from service.platform.documents import operations as documents
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import waking
from tenants import periods
from tenants.calendar import day_of, first_of, month_after
from tenants.database import db, now, uuid7
from tenants.models import Municipality
from tenants.scope import Scope

PAPER = "service.agreements.jobs.make_paper"


def offer_draft(code: str, person_id: UUID, seen: Seen = WHATEVER, *, as_addendum: bool = False) -> Agreement:
    """Offer a municipality the agreement that its draft means, or the addendum: it takes over the draft's id, and the draft is gone.

    Raises Refusal when there is no draft or it is not whole, Changed when it is not as it was seen, and what `offer` raises. Two who
    press at once make one offer.
    """
    draft = drafts.draft(code, lock=True)
    if draft is None:
        raise Refusal(_("There is no draft to offer. It may have been offered or thrown away in the meantime."))
    seen.still(drafts.as_sent(draft))
    if draft.stored_scope is None:
        raise Refusal(_("The draft is not whole. Fill in what is missing and save it before you offer it."))
    agreement = offer(
        code, Scope.from_plain(draft.stored_scope), person_id, agreement_id=draft.id, as_addendum=as_addendum
    )
    discard(code)
    return agreement


def draft_again(agreement_id: UUID, person_id: UUID, code: str | None = None) -> ScopeDraft:
    """A draft from an agreement: of one that came to nothing as it was offered, of one that was concluded the term after it.

    Raises NotFound, Refusal while it waits for an answer, and Conflict where there is a draft already.
    """
    agreement = queries.agreement(agreement_id, code)
    scope, today = Scope.from_plain(agreement.stored_scope), day_of(now())
    runs = queries.validities([agreement], today).get(agreement.id)
    if runs is not None and runs.successor is not None:
        raise Refusal(_("%(number)s takes its place: renew that one.", number=runs.successor.number))
    if runs is not None:
        soonest = month_after(first_of(today)) if runs.stage is ValidityStage.OVER else today
        scope = renewed(agreement.term, max(runs.last_day + dt.timedelta(days=1), soonest))
    elif agreement.state not in (AgreementState.DECLINED, AgreementState.WITHDRAWN):
        raise Refusal(_("The agreement waits for an answer. Withdraw it first, if it is to be changed."))
    return draft_of(agreement.municipality_code, scope, person_id)


def offer(
    code: str,
    scope: Scope,
    person_id: UUID,
    *,
    agreement_id: UUID | None = None,
    at: dt.datetime | None = None,
    retroactive: bool = False,
    as_addendum: bool = False,
) -> Agreement:
    """Offer a municipality an agreement on `scope`, or an addendum to the one in force: freeze its facts and let its paper be made.

    Raises Invalid when the scope cannot be agreed, and Conflict when another agreement is open already. `retroactive` lets a
    term begin further back than the month before, for agreements that are carried over from elsewhere, which
    `at` dates.
    """
    at = at or now()
    today = day_of(at)
    scope = fit(scope)
    if scope.starts_on < rules.earliest_start(today) and not retroactive:
        earliest = f"{rules.earliest_start(today):%d-%m-%Y}"
        message = _(
            "The agreement can begin on %(day)s at the earliest. Is it signed on paper: take it in.", day=earliest
        )
        raise Invalid({"starts_on": [message]})
    later = [p for p in periods.touching(scope.starts_on, dt.date.max, code) if p.valid_from >= scope.starts_on]
    if later:
        raise Invalid({"starts_on": [_("An agreement that begins on the same day or later is in force already.")]})
    if queries.open_one(code) is not None:
        raise Conflict(_("Another agreement with this municipality is under way. Withdraw it first."))
    try:
        if as_addendum:
            addendum = addenda.prepared(code, scope)
            amends_id, facts = addendum.amends_id, addendum.facts
        else:
            amends_id, facts = None, facts_of(scope, db.session.get_one(Municipality, code), today)
    except ClauseError as error:
        raise Refusal(_("The agreement cannot be printed from this draft: %(error)s", error=str(error))) from error
    agreement = Agreement(
        municipality_code=code,
        id=agreement_id or uuid7(),
        number=documents.next_number(code, today.year),
        state=AgreementState.PREPARING,
        stored_scope=scope.to_plain(),
        facts={**facts, "issued_on": today.isoformat()},
        starts_on=scope.starts_on,
        ends_on=scope.ends_on,
        amends_id=amends_id,
        created_by=person_id,
        created_at=at,
    )
    db.session.add(agreement)
    db.session.flush()
    decide(agreement, Party.DRC, AgreementAct.OFFERED, person_id, "Tilbudt kommunen.", "", at)
    waking.wake(PAPER, code, str(agreement.id))
    return agreement


def facts_of(scope: Scope, municipality: Municipality, today: dt.date, fill: printing.Fill = clauses) -> dict[str, Any]:
    """What an agreement on `scope` says, in the words that are in use today. Raises ClauseError."""
    wording, principles = text_in_force("partnership", today), text_in_force("principles", today)
    return printing.facts(
        scope,
        official_name=municipality.official_name,
        cvr=municipality.cvr,
        kinds=kinds(),
        measures=measures(),
        clause_texts=wording.content["clause"],
        clause_version=wording.version,
        principles=principles.content["principles"],
        principles_version=principles.version,
        fill=fill,
    )


def make_paper(code: str, agreement_id: UUID, lease_seconds: int) -> bool:
    """Make the paper of an offered agreement, once. Returns whether this call made it; what goes wrong is kept and tried again."""
    key = and_(
        Agreement.municipality_code == code, Agreement.id == agreement_id, Agreement.state == AgreementState.PREPARING
    )
    return making.make(_PAPER, code, key, lease_seconds, agreement=str(agreement_id))


def _page(row: Agreement) -> Paper:
    facts = {name: value for name, value in row.facts.items() if name != "issued_on"}
    return printing.paper(facts, row.number, dt.date.fromisoformat(row.facts["issued_on"]))


def _offered(agreement: Agreement, _paper: Paper) -> None:
    agreement.state = AgreementState.OFFERED
    tell_by_state(agreement)


_PAPER = Making(Agreement, "paper_failed", _page, then=_offered)
