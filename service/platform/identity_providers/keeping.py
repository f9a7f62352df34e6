"""For how long it is kept whom a municipality's login is known as."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.identity_providers.models import ProviderSubject
from service.platform.keeping import YEAR, Ending, Retention
from tenants.personal import Data

RETENTIONS = (
    Retention(
        data=Data.SIGN_IN,
        what=_l("Whom a municipality's login is known as"),
        model=ProviderSubject,
        time=5 * YEAR,
        since=ProviderSubject.used_at,
        after=_l("after the login was last used"),
        ending=Ending.REMOVED,
    ),
)
