"""What a statement says, taken as a whole, and two in a row: no small count of persons follows from them.

For each count from 1 to 4 another month is found, in which that count is another one and all else is alike: both statements,
every sentence, table, sum and percentage of them, come out the same to the letter. So nobody can tell which month it was.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from service.activity.activities import disclosure
from service.activity.activities.disclosure import K, MonthFigures, Shown, month_figures
from service.activity.activities.rules import MonthTotals
from service.partnership.catalogue import files
from service.partnership.catalogue.rules import CatalogueType
from service.platform.documents.layout import html_of
from service.platform.documents.paper import canonical
from service.platform.ledger.rules import Head
from service.platform.paper_log.notes import Checkpoint
from service.reporting.statements import paper, rules
from service.reporting.statements.rules import NOT_YET, Reached, ScopePart
from tenants.calendar import month_after, months_back
from tenants.scope import AgreedActivity, Capability, Every, Frequency, Instalment, Level, Target
from tests.support.terms import running
from tests.support.world import scope

MONTH = dt.date(2026, 10, 1)
TYPES = ("homework_help", "language_cafe", "network_family")
MINUTES = dict(zip(TYPES, (60, 130, 90), strict=True))  # how long each lasts: it stands in the calendar
KINDS: Mapping[str, CatalogueType] = {kind.code: kind for kind in files.kinds().values()}
Counts = Mapping[str, tuple[int, int]]  # by activity type: participants and volunteers


def agreed() -> Any:
    """A scope that has as much as possible counted: targets in all and by type, and everything opened."""
    starts, ends = dt.date(2026, 1, 1), dt.date(2027, 12, 31)
    each = tuple(
        AgreedActivity(kind, "Biblioteket", Frequency(1, Every.WEEK), starts, ends, "Samtale og ikke undervisning.")
        for kind in TYPES[:2]
    )
    persons, kinds = ("attendances", "volunteer_attendances"), (None, *TYPES[:2])
    targets = (
        *(Target(measure, 500, 2026, kind) for measure in persons for kind in kinds),
        Target("volunteer_hours", 500, 2026),
    )
    return scope(starts, "prøve", Level.INTEGRATED, starts_on=starts, ends_on=ends, activities=each, targets=targets)


def facts(
    month: dt.date, counts: Mapping[dt.date, Counts], months: Sequence[MonthFigures] | None = None
) -> dict[str, Any]:
    """The facts of a month's statement, from what was counted in each month, or from the figures of its thirteen."""
    held = [
        MonthTotals(
            each, kind, 4, 1, people, helpers, MINUTES[kind] * helpers, adults=people, children=0, new_faces=people // 2
        )
        for each, by_type in counts.items()
        for kind, (people, helpers) in by_type.items()
    ]
    return paper.facts(
        official_name="Prøve Kommune",
        parts=[ScopePart(agreed(), month, month_after(month))],
        months=months or [month_figures(each, held) for each in months_back(month, 13)],
        kinds=KINDS,
        measures=files.measures(),
        outcomes=files.outcomes(),
        issued_on=month_after(month),
        agreement_number="0580-2026-0001",
        running=[running(agreed())],
        ledger=Head(12, "3f2a" * 16),
    )


def both(counts: Mapping[dt.date, Counts]) -> str:
    """Two statements in a row, all that they say."""
    said = [facts(month, counts) for month in (MONTH, month_after(MONTH))]
    return canonical({"first": said[0], "second": said[1]})


def others(by_type: Counts, which: int, kind: str) -> Iterator[Counts]:
    """Months in which one count is another: it changed places with one of its neighbours, or it is another small one."""
    mine = by_type[kind][which]

    def with_count(changes: Mapping[str, int]) -> Counts:
        return {
            name: tuple(changes.get(name, value) if place == which else value for place, value in enumerate(pair))  # type: ignore[misc]
            for name, pair in by_type.items()
        }

    for name, pair in by_type.items():
        if pair[which] not in (0, mine):
            yield with_count({name: mine, kind: pair[which]})
    for value in range(1, K):
        if value != mine:
            yield with_count({kind: value})
            yield with_count({name: value for name, pair in by_type.items() if pair[which]})


