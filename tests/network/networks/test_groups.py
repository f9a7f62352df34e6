"""Groups and networks: kept by the consultant of the territory, found however they are typed, in Danish order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from service.network.networks import operations, queries, rules
from service.network.networks.models import Group, Network
from service.network.networks.rules import GroupKind, GroupStatus
from service.platform.ledger import queries as ledger
from service.platform.web.errors import Conflict, Invalid, NotFound, Refusal
from service.platform.web.pages import page_of
from service.platform.web.search import fold, words
from tenants.calendar import day_of
from tenants.database import db, now, uuid7
from tenants.reach import Office, Reach
from tests.network.shares.stage import acting
from tests.support.world import EMPTY, HERE, THERE, World, group_of

pytestmark = pytest.mark.usefixtures("world")
TODAY = day_of(now())
DAY = dt.timedelta(days=1)


def drc(*codes: str) -> Reach:
    """DRC's people with those municipalities in their territory."""
    return Reach(Office.DRC, frozenset(codes))


def made(app: Flask, name: str, *codes: str, **more: Any) -> UUID:
    """A group, made by the secretariat."""
    with acting(app, drc(HERE, THERE, EMPTY)):
        return operations.create({**group_of(name, *codes), **more}).id


def national_acts(app: Flask) -> list[tuple[str, str]]:
    """What DRC's own ledger says was done to what, in order."""
    with acting(app, drc(HERE)):
        return [(row.act, row.subject) for row in db.session.scalars(ledger.national().order_by("number"))]


def test_a_group_is_kept_whole_and_given_anew(app: Flask) -> None:
    given = {
        **group_of("Tinglevs Venner", HERE, THERE, contact="Gruppens kontakt"),
        "kind": GroupKind.ASSOCIATION,
        "cvr": "12345678",
        "meets_children": True,
    }
    with acting(app, drc(HERE)):
        key = operations.create(given).id
    with acting(app, drc(HERE)):
        group = queries.group(key)
        assert (group.kind, group.cvr, group.status, group.meets_children) == (
            "association",
            "12345678",
            "active",
            True,
        )
        assert group.themes == ["homework_help", "language_cafe"], "in the catalogue's order"
        assert [(a.municipality_code, a.home) for a in queries.areas([key])[key]] == [(HERE, True), (THERE, False)]
        assert [place.name for place in queries.places(key)] == ["Huset", "Huset"]
        contact = queries.contact(key)
        assert contact is not None
        assert contact.name == "Gruppens kontakt"
        assert [(step.status, step.valid_from) for step in queries.life(key)] == [("active", TODAY)]
    anew = {
        **group_of("Sønderjyske Venner", HERE),
        "areas": [{"municipality_code": HERE, "part": "Tinglev", "home": True}],
    }
    with acting(app, drc(HERE)):
        operations.change(key, anew)
    with acting(app, drc(HERE)):
        assert queries.group(key).name == "Sønderjyske Venner"
        assert [(a.municipality_code, a.part) for a in queries.areas([key])[key]] == [(HERE, "Tinglev")]
        assert queries.contact(key) is None, "what is no longer published is gone"
        assert db.session.scalars(queries.groups("tinglev")).all() == []
    assert national_acts(app)[-2:] == [("group.created", f"group:{key}"), ("group.changed", f"group:{key}")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"themes": {"danish_education"}}, "themes"),  # a public duty
        ({"themes": {"no_such_thing"}}, "themes"),
        ({"areas": [{"municipality_code": "9999", "part": "", "home": True}]}, "areas-0-municipality_code"),
        ({"areas": [{"municipality_code": HERE, "part": "", "home": False}] * 2}, "areas-0-municipality_code"),
        (
            {"areas": [{"municipality_code": code, "part": "", "home": True} for code in (HERE, THERE)]},
            "areas",
        ),
        ({"areas": [{"municipality_code": THERE, "part": "", "home": True}]}, "areas"),  # out of the territory
    ],
)
def test_what_makes_no_sense_is_refused_by_field(app: Flask, change: Mapping[str, Any], field: str) -> None:
    with acting(app, drc(HERE)), pytest.raises(Invalid) as refused:
        operations.create({**group_of("Alfa", HERE), **change})
    assert field in refused.value.errors


