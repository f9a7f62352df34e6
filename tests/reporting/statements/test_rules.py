"""What a statement says of a month, by example."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from service.activity.activities.disclosure import MonthFigures, month_figures
from service.activity.activities.rules import MonthTotals
from service.partnership.agreements.settling import Settlement
from service.partnership.agreements.validity import End, Successor, Validity, ValidityStage
from service.partnership.duties.rules import DutyKind, DutySide, Owed
from service.reporting.statements.accounts import GRANT_REPORT, STATUS
from service.reporting.statements.rules import (
    Promise,
    ScopePart,
    ahead,
    beyond,
    chart_text,
    counts_text,
    done,
    due,
    duties,
    early_end,
    kept,
    lead,
    owed_months,
    papers_owed,
    promises,
    shared_text,
)
from tenants.scope import (
    AgreedActivity,
    Contact,
    Every,
    Frequency,
    Instalment,
    LegalBasis,
    Level,
    Payment,
    Scope,
)
from tests.support.terms import running

SEPTEMBER, OCTOBER, NOVEMBER = dt.date(2026, 9, 1), dt.date(2026, 10, 1), dt.date(2026, 11, 1)
DAY = dt.timedelta(days=1)
SOMEONE = Contact("A", "B", "C", "D")
WEEKLY, QUARTERLY = Frequency(1, Every.WEEK), Frequency(1, Every.QUARTER)


def activity(kind: str, place: str = "Huset", frequency: Frequency = WEEKLY) -> AgreedActivity:
    return AgreedActivity(kind, place, frequency, dt.date(2026, 1, 1), dt.date(2027, 12, 31))


def scope(*activities: AgreedActivity, days: tuple[dt.date, ...] = (), ends: dt.date = dt.date(2027, 12, 31)) -> Scope:
    payment = Payment(LegalBasis.OTHER_GRANT, (), tuple(Instalment(day, 100) for day in days))
    return Scope(Level.TARGETED, dt.date(2026, 1, 1), ends, SOMEONE, SOMEONE, activities=activities, payment=payment)


def month(first: dt.date, attendances: int = 0, **sessions: int) -> MonthFigures:
    rows = [MonthTotals(first, kind, count) for kind, count in sessions.items()]
    return replace(month_figures(first, rows), attendances=attendances)


# What was promised and kept


def test_what_is_promised_is_summed_over_the_scopes_of_a_month_and_told_with_its_places() -> None:
    over = replace(activity("cycling_course"), ends_on=SEPTEMBER)
    parts = [
        ScopePart(scope(over, activity("mentor"), activity("mentor", "Salen"), activity("sewing")), OCTOBER, NOVEMBER),
        ScopePart(scope(activity("mentor"), activity("job_club", frequency=QUARTERLY)), NOVEMBER, NOVEMBER + 14 * DAY),
        ScopePart(scope(activity("job_club"), activity("nothing")), NOVEMBER, NOVEMBER),
    ]
    assert promises(parts) == [
        Promise("mentor", ("Huset", "Salen"), 4 + 4 + 2),
        Promise("sewing", ("Huset",), 4),
        Promise("job_club", ("Huset",), None),
    ]
    by_quarter_then_weekly = [
        ScopePart(scope(activity("job_club", frequency=frequency)), OCTOBER, NOVEMBER)
        for frequency in (QUARTERLY, WEEKLY)
    ]
    assert promises(by_quarter_then_weekly) == [Promise("job_club", ("Huset",), None)]


def test_what_is_held_beyond_the_promise_counts_in_neither() -> None:
    promised = [Promise("mentor", (), 4), Promise("sewing", (), 3), Promise("job_club", (), None)]
    assert kept(month(OCTOBER, mentor=9, job_club=5), promised) == (4, 7)
    assert kept(month(OCTOBER, mentor=1, sewing=2), promised) == (3, 7)
    assert kept(month(OCTOBER), []) == (0, 0)


def test_what_is_beyond_the_promise_is_explained() -> None:
    promised = [Promise("mentor", (), 4), Promise("job_club", (), None)]
    said = beyond(month(OCTOBER, mentor=9, job_club=5), promised)
    assert said.startswith("Der blev holdt 14 gange i alt: 4 af de 4 aftalte og 10 ud over dem:")
    assert beyond(month(OCTOBER, mentor=3), promised) == ""
    assert beyond(month(OCTOBER, mentor=3, job_club=1), promised).startswith(
        "Der blev holdt 4 gange i alt: 3 af de 4 aftalte og 1 ud"
    )
    assert beyond(month(OCTOBER, mentor=9), []) == "", "the lead tells of no agreed times"


# How it went


@pytest.mark.parametrize(
    ("sessions", "promised", "expected"),
    [
        (0, 0, "I oktober er der ikke registreret nogen afholdte aktiviteter."),
        (0, 1234, "I oktober er der ikke registreret nogen afholdte aktiviteter, selv om 1.234 gange var aftalt."),
        (1, 0, "I oktober blev der holdt aktiviteter 1 gang."),
        (2, 0, "I oktober blev der holdt aktiviteter 2 gange."),
        (4, 4, "I oktober blev alle 4 aftalte gange holdt."),
        (3, 4, "I oktober blev 3 af 4 aftalte gange holdt."),
    ],
)
def test_the_lead_begins_with_what_was_held(sessions: int, promised: int, expected: str) -> None:
    agreed = [Promise("mentor", (), promised)] if promised else []
    assert lead(month(OCTOBER, mentor=sessions), month(SEPTEMBER), agreed) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (None, 30, " Antallet af fremmøder vises ikke, så ingen kan genkendes."),
        (0, 30, ""),
        (1200, None, " Der var 1.200 fremmøder."),
        (30, 30, " Der var 30 fremmøder, lige så mange som i september."),
        (31, 30, " Der var 31 fremmøder, 1 flere end i september."),
        (29, 30, " Der var 29 fremmøder, 1 færre end i september."),
    ],
)
def test_and_goes_on_with_who_came(now: int | None, before: int | None, expected: str) -> None:
    this, last = (replace(month(each), attendances=count) for each, count in ((OCTOBER, now), (SEPTEMBER, before)))
    assert lead(this, last, []) == f"I oktober er der ikke registreret nogen afholdte aktiviteter.{expected}"


def test_without_figures_the_lead_tells_of_times_alone() -> None:
    held = month(OCTOBER, 30, mentor=3)
    assert lead(held, held, [], persons=False) == "I oktober blev der holdt aktiviteter 3 gange."
    assert "30 fremmøder" in lead(held, held, [])


def test_which_activities_the_figures_count_is_said() -> None:
    assert counts_text(True) != counts_text(False)
    assert "de aftalte aktiviteter" in counts_text(False)


def test_how_shared_sessions_are_counted_is_said_where_there_were_any() -> None:
    assert shared_text(0) == ""
    assert shared_text(1).startswith("1 gang var også for andre kommuner")
    assert shared_text(2) == (
        "2 gange var også for andre kommuner og tæller her som holdt, med denne kommunes del af tallene. Deltagerne er talt"
        " efter deres kommune, når gruppen har talt sådan, og ellers delt ligeligt. Frivillige og deres timer er delt ligeligt."
        " Delene er hele tal, der tilsammen giver det hele, så på landsplan tælles ingen to gange. Kvinder og mænd, nye"
        " deltagere, matchpar og ventende er kun talt de gange, der alene var for denne kommune."
    )


def test_the_chart_is_told_in_words() -> None:
    months = [replace(month(SEPTEMBER), attendances=None), month(OCTOBER, 1200)]
    assert chart_text(months) == (
        "Søjlediagram over fremmøder de seneste 13 måneder. september 2026: vises ikke; oktober 2026: 1.200."
    )


# What is due


def test_the_instalments_of_the_month_of_issue_and_the_next_one() -> None:
    days = (dt.date(2027, 3, 1), NOVEMBER, dt.date(2026, 11, 30), dt.date(2026, 12, 1), OCTOBER)
    now, following = due([running(scope(days=days))], dt.date(2026, 11, 2))
    assert [each.due_on for each in now] == [NOVEMBER, dt.date(2026, 11, 30)]
    assert following == Instalment(dt.date(2026, 12, 1), 100)
    assert due([running(scope(days=(OCTOBER,)))], NOVEMBER) == ([], None)


def test_the_municipality_is_owed_a_status_of_the_year_and_an_account_of_a_grant() -> None:
    effort = (dt.date(2027, 2, 28), STATUS)
    assert papers_owed(running(scope()), 2027) == [effort]
    grant = replace(scope(), payment=Payment(LegalBasis.SECTION_18))
    assert papers_owed(running(grant), 2027) == [effort, (dt.date(2027, 4, 1), GRANT_REPORT)]
    began, ended = (
        replace(running(grant), first=day, last=day) for day in (dt.date(2027, 1, 1), dt.date(2026, 12, 31))
    )
    assert papers_owed(began, 2027) == [], "nothing was in force in the year before"
    assert papers_owed(ended, 2027) == papers_owed(running(grant), 2027), "what is over is accounted for, too"


def test_what_is_ahead_is_the_next_half_year() -> None:
    issued = dt.date(2026, 11, 2)
    wanted = replace(
        scope(days=(issued, issued + DAY, dt.date(2027, 5, 1)), ends=dt.date(2027, 4, 30)),
        evaluation_on=dt.date(2027, 1, 10),
    )
    section_18 = replace(wanted, payment=replace(wanted.payment, legal_basis=LegalBasis.SECTION_18))
    assert ahead([running(section_18)], issued) == [
        (issued + DAY, "Rate på 1 kr. forfalder"),
        (dt.date(2027, 1, 10), "Senest nu evaluerer parterne samarbejdet"),
        (dt.date(2027, 2, 28), "Årsstatus fra DRC til kommunen"),
        (dt.date(2027, 4, 1), "Redegørelse for § 18-tilskuddet fra DRC til kommunen"),
        (dt.date(2027, 4, 30), "Aftalen udløber"),
    ]
    early = dt.date(2026, 1, 15)
    assert ahead([running(scope())], early) == [], "nothing was in force in the year before"
    begun = replace(running(scope()), first=dt.date(2025, 7, 1))
    assert ahead([begun], early) == [(dt.date(2026, 2, 28), "Årsstatus fra DRC til kommunen")], "this year's too"
    assert ahead([running(scope(ends=dt.date(2026, 6, 30)))], early)[-1] == (dt.date(2026, 6, 30), "Aftalen udløber")
    assert ahead([running(scope(ends=dt.date(2026, 7, 1)))], early) == []


NEXT = Successor("0580-2026-0006", dt.date(2026, 12, 1))
ADDENDUM = replace(NEXT, is_addendum=True)


@pytest.mark.parametrize(
    ("end", "followed_by", "words"),
    [
        (End.TERM, None, "Aftalen udløber"),
        (End.NOTICE, None, "Aftalen er opsagt og slutter"),
        (End.FOLLOWED, NEXT, "Aftalen slutter. Dagen efter afløses den af 0580-2026-0006"),
        (End.FOLLOWED, ADDENDUM, "Dagen efter ændres aftalen ved tillæg 0580-2026-0006"),
    ],
)
def test_what_is_ahead_ends_with_the_last_day_in_force(end: End, followed_by: Successor | None, words: str) -> None:
    last, issued = dt.date(2026, 11, 30), dt.date(2026, 11, 1)
    wanted = scope(days=(dt.date(2026, 11, 15), dt.date(2027, 1, 1)))
    stands = Validity(ValidityStage.IN_FORCE, wanted.starts_on, last, end, None, followed_by, archived=False)
    ended = running(wanted, last, validity=stands)
    assert ahead([ended], issued) == [
        (dt.date(2026, 11, 15), "Rate på 1 kr. forfalder"),
        (last, words),
        (dt.date(2027, 2, 28), "Årsstatus fra DRC til kommunen"),
    ]
    assert due([ended], issued)[1] is None
    after = running(replace(scope(days=(dt.date(2026, 12, 1),)), starts_on=dt.date(2026, 12, 1)))
    assert (dt.date(2026, 12, 1), "Rate på 1 kr. forfalder") in ahead([ended, after], issued)
    assert due([ended, after], issued)[1] == Instalment(dt.date(2026, 12, 1), 100), "the next agreement's"


def test_what_an_early_end_does_to_the_payments_is_said() -> None:
    wanted = scope(days=(dt.date(2026, 1, 1), dt.date(2026, 7, 1), dt.date(2027, 1, 1)))
    assert early_end(running(wanted)) == ""
    assert early_end(running(scope(), dt.date(2026, 3, 31))) == "", "nothing was to be paid"
    last = dt.date(2026, 9, 30)
    said = early_end(running(wanted, last))
    assert said == (
        "Aftalen slutter 30. september 2026, før den periode, der er aftalt, er gået. "
        "Rater på i alt 1 kr. efter den dag falder bort."
    )
    shared = early_end(running(wanted, last, Settlement.BY_DAYS))
    assert shared == f"{said} Årets rater deles efter dage: DRC betaler 0,50 kr. tilbage."
    owing = early_end(running(wanted, dt.date(2026, 6, 30), Settlement.BY_DAYS))
    assert "tilbage" in owing
    replaced = Validity(ValidityStage.IN_FORCE, wanted.starts_on, last, End.FOLLOWED, None, NEXT, archived=False)
    assert "den aftale, der afløser den" in early_end(running(wanted, last, validity=replaced))
    goes_on = replace(replaced, successor=ADDENDUM)
    assert early_end(running(wanted, last, validity=goes_on)) == "", "an addendum ends nothing"


def owed(day: dt.date, side: DutySide = DutySide.DRC, kind: DutyKind = DutyKind.WRITTEN) -> Owed:
    return Owed(day, side, kind, "at gøre")


def told(day: dt.date, who: str = "DRC") -> dict[str, str]:
    return {"who": who, "what": "at gøre", "on": day.isoformat()}


def test_what_both_sides_owe_is_overdue_or_due_in_the_month_of_issue() -> None:
    issued, last = dt.date(2026, 11, 2), dt.date(2026, 11, 30)
    undone = [
        owed(issued - DAY, DutySide.MUNICIPALITY),
        owed(issued),
        owed(last, DutySide.BOTH, DutyKind.MEETING),
        owed(last, DutySide.BOTH, DutyKind.EVALUATION),
        owed(last + DAY),
    ]
    assert duties(undone, issued) == {
        "overdue": [told(issued - DAY, "Kommunen")],
        "due": [told(issued), told(last, "Begge parter")],
        "more": 0,
    }


@pytest.mark.parametrize(("late", "soon", "more"), [(6, 6, 0), (7, 6, 1), (6, 8, 2), (8, 9, 5), (0, 0, 0)])
def test_of_each_six_are_told_and_the_others_counted(late: int, soon: int, more: int) -> None:
    days = [OCTOBER + DAY * number for number in range(late)] + [NOVEMBER + DAY * number for number in range(soon)]
    found = duties([owed(day) for day in days], NOVEMBER)
    assert found["overdue"] == [told(OCTOBER + DAY * number) for number in range(min(late, 6))]
    assert found["due"] == [told(NOVEMBER + DAY * number) for number in range(min(soon, 6))]
    assert found["more"] == more


def test_what_was_done_is_told_by_the_day_it_was_done_on() -> None:
    assert done([(OCTOBER, owed(NOVEMBER, DutySide.BOTH))]) == [told(OCTOBER, "Begge parter")]


def test_the_last_three_months_must_have_statements() -> None:
    assert owed_months(dt.date(2026, 11, 30)) == [dt.date(2026, 8, 1), SEPTEMBER, OCTOBER]
    assert owed_months(dt.date(2026, 1, 1), 1) == [dt.date(2025, 12, 1)]
