"""What a paper of a year says, as plain JSON values, in Danish as it is printed: the same blocks for every kind."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from service.activity.activities.measures import MONTHLY
from service.partnership.catalogue.texts import LEVELS_DA
from service.partnership.duties.rules import DutyStanding, Owed
from service.platform.documents.formats import MONTHS, antal, maaned, opremsning, tal
from service.reporting.statements.progress import Aim, PromiseProgress
from service.reporting.statements.rules import SIDES_DA
from service.reporting.statements.sections import ALL_ACTIVITIES
from service.reporting.statements.texts import PROGRESS_DA
from service.reporting.years import rules
from service.reporting.years.kinds import KINDS, owes
from service.reporting.years.rules import YearMonth
from service.reporting.years.told import YearTold
from tenants.calendar import month_after, month_name
from tenants.scope import Contact, LegalBasis

Json = dict[str, Any]
Named = Mapping[str, Mapping[str, str]]
KEYS = ("sessions", "attendances", "volunteer_attendances", "volunteer_hours")
A_DAY = dt.timedelta(days=1)
STANDINGS_DA = {
    DutyStanding.DONE: "gjort",
    DutyStanding.OVERDUE: "mangler",
    DutyStanding.MISSED: "ikke gjort",
    DutyStanding.AHEAD: "ikke forfaldent",
    DutyStanding.FALLEN_AWAY: "faldet bort",
}
HOW_KEPT = {
    PromiseProgress.DONE: "holdt som aftalt",
    PromiseProgress.ON_TRACK: "næsten holdt",
    PromiseProgress.BEHIND: "holdt mindre end aftalt",
}


def facts(told: YearTold) -> Json:
    """All that the paper says."""
    scope = told.parts[-1].scope
    figures = any(each.opened for each in told.months)
    types, aims = _types(told, figures), _aims(told)
    keys = [
        {"code": code, "what": told.measures[code]["da"], **rules.told(told.months, code).to_plain()}
        for code in (KEYS if figures else KEYS[:1])
    ]
    return {
        "kind": told.kind.value,
        "title": KINDS[told.kind].title,
        "municipality": told.official_name,
        "year": told.last.year,
        "span": told.span,
        "whole_year": told.whole_year,
        "first": told.first.isoformat(),
        "last": (month_after(told.last) - A_DAY).isoformat(),
        "owes": owes(told.kind, told.due_on),
        "edition": {"former": told.former[0], "issued_on": told.former[1].isoformat()} if told.former else None,
        "level": LEVELS_DA[scope.level][0],
        "agreements": _agreements(told),
        "case_number": scope.case_number,
        "kle_number": scope.kle_number,
        "figures": figures,
        "lead": lead(told, keys, aims),
        "keys": keys,
        "months": [_month(each) for each in told.months],
        "types": types,
        "who": _who(told.months) if figures else [],
        "effects": _effects(told) if figures else [],
        "targets": aims,
        "duties": [_duty(*each) for each in told.duties],
        **_money(told),
        "papers": [each.paper for each in told.months if each.paper],
        "unclosed": [month_name(each) for each in told.unclosed],
        "hidden": _hidden(told.months),
        "unopened": sum(not each.opened for each in told.months) if figures else 0,
        "fewest_shown": told.fewest_shown,
        "contact": _contact(scope.drc_contact),
        "ledger": {"number": told.ledger.number, "hash": told.ledger.hash, "mark": told.ledger.mark},
        "log": {"size": told.log.size, "root": told.log.root.hex(), "mark": told.log.mark} if told.log else None,
    }


def lead(told: YearTold, keys: Sequence[Json], aims: Sequence[Json]) -> str:
    """How it went, in two sentences or three."""
    found = {each["code"]: each for each in keys}
    said = f"Der blev holdt aktiviteter {antal(found['sessions']['value'], 'gang', 'gange')} "
    said += f"{'i' if told.whole_year else 'fra'} {told.span}"
    came = found.get("attendances")
    if came and came["value"]:
        said += f", med {'mindst ' if came['at_least'] else ''}{antal(came['value'], 'fremmøde', 'fremmøder')}"
    said += "."
    if aims:
        reached = sum(each["progress"] == PromiseProgress.DONE for each in aims)
        said += f" {tal(reached)} af {antal(len(aims), 'mål', 'mål')} blev nået."
    if told.duties:
        done = sum(how is DutyStanding.DONE for _owed, how, _day, _words in told.duties)
        said += f" {tal(done)} af {antal(len(told.duties), 'aftalt opgave', 'aftalte opgaver')} blev gjort."
    return said


def _agreements(told: YearTold) -> list[Json]:
    return [
        {
            "number": each.agreement,
            "first": each.first.isoformat(),
            "last": (each.after - A_DAY).isoformat(),
            "level": LEVELS_DA[each.scope.level][0],
        }
        for each in told.parts
    ]


def _month(each: YearMonth) -> Json:
    found: Json = {"month": month_name(each.month), "sessions": each.figures.sessions, "paper": each.paper}
    if each.opened:
        found |= {code: each.figures.of(code) for code in KEYS[1:]}
    return found


def _types(told: YearTold, figures: bool) -> list[Json]:
    """The agreed activities in the order of the agreements, and then what was held beside them."""
    agreed = rules.agreed(told.parts, told.months)
    beside = [kind for kind in rules.types_held(told.months) if kind not in {each.activity_type for each in agreed}]
    found: list[Json] = [
        {
            "name": told.kinds[each.activity_type].da,
            "where": opremsning(each.places),
            "agreed": each.agreed,
            "held": each.held,
            "cancelled": each.cancelled,
            "progress": each.progress.value,
            "how": HOW_KEPT[each.progress],
        }
        for each in agreed
    ]
    found += [
        {
            "name": told.kinds[kind].da,
            "where": "",
            "agreed": None,
            "held": rules.told(told.months, "sessions", kind).number,
            "cancelled": rules.cancelled(told.months, kind),
            "progress": None,
            "how": "uden for aftalen",
        }
        for kind in beside
    ]
    if figures:
        for row, kind in zip(found, [*(each.activity_type for each in agreed), *beside], strict=True):
            row |= {"attendances": rules.told(told.months, "attendances", kind).to_plain()}
    return found


def _who(months: Sequence[YearMonth]) -> list[Json]:
    counted = [code for code in MONTHLY if any(each.opened and code in each.figures.who for each in months)]
    return [{"what": MONTHLY[code].name_da, **rules.told(months, code).to_plain()} for code in counted]


def _effects(told: YearTold) -> list[Json]:
    """What the activities worked for. An activity works for several effects, so they are not to be added up."""
    found = []
    held = rules.types_held(told.months)
    for code, names in told.outcomes.items():
        types = [
            kind
            for kind in held
            if code in told.kinds[kind].outcomes and rules.told(told.months, "sessions", kind).number
        ]
        sums = [rules.told(told.months, "attendances", kind) for kind in types]
        found.append(
            {
                "effect": names["da"],
                "activities": [told.kinds[kind].da for kind in types],
                "held": sum(rules.told(told.months, "sessions", kind).number for kind in types),
                "attendances": {
                    "value": sum(each.number for each in sums),
                    "at_least": any(each.at_least for each in sums),
                },
            }
        )
    return found


def _aims(told: YearTold) -> list[Json]:
    return [
        {
            "what": told.measures[aim.measure]["da"],
            "activity": told.kinds[aim.activity_type].da if aim.activity_type else ALL_ACTIVITIES,
            "year": year,
            "target": aim.target,
            "reached": {"value": aim.reached, "at_least": aim.at_least},
            "progress": aim.progress.value,
            "how": _how_ended(aim, told.last, year),
        }
        for year, aim in told.aims
    ]


def _how_ended(aim: Aim, last: dt.date, year: int) -> str:
    """Where a target ended: once its year is over, whatever is not reached was missed."""
    if (year, 12) > (last.year, last.month) or aim.progress in (PromiseProgress.DONE, PromiseProgress.UNKNOWN):
        return PROGRESS_DA[aim.progress]
    return "kan være nået" if aim.at_least else "ikke nået"


def _duty(owed: Owed, standing: DutyStanding, done_on: dt.date | None, words: str) -> Json:
    return {
        "who": SIDES_DA[owed.side],
        "what": owed.title,
        "on": owed.due_on.isoformat(),
        "done_on": done_on.isoformat() if done_on else None,
        "how": STANDINGS_DA[standing],
        "words": words,
    }


def _money(told: YearTold) -> Json:
    """What was agreed and what fell due. What was paid is in the municipality's books and not in the service."""
    first, last = told.first, month_after(told.last) - A_DAY
    due = sorted(
        (each.due_on, each.ore)
        for agreement in told.running
        for each in agreement.payments.stand
        if first <= each.due_on <= last and each.due_on >= agreement.first
    )
    # What an addendum has replaced is in the addendum; an agreement of its own beside it in the year is counted besides.
    holding = [*(each for each in told.running[:-1] if not each.goes_on), *told.running[-1:]]
    paying = [each.scope.payment for each in holding if each.scope.payment.legal_basis is not LegalBasis.NONE]
    amounts: Counter[int] = Counter()
    for payment in paying:
        amounts.update({each.year: each.ore for each in payment.amounts if first.year <= each.year <= last.year})
    return {
        "paid": bool(paying),
        "amounts": [{"year": year, "ore": ore} for year, ore in sorted(amounts.items())],
        "payments": [
            {"due_on": day.isoformat(), "ore": ore, "how": "forfaldet" if day <= told.issued_on else "forfalder"}
            for day, ore in due
        ],
        "earmarks": list(told.earmarks),
    }


def _hidden(months: Sequence[YearMonth]) -> list[str]:
    """In which months something was kept back."""
    kept_back = [
        each.figures
        for each in months
        if each.opened
        and (
            None in (each.figures.attendances, each.figures.volunteer_attendances, each.figures.volunteer_hours)
            or None in each.figures.attendances_by_type.values()
            or None in each.figures.who.values()
        )
    ]
    several = len({each.month.year for each in months}) > 1
    return [maaned(each.month) if several else MONTHS[each.month.month - 1] for each in kept_back]


def _contact(person: Contact) -> Json:
    return {"name": person.name, "title": person.title, "phone": person.phone, "email": person.email}
