"""A text about somebody is taken out of everywhere it was kept, by what each feature says of its columns; what stays says why."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from config.embedded import Servers
from config.settings import Settings
from service.features import FEATURES
from service.platform.accounts import operations as accounts
from service.platform.keeping import Blankable, without
from service.platform.ledger.models import LedgerEntry
from service.platform.ledger.queries import chain
from service.platform.privacy import blanking
from service.platform.web.errors import Invalid
from tenants.acting import acting_for
from tenants.database import Base, db, now, transaction
from tenants.personal import Data, classes_of
from tenants.reach import clock
from tests.support.left_over import left_over
from tests.support.logged import logged
from tests.support.world import HERE, World
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, STAFF, askers

WORD = "Kanarifugl"
OF_SOME = {
    "sessions.cancelled_text",
    "duties.remark",
}  # of what was cancelled or is done, and else plain columns as the others
GOING = [each for each in FEATURES.blankables if not each.stays]


def named(column: Any) -> str:
    return f"{column.class_.__tablename__}.{column.property.columns[0].name}"


def untold(places: Collection[Blankable]) -> set[str]:
    """The columns in which people write, of which no feature says how a text is taken out of them, or why it stays."""
    told = {named(column) for each in places for column in (each.column, *each.beside)}
    models: list[Any] = [mapper.class_ for mapper in Base.registry.mappers]
    return {
        name
        for model in models
        for column, data in classes_of(model).items()
        if data is Data.FREE_TEXT and (name := f"{model.__tablename__}.{column}") not in told
    }


def test_every_free_text_can_be_taken_out_or_says_why_it_stays() -> None:
    assert untold(FEATURES.blankables) == set()


def test_the_control_a_column_that_nobody_speaks_of_is_found() -> None:
    rest = [each for each in FEATURES.blankables if named(each.column) != "groups.name"]
    assert untold(rest) == {"groups.name", "groups.sort_key", "group_words.word"}


def test_what_is_left_of_a_value() -> None:
    value = {"a": ["Familien KANARIFUGL", "andet"], "b": {"c": 1, "d": None}}
    assert without(value, WORD) == {"a": ["", "andet"], "b": {"c": 1, "d": None}}
    assert without("kun kanarifuglen", WORD, "–") == "–"
    assert without(7, WORD) == 7


def test_it_is_taken_out_of_each_column_that_can_be_written(app: Flask, world: World) -> None:
    """Written there as the database lets it be, one column after the other, and taken out by one of DRC's."""
    tried = set()
    with app.app_context():
        with acting_for(clock()), transaction():
            drc = accounts._identity(world.secretariat, "", None, now())
        assert drc is not None
        for place in GOING:
            model = place.column.class_
            with acting_for(drc.reach), transaction():
                row = db.session.scalars(select(model).limit(1)).first()
                if row is None or model.__dict__.get("__immutable__") or named(place.column) in OF_SOME:
                    continue
                value = getattr(row, place.column.key)
                setattr(row, place.column.key, {**value, "x": WORD} if isinstance(value, dict) else WORD)
                if named(place.column) == "checkins.story":
                    row.story_consent_at = now()
                db.session.flush()
                assert blanking.take_out(WORD) >= 1, named(place.column)
                assert blanking.find(WORD) == []
                tried.add(named(place.column))
                db.session.rollback()
    assert len(tried) >= 15, tried
    assert {"activities.name", "groups.name", "notices.body", "needs.remark", "checkins.draft"} <= tried


def test_a_text_that_is_too_short_or_everywhere_is_not_looked_for(app: Flask, world: World) -> None:
    with app.test_request_context():
        with acting_for(clock()), transaction():
            drc = accounts._identity(world.secretariat, "", None, now())
        assert drc is not None
        with acting_for(drc.reach), transaction(), pytest.raises(Invalid):
            blanking.find("abc")


def test_a_slip_in_a_need_is_taken_out_and_a_search_of_everything_says_where_it_still_is(
    app: Flask, world: World, place: Servers, settings: Settings
) -> None:
    people = askers(app, world)
    staff, consultant = people[STAFF], people[CONSULTANT]
    slip = f"Familien {WORD} på Nørregade 14 venter barn"
    with logged() as written:
        # The form warns, with the words, and the writer insists.
        sent = {"kind": "mentor", "number": "2", "remark": slip}
        warned = staff.ask("POST", f"/kommuner/{HERE}/behov/nyt", sent)
        assert warned.status_code == 422
        assert f"“Familien {WORD}”" in warned.text
        said = staff.ask("POST", f"/kommuner/{HERE}/behov/nyt", {**sent, "text_checked": "1"})
        assert said.status_code == 302
        address = said.headers["Location"]
        # It travels: the story, an answer of the API that is kept, the page of DRC, and a form of somebody who was signed out.
        headers = {"Authorization": f"Bearer {staff.key}", "Idempotency-Key": "slip", "If-Match": "*"}
        need = {"municipality_code": HERE, "kind": "mentor", "number": 1, "remark": slip, "text_checked": True}
        assert staff.client.post("/api/v1/needs", json=need, headers=headers).status_code == 201
        page = consultant.ask("GET", address).text
        assert WORD in page
        assert 'href="/fjern-tekst"' in page, "from where it is met one finds the way"
        assert left_over(WORD, place, settings.var, written.getvalue()) == {
            "needs.remark",
            "need_events.remark",
            "idempotent_answers.body",
        }
        # One of DRC's finds it and takes it out. A municipality's people have their own button on the need.
        assert people[MANAGER].ask("POST", "/fjern-tekst", {"text": WORD}).status_code == 404
        found = consultant.ask("POST", "/fjern-tekst", {"text": WORD.lower()})
        assert found.status_code == 200
        assert found.text.count(f"Familien {WORD}") == 4, "two needs, and the story of each"
        assert "I sikkerhedskopier, til de bliver smidt ud." in found.text, "and where it is afterwards"
        gone = consultant.ask("POST", "/fjern-tekst/fjern", {"text": WORD.lower()})
        assert gone.status_code == 302
        assert "Det er ikke fundet" in people[SECRETARIAT].ask("POST", "/fjern-tekst", {"text": WORD}).text
        assert WORD not in staff.ask("GET", address).text
        kept = staff.client.post("/api/v1/needs", json=need, headers=headers)
        assert kept.headers["Idempotent-Replayed"] == "true"
    assert left_over(WORD, place, settings.var, written.getvalue()) == set()
    with app.app_context(), acting_for(clock([HERE])), transaction():
        assert chain(HERE).fault is None, "the chain verifies"
        entries = db.session.scalars(
            select(LedgerEntry).where(LedgerEntry.act == "text.blanked").order_by(LedgerEntry.number)
        ).all()
        assert sorted(re.sub(":.*", "", entry.subject) for entry in entries) == ["need_events"] * 2 + ["needs"] * 2
        assert {str(entry.details) for entry in entries} == {"{'column': 'remark'}"}
