"""What a municipality and DRC do about a need. Every step is dated, keeps its side's remark, and is in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import text

from service.network.capacity.rules import offered
from service.network.needs import queries, rules
from service.network.needs.models import Need, NeedAnswer, NeedEvent, Reallocation
from service.network.needs.rules import LANGUAGES, NeedAct, NeedParty, NeedState
from service.partnership.catalogue.queries import kinds
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid, NotFound, Refusal
from service.platform.web.versions import WHATEVER, Seen
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import Office, present


@dataclass(frozen=True, slots=True)
class Past:
    """When something was done, and by which side: for unattended work that writes down what has been."""

    at: dt.datetime
    side: NeedParty


def say(code: str, given: Mapping[str, Any], past: Past | None = None) -> Need:
    """Say what a municipality lacks. Raises Refusal where its agreement does not open needs, and Invalid by field."""
    moment = past.at if past else now()
    if not queries.allowed(code, day_of(moment)):
        raise Refusal(_("The agreement in force does not open needs."))
    row = Need(
        municipality_code=code,
        **_checked(given, day_of(moment)),
        state=NeedState.OPEN,
        in_place=0,
        said_at=moment,
    )
    db.session.add(row)
    db.session.flush()
    _step(row, NeedAct.SAY, past, number=row.number, remark=row.remark)
    return row


def as_seen(row: Need, given: int | None = None) -> dict[str, Any]:
    """What is edited of a need, in the shape that it is sent in, and how far it is: `given` have been found for it."""
    if given is None:
        given = queries.given(queries.answers([row.id])[row.id])
    names = ("kind", "number", "needed_by", "languages", "remark", "state", "in_place")
    return {name: getattr(row, name) for name in names} | {"given": given}


def change(need_id: UUID, given: Mapping[str, Any], code: str | None = None, seen: Seen = WHATEVER) -> Need:
    """Say it anew, while nothing answers it.

    Raises NotFound, Conflict when something does, Changed when it is no longer as it was seen, and Invalid by field.
    """
    row = open_for(NeedAct.CHANGE, need_id, code)
    seen.still(as_seen(row))
    for name, value in _checked(given, day_of(now())).items():
        setattr(row, name, value)
    row.state = NeedState.OPEN  # what was accepted before and given back since is to be accepted anew
    row.in_place = 0
    _step(row, NeedAct.CHANGE, None, number=row.number, remark=row.remark)
    return row


def accept(
    need_id: UUID, given: Mapping[str, Any], code: str | None = None, past: Past | None = None, seen: Seen = WHATEVER
) -> Need:
    """The municipality says yes to what answers its need. Raises NotFound, Changed, and Conflict when nothing does or it is accepted."""
    row = open_for(NeedAct.ACCEPT, need_id, code, past)
    seen.still(as_seen(row))
    row.state = NeedState.ACCEPTED
    _step(row, NeedAct.ACCEPT, past, remark=given["remark"])
    return row


def progress(
    need_id: UUID, given: Mapping[str, Any], code: str | None = None, past: Past | None = None, seen: Seen = WHATEVER
) -> Need:
    """Say how many are in place: when all are, the need is met. Raises NotFound, Changed, Conflict and Invalid by field."""
    row = open_for(NeedAct.PROGRESS, need_id, code, past)
    seen.still(as_seen(row))
    count = queries.given(queries.answers([row.id])[row.id])
    most = min(count, row.number)
    if given["in_place"] > most:
        raise Invalid({"in_place": [_("So far %(count)s have been found. Write at most that many.", count=most)]})
    row.in_place = given["in_place"]
    row.state = rules.after_progress(row.number, row.in_place)
    row.over_at = (past.at if past else now()) if row.state == NeedState.MET else None
    _step(row, NeedAct.PROGRESS, past, number=row.in_place, remark=given["remark"])
    return row


def withdraw(
    need_id: UUID, given: Mapping[str, Any], code: str | None = None, past: Past | None = None, seen: Seen = WHATEVER
) -> Need:
    """The need is no more: met some other way, or gone. Raises NotFound, Changed, and Conflict when it is over."""
    row = open_for(NeedAct.WITHDRAW, need_id, code, past)
    seen.still(as_seen(row))
    row.state, row.over_at = NeedState.WITHDRAWN, past.at if past else now()
    _step(row, NeedAct.WITHDRAW, past, remark=given["reason"])
    return row


def blank(need_id: UUID, note_id: UUID, code: str | None = None) -> Need:
    """Take out what was written in a step of a need, as when it tells of a person: its own side can, and DRC. It does not come back.

    Raises NotFound, and Conflict where there is nothing that the present side can take out.
    """
    row = queries.need(need_id, code, lock=True)
    if not queries.readable(day_of(now())) & {row.municipality_code}:
        raise NotFound
    event, answered = queries.noted_step(row, note_id)
    if event is None and answered is None:
        raise NotFound
    if event is not None and event.remark == row.remark:
        row.remark = ""
    take_out(row.municipality_code, note_id)
    record("need.note_blanked", f"need:{row.id}", row.municipality_code, note=str(note_id))
    return row


def take_out(code: str, note_id: UUID) -> None:
    """Take a note's text out of the rows and of the API's kept answers. Raises Conflict where the present side cannot."""
    db.session.flush()
    if not db.session.scalar(text("SELECT app.blank_note(:code, :note)"), {"code": code, "note": note_id}):
        raise Conflict(_("There is no note here that you can remove. Load the page again."))
    db.session.expire_all()


def take_note(row: NeedEvent | NeedAnswer | Reallocation, _text: str) -> None:
    """Take what was written in a step, an answer or a move out, by its row. Raises Conflict where the present side cannot."""
    take_out(row.municipality_code, row.id)


def side() -> NeedParty:
    """On whose side the present work is done."""
    return NeedParty.MUNICIPALITY if present().office is Office.MUNICIPALITY else NeedParty.DRC


def open_for(act: NeedAct, need_id: UUID, code: str | None, past: Past | None = None) -> Need:
    """The need, locked, when the present side can do this about it now. Raises NotFound and Conflict."""
    row = queries.need(need_id, code, lock=True)
    if not queries.readable(day_of(now())) & {row.municipality_code}:
        raise NotFound
    now_stands = queries.in_numbers(row, queries.answers([row.id])[row.id]).state
    if act not in rules.acts(now_stands, past.side if past else side()):
        raise Conflict(_("The need is no longer where you saw it. Load the page again."))
    return row


def _checked(given: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    errors: dict[str, list[str]] = {}
    if given["kind"] not in offered(kinds()):
        errors["kind"] = [_("Choose one of the options.")]
    if given["needed_by"] is not None and given["needed_by"] < today:
        errors["needed_by"] = [_("The day has been. Choose today or a day to come.")]
    if errors:
        raise Invalid(errors)
    return {
        "kind": given["kind"],
        "number": given["number"],
        "needed_by": given["needed_by"],
        "languages": [code for code in LANGUAGES if code in given["languages"]],
        "remark": given["remark"],
    }


def _step(row: Need, act: NeedAct, past: Past | None, *, number: int | None = None, remark: str = "") -> None:
    db.session.add(
        NeedEvent(
            municipality_code=row.municipality_code,
            need_id=row.id,
            at=past.at if past else now(),
            act=act,
            side=past.side if past else side(),
            number=number,
            remark=remark,
        )
    )
    db.session.flush()
    record(f"need.{act}", f"need:{row.id}", row.municipality_code, kind=row.kind, number=number or row.number)
