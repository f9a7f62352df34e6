"""What is kept of volunteers, and for how long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import (
    DRC_ALONE,
    ONESELF,
    YEAR,
    Controller,
    Ending,
    KeptData,
    LawfulBasis,
    Retention,
    Subjects,
)
from service.volunteer.volunteers.models import Volunteer, VolunteerConsent
from service.volunteer.volunteers.rules import VolunteerStatus
from tenants.personal import Data

_NAME, _PHONE = _l("name"), _l("phone number")
_LIFE = _l("how one came, what one is now, and since when")
_ROLE = _l("roles in groups, whether they meet children, and from when to when")
_COURSE = _l("courses taken")

KEEPS = (
    KeptData(
        data=Data.VOLUNTEER,
        name=_l("Volunteers"),
        subjects=Subjects.VOLUNTEERS,
        fields={
            **dict.fromkeys(("name", "sort_key", "name_key", "word"), _NAME),
            "email": _l("e-mail address"),
            **dict.fromkeys(("phone", "phone_digits"), _PHONE),
            "languages": _l("languages"),
            "home_code": _l("municipality"),
            **dict.fromkeys(("status", "started_on", "ended_on", "introduced_on", "heard_on", "recorded_at"), _LIFE),
            "volunteer_status_changes.valid_from": _LIFE,
            "agreement_on": _l("when the agreement with DRC was signed"),
            **dict.fromkeys(("group_id", "role", "children", "valid_from", "valid_to"), _ROLE),
            **dict.fromkeys(("volunteer_courses.name", "taken_on"), _COURSE),
        },
        purpose=_l("To welcome, support and guide volunteers, and to know who helps where."),
        controller=Controller.DRC,
        basis=LawfulBasis.INTEREST,
        source=_l("From the person, or from the group that the person helps in."),
        seen_by=DRC_ALONE,
    ),
    KeptData(
        data=Data.VOLUNTEER_CONSENT,
        name=_l("Consents of volunteers"),
        subjects=Subjects.VOLUNTEERS,
        fields={
            "": _l("what the person has said yes to (news, photos, being a public contact), and when it was taken back")
        },
        purpose=_l("To do what somebody has said yes to, and nothing else."),
        controller=Controller.DRC,
        basis=LawfulBasis.CONSENT,
        source=ONESELF,
        seen_by=DRC_ALONE,
    ),
)
RETENTIONS = (
    Retention(
        data=Data.VOLUNTEER,
        what=_l("Volunteers who have left"),
        model=Volunteer,
        time=2 * YEAR,
        since=Volunteer.ended_on,
        after=_l("after the person left"),
        ending=Ending.ANONYMISED,
        only=Volunteer.status == VolunteerStatus.LEFT.value,
    ),
    Retention(
        data=Data.VOLUNTEER_CONSENT,
        what=_l("Consents that were taken back"),
        model=VolunteerConsent,
        time=5 * YEAR,
        since=VolunteerConsent.withdrawn_on,
        after=_l("after the consent was taken back"),
        ending=Ending.REMOVED,
    ),
)
