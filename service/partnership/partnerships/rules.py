"""What makes a scope fit to be agreed. Plain values in, what is wrong out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stdnum import ean

from service.partnership.catalogue.rules import CatalogueType, why_not
from tenants.scope import PRESETS, Capability, Duty, LegalBasis, Scope

Errors = dict[str, list[str]]  # by the name of the form's field: activities-0-distinction

Wrong = Callable[[str, str], None]

LONGEST_YEARS = 10


def N_(message: str) -> str:  # noqa: N802 - the usual name of a text that is translated where it is shown
    """The message as it is: rules know no language. `operations.fit` says it in the reader's."""
    return message


@dataclass(frozen=True, slots=True)
class OpenedByScope:
    """What a scope opens to the municipality, against the preset of its level."""

    capabilities: tuple[Capability, ...]
    added: tuple[Capability, ...]
    left_out: tuple[Capability, ...]


def opened(scope: Scope) -> OpenedByScope:
    """What the municipality's people would see and could do, in the order of the presets."""
    preset = PRESETS[scope.level]
    return OpenedByScope(
        tuple(c for c in Capability if c in scope.capabilities),
        tuple(c for c in Capability if c in scope.capabilities - preset),
        tuple(c for c in Capability if c in preset - scope.capabilities),
    )


def problems(scope: Scope, kinds: Mapping[str, CatalogueType], measures: Mapping[str, Mapping[str, str]]) -> Errors:
    """What stands in the way of agreeing on the scope, by field. Empty when nothing does."""
    errors: Errors = {}

    def wrong(field: str, message: str) -> None:
        errors.setdefault(field, []).append(message)

    if scope.ends_on < scope.starts_on:
        wrong("ends_on", N_("The last day must come after the first."))
        return errors
    if scope.ends_on > scope.starts_on.replace(day=1) + dt.timedelta(days=366 * LONGEST_YEARS):
        wrong("ends_on", N_("An agreement can run for ten years at the most."))
    if scope.evaluation_on and not scope.starts_on <= scope.evaluation_on <= scope.ends_on:
        wrong("evaluation_on", N_("The evaluation must lie within the term."))
    if scope.kle_number and not re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}", scope.kle_number):
        wrong("kle_number", N_("A KLE number is written as 27.03.00."))
    _activities(scope, kinds, wrong)
    _targets(scope, measures, wrong)
    _duties(scope, wrong)
    _payment(scope, wrong)
    _earmarks(scope, wrong)
    _further_parties(scope, wrong)
    return errors


def _activities(scope: Scope, kinds: Mapping[str, CatalogueType], wrong: Wrong) -> None:
    met: set[tuple[str, str]] = set()
    if not scope.activities:
        wrong("activities-0-activity_type", N_("Choose at least one activity."))
    for number, activity in enumerate(scope.activities):
        at = f"activities-{number}"
        kind = kinds.get(activity.activity_type)
        if kind is None:
            wrong(f"{at}-activity_type", N_("Choose an activity type from the catalogue."))
            continue
        if reason := why_not(kind, activity.distinction):
            wrong(f"{at}-distinction" if kind.side == "borderline" else f"{at}-activity_type", reason)
        if activity.starts_on < scope.starts_on or activity.ends_on > scope.ends_on:
            wrong(f"{at}-ends_on", N_("The activity must lie within the term."))
        elif activity.ends_on < activity.starts_on:
            wrong(f"{at}-ends_on", N_("The last day must come after the first."))
        same = (activity.activity_type, activity.place.casefold())
        if same in met:
            wrong(f"{at}-place", N_("The activity stands here twice with the same place."))
        met.add(same)


def _targets(scope: Scope, measures: Mapping[str, Mapping[str, str]], wrong: Wrong) -> None:
    agreed = {activity.activity_type for activity in scope.activities}
    for number, target in enumerate(scope.targets):
        at = f"targets-{number}"
        if target.measure not in measures:
            wrong(f"{at}-measure", N_("Choose what the target is counted in."))
        elif target.activity_type is not None and measures[target.measure]["by_type"] == "no":
            wrong(f"{at}-activity_type", N_("This is counted for all activities together."))
        if not scope.starts_on.year <= target.year <= scope.ends_on.year:
            wrong(f"{at}-year", N_("The year must lie within the term."))
        if target.activity_type is not None and target.activity_type not in agreed:
            wrong(f"{at}-activity_type", N_("The target is for an activity that is not agreed."))


def _duties(scope: Scope, wrong: Wrong) -> None:
    for side, duties in (("municipality_duties", scope.municipality_duties), ("drc_duties", scope.drc_duties)):
        met: set[Duty] = set()
        for number, duty in enumerate(duties):
            if duty.due_on and not scope.starts_on <= duty.due_on <= scope.ends_on:
                wrong(f"{side}-{number}-due_on", N_("The day must lie within the term."))
            if duty in met:
                wrong(f"{side}-{number}-text", N_("The duty stands here twice."))
            met.add(duty)


def _payment(scope: Scope, wrong: Wrong) -> None:
    payment = scope.payment
    if payment.gln and not (len(payment.gln) == 13 and ean.is_valid(payment.gln)):
        wrong("gln", N_("The EAN number (GLN) must have 13 digits, and its check digit must fit."))
    if payment.legal_basis is LegalBasis.NONE:
        if payment.amounts or payment.instalments or payment.earmarks:
            wrong("legal_basis", N_('There are amounts, but "no payment" is chosen.'))
        return
    years = [amount.year for amount in payment.amounts]
    for number, amount in enumerate(payment.amounts):
        if not scope.starts_on.year <= amount.year <= scope.ends_on.year:
            wrong(f"amounts-{number}-year", N_("The year must lie within the term."))
        if years.count(amount.year) > 1:
            wrong(f"amounts-{number}-year", N_("The year stands here more than once."))
        due = sum(i.ore for i in payment.instalments if i.due_on.year == amount.year)
        if payment.instalments and due != amount.ore:
            wrong(f"amounts-{number}-ore", N_("The instalments due in the year must add up to its amount."))
    for number, instalment in enumerate(payment.instalments):
        if instalment.due_on.year not in years:
            wrong(f"instalments-{number}-due_on", N_("There is no amount for the year in which the instalment is due."))


def _earmarks(scope: Scope, wrong: Wrong) -> None:
    """What is for one purpose alone is a part of the year's amount, and no more than it."""
    amounts = {amount.year: amount.ore for amount in scope.payment.amounts}
    set_apart = dict.fromkeys(amounts, 0)
    for number, earmark in enumerate(scope.payment.earmarks):
        if earmark.year is not None and earmark.year not in amounts:
            wrong(f"earmarks-{number}-year", N_("There is no amount for that year."))
        for year in amounts if earmark.year is None else amounts.keys() & {earmark.year}:
            set_apart[year] += earmark.ore
            if set_apart[year] > amounts[year]:
                wrong(f"earmarks-{number}-ore", N_("More is set apart than the year's amount."))
                break


def _further_parties(scope: Scope, wrong: Wrong) -> None:
    met: set[str] = set()
    for number, party in enumerate(scope.further_parties):
        if party.cvr in met:
            wrong(f"further_parties-{number}-cvr", N_("The party stands here twice."))
        met.add(party.cvr)
