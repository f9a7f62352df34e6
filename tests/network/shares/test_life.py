"""A share from offer to end: each step dated, in the ledger, by the side whose step it is, and once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service.network.networks import operations as networks
from service.network.networks.rules import GroupStatus
from service.network.shares import operations, queries
from service.network.shares.models import Consent, Share
from service.network.shares.operations import Given
from service.network.shares.rules import ShareState
from service.platform.ledger import queries as ledger
from service.platform.ledger.models import LedgerEntry
from service.platform.web.errors import Conflict, Invalid, NotFound
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import Office, Reach, clock
from tests.network.shares.stage import acting
from tests.support.world import HERE, SHOWN, THERE, World, group_of, share_network_with, share_with

TODAY = day_of(now())
DAY = dt.timedelta(days=1)
GIVEN = Given("Gruppens kontakt", TODAY, "phone", SHOWN)


def municipality(code: str = HERE, person: UUID | None = None) -> Reach:
    """The reach of a municipality's own people."""
    return Reach(Office.MUNICIPALITY, frozenset({code}), person)


def drc(*codes: str, person: UUID | None = None) -> Reach:
    """The reach of DRC's people with those municipalities in their territory."""
    return Reach(Office.DRC, frozenset(codes), person)


@pytest.fixture
def group_id(app: Flask, world: World) -> UUID:
    """A group that nobody has been offered."""
    with acting(app, clock([HERE, THERE])):
        return networks.create(group_of("Nykomlingen", HERE, THERE)).id


def offered(app: Flask, group_id: UUID, code: str = HERE, **more: Any) -> UUID:
    """A share of the group, offered by DRC with its consent."""
    terms = {"title": "Nykomlingen", "shows": SHOWN, "valid_from": TODAY, "valid_to": None, **more}
    with acting(app, drc(HERE, THERE)):
        row = operations.offer(code, group_id=group_id, **terms)
        operations.consent(row, group_id, GIVEN)
        return row.id


def read(app: Flask, share_id: UUID) -> Share:
    """The share as it is kept."""
    with acting(app, clock([HERE, THERE])):
        return queries.share(share_id)


def acts(app: Flask, subject: str, code: str = HERE) -> list[LedgerEntry]:
    """What a municipality's ledger says was done to something, in order."""
    with acting(app, clock([code])):
        query = ledger.entries(code).where(LedgerEntry.subject == subject)
        return list(db.session.scalars(query.order_by(LedgerEntry.number)))


def seen(app: Flask, code: str = HERE) -> set[str]:
    """The names of the groups in a municipality's sight."""
    from service.network.networks.models import Group

    with acting(app, municipality(code)):
        return set(db.session.scalars(select(Group.name)))


def test_every_step_is_dated_and_in_the_ledger(app: Flask, world: World, group_id: UUID) -> None:
    with acting(app, drc(HERE, person=world.consultant)):
        row = operations.offer(
            HERE, title="Nykomlingen", shows=["figures", "contact"], valid_from=TODAY, valid_to=None, group_id=group_id
        )
        operations.consent(row, group_id, GIVEN)
        share_id = row.id
    assert row.shows == ["figures", "contact"]
    assert "Nykomlingen" not in seen(app), "an offer shows nothing"
    with acting(app, municipality(person=world.here.manager)):
        operations.answer(share_id, accepts=True, tells_neighbours=True)
    assert "Nykomlingen" in seen(app)
    with acting(app, municipality(person=world.here.staff)):
        operations.end(share_id)
    assert "Nykomlingen" not in seen(app), "sight ends on the day"
    found = read(app, share_id)
    assert found.state == ShareState.ENDED
    assert found.valid_to == TODAY
    assert found.answered_at is not None
    assert found.ended_at is not None
    assert found.offered_at <= found.answered_at <= found.ended_at
    entries = acts(app, f"share:{share_id}")
    assert [(entry.act, entry.office, entry.person_id) for entry in entries] == [
        ("share.offered", "drc", world.consultant),
        ("share.consented", "drc", world.consultant),
        ("share.accepted", "municipality", world.here.manager),
        ("share.ended", "municipality", world.here.staff),
    ]
    assert entries[0].details == {"shows": ["figures", "contact"]}
    assert entries[1].details == {"group": str(group_id), "shows": ["figures", "contact"]}, "no more than was offered"
    assert entries[2].details == {"tells_neighbours": True}
    assert entries[3].details == {"day": TODAY.isoformat()}


def test_a_declined_or_withdrawn_offer_shows_nothing_and_can_be_made_again(app: Flask, group_id: UUID) -> None:
    declined = offered(app, group_id)
    with acting(app, municipality()):
        operations.answer(declined, accepts=False, tells_neighbours=True)
    assert (read(app, declined).state, read(app, declined).tells_neighbours) == ("declined", False)
    withdrawn = offered(app, group_id)
    with acting(app, drc(HERE)):
        operations.end(withdrawn)
    assert read(app, withdrawn).state == ShareState.WITHDRAWN
    assert acts(app, f"share:{withdrawn}")[-1].act == "share.withdrawn"
    assert "Nykomlingen" not in seen(app)
    with acting(app, municipality()), pytest.raises(Conflict):
        operations.answer(withdrawn, accepts=True)
    again = offered(app, group_id)
    with acting(app, municipality()):
        operations.answer(again, accepts=True)
    assert "Nykomlingen" in seen(app)


