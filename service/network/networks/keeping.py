"""What is kept of a group's public contact."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.networks import operations
from service.network.networks.models import Group, GroupArea, GroupPlace, GroupWord, Network
from service.platform.keeping import REMOVED, Blankable, Controller, KeptData, LawfulBasis, Remnant, Subjects
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
BLANKABLES = (
    Blankable(
        column=Group.name,
        what=_l("The name of a group"),
        take=operations.take_name,
        beside=(Group.sort_key, GroupWord.word),
    ),
    Blankable(column=GroupArea.part, what=_l("The part of a municipality that a group serves")),
    Blankable(column=GroupPlace.name, what=_l("A place where a group meets"), blank=REMOVED),
    Blankable(column=GroupPlace.address, what=_l("The address of a place where a group meets")),
    Blankable(
        column=Network.name, what=_l("The name of a network"), take=operations.take_name, beside=(Network.sort_key,)
    ),
    Blankable(column=Network.about, what=_l("What is said about a network")),
)


REMNANTS = (
    Remnant(
        data=Data.GROUP_CONTACT,
        what=_l("The public contact of a group"),
        why=_l(
            "The volunteer has never had a role in the group, so it may be somebody else of the same name. Look there."
        ),
        until=_l("As long as the group publishes it."),
    ),
)
