"""What is kept of consents that groups give, and for how long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from service.network.shares.models import Consent, Share, Sight
from service.platform.keeping import (
    DRC_ALONE,
    REMOVED,
    YEAR,
    Blankable,
    Controller,
    Ending,
    KeptData,
    LawfulBasis,
    Remnant,
    Retention,
    Subjects,
)
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.GROUP_CONSENT,
        name=_l("Consents of groups to be seen"),
        subjects=Subjects.VOLUNTEERS,
        fields={"": _l("who said yes on the group's behalf, when, how, and to which municipality")},
        purpose=_l("To show that a group is seen by a municipality because it wants to be."),
        controller=Controller.DRC,
        basis=LawfulBasis.INTEREST,
        source=_l("From the group."),
        seen_by=DRC_ALONE,
    ),
)
RETENTIONS = (
    Retention(
        data=Data.GROUP_CONSENT,
        what=_l("Consents of groups that no longer hold"),
        model=Consent,
        time=5 * YEAR,
        since=select(Sight.valid_to)
        .where(Sight.municipality_code == Consent.municipality_code, Sight.id == Consent.sight_id)
        .scalar_subquery(),
        after=_l("after the consent was taken back or the share ended"),
        ending=Ending.REMOVED,
    ),
)
BLANKABLES = (
    Blankable(column=Share.title, what=_l("What is shared with a municipality, as it was offered"), blank=REMOVED),
)


REMNANTS = (
    Remnant(
        data=Data.GROUP_CONSENT,
        what=_l("Who consented on a group's behalf"),
        why=_l("It shows that the group wanted to be seen."),
        until=_l("Five years after the consent was taken back or the share ended."),
    ),
)
