"""What each kind of key reads: the promised shapes, and no more than is theirs."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.activity.activities.measures import BY_CODE
from service.platform.documents.rules import PaperKind
from service.platform.web.api import PREFIX
from tenants.calendar import day_of
from tenants.database import now
from tests.api.conftest import Program
from tests.support.world import World

COLLECTIONS = (
    "municipalities",
    "partnerships",
    "agreements",
    "activities",
    "sessions",
    "groups",
    "shares",
    "needs",
    "statements",
    "duties",
    "documents",
    "declarations",
)
COUNTS = ("volunteers", "volunteer_minutes", "adults", "children")


def test_lists_and_details_for_both_sides(
    world: World, secretariat: Program, consultant: Program, manager: Program, staff: Program
) -> None:
    for name in COLLECTIONS:
        for program, codes in ((secretariat, None), (consultant, {"0580"}), (manager, {"0580"}), (staff, {"0580"})):
            page = program.read(f"/{name}?limit=200")
            assert set(page) == {"items", "next", "limit"}
            assert page["limit"] == 200
            assert page["next"] is None
            assert page["items"], name
            for item in page["items"]:
                assert isinstance(item["id"], str)
                if name != "groups":
                    assert codes is None or item["municipality_code"] in codes
                assert program.read(f"/{name}/{item['id']}") == item, name


def test_fields_as_promised(world: World, secretariat: Program, manager: Program) -> None:
    here = world.here
    statement = manager.read(f"/statements/{here.statement}")
    assert statement["month"] == f"{world.month:%Y-%m}"
    assert (statement["revision"], statement["status"], statement["document_id"]) == (
        1,
        "issued",
        str(here.statement_document),
    )
    assert dt.datetime.fromisoformat(statement["issued_at"]).utcoffset() is not None
    agreement = manager.read(f"/agreements/{here.agreement}")
    assert agreement["document_id"] == str(here.document)
    assert agreement["state"] == "concluded"
    assert [(d["party"], d["act"]) for d in agreement["decisions"]] == [
        ("drc", "offered"),
        ("municipality", "approved"),
        ("drc", "approved"),
    ]
    assert agreement["scope"]["amounts"][0]["ore"] == 10_000_000
    assert agreement["scope"]["amounts"][0]["currency"] == agreement["scope"]["instalments"][0]["currency"] == "DKK"
    paper = manager.read(f"/documents/{here.document}")
    assert paper["number"] == agreement["number"]
    content = manager.get(paper["url"].removeprefix(PREFIX))
    assert content.mimetype == "application/pdf"
    assert content.data[:5] == b"%PDF-"
    assert len(content.data) == paper["size"]
    partnership = manager.read("/partnerships")["items"][0]
    assert partnership["scope"]["level"] == "integrated"
    assert partnership["periods"][0]["agreement_id"] == str(here.agreement)
    place = manager.read("/municipalities/0580")
    assert (place["name"], place["level"], place["municipality_code"]) == ("Aabenraa", "integrated", "0580")
    me = manager.read("/me")
    assert (me["id"], me["office"], me["municipality_codes"]) == (str(here.manager), "municipality", ["0580"])
    assert me["memberships"] == [{"role": "manager", "municipality_code": "0580", "territory": None}]
    assert len(secretariat.read("/me")["municipality_codes"]) == 98


@pytest.mark.gate("8.2.3")
def test_a_municipality_reads_no_draft_and_no_sessions_persons(
    world: World, secretariat: Program, manager: Program
) -> None:
    assert [item["state"] for item in secretariat.read("/agreements?state=draft")["items"]] == ["draft", "draft"]
    draft = secretariat.read("/agreements?state=draft&municipality_code=0580")["items"][0]
    assert "draft" not in {item["state"] for item in manager.read("/agreements")["items"]}
    assert manager.read("/agreements?state=draft")["items"] == []
    assert manager.get(f"/agreements/{draft['id']}").status_code == 404
    assert manager.get("/municipalities/0580/draft").status_code == 404
    for item in (*manager.read("/sessions")["items"], manager.read(f"/sessions/{world.here.session}")):
        assert [item[name] for name in COUNTS] == [None] * 4
    assert (
        secretariat.read(f"/sessions/{world.here.session}")["volunteers"] == 6
    )  # the counts are there: it is the reader


def test_figures_by_month(world: World, secretariat: Program, manager: Program, staff: Program) -> None:
    month = f"{world.month:%Y-%m}"
    for program in (secretariat, manager, staff):
        row = program.read(f"/municipalities/0580/figures?from={month}&to={month}")["items"][0]
        assert row["id"] == f"0580-{month}"
        assert (row["sessions"], row["attendances"], row["volunteer_hours"]) == (4, 50, 48)
        assert row["by_type"][0]["activity_type"] == "homework_help"
    assert len(manager.read("/municipalities/0580/figures")["items"]) == 13
    present = f"{day_of(now()):%Y-%m}"
    assert manager.get(f"/municipalities/0580/figures?to={present}").status_code == 422
    assert secretariat.get(f"/municipalities/0580/figures?to={present}").status_code == 200
    assert manager.get("/municipalities/0550/figures").status_code == 404


def test_pages_lead_on_and_meet_every_item_once(world: World, secretariat: Program) -> None:
    for name in (
        *COLLECTIONS,
        "agreements?municipality_code=0580",
        f"sessions?activity_id={world.here.activity}&from=2020-01-01",
    ):
        whole = [item["id"] for item in secretariat.read(f"/{name}{'&' if '?' in name else '?'}limit=200")["items"]]
        path: str | None = (
            f"/{name}{'&' if '?' in name else '?'}limit=1" if name != "municipalities" else "/municipalities?limit=40"
        )
        met: list[str] = []
        while path:
            page = secretariat.read(path)
            met += [item["id"] for item in page["items"]]
            assert page["next"] is None or urlsplit(page["next"]).path == f"{PREFIX}/{name.split('?')[0]}"
            path = page["next"].removeprefix(PREFIX) if page["next"] else None
        assert met == whole, name


def test_lists_are_narrowed(world: World, secretariat: Program) -> None:
    def ids(path: str) -> set[str]:
        return {item["id"] for item in secretariat.read(path)["items"]}

    assert ids(f"/statements?month={world.month:%Y-%m}&municipality_code=0550") == {str(world.there.statement)}
    assert ids("/statements?month=2019-01") == set()
    assert ids("/agreements?state=concluded&municipality_code=0580") == {str(world.here.agreement)}
    assert str(world.here.statement_document) in ids("/documents?kind=statement")
    assert str(world.here.document) not in ids("/documents?kind=statement")
    for kind in PaperKind:
        assert {each["kind"] for each in secretariat.read(f"/documents?kind={kind}")["items"]} <= {kind.value}
    assert secretariat.get("/activities?municipality_code=0999").status_code == 404


def test_every_list_that_is_asked_for_a_municipality_gives_what_is_that_ones_and_nothing_else(
    world: World, secretariat: Program
) -> None:
    narrowed = set()
    for path, ways in secretariat.read("/openapi.json")["paths"].items():
        name = path.removeprefix(f"{PREFIX}/")
        if "municipality_code" not in {each.get("name") for each in ways.get("get", {}).get("parameters", ())}:
            continue
        whole, here = (
            secretariat.read(f"/{name}?limit=200{asked}")["items"] for asked in ("", "&municipality_code=0580")
        )
        if {"0580", "0550"} <= {each.get("municipality_code") for each in whole}:
            assert here == [each for each in whole if each["municipality_code"] == "0580"], name
            narrowed.add(name)
    assert narrowed >= {*COLLECTIONS} - {"municipalities", "groups"}, "else nothing was tried"


@pytest.mark.gate("8.2.3", "15.3.1")
def test_no_key_of_an_item_is_news(world: World, manager: Program) -> None:
    """What a municipality's key is given, by name: another name is another decision."""
    told: dict[str, Any] = {
        "agreements": "amends_id certificate_document_id created_at decisions document_id ends_on id municipality_code number scope"
        " starts_on state taken_in validity version",
        "activities": "activity_type address children_under_15 ends_on group_id id languages municipality_code name partners place"
        " public schedules seats standing starts_on target_group version",
        "sessions": "activity_id activity_type cancelled cancelled_text cancelled_why changed_at held_on id late minutes municipalities"
        f" municipality_code parts recorded_at shared version {' '.join(BY_CODE)}",
        "groups": "areas contact cvr id kind meets_children name places status themes version",
        "shares": "answered_at ended_at group_id id municipality_code network_id offered_at shows state tells_neighbours title"
        " valid_from valid_to",
        "needs": "answers days_waited given id in_place kind languages municipality_code needed_by number over_at remark said_at"
        " state version",
        "audit-entries": "act at details hash id municipality_code number office person_id subject",
        "statements": "asked_at document_id error id issued_at month municipality_code outdated_since reason released_at revision status",
        "duties": "agreement_id done_by done_on due_on id kind municipality_code remark side state title",
        "declarations": "all asked_at confirmed_at document_id group_id group_name holders id municipality_code newest oldest"
        " sentence verified year",
        "documents": "id issued_on kind municipality_code number sha256 size subject title url",
    }
    for name, keys in told.items():
        assert sorted(manager.read(f"/{name}")["items"][0]) == sorted(keys.split()), name
    read = manager.read("/sessions")["items"]
    assert {session[count] for session in read for count in BY_CODE} == {None}, "what a single session counted is DRC's"
