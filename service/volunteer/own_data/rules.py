"""What a volunteer can ask for about their own data, and the secret of their link. Plain values in and out."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from enum import StrEnum
from uuid import UUID

STANDS = dt.timedelta(days=7)  # how long a link opens what it was made for
ANSWER = dt.timedelta(days=30)  # within which an answer is owed: GDPR, article 12(3), a month
MAX_WORDS = 1000
MAX_OF_ONE_ADDRESS = 10  # volunteers who share an address of mail


class WishKind(StrEnum):
    """What somebody asks to have done about their own data."""

    CORRECT = "correct"
    STOP = "stop"  # not to be written to or called
    FORGET = "forget"


def secret_of(key: str, link_id: UUID) -> bytes:
    """The secret of a link, worked out from the service's own: it is kept nowhere."""
    return hmac.digest(key.encode(), b"own data:" + link_id.bytes, hashlib.sha256)
