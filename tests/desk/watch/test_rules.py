"""What a monitor is told, in words, and from when on."""

from __future__ import annotations

import datetime as dt

import pytest

from service.desk.watch import rules
from service.desk.watch.rules import Aside, Work

NOW = dt.datetime(
    2026, 11, 6, 15, 30, tzinfo=dt.UTC
)  # half past four in Denmark; at two the statements of October went out
OCTOBER, SEPTEMBER = dt.date(2026, 10, 1), dt.date(2026, 9, 1)


def work(kind: str = "statement", **changes: object) -> Work:
    plain = {"due": 0, "late": 0, "failed": 0, "failed_lately": 0, "oldest": None}
    return Work(kind, **{**plain, **changes})  # type: ignore[arg-type]


def test_a_month_has_two_hours_of_danish_time_to_be_issued_in() -> None:
    months = [SEPTEMBER, OCTOBER]
    assert rules.closed(months, NOW) == months
    assert rules.closed(months, NOW - dt.timedelta(minutes=30)) == months, "that is two hours to the minute"
    assert rules.closed(months, NOW - dt.timedelta(minutes=31)) == [SEPTEMBER]


def test_what_is_missing_is_counted_and_named() -> None:
    (told,) = rules.of_statements({SEPTEMBER: frozenset(), OCTOBER: frozenset({"0550", "0580"})}, NOW)
    assert told.startswith(
        "statements: 2 municipalities (0550, 0580) have none for 2026-10, which should have gone out 2 hours ago; run"
    )
    assert "statements close --month 2026-10" in told
    assert rules.named(["0580"]) == "1 municipality (0580)"
    assert rules.named([f"{number:04d}" for number in range(10)]).endswith(", 0009)")
    many = rules.named([f"{number:04d}" for number in range(98)])
    assert many.startswith("98 municipalities (0000, ")
    assert many.endswith("0009 and 88 more)")


def test_work_is_told_of_when_it_is_late_or_given_up() -> None:
    since = NOW - dt.timedelta(hours=3)
    assert list(rules.of_work([work(due=4, oldest=since)], NOW)) == [], "it has only just come"
    late, gone = rules.of_work([work(due=4, late=2, failed=1, oldest=since)], NOW)
    assert late.startswith("statement: 2 wait too long, the oldest for 3 hours;")
    assert gone.startswith("statement: 1 given up;")


def test_an_old_mail_that_was_given_up_is_not_told_of_for_ever() -> None:
    assert list(rules.of_work([work("mail", failed=3)], NOW)) == []
    assert list(rules.of_work([work("mail", failed=3, failed_lately=1)], NOW)) == [
        "mail: 1 given up in the last 7 days; see the page Gået i stå (/gaaet-i-staa)"
    ]
    for kind in ("import", "export", "invitation"):
        assert list(rules.of_work([work(kind, failed=3, failed_lately=3)], NOW)) == [], "its sender is told"


def test_what_is_set_aside_is_a_line_a_step() -> None:
    ones = [Aside("drift.check", code, NOW, "KeyError (there)") for code in ("0580", "0550")]
    told = list(rules.of_aside([*ones, Aside("merges.forget", None, NOW, "KeyError (there)")]))
    assert [line.split(" since")[0] for line in told] == [
        "set aside: drift.check in 2 municipalities (0550, 0580)",
        "set aside: merges.forget for the whole country",
    ]


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        ({"database": "ok", "migrations": "ok", "walls": "ok", "redis": "ok", "worker": "ok", "timetable": "ok"}, []),
        ({"database": "unreachable", "migrations": "missing", "walls": "missing", "redis": "ok"}, ["database"]),
        ({"database": "ok", "redis": "unreachable", "worker": "unknown", "timetable": "unknown"}, ["redis"]),
        ({"database": "ok", "migrations": "behind", "walls": "deaf"}, ["migrations", "walls"]),
        ({"database": "ok", "migrations": "ahead"}, []),
        ({"database": "ok", "worker": "missing", "timetable": "missing"}, ["worker", "timetable"]),
        ({"database": "ok", "something": "as nobody knows it yet"}, ["something"]),
    ],
)
def test_what_the_service_stands_on_is_told_once(found: dict[str, str], lines: list[str]) -> None:
    assert [line.split(":")[0] for line in rules.of_dependencies(found)] == lines


