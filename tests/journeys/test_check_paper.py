"""A paper checked by anyone in a browser: the file is hashed there and never sent; without scripts it works too.

axe looks at each answer, in both widths.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, Request

from tests.platform.documents.test_issued import stored
from tests.support.browser import DESK, PHONE, assert_accessible, complaints, press, served, visit
from tests.support.world import World


def look(page: Page) -> None:
    """axe at desk and phone width, and nothing that the browser complains of."""
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
    assert complaints(page) == []


def check(page: Page, file: Path) -> str:
    page.locator("#file").set_input_files(file)
    press(page, "Kontrollér")
    look(page)
    return page.get_by_role("main").inner_text()


def test_a_paper_is_checked_without_being_sent(app: Flask, world: World, browser: Browser, tmp_path: Path) -> None:
    with app.app_context():
        paper = stored(world)
    (tmp_path / "own.pdf").write_bytes(paper.content)
    (tmp_path / "added.pdf").write_bytes(paper.content + b"\n%added\n%%EOF\n")
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7 other %%EOF\n")
    bodies: list[bytes] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            bodies.append(request.post_data_buffer or b"")

    with served(app) as address, visit(browser, f"{address}/verificer") as page:
        page.on("request", note)
        look(page)
        assert page.get_by_text("Filen bliver på din maskine").is_visible()
        assert paper.title in check(page, tmp_path / "own.pdf")
        assert "Dokumentet er ændret" in check(page, tmp_path / "added.pdf")
        assert "Dokumentet er ukendt" in check(page, tmp_path / "other.pdf")
        assert len(bodies) == 3
        assert all(paper.sha256.encode() in body for body in bodies[:2]), (
            "the hash is, as the file's own or an earlier one"
        )
        assert not any(b"%PDF" in body for body in bodies), "and of the file nothing"
        page.goto(f"{address}/verificer?nummer={paper.number}&fingeraftryk={paper.fingerprint}")
        look(page)
        assert page.get_by_text("Nummer og fingeraftryk hører sammen").is_visible()

    with served(app) as address, visit(browser, f"{address}/verificer", java_script_enabled=False) as page:
        assert page.get_by_text("Filen sendes og gemmes ikke").is_visible()
        page.locator("#file").set_input_files(tmp_path / "own.pdf")
        press(page, "Kontrollér")
        assert page.get_by_text(paper.title).is_visible()
