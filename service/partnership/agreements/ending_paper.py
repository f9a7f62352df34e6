"""That an agreement ends before its term, as a paper: a notice, an end for breach, or what both have agreed on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from service.partnership.agreements.models import Agreement, AgreementEnd
from service.partnership.agreements.rules import EndWay, Party
from service.partnership.agreements.settling import Settlement, payments
from service.partnership.catalogue.texts import CAPABILITIES_DA, LEVELS_DA
from service.platform.documents.formats import dato
from service.platform.documents.paper import Paper, Table
from service.platform.documents.rules import PaperKind
from tenants.calendar import day_of
from tenants.scope import Capability

TEMPLATE, VERSION = "ending.html", "2"
TITLES = {
    EndWay.NOTICE: "Opsigelse af partnerskabsaftale",
    EndWay.AGREED: "Aftale om, at partnerskabsaftalen slutter før tid",
    EndWay.BREACH: "Ophævelse af partnerskabsaftale",
}


def facts(
    agreement: Agreement, end: AgreementEnd, *, official_name: str, called_on: dt.date | None = None
) -> dict[str, Any]:
    """All that the paper says, as JSON values."""
    scope = agreement.term
    paid = payments(scope, end.last_day, Settlement(end.settlement))
    names = {Party.MUNICIPALITY: official_name, Party.DRC: "Dansk Flygtningehjælp"}
    return {
        "municipality": official_name,
        "agreement_number": agreement.number,
        "addendum_to": agreement.facts["addendum"]["of"] if agreement.amends_id else None,
        "level": LEVELS_DA[scope.level][0],
        "starts_on": scope.starts_on.isoformat(),
        "term_ends_on": scope.ends_on.isoformat(),
        "case_number": scope.case_number,
        "kle_number": scope.kle_number,
        "way": end.way,
        "title": TITLES[EndWay(end.way)],
        "by": _person(names[Party(end.party)], end.person_name, end.person_title, end.at),
        "agreed_by": _person(names[_other(end.party)], end.answered_name, end.answered_title or "", end.answered_at)
        if end.answered_name and end.answered_at
        else None,
        "notice_months": scope.notice_months,
        "called_on": called_on.isoformat() if called_on else None,
        "last_day": end.last_day.isoformat(),
        "reason": end.words,
        "closes": [CAPABILITIES_DA[each] for each in Capability if each in scope.capabilities],
        "paid": bool(scope.payment.instalments),
        "settlement": end.settlement,
        "fallen": [{"due_on": each.due_on.isoformat(), "ore": each.ore} for each in paid.fallen],
        "evened_ore": paid.evened.ore if paid.evened else 0,
    }


def _other(party: str) -> Party:
    return Party.DRC if party == Party.MUNICIPALITY else Party.MUNICIPALITY


def _person(party: str, name: str, title: str, at: dt.datetime) -> dict[str, str]:
    return {"party": party, "name": name, "title": title, "on": day_of(at).isoformat()}


def paper(frozen: Mapping[str, Any], number: str, issued_on: dt.date, supersedes: str | None = None) -> Paper:
    """The paper of frozen facts, in place of one whose last day holds no more, where there is one."""
    frozen = {"addendum_to": None, **frozen}  # those of the version before do not say it
    of, addendum = frozen["addendum_to"] or frozen["agreement_number"], frozen["agreement_number"]
    changed = f" som ændret ved tillæg {addendum}" if frozen["addendum_to"] else ""
    return Paper(
        kind=PaperKind.ENDING,
        template=TEMPLATE,
        template_version=VERSION,
        title=f"{frozen['title']} {of}{changed}",
        subject=f"Slutter {dato(frozen['last_day'])}",
        document_number=number,
        issued_on=issued_on,
        facts=frozen,
        supersedes=supersedes,
        tables=(
            Table(
                "bortfaldne-rater",
                ("Forfald", "Øre"),
                tuple((each["due_on"], each["ore"]) for each in frozen["fallen"]),
            ),
        ),
    )
