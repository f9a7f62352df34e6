"""A scope as programs send and read it: amounts are whole øre, hours are minutes."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from service.partnership.partnerships.rows import (
    MAX_EARMARKS,
    MAX_FURTHER_PARTIES,
    MAX_MINUTES,
    MAX_POSTS,
    AmountFields,
    EarmarkFields,
    FurtherPartyFields,
    InstalmentFields,
    PostFields,
)
from service.partnership.partnerships.schemas import ScopeFields, as_sent, settled_later
from service.platform.web.fields import Choice, Number, Part, Rows
from service.platform.web.rows import MOST_ROWS
from tenants.scope import Instalment, Scope

CURRENCY, MOST_ORE = "DKK", 10**12


class AmountSent(AmountFields):
    """A year's amount, in øre."""

    __beside__ = ("currency",)

    ore = Number(0, MOST_ORE)  # type: ignore[assignment] # a program sends no text for an amount
    currency = Choice(frozenset({CURRENCY}), required=False, load_default=CURRENCY)


class InstalmentSent(InstalmentFields):
    """An instalment, in øre."""

    __beside__ = ("currency",)

    ore = Number(0, MOST_ORE)  # type: ignore[assignment] # a program sends no text for an amount
    currency = Choice(frozenset({CURRENCY}), required=False, load_default=CURRENCY)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Instalment:
        return Instalment(data["due_on"], data["ore"])


class EarmarkSent(EarmarkFields):
    """An amount for one purpose alone, in øre."""

    ore = Number(0, MOST_ORE)  # type: ignore[assignment] # a program sends no text for an amount


class FurtherPartySent(FurtherPartyFields):
    """A party besides the municipality and DRC. What it pays a year is in øre."""

    ore_per_year = Number(0, MOST_ORE, required=False)  # type: ignore[assignment] # a program sends no text for an amount


class PostSent(PostFields):
    """So many positions of a kind, each of so many minutes a week, null for full time."""

    minutes_per_week = Number(1, MAX_MINUTES, required=False)  # type: ignore[assignment] # nor for hours


ALIKE = ("amounts_open", "instalments_a_year")  # they say in other words what amounts and instalments say
NEWER = ("posts", "further_parties", "clauses_left_out", "own_clauses")
NEWER_OF_PAYMENT = ("earmarks", "vat", "price_adjustment")


class ScopeSent(ScopeFields):
    """A whole scope: all that an agreement settles. Amounts are integer øre.

    Posts, further parties, earmarks, VAT, price adjustment and departures from the standard text came later: a program that does not know
    them leaves them as they are.
    """

    __beside__ = (*NEWER, *NEWER_OF_PAYMENT, *ALIKE)

    amounts = Rows(Part(AmountSent), MOST_ROWS, load_default=list)
    instalments = Rows(Part(InstalmentSent), MOST_ROWS, load_default=list)
    earmarks = Rows(Part(EarmarkSent), MAX_EARMARKS, load_default=list)
    posts = Rows(Part(PostSent), MAX_POSTS, load_default=list)
    further_parties = Rows(Part(FurtherPartySent), MAX_FURTHER_PARTIES, load_default=list)


class ScopeShown(fields.Field[Any]):
    """A scope in an answer, in the shape that it is sent in."""


def scope_shown(scope: Scope) -> dict[str, Any]:
    """A scope in the shape that ScopeSent reads."""
    sent = as_sent(scope)
    for row in (*sent["amounts"], *sent["instalments"]):
        row["currency"] = CURRENCY
    sent["amounts_open"] = settled_later(scope)
    return sent
