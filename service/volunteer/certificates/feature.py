"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, MailKind, Step
from service.volunteer.certificates import api, keeping, lines, operations, views

FEATURE = Feature(
    name="certificates",
    pages=(views.bp,),
    resources={180: api.bp},
    steps={
        70: Step("certificates.remind", operations.remind, _l("Mails about child certificates"), national=True),
    },
    mails={
        operations.MAIL: MailKind(_l("Child certificates to look after"), to_drc=True),
    },
    lines=lines.LINES,
    acts={
        "certificate.verified": _l("A child certificate was seen"),
        "certificate.taken_back": _l("A child certificate's note was taken back"),
    },
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    traces=keeping.TRACES,
)
