"""What browsers report of the content policy: a line of the log for each, of what was stopped and on which page.

Whoever asks is a stranger: no session is looked up, no cookie is set, and no token can be asked for, as it is the browser itself that
sends, on its own. So nothing is written but the log, so many lines a minute and no more, and of what is told only what has the
form of what browsers tell: a directive, where something came from without its path, which of our pages by its route. An
address could hold a link's secret, and a script's text what somebody wrote: neither is logged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import HTTPException

from service.platform.web.permits import permit
from service.platform.web.security import REPORTS_TO, takes

bp = Blueprint("policy_reports", __name__)
log = structlog.get_logger()
MAX_REPORT = 16 * 1024  # bytes of a request; browsers send several reports in one
MAX_TOGETHER = 10
LINES = parse("60 per minute")  # of the log, of a process
counted = FixedWindowRateLimiter(MemoryStorage())
# The two ways in which browsers tell: by report-uri (CSP 2), and by report-to (CSP 3, the Reporting API).
NAMES = {
    "directive": ("effective-directive", "violated-directive", "effectiveDirective"),
    "page": ("document-uri", "documentURL"),
    "blocked": ("blocked-uri", "blockedURL"),
    "source": ("source-file", "sourceFile"),
    "line": ("line-number", "lineNumber"),
}


@bp.post(REPORTS_TO)
@permit.unasked
@takes(MAX_REPORT)
def report() -> ResponseReturnValue:
    """Take reports. What is none, or too much, is dropped without a word."""
    for found in told(request.get_data()):
        if counted.hit(LINES, "reports"):
            log.warning("content_policy_violation", **{**found, "page": _route(found["page"])})
    return "", 204


def told(content: bytes) -> Iterator[dict[str, Any]]:
    """What a request reports, at most ten: directive, what was stopped, whence and in which line; and the page's path, not to be logged."""
    try:
        sent = json.loads(content)
    except (ValueError, RecursionError):
        return
    together = sent if isinstance(sent, list) else [sent]
    for each in together[:MAX_TOGETHER]:
        body = (each.get("csp-report") or each.get("body")) if isinstance(each, Mapping) else None
        if isinstance(body, Mapping) and (found := _read(body)):
            yield found


def _read(body: Mapping[str, Any]) -> dict[str, Any] | None:
    value = {name: next((body[key] for key in keys if key in body), "") for name, keys in NAMES.items()}
    directive = re.match(r"[a-z-]{3,40}(?![^ ])", str(value["directive"]))
    if directive is None:
        return None
    line = value["line"]
    return {
        "directive": directive[0],
        "page": _split(value["page"])[1],
        "blocked": origin(value["blocked"]),
        "source": origin(value["source"]),
        "line": line if isinstance(line, int) and 0 <= line < 1_000_000 else 0,
    }


def origin(address: Any) -> str:
    """Where something came from: a browser's own word for it (`inline`), or the scheme and host of its address and nothing more."""
    if isinstance(address, str) and re.fullmatch(r"[a-z-]{0,40}", address):
        return address
    start, _path = _split(address)
    return start


def _split(address: Any) -> tuple[str, str]:
    """An address's beginning and its path, as far as they look like ones."""
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
        host = parts.hostname or ""
    except ValueError:
        return "other", ""
    start = f"{parts.scheme}://{host}"
    return start if re.fullmatch(r"[a-z][a-z0-9+.-]{0,30}://[a-z0-9.-]{0,100}", start) else "other", parts.path


def _route(path: str) -> str:
    """Which of our pages has a path, by its route's name."""
    adapter = request_ctx.url_adapter
    try:
        return str(adapter.match(path, "GET")[0]) if adapter is not None else "other"
    except HTTPException:
        return "other"
