"""Real agreements through the pages, in a browser, with the fields counted that a person touches.

København 2011 to 2014 as it was signed, its renewal and a change midway; and a light agreement like Varde's, whose leisure support
stands against a coordinator named by the municipality. How an agreement ends is walked in `test_notice.py`, and axe looks at these pages
in the visit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from service.partnership.agreements import offering, queries
from service.platform.documents.queries import document
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after
from tenants.database import now, transaction
from tenants.reach import clock
from tests.journeys.test_need import sign_in
from tests.partnership.agreements.test_intake import SCAN
from tests.support.browser import complaints, follow, press, served, visit
from tests.support.world import person

KOEBENHAVN, VARDE = "0101", "0573"
TOUCHED = "addEventListener('change', event => touched(location.pathname + ' ' + event.target.name), true)"
TOLD = {"municipality_contact": "Tove Prøve", "drc_contact": "Kim Prøve"}


@pytest.fixture
def people(app: Flask) -> None:
    """DRC's secretariat, and a manager in each of the two municipalities."""
    with app.app_context(), acting_for(clock([KOEBENHAVN, VARDE])), transaction():
        person("sekretariat@drc.example", ("secretariat", None, None))
        for code in (KOEBENHAVN, VARDE):
            person(f"leder.{code}@kommune.example", ("manager", code, None), name="Hanne Prøve")


@contextmanager
def counted(fields: set[str], most: int) -> Iterator[None]:
    """At most so many fields are touched meanwhile."""
    fields.clear()
    yield
    assert len(fields) <= most, fields


def part(page: Page, name: str, values: dict[str, str], *more: str, choose: str = "") -> None:
    """Fill in a part of the draft and save it; `more` are the buttons that add rows, `choose` is what is chosen of several."""
    follow(page, name)
    if choose:
        page.get_by_label(choose).check(force=True)
    for button in more:
        page.get_by_role("button", name=button, exact=True).click()
    for field, value in values.items():
        box = page.locator(f"#{field}")
        if box.evaluate("field => field.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    press(page, "Gem")
    assert page.url.endswith("/partnerskab"), page.locator(".alert-error, .form-error-message").all_inner_texts()


def parties(page: Page) -> None:
    parts = {"name": "", "title": "Koordinator", "phone": "11 11 11 11", "email": "navn@sted.example"}
    part(
        page,
        "Parter og tovholdere",
        {f"{side}-{field}": value or name for side, name in TOLD.items() for field, value in parts.items()},
    )


def paper_made(app: Flask, code: str) -> None:
    """The worker makes the paper of what is offered."""
    with app.app_context(), acting_for(clock([code])), transaction():
        found = queries.open_one(code)
        assert found is not None
        agreement_id = found.id
    with app.app_context():
        assert offering.make_paper(code, agreement_id, 60)


def text_of(app: Flask, code: str) -> str:
    """The text of the paper of what is offered."""
    with app.app_context(), acting_for(clock([code])), transaction():
        found = queries.open_one(code)
        assert found is not None
        assert found.document_id is not None
        content = document(found.document_id).content
    with pypdfium2.PdfDocument(content) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pdf)


def conclude(app: Flask, code: str, address: str, manager: Page, drc: Page, what: str) -> None:
    """Both approve what is offered, the manager from the start page."""
    paper_made(app, code)
    manager.goto(f"{address}/kommuner/{code}")
    follow(manager, "Læs den, og godkend eller afvis")
    for page in (manager, drc):
        page.goto(manager.url)
        page.get_by_label(f"Jeg har læst {what}").check(force=True)
        press(page, f"Godkend {what}")
    assert complaints(manager) == complaints(drc) == []


