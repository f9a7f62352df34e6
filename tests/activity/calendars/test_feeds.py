"""A feed: shown once, read by its address alone, as the municipality sees its calendar, and closed for good."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import event, insert, select

from config.discretion import masked
from config.embedded import Servers
from service.activity.activities import operations as activities
from service.activity.activities.models import Activity, ActivitySchedule
from service.activity.calendars import operations, queries
from service.activity.calendars.models import Feed
from service.network.networks import operations as networks
from service.platform.web.errors import Refusal
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_name
from tenants.database import db, now, transaction, uuid7
from tenants.models import ScopePeriod
from tenants.reach import clock
from tests.support.telling import tell, tells
from tests.support.world import HERE, THERE, World, group_of
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, STAFF, Asker, askers, visitor

SCHEDULE = {
    "rule": "FREQ=WEEKLY;BYDAY=TH",
    "starts": dt.time(19),
    "minutes": 120,
    "without_holidays": True,
    "without_breaks": False,
    "extra": (),
    "left_out": (),
    "valid_from": None,
    "recount": False,
}
TODAY = day_of(now())


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    return askers(app, world)


def start(app: Flask, code: str, name: str, kind: str = "homework_help", group_id: UUID | None = None) -> UUID:
    with app.app_context(), acting_for(clock([code])), transaction():
        given = {"activity_type": kind, "name": name, "place": "Huset", "starts_on": TODAY, "ends_on": None}
        return activities.start(code, given | {"group_id": group_id, "schedule": SCHEDULE}).id


def address(page: str) -> str:
    found = re.search(r'<code class="key">http://localhost(/ical/[\w-]{32}\.ics)</code>', page)
    assert found is not None
    return found[1]


def names(content: bytes) -> set[str]:
    return {str(each["summary"]) for each in Calendar.from_ical(content).walk("VEVENT")}


def test_an_address_is_shown_once_and_only_its_hash_is_kept(
    app: Flask, people: dict[str, Asker], place: Servers
) -> None:
    made = people[MANAGER].ask("POST", f"/kommuner/{HERE}/kalender/adresser")
    assert made.status_code == 200
    found = address(made.text)
    assert "/ical/" not in people[MANAGER].ask("GET", f"/kommuner/{HERE}/kalender/adresser").text
    token = found.removeprefix("/ical/").removesuffix(".ics")
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as connection:
        tell(connection, "clock", HERE)
        kept = connection.execute(
            "SELECT t::text FROM feeds t UNION ALL SELECT t::text FROM ledger_entries t"
        ).fetchall()
    assert len(kept) > 1
    assert not any(token in row for (row,) in kept)


def test_an_address_has_a_name_of_its_makers_and_another_later(
    app: Flask, world: World, people: dict[str, Asker]
) -> None:
    page, staff = f"/kommuner/{HERE}/kalender/adresser", people[STAFF]
    found = address(staff.ask("POST", page, {"title": "Outlook i borgerservice"}).text)
    with app.app_context(), acting_for(clock([HERE])), transaction():
        row = queries.feeds(HERE)[0]
    assert row.title == "Outlook i borgerservice"
    assert staff.ask("POST", f"{page}/{row.id}/navn", {"title": "Jobcentret"}).status_code == 302
    assert "Jobcentret" in staff.ask("GET", page).text
    assert "X-WR-CALNAME:Jobcentret" in staff.client.get(found).text
    for wrong in ("", "x" * 101):
        staff.ask("POST", f"{page}/{row.id}/navn", {"title": wrong})
        assert "højst 100 tegn" in staff.ask("GET", page).text
    assert "Jobcentret" in staff.ask("GET", page).text
    assert staff.ask("POST", page, {"title": "x" * 101}).status_code == 422
    staff.ask("POST", f"/kommuner/{THERE}/kalender/adresser", {"title": "x"})
    group = f"/grupper/{world.shared_group}/kalender"
    people[CONSULTANT].ask("POST", group, {"title": "Gruppens egen"})
    with app.app_context(), acting_for(clock([HERE])), transaction():
        own = queries.group_feeds(world.shared_group)[0]
    assert people[CONSULTANT].ask("POST", f"{group}/{own.id}/navn", {"title": "Til kontakten"}).status_code == 302
    assert "Til kontakten" in people[CONSULTANT].ask("GET", group).text
    assert staff.ask("POST", f"{page}/{own.id}/navn", {"title": "x"}).status_code == 404


def test_it_holds_what_the_municipality_sees_and_no_other(app: Flask, world: World, people: dict[str, Asker]) -> None:
    start(app, HERE, "Torsdagshjælp")
    start(app, THERE, "Naboens hjælp")
    found = address(people[STAFF].ask("POST", f"/kommuner/{HERE}/kalender/adresser").text)
    answer = visitor(app).ask("GET", found)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert names(answer.data) == {"Torsdagshjælp", f"Lektiehjælp {world.here.canary}"}
    assert world.there.canary not in answer.text
    assert "Kontakt" not in answer.text
    assert "@kommune.example" not in answer.text


def test_it_is_kept_a_while_and_asked_for_again_cheaply(app: Flask, people: dict[str, Asker]) -> None:
    client = visitor(app).client
    found = address(people[STAFF].ask("POST", f"/kommuner/{HERE}/kalender/adresser").text)
    first = client.get(found)
    assert first.headers["Cache-Control"] == "private, max-age=900"
    assert client.get(found, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(found, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    start(app, HERE, "Ny")
    assert client.get(found, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_revoked_an_altered_and_an_unknown_one_are_not_there(
    app: Flask, world: World, people: dict[str, Asker]
) -> None:
    client = visitor(app).client
    found = address(people[STAFF].ask("POST", f"/kommuner/{HERE}/kalender/adresser").text)
    assert client.get(found).status_code == 200
    assert client.get(found.replace(".ics", "x.ics")).status_code == 404
    assert client.get("/ical/" + "A" * 32 + ".ics").status_code == 404
    with app.app_context(), acting_for(clock([HERE])):
        newest = queries.feeds(HERE)[0]
        assert newest.last_used_on == TODAY
    closed = people[STAFF].ask("POST", f"/kommuner/{HERE}/kalender/adresser/{newest.id}/luk")
    assert closed.status_code == 302
    assert client.get(found).status_code == 404
    with app.app_context(), acting_for(clock([THERE])), transaction():
        theirs = db.session.scalars(select(Feed.id)).first()
    assert people[STAFF].ask("POST", f"/kommuner/{HERE}/kalender/adresser/{theirs}/luk").status_code == 404


def test_when_the_scope_opens_no_calendar_the_feed_is_shut_and_so_is_the_page(
    app: Flask, world: World, people: dict[str, Asker]
) -> None:
    found = address(people[STAFF].ask("POST", f"/kommuner/{HERE}/kalender/adresser").text)
    with app.app_context(), acting_for(clock([HERE])), transaction():
        period = db.session.scalars(select(ScopePeriod).where(ScopePeriod.valid_from <= TODAY)).one()
        left = [each for each in period.stored_scope["capabilities"] if each != "calendar"]
        period.stored_scope = {**period.stored_scope, "capabilities": left}
    assert visitor(app).ask("GET", found).status_code == 404
    assert people[STAFF].ask("GET", f"/kommuner/{HERE}/kalender").status_code == 404
    assert people[SECRETARIAT].ask("GET", f"/kommuner/{HERE}/kalender").status_code == 200


def test_a_groups_feed_holds_what_it_runs_everywhere(app: Flask, world: World, people: dict[str, Asker]) -> None:
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        group = networks.create(group_of("Grænsegruppen", HERE, THERE))
        group_id = group.id
    start(app, HERE, "Her", group_id=group_id)
    start(app, THERE, "Der", group_id=group_id)
    start(app, THERE, "En andens")
    made = people[CONSULTANT].ask("POST", f"/grupper/{group_id}/kalender")
    assert names(visitor(app).ask("GET", address(made.text)).data) == {"Her", "Der"}
    with app.app_context(), acting_for(clock([HERE])):
        feed = queries.group_feeds(group_id)[0].id
    assert people[CONSULTANT].ask("POST", f"/grupper/{group_id}/kalender/{feed}/luk").status_code == 302
    assert visitor(app).ask("GET", address(made.text)).status_code == 404
    for who in (MANAGER, STAFF):
        assert people[who].ask("POST", f"/grupper/{group_id}/kalender").status_code == 404


def test_the_log_does_not_tell_an_address() -> None:
    token = "aB3-_" * 6 + "xy"
    assert token not in masked(f"GET /ical/{token}.ics 500")
    assert token in masked(f"GET /other/{token}"), "the control: it is the address that is masked"


def test_so_many_and_no_more(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        for _each in range(operations.MOST_FEEDS - 1):
            operations.make(HERE)
        with pytest.raises(Refusal):
            operations.make(HERE)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The queries that are made inside."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def fill(app: Flask, count: int) -> None:
    """So many activities that meet every week."""
    rows = [
        {
            "municipality_code": HERE,
            "id": uuid7(),
            "activity_type": "homework_help",
            "name": f"Aktivitet {number}",
            "place": "Huset",
            "starts_on": dt.date(2020, 1, 1),
        }
        for number in range(count)
    ]
    times = [
        {
            "municipality_code": HERE,
            "id": uuid7(),
            "activity_id": row["id"],
            "valid_from": dt.date(2020, 1, 1),
            "rule": "FREQ=WEEKLY;BYDAY=MO,TH",
            "anchor": dt.date(2020, 1, 2),
            "starts": dt.time(19),
            "minutes": 90,
            "without_holidays": True,
            "without_breaks": True,
            "extra": [],
            "left_out": [],
        }
        for row in rows
    ]
    with app.app_context(), acting_for(clock([HERE])), transaction():
        db.session.execute(insert(Activity), rows)
        db.session.execute(insert(ActivitySchedule), times)


def test_the_calendar_asks_as_much_of_two_hundred_activities_as_of_one(
    app: Flask, world: World, people: dict[str, Asker]
) -> None:
    month = f"/kommuner/{HERE}/kalender?maaned={month_name(first_of(TODAY))}"
    for who in (STAFF, SECRETARIAT):
        with counted(app) as few:
            assert people[who].ask("GET", month).status_code == 200
        assert len([each for each in few if not tells(each)]) <= 10, few
    fill(app, 200)
    with counted(app) as many:
        page = people[SECRETARIAT].ask("GET", month)
    assert page.text.count("Aktivitet 199<") >= 1
    assert len(many) == len(few)
