"""An import that a worker holds."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.exchange.imports.models import Import
from service.exchange.imports.rules import ImportState
from service.exchange.records.kinds import RecordKind
from service.platform.work import leases
from service.platform.work.leases import Lost


class Moved(Exception):
    """Something is no longer as it was when the rows were checked."""


@dataclass(frozen=True, slots=True)
class LeasedImport:
    """An import that this worker holds."""

    id: UUID
    kind: RecordKind
    state: ImportState
    lease: UUID
    seconds: int

    def report_progress(self, progress: int) -> None:
        """Say how far it is, and hold the lease longer. Raises Lost when it is another's."""
        leases.report_progress(Import, Import.id == self.id, self.lease, self.seconds, progress=progress)

    def still(self) -> Import:
        """The import, locked for the rest of the transaction. Raises Lost when it is another's."""
        row: Import | None = leases.still_held(Import, Import.id == self.id, self.lease)
        if row is None:
            raise Lost
        return row
