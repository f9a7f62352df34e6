"""What a scan is looked through by, in a process of its own (`service.platform.work.enclosed`).

Started by `service.platform.documents.scans`.
"""

from __future__ import annotations

import io
import socket
import sys
from typing import Any

import pikepdf

from service.platform.work import enclosed

MAX_PAGES = 300
# What a picture of paper has no use for: what runs, what is filled in, and other files inside.
ACTIVE = frozenset({"/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/XFA", "/RichMedia"})


def look_through(content: bytes) -> tuple[dict[str, Any], bytes]:
    """How many pages a PDF has, or why it is none that is kept: `why` is a key of `scans.REASONS`."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return _told(pdf), b""
    except pikepdf.PasswordError:
        return {"why": "password"}, b""
    except pikepdf.PdfError:
        return {"why": "broken"}, b""


def _told(pdf: pikepdf.Pdf) -> dict[str, Any]:
    pages = len(pdf.pages)
    if not pages:
        return {"why": "broken"}
    if pages > MAX_PAGES:
        return {"why": "pages"}
    if pdf.is_encrypted:
        return {"why": "password"}
    return {"why": "active"} if any(_is_active(each) for each in pdf.objects) else {"pages": pages}


def _is_active(thing: Any) -> bool:
    """Whether an object of a PDF, or what stands within it, is more than a picture."""
    waiting = [thing]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            named = set(each.keys())
            if named & ACTIVE or str(each.get("/S")) in ACTIVE or str(each.get("/Type")) in ACTIVE:
                return True
            waiting += [value for value in each.values() if _lies_within(value)]
        elif isinstance(each, pikepdf.Array):
            waiting += [value for value in each if _lies_within(value)]
    return False


def _lies_within(value: Any) -> bool:
    """Whether a value is a part of the object it stands in; one of its own has its turn among the others."""
    return isinstance(value, pikepdf.Object) and not value.is_indirect


def main(control: socket.socket) -> None:
    """Look through scans until nobody is left who asks."""
    enclosed.main(control, enclosed.shut_in, look_through)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
