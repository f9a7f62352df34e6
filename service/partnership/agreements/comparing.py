"""Two agreements of a municipality held against each other: read, told in words, and known by a hash."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.partnership.agreements import queries
from service.partnership.agreements.difference import AgreementDifference, AgreementVersion, ClauseChange, between
from service.partnership.agreements.difference_texts import CatalogueNames, ChangeRow, rows
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.word_difference import LineParts, of_clause
from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds
from service.platform.web.errors import NotFound


@dataclass(frozen=True, slots=True)
class ToldDifference:
    """A difference as a page or a paper tells it: in rows by heading, then the clauses that differ with their lines in parts."""

    found: AgreementDifference
    rows: dict[str, list[ChangeRow]]
    clauses: tuple[tuple[ClauseChange, tuple[LineParts, ...]], ...]


def with_earlier(agreement: Agreement) -> AgreementDifference | None:
    """What differs from the agreement before it; None where there is none, or one of them cannot be read."""
    before = queries.earlier(agreement)
    return between_rows(before, agreement) if before is not None else None


def with_chosen(agreement: Agreement, other: UUID | None) -> AgreementDifference:
    """What differs from another agreement of the municipality, without one from that before it.

    Raises NotFound where there is none, and where one of them cannot be read.
    """
    before = queries.agreement(other, agreement.municipality_code) if other else queries.earlier(agreement)
    found = between_rows(before, agreement) if before is not None else None
    if found is None:
        raise NotFound
    return found


def told(found: AgreementDifference) -> ToldDifference:
    """A difference in the reader's language; what stands in the agreement stays as it stands there."""
    return in_words(found, CatalogueNames(kinds(), measures()))


def in_words(found: AgreementDifference, names: CatalogueNames) -> ToldDifference:
    """The same, with what the catalogue calls things read already."""
    return ToldDifference(
        found, rows(found, names), tuple((clause, of_clause(clause)) for clause in found.changed_clauses)
    )


def between_rows(before: Agreement, after: Agreement) -> AgreementDifference | None:
    """What differs between two agreements; None where one of them cannot be read."""
    versions = [_version(row) for row in (before, after)]
    return between(versions[0], versions[1]) if versions[0] and versions[1] else None


def _version(row: Agreement) -> AgreementVersion | None:
    term = row.readable_term
    return AgreementVersion(str(row.id), row.number, term, row.facts) if term else None