def test_koebenhavn_is_taken_in_renewed_and_changed_midway(app: Flask, people: None, browser: Browser) -> None:
    touched: set[str] = set()
    today = day_of(now())
    with served(app) as address, visit(browser) as drc, visit(browser) as manager:
        drc.expose_function("touched", lambda name: touched.add(name))  # noqa: PLW0108 - the library marks what it is given
        drc.add_init_script(TOUCHED)
        sign_in(drc, address, "sekretariat@drc.example")
        sign_in(manager, address, f"leder.{KOEBENHAVN}@kommune.example")
        drc.goto(f"{address}/kommuner/{KOEBENHAVN}")
        follow(drc, "Lav et udkast")
        part(drc, "Niveau", {}, choose="Dybt integreret partner")
        part(
            drc,
            "Periode og opsigelse",
            {"starts_on": "01-05-2011", "ends_on": "31-12-2014", "notice_months": "3"},
        )
        parties(drc)
        part(
            drc,
            "Aktiviteter",
            {
                "activities-0-activity_type": "homework_help",
                "activities-0-place": "Blågård Skole",
                "activities-0-times": "2",
                "activities-0-every": "week",
            },
        )
        targets = {"new_faces": "800", "volunteer_attendances": "2000"}
        part(
            drc,
            "Mål",
            {
                f"targets-{row}-{name}": value
                for row, (measure, number) in enumerate(targets.items())
                for name, value in (("measure", measure), ("value", number))
            },
            *["Tilføj et mål"] * 2,
        )
        amounts = {2011: "990.000", 2012: "1.400.000", 2013: "1.400.000", 2014: "1.400.000"}
        part(
            drc,
            "Økonomi",
            {
                **{f"amounts-{row}-year": str(year) for row, year in enumerate(amounts)},
                **{f"amounts-{row}-ore": ore for row, ore in enumerate(amounts.values())},
                "instalments_a_year": "2",
                "earmarks-0-purpose": "Dokumentation",
                "earmarks-0-ore": "40.000",
                "posts-0-title": "Regionskonsulent",
                "posts-0-count": "2",
                "posts-1-title": "Studentermedhjælper",
                "posts-1-count": "1",
                "posts-1-minutes_per_week": "10",
            },
            *["Tilføj et år"] * 4,
            "Tilføj et øremærket beløb",
            *["Tilføj en stilling"] * 2,
            choose="Andet tilskud",
        )
        # It was signed on paper.
        drc.goto(f"{address}/kommuner/{KOEBENHAVN}/aftaler/papir")
        for side, signed in (("municipality", "15-04-2011"), ("drc", "20-04-2011")):
            for field, value in (("name", "Inger Prøve"), ("title", "direktør"), ("signed_on", signed)):
                drc.locator(f"#{side}-{field}").fill(value)
        drc.locator("#scan").set_input_files({"name": "aftale.pdf", "mimeType": "application/pdf", "buffer": SCAN})
        press(drc, "Tag aftalen ind")
        assert drc.get_by_text("Udløb 31. december 2014").first.is_visible()

        # Renewed: every date is moved, and one sum is agreed anew.
        with counted(touched, 5):
            press(drc, "Lav udkast til næste periode")
            part(drc, "Økonomi", {"amounts-0-ore": "1.000.000"})
            press(drc, "Tilbyd kommunen")
            conclude(app, KOEBENHAVN, address, manager, drc, "aftalen")
        assert drc.get_by_text("Træder i kraft").first.is_visible()

        # Changed midway: one frequency.
        with counted(touched, 3):
            drc.locator("#starts_on").fill(f"{month_after(first_of(today), 3):%d-%m-%Y}")
            press(drc, "Lav et udkast til et tillæg")
            part(drc, "Aktiviteter", {"activities-0-times": "3"})
            press(drc, "Tilbyd det som tillæg")
        paper_made(app, KOEBENHAVN)
        said = text_of(app, KOEBENHAVN)
        assert "Tillæg til partnerskabsaftale" in said
        assert "3 gange om ugen" in said


def test_a_light_agreement_stands_against_what_the_municipality_promises(
    app: Flask, people: None, browser: Browser
) -> None:
    today, promise = day_of(now()), "at udpege en navngiven kommunal koordinator"
    with served(app) as address, visit(browser) as drc, visit(browser) as manager:
        sign_in(drc, address, "sekretariat@drc.example")
        sign_in(manager, address, f"leder.{VARDE}@kommune.example")
        drc.goto(f"{address}/kommuner/{VARDE}")
        follow(drc, "Lav et udkast")
        part(drc, "Niveau", {}, choose="Enkelte, målrettede aktiviteter")
        part(
            drc,
            "Periode og opsigelse",
            {"starts_on": f"{first_of(today):%d-%m-%Y}", "ends_on": f"31-12-{today.year + 1}"},
        )
        parties(drc)
        part(
            drc,
            "Aktiviteter",
            {
                "activities-0-activity_type": "leisure_support",
                "activities-0-place": "Varde Fritidscenter",
                "activities-0-times": "1",
                "activities-0-every": "week",
            },
        )
        part(drc, "Tekst i aftalens punkter", {"municipality_duties-0-text": promise}, "Tilføj en opgave for kommunen")
        press(drc, "Tilbyd kommunen")
        conclude(app, VARDE, address, manager, drc, "aftalen")
        assert drc.get_by_text("I kraft").first.is_visible()
        manager.goto(f"{address}/kommuner/{VARDE}/aftaler")
        with app.app_context(), acting_for(clock([VARDE])), transaction():
            period = periods.in_force(VARDE, today)
            assert period is not None
            assert (period.scope.payment.instalments, period.scope.capabilities) == ((), frozenset())
            assert [duty.text for duty in period.scope.municipality_duties] == [promise]
