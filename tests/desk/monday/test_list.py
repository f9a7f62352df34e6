"""The Monday list: everything that needs somebody, each line with the way to where it is done, in few queries."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from service.activity.checkins.models import CheckIn
from service.desk.monday import queries
from service.features import FEATURES
from service.network.needs.models import Reallocation
from service.network.networks import operations as networks
from service.network.shares import operations as shares
from service.network.shares.models import Share
from service.partnership.agreements import operations as agreements
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import AgreementState
from service.partnership.duties.models import OwedDuty
from service.platform.work import leases
from service.reporting.declarations.models import Declaration
from service.reporting.drift import operations as drift
from service.reporting.statements.models import Statement
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers.models import VolunteerRole
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.models import ScopePeriod
from tenants.reach import clock
from tests.api.conftest import Program
from tests.support.telling import tells
from tests.support.world import HERE, THERE, World, group_of, key_of, sign_in, volunteer_of

LONG_AGO = dt.timedelta(days=40)


@pytest.fixture
def today() -> dt.date:
    return day_of(now())


def fill(world: World, today: dt.date) -> None:
    """One of each kind in both municipalities."""
    for place in (world.here, world.there):
        with acting_for(clock([place.code])), transaction():
            drift.check(place.code, today)
            db.session.execute(
                update(Statement).values(work_state=leases.FAILED, document_id=None, issued_at=None, last_error="x")
            )
            db.session.execute(
                update(ScopePeriod).where(ScopePeriod.valid_to > today).values(valid_to=today + dt.timedelta(days=60))
            )
            for side in ("municipality", "drc"):
                db.session.add(
                    OwedDuty(
                        municipality_code=place.code,
                        agreement_id=place.agreement,
                        side=side,
                        kind="written",
                        title=f"at huske {place.canary}",
                        due_on=today - dt.timedelta(days=3),
                    )
                )
            group = networks.create(group_of(f"Gruppen {place.code}", place.code)).id
            offer = shares.offer(
                place.code, title="Netværk Syd", shows=(), valid_from=today, valid_to=None, group_id=group
            )
            member = volunteers.create(volunteer_of(f"Prøve {place.code}", place.code))
            db.session.add(
                VolunteerRole(
                    volunteer_id=member.id, group_id=group, role="member", children="yes", valid_from=today - LONG_AGO
                )
            )
            db.session.add(
                CheckIn(
                    municipality_code=place.code,
                    group_id=group,
                    group_name="Gruppen",
                    month=world.month,
                    asked_at=now(),
                    work_state=leases.DONE,
                )
            )
            db.session.add(
                Reallocation(
                    municipality_code=place.code,
                    need_id=place.need,
                    group_id=group,
                    kind="mentor",
                    number=2,
                    state="proposed",
                    proposed_at=now(),
                    proposed_by=world.secretariat,
                    remark="",
                    answer_remark="",
                    given_back_remark="",
                )
            )
            db.session.execute(
                update(Declaration).values(
                    confirmed_at=None, document_id=None, work_state=leases.DUE, asked_at=now() - LONG_AGO
                )
            )
            db.session.execute(update(Share).where(Share.id == offer.id).values(offered_at=now() - LONG_AGO))


def kinds_of(app: Flask, codes: set[str], today: dt.date) -> dict[str, int]:
    with app.app_context(), acting_for(clock(codes)), transaction():
        return {one.kind: one.count for one in queries.gathered(codes, today)}


def signed_in(app: Flask, email: str) -> FlaskClient:
    return sign_in(app.test_client(), email)


def asked_for(app: Flask, client: FlaskClient, address: str) -> list[str]:
    asked: list[str] = []

    def listen(*given: object) -> None:
        asked.append(str(given[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    return [text for text in asked if not tells(text)]


def test_each_kind_is_found_and_counted(app: Flask, world: World, today: dt.date) -> None:
    with app.app_context():
        fill(world, today)
    assert kinds_of(app, {HERE}, today) == {
        "failed_statements": 1,
        "failed_posters": 1,
        "moves_to_answer": 1,
        "needs": 1,
        "offered": 1,
        "shares": 1,
        "certificates": 1,
        "checkins": 1,
        "cooperation": 2,
        "declarations": 1,
        "duties_drc": 1,
        "duties_municipality": 1,
        "not_running": 1,
        "behind": 1,
    }
    both = kinds_of(app, {HERE, THERE}, today)
    assert both.pop("cooperation") > 2, "the groups of both"
    assert set(both.values()) == {2}


def test_an_end_is_a_line_until_something_is_under_way(app: Flask, world: World, today: dt.date) -> None:
    with app.app_context():
        fill(world, today)
        with acting_for(clock([HERE])), transaction():
            agreements.withdraw(world.here.offered, world.secretariat, "Et andet tilbud kommer.")
    assert kinds_of(app, {HERE}, today)["endings"] == 1
    assert kinds_of(app, {HERE}, today - dt.timedelta(days=31)).get("endings") is None
    assert "endings" not in kinds_of(app, {THERE}, today)


@pytest.mark.parametrize(
    ("state", "kind"), [(AgreementState.ACCEPTED, "accepted"), (AgreementState.DECLINED, "declined")]
)
def test_an_agreement_is_a_line_while_it_is_the_newest(
    app: Flask, world: World, today: dt.date, state: AgreementState, kind: str
) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        db.session.execute(update(Agreement).where(Agreement.id == world.here.offered).values(state=state))
    assert kinds_of(app, {HERE}, today)[kind] == 1
    with app.app_context(), acting_for(clock([HERE])), transaction():
        db.session.execute(
            update(Agreement).where(Agreement.id == world.here.agreement).values(created_at=now() + LONG_AGO)
        )
    assert kind not in kinds_of(app, {HERE}, today)


def test_the_page_leads_where_things_are_done(app: Flask, world: World, today: dt.date) -> None:
    with app.app_context():
        fill(world, today)
    consultant = signed_in(app, "konsulent@drc.example")
    page = consultant.get("/").text
    assert "Begynd her" in page
    assert world.there.canary not in page
    assert "Tønder" not in page, "it is not in the territory"
    leads = set(re.findall(r'href="(/[^"#]*)"', page))
    for lead in (lead for lead in leads if not lead.startswith("/static/")):
        assert consultant.get(lead.replace("&amp;", "&")).status_code == 200, lead
    assert f"/kommuner/{HERE}/status" in leads
    assert any("/forpligtelser/" in lead for lead in leads)
    assert any("/delinger/" in lead for lead in leads)


def test_a_long_list_is_cut_and_shown_whole_by_pages(app: Flask, world: World, today: dt.date) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        for n in range(60):
            db.session.add(
                OwedDuty(
                    municipality_code=HERE,
                    agreement_id=world.here.agreement,
                    side="drc",
                    kind="written",
                    title=f"at huske {n:02d}",
                    due_on=today - dt.timedelta(days=1 + n % 7),
                )
            )
    consultant = signed_in(app, "konsulent@drc.example")
    page = consultant.get("/").text
    assert "Vis alle 60" in page
    assert len(set(re.findall(r"Huske \d\d", page))) == queries.MOST_LINES
    met: list[str] = []
    address: str | None = "/mandag?slags=duties_drc"
    while address:
        part = consultant.get(address).text
        met += re.findall(r">(Huske \d\d)<", part)
        following = re.search(r'href="(/mandag\?[^"]*side=[^"]*)"', part)
        address = following[1].replace("&amp;", "&") if following else None
    assert len(met) == len(set(met)) == 60
    assert consultant.get("/mandag?slags=hvad").status_code == 404
    assert consultant.get("/mandag?slags=duties_drc&side=x").status_code == 422


def test_the_secretariat_sees_all_of_denmark_by_territory(app: Flask, world: World, today: dt.date) -> None:
    with app.app_context():
        fill(world, today)
    secretariat = signed_in(app, "sekretariat@drc.example")
    page = secretariat.get("/").text
    assert "Prøveland" in page
    assert "Tønder" in page
    within = secretariat.get("/?omraade=Prøveland").text
    assert "Aabenraa" in within
    assert "Tønder" not in within
    assert "Prøveland" not in signed_in(app, "konsulent@drc.example").get("/").text
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        (territory,) = queries.territories(today)
        assert territory.total == sum(one.count for one in queries.gathered({HERE}, today))


def test_an_empty_list_says_so(app: Flask, world: World) -> None:
    page = signed_in(app, "sekretariat@drc.example").get("/?omraade=Ingensteder").text
    assert "Intet venter på dig nu." in page


def test_ten_queries_at_the_most_whatever_there_is(app: Flask, world: World, today: dt.date) -> None:
    with app.app_context():
        fill(world, today)
    for email in ("konsulent@drc.example", "sekretariat@drc.example"):
        reader = signed_in(app, email)
        for address in ("/", "/mandag?slags=duties_drc"):
            asked = asked_for(app, reader, address)
            assert len(asked) <= 10, asked


def test_the_api_lists_the_lines_of_a_kind(app: Flask, world: World, today: dt.date) -> None:
    with app.app_context():
        fill(world, today)
        secretariat = Program(app.test_client(), key_of(world.secretariat))
        staff = Program(app.test_client(), key_of(world.here.staff))
    assert {row["municipality_code"] for row in secretariat.read("/monday-lines?kind=checkins")["items"]} == {
        HERE,
        THERE,
    }
    (line,) = secretariat.read(f"/monday-lines?kind=checkins&municipality_code={HERE}")["items"]
    assert (line["kind"], line["group"], line["note"]) == ("checkins", "missing", "Gruppen")
    met: list[str] = []
    path: str | None = "/monday-lines?limit=5"
    while path:
        page = secretariat.read(path)
        met += [row["id"] for row in page["items"]]
        path = page["next"].removeprefix("/api/v1") if page["next"] else None
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        assert len(met) == len(set(met)) == sum(one.count for one in queries.gathered({HERE, THERE}, today))
    assert secretariat.get("/monday-lines?kind=hvad").status_code == 422
    assert staff.get("/monday-lines?kind=checkins").status_code == 404


def test_a_municipality_has_no_monday_list(app: Flask, world: World) -> None:
    staff = signed_in(app, "medarbejder.0580@kommune.example")
    assert staff.get("/mandag?slags=duties_drc").status_code == 404
    assert staff.get("/").status_code == 302


def test_every_source_has_words_and_a_place_of_its_own() -> None:
    assert all(source.title and source.does and 1 <= source.urgency <= 9 for source in FEATURES.lines.values())
