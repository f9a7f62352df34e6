"""What the feature has."""

from __future__ import annotations

from service.feature import Feature

FEATURE = Feature(
    name="backups",
    acts=("backup.made",),
)
