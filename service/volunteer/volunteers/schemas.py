"""The shape of volunteers as they are sent: by the form's fields or as JSON."""

from __future__ import annotations

from service.platform.web.api import Code, Id
from service.platform.web.fields import Choice, Day, Email, Part, Phone, Rows, Strict, Text, Ticks, YesNo
from service.volunteer.volunteers.rules import LANGUAGES, Children, Purpose, RoleKind, VolunteerStatus

MOST_COURSES = 30


class CourseFields(Strict):
    """A course that a volunteer has taken."""

    name = Text(120)
    taken_on = Day()


class VolunteerFields(Strict):
    """A volunteer, whole: everything but roles, status after the first, consents and the child certificate."""

    name = Text(120)
    email = Email(254, required=False)
    phone = Phone(30, required=False)
    languages = Ticks(LANGUAGES)
    home_code = Code(required=False)
    started_on = Day(required=False)
    agreement_on = Day(required=False)
    introduced_on = Day(required=False)
    courses = Rows(Part(CourseFields), MOST_COURSES, load_default=list)


class NewVolunteerFields(VolunteerFields):
    """A volunteer who is not here yet, and the status to begin with."""

    status = Choice(VolunteerStatus, required=False)


class EnteredFields(NewVolunteerFields):
    """A volunteer to enter. `anyway` says that those who look like the person are others."""

    anyway = YesNo(required=False)


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
