"""The steps of the rounds in words, and why one is set aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from service.rounds.rules import Cause

STEPS: Mapping[str, Any] = {
    "ring.papers": _l("Agreements that wait to be printed"),
    "ring.decisions": _l("Mails about agreements"),
    "ring.statements": _l("Statements that wait to be made"),
    "ring.posters": _l("Posters that wait to be made"),
    "ring.duties": _l("Lists of what is due that are behind"),
    "ring.checks": _l("The daily look at what has drifted"),
    "ring.drift_papers": _l("Papers for meetings that wait to be made"),
    "ring.declarations": _l("Declarations that wait to be made"),
    "ring.checkins": _l("Check-ins that wait to be recorded"),
    "ring.notices": _l("Mails that wait to be sent"),
    "ring.imports": _l("Files that wait to be read"),
    "ring.exports": _l("Files that wait to be made"),
    "statements.ask": _l("The monthly statements"),
    "checkins.ask": _l("The monthly check-ins of the groups"),
    "declarations.ask": _l("The yearly declarations"),
    "recruitment.count": _l("The count of volunteers"),
    "uses.keep": _l("The count of what is used"),
    "declarations.invite": _l("Mails about declarations"),
    "certificates.remind": _l("Mails about child certificates"),
    "merges.forget": _l("Forgetting what merged volunteers were"),
    "imports.forget": _l("Forgetting old files that came in"),
    "exports.forget": _l("Forgetting old files that went out"),
    "drift.check": _l("The look at what has drifted"),
    "duties.bring_up": _l("The list of what is due"),
}

CAUSES: Mapping[Cause, Any] = {
    Cause.UNREADABLE: _l("something is stored in a way that the service cannot read"),
    Cause.DATABASE: _l("the database did not take it"),
    Cause.FAULT: _l("there is a fault in the service"),
}


def said(step: str, cause: str) -> Any:
    """What is set aside and why, as a sentence."""
    return _l("%(what)s: %(why)s", what=STEPS.get(step, step), why=CAUSES[Cause(cause)])
