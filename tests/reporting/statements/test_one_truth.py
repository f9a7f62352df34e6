"""One figure, one truth: page, paper, its files, API, export and the national figures, all read over HTTP and compared.

Two municipalities with a shared session each way, one type so small that it is kept back, one outside the agreement.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.activity.activities.models import Activity
from service.exchange.exports import operations as exporting
from service.reporting.statements import operations
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_before, month_name
from tenants.database import db, now, transaction
from tenants.periods import put_in_force
from tenants.reach import clock
from tests.support.pages import pdf_text, token_of
from tests.support.world import hold, key_of, person, scope
from tests.walls.ways import enter

HERE, THERE = "0580", "0550"
Said = dict[str, dict[str, int]]  # by figure: by where it stands, what it is there


@dataclass
class Reader:
    """One of the people who read, by browser and by program."""

    client: FlaskClient
    headers: Mapping[str, str]

    def page(self, path: str) -> str:
        """A page."""
        return self.client.get(path, follow_redirects=True).text

    def items(self, path: str) -> list[dict[str, int]]:
        """What the API lists."""
        answer = self.client.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, int]] = answer.json["items"]  # type: ignore[index]
        return found


@dataclass
class Two:
    """The two municipalities, who reads them, and what can be recorded more of."""

    app: Flask
    month: dt.date
    manager: Reader
    secretariat: Reader
    activity: UUID


def _activity(code: str, kind: str, month: dt.date) -> Activity:
    row = Activity(municipality_code=code, activity_type=kind, name=f"{kind} {code}", place="Huset", starts_on=month)
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def two(app: Flask) -> Two:
    """The month before this one, held and closed."""
    month = month_before(first_of(day_of(now())))

    def reader(person_id: UUID) -> Reader:
        client = app.test_client()
        enter(app, client, person_id)
        with app.app_context():
            return Reader(client, {"Authorization": f"Bearer {key_of(person_id)}"})

    with app.app_context():
        with acting_for(clock([HERE, THERE])), transaction():
            people = (
                person("leder@kommune.example", ("manager", HERE, None)),
                person("a@drc.example", ("secretariat", None, None)),
            )
            for code in (HERE, THERE):
                put_in_force(code, scope(month, code), uuid4())
            counts = {"volunteers": 6, "volunteer_minutes": 720}
            homework, club = _activity(HERE, "homework_help", month), _activity(HERE, "job_club", month)
            cafe, neighbour = _activity(HERE, "language_cafe", month), _activity(THERE, "language_cafe", month)
            for week in range(3):
                day = month + dt.timedelta(days=7 * week)
                hold(homework, day, **counts, adults=9 + week, children=20)
                hold(cafe, day, **counts, adults=31, serves=[THERE] if week else [])
                hold(neighbour, day, **counts, adults=14, serves=[HERE] if week == 2 else [])
            hold(club, month, volunteers=2, volunteer_minutes=240, adults=3)
            hold(homework, month + dt.timedelta(days=22), cancelled=True, cancelled_why="weather")
            operations.ask(month)
        assert operations.make(HERE, month, 1, 60)
        activity_id = homework.id
    manager, secretariat = (reader(each) for each in people)
    return Two(app, month, manager, secretariat, activity_id)


def number(text: str) -> int:
    """A number as a page or a paper writes it."""
    return int(text.replace(".", ""))


def tile(page: str, name: str) -> int:
    """A figure of the start page."""
    found = re.search(rf"{name}</dt>.*?key-figure-value\">([\d.]+)", page, re.DOTALL)
    assert found, f"the page has no {name}"
    return number(found[1])


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a file of ours."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def summed(rows: list[dict[str, str]], column: str) -> int:
    """What a column of a file sums to; what is kept back counts nothing."""
    return sum(int(row[column]) for row in rows if row[column].isdigit())


def exported(two: Two, code: str) -> tuple[list[dict[str, str]], str]:
    """The file of a municipality's sessions, and the page that tells what it sums to."""
    sent = {"kind": "sessions", "file_format": "csv", "municipality_code": code}
    client = two.secretariat.client
    token = token_of(client.get("/overfoersler/udtraek?kind=sessions").text)
    address = client.post("/overfoersler/udtraek", data={**sent, "csrf_token": token}).headers["Location"]
    with two.app.app_context():
        assert exporting.make(UUID(address.rpartition("/")[2]), 60)
    return rows_of(client.get(f"{address}/fil").data), client.get(address).text


