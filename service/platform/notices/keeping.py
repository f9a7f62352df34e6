"""What is kept of mails, and for how long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import (
    DRC_ALONE,
    REMOVED,
    YEAR,
    Blankable,
    Controller,
    Ending,
    KeptData,
    LawfulBasis,
    Retention,
    Subjects,
)
from service.platform.notices import operations
from service.platform.notices.models import Notice
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.MAIL,
        name=_l("Mails from the service"),
        subjects=Subjects.CONTACTS,
        fields={"": _l("the address, the text, and when it was sent")},
        purpose=_l("To send each mail once, and to see which did not arrive."),
        controller=Controller.DRC,
        basis=LawfulBasis.INTEREST,
        source=_l("From what the service knows of those it writes to."),
        seen_by=DRC_ALONE,
    ),
)
RETENTIONS = (
    Retention(
        data=Data.MAIL,
        what=_l("Mails that were sent"),
        model=Notice,
        time=YEAR,
        since=Notice.sent_at,
        after=_l("after the mail was sent"),
        ending=Ending.REMOVED,
    ),
)
BLANKABLES = (
    Blankable(column=Notice.subject, what=_l("The subject of a mail"), blank=REMOVED),
    Blankable(column=Notice.body, what=_l("The text of a mail"), take=operations.take_lines),
)
