"""Where the lines of the Monday list come from: for each kind one SELECT of municipality_code, day, subject and note, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Date, Select, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from service.agreements.models import Agreement
from service.agreements.rules import State
from service.checkins.models import CheckIn
from service.cooperation import queries as cooperation
from service.cooperation.models import CooperationAgreement
from service.cooperation.rules import ENDS_WITHIN
from service.declarations.models import Declaration
from service.drift.models import DriftFinding, DriftPaper
from service.drift.rules import Finding
from service.duties import queries as due
from service.duties.models import OwedDuty
from service.duties.rules import Side
from service.needs import queries as need_queries
from service.needs.models import CapacityMove, Need
from service.needs.rules import MoveState
from service.needs.rules import State as NeedState
from service.networks.models import Group, GroupArea, GroupStatusChange
from service.networks.rules import GroupStatus
from service.notices.models import Notice
from service.posters import queries as posters
from service.posters.models import Poster
from service.rounds.models import SetAside
from service.shares.models import Share
from service.shares.rules import ShareState
from service.statements.models import Statement
from service.volunteers import queries as volunteers
from service.volunteers.models import Volunteer, VolunteerRole
from service.volunteers.rules import NOTICE
from service.work import leases
from tenants.calendar import first_of, month_after
from tenants.models import ScopePeriod
from tenants.reach import present

Lines = Select[str, dt.date, str, str]
PATIENCE = dt.timedelta(days=14)  # so long an offer waits before it is a line
CHECKIN_MONTHS = 2  # how far back a check-in that nobody answered is asked for
DENMARK = "Europe/Copenhagen"


def _four(code: Any, day: Any, subject: Any, note: Any) -> Lines:
    return select(
        cast(code, String).label("municipality_code"),
        cast(day, Date).label("day"),
        cast(subject, String).label("subject"),
        cast(note, String).label("note"),
    )


def _danish_day(moment: Any) -> Any:
    return cast(func.timezone(DENMARK, moment), Date)


# What the rounds have set aside


def set_aside(_today: dt.date) -> Lines:
    """The steps of unattended work that are set aside in a municipality."""
    return _four(
        SetAside.municipality_code,
        _danish_day(SetAside.since),
        SetAside.step,
        func.concat(SetAside.step, ":", SetAside.cause),
    )


# Statements and papers


def failed_statements(_today: dt.date) -> Lines:
    """The statements that were given up."""
    month = func.to_char(Statement.month, "YYYY-MM")
    asked = _four(Statement.municipality_code, _danish_day(Statement.asked_at), month, month)
    return asked.where(Statement.work_state == leases.FAILED)


def failed_agreements(_today: dt.date) -> Lines:
    """The agreements whose paper could not be made."""
    made = _four(Agreement.municipality_code, _danish_day(Agreement.created_at), Agreement.id, Agreement.number)
    return made.where(Agreement.work_state == leases.FAILED, Agreement.state == State.PREPARING)


def failed_drift_papers(_today: dt.date) -> Lines:
    """The papers for meetings that could not be made."""
    asked = _four(DriftPaper.municipality_code, DriftPaper.issued_on, DriftPaper.id, DriftPaper.number)
    return asked.where(DriftPaper.work_state == leases.FAILED)


def failed_posters(_today: dt.date) -> Lines:
    """The posters that could not be made."""
    asked = _four(Poster.municipality_code, _danish_day(Poster.asked_at), Poster.activity_id, literal(""))
    return asked.where(Poster.work_state == leases.FAILED, posters.latest())


def failed_mails(_today: dt.date) -> Lines:
    """How many mails did not reach whom they are for, by municipality. Nobody's address."""
    first = func.min(_danish_day(Notice.created_at))
    given_up = _four(Notice.municipality_code, first, Notice.municipality_code, func.count())
    return given_up.where(Notice.work_state == leases.FAILED).group_by(Notice.municipality_code)


# Agreements


def agreements(state: State) -> Lines:
    """The agreements in a state that no later one has taken the place of."""
    later = aliased(Agreement)
    newer = select(later.id).where(
        later.municipality_code == Agreement.municipality_code, later.created_at > Agreement.created_at
    )
    made = _four(Agreement.municipality_code, _danish_day(Agreement.created_at), Agreement.id, Agreement.number)
    return made.where(Agreement.state == state, ~newer.exists())


