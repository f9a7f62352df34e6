"""Merging and parting, as plain values: whatever two entries hold, parting gives them back as they were."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.volunteer.merging.rules import (
    BESIDE,
    CERTIFICATES,
    CONSENTS,
    COURSES,
    LIFE,
    ROLES,
    Difference,
    Whole,
    falling_away,
    merged,
    parted,
    verified_until,
)
from service.volunteer.volunteers.rules import Children, Purpose, RoleKind, VolunteerStatus

DAYS = [f"{dt.date(2024, 1, 1) + dt.timedelta(days=40 * number)}" for number in range(8)]
day = st.sampled_from(DAYS)
maybe_day = st.none() | day
GROUPS = [str(UUID(int=number)) for number in (101, 102)]


def rows(owner: str, offset: int, **columns: Any) -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    """Some rows of one person, with ids that no other person's rows have."""
    row = st.fixed_dictionaries(columns)
    return st.lists(row, max_size=4).map(
        lambda found: {
            str(UUID(int=offset + number)): {"id": str(UUID(int=offset + number)), "volunteer_id": owner, **each}
            for number, each in enumerate(found)
        }
    )


@st.composite
def wholes(draw: st.DrawFn, number: int) -> Whole:
    """A person with anything that can be recorded."""
    key, base = str(UUID(int=number)), number * 1000
    ends = st.tuples(day, maybe_day)
    beside = {
        ROLES: draw(
            rows(
                key,
                base,
                group_id=st.sampled_from(GROUPS),
                role=st.sampled_from([kind.value for kind in RoleKind]),
                children=st.sampled_from([each.value for each in Children]),
                valid_from=day,
                valid_to=maybe_day,
            )
        ),
        LIFE: draw(rows(key, base + 100, valid_from=day, status=st.sampled_from([s.value for s in VolunteerStatus]))),
        CONSENTS: draw(
            rows(
                key,
                base + 200,
                purpose=st.sampled_from([purpose.value for purpose in Purpose]),
                given_on=day,
                withdrawn_on=maybe_day,
            )
        ),
        COURSES: draw(rows(key, base + 300, name=st.sampled_from(["Kultur", "Sprog"]), taken_on=day)),
        CERTIFICATES: draw(rows(key, base + 400, verified_on=day, renew_by=day)),
    }
    text = st.sampled_from(["", "a", "b"])
    status, (started, ended) = draw(st.sampled_from([s.value for s in VolunteerStatus])), draw(ends)
    phone = draw(text)
    fields = {
        "id": key,
        "name": draw(st.sampled_from(["Kim", "Bo"])),
        "email": draw(text),
        "phone": phone,
        "phone_digits": f"digits {phone}" if phone else "",
        "languages": draw(st.lists(st.sampled_from(["da", "ar", "en"]), unique=True)),
        "home_code": draw(st.none() | st.sampled_from(["0580", "0550"])),
        "status": status,
        "started_on": started,
        "ended_on": ended if status == "left" else None,
        "agreement_on": draw(maybe_day),
        "introduced_on": draw(maybe_day),
        "heard_on": draw(day),
        "verified_until": verified_until(beside[CERTIFICATES]),
    }
    return Whole(fields, beside)


@given(wholes(1), wholes(2))
def test_parted_at_once_the_two_are_as_they_were(kept: Whole, lost: Whole) -> None:
    result = merged(kept, lost)
    assert parted(kept, lost, result, result) == (kept, lost)


@given(wholes(1), wholes(2))
def test_nothing_is_lost_in_a_merge_but_doubles_and_what_the_preview_says(kept: Whole, lost: Whole) -> None:
    result = merged(kept, lost)
    assert {row["volunteer_id"] for table in BESIDE for row in result.rows(table).values()} <= {kept.id}
    for table, of in ((ROLES, ("group_id", "role")), (CONSENTS, ("purpose",)), (COURSES, ("name", "taken_on"))):
        held = {tuple(row[name] for name in of) for whole in (kept, lost) for row in whole.rows(table).values()}
        assert {tuple(row[name] for name in of) for row in result.rows(table).values()} == held
    falls = {difference.name for difference in falling_away(kept, lost, result)}
    for name in ("name", "email", "phone", "home_code"):
        assert result.fields[name] == (kept.fields[name] or lost.fields[name])
        assert (name in falls) == bool(lost.fields[name] and lost.fields[name] != result.fields[name])
    assert bool(result.fields["phone"]) == bool(result.fields["phone_digits"])