def test_a_consultant_looks_after_the_groups_of_the_territory(app: Flask) -> None:
    ours, theirs, both, nobodys = (
        made(app, "Vores", HERE),
        made(app, "Deres", THERE),
        made(app, "Begges", HERE, THERE),
        made(app, "Ingens"),
    )
    with acting(app, drc(HERE)):
        network = operations.create_network({"name": "Nettet", "kind": "theme", "about": ""}).id
    for key in (ours, both, nobodys):
        with acting(app, drc(HERE)):
            operations.set_status(key, GroupStatus.RESTING)
            operations.join(network, key)
    for step in (
        lambda: operations.set_status(theirs, GroupStatus.RESTING),
        lambda: operations.change(theirs, group_of("Vores nu", HERE)),
        lambda: operations.join(network, theirs),
        lambda: operations.leave(network, theirs),
    ):
        with acting(app, drc(HERE)), pytest.raises(Refusal):
            step()
    with acting(app, drc(HERE)):
        assert queries.group(theirs).name == "Deres", "everyone at DRC sees it"
    with acting(app, drc(THERE)):
        operations.join(network, theirs)


def test_who_may_maintain() -> None:
    assert rules.may_maintain({HERE}, [])
    assert rules.may_maintain({HERE}, [THERE, HERE])
    assert not rules.may_maintain({HERE}, [THERE])
    assert not rules.may_maintain(set(), [THERE])


def test_the_steps_of_a_life_are_dated_and_the_latest_day_decides(app: Flask) -> None:
    key = made(app, "Alfa", HERE, status=GroupStatus.FORMING)
    steps = [(GroupStatus.RESTING, TODAY - 2 * DAY), (GroupStatus.ACTIVE, TODAY - 9 * DAY), (GroupStatus.ACTIVE, None)]
    for status, day in steps:
        with acting(app, drc(HERE)):
            operations.set_status(key, status, day)
    with acting(app, drc(HERE)):
        assert [(step.status, step.valid_from) for step in queries.life(key)] == [
            ("active", TODAY),
            ("resting", TODAY - 2 * DAY),
            ("active", TODAY - 9 * DAY),
        ]
        assert queries.group(key).status == "active"
    with acting(app, drc(HERE)):
        operations.set_status(key, GroupStatus.RESTING, TODAY - 20 * DAY)
    with acting(app, drc(HERE)):
        assert queries.group(key).status == "active", "a step noted afterwards does not change what holds now"
        with pytest.raises(Invalid):
            operations.set_status(key, GroupStatus.CLOSED, TODAY + DAY)
    with acting(app, drc(HERE)):
        noted = [row for row in db.session.scalars(ledger.national().order_by("number")) if row.act == "group.status"]
    assert noted[0].details == {"status": "resting", "day": (TODAY - 2 * DAY).isoformat()}


def test_a_network_gathers_groups_from_a_day_to_another(app: Flask) -> None:
    key = made(app, "Alfa", HERE)
    with acting(app, drc(HERE)):
        network = operations.create_network({"name": "Nettet", "kind": "theme", "about": "Om"}).id
        operations.join(network, key)
        with pytest.raises(Conflict):
            operations.join(network, key)
        operations.change_network(network, {"name": "Ærligt", "kind": "regional", "about": ""})
    with acting(app, drc(HERE)):
        assert [row.name for row in queries.members(network, TODAY)] == ["Alfa"]
        assert [row.name for row in queries.networks_of(key, TODAY)] == ["Ærligt"]
        assert queries.members(network, TODAY - DAY) == []
        operations.leave(network, key)
        operations.leave(network, key)
        assert queries.members(network, TODAY) == []
        operations.join(network, key)
        assert [row.name for row in queries.members(network, TODAY)] == ["Alfa"]
        with pytest.raises(NotFound):
            operations.join(uuid7(), key)
    assert [act for act, subject in national_acts(app) if subject == f"network:{network}"] == [
        "network.created",
        "network.joined",
        "network.changed",
        "network.left",
        "network.joined",
    ]


# Finding and listing


