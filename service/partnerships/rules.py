"""What makes a scope fit to be agreed. Plain values in, what is wrong out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stdnum import ean

from service.catalogue.rules import Kind, why_not
from tenants.scope import PRESETS, Capability, LegalBasis, Scope

Errors = dict[str, list[str]]  # by the name of the form's field: activities-0-distinction

Wrong = Callable[[str, str], None]

LONGEST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Opened:
    """What a scope opens to the municipality, against the preset of its level."""

    capabilities: tuple[Capability, ...]
    added: tuple[Capability, ...]
    left_out: tuple[Capability, ...]


def opened(scope: Scope) -> Opened:
    """What the municipality's people would see and could do, in the order of the presets."""
    preset = PRESETS[scope.level]
    return Opened(
        tuple(c for c in Capability if c in scope.capabilities),
        tuple(c for c in Capability if c in scope.capabilities - preset),
        tuple(c for c in Capability if c in preset - scope.capabilities),
    )


def problems(scope: Scope, kinds: Mapping[str, Kind], measures: frozenset[str]) -> Errors:
    """What stands in the way of agreeing on the scope, by field. Empty when nothing does."""
    errors: Errors = {}

    def wrong(field: str, message: str) -> None:
        errors.setdefault(field, []).append(message)

    if scope.ends_on < scope.starts_on:
        wrong("ends_on", "Sidste dag skal ligge efter første dag.")
        return errors
    if scope.ends_on > scope.starts_on.replace(day=1) + dt.timedelta(days=366 * LONGEST_YEARS):
        wrong("ends_on", f"En aftale kan højst løbe i {LONGEST_YEARS} år.")
    if scope.evaluation_on and not scope.starts_on <= scope.evaluation_on <= scope.ends_on:
        wrong("evaluation_on", "Evalueringen skal ligge i aftalens løbetid.")
    if scope.kle_number and not re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}", scope.kle_number):
        wrong("kle_number", "Et KLE-nummer skrives som 27.03.00.")
    _activities(scope, kinds, wrong)
    _targets(scope, kinds, measures, wrong)
    _payment(scope, wrong)
    return errors


def _activities(scope: Scope, kinds: Mapping[str, Kind], wrong: Wrong) -> None:
    met: set[tuple[str, str]] = set()
    if not scope.activities:
        wrong("activities-0-activity_type", "Vælg mindst én aktivitet.")
    for number, activity in enumerate(scope.activities):
        at = f"activities-{number}"
        kind = kinds.get(activity.activity_type)
        if kind is None:
            wrong(f"{at}-activity_type", "Vælg en aktivitetstype fra kataloget.")
            continue
        if reason := why_not(kind, activity.distinction):
            wrong(f"{at}-distinction" if kind.side == "borderline" else f"{at}-activity_type", reason)
        if activity.starts_on < scope.starts_on or activity.ends_on > scope.ends_on:
            wrong(f"{at}-ends_on", "Aktivitetens periode skal ligge i aftalens løbetid.")
        elif activity.ends_on < activity.starts_on:
            wrong(f"{at}-ends_on", "Sidste dag skal ligge efter første dag.")
        same = (activity.activity_type, activity.place.casefold())
        if same in met:
            wrong(f"{at}-place", "Aktiviteten står her to gange med samme sted.")
        met.add(same)


def _targets(scope: Scope, kinds: Mapping[str, Kind], measures: frozenset[str], wrong: Wrong) -> None:
    agreed = {activity.activity_type for activity in scope.activities}
    for number, target in enumerate(scope.targets):
        at = f"targets-{number}"
        if target.measure not in measures:
            wrong(f"{at}-measure", "Vælg, hvad målet tælles i.")
        if not scope.starts_on.year <= target.year <= scope.ends_on.year:
            wrong(f"{at}-year", "Året skal ligge i aftalens løbetid.")
        if target.activity_type is not None and target.activity_type not in agreed:
            wrong(f"{at}-activity_type", "Målet gælder en aktivitet, der ikke er aftalt.")
        if target.measure == "volunteer_hours" and target.activity_type is not None:
            wrong(f"{at}-activity_type", "Frivilligtimer gøres op for alle aktiviteter under ét.")


def _payment(scope: Scope, wrong: Wrong) -> None:
    payment = scope.payment
    if payment.gln and not (len(payment.gln) == 13 and ean.is_valid(payment.gln)):
        wrong("gln", "EAN-nummeret (GLN) skal have 13 cifre, og kontrolcifret skal passe.")
    if payment.legal_basis is LegalBasis.NONE:
        if payment.amounts or payment.instalments:
            wrong("legal_basis", "Der er skrevet beløb, men valgt »ingen betaling«.")
        return
    if not payment.amounts:
        wrong("amounts-0-ore", "Skriv beløbet for hvert år.")
    years = [amount.year for amount in payment.amounts]
    for number, amount in enumerate(payment.amounts):
        if not scope.starts_on.year <= amount.year <= scope.ends_on.year:
            wrong(f"amounts-{number}-year", "Året skal ligge i aftalens løbetid.")
        if years.count(amount.year) > 1:
            wrong(f"amounts-{number}-year", "Året står her flere gange.")
        due = sum(i.ore for i in payment.instalments if i.due_on.year == amount.year)
        if due != amount.ore:
            wrong(f"amounts-{number}-ore", "Raterne, der forfalder i året, skal tilsammen give årets beløb.")
    for number, instalment in enumerate(payment.instalments):
        if instalment.due_on.year not in years:
            wrong(f"instalments-{number}-due_on", "Der er ikke skrevet et beløb for det år, raten forfalder i.")
