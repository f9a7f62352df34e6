"""Shares in the service and in the plain model side by side: the same steps in both, and what every reader then gets, compared."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from sqlalchemy import delete, select, update

from config.embedded import Servers
from service.network.networks import operations as networks
from service.network.networks.models import NetworkMember
from service.network.shares import operations, queries
from service.network.shares.models import Consent, Share, Sight
from service.network.shares.operations import Given
from service.platform.web.errors import Conflict
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.models import ScopePeriod
from tenants.reach import Office, Reach, clock
from tenants.scope import Capability
from tests.network.shares.model import OPENED_BY, Consented, Model, Shared
from tests.support.telling import tell
from tests.support.world import HERE, THERE, World, group_of
from tests.walls.ways import enter, own_of

CODES = (HERE, THERE)
GROUPS = ("Alfa", "Beta", "Gamma")
ASPECTS = tuple(OPENED_BY)
EVERYTHING = frozenset(str(capability) for capability in Capability)
RAW = """SELECT ARRAY(SELECT name FROM groups), ARRAY(SELECT group_id FROM group_words), ARRAY(SELECT group_id FROM group_areas),
 ARRAY(SELECT group_id FROM group_places), ARRAY(SELECT group_id FROM group_contacts), ARRAY(SELECT id FROM networks),
 ARRAY(SELECT municipality_code FROM group_areas UNION SELECT municipality_code FROM group_places
       UNION SELECT municipality_code FROM sights UNION SELECT municipality_code FROM shares),
 ARRAY(SELECT given_by FROM consents), ARRAY(SELECT group_id FROM network_members)"""
PARTS = ("names", "words", "areas", "places", "contacts", "networks", "whose", "consents", "members")


@contextmanager
def acting(app: Flask, reach: Reach) -> Iterator[None]:
    """Work in a transaction, within a reach."""
    with app.app_context(), acting_for(reach), transaction():
        yield


class Stage:
    """Two municipalities, three groups in a network, and all that happens to them."""

    def __init__(self, app: Flask, world: World, place: Servers) -> None:
        self.app = app
        self.raw = psycopg.connect(place.database_url, autocommit=True)
        self.clients = {code: app.test_client() for code in CODES}
        self.keys = {}
        for code, person_id in ((HERE, world.here.manager), (THERE, world.there.manager)):
            enter(app, self.clients[code], person_id)
            self.keys[code] = own_of(app, person_id)[0]
        self.groups: dict[str, UUID] = {}
        with acting(app, clock(CODES)):
            for name in GROUPS:
                self.groups[name] = networks.create(group_of(name, *CODES, contact=f"ring {name}")).id
            self.network = networks.create_network({"name": "Nettet", "kind": "theme", "about": ""}).id
        self.names = {key: name for name, key in self.groups.items()}
        self.begin()

    def begin(self) -> None:
        """Nothing is shared, and the agreements open everything."""
        self.model = Model(day_of(now()), dict.fromkeys(CODES))
        self.ids: list[UUID] = []
        with acting(self.app, clock(CODES)):
            for table in (Consent, Sight, Share, NetworkMember):
                db.session.execute(delete(table))
        for code in CODES:
            self.agree(code, EVERYTHING)

    def agree(self, code: str, opens: Collection[str] | None) -> None:
        """The agreement in force opens this, or is over."""
        self.model.scopes[code] = None if opens is None else set(opens)
        today = self.model.today
        with acting(self.app, clock([code])):
            for period in db.session.scalars(select(ScopePeriod)):
                period.valid_from = today - dt.timedelta(days=30)
                period.valid_to = today + dt.timedelta(days=30 if opens is not None else 0)
                period.stored_scope = period.stored_scope | {
                    "capabilities": sorted(EVERYTHING if opens is None else opens)
                }

    def offer(
        self, code: str, group: str | None, shows: Collection[str] = ASPECTS, first: int = 0, days: int | None = None
    ) -> int:
        """Offer a group, or the network, from so many days from now on, for so many days. The number of the share, or -1."""
        begins = self.model.today + dt.timedelta(days=first)
        ends = None if days is None else begins + dt.timedelta(days=days)
        of: dict[str, Any] = {"group_id": self.groups[group]} if group else {"network_id": self.network}
        same = [share for share in self.model.shares if (share.code, share.group) == (code, group)]
        taken = any(share.open_on(self.model.today) for share in same)
        with acting(self.app, clock(CODES)):
            try:
                row = operations.offer(code, title="x", shows=shows, valid_from=begins, valid_to=ends, **of)
            except Conflict:
                assert taken
                return -1
            assert not taken
            self.ids.append(row.id)
        for share in same:  # what was over makes room
            if share.state in ("offered", "accepted"):
                share.state = "ended"
        self.model.shares.append(Shared(code, group, set(shows), begins, ends))
        return len(self.ids) - 1

    def consent(self, number: int, group: str, shows: Collection[str] = ASPECTS) -> None:
        """A group consents, as far as the share shows it at all."""
        share, today = self.model.shares[number], self.model.today
        if share.group not in (None, group):
            return
        is_open = share.state == "offered" or share.open_on(today)
        with acting(self.app, clock(CODES)):
            try:
                given = Given("Nogen", today, "phone", tuple(shows))
                operations.consent(queries.share(self.ids[number]), self.groups[group], given)
            except Conflict:
                assert not is_open
                return
        assert is_open
        before = [consent for consent in share.consents if consent.group == group]
        for consent in before:
            consent.stop(today)
        begins = max(today, share.first) if before else share.first
        share.consents.append(Consented(group, set(shows) & share.shows, begins))

    def withdraw(self, number: int, group: str) -> None:
        """A group takes its consent back."""
        with acting(self.app, clock(CODES)):
            operations.withdraw_consent(queries.share(self.ids[number]), self.groups[group])
        for consent in self.model.shares[number].consents:
            if consent.group == group:
                consent.stop(self.model.today)

    def answer(self, number: int, accepts: bool = True, tells: bool = False) -> None:
        """The municipality answers."""
        share = self.model.shares[number]
        with acting(self.app, Reach(Office.MUNICIPALITY, frozenset({share.code}))):
            try:
                operations.answer(self.ids[number], accepts, tells_neighbours=tells)
            except Conflict:
                assert share.state != "offered"
                return
        assert share.state == "offered"
        share.state, share.tells = ("accepted", tells) if accepts else ("declined", False)

    def tell(self, number: int, tells: bool) -> None:
        """The municipality lets others who share the same know of it, or no longer."""
        share = self.model.shares[number]
        runs = share.state == "accepted" and share.open_on(self.model.today)
        with acting(self.app, Reach(Office.MUNICIPALITY, frozenset({share.code}))):
            try:
                operations.tell_neighbours(self.ids[number], tells)
            except Conflict:
                assert not runs
                return
        assert runs
        share.tells = tells

    def end(self, number: int, days: int = 0) -> None:
        """DRC ends a share, or withdraws its offer."""
        share, day = self.model.shares[number], self.model.today + dt.timedelta(days=days)
        is_open = share.open_on(self.model.today)
        with acting(self.app, clock(CODES)):
            try:
                operations.end(self.ids[number], day)
            except Conflict:
                assert not is_open
                return
        assert is_open
        if share.state == "offered":
            share.state = "withdrawn"
        else:
            share.after = max(day if share.after is None else min(day, share.after), share.first)
            share.state = "accepted" if days else "ended"

    def leave(self, group: str) -> None:
        """A group leaves the network."""
        with acting(self.app, clock(CODES)):
            networks.join(self.network, self.groups[group])
            networks.leave(self.network, self.groups[group])
        for share in self.model.shares:
            for consent in share.consents:
                if share.group is None and consent.group == group:
                    consent.stop(self.model.today)

    def a_day_passes(self) -> None:
        """Everything is a day nearer, or a day longer ago."""
        with acting(self.app, clock(CODES)):
            for table, days in ((Share, 1), (Sight, 1001), (Sight, -1000)):  # in two steps, as no two may start alike
                db.session.execute(
                    update(table)
                    .values(valid_from=table.valid_from - days, valid_to=table.valid_to - days)
                    .execution_options(synchronize_session=False)
                )
        self.model.a_day_passes()

    def compare_raw(self, *codes: str) -> None:
        """SQL under the service's role, with no thought of whose the rows are: as each municipality, in one transaction."""
        aspects = ", ".join(f"ARRAY(SELECT app.groups_in_sight('{aspect}'))" for aspect in ASPECTS)
        neighbours = ", ".join(f"ARRAY(SELECT app.neighbours_of('{key}'))" for key in self.groups.values())
        columns = (*PARTS, *ASPECTS, *(f"neighbours of {name}" for name in GROUPS))
        with self.raw.transaction():
            for code in codes:
                tell(self.raw, "municipality", code)
                row = self.raw.execute(f"{RAW}, {aspects}, {neighbours}".encode()).fetchone()
                assert row is not None
                told = zip(columns, row, strict=True)
                found = {name: {self.names.get(each, each) for each in value} for name, value in told}
                assert found.pop("whose") <= {code}
                assert found == self._wanted(code)

    def _wanted(self, code: str) -> dict[str, set[Any]]:
        sees = self.model.sees(code)
        shown = {aspect: {name for name, seen in sees.items() if aspect in seen} for aspect in ASPECTS}
        return {
            "names": set(sees),
            "words": set(sees),
            "areas": set(sees),
            "places": shown["activities"],
            "contacts": shown["contact"],
            "networks": {self.network} if self.model.sees_the_network(code) else set(),
            "consents": set(),
            "members": set(),
            **shown,
            **{f"neighbours of {name}": self.model.neighbours(code, name) for name in GROUPS},
        }

    def compare_ways(self, code: str) -> None:
        """The API, the pages, and the table in which DRC reads who sees a group and why."""
        wanted = self.model.sees(code)
        headers = {"Authorization": f"Bearer {self.keys[code]}"}
        answer = self.clients[code].get("/api/v1/groups?limit=200", headers=headers)
        assert answer.json is not None, answer.text
        items = {item["name"]: item for item in answer.json["items"]}
        assert set(items) == set(wanted)
        for name, shown in wanted.items():
            assert (items[name]["contact"] is not None) == ("contact" in shown)
            assert [area["municipality_code"] for area in items[name]["areas"]] == [code]
        page = self.clients[code].get(f"/kommuner/{code}/netvaerk").text
        for name in GROUPS:
            assert (f">{name}</a>" in page) == (name in wanted)
            assert (f"ring {name}" in page) == ("contact" in wanted.get(name, ()))
        for address in re.findall(r'href="(/kommuner/\d{4}/netvaerk/[0-9a-f-]{36})"', page):
            assert self.clients[code].get(address).status_code == 200
        for name, key in self.groups.items():
            with acting(self.app, Reach(Office.DRC, frozenset({code}))):
                rows = queries.who_sees(key, [self.network], self.model.today)
            told = [{str(aspect) for aspect in row.aspects} - {"presence"} for row in rows if row.why == "seen"]
            assert (set().union(*told) if told else None) == wanted.get(name)
