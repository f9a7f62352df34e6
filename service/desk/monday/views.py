"""The Monday list as a page, and each kind of line as a list of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.desk.monday import queries, rules, stuck
from service.desk.monday.texts import GROUPS, MondayWords
from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds
from service.platform.feature import features
from service.platform.lines import Line
from service.platform.web.errors import NotFound
from service.platform.web.identity import Role, me
from service.platform.web.language import chosen
from service.platform.web.permits import permit
from service.reporting.statements import queries as statements
from tenants import register
from tenants.calendar import day_of, first_of, month_before, month_name
from tenants.database import now

bp = Blueprint("monday", __name__, template_folder="templates")
BEGIN_WITH = 5
EACH_PAGE = 50


def page() -> ResponseReturnValue:
    """What needs DRC's people: what to begin with, then all of it by group; for the secretariat by territory as well."""
    today, territory = day_of(now()), request.args.get("omraade", "")
    codes, national = _within(territory), me().has(Role.SECRETARIAT)
    found = rules.in_order(queries.gathered(codes, today), today)
    last = month_before(first_of(today))
    return render_template(
        "monday/list.html",
        gathered=found,
        counts=rules.by_group(found),
        begin=rules.first_of_all(found, today, BEGIN_WITH),
        territories=queries.territories(today) if national and not territory else [],
        territory=territory,
        unattended=queries.unattended(codes, national=national),
        run=statements.run(last),
        owed=len(statements.owed(last)),
        last=last,
        month_name=month_name,
        **_words(),
    )


@bp.get("/mandag")
@permit.drc
def kind() -> ResponseReturnValue:
    """All lines of one kind."""
    source, territory = features().lines.get(request.args.get("slags", "")), request.args.get("omraade", "")
    if source is None:
        raise NotFound
    found = queries.lines([source], _within(territory), day_of(now()), request.args.get("side"), EACH_PAGE)
    return render_template("monday/kind.html", source=source, page=found, territory=territory, **_words())


@bp.get("/gaaet-i-staa")
@permit.drc
def stuck_work() -> ResponseReturnValue:
    """Work that stands still: what, whose, why, and a button."""
    names = {row.code: row.name for row in register.municipalities()}
    return render_template("monday/stuck.html", found=list(stuck.found()), names=names)


@bp.post("/gaaet-i-staa/<work_kind>/<uuid:work_id>/igen")
@permit.drc
def again(work_kind: str, work_id: UUID) -> ResponseReturnValue:
    """Set a piece of work going again."""
    stuck.again(work_kind, work_id)
    flash(_("It is being tried again."), "success")
    return redirect(url_for("monday.stuck_work"))


def _within(territory: str) -> frozenset[str]:
    """The municipalities that are asked for, of those within reach."""
    return me().codes & queries.codes_of(territory, day_of(now())) if territory else me().codes


def _words() -> dict[str, Any]:
    words = MondayWords(kinds(), measures(), chosen())
    sources = features().lines

    def says(line: Line) -> Any:
        return sources[line.kind].says(line, words)

    def leads(line: Line) -> str:
        source = sources[line.kind]
        return url_for(source.endpoint, **source.address(line))

    return {
        "names": {row.code: row.name for row in register.municipalities()},
        "groups": GROUPS,
        "sources": sources,
        "says": says,
        "leads": leads,
    }
