"""Two people and a step: whoever takes it after the thing has changed is told, by page and by API, and nothing is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.api import EXTENSION
from tests.support.forms import forms_of
from tests.support.world import HERE, Things, World
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, STAFF, Asker, Ids, askers

MEANWHILE = ("En anden har gemt imens", "er ændret, siden du så")


@dataclass(frozen=True)
class Step:
    """A step: the page that shows the thing, where its form goes and what it sends; the same by API; and what another does before it."""

    page: str
    form: str
    sends: dict[str, str]
    api: str
    body: dict[str, Any]
    read: str  # where the API reads the thing
    meanwhile: Callable[[Asker, Ids, str], TestResponse]
    who: str = SECRETARIAT
    done: int = 200  # what the API answers when it is as it was seen

    def at(self, address: str, ids: Ids) -> str:
        return address.format(**{name: values[0] for name, values in ids.items() if "." not in name})


def far(other: Asker, ids: Ids, number: str) -> TestResponse:
    return other.ask("POST", f"/api/v1/needs/{ids['need_id'][0]}/progress", {"in_place": int(number)})


def draft(other: Asker, ids: Ids, number: str) -> TestResponse:
    address = f"/api/v1/municipalities/{HERE}/draft"
    scope = (other.ask("GET", address).json or {})["scope"]
    return other.ask("PUT", address, {"scope": {**scope, "purpose": f"Formål {number}"}})


def person(other: Asker, ids: Ids, number: str) -> TestResponse:
    address = f"/api/v1/volunteers/{ids['volunteer_id'][0]}"
    return other.ask("PUT", address, {**as_sent(other.ask("GET", address).json), "phone": f"1234567{number}"})


def as_sent(item: Any) -> dict[str, Any]:
    names = (
        "name",
        "email",
        "phone",
        "languages",
        "home_code",
        "started_on",
        "agreement_on",
        "introduced_on",
        "courses",
    )
    return {name: item[name] for name in names}


def role(other: Asker, ids: Ids, number: str) -> TestResponse:
    address = f"/api/v1/volunteers/{ids['volunteer_id'][0]}/roles/{ids['role_id'][0]}/children"
    return other.ask("POST", address, {"children": ("yes", "no")[int(number) % 2]})


STEPS = {
    "how far a need is": Step(
        page=f"/kommuner/{HERE}/behov/{{need_id}}", form="/paa-plads", sends={"in_place": "0"},
        api="/api/v1/needs/{need_id}/progress", body={"in_place": 0}, read="/api/v1/needs/{need_id}",
        meanwhile=far, who=STAFF,
    ),
    "a draft that is offered": Step(
        page=f"/kommuner/{HERE}/partnerskab", form=f"/kommuner/{HERE}/aftaler", sends={},
        api="/api/v1/agreements/{draft_id}/offer", body={}, read="/api/v1/agreements/{draft_id}",
        meanwhile=draft, done=422,  # its first day has been by now
    ),
    "two entries that are merged": Step(
        page="/frivillige/{volunteer_id}/flet/{other_id}", form="", sends={},
        api="/api/v1/volunteers/{volunteer_id}/merge", body={"lost_id": "{other_id}"}, read="/api/v1/volunteers/{volunteer_id}",
        meanwhile=person,
    ),
    "whether a role meets children": Step(
        page="/frivillige/{volunteer_id}", form="/boern", sends={},
        api="/api/v1/volunteers/{volunteer_id}/roles/{role_id}/children", body={"children": "no"},
        read="/api/v1/volunteers/{volunteer_id}", meanwhile=role,
    ),
}  # fmt: skip


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    return askers(app, world)


@pytest.fixture
def ids(things: Things, people: dict[str, Asker]) -> Ids:
    found = things.mine
    accepted = people[MANAGER].ask("POST", f"/api/v1/needs/{found['need_id'][0]}/accept", {})
    assert accepted.status_code == 200
    return {**found, "draft_id": found["agreement_id"][-1:]}


@pytest.mark.parametrize("case", STEPS)
def test_by_page(people: dict[str, Asker], ids: Ids, case: str) -> None:
    step = STEPS[case]
    asker, page = people[step.who], step.at(step.page, ids)

    def take(form: Any) -> TestResponse:
        return asker.ask("POST", form.action or page, {**form.sends, **step.sends})

    def form() -> Any:
        return next(
            f
            for f in forms_of(asker.ask("GET", page).text)
            if (f.action or "").endswith(step.form) and "seen" in f.sends
        )

    shown = form()
    assert step.meanwhile(people[CONSULTANT], ids, "1").status_code == 200
    answer = take(shown)
    text = answer.text if answer.status_code != 302 else asker.ask("GET", answer.headers["Location"]).text
    assert any(words in text for words in MEANWHILE), (answer.status_code, text[:3000])
    assert form().sends["seen"] != shown.sends["seen"], "what is there now is shown, and nothing was done"
    done = take(form())
    assert not any(words in done.text for words in MEANWHILE), "the control: as it is now it can be taken"
    assert done.status_code == 302, "what a rule refuses is told on the page that it leads back to"


@pytest.mark.parametrize("case", STEPS)
def test_by_api(people: dict[str, Asker], ids: Ids, case: str) -> None:
    step = STEPS[case]
    asker, address = people[step.who], step.at(step.api, ids)
    body = {name: step.at(value, ids) if isinstance(value, str) else value for name, value in step.body.items()}

    def version() -> str:
        item: Any = asker.ask("GET", step.at(step.read, ids)).json
        held = next((each for each in item.get("roles", ()) if each["id"] in address), item)
        return f'"{held["version"]}"'

    def take(seen: str) -> TestResponse:
        headers = {"Authorization": f"Bearer {asker.key}", "If-Match": seen}
        return asker.client.post(address, json=body, headers=headers)

    seen = version()
    assert step.meanwhile(people[CONSULTANT], ids, "1").status_code == 200
    refused = take(seen)
    assert (refused.status_code, refused.mimetype) == (412, "application/problem+json")
    assert version() != seen
    assert take(version()).status_code == step.done
    assert asker.ask("POST", address, body).status_code != 428, "who says nothing is not asked"


def test_the_description_says_which_steps_take_it(app: Flask) -> None:
    paths = app.extensions[EXTENSION]["paths"]
    match = {"$ref": "#/components/parameters/IfMatch"}
    told = {
        path
        for path, verbs in paths.items()
        if match in verbs.get("post", {}).get("parameters", ()) and "412" in verbs["post"]["responses"]
    }
    needs = {f"/api/v1/needs/{{need_id}}/{act}" for act in ("accept", "progress", "withdraw")}
    others = {step.api.replace("{draft_id}", "{agreement_id}") for step in STEPS.values()}
    drafts = {f"/api/v1/agreements/{{agreement_id}}/{act}" for act in ("take-in", "offer-addendum")}
    offers = {"/api/v1/groups/{group_id}/cooperation-offers/{offer_id}/offer"}
    assert told == needs | others | drafts | offers | {"/api/v1/volunteers/{volunteer_id}/forget"}
