"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.rounds import lines, views

FEATURE = Feature(
    name="rounds",
    pages=(views.bp,),
    lines=lines.LINES,
)
