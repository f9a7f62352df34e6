"""What is kept of volunteers, and for how long."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from service.network.networks.models import GroupContact
from service.platform.keeping import (
    DRC_ALONE,
    ONESELF,
    YEAR,
    Controller,
    Ending,
    KeptData,
    LawfulBasis,
    Retention,
    Somebody,
    Subjects,
    Trace,
)
from service.volunteer.volunteers.models import (
    Volunteer,
    VolunteerConsent,
    VolunteerCourse,
    VolunteerRole,
    VolunteerStatusChange,
    VolunteerWord,
)
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
            "erased_on": _LIFE,
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


def _published(who: Somebody) -> Any:
    """The public contact of a group that the volunteer has, or had, a role in, where it is the volunteer."""
    contact, held = GroupContact, select(VolunteerRole.group_id).where(VolunteerRole.volunteer_id.in_(who.ids))
    same = (contact.name.in_(who.names), func.lower(contact.email).in_(who.emails), contact.phone.in_(who.phones))
    return contact.group_id.in_(held) & or_(*same)


TRACES = (
    Trace(
        data=Data.GROUP_CONTACT,
        what=_l("The public contact of a group, where it is the volunteer"),
        model=GroupContact,
        of=_published,
        ending=Ending.BLANKED,
        blanked={"name": "", "phone": "", "email": ""},
    ),
    Trace(
        data=Data.VOLUNTEER,
        what=_l("The words by which the volunteer is found"),
        model=VolunteerWord,
        of=lambda who: VolunteerWord.volunteer_id.in_(who.ids),
        ending=Ending.REMOVED,
    ),
    Trace(
        data=Data.VOLUNTEER,
        what=_l("Courses"),
        model=VolunteerCourse,
        of=lambda who: VolunteerCourse.volunteer_id.in_(who.ids),
        ending=Ending.REMOVED,
    ),
    Trace(
        data=Data.VOLUNTEER_CONSENT,
        what=_l("Consents"),
        model=VolunteerConsent,
        of=lambda who: VolunteerConsent.volunteer_id.in_(who.ids),
        ending=Ending.REMOVED,
    ),
    Trace(
        data=Data.VOLUNTEER,
        what=_l("Name, address of mail, phone number and languages"),
        model=Volunteer,
        of=lambda who: Volunteer.id.in_(who.ids),
        ending=Ending.ANONYMISED,
        blanked={
            **dict.fromkeys(("name", "sort_key", "name_key", "email", "phone", "phone_digits"), ""),
            **dict.fromkeys(("agreement_on", "introduced_on", "verified_until")),
            "languages": [],
            "erased_on": func.app.today(),
        },
    ),
    Trace(
        data=Data.VOLUNTEER,
        what=_l("Roles in groups, from when to when"),
        model=VolunteerRole,
        of=lambda who: VolunteerRole.volunteer_id.in_(who.ids),
        ending=Ending.ANONYMISED,
    ),
    Trace(
        data=Data.VOLUNTEER,
        what=_l("What somebody was and when: interested, active, left"),
        model=VolunteerStatusChange,
        of=lambda who: VolunteerStatusChange.volunteer_id.in_(who.ids),
        ending=Ending.ANONYMISED,
    ),
)
