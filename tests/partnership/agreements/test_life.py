"""An agreement from offer to end, through the real operations on the real database."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import func, select

from config.embedded import Servers
from service.partnership.agreements import comparing, ending, letters, offering, operations, queries
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import AgreementState, Party
from service.partnership.catalogue.models import ActivityType
from service.partnership.partnerships import queries as drafts
from service.platform.documents import making
from service.platform.documents.models import Document
from service.platform.documents.queries import document
from service.platform.notices.models import Notice
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.work import leases
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach
from tenants.scope import Scope
from tenants.terms import Earmark, FurtherParty, PartyKind, Post, PriceAdjustment, Vat
from tests.api.conftest import Program
from tests.support.pages import token_of
from tests.support.telling import tell
from tests.support.world import EMPTY, Place, World, key_of, scope, sign_in

pytestmark = pytest.mark.usefixtures("app")


@contextmanager
def acting(app: Flask, code: str, who: UUID | None = None, office: Office = Office.CLOCK) -> Iterator[None]:
    """Act in a municipality, in a context of one's own."""
    with app.app_context(), acting_for(Reach(office, frozenset({code}), who)), transaction():
        yield


def approve(app: Flask, place: Place, party: Party, who: UUID, sha256: str) -> None:
    """Approve the offered agreement as that party's own person."""
    office = Office.DRC if party is Party.DRC else Office.MUNICIPALITY
    with acting(app, place.code, who, office):
        operations.approve(place.offered, party, who, sha256)


def state_of(app: Flask, place: Place) -> tuple[str, list[str], int]:
    """The offered agreement's state, the acts on it, and how many periods there are."""
    with acting(app, place.code):
        found = queries.agreement(place.offered)
        acts = [f"{each.party} {each.act}" for each in queries.decisions(found)]
        return found.state, acts, len(periods.history(place.code))


def sha_of(app: Flask, place: Place) -> str:
    """The hash of the offered paper."""
    with acting(app, place.code):
        paper = queries.agreement(place.offered).document_id
        assert paper is not None
        return document(paper).sha256


def differing(app: Flask, place: Place) -> str:
    """The hash of what differs in the offered agreement."""
    with acting(app, place.code):
        found = comparing.with_earlier(queries.agreement(place.offered))
        assert found is not None
        return found.sha256


def test_both_approve_and_on_its_first_day_the_scope_takes_over(app: Flask, world: World) -> None:
    here, sha = world.here, sha_of(app, world.here)
    approve(app, here, Party.MUNICIPALITY, here.manager, sha)
    assert state_of(app, here)[0] == AgreementState.ACCEPTED
    assert state_of(app, here)[2] == 1, "one party's approval puts nothing in force"
    approve(app, here, Party.DRC, world.secretariat, sha)
    starts = month_after(first_of(day_of(now())))
    with acting(app, here.code):
        newer, older = periods.history(here.code)
        assert (newer.valid_from, older.valid_to) == (starts, starts), "the one before ends on the day before"
        assert newer.agreement_id == here.offered
        eve, day = (periods.in_force(here.code, each) for each in (starts - dt.timedelta(days=1), starts))
        assert eve is not None
        assert day is not None
        assert (eve.agreement_id, day.agreement_id) == (here.agreement, here.offered)
        assert day.scope == Scope.from_plain(queries.agreement(here.offered).stored_scope)
        decided = queries.decisions(queries.agreement(here.offered))
        assert [(each.party, each.act, each.person_id) for each in decided[1:]] == [
            ("municipality", "approved", here.manager),
            ("drc", "approved", world.secretariat),
        ]
        assert {each.sha256 for each in decided[1:]} == {sha}
        assert decided[1].words == operations.CONSENT[Party.MUNICIPALITY]


