"""Whatever cannot be done for one municipality is set aside with it, and every other gets its work in the same round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, select

from config.embedded import Servers
from service import timetable
from service.activity.activities.models import Activity, ActivitySchedule
from service.activity.checkins import operations as checkins
from service.activity.checkins.models import CheckIn
from service.features import FEATURES
from service.network.networks import operations as networks
from service.partnership.duties import jobs as duty_jobs
from service.partnership.duties import operations as duties
from service.partnership.duties.models import DutyList
from service.platform.feature import Step
from service.platform.rounds import operations as rounds
from service.platform.rounds import rules
from service.platform.rounds.models import SetAside, StepSetAside
from service.platform.rounds.operations import run
from service.platform.rounds.rules import AsideCause
from service.platform.web import usage
from service.platform.work import waking
from service.reporting.declarations import operations as declarations
from service.reporting.drift import feature as drift_feature
from service.reporting.drift import jobs as drift_jobs
from service.reporting.drift import operations as drift
from service.reporting.drift.models import CapabilityUse, DriftCheck
from service.reporting.recruitment import feature as recruitment_feature
from service.reporting.recruitment.models import RecruitmentMonth
from service.reporting.statements import operations as statements
from service.reporting.statements import releasing
from service.reporting.statements.models import Statement
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_before
from tenants.database import db, now, transaction
from tenants.periods import put_in_force
from tenants.reach import clock, present
from tenants.register import all_codes
from tests.support.pages import token_of
from tests.support.planted import Plant, unchecked
from tests.support.rounds import BY_NAME
from tests.support.wakeups import woken
from tests.support.world import EMPTY, HERE, THERE, World, group_of, scope, sign_in

BOTH = frozenset({HERE, THERE})
TODAY = dt.date(2026, 1, 28)  # the declarations of the year before are owed, and the check-ins of the month


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    """Within the application, as the timetable is."""
    with app.app_context():
        yield


@pytest.fixture
def plant(inside: None, place: Servers) -> Iterator[Plant]:
    """What cannot be stored, stored."""
    with unchecked(place) as planted:
        yield planted


def activity(code: str, group_id: UUID) -> Activity:
    return Activity(
        municipality_code=code,
        group_id=group_id,
        activity_type="language_cafe",
        name="Sprogcafé",
        place="Huset",
        starts_on=dt.date(2020, 1, 1),
    )


def schedule(code: str, activity_id: UUID) -> ActivitySchedule:
    return ActivitySchedule(
        municipality_code=code,
        activity_id=activity_id,
        valid_from=dt.date(2020, 1, 1),
        rule="FREQ=WEEKLY;BYDAY=TU",
        anchor=dt.date(2020, 1, 7),
        starts=dt.time(16),
        minutes=120,
        without_holidays=True,
        without_breaks=False,
        extra=[],
        left_out=[],
    )


def it_is_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever asks on which day something is owed."""
    for asks in (checkins, declarations, drift, duties, statements, drift_feature, recruitment_feature):
        monkeypatch.setattr(asks, "day_of", lambda _moment: TODAY)


@pytest.fixture
def works(world: World, inside: None) -> None:
    """Both municipalities have a group that runs something by a rule, a use that is counted, and nothing that is looked at today."""
    waking.connection().flushdb()
    for code in (HERE, THERE):
        waking.connection().hincrby(usage.COUNTS, f"{code}:calendar:{TODAY}", 1)
        with acting_for(clock([code])), transaction():
            group = networks.create(group_of(f"Gruppen {code}", code))
            runs = activity(code, group.id)
            db.session.add(runs)
            db.session.flush()
            db.session.add(schedule(code, runs.id))
            db.session.execute(delete(DutyList))


def set_aside() -> dict[tuple[str, str], SetAside]:
    """What is set aside, by municipality and step."""
    with acting_for(clock(BOTH | {EMPTY})), transaction():
        return {(row.municipality_code, row.step): row for row in db.session.scalars(select(SetAside))}


def work_of(code: str) -> dict[str, int]:
    """What unattended work has left in a municipality, and the wakeups that were woken for it."""
    counted = (Statement, CheckIn, RecruitmentMonth, CapabilityUse, DriftCheck, DutyList)
    with acting_for(clock([code])), transaction():
        found = {model.__tablename__: len(db.session.scalars(select(model)).all()) for model in counted}
    return found | {"wakeups": sum(code in arguments for _function, arguments in woken())}


