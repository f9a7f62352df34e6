"""Drift as it is found, kept and printed; counts of use without anybody's name; and all of it DRC's alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, select

from service import timetable
from service.activity.activities.models import Activity
from service.platform.web import permits, usage
from service.platform.web.usage import Uses
from service.platform.work import leases, waking
from service.reporting.drift import operations, queries
from service.reporting.drift.models import CapabilityUse, DriftCheck, DriftFinding, DriftPaper, UseCounting
from service.reporting.drift.rules import Finding, Use
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after
from tenants.database import db, now, transaction
from tenants.models import ScopePeriod
from tenants.reach import Office, Reach, clock
from tenants.scope import Capability
from tests.support.pages import pdf_text, token_of
from tests.support.rounds import count
from tests.support.telling import tells
from tests.support.verapdf import assert_conforms
from tests.support.wakeups import woken
from tests.support.world import HERE, THERE, World, hold, sign_in


@pytest.fixture
def today() -> dt.date:
    return day_of(now())


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def kept(code: str = HERE) -> dict[tuple[str, str], dt.date]:
    with acting_for(clock([code])), transaction():
        return {(row.kind, row.subject): row.found_on for row in db.session.scalars(queries.findings(code))}


def check(day: dt.date, code: str = HERE) -> int:
    with acting_for(clock([code])), transaction():
        return operations.check(code, day)


def signed_in(app: Flask, email: str) -> FlaskClient:
    return sign_in(app.test_client(), email)


# What is found


def test_what_is_found_is_kept_from_the_first_day_and_goes_when_it_is_mended(
    world: World, inside: None, today: dt.date
) -> None:
    """The world's language café never ran, and its target lags."""
    assert check(today) == 2
    yesterday = today - dt.timedelta(days=1)
    assert kept() == {
        (Finding.NEVER_RAN, "language_cafe"): yesterday,
        (Finding.BEHIND, "attendances:"): yesterday,
    }
    with acting_for(clock([HERE])), transaction():
        cafe = Activity(
            municipality_code=HERE,
            activity_type="language_cafe",
            name="Caféen",
            place="Huset",
            starts_on=dt.date(2020, 1, 1),
        )
        db.session.add(cafe)
        db.session.flush()
        hold(cafe, first_of(today), volunteers=2, volunteer_minutes=240, adults=600)
    later = month_after(first_of(today)) + dt.timedelta(
        days=1
    )  # the months that the world's statement shows are closed
    with acting_for(clock([HERE])), transaction():  # more than a month may lie between
        operations.keep_uses([Uses(HERE, each, later - dt.timedelta(days=1), 1) for each in Capability], later)
    assert check(later) == 0
    assert kept() == {}
    with acting_for(clock([HERE])), transaction():
        assert db.session.scalars(select(DriftCheck.checked_on)).one() == later


def test_what_nobody_agreed_on_is_found(world: World, inside: None, today: dt.date) -> None:
    with acting_for(clock([HERE])), transaction():
        mentors = Activity(
            municipality_code=HERE,
            activity_type="mentor",
            name="Mentorer",
            place="Huset",
            starts_on=dt.date(2020, 1, 1),
        )
        db.session.add(mentors)
        db.session.flush()
        hold(mentors, first_of(today), volunteers=2, volunteer_minutes=240, adults=6)
    check(month_after(first_of(today)) + dt.timedelta(days=1))
    assert {kind for kind, _subject in kept()} >= {Finding.OUTSIDE, Finding.NEVER_RAN}
    assert (Finding.OUTSIDE, "mentor") in kept()


def test_the_timetable_rings_once_a_day_for_each_municipality(world: World, inside: None, today: dt.date) -> None:
    with acting_for(clock([HERE, THERE])), transaction():
        assert set(queries.unchecked(today)) == {HERE, THERE}
    waking.connection().flushdb()
    timetable.wake_for_what_is_due()
    assert (operations.CHECK, (THERE,)) in woken()
    check(today), check(today, THERE)
    with acting_for(clock([HERE, THERE])), transaction():
        assert queries.unchecked(today) == []
        assert set(queries.unchecked(today + dt.timedelta(days=1))) == {HERE, THERE}


# What is used


