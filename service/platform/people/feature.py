"""What the feature has."""

from __future__ import annotations

from service.platform.feature import Feature, WorkKind
from service.platform.people.models import Invitation

FEATURE = Feature(
    name="people",
    works={
        100: WorkKind("invitation", Invitation, Invitation.made_at),
    },
)
