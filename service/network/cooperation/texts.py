"""What a group's standing is called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.cooperation.rules import CooperationStanding

STANDINGS = {  # the words, and the badge
    CooperationStanding.NONE: (_l("No agreement is noted"), "warning"),
    CooperationStanding.AHEAD: (_l("Signed, not begun"), "info"),
    CooperationStanding.VALID: (_l("Valid"), "success"),
    CooperationStanding.ENDS: (_l("Ends soon"), "warning"),
    CooperationStanding.OVER: (_l("Ended"), "warning"),
}
