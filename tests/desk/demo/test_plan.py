"""The plan of the demonstration data, whenever it is loaded: what the contract promises, and nothing the rules would refuse."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from stdnum import ean

from service.desk.demo import attendance, files, terms
from service.desk.demo.plan import PlannedAgreement, Stage
from service.network.shares.rules import ShareState
from service.partnership.catalogue import files as catalogue
from service.partnership.partnerships.rules import problems
from tenants.calendar import first_of, month_after, months_back
from tenants.scope import Contact, LegalBasis, Level, Scope, Target, YearAmount

# The first and last days of a year, a leap day, summer, and an ordinary day.
DAYS = [dt.date(2026, 11, 23), dt.date(2027, 1, 1), dt.date(2026, 12, 31), dt.date(2028, 2, 29), dt.date(2026, 8, 1)]
SOMEONE = Contact("Nogen (demo)", "Koordinator", "00 00 00 01", "nogen@kommune.example")
NEIGHBOURS = {"0580": Level.INTEGRATED, "0550": Level.TARGETED, "0540": Level.COORDINATED, "0510": Level.SUPPLEMENTARY}


def scope_of(plan: PlannedAgreement, today: dt.date) -> Scope:
    earmarks = files.earmarks_of(plan.key)
    return terms.scope_of(
        plan, files.activities_of(plan.key), catalogue.kinds(), first_of(today), SOMEONE, SOMEONE, earmarks
    )


def plan(key: str) -> PlannedAgreement:
    return next(plan for plan in files.agreements() if plan.key == key)


def present(today: dt.date) -> list[tuple[PlannedAgreement, Scope]]:
    """The agreements in force on a day."""
    settled = [(plan, scope_of(plan, today)) for plan in files.agreements() if plan.stage is Stage.CONCLUDED]
    return [(plan, scope) for plan, scope in settled if scope.starts_on <= today <= scope.ends_on]


def register(root: Path) -> dict[str, str]:
    with (root / "tenants/data/municipalities.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("today", DAYS)
def test_nothing_in_the_plan_would_be_refused(today: dt.date) -> None:
    for planned in files.agreements():
        assert problems(scope_of(planned, today), catalogue.kinds(), catalogue.measures()) == {}, planned.key


@pytest.mark.parametrize("today", DAYS)
def test_three_partnerships_or_more_at_every_level(today: dt.date) -> None:
    levels = Counter(scope.level for _, scope in present(today))
    assert all(levels[level] >= 3 for level in Level), levels
    assert {plan.code: scope.level for plan, scope in present(today) if plan.code in NEIGHBOURS} == NEIGHBOURS


@pytest.mark.parametrize("today", DAYS)
def test_some_partnerships_end_soon_and_all_began_thirteen_months_ago(today: dt.date) -> None:
    oldest = month_after(first_of(today), -attendance.MONTHS_BACK)
    assert all(scope.starts_on <= oldest for _, scope in present(today))
    assert len([plan for plan, scope in present(today) if scope.ends_on - today < dt.timedelta(days=90)]) >= 2


def test_copenhagen_has_the_figures_of_its_real_agreement() -> None:
    scope = scope_of(plan("0101-2011"), DAYS[0])
    assert (scope.starts_on, scope.ends_on) == (dt.date(2011, 5, 1), dt.date(2014, 12, 31))
    full = 140_000_000
    amounts = (YearAmount(2011, 99_000_000), YearAmount(2012, full), YearAmount(2013, full), YearAmount(2014, full))
    assert scope.payment.amounts == amounts
    assert [(each.ore, each.year) for each in scope.payment.earmarks] == [(4_000_000, None)]
    assert re.search(
        r"to regionale konsulenter på fuld tid.*10 timer om ugen.*40\.000 kr\. om året.*dokumentation", scope.support
    )
    assert {target.measure for target in scope.targets} == {"attendances", "volunteer_attendances"}


def test_the_agreements_differ_as_real_ones_do() -> None:
    scopes = [scope_of(plan, DAYS[0]) for plan in files.agreements()]
    assert {scope.payment.legal_basis for scope in scopes} == set(LegalBasis)
    assert (
        {bool(scope.case_number) for scope in scopes} == {bool(scope.kle_number) for scope in scopes} == {True, False}
    )
    glns = {scope.payment.gln for scope in scopes} - {""}
    assert glns
    assert all(ean.is_valid(gln) for gln in glns)
    assert {plan.stage for plan in files.agreements()} == set(Stage)


def test_the_territories_hold_every_municipality_once(root: Path) -> None:
    held = [code for territory in files.territories() for code in territory.municipalities]
    assert sorted(held) == sorted(register(root))
    assert next(t.name for t in files.territories() if "0746" in t.municipalities) == "Aarhus og omegn"


def test_the_neighbours_share_two_groups_and_a_group_runs_activities_only_where_it_is_shared() -> None:
    common = [group for group in files.groups() if set(NEIGHBOURS) <= set(group.municipalities)]
    assert len(common) >= 2
    shared = {group.key: group.municipalities for group in files.groups()}
    for activity in files.activities():
        for key in activity.agreements:
            assert not activity.group or key[:4] in shared[activity.group], activity


def test_networks_and_offers_are_of_groups_that_there_are_and_of_every_kind() -> None:
    groups, networks = {group.key for group in files.groups()}, {network.key for network in files.networks()}
    running = {(group.key, code) for group in files.groups() for code in group.municipalities}
    for network in files.networks():
        assert set(network.groups) <= groups, network
    assert any(len(network.municipalities) > 1 for network in files.networks())
    for offer in files.offers():
        assert (offer.group in groups) != (offer.network in networks), offer
        assert (offer.group, offer.municipality) not in running, "it is shared already"
    assert {offer.stage for offer in files.offers()} == set(ShareState) - {ShareState.ACCEPTED}
    waiting = [offer for offer in files.offers() if offer.stage is ShareState.OFFERED]
    assert {bool(offer.group) for offer in waiting} == {True, False}, "a group and a network wait for an answer"
    assert all(files.places_of(group.key) for group in files.groups() if set(NEIGHBOURS) <= set(group.municipalities))


def others_named(text: str, code: str | None, names: dict[str, str]) -> list[str]:
    """The municipalities other than that of `code` that a text names."""
    return [name for other, name in names.items() if other != code and re.search(rf"\b{name}s?\b", text)]


def test_no_text_names_another_municipality(root: Path) -> None:
    names = register(root)
    texts: list[tuple[str | None, str]] = [(None, group.name + group.contact) for group in files.groups()]
    texts += [(None, network.name + network.about) for network in files.networks()]
    for planned in files.agreements():
        words = (planned.purpose, planned.support, planned.department, planned.reference_person, planned.case_number)
        texts += [(planned.code, text) for text in (*words, *planned.premises, *planned.target_groups)]
        texts += [(planned.code, f"{a.name} {a.place}") for a in files.activities_of(planned.key)]
    assert [(code, text) for code, text in texts if others_named(text, code, names)] == []


def test_control_a_text_that_names_another_municipality_is_found(root: Path) -> None:
    assert others_named("Tønders Venner", "0580", register(root)) == ["Tønder"]
    assert others_named("Tønders Venner", "0550", register(root)) == []


@pytest.mark.parametrize("today", DAYS)
def test_every_month_has_sessions_from_thirteen_months_back_to_yesterday(today: dt.date) -> None:
    months = set(months_back(month_after(first_of(today), -1), attendance.MONTHS_BACK))
    for planned, _ in present(today):
        found = [
            s
            for a in files.activities_of(planned.key)
            for s in attendance.sessions(a, planned.code, planned.pace, today)
        ]
        assert months <= {first_of(s.held_on) for s in found if not s.cancelled} <= months | {first_of(today)}, (
            planned.key
        )
        assert max(s.held_on for s in found) < today
        assert any(s.cancelled for s in found)
        assert all(s.volunteers + s.adults + s.children == 0 for s in found if s.cancelled)
        assert all(s.volunteers > 0 and s.adults + s.children > 0 for s in found if not s.cancelled)


def test_an_activity_has_one_session_a_day_the_same_ones_each_time() -> None:
    for activity in files.activities():
        found = attendance.sessions(activity, "0580", 0.95, DAYS[0])
        assert len({s.held_on for s in found}) == len(found)
        assert found == attendance.sessions(activity, "0580", 0.95, DAYS[0])


def test_school_help_pauses_in_july_and_everything_at_christmas() -> None:
    homework = next(a for a in files.activities() if a.activity_type == "homework_help")
    assert attendance.session_days(homework, dt.date(2026, 7, 1)) == []
    assert max(attendance.session_days(homework, dt.date(2026, 12, 1))) < dt.date(2026, 12, 21)


def test_a_year_without_a_usual_day_of_payment_is_paid_within_the_term() -> None:
    starts_on, ends_on = dt.date(2026, 11, 1), dt.date(2027, 12, 31)
    paid = terms.amounts("120000", starts_on, ends_on)
    assert paid == (YearAmount(2026, 2_000_000), YearAmount(2027, 12_000_000))
    assert [(i.due_on, i.ore) for i in terms.instalments(paid[0], 2, starts_on, ends_on)] == [
        (dt.date(2026, 11, 15), 2_000_000)
    ]
    assert [i.ore for i in terms.instalments(YearAmount(2027, 10_000_100), 4, starts_on, ends_on)] == [
        2_500_000
    ] * 3 + [2_500_100]


def test_a_measure_without_a_figure_is_refused() -> None:
    activity = files.activities_of("0580")
    with pytest.raises(ValueError, match="no figure for the measure 'smiles'"):
        terms.targets(["smiles"], activity, dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def test_what_is_counted_for_all_activities_together_is_no_target_of_one() -> None:
    scope = scope_of(plan("0580"), DAYS[0])
    kind, year = scope.activities[0].activity_type, scope.starts_on.year
    known, measures = catalogue.kinds(), catalogue.measures()
    for code, row in measures.items():
        of_all, of_one = (replace(scope, targets=(Target(code, 20, year, each),)) for each in (None, kind))
        assert problems(of_all, known, measures) == {}
        assert bool(problems(of_one, known, measures)) == (row["by_type"] == "no"), code
