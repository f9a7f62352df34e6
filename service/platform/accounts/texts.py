"""What keys are for, why somebody looks, and languages, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.accounts.rules import LookReason
from service.platform.web.identity import KeyPurpose

KEY_PURPOSES = {
    KeyPurpose.FIGURES: _l("Read figures"),
    KeyPurpose.READ: _l("Read everything"),
    KeyPurpose.EVERYTHING: _l("Everything that you may do"),
}
LOOK_REASONS = {
    LookReason.ASKED: _l("The municipality has asked for help"),
    LookReason.FAULT: _l("Something looks wrong there"),
    LookReason.CHECK: _l("To check what it is shown"),
}
LANGUAGE_NAMES = (("da", "Dansk"), ("en", "English"))  # each in itself
