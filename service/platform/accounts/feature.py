"""What the feature has."""

from __future__ import annotations

from service.platform.accounts import api, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="accounts",
    pages=(views.bp,),
    resources={10: api.bp},
    figures=(api.bp.name,),
    while_looking=("accounts.sign_out",),
    acts=(
        "key.ended",
        "key.made",
        "keys.ended",
        "password.changed",
        "profile.changed",
        "view.closed",
        "view.opened",
    ),
)
