"""What two entries of one person become when they are merged, and how they are parted again. Plain values in and out.

A person is a `Whole`: the fields of the person's own row, and the rows beside it by table and id. What PostgreSQL keeps of each
value is a JSON value here, so that what was kept of a merge and what stands in the tables can be compared as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
ROLES, LIFE, CONSENTS, COURSES, CERTIFICATES = (
    "volunteer_roles",
    "volunteer_status_changes",
    "volunteer_consents",
    "volunteer_courses",
    "child_certificates",
)
BESIDE = (ROLES, LIFE, CONSENTS, COURSES, CERTIFICATES)
FOLLOW = (
    "interests",
    "own_data_links",
    "own_data_wishes",
)  # what a person has asked for: it goes with who stays, and stays there
_ALIVE = ("active", "resting", "introduced", "interested", "left")  # the most alive of two statuses stays
_CAREFUL = ("yes", "as_group", "no")
# Fields that speak of one thing stay together, so that a number never stands beside another's digits.
_TOGETHER = (("email",), ("phone", "phone_digits"), ("home_code",))


@dataclass(frozen=True, slots=True)
class Whole:
    """A person with all that is recorded: `fields`, and `beside`, by table and then by id."""

    fields: Row
    beside: Mapping[str, dict[str, Row]] = field(default_factory=dict)

    def rows(self, table: str) -> dict[str, Row]:
        """The rows of one table."""
        return dict(self.beside.get(table, {}))

    @property
    def id(self) -> str:
        """The person's id."""
        return str(self.fields["id"])

    def to_plain(self) -> dict[str, Any]:
        """The person as JSON."""
        return {"fields": self.fields, "beside": {table: dict(rows) for table, rows in self.beside.items()}}

    @staticmethod
    def from_plain(plain: Mapping[str, Any]) -> Whole:
        """The person that `to_plain` wrote."""
        return Whole(dict(plain["fields"]), {table: dict(rows) for table, rows in plain["beside"].items()})


def merged(kept: Whole, lost: Whole) -> Whole:
    """The one person that two become. What `kept` has stays; what it lacks comes from `lost`; rows are gathered, doubles once."""
    beside = {
        ROLES: _roles(kept, lost),
        LIFE: (kept if _livelier(kept, lost) else lost).rows(LIFE),
        CONSENTS: _consents(kept, lost),
        COURSES: _unlike(kept.rows(COURSES), lost.rows(COURSES), ("name", "taken_on")),
        CERTIFICATES: _unlike(kept.rows(CERTIFICATES), lost.rows(CERTIFICATES), ("verified_on", "renew_by")),
    }
    mine = {
        table: {key: {**row, "volunteer_id": kept.id} for key, row in rows.items()} for table, rows in beside.items()
    }
    return Whole(_fields(kept, lost, mine[CERTIFICATES]), mine)


def _livelier(kept: Whole, lost: Whole) -> bool:
    return _ALIVE.index(kept.fields["status"]) <= _ALIVE.index(lost.fields["status"])


def _fields(kept: Whole, lost: Whole, certificates: Mapping[str, Row]) -> Row:
    one, other = kept.fields, lost.fields
    found = dict(one)
    for names in _TOGETHER:
        if not one[names[0]]:
            found |= {name: other[name] for name in names}
    found["languages"] = [*one["languages"], *(code for code in other["languages"] if code not in one["languages"])]
    found["status"] = (one if _livelier(kept, lost) else other)["status"]
    found["started_on"] = min(one["started_on"], other["started_on"])
    both_left = found["status"] == "left"
    found["ended_on"] = max(filter(None, (one["ended_on"], other["ended_on"])), default=None) if both_left else None
    found["agreement_on"] = max(filter(None, (one["agreement_on"], other["agreement_on"])), default=None)
    found["introduced_on"] = min(filter(None, (one["introduced_on"], other["introduced_on"])), default=None)
    found["heard_on"] = max(one["heard_on"], other["heard_on"])
    found["verified_until"] = verified_until(certificates)
    return found


