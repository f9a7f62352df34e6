"""Eight sessions are told of in three minutes: the whole way from the mail's link, its operations counted as they happen.

The time follows from them by a model (`tests.support.keystrokes`), so it is the same on any machine. A field that asks for one
more tap, a button that is gone or a list that is twice as long are found here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from service.activity.checkins import jobs, queries
from service.activity.checkins.models import CheckIn
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after, month_before
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.journeys.test_check_in import mailed
from tests.support.browser import PHONE, served, visit
from tests.support.keystrokes import KEY, TAP, THOUGHT, WAIT, Effort, seconds
from tests.support.world import HERE, THERE, World

Numbers = Mapping[str, int]
THREE_MINUTES = 180
HALF_A_SCREEN = 450  # what the keyboard leaves of a phone's screen, so that one has to swipe more
USUAL = {"minutes": 120, "volunteers": 3, "adults": 11, "children": 4}  # last month's
LABELS = {
    "adults": "Deltagere fra 15 år",
    "children": "Børn under 15 år",
    "volunteers": "Frivillige",
    "new_faces": "Nye ansigter",
    "minutes": "Minutter",
}
# A month of a café: two or three numbers of each session are another than last month's, and one session was cancelled.
MONTH: tuple[Numbers | None, ...] = (
    {"adults": 14, "children": 2, "volunteers": 3, "new_faces": 2},
    {"adults": 9, "children": 4, "volunteers": 2, "new_faces": 0},
    {"adults": 12, "children": 6, "volunteers": 4, "new_faces": 1},
    None,
    {"adults": 17, "children": 5, "volunteers": 3, "new_faces": 3},
    {"adults": 8, "children": 4, "volunteers": 2, "new_faces": 0},
    {"adults": 13, "children": 0, "volunteers": 3, "new_faces": 1},
    {"adults": 15, "children": 7, "volunteers": 4, "new_faces": 2},
)


@dataclass(frozen=True)
class Month:
    """A group with a check-in of eight sessions that have been."""

    link: str
    month: dt.date

    def recorded(self) -> list[dict[str, int] | None]:
        """The month's sessions as they are recorded; None was cancelled."""
        with acting_for(clock([HERE])), transaction():
            row = db.session.scalars(queries.checkins(HERE).where(CheckIn.group_name == "Caféens Venner")).one()
            key, activities = row.id, [each.id for each in queries.running(HERE, row.group_id, row.month)]
        jobs.record(HERE, str(key))
        with acting_for(clock([HERE])), transaction():
            rows = queries.sessions_between(activities, HERE, self.month, month_after(self.month))
            return [None if each.cancelled else {name: getattr(each, name) for name in LABELS} for each in rows]


def asked(app: Flask, monkeypatch: pytest.MonkeyPatch, before: Numbers | None, *serves: str) -> Month:
    """The café, which last month had sessions with those numbers, or none."""
    today = day_of(now())
    month = first_of(today) if today.day >= len(MONTH) else month_before(first_of(today))
    link = mailed(app, monkeypatch, month, len(MONTH), ["Sprogcafé"], serves, before, children_under_15=True)
    return Month(link, month)


