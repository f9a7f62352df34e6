"""For how long backups hold what is gone from the database."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l

from service.platform.keeping import Remnant

KEPT = dt.timedelta(days=90)  # whoever keeps the backups removes older ones: docs/operations.md
REMNANTS = (
    Remnant(
        what=_l("Backups"),
        why=_l(
            "A backup is whole, and nothing is taken out of one. When one is put back, the same are forgotten again."
        ),
        until=_l("%(days)s days after the backup was made.", days=KEPT.days),
    ),
    Remnant(
        what=_l("The database's own files"),
        why=_l(
            "PostgreSQL keeps what was removed until it tidies up, and in its log of changes until that is used again."
        ),
        until=_l("Some hours, a few days where little happens."),
        folder="postgres",
    ),
)
