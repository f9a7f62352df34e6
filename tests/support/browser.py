"""A real browser for tests: Chromium as the machine has it, axe for accessibility, and pictures of pages."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "config/npm/node_modules/axe-core/axe.min.js"
WCAG_2_1_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
PHONE, DESK = 390, 1280
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# The first is Chromium without windows: the same engine, and a page costs it two thirds of what it costs the others.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str:
    """Where Chromium is. Raises FileNotFoundError with what to install: a test that needs it must not pass without."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        raise FileNotFoundError("Chromium is missing: apt-get install chromium-headless-shell, or chromium")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of our own, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS), headless=True)
        try:
            yield browser
        finally:
            browser.close()


class Quiet(WSGIRequestHandler):
    """Says nothing of each request: what a test says must be worth reading."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def _at_once(app: Any) -> Any:
    """`app`, whose answers are read whole and closed before a byte leaves: a browser that goes away leaves no file open."""

    def whole(environ: Any, start_response: Any) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):
                parts.close()

    return whole


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of `app`, served on a free port of this machine alone for as long as the block lasts."""
    server = make_server("127.0.0.1", 0, _at_once(app), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


@contextmanager
def visit(browser: Browser, address: str = "about:blank", width: int = DESK, **options: Any) -> Iterator[Page]:
    """A page in a context of its own, `width` pixels wide. What the page complains of is in `complaints(page)`."""
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": 900}, locale="da-DK", **options)
    context.set_default_timeout(30_000)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: _keep(said, message))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("response", lambda answer: said.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
    page.complaints = said  # type: ignore[attr-defined]
    try:
        if address != "about:blank":
            page.goto(address, wait_until="load")
        yield page
    finally:
        context.close()


def _keep(said: list[str], message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        said.append(f"{message.text} ({message.location.get('url', '')})")


def complaints(page: Page) -> list[str]:
    """Errors and warnings of the browser's console so far: refused by the content policy, missing files, scripts that broke."""
    return list(page.complaints)  # type: ignore[attr-defined]


def violations(page: Page, tags: tuple[str, ...] = WCAG_2_1_AA) -> list[str]:
    """What axe finds wrong on the page as it stands: rule, element and reason, a line each."""
    if not page.evaluate("() => typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", list(tags)
    )
    return [
        f"{violation['id']}: {' '.join(str(part) for part in node['target'])}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Fail where axe finds a violation of WCAG 2.1 AA, or where the page is wider than the window."""
    found = violations(page)
    assert not found, f"{page.url}\n" + "\n".join(found)
    assert fits(page), f"{page.url} is wider than its window of {page.viewport_size}"


def fits(page: Page) -> bool:
    """Whether one need not scroll sideways to read the page."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))


def press(page: Page, button: str) -> None:
    """Press a button of the page's content that sends a form, and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=button).first.click()


def follow(page: Page, link: str) -> None:
    """Follow a link by its words, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("link", name=link).first.click()


def picture(page: Page, path: Path, width: int | None = None) -> Path:
    """A picture of the whole page at `path`, at `width` pixels where one is given."""
    if width and page.viewport_size:
        page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(path), full_page=True)
    return path