def told(counts: Mapping[dt.date, Counts]) -> list[tuple[dt.date, str, int]]:
    """The small counts for which no other month says the same."""
    said = both(counts)
    return [
        (month, kind, pair[which])
        for month, by_type in counts.items()
        for kind, pair in by_type.items()
        for which in (0, 1)
        if 0 < pair[which] < K
        and not any(both({**counts, month: other}) == said for other in others(by_type, which, kind))
    ]


COUNT = st.integers(0, 9) | st.sampled_from([12, 30])
A_MONTH = st.dictionaries(st.sampled_from(TYPES), st.tuples(COUNT, COUNT), max_size=3)
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SETTINGS
@given(A_MONTH, A_MONTH)
@example({"homework_help": (4, 4), "language_cafe": (4, 5), "network_family": (5, 5)}, {"homework_help": (1, 1)})
@example({"homework_help": (1, 2), "language_cafe": (1, 2)}, {"homework_help": (30, 3), "language_cafe": (30, 30)})
def test_two_statements_in_a_row_tell_no_small_count(first: Counts, second: Counts) -> None:
    assert told({MONTH: first, month_after(MONTH): second}) == []


def test_control_with_a_naive_rule_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def naive(cells: Mapping[str, int], _parts: object) -> Shown:
        return Shown({name: None if 0 < count < K else count for name, count in cells.items()}, sum(cells.values()))

    counts = {MONTH: {"homework_help": (3, 9), "language_cafe": (9, 9)}, month_after(MONTH): {"homework_help": (9, 9)}}
    assert told(counts) == []
    monkeypatch.setattr(disclosure, "disclose", naive)
    assert told(counts) == [(MONTH, "homework_help", 3)]


def test_control_with_hours_beside_what_is_kept_back_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {MONTH: {"homework_help": (9, 3), "language_cafe": (9, 9)}}
    assert told(counts) == []
    always = lambda rows, _shown: sum(row.volunteer_minutes for row in rows) // 60  # noqa: E731
    monkeypatch.setattr(disclosure, "hours", always)
    assert told(counts) == [(MONTH, "homework_help", 3)]


def numbers_in(value: Any) -> Iterator[str]:
    """Every text and number of the facts."""
    match value:
        case dict():
            yield from itertools.chain.from_iterable(numbers_in(part) for part in value.values())
        case list():
            yield from itertools.chain.from_iterable(numbers_in(part) for part in value)
        case _:
            yield str(value)


def test_a_month_of_one_small_activity_says_so_and_not_how_small() -> None:
    said = facts(MONTH, {MONTH: {"homework_help": (3, 2)}})
    assert (
        said["lead"]
        == "I oktober blev 4 af 8 aftalte gange holdt. Antallet af fremmøder vises ikke, så ingen kan genkendes."
    )
    assert said["kept_back"]
    keys = {key["what"]: key["value"] for key in said["keys"]}
    assert keys == {"Afholdte gange": 4, "Fremmøder": None, "Frivilliges fremmøder": None, "Frivilligtimer": None}
    assert said["chart"]["values"][-1] is None
    assert said["chart"]["text"].endswith("oktober 2026: vises ikke.")
    assert [row["attendances"] for row in said["activities"]] == [None, 0]
    assert {(row["reached"], row["at_least"]) for row in said["targets"]} == {(0, True), (0, False)}
    page = paper.paper(said, "0580-2026-0002", dt.date(2026, 11, 1))
    rows = {(table.name, row[0]): row for table in page.tables for row in table.rows}
    assert rows["noegletal", "Fremmøder"][1] == "*"
    assert rows["maaneder", "okt 26"][1] == "*"


def test_who_came_is_printed_and_what_is_small_or_was_not_counted_says_so() -> None:
    month = MonthTotals(MONTH, "language_cafe", 4, attendances=30, adults=20, children=10, new_faces=2, waiting=6)
    months = [month_figures(each, [month]) for each in months_back(MONTH, 13)]
    said = facts(MONTH, {}, months)
    assert said["who"] == [
        {"what": "Deltagere på 15 år og derover", "short": "Voksne", "value": 20, "before": "ikke talt"},
        {"what": "Børn under 15 år", "short": "Børn", "value": 10, "before": "ikke talt"},
        {"what": "Nye deltagere", "short": "Nye deltagere", "value": None, "before": "ikke talt"},
        {"what": "På venteliste ved månedens slutning", "short": "Venter", "value": 6, "before": "ikke talt"},
    ]
    assert (said["kept_back"], said["who_partly"]) == (True, False)
    page = paper.paper(said, "0580-2026-0002", dt.date(2026, 11, 1))
    assert ("Nye deltagere", "*", "ikke talt") in [row for table in page.tables for row in table.rows]


