"""Lists of volunteers as pages, for DRC's people: all, those of a group, those whom nobody has heard of."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.network.networks import queries as networks
from service.network.networks.views import names
from service.platform.accounts import queries as people
from service.platform.ledger.operations import record_reading
from service.platform.web.errors import NotFound, answer
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.reading import wants_json
from service.platform.web.searching import words_asked
from service.volunteer.volunteers import queries, rules, territory
from service.volunteer.volunteers.models import Volunteer
from service.volunteer.volunteers.rules import Certificate, VolunteerStatus
from service.volunteer.volunteers.schemas import ReasonFields
from service.volunteer.volunteers.texts import (
    CERTIFICATES,
    CHILDREN,
    ROLES,
    SILENCES,
    STATUSES,
)
from service.volunteer.volunteers.views import bp
from tenants.calendar import day_of
from tenants.database import now

__all__ = ["bp"]  # the lists are pages of the same blueprint


@bp.get("/frivillige")
@permit.drc
def volunteers() -> ResponseReturnValue:
    """The volunteers, to be searched and narrowed down. That somebody has searched is in the ledger, what for is not."""
    limits = {name: request.args.get(name, "") for name in ("status", "kommune", "attest", "gruppe")}
    asked = {"q": words_asked(), **limits}
    known, today = names(), day_of(now())
    group_id = _id(asked["gruppe"])
    query = queries.volunteers(
        asked["q"],
        status=asked["status"] if asked["status"] in set(VolunteerStatus) else None,
        group_id=group_id,
        code=asked["kommune"] if asked["kommune"] in known else None,
        certificate=Certificate(asked["attest"]) if asked["attest"] in set(Certificate) else None,
    )
    page = page_of(query, [Volunteer.sort_key, Volunteer.id], request.args.get("side"), 50)
    if asked["q"]:
        record_reading("volunteer.searched", hits=len(page.items))
    roles = queries.roles([row.id for row in page.items], today)
    groups = networks.names(
        {held.group_id for found in roles.values() for held in found} | ({group_id} if group_id else set())
    )
    if group_id is not None and group_id not in groups:
        raise NotFound
    return render_template(
        "volunteers/list.html",
        page=page,
        withheld=territory.withheld([row.id for row in page.items]),
        asked=asked,
        group=groups.get(group_id) if group_id else None,
        roles=roles,
        groups=groups,
        names=known,
        statuses=STATUSES,
        certificates=CERTIFICATES,
    )


def _id(text: str) -> UUID | None:
    """The id of the group that the list is narrowed down to, if any. Raises NotFound for what is no id."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound from error


@bp.app_errorhandler(territory.ReasonNeeded)
def _reason_needed(error: territory.ReasonNeeded) -> ResponseReturnValue:
    """A page leads to where the reason is given; a program is told."""
    if wants_json():
        return answer(error.status, error.message)
    return redirect(url_for("volunteers.reason", volunteer_id=error.whom))


@bp.get("/frivillige/<uuid:volunteer_id>/begrundelse")
@permit.drc
def reason(volunteer_id: UUID) -> ResponseReturnValue:
    """Where a volunteer of another territory is opened: who looks after them, and why it is opened."""
    return _reason(volunteer_id, Typed())


@bp.post("/frivillige/<uuid:volunteer_id>/begrundelse")
@permit.drc
def give_reason(volunteer_id: UUID) -> ResponseReturnValue:
    """Say why, and open the page."""
    form = typed()
    given = load(ReasonFields(), form)
    if given is None:
        return _reason(volunteer_id, form)
    territory.give_reason(volunteer_id, given["why"])
    return redirect(url_for("volunteers.volunteer", volunteer_id=volunteer_id))


def _reason(volunteer_id: UUID, form: Typed) -> ResponseReturnValue:
    row, today = queries.volunteer(volunteer_id), day_of(now())
    belongs = queries.codes_of([row.id], today)[row.id]
    page = render_template(
        "volunteers/reason.html",
        volunteer=row,
        keepers=[person.name for person, codes in people.consultants(today) if codes & belongs],
        form=form,
        reasons=territory.REASONS,
    )
    return page, form.status


@bp.get("/frivillige/stille")
@permit.drc
def silent() -> ResponseReturnValue:
    """Those within reach whom nobody has heard of for too long, each with what can be done."""
    found = queries.silent(me().codes)
    return render_template("volunteers/silent.html", found=found, silences=SILENCES, statuses=STATUSES)


@bp.get("/grupper/<uuid:group_id>/frivillige")
@permit.drc
def of_group(group_id: UUID) -> ResponseReturnValue:
    """Who has which role in a group today, and whether the child certificate that it calls for is there."""
    group, today = networks.group(group_id), day_of(now())
    in_group = queries.in_group(group.id, today)
    meets = rules.group_meets(group.meets_children, queries.always_children(), group.themes)
    return render_template(
        "volunteers/of_group.html",
        group=group,
        meets=meets,
        held=[(role, person, _certificate(role.children, meets, person)) for role, person in in_group],
        withheld=territory.withheld([person.id for _role, person in in_group]),
        contacts=queries.contacts([group.id])[group.id],
        roles=ROLES,
        children=CHILDREN,
        certificates=CERTIFICATES,
        statuses=STATUSES,
    )


def _certificate(children: str, meets: bool, person: Volunteer) -> Certificate | None:
    """How a person stands with the certificate that a role calls for; None where it calls for none."""
    if not rules.wants_certificate(rules.Children(children), meets):
        return None
    return rules.certificate(person.verified_until, day_of(now()))