def test_what_the_service_stands_on_is_told_with_what_to_do() -> None:
    found = {"database": "ok", "redis": "unreachable", "something": "as nobody knows it yet"}
    redis, something = rules.of_dependencies(found)
    assert redis == f"redis: {rules.DEPENDENCIES['redis', 'unreachable']}"
    assert something == "something: as nobody knows it yet"


def test_the_heads_that_are_not_their_last_entries_are_named() -> None:
    assert list(rules.of_ledger([], [])) == []
    broken, unread = rules.of_ledger({"drc", "0580"}, ["0540"])
    assert broken.startswith("ledger: the head of 0580, drc is not")
    assert unread.startswith("ledger: 1 municipality (0540) not read for over a week")


def test_a_log_that_nobody_can_sign_is_told_of() -> None:
    assert [*rules.of_log(3, True), *rules.of_log(0, False)] == []
    (told,) = rules.of_log(3, False)
    assert "3 papers" in told
    assert "LOG_KEY_FILE" in told


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-5, "0 minutes"), (0, "0 minutes"), (0.5, "0 minutes"), (119, "119 minutes"), (120, "2 hours"), (2880, "2 days")],
)
def test_ages_are_said_in_the_measure_that_fits(minutes: float, said: str) -> None:
    assert rules.age(NOW - dt.timedelta(minutes=minutes), NOW) == said


@pytest.mark.parametrize(
    ("hours", "demanded", "line"),
    [
        (None, False, ""),
        (None, True, "backup: none was ever made; "),
        (26, True, ""),
        (27, True, "backup: the newest is 27 hours old, 26 hours are the most; "),
        (72, False, "backup: the newest is 3 days old, 26 hours are the most; "),
    ],
)
def test_the_newest_backup_grows_old(hours: int | None, demanded: bool, line: str) -> None:
    newest = None if hours is None else NOW - dt.timedelta(hours=hours)
    told = list(rules.of_backup(newest, dt.timedelta(hours=26), demanded, NOW))
    assert [each.startswith(line) for each in told] == ([True] if line else [])


@pytest.mark.parametrize(
    ("named", "demanded", "lines"),
    [
        ({"A": "x", "B": "y"}, True, []),
        ({"A": "", "B": "y", "C": ""}, False, []),
        (
            {"A": "", "B": "y", "C": ""},
            True,
            ["contacts: nobody is named by A, C; docs/operations.md says what they are for"],
        ),
    ],
)
def test_whom_people_turn_to_is_named_where_it_is_for_real(
    named: dict[str, str], demanded: bool, lines: list[str]
) -> None:
    assert list(rules.of_contacts(named, demanded)) == lines


@pytest.mark.parametrize(
    ("days", "demanded", "told"),
    [
        (None, True, "without a seal"),
        (None, False, None),
        (31, True, None),
        (29, True, "ends on"),
        (-1, False, "ends on"),
    ],
)
def test_a_seal_that_is_lacking_or_soon_ends_is_told(days: int | None, demanded: bool, told: str | None) -> None:
    moment = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
    lines = list(rules.of_seal(None if days is None else moment + dt.timedelta(days=days), demanded, moment))
    assert [told in line for line in lines] == ([] if told is None else [True])  # type: ignore[operator]


@pytest.mark.parametrize(("days", "old"), [(0, False), (365, False), (366, True)])
def test_the_accessibility_statement_is_reviewed_every_year(days: int, old: bool) -> None:
    reviewed = dt.date(2026, 11, 30)
    told = list(rules.of_review(reviewed, reviewed + dt.timedelta(days=days)))
    assert [line.startswith("accessibility: the statement was reviewed on 2026-11-30, ") for line in told] == [
        True
    ] * old