def verified_until(certificates: Mapping[str, Row]) -> str | None:
    """Until when the newest verification holds."""
    newest = max(certificates.items(), key=lambda item: (item[1]["verified_on"], item[0]), default=None)
    return newest[1]["renew_by"] if newest else None


def _roles(kept: Whole, lost: Whole) -> dict[str, Row]:
    """The roles of both; one that both hold today, in the same group, once: from the earlier day, and as careful as the more careful."""
    found = kept.rows(ROLES)
    opened = {(row["group_id"], row["role"]): key for key, row in found.items() if row["valid_to"] is None}
    for key, row in lost.rows(ROLES).items():
        same = opened.get((row["group_id"], row["role"])) if row["valid_to"] is None else None
        if same is None:
            found[key] = row
            continue
        mine = found[same]
        found[same] = {
            **mine,
            "valid_from": min(mine["valid_from"], row["valid_from"]),
            "children": min(mine["children"], row["children"], key=_CAREFUL.index),
        }
    return found


def _consents(kept: Whole, lost: Whole) -> dict[str, Row]:
    """The consents of both. A consent ends where the same person later withdrew one to the same purpose in the other entry."""
    found: dict[str, Row] = {}
    opened: set[str] = set()
    every = {**kept.rows(CONSENTS), **lost.rows(CONSENTS)}
    for key, row in every.items():
        if row["withdrawn_on"] is None:
            ends = [
                other["withdrawn_on"]
                for other in every.values()
                if other["purpose"] == row["purpose"]
                and other["withdrawn_on"]
                and other["withdrawn_on"] >= row["given_on"]
            ]
            if ends:
                found[key] = {**row, "withdrawn_on": min(ends)}
                continue
            if row["purpose"] in opened:
                continue
            opened.add(row["purpose"])
        found[key] = row
    return found


def _unlike(mine: dict[str, Row], others: dict[str, Row], names: tuple[str, ...]) -> dict[str, Row]:
    known = {tuple(row[name] for name in names) for row in mine.values()}
    return {**mine, **{key: row for key, row in others.items() if tuple(row[name] for name in names) not in known}}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two entries differ: what falls away."""

    name: str
    falls: Any


def falling_away(kept: Whole, lost: Whole, result: Whole) -> list[Difference]:
    """What `lost` has, in the fields that hold one thing, that the merged person will not."""
    return [
        Difference(name, lost.fields[name])
        for name in ("name", "email", "phone", "home_code")
        if lost.fields[name] and lost.fields[name] != result.fields[name]
    ]


def parted(kept: Whole, lost: Whole, result: Whole, today: Whole) -> tuple[Whole, Whole]:
    """The two persons again: as they were, but for what has been recorded since of the one they became.

    What is `today` as it was in the `result` goes back to what it was; what was changed or added since stays with the kept
    person, a row that was the lost one's with that one; what was removed since stays away.
    """
    fields = {
        name: kept.fields[name] if value == result.fields[name] else value for name, value in today.fields.items()
    }
    mine: dict[str, dict[str, Row]] = {}
    theirs: dict[str, dict[str, Row]] = {}
    for table in BESIDE:
        before, after, present = (each.rows(table) for each in (lost, result, today))
        back = {key: _back(key, row, after, present) for key, row in {**kept.rows(table), **before}.items()}
        back |= {key: row for key, row in present.items() if key not in after}
        rows = {key: row for key, row in back.items() if row is not None}
        theirs[table] = {key: {**row, "volunteer_id": lost.id} for key, row in rows.items() if key in before}
        mine[table] = {key: {**row, "volunteer_id": kept.id} for key, row in rows.items() if key not in before}
    fields["verified_until"] = verified_until(mine[CERTIFICATES])
    other = {**lost.fields, "verified_until": verified_until(theirs[CERTIFICATES])}
    return Whole(fields, mine), Whole(other, theirs)


def _back(key: str, row: Row, after: Mapping[str, Row], present: Mapping[str, Row]) -> Row | None:
    if key not in after:
        return row  # it was a double
    if key not in present:
        return None  # removed since
    return row if present[key] == after[key] else present[key]
