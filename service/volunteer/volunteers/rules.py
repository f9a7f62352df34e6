"""Volunteers: their life, who looks after them, who is probably the same, and who has been silent. Plain values in and out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.network.networks.rules import may_maintain


class VolunteerStatus(StrEnum):
    """Where a person is in the life of a volunteer."""

    INTERESTED = "interested"
    INTRODUCED = "introduced"
    ACTIVE = "active"
    RESTING = "resting"
    LEFT = "left"


class RoleKind(StrEnum):
    """What a volunteer is in a group."""

    MEMBER = "member"
    CONTACT = "contact"  # whom DRC writes to about the group: check-ins, declarations
    LEADER = "leader"
    TREASURER = "treasurer"


class Purpose(StrEnum):
    """What a volunteer has consented to, each by itself."""

    NEWS = "news"  # mail about courses and meetings
    PHOTOS = "photos"  # pictures in what DRC publishes
    PUBLIC_CONTACT = "public_contact"  # to stand as the group's public contact


LANGUAGES = ("da", "en", "ar", "ti", "so", "fa", "ps", "ku", "uk", "ru", "my", "fr", "de", "tr", "pl")
STEPS: Mapping[VolunteerStatus, frozenset[VolunteerStatus]] = {
    VolunteerStatus.INTERESTED: frozenset({VolunteerStatus.INTRODUCED, VolunteerStatus.ACTIVE, VolunteerStatus.LEFT}),
    VolunteerStatus.INTRODUCED: frozenset({VolunteerStatus.ACTIVE, VolunteerStatus.RESTING, VolunteerStatus.LEFT}),
    VolunteerStatus.ACTIVE: frozenset({VolunteerStatus.RESTING, VolunteerStatus.LEFT}),
    VolunteerStatus.RESTING: frozenset({VolunteerStatus.ACTIVE, VolunteerStatus.LEFT}),
    VolunteerStatus.LEFT: frozenset(
        {VolunteerStatus.INTERESTED, VolunteerStatus.INTRODUCED, VolunteerStatus.ACTIVE}
    ),  # people come back
}


DAYS = ("started_on", "agreement_on", "introduced_on")


class VolunteerBar(StrEnum):
    """Why a volunteer cannot be so."""

    ANOTHERS = "anothers"
    AHEAD = "ahead"  # the day has not come
    ACTIVE_BY_ROLE = "active_by_role"
    STEP = "step"
    AFTER_END = "after_end"
    NO_MUNICIPALITY = "no_municipality"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True, slots=True)
class AroundVolunteer:
    """What the rules look at beside the volunteers."""

    codes: Collection[str]  # the municipalities within reach
    municipalities: Collection[str]  # all there are
    today: dt.date


def faults(
    person: Mapping[str, Any], was: Mapping[str, Any], around: AroundVolunteer
) -> Iterator[tuple[str, VolunteerBar]]:
    """What is wrong with a volunteer as told, in place of what was; nothing, where the person is new. By the field, as a form calls it.

    What is wrong with roles and consents is said by `role_bar` and `consent_bar`.
    """
    today = around.today.isoformat()
    if was and not may_maintain(around.codes, was["belongs"]):
        yield "name", VolunteerBar.ANOTHERS
    days = {name: person[name] for name in DAYS}
    days |= {f"courses-{number}-taken_on": course["taken_on"] for number, course in enumerate(person["courses"])}
    yield from ((name, VolunteerBar.AHEAD) for name, day in days.items() if day and day > today)
    active_by_role = begins(person["roles"], around.today)
    if active_by_role and person["status"] not in (VolunteerStatus.ACTIVE, VolunteerStatus.LEFT):
        yield "status", VolunteerBar.ACTIVE_BY_ROLE
    elif was and person["status"] != was["status"] and not active_by_role:
        yield "status", VolunteerBar.STEP
    if was.get("ended_on") and person["started_on"] > was["ended_on"]:
        yield "started_on", VolunteerBar.AFTER_END
    home = person["home_code"]
    if home and home not in around.municipalities:
        yield "home_code", VolunteerBar.NO_MUNICIPALITY
    elif not was and not may_maintain(around.codes, [home] if home else []):
        yield "home_code", VolunteerBar.OUT_OF_REACH


def begins(roles: Sequence[Mapping[str, Any]], today: dt.date) -> bool:
    """Whether one of the roles as told is new and held today: that makes a volunteer active."""
    return any(is_held(*term(role), today) for role in roles if "id" not in role)


def term(role: Mapping[str, Any]) -> tuple[dt.date, dt.date | None]:
    """From when until when a role as told is held."""
    start, end = role["valid_from"], role["valid_to"]
    return dt.date.fromisoformat(start), dt.date.fromisoformat(end) if end else None


def left(role: Mapping[str, Any], day: dt.date) -> dict[str, Any]:
    """A role as told of somebody who leaves on a day. One that began later has not been held at all."""
    return {**role, "valid_to": role["valid_to"] or max(day.isoformat(), role["valid_from"])}


def may_follow(before: VolunteerStatus, after: VolunteerStatus) -> bool:
    """Whether a status can follow another. One stays what one is as long as one likes."""
    return before is after or after in STEPS[before]


def written_language(languages: Collection[str]) -> str:
    """The language to write to somebody in: Danish, or English for who speaks English and no Danish."""
    return "en" if "en" in languages and "da" not in languages else "da"


def phone_digits(phone: str) -> str:
    """The digits that two spellings of one Danish number share: `+45 12 34 56 78` and `12345678` are the same."""
    digits = re.sub(r"[^0-9]", "", phone)
    return re.sub(r"^(?:0045|45)(?=[0-9]{8}$)", "", digits)


class Likeness(StrEnum):
    """Why two persons are probably one."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"  # the same name, in the same group or municipality


