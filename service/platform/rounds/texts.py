"""What is set aside and why, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from service.platform.feature import features
from service.platform.rounds.rules import AsideCause

CAUSES: Mapping[AsideCause, Any] = {
    AsideCause.UNREADABLE: _l("something is stored in a way that the service cannot read"),
    AsideCause.DATABASE: _l("the database did not take it"),
    AsideCause.FAULT: _l("there is a fault in the service"),
}


def said(step: str, cause: str) -> Any:
    """What is set aside and why, as a sentence."""
    return _l("%(what)s: %(why)s", what=features().steps_in_words.get(step, step), why=CAUSES[AsideCause(cause)])
