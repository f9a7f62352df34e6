"""Two people and one thing: whoever changes it says which version they have seen, and what they have not seen is not overwritten.

A thing's version is a keyed hash of what is edited of it, in the shape that a PUT sends and a form holds. So whatever writes it, a page,
a program, an import, a merge, makes it another one, and what leaves it as it is leaves its version.
"""

from __future__ import annotations

import hmac
import http
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from service.platform.web.errors import Conflict

State = Mapping[str, Any]


class Changed(Conflict):
    """The thing is no longer as it was seen. `state` is what it is now, None where it is gone."""

    status = http.HTTPStatus.PRECONDITION_FAILED

    def __init__(self, state: State | None) -> None:
        super().__init__(_("Somebody else has saved in the meantime. Read it again, and send what is to hold now."))
        self.state = state


class Unseen(Changed):
    """Nothing was said of what was seen of the thing."""

    status = http.HTTPStatus.PRECONDITION_REQUIRED

    def __init__(self, state: State | None) -> None:
        super().__init__(state)
        self.message = _("Send the ETag of what you have read, in the header If-Match.")


def as_text(state: State | None) -> str:
    """A state as text: the same for the same state, and read back it is one that has the same version."""
    return json.dumps(state, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def version_of(state: State | None) -> str:
    """The version of a thing whose state this is. It is keyed, so that who has it alone can guess nothing of the thing."""
    key = str(current_app.secret_key).encode()
    return hmac.digest(key, as_text(state).encode(), "sha256").hex()[:32]


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody who changes a thing has seen of it: one of some versions; None is whatever there is."""

    versions: frozenset[str] | None
    told: bool = True  # whether anything was said of it at all
    there: bool = False  # whether there must be something

    def still(self, state: State | None) -> None:
        """Go on while the thing is as it was seen. Its row is locked by then. Raises Changed, or Unseen where nothing was said."""
        if self.versions is None:
            if self.there and state is None:
                raise Changed(state)
        elif version_of(state) not in self.versions:
            raise Changed(state) if self.told else Unseen(state)


WHATEVER = Seen(None)  # of work that has looked at nothing, and writes in place of whatever there is


def seen_nothing(*, told: bool = True) -> Seen:
    """Of somebody who begins a thing that was not there."""
    return Seen(frozenset({version_of(None)}), told=told)
