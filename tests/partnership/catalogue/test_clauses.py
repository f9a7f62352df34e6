"""Clauses become the words of one agreement: filled, nothing blank, and always with the boundary."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.partnership.catalogue import files
from service.partnership.catalogue.clauses import (
    AgreementKind,
    Clause,
    ClauseError,
    RenderedClause,
    check_clauses,
    clauses,
)
from service.partnership.catalogue.examples import NO_PAYMENT, bare, bare_cooperation, cooperation, full
from service.partnership.catalogue.texts import (
    CAPABILITIES_DA,
    DRC_DUTIES_DA,
    LEVELS_DA,
    MUNICIPALITY_DUTIES_DA,
    duty_da,
)
from service.partnership.catalogue.wording import WordingError, template
from tenants.scope import PRESETS, Duty, Every, LegalBasis, Level

TEXTS = {text.kind: text.content["clause"] for text in files.texts() if text.kind in set(AgreementKind)}
PARTNERSHIP, COOPERATION = TEXTS["partnership"], TEXTS["cooperation"]
OPEN = sorted(
    key for key, value in bare().items() if full()[key] != value and key not in ("level", "payment", "children")
)


def words(printed: tuple[RenderedClause, ...]) -> Iterator[str]:
    for clause in printed:
        yield clause.title
        for block in clause.blocks:
            yield from [block] if isinstance(block, str) else block


def text_of(printed: tuple[RenderedClause, ...], key: str) -> str:
    return "\n".join(words(tuple(clause for clause in printed if clause.key == key)))


def demand_whole(printed: tuple[RenderedClause, ...], count: int) -> None:
    """Nothing blank, nothing left unfilled, no clause missing."""
    assert [clause.number for clause in printed] == list(range(1, count + 1))
    assert all(clause.blocks for clause in printed)
    for line in words(printed):
        assert line == line.strip() != ""
        assert not re.search(
            r"  |\.\.|,,| [,.;]|: *$|\(\)|[{}]|\bNone\b|Undefined|\bTrue\b|\bFalse\b", line.rstrip(":")
        ), line
    for clause in printed:  # what announces a list is followed by one
        for block, after in zip(clause.blocks, (*clause.blocks[1:], ""), strict=True):
            if isinstance(block, str) and block.endswith(":"):
                assert isinstance(after, tuple), f"{clause.key}: {block}"


def with_level(level: Level, legal_basis: LegalBasis) -> dict[str, Any]:
    name, text = LEVELS_DA[level]
    return full(
        level={"code": level.value, "da": name, "text": text},
        capabilities=[CAPABILITIES_DA[capability] for capability in sorted(PRESETS[level])],
        municipality_duties=[duty_da(duty) for duty in MUNICIPALITY_DUTIES_DA[level]],
        drc_duties=[duty_da(duty) for duty in DRC_DUTIES_DA[level]],
        payment=NO_PAYMENT
        if legal_basis is LegalBasis.NONE
        else full()["payment"] | {"legal_basis": legal_basis.value},
    )


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("legal_basis", LegalBasis)
@pytest.mark.parametrize("children", [True, False])
def test_every_level_and_legal_form_comes_out_whole(level: Level, legal_basis: LegalBasis, children: bool) -> None:
    printed = clauses(PARTNERSHIP, with_level(level, legal_basis) | {"children": children})
    demand_whole(printed, 20)
    assert LEVELS_DA[level][0] in text_of(printed, "scope")


@pytest.mark.parametrize("legal_basis", LegalBasis)
def test_an_agreement_with_nothing_but_what_must_be_comes_out_whole(legal_basis: LegalBasis) -> None:
    demand_whole(clauses(PARTNERSHIP, bare(payment=NO_PAYMENT | {"legal_basis": legal_basis.value})), 20)


@pytest.mark.parametrize("missing", OPEN)
def test_whatever_is_left_open_has_words_of_its_own(missing: str) -> None:
    printed = clauses(PARTNERSHIP, full(**{missing: bare()[missing]}))
    demand_whole(printed, 20)
    assert list(words(printed)) != list(words(clauses(PARTNERSHIP, full()))), (
        f"nothing tells whether {missing} was agreed"
    )


@pytest.mark.parametrize("given_one", OPEN)
def test_whatever_alone_is_agreed_is_printed(given_one: str) -> None:
    demand_whole(clauses(PARTNERSHIP, bare(**{given_one: full()[given_one]})), 20)


def test_a_real_agreement_can_be_expressed() -> None:
    printed = clauses(PARTNERSHIP, full())
    assert "Københavns Kommune, CVR-nr. 64942212" in text_of(printed, "parties")
    assert "for 2011: 990.000 kr." in text_of(printed, "payment")
    assert "for 2012: 1.400.000 kr." in text_of(printed, "payment")
    assert "den 15. januar 2012: 1.400.000 kr." in text_of(printed, "payment")
    assert "5798009811578" in text_of(printed, "payment")
    assert "To regionskonsulenter på fuld tid og en studentermedhjælper 10 timer om ugen." in text_of(
        printed, "volunteers"
    )
    assert "den 1. maj 2011 og gælder til og med den 31. december 2014" in text_of(printed, "term")
    assert "tre måneders varsel" in text_of(printed, "termination")
    assert "Sprogcafé: Fri samtale, som ikke er danskuddannelse." in text_of(printed, "boundary")


@pytest.mark.parametrize(
    ("duty", "printed"),
    [
        (Duty("at udpege en tovholder."), "at udpege en tovholder"),
        (Duty("at holde en aften", every=Every.QUARTER), "at holde en aften, hvert kvartal"),
        (Duty("- at holde kursus", dt.date(2027, 3, 1)), "at holde kursus, senest den 1. marts 2027"),
        (
            Duty("at holde kursus", dt.date(2027, 3, 1), Every.YEAR),
            "at holde kursus, første gang senest den 1. marts 2027 og derefter hvert år",
        ),
    ],
)
def test_a_duty_is_printed_with_when_it_is_due(duty: Duty, printed: str) -> None:
    assert duty_da(duty) == printed
    assert printed in text_of(clauses(PARTNERSHIP, full(drc_duties=[duty_da(duty)])), "roles")


def test_without_payment_the_agreement_says_so_and_names_no_amount() -> None:
    printed = clauses(PARTNERSHIP, bare())
    assert (
        text_of(printed, "payment")
        .splitlines()[1]
        .startswith("Partnerskabet indebærer ingen betaling mellem parterne.")
    )
    assert " kr." not in "\n".join(words(printed))


def test_section_18_has_its_report_and_no_other_form_has() -> None:
    for legal_basis in LegalBasis:
        printed = clauses(PARTNERSHIP, with_level(Level.TARGETED, legal_basis))
        assert ("1. april" in text_of(printed, "payment")) is (legal_basis is LegalBasis.SECTION_18)


def test_further_parties_are_named() -> None:
    other = {"official_name": "Den Selvejende Institution Huset", "cvr": "12345674"}
    printed = clauses(PARTNERSHIP, full(further_parties=[other]))
    demand_whole(printed, 20)
    assert "Den Selvejende Institution Huset, CVR-nr. 12345674" in text_of(printed, "parties")


def test_children_decide_which_certificate_clause_is_printed() -> None:
    yes, no = (text_of(clauses(PARTNERSHIP, full(children=met)), "children") for met in (True, False))
    assert "før den frivillige begynder" in yes
    assert "Ingen af de aftalte aktiviteter er for børn under 15 år." in no


@pytest.mark.parametrize(
    "context", [cooperation(), bare_cooperation(), cooperation(ends_on=None), cooperation(children=False)]
)
def test_a_groups_agreement_comes_out_whole(context: dict[str, Any]) -> None:
    printed = clauses(COOPERATION, context, kind=AgreementKind.COOPERATION)
    demand_whole(printed, 16)
    assert "Frivillige hverken kan eller skal" in text_of(printed, "boundary")


# What people type: any letters and signs that the service lets in, but not the words that the tests look for.
typed = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="{}NTFU()"), min_size=1, max_size=60
).filter(lambda text: re.search(r"\w", text) is not None)
several = st.lists(typed, max_size=4)
contacts = st.fixed_dictionaries(
    {"name": typed, "title": typed | st.just(""), "phone": st.just("") | st.just("12345678"), "email": st.just("")}
)
agreed = st.fixed_dictionaries(
    {},
    optional={
        "department": typed | st.just(""),
        "municipality_contact": contacts,
        "purpose": st.lists(typed, max_size=3).map("\n\n".join),
        "target_groups": several,
        "municipality_duties": several,
        "drc_duties": several,
        "premises": several,
        "support": typed | st.just(""),
        "distinctions": st.lists(st.fixed_dictionaries({"name": typed, "text": typed}), max_size=3),
        "meetings_per_year": st.integers(0, 60),
        "notice_months": st.integers(0, 24),
        "case_number": typed | st.just(""),
        "children": st.booleans(),
    },
)


@given(agreed, st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_no_clause_is_blank_and_none_is_added(changes: dict[str, Any], light: bool) -> None:
    printed = clauses(PARTNERSHIP, (bare if light else full)(**changes))
    assert [clause.number for clause in printed] == list(range(1, 21))
    assert all(line.strip() for line in words(printed))
    points = {key: value for key, value in changes.items() if key in ("target_groups", "premises", "distinctions")}
    for key, where in (("target_groups", "purpose"), ("premises", "premises"), ("distinctions", "boundary")):
        if key in points:
            clause = next(clause for clause in printed if clause.key == where)
            lists = [block for block in clause.blocks if isinstance(block, tuple)]
            fixed = 0 if where == "premises" else 1  # the purpose and the boundary have a list of their own
            assert len(lists) == fixed + bool(points[key])


@pytest.mark.parametrize(
    "nasty",
    [
        "et formål\n\n- falsk punkt",
        "- falsk punkt",
        "{{ municipality.cvr }} {% for x in y %}",
        "<script>alert(1)</script> & <b>",
        "{{ ''.__class__.__mro__ }}",
    ],
)
def test_what_is_typed_stays_words(nasty: str) -> None:
    before, after = clauses(PARTNERSHIP, full(support="hjælp")), clauses(PARTNERSHIP, full(support=nasty))
    shape = [[type(block) for block in clause.blocks] for clause in before]
    assert [[type(block) for block in clause.blocks] for clause in after] == shape
    assert " ".join(nasty.split())[1:] in text_of(after, "volunteers")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"municipality": {"official_name": " ", "cvr": "64942212"}}, "parties"),
        ({"municipality": {"official_name": "Københavns Kommune"}}, "parties"),
        ({"municipality": {"official_name": None, "cvr": "64942212"}}, "parties"),
        ({"target_groups": ["nye flygtninge", " - "]}, "purpose"),
        ({"support": "hjælp\x01falsk punkt"}, "volunteers"),
        ({"distinctions": [{"name": "Sprogcafé", "text": ""}]}, "boundary"),
        ({"starts_on": None}, "term"),
    ],
)
def test_a_blank_shouts(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ClauseError, match=named):
        clauses(PARTNERSHIP, full(**changes))


@pytest.mark.parametrize("key", full())
def test_a_context_that_lacks_a_key_is_refused(key: str) -> None:
    context = full()
    del context[key]
    with pytest.raises(ClauseError, match=key):
        clauses(PARTNERSHIP, context)


def without(key: str) -> list[Mapping[str, Any]]:
    return [clause for clause in PARTNERSHIP if clause["key"] != key]


def altered(key: str, **changes: Any) -> list[Mapping[str, Any]]:
    return [clause | changes if clause["key"] == key else clause for clause in PARTNERSHIP]


def one_variant(**changes: Any) -> list[Mapping[str, Any]]:
    """The clauses with one variant of the payment changed."""
    return [clause | changes if clause.get("applies_when") == "no_payment" else clause for clause in PARTNERSHIP]


def test_a_clause_stands_in_every_agreement_and_can_be_taken_out_of_a_later_version_unless_it_says_otherwise() -> None:
    plain = {"key": "x", "title_da": "X", "title_en": "X", "body": "X"}
    clause = Clause.from_plain(plain)
    assert (clause.mandatory, clause.removable) == (True, True)


def test_a_printed_clause_is_kept_as_plain_values() -> None:
    clause = RenderedClause(3, "term", "Varighed", ("Aftalen gælder:", ("fra i dag", "til i morgen")))
    assert clause.to_plain() == {
        "number": 3,
        "key": "term",
        "title": "Varighed",
        "blocks": ["Aftalen gælder:", ["fra i dag", "til i morgen"]],
    }


def test_no_agreement_is_made_without_the_boundary() -> None:
    with pytest.raises(ClauseError, match="boundary"):
        clauses(without("boundary"), full())
    with pytest.raises(ClauseError, match="stands in every agreement"):
        clauses(PARTNERSHIP, full(), left_out=frozenset({"boundary"}))


def test_a_clause_that_may_be_left_out_can_be() -> None:
    printed = clauses(PARTNERSHIP, full(), left_out=frozenset({"premises"}))
    assert len(printed) == 19
    assert [clause.number for clause in printed] == list(range(1, 20))
    assert "premises" not in {clause.key for clause in printed}


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (without("boundary"), "20"),
        (without("term"), "20"),
        ([*PARTNERSHIP, PARTNERSHIP[0]], "20"),
        (altered("boundary", removable=True), "boundary"),
        (altered("boundary", mandatory=False), "boundary"),
        (altered("boundary", applies_when="children"), "boundary"),
        (altered("term", applies_when="children"), "once in every case"),
        (altered("term", applies_when="on_tuesdays"), "once in every case"),
        ([clause for clause in PARTNERSHIP if clause.get("applies_when") != "no_payment"], "once in every case"),
        (altered("payment", applies_when="no_payment"), "once in every case"),
        (altered("term", body="{{ starts_on"), "cannot be read"),
        (altered("term", colour="red"), "colour"),
        (one_variant(title_da="En anden"), "same titles and marks"),
        (one_variant(title_en="Another"), "same titles and marks"),
        (one_variant(mandatory=False), "same titles and marks"),
        (one_variant(removable=False), "same titles and marks"),
    ],
)
def test_a_version_with_a_hole_in_it_is_not_put_into_use(texts: list[Mapping[str, Any]], why: str) -> None:
    check_clauses(AgreementKind.PARTNERSHIP, PARTNERSHIP)
    with pytest.raises(ClauseError, match=why):
        check_clauses(AgreementKind.PARTNERSHIP, texts)


@pytest.mark.parametrize(
    "body",
    [
        "{{ purpose.upper() }}",
        "{{ 'x' * 1000000000 }}",
        "{% for each in range(100000) %}x{% endfor %}",
        "{{ '%1000000000d'|format(1) }}",
        "{{ 'x'|center(1000000000) }}",
        "{% set a = 1 %}x",
        "{% macro a() %}x{% endmacro %}x",
        "{% include 'other' %}",
        "{% for a in x %}{% for b in x %}{% for c in x %}{{ c }}{% endfor %}{% endfor %}{% endfor %}",
    ],
)
def test_a_text_calls_and_reckons_nothing(body: str) -> None:
    with pytest.raises(WordingError, match="cannot be read"):
        template(body)


def test_control_lists_stand_in_lists() -> None:
    assert template("{% for a in x %}{% for b in a %}{{ b|punkt }}{% endfor %}{% endfor %}")
