"""When late entries ask for a new edition, and what is told of them in the next statement, by example."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from service.activity.activities.disclosure import MonthFigures, month_figures
from service.activity.activities.lateness import Through
from service.activity.activities.rules import MonthTotals
from service.platform.documents.paper import Paper, Table
from service.platform.documents.rules import PaperKind
from service.reporting.statements.editions import (
    TargetMoved,
    as_edition,
    asks_for_edition,
    edition,
    how,
    late,
    lines,
    mail,
)

MONTH = dt.date(2026, 10, 1)
ONE_GROUP, DRC = Through(groups=1, corrected=False), Through(groups=0, corrected=True)


def figures(**counts: Any) -> MonthFigures:
    adults = counts.get("attendances", 0)
    return month_figures(MONTH, [MonthTotals(MONTH, "cafe", **{"adults": adults, "children": 0, **counts})])


@pytest.mark.parametrize(
    ("told", "now", "asks"),
    [
        ({"attendances": 300}, {"attendances": 330}, False),  # ten in a hundred is not more
        ({"attendances": 300}, {"attendances": 331}, True),
        ({"attendances": 300}, {"attendances": 269}, True),  # down as up
        ({"attendances": 60}, {"attendances": 84}, False),  # much of little is not large
        ({"attendances": 60}, {"attendances": 85}, True),
        ({"sessions": 8}, {"sessions": 12}, False),
        ({"sessions": 8}, {"sessions": 13}, True),
        ({"sessions": 60}, {"sessions": 66}, False),
        ({"volunteer_attendances": 40}, {"volunteer_attendances": 70}, True),
        ({"volunteer_minutes": 6000}, {"volunteer_minutes": 7600}, True),
        ({"attendances": 3}, {"attendances": 900}, False),  # what was kept back is compared with nothing
        ({}, {}, False),
    ],
)
def test_a_new_edition_is_asked_for_by_a_figure_that_moved_far(
    told: dict[str, int], now: dict[str, int], asks: bool
) -> None:
    assert asks_for_edition(figures(**told), figures(**now)) is asks


@pytest.mark.parametrize(
    ("told", "now", "asks"), [(99, 100, True), (100, 99, True), (99, 99, False), (100, 120, False)]
)
def test_a_new_edition_is_asked_for_by_a_target_that_is_reached_or_is_not_any_more(
    told: int, now: int, asks: bool
) -> None:
    same = figures(attendances=300)
    assert asks_for_edition(same, same, [TargetMoved(500, 1, 1), TargetMoved(100, told, now)]) is asks


def test_through_what_is_told_in_words() -> None:
    assert how(ONE_GROUP) == "indberettet sent af én gruppe"
    assert how(Through(groups=3, corrected=True)) == "indberettet sent af 3 grupper og rettet af DRC"
    assert how(DRC) == how(Through(groups=0, corrected=False)) == "rettet af DRC"


def test_a_small_change_is_told_in_the_next_statement() -> None:
    was = figures(sessions=3, attendances=58)
    assert late(was, figures(sessions=4, attendances=70), ONE_GROUP) == (
        "Oktober 2026: +1 afholdt gang, +12 fremmøder, indberettet sent af én gruppe."
    )
    assert late(was, figures(sessions=3, attendances=53), DRC) == "Oktober 2026: −5 fremmøder, rettet af DRC."


def test_what_may_not_be_told_yet_is_told_without_a_number() -> None:
    was = figures(sessions=3, attendances=58)
    assert late(was, was, DRC) == "Oktober 2026: rettet af DRC. Ændringen er for lille til, at et tal kan vises."
    who = figures(sessions=3, attendances=58, new_faces=9)
    assert late(was, who, DRC) == "Oktober 2026: tallene for, hvem der kom, har ændret sig, rettet af DRC."


def test_a_cancellation_is_told_as_one_and_is_nobody_who_came() -> None:
    was, more = figures(sessions=3, attendances=58), figures(sessions=3, attendances=58, cancelled=1)
    assert late(was, more, ONE_GROUP) == "Oktober 2026: +1 aflyst gang, indberettet sent af én gruppe."
    shared = figures(sessions=3, attendances=58, shared=1)
    assert "andre af månedens tal har ændret sig" in late(was, shared, DRC)


def test_where_no_figures_of_persons_are_opened_none_are_told_and_none_ask_for_an_edition() -> None:
    was, came = figures(sessions=3, attendances=58), figures(sessions=4, attendances=700)
    assert late(was, came, DRC, persons=False) == "Oktober 2026: +1 afholdt gang, rettet af DRC."
    assert late(was, figures(sessions=3, attendances=700), DRC, persons=False) == ""
    assert not asks_for_edition(was, came, persons=False)
    assert asks_for_edition(was, came), "the control"


def facts(attendances: int | None, held: int = 3, reached: int = 90, **more: Any) -> dict[str, Any]:
    activity = {"name": "Lektiehjælp", "held": held, "cancelled": 0, "attendances": attendances}
    return {
        "keys": [{"what": "Fremmøder", "value": attendances, "before": 7}],
        "who": [],
        "activities": [activity],
        "beside": [],
        "targets": [{"what": "Fremmøder", "activity": "Alle aktiviteter", "reached": reached}],
        **more,
    }


def test_the_lines_that_differ_are_compared() -> None:
    found = lines(facts(58), facts(758, held=4, reached=790))
    assert [(line["what"], line["old"], line["new"], line["difference"]) for line in found] == [
        ("Fremmøder", 58, 758, 700),
        ("Lektiehjælp: holdt", 3, 4, 1),
        ("Lektiehjælp: fremmøder", 58, 758, 700),
        ("Årets mål, fremmøder, alle aktiviteter: nået", 90, 790, 700),
    ]
    assert lines(facts(58), facts(58)) == []


def test_a_line_that_is_new_or_gone_or_kept_back_is_compared_too() -> None:
    cafe = {"name": "Café", "held": 0, "cancelled": 2, "attendances": 0}
    assert lines(facts(58), facts(58, beside=[cafe])) == [{"what": "Café: aflyst", "old": 0, "new": 2, "difference": 2}]
    assert lines(facts(58, beside=[cafe]), facts(58))[0]["difference"] == -2
    assert {line["difference"] for line in lines(facts(None), facts(58))} == {None}


def test_the_mail_says_what_is_new_and_why() -> None:
    said = {"former": ("0580-2026-0007", MONTH), "through": DRC}
    told = edition(2, facts(58), facts(758), reason="Et nul manglede.", **said)  # type: ignore[arg-type]
    subject, body = mail("Aabenraa Kommune", MONTH, told)
    assert subject == "Ny udgave af månedsopgørelsen for oktober 2026"
    assert "udgave 2. Den afløser dokument 0580-2026-0007" in body
    assert "Begrundelse: Et nul manglede." in body
    by_rule = edition(2, facts(58), facts(758), reason="", **said)  # type: ignore[arg-type]
    assert "Grunden er, at tal er rettet af DRC." in mail("Aabenraa Kommune", MONTH, by_rule)[1]
    assert mail("Aabenraa Kommune", MONTH, None)[1] == "Månedsopgørelsen for Aabenraa Kommune, oktober 2026, er klar."


def test_an_edition_is_frozen_with_what_it_takes_the_place_of() -> None:
    former = ("0580-2026-0007", dt.date(2026, 11, 6))
    assert edition(2, facts(58), facts(58), former=former, reason="Derfor.", through=DRC) == {
        "number": 2,
        "former": {"number": "0580-2026-0007", "issued_on": "2026-11-06"},
        "reason": "Derfor.",
        "how": "rettet af DRC",
        "lines": [],
    }


def test_what_was_kept_back_moves_by_no_number() -> None:
    small, more = figures(attendances=3), figures(attendances=300)
    for told, now in ((small, more), (more, small)):
        assert late(told, now, DRC) == "Oktober 2026: tallene for, hvem der kom, har ændret sig, rettet af DRC."


def test_an_activity_without_figures_of_persons_is_compared_by_its_times() -> None:
    cafe = {"name": "Café", "held": 1, "cancelled": 0}
    assert [line["what"] for line in lines(facts(58), facts(58, beside=[cafe]))] == ["Café: holdt"]


KEYS_TABLE = Table("tal", ("a",), (("b",),))
LATE = ["September 2026: rettet af DRC."]
LATE_TABLE = Table("sene", ("Ændringer i tidligere måneder",), ((LATE[0],),))


def page(told: dict[str, Any] | None, months: list[str]) -> Paper:
    said = {"edition": told, "late": months}
    return Paper(PaperKind.STATEMENT, "t.html", "1", "Opgørelse", "Oktober", "n", MONTH, said, (KEYS_TABLE,))


@pytest.mark.parametrize(("months", "tables"), [([], (KEYS_TABLE,)), (LATE, (KEYS_TABLE, LATE_TABLE))])
def test_the_first_edition_is_the_paper_with_the_months_that_moved(
    months: list[str], tables: tuple[Table, ...]
) -> None:
    found = as_edition(page(None, months))
    assert found == replace(page(None, months), tables=tables)


def test_a_later_edition_is_titled_and_tells_its_lines_as_a_table() -> None:
    kept_back = {"what": "Fremmøder", "old": None, "new": 58, "difference": None}
    told = {"number": 3, "former": {"number": "0580-2026-0007"}, "lines": [kept_back]}
    wanted = Table("udgave", ("Tal", "Tidligere", "Nu", "Forskel"), (("Fremmøder", "*", 58, "*"),))
    assert as_edition(page(told, LATE)) == replace(
        page(told, LATE),
        title="Opgørelse, udgave 3",
        subject="Oktober, udgave 3",
        revision=3,
        supersedes="0580-2026-0007",
        tables=(KEYS_TABLE, LATE_TABLE, wanted),
    )
