"""An agreement that was signed on paper is taken in: its scan is its paper, and what it says is in force for its days."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask_babel import gettext as _

from service.partnership.agreements import paper as printing
from service.partnership.agreements import queries
from service.partnership.agreements.models import Agreement, TakenIn
from service.partnership.agreements.operations import LISTS, ring_to_tell
from service.partnership.agreements.rules import AgreementState, Party, Signature
from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.operations import discard, fit
from service.platform.documents import operations as documents
from service.platform.documents.formats import dato
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import leases, waking
from tenants import periods
from tenants.calendar import DENMARK, day_of
from tenants.database import db, now
from tenants.models import Municipality
from tenants.scope import Scope

Signed = dict[str, Signature]  # by party


def take_in_draft(code: str, signed: Signed, scan: bytes, person_id: UUID, seen: Seen = WHATEVER) -> Agreement:
    """Take in the agreement whose scope the draft is: it takes over the draft's id, and the draft is gone.

    Raises Refusal when there is no draft, it is not whole, or the scan is none; Changed when the draft is not as it was seen; Invalid
    by field; and Conflict where another agreement stands in the way.
    """
    draft = drafts.draft(code, lock=True)
    if draft is None or draft.stored_scope is None:
        raise Refusal(_("Write what the agreement says in the draft first, and save it when it is whole."))
    seen.still(drafts.as_sent(draft))
    agreement = _take_in(code, draft.id, fit(Scope.from_plain(draft.stored_scope)), signed, scan, person_id)
    discard(code)
    return agreement


def _take_in(code: str, agreement_id: UUID, scope: Scope, signed: Signed, scan: bytes, person_id: UUID) -> Agreement:
    today = day_of(now())
    if errors := {f"{party}-signed_on": [_("The day has not come yet.")] for party in _to_come(signed, today)}:
        raise Invalid(errors)
    concluded_on = max(each.signed_on for each in signed.values())
    municipality = db.session.get_one(Municipality, code)
    # Its words are those of the scan: it has no clause of ours.
    facts = printing.settled(
        scope, official_name=municipality.official_name, cvr=municipality.cvr, kinds=kinds(), measures=measures()
    )
    number = documents.next_number(code, today.year)
    title = f"Partnerskabsaftale mellem {municipality.official_name} og Dansk Flygtningehjælp (scanning)"
    subject = f"Underskrevet på papir {dato(concluded_on)}, taget ind {dato(today)}"
    written = {
        party: {"name": each.name, "title": each.title, "signed_on": each.signed_on.isoformat()}
        for party, each in signed.items()
    }
    document = documents.take_in(
        code, documents.SignedPaper(number, title, subject, {**facts, "signed": written}), scan
    )
    agreement = Agreement(
        municipality_code=code,
        id=agreement_id,
        number=number,
        state=AgreementState.CONCLUDED,
        stored_scope=scope.to_plain(),
        facts={**facts, "issued_on": today.isoformat()},
        starts_on=scope.starts_on,
        ends_on=scope.ends_on,
        document_id=document.id,
        created_by=person_id,
        created_at=dt.datetime.combine(concluded_on, dt.time(12), DENMARK),  # its place among those made here
        work_state=leases.DONE,
    )
    db.session.add(agreement)
    db.session.flush()
    _note(agreement, signed, person_id)
    _put_in_force(agreement, scope)
    ring_to_tell(agreement)
    waking.wake(LISTS, code)
    return agreement


def _to_come(signed: Signed, today: dt.date) -> list[str]:
    return [party for party, each in signed.items() if each.signed_on > today]


def _note(agreement: Agreement, signed: Signed, person_id: UUID) -> None:
    municipality, drc = signed[Party.MUNICIPALITY], signed[Party.DRC]
    db.session.add(
        TakenIn(
            municipality_code=agreement.municipality_code,
            agreement_id=agreement.id,
            municipality_name=municipality.name,
            municipality_title=municipality.title,
            municipality_signed_on=municipality.signed_on,
            drc_name=drc.name,
            drc_title=drc.title,
            drc_signed_on=drc.signed_on,
            taken_in_by=person_id,
            taken_in_at=now(),
        )
    )
    db.session.flush()
    record("agreement.taken_in", f"agreement:{agreement.id}", agreement.municipality_code, number=agreement.number)


def _put_in_force(agreement: Agreement, scope: Scope) -> None:
    code = agreement.municipality_code
    try:
        period = periods.put_among(code, scope, agreement.id)
    except periods.LaterPeriod as error:
        raise Conflict(_("Another agreement begins on the same day. Look at the first day in the draft.")) from error
    except periods.LongerPeriod as error:
        longer = queries.agreement(error.agreement_id, code)
        raise Conflict(
            _(
                "%(number)s was in force then, and goes on after this agreement's last day. Look at the days in the draft.",
                number=longer.number,
            )
        ) from error
    record(
        "scope.put_in_force",
        f"agreement:{agreement.id}",
        code,
        first=period.valid_from.isoformat(),
        last=(period.valid_to - dt.timedelta(days=1)).isoformat(),
    )
