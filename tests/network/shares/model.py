"""Who may see what of the network, said once more in the plainest way: lists, days and sets, and nothing of the service's own rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

PRESENT = {"network", "all_groups"}
OPENED_BY = {
    "activities": PRESENT,
    "contact": PRESENT,
    "figures": {"figures"},
    "capacity": {"offers_across", "capacity"},
}


@dataclass
class Consented:
    """One consent of a group, by a share: to what, from when, until when."""

    group: str
    shows: set[str]
    first: dt.date
    after: dt.date | None = None

    def stop(self, day: dt.date) -> None:
        """Let it hold no longer than until a day."""
        if self.after is None or self.after > day:
            self.after = max(day, self.first)


@dataclass
class Shared:
    """A group or the network that was offered to a municipality."""

    code: str
    group: str | None  # None: the network
    shows: set[str]
    first: dt.date
    after: dt.date | None
    state: str = "offered"
    tells: bool = False
    consents: list[Consented] = field(default_factory=list)

    def open_on(self, day: dt.date) -> bool:
        """Whether it is offered or accepted, and its days are not over."""
        return self.state in ("offered", "accepted") and (self.after is None or self.after > day)


@dataclass
class Model:
    """The world as far as sight goes. `scopes` says what each municipality's agreement in force opens; None: there is none."""

    today: dt.date
    scopes: dict[str, set[str] | None]
    shares: list[Shared] = field(default_factory=list)

    def _runs(self, share: Shared) -> bool:
        if share.state != "accepted" or not self._holds(share.first, share.after):
            return False
        scope = self.scopes[share.code]
        return scope is not None and bool(scope & PRESENT)

    def _holds(self, first: dt.date, after: dt.date | None) -> bool:
        return first <= self.today and (after is None or self.today < after)

    def sees(self, code: str) -> dict[str, set[str]]:
        """The groups that a municipality sees, and what of each besides that it is there."""
        found: dict[str, set[str]] = {}
        for share in self.shares:
            if share.code != code or not self._runs(share):
                continue
            for consent in share.consents:
                if self._holds(consent.first, consent.after):
                    scope = self.scopes[code] or set()
                    shown = {aspect for aspect in consent.shows if scope & OPENED_BY[aspect]}
                    found[consent.group] = found.get(consent.group, set()) | shown
        return found

    def sees_the_network(self, code: str) -> bool:
        """Whether a municipality sees that there is the network."""
        return any(share.group is None and share.code == code and self._runs(share) for share in self.shares)

    def neighbours(self, code: str, group: str) -> set[str]:
        """The other municipalities that one knows share a group: both sides must say so."""
        telling = {
            share.code
            for share in self.shares
            if share.tells
            and self._runs(share)
            and any(c.group == group and self._holds(c.first, c.after) for c in share.consents)
        }
        return telling - {code} if code in telling else set()

    def a_day_passes(self) -> None:
        """Everything is a day nearer, or a day longer ago."""
        day = dt.timedelta(days=1)
        terms: list[Consented | Shared] = [consent for share in self.shares for consent in share.consents]
        for term in (*self.shares, *terms):
            term.first, term.after = term.first - day, term.after and term.after - day
