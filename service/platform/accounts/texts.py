"""What keys are for, and languages, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.web.identity import KeyPurpose

KEY_PURPOSES = {
    KeyPurpose.FIGURES: _l("Read figures"),
    KeyPurpose.READ: _l("Read everything"),
    KeyPurpose.EVERYTHING: _l("Everything that you may do"),
}
LANGUAGE_NAMES = (("da", "Dansk"), ("en", "English"))  # each in itself
