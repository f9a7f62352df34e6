"""The boundary: statutory tasks are refused with a reason, and borderline types need a written distinction."""

from __future__ import annotations

import re

import pytest

from service.partnership.catalogue import files
from service.partnership.catalogue.clauses import AgreementKind
from service.partnership.catalogue.rules import (
    Boundary,
    BoundarySide,
    CatalogueType,
    MeetsChildren,
    check_activity,
    why_not,
)

KINDS = files.kinds()
STATUTORY = [kind for kind in KINDS.values() if kind.side is BoundarySide.STATUTORY]
BORDERLINE = [kind for kind in KINDS.values() if kind.side is BoundarySide.BORDERLINE]
VOLUNTARY = [kind for kind in KINDS.values() if kind.side is BoundarySide.VOLUNTARY]


def by_code(kind: CatalogueType) -> str:
    return kind.code


@pytest.mark.parametrize("kind", STATUTORY, ids=by_code)
@pytest.mark.parametrize(
    "distinction", [None, "", "Det er slet ikke en myndighedsopgave, for vi gør det på en helt anden måde."]
)
def test_a_statutory_task_is_refused_whatever_is_written(kind: CatalogueType, distinction: str | None) -> None:
    refusal = check_activity(kind, distinction)
    assert refusal is not None
    assert refusal.reason is Boundary.STATUTORY
    assert why_not(kind, distinction) == kind.reason


@pytest.mark.parametrize("kind", STATUTORY, ids=by_code)
def test_the_reason_says_what_to_choose_instead(kind: CatalogueType) -> None:
    assert "ælg " in kind.reason
    assert "hoose " in kind.reason_en


@pytest.mark.parametrize("kind", STATUTORY, ids=by_code)
def test_what_the_reason_proposes_can_be_chosen(kind: CatalogueType) -> None:
    names = [other.da.casefold() for other in KINDS.values() if other.side is not BoundarySide.STATUTORY]
    proposed = kind.reason.casefold().split("vælg ", 1)[1]
    assert any(name in proposed for name in names) or "aktivitet" in proposed


@pytest.mark.parametrize("kind", BORDERLINE, ids=by_code)
@pytest.mark.parametrize(
    ("distinction", "reason"),
    [
        (None, Boundary.DISTINCTION_MISSING),
        ("", Boundary.DISTINCTION_MISSING),
        (" \n\t ", Boundary.DISTINCTION_MISSING),
        ("- - . 1 2 3 4 5 6 7 8 9", Boundary.DISTINCTION_MISSING),
        ("Det er noget andet.", Boundary.DISTINCTION_TOO_SHORT),
    ],
)
def test_a_borderline_type_demands_a_written_distinction(
    kind: CatalogueType, distinction: str | None, reason: Boundary
) -> None:
    refusal = check_activity(kind, distinction)
    assert refusal is not None
    assert refusal.reason is reason
    assert refusal.text.endswith(".")


def test_eight_words_are_a_distinction_and_seven_are_not() -> None:
    kind = BORDERLINE[0]
    seven = "Her øver vi os sammen på at"
    assert why_not(kind, f"{seven} tale") is None
    told = why_not(kind, f"{seven} 4 a -")
    assert told is not None
    assert told.startswith("Skriv i en hel sætning")


def test_a_type_has_its_name_in_both_languages() -> None:
    kind = KINDS["homework_help"]
    assert (kind.name("da"), kind.name("en")) == (kind.da, kind.en) == ("Lektiehjælp", "Homework help")


@pytest.mark.parametrize("kind", BORDERLINE, ids=by_code)
def test_the_proposed_distinction_is_one(kind: CatalogueType) -> None:
    assert check_activity(kind, kind.distinction) is None
    assert re.search(r"\bikke\b", kind.distinction), "a distinction says what the activity is not"


@pytest.mark.parametrize("kind", VOLUNTARY, ids=by_code)
def test_a_voluntary_type_needs_no_distinction(kind: CatalogueType) -> None:
    assert why_not(kind, None) is None


def test_all_that_was_met_in_practice_is_there_and_on_the_right_side() -> None:
    sides = {code: kind.side for code, kind in KINDS.items()}
    assert len(VOLUNTARY) + len(BORDERLINE) == 14
    assert sides["language_cafe"] is sides["volunteer_advice"] is BoundarySide.BORDERLINE
    assert {kind.code for kind in STATUTORY} == {
        "housing_placement",
        "economic_support",
        "professional_counselling",
        "psychosocial_treatment",
        "trauma_treatment",
        "danish_education",
        "introduction_courses",
        "skills_clarification",
        "authority_decision",
    }


def test_the_boundary_clause_names_every_statutory_task() -> None:
    for partnership in [text for text in files.texts() if text.kind == AgreementKind.PARTNERSHIP]:
        (clause,) = [clause for clause in partnership.content["clause"] if clause["key"] == "boundary"]
        points = {line.removeprefix("- ").casefold() for line in clause["body"].splitlines() if line.startswith("- ")}
        assert {kind.da.casefold() for kind in STATUTORY} <= points


def test_childrens_types_say_so() -> None:
    always = {code for code, kind in KINDS.items() if kind.children_under_15 is MeetsChildren.YES}
    assert always == {"homework_help", "children_youth_group", "leisure_support"}


@pytest.mark.parametrize("kind", KINDS.values(), ids=by_code)
def test_words_are_whole(kind: CatalogueType) -> None:
    for text in (kind.distinction, kind.reason, kind.reason_en, kind.note_da, kind.note_en):
        assert not re.search(r"  |\?\?|TODO|XX|\bNone\b|[{}\[\]_]", text)
        assert text == text.strip()
        assert not text or text.endswith(".")
    if kind.side is BoundarySide.STATUTORY:
        assert kind.reason
        assert kind.reason_en
    else:
        assert kind.note_da
        assert kind.note_en
        assert kind.outcomes
