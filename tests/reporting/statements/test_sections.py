"""What each part of a statement says, by example."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from service.activity.activities.disclosure import month_figures
from service.activity.activities.rules import MonthTotals
from service.network.needs.rules import NeedState, Said
from service.partnership.catalogue import files
from service.reporting.statements import sections
from service.reporting.statements.progress import Aim, KeptPromise, PromiseProgress
from service.reporting.statements.rules import ScopePart
from tenants.calendar import months_back
from tenants.scope import (
    AgreedActivity,
    Capability,
    Contact,
    Every,
    Frequency,
    Instalment,
    LegalBasis,
    Level,
    Payment,
    Scope,
)
from tests.support.terms import running

OCTOBER, MIDDLE, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 10, 15), dt.date(2026, 11, 1)
SOMEONE = Contact("A", "B", "C", "D")
KINDS, MEASURES = files.kinds(), files.measures()


def activity(kind: str, times: int = 1, every: Every = Every.WEEK) -> AgreedActivity:
    return AgreedActivity(kind, "Huset", Frequency(times, every), dt.date(2026, 1, 1), dt.date(2027, 12, 31))


def scope(*activities: AgreedActivity, opens: frozenset[Capability] = frozenset()) -> Scope:
    days = (dt.date(2026, 2, 1), dt.date(2026, 12, 1), dt.date(2027, 2, 1))
    payment = Payment(LegalBasis.OTHER_GRANT, (), tuple(Instalment(day, 100) for day in days))
    return Scope(
        Level.TARGETED, dt.date(2026, 1, 1), dt.date(2027, 12, 31), SOMEONE, SOMEONE, opens, activities, payment=payment
    )


def kept(
    held: int, cancelled: int = 0, whole: int = 4, span: Every = Every.MONTH, expected: int | None = None
) -> KeptPromise:
    return KeptPromise("mentor", ("Huset",), span, whole, whole if expected is None else expected, held, cancelled)


@pytest.mark.parametrize(
    ("one", "whys", "words"),
    [
        (kept(4), {}, "Holdt som aftalt."),
        (kept(5), {}, "Holdt som aftalt, og 1 gang mere."),
        (kept(3, 1), {"weather": 1}, "1 gang aflyst: vejret."),
        (
            kept(1, 2),
            {"weather": 1, "holiday": 1},
            "2 gange aflyst: vejret og en helligdag. Der er ikke registreret noget om 1 gang.",
        ),
        (kept(3, 1), {"": 1}, "1 gang aflyst."),
        (kept(2, 2), {"weather": 1}, "2 gange aflyst."),  # the other was a neighbour's: half a reason is none
        (kept(2), {}, "Der er ikke registreret noget om 2 gange."),
        (kept(0, 0, 1, Every.QUARTER, 0), {}, "Aftalt for kvartalet. Der er tid endnu."),
        (
            kept(1, 0, 6, Every.YEAR, 4),
            {},
            "Aftalt for året. Nu skulle 4 være holdt. Der er ikke registreret noget om 3 gange.",
        ),
    ],
)
def test_why_an_activity_stands_as_it_does(one: KeptPromise, whys: dict[str, int], words: str) -> None:
    assert sections.why_held(one, whys) == words


def test_why_a_target_stands_as_it_does_is_where_it_should_be_by_now() -> None:
    aim = Aim("attendances", None, 1200, 1000, 100, False, PromiseProgress.BEHIND)
    said = "Ved udgangen af oktober skulle 1.000 være nået."
    assert sections.why_aimed(aim, OCTOBER) == said
    assert (
        sections.why_aimed(replace(aim, progress=PromiseProgress.UNKNOWN), OCTOBER)
        == f"{said} Tal er skjult, så det kan være nået."
    )
    assert sections.why_aimed(replace(aim, progress=PromiseProgress.DONE), OCTOBER) == "Målet for året er nået."


def test_the_worst_promise_stands_first_and_all_are_summed_up() -> None:
    aims = [
        Aim("attendances", None, 1200, 1000, 500, False, PromiseProgress.BEHIND),
        Aim("attendances", "mentor", 100, 80, 0, True, PromiseProgress.UNKNOWN),
        Aim("sessions", None, 9, 9, 9, False, PromiseProgress.DONE),
    ]
    overdue = [{"who": "Kommunen", "what": "at gøre", "on": "2026-10-01"}]
    done = [{"who": "DRC", "what": "at gøre", "on": "2026-10-09"}]
    rows = sections.promised([kept(4), kept(1), kept(9, whole=10)], aims, overdue, done, OCTOBER, {}, KINDS, MEASURES)
    assert [(row["progress"], row["what"], row["where"]) for row in rows] == [
        ("behind", "Mentor", "Huset"),  # a quarter
        ("behind", "Mål 2026: fremmøder i alt", ""),  # a half
        ("behind", "Kommunen: at gøre", ""),
        ("unknown", "Mål 2026: fremmøder i mentor", ""),
        ("on_track", "Mentor", "Huset"),
        ("done", "Mentor", "Huset"),
        ("done", "Mål 2026: afholdte gange i alt", ""),
        ("done", "DRC: at gøre", ""),
    ]
    assert (rows[2]["why"], rows[7]["why"]) == ("Fristen var 1. oktober 2026.", "Gjort 9. oktober 2026.")
    assert sections.in_short(rows) == "8 løfter: 3 bagud, 1 kan ikke vurderes, 1 på sporet og 3 nået."
    assert sections.in_short([]) == ""


def test_two_scopes_of_a_month_are_told_apart_and_one_is_not() -> None:
    old = ScopePart(scope(activity("mentor")), OCTOBER, MIDDLE, "0580-2025-0007")
    new = ScopePart(
        scope(activity("mentor"), activity("job_club", 1, Every.QUARTER)), MIDDLE, NOVEMBER, "0580-2026-0001"
    )
    found = [
        (row["first"], row["last"], row["agreement"], row["activity"], row["agreed"])
        for row in sections.scopes([old, new], KINDS)
    ]
    assert found == [
        ("2026-10-01", "2026-10-14", "0580-2025-0007", "Mentor", 2),
        ("2026-10-15", "2026-10-31", "0580-2026-0001", "Mentor", 2),
        ("2026-10-15", "2026-10-31", "0580-2026-0001", "Jobklub", None),
    ]
    assert sections.scopes([new], KINDS) == []
    assert not sections.opened([old, new], Capability.FIGURES)
    seen = replace(old, scope=scope(opens=frozenset({Capability.FIGURES})))
    assert sections.opened([seen, new], Capability.FIGURES), "one of them opens it"


def test_each_effect_sums_what_is_shown_of_the_types_that_work_for_it() -> None:
    held = [
        MonthTotals(OCTOBER, kind, 2, attendances=count)
        for kind, count in (("language_cafe", 20), ("job_club", 4), ("mentor", 9))
    ]
    found = {row["effect"]: row for row in sections.effects(month_figures(OCTOBER, held), KINDS, files.outcomes())}
    assert len(found) == 6
    danish = found["Det danske sprog"]
    assert (danish["activities"], danish["held"], danish["attendances"], danish["at_least"]) == (
        ["Sprogcafé", "Jobklub"],
        4,
        20,
        True,
    )
    assert found["Deltagelse i lokalsamfundet"]["at_least"] is False
    assert sections.effects(month_figures(OCTOBER, []), KINDS, files.outcomes())[0]["activities"] == []


def need(number: int, said_on: dt.date, state: NeedState = NeedState.OPEN, over_on: dt.date | None = None) -> Said:
    return Said(UUID(int=number), "0580", "mentor", number, state, said_on, over_on)


def test_needs_that_wait_are_told_with_the_longest_wait_first_and_old_ones_that_are_over_are_not() -> None:
    said = [
        need(1, dt.date(2026, 10, 20)),
        need(2, dt.date(2026, 8, 1)),
        need(3, dt.date(2026, 1, 1), NeedState.MET, dt.date(2026, 9, 30)),
        need(4, dt.date(2026, 9, 1), NeedState.WITHDRAWN, OCTOBER),
    ]
    found = sections.needs(said, OCTOBER, NOVEMBER, KINDS)
    assert [(row["number"], row["waited"], row["how"]) for row in found] == [
        (2, 92, "venter på svar"),
        (4, None, "trukket tilbage"),
        (1, 12, "venter på svar"),
    ]


def test_what_is_agreed_for_the_month_to_come_and_the_years_instalments() -> None:
    wanted = running(scope(activity("mentor"), activity("job_club", 1, Every.QUARTER)))
    assert (
        sections.agreed_next([wanted], dt.date(2026, 11, 5), KINDS)
        == "I november er aftalt: mentor 4 gange og jobklub efter aftale."
    )
    assert sections.agreed_next([running(scope(activity("mentor")), dt.date(2026, 10, 31))], NOVEMBER, KINDS) == ""
    assert sections.agreed_next([], NOVEMBER, KINDS) == ""
    assert [(row["due_on"], row["how"]) for row in sections.payments([wanted], dt.date(2026, 11, 5))] == [
        ("2026-02-01", "forfaldet"),
        ("2026-12-01", "forfalder"),
    ]


def test_what_is_hidden_is_named_and_not_how_much() -> None:
    held = [MonthTotals(OCTOBER, "mentor", 2, attendances=4, volunteer_attendances=9)]
    held += [MonthTotals(OCTOBER, "job_club", 2, attendances=9, volunteer_attendances=9)]
    held += [MonthTotals(dt.date(2026, 9, 1), "mentor", 2, attendances=3)]
    months = [month_figures(month, held) for month in months_back(OCTOBER, 13)]
    assert sections.hidden(months, {"Fremmøder": 13, "Frivilligtimer": None}, KINDS) == [
        "frivilligtimer",
        "fremmøder i mentor og jobklub",
        "fremmøder i 1 tidligere måned",
    ]