@given(wholes(1), wholes(2))
def test_what_is_recorded_after_the_merge_stays_with_the_kept_person(kept: Whole, lost: Whole) -> None:
    result = merged(kept, lost)
    new = str(UUID(int=9999))
    course = {"id": new, "volunteer_id": kept.id, "name": "Ny", "taken_on": DAYS[0]}
    beside = {**result.beside, COURSES: {**result.rows(COURSES), new: course}}
    mine, theirs = parted(kept, lost, result, Whole({**result.fields, "email": "ny"}, beside))
    assert mine.fields == {**kept.fields, "email": "ny"}
    assert mine.rows(COURSES) == {**kept.rows(COURSES), new: course}
    assert theirs == lost


def test_a_withdrawn_consent_is_not_given_again_by_a_merge() -> None:
    """One entry says yes in January, the other that it was withdrawn in March: the person has said no."""

    def one(key: str, number: int, withdrawn: str | None) -> Whole:
        row = {
            "id": str(number),
            "volunteer_id": key,
            "purpose": "news",
            "given_on": "2024-01-01",
            "withdrawn_on": withdrawn,
        }
        return Whole(
            {
                **dict.fromkeys(("email", "phone", "phone_digits", "home_code", "name"), ""),
                **dict.fromkeys(("agreement_on", "introduced_on", "ended_on", "verified_until")),
                **dict.fromkeys(("started_on", "heard_on"), "2024-01-01"),
                "id": key,
                "languages": [],
                "status": "active",
            },
            {CONSENTS: {str(number): row}},
        )

    for kept, lost in ((one("a", 1, None), one("b", 2, "2024-03-01")), (one("a", 1, "2024-03-01"), one("b", 2, None))):
        found = merged(kept, lost).rows(CONSENTS)
        assert all(row["withdrawn_on"] for row in found.values())


# By example


def person(key: str, *, beside: dict[str, dict[str, dict[str, Any]]] | None = None, **fields: Any) -> Whole:
    """A person of whom little is known, but for what is said."""
    plain: dict[str, Any] = {
        **dict.fromkeys(("name", "email", "phone", "phone_digits"), ""),
        **dict.fromkeys(("home_code", "agreement_on", "introduced_on", "ended_on", "verified_until")),
        **dict.fromkeys(("started_on", "heard_on"), "2024-01-01"),
        "languages": [],
        "status": "active",
        "id": key,
    }
    return Whole({**plain, **fields}, beside or {})


