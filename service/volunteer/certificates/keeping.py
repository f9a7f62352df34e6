"""What is kept of child certificates, and for how long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import (
    DRC_ALONE,
    YEAR,
    Controller,
    Ending,
    KeptData,
    LawfulBasis,
    Retention,
    Subjects,
    Trace,
)
from service.volunteer.certificates.models import CertificateReminder, ChildCertificate
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.CERTIFICATE,
        name=_l("Child certificates"),
        subjects=Subjects.VOLUNTEERS,
        fields={
            "": _l(
                "the day on which a child certificate was seen, and when it is to be renewed; never the certificate, or what it says"
            )
        },
        purpose=_l("So that nobody meets children under 15 as a volunteer without a valid child certificate."),
        controller=Controller.DRC,
        basis=LawfulBasis.DUTY,
        source=_l("From DRC's person who saw it."),
        seen_by=DRC_ALONE,
    ),
)
RETENTIONS = (
    Retention(
        data=Data.CERTIFICATE,
        what=_l("Child certificates that have run out"),
        model=ChildCertificate,
        time=YEAR,
        since=ChildCertificate.renew_by,
        after=_l("after it was to be renewed"),
        ending=Ending.REMOVED,
    ),
)
TRACES = (
    Trace(
        data=Data.CERTIFICATE,
        what=_l("When a child certificate was seen"),
        model=ChildCertificate,
        of=lambda who: ChildCertificate.volunteer_id.in_(who.ids),
        ending=Ending.REMOVED,
    ),
    Trace(
        data=Data.CERTIFICATE,
        what=_l("That a consultant was told of a certificate that is due"),
        model=CertificateReminder,
        of=lambda who: CertificateReminder.volunteer_id.in_(who.ids),
        ending=Ending.REMOVED,
    ),
)
