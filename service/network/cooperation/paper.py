"""A group's cooperation agreement as a paper: the facts that are frozen when it is offered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from service.network.cooperation.rules import lines_of
from service.partnership.catalogue.clause_context import DRC_CVR
from service.partnership.catalogue.clauses import AgreementKind, clauses
from service.partnership.catalogue.rules import CatalogueType
from service.platform.documents.formats import dato
from service.platform.documents.paper import Paper
from service.platform.documents.rules import PaperKind

TEMPLATE, VERSION = "cooperation.html", "1"


def facts(
    terms: Mapping[str, Any],
    *,
    group: Mapping[str, str],
    municipalities: Sequence[str],
    activities: Sequence[CatalogueType],
    children: bool,
    clause_texts: Sequence[Mapping[str, Any]],
    clause_version: int,
    principles: Sequence[str],
    principles_version: int,
) -> dict[str, Any]:
    """All that the agreement says, as JSON values. Raises ClauseError when a clause would come out blank."""
    written = {each["activity_type"]: each["text"] for each in terms["distinctions"]}
    settled = {
        "group": dict(group),
        "group_contact": dict(terms["group_contact"]),
        "drc_contact": dict(terms["drc_contact"]),
        "municipalities": list(municipalities),
        "activities": [kind.da for kind in activities],
        "starts_on": terms["starts_on"],
        "ends_on": terms["ends_on"],
        "notice_months": terms["notice_months"],
    }
    context = {
        **settled,
        "drc_cvr": DRC_CVR,
        "area": terms["area"],
        "distinctions": [{"name": kind.da, "text": written[kind.code]} for kind in activities if kind.code in written],
        "children": children,
        "group_duties": lines_of(terms["group_duties"]),
        "drc_duties": lines_of(terms["drc_duties"]),
        "income": lines_of(terms["income"]),
        "municipal_agreement": terms["municipal_agreement"],
        "integration_council_seat": terms["integration_council_seat"],
    }
    printed = clauses(clause_texts, context, kind=AgreementKind.COOPERATION)
    return {
        **settled,
        "clauses": [clause.to_plain() for clause in printed],
        "clause_version": clause_version,
        "principles": list(principles),
        "principles_version": principles_version,
    }


def paper(frozen: Mapping[str, Any], number: str, issued_on: dt.date) -> Paper:
    """The paper of frozen facts."""
    until = dato(frozen["ends_on"]) if frozen["ends_on"] else "indtil videre"
    return Paper(
        kind=PaperKind.COOPERATION,
        template=TEMPLATE,
        template_version=VERSION,
        title=f"Samarbejdsaftale mellem {frozen['group']['name']} og Dansk Flygtningehjælp",
        subject=f"Samarbejdsaftale {dato(frozen['starts_on'])} – {until}",
        document_number=number,
        issued_on=issued_on,
        facts=frozen,
    )
