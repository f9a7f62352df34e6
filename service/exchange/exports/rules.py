"""Exports: how long they are kept."""

from __future__ import annotations

import datetime as dt

EXPORT_KEPT = dt.timedelta(days=1)  # how long a file that was made can be fetched
