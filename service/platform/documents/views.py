"""A paper to read."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from flask import Blueprint, Response, make_response
from flask.typing import ResponseReturnValue

from service.platform.documents import operations, rules
from service.platform.web.permits import permit
from service.platform.web.security import REPORTED

bp = Blueprint("documents", __name__)


@bp.get("/dokumenter/<uuid:document_id>")
@permit.signed_in
def document(document_id: UUID) -> ResponseReturnValue:
    """The PDF itself, as it was issued."""
    return pdf(operations.read(document_id))


class Printed(Protocol):
    """A paper with its bytes, wherever it is kept."""

    @property
    def number(self) -> Any:
        """Its number."""

    @property
    def title(self) -> Any:
        """What it is called."""

    content: Any
    sha256: Any


def pdf(found: Printed) -> Response:
    """The stored bytes as an answer that names the file as the municipality would file it."""
    response = make_response(found.content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{rules.file_name(found.number, found.title)}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["ETag"] = f'"{found.sha256}"'
    # The browser's own PDF reader shows the paper in a page of its own making.
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; base-uri 'none'; frame-ancestors 'none'; {REPORTED}"
    )
    return response