def test_the_same_is_offered_once_at_a_time(app: Flask, group_id: UUID) -> None:
    first = offered(app, group_id, valid_to=TODAY + 2 * DAY)
    with pytest.raises(Conflict):
        offered(app, group_id)
    offered(app, group_id, THERE)
    with acting(app, clock([HERE])):
        row = queries.share(first)
        row.state, row.valid_from, row.valid_to = "accepted", TODAY - 5 * DAY, TODAY
    offered(app, group_id)
    assert read(app, first).state == ShareState.ENDED, "its days were over: it makes room"


def test_terms_that_make_no_sense_are_refused(app: Flask, group_id: UUID) -> None:
    with pytest.raises(Invalid):
        offered(app, group_id, valid_to=TODAY)
    with acting(app, drc(HERE)):
        row = operations.offer(HERE, title="x", shows=(), valid_from=TODAY, valid_to=None, group_id=group_id)
        with pytest.raises(Invalid):
            operations.consent(row, group_id, Given("Nogen", TODAY + DAY, "phone", ()))
        operations.consent(row, group_id, GIVEN)
        share_id = row.id
    with acting(app, municipality()):
        with pytest.raises(Conflict):
            operations.end(share_id)  # it is answered, not ended
        operations.answer(share_id, accepts=True)
        with pytest.raises(Invalid):
            operations.end(share_id, TODAY - DAY)
        operations.end(share_id, TODAY + DAY)
    assert "Nykomlingen" in seen(app), "until tomorrow"
    with acting(app, municipality()):
        operations.end(share_id)
        with pytest.raises(Conflict):
            operations.end(share_id)


def test_nothing_is_recorded_of_a_share_that_is_over(app: Flask, group_id: UUID) -> None:
    share_id = offered(app, group_id)
    with acting(app, municipality()), pytest.raises(Conflict):
        operations.tell_neighbours(share_id, True)  # an offer is answered first
    with acting(app, municipality()):
        operations.answer(share_id, accepts=True)
    with acting(app, clock([HERE])):
        row = queries.share(share_id)
        row.valid_from, row.valid_to = TODAY - 5 * DAY, TODAY
    with acting(app, drc(HERE)), pytest.raises(Conflict):
        operations.consent(queries.share(share_id), group_id, GIVEN)
    with acting(app, municipality()), pytest.raises(Conflict):
        operations.tell_neighbours(share_id, True)


def test_a_consent_is_kept_as_it_was_given_and_a_new_one_follows_it(app: Flask, world: World, group_id: UUID) -> None:
    share_id = offered(app, group_id, valid_from=TODAY - 5 * DAY)
    with acting(app, municipality()):
        operations.answer(share_id, accepts=True)
    with acting(app, drc(HERE, person=world.consultant)):
        operations.consent(queries.share(share_id), group_id, Given("En anden", TODAY - DAY, "written", ("contact",)))
    with acting(app, drc(HERE)):
        first, second = queries.sights(share_id, HERE)
        consents = queries.consents(HERE, [first.id, second.id])
    assert (first.valid_to, second.valid_from, second.shows) == (TODAY, TODAY, ["contact"])
    assert (consents[first.id].given_by, consents[first.id].given_how) == ("Gruppens kontakt", "phone")
    kept = consents[second.id]
    assert (kept.given_by, kept.given_on, kept.given_how, kept.recorded_by) == (
        "En anden",
        TODAY - DAY,
        "written",
        world.consultant,
    )
    with acting(app, drc(HERE)):
        operations.withdraw_consent(queries.share(share_id), group_id)
        operations.withdraw_consent(queries.share(share_id), group_id)
    assert "Nykomlingen" not in seen(app)
    assert [entry.act for entry in acts(app, f"share:{share_id}")].count("share.consent_withdrawn") == 1


def test_a_municipality_sees_nothing_of_who_consented(app: Flask, group_id: UUID) -> None:
    share_id = offered(app, group_id)
    with acting(app, municipality()):
        assert queries.consents(HERE, [row.id for row in queries.sights(share_id, HERE)]) == {}
        assert db.session.scalars(select(Consent)).all() == []
    with acting(app, drc(HERE)):
        assert len(queries.consents(HERE, [row.id for row in queries.sights(share_id, HERE)])) == 1


def test_another_municipality_can_do_nothing_to_a_share(app: Flask, group_id: UUID) -> None:
    share_id = offered(app, group_id)
    with acting(app, municipality(THERE)):
        steps: tuple[Callable[[UUID], object], ...] = (
            lambda key: operations.answer(key, accepts=True),
            lambda key: operations.tell_neighbours(key, True),
            operations.end,
        )
        for step in steps:
            with pytest.raises(NotFound):
                step(share_id)