def endings(today: dt.date) -> Lines:
    """The partnerships that end within 90 days and that nothing follows or is about to."""
    underway = select(Agreement.id).where(
        Agreement.municipality_code == ScopePeriod.municipality_code,
        Agreement.state.in_((State.PREPARING, State.OFFERED, State.ACCEPTED)),
    )
    last = func.max(ScopePeriod.valid_to)
    ends = _four(ScopePeriod.municipality_code, last - 1, ScopePeriod.municipality_code, literal(""))
    return (
        ends.where(ScopePeriod.valid_to > today, ~underway.exists())
        .group_by(ScopePeriod.municipality_code)
        .having(last <= today + ENDS_WITHIN)
    )


# Shares, duties, drift


def waiting_shares(today: dt.date) -> Lines:
    """The shares that a municipality has not answered for a while."""
    offered = _danish_day(Share.offered_at)
    waiting = _four(Share.municipality_code, offered, Share.id, Share.title)
    return waiting.where(Share.state == ShareState.OFFERED, offered <= today - PATIENCE)


def overdue(*sides: Side) -> Callable[[dt.date], Lines]:
    """What is overdue of what those sides have promised."""

    def lines(today: dt.date) -> Lines:
        said = func.concat(OwedDuty.kind, ":", OwedDuty.title)
        late = _four(OwedDuty.municipality_code, OwedDuty.due_on, OwedDuty.id, said)
        return late.where(*due.overdue_ones(today), OwedDuty.side.in_(sides))

    return lines


def drift(*kinds: Finding) -> Callable[[dt.date], Lines]:
    """What has drifted in those ways."""

    def lines(_today: dt.date) -> Lines:
        found = _four(DriftFinding.municipality_code, DriftFinding.found_on, DriftFinding.id, DriftFinding.subject)
        return found.where(DriftFinding.kind.in_(kinds))

    return lines


# Check-ins, certificates and declarations


def unanswered_checkins(today: dt.date) -> Lines:
    """The check-ins of the last months that nobody has answered, once their month is over."""
    over = func.date(CheckIn.month + func.make_interval(0, 1))
    first = first_of(today)
    return _four(CheckIn.municipality_code, over, CheckIn.id, CheckIn.group_name).where(
        CheckIn.answered_at.is_(None), CheckIn.month < first, CheckIn.month >= month_after(first, -CHECKIN_MONTHS)
    )


def failed_checkins(_today: dt.date) -> Lines:
    """The check-ins whose sessions could not be recorded."""
    asked = _four(CheckIn.municipality_code, _danish_day(CheckIn.asked_at), CheckIn.id, CheckIn.group_name)
    return asked.where(CheckIn.work_state == leases.FAILED)


def due_certificates(today: dt.date) -> Lines:
    """How many child certificates are missing or expire soon, by the municipality that their groups are at home in. Nobody's name."""
    until, soon = Volunteer.verified_until, today + dt.timedelta(days=NOTICE)
    count = func.count(Volunteer.id.distinct())
    return (
        _four(
            GroupArea.municipality_code,
            func.min(func.coalesce(until, VolunteerRole.valid_from)),
            GroupArea.municipality_code,
            count,
        )
        .join(VolunteerRole, VolunteerRole.group_id == GroupArea.group_id)
        .join(Volunteer, Volunteer.id == VolunteerRole.volunteer_id)
        .where(
            GroupArea.home.is_(True),
            volunteers.on(today),
            volunteers.calling(),
            or_(until.is_(None), until <= soon),
        )
        .group_by(GroupArea.municipality_code)
    )


def without_cooperation(today: dt.date) -> Lines:
    """The active groups that no cooperation agreement holds for: since the last one ended, or where none was since they are here."""
    row, step = CooperationAgreement, GroupStatusChange
    last = select(func.max(row.ends_on)).where(row.group_id == Group.id, row.starts_on <= today).scalar_subquery()
    first = select(func.min(step.valid_from)).where(step.group_id == Group.id).scalar_subquery()
    held = select(row.id).where(row.group_id == Group.id, cooperation.holding(today))
    since = func.coalesce(last, first, today)
    lacking = _four(GroupArea.municipality_code, since, Group.id, Group.name).join(
        Group, Group.id == GroupArea.group_id
    )
    return lacking.where(GroupArea.home.is_(True), Group.status == GroupStatus.ACTIVE, ~held.exists())


