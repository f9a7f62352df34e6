"""How a cooperation agreement that is made here comes about, as plain values: every step there is, the code, and how it stands."""

from __future__ import annotations

import datetime as dt
import itertools
from uuid import UUID, uuid4

import pytest

from service.network.cooperation import rules
from service.network.cooperation.rules import STEPS, OfferAct, OfferParty, OfferState, OwnHand
from service.partnership.agreements.steps import OutOfOrder
from service.platform.documents.rules import Standing, StandingState
from tests.network.cooperation.test_rules import TODAY, Days

ALLOWED = {
    (OfferState.DRAFT, OfferParty.DRC, OfferAct.OFFERED): OfferState.PREPARING,
    (OfferState.OFFERED, OfferParty.GROUP, OfferAct.APPROVED): OfferState.ACCEPTED,
    (OfferState.OFFERED, OfferParty.GROUP, OfferAct.DECLINED): OfferState.DECLINED,
    (OfferState.ACCEPTED, OfferParty.DRC, OfferAct.APPROVED): OfferState.CONCLUDED,
    (OfferState.PREPARING, OfferParty.DRC, OfferAct.WITHDRAWN): OfferState.WITHDRAWN,
    (OfferState.OFFERED, OfferParty.DRC, OfferAct.WITHDRAWN): OfferState.WITHDRAWN,
    (OfferState.ACCEPTED, OfferParty.DRC, OfferAct.WITHDRAWN): OfferState.WITHDRAWN,
    (OfferState.CONCLUDED, OfferParty.DRC, OfferAct.TERMINATED): OfferState.TERMINATED,
    (OfferState.CONCLUDED, OfferParty.GROUP, OfferAct.TERMINATED): OfferState.TERMINATED,
}


@pytest.mark.gate("2.3.1")
def test_every_step_is_allowed_or_refused_as_written_here() -> None:
    for state, party, act in itertools.product(OfferState, OfferParty, OfferAct):
        expected = ALLOWED.get((state, party, act))
        assert (act in STEPS.possible(state, party)) == (expected is not None)
        if expected is None:
            with pytest.raises(OutOfOrder):
                STEPS.after(state, party, act)
        else:
            assert STEPS.after(state, party, act) is expected


def test_a_state_is_under_way_or_told_of() -> None:
    assert set(OfferState) == rules.UNDER_WAY | rules.TOLD
    assert rules.TOLD >= rules.CONCLUDED


def test_the_code_is_the_links_own_and_nobody_elses() -> None:
    link, key = UUID(int=7), "k" * 32
    code = rules.code_of(key, link)
    assert (len(code), code.isdecimal()) == (rules.CODE_DIGITS, True)
    assert code == "449076", "the same each time, from one version to the next: it is kept nowhere, and was told"
    others = {rules.code_of(key, UUID(int=n)) for n in range(50)}
    assert len(others) > 45
    assert rules.code_of("j" * 32, link) != code, "the control: it follows from the service's secret"


@pytest.mark.parametrize(
    ("typed", "is_it"),
    [("123456", True), ("123 456", True), (" 1234 56\n", True), ("123457", False), ("", False), ("١٢٣٤٥٦", False)],
)
def test_a_code_is_typed_with_blanks_or_without(typed: str, is_it: bool) -> None:
    assert rules.is_code(typed, "123456") == is_it


ME, OTHER = uuid4(), uuid4()
MOMENT = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
AGES = rules.ADDRESS_AGES


@pytest.mark.parametrize(
    ("answered_by", "link_sent_by", "address_by", "address_at", "own"),
    [
        (None, OTHER, OTHER, MOMENT, None),
        (OTHER, None, None, None, None),
        (ME, ME, ME, MOMENT, OwnHand.ANSWERED),
        (None, ME, OTHER, MOMENT, OwnHand.SENT),
        (OTHER, ME, None, None, OwnHand.SENT),
        (None, OTHER, ME, MOMENT, OwnHand.ADDRESSED),
        (None, OTHER, ME, MOMENT - AGES + dt.timedelta(seconds=1), OwnHand.ADDRESSED),
        (None, OTHER, ME, MOMENT - AGES, None),
        (None, None, None, None, None),  # a link that was sent before this was kept
    ],
)
def test_who_had_a_hand_in_the_groups_answer_does_not_approve_for_drc(
    answered_by: UUID | None,
    link_sent_by: UUID | None,
    address_by: UUID | None,
    address_at: dt.datetime | None,
    own: OwnHand | None,
) -> None:
    whose = {"answered_by": answered_by, "link_sent_by": link_sent_by, "address_by": address_by}
    assert rules.own_hand(ME, MOMENT, **whose, address_at=address_at) is own


