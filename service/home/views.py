"""The start pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.activities import totals
from service.activities.rules import MonthFigures
from service.activities.texts import WHO
from service.agreements import queries as agreements
from service.capacity.texts import counted
from service.catalogue.queries import kinds
from service.catalogue.texts import CAPABILITIES, LEVELS
from service.duties import queries as duties
from service.duties.texts import SIDES, title
from service.feature import features
from service.home import queries
from service.monday import views as monday
from service.needs import queries as needs
from service.networks import queries as networks
from service.networks.models import Group, GroupContact
from service.partnerships import queries as drafts
from service.shares import queries as shares
from service.shares.rules import Aspect
from service.statements import queries as statements
from service.statements.rules import Part, due, kept, lead, promises
from service.web.charts import BarChart, Figure, by_month
from service.web.here import municipality_here, scope_here
from service.web.identity import Role, me
from service.web.language import chosen
from service.web.permits import permit
from tenants import register
from tenants.calendar import day_of, first_of, month_after, month_before, months_back
from tenants.database import now
from tenants.scope import Capability, Scope

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
@permit.signed_in
def start() -> ResponseReturnValue:
    """Everybody's own start page."""
    identity = me()
    if identity.drc:
        return monday.page()
    if identity.municipality_code is None:
        return redirect(url_for("accounts.choose"))
    return redirect(url_for("home.municipality", municipality_code=identity.municipality_code))


@bp.get("/tilgaengelighed")
@permit.public
def accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return render_template("accessibility.html")


@bp.get("/kommuner")
@permit.drc
def municipalities() -> ResponseReturnValue:
    """The municipalities within reach, in Danish order, and what each has."""
    codes = me().codes
    return render_template(
        "home/municipalities.html",
        municipalities=[m for m in register.municipalities() if m.code in codes],
        periods=queries.in_force_now(day_of(now())),
        levels=LEVELS,
    )


@bp.get("/kommuner/<municipality_code>")
@permit.municipality
def municipality(municipality_code: str) -> ResponseReturnValue:
    """A municipality's one screen: what we agreed, what happened, what waits, the newest statement, whom to call."""
    today = day_of(now())
    identity, scope = me(), scope_here()
    over = month_before(first_of(today))
    # What is not closed yet, read today and tomorrow, would tell the persons of one session: it is for DRC alone.
    last = over if identity.drc else totals.last_closed(municipality_code)
    months = totals.figures(municipality_code, months_back(last, 13), closed_alone=not identity.drc) if last else []
    promised = promises([Part(scope, last, month_after(last))]) if scope and last else []
    waiting = agreements.open_one(municipality_code)
    due_now, due_next = due(scope, today) if scope else ([], None)
    says_needs = bool(scope and (identity.drc or scope.allows(Capability.NEEDS)))
    network = bool(scope and (identity.drc or scope.allows(Capability.NETWORK) or scope.allows(Capability.ALL_GROUPS)))
    return render_template(
        "home/municipality.html",
        municipality=municipality_here(),
        scope=scope,
        level=LEVELS[scope.level] if scope else None,
        capabilities=CAPABILITIES,
        kinds=kinds(),
        needs=needs.of_start_page(municipality_code) if says_needs else None,
        counted=lambda row: counted(row.kind, row.number),
        language_code=chosen(),
        lead=lead(months[-1], months[-2], promised) if scope and months and chosen() == "da" else None,
        now=months[-1] if months else None,
        before=months[-2] if months else None,
        shown=_shown,
        promised=promised,
        kept=kept(months[-1], promised) if months else None,
        who=_who(months[-1], months[-2]) if months else [],
        partial=any(month.partial for month in months[-2:]),
        figures=bool(scope and (identity.drc or scope.allows(Capability.FIGURES))),
        chart=_chart(months) if months else None,
        waiting=waiting,
        approves=identity.has(Role.MANAGER),
        newest=statements.newest(municipality_code),
        due_now=due_now,
        due_next=due_next,
        duties=duties.in_short(municipality_code, today),
        sides=SIDES,
        title=title,
        groups=_groups(municipality_code, scope, today) if network and scope else None,
        offers=shares.waiting(municipality_code),
        opened=features().opened,
        draft=drafts.draft(municipality_code) if identity.drc else None,
        last=last,
        awaited=over if last != over and municipality_code in statements.owed(over) else None,
    )


def _chart(months: Sequence[MonthFigures]) -> BarChart:
    """How many came, month by month."""
    return by_month(
        "attendances",
        _("Attendances in the last 13 months"),
        [m.month for m in months],
        [_shown(m.attendances) for m in months],
        unit=_("Attendances"),
    )


def _groups(code: str, scope: Scope, today: dt.date) -> list[tuple[Group, GroupContact | None]]:
    """The groups that the municipality sees, each with its public contact where that is shown."""
    aspects = shares.in_sight(code, scope.capabilities, today)
    return [
        (row, contact if Aspect.CONTACT in aspects[row.id] else None)
        for row, contact, _area in networks.faces(aspects, code)
    ]


def _who(now: MonthFigures, before: MonthFigures) -> list[tuple[str, Figure, Figure]]:
    """Who came in a month and in the one before it, of what was counted in the month."""

    def figure(month: MonthFigures, name: str) -> Figure:
        return _shown(month.who[name]) if name in month.who else None

    return [(WHO[name], figure(now, name), figure(before, name)) for name in now.who]


def _shown(value: int | None) -> Figure:
    return "hidden" if value is None else value