def test_an_approval_keeps_how_its_person_had_signed_in_and_when(app: Flask, world: World) -> None:
    """On the page and in the API; none of what is carried over, and of a key how its person's newest sign-in was proved."""
    here, sha = world.here, sha_of(app, world.here)
    manager, page = (
        sign_in(app.test_client(), f"leder.{here.code}@kommune.example"),
        f"/kommuner/{here.code}/aftaler/{here.offered}",
    )
    sent = {"csrf_token": token_of(manager.get(page).text), "consent": "1", "sha256": sha}
    sent["difference_sha256"] = differing(app, here)
    assert manager.post(f"{page}/godkend", data=sent).status_code == 302
    secretariat = sign_in(app.test_client(), "sekretariat@drc.example")
    with app.app_context():
        program = Program(app.test_client(), key_of(world.secretariat))
    assert program.post(f"/agreements/{here.offered}/approve", {"sha256": sha}).status_code == 200
    with acting(app, here.code):
        offered, own, drcs = queries.decisions(queries.agreement(here.offered))
        carried = queries.decisions(queries.agreement(here.agreement))
    assert [each.arrived_how for each in (offered, own, drcs)] == [None, "password", "password"]
    assert {each.arrived_how for each in carried} == {None}
    assert own.arrived_at is not None
    assert dt.timedelta() <= own.at - own.arrived_at < dt.timedelta(minutes=5)
    assert secretariat.get(page).text.count("adgangskode, bekræftet") == 2
    told = program.read(f"/agreements/{here.offered}")["decisions"]
    assert [each["arrived_how"] for each in told] == [None, "password", "password"]


@pytest.mark.gate("2.3.1")
def test_drc_cannot_approve_first_nor_anyone_twice(app: Flask, world: World) -> None:
    here, sha = world.here, sha_of(app, world.here)
    with pytest.raises(Conflict):
        approve(app, here, Party.DRC, world.secretariat, sha)
    assert state_of(app, here) == (AgreementState.OFFERED, ["drc offered"], 1)
    approve(app, here, Party.MUNICIPALITY, here.manager, sha)
    with pytest.raises(Conflict):
        approve(app, here, Party.MUNICIPALITY, here.manager, sha)
    approve(app, here, Party.DRC, world.secretariat, sha)
    with pytest.raises(Conflict):
        approve(app, here, Party.DRC, world.secretariat, sha)
    assert state_of(app, here) == (
        AgreementState.CONCLUDED,
        ["drc offered", "municipality approved", "drc approved"],
        2,
    )


@pytest.mark.gate("2.3.1")
@pytest.mark.parametrize("other", ["", "0" * 64])
def test_another_paper_than_the_one_shown_is_refused(app: Flask, world: World, other: str) -> None:
    here = world.here
    with pytest.raises(Refusal) as refused:
        approve(app, here, Party.MUNICIPALITY, here.manager, other)
    assert refused.value.errors["sha256"]
    assert state_of(app, here) == (AgreementState.OFFERED, ["drc offered"], 1)


def at_once(app: Flask, count: int, act: Callable[[int], None]) -> list[str]:
    """Let so many do it at the same moment, each in a context of its own. Returns what became of each."""
    start, became = threading.Barrier(count), ["" for _each in range(count)]

    def one(number: int) -> None:
        start.wait()
        try:
            act(number)
            became[number] = "done"
        except Exception as error:  # its name is what the test is about
            became[number] = type(error).__name__

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return became


@pytest.mark.gate("2.3.4")
def test_twenty_approvals_at_once_give_one_decision_and_one_period(app: Flask, world: World) -> None:
    here, sha = world.here, sha_of(app, world.here)

    def press(party: Party, who: UUID) -> Callable[[int], None]:
        def one(_number: int) -> None:
            office = Office.DRC if party is Party.DRC else Office.MUNICIPALITY
            with acting(app, here.code, who, office):
                read = queries.agreement(here.offered)  # as a page does: before the lock is asked for
                assert operations.approve(here.offered, party, who, sha) is read

        return one

    became = at_once(app, 20, press(Party.MUNICIPALITY, here.manager))
    assert sorted(set(became)) == ["Conflict", "done"]
    assert became.count("done") == 1
    became = at_once(app, 20, press(Party.DRC, world.secretariat))
    assert became.count("done") == 1, became
    assert sorted(set(became)) == ["Conflict", "done"]
    assert state_of(app, here) == (
        AgreementState.CONCLUDED,
        ["drc offered", "municipality approved", "drc approved"],
        2,
    )


