"""Reads of exports. A person sees their own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from uuid import UUID

from sqlalchemy import Select, select

from service.exchange.exports.models import Export, ExportPiece
from service.platform.web.finding import find
from service.platform.web.identity import Identity
from service.platform.work import leases
from tenants.database import db, now


def exports(identity: Identity) -> Select[Export]:
    """What a person has asked for of late: their own alone, whoever they are. To be listed by page."""
    return select(Export).where(Export.person_id == identity.person_id)


def export(export_id: UUID, identity: Identity, *, lock: bool = False) -> Export:
    """The export with that id. Raises NotFound when it is another's."""
    return find(exports(identity).where(Export.id == export_id), lock=lock)


def pieces(export_id: UUID) -> Iterator[bytes]:
    """The pieces of a file, one at a time."""
    query = select(ExportPiece.data).where(ExportPiece.export_id == export_id)
    for number in count():
        piece = db.session.scalar(query.where(ExportPiece.number == number))
        if piece is None:
            return
        yield piece


def due() -> list[UUID]:
    """The exports that wait for a worker."""
    waiting = select(Export.id).where(leases.is_due(Export, now()))
    return list(db.session.scalars(waiting.order_by(Export.created_at).limit(100)))
