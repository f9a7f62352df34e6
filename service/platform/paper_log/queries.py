"""Reads of the log."""

from __future__ import annotations

from sqlalchemy import func, select

from service.platform.documents.models import Document
from service.platform.paper_log import notes, rules
from service.platform.paper_log.models import CheckpointStamp, PaperCheckpoint, PaperLeaf
from service.platform.paper_log.notes import Checkpoint
from service.platform.work import leases
from tenants.database import db, now


def leaves(size: int | None = None) -> list[bytes]:
    """The hashes of the leaves, in order: all, or the first so many."""
    query = select(PaperLeaf.hash).order_by(PaperLeaf.position)
    return [bytes.fromhex(each) for each in db.session.scalars(query if size is None else query.limit(size))]


def count() -> int:
    """How many leaves there are."""
    return db.session.scalar(select(func.coalesce(func.max(PaperLeaf.position) + 1, 0))) or 0


def newest() -> PaperCheckpoint | None:
    """The newest checkpoint; None before the first."""
    return db.session.scalar(select(PaperCheckpoint).order_by(PaperCheckpoint.size.desc()).limit(1))


def checkpoint(size: int) -> PaperCheckpoint | None:
    """The checkpoint of that size, if any."""
    return db.session.get(PaperCheckpoint, size)


def stamp(size: int) -> CheckpointStamp | None:
    """What a time stamp authority has said of the checkpoint of that size; None before it has, and where none was asked."""
    row = db.session.get(CheckpointStamp, size)
    return row if row is not None and row.answer is not None else None


def stamps_owed() -> list[int]:
    """The sizes of the checkpoints that wait for their time stamp."""
    query = select(CheckpointStamp.size).where(leases.is_due(CheckpointStamp, now()))
    return list(db.session.scalars(query.order_by(CheckpointStamp.size).limit(500)))


def printed() -> Checkpoint | None:
    """What the newest checkpoint says, to be printed and mailed; None before the first."""
    row = newest()
    return signed(row) if row else None


def signed(row: PaperCheckpoint) -> Checkpoint:
    """What a checkpoint says. Raises NotOne where its key has not signed it."""
    return notes.opened(row.note, notes.verifier_of(row.key))


def leaf(document: Document) -> str:
    """What a paper's leaf says."""
    return rules.leaf(
        document.number,
        document.revision,
        document.sha256,
        document.issued_on,
        document.fingerprint,
        document.supersedes,
    )


def position(leaf_hash: bytes) -> int | None:
    """The place of a leaf; None where there is none with that hash."""
    return db.session.scalar(select(PaperLeaf.position).where(PaperLeaf.hash == leaf_hash.hex()))


def unsigned() -> int:
    """How many leaves no checkpoint covers."""
    row = newest()
    return count() - (row.size if row else 0)
