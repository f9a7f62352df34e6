"""Where people write about samples of the ledger, and how a text about somebody is taken out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import Blankable
from service.platform.logbook.models import LedgerSample

BLANKABLES = (Blankable(column=LedgerSample.remark, what=_l("What was found in a sample of the ledger")),)
