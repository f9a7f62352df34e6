"""The statement as a paper: its facts, put together from its sections, and the paper that is made of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from service.activity.activities.disclosure import K, MonthFigures
from service.activity.activities.measures import MONTHLY
from service.network.needs.rules import Said
from service.partnership.agreements.running import RunningAgreement
from service.partnership.catalogue.texts import LEVELS_DA
from service.partnership.duties.rules import Owed
from service.platform.documents.formats import MONTHS, maaned
from service.platform.documents.paper import Paper
from service.platform.documents.rules import PaperKind
from service.platform.ledger.rules import Head
from service.platform.paper_log.notes import Checkpoint
from service.reporting.statements import editions, progress, rules, sections
from service.reporting.statements.closing import Reported
from service.reporting.statements.progress import Aim
from service.reporting.statements.rules import Reached, ScopePart
from service.reporting.statements.sections import ALL_ACTIVITIES, Kinds, Whys
from service.reporting.statements.tables import tables
from service.reporting.statements.texts import PROGRESS_DA
from tenants.calendar import month_name
from tenants.scope import Capability, Scope

TEMPLATE, VERSION = "statement.html", "8"
NOT_COUNTED = "ikke talt"
KEYS = ("sessions", "attendances", "volunteer_attendances", "volunteer_hours")
Named = Mapping[str, Mapping[str, str]]  # by code: names in Danish and English


def facts(
    *,
    official_name: str,
    parts: Sequence[ScopePart],
    months: Sequence[MonthFigures],
    kinds: Kinds,
    measures: Named,
    issued_on: dt.date,
    agreement_number: str,
    running: Sequence[RunningAgreement],
    ledger: Head,
    log: Checkpoint | None = None,
    undone: Sequence[Owed] = (),
    done: Sequence[tuple[dt.date, Owed]] = (),
    term: Scope | None = None,
    outcomes: Named | None = None,
    needs: Sequence[Said] = (),
    whys: Whys | None = None,
    reported: Reported | None = None,
    earmarks: Sequence[str] = (),
    story: Mapping[str, Any] | None = None,
    reached: Mapping[str, Reached] = MappingProxyType({}),
    fewest_shown: int = K,
) -> dict[str, Any]:
    """All that the statement says, as JSON values.

    `earmarks` say how each amount stands that is for one purpose alone, and `reached` how far the targets are that sessions do not tell.
    `months` are the 13 that end with the statement's; `parts` are in order, and so is what is `undone` of the agreement's duties, and
    what was `done`, with its day, since the month began.
    `running` is what is in force from the last of the parts on, as known on the day of issue: what is ahead follows from it.
    `term` is what the last agreement settles for its whole term, where that is more than the last part. `whys` tell how often each
    type was cancelled, and why.
    `ledger` is how far the municipality's chain had come: whoever keeps the paper can tell whether what stood there was written anew.
    `story` is the one that stands on it: its lines, and who tells it.
    `log` is the newest checkpoint of the log of papers, which is so kept by all municipalities; None before the first.
    `reported` is how many of the groups have told of the month; None where none owes anything.

    What stands there follows the scopes of the month: persons and hours where one opened figures, needs where one opened them.
    """
    now, before = months[-1], months[-2]
    scope = parts[-1].scope
    promised = rules.promises(parts)
    due_now, due_next = rules.due(running, issued_on)
    figures = sections.opened(parts, Capability.FIGURES)
    owed = rules.duties(undone, issued_on)
    year = [month for month in months if month.month.year == now.month.year]
    aims = progress.aims(term or scope, year, reached) if figures else []
    known = [aim for aim in aims if aim.measure not in reached or reached[aim.measure].known]
    told = sections.promised(
        progress.kept(parts, months), known, owed["overdue"], rules.done(done), now.month, whys or {}, kinds, measures
    )
    keys = {measures[code]["da"]: (now.of(code), before.of(code)) for code in (KEYS if figures else KEYS[:1])}
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
        "lead": rules.lead(now, before, promised, persons=figures),
        "beyond": rules.beyond(now, promised),
        "groups": reported.to_plain() if reported else None,
        "counts": rules.counts_text(sections.opened(parts, Capability.ALL_GROUPS)),
        "figures": figures,
        "promises": told,
        "in_short": sections.in_short(told),
        "keys": [{"what": what, "value": value, "before": earlier} for what, (value, earlier) in keys.items()],
        "who": _who(now, before) if figures else [],
        "who_partly": figures and (now.partial or before.partial),
        "month_before": MONTHS[before.month.month - 1],
        "chart": _chart(months) if figures and any(month.attendances != 0 for month in months) else None,
        "activities": [
            {"name": kinds[p.activity_type].da, "places": list(p.places), "promised": p.times}
            | _held(now, p.activity_type, figures)
            for p in promised
        ],
        "beside": [
            {"name": kinds[kind].da} | _held(now, kind, figures)
            for kind in sorted(set(now.sessions_by_type) - {p.activity_type for p in promised})
        ],
        "scopes": sections.scopes(parts, kinds),
        "effects": sections.effects(now, kinds, outcomes or {}) if figures and now.sessions else [],
        "shared": rules.shared_text(now.shared) if figures else "",
        "targets": [_target(aim, now.month.year, kinds, measures) for aim in known],
        "targets_to_come": [
            {"what": measures[aim.measure]["da"], "target": aim.target} for aim in aims if aim not in known
        ],
        "needs": sections.needs(needs, now.month, issued_on, kinds) if sections.opened(parts, Capability.NEEDS) else [],
        "story": story,
        "paid": scope.payment.legal_basis.value != "none",
        "due": [{"due_on": i.due_on.isoformat(), "ore": i.ore} for i in due_now],
        "due_next": {"due_on": due_next.due_on.isoformat(), "ore": due_next.ore} if due_next else None,
        "payments": sections.payments(running, issued_on),
        "earmarks": list(earmarks),
        "early_end": rules.early_end(running[0]) if running else "",
        "gln": scope.payment.gln,
        "agreed_next": sections.agreed_next(running, issued_on, kinds),
        "ahead": [{"on": day.isoformat(), "what": what} for day, what in rules.ahead(running, issued_on)],
        "duties": owed,
        "contact": {
            "name": scope.drc_contact.name,
            "title": scope.drc_contact.title,
            "phone": scope.drc_contact.phone,
            "email": scope.drc_contact.email,
        },
        "followed": rules.followed_text(now.followed, kinds, fewest_shown) if figures else "",
        "fewest_shown": fewest_shown,
        "hidden": sections.hidden(months, {what: value for what, (value, _earlier) in keys.items()}, kinds)
        if figures
        else [],
        "kept_back": figures
        and (
            any(m.attendances is None for m in months)
            or None in now.attendances_by_type.values()
            or any(None in (m.volunteer_attendances, m.volunteer_hours, *m.who.values()) for m in (now, before))
        ),
    }


def _who(now: MonthFigures, before: MonthFigures) -> list[dict[str, Any]]:
    return [
        {
            "what": month.name_da,
            "short": month.short_da,
            "value": now.who[code],
            "before": before.who.get(code, NOT_COUNTED),
        }
        for code, month in MONTHLY.items()
        if code in now.who
    ]


def _chart(months: Sequence[MonthFigures]) -> dict[str, Any]:
    return {
        "labels": [f"{MONTHS[m.month.month - 1][:3]} {m.month:%y}" for m in months],
        "values": [m.attendances for m in months],
        "text": rules.chart_text(months),
    }


def _held(now: MonthFigures, kind: str, figures: bool) -> dict[str, Any]:
    found = {"held": now.sessions_by_type.get(kind, 0), "cancelled": now.cancelled_by_type.get(kind, 0)}
    return found | {"attendances": now.attendances_by_type.get(kind, 0)} if figures else found


def _target(aim: Aim, year: int, kinds: Kinds, measures: Named) -> dict[str, Any]:
    return {
        "what": measures[aim.measure]["da"],
        "activity": kinds[aim.activity_type].da if aim.activity_type else ALL_ACTIVITIES,
        "year": year,
        "target": aim.target,
        "expected": aim.expected,
        "reached": aim.reached,
        "at_least": aim.at_least,
        "percent": aim.reached * 100 // aim.target,
        "progress": aim.progress.value,
        "how": PROGRESS_DA[aim.progress],
    }


def paper(frozen: Mapping[str, Any], number: str, issued_on: dt.date) -> Paper:
    """The paper of frozen facts."""
    name = maaned(frozen["month"])
    page = Paper(
        kind=PaperKind.STATEMENT,
        template=TEMPLATE,
        template_version=VERSION,
        title=f"Månedsopgørelse for {frozen['municipality']}, {name}",
        subject=f"Månedsopgørelse {name}",
        document_number=number,
        issued_on=issued_on,
        facts=frozen,
        tables=tables(frozen),
    )
    return editions.as_edition(page)
