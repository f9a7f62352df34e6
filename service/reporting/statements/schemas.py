"""What is sent to statements."""

from __future__ import annotations

from service.platform.web.personal import FreeText, Looked

MAX_REASON = 300


class EditionFields(Looked):
    """Why a statement is to come in a new edition. It is printed on its first page."""

    reason = FreeText(MAX_REASON, multiline=True)