def said(two: Two) -> Said:
    """Every figure of the month, by where it stands."""
    month, found = month_name(two.month), defaultdict[str, dict[str, int]](dict)
    page = two.manager.page(f"/kommuner/{HERE}")
    paper = two.manager.client.get(f"/kommuner/{HERE}/opgoerelser/{month}", follow_redirects=True).data
    (program,) = two.manager.items(f"/municipalities/{HERE}/figures?from={month}&to={month}")
    with pikepdf.open(io.BytesIO(paper)) as opened:
        files = {name: file.get_file().read_bytes() for name, file in opened.attachments.items()}
    facts, text = json.loads(files["facts.json"]), pdf_text(paper)
    keys = {key["what"]: key["value"] for key in facts["keys"]}
    table = {row["Nøgletal"]: row["Måneden"] for row in rows_of(files["noegletal.csv"])}
    for name, code in (("Afholdte gange", "sessions"), ("Fremmøder", "attendances")):
        found[name] = {
            "start page": tile(page, name),
            "facts": keys[name],
            "noegletal.csv": int(table[name]),
            "API": program[code],
            "paper": number(re.search(rf"{name}\s+([\d.]+)", text)[1]),  # type: ignore[index]
        }
    activities = rows_of(files["aktiviteter.csv"])
    found["Afholdte gange"]["aktiviteter.csv"] = summed(activities, "Holdt")
    found["Fremmøder"]["maaneder.csv"] = int(rows_of(files["maaneder.csv"])[-1]["Fremmøder"])
    found["Fremmøder"]["lead"] = number(re.search(r"Der var ([\d.]+) fremmøder", facts["lead"])[1])  # type: ignore[index]
    found["Fremmøder"]["lead on the page"] = number(re.search(r"Der var ([\d.]+) fremmøder", page)[1])  # type: ignore[index]
    shown = {row["activity_type"]: row["attendances"] for row in program["by_type"]}  # type: ignore[attr-defined]
    found["Shown by type"] = {
        "aktiviteter.csv": summed(activities, "Fremmøder"),
        "API": sum(count for count in shown.values() if count is not None),
        "facts": sum(row["attendances"] or 0 for row in facts["activities"] + facts["beside"]),
    }
    mine, sums = exported(two, HERE)
    theirs, _page = exported(two, THERE)
    listed = [number(each) for each in re.findall(r"<td>\s*([\d.]+)\s*</td>", sums)]
    found["Whole of the file"] = {"file": sum(_whole(row) for row in mine), "page": listed[0]}
    found["Own part"] = {"file": summed(mine, "Egen del: fremmøder"), "page": listed[1]}
    found["Fremmøder"]["export"] = summed(mine, "Egen del: fremmøder") + listed[2]
    found["Fremmøder"]["page of the export"] = listed[3]
    found["National"] = {"exports": sum(_whole(row) for row in mine + theirs)} | national(two)
    return dict(found)


def national(two: Two) -> dict[str, int]:
    """The attendances of all of Denmark, by every way that they are told."""
    month = month_name(two.month)
    asked = f"fra={month}&til={month}"
    found = {"API by month and type": two.secretariat.items(f"/figures?from={month}&to={month}")}
    for by in ("month", "territory", "municipality", "type"):
        found[f"API by {by}"] = two.secretariat.items(f"/national-figures?by={by}&from={month}&to={month}")
    told = {name: sum(row["attendances"] for row in rows) for name, rows in found.items()}
    for by in ("month", "municipality"):
        content = two.secretariat.client.get(f"/landstal/fil?efter={by}&{asked}&format=csv").data
        told[f"file by {by}"] = summed(rows_of(content), "Fremmøder")
    return told | {"page": tile(two.secretariat.page(f"/landstal?{asked}"), "Fremmøder")}


def _whole(row: Mapping[str, str]) -> int:
    return int(row["Voksne deltagere"] or 0) + int(row["Børn"] or 0)


def disagreeing(found: Said) -> list[str]:
    """The figures that are not the same everywhere."""
    return [name for name, by_place in found.items() if len(set(by_place.values())) > 1]


def test_every_place_tells_the_same_and_one_that_does_not_is_found(two: Two) -> None:
    found = said(two)
    assert disagreeing(found) == [], found
    assert found["Afholdte gange"]["API"] == 3 + 3 + 1 + 1
    assert found["Whole of the file"]["file"] != found["Own part"]["file"], "shared sessions are among them"
    assert found["Shown by type"]["API"] < found["Fremmøder"]["API"], "something is kept back"

    # The control: what is recorded after the month was closed stands in the live figures alone.
    with two.app.app_context(), acting_for(clock([HERE])), transaction():
        hold(
            db.session.get_one(Activity, (HERE, two.activity)),
            two.month + dt.timedelta(days=24),
            volunteers=5,
            adults=7,
        )
    late = said(two)
    assert disagreeing(late) == ["Fremmøder"], late
    assert late["Fremmøder"]["export"] == found["Fremmøder"]["API"] + 7
    assert late["National"]["page"] == found["National"]["page"] + 7
