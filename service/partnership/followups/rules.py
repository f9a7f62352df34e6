"""What is followed up of an agreement by numbers that DRC tells, what may be told, and how it stands. Plain values in and out.

An earmark is so much for one purpose in a calendar year, and what is told of it is what was used by a day. A target that the service
cannot count is told once its year is over, and of people never a number from 1 to 4 (k = 5): told in the course of the year, two numbers
would tell by their difference of a few.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.partnership.catalogue.rules import Counted
from tenants.scope import Scope

K = 5  # the least number of people that is told, as of what is counted (`service.activity.activities.disclosure`)


class FollowedKind(StrEnum):
    """What is followed up."""

    EARMARK = "earmark"
    TARGET = "target"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What is told of: an earmark by its purpose, or a target by its measure, in a year."""

    year: int
    kind: FollowedKind
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """What was told last: øre or a number, by which day, and where it is from."""

    amount: int
    as_of: dt.date
    words: str


@dataclass(frozen=True, slots=True)
class Followed:
    """What was agreed of something, in øre or as a number; the last day that counts; and what was told of it, None where nothing was."""

    subject: Subject
    agreed: int
    until: dt.date
    told: Told | None = None

    @property
    def left(self) -> int | None:
        """What is left: less than nothing where more was used, None before anything was told."""
        return None if self.told is None else self.agreed - self.told.amount


def followed(
    agreements: Iterable[tuple[Scope, dt.date]], counted: Mapping[str, Counted], told: Mapping[Subject, Told]
) -> list[Followed]:
    """What is followed up of agreements, each with the last day on which it is in force, the earliest first: a later one says it anew."""
    found: dict[Subject, Followed] = {}
    for scope, last in agreements:
        agreed: dict[Subject, int] = {}
        for subject, amount in _agreed(scope, counted):
            if subject.year <= last.year:
                agreed[subject] = agreed.get(subject, 0) + amount
        for subject, amount in agreed.items():
            until = min(dt.date(subject.year, 12, 31), last)
            found[subject] = Followed(subject, amount, until, told.get(subject))
    return [found[subject] for subject in sorted(found)]


def _agreed(scope: Scope, counted: Mapping[str, Counted]) -> Iterable[tuple[Subject, int]]:
    paid = [amount.year for amount in scope.payment.amounts]
    for earmark in scope.payment.earmarks:
        for year in paid if earmark.year is None else [earmark.year]:
            yield Subject(year, FollowedKind.EARMARK, earmark.purpose), earmark.ore
    for target in scope.targets:
        if counted.get(target.measure) is Counted.TOLD:
            yield Subject(target.year, FollowedKind.TARGET, target.measure), target.value


class TellingFault(StrEnum):
    """Why something cannot be told."""

    TO_COME = "to_come"  # the day has not come
    BEFORE = "before"  # the day lies before the year
    TOO_EARLY = "too_early"  # the year of the target is not over
    SMALL = "small"  # so few people that the number is not shown


def fault(one: Followed, amount: int, as_of: dt.date, today: dt.date, fewest: int = K) -> TellingFault | None:
    """Why a number cannot be told of something on a day; None where it can. `fewest` is the least number of people that is shown."""
    if as_of > today:
        return TellingFault.TO_COME
    if as_of.year < one.subject.year:
        return TellingFault.BEFORE
    if one.subject.kind is FollowedKind.TARGET:
        if as_of < one.until or today <= one.until:
            return TellingFault.TOO_EARLY
        if 0 < amount < max(K, fewest):
            return TellingFault.SMALL
    return None
