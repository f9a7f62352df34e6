"""The network through a municipality's eyes, offers and consents, neighbours, and DRC looking with the municipality's eyes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from service.activity.activities.models import Activity
from service.network.capacity import operations as capacity
from service.network.networks import operations as networks
from service.network.networks.rules import GroupStatus
from service.network.shares import operations as shared_operations
from service.network.shares import queries as shared
from service.network.shares.models import Share
from service.platform.accounts.models import LoginSession
from service.platform.ledger import queries as ledger
from service.platform.ledger.models import LedgerEntry
from service.platform.web import entering
from tenants.calendar import day_of, first_of
from tenants.database import db, now
from tenants.models import ScopePeriod
from tenants.reach import Office, Reach, clock
from tenants.scope import Capability
from tests.network.shares.stage import acting
from tests.support.pages import search, token_of
from tests.support.world import EMPTY, HERE, THERE, World, group_of, hold, share_with
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, STAFF, Asker, askers, enter, visitor

TODAY = day_of(now())
OPENS = f"/kommuner/{HERE}/netvaerk"


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    """Those who ask."""
    return askers(app, world)


@pytest.fixture
def there(app: Flask, world: World) -> Asker:
    """The manager of the neighbour."""
    asker = visitor(app)
    enter(app, asker.client, world.there.manager)
    asker.token = token_of(asker.client.get("/min-konto").text)
    return asker


@pytest.fixture
def group_id(app: Flask, world: World) -> UUID:
    """A group with everything, that runs an activity HERE and another THERE, in nobody's sight."""
    with acting(app, clock([HERE, THERE])):
        key = networks.create(group_of("Nykomlingen", HERE, THERE, contact="ring til gruppen")).id
        for code, name in ((HERE, "Lektiecafé her"), (THERE, "Lektiecafé der")):
            row = Activity(
                municipality_code=code,
                activity_type="homework_help",
                name=name,
                place="Biblioteket",
                group_id=key,
                starts_on=dt.date(2020, 1, 1),
            )
            db.session.add(row)
            db.session.flush()
            hold(row, world.month, volunteers=2, volunteer_minutes=120, adults=917)
    return key


def share(app: Flask, group_id: UUID, *shows: str, code: str = HERE) -> UUID:
    """Share the group: of it, this."""
    with acting(app, clock([HERE, THERE])):
        return share_with(code, networks.maintained(group_id), shows=shows).id


def agree(app: Flask, opens: Collection[Capability]) -> None:
    """The agreement in force HERE opens this."""
    with acting(app, clock([HERE])):
        for period in db.session.scalars(select(ScopePeriod)):
            period.stored_scope = period.stored_scope | {"capabilities": sorted(opens)}


def acts(app: Flask, act: str) -> list[LedgerEntry]:
    """The entries of HERE's ledger about an act."""
    with acting(app, clock([HERE])):
        return [row for row in db.session.scalars(ledger.entries(HERE).order_by(LedgerEntry.number)) if row.act == act]


PARTS = {
    "contact": "ring til gruppen",
    "activities": "Lektiecafé her",
    "figures": "Afholdte gange de seneste 13 måneder",
}


@pytest.mark.parametrize(
    "shown", [(), ("contact",), ("activities",), ("figures",), ("contact", "activities", "figures")]
)
def test_a_page_shows_what_is_shared_and_no_more(
    app: Flask, people: dict[str, Asker], group_id: UUID, shown: tuple[str, ...]
) -> None:
    assert "Nykomlingen" not in people[MANAGER].ask("GET", OPENS).text, "it is not shared yet"
    assert people[MANAGER].ask("GET", f"{OPENS}/{group_id}").status_code == 404
    share(app, group_id, *shown)
    for who in (MANAGER, STAFF, CONSULTANT):
        assert "Nykomlingen" in people[who].ask("GET", OPENS).text
        page = people[who].ask("GET", f"{OPENS}/{group_id}").text
        for part, words in PARTS.items():
            assert (words in page) == (part in shown), (who, part)
        assert "Lektiecafé der" not in page, "what runs at the neighbour's is not told"
        assert not re.search(r"\b917\b", page), "how many took part is not told by the group"
        assert "Tønder" not in page


