"""What mails about papers say of the log. Danish, as all mail."""

from __future__ import annotations

from flask import current_app

from service.platform.documents.formats import antal
from service.platform.paper_log import queries


def checkpoint() -> str:
    """The newest checkpoint as a paragraph of a mail, so that whoever keeps the mail keeps it; empty before the first."""
    point = queries.printed()
    if point is None:
        return ""
    address = f"{current_app.extensions['settings'].public_url}/verificer/checkpoint"
    return (
        f"Alle papirer, vi udsteder, står i en log, som vi kan holdes op på. Ved det seneste kontrolpunkt stod der"
        f" {antal(point.size, 'papir', 'papirer')} i den: {point.mark}\n{address}\n\n"
    )
