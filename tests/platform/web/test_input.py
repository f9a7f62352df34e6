"""What people type, and what others send in their place: told beside the field, in Danish, with what was typed kept."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask_babel import force_locale, gettext
from markupsafe import escape
from sqlalchemy import select
from werkzeug.test import TestResponse

from config.embedded import Servers
from service.partnership.agreements import offering
from service.partnership.agreements import queries as agreement_queries
from service.partnership.partnerships.models import ScopeDraft
from service.partnership.partnerships.parts import held, part_of
from service.platform.documents.queries import document
from service.platform.web.language import day, whole_day
from tenants.acting import acting_for
from tenants.calendar import day_of, month_after
from tenants.database import db, now, transaction
from tenants.reach import clock
from tenants.scope import AgreedActivity, Every, Frequency, Payment
from tests.support.pages import pdf_text, search
from tests.support.tries import forget_tries
from tests.support.world import EMPTY, HERE, THERE, Things, World, scope
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, VISITOR, Asker, askers, stored, visitor

MARKUP = "<script>alert(1)</script>{{7*7}}${7*7}<img src=x onerror=alert(1)>'\""
SIGN = "The text holds a sign that cannot be shown. Remove it, or write the text again by hand."
LONG = "Write at most %(most)s characters."
NEEDED = "Fill in this field."
DAY = "Write a date as day-month-year, for example 31-10-2026."
MONEY = "Write the amount in kroner, for example 250.000 or 250.000,50."
OPTION = "Choose one of the options."


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    """Those who type."""
    return {VISITOR: visitor(app), **askers(app, world)}


@dataclass(frozen=True)
class Form:
    """A form: who sends it, where to, and what is right in it."""

    who: str
    address: str
    right: Mapping[str, str]


def forms(world: World) -> dict[str, Form]:
    """The forms that people write in."""
    here = f"/kommuner/{HERE}"
    activity = {
        "activity_type": "homework_help",
        "name": "Nyt",
        "place": "Huset",
        "starts_on": "01-02-2026",
        "ends_on": "",
    }
    session = {"held_on": "2026-01-07", "volunteers": "3", "volunteer_minutes": "90", "adults": "5", "children": "0"}
    return {
        "sign-in": Form(VISITOR, "/log-ind", {"email": "anna@kommune.example", "password": "x", "next": ""}),
        "draft": Form(SECRETARIAT, f"{here}/partnerskab/tekst", world.here.draft_form),
        "activity": Form(CONSULTANT, f"{here}/aktiviteter", activity),
        "session": Form(CONSULTANT, f"{here}/aktiviteter/{world.here.activity}", session),
        "decline": Form(MANAGER, f"{here}/aftaler/{world.here.offered}/afvis", {"reason": "Det passer ikke ind i år."}),
        "withdraw": Form(
            SECRETARIAT, f"{here}/aftaler/{world.here.offered}/traek-tilbage", {"reason": "Vi laver den om."}
        ),
        "notice": Form(
            MANAGER, f"{here}/aftaler/{world.here.agreement}/slut/opsigelse", {"reason": "Vi stopper ved årets udgang."}
        ),
        "key": Form(MANAGER, "/min-konto/noegler", {"name": "Fagsystemet", "purpose": "read", "days": "30"}),
    }


def send(people: Mapping[str, Asker], form: Form, typed: Mapping[str, str]) -> TestResponse:
    """Send what is right in a form, but for what is typed. Of a draft, the part that it is typed in; its form says what it held."""
    who, above = people[form.who], form.address.rpartition("/")[0]
    if not above.endswith("/partnerskab"):
        return who.ask("POST", form.address, {**form.right, **typed})
    part = next(filter(None, map(part_of, [*typed, *form.right])))
    return who.save(f"{above}/{part.value}", {**(held(form.right, part) or {}), **typed})


def danish(app: Flask, words: str, **values: object) -> str:
    """A message in Danish. It must have been translated."""
    with app.test_request_context(), force_locale("da"):
        found = str(gettext(words, **values))
    assert found != words % values, f"not translated: {words}"
    return found


WRONG = [
    ("sign-in", {"email": "a\x00b@kommune.example"}, "email", SIGN, {}),
    ("sign-in", {"email": "a\u202eb@kommune.example"}, "email", SIGN, {}),
    ("sign-in", {"email": "x" * 255}, "email", LONG, {"most": 254}),
    ("sign-in", {"email": ""}, "email", NEEDED, {}),
    ("sign-in", {"password": ""}, "password", NEEDED, {}),
    ("sign-in", {"password": "x" * 1001}, "password", LONG, {"most": 1000}),
    ("sign-in", {"email": MARKUP, "password": "\x00"}, "password", SIGN, {}),
    ("draft", {"purpose": "a\x00b"}, "purpose", SIGN, {}),
    ("draft", {"purpose": "Formål \u202enet"}, "purpose", SIGN, {}),
    ("draft", {"purpose": "x" * 1001}, "purpose", LONG, {"most": 1000}),
    ("draft", {"ends_on": MARKUP, "starts_on": MARKUP}, "starts_on", DAY, {}),
    ("draft", {"starts_on": "30-02-2026"}, "starts_on", DAY, {}),
    ("draft", {"ends_on": ""}, "ends_on", NEEDED, {}),
    ("draft", {"level": "admin"}, "level", OPTION, {}),
    (
        "draft",
        {"activities-0-times": "１"},
        "activities-0-times",
        "Write a whole number from %(low)s to %(high)s.",
        {"low": 1, "high": 366},
    ),
    ("draft", {"activities-1-place": f"{MARKUP}\u200b"}, "activities-1-place", SIGN, {}),
    ("draft", {"activities-0-starts_on": "i morgen"}, "activities-0-starts_on", DAY, {}),
    ("draft", {"amounts-0-ore": "1,400"}, "amounts-0-ore", MONEY, {}),
    ("draft", {"instalments-0-ore": "NaN"}, "instalments-0-ore", MONEY, {}),
    (
        "draft",
        {"municipality_contact-email": "anna"},
        "municipality_contact-email",
        "Write an e-mail address, for example anna@kommune.dk.",
        {},
    ),
    (
        "draft",
        {"drc_contact-phone": "１２３４５６７８"},
        "drc_contact-phone",
        "Write a phone number, for example 12 34 56 78.",
        {},
    ),
    (
        "draft",
        {"notice_months": "1e3"},
        "notice_months",
        "Write a whole number from %(low)s to %(high)s.",
        {"low": 1, "high": 24},
    ),
    ("activity", {"name": "a\x00b"}, "name", SIGN, {}),
    ("activity", {"name": "a\u2067b", "place": MARKUP}, "name", SIGN, {}),
    ("activity", {"place": "x" * 121}, "place", LONG, {"most": 120}),
    ("activity", {"name": MARKUP, "starts_on": "13-13-2026"}, "starts_on", DAY, {}),
    ("activity", {"activity_type": MARKUP[:50]}, "activity_type", OPTION, {}),
    ("session", {"held_on": "\x00"}, "held_on", DAY, {}),
    (
        "session",
        {"adults": "1_000"},
        "adults",
        "Write a whole number from %(low)s to %(high)s.",
        {"low": 0, "high": 5000},
    ),
    (
        "session",
        {"children": "-1"},
        "children",
        "Write a whole number from %(low)s to %(high)s.",
        {"low": 0, "high": 5000},
    ),
    (
        "session",
        {"volunteers": "9" * 5000},
        "volunteers",
        "Write a whole number from %(low)s to %(high)s.",
        {"low": 0, "high": 500},
    ),
    ("session", {"held_on": "01-01-2090"}, "held_on", "The day has not come yet.", {}),
    *(
        (form, {"reason": reason}, "reason", words, values)
        for form in ("decline", "withdraw", "notice")
        for reason, words, values in (
            ("a\x00bcdef", SIGN, {}),
            ("Vi vil \u202eikke", SIGN, {}),
            (MARKUP + "x" * 600, LONG, {"most": 600}),
            ("", NEEDED, {}),
            ("nej", "Write a reason, so that the other party knows why.", {}),
        )
    ),
    ("key", {"name": f"{MARKUP}\x1b"}, "name", SIGN, {}),
    ("key", {"name": "x" * 81}, "name", LONG, {"most": 80}),
]
NOT_SHOWN = {
    "password",
    "level",
    "activity_type",
}  # what nobody is shown again; choices, of which only the real ones can be shown


def faults(answer: TestResponse, typed: Mapping[str, str], field: str, message: str) -> list[str]:
    """What a form's answer to something wrong lacks."""
    page = answer.text
    found = [] if answer.status_code == 422 else [f"status {answer.status_code}"]
    beside = re.search(rf'id="{re.escape(field)}-error">(.*?)</span>(?!\s*\S*sr-only)([^<]*)', page, re.DOTALL)
    if beside is None or message not in html.unescape(
        re.sub(r"<[^>]+>", "", page[beside.start() : beside.start() + 2000])
    ):
        found.append(f"not told beside {field}: {message}")
    shown = html.unescape(page)
    for name, value in typed.items():
        if name not in NOT_SHOWN and value and value not in shown:
            found.append(f"{name} is not kept")
        if value and re.search(r"[<>&\"']", value) and value in page:
            found.append(f"{name} is markup")
    return found


