"""The kinds of things that come and go in files. A kind is a module: its columns, how its rows are judged, and how they are written."""

from __future__ import annotations

from service.exchange.records.kinds.base import RecordKind
from service.exchange.records.kinds.groups import Groups
from service.exchange.records.kinds.sessions import Sessions
from service.exchange.records.kinds.volunteers import Volunteers

KINDS: dict[str, RecordKind] = {kind.code: kind for kind in (Groups(), Volunteers(), Sessions())}

__all__ = ["KINDS", "RecordKind"]
