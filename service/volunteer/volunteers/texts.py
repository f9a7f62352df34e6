"""Volunteers in words."""

from __future__ import annotations

from babel import Locale
from flask_babel import lazy_gettext as _l

from service.volunteer.volunteers.rules import (
    LANGUAGES,
    Certificate,
    Children,
    ConsentBar,
    Likeness,
    Purpose,
    RoleBar,
    RoleKind,
    Silence,
    VolunteerBar,
    VolunteerStatus,
)

STATUSES = {
    VolunteerStatus.INTERESTED: (_l("Interested"), "info"),
    VolunteerStatus.INTRODUCED: (_l("Introduced"), "info"),
    VolunteerStatus.ACTIVE: (_l("Active"), "success"),
    VolunteerStatus.RESTING: (_l("Resting"), "warning"),
    VolunteerStatus.LEFT: (_l("Has left"), "error"),
}
ROLES = {
    RoleKind.MEMBER: _l("Volunteer in the group"),
    RoleKind.CONTACT: _l("Contact of the group"),
    RoleKind.LEADER: _l("Leader of the group"),
    RoleKind.TREASURER: _l("Treasurer"),
}
CHILDREN = {
    Children.AS_GROUP: _l("As the group does"),
    Children.YES: _l("Meets children under 15"),
    Children.NO: _l("Does not meet the children"),
}
CERTIFICATES = {
    Certificate.MISSING: (_l("Missing"), "error"),
    Certificate.EXPIRED: (_l("Expired"), "error"),
    Certificate.SOON: (_l("Expires soon"), "warning"),
    Certificate.VALID: (_l("Valid"), "success"),
}
PURPOSES = {
    Purpose.NEWS: _l("Mail about courses and meetings"),
    Purpose.PHOTOS: _l("Pictures in what DRC publishes"),
    Purpose.PUBLIC_CONTACT: _l("To stand as the group's public contact"),
}
VOLUNTEER_BARS = {
    VolunteerBar.ANOTHERS: _l("The volunteer is looked after in another territory. Call the consultant there."),
    VolunteerBar.AHEAD: _l("The day has not come yet."),
    VolunteerBar.ACTIVE_BY_ROLE: _l(
        "A role that has begun makes the volunteer active. Write aktiv, or leave the cell empty."
    ),
    VolunteerBar.STEP: _l("Note the step on the volunteer's own page: it may end roles."),
    VolunteerBar.AFTER_END: _l("This is after the day the volunteer left."),
    VolunteerBar.NO_MUNICIPALITY: _l("Choose a municipality."),
    VolunteerBar.OUT_OF_REACH: _l("Choose a municipality in your territory."),
}
ROLE_BARS = {
    RoleBar.LEFT: _l("The volunteer has left. Note first that the person is back."),
    RoleBar.HELD: _l("The volunteer has that role in the group already."),
    RoleBar.UNCERTIFIED: _l(
        "The role meets children under 15, and no valid child certificate has been verified for the volunteer."
    ),
}
CONSENT_BARS = {
    ConsentBar.AHEAD: _l("The day has not come yet."),
    ConsentBar.HELD: _l("The consent is noted already."),
    ConsentBar.WITHDRAWN_WHEN: _l("Choose a day from when the consent was given until today."),
}
LIKENESSES = {
    Likeness.EMAIL: _l("the same e-mail address"),
    Likeness.PHONE: _l("the same phone number"),
    Likeness.NAME: _l("the same name in the same place"),
}
SILENCES = {
    Silence.NO_ROLE: _l("Active, but has no role in a group"),
    Silence.UNHEARD: _l("Active, but nothing recorded for a year"),
    Silence.WAITING: _l("Has waited for three months to begin"),
    Silence.RESTS_LONG: _l("Has rested for a year"),
}


def languages(locale: str) -> list[tuple[str, str]]:
    """The languages that a volunteer may speak, with their names in Danish or English."""
    names = Locale(locale).languages
    return [(code, names[code]) for code in LANGUAGES]