@pytest.mark.parametrize("form", ["sign-in", "draft", "activity", "session", "decline", "withdraw", "notice", "key"])
def test_what_is_wrong_is_told_beside_its_field_in_danish_and_what_was_typed_is_kept(
    app: Flask, world: World, people: dict[str, Asker], place: Servers, form: str
) -> None:
    """And nothing is written, but for a draft, which is kept as typed and means nothing yet."""
    sent = forms(world)[form]
    before = stored(place)
    for which, typed, field, words, values in WRONG:
        if which != form:
            continue
        forget_tries(place.database_owner_url)
        answer = send(people, sent, typed)
        assert faults(answer, typed, field, danish(app, words, **values)) == [], (form, typed)
    changed = {name for name, rows in stored(place).items() if rows != before[name]}
    assert changed == ({"scope_drafts"} if form == "draft" else set())
    if form == "draft":
        with app.app_context(), acting_for(clock([HERE])), transaction():
            kept = db.session.scalars(select(ScopeDraft)).one()
            assert kept.stored_scope is None
            assert kept.form["notice_months"] == "1e3"


def test_the_control_the_same_forms_sent_right_are_taken(world: World, people: dict[str, Asker]) -> None:
    """It is the fields above that were wrong. "notice" comes before nothing else, "withdraw" not after "decline"."""
    for name, form in forms(world).items():
        if name not in ("sign-in", "withdraw"):
            assert send(people, form, {}).status_code in (200, 302), name


