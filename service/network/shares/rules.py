"""Shares: how far one has come, and who sees what by it. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from tenants.scope import Capability


class Aspect(StrEnum):
    """A part of a group that a share can show. Presence is in every share."""

    PRESENCE = "presence"
    ACTIVITIES = "activities"
    FIGURES = "figures"
    CONTACT = "contact"
    CAPACITY = "capacity"


CHOSEN = (Aspect.ACTIVITIES, Aspect.FIGURES, Aspect.CONTACT, Aspect.CAPACITY)  # what a share may add to presence

# What the scope in force must open for each: one of these.
NEEDS_ONE_OF: dict[Aspect, frozenset[Capability]] = {
    Aspect.PRESENCE: frozenset({Capability.NETWORK, Capability.ALL_GROUPS}),
    Aspect.ACTIVITIES: frozenset({Capability.NETWORK, Capability.ALL_GROUPS}),
    Aspect.CONTACT: frozenset({Capability.NETWORK, Capability.ALL_GROUPS}),
    Aspect.FIGURES: frozenset({Capability.FIGURES}),
    Aspect.CAPACITY: frozenset({Capability.OFFERS_ACROSS, Capability.CAPACITY}),
}


class ShareState(StrEnum):
    """How far a share has come."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class ShareStanding(StrEnum):
    """What a share is today, its days taken into account."""

    OFFERED = "offered"
    AHEAD = "ahead"
    RUNNING = "running"
    OVER = "over"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ShareTerm:
    """Some days: from one, included, until another, not included; None is without end."""

    valid_from: dt.date
    valid_to: dt.date | None

    def holds(self, day: dt.date) -> bool:
        """Whether the day lies within."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def standing(state: ShareState, term: ShareTerm, today: dt.date) -> ShareStanding:
    """What a share is today."""
    match state:
        case ShareState.OFFERED:
            return ShareStanding.OFFERED
        case ShareState.DECLINED:
            return ShareStanding.DECLINED
        case ShareState.WITHDRAWN:
            return ShareStanding.WITHDRAWN
        case ShareState.ENDED:
            return ShareStanding.OVER
    if today < term.valid_from:
        return ShareStanding.AHEAD
    return ShareStanding.RUNNING if term.holds(today) else ShareStanding.OVER


def opened(shows: Collection[str], capabilities: Collection[Capability]) -> frozenset[Aspect]:
    """What a municipality sees of a group by a share that runs, when its scope in force opens `capabilities`.

    Nothing at all where the scope does not open the presence of groups. PostgreSQL decides the same (`models.SIGHT`), and a
    property test holds the two together.
    """
    if NEEDS_ONE_OF[Aspect.PRESENCE].isdisjoint(capabilities):
        return frozenset()
    wanted = {Aspect.PRESENCE, *(Aspect(show) for show in shows)}
    return frozenset(aspect for aspect in wanted if not NEEDS_ONE_OF[aspect].isdisjoint(capabilities))


class Why(StrEnum):
    """Why a municipality sees a group, or why it does not: the first that holds."""

    NOT_ANSWERED = "not_answered"
    REFUSED = "refused"  # declined, withdrawn or ended
    NOT_YET = "not_yet"
    OVER = "over"
    NO_CONSENT = "no_consent"  # the share runs, the group's consent does not
    NO_SCOPE = "no_scope"  # no agreement is in force
    SCOPE_CLOSED = "scope_closed"  # the agreement in force opens no network
    SEEN = "seen"


def why(
    share: ShareStanding, consent: ShareTerm | None, capabilities: Collection[Capability] | None, today: dt.date
) -> Why:
    """Why a group is seen by a share, or is not. `capabilities` are those of the scope in force, None where none is."""
    match share:
        case ShareStanding.OFFERED:
            return Why.NOT_ANSWERED
        case ShareStanding.DECLINED | ShareStanding.WITHDRAWN:
            return Why.REFUSED
        case ShareStanding.AHEAD:
            return Why.NOT_YET
        case ShareStanding.OVER:
            return Why.OVER
    if consent is None or not consent.holds(today):
        return Why.NO_CONSENT
    if capabilities is None:
        return Why.NO_SCOPE
    return Why.SEEN if opened((), capabilities) else Why.SCOPE_CLOSED
