"""Asked once, reminded once, answered by a link that opens that one thing, and recorded exactly once."""

from __future__ import annotations

import datetime as dt
import re
import threading
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy import select

from config.embedded import Servers
from service.activity.activities import late
from service.activity.activities import queries as activities
from service.activity.activities.lateness import Through
from service.activity.activities.models import ActivitySession
from service.activity.checkins import jobs, letters, operations, queries, recording, rules, stories
from service.activity.checkins.models import CheckIn
from service.platform.ledger import queries as ledger
from service.platform.notices.models import Notice
from service.platform.web import links
from service.platform.web.links import Link
from service.platform.work import leases
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after, month_before
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.activity.checkins.conftest import EMAIL, Asked
from tests.support.forms import form_with
from tests.support.pages import token_of
from tests.support.rounds import count
from tests.support.telling import tell
from tests.support.world import HERE, THERE, World, sign_in

TODAY = day_of(now())


def names(asked: Asked) -> list[str]:
    """What the names of the lines' fields begin with, by day."""
    return [str(key) for key in asked.inside(lambda row: [line.key for line in queries.lines(row)])]


def held(key: str, **numbers: Any) -> dict[str, str]:
    """A line of the form: held, with numbers."""
    given = {"state": "held", "volunteers": 3, "adults": 12, **numbers}
    return {f"{key}-{name}": str(value) for name, value in given.items()}


def post(client: FlaskClient, path: str, data: dict[str, str], **more: str) -> Any:
    form = form_with(client.get(path.removesuffix("/gem")).text, "version")
    beside = {name: form.sends[name] for name in ("csrf_token", "version")}
    return client.post(path, data={**data, **more, **beside})


def recorded(asked: Asked) -> list[tuple[dt.date, bool, int, int, int]]:
    """The sessions of the month, as they are recorded."""
    with acting_for(clock([HERE])), transaction():
        rows = queries.sessions_between([asked.activity], HERE, asked.month, month_after(asked.month))
        return [(row.held_on, row.cancelled, row.adults, row.volunteers, row.volunteer_minutes) for row in rows]


def mails(about: str) -> list[Notice]:
    with acting_for(clock([HERE])), transaction():
        return list(db.session.scalars(select(Notice).where(Notice.about.like(f"{about}%")).order_by(Notice.about)))


# Asked and reminded


def test_each_group_is_asked_once_with_its_planned_days(app: Flask, asked: Asked) -> None:
    with app.app_context():
        with acting_for(clock([HERE])), transaction():
            assert operations.ask(asked.month) == 0
        (mail,) = mails(f"checkin:{asked.id}")
        assert mail.recipient == EMAIL
        assert mail.subject.endswith(" i Aabenraa?"), "a group in several municipalities is mailed of each"
        assert "Caféens Venner holdt i Aabenraa i " in mail.body
        assert "/indberetning/" in mail.body
        assert "12 34 56 78" in mail.body, "the consultant's phone, by the agreement in force"
        lines = asked.inside(queries.lines)
        assert {line.row.minutes for line in lines} == {90}
        assert lines[0].row.before == {"minutes": 120, "volunteers": 3, "adults": 11, "children": 0}


@pytest.mark.parametrize(
    ("today", "months"),
    [
        ("2026-10-24", []),
        ("2026-10-25", ["2026-10"]),
        ("2026-10-31", ["2026-10"]),
        ("2026-11-01", ["2026-10"]),
        ("2026-11-05", ["2026-10"]),
        ("2026-11-06", []),
        ("2027-01-01", ["2026-12"]),
    ],
)
def test_when_it_is_asked(today: str, months: list[str]) -> None:
    assert [f"{month:%Y-%m}" for month in rules.months_to_ask(dt.date.fromisoformat(today))] == months


