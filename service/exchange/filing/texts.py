"""What kinds of paper are called on the page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from service.partnership.agreements.paper import ADDENDUM
from service.platform.documents.models import Document
from service.platform.documents.rules import PaperKind

ADDENDUM_TITLE = _l("Addendum")
KINDS = {
    PaperKind.AGREEMENT: _l("Partnership agreement"),
    PaperKind.CERTIFICATE: _l("Approval certificate"),
    PaperKind.ENDING: _l("End of an agreement"),
    PaperKind.SCAN: _l("Partnership agreement, scan"),
    PaperKind.STATEMENT: _l("Monthly statement"),
    PaperKind.DECLARATION: _l("Declaration"),
    PaperKind.DRIFT: _l("Status of the agreement"),
    PaperKind.YEAR_STATUS: _l("Status of the year"),
    PaperKind.GRANT_REPORT: _l("Account of the section 18 grant"),
    PaperKind.EVALUATION: _l("Evaluation of the agreement"),
    PaperKind.YEAR_CASE: _l("The year's case"),
    PaperKind.NATIONAL_YEAR: _l("National figures"),
}


def kind_of(document: Document) -> Any:
    """What the kind of a paper is called."""
    return ADDENDUM_TITLE if document.template == ADDENDUM else KINDS[PaperKind(document.kind)]
