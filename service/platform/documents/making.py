"""Make a paper that is owed: the one way, whatever it says and wherever it is kept.

Facts are read in one transaction, the paper is laid out and sealed outside any, and what came of it is written in one more, which begins by
checking that the lease still holds. What goes wrong is kept with the row and tried again (`service.platform.work.leases`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, select

from service.platform.documents import operations as documents
from service.platform.documents.paper import Paper
from service.platform.documents.renderer import Rendered, render
from service.platform.documents.sealing import Sealed, sealer
from service.platform.work import leases
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock

Row = TypeVar("Row", bound=leases.Leased)


def laid_out(page: Paper) -> tuple[Paper, Rendered]:
    """The paper as it stands, and its PDF."""
    return page, render(page)


def as_document(row: Any, page: Paper, sealed: Sealed) -> None:
    """Store the PDF for ever, as the document of the row."""
    row.document_id = documents.issue(row.municipality_code, page, sealed).id


def nothing_more(_row: Any, _page: Paper) -> None:
    """Nobody is told of the paper."""


@dataclass(frozen=True, slots=True)
class Making(Generic[Row]):
    """How one kind of paper is made.

    `page` reads the facts, and may write what belongs to them, as the number that stands on the paper. `lay_out` may fit the paper
    to its page. `keep` stores the PDF with its seal. `then` writes what follows once the work is done, as mails. `failed` is what the
    log says where anything goes wrong.
    """

    model: type[Row]
    failed: str
    page: Callable[[Row], Paper]
    lay_out: Callable[[Paper], tuple[Paper, Rendered]] = laid_out
    keep: Callable[[Row, Paper, Sealed], None] = as_document
    then: Callable[[Row, Paper], None] = nothing_more


def make(how: Making[Row], code: str | None, key: ColumnElement[bool], lease_seconds: int, **about: Any) -> bool:
    """Make the paper of the row with that key. Returns whether this call made it; False when it is made or held by another.

    `code` is the municipality whose it is; None for DRC's own.
    Only a database that does not even take what went wrong raises. `about` is logged with it.
    """
    with acting_for(clock([code] if code else ())):
        return leases.once(how.model, key, lease_seconds, lambda lease: _make(how, key, lease), how.failed, **about)


def _make(how: Making[Row], key: ColumnElement[bool], lease: UUID) -> bool:
    seal = sealer().seal
    with transaction():
        row = db.session.scalars(select(how.model).where(key, how.model.lease_token == lease)).one()
        page = how.page(row)
        if how.keep is as_document:  # what is kept elsewhere is not known on the page that checks papers
            page = replace(page, check_page=f"{current_app.extensions['settings'].public_url}/verificer")
    page, rendered = how.lay_out(page)
    sealed = seal(rendered)
    with transaction():
        held = leases.still_held(how.model, key, lease)
        if held is None:
            return False
        how.keep(held, page, sealed)
        leases.done(held)
        how.then(held, page)
    return True
