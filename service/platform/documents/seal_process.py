"""The process that looks at the seals of files that strangers hand in (`service.platform.work.enclosed`).

Started by `service.platform.documents.seal_reader`.
"""

from __future__ import annotations

import socket
import sys
from typing import Any

from service.platform.work import enclosed


def look_at_one(content: bytes) -> tuple[dict[str, Any], bytes]:
    """What the seal of a file says, where it has one."""
    from service.platform.documents.seals import look

    seal = look(content)
    return {"seal": seal.to_plain() if seal else None}, b""


def prepare() -> None:
    """Load the library, and raise the guard."""
    from service.platform.documents import seals  # noqa: F401

    enclosed.shut_in()


if __name__ == "__main__":
    enclosed.main(socket.socket(fileno=int(sys.argv[1])), prepare, look_at_one)
