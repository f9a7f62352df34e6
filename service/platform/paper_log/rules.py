"""What a leaf of the log says, and when a checkpoint is owed. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from tenants.stored import Unreadable


class Rewritten(Unreadable):
    """The log is not the one whose checkpoints were signed: nothing more is signed of it."""


def leaf(
    number: str,
    revision: int,
    sha256: str,
    issued_on: dt.date,
    fingerprint: str | None = None,
    supersedes: str | None = None,
) -> str:
    """What a paper's leaf says, to the byte: no person, no figure. `app.leaf_of` writes the same."""
    said = {
        "day": issued_on.isoformat(),
        "fingerprint": fingerprint,
        "number": number,
        "revision": revision,
        "sha256": sha256,
        "supersedes": supersedes,
    }
    return json.dumps({name: value for name, value in said.items() if value is not None}, sort_keys=True)


def read_leaf(text: str) -> dict[str, Any]:
    """What a leaf says. Raises ValueError for a text that `leaf` would not have written: a leaf has one reading."""
    said = json.loads(text)
    try:
        issued_on = dt.date.fromisoformat(said["day"])
        again = leaf(**{name: value for name, value in said.items() if name != "day"}, issued_on=issued_on)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("it is no leaf") from error
    if again != text or type(said["revision"]) is not int or not isinstance(said["sha256"], str):
        raise ValueError("it is no leaf")
    return dict(said)


def owed(leaves: int, covered: int, signed_on: dt.date | None, today: dt.date) -> bool:
    """Whether a checkpoint is owed: the log has grown since the last was signed, and that was on another day."""
    return leaves > covered and (signed_on is None or signed_on < today)
