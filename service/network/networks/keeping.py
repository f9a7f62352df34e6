"""What is kept of a group's public contact."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import Controller, KeptData, LawfulBasis, Subjects
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.GROUP_CONTACT,
        name=_l("The public contact of a group"),
        subjects=Subjects.CONTACTS,
        fields={
            "name": _l("name"),
            "phone": _l("phone number"),
            "email": _l("e-mail address"),
            "group_id": _l("group"),
        },
        purpose=_l("So that somebody who wants to join or to ask can reach the group."),
        controller=Controller.DRC,
        basis=LawfulBasis.CONSENT,
        source=_l("From the group, which chooses what is published."),
        seen_by=_l(
            "DRC's people, the municipalities that the group is shared with, and anybody where the group's activity is public."
        ),
        until=_l("As long as the group publishes it. What is taken back is removed at once."),
    ),
)
