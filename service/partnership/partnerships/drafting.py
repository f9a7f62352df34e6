"""A draft part by part: each is saved, taken back and weighed by itself, so that two can work on two parts at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import ValidationError

from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds
from service.partnership.partnerships import rules
from service.partnership.partnerships.following import places_of
from service.partnership.partnerships.models import ScopeDraft
from service.partnership.partnerships.operations import as_the_catalogue_has_it, fit, locked
from service.partnership.partnerships.parts import SCHEMAS, Drafted, DraftPart, held, part_of
from service.partnership.partnerships.schemas import ScopeFields, of_today
from service.platform.web.errors import Invalid, Refusal, flatten
from service.platform.web.forms import nest
from service.platform.web.versions import WHATEVER, Seen
from tenants.database import db, now
from tenants.scope import Payment, Scope

Errors = dict[str, list[str]]
# What stands in for the parts that are not there yet, where the one in hand is weighed by the catalogue.
STAND_IN = {
    "level": "targeted",
    "starts_on": "1990-01-01",
    "ends_on": "2100-12-31",
    **{
        f"{side}-{name}": value
        for side in ("municipality_contact", "drc_contact")
        for name, value in {"name": "-", "title": "-", "phone": "12345678", "email": "a@drc.example"}.items()
    },
}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a draft means when it is whole, and what is wrong with it, part by part, by the name of the form's field.

    `shown` is what it would be printed from: the same, and there too where only its clauses are wrong.
    """

    scope: Scope | None
    errors: Mapping[DraftPart, Errors]
    shown: Scope | None


def drafted(found: ScopeDraft | None, beginning: Mapping[str, Any]) -> Drafted:
    """A draft as it is, or one that would begin now."""
    if found is None:
        return Drafted(dict(beginning), whole=bool(beginning))
    whole = found.stored_scope is not None or bool(found.form.get("text_checked"))
    return Drafted(of_today(found.form), found.parts, whole)


def weigh(draft: Drafted) -> Weighed:
    """What a draft means, and what is wrong with each part."""
    errors = {part: found for part in DraftPart if (found := faults(draft, part, looked=draft.looked(part)))}
    scope = shown = None
    wrong: Errors = {}
    if not errors:
        meant = _load(draft.meant())
        try:
            scope = shown = fit(meant)
        except Invalid as invalid:
            wrong = _in_rows(invalid.errors, draft.form, meant)
            if {part_of(name) for name in wrong} == {DraftPart.CLAUSES}:
                shown = as_the_catalogue_has_it(meant)
    elif DraftPart.ACTIVITIES not in errors:
        wrong = _by_the_catalogue(draft, errors)
    for name, messages in wrong.items():
        errors.setdefault(part_of(name) or DraftPart.WORDS, {})[name] = messages
    return Weighed(scope, errors, shown)


def faults(draft: Drafted, part: DraftPart, *, looked: bool) -> Errors:
    """What is wrong with the shape of a part, whatever the others are."""
    given = held(draft.form, part) or {}
    try:
        SCHEMAS[part]().load(nest({**given, "text_checked": "1" if looked else ""}))
    except ValidationError as error:
        return flatten(error.messages)
    return {}


def paid(draft: Drafted) -> Payment | None:
    """What the part of the money means, as soon as it and the term can be read."""
    if any(faults(draft, part, looked=True) for part in (DraftPart.MONEY, DraftPart.TERM)):
        return None
    given = {**(held(draft.form, DraftPart.MONEY) or {}), **(held(draft.form, DraftPart.TERM) or {})}
    return _load(STAND_IN | given).payment


def save_part(
    code: str,
    part: DraftPart,
    values: Mapping[str, Any],
    person_id: UUID,
    *,
    beginning: Mapping[str, Any],
    looked: bool = False,
    seen: Seen = WHATEVER,
) -> ScopeDraft:
    """Keep a part of a municipality's draft as typed, whole or not. Where there is no draft, it begins with `beginning`.

    Raises Changed when the part is no longer as it was seen.
    """
    found, before = _held_still(code, part, person_id, beginning, seen)
    return _keep(found, before.with_part(part, {"form": values, "begun": True, "looked": looked}), person_id)


def take_back(
    code: str, part: DraftPart, person_id: UUID, *, beginning: Mapping[str, Any], seen: Seen = WHATEVER
) -> ScopeDraft:
    """Put a part back to what it was before it was last saved; done twice, it is as it was.

    Raises Changed when the part is no longer as it was seen, Refusal when there is nothing to take back.
    """
    found, now_there = _held_still(code, part, person_id, beginning, seen)
    before = now_there.before(part)
    if before is None:
        raise Refusal(_("There is nothing to take back: this part has not been saved since the draft was made."))
    return _keep(found, now_there.with_part(part, before), person_id)


def _held_still(
    code: str, part: DraftPart, person_id: UUID, beginning: Mapping[str, Any], seen: Seen
) -> tuple[ScopeDraft, Drafted]:
    found, begun = locked(code, person_id)
    before = drafted(None if begun else found, beginning)
    seen.still(held(before.form, part))
    return found, before


def _keep(found: ScopeDraft, draft: Drafted, person_id: UUID) -> ScopeDraft:
    scope = weigh(draft).scope
    found.form, found.parts = dict(draft.form), dict(draft.parts)
    found.stored_scope = scope.to_plain() if scope else None
    found.changed_by, found.changed_at = person_id, now()
    db.session.flush()
    return found


def _load(form: Mapping[str, Any]) -> Scope:
    scope: Scope = ScopeFields().load(nest({**form, "text_checked": "1"}))
    return scope


def _by_the_catalogue(draft: Drafted, errors: Mapping[DraftPart, Errors]) -> Errors:
    """What the catalogue says of the activities, before all else is there."""
    term = {} if DraftPart.TERM in errors else held(draft.form, DraftPart.TERM) or {}
    meant = _load({**STAND_IN, **term, **(held(draft.form, DraftPart.ACTIVITIES) or {})})
    found = rules.problems(meant, kinds(), measures())
    return {
        name: [_(message) for message in messages]
        for name, messages in found.items()
        if part_of(name) is DraftPart.ACTIVITIES
    }


def _in_rows(errors: Mapping[str, list[str]], form: Mapping[str, Any], meant: Scope) -> Errors:
    """What is wrong, by the rows that were typed: one row can mean a target or an amount for each year of the term."""
    rows = nest(form)
    places = {
        name: places_of(rows[name], meant.starts_on, meant.ends_on)
        for name in ("targets", "amounts")
        if isinstance(rows.get(name), list)
    }
    told: Errors = {}
    for name, messages in errors.items():
        head, _dash, rest = name.partition("-")
        number, _dash, field = rest.partition("-")
        in_row = f"{head}-{places[head][int(number)]}-{field}" if head in places else name
        told[in_row] = list(dict.fromkeys([*told.get(in_row, []), *messages]))
    return told
