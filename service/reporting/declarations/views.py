"""Declarations as pages: the group's contact answers by a mailed link, the municipality and DRC find the papers."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service.platform.web.errors import Conflict
from service.platform.web.here import municipality_here
from service.platform.web.identity import me
from service.platform.web.links import here
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.reading import sending
from service.reporting.declarations import operations, queries, rules
from service.reporting.declarations.models import Declaration
from service.volunteer.volunteers import queries as volunteers
from tenants import register
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("declarations", __name__, template_folder="templates")


@bp.route("/erklaering/<token>", methods=["GET", "POST"])
@permit.link(operations.PURPOSE, rules.LINK_DAYS)
def answer(token: str) -> ResponseReturnValue:
    """What the group declares, to be read and confirmed. Opened again, it says that it has been."""
    changed = None
    if sending():
        try:
            operations.confirm(here().id, request.form.get("shown", ""))
        except Conflict as conflict:
            db.session.rollback()
            changed = conflict.message
    rows = queries.asked(here().id)
    waiting = [row for row in rows if row.confirmed_at is None]
    first = (waiting or rows)[0]
    page = render_template(
        "declarations/answer.html",
        declaration=first,
        confirmed=not waiting,
        sentence=rules.sentence(first.states, first.year),
        lines=rules.lines(first.states),
        municipalities=[row.name for row in register.municipalities() if row.code in here().codes],
        shown=operations.mark(waiting),
        changed=changed,
    )
    return page, 409 if changed else 200


@bp.get("/kommuner/<municipality_code>/erklaeringer")
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """A municipality's declarations, newest first; those that have been issued."""
    query = queries.seen(queries.declarations(municipality_code), drc=False)
    keys = [Declaration.year, Declaration.id]
    page = page_of(query, keys, request.args.get("side"), 50, descending=True)
    return render_template("declarations/listing.html", page=page, municipality=municipality_here())


@bp.get("/erklaeringer")
@permit.drc
def overview() -> ResponseReturnValue:
    """The declarations within reach: which have come, which are waited for, and which cannot be asked for."""
    page = page_of(
        queries.declarations(), [Declaration.year, Declaration.id], request.args.get("side"), 50, descending=True
    )
    return render_template(
        "declarations/overview.html",
        page=page,
        contacts=volunteers.contacts({row.group_id for row in page.items}),
        names={row.code: row.name for row in register.municipalities() if row.code in me().codes},
        sentence=rules.sentence,
        year=day_of(now()).year - 1,
    )
