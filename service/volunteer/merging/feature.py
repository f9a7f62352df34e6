"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, Step
from service.volunteer.merging import api, keeping, operations, views

FEATURE = Feature(
    name="merging",
    pages=(views.bp,),
    resources={200: api.bp},
    steps={
        80: Step("merges.forget", operations.forget, _l("Forgetting what merged volunteers were"), national=True),
    },
    acts={
        "volunteer.merged": _l("Two entries of one volunteer were merged"),
        "volunteer.merge_undone": _l("A merge was undone"),
    },
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    traces=keeping.TRACES,
)