def ending_cooperation(today: dt.date) -> Lines:
    """The cooperation agreements of active groups that end within 90 days and that nothing follows."""
    row, next_one = CooperationAgreement, aliased(CooperationAgreement)
    later = select(next_one.id).where(next_one.group_id == row.group_id, next_one.starts_on > row.starts_on)
    ends = _four(GroupArea.municipality_code, row.ends_on, Group.id, Group.name)
    return (
        ends.join(Group, Group.id == GroupArea.group_id)
        .join(row, row.group_id == Group.id)
        .where(
            GroupArea.home.is_(True),
            Group.status == GroupStatus.ACTIVE,
            cooperation.holding(today),
            row.ends_on <= today + ENDS_WITHIN,
            ~later.exists(),
        )
    )


def unconfirmed_declarations(today: dt.date) -> Lines:
    """The yearly declarations that a group has been asked for and has not confirmed."""
    asked = _danish_day(Declaration.asked_at)
    waiting = _four(Declaration.municipality_code, asked, Declaration.id, Declaration.group_name)
    return waiting.where(Declaration.confirmed_at.is_(None), asked <= today - PATIENCE)


def failed_declarations(_today: dt.date) -> Lines:
    """The declarations whose paper could not be made."""
    asked = _four(
        Declaration.municipality_code, _danish_day(Declaration.asked_at), Declaration.id, Declaration.group_name
    )
    return asked.where(Declaration.work_state == leases.FAILED)


# Needs and moves


def unanswered_needs(_today: dt.date) -> Lines:
    """The needs that nothing answers."""
    waiting = _four(Need.municipality_code, _danish_day(Need.said_at), Need.id, _counted(Need))
    lacking = need_queries.needs(present().codes, NeedState.OPEN).with_only_columns(Need.id)
    return waiting.where(Need.id.in_(lacking))


def _counted(model: Any) -> Any:
    return func.concat(model.kind, ":", model.number)


def moves_to_answer(_today: dt.date) -> Lines:
    """The moves that somebody else proposed and that wait for the present person's yes, by the municipality of the group."""
    codes, me = present().codes, present().person_id
    served = (
        select(GroupArea.group_id, func.min(GroupArea.municipality_code).label("code"))
        .where(GroupArea.municipality_code.in_(codes))
        .group_by(GroupArea.group_id)
        .subquery()
    )
    proposed = _four(served.c.code, _danish_day(CapacityMove.proposed_at), CapacityMove.id, _counted(CapacityMove))
    return proposed.where(
        served.c.group_id == CapacityMove.group_id,
        CapacityMove.state == MoveState.PROPOSED,
        CapacityMove.proposed_by.is_distinct_from(me) if me else literal(True),
    )


def moves_proposed(_today: dt.date) -> Lines:
    """The moves that wait for a consultant of another territory."""
    me = present().person_id
    mine = select(GroupArea.group_id).where(GroupArea.municipality_code.in_(present().codes))
    proposed = _four(
        CapacityMove.municipality_code, _danish_day(CapacityMove.proposed_at), CapacityMove.id, _counted(CapacityMove)
    )
    others = CapacityMove.group_id.not_in(mine)
    return proposed.where(
        CapacityMove.state == MoveState.PROPOSED, or_(others, CapacityMove.proposed_by == me) if me else others
    )


def moves_to_give_back(_today: dt.date) -> Lines:
    """What was agreed for a need that has been withdrawn."""
    agreed = _four(
        CapacityMove.municipality_code, _danish_day(CapacityMove.proposed_at), CapacityMove.id, _counted(CapacityMove)
    )
    withdrawn = and_(Need.municipality_code == CapacityMove.municipality_code, Need.id == CapacityMove.need_id)
    return agreed.join(Need, withdrawn).where(CapacityMove.state == MoveState.AGREED, Need.state == NeedState.WITHDRAWN)
