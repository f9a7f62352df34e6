"""What somebody searches for stands in no address as they typed it: it may be a person's name, and addresses are kept by browsers.

A search is sent as a form, and answered by the address of the list with the words sealed for whoever typed them. So the list is a page
that one reads: back to it, on to its next page and to a file of it one comes as to any other, and nothing is kept here.
"""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from cryptography.fernet import InvalidToken
from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from service.platform.web.errors import Refusal
from service.platform.web.fields import Text
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.sealing import seal_of
from service.platform.web.security import inside

bp = Blueprint("searching", __name__)
MAX_LETTERS = 100
MAX_AGE = 12 * 60 * 60  # seconds: a working day
WORDS, LIST = "q", "list"  # what is typed, and the path of the list that is searched
MAX_LIMITS = 10


def init(app: Flask) -> None:
    """Let templates write what was searched for into an address."""
    app.jinja_env.filters["sealed"] = sealed


@bp.post("/soeg")
@permit.signed_in
def search() -> ResponseReturnValue:
    """Lead to the list that is searched, narrowed down as the form says."""
    path = inside(request.form.get(LIST, ""))
    if path is None or not {"?", "#"}.isdisjoint(path):
        return redirect(url_for("home.start"))
    try:
        words = Text(MAX_LETTERS, required=False).deserialize(request.form.get(WORDS, ""))
    except ValidationError as error:
        raise Refusal(str(error.messages[0])) from error
    limits = [(name, value) for name, value in request.form.items() if name not in (WORDS, LIST, "csrf_token")]
    asked = [(WORDS, sealed(words)), *limits[:MAX_LIMITS]]
    asked = [(name, value) for name, value in asked if value]
    return redirect(f"{path}?{urlencode(asked)}" if asked else path)


def sealed(words: str) -> str | None:
    """Words for an address, which the present person alone can read there; None for none."""
    return seal_of("words").encrypt(me().person_id.bytes + words.encode()).decode() if words else None


def words_asked() -> str:
    """What the present person searches for, by the address; "" where they do not, and where it was sealed for another or long ago."""
    try:
        plain = seal_of("words").decrypt(request.args.get(WORDS, ""), ttl=MAX_AGE)
    except (InvalidToken, ValueError):
        return ""
    return plain[16:].decode() if UUID(bytes=plain[:16]) == me().person_id else ""
