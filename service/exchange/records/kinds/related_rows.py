"""What stands beside a volunteer in a file: roles, courses and consents. A row adds to them, or ends one that is open; it takes none away.

Those that are there have an id, those that a row adds have none yet.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from service.network.networks.bulk import Ground
from service.network.networks.rules import may_maintain
from service.volunteer.volunteers import rules
from service.volunteer.volunteers.bulk import ENDS
from service.volunteer.volunteers.fields import MOST_COURSES
from service.volunteer.volunteers.rules import Children, RoleBar
from service.volunteer.volunteers.texts import CONSENT_BARS, ROLE_BARS

Json = dict[str, Any]
SAME = {  # what an item of a cell is known by
    "roles": ("group_id", "role", "valid_from"),
    "courses": ("name", "taken_on"),
    "consents": ("purpose", "given_on"),
}


@dataclass(frozen=True, slots=True)
class RelatedAround(rules.AroundVolunteer):
    """What the rules look at beside the volunteers, for their roles too."""

    grounds: Mapping[str, Ground]  # the groups, by id
    always: frozenset[str]  # the activity types that always meet children under 15


def merged(values: Json, was: Json) -> Json:
    """What is to be of each part: what was, and what the row says that was not."""
    return {part: _merged(part, values.get(part) or (), was.get(part, ())) for part in SAME}


def _merged(part: str, said: Sequence[Json], was: Sequence[Json]) -> list[Json]:
    found, end = [dict(each) for each in was], ENDS.get(part, "")
    for item in said:
        same = [each for each in found if all(_plain(each[name]) == _plain(item[name]) for name in SAME[part])]
        # Of several that began on one day, the one that ended as the row says, else the one that is open.
        same.sort(key=lambda each: (each.get(end) != item.get(end), bool(each.get(end))))
        if not same:
            found.append(
                {**item, "children": item["children"] or Children.AS_GROUP.value} if "children" in item else item
            )
        else:
            same[0].update({name: item[name] for name in (end, "children") if item.get(name)})
    return found


def _plain(value: str) -> str:
    return value.casefold()


def parts(given: Json, before: Json) -> dict[str, int]:
    """How many of each part are new, and how many have ended."""
    found: Counter[str] = Counter()
    for part in SAME:
        old = {each["id"]: each for each in before.get(part, ())}
        found[part] += sum("id" not in each for each in given[part])
        found[f"{part}_ended"] += sum("id" in each and each != old[each["id"]] for each in given[part])
    return {name: count for name, count in found.items() if count}


def faults(given: Json, before: Json, around: RelatedAround) -> Iterator[tuple[str, str]]:
    """The rules that what is new, or ended, would break, by column."""
    status, verified = (before or given)["status"], before.get("verified_until")
    for role, was in touched("roles", given, before):
        ground = around.grounds.get(role["group_id"])
        if ground is None:
            yield "roles", _("The group is not there any more.")
            continue
        meets = rules.group_meets(ground.meets_children, around.always, ground.themes)
        bar = rules.role_bar(
            status,
            held=_is_held("roles", role, given, ("group_id", "role")),
            wants=rules.wants_certificate(Children(role["children"]), meets),
            verified_until=_day(verified) if verified else None,
            valid_from=_day(role["valid_from"]),
            today=around.today,
        )
        for reason in (*_role_faults(role, was, ground, around), *(_bars_in_words(bar) if bar and not was else ())):
            yield "roles", f"{ground.name}: {reason}"
    if len(given["courses"]) > max(MOST_COURSES, len(before.get("courses", ()))):
        yield "courses", _("Write at most %(most)s courses.", most=MOST_COURSES)
    for consent, was in touched("consents", given, before):
        if was.get("withdrawn_on"):
            yield "consents", _("The consent was withdrawn already. Look at the volunteer's own page.")
            continue
        consent_bar = rules.consent_bar(
            held=not was and _is_held("consents", consent, given, ("purpose",)),
            given_on=_day(consent["given_on"]),
            withdrawn_on=_day(consent["withdrawn_on"]) if consent["withdrawn_on"] else None,
            today=around.today,
        )
        if consent_bar is not None:
            yield "consents", str(CONSENT_BARS[consent_bar])


def _role_faults(role: Json, was: Json, ground: Ground, around: RelatedAround) -> Iterator[str]:
    if not may_maintain(around.codes, ground.codes):
        yield _("The group is looked after in another territory. Call the consultant there.")
    if was and role["children"] != was["children"]:
        yield _("Note on the volunteer's own page whether the role meets children.")
    if was and was["valid_to"] and role["valid_to"] != was["valid_to"]:
        yield _("The role has ended already. Look at the volunteer's own page.")
    elif role["valid_to"] and role["valid_to"] < role["valid_from"]:
        yield _("This is before the role began.")


def _bars_in_words(bar: RoleBar) -> Iterator[str]:
    do = _("Verify the certificate first. If the role does not meet the children, add “, møder ikke børn”.")
    yield f"{ROLE_BARS[bar]} {do}" if bar is RoleBar.UNCERTIFIED else str(ROLE_BARS[bar])


def touched(part: str, given: Json, before: Json) -> Iterator[tuple[Json, Json]]:
    """What is new, or other than it was, and what it was."""
    old = {each["id"]: each for each in before.get(part, ())}
    for each in given[part]:
        was = old.get(each.get("id", ""), {})
        if each != was:
            yield each, was


def _is_held(part: str, item: Json, given: Json, names: Sequence[str]) -> bool:
    """Whether two would be open at a time: the item itself and another like it."""
    like = [each for each in given[part] if not each[ENDS[part]] and all(each[name] == item[name] for name in names)]
    return not item[ENDS[part]] and len(like) > 1


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
