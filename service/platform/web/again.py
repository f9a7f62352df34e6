"""A request that met a switch-over is done once more, in this one place, for every route.

PostgreSQL is started anew, or another server takes over: what was under way is rolled back there, and whoever asked need not hear
of it. A request that only reads may be done again whatever happened; one that writes, unless it had begun to commit: then nobody
knows whether it is written, and who asked is told to look.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from service.platform.web.reading import reading
from tenants.database import AWAY, db, switched

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()
MAY, ASKED = "partnerskab.may_be_done_again", "partnerskab.asked_again"
SETTLES_WITHIN = 1.0  # seconds for a server to be there again


class OnceMore:
    """The application, which is asked a second time where its first answer is that it should be."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Ask; and ask once more, with what was sent from its beginning."""
        held: list[tuple[Any, ...]] = []
        sent = environ["wsgi.input"]
        environ[MAY] = _seekable(sent)
        start = sent.tell() if environ[MAY] else 0

        def hold(*about: Any) -> Any:
            held.append(about)
            return None

        body = self.application(environ, hold)
        if not environ.get(ASKED):
            start_response(*held[-1])
            return body
        getattr(body, "close", lambda: None)()
        sent.seek(start)
        environ[MAY] = False
        return self.application(environ, start_response)


def _seekable(sent: Any) -> bool:
    return bool(getattr(sent, "seekable", lambda: False)())


def init(app: Flask) -> None:
    """Let the application be asked once more."""
    app.wsgi_app = OnceMore(app.wsgi_app)  # type: ignore[method-assign]


def asked(error: Exception) -> Response | None:
    """Ask for the present request to be done once more, when that is right: the answer that asks for it, which nobody sees."""
    environ = request.environ
    harmless = reading() or not g.get("committing")
    if not (switched(error) and harmless and environ.get(MAY)):
        return None
    log.warning("done_once_more", path=request.path, error=type(getattr(error, "orig", error)).__name__)
    environ[ASKED] = True
    db.session.remove()
    _settle()
    return Response(status=503)


def _settle() -> None:
    """Wait a little for a server that takes what is written."""
    until = time.monotonic() + SETTLES_WITHIN
    while time.monotonic() < until:
        try:
            with db.engine.connect() as connection:
                if connection.scalar(text("SELECT NOT pg_is_in_recovery()")):
                    return
        except AWAY:
            pass
        time.sleep(0.1)


@event.listens_for(Session, "before_commit")
def _commits(session: Session) -> None:
    """From now on nobody knows, should the answer not come. What was noted of who asks, before the route was entered, is no matter."""
    if has_request_context() and "stack" in g:
        g.committing = True
