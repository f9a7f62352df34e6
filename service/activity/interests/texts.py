"""The words of those who would like to join."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.interests.rules import InterestState

STATES = {
    InterestState.WAITING: (_l("Waits for an answer"), "warning"),
    InterestState.ANSWERED: (_l("Answered"), "success"),
    InterestState.WITHDRAWN: (_l("Has changed their mind"), "info"),
}
CONSENT = _l(
    "The Danish Refugee Council may keep my name, my e-mail address and my phone number for a year, to answer me about volunteering."
)
