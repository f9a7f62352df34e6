"""When a month's statement is made, looked at and released, which groups it waits for, and how far it has come.

Plain values in, plain values out. Decision 0074 says why it is so.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from uuid import UUID

from service.activity.activities.non_working_days import working_day, working_days
from service.activity.activities.rules import Included
from service.activity.checkins.rules import GroupAnswer, closes_on
from tenants.calendar import DENMARK, month_after

RELEASED_ON = 5  # the working day of the month after, on which what nobody has released goes out by itself
RELEASED_AT = dt.time(14)  # in Denmark: there is a working morning to look at what was made the night before
A_DAY = dt.timedelta(days=1)
MAX_WAIT_DAYS = 15  # how many working days ahead a statement can be let wait, at a time
MAX_NAMED = 8  # of the groups that have not reported: the statement is two pages


class Wait(StrEnum):
    """Why a consultant lets a statement wait. A choice and no text: the row is the municipality's."""

    GROUP = "group"  # a group is about to report
    FIGURE = "figure"  # a figure is being looked into
    AGREEMENT = "agreement"  # what was agreed is being cleared up
    OTHER = "other"


class StatementStage(StrEnum):
    """How far the statement of a municipality and month has come, in the order in which one hopes to see it."""

    FAILED = "failed"
    UNMADE = "unmade"  # none was made, and none is any more by itself: the month lies too far back
    AWAITED = "awaited"  # owed, and not made: groups may still answer
    HELD = "held"  # made, and held for the consultant's look
    RELEASED = "released"  # and a worker is about to issue it
    SENT = "sent"
    OPENED = "opened"  # by somebody of the municipality's


def waits_for_groups(month: dt.date, today: dt.date) -> bool:
    """Whether a month's statement still waits for groups that have not told all: up to the last day on which answers count."""
    return today <= closes_on(month)


def release_day(month: dt.date) -> dt.date:
    """The day on which a month's statement goes out by itself: the 5th working day of the month after.

    Where answers still count on that day, as where the 1st is a Monday, it is the first working day on which they do not.
    """
    return max(working_day(month_after(month), RELEASED_ON), next(working_days(closes_on(month) + A_DAY)))


def at_release_time(day: dt.date) -> dt.datetime:
    """The moment of a day at which what is held goes out."""
    return dt.datetime.combine(day, RELEASED_AT, DENMARK).astimezone(dt.UTC)


def released_from(month: dt.date) -> dt.datetime:
    """The moment from which a month's statement is no longer held, unless somebody releases it before or lets it wait."""
    return at_release_time(release_day(month))


def days_to_wait_for(today: dt.date) -> list[dt.date]:
    """The days until which a statement can be let wait."""
    return list(islice(working_days(today + A_DAY), MAX_WAIT_DAYS))


def covered(answers: Iterable[GroupAnswer], included: Included) -> list[GroupAnswer]:
    """Those of a municipality's groups whose activities its scope covers, with those alone: no other is counted in its figures."""
    if included.everything:
        return list(answers)
    types = [(each, tuple(kind for kind in each.types if kind in included.types)) for each in answers]
    return [replace(each, types=covered) for each, covered in types if covered]


@dataclass(frozen=True, slots=True)
class Reported:
    """How many of the groups that owe a month's figures have reported, and what those are called that have not."""

    groups: int
    reported: int
    missing: tuple[str, ...]

    @property
    def text(self) -> str:
        """The same in a Danish sentence or two."""
        said = f"{self.reported} af {self.groups} {'gruppe' if self.groups == 1 else 'grupper'} har indberettet."
        if not self.missing:
            return said
        more = len(self.missing) - MAX_NAMED
        named = [*self.missing[:MAX_NAMED], *([f"{more} til"] if more > 0 else [])]
        last = named.pop()
        return f"{said} Mangler: {' og '.join([', '.join(named), last] if named else [last])}."

    def to_plain(self) -> dict[str, object]:
        """As it is frozen in the facts of the paper."""
        return {"groups": self.groups, "reported": self.reported, "missing": list(self.missing), "text": self.text}


def reported(answers: Sequence[GroupAnswer], seen: Collection[UUID], types: Mapping[str, str]) -> Reported | None:
    """How many of these groups have reported; None where none owes anything.

    A group that the municipality does not see is told of by what it runs: `seen` are the groups that it sees, and `types` what the
    activity types are called.
    """
    if not answers:
        return None
    silent = [each for each in answers if not each.reported]
    unseen = Counter(types[each.types[0]].lower() for each in silent if each.group_id not in seen)
    missing = [each.group_name for each in silent if each.group_id in seen]
    missing += [f"{'en gruppe' if count == 1 else f'{count} grupper'} med {kind}" for kind, count in unseen.items()]
    return Reported(len(answers), len(answers) - len(silent), tuple(missing))


def progress(state: str, held: bool, opened: bool) -> StatementStage:
    """How far a statement has come that was made: by the state of its work, whether it is held, and whether its paper was opened."""
    if state == "done":
        return StatementStage.OPENED if opened else StatementStage.SENT
    return StatementStage.FAILED if state == "failed" else StatementStage.HELD if held else StatementStage.RELEASED
