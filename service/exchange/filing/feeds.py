"""The feed of a municipality's papers, for a program that knows its address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import current_app

from service.activity.calendars.queries import OpenedFeed
from service.exchange.filing import queries
from service.exchange.filing.atom import IssuedPaper, as_atom
from service.exchange.filing.operations import type_of
from service.platform.documents.models import Document
from service.platform.documents.rules import PaperKind
from tenants.database import db

MAX_PAPERS = 100  # that a feed tells of, the newest: three years of a municipality's


@dataclass(frozen=True, slots=True)
class PaperFeed:
    """A feed's file, and when the newest of what is in it came."""

    content: bytes
    changed_at: dt.datetime


def of_papers(found: OpenedFeed) -> PaperFeed:
    """The file of a feed."""
    (code,), public_url = found.codes, current_app.extensions["settings"].public_url
    newest = queries.papers(code).order_by(Document.created_at.desc(), Document.id.desc()).limit(MAX_PAPERS)
    papers = [_told(row, public_url) for row in db.session.scalars(newest)]
    content = as_atom(found.feed_id, found.title, f"{public_url}/kommuner/{code}/papirer", found.made_at, papers)
    return PaperFeed(content, papers[0].issued_at if papers else found.made_at)


def _told(row: Document, public_url: str) -> IssuedPaper:
    """A paper by its kind and number; the month of a statement stands in what it is about, and of other papers that may name a group."""
    kind = type_of(row)
    about = row.subject if row.kind == PaperKind.STATEMENT else kind
    return IssuedPaper(row.id, kind, f"{about}, {row.number}", f"{public_url}/dokumenter/{row.id}", row.created_at)
