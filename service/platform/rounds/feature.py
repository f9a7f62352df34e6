"""What the feature has."""

from __future__ import annotations

from service.platform.feature import Feature
from service.platform.rounds import lines, views

FEATURE = Feature(
    name="rounds",
    pages=(views.bp,),
    lines=lines.LINES,
)
