"""The agreement as a paper: the facts that are frozen when it is offered, and the tables embedded in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from service.partnership.catalogue.clause_context import context_of
from service.partnership.catalogue.clauses import RenderedClause, clauses
from service.partnership.catalogue.rules import CatalogueType, Counted
from service.partnership.catalogue.texts import (
    LEVELS_DA,
    PARTY_KINDS_DA,
    PRICE_ADJUSTMENT_DA,
    VAT_DA,
    frequency_da,
    post_time_da,
)
from service.platform.documents.formats import dato, kroner
from service.platform.documents.paper import Paper, Table
from service.platform.documents.rules import PaperKind
from tenants.scope import Scope

Fill = Callable[..., Sequence[RenderedClause]]  # how the clauses are printed: as `clauses` does
TEMPLATE, VERSION = "agreement.html", "4"
ADDENDUM, ADDENDUM_VERSION = "addendum.html", "2"


def facts(
    scope: Scope,
    *,
    official_name: str,
    cvr: str,
    kinds: Mapping[str, CatalogueType],
    measures: Mapping[str, Mapping[str, str]],
    clause_texts: Sequence[Mapping[str, Any]],
    clause_version: int,
    principles: Sequence[str],
    principles_version: int,
    fill: Fill = clauses,
) -> dict[str, Any]:
    """All that the agreement says, as JSON values. Raises ClauseError when a clause would come out blank."""
    context = context_of(scope, official_name=official_name, cvr=cvr, kinds=kinds)
    printed = fill(clause_texts, context, left_out=scope.clauses_left_out, own=own_bodies(scope))
    return {
        **settled(scope, official_name=official_name, cvr=cvr, kinds=kinds, measures=measures),
        **left_out(scope, clause_texts),
        "clauses": [clause.to_plain() for clause in printed],
        "clause_version": clause_version,
        "principles": list(principles),
        "principles_version": principles_version,
    }


def own_bodies(scope: Scope) -> dict[str, str]:
    """The bodies that an agreement puts in the place of the library's, by variant."""
    return {own.clause: own.body for own in scope.own_clauses}


def left_out(scope: Scope, clause_texts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The clauses that an agreement leaves out, to be told in it: nothing where there is none."""
    titles = {text["key"]: text["title_da"] for text in clause_texts if text["key"] in scope.clauses_left_out}
    return {"left_out": [{"key": key, "title": title} for key, title in titles.items()]} if titles else {}


def settled(
    scope: Scope,
    *,
    official_name: str,
    cvr: str,
    kinds: Mapping[str, CatalogueType],
    measures: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """What an agreement settles, whatever words it is put in, as JSON values."""
    return {
        "municipality": {"official_name": official_name, "cvr": cvr},
        "scope": scope.to_plain(),
        "level": LEVELS_DA[scope.level][0],
        "activities": [
            {
                "name": kinds[a.activity_type].da,
                "place": a.place,
                "often": frequency_da(a.frequency.times, a.frequency.every),
                "starts_on": a.starts_on.isoformat(),
                "ends_on": a.ends_on.isoformat(),
            }
            for a in scope.activities
        ],
        "targets": [
            {
                "what": measures[t.measure]["da"],
                "activity": kinds[t.activity_type].da if t.activity_type else "Alle aktiviteter",
                "year": t.year,
                "value": t.value,
                "unit": measures[t.measure]["unit"],
                **_from_elsewhere(measures[t.measure]["counted"]),
            }
            for t in scope.targets
        ],
        **_terms(scope),
    }


def _from_elsewhere(counted: str) -> dict[str, str]:
    """Where a target is counted that the sessions do not tell; nothing of the others."""
    return {} if counted == Counted.SESSIONS else {"counted": counted}


def _terms(scope: Scope) -> dict[str, Any]:
    """Who else is a party, who does the work, and on what terms the money is paid, as the last annex prints them."""
    payment = scope.payment
    return {
        "further_parties": [
            {
                "name": f"{party.name} ({PARTY_KINDS_DA[party.kind]})",
                "cvr": party.cvr,
                "role": party.role,
                "share": "ingen" if party.ore_per_year is None else kroner(party.ore_per_year),
            }
            for party in scope.further_parties
        ],
        "posts": [{"title": post.title, "count": post.count, "time": post_time_da(post)} for post in scope.posts],
        "earmarks": [
            {"purpose": each.purpose, "year": str(each.year or "hvert år"), "amount": kroner(each.ore)}
            for each in payment.earmarks
        ],
        "money_terms": [
            *([VAT_DA[payment.vat]] if payment.vat else []),
            *([PRICE_ADJUSTMENT_DA[payment.price_adjustment]] if payment.price_adjustment else []),
        ],
    }


def paper(frozen: Mapping[str, Any], number: str, issued_on: dt.date) -> Paper:
    """The paper of frozen facts."""
    scope = frozen["scope"]
    name = frozen["municipality"]["official_name"]
    tables = [
        Table(
            "aktiviteter",
            ("Aktivitet", "Sted", "Hvor ofte", "Fra", "Til"),
            tuple((a["name"], a["place"], a["often"], a["starts_on"], a["ends_on"]) for a in frozen["activities"]),
        )
    ]
    if frozen["targets"]:
        rows = tuple((t["what"], t["activity"], t["year"], t["value"], t["unit"]) for t in frozen["targets"])
        tables.append(Table("maal", ("Mål", "Aktivitet", "År", "Antal", "Enhed"), rows))
    if "addendum" in frozen:
        of, first = frozen["addendum"]["of"], dato(frozen["addendum"]["from"])
        return Paper(
            kind=PaperKind.AGREEMENT,
            template=ADDENDUM,
            template_version=ADDENDUM_VERSION,
            title=f"Tillæg til partnerskabsaftale {of} mellem {name} og Dansk Flygtningehjælp",
            subject=f"Tillæg til partnerskabsaftale {of} fra {first}",
            document_number=number,
            issued_on=issued_on,
            facts=frozen,
            tables=tuple(tables),
        )
    return Paper(
        kind=PaperKind.AGREEMENT,
        template=TEMPLATE,
        template_version=VERSION,
        title=f"Partnerskabsaftale mellem {name} og Dansk Flygtningehjælp",
        subject=f"Partnerskabsaftale {dato(scope['starts_on'])} – {dato(scope['ends_on'])}",
        document_number=number,
        issued_on=issued_on,
        facts=frozen,
        tables=tuple(tables),
    )
