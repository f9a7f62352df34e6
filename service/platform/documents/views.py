"""A paper to read, and the public page that tells whether a file is one of ours."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import parse

from service.platform.documents import operations, rules
from service.platform.documents.texts import SEAL_STATES
from service.platform.web import tries
from service.platform.web.identity import address
from service.platform.web.permits import permit
from service.platform.web.security import REPORTED

bp = Blueprint("documents", __name__, template_folder="templates")
VERIFICATIONS = parse("60 per 15 minutes")


@bp.get("/dokumenter/<uuid:document_id>")
@permit.signed_in
def document(document_id: UUID) -> ResponseReturnValue:
    """The PDF itself, as it was issued."""
    return pdf(operations.read(document_id))


class Printed(Protocol):
    """A paper with its bytes, wherever it is kept."""

    number: Any
    title: Any
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


@bp.get("/verificer")
@permit.public
def verification() -> ResponseReturnValue:
    """Ask whether a file is a paper of ours."""
    return render_template("documents/verify.html", checked=None, error=None)


@bp.post("/verificer")
@permit.public
def verify() -> ResponseReturnValue:
    """Answer it: by a file, or by the file's SHA-256."""
    tries.begin(VERIFICATIONS, "verify from", address())
    file, typed = request.files.get("file"), rules.hash_typed(request.form.get("sha256", ""))
    if file is not None and file.filename:
        checked = operations.check(file.read())
    elif typed is not None:
        checked = operations.known(typed)
    else:
        error = _("Choose the PDF file, or write its SHA-256: 64 signs from 0 to 9 and a to f.")
        return render_template("documents/verify.html", checked=None, error=error), 422
    return render_template("documents/verify.html", checked=checked, seal_states=SEAL_STATES, error=None)
