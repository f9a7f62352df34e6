"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature
from service.platform.identity_providers import keeping, keeping_views, lines, views

FEATURE = Feature(
    name="identity_providers",
    pages=(views.bp, keeping_views.bp),
    while_choosing=("providers.onward", "providers.back", "providers.arrive"),
    lines=lines.LINES,
    acts={
        "provider.connected": _l("Somebody connected the municipality's login to their account"),
        "provider.kept": _l("The municipality's login was set up"),
        "provider.role_ended": _l("The municipality's login no longer sends a role"),
        "provider.role_given": _l("The municipality's login gave a role"),
    },
    retentions=keeping.RETENTIONS,
)