def test_the_control_an_answer_that_lacks_something_is_told(world: World, people: dict[str, Asker]) -> None:
    sent = forms(world)["key"]
    typed = {"name": f"{MARKUP}\x1b"}
    answer = people[MANAGER].ask("POST", sent.address, typed)
    assert faults(answer, typed, "name", "another message") == ["not told beside name: another message"]
    assert faults(answer, typed, "other", "x") == ["not told beside other: x"]
    assert faults(answer, {"name": "something else"}, "name", "Fjern det")[-1] == "name is not kept"
    answer.set_data(answer.get_data(as_text=True).replace(str(escape(typed["name"])), typed["name"]))
    del answer.__dict__["text"]
    assert "name is markup" in faults(answer, typed, "name", "Fjern det")


EXTRA = (
    "municipality_code",
    "id",
    "state",
    "role",
    "person_id",
    "_schema",
    "__class__",
    "level-x",
    "activities",
    "x-0-y",
)


@pytest.mark.gate("15.3.3")
def test_a_field_that_the_form_does_not_have_is_refused(world: World, people: dict[str, Asker], place: Servers) -> None:
    """Nobody sends a municipality, a role or a state along."""
    before = stored(place)
    for name, sent in forms(world).items():
        for extra in EXTRA[: 9 if name == "sign-in" else None]:  # ten wrong sign-ins are the limit
            answer = send(people, sent, {extra: THERE})
            assert answer.status_code == 422, (name, extra)
    assert {name for name, rows in stored(place).items() if rows != before[name]} == {"scope_drafts"}


def test_strange_names_of_fields_break_no_form(app: Flask, world: World, people: dict[str, Asker]) -> None:
    """Names that only look like rows, or are two things at once: refused, and the page still stands."""
    sent = forms(world)["draft"]
    strange = [
        "activities-²-place",
        "activities-٣-place",
        f"activities-{'9' * 150}-place",
        "activities--place",
        "-",
        "--",
        "activities-0",
    ]
    for action in ("save", "preset", "add-activities", "remove-activities-0", "add-\x00", "x" * 1000):
        answer = send(people, sent, {**dict.fromkeys(strange, "x"), "action": action})
        assert answer.status_code in (200, 422), action
    with app.app_context(), acting_for(clock([HERE])), transaction():
        kept = db.session.scalars(select(ScopeDraft)).one().form
    assert set(strange) & set(kept) <= {"activities-0", "activities--place"}
    assert people[SECRETARIAT].ask("GET", sent.address).status_code == 200


