"""Made-up agreements to fill clauses from: of each kind one with everything agreed, and one with nothing but what must be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service.partnership.catalogue.clauses import AgreementKind
from tenants.scope import LegalBasis

CONTACT = {"name": "Åse Ærø Prøve", "title": "tovholder", "phone": "12 34 56 78", "email": "aase@kommune.example"}
ONLY_A_NAME = {"name": "Bo Prøve", "title": "", "phone": "", "email": ""}
NO_PAYMENT: dict[str, Any] = {
    "legal_basis": "none",
    "amounts": [],
    "instalments": [],
    "gln": "",
    "reference_person": "",
}


def full(**changes: Any) -> dict[str, Any]:
    """Everything agreed, with the figures of København 2011 to 2014."""
    return {
        "municipality": {"official_name": "Københavns Kommune", "cvr": "64942212"},
        "drc_cvr": "20699310",
        "municipality_contact": CONTACT,
        "drc_contact": {**CONTACT, "email": "bo@drc.example"},
        "department": "Beskæftigelses- og Integrationsforvaltningen",
        "level": {"code": "integrated", "da": "dybt integreret partner", "text": "DRC er kommunens faste partner."},
        "purpose": "Formålet er et godt første år.\n\nOg et bedre andet år",
        "target_groups": ["nye flygtninge", "familier med børn"],
        "activities": [{"activity_type": "language_cafe", "place": "Biblioteket", "children_under_15": False}],
        "capabilities": ["nøgletal for hver aktivitetstype og hvert mål", "at melde behov"],
        "distinctions": [{"name": "Sprogcafé", "text": "fri samtale, som ikke er danskuddannelse"}],
        "children": True,
        "municipality_duties": ["at udpege en tovholder"],
        "drc_duties": ["at finde frivillige."],
        "support": "to regionskonsulenter på fuld tid og en studentermedhjælper 10 timer om ugen",
        "targets": [{"measure": "attendances", "value": 12000, "year": 2012}],
        "meetings_per_year": 4,
        "payment": {
            "legal_basis": "other_grant",
            "amounts": [{"year": 2011, "ore": 99_000_000}, {"year": 2012, "ore": 140_000_000}],
            "instalments": [
                {"due_on": "2011-06-01", "ore": 99_000_000},
                {"due_on": "2012-01-15", "ore": 140_000_000},
            ],
            "gln": "5798009811578",
            "reference_person": "Åse Ærø Prøve",
        },
        "premises": ["Mødelokale på biblioteket tirsdag kl. 17-19"],
        "starts_on": "2011-05-01",
        "ends_on": "2014-12-31",
        "evaluation_on": "2014-06-30",
        "notice_months": 3,
        "case_number": "2011-4711",
        "kle_number": "27.03.00",
    } | changes


def bare(**changes: Any) -> dict[str, Any]:
    """Nothing agreed that can be left open, as in a light partnership without payment."""
    return (
        full(
            municipality_contact=ONLY_A_NAME,
            drc_contact=ONLY_A_NAME,
            department="",
            level={"code": "targeted", "da": "enkelte, målrettede aktiviteter", "text": "Kun det aftalte."},
            purpose="",
            target_groups=[],
            activities=[],
            capabilities=[],
            distinctions=[],
            children=False,
            municipality_duties=[],
            drc_duties=[],
            support="",
            targets=[],
            meetings_per_year=0,
            payment=NO_PAYMENT,
            premises=[],
            evaluation_on=None,
            notice_months=0,
            case_number="",
            kle_number="",
        )
        | changes
    )


def cooperation(**changes: Any) -> dict[str, Any]:
    """A group's agreement with everything agreed."""
    return {
        "group": {"name": "Frivilliggruppen Åen", "cvr": "12345674"},
        "drc_cvr": "20699310",
        "group_contact": CONTACT,
        "drc_contact": CONTACT,
        "municipalities": ["Tønder Kommune", "Aabenraa Kommune"],
        "area": "den gamle Højer Kommune og Rødekro",
        "activities": ["Sprogcafé", "Lektiehjælp"],
        "distinctions": [{"name": "Sprogcafé", "text": "Fri samtale, som ikke er danskuddannelse."}],
        "children": True,
        "group_duties": ["at holde åbent hver anden torsdag"],
        "drc_duties": ["at holde et kursus om året i gruppens lokaler"],
        "income": ["tilskud fra DRC", "tilskud fra kommunen"],
        "municipal_agreement": "lån af lokaler på skolen",
        "integration_council_seat": True,
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "notice_months": 3,
    } | changes


def bare_cooperation(**changes: Any) -> dict[str, Any]:
    """A new group's agreement, with nothing agreed that can be left open."""
    return (
        cooperation(
            group={"name": "Den nye gruppe", "cvr": ""},
            group_contact=ONLY_A_NAME,
            drc_contact=ONLY_A_NAME,
            municipalities=["Tønder Kommune"],
            area="",
            activities=[],
            distinctions=[],
            children=False,
            group_duties=[],
            drc_duties=[],
            income=[],
            municipal_agreement="",
            integration_council_seat=False,
            ends_on=None,
            notice_months=1,
        )
        | changes
    )


def cases(kind: AgreementKind, *, rich: bool) -> Iterator[dict[str, Any]]:
    """Agreements of a kind, with all agreed that can be or as little, of which every text applies to one or another."""
    for children in (True, False):
        if kind is AgreementKind.COOPERATION:
            yield (cooperation if rich else bare_cooperation)(children=children)
            continue
        for basis in LegalBasis:
            example = full() if rich else bare()
            yield example | {"children": children, "payment": _paid(example["payment"], basis)}


def _paid(payment: dict[str, Any], basis: LegalBasis) -> dict[str, Any]:
    """A payment on that basis: without any where there is none, and else with at least an amount and an instalment."""
    if basis is LegalBasis.NONE:
        return NO_PAYMENT
    least = {"amounts": full()["payment"]["amounts"][:1], "instalments": full()["payment"]["instalments"][:1]}
    return (payment if payment["amounts"] else payment | least) | {"legal_basis": basis.value}
