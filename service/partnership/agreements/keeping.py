"""What agreements keep of those whom they name, and for how long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.agreements.models import Agreement, AgreementEnd, Decision
from service.platform.keeping import (
    AS_PAPERS,
    BOTH_SIDES,
    ONESELF,
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
        data=Data.CONTACT,
        name=_l("Contacts of an agreement"),
        subjects=Subjects.CONTACTS,
        fields={
            "": _l(
                "name, title, phone number and e-mail address of each side's contact, and the person to whom an invoice refers"
            )
        },
        purpose=_l("So that each side knows whom to call about the agreement."),
        controller=Controller.EACH,
        basis=LawfulBasis.TASK_AND_INTEREST,
        source=_l("From whoever drafts the agreement, of either side."),
        seen_by=BOTH_SIDES,
        until=AS_PAPERS,
    ),
    KeptData(
        data=Data.APPROVAL,
        name=_l("Approvals"),
        subjects=Subjects.ACCOUNTS,
        fields={
            "": _l(
                "who approved, declined, gave notice or signed on paper: name, title, the time, the words, and which paper"
            )
        },
        purpose=_l("To prove what was agreed, and by whom."),
        controller=Controller.EACH,
        basis=LawfulBasis.TASK_AND_INTEREST,
        source=ONESELF,
        seen_by=BOTH_SIDES,
        until=AS_PAPERS,
    ),
)
_AGREED = _l("It is what was agreed, word for word, and part of the proof.")
BLANKABLES = (
    Blankable(column=Agreement.stored_scope, what=_l("An agreement"), stays=_AGREED),
    Blankable(
        column=AgreementEnd.words, what=_l("The reason for which an agreement ends before its term"), stays=_AGREED
    ),
    Blankable(
        column=AgreementEnd.answer_remark, what=_l("The answer to a proposal to end an agreement early"), stays=_AGREED
    ),
    Blankable(column=Decision.words, what=_l("The reason of a decision on an agreement"), stays=_AGREED),
)


REMNANTS = (
    Remnant(
        data=Data.CONTACT,
        what=_l("Contacts of agreements"),
        why=_l("Whoever stands there does so as a party's contact, not as a volunteer."),
        until=AS_PAPERS,
    ),
    Remnant(
        data=Data.APPROVAL,
        what=_l("Approvals"),
        why=_l("They prove what was agreed, and by whom."),
        until=AS_PAPERS,
    ),
)
