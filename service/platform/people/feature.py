"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, MenuPlace, Step, WorkKind
from service.platform.people import (
    address_views,
    addresses,
    api,
    invitation_views,
    jobs,
    keeping,
    operations,
    staff_views,
    views,
)
from service.platform.people.models import AddressChange, Invitation

FEATURE = Feature(
    name="people",
    resources={12: api.bp},
    pages=(invitation_views.bp, views.bp, staff_views.bp, address_views.bp),
    jobs={operations.JOB: jobs.send, addresses.JOB: jobs.send_address},
    wakeups={
        130: Step("ring.invitations", operations.wakeups, _l("Invitations that wait to be sent"), national=True),
        160: Step("ring.addresses", addresses.wakeups, _l("Mails about other addresses that wait"), national=True),
    },
    steps={
        110: Step(
            "invitations.forget", operations.forget_old, _l("Forgetting old links for a new password"), national=True
        ),
    },
    menu_of_drc={
        100: MenuPlace(_l("People"), "people.listing"),
    },
    menu_of_municipality={
        70: MenuPlace(_l("People"), "staff.listing"),
    },
    works={
        100: WorkKind("invitation", Invitation, Invitation.made_at),
        120: WorkKind("address_mail", AddressChange, AddressChange.made_at),
    },
    acts={
        "address.asked": _l("Another e-mail address was asked for"),
        "address.changed": _l("The e-mail address was changed"),
        "invitation.withdrawn": _l("An invitation was withdrawn"),
        "person.disabled": _l("Somebody was shut out"),
        "person.invited": _l("Somebody was invited"),
        "person.searched": _l("People were searched"),
        "role.ended": _l("A role ended"),
        "role.taken_up": _l("A role was taken up"),
    },
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    blankables=keeping.BLANKABLES,
    remnants=keeping.REMNANTS,
)
