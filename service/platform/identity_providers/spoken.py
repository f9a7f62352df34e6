"""Which kinds of provider this place can speak with. SAML is an extra: pysaml2, xmlsec1 and a key."""

from __future__ import annotations

import importlib.util
import shutil

import structlog
from flask import current_app

from service.platform.identity_providers.rules import ProviderKind

log = structlog.get_logger()
PROGRAM = "xmlsec1"


def speaks(kind: str) -> bool:
    """Whether somebody can come here by a provider of that kind. A key for SAML without the rest is logged."""
    if kind != ProviderKind.SAML:
        return True
    if not current_app.extensions["settings"].saml_key_file:
        return False
    lacks_package = importlib.util.find_spec("saml2") is None
    missing = [*(["pysaml2"] if lacks_package else []), *([] if shutil.which(PROGRAM) else [PROGRAM])]
    if missing:
        log.error("saml_is_not_installed", missing=missing)
    return not missing
