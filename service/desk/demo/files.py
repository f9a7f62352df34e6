"""The plan of the demonstration data: the files in `data/` as plain values. Nobody in them is a real person."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

from service.desk.demo.plan import (
    PlannedActivity,
    PlannedAgreement,
    PlannedAnswer,
    PlannedCapacity,
    PlannedEarmark,
    PlannedGroup,
    PlannedNeed,
    PlannedNetwork,
    PlannedOffer,
    PlannedTerritory,
    Stage,
)
from service.network.shares.rules import ShareState
from service.platform.territories.operations import to_begin_with
from tenants.scope import Capability, Every, Frequency, LegalBasis, Level

_FOLDER = resources.files("service.desk.demo").joinpath("data")
_WEEKDAYS = {"ma": 0, "ti": 1, "on": 2, "to": 3, "fr": 4, "lø": 5, "sø": 6}


def _rows(name: str) -> list[dict[str, str]]:
    return list(
        csv.DictReader(_FOLDER.joinpath(name).read_text(encoding="utf-8").splitlines(), delimiter=";", strict=True)
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


@cache
def agreements() -> tuple[PlannedAgreement, ...]:
    """The agreements, those of one municipality in the order they were made."""
    return tuple(
        PlannedAgreement(
            key=row["key"],
            level=Level(row["level"]),
            stage=Stage(row["stage"]),
            begins=row["begins"],
            ends=row["ends"],
            legal_basis=LegalBasis(row["legal_basis"]),
            kroner=row["kroner"],
            instalments=int(row["instalments"] or 1),
            gln=row["gln"],
            reference_person=row["reference_person"],
            department=row["department"],
            purpose="\n".join(_parts(row["purpose"])),
            target_groups=_parts(row["target_groups"]),
            premises=_parts(row["premises"]),
            support=row["support"],
            targets=tuple(row["targets"].split()),
            meetings=int(row["meetings"]),
            notice=int(row["notice"]),
            evaluation=int(row["evaluation"]) if row["evaluation"] else None,
            case_number=row["case_number"],
            kle_number=row["kle_number"],
            added=frozenset(Capability(code) for code in row["added"].split()),
            left_out=frozenset(Capability(code) for code in row["left_out"].split()),
            pace=float(row["pace"]),
        )
        for row in _rows("agreements.csv")
    )


@cache
def earmarks() -> tuple[PlannedEarmark, ...]:
    """What the agreements set apart."""
    return tuple(
        PlannedEarmark(row["agreement"], row["purpose"], int(row["kroner"]), int(row["used"]))
        for row in _rows("earmarks.csv")
    )


def earmarks_of(key: str) -> tuple[PlannedEarmark, ...]:
    """What one agreement sets apart."""
    return tuple(each for each in earmarks() if each.agreement == key)


@cache
def activities() -> tuple[PlannedActivity, ...]:
    """The activities, in the order they stand in their agreements."""
    return tuple(
        PlannedActivity(
            agreements=tuple(row["agreements"].split()),
            activity_type=row["activity_type"],
            name=row["name"],
            place=row["place"],
            frequency=Frequency(int(row["times"]), Every(row["every"])),
            days=tuple(_WEEKDAYS[day] for day in row["days"].split()),
            adults=int(row["adults"]),
            children=int(row["children"]),
            volunteers=int(row["volunteers"]),
            minutes=int(row["minutes"]),
            group=row["group"],
            agreed=row["agreed"] == "yes",
        )
        for row in _rows("activities.csv")
    )


def activities_of(key: str) -> list[PlannedActivity]:
    """The activities of the agreement with that key."""
    return [activity for activity in activities() if key in activity.agreements]


@cache
def groups() -> tuple[PlannedGroup, ...]:
    """The volunteer groups."""
    return tuple(
        PlannedGroup(
            row["key"],
            row["name"],
            row["contact"],
            row["since"],
            tuple(row["municipalities"].split()),
            row["cooperation"],
        )
        for row in _rows("groups.csv")
    )


@cache
def networks() -> tuple[PlannedNetwork, ...]:
    """The networks and the groups in them."""
    return tuple(
        PlannedNetwork(
            row["key"],
            row["name"],
            row["kind"],
            row["about"],
            tuple(row["groups"].split()),
            tuple(row["municipalities"].split()),
        )
        for row in _rows("networks.csv")
    )


@cache
def offers() -> tuple[PlannedOffer, ...]:
    """The shares that are offered, declined, withdrawn or ended."""
    return tuple(
        PlannedOffer(
            row["group"],
            row["network"],
            row["municipality"],
            ShareState(row["stage"]),
            tuple(row["shows"].split()),
            row["begins"],
            row["ends"],
        )
        for row in _rows("offers.csv")
    )


def places_of(group: str) -> list[dict[str, str]]:
    """Where a group meets: where its activities are held."""
    found = {(key[:4], a.place) for a in activities() if a.group == group for key in a.agreements}
    return [{"municipality_code": code, "name": place, "address": ""} for code, place in sorted(found)]


@cache
def territories() -> tuple[PlannedTerritory, ...]:
    """The consultants' territories, which hold each municipality once."""
    return tuple(
        PlannedTerritory(row["territory"], row["mailbox"], to_begin_with()[row["territory"]])
        for row in _rows("territories.csv")
    )


@cache
def capacity() -> dict[str, list[PlannedCapacity]]:
    """What the groups have free, by group."""
    found: dict[str, list[PlannedCapacity]] = {}
    for row in _rows("capacity.csv"):
        planned = PlannedCapacity(row["group"], row["kind"], int(row["free"]), int(row["days_ago"]))
        found.setdefault(planned.group, []).append(planned)
    return found


@cache
def needs() -> tuple[PlannedNeed, ...]:
    """What the municipalities lack."""
    return tuple(
        PlannedNeed(
            code=row["code"],
            kind=row["kind"],
            number=int(row["number"]),
            days_ago=int(row["days_ago"]),
            within_days=int(row["within_days"]) if row["within_days"] else None,
            languages=tuple(row["languages"].split()),
            remark=row["remark"],
            answers=tuple(_answer(text) for text in _parts(row["answers"])),
            outcome=tuple(row["outcome"].split(":")) if row["outcome"] else (),
        )
        for row in _rows("needs.csv")
    )


def _answer(text: str) -> PlannedAnswer:
    """`group:number:days_ago`, or `group:number:asked:days_ago` where the other territory has not said yes."""
    group, number, *asked, days_ago = text.split(":")
    return PlannedAnswer(group, int(number), asked == ["asked"], int(days_ago))