def test_the_newest_checkpoint_of_the_log_is_printed_where_there_is_one() -> None:
    point = Checkpoint("example.org/verificer", 1176, bytes(range(32)))
    frozen = facts(MONTH, {MONTH: {}})
    for log, said in ((None, False), ({"size": point.size, "root": point.root.hex(), "mark": point.mark}, True)):
        page = html_of(paper.paper({**frozen, "log": log}, "0580-2026-0002", MONTH))
        assert ("kontrolpunkt på 1.176 papirer: 0001 0203 0405 0607." in page) is said


def test_earmarks_and_targets_that_sessions_do_not_tell_are_printed_as_they_stand() -> None:
    """What nobody has told yet is said to be so, and stands in no table as nought."""
    told = (Target("people_reached", 80, 2026), Target("active_volunteers", 40, 2026))
    wanted = replace(agreed(), targets=told)
    one = paper.facts(
        official_name="Prøve Kommune",
        parts=[ScopePart(wanted, MONTH, month_after(MONTH))],
        months=[month_figures(each, []) for each in months_back(MONTH, 13)],
        kinds=KINDS,
        measures=files.measures(),
        issued_on=month_after(MONTH),
        agreement_number="0580-2026-0001",
        running=[running(wanted)],
        ledger=Head(12, "3f2a" * 16),
        earmarks=["40.000 kr. til dokumentation i 2026: 12.500 kr. brugt, 27.500 kr. tilbage"],
        reached={"people_reached": NOT_YET, "active_volunteers": Reached(38)},
    )
    assert [(each["what"], each["reached"], each["percent"]) for each in one["targets"]] == [
        ("Aktive frivillige", 38, 95)
    ]
    page = html_of(paper.paper(one, "0580-2026-0002", MONTH))
    assert "<li>40.000 kr. til dokumentation i 2026: 12.500 kr. brugt, 27.500 kr. tilbage.</li>" in page
    assert "Personer, der er nået: målet er 80. Tallet er ikke gjort op endnu." in page
    assert page.count("<h3>Årets mål</h3>") == 1


def test_what_the_lead_compares_with_is_left_out_when_it_is_kept_back() -> None:
    before = dt.date(2026, 9, 1)
    said = facts(MONTH, {before: {"homework_help": (3, 2)}, MONTH: {"homework_help": (30, 12)}})
    assert said["lead"].endswith("Der var 30 fremmøder.")
    said = facts(MONTH, {before: {"homework_help": (20, 12)}, MONTH: {"homework_help": (30, 12)}})
    assert said["lead"].endswith("Der var 30 fremmøder, 10 flere end i september.")


# What else stands there


def test_promised_and_held_over_a_change_of_scope_within_the_month() -> None:
    old, new = agreed(), agreed()
    middle = dt.date(2026, 10, 15)
    promised = rules.promises([ScopePart(old, MONTH, middle), ScopePart(new, middle, month_after(MONTH))])
    assert [(each.activity_type, each.times) for each in promised] == [("homework_help", 4), ("language_cafe", 4)]
    assert promised[0].places == ("Biblioteket",)


def test_what_is_due_and_what_is_ahead() -> None:
    wanted = agreed()
    payment = type(wanted.payment)(
        wanted.payment.legal_basis,
        (),
        (Instalment(dt.date(2026, 11, 15), 100), Instalment(dt.date(2027, 2, 1), 200)),
        "",
    )
    wanted = scope(
        dt.date(2026, 1, 1),
        "prøve",
        starts_on=dt.date(2026, 1, 1),
        ends_on=dt.date(2027, 3, 31),
        payment=payment,
        evaluation_on=dt.date(2027, 1, 10),
    )
    now, following = rules.due([running(wanted)], dt.date(2026, 11, 1))
    assert [each.ore for each in now] == [100]
    assert following is not None
    assert following.ore == 200
    ahead = rules.ahead([running(wanted)], dt.date(2026, 11, 1))
    assert [day.isoformat() for day, _what in ahead] == [
        "2026-11-15",
        "2027-01-10",
        "2027-02-01",
        "2027-02-28",
        "2027-03-31",
        "2027-04-01",
    ]


