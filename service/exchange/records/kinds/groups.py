"""Groups in files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select

from service.exchange.records.columns import Choices, Options
from service.exchange.records.kinds.base import Bulk, Found, Json, Limits, RecordKind
from service.network.cooperation import queries as cooperation
from service.network.networks import bulk, queries, rules
from service.network.networks.fields import FIELDS, KEPT
from service.network.networks.rules import GroupBar, GroupKind, GroupStatus
from service.network.networks.texts import reason
from service.platform.web.declared import Column, Shape, Way, columns, fields_of, over
from service.platform.web.fields import Strict
from tenants import register
from tenants.calendar import day_of
from tenants.database import now
from tenants.register import danish_sort_key

KIND_NAMES = Choices({GroupKind.ASSOCIATION.value: "forening", GroupKind.LOOSE.value: "løs gruppe"})
STATUS_NAMES = Choices(
    {
        GroupStatus.FORMING.value: "under dannelse",
        GroupStatus.ACTIVE.value: "aktiv",
        GroupStatus.RESTING.value: "hviler",
        GroupStatus.CLOSED.value: "lukket",
    }
)
ON_PAPER = "på papir"
BATCH = 500
CONTACT = ("contact_name", "contact_phone", "contact_email")


class GroupRow(Strict):
    """A group as a row of a file."""

    locals().update(fields_of(FIELDS, Way.FILE))


class Groups(RecordKind):
    """Groups. A row is about the group with its id, else about the one of that name with that home."""

    code = "groups"
    bulk: ClassVar[Bulk] = bulk
    schema = GroupRow
    titles = ("name",)
    limits = frozenset({"municipality_code", "status", "network_id", "q"})
    statuses = GroupStatus
    columns = columns(FIELDS)
    told: ClassVar[tuple[Column, ...]] = (
        Column("cooperation", "Samarbejdsaftale"),
        Column("cooperation_ends_on", "Samarbejdsaftale: sidste dag", Shape.DAY),
    )

    def options(self) -> Options:
        """Municipalities by name, activity types that can be chosen, and the words for kind and status."""
        return {
            "municipalities": Choices({row.code: row.name for row in register.municipalities()}),
            "types": Choices({code: kind.da for code, kind in queries.themes().items()}),
            "kinds": KIND_NAMES,
            "statuses": STATUS_NAMES,
        }

    def find(self, values: Sequence[Json]) -> list[Found | None]:
        """By id; else by name and home. The same name elsewhere, or the same CVR number, is a doubt."""
        without = [row for row in values if not row.get("id")]
        alike = bulk.alike({row.get("name", "") for row in without}, {row.get("cvr", "") for row in without})
        by_name: dict[str, list[tuple[UUID, str | None]]] = {}
        by_cvr: dict[str, UUID] = {}
        for key, name, cvr, home in alike:
            by_name.setdefault(name, []).append((key, home))
            if cvr:
                by_cvr.setdefault(cvr, key)
        found: list[Found | None] = []
        for row in values:
            if row.get("id"):
                found.append(Found(UUID(row["id"])))
                continue
            named = by_name.get(danish_sort_key(row.get("name", "")), [])
            same = [key for key, home in named if (home or "") == row.get("home", "")]
            if len(same) == 1:
                found.append(Found(same[0]))
            elif named:
                found.append(Found((same or [named[0][0]])[0], ("name", _("There is a group of this name already."))))
            elif row.get("cvr") and row["cvr"] in by_cvr:
                doubt = ("cvr", _("There is a group with this CVR number already."))
                found.append(Found(by_cvr[row["cvr"]], doubt))
            else:
                found.append(None)
        return found

    def sought(self, given: Json) -> Json:
        """By name and home."""
        home = next((area["municipality_code"] for area in given["areas"] if area["home"]), "")
        return {"name": given["name"], "home": home}

    def merged(self, values: Json, before: Json, options: Options) -> Json:
        """The group whole: what the row says over what was."""
        was = self.comparable(before) if before else bulk.blank()
        contact = dict(was["contact"])
        for name in CONTACT:
            if name in values:
                contact[name.removeprefix("contact_")] = values[name]
        return {
            **over(FIELDS, values, was),
            "themes": rules.in_order(values["themes"] if "themes" in values else was["themes"], list(options["types"])),
            "status": values.get("status") or was["status"],
            "areas": _areas(values, was["areas"]),
            "places": _ordered(values["places"] if "places" in values else was["places"]),
            "contact": contact,
        }

    def comparable(self, before: Json) -> Json:
        """A group without the steps of its life."""
        told = {name: value for name, value in before.items() if name != "life"}
        return {**told, "places": _ordered(told["places"])}

    def around(self, rows: Sequence[tuple[Json, Json]], *, lock: bool = False) -> Any:
        """What is within reach, and what can be chosen."""
        return queries.around()

    def faults(self, given: Json, before: Json, around: Any) -> Iterator[tuple[str, str]]:
        """The rules of a group, by the columns that its areas stand in. The one municipality that is none is a home left empty."""
        for fault in rules.faults(given, before, around):
            name = fault.field.partition("-")[0]
            if fault.why is GroupBar.NO_MUNICIPALITY:
                yield "part", _("Say which municipality is the home.")
            else:
                yield "home" if name == "areas" else name, reason(fault)

    def key(self, given: Json, target_id: UUID | None) -> str:
        """The group that is there, else name and home."""
        if target_id:
            return str(target_id)
        sought = self.sought(given)
        return f"{sought['home']}:{danish_sort_key(sought['name'])}"

    def listing(self, asked: Limits) -> Select[Any]:
        """The groups in sight."""
        code, network = asked.municipality_code, asked.network_id
        return queries.groups(asked.q, status=asked.status, code=code, network_id=network)

    def exported(self, listing: Select[Any]) -> Iterator[Json]:
        """The groups, each with the cooperation agreement that holds today: its number, or that it is on paper, and its last day."""
        rows, today = super().exported(listing), day_of(now())
        while some := list(islice(rows, BATCH)):
            held = cooperation.held_on(today, [UUID(row["id"]) for row in some])
            for row in some:
                number, ends_on = held.get(UUID(row["id"]), ("", None))
                last = ends_on.isoformat() if ends_on else ""
                yield {**row, "cooperation": ON_PAPER if number is None else number, "cooperation_ends_on": last}

    def by_column(self, state: Json) -> Json:
        """A group by columns, without its id."""
        home = next((area for area in state["areas"] if area["home"]), None)
        return {
            **{name: state[name] for name in (*KEPT, "places")},
            "home": home["municipality_code"] if home else "",
            "part": home["part"] if home else "",
            "others": [area["municipality_code"] for area in state["areas"] if not area["home"]],
            **{f"contact_{name}": value for name, value in state["contact"].items()},
        }


def _ordered(places: Sequence[Json]) -> list[Json]:
    return sorted(places, key=lambda place: (place["municipality_code"], place["name"], place["address"]))


def _areas(values: Json, was: Sequence[Json]) -> list[Json]:
    """The areas that a row tells, home first. Of what the file has no column for, and of a part that is named, nothing changes."""
    parts = {area["municipality_code"]: area["part"] for area in was}
    old_home = next((area["municipality_code"] for area in was if area["home"]), "")
    home = values.get("home", old_home)
    others = values.get("others", [area["municipality_code"] for area in was if not area["home"]])
    areas = []
    if home:
        part = values.get("part", parts.get(home, ""))
        areas.append({"municipality_code": home, "part": part, "home": True})
    elif values.get("part"):
        areas.append({"municipality_code": "", "part": values["part"], "home": False})
    areas += [
        {"municipality_code": code, "part": parts.get(code, ""), "home": False}
        for code in sorted(others)
        if code != home
    ]
    return areas