@pytest.mark.parametrize(
    ("given_on", "months", "term", "last"),
    [
        (dt.date(2026, 11, 30), 3, Days(-100, None), dt.date(2027, 2, 28)),
        (dt.date(2026, 11, 30), 0, Days(-100, None), dt.date(2026, 11, 30)),
        (dt.date(2026, 11, 1), 3, Days(-100, 20), TODAY + dt.timedelta(days=20)),
        (dt.date(2026, 11, 1), 0, Days(60, None), TODAY + dt.timedelta(days=60)),
    ],
)
def test_notice_ends_it_with_a_month(given_on: dt.date, months: int, term: Days, last: dt.date) -> None:
    assert rules.last_day_of(given_on, months, term) == last


@pytest.mark.parametrize(
    ("term", "state", "after", "expected"),
    [
        (Days(-9, None), OfferState.CONCLUDED, None, None),
        (Days(-9, 5), OfferState.CONCLUDED, None, Standing(StandingState.ENDS_EARLY, Days(-9, 5).ends_on)),
        (Days(9, None), OfferState.CONCLUDED, None, None),
        (Days(-9, 9), OfferState.TERMINATED, None, Standing(StandingState.UNDER_NOTICE, Days(-9, 9).ends_on)),
        (Days(-9, -1), OfferState.TERMINATED, None, Standing(StandingState.OVER, Days(-9, -1).ends_on)),
        (Days(-9, 0), OfferState.TERMINATED, None, Standing(StandingState.UNDER_NOTICE, TODAY)),  # its last day
        (Days(-9, 3), OfferState.CONCLUDED, Days(4, None), None),
        (Days(-9, None), OfferState.CONCLUDED, Days(0, None), Standing(StandingState.SUPERSEDED, TODAY, "n")),
        (
            Days(-9, -1),
            OfferState.CONCLUDED,
            Days(4, None),
            Standing(StandingState.SUPERSEDED, Days(4, None).starts_on, "n"),
        ),
        (Days(-9, -1), OfferState.CONCLUDED, Days(0, None), Standing(StandingState.SUPERSEDED, TODAY, "n")),
    ],
)
def test_how_it_stands_on_a_day(term: Days, state: OfferState, after: Days | None, expected: Standing | None) -> None:
    assert rules.how_it_stands(Days(-9, None), term, state, TODAY, after, "n") == expected


@pytest.mark.parametrize(
    ("agreed", "term", "state", "last", "longer"),
    [
        (Days(0, None), Days(0, None), OfferState.CONCLUDED, None, False),
        (Days(0, 9), Days(0, 9), OfferState.CONCLUDED, TODAY, False),
        (Days(0, 9), Days(0, 3), OfferState.CONCLUDED, TODAY + dt.timedelta(days=9), False),
        (Days(0, 9), Days(0, 9), OfferState.CONCLUDED, TODAY + dt.timedelta(days=10), True),
        (Days(0, 9), Days(0, 9), OfferState.CONCLUDED, None, True),
        (Days(0, None), Days(0, 3), OfferState.TERMINATED, None, True),
        (Days(0, None), Days(0, 3), OfferState.TERMINATED, TODAY, False),
    ],
)
def test_nobody_prolongs_what_the_paper_or_a_notice_ends(
    agreed: Days, term: Days, state: OfferState, last: dt.date | None, longer: bool
) -> None:
    assert rules.prolongs(agreed, term, state, last) == longer


def test_what_is_typed_one_a_line_has_no_blank_lines() -> None:
    assert rules.lines_of("  en \n\n \t\nto\n") == ["en", "to"]
