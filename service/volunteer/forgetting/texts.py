"""The words of forgetting."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import Ending
from service.volunteer.forgetting.rules import ForgottenWhy

WHYS = {
    ForgottenWhy.ASKED: _l("The person has asked for it"),
    ForgottenWhy.MISTAKE: _l("The person should not have been entered"),
    ForgottenWhy.OVER: _l("The person left long ago"),
}
ENDINGS = {
    Ending.REMOVED: _l("is removed"),
    Ending.ANONYMISED: _l("stays for the figures, without a name"),
    Ending.BLANKED: _l("is emptied"),
}