def test_uses_are_counted_by_day_and_added_up(world: World, inside: None, today: dt.date) -> None:
    for times in (2, 3):
        with acting_for(clock([HERE])), transaction():
            operations.keep_uses([Uses(HERE, Capability.NETWORK, today, times)], today)
    with acting_for(clock([HERE])), transaction():
        found = db.session.scalars(select(CapabilityUse).where(CapabilityUse.capability == "network")).all()
        assert [row.times for row in found] == [5]
        assert queries.uses(HERE, today)[1][Capability.NETWORK].days == 1
        assert queries.counted_since() == today
        later = today + dt.timedelta(days=40)
        operations.keep_uses([], later)
        assert queries.counted_since() == today, "the counting does not begin anew"
        drift = queries.drift(HERE, later)
    assert drift is not None
    use = {one.capability: one.use for one in drift.opened}
    assert use[Capability.NETWORK] is Use.USED
    assert use[Capability.FIGURES] is Use.UNUSED
    assert use[Capability.RECRUITMENT] in (Use.TOO_EARLY, Use.UNUSED)


def test_only_the_municipalitys_own_people_are_counted_and_by_no_name(app: Flask, world: World, today: dt.date) -> None:
    staff, consultant = signed_in(app, "medarbejder.0580@kommune.example"), signed_in(app, "konsulent@drc.example")
    with app.app_context():
        usage.take()
    consultant.get(f"/kommuner/{HERE}/netvaerk")
    look = f"/kommuner/{HERE}"
    consultant.post(f"{look}/se-som", data={"csrf_token": token_of(consultant.get(look).text), "why": "check"})
    consultant.get(f"/kommuner/{HERE}/netvaerk")
    staff.get(f"/kommuner/{THERE}/netvaerk")  # not theirs: 404
    with app.app_context():
        assert usage.take() == []
    staff.get(f"/kommuner/{HERE}/netvaerk")
    staff.get(f"/kommuner/{HERE}/netvaerk")
    with app.app_context():
        assert set(usage.take()) == {Uses(HERE, used, today, 2) for used in (Capability.NETWORK, Capability.ALL_GROUPS)}
        assert usage.take() == [], "what was taken is not given again"
        columns = {column.name for column in CapabilityUse.__table__.columns}
    assert columns == {"municipality_code", "id", "capability", "day", "times"}


@pytest.mark.parametrize(
    ("opened", "used"),
    [
        ({"network", "capacity", "offers_across"}, {Capability.CAPACITY, Capability.OFFERS_ACROSS}),
        ({"network", "capacity"}, {Capability.CAPACITY}),
        ({"network"}, set()),
    ],
)
def test_what_the_agreement_does_not_open_is_not_counted_as_used(
    app: Flask, world: World, opened: set[str], used: set[Capability]
) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        for period in db.session.scalars(select(ScopePeriod)):
            period.stored_scope = period.stored_scope | {"capabilities": sorted(opened)}
    staff = signed_in(app, "medarbejder.0580@kommune.example")
    with app.app_context():
        usage.take()
    assert staff.get(f"/kommuner/{HERE}/netvaerk/ledigt").status_code == 200
    with app.app_context():
        assert {one.capability for one in usage.take()} == used


def test_every_capability_has_a_page_that_its_use_is_counted_by(app: Flask) -> None:
    pages = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {used for page in pages for used in permits.used_by(app, page)} == set(Capability)


def test_the_timetable_keeps_the_counts(world: World, inside: None, today: dt.date) -> None:
    usage.note(HERE, Capability.CALENDAR)
    count("uses.keep")
    count("uses.keep")
    with acting_for(clock([HERE])), transaction():
        (row,) = db.session.scalars(select(CapabilityUse).where(CapabilityUse.capability == "calendar")).all()
        assert (row.capability, row.day, row.times) == ("calendar", today, 1)


# The paper


def test_the_paper_is_made_by_a_worker_and_conforms(app: Flask, world: World, today: dt.date) -> None:
    consultant, address = signed_in(app, "konsulent@drc.example"), f"/kommuner/{HERE}/status"
    assert consultant.post(address, data={"csrf_token": token_of(consultant.get(address).text)}).status_code == 302
    with app.app_context(), acting_for(clock([HERE])), transaction():
        row = db.session.scalars(queries.papers(HERE).where(DriftPaper.work_state == leases.DUE)).one()
        assert queries.papers_due() == [(HERE, row.id)]
    assert consultant.get(f"{address}/{row.id}").status_code == 404, "there is nothing to read yet"
    with app.app_context():
        assert operations.make_paper(HERE, row.id, 60)
        assert not operations.make_paper(HERE, row.id, 60)
    answer = consultant.get(f"{address}/{row.id}")
    assert answer.mimetype == "application/pdf"
    assert_conforms(answer.data)
    words = " ".join(pdf_text(answer.data).split())
    assert "Sprogcafé er aftalt, men ikke holdt én gang siden" in words
    assert "Målet for fremmøder er bagud." in words
    assert f"{HERE}-status-{today.isoformat()}-2 (PDF)" in consultant.get(f"{address}/oplaeg").text


