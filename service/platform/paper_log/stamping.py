"""Let a time stamp authority see each checkpoint, where one is set: as work of its own, which waits while the authority is away."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.platform.documents.sealing import SealingWaits, time_stamp
from service.platform.paper_log import queries, stamps
from service.platform.paper_log.models import CheckpointStamp
from service.platform.paper_log.notes import NotOne
from service.platform.work import leases, waking
from service.platform.work.waking import Wakeup
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock

JOB = "service.paper_log.jobs.stamp"


def ask(size: int) -> None:
    """Owe the time stamp of a new checkpoint, where an authority is set."""
    if current_app.extensions["settings"].seal_tsa_url:
        db.session.add(CheckpointStamp(size=size, asked_at=now()))
        db.session.flush()
        waking.wake(JOB, size)


def wakeups() -> list[Wakeup]:
    """A wakeup for each checkpoint that waits."""
    return [Wakeup(JOB, (size,)) for size in queries.stamps_owed()]


def stamp(size: int, lease_seconds: int) -> bool:
    """Get the time stamp of a checkpoint, once. Returns whether this call did; what is away is waited for."""
    with acting_for(clock()):
        about = (CheckpointStamp, CheckpointStamp.size == size)
        return leases.once(
            *about, lease_seconds, lambda lease: _stamp(size, lease), "checkpoint_stamp_failed", size=size
        )


def _stamp(size: int, lease: UUID) -> bool:
    with transaction():
        row = queries.checkpoint(size)
        note = row.note if row else ""
    answer = stamps.answer_of(time_stamp(stamps.digest_of(note)))
    try:
        said = stamps.opened(answer, note)
    except NotOne as error:
        raise SealingWaits(f"SEAL_TSA_URL: the answer is no time stamp of the checkpoint: {error}") from error
    with transaction():
        held = leases.still_held(CheckpointStamp, CheckpointStamp.size == size, lease)
        if held is None:
            return False
        held.answer, held.stamped_at = answer, said.at
        leases.done(held)
    return True