def test_reminded_on_the_first_and_the_third_where_nobody_has_answered(app: Flask, asked: Asked) -> None:
    first, third = (month_after(asked.month).replace(day=day) for day in (1, 3))
    with app.app_context():
        for today, expected in (
            (first - dt.timedelta(days=1), 0),
            (first, 1),
            (first, 0),
            (first + dt.timedelta(days=1), 0),
            (third, 1),
            (third, 0),
            (rules.closes_on(asked.month) + dt.timedelta(days=1), 0),
        ):
            with acting_for(clock([HERE])), transaction():
                assert operations.remind(asked.month, today) == expected, today
        assert [mail.about.rsplit(":", 1)[1] for mail in mails(f"checkin:{asked.id}")] == ["0", "1", "2"]


def test_who_has_answered_is_not_reminded(app: Flask, asked: Asked, client: FlaskClient) -> None:
    with app.app_context():
        path, (key, *_rest) = asked.path(), names(asked)
    assert post(client, path, held(key)).status_code == 302
    with app.app_context(), acting_for(clock([HERE])), transaction():
        assert operations.remind(asked.month, month_after(asked.month)) == 0


def test_a_reminder_missed_is_made_good_and_no_more_than_one_is_sent(app: Flask, asked: Asked) -> None:
    with app.app_context():
        with acting_for(clock([HERE])), transaction():
            assert operations.remind(asked.month, month_after(asked.month).replace(day=4)) == 1
        assert [mail.about.rsplit(":", 1)[1] for mail in mails(f"checkin:{asked.id}")] == ["0", "2"]


def test_the_timetable_asks_reminds_and_wakes(app: Flask, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "day_of", lambda _moment: month_after(asked.month))
    with app.app_context():
        assert count("checkins.ask") >= 1
        assert count("checkins.ask") == 0


# Answered


def test_an_answer_is_recorded_once_and_changed_when_it_is_sent_again(
    app: Flask, asked: Asked, client: FlaskClient
) -> None:
    with app.app_context():
        path, keys = asked.path(), names(asked)
    page = client.get(path)
    assert page.status_code == 200
    assert "Caféens Venner" in page.text
    assert re.search(r"<h1>Hvordan gik det i \w+ \d{4} i Aabenraa\?</h1>", page.text)
    first, second = keys[:2]
    answer = post(client, path, held(first) | {f"{second}-state": "cancelled", f"{second}-cancelled_why": "weather"})
    assert answer.status_code == 302
    thanks = client.get(f"{path}/tak").text
    assert "Tak" in thanks
    assert re.search(r"Caféens Venner har fortalt om \w+ \d{4} i Aabenraa\.", thanks)
    with app.app_context():
        assert recorded(asked) == []
        jobs.record(HERE, str(asked.id))
        days = asked.days
        assert recorded(asked) == [(days[0], False, 12, 3, 0), (days[1], True, 0, 0, 0)]
        jobs.record(HERE, str(asked.id))
    post(
        client,
        path,
        held(first, adults=14, minutes=120) | {f"{second}-state": "cancelled", f"{second}-cancelled_why": "weather"},
    )
    with app.app_context():
        before = asked.inside(lambda row: row.answered_at)
        jobs.record(HERE, str(asked.id))
        assert recorded(asked) == [(days[0], False, 14, 3, 360), (days[1], True, 0, 0, 0)]
        with acting_for(clock([HERE])), transaction():
            rows = queries.sessions_between([asked.activity], HERE, days[0], days[1] + dt.timedelta(days=1))
            assert rows[0].changed_at is not None
            assert rows[1].changed_at is None, "what says the same is left alone, and does not become late"
            acts = [row.act for row in db.session.scalars(ledger.entries(HERE).order_by("number"))]
            assert acts.count("checkin.answered") == 2
        assert before is not None