def test_a_form_of_thousands_of_fields_is_answered(world: World, people: dict[str, Asker]) -> None:
    """With no more rows than it takes to refuse them."""
    many = {f"activities-{number}-place": f"sted {number}" for number in range(3000)}
    for action in ("save", "add-targets"):
        answer = send(people, Form(SECRETARIAT, f"/kommuner/{HERE}/partnerskab/aktiviteter", many), {"action": action})
        assert answer.status_code in (200, 422)
        assert "sted 60" in answer.text
        assert "sted 100" not in answer.text


@pytest.mark.gate("5.2.1")
def test_too_much_at_once_is_refused_everywhere(
    app: Flask, world: World, people: dict[str, Asker], place: Servers
) -> None:
    """More than two megabytes, in whatever form it comes."""
    before = stored(place)
    too_much = "x" * (2 * 1024 * 1024)
    for name, form in forms(world).items():
        answer = people[form.who].ask("POST", form.address, {**form.right, next(iter(form.right)): too_much})
        assert answer.status_code == 413, name
        assert danish(app, "That is too much at once") in answer.text
    manager = people[MANAGER]
    for parts in (
        {"csrf_token": manager.token, 'file"; filename="papir.pdf': too_much},
        {f"felt{number}": "x" for number in range(3100)},
    ):
        body = "".join(
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items()
        )
        answer = manager.client.post(
            "/verificer", data=f"{body}--x--\r\n", content_type="multipart/form-data; boundary=x"
        )
        assert answer.status_code == 413
    answer = people[CONSULTANT].ask("POST", "/api/v1/activities", {"name": too_much})
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert stored(place) == before


