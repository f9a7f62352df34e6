"""Capacity against need in all municipalities, and the moves between territories: DRC's pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.network.capacity import rules as capacity
from service.network.capacity.texts import counted, unit
from service.network.needs import queries, reallocations, rules
from service.network.needs.candidates import free_at_home
from service.network.needs.files import tiles
from service.network.needs.models import Reallocation
from service.network.needs.rules import Balance, ReallocationState
from service.network.needs.schemas import RemarkFields
from service.network.needs.texts import MOVES, divisible
from service.network.needs.views import bp
from service.network.networks import queries as networks
from service.partnership.catalogue.queries import kinds
from service.platform.accounts import queries as people
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants import register
from tenants.calendar import day_of
from tenants.database import db, now

__all__ = ("bp",)  # the pages here are of the needs' own blueprint

DEEDS: dict[str, Callable[..., Reallocation]] = {
    "ja": reallocations.accept,
    "nej": reallocations.decline,
    "fortryd": reallocations.withdraw,
    "giv-tilbage": reallocations.give_back,
    "fjern-noter": lambda move_id, _given: reallocations.blank(move_id),
}


@bp.get("/kapacitet")
@permit.drc
def board() -> ResponseReturnValue:
    """What is lacking and free in each of the 98, as tiles and as a table with the same figures; and how long needs wait."""
    today, offered = day_of(now()), capacity.offered(kinds())
    asked = request.args.get("type", "")
    kind = asked if asked in offered else None
    said = [each for each in queries.everywhere() if kind is None or each.kind == kind]
    municipalities = register.municipalities()
    figures = rules.balance([m.code for m in municipalities], said, free_at_home(kind))
    waits: dict[str, list[rules.Said]] = {}
    for each in said:
        waits.setdefault(each.municipality_code, []).append(each)
    return render_template(
        "needs/board.html",
        municipalities=municipalities,
        figures=figures,
        total=sum(figures.values(), Balance()),
        waits={code: rules.waits(needs, today) for code, needs in waits.items()},
        waits_all=rules.waits(said, today),
        tiles=tiles(),
        divisible=divisible,
        mine=me().codes,
        kind=kind or "",
        unit=unit(kind) if kind else _("all kinds"),
        kinds=[(code, unit(code)) for code in offered],
    )


@bp.get("/kapacitet/flytninger")
@permit.drc
def listing_moves() -> ResponseReturnValue:
    """The moves from and to one's own territory, newest first."""
    keys = [Reallocation.proposed_at, Reallocation.id]
    page = page_of(queries.moves(), keys, request.args.get("side"), 50, descending=True)
    return render_template(
        "needs/moves.html",
        page=page,
        counted=lambda row: counted(row.kind, row.number),
        groups=networks.names({row.group_id for row in page.items}),
        names={row.code: row.name for row in register.municipalities()},
        texts=MOVES,
    )


@bp.get("/kapacitet/flytninger/<uuid:move_id>")
@permit.drc
def move(move_id: UUID) -> ResponseReturnValue:
    """A move: what is asked, by whom, how it was answered, and what one can do."""
    return _page(queries.move(move_id), Typed())


def _page(found: Reallocation, form: Typed, status: int = 200, tried: str = "") -> ResponseReturnValue:
    """The page of a move, with the form open that was `tried` and refused."""
    municipality = register.municipality(found.municipality_code)
    page = render_template(
        "needs/move.html",
        move=found,
        text=MOVES[ReallocationState(found.state)],
        title=counted(found.kind, found.number),
        group=networks.group(found.group_id),
        municipality=municipality,
        names=people.names([key for key in (found.proposed_by, found.answered_by, found.given_back_by) if key]),
        within=found.municipality_code in me().codes,
        acts={act.name for act in reallocations.acts(found)},
        form=form,
        tried=tried,
    )
    return page, status


@bp.post("/kapacitet/flytninger/<uuid:move_id>/<deed>")
@permit.drc
def decide_move(move_id: UUID, deed: str) -> ResponseReturnValue:
    """Say yes or no, take the proposal back, or give back what was moved: as far as one may."""
    if deed not in DEEDS:
        raise NotFound
    found = queries.move(move_id)
    form = typed()
    given: Any = load(RemarkFields(), form)
    if given is None:
        return _page(found, form, 422, deed)
    try:
        DEEDS[deed](move_id, given)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(queries.move(move_id), form, int(refusal.status), deed)
    flash(_("It has been saved."), "success")
    return redirect(url_for("needs.move", move_id=move_id))
