"""What cooperation agreements keep of those whom they name, and for how long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import AS_PAPERS, DRC_ALONE, Controller, KeptData, LawfulBasis, Remnant, Subjects
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.GROUP_AGREEMENT,
        name=_l("Contacts and approvals of cooperation agreements"),
        subjects=Subjects.CONTACTS,
        fields={
            "": _l(
                "name, title, phone number and e-mail address of the group's contact and of DRC's, who approved or declined, when, how and"
                " in what words"
            )
        },
        purpose=_l("So that each side knows whom to call, and to prove what was agreed, and by whom."),
        controller=Controller.DRC,
        basis=LawfulBasis.INTEREST,
        source=_l("From the group, and from whoever drafts the agreement at DRC."),
        seen_by=DRC_ALONE,
        until=AS_PAPERS,
    ),
)
REMNANTS = (
    Remnant(
        data=Data.GROUP_AGREEMENT,
        what=_l("Cooperation agreements of groups"),
        why=_l(
            "Whoever stands there does so as the group's contact, and agreed to it on the group's behalf: it is proof."
        ),
        until=AS_PAPERS,
    ),
)