NAMES = ("Ærø Venner", "Jørgens Venner", "Åfolket", "Aabenraa Venner", "Ørsted", "Zebra", "Café Ådal", "Müllers Børn")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("aero", {"Ærø Venner"}),
        ("ærø", {"Ærø Venner"}),
        ("AERO ven", {"Ærø Venner"}),
        ("Jorgen", {"Jørgens Venner"}),
        ("Joergen", {"Jørgens Venner"}),
        ("jørgen", {"Jørgens Venner"}),
        ("aafolk", {"Åfolket"}),
        ("afolk", {"Åfolket"}),
        ("åbenrå", {"Aabenraa Venner"}),
        ("cafe adal", {"Café Ådal"}),
        ("muller", {"Müllers Børn"}),
        ("venner", {"Ærø Venner", "Jørgens Venner", "Aabenraa Venner"}),
        ("enner", set()),  # words are found by their beginnings
        ("venner zebra", set()),  # every word must be there
        ("%", set(NAMES)),  # nothing to look for
        ("ven_er", set()),
    ],
)
def test_a_group_is_found_however_it_is_typed(app: Flask, asked: str, found: set[str]) -> None:
    for name in NAMES:
        made(app, name, HERE)
    with acting(app, drc(HERE)):
        rows = db.session.scalars(queries.groups(asked)).all()
    assert {row.name for row in rows} - {"Fællesgruppen"} == found


def test_what_is_typed_and_what_is_kept_fold_alike() -> None:
    assert words("Jørgen Å. Æbelø") == ("jorgen", "a", "aebelo")
    assert fold("Joergen") == fold("Jørgen") == fold("JORGEN") == fold("Jo\u0308rgen")
    assert fold("Aarhus") == fold("Århus") == fold("A\u030arhus")


def test_the_list_is_in_danish_order_and_a_page_follows_the_other(app: Flask) -> None:
    for name in NAMES:
        made(app, name, HERE)
    wanted = ["Café Ådal", "Fællesgruppen", "Jørgens Venner", "Müllers Børn", "Zebra", "Ærø Venner", "Ørsted"]
    wanted += ["Aabenraa Venner", "Åfolket"]
    with acting(app, drc(HERE)):
        found: list[str] = []
        cursor = None
        for _page in range(20):
            page = page_of(queries.groups(), [Group.sort_key, Group.id], cursor, 2)
            assert len(page.items) <= 2
            found += [row.name for row in page.items]
            cursor = page.cursor
            if cursor is None:
                break
    assert found == wanted


def test_the_list_is_narrowed_by_status_theme_and_municipality(app: Flask) -> None:
    key = made(app, "Hvilende", THERE, themes={"homework_help"})
    made(app, "Aktiv", HERE, themes={"language_cafe"})
    with acting(app, drc(HERE, THERE)):
        operations.set_status(key, GroupStatus.RESTING)
    with acting(app, drc(HERE)):

        def named(query: Any) -> set[str]:
            return {row.name for row in db.session.scalars(query)} - {"Fællesgruppen"}

        assert named(queries.groups(status="resting")) == {"Hvilende"}
        assert named(queries.groups(theme="language_cafe")) == {"Aktiv"}
        assert named(queries.groups(code=HERE)) == {"Aktiv"}
        assert named(queries.groups("hvil", status="active")) == set()


def test_a_municipality_changes_nothing_of_the_network(app: Flask, world: World) -> None:
    """The wall holds, whatever a route forgets: nothing is there to change, and nothing can be added."""
    municipality = Reach(Office.MUNICIPALITY, frozenset({HERE}))
    with acting(app, municipality):
        assert db.session.scalars(select(Network)).all() == []
        assert queries.life(world.shared_group) == []
        assert queries.members(uuid7(), TODAY) == []
    for step in (
        lambda: operations.create(group_of("Vores egen", HERE)),
        lambda: operations.set_status(world.shared_group, GroupStatus.CLOSED),
        lambda: operations.create_network({"name": "Vores eget", "kind": "theme", "about": ""}),
    ):
        with pytest.raises((ProgrammingError, NotFound)), acting(app, municipality):
            step()
