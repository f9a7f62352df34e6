"""Two entries are made one and parted again in PostgreSQL, as long as that can be undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from service.platform.web.errors import Conflict, NotFound, Refusal
from service.volunteer.certificates import operations as certificates
from service.volunteer.merging import operations, queries
from service.volunteer.merging.models import VolunteerMerge
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers import queries as volunteer_queries
from service.volunteer.volunteers.models import VolunteerWord
from service.volunteer.volunteers.rules import Children, Purpose, RoleKind, VolunteerStatus
from tenants.calendar import day_of
from tenants.database import db, now
from tests.support.world import HERE, THERE, World, volunteer_of
from tests.volunteer.volunteers.conftest import group, person

Act = Callable[[], Any]
TODAY = day_of(now())
days = st.integers(0, 600).map(lambda back: TODAY - dt.timedelta(days=back))


@st.composite
def lives(draw: st.DrawFn) -> dict[str, Any]:
    """What can be recorded of a person through the real operations."""
    given_fields = {
        "email": draw(st.sampled_from(["", "kim@frivillig.example", "bo@frivillig.example"])),
        "phone": draw(st.sampled_from(["", "12 34 56 78", "+45 87 65 43 21"])),
        "languages": draw(st.frozensets(st.sampled_from(["da", "ar", "uk"]))),
        "agreement_on": draw(st.none() | days),
        "introduced_on": draw(st.none() | days),
        "started_on": draw(days),
        "courses": [{"name": name, "taken_on": draw(days)} for name in draw(st.sets(st.sampled_from(["A", "B"])))],
    }
    return {
        "name": draw(st.sampled_from(["Kim Prøve", "Kim P.", "Bo Ærø"])),
        "code": draw(st.sampled_from([None, HERE, THERE])),
        "fields": given_fields,
        "certificates": draw(st.lists(days, max_size=2)),
        "roles": draw(st.sets(st.tuples(st.integers(0, 1), st.sampled_from([RoleKind.MEMBER, RoleKind.CONTACT])))),
        "consents": draw(st.sets(st.sampled_from(list(Purpose)))),
        "withdrawn": draw(st.booleans()),
        "leaves": draw(st.booleans()),
    }


def live(life: dict[str, Any], groups: list[UUID]) -> UUID:
    key = person(life["name"], life["code"], **life["fields"])
    for day in life["certificates"]:
        certificates.verify(key, day)
    for number, kind in life["roles"]:
        role = {"group_id": groups[number], "role": kind, "children": Children.NO}
        volunteers.start_role(key, role)
    for purpose in life["consents"]:
        volunteers.give_consent(key, purpose)
        if life["withdrawn"]:
            volunteers.withdraw_consent(key, purpose)
    if life["leaves"]:
        volunteers.set_status(key, VolunteerStatus.LEFT)
    return key


def words_of(key: UUID) -> list[str]:
    return sorted(db.session.scalars(select(VolunteerWord.word).where(VolunteerWord.volunteer_id == key)))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=lives(), other=lives())
def test_merged_and_undone_every_row_is_as_it_was(everywhere: Act, one: dict[str, Any], other: dict[str, Any]) -> None:
    with everywhere():
        groups = [group("Den ene"), group("Den anden", THERE)]
        kept, lost = live(one, groups), live(other, groups)
        before = [(queries.whole(key), words_of(key)) for key in (kept, lost)]
        preview = operations.preview(kept, lost)[2]
        merge = operations.merge(kept, lost)
        assert queries.whole(kept) == preview, "what was shown is what it became"
        with pytest.raises(NotFound):
            queries.whole(lost)
        operations.undo(merge.id)
        assert [(queries.whole(key), words_of(key)) for key in (kept, lost)] == before
        assert merge.before is None, "nothing is kept of a merge that is undone"


def two(name: str = "Kim") -> tuple[UUID, UUID]:
    return person(f"{name} Prøve"), person(f"{name} Prøve", email=f"{name.lower()}@frivillig.example")


def test_after_thirty_days_it_cannot_be_undone_and_nothing_is_kept(everywhere: Act) -> None:
    with everywhere():
        merges = {}
        for age in (29, 30):
            merge = operations.merge(*two(f"Dag{age}"))
            merge.merged_at -= dt.timedelta(days=age)
            merges[age] = merge
        db.session.flush()
        with pytest.raises(Refusal, match="30"):
            operations.undo(merges[30].id)
        assert operations.forget() == 1
        db.session.expire_all()
        assert merges[30].before is None
        assert merges[29].before is not None
        with pytest.raises(Refusal, match="30"):
            operations.undo(merges[30].id)
        operations.undo(merges[29].id)  # the control: a day earlier it can
        with pytest.raises(Conflict):
            operations.undo(merges[29].id)
        assert operations.forget() == 0


def test_what_is_recorded_in_between_stays_when_a_merge_is_undone(everywhere: Act) -> None:
    with everywhere():
        kept, lost = two()
        merge = operations.merge(kept, lost)
        assert volunteer_queries.volunteer(kept).email == "kim@frivillig.example"
        given_fields = volunteer_of("Kim Prøve", HERE, email="kim@frivillig.example", phone="12 34 56 78")
        volunteers.change(kept, given_fields)
        volunteers.give_consent(kept, Purpose.NEWS)
        operations.undo(merge.id)
        row = volunteer_queries.volunteer(kept)
        assert (row.email, row.phone) == ("", "12 34 56 78")
        assert [consent.purpose for consent in volunteer_queries.consents(kept)] == ["news"]
        assert volunteer_queries.volunteer(lost).email == "kim@frivillig.example"


def test_merges_one_upon_another_are_undone_from_the_last(everywhere: Act) -> None:
    with everywhere():
        (first, second), third = two(), person("Kim Tredje", phone="12 34 56 78")
        before = [queries.whole(key) for key in (first, second, third)]
        inner = operations.merge(first, second)
        outer = operations.merge(third, first)
        with pytest.raises(Refusal):
            operations.undo(inner.id)
        operations.undo(outer.id)
        operations.undo(inner.id)
        assert [queries.whole(key) for key in (first, second, third)] == before


def test_one_cannot_be_merged_with_oneself_nor_with_anothers_volunteer(
    world: World, everywhere: Act, consultant: Act
) -> None:
    with everywhere():
        mine, yours = person("Min", HERE), person("Din", THERE)
    with consultant():
        for kept, lost in ((mine, mine), (mine, yours), (yours, mine)):
            with pytest.raises(Refusal):
                operations.merge(kept, lost)
        assert db.session.scalars(select(VolunteerMerge)).all() == []
