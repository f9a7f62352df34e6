"""A group contact answers from the mail's link on a phone, loses the connection halfway, comes back and finishes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Response, expect
from sqlalchemy import select

from service.activity.activities import operations as activities
from service.activity.activities.models import Activity
from service.activity.checkins import jobs, operations, queries
from service.activity.checkins.models import CheckIn
from service.network.networks import operations as networks
from service.platform.notices.models import Notice
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after, month_before
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.browser import PHONE, assert_accessible, complaints, served, visit
from tests.support.world import HERE, PASSWORD, THERE, World, group_of, hold

SESSIONS = 8
MOST_BYTES = 100_000


@pytest.fixture
def link(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """The link in the mail to a group with eight sessions that have been, in a month that is open."""
    today = day_of(now())
    month = first_of(today) if today.day >= SESSIONS else month_before(first_of(today))
    return mailed(app, monkeypatch, month, SESSIONS, ["Sprogcafé"])


@pytest.fixture
def long_link(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """The link of a group with sixty sessions, each for three municipalities, of which everything is asked that a café can be."""
    month = month_before(month_before(first_of(day_of(now()))))
    names = [
        "Sprogcafé i Nygadehuset mandag til søndag",
        "Sprogcafé på biblioteket hver eneste dag",
        "Sprogcafé i Felsted",
    ]
    others = ["0540", THERE]
    return mailed(app, monkeypatch, month, 20, names, others, children_under_15=True, asks_women_men=True)


def mailed(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    month: dt.date,
    sessions: int,
    names: list[str],
    serves: Sequence[str] = (),
    before: Mapping[str, int] | None = MappingProxyType({"minutes": 120, "volunteers": 3, "adults": 11}),
    **asks: bool,
) -> str:
    """The path of the link in the mail to a group with so many sessions of each of its activities.

    They serve others as well, and had those numbers in the month before, if any.
    """
    monkeypatch.setattr("service.activity.checkins.rules.is_open", lambda _month, _today: True)
    days = [(month + dt.timedelta(days=n), 90) for n in range(sessions)]
    monkeypatch.setattr(queries, "planned", lambda _activity, _month: days)
    with app.app_context():
        with acting_for(clock([HERE])), transaction():
            given = group_of("Caféens Venner", HERE, *serves)
            contact = {"name": "Kim Kontakt", "phone": "", "email": "kim@frivillig.example"}
            group = networks.create(given | {"contact": contact})
            for name in names:
                row = Activity(
                    municipality_code=HERE,
                    activity_type="language_cafe",
                    group_id=group.id,
                    name=name,
                    place="Huset",
                    starts_on=dt.date(2020, 1, 1),
                    **asks,
                )
                db.session.add(row)
                db.session.flush()
                activities.set_counting(row.id, serves, row.asks_women_men)
                if before is not None:
                    hold(row, month_before(month), **before)
            operations.ask(month)
        with acting_for(clock([HERE])), transaction():
            body = db.session.scalars(select(Notice.body).where(Notice.about.like("checkin:%"))).one()
    found = re.search(r"http\S+", body)
    assert found is not None
    return urlsplit(found[0]).path


def look(page: Page) -> None:
    """axe at the width of a phone, and nothing that the browser complains of but the lost connection."""
    assert_accessible(page)
    assert [said for said in complaints(page) if "ERR_INTERNET_DISCONNECTED" not in said and "422" not in said] == []


def state(page: Page, text: str) -> None:
    expect(page.locator("#state")).to_have_text(text, timeout=15_000)


def test_an_answer_that_loses_its_connection_halfway(app: Flask, link: str, browser: Browser) -> None:
    with served(app) as address, visit(browser, width=PHONE, has_touch=True) as page:
        weights: list[int] = []
        page.on("response", lambda answer: weights.append(weight(answer)))
        page.goto(address + link, wait_until="networkidle")
        assert 0 < sum(weights) < MOST_BYTES, weights
        look(page)
        state(page, "Ikke sendt endnu.")
        expect(page.locator("#missing")).to_have_text(f"Mangler: {SESSIONS} / {SESSIONS}")
        small = page.evaluate(
            "() => [...document.querySelectorAll('main button:not(.first), .choice label, select')].filter(e => e.offsetParent)"
            ".map(e => e.getBoundingClientRect()).filter(r => r.height < 44).length"
        )
        assert small == 0, "every target is large enough for a thumb"

        page.get_by_role("button", name="Samme tal som sidste måned").click()
        expect(page.locator("#missing")).to_have_text("Intet mangler.")
        first, last = page.locator(".line").first, page.locator(".line").last
        first.get_by_role("button", name="Deltagere fra 15 år: flere").click()
        first.get_by_role("button", name="Deltagere fra 15 år: flere").click()
        first.get_by_role("button", name="Frivillige: færre").click()
        state(page, "Gemt, men ikke sendt endnu.")
        look(page)

        page.evaluate("() => { window.asked = fetch; window.fetch = async () => new Response('', { status: 500 }); }")
        first.get_by_role("button", name="Frivillige: færre").click()
        state(page, "Noget gik galt hos os. Ikke sendt endnu. Lad siden være åben, så prøver vi igen.")
        page.evaluate("() => { window.fetch = window.asked; }")
        first.get_by_role("button", name="Frivillige: flere").click()
        state(page, "Gemt, men ikke sendt endnu.")

        page.context.set_offline(True)
        page.evaluate(
            "() => { window.kept = Storage.prototype.setItem; Storage.prototype.setItem = () => { throw new Error('full'); }; }"
        )
        last.get_by_role("button", name="Frivillige: flere").click()
        state(page, "Ingen forbindelse, og telefonen gemmer intet. Lad siden være åben. Ikke sendt endnu.")
        page.evaluate("() => { Storage.prototype.setItem = window.kept; }")
        last.locator(".choice label").last.click()
        last.get_by_label("Hvorfor").select_option("weather")
        state(page, "Ingen forbindelse. Det, du skriver, bliver på telefonen. Ikke sendt endnu.")
        page.get_by_label("Hvad gjorde en forskel").fill("Alle blev og ryddede op.")
        page.get_by_label("DRC må bruge").check()
        page.get_by_role("button", name="Send svaret").click()
        state(page, "Ingen forbindelse. Lad siden være åben, så bliver det sendt, når du har forbindelse igen.")
        assert link in page.url

        page.context.set_offline(False)
        page.wait_for_url("**/tak", timeout=30_000)
        expect(page.get_by_role("heading", level=1)).to_have_text("Tak")
        look(page)
        assert page.evaluate("() => localStorage.length") == 0, "nothing is left on the phone"

        with app.app_context():
            with acting_for(clock([HERE])), transaction():
                row = db.session.scalars(queries.checkins(HERE).where(CheckIn.group_name == "Caféens Venner")).one()
                key, month = row.id, row.month
                assert row.story == "Alle blev og ryddede op."
            jobs.record(HERE, str(key))
            with acting_for(clock([HERE])), transaction():
                activity = db.session.scalars(select(Activity.id).where(Activity.name == "Sprogcafé")).one()
                found = queries.sessions_between([activity], HERE, month, month_after(month))
                assert [each.adults for each in found] == [13, *[11] * (SESSIONS - 2), 0]
                assert [each.volunteers for each in found][:2] == [2, 3]
                assert (found[-1].cancelled, found[-1].cancelled_why) == (True, "weather")

        page.goto(address + link)
        state(page, "Sendt.")
        look(page)


def weight(answer: Response) -> int:
    sizes = answer.request.sizes()
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])


def test_sixty_sessions_are_light_and_are_kept(app: Flask, long_link: str, browser: Browser) -> None:
    """Empty, with the numbers of last month, and with all told that can be; and what is typed of so many is kept with us."""
    with served(app) as address, visit(browser, width=PHONE, has_touch=True) as page:
        weights: list[int] = []
        page.on("response", lambda answer: weights.append(weight(answer)))
        page.goto(address + long_link, wait_until="networkidle")
        assert page.locator(".line").count() == 60
        assert page.locator(".from").count() == 60
        assert 0 < sum(weights) < MOST_BYTES, weights
        page.get_by_role("button", name="Samme tal som sidste måned").click()
        state(page, "Gemt, men ikke sendt endnu.")
        weights.clear()
        page.reload(wait_until="networkidle")
        expect(page.locator("#missing")).to_have_text("Intet mangler.")
        assert 0 < sum(weights) < MOST_BYTES, weights
        page.evaluate(
            "() => { for (const input of document.querySelectorAll('.line [type=number]')) input.value ||= '4';"
            " document.getElementById('checkin').dispatchEvent(new Event('input')); }"
        )
        state(page, "Gemt, men ikke sendt endnu.")
        with visit(browser, width=PHONE, has_touch=True) as other:
            weights.clear()
            other.on("response", lambda answer: weights.append(weight(answer)))
            other.goto(address + long_link, wait_until="networkidle")
            told = other.locator(".line [type=number]").evaluate_all("found => found.map(each => each.value)")
            assert len(told) == 60 * 11
            assert "" not in told
            assert 0 < sum(weights) < MOST_BYTES, weights


def test_without_script_everything_can_be_told(app: Flask, link: str, browser: Browser) -> None:
    with served(app) as address, visit(browser, width=PHONE, java_script_enabled=False) as page:
        page.goto(address + link)
        page.get_by_role("button", name="Samme tal som sidste måned").click()
        first, last = page.locator(".line").first, page.locator(".line").last
        first.get_by_label("Deltagere fra 15 år").fill("19")
        first.get_by_label("Nye ansigter").fill("20")
        last.locator(".choice label").last.click()
        page.get_by_role("button", name="tryk her for at sige hvorfor").click()
        last.get_by_label("Hvorfor").select_option("weather")
        page.get_by_role("button", name="Send svaret").last.click()
        expect(last.get_by_label("Hvorfor")).to_have_value("weather")
        page.get_by_role("alert").get_by_role("link").click()
        assert page.url.endswith("-new_faces"), "the error leads to its field"
        first.get_by_label("Nye ansigter").fill("2")
        page.get_by_role("button", name="Send svaret").last.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Tak")


def test_a_page_that_was_closed_without_connection_has_what_was_typed(app: Flask, link: str, browser: Browser) -> None:
    with served(app) as address, visit(browser, width=PHONE, has_touch=True) as page:
        page.goto(address + link)
        page.locator(".line").first.locator(".choice label").first.click()
        state(page, "Gemt, men ikke sendt endnu.")
        page.context.set_offline(True)
        page.locator(".line").first.get_by_role("spinbutton", name="Nye ansigter").fill("2")
        state(page, "Ingen forbindelse. Det, du skriver, bliver på telefonen. Ikke sendt endnu.")
        page.goto("about:blank")
        page.context.set_offline(False)
        page.goto(address + link)
        expect(page.locator(".line").first.get_by_role("spinbutton", name="Nye ansigter")).to_have_value("2")
        state(page, "Gemt, men ikke sendt endnu.")
        # On another phone: what reached us is there.
        with visit(browser, address + link, width=PHONE) as other:
            expect(other.locator(".line").first.get_by_role("spinbutton", name="Nye ansigter")).to_have_value("2")


def test_a_number_is_typed_over_and_enter_goes_on_to_the_next(app: Flask, link: str, browser: Browser) -> None:
    """Half told must not be sent by the key that a phone's keyboard shows; and Tab goes past plus and minus."""
    with served(app) as address, visit(browser, width=PHONE, has_touch=True) as page:
        page.goto(address + link)
        page.get_by_role("button", name="Samme tal som sidste måned").click()
        first, second = page.locator(".line").nth(0), page.locator(".line").nth(1)
        adults = first.get_by_role("spinbutton", name="Deltagere fra 15 år")
        adults.tap()
        expect(adults).to_be_focused()
        page.wait_for_function("() => getSelection().toString() === '11'")
        page.keyboard.type("14")
        expect(adults).to_have_value("14")
        for key, name in (("Enter", "Frivillige"), ("Tab", "Nye ansigter")):
            page.keyboard.press(key)
            expect(first.get_by_role("spinbutton", name=name)).to_be_focused()
        page.keyboard.press("Enter")
        expect(second.get_by_role("spinbutton", name="Deltagere fra 15 år")).to_be_focused()
        page.locator(".line").last.get_by_role("spinbutton", name="Nye ansigter").press("Enter")
        expect(page.locator("input:focus")).to_have_count(0)
        assert page.url.endswith(link), "and nothing has been sent"


