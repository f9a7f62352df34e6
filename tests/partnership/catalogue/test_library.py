"""What may be changed of a version of the clauses, what differs, and what keeps one from being put in use. No database."""

from __future__ import annotations

from typing import Any

import pytest

from service.partnership.catalogue import files, library
from service.partnership.catalogue.clauses import AgreementKind, ClauseError
from service.partnership.catalogue.library import PRINCIPLES

NEWEST = {text.kind: text.content for text in files.texts()}
PARTNERSHIP = NEWEST["partnership"]


def changed_body(key: str, name: str, body: str) -> dict[str, Any]:
    """The newest partnership clauses with another body in one of them."""
    return library.edited(PARTNERSHIP, key, {**library.as_edited(PARTNERSHIP, key), name: body})


@pytest.mark.parametrize("kind", library.KINDS)
def test_what_is_in_use_can_be_put_in_use_again(kind: str) -> None:
    assert library.faults(kind, NEWEST[kind], NEWEST[kind]) == []
    assert library.changed(kind, NEWEST[kind], NEWEST[kind]) == frozenset()


@pytest.mark.parametrize("key", [key for key in library.keys(PARTNERSHIP) if not library.locked(key)])
def test_a_clause_that_is_saved_as_it_stood_is_the_same_to_the_last_letter(key: str) -> None:
    assert library.edited(PARTNERSHIP, key, library.as_edited(PARTNERSHIP, key)) == PARTNERSHIP


def test_one_clause_differs_and_no_other() -> None:
    after = changed_body("purpose", "body_always", "Et andet formål.")
    assert library.changed("partnership", PARTNERSHIP, after) == {"purpose"}
    assert library.faults("partnership", PARTNERSHIP, after) == []
    found = {each.key: each for each in library.shown(AgreementKind.PARTNERSHIP, after, PARTNERSHIP, rich=True)}
    assert [key for key, each in found.items() if each.changed] == ["purpose"]
    (printed, before) = found["purpose"].variants[0]
    assert printed.blocks == ("Et andet formål.",)
    assert before == library.as_edited(PARTNERSHIP, "purpose")["body_always"]


def test_a_variant_is_changed_by_itself() -> None:
    (key,) = {clause["key"] for clause in PARTNERSHIP["clause"] if clause.get("applies_when") == "no_payment"}
    after = changed_body(key, "body_no_payment", "Ingen betaler noget.")
    assert library.changed("partnership", PARTNERSHIP, after) == {key}
    was = [clause["body"] for clause in PARTNERSHIP["clause"] if clause.get("applies_when") != "no_payment"]
    assert [clause["body"] for clause in after["clause"] if clause.get("applies_when") != "no_payment"] == was


def test_the_boundary_is_locked_in_the_form_and_in_the_check() -> None:
    with pytest.raises(ClauseError):
        library.edited(PARTNERSHIP, "boundary", library.as_edited(PARTNERSHIP, "boundary"))
    clauses = [
        {**c, "body": c["body"] + "\nOg lidt til.\n"} if c["key"] == "boundary" else c for c in PARTNERSHIP["clause"]
    ]
    assert [fault.key for fault in library.faults("partnership", PARTNERSHIP, {"clause": clauses})] == ["boundary"]
    without = [c for c in PARTNERSHIP["clause"] if c["key"] != "boundary"]
    assert "boundary" in {fault.key for fault in library.faults("partnership", PARTNERSHIP, {"clause": without})}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Kontakt {{ kontaktperson }}.", "kontaktperson"),  # unknown in every agreement
        ("Aftalen evalueres {{ evaluation_on|dato }}.", "cannot be filled"),  # missing where it is not agreed
        ("{{ department }}", "blank"),
        ("{% for %}", "cannot be read"),
        ("", "blank"),
    ],
)
def test_a_parameter_that_is_missing_or_unknown_is_told_by_clause(body: str, told: str) -> None:
    after = changed_body("purpose", "body_always", body)
    (fault,) = library.faults("partnership", PARTNERSHIP, after)
    assert "purpose" in fault.key + fault.detail
    assert told in fault.detail


def test_clauses_are_neither_added_nor_taken_away() -> None:
    fewer = {"clause": [clause for clause in PARTNERSHIP["clause"] if clause["key"] != "term"]}
    assert [fault.key for fault in library.faults("partnership", PARTNERSHIP, fewer)] == [""]


def test_principles_are_written_one_a_line() -> None:
    given = library.principles_as_edited(NEWEST[PRINCIPLES])
    assert library.principles_edited(given) == NEWEST[PRINCIPLES]
    more = library.principles_edited({**given, "principles": given["principles"] + "\n\n Endnu et. \n"})
    assert more["principles"][-1] == "Endnu et."
    assert library.changed(PRINCIPLES, NEWEST[PRINCIPLES], more) == {"principles"}
    assert library.faults(PRINCIPLES, NEWEST[PRINCIPLES], {**more, "principles": []})
