"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, Step
from service.platform.identity_providers import keeping, keeping_views, leaving_views, lines, tie_views, ties, views

FEATURE = Feature(
    name="identity_providers",
    pages=(views.bp, keeping_views.bp, tie_views.bp, leaving_views.bp),
    steps={141: Step("ties.tell", ties.tell_released, _l("Mails about logins that were let go"))},
    while_choosing=("providers.onward", "providers.back", "providers.arrive"),
    lines=lines.LINES,
    acts={
        "provider.connected": _l("Somebody connected the municipality's login to their account"),
        "provider.kept": _l("The municipality's login was set up"),
        "provider.let_go": _l("It was let go of whom the municipality's login knows somebody as"),
        "provider.role_ended": _l("The municipality's login no longer sends a role"),
        "provider.role_given": _l("The municipality's login gave a role"),
        "provider.tied_anew": _l("Somebody signed in anew with a login that had been let go"),
    },
    retentions=keeping.RETENTIONS,
)
