"""What is sent about an activity's public page."""

from __future__ import annotations

from service.platform.web.fields import Strict, YesNo


class PublicFields(Strict):
    """Whether an activity is public, and whether the group's public contact stands there."""

    public = YesNo(required=False)
    contact = YesNo(required=False)
