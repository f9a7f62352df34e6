"""The pass: how PostgreSQL knows that it was the service that said whose rows a transaction may see.

What PostgreSQL is told are settings, and any SQL can set those: a statement that somebody slipped in would only have to say that it
is DRC's. So the service signs them, together with the moment at which the transaction began, and `app.passed()` checks the signature
(HMAC-SHA256) whenever a policy asks for the office, the reach or the person. The key is worked out from SECRET_KEY and lies in a
table that the service's own role cannot read. SQL alone can therefore make no pass, change none, and use none again: another
transaction begins at another moment. No clock is compared with another, and nothing is remembered between two statements.
"""

from __future__ import annotations

import hmac
import re

from sqlalchemy import Connection, text

from tenants.reach import Reach

BEGAN = "SELECT extract(epoch FROM now())::text"  # when the transaction began, as app.passed() writes it
ANNOUNCE = (
    "SELECT set_config('app.reach', :reach, true), set_config('app.office', :office, true),"
    " set_config('app.person', :person, true), set_config('app.pass', :signature, true)"
)
TELL = re.sub(
    r":(\w+)", r"%(\1)s", ANNOUNCE
)  # as the driver takes it, with nothing to put together at each transaction
_BLOCK = 64  # bytes that SHA-256 takes at a time


def key_of(secret: str) -> bytes:
    """The key that passes are signed with, worked out from the service's secret."""
    return hmac.digest(secret.encode(), b"partnerskab: what PostgreSQL is told", "sha256")


def pass_for(reach: Reach, began: str, key: bytes) -> dict[str, str]:
    """What TELL sets: the reach, and the signature that lets it count in the transaction that began at that moment."""
    settings = reach.settings()
    words = {name: settings[f"app.{name}"] for name in ("office", "reach", "person")}
    signed = "/".join(
        (began, *words.values())
    )  # none of the parts has room for a slash, so they cannot be parted otherwise
    return {**words, "signature": hmac.digest(key, signed.encode(), "sha256").hex()}


def word_for(said: str, began: str, key: bytes) -> str:
    """The service's word, in the transaction that began at that moment, that it does what is `said`: `app.vouched()` checks it.

    After the moment stands a colon where a pass has a slash, so that no word is a pass and no pass a word.
    """
    return hmac.digest(key, f"{began}:{said}".encode(), "sha256").hex()


def accept(connection: Connection, key: bytes) -> None:
    """Let passes that are signed with `key` count, beside those that count already. As the owner, who alone writes keys."""
    if connection.scalar(text("SELECT to_regclass('app.keys')")) is None:
        return  # before the migration that makes the table, or after it was taken back
    insert = "INSERT INTO app.keys (inner_pad, outer_pad) VALUES (:inner_pad, :outer_pad) ON CONFLICT DO NOTHING"
    connection.execute(text(insert), _pads(key))


def accept_only(connection: Connection, key: bytes) -> int:
    """Let no other passes count than those signed with `key`, and say how many keys, or open doors, that took away."""
    accept(connection, key)
    others = text(
        "DELETE FROM app.keys WHERE inner_pad IS DISTINCT FROM :inner_pad OR outer_pad IS DISTINCT FROM :outer_pad"
    )
    return connection.execute(others, _pads(key)).rowcount


def _pads(key: bytes) -> dict[str, bytes]:
    """The two halves that HMAC makes of a key: what PostgreSQL's sha256() needs to do the rest."""
    whole = key.ljust(_BLOCK, b"\0")
    return {"inner_pad": bytes(byte ^ 0x36 for byte in whole), "outer_pad": bytes(byte ^ 0x5C for byte in whole)}