@pytest.mark.parametrize(
    ("sessions", "kept", "expected"),
    [
        ({}, 0, "I oktober er der ikke registreret nogen afholdte aktiviteter, selv om 8 gange var aftalt."),
        ({"homework_help": 4, "language_cafe": 4}, 8, "I oktober blev alle 8 aftalte gange holdt."),
        ({"homework_help": 9, "language_cafe": 1}, 5, "I oktober blev 5 af 8 aftalte gange holdt."),
    ],
)
def test_the_lead_answers_how_it_went(sessions: Mapping[str, int], kept: int, expected: str) -> None:
    """More of one activity than agreed does not make up for another that was not held."""
    held = [MonthTotals(MONTH, kind, count) for kind, count in sessions.items()]
    promised = [rules.Promise(kind, ("Biblioteket",), 4) for kind in TYPES[:2]]
    assert rules.lead(month_figures(MONTH, held), month_figures(dt.date(2026, 9, 1), []), promised) == expected
    assert rules.kept(month_figures(MONTH, held), promised) == (kept, 8)


def test_the_rows_of_the_activities_sum_to_the_key_figures() -> None:
    """Those outside the agreement are among them: else who sums the attached table finds less than the paper says."""
    everything = dict.fromkeys(TYPES, (20, 6))
    said = facts(MONTH, {MONTH: everything})
    assert [each["name"] for each in said["beside"]] == [KINDS[TYPES[2]].da], "one type is not agreed"
    table = next(each for each in paper.paper(said, "0580-2026-0001", MONTH).tables if each.name == "aktiviteter")
    held, attendances = (table.header.index(name) for name in ("Holdt", "Fremmøder"))
    assert sum(int(row[held]) for row in table.rows) == said["keys"][0]["value"] == 12
    assert sum(int(row[attendances]) for row in table.rows) == said["keys"][1]["value"] == 60


@pytest.mark.parametrize("opens", [True, False])
def test_persons_stand_on_it_where_the_agreement_opens_figures_and_nowhere_else(
    opens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = agreed()
    closed = replace(whole, capabilities=whole.capabilities - {Capability.FIGURES})
    monkeypatch.setattr(f"{__name__}.agreed", lambda: whole if opens else closed)
    said = facts(MONTH, {MONTH: dict.fromkeys(TYPES, (777, 55))})
    told = canonical(said) + "".join(str(table.rows) for table in paper.paper(said, "0580-2026-0001", MONTH).tables)
    assert ("777" in told) is ("2331" in told) is ("2.331" in said["lead"]) is opens
    assert said["keys"][0]["what"] == "Afholdte gange"
    assert (said["chart"] is not None, bool(said["targets"])) == (opens, opens)
    assert (said["hidden"], said["kept_back"]) == ([], False)
    assert ("åbner ikke for tal" in html_of(paper.paper(said, "0580-2026-0001", MONTH))) is not opens


def test_a_month_in_which_nobody_came_has_no_chart_and_no_table_without_rows() -> None:
    said = facts(MONTH, {})
    assert said["chart"] is None
    assert said["effects"] == []
    tables = paper.paper(said, "0580-2026-0001", MONTH).tables
    assert {table.name for table in tables} == {"loefter", "noegletal", "aktiviteter", "maal", "betaling"}
    page = html_of(paper.paper(said, "0580-2026-0001", MONTH))
    assert [f"{table.name}.csv" in page for table in tables] == [True] * len(tables), "each is named on the paper"


def test_every_table_on_the_paper_is_attached() -> None:
    said = facts(MONTH, {MONTH: dict.fromkeys(TYPES, (20, 6))})
    page = paper.paper(said, "0580-2026-0001", MONTH)
    html = html_of(page)
    assert html.count("<caption>") + 2 == len(page.tables), "the key figures and the chart are no tables on it"
    assert html.count(".csv)") == html.count("<caption>")
