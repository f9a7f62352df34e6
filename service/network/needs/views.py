"""A municipality's needs as pages, for both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.network.capacity import rules as capacity
from service.network.capacity.texts import counted, unit
from service.network.needs import candidates, operations, queries, reallocations, rules
from service.network.needs.models import Need
from service.network.needs.rules import NeedState
from service.network.needs.schemas import NeedAnswerFields, NeedFields, ProgressFields, RemarkFields, WithdrawFields
from service.network.needs.texts import ACTS, MOVES, NEARS, SIDES, STATES, languages
from service.network.networks import queries as networks
from service.partnership.catalogue.queries import kinds
from service.platform.web.edits import Edited, edited
from service.platform.web.errors import Conflict, NotFound, Refusal
from service.platform.web.fields import Strict
from service.platform.web.forms import Typed, load, seen_on_page, typed
from service.platform.web.here import municipality_here, opens
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.reading import sending
from service.platform.web.versions import version_of
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.scope import Capability

bp = Blueprint("needs", __name__, template_folder="templates")

# What stands in the address of each act, what is sent with it, and the operation.
DEEDS: Mapping[str, tuple[type[Strict], Callable[..., Need]]] = {
    "ja-tak": (RemarkFields, operations.accept),
    "paa-plads": (ProgressFields, operations.progress),
    "traek": (WithdrawFields, operations.withdraw),
}


@bp.get("/kommuner/<municipality_code>/behov")
@permit.capability(Capability.NEEDS)
def listing(municipality_code: str) -> ResponseReturnValue:
    """The needs of a municipality, newest first, and how long they wait."""
    today = day_of(now())
    page = page_of(
        queries.needs([municipality_code]), [Need.said_at, Need.id], request.args.get("side"), 50, descending=True
    )
    said = queries.of_municipality(municipality_code)
    in_numbers = {each.id: each for each in said}
    return render_template(
        "needs/list.html",
        municipality=municipality_here(),
        page=page,
        said=in_numbers,
        days={each.id: rules.wait(each, today) for each in said},
        waits=rules.waits(said, today),
        lacking=sum(each.lacking for each in said),
        counted=lambda row: counted(row.kind, row.number),
        states=STATES,
        allowed=opens(Capability.NEEDS),
    )


@bp.route("/kommuner/<municipality_code>/behov/nyt", methods=["GET", "POST"])
@permit.capability(Capability.NEEDS)
def new(municipality_code: str) -> ResponseReturnValue:
    """Say what is lacking."""
    return _form(municipality_code, edited(None), None)


@bp.route("/kommuner/<municipality_code>/behov/<uuid:need_id>/ret", methods=["GET", "POST"])
@permit.capability(Capability.NEEDS)
def edit(municipality_code: str, need_id: UUID) -> ResponseReturnValue:
    """Say it anew, while nothing answers it."""
    found = queries.need(need_id, municipality_code)
    return _form(municipality_code, edited(operations.as_seen(found)), found)


def _form(code: str, form: Edited, found: Need | None) -> ResponseReturnValue:
    if form.sent:
        given = load(NeedFields(), form)
        try:
            if given is not None:
                row = operations.change(found.id, given, code, form.seen) if found else operations.say(code, given)
                flash(_("The need has been saved. DRC can see it."), "success")
                return redirect(url_for("needs.need", municipality_code=code, need_id=row.id))
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    page = render_template(
        "needs/form.html",
        form=form,
        need=found,
        municipality=municipality_here(),
        kinds=[(code, unit(code)) for code in capacity.offered(kinds())],
        languages=languages(),
    )
    return page, form.status


@bp.get("/kommuner/<municipality_code>/behov/<uuid:need_id>")
@permit.capability(Capability.NEEDS)
def need(municipality_code: str, need_id: UUID) -> ResponseReturnValue:
    """One need: where it stands, its story, and what one can do."""
    return _page(queries.need(need_id, municipality_code), Typed())


def _page(found: Need, form: Typed, status: int = 200) -> ResponseReturnValue:
    answers = queries.answers([found.id])[found.id]
    said = queries.in_numbers(found, answers)
    moved = queries.moves_of([found.id]) if me().drc else []
    groups = networks.names({row.group_id for row in answers} | {row.group_id for row in moved})
    page = render_template(
        "needs/need.html",
        municipality=municipality_here(),
        need=found,
        said=said,
        state=STATES[said.state],
        waited=rules.wait(said, day_of(now())),
        waiting=said.state is NeedState.OPEN,
        title=counted(found.kind, found.number),
        languages=[name for code, name in languages() if code in found.languages],
        story=queries.story(found, answers, groups),
        acts={act.name for act in rules.acts(said.state, operations.side())},
        act_texts=ACTS,
        sides=SIDES,
        side=operations.side(),
        seen=version_of(operations.as_seen(found, said.given)),
        counted=lambda number: counted(found.kind, number),
        moves=moved,
        move_texts=MOVES,
        groups=groups,
        form=form,
    )
    return page, status


@bp.route("/kommuner/<municipality_code>/behov/<uuid:need_id>/svar", methods=["GET", "POST"])
@permit.drc
def answer(municipality_code: str, need_id: UUID) -> ResponseReturnValue:
    """Answer a need with a group that has capacity: the near ones first."""
    queries.need(need_id, municipality_code)
    form = typed() if sending() else Typed()
    given = load(NeedAnswerFields(), form) if sending() else None
    try:
        if given is not None:
            move = reallocations.answer(need_id, given, municipality_code)
            flash(
                _("The need has been answered.")
                if move.answered_at
                else _("The consultant of the group's territory has been asked."),
                "success",
            )
            return redirect(url_for("needs.need", municipality_code=municipality_code, need_id=need_id))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
    page = candidates.answer_page(need_id, municipality_code, day_of(now()))
    shown = render_template(
        "needs/answer.html",
        municipality=municipality_here(),
        page=page,
        title=counted(page.need.kind, page.need.number),
        nears=NEARS,
        form=form,
    )
    return shown, 422 if form.errors else 200


@bp.post("/kommuner/<municipality_code>/behov/<uuid:need_id>/<deed>")
@permit.capability(Capability.NEEDS)
def decide(municipality_code: str, need_id: UUID, deed: str) -> ResponseReturnValue:
    """Accept, say how many are in place, or withdraw: as far as one may."""
    if deed not in DEEDS:
        raise NotFound
    schema, operation = DEEDS[deed]

    found = queries.need(need_id, municipality_code)
    form = typed()
    given: Any = load(schema(), form)
    if given is None:
        return _page(found, form, 422)
    try:
        operation(need_id, given, municipality_code, seen=seen_on_page())
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(queries.need(need_id, municipality_code), form, int(refusal.status))
    flash(_("It has been saved."), "success")
    return redirect(url_for("needs.need", municipality_code=municipality_code, need_id=need_id))


@bp.post("/kommuner/<municipality_code>/behov/<uuid:need_id>/noter/<uuid:note_id>/fjern")
@permit.capability(Capability.NEEDS)
def blank(municipality_code: str, need_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Take out what was written in a step."""
    try:
        operations.blank(need_id, note_id, municipality_code)
    except Conflict as refusal:
        db.session.rollback()
        form = Typed()
        form.refuse(refusal)
        return _page(queries.need(need_id, municipality_code), form, int(refusal.status))
    flash(_("The note has been removed."), "success")
    return redirect(url_for("needs.need", municipality_code=municipality_code, need_id=need_id))
