"""A call that is repeated with the same `Idempotency-Key` has its effect once."""

from __future__ import annotations

import functools
import hashlib
import http
import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, jsonify, make_response, request
from flask_babel import gettext as _
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.etags import tagged
from service.platform.web.identity import me
from service.platform.web.keeping import ANSWERS
from service.platform.web.models import IdempotentAnswer
from tenants.database import db, now

View = TypeVar("View", bound=Callable[..., Any])


def once(view: View) -> View:
    """Let a call that is repeated with the same `Idempotency-Key` have its effect once and its answer again.

    The key is claimed and the answer kept in the call's own transaction, so that a call which was refused or broke off
    leaves nothing behind, and one that comes while the first is under way waits for it. Raises Invalid for a malformed
    key and Refusal for a key that was used for another call.
    """
    return once_without()(view)


def once_without(*secrets: str) -> Callable[[View], View]:
    """As `once`, but for the named parts of the answer: they are told the first time and kept nowhere, so that a repeated call
    is answered with null in their place.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Response:
            key = request.headers.get("Idempotency-Key")
            if key is None:
                return _answered(make_response(view(*args, **kwargs)))
            if not re.fullmatch(r"[!-~]{1,100}", key):
                raise Invalid({"Idempotency-Key": [_("The key is from 1 to 100 visible signs of ASCII.")]})
            kept = _claim(key)
            if kept is not None:
                response = jsonify(kept.body) if kept.status != http.HTTPStatus.NO_CONTENT else Response()
                response.status_code = kept.status
                response.headers["Idempotent-Replayed"] = "true"
                return _answered(response)
            response = make_response(view(*args, **kwargs))
            body = (response.get_json(silent=True) or {}) | dict.fromkeys(secrets)
            mine = (IdempotentAnswer.person_id == me().person_id) & (IdempotentAnswer.key == key)
            db.session.execute(update(IdempotentAnswer).where(mine).values(status=response.status_code, body=body))
            return _answered(response)

        _document_key(wrapper)
        return wrapper  # type: ignore[return-value]

    return wrap


def _claim(key: str) -> IdempotentAnswer | None:
    """Claim a key for this call: None when it is now claimed, else the answer it was given before."""
    identity = me()
    sent = (
        "\n".join((request.method, request.full_path, ",".join(sorted(identity.codes)))).encode()
        + b"\n"
        + request.get_data(cache=True)
    )
    mark = hashlib.sha256(sent).hexdigest()
    table = IdempotentAnswer
    db.session.execute(delete(table).where(table.person_id == identity.person_id, ANSWERS.over(now())))
    claimed = db.session.execute(
        insert(table)
        .values(person_id=identity.person_id, key=key, request_hash=mark, status=0, body={}, created_at=now())
        .on_conflict_do_nothing()
        .returning(table.key)
    ).scalar()
    if claimed is not None:
        return None
    kept = db.session.get(table, (identity.person_id, key))
    if kept is None:
        raise Conflict(_("A call with this key was under way and has been undone. Send it again."))
    if kept.request_hash != mark:
        raise Refusal(
            _("This key has been used for another call. A new call needs a new key."),
            {"Idempotency-Key": [_("This key has been used for another call.")]},
        )
    return kept


def _answered(response: Response) -> Response:
    """What was created says where it is."""
    body = response.get_json(silent=True) if response.status_code == http.HTTPStatus.CREATED else None
    if body:
        response.headers["Location"] = f"{request.path}/{body['id']}"
    return tagged(response)


def _document_key(view: Any) -> None:
    documented = dict(getattr(view, "_apidoc", {}))
    documented["manual_doc"] = {**documented.get("manual_doc", {}), "parameters": ["IdempotencyKey"]}
    view._apidoc = documented  # noqa: SLF001 - where flask-smorest keeps what is said of a view
