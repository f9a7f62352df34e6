"""What the feature has."""

from __future__ import annotations

from service.platform.feature import Feature

FEATURE = Feature(
    name="backups",
    acts=("backup.made",),
)
