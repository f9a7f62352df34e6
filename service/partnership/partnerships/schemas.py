"""The shape of a scope as it is sent: by the form's fields or as JSON.

A draft is written part by part: each part of the form is a schema of its own, and a scope is all of them. So a field stands in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, post_load, validates_schema

from service.partnership.partnerships.following import (
    amounts_of,
    divided,
    targets_of,
    written_amounts,
    written_instalments,
    written_targets,
)
from service.partnership.partnerships.rows import (
    MAX_EARMARKS,
    MAX_FURTHER_PARTIES,
    MAX_INSTALMENTS_A_YEAR,
    MAX_OWN_CLAUSES,
    MAX_POSTS,
    MOST_DUTIES,
    ActivityFields,
    AmountFields,
    ContactFields,
    Duties,
    EarmarkFields,
    FurtherPartyFields,
    InstalmentFields,
    OwnClauseFields,
    PostFields,
    TargetFields,
    TextLines,
)
from service.platform.documents.formats import kroner, timer
from service.platform.web.date_fields import Day
from service.platform.web.fields import Choice, Number, Part, Rows, Text, Ticks, YesNo
from service.platform.web.forms import flat
from service.platform.web.personal import FreeText, Looked
from service.platform.web.rows import MOST_ROWS
from service.platform.web.slips import TextKind
from tenants.scope import AgreedActivity, Capability, Frequency, LegalBasis, Level, Payment, Scope
from tenants.terms import PriceAdjustment, Vat


class PartiesFields(Looked):
    """Who the parties are, and whom one calls."""

    department = Text(120, required=False)
    municipality_contact = Part(ContactFields, required=True)
    drc_contact = Part(ContactFields, required=True)
    further_parties = Rows(Part(FurtherPartyFields), MAX_FURTHER_PARTIES, load_default=list)
    case_number = Text(40, required=False)
    kle_number = Text(20, required=False)


class LevelFields(Looked):
    """How far the partnership goes."""

    level = Choice(Level)


class ActivitiesFields(Looked):
    """What is agreed on."""

    activities = Rows(Part(ActivityFields), MOST_ROWS, load_default=list)


class CapabilitiesFields(Looked):
    """What is opened to the municipality's people."""

    capabilities = Ticks(Capability)


class TargetsFields(Looked):
    """The figures to reach."""

    targets = Rows(Part(TargetFields), MOST_ROWS, load_default=list)


