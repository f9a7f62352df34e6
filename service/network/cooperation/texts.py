"""What a group's standing is called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.cooperation.rules import Standing

STANDINGS = {  # the words, and the badge
    Standing.NONE: (_l("No agreement is noted"), "warning"),
    Standing.AHEAD: (_l("Signed, not begun"), "info"),
    Standing.VALID: (_l("Valid"), "success"),
    Standing.ENDS: (_l("Ends soon"), "warning"),
    Standing.OVER: (_l("Ended"), "warning"),
}