NO_FORMS = [
    ("application/x-www-form-urlencoded", b"csrf_token=%ff%fe&email=%C3%28&password=%"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfee\x00m\x00"),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nnever ends'),
    ("application/json", b'{"email": "a", "password": "b"}'),
    ("application/json", b"{" * 100_000),
    ("text/xml", b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"),
    ("", b"\x00" * 100),
]


def test_what_is_not_a_form_is_refused(people: dict[str, Asker]) -> None:
    """Without a token in it that can be read: 400, and never 500."""
    for content_type, body in NO_FORMS:
        for who in (VISITOR, MANAGER):
            answer = people[who].client.post("/log-ind", data=body, content_type=content_type)
            assert answer.status_code == 400, (content_type, body[:40])


NO_CALLS = [
    (b"", 422),
    (b"[]", 422),
    (b"null", 422),
    (b'"x"', 422),
    (b"{", 400),
    (b'{"name": NaN}', 400),
    (b"\xff\xfe", 400),
    (b"[" * 100_000, 400),
    (b'{"name": "\\ud800", "municipality_code": "0580"}', 422),
    (b'{"name": "\\u0000", "municipality_code": "0580"}', 422),
    (b'{"name": {"$gt": ""}, "municipality_code": ["0580"], "starts_on": 20260101, "place": true}', 422),
    (b'{"municipality_code": 580}', 422),
    (b'{"name": "x", "role": "secretariat"}', 422),
    (b'{"adults": 1e400}', 422),
    (b'{"adults": ' + b"9" * 6000 + b"}", 400),
]


def test_a_program_is_told_in_danish_and_by_field(app: Flask, people: dict[str, Asker], place: Servers) -> None:
    before = stored(place)
    consultant = people[CONSULTANT]
    for body, status in NO_CALLS:
        answer = consultant.client.post(
            "/api/v1/activities",
            data=body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {consultant.key}"},
        )
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), body[:40]
        told = json.loads(answer.data)
        assert told["status"] == status
        if status == 422:
            assert told["errors"]
            assert all(isinstance(message, str) for messages in told["errors"].values() for message in messages)
            assert told["title"] == danish(app, "That cannot be done")
    assert stored(place) == before


@pytest.mark.gate("1.2.1", "1.3.7")
def test_markup_in_names_is_text_on_every_page_and_in_the_paper(
    app: Flask, world: World, people: dict[str, Asker]
) -> None:
    """What is allowed to be typed is shown as it was typed: on lists, on the agreement, in its PDF and in what the other party reads."""
    text = MARKUP[:100]
    today = day_of(now())
    starts = month_after(today.replace(day=1))
    wanted = scope(
        today,
        text,
        starts_on=starts,
        targets=(),
        payment=Payment(),
        activities=(
            AgreedActivity(
                "homework_help", text, Frequency(1, Every.WEEK), starts, starts.replace(year=starts.year + 1)
            ),
        ),
        ends_on=starts.replace(year=starts.year + 1),
    )
    with app.app_context():
        with acting_for(clock([EMPTY])), transaction():
            agreement = offering.offer(EMPTY, wanted, world.secretariat).id
        assert offering.make_paper(EMPTY, agreement, 60)
        with acting_for(clock([EMPTY])), transaction():
            paper = agreement_queries.agreement(agreement).document_id
            assert paper is not None
            printed = re.sub(r"\s+", "", pdf_text(document(paper, content=True).content))
    assert "<script>alert(1)</script>{{7*7}}${7*7}" in printed
    assert "49" not in re.sub(r"\d{3,}", "", printed.split("{{7*7}}")[0][-200:])

    started = people[CONSULTANT].ask(
        "POST",
        f"/kommuner/{HERE}/aktiviteter",
        {"activity_type": "homework_help", "name": text, "place": text, "starts_on": "01-02-2026"},
    )
    assert started.status_code == 302
    declined = people[MANAGER].ask("POST", f"/kommuner/{HERE}/aftaler/{world.here.offered}/afvis", {"reason": text})
    assert declined.status_code == 302
    for who, address in (
        (SECRETARIAT, f"/kommuner/{EMPTY}/aftaler/{agreement}"),
        (CONSULTANT, started.headers["Location"]),
        (MANAGER, started.headers["Location"]),
        (MANAGER, f"/kommuner/{HERE}/aktiviteter"),
        (MANAGER, f"/kommuner/{HERE}/aftaler/{world.here.offered}"),
        (SECRETARIAT, f"/kommuner/{HERE}/aftaler/{world.here.offered}"),
    ):
        page = people[who].ask("GET", address).text
        assert str(escape(text)) in page, address
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address


SLIPPED_IN = [
    "' OR '1'='1",
    "k%m",
    "_ruppen",
    "l_der",
    "') OR TRUE --",
    "x'; DELETE FROM groups; --",
    "$$ OR $$",
    ":name",
    "{0}",
]
SEARCHED = {
    "/frivillige": "kim",
    "/api/v1/volunteers": "kim",
    "/grupper": "gruppen",
    "/api/v1/groups": "gruppen",
    "/medarbejdere": "leder",
}


@pytest.mark.gate("1.2.4")
def test_what_is_searched_for_is_a_value_and_no_part_of_the_query(things: Things, people: dict[str, Asker]) -> None:
    """What would be a part finds nothing; what is there is found by its own letters."""
    for address, there in SEARCHED.items():
        assert found_by(people[SECRETARIAT], address, there), address
        for words in SLIPPED_IN:
            assert found_by(people[SECRETARIAT], address, words) == set(), (address, words)


def found_by(asker: Asker, address: str, words: str) -> set[str]:
    """What a list holds when words are searched for, by id."""
    key = {"Authorization": f"Bearer {asker.key}"} if address.startswith("/api/") else {}
    api = address.startswith("/api/")
    found = f"{address}?{urlencode({'q': words})}" if api else search(asker.client, address, words)
    answer = asker.client.get(found, headers=key)
    assert answer.status_code == 200, (address, words)
    if answer.is_json:
        return {item["id"] for item in json.loads(answer.data)["items"]}
    return set(re.findall(rf"{address}/([-0-9a-f]{{36}})", answer.text))


def test_danish_first_english_to_choose(app: Flask, people: dict[str, Asker]) -> None:
    """Whatever the browser prefers: the language is chosen here, and wrong choices change nothing."""
    client = app.test_client()
    page = client.get("/log-ind", headers={"Accept-Language": "en"}).text
    assert '<html lang="da">' in page
    assert danish(app, "Sign in") in page
    client.set_cookie("language", "en")
    assert '<html lang="en">' in client.get("/log-ind").text
    with app.test_request_context(headers={"Cookie": "language=en"}):
        october = dt.date(2026, 10, 31)
        assert (day(october), whole_day(october)) == ("31 October 2026", "Saturday 31 October 2026"), (
            "as the British write"
        )
    for wrong in ("xx", "", "../../etc", "da\x00"):
        client.set_cookie("language", wrong)
        assert '<html lang="da">' in client.get("/log-ind").text
    manager = people[MANAGER]
    assert manager.ask("POST", "/sprog", {"language": "en", "back": "/min-konto"}).headers["Location"] == "/min-konto"
    assert '<html lang="en">' in manager.ask("GET", "/min-konto").text
    manager.ask("POST", "/sprog", {"language": "xx"})
    assert '<html lang="en">' in manager.ask("GET", "/min-konto").text
