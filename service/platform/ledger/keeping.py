"""What the ledger keeps of people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import (
    Controller,
    KeptData,
    LawfulBasis,
    Remnant,
    Subjects,
)
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.LEDGER,
        name=_l("The ledger"),
        subjects=Subjects.ACCOUNTS,
        fields={"": _l("who did, saw or exported what, and when; what was written is not in it")},
        purpose=_l("So that it can be seen afterwards who has used what, and misuse is found."),
        controller=Controller.EACH,
        basis=LawfulBasis.TASK_AND_INTEREST,
        source=_l("From the use of the service."),
        seen_by=_l("DRC's people, and of what concerns their own municipality its people."),
        until=_l(
            "As long as the service: an entry cannot be taken out. When an account is made anonymous it names nobody."
        ),
    ),
)
REMNANTS = (
    Remnant(
        data=Data.LEDGER,
        what=_l("The ledger"),
        why=_l("It names acts and ids, and no words. What was done stays, so that the chain can be checked."),
        until=_l("As long as the service."),
    ),
)
