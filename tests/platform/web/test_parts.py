"""The parts of the pages, in a real browser: axe finds nothing, the content policy is not broken, and they work without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import DESK, PHONE, assert_accessible, complaints, fits, violations, visit

PAGES = (
    "/?vis=form",
    "/?vis=form&form=fyldt&flere",
    "/?vis=form&form=forkert",
    "/?vis=form&form=imens",
    "/?vis=tal",
    "/tilgaengelighed?flere",
    "/tilgaengelighed?som=ingen",
    "/fejl/503?som=ingen",
)


@pytest.fixture(scope="module", params=[PHONE, DESK])
def window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window of that width, in which one page is opened after the other: each in a window of its own would cost a second."""
    with visit(browser, width=request.param) as page:
        yield page


@pytest.mark.parametrize("page", PAGES)
def test_every_part_in_every_state_is_accessible_and_keeps_the_content_policy(
    window: Page, address: str, page: str
) -> None:
    earlier = len(complaints(window))
    window.goto(address + page)
    assert_accessible(window)
    found = complaints(window)[earlier:]
    assert [line for line in found if " 503 " not in line and not line.startswith("503")] == []
    for summary in window.locator("summary").all():
        summary.click()
    assert_accessible(window)


def test_the_menu_of_a_phone_opens_closes_and_gives_the_focus_back(browser: Browser, address: str) -> None:
    with visit(browser, address, PHONE) as shown:
        shown.click(".js-menu-open")
        shown.wait_for_selector(".mobile-drawer.is-visible")
        assert violations(shown) == []
        assert shown.evaluate("document.activeElement.className").count("js-menu-close") == 1
        shown.keyboard.press("Escape")
        assert shown.evaluate("document.activeElement.className").count("js-menu-open") == 1


def test_the_first_stop_of_the_keyboard_is_the_way_past_the_menu(browser: Browser, address: str) -> None:
    with visit(browser, address) as shown:
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.textContent") == "Gå til sidens indhold"
        shown.keyboard.press("Enter")
        shown.wait_for_function("document.activeElement.id === 'main-content'")


def test_the_summary_of_errors_has_the_focus_and_each_line_leads_to_its_field(browser: Browser, address: str) -> None:
    with visit(browser, address + "/?vis=form&form=forkert") as shown:
        assert shown.evaluate("document.activeElement.dataset.module") == "error-summary"
        lines = shown.locator(".error-summary a").all()
        assert len(lines) == 11
        for line in lines:
            target = (line.get_attribute("href") or "").removeprefix("#")
            assert shown.locator(f'[id="{target}"]').count() == 1, target
        shown.click("text=Dag, nr. 2:")
        assert shown.evaluate("document.activeElement.id") == "activities-1-day"
        assert shown.input_value("#activities-1-day") == "i morgen", "what was typed is kept"
        assert shown.input_value("#start") == "01-10-2026", "a date is shown as Danes write it"


def test_rows_are_added_and_removed_in_place_and_stay_numbered_as_the_server_counts(
    browser: Browser, address: str
) -> None:
    with visit(browser, address + "/?vis=form&form=fyldt") as shown:
        shown.click('[data-repeater="activities"] [data-add]')
        assert shown.evaluate("document.activeElement.id") == "activities-2-place"
        shown.keyboard.type("Den nye")
        shown.click('[data-repeater="activities"] [data-row="0"] [data-remove]')
        names = "[...document.querySelectorAll('[data-repeater=activities] [data-rows] input')].map(e => [e.name, e.id, e.value])"
        assert shown.evaluate(names) == [
            ["activities-0-place", "activities-0-place", "Rødekro Skole"],
            ["activities-0-day", "activities-0-day", "i morgen"],
            ["activities-1-place", "activities-1-place", "Den nye"],
            ["activities-1-day", "activities-1-day", ""],
        ]
        assert shown.inner_text('[data-repeater="activities"] [data-said]') == "Fjernet: Aktivitet 1"
        assert violations(shown) == []


def test_without_script_the_same_buttons_work_and_nothing_is_out_of_reach(browser: Browser, address: str) -> None:
    with visit(browser, address + "/?vis=form&form=fyldt", PHONE, java_script_enabled=False) as shown:
        assert shown.is_visible("nav a.nav-link >> nth=0")
        assert shown.is_visible("header button:has-text('Log ud') >> nth=0")
        assert not shown.is_visible(".js-menu-open")
        rows = shown.locator('[data-repeater="activities"] [data-rows] > [data-row]')
        shown.click('[data-repeater="activities"] [data-add]')
        assert rows.count() == 3
        shown.locator('[data-repeater="activities"] [data-rows] button').first.click()
        assert rows.count() == 2
        assert shown.input_value("#activities-0-place") == "Rødekro Skole"
        assert shown.input_value("#name") == "Mette Eksempel"


def test_progress_moves_by_itself_and_ends_by_showing_the_finished_page(browser: Browser, address: str) -> None:
    with visit(browser, address + "/?vis=fremgang") as shown:
        shown.wait_for_selector("text=2 af 3", timeout=10_000)
        with shown.expect_navigation(timeout=10_000):
            pass
        assert complaints(shown) == []


def test_pages_speak_english_when_asked(browser: Browser, address: str) -> None:
    with visit(browser) as shown:
        shown.context.add_cookies([{"name": "language", "value": "en", "url": address}])
        shown.goto(address + "/?vis=tal")
        assert shown.get_attribute("html", "lang") == "en"
        assert shown.is_visible("text=Show the figures as a table")
        assert "1,234" in shown.inner_text(".key-figures")
        assert violations(shown) == []


def test_planted_faults_are_found(browser: Browser, address: str) -> None:
    """The control: a field without a label, a style in an attribute, a script without its word, a page too wide."""
    with visit(browser, address) as shown:
        shown.evaluate(
            "document.querySelector('main').insertAdjacentHTML('beforeend', '<input type=text style=\"width:3000px\">')"
        )
        shown.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
        )
        assert any(line.startswith("label:") for line in violations(shown))
        said = " ".join(complaints(shown))
        assert "style-src" in said
        assert "script-src" in said
        assert shown.evaluate("window.ran") is None
        assert fits(shown), "the policy kept the style from working"
        shown.evaluate("document.querySelector('main').lastElementChild.style.minWidth = '3000px'")
        assert not fits(shown)
        with pytest.raises(AssertionError):
            assert_accessible(shown)