def test_an_activity_is_a_link_for_those_who_may_open_its_page(
    app: Flask, people: dict[str, Asker], group_id: UUID
) -> None:
    share(app, group_id, "activities")
    agree(app, {Capability.NETWORK})
    with acting(app, clock([HERE])):
        row = db.session.scalars(select(Activity).where(Activity.group_id == group_id)).one()
        theirs = f"/kommuner/{HERE}/aktiviteter/{row.id}"
        beside = Activity(
            municipality_code=HERE,
            activity_type="cycling_course",
            name="Cykelkursus her",
            place="Biblioteket",
            group_id=group_id,
            starts_on=dt.date(2020, 1, 1),
        )
        db.session.add(beside)
        db.session.flush()
        both = [theirs, f"/kommuner/{HERE}/aktiviteter/{beside.id}"]
    for who, opened in ((MANAGER, [200, 404]), (CONSULTANT, [200, 200])):
        page = people[who].ask("GET", f"{OPENS}/{group_id}").text
        assert "Cykelkursus her" in page
        assert [people[who].ask("GET", address).status_code for address in both] == opened
        assert [200 if f'href="{address}"' in page else 404 for address in both] == opened


def test_the_agreement_opens_what_is_shared(app: Flask, people: dict[str, Asker], group_id: UUID) -> None:
    share(app, group_id, "contact", "activities", "figures")
    agree(app, {Capability.NETWORK})
    page = people[MANAGER].ask("GET", f"{OPENS}/{group_id}").text
    assert PARTS["contact"] in page
    assert PARTS["figures"] not in page
    agree(app, {Capability.FIGURES})
    assert people[MANAGER].ask("GET", f"{OPENS}/{group_id}").status_code == 404
    page = people[MANAGER].ask("GET", OPENS).text
    assert "Nykomlingen" not in page
    assert "åbner ikke for netværket" in page


