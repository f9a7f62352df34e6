"""What counts as drift, and what is not said because it is not known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from service.activity.activities.rules import MonthTotals
from service.reporting.drift import rules
from service.reporting.drift.rules import CountedUse, Drift, Finding, Ran, Use
from service.reporting.statements.progress import Aim, PromiseProgress
from service.reporting.statements.rules import ScopePart
from tenants.calendar import months_back
from tenants.scope import AgreedActivity, Capability, Contact, Every, Frequency, Level, Scope, Target

TODAY = dt.date(2026, 11, 24)
TOMORROW = TODAY + dt.timedelta(days=1)
AUGUST, OCTOBER = dt.date(2026, 8, 1), dt.date(2026, 10, 1)
SOMEONE = Contact("A", "B", "C", "D")
START, END = dt.date(2025, 1, 1), dt.date(2027, 12, 31)


def activity(kind: str = "homework_help", every: Every = Every.WEEK, starts: dt.date = START) -> AgreedActivity:
    return AgreedActivity(kind, "Huset", Frequency(1, every), starts, END)


def scope(
    *activities: AgreedActivity, targets: tuple[Target, ...] = (), opens: frozenset[Capability] = frozenset()
) -> Scope:
    return Scope(
        Level.TARGETED, START, END, SOMEONE, SOMEONE, activities=activities, targets=targets, capabilities=opens
    )


def part(wanted: Scope, first: dt.date = dt.date(2025, 10, 1), after: dt.date = TOMORROW) -> ScopePart:
    return ScopePart(wanted, first, after)


def ran(held: list[MonthTotals], *parts: ScopePart) -> rules.AgreedTerms:
    (one,) = rules.agreed(parts or (part(scope(activity())),), held, TODAY)
    return one


def test_the_last_three_whole_months_are_looked_at() -> None:
    assert rules.recent(TODAY) == (AUGUST, dt.date(2026, 11, 1))
    one = ran(
        [
            MonthTotals(AUGUST, "homework_help", 4),
            MonthTotals(OCTOBER, "homework_help", 4, 1),
            MonthTotals(dt.date(2026, 7, 1), "homework_help", 9),
            MonthTotals(dt.date(2026, 11, 1), "homework_help", 9, 9),
        ]
    )
    first_known, this_month = dt.date(2025, 10, 1), dt.date(2026, 11, 1)
    assert one == rules.AgreedTerms("homework_help", 12, 8, 1, first_known, this_month, Ran.LESS)


def test_what_the_agreement_has_until_those_months_is_not_asked_about() -> None:
    until_july, until_august = (
        replace(activity(kind), ends_on=day) for kind, day in (("mentor", dt.date(2026, 7, 31)), ("job_club", AUGUST))
    )
    found = rules.agreed((part(scope(until_july, until_august)),), [], TODAY)
    assert [each.activity_type for each in found] == ["job_club"]


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], Ran.NEVER),
        ([MonthTotals(OCTOBER, "homework_help", 0, 4)], Ran.NEVER),  # cancelled each time
        ([MonthTotals(OCTOBER, "language_cafe", 9)], Ran.NEVER),
        ([MonthTotals(dt.date(2026, 3, 1), "homework_help", 4)], Ran.STOPPED),
        ([MonthTotals(OCTOBER, "homework_help", 10)], Ran.LESS),
        ([MonthTotals(OCTOBER, "homework_help", 11)], Ran.AS_AGREED),  # nine tenths of what was promised
    ],
)
def test_how_an_agreed_activity_runs(held: list[MonthTotals], expected: Ran) -> None:
    assert ran(held).ran is expected


def test_what_began_this_month_or_late_last_month_is_not_judged() -> None:
    def begun(day: dt.date) -> Ran:
        return ran([], part(scope(activity(starts=day)), first=day)).ran

    assert begun(dt.date(2026, 11, 2)) is Ran.TOO_EARLY
    assert begun(dt.date(2026, 10, 2)) is Ran.TOO_EARLY
    assert begun(dt.date(2026, 10, 1)) is Ran.NEVER
    assert begun(dt.date(2026, 9, 2)) is Ran.NEVER
    this_month = part(scope(activity(starts=dt.date(2026, 11, 2))), first=dt.date(2026, 11, 2))
    assert ran([], this_month).promised == 0
    early = MonthTotals(dt.date(2026, 11, 1), "homework_help", 1)
    assert ran([early], this_month).ran is Ran.AS_AGREED, "it runs, though no month of it is whole"


def test_what_was_held_in_the_month_in_which_it_began_was_held() -> None:
    march = part(scope(activity(starts=dt.date(2026, 3, 10))), first=dt.date(2026, 3, 10))
    assert ran([MonthTotals(dt.date(2026, 3, 1), "homework_help", 1)], march).ran is Ran.STOPPED
    assert ran([MonthTotals(dt.date(2026, 2, 1), "homework_help", 1)], march).ran is Ran.NEVER, "before it was agreed"


def test_a_new_agreement_with_the_same_activity_begins_nothing_anew() -> None:
    old, new = part(scope(activity()), after=dt.date(2026, 11, 1)), part(scope(activity()), first=dt.date(2026, 11, 1))
    assert ran([], old, new).ran is Ran.NEVER
    other = part(scope(activity("language_cafe")), after=dt.date(2026, 11, 1))
    assert ran([], other, new).ran is Ran.TOO_EARLY
    gap = replace(old, after=dt.date(2026, 10, 1))
    assert ran([], gap, new).ran is Ran.TOO_EARLY


def test_a_promise_by_quarter_is_not_counted_but_must_run() -> None:
    quarterly = part(scope(activity(every=Every.QUARTER)))
    assert ran([MonthTotals(OCTOBER, "homework_help", 1)], quarterly).ran is Ran.AS_AGREED
    one = ran([], quarterly)
    assert (one.promised, one.ran) == (None, Ran.NEVER)


def test_what_is_held_and_not_agreed() -> None:
    held = [
        MonthTotals(AUGUST, "bicycle_course", 1),
        MonthTotals(OCTOBER, "bicycle_course", 2),
        MonthTotals(OCTOBER, "homework_help", 4),
        MonthTotals(OCTOBER, "mentor", 0, 3),
        MonthTotals(dt.date(2026, 5, 1), "job_club", 4),
        MonthTotals(dt.date(2026, 11, 1), "job_club", 4),
        MonthTotals(AUGUST, "sewing", 7),
    ]
    now = part(scope(activity()))
    assert rules.outside([now], held, TODAY) == [
        rules.Outside("bicycle_course", 3, OCTOBER),
        rules.Outside("sewing", 7, AUGUST),
    ]
    # What the agreement before had when it was held was held as agreed, and not what it had before that or after.
    before = part(scope(activity("bicycle_course"), activity("sewing")), dt.date(2026, 1, 1), dt.date(2026, 9, 1))
    assert rules.outside([before, now], held, TODAY) == [rules.Outside("bicycle_course", 2, OCTOBER)]


OPEN = scope(activity(), opens=frozenset({Capability.NETWORK, Capability.CALENDAR, Capability.NEEDS}))


def opened(since: dt.date | None, begun: dt.date = START) -> dict[Capability, rules.OpenCapability]:
    uses = {Capability.CALENDAR: CountedUse(3, TODAY)}
    return {one.capability: one for one in rules.opened(OPEN, begun, since, uses, TODAY)}


def test_unused_is_said_only_of_what_is_counted_and_for_long_enough() -> None:
    month_ago = TODAY - dt.timedelta(days=30)
    found = opened(month_ago)
    assert {key: one.use for key, one in found.items()} == {
        Capability.NEEDS: Use.UNUSED,
        Capability.NETWORK: Use.UNUSED,
        Capability.CALENDAR: Use.USED,
    }
    used, unused = found[Capability.CALENDAR], found[Capability.NETWORK]
    assert used == rules.OpenCapability(Capability.CALENDAR, 3, TODAY, month_ago, Use.USED)
    assert unused == rules.OpenCapability(Capability.NETWORK, 0, None, month_ago, Use.UNUSED)
    assert opened(month_ago + dt.timedelta(days=1))[Capability.NETWORK].use is Use.TOO_EARLY
    assert opened(START, begun=TODAY)[Capability.NETWORK].use is Use.TOO_EARLY
    assert opened(None)[Capability.NETWORK].use is Use.TOO_EARLY
    assert opened(None)[Capability.CALENDAR].use is Use.USED


def test_the_year_so_far_is_its_whole_months() -> None:
    assert rules.year_so_far(TODAY) == months_back(OCTOBER, 10)
    assert rules.year_so_far(dt.date(2026, 1, 15)) == months_back(dt.date(2025, 12, 1), 12)
    assert rules.year_so_far(dt.date(2026, 2, 1)) == (dt.date(2026, 1, 1),)


def test_findings_name_what_has_drifted() -> None:
    drift = Drift(
        scope=OPEN,
        agreed=tuple(
            rules.agreed((part(scope(activity(), activity("mentor"))),), [MonthTotals(OCTOBER, "mentor", 12)], TODAY)
        ),
        outside=tuple(rules.outside([part(scope())], [MonthTotals(OCTOBER, "sewing", 2)], TODAY)),
        opened=tuple(opened(START).values()),
        aims=(
            Aim("attendances", None, 1200, 999, 100, False, PromiseProgress.BEHIND),
            Aim("sessions", None, 1200, 999, 1000, False, PromiseProgress.ON_TRACK),
        ),
        last_day=OPEN.ends_on,
    )
    assert drift.findings() == [
        (Finding.NEVER_RAN, "homework_help"),
        (Finding.OUTSIDE, "sewing"),
        (Finding.UNUSED, "needs"),
        (Finding.UNUSED, "network"),
        (Finding.BEHIND, "attendances:"),
    ]
