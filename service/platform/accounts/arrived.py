"""Where somebody goes who has just signed in, and what their browser is told on the way."""

from __future__ import annotations

from flask import Response, g, make_response, redirect, url_for

from service.platform.accounts import known_devices, own_account
from service.platform.web import typed_words
from service.platform.web.identity import me
from service.platform.web.language import spoken


def answer(following: str, kept: str) -> Response:
    """Back to what they wrote, where they were going, or the start page; and the browser knows their account from now on."""
    identity = me()
    words = typed_words.opened(kept, identity.person_id)
    if words is not None:
        g.pop("csrf_token", None)  # the browser has a new session, and so a new token
        response = make_response(typed_words.resume_page(words))
    else:
        response = make_response(
            spoken(redirect(following or url_for("home.start")), own_account.language_of(identity))
        )
    return known_devices.remember(response, identity.email)
