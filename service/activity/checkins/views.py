"""The check-in as a page: by a mailed link for the group's contact, by phone for DRC; and DRC's list of who has not answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from service.activity.activities.texts import WHY
from service.activity.checkins import operations, queries, rules
from service.activity.checkins.models import CheckIn
from service.activity.checkins.queries import LineToAnswer
from service.activity.checkins.rules import EACH, MUNICIPALITIES, NUMBERS, Outcome
from service.activity.checkins.schemas import LineFields, MoreFields, StoryFields
from service.activity.checkins.texts import FIELDS, MAY_BE_PRINTED, WORDS
from service.network.networks import queries as networks
from service.platform.web.edits import VERSION, Edited, edited, is_field, opened, read
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, flat, load, nest
from service.platform.web.identity import me
from service.platform.web.language import day as day_in_words
from service.platform.web.links import DeadLink, here
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.reading import reading, sending
from service.platform.web.versions import State
from tenants import register
from tenants.calendar import day_of, first_of, month_before, months_back
from tenants.database import db, now

T = TypeVar("T")
bp = Blueprint("checkins", __name__, template_folder="templates")
MOST_FIELDS = 4000
MORE = ("activity_id", "held_on")


def _opened() -> CheckIn:
    """The check-in that the link opens. Raises DeadLink for one that is closed, and says what to do."""
    row = queries.checkin(here().id)
    if not rules.is_open(row.month, day_of(now())):
        raise DeadLink(
            _("It is too late for the link. Call your consultant at DRC, who can still write your numbers in."),
            here().codes,
        )
    return row


@bp.get("/indberetning/<token>")
@permit.link(rules.PURPOSE, rules.LINK_DAYS)
def form(token: str) -> ResponseReturnValue:
    """The month, to be told of."""
    row = _opened()
    return _form(row, _as_left(row), by_link=True)


@bp.post("/indberetning/<token>")
@permit.link(rules.PURPOSE, rules.LINK_DAYS)
def send(token: str) -> ResponseReturnValue:
    """Send the answer, or press one of the other buttons where a browser runs no script."""
    sent = _sent(_opened())
    return sent if sent is not None else redirect(url_for("checkins.thanks", token=token))


@bp.post("/indberetning/<token>/gem")
@permit.link(rules.PURPOSE, rules.LINK_DAYS)
def save(token: str) -> ResponseReturnValue:
    """Keep what is typed and not sent: asked by the page itself, again and again."""
    row = operations.keep_draft(_opened().id, _typed(beside=(VERSION,)).values)
    return jsonify(saved_at=row.saved_at)


@bp.get("/indberetning/<token>/tak")
@permit.link(rules.PURPOSE, rules.LINK_DAYS)
def thanks(token: str) -> ResponseReturnValue:
    """Thank you, and the year so far."""
    row = _opened()
    lines = queries.lines(row)
    return render_template(
        "checkins/thanks.html",
        checkin=row,
        place=queries.place(row),
        so_far=queries.so_far(row, lines),
        missing=sum(rules.missing(line.row.held_on, line.row.answer, day_of(now())) for line in lines),
        ahead=sum(line.row.held_on > day_of(now()) for line in lines),
        closes=rules.closes_on(row.month),
        lateness=queries.lateness(row, day_of(now())),
        back=url_for("checkins.form", token=token),
    )


@bp.route("/kommuner/<municipality_code>/indberetninger/<uuid:checkin_id>", methods=["GET", "POST"])
@permit.drc
def by_phone(municipality_code: str, checkin_id: UUID) -> ResponseReturnValue:
    """The same form, filled in by DRC while the group's contact is on the phone; also when the month is closed for the link."""
    row = queries.checkin(checkin_id, municipality_code)
    if reading():
        return _form(row, _as_left(row), by_link=False)
    sent = _sent(row, by_link=False)
    if sent is not None:
        return sent
    flash(_("The answer of %(group)s has been sent.", group=row.group_name), "success")
    return redirect(url_for("checkins.listing", maaned=f"{row.month:%Y-%m}"))


