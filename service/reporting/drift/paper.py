"""The consultant's paper before a status meeting: the facts as they are frozen, and the tables embedded in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from service.activity.activities.disclosure import K
from service.partnership.catalogue.rules import CatalogueType
from service.partnership.catalogue.texts import CAPABILITIES_DA, LEVELS_DA
from service.partnership.duties.rules import Owed
from service.platform.documents.formats import MONTHS, antal, dato, maaned
from service.platform.documents.paper import Paper, Table
from service.platform.documents.rules import PaperKind
from service.reporting.drift import rules
from service.reporting.drift.rules import AgreedTerms, Drift, OpenCapability, Ran, Use
from service.reporting.drift.texts import RAN_DA, USE_DA
from service.reporting.statements.rules import SIDES_DA
from service.reporting.statements.texts import PROGRESS_DA
from tenants.calendar import month_before

TEMPLATE, VERSION = "drift.html", "2"


def facts(
    drift: Drift,
    *,
    official_name: str,
    agreement_number: str,
    overdue: Sequence[Owed],
    kinds: Mapping[str, CatalogueType],
    measures: Mapping[str, Mapping[str, str]],
    today: dt.date,
    fewest_shown: int = K,
) -> dict[str, Any]:
    """All that the paper says, as JSON values. Counts of persons are those that may be shown to the municipality, and no others."""
    first, after = rules.recent(today)
    last = month_before(after)
    return {
        "municipality": official_name,
        "fewest_shown": fewest_shown,
        "level": LEVELS_DA[drift.scope.level][0],
        "agreement_number": agreement_number,
        "ends_on": drift.last_day.isoformat(),
        "months": f"{MONTHS[first.month - 1]} til {maaned(last)}",
        "to_talk_of": _to_talk_of(drift, overdue, kinds, measures),
        "agreed": [
            {
                "name": kinds[each.activity_type].da,
                "promised": each.promised,
                "held": each.held,
                "cancelled": each.cancelled,
                "how": _how(each),
            }
            for each in drift.agreed
        ],
        "outside": [
            {"name": kinds[each.activity_type].da, "held": each.held, "last": maaned(each.last_month)}
            for each in drift.outside
        ],
        "opened": [
            {
                "name": CAPABILITIES_DA[each.capability],
                "days": each.days if each.since else None,
                "how": _use(each),
            }
            for each in drift.opened
        ],
        "aims": [
            {
                "what": measures[aim.measure]["da"],
                "activity": kinds[aim.activity_type].da if aim.activity_type else "Alle aktiviteter",
                "target": aim.target,
                "expected": aim.expected,
                "reached": aim.reached,
                "at_least": aim.at_least,
                "how": PROGRESS_DA[aim.progress],
            }
            for aim in drift.aims
        ],
        "overdue": [{"who": SIDES_DA[one.side], "what": one.title, "on": one.due_on.isoformat()} for one in overdue],
    }


def _how(each: AgreedTerms) -> str:
    words = RAN_DA[each.ran]
    if each.ran is Ran.STOPPED and each.last_month:
        return f"{words}, senest holdt i {maaned(each.last_month)}"
    return f"{words} siden {dato(each.since)}" if each.ran is Ran.NEVER else words


def _use(each: OpenCapability) -> str:
    words = USE_DA[each.use]
    if each.use is Use.USED and each.last_on:
        return f"{words}, senest {dato(each.last_on)}"
    return f"{words}, talt siden {dato(each.since)}" if each.use is Use.UNUSED and each.since else words


def _to_talk_of(
    drift: Drift,
    overdue: Sequence[Owed],
    kinds: Mapping[str, CatalogueType],
    measures: Mapping[str, Mapping[str, str]],
) -> list[str]:
    """The points of the meeting, each a sentence that begins it."""
    points = [
        f"{kinds[each.activity_type].da} er aftalt, men {_how(each)}. Skal den i gang, eller skal den ud af aftalen?"
        for each in drift.agreed
        if each.ran in (Ran.NEVER, Ran.STOPPED)
    ]
    points += [
        f"{kinds[each.activity_type].da} er holdt {antal(each.held, 'gang', 'gange')} uden at være aftalt. Skal den ind i aftalen?"
        for each in drift.outside
    ]
    points += [
        f"Målet for {measures[aim.measure]['da'].lower()}"
        f"{' i ' + kinds[aim.activity_type].da.lower() if aim.activity_type else ''} er bagud. Hvad kan hjælpe?"
        for aim in drift.aims
        if aim.behind
    ]
    points += [
        f"Aftalen åbner for {CAPABILITIES_DA[each.capability]}, men det bliver ikke brugt. Mangler der noget?"
        for each in drift.opened
        if each.use is Use.UNUSED
    ]
    if overdue:
        points.append(
            f"{antal(len(overdue), 'frist er', 'frister er')} overskredet af det, parterne har lovet hinanden."
        )
    return points


def title(frozen: Mapping[str, Any]) -> str:
    """What the paper is called."""
    return f"Oplæg til statusmøde med {frozen['municipality']}"


def paper(frozen: Mapping[str, Any], number: str, issued_on: dt.date) -> Paper:
    """The paper of frozen facts."""
    tables = [
        Table(
            "aftalt",
            ("Aktivitet", "Aftalt", "Holdt", "Aflyst", "Hvordan det går"),
            tuple(
                (
                    a["name"],
                    "efter aftale" if a["promised"] is None else a["promised"],
                    a["held"],
                    a["cancelled"],
                    a["how"],
                )
                for a in frozen["agreed"]
            ),
        ),
        Table(
            "adgange",
            ("Adgang", "Dage brugt", "Brug"),
            tuple((o["name"], "" if o["days"] is None else o["days"], o["how"]) for o in frozen["opened"]),
        ),
        Table(
            "maal",
            ("Mål", "Aktivitet", "Årets mål", "Ventet nu", "Nået", "Hvordan det går"),
            tuple(
                (a["what"], a["activity"], a["target"], a["expected"], a["reached"], a["how"]) for a in frozen["aims"]
            ),
        ),
    ]
    return Paper(
        kind=PaperKind.DRIFT,
        template=TEMPLATE,
        template_version=VERSION,
        title=title(frozen),
        subject=f"Oplæg til statusmøde {dato(issued_on)}",
        document_number=number,
        issued_on=issued_on,
        facts=frozen,
        tables=tuple(tables),
    )