@pytest.mark.gate("2.3.4")
def test_approved_and_withdrawn_at_once_is_one_of_the_two(app: Flask, world: World) -> None:
    here, sha = world.here, sha_of(app, world.here)

    def one(number: int) -> None:
        office, who = ((Office.DRC, world.secretariat), (Office.MUNICIPALITY, here.manager))[number % 2]
        with acting(app, here.code, who, office):
            read = queries.agreement(here.offered)
            if number % 2:
                operations.decline(here.offered, who, "Vi ønsker en anden form.")
            else:
                operations.withdraw(here.offered, who, "Tilbuddet var forkert.")
            assert read.id == here.offered

    became = at_once(app, 8, one)
    assert became.count("done") == 1, became
    state, acts, _periods = state_of(app, here)
    assert (state, acts[1:]) in [
        (AgreementState.DECLINED, ["municipality declined"]),
        (AgreementState.WITHDRAWN, ["drc withdrawn"]),
    ]
    assert sha_of(app, here) == sha


def test_two_offers_at_once_are_one(app: Flask, world: World) -> None:
    wanted = scope(day_of(now()), "prøve")

    def one(_number: int) -> None:
        with acting(app, EMPTY, world.secretariat, Office.DRC):
            offering.offer(EMPTY, wanted, world.secretariat, retroactive=True)

    became = at_once(app, 6, one)
    assert became.count("done") == 1, became
    assert set(became) - {"done"} <= {"Conflict", "IntegrityError"}  # the page says 409 for either
    with acting(app, EMPTY):
        assert db.session.scalar(select(func.count()).select_from(Agreement)) == 1


@pytest.mark.parametrize("reason", ["", "  ", "nej", "\t \n"])
def test_declining_demands_a_reason(app: Flask, world: World, reason: str) -> None:
    here = world.here
    with pytest.raises(Invalid) as refused, acting(app, here.code, here.manager, Office.MUNICIPALITY):
        operations.decline(here.offered, here.manager, reason)
    assert refused.value.errors["reason"]
    assert state_of(app, here)[0] == AgreementState.OFFERED


def test_a_declined_agreement_changes_nothing_that_is_in_force(app: Flask, world: World) -> None:
    here = world.here
    with acting(app, here.code, here.manager, Office.MUNICIPALITY):
        operations.decline(here.offered, here.manager, "Beløbet er for stort.")
    state, acts, count = state_of(app, here)
    assert (state, acts, count) == (AgreementState.DECLINED, ["drc offered", "municipality declined"], 1)
    with pytest.raises(Conflict):
        approve(app, here, Party.MUNICIPALITY, here.manager, sha_of(app, here))


def test_notice_ends_the_period_with_the_month_it_leads_to(app: Flask, world: World) -> None:
    here = world.here
    with acting(app, here.code, here.manager, Office.MUNICIPALITY):
        ending.terminate(here.agreement, Party.MUNICIPALITY, here.manager, "Kommunen omlægger indsatsen.")
    last = month_after(first_of(day_of(now())), 4) - dt.timedelta(days=1)
    with acting(app, here.code):
        assert queries.agreement(here.agreement).state == AgreementState.TERMINATED
        assert queries.agreement(here.agreement).ends_on == last
        assert periods.in_force(here.code, last) is not None
        assert periods.in_force(here.code, last + dt.timedelta(days=1)) is None
    with pytest.raises(Conflict), acting(app, here.code, world.secretariat, Office.DRC):
        ending.terminate(here.agreement, Party.DRC, world.secretariat, "En gang til.")


def test_notice_and_a_follower_at_once_never_overlap(app: Flask, world: World) -> None:
    """Notice is given on a page that was read before the follower was approved: the days are right all the same."""
    here, sha = world.here, sha_of(app, world.here)
    approve(app, here, Party.MUNICIPALITY, here.manager, sha)
    with acting(app, here.code, world.secretariat, Office.DRC):
        read = periods.history(here.code)
        approve(app, here, Party.DRC, world.secretariat, sha)  # meanwhile, by another
        ending.terminate(here.agreement, Party.DRC, world.secretariat, "Den nye aftale træder i stedet.")
        assert len(read) == 1
    with acting(app, here.code):
        newer, older = periods.history(here.code)
        assert older.valid_to == newer.valid_from


