"""A volunteer whole, as DRC's page of the person shows it: one frozen value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.network.networks import queries as networks
from service.network.networks import rules as network_rules
from service.network.networks.models import Group
from service.platform.accounts import queries as people
from service.platform.web.pages import page_of
from service.platform.web.versions import version_of
from service.volunteer.volunteers import queries, rules
from service.volunteer.volunteers.models import (
    Volunteer,
    VolunteerConsent,
    VolunteerCourse,
    VolunteerRole,
    VolunteerStatusChange,
)
from service.volunteer.volunteers.rules import Certificate, VolunteerStatus

MAX_GROUPS = 20  # that are offered for a role


@dataclass(frozen=True, slots=True)
class VolunteerPage:
    """All that is recorded of a volunteer, and what the reader can do about it."""

    volunteer: Volunteer
    roles: Sequence[
        tuple[VolunteerRole, Group, bool]
    ]  # newest first, each with whether it calls for a child certificate
    versions: Mapping[UUID, str]  # of the roles
    certificate: Certificate
    wanted: bool  # whether a role that is held calls for the certificate
    courses: Sequence[VolunteerCourse]
    consents: Sequence[VolunteerConsent]
    life: Sequence[VolunteerStatusChange]
    steps: Sequence[VolunteerStatus]  # what the status may become
    mine: bool  # whether the reader looks after the volunteer
    keepers: Sequence[str]  # the consultants who do, by name
    open_to_municipalities: bool
    groups: Sequence[tuple[str, str]]  # found by what was asked: id and name


def volunteer_page(found: Volunteer, asked: str, codes: Collection[str], today: dt.date) -> VolunteerPage:
    """The page of a volunteer, to a reader with those municipalities within reach who looks for a group by what is `asked`."""
    roles = _roles(found)
    belongs = queries.codes_of([found.id], today)[found.id]
    hits = page_of(networks.groups(asked), [Group.sort_key, Group.id], None, MAX_GROUPS).items if asked else []
    return VolunteerPage(
        volunteer=found,
        roles=roles,
        versions={role.id: version_of(queries.role_as_seen(role)) for role, _group, _wants in roles},
        certificate=rules.certificate(found.verified_until, today),
        wanted=any(wants and (role.valid_to is None or role.valid_to > today) for role, _group, wants in roles),
        courses=queries.courses(found.id),
        consents=queries.consents(found.id),
        life=queries.life(found.id),
        steps=[step for step in VolunteerStatus if rules.may_follow(VolunteerStatus(found.status), step)],
        mine=network_rules.may_maintain(codes, belongs),
        keepers=[person.name for person, territory in people.consultants(today) if territory & belongs],
        open_to_municipalities=queries.open_to_municipalities(),
        groups=[(str(group.id), group.name) for group in hits],
    )


def _roles(found: Volunteer) -> list[tuple[VolunteerRole, Group, bool]]:
    held = queries.roles([found.id])[found.id]
    groups = {row.id: row for row in networks.groups_by({role.group_id for role in held})}
    always = queries.always_children()
    return [(role, groups[role.group_id], _wants(role, groups[role.group_id], always)) for role in held]


def _wants(role: VolunteerRole, group: Group, always: frozenset[str]) -> bool:
    meets = rules.group_meets(group.meets_children, always, group.themes)
    return rules.wants_certificate(rules.Children(role.children), meets)
