"""Which groups have free what is lacking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.network.capacity import queries as capacity
from service.network.needs import queries, rules
from service.network.needs.models import Need
from service.network.needs.rules import Candidate
from service.network.networks import queries as networks
from service.platform.accounts import queries as people

MOST_CANDIDATES = 20


def of_need(row: Need, today: dt.date) -> list[Candidate]:
    """The groups that have some of what a need lacks free, whatever their territory, to be ranked."""
    free = capacity.free(row.kind)
    areas = networks.areas({group.id for _found, group in free})
    around = people.surroundings(today)
    territories = {code: place.territory for code, place in around.items() if place.territory}
    regions = {code: place.region for code, place in around.items()}
    found = []
    for each, group in free:
        served = [area.municipality_code for area in areas[group.id]]
        home = next((area.municipality_code for area in areas[group.id] if area.home), None)
        found.append(
            Candidate(
                group_id=group.id,
                name=group.name,
                sort_key=group.sort_key,
                free=each.free,
                near=rules.near(row.municipality_code, served, home, territories, regions),
                two_yeses=rules.two_yeses(row.municipality_code, served, territories),
            )
        )
    return found


def free_at_home(kind: str | None = None) -> list[tuple[str, int]]:
    """What is free of a kind or of all, by the municipality where its group is at home, else the first that it serves."""
    rows = [row for row, _group in capacity.free(kind)]
    areas = networks.areas({row.group_id for row in rows})
    return [(areas[row.group_id][0].municipality_code, row.free) for row in rows if areas[row.group_id]]


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """A need and the groups that can answer it."""

    need: Need
    lacking: int
    candidates: Sequence[Candidate]  # the first of them, as `rules.ranked` puts them
    left_out: int  # how many more there are


def answer_page(need_id: UUID, code: str, today: dt.date) -> AnswerPage:
    """What one needs to see to answer a need. Raises NotFound."""
    need = queries.need(need_id, code)
    lacking = queries.in_numbers(need, queries.answers([need.id])[need.id]).lacking
    ranked = rules.ranked(of_need(need, today), lacking)
    return AnswerPage(need, lacking, ranked[:MOST_CANDIDATES], max(len(ranked) - MOST_CANDIDATES, 0))