@bp.post("/kommuner/<municipality_code>/indberetninger/<uuid:checkin_id>/send")
@permit.drc
def send_again(municipality_code: str, checkin_id: UUID) -> ResponseReturnValue:
    """Mail the link anew."""
    count = operations.send_again(checkin_id, municipality_code)
    if count:
        flash(
            ngettext(
                "The link is being mailed to %(num)s person.", "The link is being mailed to %(num)s people.", count
            ),
            "success",
        )
    else:
        flash(_("Nobody of the group has an e-mail address here. Fill it in by phone."), "warning")
    return redirect(url_for("checkins.listing", maaned=request.form.get("maaned")))


@bp.get("/indberetninger")
@permit.drc
def listing() -> ResponseReturnValue:
    """The check-ins of a month within reach: who has not answered comes first to the eye, with whom to call."""
    today = day_of(now())
    months = months_back(first_of(today), 13)[::-1]
    newest = queries.newest_month() or month_before(first_of(today))
    asked = request.args.get("maaned", "")
    month = next((each for each in months if f"{each:%Y-%m}" == asked), newest)
    query = queries.checkins(month=month)
    if request.args.get("vis") != "alle":
        query = query.where(CheckIn.answered_at.is_(None))
    keys = [CheckIn.municipality_code, CheckIn.group_name, CheckIn.id]
    page = page_of(query, keys, request.args.get("side"), 50)
    return render_template(
        "checkins/list.html",
        page=page,
        month=month,
        months=months,
        everything=request.args.get("vis") == "alle",
        contacts=networks.contacts({row.group_id for row in page.items}),
        names={row.code: row.name for row in register.municipalities() if row.code in me().codes},
        is_open=rules.is_open(month, today),
    )


def _typed(beside: tuple[str, ...] = ()) -> Typed:
    """What the present form holds, by its own names, and what is to be kept beside."""
    given = list(request.form.items())[:MOST_FIELDS]
    return Typed({name: value for name, value in given if is_field(name) or name in beside})


def _as_left(row: CheckIn) -> Edited:
    """The form as it was left: what was typed and not sent, over what had been sent when it was typed, else what was sent before."""
    state = operations.as_sent(row, queries.lines(row))
    form = opened(state, _as_typed)
    if row.draft:
        form.values = {name: str(value) for name, value in row.draft.items() if is_field(name)}
        known, before = read(row.draft.get(VERSION))
        form.opened = before if known else state
    return form


def _as_typed(state: State) -> dict[str, str]:
    return flat({**state, "story_consent": bool(state.get("story"))})


def _sent(row: CheckIn, *, by_link: bool = True) -> ResponseReturnValue | None:
    """Do what the pressed button says. None when the answer has been taken; else the page to show."""
    action, lines = request.form.get("action", "send"), queries.lines(row)
    typed = edited(operations.as_sent(row, lines), _as_typed, given=_typed())
    if not typed.known:  # a form that came half: lines left out stay as they were, and it writes over nothing sent
        typed.known, typed.opened = True, {}
    try:
        if action in ("planned", "before"):
            typed.values = _filled(typed.values, lines, action)
        elif typed.sent and action == "add":
            _add(row, typed)
        # "why" is without script: the reasons stand at the lines that are cancelled, so that the page stays light
        elif typed.sent and action != "why" and _answered(row, typed, lines):
            return None
    except Refusal as refusal:
        db.session.rollback()
        typed.refuse(refusal)
        row = queries.checkin(row.id)
    return _form(row, typed, by_link=by_link)


def _add(row: CheckIn, typed: Edited) -> None:
    """Another day, as it was typed; what is wrong with it is in the form's errors. Raises as `add_line` does."""
    given = load(MoreFields(), asked := Typed({name: typed.values.get(name, "") for name in MORE}))
    typed.errors |= asked.errors
    if given is not None:
        operations.add_line(row.id, given["activity_id"], given["held_on"])
        typed.values = {name: value for name, value in typed.values.items() if name not in MORE}


