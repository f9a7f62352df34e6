"""Merging and parting, as plain values: whatever two entries hold, parting gives them back as they were."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service.volunteer.merging.rules import (
    BESIDE,
    CERTIFICATES,
    CONSENTS,
    COURSES,
    LIFE,
    ROLES,
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
