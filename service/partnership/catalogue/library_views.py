"""The clause library as pages for DRC's secretariat: the texts in their versions, and the one that is being written."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.partnership.catalogue import drafting, library, queries
from service.partnership.catalogue.clauses import AgreementKind
from service.partnership.catalogue.library import PRINCIPLES, ClauseShown, Content
from service.partnership.catalogue.models import TextDraft, TextVersion
from service.partnership.catalogue.schemas import ClauseFields, InUseFields, PrinciplesFields
from service.partnership.catalogue.texts import APPLIES, LIBRARY
from service.platform.accounts import queries as accounts
from service.platform.web.edits import Edited, edited
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, seen_on_page, typed
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from service.platform.web.versions import version_of
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("library", __name__, template_folder="templates")
KINDS = {  # as they stand in an address
    "partnerskab": AgreementKind.PARTNERSHIP.value,
    "samarbejde": AgreementKind.COOPERATION.value,
    "principper": PRINCIPLES,
}


def _kind(address: str) -> str:
    """The kind of text that an address names. Raises NotFound."""
    if address not in KINDS:
        raise NotFound
    return KINDS[address]


@bp.get("/klausuler")
@permit.secretariat
def listing() -> ResponseReturnValue:
    """Each text with its versions and from when they are in use, and what is being written."""
    today, drafts = day_of(now()), {row.kind: row for row in queries.text_drafts()}
    found = {address: queries.versions(kind) for address, kind in KINDS.items()}
    in_force = {address: queries.text_in_force(kind, today).version for address, kind in KINDS.items()}
    makers = {row.made_by for rows in found.values() for row in rows if row.made_by}
    return render_template(
        "catalogue/library.html",
        found=found,
        in_force=in_force,
        today=today,
        drafts={address: drafts.get(kind) for address, kind in KINDS.items()},
        names=LIBRARY,
        kinds=KINDS,
        people=accounts.names(makers),
    )


@bp.get("/klausuler/<text_kind>/<int:text_version>")
@permit.secretariat
def version(text_kind: str, text_version: int) -> ResponseReturnValue:
    """One version clause by clause, beside the one before it."""
    kind = _kind(text_kind)
    row = queries.text_version(kind, text_version)
    before = next((one for one in queries.versions(kind) if one.version < text_version), None)
    return render_template("catalogue/version.html", row=row, before=before, **_read(text_kind, row, before))


def _read(address: str, row: TextVersion | TextDraft, before: TextVersion | None) -> dict[str, object]:
    """What the pages of a version and of a draft have in common."""
    rich, kind = request.args.get("eksempel") != "lidt", KINDS[address]
    was = before.content if before else None
    return {
        "address": address,
        "name": LIBRARY[kind],
        "applies": APPLIES,
        "rich": rich,
        "clauses": _clauses(kind, row.content, was, rich=rich),
        "changed": library.changed(kind, was, row.content) if was else frozenset(),
    }


def _clauses(kind: str, content: Content, was: Content | None, *, rich: bool) -> list[ClauseShown]:
    return [] if kind == PRINCIPLES else library.shown(AgreementKind(kind), content, was, rich=rich)


@bp.post("/klausuler/<text_kind>/udkast")
@permit.secretariat
def begin(text_kind: str) -> ResponseReturnValue:
    """Begin the next version of a text."""
    drafting.begin(_kind(text_kind), me().person_id)
    return redirect(url_for("library.draft", text_kind=text_kind))


@bp.get("/klausuler/<text_kind>/udkast")
@permit.secretariat
def draft(text_kind: str) -> ResponseReturnValue:
    """The version that is being written: what differs, what is missing, and from when it is to be in use."""
    return _draft(text_kind, Typed())


def _draft(text_kind: str, form: Typed) -> ResponseReturnValue:
    kind = _kind(text_kind)
    row, newest = queries.text_draft(kind), queries.versions(kind)[0]
    page = render_template(
        "catalogue/text_draft.html",
        row=row,
        newest=newest,
        faults=library.faults(kind, newest.content, row.content),
        seen=version_of(row.content),
        form=form,
        **_read(text_kind, row, newest),
    )
    return page, form.status


@bp.get("/klausuler/<text_kind>/udkast/<clause_key>")
@permit.secretariat
def clause(text_kind: str, clause_key: str) -> ResponseReturnValue:
    """A clause of the draft, or the principles, to be changed."""
    row = queries.text_draft(_kind(text_kind))
    return _clause(text_kind, clause_key, edited(drafting.state_of(row, clause_key)))


def _clause(text_kind: str, clause_key: str, form: Edited) -> ResponseReturnValue:
    row = queries.text_draft(KINDS[text_kind])
    found = [] if row.kind == PRINCIPLES else library.variants(row.content, clause_key)
    page = render_template(
        "catalogue/clause.html",
        address=text_kind,
        key=clause_key,
        name=LIBRARY[row.kind],
        variants=found,
        locked=library.locked(clause_key),
        applies=APPLIES,
        form=form,
    )
    return page, form.status


@bp.post("/klausuler/<text_kind>/udkast/<clause_key>")
@permit.secretariat
def save(text_kind: str, clause_key: str) -> ResponseReturnValue:
    """Change a clause of the draft, or the principles."""
    kind = _kind(text_kind)
    form = edited(drafting.state_of(queries.text_draft(kind), clause_key))
    if not form.sent:
        return _clause(text_kind, clause_key, form)
    given = load(PrinciplesFields() if kind == PRINCIPLES else ClauseFields(), form)
    if given is None:
        return _clause(text_kind, clause_key, form)
    try:
        drafting.edit(kind, clause_key, given, me().person_id, form.seen)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _clause(text_kind, clause_key, form)
    flash(
        _("The clause is saved in the draft.") if kind != PRINCIPLES else _("The principles are saved in the draft."),
        "success",
    )
    return redirect(url_for("library.draft", text_kind=text_kind, _anchor=clause_key))


@bp.post("/klausuler/<text_kind>/kasser")
@permit.secretariat
def discard(text_kind: str) -> ResponseReturnValue:
    """Throw the draft of a text away."""
    drafting.discard(_kind(text_kind))
    flash(_("The draft has been thrown away."), "success")
    return redirect(url_for("library.listing"))


@bp.post("/klausuler/<text_kind>/i-brug")
@permit.secretariat
@fresh
def put_in_use(text_kind: str) -> ResponseReturnValue:
    """Put the draft in use from a day on."""
    kind, form = _kind(text_kind), typed()
    given = load(InUseFields(), form)
    if given is None:
        return _draft(text_kind, form)
    try:
        number = drafting.put_in_use(kind, given["effective_from"], seen_on_page())
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _draft(text_kind, form)
    flash(_("Version %(number)s is put in use.", number=number), "success")
    return redirect(url_for("library.version", text_kind=text_kind, text_version=number))
