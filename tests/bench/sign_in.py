"""How long it takes to refuse whoever signs in: known or not, shut out, or without a password, it must not be told apart.

With the service's own hasher, through the whole application, one of each in turn. No kind may differ from the known one by more than the
noise: what the median of as many samples of the known one itself may be off by.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from contextvars import Context

import psycopg
from flask import Flask
from structlog.testing import capture_logs

from config.embedded import Servers
from service.platform.accounts.operations import hash_password
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import clock
from tests.bench.rows import Row, timed
from tests.support.pages import token_of
from tests.support.tries import forget_tries
from tests.support.world import HERE, person

ROUNDS, WARM = 60, 4
KNOWN = "known"
KINDS = (KNOWN, "unknown", "shut out", "no password")


def rows(app: Flask, place: Servers) -> list[Row]:
    """The topic's rows: each kind against the known one."""
    _people(app, place)
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    asks = {kind: _asking(app, f"{kind.replace(' ', '.')}@kommune.example") for kind in KINDS}
    for number in range(WARM + ROUNDS):
        forget_tries(place.database_owner_url)
        for kind in KINDS[number % 4 :] + KINDS[: number % 4]:  # no kind is always asked after the same other
            with capture_logs():
                seconds, status = timed(asks[kind])
            if status != 422:
                raise RuntimeError(f"{kind}: {status}")
            if number >= WARM:
                times[kind].append(seconds)
    medians = {kind: statistics.median(found) for kind, found in times.items()}
    limit = 1 + _noise(times[KNOWN])
    return [_row(kind, medians[kind], medians[KNOWN], limit) for kind in KINDS if kind != KNOWN]


def _noise(times: list[float]) -> float:
    """Three times the error of the median of so many samples that vary as these do, of the median."""
    low, middle, high = statistics.quantiles(times, n=4)
    return 3 * (high - low) / len(times) ** 0.5 / middle


def _row(kind: str, ours: float, reference: float, limit: float) -> Row:
    """Whichever takes longer stands as ours: to be quicker tells as much."""
    return Row(f"signing in, {kind} against known", max(ours, reference), min(ours, reference), limit)


def _people(app: Flask, place: Servers) -> None:
    """One that is known, one that is shut out, and one that has no password yet; the unknown is nobody."""
    with app.app_context(), acting_for(clock()), transaction():
        ids = {
            kind: person(f"{kind.replace(' ', '.')}@kommune.example", ("staff", HERE, None))
            for kind in KINDS
            if kind != "unknown"
        }
        hashed = hash_password("hest ketsjer lampe tag")
    with psycopg.connect(place.database_owner_url) as owner:
        owner.execute("UPDATE passwords SET hash = %s", [hashed])
        owner.execute("UPDATE persons SET disabled_at = now() WHERE id = %s", [ids["shut out"]])
        owner.execute("DELETE FROM passwords WHERE person_id = %s", [ids["no password"]])


def _asking(app: Flask, email: str) -> Callable[[], int]:
    """Send the form as a browser of its own does: nothing of the context in which the application was made goes with it."""
    client, run = app.test_client(), Context().run
    token = token_of(run(client.get, "/log-ind").text)
    form = {"csrf_token": token, "email": email, "password": "noget helt andet her"}
    return lambda: run(client.post, "/log-ind", data=form).status_code
