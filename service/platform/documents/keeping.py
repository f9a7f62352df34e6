"""What issued papers keep of people, and for how long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.documents.models import Document
from service.platform.keeping import (
    AS_PAPERS,
    BOTH_SIDES,
    Blankable,
    Controller,
    KeptData,
    LawfulBasis,
    Remnant,
    Subjects,
)
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.PAPER,
        name=_l("Issued papers"),
        subjects=Subjects.CONTACTS,
        fields={
            "": _l(
                "the names, titles, phone numbers and addresses that stand in the paper, on a scan the signatures too;"
                " never a volunteer's or a refugee's"
            )
        },
        purpose=_l("To show what was agreed and told. A paper that was issued is never changed."),
        controller=Controller.EACH,
        basis=LawfulBasis.TASK_AND_INTEREST,
        source=_l("From the agreement, and from what the groups have published."),
        seen_by=BOTH_SIDES,
        until=AS_PAPERS,
    ),
)
BLANKABLES = (Blankable(column=Document.facts, what=_l("An issued paper"), stays=AS_PAPERS),)
REMNANTS = (
    Remnant(
        data=Data.PAPER,
        what=_l("Issued papers"),
        why=_l(
            "No paper is about a volunteer. The public contact of a group may stand in one as it was then, on a poster too, and its contact"
            " in its cooperation agreement with DRC."
        ),
        until=AS_PAPERS,
    ),
)