def counts() -> dict[bytes, bytes]:
    """What is counted in Redis of uses."""
    return waking.connection().hgetall(usage.COUNTS)  # type: ignore[return-value] # our Redis decodes nothing


def a_round() -> None:
    """A round, and the two jobs that the workers do for it."""
    timetable.tick()
    for code in sorted(BOTH):
        drift_jobs.check(code)
        duty_jobs.bring_up(code)


def of_here(table: str, change: str) -> Callable[[Plant], None]:
    return lambda plant: plant(table, f"{change} WHERE municipality_code = '{HERE}'")


def counted_otherwise(_plant: Plant) -> None:
    waking.connection().hincrby(usage.COUNTS, f"{HERE}:nyt:{TODAY}", 3)


# Whatever it is, it is HERE's: how it is planted, and a step that it sets aside there.
FAULTS = {
    "a scope of a format unknown": (of_here("scope_periods", """scope = scope || '{"format": 99}'"""), "checkins.ask"),
    "a scope without its shape": (of_here("scope_periods", """scope = '{"format": 2}'"""), "drift.check"),
    "a scope that is no object": (of_here("scope_periods", "scope = '[1]'"), "duties.bring_up"),
    "an activity type that the catalogue lacks": (
        lambda plant: plant(
            "activities", "activity_type = 'findes_ikke' WHERE municipality_code = %s AND group_id IS NOT NULL", HERE
        ),
        "checkins.ask",
    ),
    "a rule of every year": (of_here("activity_schedules", "rule = 'FREQ=YEARLY'"), "checkins.ask"),
    "a rule in another language": (of_here("activity_schedules", "rule = 'hver tirsdag'"), "checkins.ask"),
    "a use that this version does not know": (counted_otherwise, "uses.keep"),
    "a term without an end": (of_here("scope_periods", "valid_to = 'infinity'"), "recruitment.count"),
    "an activity that began before time": (of_here("activities", "starts_on = '-infinity'"), "checkins.ask"),
    "a schedule of the year 12026": (of_here("activity_schedules", "anchor = '12026-01-01'"), "checkins.ask"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_one_sets_one_aside_and_the_others_get_their_work(
    works: None, plant: Plant, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    it_is_today(monkeypatch)
    planted, step = FAULTS[fault]
    before = work_of(THERE)
    planted(plant)
    a_round()
    aside = set_aside()
    assert (HERE, step) in aside, sorted(aside)
    assert {code for code, _step in aside} == {HERE}
    after = work_of(THERE)
    assert {name for name, count in after.items() if count > before[name]} >= {
        "statements", "checkins", "recruitment_months", "capability_uses", "wakeups"
    }  # fmt: skip
    with acting_for(clock()), transaction():
        assert not db.session.scalars(select(StepSetAside)).all(), "nothing of the whole country's"
    timetable.tick()
    assert {key: row.times for key, row in set_aside().items()} == {key: row.times for key, row in aside.items()}


def test_the_faults_are_seen_by_the_test_and_the_rounds_alone_keep_them_apart(
    works: None, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: done for all or for nobody, as it once was, one bad rule keeps everybody's check-ins."""
    it_is_today(monkeypatch)
    monkeypatch.setattr(rounds, "_for_each", lambda _step, _codes: [])
    before = work_of(THERE)
    FAULTS["a rule of every year"][0](plant)
    timetable.tick()
    assert work_of(THERE)["checkins"] == before["checkins"]
    assert work_of(THERE)["statements"] > before["statements"], "what the fault is not in goes on"


def test_a_source_of_bells_that_fails_keeps_no_other_from_ringing(works: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One source fails in one municipality, and one fails everywhere: all else is woken for, before anything is asked."""

    def only_there() -> list[waking.Wakeup]:
        if HERE in present().codes:
            raise OverflowError
        return [waking.Wakeup("prøve", (code,)) for code in sorted(present().codes & BOTH)]

    def nowhere() -> list[waking.Wakeup]:
        raise RecursionError

    broken = (Step("ring.posters", only_there, ""), Step("ring.imports", nowhere, "", national=True))
    kept = [step for step in FEATURES.wakeups if step.name not in {one.name for one in broken}]
    monkeypatch.setattr(FEATURES, "wakeups", (*broken, *kept))
    asked: list[int] = []
    monkeypatch.setattr(FEATURES, "steps", (Step("prøve", lambda: asked.append(len(woken())), ""),))
    timetable.tick()
    assert ("prøve", (THERE,)) in woken()
    assert {(drift.CHECK, (code,)) for code in BOTH} <= set(woken())
    assert asked == [len(woken())], "and they were woken first"
    assert set(set_aside()) == {(HERE, "ring.posters")}
    with acting_for(clock()), transaction():
        (step,) = db.session.scalars(select(StepSetAside)).all()
        assert (step.step, step.cause, step.times) == ("ring.imports", AsideCause.FAULT, 1)


def test_ninety_seven_of_ninety_eight(inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    month = month_before(first_of(day_of(now())))
    with acting_for(clock()), transaction():
        codes = all_codes()
    with acting_for(clock(codes)), transaction():
        for code in codes:
            put_in_force(code, scope(month, "prøve", starts_on=month), uuid4())
    make_ripe, tried = releasing.make_ripe, []

    def fails_here(of: dt.date) -> list[str]:
        tried.append(present().codes)
        if HERE in present().codes:
            raise KeyError("findes_ikke")
        return make_ripe(of)

    monkeypatch.setattr(releasing, "make_ripe", fails_here)
    assert sum(run(BY_NAME["statements.ask"])) == 97
    assert len(codes) == 98
    assert set(set_aside()) == {(HERE, "statements.ask")}
    tried.clear()
    assert sum(run(BY_NAME["statements.ask"])) == 0
    assert set(tried) == {codes - {HERE}}, "from then on all others go in one transaction, and nobody asks for it"


def test_it_is_tried_again_after_pauses_that_grow_and_nothing_is_lost(
    works: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ripe, moment = releasing.make_ripe, [now()]
    monkeypatch.setattr(rounds, "now", lambda: moment[0])

    def fails_here(of: dt.date) -> list[str]:
        if HERE in present().codes:
            raise KeyError("findes_ikke")
        return make_ripe(of)

    with monkeypatch.context() as broken:
        broken.setattr(releasing, "make_ripe", fails_here)
        run(BY_NAME["statements.ask"])
        for times in range(1, 10):
            row = set_aside()[HERE, "statements.ask"]
            assert (row.times, row.retry_at - moment[0]) == (times, rules.pause(times))
            moment[0] = row.retry_at - dt.timedelta(seconds=1)
            run(BY_NAME["statements.ask"])
            assert set_aside()[HERE, "statements.ask"].times == times, "not before its time"
            moment[0] = row.retry_at
            run(BY_NAME["statements.ask"])
        since = row.since
    assert set_aside()[HERE, "statements.ask"].since == since
    before = work_of(HERE)["statements"]
    moment[0] += rules.MAX_PAUSE
    assert sum(run(BY_NAME["statements.ask"])) > 0
    assert work_of(HERE)["statements"] > before
    assert not set_aside()


def test_the_pauses_grow_to_an_hour_and_a_clock_that_was_ahead_lets_nobody_wait_longer() -> None:
    assert [rules.pause(times).total_seconds() for times in (1, 2, 3, 6, 7, 10_000)] == [60, 120, 240, 1920, 3600, 3600]
    moment = now()
    assert rules.waits(moment + rules.MAX_PAUSE, moment)
    assert not rules.waits(moment, moment)
    assert not rules.waits(moment + rules.MAX_PAUSE + dt.timedelta(seconds=1), moment)


def test_a_clock_that_steps_back_between_two_looks_stops_nobody(works: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The round looks a moment after midnight, the statements a moment before it: the month is over and is not."""
    first = first_of(day_of(now()))
    looks = [day_of(now()) + dt.timedelta(days=45)]
    monkeypatch.setattr(statements, "day_of", lambda _moment: looks.pop() if looks else first)
    before = {code: work_of(code)["statements"] for code in BOTH}
    assert run(BY_NAME["statements.ask"])
    assert not looks
    assert not set_aside()
    assert all(work_of(code)["statements"] > before[code] for code in BOTH)


def test_what_was_counted_is_kept_by_the_version_that_knows_it(works: None, monkeypatch: pytest.MonkeyPatch) -> None:
    counted_otherwise(lambda *_: None)
    run(BY_NAME["uses.keep"])
    assert set_aside()[HERE, "uses.keep"].cause == AsideCause.UNREADABLE
    left = counts()
    assert {key.decode().split(":")[0] for key in left} == {HERE}
    assert len(left) == 2, "what this version knows waits with it"


def test_uses_that_the_database_does_not_take_are_put_back(works: None, monkeypatch: pytest.MonkeyPatch) -> None:
    waking.connection().hincrby(usage.COUNTS, f"{HERE}:figures:{TODAY}", 2**40)
    before = counts()
    run(BY_NAME["uses.keep"])
    assert set_aside()[HERE, "uses.keep"].cause in (AsideCause.UNREADABLE, AsideCause.DATABASE)
    after = counts()
    assert after == {key: times for key, times in before.items() if key.decode().startswith(HERE)}


def test_what_is_logged_and_kept_holds_nothing_that_a_person_wrote(
    works: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def says_a_name() -> None:
        raise ValueError("Kirsten Hemmelig, kirsten@hemmelig.example")

    for national in (False, True):
        run(Step("prøve", says_a_name, "", national=national))
    told = caplog.text + "".join(capfd.readouterr())
    assert "set_aside" in told
    kept = [row.detail for row in set_aside().values()]
    with acting_for(clock()), transaction():
        kept += [row.detail for row in db.session.scalars(select(StepSetAside))]
    assert len(kept) >= 3
    assert "emmelig" not in told + " ".join(kept)


def test_a_database_that_is_away_sets_nobody_aside(works: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def away() -> None:
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    with monkeypatch.context() as patch:
        patch.setattr(rounds, "pause", lambda _times: away())  # not even that can be written
        with pytest.raises(OperationalError):
            run(Step("prøve", away, ""))
        timetable.do(Step("prøve", away, ""))
    assert not set_aside()


def test_every_step_has_words() -> None:
    assert all(FEATURES.steps_in_words.values())
    assert {drift.CHECK_STEP, duties.STEP} < FEATURES.steps_in_words.keys()


def test_drc_sees_it_on_the_monday_list_and_lets_it_be_tried_again(app: Flask, world: World) -> None:
    def fails() -> None:
        if not {HERE, THERE} - present().codes or present().codes < BOTH:
            raise KeyError(BOTH)

    with app.app_context():
        run(Step("statements.ask", fails, ""))
        run(Step("merges.forget", fails, "", national=True))
        before, theirs = (set_aside()[code, "statements.ask"] for code in (HERE, THERE))
    secretariat, consultant = (
        sign_in(app.test_client(), f"{name}@drc.example") for name in ("sekretariat", "konsulent")
    )
    for client, seen in ((secretariat, {HERE, THERE}), (consultant, {HERE})):
        monday, page = client.get("/"), client.get("/sat-til-side")
        assert "Månedsopgørelserne: noget er gemt på en måde, som tjenesten ikke kan læse" in monday.text
        assert "Noget, som tjenesten gør for hele landet, er sat til side." in monday.text
        assert {code for code in (HERE, THERE) if f"/kommuner/{code}/sat-til-side/" in page.text} == seen
        assert "KeyError" in page.text
    token = token_of(consultant.get("/sat-til-side").text)
    for code, row, status in ((HERE, before, 302), (THERE, theirs, 404), (HERE, theirs, 404)):
        answer = consultant.post(f"/kommuner/{code}/sat-til-side/{row.id}/igen", data={"csrf_token": token})
        assert answer.status_code == status
    assert consultant.post("/sat-til-side/merges.forget/igen", data={"csrf_token": token}).status_code == 302
    assert consultant.post("/sat-til-side/intet/igen", data={"csrf_token": token}).status_code == 404
    with app.app_context():
        run(BY_NAME["statements.ask"])
        run(BY_NAME["merges.forget"])
        assert set(set_aside()) == {(THERE, "statements.ask")}, "tried at once, and only what was asked for"
        with acting_for(clock()), transaction():
            assert not db.session.scalars(select(StepSetAside)).all()
    assert "Månedsopgørelserne" not in consultant.get("/sat-til-side").text
