"""Have a scan of a signed paper looked through (`scan_process`), in a process of its own, and say in words why one is not taken."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.documents.scan_process import MAX_PAGES
from service.platform.web.errors import Refusal
from service.platform.work.keeper import Keeper, Unanswered

MAX_BYTES = 10 * 1024 * 1024  # as mail carries it, with what stands around it
SECONDS = 20
MEMORY_BYTES = 1_000_000_000
REASONS = {
    "missing": _l("Choose the file with the scan."),
    "large": _l("The file is larger than %(megabytes)s MB. Scan it in black and white, or with fewer dots per inch."),
    "other": _l("This is not a PDF. Scan the paper as a PDF, or save it as one."),
    "password": _l("The file has a password. Save it without one."),
    "broken": _l("The file cannot be read as a PDF. Scan the paper again."),
    "pages": _l("The file has more than %(pages)s pages. Leave out what is not part of the agreement."),
    "active": _l("The file holds more than pages: a program or other files. Print it as a PDF, and send that."),
    "costly": _l("The file takes too much time or memory to read. Scan the paper again."),
}

reader = Keeper("service.platform.documents.scan_process", {}, 10_000)


def look_through(content: bytes) -> int:
    """How many pages a scan has. Raises Refusal, of the field `scan`, for what is no PDF, too large, or more than pages."""
    if not content:
        raise _refused("missing")
    if len(content) > MAX_BYTES:
        raise _refused("large")
    if not content.startswith(b"%PDF-"):
        raise _refused("other")
    try:
        told, _nothing = reader.ask(content, SECONDS, MEMORY_BYTES)
    except Unanswered as error:
        raise _refused("costly") from error
    if told.get("error", "").startswith("MemoryError"):
        raise _refused("costly")
    if "error" in told:
        raise RuntimeError(told["error"])
    if "why" in told:
        raise _refused(told["why"])
    return int(told["pages"])


def _refused(why: str) -> Refusal:
    message = str(REASONS[why]) % {"megabytes": MAX_BYTES // 1024 // 1024, "pages": MAX_PAGES}
    return Refusal(message, {"scan": [message]})