def test_without_a_partnership_no_paper_is_asked_for(app: Flask, world: World) -> None:
    secretariat, address = signed_in(app, "sekretariat@drc.example"), "/kommuner/0860/status"
    page = secretariat.get(address)
    assert "Der er intet partnerskab i kraft." in page.text
    answer = secretariat.post(address, data={"csrf_token": token_of(secretariat.get("/min-konto").text)})
    assert answer.status_code == 422


# The walls


def test_all_of_it_is_drcs_alone(app: Flask, world: World, today: dt.date) -> None:
    staff = signed_in(app, "leder.0580@kommune.example")
    for address in (
        "/status",
        f"/kommuner/{HERE}/status",
        f"/api/v1/municipalities/{HERE}/drift",
        "/api/v1/drift-findings",
    ):
        assert staff.get(address).status_code in (401, 404), address
    with app.app_context():
        check(today)
        with acting_for(clock([HERE])), transaction():
            operations.keep_uses([Uses(HERE, Capability.NETWORK, today, 1)], today)
            operations.ask(HERE, world.consultant)
        with acting_for(Reach(Office.MUNICIPALITY, frozenset({HERE}), world.here.manager)), transaction():
            for model in (CapabilityUse, DriftCheck, DriftFinding, DriftPaper, UseCounting):
                assert db.session.scalar(select(func.count()).select_from(model)) == 0, model


# The pages


def asked_for(app: Flask, client: FlaskClient, address: str) -> list[str]:
    """The queries that a page makes."""
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


def test_pages_say_what_has_drifted_in_few_queries(app: Flask, world: World, today: dt.date) -> None:
    with app.app_context():
        check(today)
        check(today, THERE)
    consultant, secretariat = signed_in(app, "konsulent@drc.example"), signed_in(app, "sekretariat@drc.example")
    assert "Tønder" not in consultant.get("/status").text
    overview = secretariat.get("/status").text
    assert "Aabenraa" in overview
    assert "Tønder" in overview
    page = secretariat.get(f"/kommuner/{HERE}/status").text
    for words in ("Ikke holdt én gang", "Bagud", "For tidligt at sige", "Sprogcafé"):
        assert words in page
    for address in ("/status", f"/kommuner/{HERE}/status"):
        assert len(asked_for(app, secretariat, address)) <= 11, asked_for(app, secretariat, address)


def test_a_municipality_not_looked_at_yet_is_said_to_be_so_and_comes_by_name_after_the_others(
    app: Flask, world: World, today: dt.date
) -> None:
    """A dash alone would read as nothing wrong."""
    secretariat = signed_in(app, "sekretariat@drc.example")

    def order(page: str) -> list[str]:
        return re.findall(r'/kommuner/(\d{4})/status">', page)

    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        db.session.execute(delete(DriftCheck))
    page = secretariat.get("/status").text
    assert page.count("Ikke set efter endnu") == 2
    assert order(page) == [THERE, HERE], "Tønder before Aabenraa, as Danish has it"
    assert "Kommuner med partnerskab, efter navn" in page
    assert "de mest afvigende" not in page
    with app.app_context():
        check(today)
    page = secretariat.get("/status").text
    assert page.count("Ikke set efter endnu") == 1
    assert order(page) == [HERE, THERE]
    assert "de mest afvigende først" in page


def test_the_api_says_the_same(app: Flask, world: World, today: dt.date) -> None:
    from tests.api.conftest import Program
    from tests.support.world import key_of

    with app.app_context():
        check(today)
        check(today, THERE)
        consultant = Program(app.test_client(), key_of(world.consultant))
    found = consultant.read("/drift-findings")["items"]
    assert {(row["municipality_code"], row["kind"]) for row in found} == {(HERE, "never_ran"), (HERE, "behind")}
    assert consultant.read("/drift-findings?kind=behind")["items"] == [row for row in found if row["kind"] == "behind"]
    assert consultant.read(f"/drift-findings/{found[0]['id']}") == found[0]
    drift = consultant.read(f"/municipalities/{HERE}/drift")
    assert {row["activity_type"]: row["ran"] for row in drift["agreed"]} == {
        "homework_help": "less",
        "language_cafe": "never",
    }
    assert consultant.get(f"/municipalities/{THERE}/drift").status_code == 404
