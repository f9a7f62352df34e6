"""Read the chains again by the clock, each for itself: what is broken in one sets that one aside, and the others are read.

Two at once do no harm: both read the same, and keep what came of it.
"""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from service.platform.ledger import checking, queries
from service.platform.ledger.checking import Progress
from service.platform.ledger.models import LedgerCheck
from service.platform.ledger.operations import DRC
from service.platform.ledger.rules import BEGINNING, Head
from tenants.database import db, now
from tenants.reach import present

STEP = "ledger.check"
MAX_CHAINS = 5  # in a round
MAX_ENTRIES = 5000  # of a chain, in a round: a second's work


def check() -> int:
    """Read on in the municipalities' chains within reach whose time it is, those read longest ago first. Returns how many."""
    return _check(present().codes)


def check_national() -> int:
    """As `check`, of DRC's own chain."""
    return _check(frozenset({DRC}))


def _check(chains: frozenset[str]) -> int:
    kept, moment = {chain: progress_of(row) for chain, row in queries.checks(chains).items()}, now()
    begun = ((chain, checking.due(kept.get(chain, Progress()), moment)) for chain in chains)
    wanted = [(chain, progress) for chain, progress in begun if progress is not None]
    wanted.sort(key=lambda each: (each[1].checked_at is not None, each[1].checked_at, each[0]))
    for chain, progress in wanted[:MAX_CHAINS]:
        _read_on(chain, progress)
    return min(len(wanted), MAX_CHAINS)


def _read_on(chain: str, progress: Progress) -> None:
    """Read a part of a chain, and keep how far it has come. Raises Broken."""
    found = queries.part(chain, progress.read.number, MAX_ENTRIES)
    head, entries = found or (BEGINNING, [])
    reached = checking.read_on(progress, entries, head, now(), more=len(entries) == MAX_ENTRIES)
    values = {
        "whole_number": reached.whole.number,
        "whole_hash": reached.whole.hash,
        "checked_at": reached.checked_at,
        "read_number": reached.read.number,
        "read_hash": reached.read.hash,
        "from_first": reached.from_first,
        "reread_at": reached.reread_at,
    }
    kept = insert(LedgerCheck).values(chain=chain, **values)
    db.session.execute(kept.on_conflict_do_update(index_elements=["chain"], set_=values))


def progress_of(row: LedgerCheck) -> Progress:
    """What has been read, as a row keeps it."""
    whole, read = Head(row.whole_number, row.whole_hash), Head(row.read_number, row.read_hash)
    return Progress(whole, row.checked_at, read, row.from_first, row.reread_at)
