"""A wrong number mended after the statement was sent, in a browser: figures follow at once, and a new edition stands beside the old one.

axe looks at the new pages, in both widths.
"""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from service.platform.documents.models import Document
from service.platform.notices.models import Notice
from service.platform.web.api import PREFIX
from service.reporting.statements import operations, revising
from tenants.acting import acting_for
from tenants.calendar import month_name
from tenants.database import db, transaction
from tenants.reach import clock
from tests.journeys.test_whole_way import download, look, sign_in, text_of
from tests.support.browser import follow, press, served, visit
from tests.support.rounds import tell_months
from tests.support.world import HERE, World, key_of

REASON = "Der manglede 700 deltagere den sidste gang."


def papers() -> list[tuple[str, str]]:
    """The number and the fingerprint of each statement of the municipality, oldest first."""
    with acting_for(clock([HERE])), transaction():
        row = Document
        found = select(row.number, row.fingerprint).where(row.municipality_code == HERE, row.kind == "statement")
        return [(number, mark or "") for number, mark in db.session.execute(found.order_by(row.created_at))]


def text(page: Page) -> str:
    return page.get_by_role("main").inner_text()


def test_a_wrong_number_is_mended_after_the_statement_was_sent(app: Flask, world: World, browser: Browser) -> None:
    own, month = f"/kommuner/{HERE}", month_name(world.month)
    with app.app_context(), acting_for(clock([HERE])), transaction():
        national, municipal = key_of(world.secretariat), key_of(world.here.manager)

    def attendances(page: Page, path: str, key: str) -> int:
        """The sum over the months of the year until that one."""
        asked = f"{path}?from={month[:4]}-01&to={month}"
        items = page.request.get(asked, headers={"Authorization": f"Bearer {key}"}).json()["items"]
        return sum(item["attendances"] for item in items)

    with served(app) as address, visit(browser) as drc, visit(browser) as manager:
        sign_in(drc, address, "konsulent@drc.example")
        sign_in(manager, address, f"leder.{HERE}@kommune.example")
        country, of_year = f"{address}{PREFIX}/figures", f"{address}{PREFIX}/municipalities/{HERE}/figures"
        before = attendances(drc, country, national)
        assert attendances(drc, of_year, municipal) == 50
        drc.goto(f"{address}{own}/status")
        assert "750" not in text(drc)

        drc.goto(f"{address}{own}/gange/{world.here.session}")
        assert "ført som en sen ændring" in text(drc)
        drc.locator("#adults").fill("706")
        press(drc, "Gem")
        with app.app_context():
            tell_months()

        drc.goto(f"{address}{own}/status")
        assert "750" in text(drc), "the target follows at once"
        assert attendances(drc, country, national) == before + 700, "and so does the country"
        assert attendances(drc, of_year, municipal) == 750, "and the municipality's year"
        manager.goto(f"{address}{own}")
        assert "750" in text(manager), "and what the municipality reads of the month"
        manager.goto(f"{address}{own}/opgoerelser/{month}/udgaver")
        assert "Sene ændringer" not in text(manager)

        with app.app_context(), acting_for(clock([HERE])), transaction():
            revising.revise_owed()
        drc.goto(f"{address}/mandag?slags=outdated_statements")
        follow(drc, "Se, hvad der kom sent, og lav en ny udgave")
        assert "Måneden har ændret sig meget" in text(drc)
        assert "+700" in text(drc)
        look(drc)
        drc.locator("#reason").fill(REASON)
        press(drc, "Lav en ny udgave")
        assert "En ny udgave er på vej" in text(drc)
        with app.app_context():
            assert operations.make(HERE, world.month, 2, 60)
            (former, mark), (fresh, fresh_mark) = papers()
            with acting_for(clock([HERE])), transaction():
                mail = db.session.scalars(select(Notice.body).where(Notice.about == f"statement:{month}:2")).all()
        assert len(mail) == 2
        assert all(REASON in body and f"{own}/opgoerelser/{month}" in body for body in mail)

        manager.goto(f"{address}{own}/opgoerelser")
        assert text(manager).count("Udgaver") == 2
        follow(manager, "Udgaver")
        look(manager)
        for words in (REASON, "50", "750", "+700", "Afløst af udgave 2", former, fresh):
            assert words in text(manager), words
        assert REASON in text_of(download(manager, "Udgave 2 (PDF)"))
        assert REASON not in text_of(download(manager, "Udgave 1 (PDF)"))
        manager.goto(f"{address}{own}/logbog")
        assert "En ny udgave af en opgørelse blev bestilt" in text(manager)

        manager.goto(f"{address}/verificer?nummer={former}&fingeraftryk={mark}")
        assert "afløst" in text(manager)
        assert fresh in text(manager)
        manager.goto(f"{address}/verificer?nummer={fresh}&fingeraftryk={fresh_mark}")
        assert "hører sammen" in text(manager)
        assert "afløst" not in text(manager)
