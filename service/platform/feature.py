"""What a feature says that it has: values, and nothing that decides.

Each feature has a `feature.py` with its `FEATURE`, and `service/features.py` lists them. What the service offers is built from that
list and from nothing else. A name or a place belongs to one feature: two that claim the same stop the start. Where somebody sees an
order, each thing stands under its place in it, a number, the smaller first: there is no order of features that would suit everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Flask, current_app

from service.platform.keeping import Blankable, KeptData, Remnant, Retention, Trace
from service.platform.lines import TaskSource
from service.platform.work.waking import Wakeup
from tenants.scope import Capability

EXTENSION = "features"
Key = TypeVar("Key", int, str, Capability)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of unattended work that every round looks at, harmless to repeat.

    `do` is called in a transaction, within the reach of those it is to be done for: all municipalities at once where that goes
    well, and else one at a time. A step of the whole country is done once for all of them.
    """

    name: str
    do: Callable[[], Any]
    words: Any  # what it does, as one reads where it is set aside
    national: bool = False


@dataclass(frozen=True, slots=True)
class Resumed:
    """How work that stands still is shown, and set going again by a person."""

    word: str  # for it in an address
    name: Any
    about: Callable[[Any], str]  # what one of it is about
    wakeup: Callable[[Any], Wakeup]


@dataclass(frozen=True, slots=True)
class WorkKind:
    """A kind of work that is done under a lease: its rows, and since when one of them is wanted.

    When it is to be tried next says nothing of how long it waits. Where it is a person's own file, that person is shown how it goes.
    """

    name: str  # as monitors are told of it
    model: Any
    since: Any
    resumed: Resumed | None = None
    only: Any = None  # which of the rows are work


@dataclass(frozen=True, slots=True)
class MailKind:
    """A kind of mail that its reader can do without: one that asks for nothing to be done by them alone."""

    words: Any
    to_drc: bool = False  # to DRC's people, not to a municipality's


@dataclass(frozen=True, slots=True)
class MenuPlace:
    """A place in a menu: a page without anything in its address, or with the municipality."""

    label: Any
    endpoint: str
    capability: Capability | None = None  # it is there where the scope in force opens this


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What one feature has."""

    name: str  # its folder's
    pages: tuple[Blueprint, ...] = ()
    resources: Mapping[int, Any] = field(default_factory=dict)  # the API's blueprints, by place in its description
    orders: tuple[str, ...] = ()  # the endpoints by which somebody has a file or a paper made
    figures: tuple[str, ...] = ()  # the resources, by name, that a key which is for figures alone reads
    jobs: Mapping[str, Callable[..., object]] = field(default_factory=dict)  # by the name in a wakeup: never changed
    wakeups: Mapping[int, Step] = field(default_factory=dict)  # the wakeups for what waits, by place in a round
    steps: Mapping[int, Step] = field(default_factory=dict)  # what a round does once it has woken them, by place in it
    works: Mapping[int, WorkKind] = field(default_factory=dict)  # by place among what stands still
    alone: Mapping[str, Any] = field(default_factory=dict)  # what its jobs do that can be set aside, in words
    menu_of_drc: Mapping[int, MenuPlace] = field(default_factory=dict)
    menu_of_municipality: Mapping[int, MenuPlace] = field(default_factory=dict)
    opened: Mapping[Capability, str] = field(default_factory=dict)  # the page that the start page leads to for each
    # To open one of these pages is to use what of it the agreement opens. A route whose permit demands a capability counts for it
    # without standing here.
    uses: Mapping[str, tuple[Capability, ...]] = field(default_factory=dict)
    while_looking: tuple[str, ...] = ()  # what one may send while looking through another's eyes
    while_choosing: tuple[str, ...] = ()  # what opens to whom a second step is demanded of and has none yet
    leaving: tuple[
        Callable[[UUID, str | None], object], ...
    ] = ()  # what ends when a person leaves a municipality, or all
    mails: Mapping[str, MailKind] = field(default_factory=dict)  # by the name that is kept of who does not want them
    # How what a paper says stands today, by the kind of paper: asked with its municipality and number, for whoever holds the paper.
    standings: Mapping[str, Callable[[str, str], Any]] = field(default_factory=dict)
    lines: tuple[TaskSource, ...] = ()  # what it gives to the Monday list
    acts: Mapping[str, Any] = field(default_factory=dict)  # what of it the ledger tells, in words
    keeps: tuple[KeptData, ...] = ()  # the classes of personal data that it answers for
    retentions: tuple[Retention, ...] = ()  # how long its rows are kept
    blankables: tuple[Blankable, ...] = ()  # where a text about somebody can be taken out, or stays
    traces: tuple[Trace, ...] = ()  # its rows that are a volunteer's, in the order in which they can be removed
    remnants: tuple[Remnant, ...] = ()  # where a volunteer's words may stand when the volunteer is forgotten


class ClaimedTwice(Exception):
    """Two features claim one name or one place."""


class Features:
    """What all features have, together."""

    def __init__(self, every: Iterable[Feature]) -> None:
        self.every = tuple(every)
        self.pages = tuple(page for each in self.every for page in each.pages)
        self.resources = tuple(together(each.resources for each in self.every).values())
        self.orders = frozenset(name for each in self.every for name in each.orders)
        self.figures = frozenset(name for each in self.every for name in each.figures)
        self.jobs = together(each.jobs for each in self.every)
        self.wakeups = tuple(together(each.wakeups for each in self.every).values())
        self.steps = tuple(together(each.steps for each in self.every).values())
        self.works = tuple(together(each.works for each in self.every).values())
        self.menu_of_drc = tuple(together(each.menu_of_drc for each in self.every).values())
        self.menu_of_municipality = tuple(together(each.menu_of_municipality for each in self.every).values())
        self.opened = together(each.opened for each in self.every)
        self.uses = together(each.uses for each in self.every)
        self.while_looking = frozenset(page for each in self.every for page in each.while_looking)
        self.while_choosing = frozenset(page for each in self.every for page in each.while_choosing)
        self.leaving = tuple(end for each in self.every for end in each.leaving)
        self.mails = together(each.mails for each in self.every)
        self.standings = together(each.standings for each in self.every)
        self.lines = together({line.kind: line} for each in self.every for line in each.lines)
        self.acts = together(each.acts for each in self.every)
        self.keeps = together({kept.data: kept} for each in self.every for kept in each.keeps)
        self.retentions = tuple(retention for each in self.every for retention in each.retentions)
        self.blankables = tuple(blankable for each in self.every for blankable in each.blankables)
        self.traces = tuple(trace for each in self.every for trace in each.traces)
        self.remnants = tuple(remnant for each in self.every for remnant in each.remnants)
        self.steps_in_words = together(
            ({step.name: step.words for step in (*self.wakeups, *self.steps)}, *(each.alone for each in self.every))
        )


def together(parts: Iterable[Mapping[Key, Value]]) -> dict[Key, Value]:
    """All that the parts hold, in the order of its keys. Raises ClaimedTwice."""
    found: dict[Key, Value] = {}
    for part in parts:
        if twice := found.keys() & part.keys():
            raise ClaimedTwice(f"claimed twice: {', '.join(map(str, sorted(twice)))}")
        found |= part
    return dict(sorted(found.items()))


def init(app: Flask, found: Features) -> None:
    """Give the application its features."""
    app.extensions[EXTENSION] = found


def features(app: Flask | None = None) -> Features:
    """The features of an application, or of the present one."""
    found: Features = (app or current_app).extensions[EXTENSION]
    return found