class Thumb:
    """A thumb on a phone. What it does is done for real, and counted: swipes until a thing is in sight, taps, keys, waits."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.did: Counter[str] = Counter()
        page.on("framenavigated", lambda frame: self.count("waits") if frame == page.main_frame else None)

    @property
    def effort(self) -> Effort:
        """What it has done so far."""
        return Effort(**self.did)

    def count(self, what: str, times: int = 1) -> None:
        """One operation more, or several."""
        self.did[what] += times

    def think(self) -> None:
        """Decide, or recall a number."""
        self.count("thoughts")

    def tap(self, what: Locator) -> None:
        """Swipe until it is in sight, and tap it."""
        for _swipe in range(40):
            box = what.bounding_box()
            assert box is not None
            if box["y"] >= 50 and box["y"] + box["height"] <= HALF_A_SCREEN:
                break
            down = 1 if box["y"] >= 50 else -1
            self.count("taps")
            self.page.evaluate("by => scrollBy({top: by, behavior: 'instant'})", down * HALF_A_SCREEN * 0.6)
        self.count("taps")
        what.tap()

    def choose(self, what: Locator, reason: str) -> None:
        """Choose from a list: the phone shows it, and it is tapped."""
        self.think()
        self.tap(what)
        self.count("taps")
        what.select_option(reason)

    def put(self, line: Locator, name: str, number: int) -> None:
        """Have a number stand in a line, by the fewer seconds: plus and minus, or the keys."""
        field = line.get_by_role("spinbutton", name=LABELS.get(name, name), exact=True)
        stands = field.input_value()
        if int(stands or 0) == number:  # a blank is none
            return
        self.think()
        steps = number - int(stands or 0)
        if abs(steps) * TAP <= TAP + len(str(number)) * KEY:
            button = line.get_by_role("button", name=f"{LABELS.get(name, name)}: {'flere' if steps > 0 else 'færre'}")
            for _step in range(abs(steps)):
                self.tap(button)
        else:
            self.tap(field)
            self._type(field, stands, number)
        expect(field).to_have_value(str(number))

    def _type(self, field: Locator, stands: str, number: int) -> None:
        expect(field).to_be_focused()
        self.page.evaluate("() => new Promise(done => setTimeout(done))")  # until what stands there is marked
        marked = self.page.evaluate("() => getSelection().toString()")
        for key in (*(() if marked == stands else ("Backspace",) * len(stands)), *str(number)):
            self.count("keys")
            self.page.keyboard.press(key)


def tell(page: Page, address: str, link: str, button: str | None, folded: Sequence[Numbers | None]) -> Effort:
    """Go the whole way from the link in the mail to the thanks: by a button first, then what is otherwise, line by line.

    `folded` is what is told below "more", by session, if anything.
    """
    thumb = Thumb(page)
    thumb.think()
    thumb.count("taps")  # on the link, in the mail
    page.goto(address + link, wait_until="load")
    thumb.think()
    if button:
        thumb.tap(page.get_by_role("button", name=button))
    for place, numbers in enumerate(MONTH):
        line = page.locator(".line").nth(place)
        thumb.think()  # was it as it stands there?
        if numbers is None:
            thumb.tap(line.locator(".choice label").last)
            thumb.choose(line.get_by_label("Hvorfor"), "weather")
            continue
        if not button:
            thumb.tap(line.locator(".choice label").first)
        for name, number in numbers.items():
            thumb.put(line, name, number)
        if folded:
            thumb.tap(line.locator("summary"))
        for name, number in (folded[place] or {}).items() if folded else ():
            thumb.put(line, name, number)
    thumb.think()
    thumb.tap(page.get_by_role("button", name="Send svaret").last)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tak", timeout=30_000)
    thumb.think()  # the year so far
    return thumb.effort


def test_the_model_adds_up_what_was_done() -> None:
    assert seconds(Effort()) == 0
    assert seconds(Effort(keys=2)) == 2 * KEY == 1
    assert seconds(Effort(keys=4, taps=2, thoughts=1, waits=1)) == 4 * KEY + 2 * TAP + THOUGHT + WAIT == 8.55
    assert seconds(Effort(taps=3)) > seconds(Effort(taps=2)), "one tap more is more"


def go(
    app: Flask,
    browser: Browser,
    group: Month,
    button: str | None,
    folded: Sequence[Numbers | None] = (),
    *,
    minutes: int = USUAL["minutes"],
) -> float:
    """How many seconds it takes, and that all of it is recorded as it was told."""
    with served(app) as address, visit(browser, width=PHONE, has_touch=True) as page:
        page.set_viewport_size({"width": PHONE, "height": HALF_A_SCREEN})
        effort = tell(page, address, group.link, button, folded)
    assert effort.waits == 2, "for the page, and for the thanks"
    with app.app_context():
        assert group.recorded() == [each and {**each, "minutes": minutes} for each in MONTH]
    return seconds(effort)


def test_eight_sessions_take_less_than_three_minutes(
    app: Flask, world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the numbers of last month: 109 seconds."""
    group = asked(app, monkeypatch, USUAL)
    assert go(app, browser, group, "Samme tal som sidste måned") < 130 < THREE_MINUTES


def test_without_the_button_the_same_takes_all_of_them(
    app: Flask, world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same answer with every number told by itself takes 181 seconds. That the page is light is not enough."""
    group = asked(app, monkeypatch, USUAL)
    assert go(app, browser, group, None, [{"minutes": USUAL["minutes"]}] * len(MONTH)) > 165


def test_the_first_month_takes_less_than_three_minutes(
    app: Flask, world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing to take over, all were held as planned and each number is told: 124 seconds."""
    group = asked(app, monkeypatch, None)
    assert go(app, browser, group, "Alle blev holdt som planlagt", minutes=90) < 145 < THREE_MINUTES


def test_with_where_participants_came_from(
    app: Flask, world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted at each session, for two municipalities: 171 seconds. Who leaves it empty is as quick as everyone."""
    group = asked(app, monkeypatch, USUAL, THERE)
    folded = [each and {"Aabenraa": each["adults"] + each["children"] - 4, "Tønder": 4} for each in MONTH]
    assert go(app, browser, group, "Samme tal som sidste måned", folded) < THREE_MINUTES
