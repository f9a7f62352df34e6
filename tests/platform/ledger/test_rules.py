"""How entries of the ledger hang together."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace

import pytest

from service.platform.ledger.rules import FIRST, ChainEntry, chained, first_fault

ENTRY = ChainEntry(
    "0580",
    1,
    dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=1))),
    "municipality",
    "0199",
    "share.accepted",
    "share:0199",
    {"title": "Sprogcafé", "a": 1},
)


def test_the_hash_of_an_entry_is_the_same_for_ever() -> None:
    """What stands in ledgers was made so: with another form no chain would be whole."""
    assert chained(ENTRY, FIRST) == "e57058a969d287ec71cda68a1588ae5d52e7bc48a792fd7d33b2fa2b1a1f959e"
    in_utc = replace(ENTRY, at=ENTRY.at.astimezone(dt.UTC), details=dict(sorted(ENTRY.details.items())))
    assert chained(in_utc, FIRST) == chained(ENTRY, FIRST)
    assert chained(ENTRY, chained(ENTRY, FIRST)) != chained(ENTRY, FIRST)
    assert chained(replace(ENTRY, at=ENTRY.at.replace(microsecond=1)), FIRST) != chained(ENTRY, FIRST)


def test_the_hash_does_not_depend_on_where_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    here = chained(ENTRY, FIRST)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        assert chained(ENTRY, FIRST) == here
    time.tzset()


def chain(length: int) -> list[tuple[ChainEntry, str]]:
    found: list[tuple[ChainEntry, str]] = []
    for number in range(1, length + 1):
        entry = replace(ENTRY, number=number)
        found.append((entry, chained(entry, found[-1][1] if found else FIRST)))
    return found


def test_the_first_entry_that_does_not_hang_on_the_one_before_is_named() -> None:
    whole = chain(3)
    head = 3, whole[-1][1]
    assert first_fault(whole, head) is None
    assert first_fault([], (0, FIRST)) is None
    assert first_fault([whole[0], (replace(whole[1][0], act="share.declined"), whole[1][1]), whole[2]], head) == 2
    assert first_fault([whole[0], whole[2]], head) == 2
    renumbered = replace(ENTRY, number=7)
    assert first_fault([(renumbered, chained(renumbered, FIRST))], (1, chained(renumbered, FIRST))) == 1
    assert first_fault(whole[:2], head) == 3, "the last was cut off"
    assert first_fault(whole, (3, FIRST)) == 4
    assert first_fault(whole, (2, whole[-1][1])) == 4
