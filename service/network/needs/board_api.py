"""The moves between territories, and what is lacking and free in all municipalities: DRC's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.network.capacity.rules import offered
from service.network.needs import queries, rules
from service.network.needs import reallocations as moving
from service.network.needs.api import bp
from service.network.needs.candidates import free_at_home
from service.network.needs.items import BalanceItem, MoveItem
from service.network.needs.models import Reallocation
from service.network.needs.rules import ReallocationState
from service.network.needs.schemas import RemarkFields
from service.partnership.catalogue.queries import kinds
from service.platform.web.api import ListQuery, listed, listed_page, pages_of
from service.platform.web.errors import NotFound
from service.platform.web.fields import Choice, Text
from service.platform.web.idempotency import once
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants import register
from tenants.calendar import day_of
from tenants.database import now

__all__ = ("bp",)  # the routes here are of the needs' own collection


class MoveQuery(ListQuery):
    """What the list of moves is asked with."""

    state = Choice(ReallocationState, required=False)


class BalanceQuery(ListQuery):
    """What the figures are asked with."""

    kind = Text(60, required=False)


@bp.get("/moves", tags=["moves"])
@permit.drc
@bp.arguments(MoveQuery, location="query")
@bp.response(200, pages_of(MoveItem))
def moves(asked: dict[str, Any]) -> Any:
    """List the moves from and to one's own territory."""
    query = queries.moves(*([asked["state"]] if asked["state"] else []))
    page = page_of(query, [Reallocation.proposed_at, Reallocation.id], asked["cursor"], asked["limit"])
    return listed_page(page, asked["limit"])


@bp.get("/moves/<uuid:move_id>", tags=["moves"])
@permit.drc
@bp.response(200, MoveItem)
def move(move_id: UUID) -> Any:
    """Read a move."""
    return queries.move(move_id)


@bp.post("/moves/<uuid:move_id>/accept", tags=["moves"])
@permit.drc
@once
@bp.arguments(RemarkFields)
@bp.response(200, MoveItem)
def accept_move(given: dict[str, Any], move_id: UUID) -> Any:
    """Say yes for the group: the free number falls and the need is answered."""
    return moving.accept(move_id, given)


@bp.post("/moves/<uuid:move_id>/decline", tags=["moves"])
@permit.drc
@once
@bp.arguments(RemarkFields)
@bp.response(200, MoveItem)
def decline_move(given: dict[str, Any], move_id: UUID) -> Any:
    """Say no for the group."""
    return moving.decline(move_id, given)


@bp.post("/moves/<uuid:move_id>/withdraw", tags=["moves"])
@permit.drc
@once
@bp.arguments(RemarkFields)
@bp.response(200, MoveItem)
def withdraw_move(given: dict[str, Any], move_id: UUID) -> Any:
    """Take a proposal back."""
    return moving.withdraw(move_id, given)


@bp.post("/moves/<uuid:move_id>/give-back", tags=["moves"])
@permit.drc
@once
@bp.arguments(RemarkFields)
@bp.response(200, MoveItem)
def give_back_move(given: dict[str, Any], move_id: UUID) -> Any:
    """Undo a move: the group has it free again, and the need lacks it again."""
    return moving.give_back(move_id, given)


@bp.post("/moves/<uuid:move_id>/blank", tags=["moves"])
@permit.drc
@once
@bp.response(200, MoveItem)
def blank_move(move_id: UUID) -> Any:
    """Remove what was written about a move, for good, in its answer as well."""
    return moving.blank(move_id)


@bp.get("/capacity", tags=["capacity"])
@permit.drc
@bp.arguments(BalanceQuery, location="query")
@bp.response(200, pages_of(BalanceItem))
def balance(asked: dict[str, Any]) -> Any:
    """What is lacking and free in every municipality, of one kind or of all: the 98 at once, in Danish order."""
    kind = asked["kind"] or None
    if kind is not None and kind not in offered(kinds()):
        raise NotFound
    today, codes = day_of(now()), [row.code for row in register.municipalities()]
    said = [each for each in queries.everywhere() if kind is None or each.kind == kind]
    figures = rules.balance(codes, said, free_at_home(kind))
    waits = {code: rules.waits([each for each in said if each.municipality_code == code], today) for code in codes}
    items = [
        {
            "id": code,
            "municipality_code": code,
            "lacking": figures[code].lacking,
            "free": figures[code].free,
            "days_waited_median": waits[code].median,
            "days_waited_longest": waits[code].longest,
        }
        for code in codes
    ]
    return listed(items, None, len(items))
