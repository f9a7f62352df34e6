"""The start pages."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.settings import Settings
from service.activity.activities.disclosure import MonthFigures
from service.activity.activities.measures import MONTHLY
from service.desk.home import queries
from service.desk.home.accessibility import REVIEWED
from service.desk.monday import views as monday
from service.network.capacity.texts import counted
from service.partnership.agreements.texts import tag
from service.partnership.catalogue.texts import CAPABILITIES, LEVELS
from service.partnership.duties.texts import SIDES, title
from service.platform.accounts.texts import LOOK_REASONS
from service.platform.feature import features
from service.platform.web.charts import BarChart, Figure, by_month
from service.platform.web.forms import Typed
from service.platform.web.here import municipality_here, scope_here
from service.platform.web.identity import Role, me
from service.platform.web.language import chosen
from service.platform.web.permits import permit
from tenants import register
from tenants.calendar import day_of
from tenants.database import now

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
    settings: Settings = current_app.extensions["settings"]
    return render_template(
        "accessibility.html",
        reviewed=REVIEWED,
        address=settings.public_url,
        email=settings.accessibility_contact,
        phone=settings.accessibility_phone,
    )


@bp.get("/was")
@permit.public
def accessibility_by_its_short_address() -> ResponseReturnValue:
    """The short address that the Danish agency asks for."""
    return redirect(url_for("home.accessibility"))


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
    """A municipality's one screen."""
    identity = me()
    page = queries.start_page(municipality_code, scope_here(), day_of(now()), drc=identity.drc)
    return render_template(
        "home/municipality.html",
        municipality=municipality_here(),
        page=page,
        level=LEVELS[page.scope.level] if page.scope else None,
        tag=tag,
        capabilities=CAPABILITIES,
        counted=lambda row: counted(row.kind, row.number),
        language_code=chosen(),
        shown=_shown,
        who=_who(page.figures.now, page.figures.before) if page.figures else [],
        chart=_chart(page.figures.months) if page.figures else None,
        approves=identity.has(Role.MANAGER),
        sides=SIDES,
        title=title,
        opened=features().opened,
        look_form=Typed(),
        look_reasons=[(reason.value, words) for reason, words in LOOK_REASONS.items()],
    )


def _chart(months: Sequence[MonthFigures]) -> BarChart | None:
    """How many came, month by month; None where nobody did."""
    if all(m.attendances == 0 for m in months):
        return None
    return by_month(
        "attendances",
        _("Attendances in the last 13 months"),
        [m.month for m in months],
        [_shown(m.attendances) for m in months],
        unit=_("Attendances"),
    )


def _who(now: MonthFigures, before: MonthFigures) -> list[tuple[str, Figure, Figure]]:
    """Who came in a month and in the one before it, of what was counted in the month."""

    def figure(month: MonthFigures, name: str) -> Figure:
        return _shown(month.who[name]) if name in month.who else None

    return [(str(MONTHLY[name].name), figure(now, name), figure(before, name)) for name in now.who]


def _shown(value: int | None) -> Figure:
    return "hidden" if value is None else value