def at_once(count: int, work: Callable[[int], object]) -> list[BaseException]:
    """Do the same so many times at the same moment. What went wrong."""
    ready, errors = threading.Barrier(count), []

    def one(number: int) -> None:
        ready.wait()
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


@pytest.mark.gate("2.3.4")
def test_twenty_answers_at_once_give_one(app: Flask, world: World, group_id: UUID) -> None:
    share_id = offered(app, group_id)

    def answer(number: int) -> None:
        with acting(app, municipality()):
            operations.answer(share_id, accepts=number % 2 == 0)

    errors = at_once(20, answer)
    assert len(errors) == 19
    assert {type(error) for error in errors} == {Conflict}
    answers = [e.act for e in acts(app, f"share:{share_id}") if e.act in ("share.accepted", "share.declined")]
    assert answers == [f"share.{read(app, share_id).state}"]
    with acting(app, clock([HERE])):
        assert ledger.chain(HERE).fault is None, "and the chain is whole"


def test_the_control_without_the_lock_there_are_several(
    app: Flask, world: World, group_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hole: the share is read without being locked, and each waits a moment before it writes."""
    share_id = offered(app, group_id)
    real, meet = queries.share, threading.Barrier(4)

    def unlocked(key: UUID, code: str | None = None, *, lock: bool = False) -> Share:
        found = real(key, code)
        meet.wait(20)
        return found

    monkeypatch.setattr(queries, "share", unlocked)

    def answer(_number: int) -> None:
        with acting(app, municipality()):
            operations.answer(share_id, accepts=True)

    assert at_once(4, answer) == []


def test_twenty_offers_at_once_give_one(app: Flask, world: World, group_id: UUID) -> None:
    errors = at_once(20, lambda _number: offered(app, group_id))
    assert {type(error) for error in errors} <= {Conflict, IntegrityError}, "either is told as a conflict"
    assert len(errors) == 19
    with acting(app, clock([HERE])):
        rows = db.session.scalars(select(Share).where(Share.group_id == group_id)).all()
    assert [row.state for row in rows] == [ShareState.OFFERED]


# Networks, and groups that leave or close


@pytest.fixture
def network(app: Flask, world: World) -> tuple[UUID, UUID, UUID]:
    """A network with two groups that both are in sight HERE by it: its id, and theirs."""
    with acting(app, clock([HERE, THERE])):
        row = networks.create_network({"name": "Nettet", "kind": "regional", "about": ""})
        one, two = (networks.create(group_of(name, HERE, THERE)) for name in ("En", "To"))
        for group in (one, two):
            networks.join(row.id, group.id)
        share_network_with(HERE, row, one, two)
        return row.id, one.id, two.id


def test_a_group_that_leaves_a_network_is_out_of_its_shares(app: Flask, network: tuple[UUID, UUID, UUID]) -> None:
    network_id, one, _two = network
    with acting(app, clock([HERE, THERE])):
        share_with(THERE, networks.maintained(one))
    assert {"En", "To"} <= seen(app)
    with acting(app, drc(HERE)):
        networks.leave(network_id, one)
    assert "En" not in seen(app)
    assert "To" in seen(app)
    assert "En" in seen(app, THERE), "what it is shared by itself is not the network's"
    with acting(app, drc(HERE)):
        networks.join(network_id, one)
    assert "En" not in seen(app), "coming back does not bring the consent back"


def test_a_network_shows_those_who_consent_and_no_others(app: Flask, network: tuple[UUID, UUID, UUID]) -> None:
    with acting(app, clock([HERE, THERE])):
        three = networks.create(group_of("Tre", HERE))
        networks.join(network[0], three.id)
    assert "Tre" not in seen(app)


def test_a_group_that_closes_is_out_of_every_sight_and_coming_back_does_not_undo_it(
    app: Flask, group_id: UUID, network: tuple[UUID, UUID, UUID]
) -> None:
    one = network[1]
    with acting(app, clock([HERE, THERE])):
        share_with(THERE, networks.maintained(one))
    with acting(app, drc(HERE)):  # THERE is in another territory: its sight ends all the same
        networks.set_status(one, GroupStatus.CLOSED)
    assert "En" not in seen(app) | seen(app, THERE)
    assert "To" in seen(app)
    with acting(app, drc(HERE)):
        assert len(acts_of_hiding(HERE)) == 1, "the municipality's own chain says so"
        hidden = [e for e in db.session.scalars(ledger.national().order_by("number")) if e.act == "share.hidden"]
    assert [entry.details["municipality"] for entry in hidden] == [THERE], "another territory's chain is not ours"
    with acting(app, drc(HERE)):
        networks.set_status(one, GroupStatus.ACTIVE)
    assert "En" not in seen(app) | seen(app, THERE)


def acts_of_hiding(code: str) -> list[LedgerEntry]:
    """The entries that tell of a group out of sight. Within a reach."""
    return list(
        db.session.scalars(ledger.entries(code).where(LedgerEntry.act == "share.hidden").order_by(LedgerEntry.number))
    )