def test_the_control_a_page_that_forgets_the_scope_shows_more(
    app: Flask, people: dict[str, Asker], group_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    share(app, group_id, "figures")
    agree(app, {Capability.NETWORK})
    real = shared.in_sight
    monkeypatch.setattr(shared, "in_sight", lambda code, _opens, today: real(code, set(Capability), today))
    assert PARTS["figures"] in people[MANAGER].ask("GET", f"{OPENS}/{group_id}").text


def test_a_group_that_does_not_serve_the_municipality_is_not_said_to_serve_all_of_it(
    app: Flask, people: dict[str, Asker]
) -> None:
    with acting(app, clock([HERE, THERE])):
        group = networks.create(group_of("Naboen", THERE))
        share_with(HERE, group)
        address = f"{OPENS}/{group.id}"
    assert "hele kommunen" not in people[MANAGER].ask("GET", address).text


def test_neighbours_are_named_only_where_both_let_it_be_told(
    app: Flask, people: dict[str, Asker], there: Asker, group_id: UUID
) -> None:
    mine, theirs = share(app, group_id), share(app, group_id, code=THERE)

    def told() -> tuple[bool, bool]:
        here_page = people[MANAGER].ask("GET", f"{OPENS}/{group_id}").text
        there_page = there.ask("GET", f"/kommuner/{THERE}/netvaerk/{group_id}").text
        return "Tønder" in here_page, "Aabenraa" in there_page

    assert told() == (False, False)
    for asker, code, key, expected in (
        (people[MANAGER], HERE, mine, (False, False)),
        (there, THERE, theirs, (True, True)),
    ):
        answer = asker.ask("POST", f"/kommuner/{code}/delinger/{key}/naboer", {"tells_neighbours": "1"})
        assert answer.status_code == 302
        assert told() == expected
    people[MANAGER].ask("POST", f"/kommuner/{HERE}/delinger/{mine}/naboer", {})
    assert told() == (False, False)
    assert [row.details for row in acts(app, "share.tells_neighbours")] == [
        {"tells_neighbours": True},
        {"tells_neighbours": False},
    ]


# What groups have free


def test_what_groups_have_free_is_seen_as_far_as_it_is_shared_and_opened(
    app: Flask, people: dict[str, Asker], group_id: UUID
) -> None:
    def page(opened: Collection[Capability]) -> str:
        agree(app, opened)
        return people[MANAGER].ask("GET", f"{OPENS}/ledigt").text

    with acting(app, clock([HERE, THERE])):
        capacity.note(group_id, {"mentor": 7, "network_family": 0})
    both = {Capability.NETWORK, Capability.CAPACITY}
    assert "har noget ledigt" in page(both), "the group is not shared"
    key = share(app, group_id)
    assert "7 mentorer" not in page(both), "it is shared without its free capacity"
    with acting(app, clock([HERE, THERE])):
        shared_operations.end(key, TODAY)
    share(app, group_id, "capacity")
    for opened in (both, {Capability.NETWORK, Capability.OFFERS_ACROSS}):
        assert "7 mentorer" in page(opened)
        assert "netværksfamilie" not in page(opened), "nought is nothing free"
        assert f"{OPENS}/ledigt" in people[MANAGER].ask("GET", OPENS).text
    for opened in ({Capability.NETWORK}, {Capability.CAPACITY}):
        assert "7 mentorer" not in page(opened)
        assert "åbner ikke for, hvad grupperne har ledigt" in page(opened)
        assert f"{OPENS}/ledigt" not in people[MANAGER].ask("GET", OPENS).text
    assert "7 mentorer" not in people[MANAGER].ask("GET", OPENS).text, "it has a page of its own"


# Offers, consents and answers


OFFER = {
    "municipality_code": HERE,
    "shows-contact": "1",
    "shows-figures": "1",
    "valid_from": f"{TODAY:%d-%m-%Y}",
    "valid_to": "",
    "given_by": "kanarieblaa",
    "given_on": f"{TODAY:%d-%m-%Y}",
    "given_how": "phone",
}


def test_a_group_is_offered_with_its_consent_and_answered(app: Flask, people: dict[str, Asker], group_id: UUID) -> None:
    consultant, manager = people[CONSULTANT], people[MANAGER]
    answer = consultant.ask("POST", f"/grupper/{group_id}/tilbyd", {**OFFER, "given_by": ""})
    assert answer.status_code == 422
    assert 'id="given_by-error"' in answer.text
    answer = consultant.ask("POST", f"/grupper/{group_id}/tilbyd", {**OFFER, "municipality_code": THERE})
    assert answer.status_code == 422, "THERE is out of the territory"
    answer = consultant.ask("POST", f"/grupper/{group_id}/tilbyd", OFFER)
    assert answer.status_code == 302, answer.text
    address = answer.headers["Location"]
    page = consultant.ask("GET", f"{address}/samtykke").text
    assert "kanarieblaa" in page
    assert "Nykomlingen" in page
    assert "1 gruppe giver samtykke i dag" in consultant.ask("GET", address).text
    why = consultant.ask("GET", f"/grupper/{group_id}").text
    assert "har ikke svaret" in why
    answer = consultant.ask("POST", f"/grupper/{group_id}/tilbyd", OFFER)
    assert answer.status_code == 422
    for asked in (OPENS, address, f"/kommuner/{HERE}/delinger", f"/kommuner/{HERE}"):
        page = manager.ask("GET", asked).text
        assert "Nykomlingen" in page, asked
        assert "kanarieblaa" not in page, "who consented is DRC's"
    assert consultant.ask("POST", f"{address}/ja", {}).status_code == 404, "the municipality answers"
    assert manager.ask("POST", f"{address}/ja", {"tells_neighbours": "1"}).status_code == 302
    assert "kanarieblaa" not in manager.ask("GET", f"{OPENS}/{group_id}").text
    assert "ring til gruppen" in manager.ask("GET", f"{OPENS}/{group_id}").text
    assert "<td>Ja:" in re.sub(r"<td[^>]*>\s*", "<td>", consultant.ask("GET", f"/grupper/{group_id}").text)
    assert manager.ask("POST", f"{address}/ja", {}).status_code == 409
    assert manager.ask("POST", f"{address}/afslut", {"day": ""}).status_code == 302
    assert manager.ask("GET", f"{OPENS}/{group_id}").status_code == 404


def test_a_network_is_offered_and_each_group_consents_for_itself(
    app: Flask, people: dict[str, Asker], group_id: UUID
) -> None:
    consultant, manager = people[CONSULTANT], people[MANAGER]
    with acting(app, clock([HERE, THERE])):
        network = networks.create_network({"name": "Nettet", "kind": "theme", "about": "Om nettet."}).id
        other, outside = networks.create(group_of("Den anden", HERE)).id, networks.create(group_of("Udenfor", HERE)).id
        networks.join(network, group_id)
        networks.join(network, other)
    offer = {name: value for name, value in OFFER.items() if not name.startswith("given")}
    address = consultant.ask("POST", f"/netvaerk/{network}/tilbyd", offer).headers["Location"]
    assert "Ingen gruppe har givet samtykke endnu" in consultant.ask("GET", address).text
    assert "Om nettet." not in manager.ask("GET", OPENS).text, "it is only offered"
    manager.ask("POST", f"{address}/ja", {})
    assert "Om nettet." in manager.ask("GET", OPENS).text
    assert "Om nettet." in consultant.ask("GET", OPENS).text, "DRC reads the same page"
    assert "Lige nu er der ikke noget at se" in manager.ask("GET", address).text
    assert address in consultant.ask("GET", f"/netvaerk/{network}").text, "the network's page leads to its shares"
    assert "Nykomlingen" not in manager.ask("GET", OPENS).text
    given = {name: value for name, value in OFFER.items() if name.startswith("given")}
    for key, status in ((group_id, 302), (outside, 422)):
        answer = consultant.ask("POST", f"{address}/samtykke", {**given, "group_id": str(key), "shows-contact": "1"})
        assert answer.status_code == status
    page = manager.ask("GET", OPENS).text
    assert "Nykomlingen" in page
    assert "Den anden" not in page
    assert "Udenfor" not in page
    page = consultant.ask("GET", f"{address}/samtykke").text
    assert "Tidligere samtykker" not in page
    assert "kanarieblaa" in page
    answer = consultant.ask("POST", f"{address}/samtykke/{group_id}/traek")
    assert answer.status_code == 302
    assert "Nykomlingen" not in manager.ask("GET", OPENS).text
    page = consultant.ask("GET", f"{address}/samtykke").text
    assert "Tidligere samtykker" in page
    assert "kanarieblaa" in page, "what was consented to is kept"
    manager.ask("POST", f"{address}/afslut", {"day": ""})
    page = consultant.ask("GET", f"{address}/samtykke").text
    assert "Delingen er slut" in page
    assert "kanarieblaa" in page
    answer = consultant.ask("POST", f"{address}/samtykke", {**given, "group_id": str(group_id), "shows-contact": "1"})
    assert answer.status_code == 422


def test_a_closed_group_is_neither_offered_nor_consents(app: Flask, people: dict[str, Asker], group_id: UUID) -> None:
    consultant, manager = people[CONSULTANT], people[MANAGER]
    key = share(app, group_id, "contact")
    assert "Nykomlingen" in manager.ask("GET", OPENS).text
    with acting(app, clock([HERE, THERE])):
        networks.set_status(group_id, GroupStatus.CLOSED)
    assert "Nykomlingen" not in manager.ask("GET", OPENS).text
    given = {name: value for name, value in OFFER.items() if name.startswith("given")}
    address = f"/kommuner/{HERE}/delinger/{key}/samtykke"
    answer = consultant.ask("POST", address, {**given, "group_id": str(group_id), "shows-contact": "1"})
    assert answer.status_code == 422
    assert consultant.ask("POST", f"/grupper/{group_id}/tilbyd", OFFER).status_code == 422
    assert "Nykomlingen" not in manager.ask("GET", OPENS).text


# DRC looking through the municipality's eyes


def test_looking_is_marked_in_the_ledger_and_changes_nothing(
    app: Flask, world: World, people: dict[str, Asker], group_id: UUID
) -> None:
    drc, manager = people[SECRETARIAT].client, people[MANAGER]
    key = share(app, group_id, "contact")
    token = people[SECRETARIAT].token

    def post(address: str, **data: str) -> int:
        return drc.post(address, data={"csrf_token": token, **data}).status_code

    assert post(f"/kommuner/{HERE}/se-som") == 302
    assert "Du ser det, " not in drc.get(OPENS).text, "without a reason nobody looks"
    assert post(f"/kommuner/{HERE}/se-som", why="asked") == 302
    page = drc.get(OPENS).text
    assert "Du ser det, Aabenraa Kommune ser" in page
    own = re.search(r"<main.*</main>", manager.ask("GET", OPENS).text, re.DOTALL)
    looked = re.search(r"<main.*</main>", page, re.DOTALL)
    assert own
    assert looked
    assert looked[0] == own[0], "the very page that the municipality has"
    assert drc.get("/grupper").status_code == 404, "DRC's own pages are not there meanwhile"
    assert drc.get(f"/kommuner/{THERE}/netvaerk").status_code == 404, "nor is another municipality"
    assert drc.get(f"/grupper/{group_id}").status_code == 404
    for address in (
        f"/kommuner/{HERE}/delinger/{key}/afslut",
        f"/kommuner/{HERE}/delinger/{key}/naboer",
        f"/kommuner/{HERE}/aftaler/{world.here.offered}/godkend",
        "/min-konto/adgangskode",
        "/vaelg",
    ):
        assert post(address) in (403, 404, 405, 409, 422), address
    assert (
        "intet kan ændres"
        in drc.post(f"/kommuner/{HERE}/delinger/{key}/afslut", data={"csrf_token": token}).text.lower()
    )
    with acting(app, clock([HERE])):
        assert db.session.scalars(select(Share).where(Share.id == key)).one().state == "accepted"
    assert post("/se-som/slut") == 302
    assert drc.get("/grupper").status_code == 200
    assert "Du ser det, " not in drc.get(OPENS).text
    assert [(row.act, row.person_id) for row in (*acts(app, "view.opened"), *acts(app, "view.closed"))] == [
        ("view.opened", world.secretariat),
        ("view.closed", world.secretariat),
    ]


def test_one_looks_no_further_than_ones_reach_and_only_from_drc(app: Flask, people: dict[str, Asker]) -> None:
    consultant, manager = people[CONSULTANT], people[MANAGER]
    for asker, code in ((consultant, THERE), (manager, HERE), (manager, THERE)):
        answer = asker.client.post(f"/kommuner/{code}/se-som", data={"csrf_token": asker.token, "why": "asked"})
        assert answer.status_code == 404
    assert acts(app, "view.opened") == []
    assert (
        people[SECRETARIAT]
        .client.post(f"/kommuner/{EMPTY}/se-som", data={"csrf_token": people[SECRETARIAT].token, "why": "asked"})
        .status_code
        == 302
    ), "there need be no partnership"


def test_a_look_ends_with_the_territory(app: Flask, world: World, people: dict[str, Asker]) -> None:
    from service.platform.accounts.models import TerritoryMunicipality

    consultant = people[CONSULTANT]
    consultant.client.post(f"/kommuner/{HERE}/se-som", data={"csrf_token": consultant.token, "why": "asked"})
    assert "Du ser det, " in consultant.ask("GET", OPENS).text
    with acting(app, clock([HERE])):
        for row in db.session.scalars(select(TerritoryMunicipality)):
            row.valid_to = TODAY
    assert consultant.ask("GET", OPENS).status_code == 404
    assert "Du ser det, " not in consultant.ask("GET", "/grupper").text


def test_a_look_ends_by_itself_and_says_why_in_the_municipalitys_ledger(
    app: Flask, world: World, people: dict[str, Asker]
) -> None:
    drc = people[SECRETARIAT]
    drc.client.post(f"/kommuner/{HERE}/se-som", data={"csrf_token": drc.token, "why": "fault"})
    assert "Den slutter af sig selv" in drc.ask("GET", OPENS).text
    page = people[STAFF].ask("GET", search(people[STAFF].client, f"/kommuner/{HERE}/logbog", "kommunens øjne")).text
    assert "Noget ser forkert ud" in page
    with acting(app, clock([HERE])):
        db.session.execute(update(LoginSession).values(viewing_until=now()))
    assert "Du ser det, " not in drc.ask("GET", OPENS).text
    assert drc.ask("GET", "/grupper").status_code == 200


def test_the_control_a_look_that_may_change_is_told(
    app: Flask, people: dict[str, Asker], group_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hole: no verb counts as sending."""
    key = share(app, group_id)
    drc = people[SECRETARIAT]
    drc.client.post(f"/kommuner/{HERE}/se-som", data={"csrf_token": drc.token, "why": "asked"})
    monkeypatch.setattr(entering, "sending", lambda: False)
    answer = drc.client.post(f"/kommuner/{HERE}/delinger/{key}/afslut", data={"csrf_token": drc.token})
    assert answer.status_code == 302
    with acting(app, clock([HERE])):
        assert db.session.scalars(select(Share).where(Share.id == key)).one().state == "ended"


def test_figures_are_counted_by_the_month(app: Flask, world: World, people: dict[str, Asker], group_id: UUID) -> None:
    from service.desk.municipality_view import queries

    with acting(app, Reach(Office.MUNICIPALITY, frozenset({HERE}))):
        assert queries.held(HERE, group_id, [world.month, first_of(TODAY)]) == [1, 0]
        assert queries.held(THERE, group_id, [world.month, first_of(TODAY)]) == [0, 0], "the neighbour's are not there"
