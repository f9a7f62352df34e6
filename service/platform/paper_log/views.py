"""The public page that tells whether a paper is ours, and the newest checkpoint for whoever keeps one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import parse

from service.platform.documents import operations as documents
from service.platform.documents import rules
from service.platform.documents.paper import FINGERPRINT
from service.platform.documents.texts import SEAL_STATES
from service.platform.paper_log import checking, queries
from service.platform.paper_log.checking import Checked
from service.platform.web import tries
from service.platform.web.errors import NotFound
from service.platform.web.identity import address
from service.platform.web.permits import permit

bp = Blueprint("paper_log", __name__, template_folder="templates")
VERIFICATIONS = parse("60 per 15 minutes")


@bp.get("/verificer")
@permit.public
def verification() -> ResponseReturnValue:
    """Ask whether a paper is one of ours. The code on a paper leads here with its number and its whole fingerprint, and is answered."""
    number = rules.number_typed(request.args.get("nummer", ""))
    mark = rules.mark_typed(request.args.get("fingeraftryk", ""))
    if number is None or mark is None or len(mark) != FINGERPRINT:
        return _page(None, request.args)
    return _page(checking.check_number(number, mark), request.args)


@bp.post("/verificer")
@permit.public
def verify() -> ResponseReturnValue:
    """Answer it: by a file, by the file's SHA-256 as a browser has worked it out, or by what is printed on the paper."""
    tries.begin(VERIFICATIONS, "verify from", address())
    number = rules.number_typed(request.form.get("nummer", ""))
    mark = rules.mark_typed(request.form.get("fingeraftryk", ""))
    file, sent = (
        request.files.get("file"),
        rules.hash_typed(request.form.get("sha256", "")) or rules.hash_typed(mark or ""),
    )
    if file is not None and file.filename:
        content = file.read()
        sealed = documents.check(content)
        return _page(checking.check_file(sealed.sha256, rules.earlier(content), number, mark, sealed), request.form)
    if sent is not None:
        earlier = rules.earlier_sent(request.form.get("earlier", ""))
        return _page(checking.check_file(sent, earlier, number, mark), request.form)
    if number is not None and mark is not None:
        return _page(checking.check_number(number, mark), request.form)
    error = _("Choose the PDF file, or write the number and the fingerprint that stand on the paper.")
    return _page(None, request.form, error), 422


def _page(checked: Checked | None, typed: Mapping[str, str], error: str | None = None) -> str:
    newest = queries.newest()
    return render_template(
        "paper_log/verify.html",
        checked=checked,
        typed=typed,
        error=error,
        seal_states=SEAL_STATES,
        signed=newest is not None,
        stamp=queries.stamp(newest.size) if newest else None,
    )


@bp.get("/verificer/checkpoint")
@permit.public
def checkpoint() -> Response:
    """The newest checkpoint of the log of papers: a signed note, as text."""
    row = queries.newest()
    if row is None:
        raise NotFound
    return Response(row.note, mimetype="text/plain")


@bp.get("/verificer/checkpoint.tsr")
@permit.public
def stamp() -> Response:
    """The time stamp (RFC 3161) of the checkpoint of `size` papers, which its second line says; else of the newest. Once it is given."""
    newest = queries.newest()
    size = request.args.get("size", type=int) or (newest.size if newest else 0)
    found = queries.stamp(size) if 0 < size < 2**31 else None
    if found is None:
        raise NotFound
    return Response(found.answer, mimetype="application/timestamp-reply")
