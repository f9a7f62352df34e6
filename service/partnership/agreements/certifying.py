"""The certificate of an agreement's approvals: owed as it is concluded, and made unattended."""

from __future__ import annotations

from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import and_

from service.partnership.agreements import certificate_paper as printing
from service.partnership.agreements import queries
from service.partnership.agreements.letters import tell_of_certificate
from service.partnership.agreements.models import Agreement, ApprovalCertificate
from service.platform.accounts.texts import ARRIVALS
from service.platform.documents import making
from service.platform.documents import operations as documents
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper
from service.platform.work import waking
from tenants.calendar import day_of
from tenants.database import db, now, uuid7

PAPER = "service.agreements.jobs.make_certificate"


def owe(agreement: Agreement) -> None:
    """Let the certificate be made of an agreement that both parties have approved by now."""
    owed = ApprovalCertificate(
        municipality_code=agreement.municipality_code, id=uuid7(), agreement_id=agreement.id, owed_at=now()
    )
    db.session.add(owed)
    db.session.flush()
    waking.wake(PAPER, owed.municipality_code, str(owed.id))


def make_paper(code: str, certificate_id: UUID, lease_seconds: int) -> bool:
    """Make a certificate that is owed, once. Returns whether this call made it; what goes wrong is kept and tried again."""
    key = and_(ApprovalCertificate.municipality_code == code, ApprovalCertificate.id == certificate_id)
    return making.make(_PAPER, code, key, lease_seconds, certificate=str(certificate_id))


def _page(owed: ApprovalCertificate) -> Paper:
    agreement = queries.agreement(owed.agreement_id, owed.municipality_code)
    with force_locale("da"):  # papers are Danish, whoever asks
        arrivals = {how.value: str(words) for how, words in ARRIVALS.items()}
    issued_on = day_of(now())
    owed.number = owed.number or documents.next_number(owed.municipality_code, issued_on.year)
    return printing.paper(printing.facts(agreement, queries.decisions(agreement), arrivals), owed.number, issued_on)


_PAPER = Making(ApprovalCertificate, "certificate_failed", _page, then=lambda owed, _page: tell_of_certificate(owed))
