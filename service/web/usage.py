"""How often a municipality's people use what the agreement opens: counts by capability and day, never by person.

Reading a page writes nothing in the database. The counts are kept in Redis for the moment, and the timetable takes them over
(`service.drift.operations.keep_uses`); what Redis loses in between is lost, and nobody is worse off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import structlog
from redis.exceptions import RedisError

from service.work import doorbell
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Capability

log = structlog.get_logger()
COUNTS = "uses"

# To open one of these is to use what of it the agreement opens. A route whose permit demands a capability counts for it without
# standing here.
PAGES: Mapping[str, tuple[Capability, ...]] = {
    "home.municipality": (Capability.FIGURES,),
    "lens.network": (Capability.NETWORK, Capability.ALL_GROUPS),
    "lens.group": (Capability.NETWORK, Capability.ALL_GROUPS),
    "lens.free": (Capability.OFFERS_ACROSS, Capability.CAPACITY),
}


@dataclass(frozen=True, slots=True)
class Uses:
    """How often a capability was used in a municipality on a day."""

    municipality_code: str
    capability: Capability
    day: date
    times: int


def note(code: str, capability: Capability) -> None:
    """Count one use. A Redis that does not answer costs the count and nothing else."""
    try:
        doorbell.connection().hincrby(COUNTS, f"{code}:{capability.value}:{day_of(now())}", 1)
    except RedisError:
        log.warning("use_not_counted", capability=capability.value)


def take() -> list[Uses]:
    """The counts since they were last taken, which are then no longer there: two who take at once get none twice."""
    pipe = doorbell.connection().pipeline(transaction=True)
    pipe.hgetall(COUNTS)
    pipe.delete(COUNTS)
    return list(_read(pipe.execute()[0]))


def _read(counts: Mapping[bytes, bytes]) -> Iterator[Uses]:
    for key, times in counts.items():
        code, capability, day = key.decode().split(":")
        yield Uses(code, Capability(capability), date.fromisoformat(day), int(times))
