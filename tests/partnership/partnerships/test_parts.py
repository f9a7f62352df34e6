"""The parts of a draft: each field is in one, and what is done to one leaves the others as they were. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema

from service.partnership.partnerships import texts
from service.partnership.partnerships.parts import PART_OF, SCHEMAS, Drafted, DraftPart, held, part_of, put
from service.partnership.partnerships.schemas import ScopeFields, fields_of
from tenants.scope import PRESETS, Level
from tests.support.world import scope

WHOLE = fields_of(scope(dt.date(2026, 6, 1), "x"))
PARTS = st.sampled_from(DraftPart)
FORMS = st.dictionaries(st.sampled_from(sorted(PART_OF)), st.text(max_size=3))


def astray(whole: type[Schema], parts: Mapping[DraftPart, type[Schema]]) -> set[str]:
    """The fields of a whole scope that are in no part of its draft, or in several."""
    found = Counter(name for part in parts.values() for name in part().fields if name != "text_checked")
    return {name for name in {*whole().fields, *found} - {"text_checked"} if found[name] != 1}


def test_every_field_of_a_scope_is_in_one_part() -> None:
    assert astray(ScopeFields, SCHEMAS) == set()
    assert set(SCHEMAS) == set(DraftPart) == set(texts.PARTS)


def test_control_a_field_in_none_or_two_is_found() -> None:
    without: dict[DraftPart, type[Schema]] = {
        part: schema for part, schema in SCHEMAS.items() if part is not DraftPart.LEVEL
    }
    assert astray(ScopeFields, without) == {"level"}
    assert astray(ScopeFields, {**SCHEMAS, DraftPart.TERM: SCHEMAS[DraftPart.LEVEL]}) >= {"level", "starts_on"}


def test_every_field_is_called_something() -> None:
    assert set(PART_OF) <= set(texts.FIELDS)
    assert texts.called(["activities-0-place", "activities-3-every", "level"]) == [
        str(texts.FIELDS["activities"]),
        str(texts.FIELDS["level"]),
    ]


@given(FORMS, FORMS, PARTS)
def test_putting_a_part_leaves_every_other_as_it_was(
    form: dict[str, str], typed: dict[str, str], part: DraftPart
) -> None:
    after = put(form, part, typed)
    assert held(after, part) == held(typed, part)
    assert all(held(after, other) == held(form, other) for other in DraftPart if other is not part)


def saved(draft: Drafted, part: DraftPart, form: Mapping[str, Any] | None) -> Drafted:
    return draft.with_part(part, {"form": form, "begun": True, "looked": False})


def taken_back(draft: Drafted, part: DraftPart) -> Drafted:
    before = draft.before(part)
    assert before is not None
    return draft.with_part(part, before)


@given(FORMS, FORMS, PARTS, PARTS)
def test_what_is_taken_back_is_as_it_was_and_twice_as_it_is(
    form: dict[str, str], typed: dict[str, str], part: DraftPart, other: DraftPart
) -> None:
    first = saved(Drafted(form, whole=True), part, typed)
    if other is not part:
        first = saved(first, other, typed)
    back = taken_back(first, part)
    assert back.told(part) == Drafted(form, whole=True).told(part)
    assert back.told(other) == first.told(other) or other is part
    assert taken_back(back, part).told(part) == first.told(part)


def test_a_draft_that_was_written_whole_is_begun_in_every_part_and_a_new_one_in_none() -> None:
    whole, new = Drafted(WHOLE, whole=True), Drafted({})
    assert all(whole.begun(part) and whole.looked(part) for part in DraftPart)
    assert not any(new.begun(part) for part in DraftPart)
    one = saved(new, DraftPart.WORDS, {"purpose": "x"})
    assert [part for part in DraftPart if one.begun(part)] == [DraftPart.WORDS]
    assert not any(taken_back(one, DraftPart.WORDS).begun(part) for part in DraftPart), "taken back, it is not begun"
    other = saved(whole, DraftPart.WORDS, {"purpose": "x"})
    assert all(other.begun(part) for part in DraftPart)


def test_until_somebody_says_otherwise_the_level_opens_its_preset() -> None:
    level = saved(Drafted({}), DraftPart.LEVEL, {"level": Level.SUPPLEMENTARY.value})
    opened = {name.removeprefix("capabilities-") for name in held(level.meant(), DraftPart.CAPABILITIES) or ()}
    assert opened == PRESETS[Level.SUPPLEMENTARY]
    assert held(saved(level, DraftPart.CAPABILITIES, {}).meant(), DraftPart.CAPABILITIES) is None, "nothing, if said"
    assert held(Drafted(put(WHOLE, DraftPart.CAPABILITIES, None)).meant(), DraftPart.CAPABILITIES) is None


def test_a_name_that_is_no_fields_is_in_no_part() -> None:
    assert [part_of(name) for name in ("", "-", "id", "text_checked", "level-x")] == [None] * 4 + [DraftPart.LEVEL]
