"""How often something may be tried: counted in PostgreSQL, for all processes, whatever becomes of Redis.

A try is counted before it is made, so that a hundred at once are a hundred, and given back when it succeeds and only failures
count. Who tries what is kept as a keyed hash: no address of a person or a machine stands there.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from flask import current_app
from limits import RateLimitItem
from sqlalchemy import text
from werkzeug.exceptions import TooManyRequests

from tenants.database import db

COUNT = text("SELECT app.count_try(:mark, :more, :seconds)")


@dataclass(frozen=True, slots=True)
class Try:
    """A try that has been counted."""

    mark: bytes
    seconds: int

    def give_back(self) -> None:
        """It succeeded: it counts no more."""
        _count(self.mark, -1, self.seconds)


def begin(limit: RateLimitItem, what: str, whose: str) -> Try:
    """Count a try of `what` before it is made. Raises TooManyRequests, an answer of 429, beyond the limit."""
    mark = hmac.digest(current_app.config["SECRET_KEY"].encode(), f"{what}\n{whose}".encode(), hashlib.sha256)
    if _count(mark, 1, limit.get_expiry()) > limit.amount:
        raise TooManyRequests
    return Try(mark, limit.get_expiry())


def _count(mark: bytes, more: int, seconds: int) -> int:
    """Count at once, in a transaction of its own: a request that is refused leaves it behind."""
    with db.engine.begin() as connection:
        times: int = connection.execute(COUNT, {"mark": mark, "more": more, "seconds": seconds}).scalar_one()
    return times