def test_where_participants_came_from_is_told_and_kept_on_a_phone(
    app: Flask, world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With plus and minus, without connection, wrong and mended, and there again when the link is used again."""
    today = day_of(now())
    month = first_of(today) if today.day >= 2 else month_before(first_of(today))
    link = mailed(app, monkeypatch, month, 2, ["Sprogcafé"], ["0540", THERE])
    with served(app) as address, visit(browser, width=PHONE, has_touch=True) as page:
        page.goto(address + link)
        page.get_by_role("button", name="Samme tal som sidste måned").click()
        first = page.locator(".line").first
        first.get_by_text("Mere, og hvor de kom fra").click()
        places = first.get_by_role("group", name="Hvor kom deltagerne fra?")
        home, other = (places.get_by_role("spinbutton", name=name) for name in ("Aabenraa", "Tønder"))
        expect(home).to_have_value("")
        home.fill("8")
        places.get_by_role("button", name="Tønder: flere").click()
        state(page, "Gemt, men ikke sendt endnu.")
        look(page)
        page.context.set_offline(True)
        places.get_by_role("button", name="Tønder: flere").click()
        state(page, "Ingen forbindelse. Det, du skriver, bliver på telefonen. Ikke sendt endnu.")
        page.goto("about:blank")
        page.context.set_offline(False)
        page.goto(address + link)
        first.locator("summary").click()
        expect(home).to_have_value("8")
        expect(other).to_have_value("2")
        page.get_by_role("button", name="Send svaret").click()
        expect(page.locator("#errors")).to_contain_text(
            "Tallene for kommunerne giver 10 i alt, men der var 11 deltagere."
        )
        look(page)
        page.get_by_role("alert").get_by_role("link").click()
        expect(home).to_have_value("8")
        other.fill("3")
        page.get_by_role("button", name="Send svaret").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Tak")
        page.goto(address + link)
        first.locator("summary").click()
        expect(other).to_have_value("3")
        expect(places.get_by_role("spinbutton", name="Sønderborg")).to_have_value("")


def test_where_participants_came_from_is_told_without_script(
    app: Flask, world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = month_before(first_of(day_of(now())))
    link = mailed(app, monkeypatch, month, 2, ["Sprogcafé"], [THERE])
    with served(app) as address, visit(browser, width=PHONE, java_script_enabled=False) as page:
        page.goto(address + link)
        page.get_by_role("button", name="Samme tal som sidste måned").click()
        first = page.locator(".line").first
        for told in ("2", "3"):
            first.locator("summary").click()
            first.get_by_label("Aabenraa").fill("8")
            first.get_by_label("Tønder").fill(told)
            page.get_by_role("button", name="Send svaret").last.click()
            if told == "2":
                page.get_by_role("alert").get_by_role("link").click()
                assert page.url.endswith("-municipalities")
                first.locator("summary").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Tak")
        page.goto(address + link)
        page.get_by_role("button", name="tryk her for at fortælle mere").click()
        first.locator("summary").click()
        expect(first.get_by_label("Tønder")).to_have_value("3")


def test_what_is_wrong_is_told_where_it_is(app: Flask, link: str, browser: Browser) -> None:
    with served(app) as address, visit(browser, width=PHONE, has_touch=True) as page:
        page.goto(address + link)
        page.locator(".line").first.locator(".choice label").first.click()
        page.get_by_label("Hvad gjorde en forskel").fill("Ring til 22 34 56 78")
        page.get_by_label("DRC må bruge").check()
        page.get_by_role("button", name="Send svaret").click()
        expect(page.locator("#errors")).to_be_focused()
        look(page)
        expect(page.locator(".line").first.locator(".wrong").first).to_be_visible()
        page.get_by_label("Jeg har set efter").check()


def test_the_consultants_list_and_the_same_form(app: Flask, link: str, world: World, browser: Browser) -> None:
    with served(app) as address, visit(browser) as page:
        page.goto(f"{address}/log-ind")
        page.get_by_label("E-mail").fill("konsulent@drc.example")
        page.get_by_label("Adgangskode").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Log ind").click()
        with app.app_context(), acting_for(clock([HERE])), transaction():
            month = db.session.scalars(queries.checkins(HERE).where(CheckIn.group_name == "Caféens Venner")).one().month
        page.goto(f"{address}/indberetninger?maaned={month:%Y-%m}")
        look(page)
        page.get_by_role("link", name="Caféens Venner").click()
        look(page)
        page.get_by_role("button", name="Samme tal som sidste måned").click()
        page.get_by_role("button", name="Send svaret").click()
        page.wait_for_url("**/indberetninger?*")
        expect(page.get_by_role("main")).to_contain_text("Svaret fra Caféens Venner er sendt.")
        page.goto(f"{address}/indberetning/abc")
        assert_accessible(page)
