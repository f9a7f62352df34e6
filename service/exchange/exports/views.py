"""Files that go out as pages, for DRC's people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.activity.activities import reconciling
from service.activity.activities.reconciling import Reconciled
from service.exchange.exports import operations, queries
from service.exchange.exports.keeping import FILES
from service.exchange.exports.models import Export
from service.exchange.exports.schemas import ExportFields
from service.exchange.exports.texts import limits
from service.exchange.records import writing
from service.exchange.records.kinds import KINDS
from service.exchange.records.kinds.base import Limits
from service.exchange.records.texts import FILE_NAMES, KIND_NAMES, STATUSES_OF
from service.network.networks import queries as networks
from service.network.networks.models import Network
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.reading import reading
from service.platform.web.searching import words_asked
from service.platform.work import leases
from tenants import register
from tenants.calendar import day_of
from tenants.database import db

bp = Blueprint("exports", __name__, template_folder="templates")


@bp.route("/overfoersler/udtraek", methods=["GET", "POST"])
@permit.drc
def new() -> ResponseReturnValue:
    """Ask for a file of what one may see; below, those that one has asked for of late."""
    if reading():
        asked = {name: request.args.get(name, "")[:100] for name in (*Limits.__dataclass_fields__, "kind")}
        return _new(Typed({"file_format": "xlsx", **asked, "q": words_asked()}))
    form = typed()
    given = load(ExportFields(), form)
    if given is not None:
        try:
            row = operations.ask(given.pop("kind"), given.pop("file_format"), Limits(**given), me())
            return redirect(url_for("exports.export", export_id=row.id))
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return _new(form, 422)


def _new(form: Typed, status: int = 200) -> ResponseReturnValue:
    kind = KINDS.get(form.values.get("kind", "")) or KINDS["groups"]
    form.values["kind"] = kind.code
    group_id = form.values.get("group_id", "")
    page = page_of(queries.exports(me()), [Export.created_at, Export.id], None, 50, descending=True)
    html = render_template(
        "exports/new.html",
        form=form,
        kind=kind,
        kinds=KIND_NAMES,
        municipalities=[(row.code, row.name) for row in register.municipalities() if row.code in me().codes],
        statuses=[(status, words) for status, (words, _colour) in STATUSES_OF.get(kind.code, {}).items()],
        networks=_networks() if "network_id" in kind.limits else [],
        groups=[(group_id, name) for name in _group(group_id)] if "group_id" in kind.limits else [],
        page=page,
        lines=[_line(row) for row in page.items],
        hours=FILES.time.total_seconds() // 3600,
    )
    return html, status


def _networks() -> list[tuple[str, str]]:
    query = networks.networks().order_by(Network.sort_key, Network.id).limit(200)
    return [(str(row.id), row.name) for row in db.session.scalars(query)]


def _group(group_id: str) -> list[str]:
    """The name of the group that a list was narrowed down to. Raises NotFound for what is no id."""
    try:
        return list(networks.names({UUID(group_id)}).values()) if group_id else []
    except ValueError as error:
        raise NotFound from error


@bp.get("/overfoersler/udtraek/<uuid:export_id>")
@permit.drc
def export(export_id: UUID) -> ResponseReturnValue:
    """How far a file is, and the way to it when it is made."""
    row = queries.export(export_id, me())
    line = _line(row)
    if request.headers.get("HX-Request"):
        return render_template("exports/_progress.html", line=line)
    until = row.made_at + FILES.time if row.made_at else None
    return render_template("exports/export.html", line=line, until=until, sums=_sums(row))


def _sums(row: Export) -> Reconciled | None:
    """What the attendances of a municipality's sessions come to, for who adds up the file; None of another file."""
    limits = operations.limits_of(row)
    if row.kind != "sessions" or limits.municipality_code is None:
        return None
    return reconciling.reconciled(limits.municipality_code, limits.first, limits.last)


@bp.get("/overfoersler/udtraek/<uuid:export_id>/fil")
@permit.drc
def file(export_id: UUID) -> ResponseReturnValue:
    """The file, to be saved. The ledger notes it."""
    row = queries.export(export_id, me())
    return writing.sent(operations.fetch(row), _name(row), row.file_format)


@bp.post("/overfoersler/udtraek/<uuid:export_id>/igen")
@permit.drc
def again(export_id: UUID) -> ResponseReturnValue:
    """Let a file that was given up be tried anew."""
    operations.again(queries.export(export_id, me(), lock=True))
    return redirect(url_for("exports.export", export_id=export_id))


def _name(row: Export) -> str:
    return f"{FILE_NAMES[row.kind]}-{day_of(row.created_at).isoformat()}"


def _line(row: Export) -> dict[str, Any]:
    """An export as the pages show it."""
    return {
        "row": row,
        "name": KIND_NAMES[row.kind],
        "limits": limits(row.kind, row.limits, {each.code: each.name for each in register.municipalities()}),
        "made": row.made_at is not None,
        "gave_up": row.work_state == leases.FAILED,
        "file": f"{_name(row)}.{row.file_format}",
    }
