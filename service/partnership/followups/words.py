"""How earmarks and targets that DRC tells stand, in words, for the pages and papers of others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from flask_babel import force_locale

from service.partnership.catalogue.files import measure_names
from service.partnership.followups import queries, texts
from service.partnership.followups.rules import Followed, FollowedKind
from tenants.scope import Scope


def earmarks(code: str, agreements: Sequence[tuple[Scope, dt.date]], year: int, language: str) -> list[str]:
    """Each earmark of a year of a municipality's agreements, a line each; of each agreement the last day on which it is in force."""
    found = queries.of_agreements(code, agreements)
    wanted = [one for one in found if one.subject.kind is FollowedKind.EARMARK and one.subject.year == year]
    return said(wanted, language)


def of_agreement(code: str, scope: Scope, last: dt.date, language: str) -> list[str]:
    """Each earmark and target that is told of one agreement, which is in force until a day."""
    return said(queries.of_agreements(code, [(scope, last)]), language)


def said(found: Iterable[Followed], language: str) -> list[str]:
    """How each of several stands, a line each."""
    names = measure_names(language)
    with force_locale(language):
        return [texts.said(one, names) for one in found]
