"""Where people write about statements, and how a text about somebody is taken out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import Blankable
from service.reporting.statements.models import Statement

BLANKABLES = (Blankable(column=Statement.reason, what=_l("Why a statement came in a new edition")),)