def table(name: str, owner: str, **rows: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    return {name: {key: {"volunteer_id": owner, **row} for key, row in rows.items()}}


def test_what_one_has_stays_and_what_it_lacks_comes_from_the_other() -> None:
    kept = person("a", name="Kim", email="", phone="1", phone_digits="11", languages=["da", "en"])
    lost = person("b", name="Kim B", email="b", phone="2", phone_digits="22", home_code="0580", languages=["ar", "en"])
    found = merged(kept, lost).fields
    assert (found["id"], found["name"], found["email"], found["home_code"]) == ("a", "Kim", "b", "0580")
    assert (found["phone"], found["phone_digits"]) == ("1", "11"), "a number and its digits are one person's"
    assert found["languages"] == ["da", "en", "ar"]
    assert merged(lost, kept).fields["phone_digits"] == "22"
    without = merged(person("a"), lost).fields
    assert (without["phone"], without["phone_digits"]) == ("2", "22")


@pytest.mark.parametrize(
    ("name", "one", "other", "result"),
    [
        ("started_on", "2024-02-01", "2024-01-01", "2024-01-01"),
        ("heard_on", "2024-02-01", "2024-01-01", "2024-02-01"),
        ("agreement_on", "2024-02-01", "2024-01-01", "2024-02-01"),
        ("agreement_on", None, "2024-01-01", "2024-01-01"),
        ("agreement_on", None, None, None),
        ("introduced_on", "2024-02-01", "2024-01-01", "2024-01-01"),
        ("introduced_on", "2024-02-01", None, "2024-02-01"),
        ("introduced_on", None, None, None),
    ],
)
def test_of_two_days_the_one_that_tells_more_stays(name: str, one: Any, other: Any, result: str | None) -> None:
    for first, second in ((one, other), (other, one)):
        assert merged(person("a", **{name: first}), person("b", **{name: second})).fields[name] == result


def test_the_most_alive_of_two_statuses_stays_with_its_story_and_an_end_only_where_both_have_left() -> None:
    def one(key: str, status: str, ended: str | None = None) -> Whole:
        story = table(LIFE, key, **{f"life of {key}": {"status": status}})
        return person(key, status=status, ended_on=ended, beside=story)

    order = ("active", "resting", "introduced", "interested", "left")
    for better, worse in itertools.combinations(order, 2):
        for kept, lost in ((one("a", better), one("b", worse)), (one("a", worse), one("b", better))):
            found = merged(kept, lost)
            assert (found.fields["status"], found.fields["ended_on"]) == (better, None)
            (story,) = found.rows(LIFE).values()
            assert (story["status"], story["volunteer_id"]) == (better, "a")
    assert list(merged(one("a", "resting"), one("b", "resting")).rows(LIFE)) == ["life of a"]
    left = one("a", "left", "2024-05-01"), one("b", "left", "2024-06-01")
    assert merged(*left).fields["ended_on"] == "2024-06-01"
    assert merged(one("a", "left"), one("b", "left")).fields["ended_on"] is None
    assert merged(one("a", "left", "2024-05-01"), one("b", "active")).fields["ended_on"] is None


def role(since: str, children: str = "no", until: str | None = None, kind: str = "host") -> dict[str, Any]:
    return {"group_id": "g", "role": kind, "children": children, "valid_from": since, "valid_to": until}


def roles(mine: dict[str, dict[str, Any]], theirs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    kept, lost = person("a", beside=table(ROLES, "a", **mine)), person("b", beside=table(ROLES, "b", **theirs))
    return merged(kept, lost).rows(ROLES)


def test_a_role_that_both_hold_today_is_held_once_as_long_and_as_carefully_as_either_says() -> None:
    careful = {"volunteer_id": "a", **role("2024-01-01", "yes")}
    assert roles({"1": role("2024-02-01", "no")}, {"2": role("2024-01-01", "yes")}) == {"1": careful}
    assert roles({"1": role("2024-01-01", "yes")}, {"2": role("2024-02-01", "as_group")}) == {"1": careful}


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (role("2024-01-01"), role("2024-01-01", kind="driver")),
        (role("2024-01-01"), {**role("2024-01-01"), "group_id": "h"}),
        (role("2024-01-01", until="2024-02-01"), role("2024-03-01")),
        (role("2024-01-01"), role("2023-01-01", until="2023-02-01")),
    ],
)
def test_other_roles_are_held_beside_each_other(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert roles({"1": mine}, {"2": theirs}) == {
        "1": {"volunteer_id": "a", **mine},
        "2": {"volunteer_id": "a", **theirs},
    }


def consents(*rows: tuple[str, str, str | None]) -> dict[str, str | None]:
    """When those of both end that stay: the first of the rows is the kept person's, the others are not."""
    first, *others = (
        {"purpose": purpose, "given_on": given, "withdrawn_on": withdrawn} for purpose, given, withdrawn in rows
    )
    kept = person("a", beside=table(CONSENTS, "a", **{"0": first}))
    lost = person("b", beside=table(CONSENTS, "b", **{str(n): row for n, row in enumerate(others, 1)}))
    return {key: row["withdrawn_on"] for key, row in merged(kept, lost).rows(CONSENTS).items()}


def test_a_consent_stands_once_and_ends_where_one_to_the_same_was_withdrawn_later() -> None:
    news, january, march = "news", "2024-01-01", "2024-03-01"
    assert consents((news, january, None), (news, march, None)) == {"0": None}
    assert consents((news, january, None), ("photo", march, None)) == {"0": None, "1": None}
    assert consents((news, january, None), (news, january, march)) == {"0": march, "1": march}
    assert consents((news, march, None), (news, january, march)) == {"0": march, "1": march}, "on the same day"
    assert consents((news, march, None), (news, january, "2024-02-01")) == {"0": None, "1": "2024-02-01"}
    assert consents((news, january, None), ("photo", january, march)) == {"0": None, "1": march}
    both = consents((news, january, None), (news, january, "2024-05-01"), (news, january, march), (news, march, None))
    assert both == {"0": march, "1": "2024-05-01", "2": march, "3": march}
    assert consents((news, january, None), (news, march, None), ("photo", march, None)) == {"0": None, "2": None}


def test_courses_and_certificates_stand_once() -> None:
    course, other = {"name": "Sprog", "taken_on": "2024-01-01"}, {"name": "Sprog", "taken_on": "2024-02-01"}
    seen, again = ({"verified_on": day, "renew_by": f"2026{day[4:]}"} for day in ("2024-01-01", "2024-02-01"))
    kept = person("a", beside={**table(COURSES, "a", one=course), **table(CERTIFICATES, "a", one=seen)})
    lost = person(
        "b", beside={**table(COURSES, "b", two=course, three=other), **table(CERTIFICATES, "b", two=seen, three=again)}
    )
    found = merged(kept, lost)
    assert found.rows(COURSES) == {"one": {"volunteer_id": "a", **course}, "three": {"volunteer_id": "a", **other}}
    assert set(found.rows(CERTIFICATES)) == {"one", "three"}
    assert found.fields["verified_until"] == "2026-02-01"
    assert verified_until({}) is None
    twice = {"1": {**seen, "renew_by": "x"}, "2": {**seen, "renew_by": "y"}}
    assert verified_until(twice) == verified_until(dict(reversed(twice.items()))) == "y", "of the same day the last"


def test_what_falls_away_is_what_the_other_has_of_one_thing() -> None:
    kept, lost = person("a", name="Kim", email="a"), person("b", name="Bo", email="a", phone="2", home_code="0550")
    assert falling_away(kept, lost, merged(kept, lost)) == [Difference("name", "Bo")]
    mine = person("a", name="Kim", email="a", phone="1", home_code="0580")
    assert [each.name for each in falling_away(mine, lost, merged(mine, lost))] == ["name", "phone", "home_code"]


def test_a_person_is_kept_as_plain_values() -> None:
    whole = person("a", name="Kim", beside=table(COURSES, "a", one={"name": "Sprog"}))
    assert whole.id == "a"
    assert whole.to_plain() == {"fields": whole.fields, "beside": {COURSES: whole.rows(COURSES)}}
    assert Whole.from_plain(whole.to_plain()) == whole
    assert whole.rows(ROLES) == {}


def test_what_was_done_since_the_merge_stays_done_when_the_two_are_parted() -> None:
    kept = person("a", email="a", beside=table(CERTIFICATES, "a", one={"verified_on": "2024-01-01", "renew_by": "u"}))
    lost = person(
        "b",
        email="b",
        beside=table(
            CERTIFICATES,
            "b",
            two={"verified_on": "2024-02-01", "renew_by": "v"},
            three={"verified_on": "2024-03-01", "renew_by": "w"},
        ),
    )
    result = merged(kept, lost)
    rows = result.rows(CERTIFICATES)
    changed = {**rows["two"], "renew_by": "later"}
    new = {"volunteer_id": "a", "verified_on": "2025-01-01", "renew_by": "new"}
    today = Whole({**result.fields, "email": "new"}, {CERTIFICATES: {"one": rows["one"], "two": changed, "four": new}})
    mine, theirs = parted(kept, lost, result, today)
    assert mine.rows(CERTIFICATES) == {"one": rows["one"], "four": new}
    assert theirs.rows(CERTIFICATES) == {"two": {**changed, "volunteer_id": "b"}}, "and the third was removed"
    assert (mine.fields["email"], mine.fields["verified_until"]) == ("new", "new")
    assert (theirs.fields["email"], theirs.fields["verified_until"]) == ("b", "later")