def test_control_postgresql_refuses_periods_that_overlap(app: Flask, world: World, place: Servers) -> None:
    here = world.here
    with acting(app, here.code):
        present = periods.history(here.code)[0]
    add = """INSERT INTO scope_periods (municipality_code, id, partnership_id, agreement_id, valid_from, valid_to, scope)
             SELECT municipality_code, gen_random_uuid(), partnership_id, agreement_id, valid_to - %s, valid_to + 30, scope
             FROM scope_periods WHERE id = %s"""
    with psycopg.connect(place.database_url) as connection:
        tell(connection, "clock", here.code)
        with pytest.raises(psycopg.errors.ExclusionViolation, match="ex_scope_periods_overlap"):
            connection.execute(add, [1, present.id])
        connection.rollback()
        tell(connection, "clock", here.code)
        assert connection.execute(add, [0, present.id]).rowcount == 1, "the day after is free"


def test_control_the_neighbour_may_have_the_same_days(app: Flask, world: World) -> None:
    with acting(app, world.here.code), pytest.raises(periods.LaterPeriod):
        periods.put_in_force(world.here.code, scope(day_of(now()), "prøve"), uuid4())
    with acting(app, EMPTY):
        periods.put_in_force(EMPTY, scope(day_of(now()), "prøve"), uuid4())


# Who may


@pytest.mark.parametrize(
    ("who", "act"),
    [
        ("konsulent@drc.example", "godkend"),
        ("konsulent@drc.example", "afvis"),
        ("sekretariat@drc.example", "afvis"),  # the municipality's part
        ("leder.0580@kommune.example", "traek-tilbage"),  # DRC's part
        ("medarbejder.0580@kommune.example", "godkend"),
        ("medarbejder.0580@kommune.example", "afvis"),
        ("leder.0550@kommune.example", "godkend"),  # the neighbour
    ],
)
def test_who_may_not_is_told_there_is_no_such_page(app: Flask, world: World, who: str, act: str) -> None:
    here, sha = world.here, sha_of(app, world.here)
    client = sign_in(app.test_client(), who)
    token = token_of(client.get("/mine-noegler").text)
    answer = client.post(
        f"/kommuner/{here.code}/aftaler/{here.offered}/{act}",
        data={"csrf_token": token, "sha256": sha, "consent": "1", "reason": "Det skal prøves."},
    )
    assert answer.status_code == 404
    assert state_of(app, here) == (AgreementState.OFFERED, ["drc offered"], 1)


def test_control_the_manager_may(app: Flask, world: World) -> None:
    here, sha = world.here, sha_of(app, world.here)
    client = sign_in(app.test_client(), "leder.0580@kommune.example")
    address = f"/kommuner/{here.code}/aftaler/{here.offered}"
    page = client.get(address)
    assert sha in page.text, "the page approves the very paper it shows"
    token = token_of(page.text)
    sent = {"csrf_token": token, "sha256": sha, "difference_sha256": differing(app, here)}
    answer = client.post(f"{address}/godkend", data=sent)
    assert answer.status_code == 422, "without the tick"
    answer = client.post(f"{address}/godkend", data={**sent, "consent": "1"})
    assert answer.status_code == 302
    assert state_of(app, here)[:2] == (AgreementState.ACCEPTED, ["drc offered", "municipality approved"])
    answer = client.post(f"{address}/godkend", data={"csrf_token": token, "sha256": sha, "consent": "1"})
    assert answer.status_code == 409, "and a second press is told so"


# The paper


def text_of(content: bytes) -> str:
    """What a reader reads."""
    with pypdfium2.PdfDocument(content) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def paper_of(app: Flask, code: str, agreement_id: UUID) -> Document:
    """The stored paper of an agreement, its bytes and facts with it."""
    with acting(app, code):
        found = db.session.get_one(Document, (code, queries.agreement(agreement_id).document_id))
        assert found.content
        assert found.facts
        return found


def rich(wanted: Scope) -> Scope:
    """A scope with all that the last annex can hold."""
    payment = replace(
        wanted.payment,
        earmarks=(Earmark("dokumentation", 4_000_000),),
        vat=Vat.EXEMPT,
        price_adjustment=PriceAdjustment.INDEX,
    )
    return replace(
        wanted,
        payment=payment,
        posts=(Post("Konsulent", 2), Post("Studentermedhjælper", 1, 600)),
        further_parties=(FurtherParty("Fonden", "12345674", PartyKind.FOUNDATION, "giver tilskud", 20_000_000),),
    )


