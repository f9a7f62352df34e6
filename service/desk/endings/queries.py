"""What follows when an agreement ends on a day, put together from all that stands on it, as whoever asks may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.activity.activities import queries as activities
from service.activity.activities.models import Activity
from service.network.networks import queries as networks
from service.network.shares import queries as shares
from service.partnership.agreements import queries as agreements
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.settling import Payments, Settlement, balance, payments
from service.partnership.duties.rules import Owed, owed
from service.partnership.partnerships import queries as drafts
from service.platform.people import queries as people
from tenants.calendar import month_after
from tenants.database import db
from tenants.scope import AgreedActivity, Capability, Scope, Target

AHEAD_MONTHS = 12  # how far after the last day the calendar is read
MAX_PEOPLE = 200
MAX_SHOWN = 100  # of duties and instalments that fall away: more than a term has of one kind


@dataclass(frozen=True, slots=True)
class PlannedOn:
    """An activity that is planned after the last day: how many times, and when first."""

    activity: Activity
    times: int
    first: dt.date


@dataclass(frozen=True, slots=True)
class Simulation:
    """What follows when an agreement ends on a day instead of on `until`."""

    last: dt.date
    until: dt.date
    closes: Sequence[Capability]
    people: int  # who act for the municipality and can sign in
    groups: Sequence[str]  # that the municipality sees now, by name
    planned: Sequence[PlannedOn]
    payments: Mapping[Settlement, Payments]
    balance: int
    duties: Sequence[Owed]
    targets: Sequence[Target]

    @property
    def times(self) -> int:
        """How many times activities are planned after the last day, within a year."""
        return sum(each.times for each in self.planned)

    @property
    def fallen_ore(self) -> int:
        """How much falls due after the last day."""
        return sum(each.ore for each in self.payments[Settlement.FALLS_AWAY].fallen)


def simulation(agreement: Agreement, last: dt.date, today: dt.date, *, drc: bool) -> Simulation:
    """What follows when an agreement that is in force, or to be, ends on a day."""
    code, scope = agreement.municipality_code, Scope.from_plain(agreement.stored_scope)
    runs = agreements.validities([agreement], today).get(agreement.id)
    until = runs.last_day if runs else scope.ends_on
    groups = networks.names(shares.in_sight(code, scope.capabilities, today))
    return Simulation(
        last=last,
        until=until,
        closes=[each for each in Capability if scope.allows(each)],
        people=len(people.members(code, today, None, MAX_PEOPLE).items),
        groups=sorted(groups.values()),
        planned=_planned(code, None if drc else scope, last),
        payments={each: payments(agreement.term, last, each) for each in Settlement},
        balance=balance(agreement.term, last),
        duties=[each for each in owed(scope) if last < each.due_on <= until][:MAX_SHOWN],
        targets=[each for each in scope.targets if last < dt.date(each.year, 12, 31) and last < until],
    )


def _planned(code: str, scope: Scope | None, last: dt.date) -> list[PlannedOn]:
    """What is planned after a day, within a year, while nothing else that is concluded is in force."""
    first, after = last + dt.timedelta(days=1), month_after(last.replace(day=1), AHEAD_MONTHS + 1)
    following = [each for each in agreements.running(code, first) if each.first > last]
    seen = activities.activities_in_sight(None if scope is None else {code: scope})
    rows = db.session.scalars(seen.where(Activity.municipality_code == code)).all()
    found: list[PlannedOn] = []
    times = activities.times_of(rows, first, after)
    for row in rows:
        days = sorted(time.day for time in times[row.id] if not any(each.has(time.day) for each in following))
        if days:
            found.append(PlannedOn(row, len(days), days[0]))
    return sorted(found, key=lambda each: (each.first, each.activity.name))


def groups_to_tell(planned: Sequence[PlannedOn]) -> dict[UUID, str]:
    """The groups, within sight, that run what is planned."""
    return networks.names({each.activity.group_id for each in planned if each.activity.group_id})


@dataclass(frozen=True, slots=True)
class StepDown:
    """What a draft closes of what is open now: capabilities, and activities that are no longer agreed."""

    capabilities: Sequence[Capability]
    activities: Sequence[AgreedActivity]


def step_down(agreement: Agreement) -> StepDown | None:
    """What the municipality's draft closes of an agreement; None without one that is whole."""
    draft = drafts.draft(agreement.municipality_code)
    meant = Scope.readable(draft.stored_scope) if draft and draft.stored_scope else None
    if meant is None:
        return None
    scope = Scope.from_plain(agreement.stored_scope)
    kept = {each.activity_type for each in meant.activities}
    return StepDown(
        [each for each in Capability if scope.allows(each) and not meant.allows(each)],
        [each for each in scope.activities if each.activity_type not in kept],
    )