@dataclass(frozen=True, slots=True)
class Known:
    """What is compared of a person: blanks are like nothing."""

    email: str = ""
    digits: str = ""
    name_key: str = ""  # the name's folded words, sorted
    groups: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()


def likeness(one: Known, other: Known) -> tuple[Likeness, ...]:
    """Why two are probably the same person; nothing when they are not. A common name alone says nothing."""
    near = bool(one.groups & other.groups or one.codes & other.codes)
    found = (
        (Likeness.EMAIL, bool(one.email) and one.email == other.email),
        (Likeness.PHONE, bool(one.digits) and one.digits == other.digits),
        (Likeness.NAME, bool(one.name_key) and one.name_key == other.name_key and near),
    )
    return tuple(why for why, holds in found if holds)


class Silence(StrEnum):
    """Why a consultant should look at a person again."""

    NO_ROLE = "no_role"  # active, but nowhere
    UNHEARD = "unheard"  # active, and nothing has been recorded or confirmed for a year
    WAITING = "waiting"  # interested or introduced, and nobody has gone on
    RESTS_LONG = "rests_long"


PATIENCE: Mapping[Silence, int] = {Silence.UNHEARD: 365, Silence.WAITING: 90, Silence.RESTS_LONG: 365}  # days


def silence(status: VolunteerStatus, has_role: bool, heard_on: dt.date, today: dt.date) -> Silence | None:
    """Why somebody has been silent for too long, or None. `heard_on` is the day something was last recorded or confirmed."""
    quiet = (today - heard_on).days
    match status:
        case VolunteerStatus.ACTIVE if quiet >= PATIENCE[Silence.UNHEARD]:
            return Silence.UNHEARD
        case VolunteerStatus.ACTIVE if not has_role and quiet > 0:
            return Silence.NO_ROLE
        case VolunteerStatus.INTERESTED | VolunteerStatus.INTRODUCED if quiet >= PATIENCE[Silence.WAITING]:
            return Silence.WAITING
        case VolunteerStatus.RESTING if quiet >= PATIENCE[Silence.RESTS_LONG]:
            return Silence.RESTS_LONG
    return None


class Children(StrEnum):
    """Whether a role meets children under 15."""

    AS_GROUP = "as_group"
    YES = "yes"
    NO = "no"  # the treasurer of a homework café


def group_meets(meets_children: bool, always: Collection[str], themes: Collection[str]) -> bool:
    """Whether a group meets children under 15: it says so, or one of its activity types is among those that `always` do."""
    return meets_children or not frozenset(always).isdisjoint(themes)


def wants_certificate(children: Children, meets: bool) -> bool:
    """Whether a role calls for a child certificate, in a group that `meets` children or does not.

    A role that meets them as its group does follows the group: when the group turns to children, the certificate is missing.
    """
    return children is Children.YES or (children is Children.AS_GROUP and meets)


class Certificate(StrEnum):
    """How a person stands with the child certificate that is called for."""

    MISSING = "missing"
    EXPIRED = "expired"
    SOON = "soon"  # expires within the days of notice
    VALID = "valid"


class RoleBar(StrEnum):
    """Why somebody may not have a role."""

    LEFT = "left"
    HELD = "held"  # already: one has a role in a group once at a time
    UNCERTIFIED = "uncertified"


class ConsentBar(StrEnum):
    """Why a consent cannot be noted so."""

    AHEAD = "ahead"  # the day has not come
    HELD = "held"  # there is one to the purpose already
    WITHDRAWN_WHEN = "withdrawn_when"


def role_bar(
    status: str, *, held: bool, wants: bool, verified_until: dt.date | None, valid_from: dt.date, today: dt.date
) -> RoleBar | None:
    """Why somebody of a status may not have a role from a day on; None where nothing bars it.

    `held` says that they have that role in the group already, `wants` that it calls for a child certificate.
    """
    if status == VolunteerStatus.LEFT:
        return RoleBar.LEFT
    if held:
        return RoleBar.HELD
    return None if certified(wants, verified_until, valid_from, today) else RoleBar.UNCERTIFIED


def certified(wants: bool, verified_until: dt.date | None, valid_from: dt.date, today: dt.date) -> bool:
    """Whether child certificates allow a role from a day on: it calls for none, or what was seen holds then and now."""
    return not wants or holds(verified_until, max(valid_from, today))


def is_held(valid_from: dt.date, valid_to: dt.date | None, day: dt.date) -> bool:
    """Whether a role is held on a day: from its first, until and without its last."""
    return valid_from <= day and (valid_to is None or valid_to > day)


def consent_bar(*, held: bool, given_on: dt.date, withdrawn_on: dt.date | None, today: dt.date) -> ConsentBar | None:
    """Why a consent cannot be noted with those days; None where nothing bars it. `held` says that there is another to its purpose."""
    if given_on > today:
        return ConsentBar.AHEAD
    if withdrawn_on is not None and not given_on <= withdrawn_on <= today:
        return ConsentBar.WITHDRAWN_WHEN
    return ConsentBar.HELD if held else None


NOTICE = 60  # days


def certificate(verified_until: dt.date | None, today: dt.date) -> Certificate:
    """How a person stands whose newest verification holds until, and with, a day; None where there is none."""
    if verified_until is None:
        return Certificate.MISSING
    if verified_until < today:
        return Certificate.EXPIRED
    return Certificate.SOON if (verified_until - today).days <= NOTICE else Certificate.VALID


def holds(verified_until: dt.date | None, day: dt.date) -> bool:
    """Whether a verification lets somebody meet children on a day."""
    return verified_until is not None and verified_until >= day
