"""The ledger as a book: a municipality reads its own, with what DRC did there; DRC draws samples and signs them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.features import FEATURES
from service.platform.ledger.models import NationalLedgerEntry
from service.platform.logbook import rules
from service.platform.logbook.models import LedgerSample
from service.platform.logbook.texts import in_words
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.forms import forms_of
from tests.support.pages import search, token_of
from tests.support.world import HERE, THERE, World, sign_in

PAGE = f"/kommuner/{HERE}/logbog"


@pytest.fixture
def secretariat(app: Flask, world: World) -> FlaskClient:
    return sign_in(app.test_client(), "sekretariat@drc.example")


@pytest.fixture
def staff(app: Flask, world: World) -> FlaskClient:
    return sign_in(app.test_client(), f"medarbejder.{HERE}@kommune.example")


def rows(page: str) -> list[str]:
    return re.findall(r"<tr.*?</tr>", page.split("<tbody", 1)[-1], re.DOTALL) if "<tbody" in page else []


def test_a_municipality_reads_what_its_own_people_and_drc_did(
    app: Flask, world: World, staff: FlaskClient, secretariat: FlaskClient
) -> None:
    page = staff.get(PAGE).text
    assert "Aftale godkendt" in page
    assert "Aftalens omfang sat i kraft" in page
    assert world.there.canary not in page
    assert staff.get(f"/kommuner/{THERE}/logbog").status_code == 404
    assert staff.get("/logbog").status_code == 404
    secretariat.get(f"/dokumenter/{world.here.document}")
    read = rows(staff.get(search(staff, PAGE, "dokument læst", hvem="drc")).text)
    assert len(read) == 1, "what DRC has read is told, and nobody of theirs is named"
    assert "sekretariat" not in read[0]
    assert "DRC" in read[0]
    assert "sekretariat" in rows(secretariat.get(search(secretariat, PAGE, "dokument læst", hvem="drc")).text)[0]


def test_what_drc_does_through_the_municipalitys_eyes_is_told_as_drcs_and_why(
    app: Flask, world: World, staff: FlaskClient, secretariat: FlaskClient
) -> None:
    sent = {"csrf_token": token_of(secretariat.get("/").text), "why": "fault"}
    assert secretariat.post(f"/kommuner/{HERE}/se-som", data=sent).status_code == 302
    assert secretariat.get(f"/dokumenter/{world.here.document}").status_code == 200
    read, opened = rows(staff.get(f"{PAGE}?hvem=drc").text)[:2]
    assert "Noget ser forkert ud" in opened
    assert "Dokument læst" in read
    assert "DRC, gennem kommunens øjne" in read
    assert "Dokument læst" not in "".join(rows(staff.get(f"{PAGE}?hvem=municipality").text))
    own = sign_in(app.test_client(), "sekretariat@drc.example")
    assert "sekretariat" in rows(own.get(search(own, PAGE, "dokument læst")).text)[0], "who it was, DRC is told"


def test_one_searches_by_words_by_whom_and_by_days(staff: FlaskClient, world: World) -> None:
    today = day_of(now())
    every = len(rows(staff.get(PAGE).text))
    assert every > 3
    assert len(rows(staff.get(search(staff, PAGE, "AFTALE GODKENDT")).text)) == 2
    assert rows(staff.get(search(staff, PAGE, "findes ikke")).text) == []
    assert rows(staff.get(f"{PAGE}?til={today - dt.timedelta(days=1)}").text) == []
    assert len(rows(staff.get(f"{PAGE}?fra={today}&til={today}").text)) == every
    assert rows(staff.get(f"{PAGE}?hvem=link").text) == []
    wrong = staff.get(f"{PAGE}?fra=i+går")
    assert (wrong.status_code, "31-10-2026" in wrong.text) == (200, True)
    assert len(rows(staff.get(f"{PAGE}?hvem=alle").text)) == every, "what is none of ours asks for nothing"


def test_a_sample_is_drawn_looked_through_and_signed_once(app: Flask, world: World, secretariat: FlaskClient) -> None:
    today = day_of(now())
    sent = {"csrf_token": token_of(secretariat.get("/logbog/kontrol").text), "first": str(today), "last": str(today)}
    before = secretariat.post("/logbog/kontrol", data={**sent, "last": str(today - dt.timedelta(days=1))})
    assert before.status_code == 422
    drawn = secretariat.post("/logbog/kontrol", data=sent)
    page = drawn.headers["Location"]
    shown = secretariat.get(page)
    assert shown.status_code == 200
    [form] = [form for form in forms_of(shown.text) if form.action == page]
    assert secretariat.post(page, data=form.sends).status_code == 422, "something is to be said"
    assert secretariat.post(page, data={**form.sends, "remark": "Intet at bemærke."}).status_code == 302
    assert "Intet at bemærke." in secretariat.get(page).text
    again = secretariat.post(page, data={**form.sends, "remark": "Igen"})
    assert again.status_code == 422
    with app.app_context(), acting_for(clock()), transaction():
        [row] = db.session.scalars(select(LedgerSample)).all()
        assert 0 < len(row.entries) <= rules.SAMPLE
        acts = db.session.scalars(select(NationalLedgerEntry.act).order_by(NationalLedgerEntry.number)).all()
        assert acts[-2:] == ["sample.drawn", "sample.signed"]
    assert page in secretariat.get("/logbog/kontrol").text


def test_nobody_draws_their_own_acts(app: Flask, world: World) -> None:
    from service.platform.logbook import queries

    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        today = day_of(now())
        drawn = queries.drawn(today, today, 1000, world.here.manager)
        sample = LedgerSample(entries=drawn)
        found = queries.sampled(sample)
        assert found
        assert world.here.manager not in {entry.person_id for _chain, entry in found}
        assert len(queries.drawn(today, today, 3, world.here.manager)) == 3
        drawn[0]["hash"] = "0" * 64
        assert len(queries.sampled(sample)) == len(drawn) - 1, "one that is not as it was drawn is not there"


def test_every_act_is_said_in_words_of_its_own() -> None:
    said = [str(words) for words in FEATURES.acts.values()]
    assert len(set(said)) == len(said) > 90


@pytest.mark.parametrize(
    ("asked", "acts"),
    [("", None), ("  ", None), ("LÆST", {"read"}), ("aftale", {"offered", "approved"}), ("x", set())],
)
def test_words_mean_acts(asked: str, acts: set[str] | None) -> None:
    words = {"read": "Dokument læst", "offered": "Aftale tilbudt", "approved": "Aftale godkendt"}
    assert rules.acts_meant(asked, words) == acts


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({}, ""),
        ({"last": "2027-12-31", "first": "2025-01-01", "group": "01a2"}, "fra 1. januar 2025, til 31. december 2027"),
        ({"month": "2026-10", "number": "0580-2026-0005"}, "måned oktober 2026, nr. 0580-2026-0005"),
        ({"number": 5, "kind": "mentor"}, "antal 5"),
        ({"why": "fault"}, "fordi: Noget ser forkert ud"),
        ({"day": "i går", "month": 7, "why": "andet"}, "dag i går, måned 7, fordi: andet"),
    ],
)
def test_facts_are_told_in_words_and_in_order(app: Flask, details: dict[str, object], words: str) -> None:
    with app.test_request_context():
        assert in_words(details) == words
