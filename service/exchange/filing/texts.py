"""What kinds of paper are called on the page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.documents.rules import PaperKind

KINDS = {
    PaperKind.AGREEMENT: _l("Partnership agreement"),
    PaperKind.CERTIFICATE: _l("Approval certificate"),
    PaperKind.ENDING: _l("End of an agreement"),
    PaperKind.SCAN: _l("Partnership agreement, scan"),
    PaperKind.STATEMENT: _l("Monthly statement"),
    PaperKind.DECLARATION: _l("Declaration"),
    PaperKind.DRIFT: _l("Status of the agreement"),
}
