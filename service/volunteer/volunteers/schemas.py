"""The shape of volunteers as they are sent: by the form's fields or as JSON."""

from __future__ import annotations

from service.platform.web.api import Id
from service.platform.web.date_fields import Day
from service.platform.web.declared import Way, fields_of
from service.platform.web.fields import Choice, Part, Rows, Strict, YesNo
from service.volunteer.volunteers.fields import FIELDS, MOST_COURSES, CourseFields
from service.volunteer.volunteers.rules import Children, Purpose, RoleKind, VolunteerStatus
from service.volunteer.volunteers.territory import ReadReason


class VolunteerFields(Strict):
    """A volunteer, whole: everything but roles, status after the first, consents and the child certificate."""

    locals().update(fields_of(FIELDS, Way.SENT))
    courses = Rows(Part(CourseFields), MOST_COURSES, load_default=list)


class EnteredFields(VolunteerFields):
    """A volunteer to enter. `anyway` says that those who look like the person are others."""

    status = Choice(VolunteerStatus, required=False)
    anyway = YesNo(required=False)


class ReasonFields(Strict):
    """Why a volunteer of another territory is opened."""

    why = Choice(ReadReason)


class StepFields(Strict):
    """A step in a volunteer's life."""

    status = Choice(VolunteerStatus)
    day = Day(required=False)


class RoleFields(Strict):
    """A role in a group, from a day on."""

    group_id = Id()
    role = Choice(RoleKind)
    children = Choice(Children, required=False, load_default=Children.AS_GROUP)
    valid_from = Day(required=False)


class ChildrenFields(Strict):
    """Whether a role meets children under 15."""

    children = Choice(Children)


class RoleEndFields(Strict):
    """The day that something ends."""

    day = Day(required=False)


class PurposeFields(Strict):
    """A consent that is given, or withdrawn."""

    purpose = Choice(Purpose)
    day = Day(required=False)
