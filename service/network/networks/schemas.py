"""The shape of groups and networks as they are sent: by the form's fields or as JSON."""

from __future__ import annotations

from service.network.networks.fields import FIELDS, MOST_PLACES, PlaceFields
from service.network.networks.rules import GroupStatus, NetworkKind
from service.platform.web.api import Code, Id
from service.platform.web.contact_fields import Email, Phone
from service.platform.web.date_fields import Day
from service.platform.web.declared import Way, fields_of
from service.platform.web.fields import Choice, Part, Rows, Strict, Text, YesNo
from service.platform.web.personal import FreeText, Looked
from service.platform.web.slips import TextKind

MOST_AREAS = 20


class AreaFields(Strict):
    """A municipality that a group serves, all of it or a named part."""

    municipality_code = Code()
    part = FreeText(80, TextKind.PLACE, required=False)
    home = YesNo(required=False)


class PublicContactFields(Strict):
    """What a group has agreed to publish."""

    name = Text(120, required=False)
    phone = Phone(30, required=False)
    email = Email(254, required=False)


class GroupFields(Looked):
    """A group, whole."""

    locals().update(fields_of(FIELDS, Way.SENT))
    areas = Rows(Part(AreaFields), MOST_AREAS, load_default=list)
    places = Rows(Part(PlaceFields), MOST_PLACES, load_default=list)
    contact = Part(PublicContactFields, load_default=dict, allow_none=True)


class StatusFields(Strict):
    """A step in a group's life."""

    status = Choice(GroupStatus)
    day = Day(required=False)


class NetworkFields(Looked):
    """A network."""

    name = FreeText(120, TextKind.TERMS)
    kind = Choice(NetworkKind)
    about = FreeText(1000, TextKind.TERMS, multiline=True, required=False)


class MemberFields(Strict):
    """A group that joins a network."""

    group_id = Id()
