"""What is sent about files that go out."""

from __future__ import annotations

from service.exchange.records.kinds import KINDS
from service.exchange.records.writing import FORMATS
from service.network.networks.rules import GroupStatus
from service.platform.web.api import Code, Id
from service.platform.web.date_fields import Day
from service.platform.web.fields import Choice, Strict, Text
from service.volunteer.volunteers.rules import VolunteerStatus


class ExportFields(Strict):
    """What is to be taken out, how, and by which limits: those that the lists of the kind have."""

    kind = Choice(frozenset(KINDS))
    file_format = Choice(frozenset(FORMATS), required=False, load_default="xlsx")
    municipality_code = Code(required=False)
    status = Choice(frozenset({*GroupStatus, *VolunteerStatus}), required=False)
    network_id = Id(required=False)
    group_id = Id(required=False)
    q = Text(100, required=False)
    first = Day(required=False)
    last = Day(required=False)
