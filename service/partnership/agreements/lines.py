"""Agreements that wait, fail or end, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, DateTime, Integer, and_, case, cast, func, literal, select
from sqlalchemy.orm import aliased

from service.partnership.agreements import end_queries
from service.partnership.agreements.models import Agreement, AgreementEnd, ApprovalCertificate
from service.partnership.agreements.queries import followed, underway
from service.partnership.agreements.rules import ENDS_WITHIN, AgreementState, EndState, Party
from service.partnership.agreements.validity import ENDED
from service.platform.lines import Line, LineGroup, Lines, TaskSource, Words, danish_day, four, here, plain, this
from service.platform.work import leases
from tenants.models import ScopePeriod

ADDENDUM = "addendum"
WHAT = case((Agreement.amends_id.is_not(None), ADDENDUM), else_="agreement")  # the note of a line that is about either


def either(agreement: Any, addendum: Any) -> Callable[[Line, Words], Any]:
    """A sentence of an agreement's own, or of an addendum's."""
    return lambda line, words: plain(addendum if line.note == ADDENDUM else agreement)(line, words)


def failed(_today: dt.date) -> Lines:
    """The agreements whose paper could not be made."""
    made = four(Agreement.municipality_code, danish_day(Agreement.created_at), Agreement.id, WHAT)
    return made.where(Agreement.work_state == leases.FAILED, Agreement.state == AgreementState.PREPARING)


def in_state(state: AgreementState) -> Lines:
    """The agreements in a state that no later one has taken the place of."""
    later = aliased(Agreement)
    newer = select(later.id).where(
        later.municipality_code == Agreement.municipality_code, later.created_at > Agreement.created_at
    )
    made = four(Agreement.municipality_code, danish_day(Agreement.created_at), Agreement.id, WHAT)
    return made.where(Agreement.state == state, ~newer.exists())


def noticed(today: dt.date) -> Lines:
    """The agreements that end before their term, until their last day, while nothing follows or is about to."""
    follows = select(ScopePeriod.id).where(
        ScopePeriod.municipality_code == Agreement.municipality_code, ScopePeriod.valid_from > Agreement.starts_on
    )
    ends = four(Agreement.municipality_code, Agreement.ends_on, Agreement.id, Agreement.number)
    return ends.where(
        Agreement.state.in_(ENDED),
        Agreement.ends_on >= today,
        ~follows.exists(),
        ~underway(Agreement.municipality_code),
    )


def ends_proposed(*parties: Party) -> Callable[[dt.date], Lines]:
    """The ends that those parties have proposed, and that the other has not answered."""

    def lines(today: dt.date) -> Lines:
        made = four(AgreementEnd.municipality_code, AgreementEnd.last_day, AgreementEnd.agreement_id, Agreement.number)
        return (
            end_queries.ends_proposed(today)
            .with_only_columns(*made.selected_columns)
            .where(AgreementEnd.party.in_(parties))
        )

    return lines


def end_failed(_today: dt.date) -> Lines:
    """The ends whose paper could not be made."""
    made = four(AgreementEnd.municipality_code, AgreementEnd.last_day, AgreementEnd.agreement_id, literal(""))
    return made.where(AgreementEnd.work_state == leases.FAILED, AgreementEnd.state == EndState.FINAL)


def certificate_failed(_today: dt.date) -> Lines:
    """The agreements whose approval certificate could not be made."""
    owed = ApprovalCertificate
    made = four(owed.municipality_code, danish_day(owed.owed_at), owed.agreement_id, WHAT)
    mine = and_(Agreement.municipality_code == owed.municipality_code, Agreement.id == owed.agreement_id)
    return made.join(Agreement, mine).where(owed.work_state == leases.FAILED)


def endings(today: dt.date) -> Lines:
    """The partnerships that end within 90 days, with their term, and that nothing follows or is about to."""
    by_notice = select(Agreement.id).where(
        Agreement.municipality_code == ScopePeriod.municipality_code,
        Agreement.id == ScopePeriod.agreement_id,
        Agreement.state.in_(ENDED),
    )
    last = func.max(ScopePeriod.valid_to)
    ends = four(ScopePeriod.municipality_code, last - 1, ScopePeriod.municipality_code, literal(""))
    return (
        ends.where(ScopePeriod.valid_to > today, ~by_notice.exists(), ~underway(ScopePeriod.municipality_code))
        .group_by(ScopePeriod.municipality_code)
        .having(last <= today + ENDS_WITHIN)
    )


def notice_days(today: dt.date) -> Lines:
    """The agreements in force whose last day of notice comes within 90 days, while nothing follows or is about to."""
    months = Agreement.stored_scope["notice_months"].astext
    readable = months.regexp_match("^[0-9]{1,2}$")  # what the code cannot read is told elsewhere, and spoils no list
    last = last_notice_day(Agreement.ends_on, case((readable, cast(months, Integer))))
    found = four(Agreement.municipality_code, last, Agreement.id, literal(""))
    return found.where(
        Agreement.state == AgreementState.CONCLUDED,
        Agreement.starts_on <= today,
        last.between(today, today + ENDS_WITHIN),
        ~followed(),
        ~underway(Agreement.municipality_code),
    )


def last_notice_day(ends_on: Any, notice_months: Any) -> Any:
    """`validity.last_notice_day` in SQL."""
    month = func.date_trunc("month", cast(ends_on, DateTime)) - func.make_interval(0, notice_months)
    return cast(month, Date) - 1


LINES = (
    TaskSource(
        "failed_agreements",
        LineGroup.FAILED,
        1,
        failed,
        _l("Agreements and addenda whose PDF could not be made"),
        either(
            _l("The PDF of the agreement offered on %(day)s could not be made"),
            _l("The PDF of the addendum offered on %(day)s could not be made"),
        ),
        _l("See why"),
        "agreements.agreement",
        this("agreement_id"),
    ),
    TaskSource(
        "failed_ends",
        LineGroup.FAILED,
        1,
        end_failed,
        _l("Notices whose PDF could not be made"),
        plain(_l("The PDF about the agreement that ends %(day)s could not be made")),
        _l("See why"),
        "agreements.agreement",
        this("agreement_id"),
    ),
    TaskSource(
        "failed_certificates",
        LineGroup.FAILED,
        1,
        certificate_failed,
        _l("Approval certificates whose PDF could not be made"),
        either(
            _l("The approval certificate of the agreement concluded on %(day)s could not be made"),
            _l("The approval certificate of the addendum concluded on %(day)s could not be made"),
        ),
        _l("See why"),
        "agreements.agreement",
        this("agreement_id"),
    ),
    TaskSource(
        "ends_proposed_to_drc",
        LineGroup.WAITS,
        2,
        ends_proposed(Party.MUNICIPALITY),
        _l("Agreements that the municipality proposes to end early"),
        plain(_l("The municipality proposes %(day)s as the last day")),
        _l("Read why, and answer"),
        "agreements.agreement",
        this("agreement_id"),
    ),
    TaskSource(
        "ends_proposed_by_drc",
        LineGroup.WAITS,
        5,
        ends_proposed(Party.DRC),
        _l("Agreements that DRC proposes to end early"),
        plain(_l("DRC has proposed %(day)s as the last day, awaits the municipality")),
        _l("See the agreement"),
        "agreements.agreement",
        this("agreement_id"),
    ),
    TaskSource(
        "accepted",
        LineGroup.WAITS,
        2,
        lambda _today: in_state(AgreementState.ACCEPTED),
        _l("Agreements and addenda that await DRC"),
        either(
            _l("The municipality has approved the agreement, DRC has yet to. Offered on %(day)s"),
            _l("The municipality has approved the addendum, DRC has yet to. Offered on %(day)s"),
        ),
        _l("Read and approve"),
        "agreements.agreement",
        this("agreement_id"),
    ),
    TaskSource(
        "declined",
        LineGroup.WAITS,
        3,
        lambda _today: in_state(AgreementState.DECLINED),
        _l("Agreements and addenda that were declined"),
        either(
            _l("The municipality has declined the agreement that was offered on %(day)s"),
            _l("The municipality has declined the addendum that was offered on %(day)s"),
        ),
        _l("Read why"),
        "agreements.agreement",
        this("agreement_id"),
    ),
    TaskSource(
        "offered",
        LineGroup.WAITS,
        6,
        lambda _today: in_state(AgreementState.OFFERED),
        _l("Agreements and addenda that await the municipality"),
        either(
            _l("The agreement was offered on %(day)s, awaits the municipality"),
            _l("The addendum was offered on %(day)s, awaits the municipality"),
        ),
        _l("See what was offered"),
        "agreements.agreement",
        this("agreement_id"),
    ),
    TaskSource(
        "noticed",
        LineGroup.ENDS,
        3,
        noticed,
        _l("Agreements that end before their term"),
        plain(_l("Ended before its term, the last day is %(day)s, nothing follows")),
        _l("Read why"),
        "agreements.agreement",
        this("agreement_id"),
    ),
    TaskSource(
        "endings",
        LineGroup.ENDS,
        4,
        endings,
        _l("Agreements that end within 90 days"),
        plain(_l("The agreement ends on %(day)s, nothing follows")),
        _l("Draft a new agreement"),
        "partnerships.draft",
        here,
    ),
    TaskSource(
        "notice_days",
        LineGroup.ENDS,
        5,
        notice_days,
        _l("Agreements whose last day of notice comes near"),
        plain(_l("The last day on which notice ends the agreement sooner is %(day)s")),
        _l("See the agreement"),
        "agreements.agreement",
        this("agreement_id"),
    ),
)