def test_two_jobs_at_once_record_each_session_once(app: Flask, asked: Asked, client: FlaskClient) -> None:
    with app.app_context():
        path, keys = asked.path(), names(asked)
    data = {name: value for key in keys[: len(asked.days)] for name, value in held(key).items()}
    assert post(client, path, data).status_code == 302
    start, did = threading.Barrier(4), []

    def one() -> None:
        with app.app_context():
            start.wait()
            did.append(recording.record(HERE, asked.id, 60))

    threads = [threading.Thread(target=one) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(did) == [False, False, False, True]
    with app.app_context():
        assert [row[0] for row in recorded(asked)] == list(asked.days)


def test_a_day_that_the_consultant_recorded_meanwhile_is_changed_and_not_doubled(
    app: Flask, asked: Asked, client: FlaskClient
) -> None:
    with app.app_context():
        path, (key, *_rest) = asked.path(), names(asked)
        with acting_for(clock([HERE])), transaction():
            from service.activity.activities.operations import record

            given = {
                "held_on": asked.days[0],
                "cancelled": False,
                "minutes": 90,
                "volunteers": 3,
                "volunteer_minutes": 500,
            }
            record(asked.activity, given | {"adults": 1})
    assert post(client, path, held(key, minutes=90)).status_code == 302
    with app.app_context():
        jobs.record(HERE, str(asked.id))
        assert recorded(asked) == [(asked.days[0], False, 12, 3, 500)], "and the time that the consultant knew is kept"


def test_what_is_missing_or_cannot_be_is_told_at_its_field_and_nothing_is_taken(
    app: Flask, asked: Asked, client: FlaskClient
) -> None:
    with app.app_context():
        path, (key, *_rest) = asked.path(), names(asked)
    for data, field in (
        ({f"{key}-state": "held", f"{key}-volunteers": "2"}, f"{key}-adults"),
        (held(key, adults="mange"), f"{key}-adults"),
        (held(key, adults=-1), f"{key}-adults"),
        (held(key, new_faces=99), f"{key}-new_faces"),
        ({f"{key}-volunteers": "2"}, f"{key}-state"),
        (held(key) | {"story": "Ring til Amina på 22 34 56 78", "story_consent": "1"}, "story"),
        (held(key) | {"story": "En god aften"}, "story_consent"),
        (held(key) | {"role": "secretariat"}, "role"),
        (held(key) | {f"x{asked.group.hex}-adults": "1"}, f"x{asked.group.hex}"),
    ):
        page = post(client, path, data)
        assert page.status_code == 422, data
        assert f'href="#{field}"' in page.text, (field, data)
        named = re.search(r">Sprogcafé, \w+ \d+\. \w+, Deltagere fra 15 år: ", page.text)
        assert bool(named) == field.endswith("-adults"), "above, with its activity, day and name"
        for name, value in data.items():
            assert value in page.text or name.startswith(("role", f"x{asked.group.hex}")), "what was typed is kept"
    with app.app_context():
        assert asked.inside(lambda row: (row.answered_at, row.story)) == (None, "")


def test_a_story_is_kept_with_consent_and_after_a_second_look(app: Flask, asked: Asked, client: FlaskClient) -> None:
    with app.app_context():
        path, (key, *_rest) = asked.path(), names(asked)
    story = {"story": "Sag 12345678 <b>", "story_consent": "1"}
    page = post(client, path, held(key) | story | {"story": "Vi fik en mail fra a@b.example"})
    assert page.status_code == 422
    assert 'id="text_checked"' in page.text
    assert "Det ligner en e-mailadresse (“a@b.example”). Skriv, så ingen kan genkendes." in page.text
    page = post(client, path, held(key) | story | {"story": "Ring til 22 34 56 78, eller skriv til a@b.example"})
    assert "Det ligner et telefonnummer (“22 34 56 78”) og en e-mailadresse (“a@b.example”). Skriv, så" in page.text
    assert post(client, path, held(key) | story | {"text_checked": "1"}).status_code == 302
    with app.app_context():
        assert asked.inside(lambda row: (row.story, stories.printable(row))) == ("Sag 12345678 <b>", False)
    assert "Sag 12345678 &lt;b&gt;" in client.get(path).text
    assert post(client, path, held(key) | story | {"text_checked": "1", "story_print": "1"}).status_code == 302
    with app.app_context():
        assert asked.inside(stories.printable), "by a tick of its own, and the link may write it"
    assert form_with(client.get(path).text, "version").sends["story_print"] == "1"


def test_the_buttons_work_without_script(app: Flask, asked: Asked, client: FlaskClient) -> None:
    with app.app_context():
        path, keys = asked.path(), names(asked)
    page = post(client, path, {}, action="planned")
    assert page.text.count("value=held checked") == len(asked.days)
    assert f"name={keys[0]}-minutes value=90" in page.text
    page = post(client, path, {f"{keys[0]}-state": "cancelled", f"{keys[1]}-adults": "20"}, action="before")
    assert f"name={keys[1]}-adults value=20" in page.text
    assert f"name={keys[1]}-volunteers value=3" in page.text
    assert f"name={keys[0]}-adults>" in page.text
    page = post(client, path, {f"{keys[0]}-state": "cancelled", f"{keys[0]}-cancelled_why": "weather"}, action="why")
    assert page.text.count("<option value=weather selected>") == 1
    assert page.text.count("<option value=weather>") == 1, "for the script; the other lines weigh nothing by it"
    page = post(client, path, {"activity_id": str(asked.activity), "held_on": asked.days[0].isoformat()}, action="add")
    assert page.status_code == 422
    page = post(client, path, {"activity_id": str(asked.group), "held_on": asked.days[0].isoformat()}, action="add")
    assert 'href="#activity_id"' in page.text


def test_lines_whose_ids_end_alike_are_named_in_full() -> None:
    first, other, third = UUID(int=0x1ABCDEF), UUID(int=0x2ABCDEF), UUID(int=0x3123456)
    assert queries._keys([first, third]) == {first: "xabcdef", third: "x123456"}
    assert queries._keys([first, other, third]) == {
        first: f"x{first.hex}",
        other: f"x{other.hex}",
        third: "x123456",
    }


def test_what_is_typed_is_kept_with_us_until_it_is_sent(app: Flask, asked: Asked, client: FlaskClient) -> None:
    with app.app_context():
        path, (key, *_rest) = asked.path(), names(asked)
    saved = post(client, f"{path}/gem", {f"{key}-adults": "halvtreds", "story": "En halv"})
    assert saved.status_code == 200
    page = client.get(path).text
    assert "value=halvtreds" in page
    assert "En halv" in page
    with app.app_context():
        assert asked.inside(lambda row: row.answered_at) is None
    assert post(client, f"{path}/gem", {"story": "x" * (operations.MOST_TYPED + 1)}).status_code == 422
    assert post(client, path, held(key)).status_code == 302
    assert "En halv" not in client.get(path).text


# The link


def test_a_link_opens_its_own_check_in_alone(app: Flask, asked: Asked, client: FlaskClient, world: World) -> None:
    """Altered, of another purpose, of a row that is elsewhere, too old, or closed: nothing opens, and it says what to do."""
    with app.app_context():
        path = asked.path()
        elsewhere = links.token(Link(rules.PURPOSE, (THERE,), asked.id))
        purpose = links.token(Link("declaration", (HERE,), asked.id))
    token = path.rsplit("/", 1)[1]
    for dead in (
        token[:-1],
        f"{token[:10]}{'x' if token[10] != 'x' else 'y'}{token[11:]}",
        token.split(".")[0],
        purpose,
        "x",
    ):
        page = client.get(f"/indberetning/{dead}")
        assert page.status_code == 410, dead
        assert "ikke helt" in page.text
        assert "<h1>Linket kan ikke åbnes</h1>" in page.text
        assert "Gå til forsiden" not in page.text, "it is no place for who has no account"
        assert "Caféens Venner" not in page.text
    assert client.get(f"/indberetning/{elsewhere}").status_code == 404
    assert "Gå til forsiden" in client.get("/findes-ikke").text


def test_an_expired_link_names_whom_to_call(
    app: Flask, asked: Asked, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        real = TimestampSigner.get_timestamp
        with monkeypatch.context() as then:
            then.setattr(TimestampSigner, "get_timestamp", lambda self: real(self) - 86400 * (rules.LINK_DAYS + 1))
            path = asked.path()
    for verb in (client.get, client.post):
        page = verb(path)
        assert page.status_code in (400, 410)
    page = client.get(path)
    assert page.status_code == 410
    assert "udløbet" in page.text
    assert "12 34 56 78" in page.text


def test_a_late_answer_is_taken_and_told_that_it_is_late(
    app: Flask, asked: Asked, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        path, (key, *_rest) = asked.path(), names(asked)
    # On the first days of a month what is asked of is a month that the world's statement has closed.
    closed = "sent indberettet" if asked.month < first_of(day_of(now())) else ""
    assert (closed or "kommer med i månedens opgørelse") in client.get(path).text
    monkeypatch.setattr(rules, "in_time", lambda _month, _today: False)
    assert (closed or "Fristen for månedens opgørelse var") in client.get(path).text
    with app.app_context(), acting_for(clock([HERE])), transaction():
        from service.activity.activities.operations import close

        close(HERE, [asked.month])
    assert "sent indberettet" in client.get(path).text
    assert post(client, path, held(key)).status_code == 302
    with app.app_context():
        jobs.record(HERE, str(asked.id))
        assert asked.inside(lambda row: row.work_state) == "done", "and it is recorded all the same"


def test_a_closed_month_opens_nothing_and_the_consultant_can_still_fill_it_in(
    app: Flask, asked: Asked, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        path, (key, *_rest) = asked.path(), names(asked)
    token = token_of(client.get(path).text)
    monkeypatch.setattr(rules, "is_open", lambda _month, _today: False)
    for address, verb in ((path, "GET"), (path, "POST"), (f"{path}/gem", "POST"), (f"{path}/tak", "GET")):
        page = client.open(address, method=verb, data={**held(key), "csrf_token": token} if verb == "POST" else None)
        assert page.status_code == 410, address
        assert "12 34 56 78" in page.text
    with app.app_context():
        assert asked.inside(lambda row: row.answered_at) is None
    consultant = sign_in(app.test_client(), "konsulent@drc.example")
    page = consultant.get(f"/indberetninger?maaned={asked.month:%Y-%m}")
    assert "Caféens Venner" in page.text
    answer = post(consultant, f"/kommuner/{HERE}/indberetninger/{asked.id}", held(key))
    assert answer.status_code == 302
    with app.app_context():
        assert asked.inside(lambda row: row.answered_by) == world.consultant
        with acting_for(clock([HERE])), transaction():
            from service.activity.activities.operations import close

            close(HERE, [asked.month])
        jobs.record(HERE, str(asked.id))
        with acting_for(clock([HERE])), transaction():
            rows = db.session.scalars(
                activities.sessions(HERE, asked.activity).where(ActivitySession.held_on >= asked.month)
            ).all()
            assert activities.late(rows) == {row.id for row in rows}, "kept, and late"
            assert late.through_of(late.counting(HERE, [asked.month])[asked.month]) == Through(
                groups=1, corrected=False
            )
    consultant.get("/")  # where it says that the answer has been sent
    assert "Caféens Venner" not in consultant.get(f"/indberetninger?maaned={asked.month:%Y-%m}").text


def test_the_line_of_another_group_is_not_answered(app: Flask, asked: Asked, world: World) -> None:
    from service.platform.web.errors import Invalid

    with app.app_context(), acting_for(clock([HERE])), transaction(), pytest.raises(Invalid):
        operations.answer(asked.id, {asked.group: {"state": "held", "volunteers": 1, "adults": 1}}, {})


def test_a_municipality_sees_no_line_and_a_link_no_session(app: Flask, asked: Asked, place: Servers) -> None:
    """In plain SQL: a line counts a session whole, from which a neighbour's part would follow. The control is whoever holds the link."""
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as connection:
        for office, lines, sessions in (("municipality", False, False), ("link", True, False), ("drc", True, True)):
            tell(connection, office, HERE)
            for table, there in (("checkins", lines), ("checkin_lines", lines), ("sessions", sessions)):
                row = connection.execute(f"SELECT count(*) > 0 FROM {table}").fetchone()
                assert row == (there,), (office, table)


def test_the_consultant_calls_the_contact_from_the_list_and_from_the_form(
    app: Flask, asked: Asked, client: FlaskClient, world: World
) -> None:
    """And is not told to use a link again that is the contact's."""
    consultant = sign_in(app.test_client(), "konsulent@drc.example")
    form = consultant.get(f"/kommuner/{HERE}/indberetninger/{asked.id}").text
    for page in (consultant.get(f"/indberetninger?maaned={asked.month:%Y-%m}").text, form):
        assert "Kim Kontakt" in page
        assert 'href="tel:20304050"' in page
    with app.app_context():
        asked.inside(lambda row: setattr(queries.lines(row)[-1].row, "held_on", TODAY + dt.timedelta(days=60)))
        path = asked.path()
    by_link = client.get(path).text
    assert "Kim Kontakt" not in by_link
    form = consultant.get(f"/kommuner/{HERE}/indberetninger/{asked.id}").text
    for page in (form, by_link):
        assert "Endnu ikke holdt: " in page
    assert "Brug linket igen" in by_link
    assert "Brug linket igen" not in form


def test_the_consultant_mails_the_link_again(app: Flask, asked: Asked, world: World) -> None:
    consultant = sign_in(app.test_client(), "konsulent@drc.example")
    page = consultant.get("/indberetninger")
    address = f"/kommuner/{HERE}/indberetninger/{asked.id}/send"
    assert consultant.post(address, data={"csrf_token": token_of(page.text)}).status_code == 302
    with app.app_context():
        assert len(mails(f"checkin:{asked.id}")) == 2
    assert "Linket er på vej med mail til 1 person" in consultant.get("/indberetninger").text, "a worker mails it"


def test_a_group_in_the_year_so_far_sees_its_own_numbers(app: Flask, asked: Asked, client: FlaskClient) -> None:
    with app.app_context():
        path, (key, *_rest) = asked.path(), names(asked)
    post(client, path, held(key, minutes=120))
    page = client.get(f"{path}/tak").text
    figures = [int(number) for number in re.findall(r"<dd>([0-9.]+)</dd>", page)]
    same_year = month_before(asked.month).year == asked.month.year
    assert figures == ([5, 56, 30] if same_year else [1, 12, 6])


def test_an_answer_that_cannot_be_recorded_is_told_and_tried_again_by_hand(
    app: Flask, asked: Asked, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        path, (key, *_rest) = asked.path(), names(asked)
    post(client, path, held(key))
    monkeypatch.setattr("service.platform.work.leases.log.error", lambda *_args, **_values: None)
    with app.app_context():
        with monkeypatch.context() as broken:
            broken.setattr("service.activity.activities.operations.record", lambda *_args: 1 / 0)
            assert not recording.record(HERE, asked.id, 60)
        assert "ZeroDivisionError" in str(asked.inside(lambda row: row.last_error))
        with acting_for(clock([HERE])), transaction():
            row: CheckIn = queries.checkin(asked.id)
            assert row.work_state == "failed"
            leases.again(row)
        with acting_for(clock([HERE])), transaction():
            assert (HERE, asked.id) in queries.due()
        assert recording.record(HERE, asked.id, 60)
        assert len(recorded(asked)) == 1


def test_the_mail_speaks_english_to_who_reads_no_danish(app: Flask, asked: Asked) -> None:
    with app.app_context():
        with acting_for(clock([HERE])), transaction():
            letters.mail(queries.checkin(asked.id), [queries.Recipient("Kim", "kim@frivillig.example", "en")], 7)
        (mail,) = mails(f"checkin:{asked.id}:7")
        assert mail.subject.startswith("Please tell")
        assert mail.subject.endswith(" in Aabenraa")
        assert "three minutes" in mail.body