def bare(wanted: Scope) -> Scope:
    """A scope with as little in it as can be agreed."""
    return replace(
        wanted,
        activities=wanted.activities[:1],
        targets=(),
        payment=type(wanted.payment)(),
        purpose="",
        capabilities=frozenset(),
        department="",
        support="",
        case_number="",
        kle_number="",
        posts=(),
        further_parties=(),
        meetings_per_year=0,
        notice_months=0,
    )


@pytest.mark.parametrize("shape", ["rich", "bare"])
def test_nothing_blank_in_the_paper_and_always_the_boundary(app: Flask, world: World, shape: str) -> None:
    wanted = rich(scope(day_of(now()), "prøve"))
    if shape == "bare":
        wanted = bare(wanted)
    with acting(app, EMPTY):
        offered = offering.offer(EMPTY, wanted, world.secretariat, retroactive=True).id
    with app.app_context():
        assert offering.make_paper(EMPTY, offered, 60)
    paper = paper_of(app, EMPTY, offered)
    text = text_of(paper.content)
    for blank in ("None", "{{", "}}", "  ,", " ,", "Undefined", "[]", "()", "..", "True", "False"):
        assert blank not in text, (blank, text[max(0, text.find(blank) - 80) : text.find(blank) + 40])
    assert paper.number in text
    boundary = [clause["title"] for clause in paper.facts["clauses"] if clause["key"] == "boundary"]
    assert len(boundary) == 1
    assert boundary[0] in " ".join(text.split())
    flowing = " ".join(text.split())
    assert "myndighed" in flowing
    assert ("Bilag 4" in flowing) == (shape == "rich")
    if shape == "rich":
        assert wanted.activities[1].distinction is not None
        assert " ".join(wanted.activities[1].distinction.split()[:6]) in flowing


def test_what_was_issued_never_changes(app: Flask, world: World, place: Servers) -> None:
    """The catalogue, the texts and the scope change afterwards: the stored paper, its facts and its hash do not."""
    here = world.here
    before = paper_of(app, here.code, here.agreement)
    with psycopg.connect(place.database_owner_url) as connection:
        for table in ("activity_types", "text_versions"):
            connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        kept = connection.execute("SELECT code, da FROM activity_types").fetchall()
        texts = connection.execute("SELECT kind, version, effective_from FROM text_versions").fetchall()
        assert kept, "FORCE holds the owner too: read before it is lifted, there is nothing to put back"
        connection.execute("UPDATE activity_types SET da = 'Noget helt andet'")
        connection.execute("UPDATE text_versions SET effective_from = effective_from - 1")
    try:
        with app.app_context():
            assert not offering.make_paper(here.code, here.agreement, 60), "a paper is made once"
        after = paper_of(app, here.code, here.agreement)
        assert (after.content, after.facts, after.sha256) == (before.content, before.facts, before.sha256)
        assert hashlib.sha256(after.content).hexdigest() == after.sha256
        assert "Noget helt andet" not in text_of(after.content)
    finally:
        with psycopg.connect(place.database_owner_url) as connection:
            for code, da in kept:
                connection.execute("UPDATE activity_types SET da = %s WHERE code = %s", [da, code])
            for kind, version, day in texts:
                connection.execute(
                    "UPDATE text_versions SET effective_from = %s WHERE kind = %s AND version = %s",
                    [day, kind, version],
                )
            for table in ("activity_types", "text_versions"):
                connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def test_control_the_service_itself_cannot_change_a_paper(app: Flask, world: World) -> None:
    from sqlalchemy.exc import ProgrammingError

    with pytest.raises(ProgrammingError, match="permission denied"), acting(app, world.here.code):
        db.session.execute(Document.__table__.update().values(title="Noget andet"))  # type: ignore[attr-defined]


