"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.accounts import api, jobs, keeping, refusals, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="accounts",
    pages=(views.bp,),
    resources={10: api.bp},
    jobs={refusals.ENTER: jobs.enter_refused},
    figures=(api.bp.name,),
    while_looking=("accounts.sign_out",),
    acts={
        "access.refused": _l("Somebody was refused what they asked for"),
        "key.ended": _l("A key was ended"),
        "key.made": _l("A key was made"),
        "key.refused": _l("A key that opens nothing any more was refused"),
        "keys.ended": _l("All keys were ended"),
        "password.changed": _l("The password was changed"),
        "profile.changed": _l("Somebody changed what stands of them"),
        "sign_in.refused": _l("A sign-in was refused: the password was wrong"),
        "signed.in": _l("Somebody signed in"),
        "view.closed": _l("DRC stopped looking through the municipality's eyes"),
        "view.opened": _l("DRC looked through the municipality's eyes"),
    },
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    blankables=keeping.BLANKABLES,
    remnants=keeping.REMNANTS,
)
