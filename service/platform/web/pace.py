"""How fast somebody may go who has been let in: no one person's program, search or orders take the service from the others.

Calls and searches are counted in the process, by person: each process has room for so many. What makes a file or a paper is counted
in PostgreSQL, for all processes (`tries`).
"""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from service.platform.feature import features
from service.platform.web import tries
from service.platform.web.errors import TooFast
from service.platform.web.identity import Identity
from service.platform.web.reading import sending

CALLS = parse("3000 per minute")  # by programs
SEARCHES = parse("120 per minute")
ORDERS = parse("120 per hour")  # of files and papers
SEARCH_WORDS = "Search-Words"  # the header in which a program sends what it searches for
counted = FixedWindowRateLimiter(MemoryStorage())


def hold(identity: Identity) -> None:
    """Hold somebody to a pace. Raises TooFast beyond it."""
    person = str(identity.person_id)
    if not identity.token:
        _hit(CALLS, "calls", person)
    if request.args.get("q") or SEARCH_WORDS in request.headers:
        _hit(SEARCHES, "searches", person)
    if sending() and request.endpoint in features().orders:
        try:
            tries.begin(ORDERS, "orders of", person)
        except TooManyRequests as error:
            message = _("You have ordered many files and papers within the hour. Try again a little later.")
            raise TooFast(message, ORDERS.get_expiry()) from error


def _hit(limit: RateLimitItem, what: str, person: str) -> None:
    if not counted.hit(limit, what, person):
        raise TooFast(_("That was very much within a minute. Wait a minute, and try again."), limit.get_expiry())