def test_a_paper_that_cannot_be_printed_is_told_at_once_and_tried_again_by_hand(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def jam(_paper: object) -> tuple[bytes, str]:
        raise KeyError("jammed")

    with acting(app, EMPTY):
        offered = offering.offer(EMPTY, scope(day_of(now()), "prøve"), world.secretariat, retroactive=True).id
    with monkeypatch.context() as patch, app.app_context():
        patch.setattr(making, "render", jam)
        assert not offering.make_paper(EMPTY, offered, 60)
    with acting(app, EMPTY):
        found = queries.agreement(offered)
        assert (found.state, found.work_state, found.fault) == (AgreementState.PREPARING, "failed", "unreadable")
        assert found.last_error == "KeyError: 'jammed'"
        assert found.document_id is None
        leases.again(found)
    with app.app_context():
        assert offering.make_paper(EMPTY, offered, 60)


# What cannot be agreed


def test_a_public_duty_is_refused_with_the_reason(app: Flask, world: World) -> None:
    with acting(app, EMPTY):
        kind = db.session.scalars(select(ActivityType).where(ActivityType.side == "statutory").limit(1)).one()
        wanted = scope(day_of(now()), "prøve")
        wanted = replace(
            wanted, activities=(replace(wanted.activities[0], activity_type=kind.code), *wanted.activities[1:])
        )
        with pytest.raises(Invalid) as refused:
            offering.offer(EMPTY, wanted, world.secretariat, retroactive=True)
    (messages,) = refused.value.errors.values()
    assert list(refused.value.errors) == ["activities-0-activity_type"]
    assert kind.reason in messages[0]
    with acting(app, EMPTY):
        assert queries.open_one(EMPTY) is None


@pytest.mark.parametrize("distinction", [None, "", "   "])
def test_a_borderline_type_demands_its_distinction(app: Flask, world: World, distinction: str | None) -> None:
    wanted = scope(day_of(now()), "prøve")
    wanted = replace(wanted, activities=(wanted.activities[0], replace(wanted.activities[1], distinction=distinction)))
    with pytest.raises(Invalid) as refused, acting(app, EMPTY):
        offering.offer(EMPTY, wanted, world.secretariat, retroactive=True)
    assert list(refused.value.errors) == ["activities-1-distinction"]


def test_a_term_that_began_long_ago_is_refused(app: Flask, world: World) -> None:
    wanted = scope(day_of(now()), "prøve", starts_on=dt.date(2020, 1, 1))
    with pytest.raises(Invalid) as refused, acting(app, EMPTY):
        offering.offer(EMPTY, replace(wanted, activities=wanted.activities), world.secretariat)
    assert "starts_on" in refused.value.errors


def test_a_draft_is_offered_once_and_is_gone(app: Flask, world: World) -> None:
    here = world.here
    with acting(app, here.code), pytest.raises((Conflict, Invalid)):
        offering.offer_draft(here.code, world.secretariat)  # another is open, and the draft begins too early
    with acting(app, here.code):
        operations.withdraw(here.offered, world.secretariat, "Vi laver et nyt udkast.")
    with acting(app, EMPTY), pytest.raises(Refusal):
        offering.offer_draft(EMPTY, world.secretariat)
    with acting(app, here.code):
        assert drafts.draft(here.code) is not None


# Mail


def test_each_step_owes_the_other_party_a_mail_once(app: Flask, world: World) -> None:
    here, sha = world.here, sha_of(app, world.here)

    def mails() -> list[tuple[str, str]]:
        with acting(app, here.code):
            ours = Notice.about.startswith(f"agreement:{here.offered}")
            rows = db.session.execute(select(Notice.about, Notice.recipient).where(ours).order_by(Notice.created_at))
            return [(about.rsplit(":", 1)[1], recipient) for about, recipient in rows]

    assert mails() == [("offered", f"leder.{here.code}@kommune.example")]
    approve(app, here, Party.MUNICIPALITY, here.manager, sha)
    for _twice in range(2):
        with app.app_context():
            letters.tell(here.code, here.offered)
    assert mails()[1:] == [("accepted", "sekretariat@drc.example")]
    approve(app, here, Party.DRC, world.secretariat, sha)
    with app.app_context():
        letters.tell(here.code, here.offered)
    assert mails()[2:] == [("concluded", f"leder.{here.code}@kommune.example")]
