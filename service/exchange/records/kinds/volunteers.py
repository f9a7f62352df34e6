"""Volunteers in files. Their files are DRC's alone, as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select

from service.exchange.records.columns import Choices, Options, distinct_choices
from service.exchange.records.kinds import related_rows
from service.exchange.records.kinds.base import Bulk, Found, Json, Limits, RecordKind
from service.exchange.records.kinds.related_rows import RelatedAround
from service.network.networks import bulk as network_bulk
from service.network.networks.rules import may_maintain
from service.platform.web.declared import Way, columns, fields_of, over
from service.platform.web.fields import Strict
from service.volunteer.volunteers import bulk, queries, rules
from service.volunteer.volunteers.fields import FIELDS, KEPT
from service.volunteer.volunteers.rules import (
    LANGUAGES,
    Children,
    Known,
    Purpose,
    RoleKind,
    VolunteerStatus,
    likeness,
)
from service.volunteer.volunteers.texts import LIKENESSES, VOLUNTEER_BARS, languages
from tenants import register
from tenants.calendar import day_of
from tenants.database import now
from tenants.reach import present
from tenants.register import all_codes

STATUS_NAMES = Choices(
    {
        VolunteerStatus.INTERESTED.value: "interesseret",
        VolunteerStatus.INTRODUCED.value: "introduceret",
        VolunteerStatus.ACTIVE.value: "aktiv",
        VolunteerStatus.RESTING.value: "hviler",
        VolunteerStatus.LEFT.value: "stoppet",
    }
)


ROLE_NAMES = Choices(
    {
        RoleKind.MEMBER.value: "frivillig",
        RoleKind.CONTACT.value: "kontaktperson",
        RoleKind.LEADER.value: "leder",
        RoleKind.TREASURER.value: "kasserer",
    }
)
CHILDREN_NAMES = Choices(
    {Children.YES.value: "møder børn", Children.NO.value: "møder ikke børn"}
)  # else as the group does
PURPOSE_NAMES = Choices(
    {
        Purpose.NEWS.value: "mail om kurser og møder",
        Purpose.PHOTOS.value: "billeder",
        Purpose.PUBLIC_CONTACT.value: "offentlig kontakt",
    }
)


class VolunteerRow(Strict):
    """A volunteer as a row of a file."""

    locals().update(fields_of(FIELDS, Way.FILE))


class Volunteers(RecordKind):
    """Volunteers. A row is about the person with its id, else about the one of that name and address of mail."""

    code = "volunteers"
    bulk: ClassVar[Bulk] = bulk
    schema = VolunteerRow
    titles = ("name",)
    limits = frozenset({"municipality_code", "status", "group_id", "q"})
    statuses = VolunteerStatus
    drawn = ("status",)
    columns = columns(FIELDS)

    def options(self) -> Options:
        """Municipalities, languages and groups by name, and the words for status, roles and consents."""
        places = {row.code: row.name for row in register.municipalities()}
        return {
            "municipalities": Choices(places),
            "languages": Choices(dict(languages("da"))),
            "statuses": STATUS_NAMES,
            "groups": distinct_choices(
                (str(key), name, places.get(home or "", "")) for key, name, home in network_bulk.named()
            ),
            "roles": ROLE_NAMES,
            "children": CHILDREN_NAMES,
            "purposes": PURPOSE_NAMES,
        }

    def find(self, values: Sequence[Json]) -> list[Found | None]:
        """By id; else by name and address of mail. Who is only alike is a doubt."""
        alike = bulk.alike([row for row in values if not row.get("id")])
        by_sign: dict[str, list[tuple[UUID, Known]]] = defaultdict(list)
        for each in alike:
            for sign in {each[1].name_key, each[1].email, each[1].digits} - {""}:
                by_sign[sign].append(each)
        return [Found(UUID(row["id"])) if row.get("id") else _who(bulk.known(row), by_sign) for row in values]

    def sought(self, given: Json) -> Json:
        """By all that is compared."""
        return given

    def merged(self, values: Json, before: Json, options: Options) -> Json:
        """The volunteer whole: what the row says over what was. A role that has begun makes active who was not, and is here."""
        was = before or bulk.blank()
        beside_it = related_rows.merged(values, before)
        status = was["status"]
        if status != VolunteerStatus.LEFT and rules.begins(beside_it["roles"], day_of(now())):
            status = VolunteerStatus.ACTIVE.value
        spoken: list[str] = values["languages"] if "languages" in values else was["languages"]
        return {
            **over(FIELDS, values, was),
            "languages": [code for code in LANGUAGES if code in spoken],
            "status": values.get("status") or status,
            "started_on": values.get("started_on") or was["started_on"],
            **beside_it,
        }

    def differences(
        self, before: Json, given: Json, columns: Sequence[str], options: Options
    ) -> list[tuple[str, str, str]]:
        """As of every record; of one of another territory nothing, as what is known of them is told for a reason alone."""
        if not may_maintain(present().codes, before["belongs"]):
            return []
        return super().differences(before, given, columns, options)

    def comparable(self, before: Json) -> Json:
        """A volunteer without what no file says."""
        return {name: before[name] for name in (*KEPT, *bulk.BESIDE)}

    def around(self, rows: Sequence[tuple[Json, Json]], *, lock: bool = False) -> Any:
        """The groups of roles that are new or changed, and what they do."""
        touched = (role for given, was in rows for role, _before in related_rows.touched("roles", given, was))
        grounds = network_bulk.grounds({UUID(role["group_id"]) for role in touched}, lock=lock)
        known = {str(key): ground for key, ground in grounds.items()}
        return RelatedAround(present().codes, all_codes(), day_of(now()), known, queries.always_children())

    def faults(self, given: Json, before: Json, around: Any) -> Iterator[tuple[str, str]]:
        """The rules of a volunteer, by column: what is wrong with a course is said with its name; and those of what stands beside."""
        for field, bar in rules.faults(given, before, around):
            name, *place = field.split("-")
            course = f"{given[name][int(place[0])]['name']}: " if place else ""
            yield name, f"{course}{VOLUNTEER_BARS[bar]}"
        yield from related_rows.faults(given, before, around)

    def key(self, given: Json, target_id: UUID | None) -> str:
        """The person who is there, else name and address of mail, or number."""
        who = bulk.known(given)
        return str(target_id) if target_id else f"{who.name_key}:{who.email or who.digits}"

    def listing(self, asked: Limits) -> Select[Any]:
        """The volunteers who belong within reach; the secretariat's are all, wherever they belong."""
        query = queries.volunteers(asked.q, status=asked.status, group_id=asked.group_id, code=asked.municipality_code)
        codes = present().codes
        return query if codes == all_codes() else query.where(queries.near(codes, day_of(now())))

    def by_column(self, state: Json) -> Json:
        """A volunteer by columns, without the id."""
        return {column.name: state[column.name] for column in self.columns if column.name != "id"}

    def parts(self, given: Json, before: Json) -> dict[str, int]:
        """Roles, courses and consents that are new, and those that have ended."""
        return related_rows.parts(given, before)


def _who(who: Known, by_sign: Mapping[str, Sequence[tuple[UUID, Known]]]) -> Found | None:
    """Whom a row is about: surely, where name and address of mail are the same; else the likeliest, with why."""
    near = {
        key: other for sign in (who.name_key, who.email, who.digits) if sign for key, other in by_sign.get(sign, ())
    }
    same = [
        key for key, other in near.items() if who.email and (who.email, who.name_key) == (other.email, other.name_key)
    ]
    if len(same) == 1:
        return Found(same[0])
    found = sorted(
        ((likeness(who, other), key) for key, other in near.items()), key=lambda each: (-len(each[0]), str(each[1]))
    )
    if not found or not found[0][0]:
        return None
    why = ", ".join(str(LIKENESSES[each]) for each in found[0][0])
    return Found(found[0][1], ("name", _("Somebody is here with %(why)s.", why=why)))
