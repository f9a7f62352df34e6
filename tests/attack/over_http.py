"""What a municipality's people can fetch, fetched: with a key of their own, by the API."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from tenants.calendar import month_after
from tests.attack.attacker import Json, Meeting, Reading

Get = Callable[[str], Any]  # an address of the API to what it answers; None where it is refused
API = "/api/v1"


def readings(get: Get, code: str) -> Iterator[Reading]:
    """All months that are closed, each with its calendar."""
    types = {item["id"]: item["activity_type"] for item in get(f"{API}/activities?municipality_code={code}")["items"]}
    figures = get(f"{API}/municipalities/{code}/figures")
    for month in figures["items"] if figures else ():
        first = dt.date.fromisoformat(f"{month['month']}-01")
        last = month_after(first) - dt.timedelta(days=1)
        calendar = get(f"{API}/municipalities/{code}/calendar?from={first}&to={last}")
        planned = [(types[each["activity_id"]], each["minutes"]) for each in calendar["items"]] if calendar else []
        yield Reading(code, *_fitted(month, planned))


def _fitted(month: Json, planned: list[tuple[str, int]]) -> tuple[Json, list[Meeting]]:
    """The sessions that the calendar has of the types that are told, and others of lengths that it does not tell, which spoil the hours."""
    by_type: dict[str, list[int]] = defaultdict(list)
    for kind, minutes in planned:
        by_type[kind].append(minutes)
    meetings, spoilt = [], False
    for row in month["by_type"]:
        known = by_type[row["activity_type"]]
        spoilt |= row["sessions"] > len(known)
        more = max(row["sessions"], 1) - len(known)  # a type that was cancelled alone has an unknown too: nobody
        meetings += [Meeting(row["activity_type"], minutes) for minutes in known + [0] * more]
    return ({**month, "volunteer_hours": None} if spoilt else month), meetings


def volunteers(get: Get, code: str) -> tuple[list[Json], dict[str, list[Json]]]:
    """The months of recruitment, and what groups declare of each December in them."""
    months = get(f"{API}/municipalities/{code}/recruitment")
    declared: dict[str, list[Json]] = defaultdict(list)
    for each in get(f"{API}/declarations?municipality_code={code}")["items"]:
        declared[f"{each['year']}-12"].append(each)
    return list(months["items"]) if months else [], declared
