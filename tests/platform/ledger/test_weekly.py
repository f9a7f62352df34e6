"""The chains are read again every week by the clock, each for itself, and a past that was written anew does not fit what was read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, update

from config.embedded import Servers
from service.features import FEATURES
from service.platform.ledger import checking, queries, weekly
from service.platform.ledger.checking import MONTH, WEEK, Broken, Progress
from service.platform.ledger.models import LedgerCheck
from service.platform.ledger.operations import DRC, record
from service.platform.ledger.rules import BEGINNING, ChainEntry, Head, head_of
from service.platform.rounds.models import SetAside
from service.platform.rounds.operations import run
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.network.shares.stage import acting
from tests.platform.ledger.test_chain import chain, entry
from tests.support.world import HERE, THERE, World, sign_in

AT = dt.datetime(2026, 11, 2, 3, 0, tzinfo=dt.UTC)
WHOLE = chain(*(entry(number) for number in range(1, 6)))
END = Head(5, WHOLE[-1][1])
CHECK = next(step for step in FEATURES.steps if step.name == "ledger.check")
NATIONAL = next(step for step in FEATURES.steps if step.name == "ledger.check_national")


def read(
    kept: Progress, entries: list[tuple[ChainEntry, str]] = WHOLE, head: Head = END, *, more: bool = False
) -> Progress:
    return checking.read_on(kept, entries, head, AT, more=more)


def test_a_chain_is_read_in_parts_to_its_end() -> None:
    half = read(Progress(), WHOLE[:3], more=True)
    assert (half.read.number, half.whole, half.checked_at) == (3, BEGINNING, None)
    assert checking.due(half, AT) == half, "it is under way, whatever the day"
    assert read(half, WHOLE[2:]) == Progress(END, AT, END, False, AT)
    assert read(Progress(), [], BEGINNING).checked_at == AT, "nothing stands in it"


def test_it_is_read_on_every_week_and_anew_every_month() -> None:
    done = read(Progress())
    assert checking.due(done, AT + WEEK - dt.timedelta(seconds=1)) is None
    assert checking.due(done, AT + WEEK) == done
    again = checking.due(done, AT + MONTH)
    assert again is not None
    assert (again.read, again.from_first, again.whole) == (BEGINNING, True, END)
    assert read(done, WHOLE[4:]).reread_at == AT, "read on is not read anew"
    assert read(replace(again, checked_at=None)).whole == END


FORGED = chain(entry(1), entry(2, act="share.declined"), *(entry(number) for number in range(3, 7)))


@pytest.mark.parametrize(
    ("entries", "head", "at"),
    [
        ([WHOLE[0], (entry(2, act="share.declined"), WHOLE[1][1]), *WHOLE[2:]], END, 2),
        ([WHOLE[0], *WHOLE[2:]], END, 2),
        (WHOLE[:4], END, 5),
        (WHOLE, Head(4, WHOLE[3][1]), 6),
    ],
    ids=["changed", "left out", "cut off", "a head set back"],
)
def test_what_is_not_as_it_was_written_is_named(entries: list[tuple[ChainEntry, str]], head: Head, at: int) -> None:
    with pytest.raises(Broken, match=f"entry {at} of the ledger"):
        read(Progress(), entries, head)


def test_a_past_that_was_written_anew_all_the_way_is_found_by_the_head_that_was_read() -> None:
    """Every hash fits the one before, and the head is the last: only what was read before tells."""
    head, done = Head(6, FORGED[-1][1]), read(Progress())
    assert read(Progress(), FORGED, head).whole == head, "by itself it is whole"
    with pytest.raises(Broken, match="entry 5"):
        read(done, FORGED[4:], head)
    with pytest.raises(Broken, match="entry 5"):
        read(replace(done, read=BEGINNING, from_first=True), FORGED, head)
    short = Head(4, FORGED[3][1])
    for again in (replace(done, read=BEGINNING, from_first=True), done):
        with pytest.raises(Broken):
            read(again, FORGED[:4] if again.from_first else [], short)


@pytest.mark.parametrize("text", ["12:3f2a9c1b04de77aa", " 12: 3F2A 9c1b 04de 77aa ", f"12:{'3f2a9c1b04de77aa' * 4}"])
def test_a_printed_head_is_read_as_it_stands(text: str) -> None:
    head = head_of(text)
    assert head.number == 12
    assert head.is_of("3f2a9c1b04de77aa" * 4)
    assert not head.is_of("4" + ("3f2a9c1b04de77aa" * 4)[1:])
    assert not head.is_of(None)
    assert Head(12, head.hash).mark == "3f2a 9c1b 04de 77aa"


@pytest.mark.parametrize("text", ["", "12", "12:3f2a", "3f2a9c1b04de77aa", "x:3f2a9c1b04de77aa", "12:" + "g" * 16])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="16 signs"):
        head_of(text)


# In the database


def kept(app: Flask) -> dict[str, LedgerCheck]:
    with app.app_context(), acting_for(clock()), transaction():
        return queries.checks([HERE, THERE, DRC])


def rounds(app: Flask) -> None:
    with app.app_context():
        for _each in range(20):  # 98 municipalities, five at a time
            run(CHECK)
        run(NATIONAL)


def written(app: Flask) -> None:
    with acting(app, clock([HERE, THERE])):
        for code in (HERE, THERE, None):
            record("duty.done", "thing:1", code)


def weeks_later(app: Flask) -> None:
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(update(LedgerCheck).values(checked_at=LedgerCheck.checked_at - dt.timedelta(days=9)))


def test_the_clock_reads_each_chain_for_itself_and_a_rewritten_past_is_set_aside(
    app: Flask, world: World, place: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weekly, "MAX_ENTRIES", 7)
    written(app)
    for _each in range(6):
        rounds(app)
    with app.app_context(), acting_for(clock([HERE])), transaction():
        head = queries.head(HERE)
    found = kept(app)
    assert {row.whole_number > 0 and row.checked_at is not None for row in found.values()} == {True}
    assert (found[HERE].whole_number, found[HERE].whole_hash) == (head.number, head.hash)
    secretariat = sign_in(app.test_client(), "sekretariat@drc.example")
    assert "logbøger er læst igennem inden for ugen og er hele" in secretariat.get("/").text
    weeks_later(app)
    assert "Logbogen er ikke læst igennem siden" in secretariat.get("/").text, "a week that was missed is told"
    with psycopg.connect(place.database_owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger_entries NO FORCE ROW LEVEL SECURITY")
        changed = owner.execute(
            "UPDATE ledger_entries SET hash = md5(hash) || md5(hash) WHERE municipality_code = %s AND number = %s",
            [HERE, head.number],
        )
        owner.execute("ALTER TABLE ledger_entries FORCE ROW LEVEL SECURITY")
        assert changed.rowcount == 1
    written(app)
    rounds(app)
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        [aside] = db.session.scalars(select(SetAside)).all()
        assert (aside.municipality_code, aside.step, aside.cause) == (HERE, "ledger.check", "unreadable")
        assert f"entry {head.number} of the ledger is not as it was written" in aside.detail
    checked = kept(app)[THERE].checked_at
    assert checked is not None
    assert checked > now() - WEEK, "the others are read"
    page = secretariat.get("/").text
    assert "Den ugentlige gennemlæsning af logbogen" in page
    assert "læst igennem inden for ugen og er hele. De andre" in page


def test_a_printed_head_is_compared_by_command_and_on_the_page(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        head = queries.head(HERE)
    written(app)
    runner, page = app.test_cli_runner(), f"/kommuner/{HERE}/logbog"
    verify = ("ledger", "verify", "--municipality", HERE, "--head")
    assert runner.invoke(args=[*verify, f"{head.number}:{head.hash[:16]}"]).exit_code == 0
    assert runner.invoke(args=[*verify, f"{head.number}: {head.mark}"]).exit_code == 0
    other = runner.invoke(args=[*verify, f"{head.number - 1}:{head.hash}"])
    assert (other.exit_code, f"entry {head.number - 1} is not the one that was printed" in other.output) == (1, True)
    assert runner.invoke(args=["ledger", "verify", "--head", f"1:{head.hash}"]).exit_code == 2
    assert runner.invoke(args=[*verify, "1234"]).exit_code == 2
    staff = sign_in(app.test_client(), f"medarbejder.{HERE}@kommune.example")
    for asked, said in (
        (f"{head.number}:{head.mark}", "Det passer:"),
        (f"1:{head.hash}", "Det passer ikke."),
        ("12", "Skriv nummeret"),
    ):
        assert said in staff.get(page, query_string={"hoved": asked}).text
