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
    Remnant,
    Retention,
    Subjects,
    Trace,
    holding,
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


TRACES = (
    Trace(
        data=Data.MAIL,
        what=_l("Mails to the volunteer, those that wait too"),
        model=Notice,
        of=lambda who: (
            Notice.recipient.in_(who.emails) | (Notice.recipient.in_(who.shared) & holding(Notice.body, who.names))
        ),
        ending=Ending.REMOVED,
    ),
)
REMNANTS = (
    Remnant(
        data=Data.MAIL,
        what=_l("Mails to others that hold the same words"),
        why=_l("They are to others. Mails from here name nobody but their reader."),
        until=_l("A year after the mail was sent."),
    ),
    Remnant(
        what=_l("Mails that have arrived"),
        why=_l("They lie with whoever got them, and in the journal of the mail server that carried them."),
        until=_l("Until their reader removes them."),
        folder="mail",
    ),
)
