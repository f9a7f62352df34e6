"""One visit of the whole service by everybody, kept: every check of what is read looks at it, so that no page is made once a check.

Two municipalities with a word of their own in all their texts, a volunteer with a word in every field, every mail that is owed; and
then each of DRC's people, of the municipality's and a visitor follows every link and asks every route that reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from config.embedded import Servers
from config.settings import Settings
from service.partnership.agreements import letters
from service.platform.notices import operations as notices
from service.platform.web.reading import READS
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import clock
from tenants.register import all_codes
from tests.support.world import HERE, World
from tests.walls.planting import enter, filed
from tests.walls.ways import (
    CONSULTANT,
    MANAGER,
    SECRETARIAT,
    STAFF,
    VISITOR,
    Ids,
    Walk,
    addresses,
    askers,
    ids_of,
    routes,
    stored,
    text_of,
    visitor,
    walk,
)

PEOPLE = (SECRETARIAT, CONSULTANT, MANAGER, STAFF)
ADDRESS = {
    SECRETARIAT: "sekretariat@drc.example",
    CONSULTANT: "konsulent@drc.example",
    MANAGER: f"leder.{HERE}@kommune.example",
    STAFF: f"medarbejder.{HERE}@kommune.example",
}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was sent."""

    to: str
    name: str
    text: str  # all of it but whom it is to


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody was answered, and what stands in it."""

    who: str
    method: str
    address: str
    response: TestResponse
    text: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What everybody met. `before` and `after`: the rows of each table, as `stored` tells them."""

    app: Flask
    world: World
    mine: Ids
    volunteer: str
    files: Mapping[str, str]
    mails: list[Mail]
    walks: Mapping[str, Walk]
    answers: list[Answer]
    before: Mapping[str, tuple[int, str | None]]
    after: Mapping[str, tuple[int, str | None]]

    def read_by(self, who: str) -> dict[str, str]:
        """The texts that somebody reads, by address; their mails too, whom they are to within them."""
        pages = {each.address: each.text for each in self.answers if each.who == who and each.method == "GET"}
        own = {each.name: f"To: {each.to}\n{each.text}" for each in self.mails if each.to == ADDRESS.get(who)}
        return pages | own


def visit(app: Flask, world: World, settings: Settings, place: Servers) -> Visit:
    """Visit everything."""
    with app.app_context():
        volunteer, files = enter(world), filed(world)
        mails = sent(settings, world)
    people = {**askers(app, world), VISITOR: visitor(app)}
    theirs, mine = ids_of(app, world, world.there), ids_of(app, world, world.here)
    mine["volunteer_id"] = (volunteer, *mine["volunteer_id"])
    mine["group_id"] = (str(world.shared_group), *mine["group_id"])
    mine |= {name: (file_id, *mine[name]) for name, file_id in files.items()}
    both = {name: tuple(dict.fromkeys((*mine[name], *theirs[name]))) for name in mine}
    before = stored(place)
    walks = {name: walk(asker) for name, asker in people.items()}
    answers = [
        Answer(name, "GET", address, answer, text_of(answer))
        for name, found in walks.items()
        for address, answer in found.answers.items()
    ]
    for name, asker in people.items():
        for method, address in _asked(app, name, mine, both):
            if method != "GET" or address not in walks[name].answers:
                answer = asker.ask(method, address)
                answers.append(Answer(name, method, address, answer, text_of(answer)))
    return Visit(app, world, mine, volunteer, files, mails, walks, answers, before, stored(place))


def _asked(app: Flask, who: str, mine: Ids, both: Ids) -> Iterator[tuple[str, str]]:
    """Every route that reads, of the API with the neighbour's ids too; by the secretariat, who sees most, with every method that reads."""
    for verb, rule in routes(app):
        if verb != "GET":
            continue
        for address in addresses(rule, _ids(rule, mine, both)):
            yield "GET", address
        if who == SECRETARIAT:
            for address in addresses(rule, mine):
                yield from ((method, address) for method in READS - {"GET"})


def _ids(rule: Rule, mine: Ids, both: Ids) -> Ids:
    return both if rule.rule.startswith("/api/v1/") else mine


def sent(settings: Settings, world: World) -> list[Mail]:
    """Every mail that is owed is sent: what stands in it, but for whom it is to."""
    with acting_for(clock()), transaction():
        codes = all_codes()
    for place in (world.here, world.there):
        letters.tell(place.code, place.offered)
        letters.tell(place.code, place.agreement)
    with acting_for(clock(codes)), transaction():
        owed = notices.owed(codes)
    assert all(notices.send(code, key, settings.mail_url, "localhost", 60) for code, key in owed)
    files = Path(settings.mail_url.removeprefix("file:")).glob("*.eml")
    return [_mail(number, file.read_bytes()) for number, file in enumerate(sorted(files))]


def _mail(number: int, content: bytes) -> Mail:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    whole = [f"{name}: {value}" for name, value in message.items() if name != "To"]
    return Mail(message["To"], f"mail {number}", "\n".join([*whole, message.get_content()]))
