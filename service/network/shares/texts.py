"""Shares in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.shares.rules import Aspect, ShareStanding, Why

ASPECTS = {
    Aspect.PRESENCE: _l("the group's name, and what it works with"),
    Aspect.ACTIVITIES: _l("activities and meeting places in the municipality"),
    Aspect.FIGURES: _l("how often the activities are held"),
    Aspect.CONTACT: _l("the public contact"),
    Aspect.CAPACITY: _l("free capacity"),
}
STANDINGS = {
    ShareStanding.OFFERED: (_l("Offered"), "warning"),
    ShareStanding.AHEAD: (_l("Accepted, not begun"), "info"),
    ShareStanding.RUNNING: (_l("Shared"), "success"),
    ShareStanding.OVER: (_l("Ended"), "info"),
    ShareStanding.DECLINED: (_l("Declined"), "error"),
    ShareStanding.WITHDRAWN: (_l("Withdrawn"), "info"),
}
WHYS = {
    Why.NOT_ANSWERED: _l("No: the municipality has not answered the offer yet."),
    Why.REFUSED: _l("No: the offer was declined or withdrawn."),
    Why.NOT_YET: _l("No: the share has not begun yet."),
    Why.OVER: _l("No: the share has ended."),
    Why.NO_CONSENT: _l("No: the group's consent is missing or has been taken back."),
    Why.NO_SCOPE: _l("No: no agreement is in force in the municipality."),
    Why.SCOPE_CLOSED: _l("No: the agreement in force does not open the network."),
    Why.SEEN: _l("Yes: the share is accepted, the group consents, and the agreement in force opens it."),
}
WAYS = {
    "written": _l("in writing"),
    "mail": _l("by e-mail"),
    "phone": _l("by phone"),
    "meeting": _l("at a meeting"),
}
