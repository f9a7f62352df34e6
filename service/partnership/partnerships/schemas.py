"""The shape of a scope as it is sent: by the form's fields or as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, post_load

from service.partnership.partnerships.terms import (
    MAX_EARMARKS,
    MAX_FURTHER_PARTIES,
    MAX_POSTS,
    EarmarkFields,
    FurtherPartyFields,
    PostFields,
)
from service.platform.documents.formats import kroner, timer
from service.platform.web.contact_fields import Email, Phone
from service.platform.web.date_fields import Day
from service.platform.web.fields import Choice, Kroner, Number, Part, Rows, Strict, Text, Ticks, YesNo
from service.platform.web.forms import flat
from service.platform.web.personal import FreeText, Looked
from service.platform.web.rows import MOST_ROWS
from service.platform.web.slips import TextKind
from tenants.scope import (
    AgreedActivity,
    Capability,
    Contact,
    Duty,
    Every,
    Frequency,
    Instalment,
    LegalBasis,
    Level,
    Payment,
    Scope,
    Target,
    YearAmount,
)
from tenants.terms import PriceAdjustment, Vat


class Lines(Text):
    """A list of texts: as JSON, or one a line as typed."""

    blank = ()

    def __init__(self, most_lines: int = 20, **options: Any) -> None:
        self.most_lines = most_lines
        super().__init__(200, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        parts = value.splitlines() if isinstance(value, str) else value
        if not isinstance(parts, list) or len(parts) > self.most_lines:
            raise ValidationError(_("Write at most %(most)s lines.", most=self.most_lines))
        return tuple(
            super(Lines, self)._deserialize(part, attr, data, **kwargs)
            for part in parts
            if not isinstance(part, str) or part.strip()
        )


MOST_DUTIES = 20
DUTY_EVERY = (Every.MONTH, Every.QUARTER, Every.YEAR)  # a duty is followed up, and not counted from week to week


class DutyFields(Strict):
    """Something that one side undertakes: by a day, every so often, or throughout the term."""

    text = FreeText(200, TextKind.TERMS)
    due_on = Day(required=False)
    every = Choice(frozenset(DUTY_EVERY), required=False, load_default=None)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Duty:
        return Duty(data["text"], data["due_on"], Every(data["every"]) if data["every"] else None)


class Duties(Rows):
    """What one side undertakes. A program may send a plain text for a duty that holds throughout the term."""

    def __init__(self) -> None:
        super().__init__(Part(DutyFields), MOST_DUTIES, load_default=list)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list):
            value = [{"text": duty, "due_on": None, "every": None} if isinstance(duty, str) else duty for duty in value]
        return super()._deserialize(value, attr, data, **kwargs)


class ContactFields(Strict):
    """A contact person."""

    name = Text(120)
    title = Text(120)
    phone = Phone(30)
    email = Email(254)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Contact:
        return Contact(**data)


class ActivityFields(Strict):
    """An activity to agree on. Left without days, it runs the whole term."""

    activity_type = Text(60)
    place = FreeText(120, TextKind.PLACE)
    times = Number(1, 366)
    every = Choice(Every)
    starts_on = Day(required=False)
    ends_on = Day(required=False)
    distinction = FreeText(600, TextKind.TERMS, multiline=True, required=False)
    children_under_15 = YesNo(required=False)


class TargetFields(Strict):
    """A target for a year."""

    measure = Text(60)
    activity_type = Text(60, required=False)
    value = Number(1, 1_000_000)
    year = Number(1990, 2100)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Target:
        return Target(data["measure"], data["value"], data["year"], data["activity_type"] or None)


class AmountFields(Strict):
    """A year's amount."""

    year = Number(1990, 2100)
    ore = Kroner()

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> YearAmount:
        return YearAmount(**data)


class InstalmentFields(Strict):
    """An instalment."""

    due_on = Day()
    ore = Kroner()

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Instalment:
        return Instalment(**data)


class ScopeFields(Looked):
    """A whole scope. Loads as `tenants.scope.Scope`."""

    level = Choice(Level)
    capabilities = Ticks(Capability)
    starts_on = Day()
    ends_on = Day()
    department = Text(120, required=False)
    municipality_contact = Part(ContactFields, required=True)
    drc_contact = Part(ContactFields, required=True)
    purpose = FreeText(1000, TextKind.TERMS, multiline=True, required=False)
    target_groups = Lines(required=False)
    activities = Rows(Part(ActivityFields), MOST_ROWS, load_default=list)
    targets = Rows(Part(TargetFields), MOST_ROWS, load_default=list)
    legal_basis = Choice(LegalBasis, required=False, load_default=LegalBasis.NONE)
    amounts = Rows(Part(AmountFields), MOST_ROWS, load_default=list)
    instalments = Rows(Part(InstalmentFields), MOST_ROWS, load_default=list)
    gln = Text(20, required=False)
    reference_person = Text(120, required=False)
    earmarks = Rows(Part(EarmarkFields), MAX_EARMARKS, load_default=list)
    vat = Choice(Vat, required=False, load_default=None)
    price_adjustment = Choice(PriceAdjustment, required=False, load_default=None)
    posts = Rows(Part(PostFields), MAX_POSTS, load_default=list)
    further_parties = Rows(Part(FurtherPartyFields), MAX_FURTHER_PARTIES, load_default=list)
    municipality_duties = Duties()
    drc_duties = Duties()
    premises = Lines(required=False)
    support = FreeText(600, TextKind.TERMS, multiline=True, required=False)
    meetings_per_year = Number(1, 52, required=False, load_default=2)
    notice_months = Number(1, 24, required=False, load_default=3)
    evaluation_on = Day(required=False)
    case_number = Text(40, required=False)
    kle_number = Text(20, required=False)

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
        payment = Payment(
            legal_basis=data.pop("legal_basis"),
            amounts=tuple(data.pop("amounts")),
            instalments=tuple(sorted(data.pop("instalments"), key=lambda instalment: instalment.due_on)),
            gln=data.pop("gln"),
            reference_person=data.pop("reference_person"),
            earmarks=tuple(data.pop("earmarks")),
            vat=data.pop("vat"),
            price_adjustment=data.pop("price_adjustment"),
        )
        lists = {name: tuple(data[name]) for name in ("targets", "posts", "further_parties", *DUTIES)}
        return Scope(**{**data, **lists, "activities": activities, "payment": payment})


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


LISTS = {"target_groups", "premises"}
DUTIES = ("municipality_duties", "drc_duties")


def fields_of(scope: Scope) -> dict[str, str]:
    """A scope as the texts of the form's fields."""
    sent = as_sent(scope)
    for name in LISTS:
        sent[name] = "\n".join(sent[name])
    sent["capabilities"] = dict.fromkeys(sent["capabilities"], True)
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
