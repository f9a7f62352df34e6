"""From a paper to PDF bytes. Pure: reads the project's own templates and fonts, and nothing else in the world.

Runs in a child process (`service.platform.documents.render_process`). The steps:

1. the template, in a sandbox, over plain values; a missing value raises;
2. WeasyPrint, as PDF/A-3a with tags, facts and tables embedded; its fetcher serves the project's fonts and refuses all else;
3. mending (`service.platform.documents.tags`): what a page break cut is one again in the tag tree, what is printed on every page is
   decoration there, and the identification of PDF/UA stands beside that of PDF/A.

Whatever WeasyPrint complains of stops the paper: a picture without a text, a relative address, a property it does not know.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import io
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType

from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from service.platform.documents import further
from service.platform.documents.filling import filled
from service.platform.documents.font_names import naming_fonts
from service.platform.documents.letters import FACES, FONTS, further_points, printable
from service.platform.documents.paper import Paper, Table
from service.platform.documents.tags import Complaint, mend, noting_sources

STYLE_SHEET = Path(__file__).parent / "papers/paper.css"
MOST_HTML = 4_000_000  # characters: some hundred pages; more is a mistake or an attack
LAST_FAMILY = "NotoEthiopic"  # in the lists of the style sheet: what one paper takes besides comes after it
_FONT_ADDRESS = "font:///"


class Refused(FatalURLFetchingError):  # type: ignore[misc] # the library tells no types
    """A paper asked for something outside the project, or for more than a paper may be."""


class OwnFontsOnly(URLFetcher):  # type: ignore[misc] # nor here
    """Serves the project's fonts by name, and those that were cut for a paper, and refuses every other address."""

    def __init__(self, cut: Mapping[str, bytes] = MappingProxyType({})) -> None:
        super().__init__(allowed_protocols=set(), allow_redirects=False, fail_on_errors=True)
        self.cut = cut

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The font, or Refused."""
        name = url.removeprefix(_FONT_ADDRESS)
        if url.startswith(_FONT_ADDRESS) and (name in FACES or name in self.cut):
            content = self.cut[name] if name in self.cut else (FONTS / name).read_bytes()
            return URLFetcherResponse(url, content, {"Content-Type": "font/sfnt"})
        raise Refused(f"a paper may not fetch {url[:100]!r}")


@cache
def faces() -> tuple[CSS, FontConfiguration]:
    """The style sheet of papers with the project's fonts, read once for all papers."""
    fonts = FontConfiguration()
    return _sheet(FACES, {}, STYLE_SHEET.read_text(), fonts), fonts


@contextmanager
def faces_for(page: str) -> Iterator[tuple[CSS, FontConfiguration]]:
    """The same for a page as HTML, with fonts of its own where it has letters that the others do not."""
    points = further_points(page)
    if not points:
        yield faces()
        return
    cuts = {f"{one.family}-{one.weight}": one for one in further.cut(points)}
    families = ", ".join(dict.fromkeys([LAST_FAMILY, *(one.family for one in cuts.values())]))
    named = {name: (one.family, str(one.weight), "normal") for name, one in cuts.items()}
    content = {name: one.content for name, one in cuts.items()}
    style = STYLE_SHEET.read_text().replace(LAST_FAMILY, families)
    with further.FontsInMemory() as fonts:
        yield _sheet({**FACES, **named}, content, style, fonts), fonts


def _sheet(
    named: Mapping[str, tuple[str, str, str]], cut: Mapping[str, bytes], style: str, fonts: FontConfiguration
) -> CSS:
    rules = "".join(
        f"@font-face {{ font-family: {family}; font-weight: {weight}; font-style: {slant}; src: url({_FONT_ADDRESS}{name}); }}"
        for name, (family, weight, slant) in named.items()
    )
    with _heeding_complaints():
        return CSS(string=rules + style, font_config=fonts, url_fetcher=OwnFontsOnly(cut))


@cache
def version() -> str:
    """What this renderer is: its libraries, fonts, style sheet and parts. Another version may give other bytes."""
    digest = hashlib.sha256()
    for file in (*(FONTS / name for name in sorted(FACES)), *sorted(further.SLICES.iterdir())):
        digest.update(file.read_bytes())
    for file in sorted(STYLE_SHEET.parent.iterdir()):
        digest.update(file.read_bytes())
    libraries = " ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("weasyprint", "pikepdf", "pydyf", "fonttools", "segno")
    )
    return f"{libraries} {digest.hexdigest()[:12]}"


def html_of(paper: Paper) -> str:
    """The paper's page as HTML. Raises jinja2's errors for a missing value or something the sandbox forbids."""
    page = filled(paper)
    if len(page) > MOST_HTML:
        raise Refused(f"the paper is {len(page)} characters long, the most is {MOST_HTML}")
    return printable(page)


def layout(paper: Paper) -> bytes:
    """The finished PDF of a paper. Raises Refused, Complaint, jinja2's errors, and TypeError for facts that are not plain."""
    return mend(raw(paper), paper)


def raw(paper: Paper) -> bytes:
    """The PDF as WeasyPrint makes it, before mending."""
    content = html_of(paper)
    moment = dt.datetime.combine(paper.issued_on, dt.time(), dt.UTC)
    out = io.BytesIO()
    with faces_for(content) as (sheet, fonts), _heeding_complaints(), noting_sources(), naming_fonts():
        page = HTML(string=content, url_fetcher=OwnFontsOnly(), base_url=None)
        document = page.render(stylesheets=[sheet], font_config=fonts)
        if document.metadata.attachments:
            raise Refused("a paper embeds its facts and tables, and nothing that its template names")
        document.metadata.attachments = [
            _attachment("facts.json", "Oplysningerne bag papiret", paper.facts_json(), moment, "Source"),
            *(_table(table, moment) for table in paper.tables),
        ]
        document.write_pdf(out, pdf_variant="pdf/a-3a", pdf_identifier=hashlib.sha256(paper.facts_json()).digest()[:16])
    return out.getvalue()


def _table(table: Table, moment: dt.datetime) -> Attachment:
    return _attachment(f"{table.name}.csv", table.title or "Tabellen som regneark", table.csv(), moment, "Data")


def _attachment(name: str, description: str, content: bytes, moment: dt.datetime, relationship: str) -> Attachment:
    return Attachment(
        string=content, name=name, description=description, created=moment, modified=moment, relationship=relationship
    )


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@contextmanager
def _heeding_complaints() -> Iterator[None]:
    """Raise Complaint at the end when WeasyPrint has warned of something."""
    logger, listener = logging.getLogger("weasyprint"), _Listener()
    logger.addHandler(listener)
    try:
        yield
    finally:
        logger.removeHandler(listener)
    if listener.heard:
        raise Complaint("; ".join(listener.heard[:5]))
