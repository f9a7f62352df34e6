"""The render process: papers are laid out in a process of its own (`service.platform.work.enclosed`).

Started by `service.platform.documents.renderer`.
"""

from __future__ import annotations

import datetime as dt
import json
import socket
import sys
import warnings
from typing import Any

from service.platform.documents.paper import Paper, Table, plain
from service.platform.work import enclosed


def to_request(paper: Paper) -> bytes:
    """The paper as it goes to the render process. Raises TypeError for facts that are not plain values."""
    fields = {name: getattr(paper, name) for name in Paper.__slots__}
    tables = [{name: getattr(table, name) for name in Table.__slots__} for table in paper.tables]
    fields |= {"issued_on": paper.issued_on.isoformat(), "facts": plain(paper.facts), "tables": tables}
    return json.dumps(fields).encode()


def from_request(request: bytes) -> Paper:
    """The other way."""
    fields = json.loads(request)
    tables = tuple(
        Table(table["name"], tuple(table["header"]), tuple(tuple(row) for row in table["rows"]), table["title"])
        for table in fields["tables"]
    )
    return Paper(**{**fields, "issued_on": dt.date.fromisoformat(fields["issued_on"]), "tables": tables})


def print_one(request: bytes) -> tuple[dict[str, Any], bytes]:
    """The PDF of a paper, and the version of what made it."""
    from service.platform.documents.layout import layout, version

    content = layout(from_request(request))
    return {"version": version()}, content


def prepare() -> None:
    """Load libraries, fonts and templates, and raise the guard."""
    warnings.filterwarnings("ignore", "No fonts configured in FontConfig", UserWarning)
    from service.platform.documents import layout
    from service.platform.documents.filling import sandbox
    from service.platform.documents.letters import printable_points

    layout.faces(), sandbox(), layout.version(), printable_points()
    enclosed.shut_in(layout.Refused)


def main(control: socket.socket) -> None:
    """Print papers until nobody is left who asks."""
    enclosed.main(control, prepare, print_one)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
