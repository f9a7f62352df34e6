"""The certificate of an agreement's approvals as a paper: who approved for each party, how and when, and in what words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from service.partnership.agreements.models import Agreement, Decision
from service.partnership.agreements.rules import AgreementAct, Party
from service.platform.documents.paper import Paper
from service.platform.documents.rules import PaperKind

TEMPLATE, VERSION = "certificate.html", "1"


class NotApproved(ValueError):
    """A party has not approved: there is nothing to certify."""


def facts(agreement: Agreement, decided: Sequence[Decision], arrivals: Mapping[str, str]) -> dict[str, Any]:
    """All that the paper says, as JSON values, of what was decided in order. `arrivals` are the ways to sign in, in words.

    Raises NotApproved unless both parties have.
    """
    municipality, scope = agreement.facts["municipality"]["official_name"], agreement.facts["scope"]
    names = {Party.MUNICIPALITY: municipality, Party.DRC: "Dansk Flygtningehjælp"}
    approved = [one for one in decided if one.act == AgreementAct.APPROVED]
    if {one.party for one in approved} != set(Party):
        raise NotApproved(agreement.number)
    return {
        "municipality": municipality,
        "agreement_number": agreement.number,
        "addendum_to": agreement.facts["addendum"]["of"] if agreement.amends_id else None,
        "agreed_on": agreement.facts["issued_on"],
        "starts_on": scope["starts_on"],
        "ends_on": scope["ends_on"],
        "case_number": scope["case_number"],
        "kle_number": scope["kle_number"],
        "approvals": [
            {
                "party": names[Party(one.party)],
                "name": one.person_name,
                "title": one.person_title,
                "at": one.at.isoformat(),
                "how": arrivals[one.arrived_how] if one.arrived_how else None,
                "proved_at": one.arrived_at.isoformat() if one.arrived_at else None,
                "words": one.words,
                "sha256": one.sha256,
                "difference_sha256": one.difference_sha256,
            }
            for one in approved
        ],
    }


def paper(frozen: Mapping[str, Any], number: str, issued_on: dt.date) -> Paper:
    """The paper of frozen facts."""
    what = "tillæg" if frozen["addendum_to"] else "partnerskabsaftale"
    return Paper(
        kind=PaperKind.CERTIFICATE,
        template=TEMPLATE,
        template_version=VERSION,
        title=f"Godkendelsesbevis for {what} {frozen['agreement_number']}",
        subject=f"Begge parters godkendelse af {frozen['agreement_number']}",
        document_number=number,
        issued_on=issued_on,
        facts=frozen,
    )
