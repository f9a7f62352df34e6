"""What the feature has."""

from __future__ import annotations

from service.platform.feature import Feature
from service.platform.web import health, keeping, language, personal, policy_reports, searching, well_known

FEATURE = Feature(
    name="web",
    pages=(
        health.bp,
        language.bp,
        personal.bp,
        policy_reports.bp,
        searching.bp,
        well_known.bp,
    ),
    while_looking=("language.choose", "searching.search"),
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    traces=keeping.TRACES,
    remnants=keeping.REMNANTS,
)
