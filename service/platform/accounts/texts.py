"""What keys are for, why somebody looks, how they signed in, and languages, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.accounts.rules import LookReason
from service.platform.web.arrival import How
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
_THEIRS = {
    "": _l("the municipality's login"),
    "+own": _l("the municipality's login with a second step there"),
    "+passkey": _l("the municipality's login and passkey"),
    "+totp": _l("the municipality's login and a code from an app"),
    "+recovery": _l("the municipality's login and a recovery code"),
}
ARRIVALS = {
    How.PASSWORD: _l("password"),
    How.PASSKEY: _l("password and passkey"),
    How.TOTP: _l("password and a code from an app"),
    How.RECOVERY: _l("password and a recovery code"),
    **{How(first + second): words for first in (How.OIDC, How.SAML) for second, words in _THEIRS.items()},
}
LANGUAGE_NAMES = (("da", "Dansk"), ("en", "English"))  # each in itself
