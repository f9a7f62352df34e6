"""What is kept of invitations, and for how long."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l

from service.platform.keeping import (
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
from service.platform.people.models import AddressChange, Invitation
from service.platform.people.rules import LinkPurpose
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.INVITATION,
        name=_l("Invitations, and links for a new password or another address"),
        subjects=Subjects.ACCOUNTS,
        fields={"": _l("who is invited, to what, where, and how it went; which address an account is to have")},
        purpose=_l("To let somebody begin, or begin again with a new password."),
        controller=Controller.EACH,
        basis=LawfulBasis.TASK_AND_INTEREST,
        source=_l("From whoever invites the person, and from the person."),
        seen_by=_l("DRC's secretariat, and the managers of the municipality."),
    ),
)
RESETS = Retention(
    data=Data.INVITATION,
    what=_l("Links for a new password"),
    model=Invitation,
    time=dt.timedelta(days=7),
    since=Invitation.made_at,
    after=_l("after the link was asked for"),
    ending=Ending.REMOVED,
    only=Invitation.purpose == LinkPurpose.PASSWORD.value,
    step="invitations.forget",
)
CHANGES = Retention(
    data=Data.INVITATION,
    what=_l("Links for another address"),
    model=AddressChange,
    time=dt.timedelta(days=7),
    since=AddressChange.made_at,
    after=_l("after the link was asked for"),
    ending=Ending.REMOVED,
    step="invitations.forget",
)
RETENTIONS = (
    RESETS,
    CHANGES,
    Retention(
        data=Data.INVITATION,
        what=_l("Invitations"),
        model=Invitation,
        time=YEAR,
        since=Invitation.expires_at,
        after=_l("after the link had run out"),
        ending=Ending.REMOVED,
        only=Invitation.purpose == LinkPurpose.ROLE.value,
    ),
)
_REASON = _l("It is why somebody may do what they may, for those who come after. It ends with the account.")
BLANKABLES = (Blankable(column=Invitation.reason, what=_l("Why somebody was invited"), stays=_REASON),)
REMNANTS = (
    Remnant(
        data=Data.INVITATION,
        what=_l("Invitations of those who can sign in"),
        why=_l("They belong to an account."),
        until=_l("As long as “What we register” says."),
    ),
)
