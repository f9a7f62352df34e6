"""An addendum: the agreement in force changed midway by a short paper, and what the agreement reads from then on.

An addendum is an agreement of its own, with the same steps. Its scope is the whole new one from the day on which it begins; its facts
are those of the whole term, as if the agreement had read so from its first day, in the words that it was made in.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from service.partnership.agreements import addendum, comparing, queries
from service.partnership.agreements import paper as printing
from service.partnership.agreements.difference import AgreementDifference, AgreementVersion, between
from service.partnership.agreements.difference_texts import word_of
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import AgreementState
from service.partnership.agreements.word_difference import LineParts
from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds, text_version
from service.partnership.partnerships.clause_rules import cases_of
from service.partnership.partnerships.continuing import from_day, joined
from service.partnership.partnerships.models import ScopeDraft
from service.partnership.partnerships.operations import draft_of
from service.platform.web.errors import Invalid, NotFound, Refusal
from service.platform.web.language import day as in_words
from tenants import periods
from tenants.scope import Scope


@dataclass(frozen=True, slots=True)
class Prepared:
    """An addendum that can be offered: the agreement that it changes, and its facts."""

    amends_id: UUID
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Amended:
    """By which addendum a clause was changed, and from when."""

    number: str
    starts_on: dt.date


def draft(agreement_id: UUID, starts_on: dt.date, person_id: UUID, code: str | None = None) -> ScopeDraft:
    """Begin the draft of an addendum: what an agreement settles, from a day on.

    Raises NotFound, Invalid where the day does not lie within it, Refusal where it cannot be changed, and Conflict where there is a
    draft already.
    """
    agreement = queries.agreement(agreement_id, code)
    _changeable(agreement, starts_on)
    return draft_of(
        agreement.municipality_code, from_day(Scope.from_plain(agreement.stored_scope), starts_on), person_id
    )


def prepared(code: str, scope: Scope) -> Prepared:
    """The facts of an addendum that lets `scope` take over on its first day.

    Raises Refusal where no agreement is in force then, nothing is changed, or something that an addendum does not change.
    """
    period = periods.in_force(code, scope.starts_on)
    if period is None:
        raise Refusal(_("No agreement is in force on the first day of the draft. Offer a new agreement instead."))
    base = queries.agreement(period.agreement_id, code)
    _changeable(base, scope.starts_on)
    root = queries.agreement(base.amends_id, code) if base.amends_id else base
    term = joined(base.term, scope)
    facts = _facts(base, term)
    before = AgreementVersion(str(base.id), base.number, base.term, base.facts)
    differs = between(before, AgreementVersion("", "", term, facts))
    _only_what_it_may(differs, cases_of(term))
    with force_locale("da"):  # papers are Danish, whoever asks
        told = comparing.told(differs)
    return Prepared(root.id, {**facts, "addendum": said_first(root.number, scope.starts_on, told)})


def said_first(of: str, starts_on: dt.date, told: comparing.ToldDifference) -> dict[str, Any]:
    """What stands first on the paper of an addendum to the agreement numbered `of`: from when, and what differs, as JSON values."""
    return {
        "of": of,
        "from": starts_on.isoformat(),
        "before": told.found.before.number,
        "rows": [{"heading": heading, "rows": [asdict(row) for row in rows]} for heading, rows in told.rows.items()],
        "clauses": [
            {
                "number": clause.number,
                "title": clause.title,
                "lines": [_line(line) for line in lines if any(part.kind != "same" for part in line.parts)],
            }
            for clause, lines in told.clauses
        ],
    }


def consolidated(agreement: Agreement) -> list[tuple[dict[str, Any], list[Amended]]]:
    """What the agreement reads, clause by clause, each with the addenda that have changed it up to this one.

    Raises NotFound of one that was signed on paper: its words are those of the scan.
    """
    if "clauses" not in agreement.facts:
        raise NotFound
    versions = queries.chain(agreement)
    changed: dict[str, list[Amended]] = {}
    for earlier, later in pairwise(versions):
        found = comparing.between_rows(earlier, later)
        for clause in found.changed_clauses if found else ():
            changed.setdefault(clause.key, []).append(Amended(later.number, later.starts_on))
    return [(clause, changed.get(clause["key"], [])) for clause in agreement.facts["clauses"]]


def _changeable(agreement: Agreement, starts_on: dt.date) -> None:
    if agreement.state != AgreementState.CONCLUDED:
        raise Refusal(
            _("Only an agreement that is concluded, and of which no notice has been given, is changed by an addendum.")
        )
    if "clauses" not in agreement.facts:
        raise Refusal(
            _(
                "The agreement was signed on paper, and its words are those of the scan: an addendum cannot say which it changes."
                " Offer a new agreement instead."
            )
        )
    if not agreement.starts_on < starts_on <= agreement.ends_on:
        first = in_words(agreement.starts_on + dt.timedelta(days=1))
        message = _("An addendum begins between %(first)s and %(last)s.", first=first, last=in_words(agreement.ends_on))
        raise Invalid({"starts_on": [message]})


def _only_what_it_may(differs: AgreementDifference, cases: frozenset[str]) -> None:
    if not differs.changes:
        raise Refusal(_("The draft changes nothing in the agreement in force."))
    beyond = addendum.beyond(differs.changes, cases)
    if beyond:
        names = ", ".join(dict.fromkeys(word_of(change.path[-1].owner, change.path[-1].field) for change in beyond))
        raise Refusal(_("An addendum does not change this: %(names)s. Offer a new agreement instead.", names=names))
    loose = addendum.untouchable(differs.changes, differs.clauses)
    if loose:
        titles = ", ".join(clause.title for clause in loose)
        raise Refusal(
            _("An addendum would change more than what it is about: %(titles)s. Offer a new agreement.", titles=titles)
        )


def _facts(base: Agreement, term: Scope) -> dict[str, Any]:
    """The facts of the whole term, in the texts and with the parties of the agreement that it changes."""
    frozen = base.facts
    return printing.facts(
        term,
        official_name=frozen["municipality"]["official_name"],
        cvr=frozen["municipality"]["cvr"],
        kinds=kinds(),
        measures=measures(),
        clause_texts=text_version("partnership", frozen["clause_version"]).content["clause"],
        clause_version=frozen["clause_version"],
        principles=frozen["principles"],
        principles_version=frozen["principles_version"],
    )


def _line(line: LineParts) -> dict[str, Any]:
    return {"kind": line.kind, "parts": [{"kind": part.kind.value, "text": part.text} for part in line.parts]}
