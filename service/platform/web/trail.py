"""What is logged of people at the doors: who came in, who did not, and what was refused.

A person who is known is told by id. Whoever is not is told by a mark: the same for the same address, of e-mail or network, so that
many tries from one can be seen, and nothing that anybody could read back without the service's secret.
"""

from __future__ import annotations

import hashlib
import hmac

import structlog
from flask import Flask, Response, current_app, g, request

from service.platform.web.identity import Identity, address

log = structlog.get_logger()
REFUSALS = frozenset({400, 401, 403, 404, 410, 413, 415, 429})  # 409 and 422 are part of any day's work


def mark(address: str) -> str:
    """What stands in the log for an address of a person or of their machine."""
    key = f"trail:{current_app.extensions['settings'].secret_key}".encode()
    return hmac.new(key, address.encode(errors="replace"), hashlib.sha256).hexdigest()[:16]


def note(event: str, **facts: str | int) -> None:
    """Log what happened at a door, with who it was as far as that is known, and a mark of where they came from."""
    somebody = g.get("_login_user")  # whom Flask-Login has found, if it was asked: nobody is looked up for the log
    if isinstance(somebody, Identity):
        facts = {"person": str(somebody.person_id), **facts}
    log.info(event, source=mark(address()), **facts)


def init(app: Flask) -> None:
    """Log whatever a route refuses. Where there is no route nobody was refused anything."""

    @app.after_request
    def refused(response: Response) -> Response:
        if response.status_code in REFUSALS and request.endpoint is not None:
            note("refused", status=response.status_code, endpoint=request.endpoint, method=request.method)
        return response
