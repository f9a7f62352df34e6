"""Ask the render process for a PDF (`service.platform.documents.render_process`)."""

from __future__ import annotations

import time

from service.platform.documents.paper import Paper
from service.platform.documents.render_process import to_request
from service.platform.work import counters
from service.platform.work.enclosed import ROOT
from service.platform.work.faults import Fault
from service.platform.work.keeper import Keeper, TooLarge, Unanswered

SECONDS = 60
MEMORY_BYTES = 1_500_000_000
MOST_REQUEST_BYTES = 4_000_000
MOST_PDF_BYTES = 25_000_000
Rendered = tuple[bytes, str]  # the PDF as laid out, and the version of the renderer that made it
_FONTS_CONFIGURATION = ROOT / "service/platform/documents/papers/fonts.conf"

process = Keeper(
    "service.platform.documents.render_process", {"FONTCONFIG_FILE": str(_FONTS_CONFIGURATION)}, MOST_PDF_BYTES
)


class RenderingFailed(RuntimeError):
    """A paper could not be laid out. The message says why, for the one who looks into it."""

    fault = Fault.UNPRINTABLE


class PressLost(RenderingFailed):
    """The render process did not answer, or not all of it: it was ended at its limits, or killed."""

    fault = Fault.LOST


def render(paper: Paper, seconds: int = SECONDS, memory: int = MEMORY_BYTES) -> Rendered:
    """The PDF of a paper, and the version of the renderer that made it.

    Raises RenderingFailed when the template or the facts are wrong, or when the paper goes over its limits.
    """
    try:
        request = to_request(paper)
    except TypeError as error:
        raise RenderingFailed(f"{paper.template}: {error}") from error
    if len(request) > MOST_REQUEST_BYTES:
        raise RenderingFailed(f"{paper.template}: {len(request)} bytes of facts, the most is {MOST_REQUEST_BYTES}")
    began = time.monotonic()
    try:
        told, content = process.ask(request, seconds, memory)
    except TooLarge as error:
        raise RenderingFailed(f"{paper.template}: {error}") from error
    except Unanswered as error:
        raise PressLost(f"{paper.template}: {error}") from error
    if "error" in told:
        raise RenderingFailed(f"{paper.template}: {told['error']}")
    counters.rendered(paper.template, time.monotonic() - began)
    return content, told["version"]
