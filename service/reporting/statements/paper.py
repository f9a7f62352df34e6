"""The statement as a paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from service.activity.activities.disclosure import MonthFigures, so_far
from service.activity.activities.measures import MONTHLY
from service.partnership.agreements.running import RunningAgreement
from service.partnership.catalogue.rules import CatalogueType
from service.partnership.catalogue.texts import LEVELS_DA
from service.partnership.duties.rules import Owed
from service.platform.documents.formats import MONTHS, maaned
from service.platform.documents.paper import Paper, Table
from service.platform.documents.rules import PaperKind
from service.platform.ledger.rules import Head
from service.platform.paper_log.notes import Checkpoint
from service.reporting.statements import editions, rules
from service.reporting.statements.closing import Reported
from service.reporting.statements.rules import ScopePart
from tenants.calendar import month_name
from tenants.scope import Capability

TEMPLATE, VERSION = "statement.html", "7"
KEPT_BACK, NOT_COUNTED, OUTSIDE = "*", "ikke talt", "uden for aftalen"


def facts(
    *,
    official_name: str,
    parts: Sequence[ScopePart],
    months: Sequence[MonthFigures],
    kinds: Mapping[str, CatalogueType],
    measures: Mapping[str, Mapping[str, str]],
    issued_on: dt.date,
    agreement_number: str,
    running: Sequence[RunningAgreement],
    ledger: Head,
    log: Checkpoint | None = None,
    undone: Sequence[Owed] = (),
    reported: Reported | None = None,
) -> dict[str, Any]:
    """All that the statement says, as JSON values.

    `months` are the 13 that end with the statement's; `parts` are in order, and so is what is `undone` of the agreement's duties.
    `running` is what is in force from the last of the parts on, as known on the day of issue: what is ahead follows from it.
    `ledger` is how far the municipality's chain had come: whoever keeps the paper can tell whether what stood there was written anew.
    `log` is the newest checkpoint of the log of papers, which is so kept by all municipalities; None before the first.
    `reported` is how many of the groups have told of the month; None where none owes anything.
    """
    now, before = months[-1], months[-2]
    scope = parts[-1].scope
    promised = rules.promises(parts)
    due_now, due_next = rules.due(running, issued_on)
    beside = sorted(set(now.sessions_by_type) - {p.activity_type for p in promised})
    year = [month for month in months if month.month.year == now.month.year]
    return {
        **editions.FIRST,
        "municipality": official_name,
        "month": month_name(now.month),
        "level": LEVELS_DA[scope.level][0],
        "agreement_number": agreement_number,
        "ledger": {"number": ledger.number, "hash": ledger.hash, "mark": ledger.mark},
        "log": {"size": log.size, "root": log.root.hex(), "mark": log.mark} if log else None,
        "case_number": scope.case_number,
        "kle_number": scope.kle_number,
        "lead": rules.lead(now, before, promised),
        "beyond": rules.beyond(now, promised),
        "groups": reported.to_plain() if reported else None,
        "keys": [
            _key("Afholdte gange", now.sessions, before.sessions),
            _key("Fremmøder", now.attendances, before.attendances),
            _key("Frivilliges fremmøder", now.volunteer_attendances, before.volunteer_attendances),
            _key("Frivilligtimer", now.volunteer_hours, before.volunteer_hours),
        ],
        "who": [
            {
                "what": month.name_da,
                "short": month.short_da,
                "value": now.who[code],
                "before": before.who.get(code, NOT_COUNTED),
            }
            for code, month in MONTHLY.items()
            if code in now.who
        ],
        "who_partly": now.partial or before.partial,
        "month_before": MONTHS[before.month.month - 1],
        "chart": {
            "labels": [f"{MONTHS[m.month.month - 1][:3]} {m.month:%y}" for m in months],
            "values": [m.attendances for m in months],
            "text": rules.chart_text(months),
        },
        "activities": [
            {
                "name": kinds[p.activity_type].da,
                "places": list(p.places),
                "promised": p.times,
                "held": now.sessions_by_type.get(p.activity_type, 0),
                "cancelled": now.cancelled_by_type.get(p.activity_type, 0),
                "attendances": now.attendances_by_type.get(p.activity_type, 0),
            }
            for p in promised
        ],
        "beside": [
            {
                "name": kinds[kind].da,
                "held": now.sessions_by_type[kind],
                "cancelled": now.cancelled_by_type[kind],
                "attendances": now.attendances_by_type[kind],
            }
            for kind in beside
        ],
        "shared": rules.shared_text(now.shared),
        "targets": [
            _target(t.measure, t.activity_type, t.value, t.year, year, kinds, measures)
            for t in scope.targets
            if t.year == now.month.year and scope.allows(Capability.FIGURES)
        ],
        "paid": scope.payment.legal_basis.value != "none",
        "due": [{"due_on": i.due_on.isoformat(), "ore": i.ore} for i in due_now],
        "due_next": {"due_on": due_next.due_on.isoformat(), "ore": due_next.ore} if due_next else None,
        "early_end": rules.early_end(running[0]) if running else "",
        "gln": scope.payment.gln,
        "ahead": [{"on": day.isoformat(), "what": what} for day, what in rules.ahead(running, issued_on)],
        "duties": rules.duties(undone, issued_on),
        "contact": {
            "name": scope.drc_contact.name,
            "title": scope.drc_contact.title,
            "phone": scope.drc_contact.phone,
            "email": scope.drc_contact.email,
        },
        "followed": rules.followed_text(now.followed, kinds),
        "kept_back": any(m.attendances is None for m in months)
        or None in now.attendances_by_type.values()
        or any(None in (m.volunteer_attendances, m.volunteer_hours, *m.who.values()) for m in (now, before)),
    }


def _key(what: str, value: int | None, before: int | None) -> dict[str, Any]:
    return {"what": what, "value": value, "before": before}


def _target(
    measure: str,
    activity_type: str | None,
    value: int,
    year: int,
    months: Sequence[MonthFigures],
    kinds: Mapping[str, CatalogueType],
    measures: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    reached, at_least = so_far(months, measure, activity_type)
    return {
        "what": measures[measure]["da"],
        "activity": kinds[activity_type].da if activity_type else "Alle aktiviteter",
        "year": year,
        "target": value,
        "reached": reached,
        "at_least": at_least,
        "percent": reached * 100 // value,
    }


def paper(frozen: Mapping[str, Any], number: str, issued_on: dt.date) -> Paper:
    """The paper of frozen facts."""
    name = maaned(frozen["month"])
    tables = [
        Table(
            "noegletal",
            ("Nøgletal", "Måneden", "Måneden før"),
            tuple((k["what"], _cell(k["value"]), _cell(k["before"])) for k in frozen["keys"]),
        ),
        Table(
            "hvem",
            ("Hvem kom", "Måneden", "Måneden før"),
            tuple((who["what"], _cell(who["value"]), _cell(who["before"])) for who in frozen["who"]),
        ),
        Table(
            "maaneder",
            ("Måned", "Fremmøder"),
            tuple(
                (label, _cell(value))
                for label, value in zip(frozen["chart"]["labels"], frozen["chart"]["values"], strict=True)
            ),
        ),
        Table(
            "aktiviteter",
            ("Aktivitet", "Sted", "Aftalt", "Holdt", "Aflyst", "Fremmøder"),
            tuple(
                (
                    a["name"],
                    ", ".join(a["places"]),
                    "" if a["promised"] is None else a["promised"],
                    a["held"],
                    a["cancelled"],
                    _cell(a["attendances"]),
                )
                for a in frozen["activities"]
            )
            # With these the rows sum to the key figures, as far as nothing is kept back.
            + tuple(
                (b["name"], "", OUTSIDE, b["held"], b["cancelled"], _cell(b["attendances"])) for b in frozen["beside"]
            ),
        ),
        Table(
            "maal",
            ("Mål", "Aktivitet", "År", "Antal", "Nået", "Nået mindst"),
            tuple(
                (
                    t["what"],
                    t["activity"],
                    t["year"],
                    t["target"],
                    *(("", t["reached"]) if t["at_least"] else (t["reached"], "")),
                )
                for t in frozen["targets"]
            ),
        ),
    ]
    page = Paper(
        kind=PaperKind.STATEMENT,
        template=TEMPLATE,
        template_version=VERSION,
        title=f"Månedsopgørelse for {frozen['municipality']}, {name}",
        subject=f"Månedsopgørelse {name}",
        document_number=number,
        issued_on=issued_on,
        facts=frozen,
        tables=tuple(tables),
    )
    return editions.as_edition(page)


def _cell(count: int | None) -> int | str:
    return KEPT_BACK if count is None else count