class MoneyFields(Looked):
    """What is paid, when and on what terms, and the positions that it pays for.

    Instalments are written, or follow from how many there are a year. `amounts_open`: the amounts are settled later, by an addendum.
    """

    legal_basis = Choice(LegalBasis, required=False, load_default=LegalBasis.NONE)
    amounts_open = YesNo(required=False)
    amounts = Rows(Part(AmountFields), MOST_ROWS, load_default=list)
    instalments_a_year = Number(1, MAX_INSTALMENTS_A_YEAR, required=False)
    instalments = Rows(Part(InstalmentFields), MOST_ROWS, load_default=list)
    vat = Choice(Vat, required=False, load_default=None)
    price_adjustment = Choice(PriceAdjustment, required=False, load_default=None)
    earmarks = Rows(Part(EarmarkFields), MAX_EARMARKS, load_default=list)
    posts = Rows(Part(PostFields), MAX_POSTS, load_default=list)
    gln = Text(20, required=False)
    reference_person = Text(120, required=False)

    @validates_schema
    def _said_once(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data["amounts_open"] and (data["amounts"] or data["instalments"]):
            raise ValidationError({"amounts_open": [_("There are amounts here: untick this, or remove them.")]})
        if data["legal_basis"] is not LegalBasis.NONE and not data["amounts"] and not data["amounts_open"]:
            raise ValidationError({"amounts": {0: {"ore": [_("Write the amount, or tick that it is settled later.")]}}})
        if data["instalments_a_year"] and data["instalments"]:
            said = _("Say how many there are a year, or write each of them below, not both.")
            raise ValidationError({"instalments_a_year": [said]})


class TermFields(Looked):
    """From when to when, and how it ends."""

    starts_on = Day()
    ends_on = Day()
    notice_months = Number(1, 24, required=False, load_default=3)
    evaluation_on = Day(required=False)
    meetings_per_year = Number(1, 52, required=False, load_default=2)


class WordsFields(Looked):
    """What the clauses are filled with."""

    purpose = FreeText(1000, TextKind.TERMS, multiline=True, required=False)
    target_groups = TextLines(required=False)
    municipality_duties = Duties()
    drc_duties = Duties()
    premises = TextLines(required=False)
    support = FreeText(600, TextKind.TERMS, multiline=True, required=False)


class ClausesFields(Looked):
    """Where the agreement departs from the library's clauses: what it leaves out, and what it says in words of its own."""

    clauses_left_out = Ticks()
    own_clauses = Rows(Part(OwnClauseFields), MAX_OWN_CLAUSES, load_default=list)


class ScopeFields(
    ClausesFields,
    WordsFields,
    TermFields,
    MoneyFields,
    TargetsFields,
    CapabilitiesFields,
    ActivitiesFields,
    LevelFields,
    PartiesFields,
):
    """A whole scope. Loads as `tenants.scope.Scope`."""

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Scope:
        data.pop("text_checked", None)
        term = data["starts_on"], data["ends_on"]
        activities = tuple(
            AgreedActivity(
                activity_type=row["activity_type"],
                place=row["place"],
                frequency=Frequency(row["times"], row["every"]),
                starts_on=row["starts_on"] or term[0],
                ends_on=row["ends_on"] or term[1],
                distinction=row["distinction"] or None,
                children_under_15=row["children_under_15"],
            )
            for row in data["activities"]
        )
        amounts, times = amounts_of(data.pop("amounts"), *term), data.pop("instalments_a_year")
        written = tuple(sorted(data.pop("instalments"), key=lambda instalment: instalment.due_on))
        payment = Payment(
            legal_basis=data.pop("legal_basis"),
            amounts=amounts,
            instalments=divided(amounts, *term, times) if times else written,
            gln=data.pop("gln"),
            reference_person=data.pop("reference_person"),
            earmarks=tuple(data.pop("earmarks")),
            vat=data.pop("vat"),
            price_adjustment=data.pop("price_adjustment"),
        )
        data.pop("amounts_open")
        lists = {name: tuple(data[name]) for name in ("posts", "further_parties", "own_clauses", *DUTIES)}
        targets = targets_of(data.pop("targets"), *term)
        return Scope(**{**data, **lists, "activities": activities, "targets": targets, "payment": payment})


def as_sent(scope: Scope) -> dict[str, Any]:
    """The way back: a scope in the shape that ScopeFields reads, as JSON values."""
    plain = scope.values()
    plain |= plain.pop("payment")
    for row in plain["activities"]:
        frequency = row.pop("frequency")
        row |= {"times": frequency["times"], "every": frequency["every"], "distinction": row["distinction"] or ""}
    for row in plain["targets"]:
        row["activity_type"] = row["activity_type"] or ""
    return plain


def settled_later(scope: Scope) -> bool:
    """Whether something is paid, and how much is not agreed yet."""
    return scope.payment.legal_basis is not LegalBasis.NONE and not scope.payment.amounts


LISTS, TICKED = {"target_groups", "premises"}, {"capabilities", "clauses_left_out"}
DUTIES = ("municipality_duties", "drc_duties")


def fields_of(scope: Scope) -> dict[str, str]:
    """A scope as the texts of the form's fields. What follows from the term is left blank, so that it goes on following."""
    sent = as_sent(scope)
    for name in LISTS:
        sent[name] = "\n".join(sent[name])
    for name in TICKED:
        sent[name] = dict.fromkeys(sent[name], True)
    for row in sent["activities"]:
        for day in ("starts_on", "ends_on"):
            row[day] = row[day] if row[day] != sent[day] else ""
    sent["targets"] = written_targets(scope, sent["targets"])
    sent["amounts"] = written_amounts(scope, sent["amounts"])
    sent["instalments_a_year"], sent["instalments"] = written_instalments(scope, sent["instalments"])
    sent["amounts_open"] = settled_later(scope)
    for name in ("amounts", "instalments", "earmarks"):
        sent[name] = [row | {"ore": _kroner(row["ore"])} for row in sent[name]]
    sent["further_parties"] = [row | {"ore_per_year": _kroner(row["ore_per_year"])} for row in sent["further_parties"]]
    sent["posts"] = [
        row | {"minutes_per_week": row["minutes_per_week"] and timer(row["minutes_per_week"])} for row in sent["posts"]
    ]
    return flat(sent)


def of_today(form: Mapping[str, str]) -> dict[str, str]:
    """A form as it was typed, with what has been given fields of its own since then in them: duties were lines of one field."""
    values = dict(form)
    for side in DUTIES:
        lines = [line for line in values.pop(side, "").splitlines() if line.strip()]
        values |= {f"{side}-{number}-text": line for number, line in enumerate(lines[:MOST_DUTIES])}
    return values


def _kroner(ore: int | None) -> str:
    return "" if ore is None else kroner(ore).removesuffix(" kr.")
