"""Every number about persons that a municipality's people are answered, and what keeps it from telling of 1 to 4 of them.

`JSON` says of every number in the API what it counts, persons or not. `PAGES` are the pages, papers and files in which a number
stands beside a word for persons. Whoever adds one says here by what it is held back, or why it need not be
([0073](docs/decisions/0073-engine.md)).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from service.activity.activities.measures import MONTHLY
from tests.walls.ways import text_of


class By(StrEnum):
    """By what a number is held back."""

    MONTH = "the figures of a month: disclosure.month_figures"
    YEAR = "sums of what the months have shown: years.rules.told"
    RECRUITMENT = "recruitment.program.told"
    DECLARATION = "declarations.rules.stated and unnumbered"
    OFFER = "exempt: what is offered and asked for, decided in 0073"
    AGREED = "exempt: what was agreed on, or typed by the reader; it counts nobody"
    OWN = "exempt: the reader holds a mailed link to what is theirs"


COUNTED = ("attendances", "volunteer_attendances", "volunteer_hours")
IN_YEAR = (f"{name}_in_year_{end}" for name in ("came", "left") for end in ("least", "most"))
RECRUITMENT = ("volunteers", "came", "left", *IN_YEAR)
JSON: dict[str, By] = {
    **{f"api_sessions:{name}": By.MONTH for name in COUNTED},
    **{f"api_sessions:by_type[].{name}": By.MONTH for name in COUNTED[:2]},
    **{f"api_sessions:who.{name}": By.MONTH for name in MONTHLY},
    "api_year-papers:figures[].value": By.YEAR,
    **{f"api_recruitment:{name}": By.RECRUITMENT for name in RECRUITMENT},
    **{f"api_declarations:{name}": By.DECLARATION for name in ("holders", "verified", "sentence: text")},
    "api_capacity:free[].free": By.OFFER,
    **{f"api_needs:{name}": By.OFFER for name in ("number", "given", "in_place", "answers[].number")},
    "api_agreements:changes[].before.value": By.AGREED,
}
# What counts no persons wherever it stands, by its own name.
NOBODYS = frozenset(
    {
        *("limit", "year", "ore", "size", "minutes", "revision", "days_waited", "times", "notice_months"),
        *("sessions", "cancelled", "planned", "planned_after", "held", "meetings_per_year"),
    }
)
NOBODYS_HERE = {
    "api_webhooks:attempts",
    "api_audit-entries:number",
    "api_audit-entries:details.number",
    "api_audit-entries:details.count",
} | {"api_agreements:clauses[].number"}
AGREED = re.compile(r"(?:^|\.)scope\.")  # the scope that both parties have approved
PAGES: dict[str, By] = {
    "home.municipality": By.MONTH,
    "documents.document": By.MONTH,  # and declarations
    "filing.package": By.MONTH,
    "filing.year": By.MONTH,
    "api_documents.content": By.MONTH,
    "api_filings.package": By.MONTH,
    "years.paper": By.YEAR,
    "recruitment.months": By.RECRUITMENT,
    "checkins.thanks": By.OWN,
    "needs.listing": By.OFFER,
    "needs.need": By.OFFER,
    "municipality_view.group": By.OFFER,
}
NOT_ANSWERS = {"api.openapi", "api.docs"}  # what the API is, to everybody alike

NOUNS = (
    *("frivillige", "fremmøder?", "deltagere", "børn", "voksne", "kvinder", "mænd", "personer", "match(?:par)?"),
    *("ventende", "frivilligtimer", r"\w+familier?", "mentorer"),
)
PERSONS = f"(?:{'|'.join(NOUNS)})"
BESIDE = re.compile(
    rf"(?<![\w.:/-])\d+(?:\.\d{{3}})*\s+(?:\w+\s+)?{PERSONS}\b(?! under)|\b{PERSONS}:?\s+\d+(?:\.\d{{3}})*(?![\w:/-]|\.\d)",
    re.IGNORECASE,
)
MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """What stands in JSON, by its path; of a list every item has the same."""
    match value:
        case dict():
            for name, each in value.items():
                yield from leaves(each, f"{path}.{name}" if path else name)
        case list():
            for each in value:
                yield from leaves(each, f"{path}[]")
        case _:
            yield path, value


def numbers(answer: TestResponse) -> dict[str, str]:
    """The numbers in an answer: of JSON the paths of all; of else the place "", where one stands beside a word for persons. With words."""
    if answer.mimetype != "application/json":
        text = text_of(answer)
        shown = MARKUP.sub(" ", text.partition("<main")[2]) if answer.mimetype == "text/html" else text
        words = BESIDE.search(" ".join(shown.split()))
        return {"": words[0]} if words else {}
    found = {}
    for whole, value in leaves(answer.json):
        path = whole.removeprefix("items[].")
        if isinstance(value, int | float) and not isinstance(value, bool):
            found[path] = str(value)
        elif isinstance(value, str) and BESIDE.search(value):
            found[f"{path}: text"] = value
    return found


def endpoint(app: Flask, address: str) -> str:
    """The route that answers an address."""
    name, _values = app.url_map.bind("localhost").match(address.partition("?")[0])
    return str(name)


def met(app: Flask, answers: Iterable[tuple[str, TestResponse]]) -> tuple[dict[str, str], dict[str, str]]:
    """The numbers that stand in answers, by their addresses: what of `JSON` has to say what it counts, and what pages there are."""
    paths, pages = {}, {}
    for address, answer in answers:
        route = endpoint(app, address)
        for name, words in numbers(answer).items() if route not in NOT_ANSWERS else ():
            key = f"{route.partition('.')[0]}:{name}"
            if not name:
                pages[route] = words
            elif not AGREED.search(name) and name.rpartition(".")[2] not in NOBODYS and key not in NOBODYS_HERE:
                paths[key] = words
    return paths, pages