def _answered(row: CheckIn, typed: Edited, lines: Sequence[LineToAnswer]) -> bool:
    """Take the answer, unless it cannot be read: then all that is wrong is told at once. Raises as `answer` does."""
    told, story = _read(typed, lines)
    if typed.errors:
        typed.errors = operations.wrong(lines, told) | typed.errors
        return False
    operations.answer(row.id, told, story, typed.seen)
    return True


def _read(typed: Typed, lines: Sequence[LineToAnswer]) -> tuple[dict[UUID, dict[str, Any]], dict[str, Any]]:
    """What the form says of each line, and the story; what cannot be read is in the form's errors."""
    tree = nest({name: value for name, value in typed.values.items() if name not in MORE})
    told: dict[UUID, dict[str, Any]] = {}
    today = day_of(now())
    for line in lines:
        part = tree.pop(line.key, None)
        if part is None or line.row.held_on > today:
            continue
        asked = Typed(flat(part))
        given = load(LineFields(), asked)
        typed.errors |= {f"{line.key}-{name}": messages for name, messages in asked.errors.items()}
        if given is not None:
            told[line.row.id] = given
    asked = Typed(flat(tree))
    story = load(StoryFields(), asked)
    typed.errors |= asked.errors
    return told, story or {}


def _filled(values: dict[str, str], lines: Sequence[LineToAnswer], action: str) -> dict[str, str]:
    """What is typed, with the lines held as planned or with the numbers of the month before."""
    filled = dict(values)
    for line in lines:
        if line.row.held_on > day_of(now()):
            continue
        told = {name: values[f"{line.key}-{name}"] for name in EACH if values.get(f"{line.key}-{name}")}
        new = (
            rules.as_planned(told, line.row.minutes) if action == "planned" else rules.as_before(told, line.row.before)
        )
        filled |= flat({line.key: {name: value for name, value in new.items() if name == "state" or name in EACH}})
    return filled


def _form(row: CheckIn, typed: Edited, *, by_link: bool) -> ResponseReturnValue:
    today, lines = day_of(now()), queries.lines(row)
    befores = _each_once(line.row.before for line in lines)
    served = _each_once(line.serves for line in lines if line.serves)
    names = {each.code: each.name for each in register.municipalities()} if served else {}
    if typed.changed:
        _note(typed, lines, names)
    page = render_template(
        "checkins/form.html",
        checkin=row,
        place=queries.place(row),
        lines=[line for line in lines if line.row.held_on <= today],
        ahead=[line for line in lines if line.row.held_on > today],
        running=queries.running(row.municipality_code, row.group_id, row.month),
        latest=min(today, rules.last_day(row.month)),
        why=list(WHY.items()),
        held=Outcome.HELD.value,
        cancelled=Outcome.CANCELLED.value,
        before=any(befores),
        befores=befores,
        may_be_printed=MAY_BE_PRINTED,
        labels={name: FIELDS[name] for name in NUMBERS},
        served=served,
        names=names,
        pressed=sending(),
        form=typed,
        by_link=by_link,
        closes=rules.closes_on(row.month),
        lateness=queries.lateness(row, today),
        call=queries.whom_to_call(row.municipality_code, today) if by_link else networks.contact(row.group_id),
    )
    return page, typed.status


def _note(form: Edited, lines: Sequence[LineToAnswer], names: Mapping[str, str]) -> None:
    """What the fields are called where two answers stand side by side: a line by its day, for those that are there no more as well."""
    for line in lines:
        about = line.activity.name if line.whole else f"{line.activity.name}, {day_in_words(line.row.held_on)}"
        for name, label in FIELDS.items():
            form.note(f"{line.key}-{name}", f"{about}: {label}", WORDS.get(name, {}).items())
        for code in line.serves:
            form.note(f"{line.key}-{MUNICIPALITIES}-{code}", f"{about}: {names[code]}")
    form.note("story", _("A short story, if you have one"))
    form.note("story_print", MAY_BE_PRINTED, [("1", _("Yes"))])


def _each_once(found: Iterable[T]) -> list[T]:
    """Each once, in order: the lines of an activity begin with the same, and a page on a slow line says it once."""
    kept: list[T] = []
    for each in found:
        if each not in kept:
            kept.append(each)
    return kept
