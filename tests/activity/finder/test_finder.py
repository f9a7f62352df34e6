"""Anyone finds the groups that agreed to it, and nothing of the others; what machines read is the same."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from icalendar import Calendar

from service.activity.activities import operations as activities
from service.activity.activities import queries as activity_queries
from service.activity.finder import operations, queries
from service.activity.finder.rules import Wanted
from service.activity.posters import operations as posters
from service.network.networks import operations as networks
from service.network.networks.rules import GroupStatus
from service.platform.web.errors import Invalid, NotFound, Refusal
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach, clock, door
from tests.support.counting import counted
from tests.support.world import HERE, THERE, group_of

TODAY = day_of(now())
SCHEDULE: dict[str, Any] = {
    "rule": "FREQ=WEEKLY;BYDAY=TU",
    "starts": dt.time(19),
    "minutes": 120,
    "without_holidays": False,
    "without_breaks": False,
    "extra": (),
    "left_out": (),
    "valid_from": None,
    "recount": False,
}


@dataclass
class Made:
    """Two groups that agreed to be shown and one that did not, with what each runs."""

    here: UUID
    there: UUID
    hidden: UUID

    def address(self, group: UUID) -> str:
        with acting_for(clock([HERE, THERE])), transaction():
            row = queries.kept(group)
            assert row is not None
            return row.public_id


def _group(name: str, *codes: str) -> UUID:
    return networks.create(group_of(name, *codes, contact="Gruppens telefon")).id


def _activity(group: UUID, code: str, name: str, *, public: bool = True, **changes: Any) -> None:
    given = {
        "activity_type": "language_cafe",
        "name": name,
        "place": "Biblioteket",
        "starts_on": TODAY,
        "ends_on": None,
        "group_id": group,
        "schedule": SCHEDULE,
    }
    activities.start(code, given | changes)
    if public:
        found = activity_queries.activities(code).filter_by(name=name)
        posters.publish(db.session.scalars(found).one().id, public=True, contact=False, code=code)


SHOWN: dict[str, Any] = {"shown": True, "contact": False, "about": "", "agreed_on": TODAY}


@pytest.fixture
def made(app: Flask) -> Iterator[Made]:
    with app.app_context():
        with acting_for(clock([HERE, THERE])), transaction():
            here, there, hidden = _group("Sprogbroen", HERE), _group("Broen", THERE, HERE), _group("Skjult", HERE)
            _activity(here, HERE, "Café", languages="dansk, arabisk", address="Torvet 1")
            _activity(here, HERE, "Ikke offentlig", public=False)
            _activity(there, THERE, "Cykelværksted", schedule=SCHEDULE | {"rule": "FREQ=MONTHLY;BYDAY=1SA,3SA"})
            _activity(hidden, HERE, "Hemmelig")
            operations.publish(here, **SHOWN | {"contact": True, "about": "Vi taler dansk."})
            operations.publish(there, **SHOWN)
        yield Made(here, there, hidden)


def names(wanted: Wanted = Wanted()) -> list[str]:  # noqa: B008 - a value
    with acting_for(door()), transaction():
        return [found.name for found in queries.every(wanted)]


def test_a_stranger_finds_what_agreed_to_be_shown(made: Made) -> None:
    assert names() == ["Broen", "Sprogbroen"]
    with acting_for(door()), transaction():
        found = queries.every(Wanted())[1]
    assert [each.name for each in found.activities] == ["Café"], "what is not public is not handed out"
    assert (found.about, dict(found.contact)) == ("Vi taler dansk.", {"name": "Gruppens telefon"})


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted((HERE,)), ["Broen", "Sprogbroen"]),
        (Wanted((THERE,)), ["Broen"]),
        (Wanted(("0101",)), []),
        (Wanted(theme="homework_help"), ["Broen", "Sprogbroen"]),
        (Wanted(theme="mentor"), []),
        (Wanted(weekday="TU"), ["Sprogbroen"]),
        (Wanted(weekday="SA"), ["Broen"]),
        (Wanted(weekday="MO"), []),
        (Wanted(language="arabisk"), ["Sprogbroen"]),
        (Wanted(weekday="SA", language="arabisk"), []),
    ],
)
def test_each_limit_narrows_and_together_they_hold_for_one_activity(
    made: Made, wanted: Wanted, found: list[str]
) -> None:
    assert names(wanted) == found


def test_what_is_taken_back_closed_or_over_is_found_no_more(made: Made) -> None:
    with acting_for(clock([HERE, THERE])), transaction():
        row = queries.kept(made.here)
        assert row is not None
        address = row.public_id
        operations.publish(made.here, **SHOWN | {"shown": False})
        networks.set_status(made.there, GroupStatus.CLOSED)
    assert names() == []
    with acting_for(door()), transaction(), pytest.raises(NotFound):
        queries.group(address)
    with acting_for(clock([HERE, THERE])), transaction():
        assert operations.publish(made.here, **SHOWN).public_id == address, (
            "what was printed or linked leads there again"
        )
    assert names() == ["Sprogbroen"]


def test_a_group_is_shown_only_when_it_has_said_yes_and_by_who_looks_after_it(made: Made) -> None:
    with acting_for(clock([HERE, THERE])), transaction():
        for day in (None, TODAY + dt.timedelta(days=1)):
            with pytest.raises(Invalid):
                operations.publish(made.hidden, shown=True, contact=False, about="", agreed_on=day)
    with acting_for(Reach(Office.DRC, frozenset(["0101"]))), transaction(), pytest.raises(Refusal):
        operations.publish(made.hidden, **SHOWN)


def test_pages_of_strangers_set_no_cookie_need_no_script_and_are_light(made: Made, app: Flask) -> None:
    client = app.test_client()
    with client.get("/static/public.css") as answer:
        style = len(answer.data)
    for path in (
        "/find-gruppe",
        "/find-gruppe?sted=6200&sprog=en",
        f"/g/{made.address(made.here)}",
        "/find-gruppe/indsat",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers, path
        assert "src=" not in answer.text, path
        assert len(answer.data) + style < 100_000, path
        assert "Hemmelig" not in answer.text
        assert "Ikke offentlig" not in answer.text


def test_a_place_is_a_postal_code_a_town_or_a_municipality_and_several_are_asked_about(made: Made, app: Flask) -> None:
    client = app.test_client()
    for said in ("6200", "6230 Rødekro", "Rødekro", "Aabenraa", "Aabenraa Kommune"):
        text = client.get("/find-gruppe", query_string={"sted": said}).text
        assert "Sprogbroen" in text, said
        assert 'role="status"' not in text, said
    asked = client.get("/find-gruppe", query_string={"sted": "2000"}).text
    assert 'role="status"' in asked, "2000 lies in two municipalities"
    assert "kommune=0147" in asked
    unknown = client.get("/find-gruppe", query_string={"sted": "Atlantis"}).text
    assert "Atlantis" in unknown
    assert "Sprogbroen" not in unknown


def test_a_list_goes_on_where_it_ended_and_asks_three_queries_at_most(made: Made, app: Flask) -> None:
    with acting_for(clock([HERE])), transaction():
        for number in range(queries.A_PAGE):
            operations.publish(_group(f"Gruppe {number:02}", HERE), **SHOWN)
    client = app.test_client()
    with counted(app) as asked:
        first = client.get("/find-gruppe?sted=6200").text
    assert len(asked) <= 3, asked
    assert first.count('class="small"') >= queries.A_PAGE
    following = first.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = client.get(following).text
    assert "Sprogbroen" in second
    assert "Sprogbroen" not in first
    assert client.get("/find-gruppe?cursor=x").status_code == 422


def test_machines_read_the_same(made: Made, app: Flask) -> None:
    client = app.test_client()
    told = json.loads(client.get("/find-gruppe.json").data)
    assert [each["name"] for each in told["graph"]] == names()
    [activity] = told["graph"][1]["activity"]
    assert activity["title"] == "Café"
    assert activity["session"][0]["duration"] == "PT120M"
    assert dt.datetime.fromisoformat(activity["session"][0]["startTime"]).weekday() == 1
    rows = list(csv.DictReader(io.StringIO(client.get("/find-gruppe.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert [(row["group"], row["activity"]) for row in rows] == [("Broen", "Cykelværksted"), ("Sprogbroen", "Café")]
    page = client.get(f"/g/{made.address(made.here)}")
    block = page.text.split('application/ld+json">')[1].split("</script>")[0]
    assert [each["@type"] for each in json.loads(block)] == ["Organization", *["Event"] * 5]
    feed = Calendar.from_ical(client.get(f"/g/{made.address(made.here)}.ics").data)
    assert {str(each["SUMMARY"]) for each in feed.walk("VEVENT")} == {"Café"}
    assert f"/g/{made.address(made.there)}</loc>" in client.get("/sitemap.xml").text
    answer = client.get("/find-gruppe.json")
    assert client.get("/find-gruppe.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_group_in_somebody_elses_site_may_stand_in_a_frame_and_nothing_else_may(made: Made, app: Flask) -> None:
    client = app.test_client()
    assert "frame-ancestors *" in client.get("/find-gruppe/indsat?kommune=0580").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in client.get("/find-gruppe").headers["Content-Security-Policy"]


def test_what_a_group_writes_is_text_in_the_page_and_in_what_machines_read(made: Made, app: Flask) -> None:
    with acting_for(clock([HERE])), transaction():
        operations.publish(made.here, **SHOWN | {"about": "</script><b>=1+1"})
    text = app.test_client().get(f"/g/{made.address(made.here)}").text
    assert "<b>" not in text
    assert "</script><b" not in text
