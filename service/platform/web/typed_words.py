"""What somebody has typed is kept when it could not be taken: they had been signed out, or their browser had lost its token.

It stays with whoever typed it: sealed, in the page that answers, and nowhere here or in a log. Signed in again, they press one button,
and the form stands there as they left it: nothing is saved until they look at it and save. Only what one of our own pages has sent is
kept, so that no other site puts words into anybody's form; a password and a file are not.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cryptography.fernet import InvalidToken
from flask import Flask, current_app, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from service.platform.web.errors import answer
from service.platform.web.forms import BESIDE, MOST_FIELDS, Typed
from service.platform.web.identity import somebody
from service.platform.web.reading import COMES_BACK, sending, wants_json
from service.platform.web.sealing import seal_of
from service.platform.web.security import MOST_BYTES, inside, takes_files

MAX_SEALED = 200_000  # signs, in a hidden field
MAX_AGE = 12 * 60 * 60  # seconds: a working day
SECRETS = frozenset({"password", "old", "new", "code"})
EXTENSION = "whose_session"
Whose = Callable[[str], UUID | None]


@dataclass(frozen=True, slots=True)
class TypedWords:
    """What was typed, and where it was sent."""

    address: str
    fields: tuple[tuple[str, str], ...]


def init(app: Flask, whose_session: Whose) -> None:
    """Let what is typed be kept. `whose_session` says whose session a cookie's token is or was."""
    app.extensions[EXTENSION] = whose_session
    app.register_error_handler(CSRFError, _no_token)


def sealed_now() -> str:
    """What the present request has typed, sealed for its person; "" where there is nothing to keep."""
    if wants_json() or not sending() or request.blueprint == "accounts" or not _from_ours():
        return ""
    view = current_app.view_functions.get(request.endpoint or "")
    fields = [(name, value) for name, value in list(request.form.items())[:MOST_FIELDS] if name not in BESIDE]
    if view is None or takes_files(view) or not fields or not SECRETS.isdisjoint(dict(fields)):
        return ""
    beside = [(name, value) for name, value in request.form.items() if name in BESIDE and name != "csrf_token"]
    address = request.full_path.rstrip("?")
    person = _whose()
    plain = json.dumps([str(person or ""), address, fields + beside]).encode()
    text = seal_of("kept").encrypt(zlib.compress(plain)).decode()
    return text if len(text) <= MAX_SEALED else ""


def _from_ours() -> bool:
    """Whether a page of ours has sent the request, as the browser itself says."""
    told = request.headers.get("Sec-Fetch-Site")
    return told == "same-origin" if told else request.headers.get("Origin") == request.host_url.rstrip("/")


def _whose() -> UUID | None:
    identity = somebody()
    if identity is not None:
        return identity.person_id
    token, whose = session.get("_user_id"), current_app.extensions[EXTENSION]
    found: UUID | None = whose(token) if isinstance(token, str) else None
    return found


def opened(text: str, person_id: UUID) -> TypedWords | None:
    """What was sealed, for the person who typed it: None for another, and for what is too old or none of ours.

    Who typed it while their browser had no session at all is whoever signs in on the page that it stands in.
    """
    if not text or len(text) > MAX_SEALED:
        return None
    try:
        whole = zlib.decompressobj()
        person, address, fields = json.loads(whole.decompress(seal_of("kept").decrypt(text, ttl=MAX_AGE), MOST_BYTES))
    except (InvalidToken, zlib.error, ValueError):
        return None
    if person not in ("", str(person_id)) or inside(address) is None:
        return None
    return TypedWords(address, tuple((str(name), str(value)) for name, value in fields))


def sign_in_page(kept: str) -> ResponseReturnValue:
    """The sign-in page, with what was typed, sealed."""
    form = Typed({"next": "", "kept": kept})
    return render_template("accounts/sign_in.html", form=form, signed_out=True), 401


def resume_page(kept: TypedWords, status: int = 200) -> ResponseReturnValue:
    """The page from which one goes back to the form."""
    return render_template("kept.html", kept=kept, again=COMES_BACK), status


def _no_token(error: CSRFError) -> ResponseReturnValue:
    """The browser's token is gone, or another site has sent the form."""
    kept, identity = sealed_now(), somebody()
    if kept and identity is None:
        return sign_in_page(kept)
    found = opened(kept, identity.person_id) if kept and identity else None
    if found is not None:
        return resume_page(found, 400)
    return answer(
        400, _("The page had been open too long, or was sent from elsewhere. What you sent has not been saved.")
    )
