"""Links that are mailed to people without an account: signed, expiring, good for one thing.

A link names what it is for, the municipalities that it reaches and the id of one row there. Whoever opens it gets no further than
that; whether the row still takes an answer is for the feature to say.
"""

from __future__ import annotations

import http
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, g
from flask_babel import gettext as _
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from service.platform.web.errors import Refusal
from tenants.reach import Office, Reach


class DeadLink(Refusal):
    """A link that was altered, cut off, has expired or is closed. The message says what to do."""

    status = http.HTTPStatus.GONE

    def __init__(self, message: str, codes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.codes = codes  # the municipalities that it reached, where that is sure: whom to call follows from them


@dataclass(frozen=True, slots=True)
class Link:
    """What a link opens: the row `id` in the municipalities `codes`, for one purpose."""

    purpose: str
    codes: tuple[str, ...]
    id: UUID

    @property
    def reach(self) -> Reach:
        """Whose rows the holder may see."""
        return Reach(Office.LINK, frozenset(self.codes))


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["settings"].secret_key, salt=f"link:{purpose}")


def token(link: Link) -> str:
    """The link as it stands in an address: letters, digits, `-`, `_` and `.`."""
    return _serializer(link.purpose).dumps([",".join(link.codes), link.id.hex])


def read(purpose: str, text: str, days: int | None) -> Link:
    """The link that a text is, at most `days` old; None is for ever. Raises DeadLink, and says what to do."""
    try:
        codes, key = _serializer(purpose).loads(text, max_age=days * 86400 if days else None)
        return Link(purpose, tuple(codes.split(",")), UUID(key))
    except SignatureExpired as error:
        raise expired(_codes(_serializer(purpose), error)) from error
    except (BadData, ValueError, TypeError, AttributeError) as error:
        raise DeadLink(
            _("The link is not whole. Open it from the mail again, or copy all of it. It may run over several lines.")
        ) from error


def _codes(serializer: URLSafeTimedSerializer, error: SignatureExpired) -> tuple[str, ...]:
    """The municipalities of a link that is old and otherwise whole."""
    codes, _key = serializer.load_payload(error.payload or b"")
    return tuple(codes.split(","))


def expired(codes: tuple[str, ...] = ()) -> DeadLink:
    """The refusal of a link whose time is over."""
    return DeadLink(_("The link has expired. Write or call your consultant at DRC, who can send you a new one."), codes)


def here() -> Link:
    """The link that the present request came by."""
    link: Link = g.link
    return link
