"""A year is the sum of what its months told: pure rules, and what follows from the sum for whoever reads both."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from service.activity.activities.worlds import equal, pinned
from service.reporting.statements.progress import PromiseProgress
from service.reporting.statements.rules import ScopePart
from service.reporting.years.facts import facts
from service.reporting.years.kinds import KINDS, YearKind
from service.reporting.years.rules import Sum, agreed, told
from service.reporting.years.tables import tables
from tenants.calendar import month_after
from tenants.scope import AgreedActivity, Every, Frequency
from tests.reporting.years import made_up
from tests.reporting.years.made_up import COUNTED, FEW, FIRST, LAST, MONTHS, month, year

FULL = 44 + 21


def test_a_sum_adds_what_was_shown_and_says_that_something_was_not() -> None:
    whole = [month(each, COUNTED) for each in MONTHS]
    assert told(whole, "attendances") == Sum(12 * FULL, at_least=False)
    assert told(year(), "attendances", "language_cafe") == Sum(11 * 21, at_least=True), "March has 3"
    assert told(year(), "attendances", "homework_help") == Sum(11 * 44, at_least=True), "hidden with it"
    assert told(year(), "sessions") == Sum(12 * 8, at_least=False)


def test_persons_are_told_of_the_months_that_opened_figures() -> None:
    half = [month(each, COUNTED, opened=each.month > 6) for each in MONTHS]
    assert told(half, "attendances") == Sum(6 * FULL, at_least=True)
    assert told(half, "sessions") == Sum(12 * 8, at_least=False)


def test_what_there_was_at_last_lacks_nothing_of_the_months_before() -> None:
    half = [month(each, COUNTED, opened=each.month > 6) for each in MONTHS]
    for each in half:
        each.figures.who["waiting"] = 7  # type: ignore[index]
    assert told(half, "waiting") == Sum(7, at_least=False)


def test_months_that_look_alike_make_papers_that_do() -> None:
    """Nothing but what the months show reaches a paper: the small counts of two types may change places, and it says the same."""
    one, other = (
        {"homework_help": (few, 6), "language_cafe": (7 - few, 6), "network_family": (30, 6)} for few in (3, 4)
    )
    papers = [facts(made_up.told(months=[month(MONTHS[0], each), *year()[1:]])) for each in (one, other)]
    assert papers[0] == papers[1]
    shown = month(MONTHS[0], {**one, "network_family": (31, 6)})
    assert facts(made_up.told(months=[shown, *year()[1:]])) != papers[0], "the control: what is shown is told"


def hidden_months(sum_of_year: int) -> frozenset[str]:
    """The small counts that follow for a reader of eleven months that are shown and of the year's sum; the third month is not shown."""
    world = {f"{each:%m}": FEW["language_cafe"][0] if each.month == 3 else 21 for each in MONTHS}
    shown = [equal({name: 1}, count) for name, count in world.items() if name != "03"]
    of_year = {name: 1 for name in world if sum_of_year == sum(world.values()) or name != "03"}
    return pinned(world, [*shown, equal(of_year, sum_of_year)], {"03"})


def test_the_month_that_is_hidden_does_not_fall_out_of_the_year() -> None:
    """The engine is asked: of the sum of what was shown nothing follows; of the true sum, the control, the star does."""
    assert hidden_months(told(year(), "attendances", "language_cafe").number) == frozenset()
    assert hidden_months(11 * 21 + 3) == {"03"}


def test_what_is_agreed_by_quarter_is_told_of_the_days_of_the_months() -> None:
    kept = {
        each.activity_type: each
        for each in agreed([ScopePart(made_up.agreed(), FIRST, month_after(MONTHS[-1]))], year())
    }
    assert kept["network_family"].agreed == 4
    assert kept["language_cafe"].agreed == 24
    assert kept["homework_help"].agreed == 48, "as the twelve statements promised it: four each"
    assert kept["language_cafe"].progress is PromiseProgress.DONE
    assert kept["network_family"].progress is PromiseProgress.BEHIND
    half = [each for each in year() if each.month.month > 6]
    later = agreed([ScopePart(made_up.agreed(), FIRST, month_after(MONTHS[-1]))], half)
    assert next(each for each in later if each.activity_type == "network_family").agreed == 2, (
        "of the months that are told"
    )


def test_two_scopes_in_a_month_promise_each_for_its_days() -> None:
    weekly = AgreedActivity("homework_help", "Huset", Frequency(1, Every.WEEK), FIRST, LAST)
    one = replace(made_up.agreed(), activities=(weekly,))
    middle = dt.date(made_up.YEAR, 1, 15)
    parts = [ScopePart(one, FIRST, middle), ScopePart(one, middle, dt.date(made_up.YEAR, 2, 1))]
    assert agreed(parts, year())[0].agreed == 2 + 2


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (YearKind.STATUS, dt.date(2026, 2, 28)),
        (YearKind.GRANT_REPORT, dt.date(2026, 4, 1)),
        (YearKind.EVALUATION, dt.date(2026, 2, 28)),
        (YearKind.CASE, dt.date(2026, 1, 1)),
    ],
)
def test_each_paper_says_who_owes_it_to_whom_and_by_when(kind: YearKind, due: dt.date) -> None:
    said = facts(made_up.told(kind))["owes"]
    assert KINDS[kind].due(MONTHS[-1]) == due
    assert (said["sender"], said["receiver"]) == ("DRC", "kommunen")
    assert said["basis"]
    assert bool(said["by"]) is (kind is not YearKind.CASE)


def test_a_paper_says_what_ended_how_and_what_was_kept_back() -> None:
    said = facts(made_up.told())
    assert said["hidden"] == ["marts"]
    assert [each["how"] for each in said["targets"]] == ["nået", "nået", "kan være nået"]
    assert {each["how"] for each in said["duties"]} == {"gjort", "ikke gjort"}
    assert [each["ore"] for each in said["payments"]] == [15_000_000] * 2
    assert said["papers"][0] == "0580-2025-0001"
    assert len(said["effects"]) == 6


def test_without_figures_a_paper_tells_of_sessions_alone() -> None:
    closed = [month(each, COUNTED, opened=False) for each in MONTHS]
    said = facts(made_up.told(months=closed, aims=[]))
    assert [each["code"] for each in said["keys"]] == ["sessions"]
    assert str(FULL) not in said["lead"]
    assert said["who"] == said["effects"] == []
    names = [table.name for table in tables(said)]
    assert "hvem" not in names
    assert all("Fremmøder" not in table.header for table in tables(said))


def test_the_tables_say_what_the_facts_say() -> None:
    said = facts(made_up.told())
    found = {table.name: table for table in tables(said)}
    assert [table.csv() for table in found.values()], "each row is as long as its header"
    rows = {row[0]: row for row in found["noegletal"].rows}
    for key in said["keys"]:
        assert key["value"] in rows[key["what"]]
        assert (rows[key["what"]][2] != "") is key["at_least"]
    shown = [row[2] for row in found["maaneder"].rows if isinstance(row[2], int)]
    assert sum(shown) == next(key["value"] for key in said["keys"] if key["code"] == "attendances")
