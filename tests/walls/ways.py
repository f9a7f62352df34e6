"""Ways through the whole service, for the tests of its walls: who asks, every route with its ids, every page that links lead to."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import itertools
import re
import secrets
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import psycopg
from flask import Flask, g, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from config.embedded import Servers
from service.activity.calendars import operations as calendars
from service.activity.calendars.models import FeedKind
from service.activity.checkins import rules as checkins
from service.activity.checkins.models import CheckIn
from service.activity.finder import operations as finder
from service.activity.interests import operations as interests
from service.activity.interests.models import Interest
from service.activity.posters import operations as posters
from service.activity.posters.models import Poster
from service.desk.national import operations as national
from service.desk.national import queries as nations
from service.exchange.exports import operations as exporting
from service.exchange.filing import operations as filing
from service.exchange.filing.models import Filing
from service.exchange.imports import operations as imports
from service.exchange.imports import work as transfer_work
from service.exchange.records import writing
from service.exchange.records.kinds.base import Limits
from service.exchange.webhooks import operations as webhooks
from service.exchange.webhooks.models import WebhookMessage
from service.network.capacity import operations as capacity
from service.network.cooperation import offering
from service.network.cooperation import operations as cooperation
from service.network.cooperation import rules as cooperating
from service.network.cooperation.offer_views import ACTS as OFFER_ACTS
from service.network.needs import reallocations
from service.network.needs.models import NeedEvent
from service.network.networks import operations as networks
from service.partnership.catalogue import drafting as texts
from service.partnership.duties.models import OwedDuty
from service.partnership.partnerships.models import ScopeDraft
from service.partnership.partnerships.parts import DraftPart
from service.platform.accounts import operations as accounts
from service.platform.accounts import own_account
from service.platform.accounts.models import LoginSession, Membership
from service.platform.ledger import queries as ledger
from service.platform.logbook import operations as logbook
from service.platform.people import addresses as other_addresses
from service.platform.people import operations as people
from service.platform.people.models import Invitation
from service.platform.people.rules import Invited
from service.platform.rounds.models import SetAside, StepSetAside
from service.platform.web import links
from service.platform.web.arrival import How
from service.platform.web.errors import Conflict
from service.platform.web.identity import Role
from service.platform.web.permits import Permit, Who
from service.reporting.declarations import operations as declarations
from service.reporting.declarations.models import Declaration
from service.reporting.declarations.rules import stated
from service.reporting.drift.models import DriftFinding, DriftPaper
from service.reporting.years import operations as years
from service.reporting.years.kinds import YearKind
from service.volunteer.certificates import operations as certificates
from service.volunteer.merging import operations as merging
from service.volunteer.own_data import operations as own_data
from service.volunteer.own_data.models import OwnDataLink, OwnDataWish
from service.volunteer.volunteers import operations as volunteers
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_name
from tenants.database import Base, db, now, transaction, uuid7, vouch
from tenants.models import Partnership
from tenants.reach import Office, Reach, clock
from tests.support.cooperation import paper_made, whole_draft
from tests.support.forms import forms_of
from tests.support.pages import pdf_text, token_of
from tests.support.telling import readable, tell
from tests.support.world import EMPTY, HERE, THERE, Place, World, group_of, share_network_with, share_with, volunteer_of

SECRETARIAT, CONSULTANT, MANAGER, STAFF, VISITOR = "secretariat", "consultant", "manager", "staff", "visitor"
EVERYBODY = {SECRETARIAT, CONSULTANT, MANAGER, STAFF}
LET: dict[Who, set[str]] = {
    Who.PUBLIC: {*EVERYBODY, VISITOR},
    Who.LINK: {*EVERYBODY, VISITOR},
    Who.SIGNED_IN: EVERYBODY,
    Who.DRC: {SECRETARIAT, CONSULTANT},
    Who.SECRETARIAT: {SECRETARIAT},
    Who.MANAGER: {MANAGER},
    Who.MUNICIPALITY: EVERYBODY,
    Who.LINK: {*EVERYBODY, VISITOR},
}
NOTED_BY_READING = {
    ("api_tokens", "last_used_at"),
    ("login_sessions", "last_seen_at"),
    ("feeds", "last_used_on"),
    ("group_feeds", "last_used_on"),
}
ASIDE = {"cause": "fault", "detail": "KeyError", "since": now(), "times": 1, "retry_at": now()}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
Ids = Mapping[str, tuple[str, ...]]


def lets(permit: Permit, who: str) -> bool:
    """Whether a permit lets one of the people in, as the permits' own words say it."""
    return who in LET[permit.who]


@dataclass
class Asker:
    """Somebody who asks: for pages with a browser that is signed in, of the API with a key."""

    name: str
    client: FlaskClient
    token: str = ""  # the browser's token against forgery
    key: str = ""
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the ids of what only they have

    def ask(self, verb: str, address: str, body: Any = None, *, token: str | None = None) -> TestResponse:
        """Ask. `body` goes as JSON to the API and as a form to a page, with the browser's own token unless another is given."""
        if address.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
            if verb in ("PUT", "PATCH"):
                headers["If-Match"] = "*"
            return self.client.open(address, method=verb, headers=headers, json=body)
        if verb in UNSAFE:
            given = self.token if token is None else token
            data = {**(body or {}), **({"csrf_token": given} if given else {})}
            answer = self.client.open(address, method=verb, data=data)
            if (
                address.endswith("/se-som") and answer.status_code == 302
            ):  # else all that follows is asked with other eyes
                self.client.post("/se-som/slut", data={"csrf_token": self.token})
            return answer
        return self.client.open(address, method=verb)

    def save(self, address: str, body: Mapping[str, str], *, page: str = "") -> TestResponse:
        """Send a form of something that is there, opened a moment ago: at its own address, or on another page."""
        opened = next(form for form in forms_of(self.ask("GET", page or address).text) if "version" in form.sends)
        return self.ask("POST", address, {"version": opened.sends["version"], **body})


def visitor(app: Flask) -> Asker:
    """A browser that nobody has signed in with."""
    client = app.test_client()
    return Asker(VISITOR, client, token_of(client.get("/log-ind").text))


def askers(app: Flask, world: World) -> dict[str, Asker]:
    """The four kinds of people, each with a browser and a key. How one signs in is tested elsewhere: here the session is there."""
    people = (world.secretariat, world.consultant, world.here.manager, world.here.staff)
    found = {}
    for name, person_id in zip((SECRETARIAT, CONSULTANT, MANAGER, STAFF), people, strict=True):
        client = app.test_client()
        enter(app, client, person_id)
        key, own = own_of(app, person_id)
        found[name] = Asker(name, client, form_token(app, client), key, own)
    return found


def form_token(app: Flask, client: FlaskClient) -> str:
    """The token against forgery that a browser's pages have, without a page, which takes longer than all else that an asker has."""
    with app.test_request_context():
        g.pop("csrf_token", None)  # where a test has a context open, this is the token of whoever came before
        token, raw = generate_csrf(), session["csrf_token"]
        g.pop("csrf_token")
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = raw
    return token


def enter(app: Flask, client: FlaskClient, person_id: UUID) -> str:
    """Give a browser a session of a person, and return its token."""
    token = secrets.token_urlsafe(32)
    with app.app_context(), acting_for(clock()), transaction():
        hashed = hashlib.sha256(token.encode()).digest()
        proved = {"proved_at": now(), "proved_how": How.PASSWORD.value}
        db.session.add(
            LoginSession(token_hash=hashed, person_id=person_id, created_at=now(), last_seen_at=now(), **proved)
        )
    with client.session_transaction() as cookie:
        cookie.update({"_user_id": token, "_fresh": True})
    return token


def own_of(app: Flask, person_id: UUID) -> tuple[str, dict[str, tuple[str, ...]]]:
    """What only its person has: a key, and the ids of that key and of a sign-in elsewhere."""
    with app.app_context(), acting_for(clock()), transaction():
        row, key = own_account.issue_key(person_id, "prøve")
        hashed = hashlib.sha256(key.encode()).digest()
        elsewhere = LoginSession(token_hash=hashed, person_id=person_id, created_at=now(), last_seen_at=now())
        db.session.add(elsewhere)
        db.session.flush()
        return key, {"key_id": (str(row.id),), "token_id": (str(row.id),), "sign_in_id": (str(elsewhere.id),)}


def _factor(app: Flask, person_id: UUID) -> str:
    """A second step of a person: its id."""
    key, secret = uuid7(), b"secret"
    with app.app_context(), acting_for(Reach(Office.DOOR, person_id=person_id)), transaction():
        word = vouch("added", person_id, key, "totp", secret.hex())
        db.session.execute(select(func.app.add_factor(key, "totp", "prøve", None, None, secret, 0, word)))
    return str(key)


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Every method of every route but the files of the design system: what reads first, what removes last."""
    found = [
        (verb, rule)
        for rule in app.url_map.iter_rules()
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    ]
    order = ["GET", "PUT", "PATCH", "POST", "DELETE"]
    yield from sorted(
        found, key=lambda each: (order.index(each[0]), each[1].endpoint == "accounts.sign_out", each[1].rule)
    )


def addresses(rule: Rule, ids: Ids) -> Iterator[str]:
    """The addresses of a route with each of the ids. Raises LookupError for a parameter that nobody has an id for.

    An id that one feature's routes take and others do not is known by the feature's name as well: `declarations.token`.
    """
    names = sorted(rule.arguments)
    feature = rule.endpoint.partition(".")[0]
    ids = {name: ids.get(f"{feature}.{name}") or ids.get(name, ()) for name in names}
    missing = [name for name in names if not ids[name]]
    if missing:
        raise LookupError(f"{rule.rule}: no id for {', '.join(missing)}: add one to `ids_of`")
    for values in itertools.product(*(ids[name] for name in names)):
        address = rule.rule
        for name, value in zip(names, values, strict=True):
            address = re.sub(rf"<(?:\w+:)?{name}>", value, address)
        yield address


def set_aside(app: Flask, *codes: str) -> None:
    """Let a step of unattended work be set aside in those municipalities."""
    for code in codes:
        with app.app_context(), acting_for(clock([code])), transaction():
            db.session.add(SetAside(municipality_code=code, step="drift.check", **ASIDE))


def filed(place: Place) -> Filing:
    """A paper of a place that waits to be sent to where it files."""
    filing.set_address(place.code, f"journal@{place.canary}.example", place.manager)
    row = Filing(municipality_code=place.code, document_id=place.document, recipient="journal", owed_at=now())
    db.session.add(row)
    db.session.flush()
    return row


def told_of(place: Place) -> WebhookMessage:
    """A paper of a place that a system waits to be told of."""
    hook, _secret = webhooks.make(place.code, f"https://{place.canary}.example/", place.manager)
    row = WebhookMessage(municipality_code=place.code, webhook_id=hook.id, document_id=place.document, owed_at=now())
    db.session.add(row)
    db.session.flush()
    return row


def year_paper(place: Place, month: dt.date) -> UUID:
    """A paper of a year of a place, issued: the case of the one month that is told. Needs an application context."""
    with acting_for(clock([place.code])), transaction():
        key = years.put(place.code, YearKind.CASE, month.year, month, month, ready=True)
    assert key
    assert years.make(place.code, key, 60)
    return key


def national_year() -> UUID:
    """DRC's paper of a year that is over: one for the country. Needs an application context."""
    with acting_for(clock()), transaction():
        national.put(day_of(now()).year - 1, 1)
        row = nations.newest_year(day_of(now()).year - 1)
        assert row
        key = row.id
    national.make(key, 60)
    return key


def ids_of(app: Flask, world: World, place: Place) -> dict[str, tuple[str, ...]]:
    """What can stand in an address, of one municipality. Makes a group and a key of its own; those of the world are shared or none."""
    with app.app_context(), acting_for(clock([place.code])), transaction():
        group = networks.create(group_of(f"Gruppen {place.canary}", place.code, contact=f"ring {place.canary}"))
        share = share_with(place.code, group, since=world.month)
        network = networks.create_network({"name": f"Netværket {place.canary}", "kind": "theme", "about": ""})
        networks.join(network.id, group.id)
        share_network_with(place.code, network, group)
        aside = SetAside(municipality_code=place.code, step="drift.check", **ASIDE)
        db.session.add(aside)
        db.session.merge(StepSetAside(step="merges.forget", **ASIDE))
        db.session.flush()
        entry_id = str(db.session.scalars(ledger.entries(place.code).limit(1)).one().id)
        network_id = str(network.id)
        signed = {"signed_on": world.month, "starts_on": None, "ends_on": None}
        cooperation_id = str(cooperation.note(group.id, signed).id)
        capacity.note(group.id, {"network_family": 1})  # given to the need below: none is left to be offered
        answer = {"group_id": group.id, "number": 1, "remark": f"Svar {place.canary}"}
        move_id = str(reallocations.answer(place.need, answer).id)
        note_id = str(db.session.query(NeedEvent).first().id)  # type: ignore[union-attr]
        checkin = checkin_of(place, group.id, world.month)
        draft = db.session.query(ScopeDraft).one().id
        partnership = db.session.query(Partnership).one().id
        group_id, share_id = str(group.id), str(share.id)
        feed, token = calendars.make(place.code)
        group_feed, group_token = calendars.make_for_group(group.id)
        paper_feed, paper_token = calendars.make(place.code, kind=FeedKind.PAPERS)
        public = posters.publish(place.activity, public=True, contact=True)
        shown = {"shown": True, "contact": True, "about": "Vi er her.", "agreed_on": day_of(now())}
        found = finder.publish(world.shared_group, **shown)  # type: ignore[arg-type] # by name
        outside = {
            "feed_id": (str(feed.id), str(group_feed.id)),
            "feed_token": (token, group_token),
            "paper_feed_id": (str(paper_feed.id),),
            "paper_feed_token": (paper_token,),
            "public_id": (str(public.public_id),),
            "finder.public_id": (found.public_id,),
        }
        finding_id = str(db.session.query(DriftFinding).first().id)  # type: ignore[union-attr]
        drift_paper_id = str(db.session.query(DriftPaper).one().id)
        poster_id = str(db.session.query(Poster).first().id)  # type: ignore[union-attr]
        declaration_id = str(db.session.query(Declaration).first().id)  # type: ignore[union-attr]
        sample_id = str(logbook.draw(uuid7(), day_of(now()), day_of(now())).id)
        duty_id = str(db.session.query(OwedDuty).first().id)  # type: ignore[union-attr]
        with suppress(Conflict):  # one for the country
            texts.begin("partnership", world.secretariat)
        filing_id = str(filed(place).id)
        webhook_id = str(told_of(place).webhook_id)
    with app.app_context():
        year_paper_id, national_year_id = str(year_paper(place, world.month)), str(national_year())
    offer_id, answer_link, paper_link = _offered(app, world, place, UUID(group_id))
    new_group_id, draft_id = _drafted(app, world, place)
    managers, factor_id = own_of(app, place.manager)[1], _factor(app, place.manager)
    import_id = _import(app, world, place)
    export_ids = _exports(app, world, place)
    with app.app_context():
        token = links.token(links.Link(checkins.PURPOSE, (place.code,), checkin))
    return {
        "municipality_code": (place.code,),
        "draft_part": tuple(part.value for part in DraftPart),
        "agreement_id": (str(place.agreement), str(place.offered), str(draft)),
        "document_id": (str(place.document), str(place.statement_document)),
        "activity_id": (str(place.activity),),
        "session_id": (str(place.session),),
        "statement_id": (str(place.statement),),
        "work_kind": (
            "opgoerelse",
            "aftale",
            "checkin",
            "erklaering",
            "papir",
            "plakat",
            "mail",
            "journal",
            "system",
            "aarspapir",
        ),
        "work_id": (str(place.statement), str(checkin), declaration_id, drift_paper_id, poster_id, year_paper_id),
        "year_paper_id": (year_paper_id,),
        "national_year_id": (national_year_id,),
        "partnership_id": (str(partnership),),
        "group_id": (group_id,),
        "share_id": (share_id,),
        "duty_id": (duty_id,),
        "sample_id": (sample_id,),
        "poster_id": (poster_id,),
        "declaration_id": (declaration_id,),
        "finding_id": (finding_id,),
        "drift_paper_id": (drift_paper_id,),
        "network_id": (network_id,),
        "cooperation_id": (cooperation_id,),
        "cooperation_offers.group_id": (group_id, new_group_id),
        "api_cooperation-offers.group_id": (group_id, new_group_id),
        "offer_id": (offer_id, draft_id),
        "cooperation_answers.token": (answer_link, paper_link),
        "cooperation_offers.act": tuple(OFFER_ACTS),
        "need_id": (str(place.need),),
        "move_id": (move_id,),
        "note_id": (note_id,),
        "entry_id": (entry_id,),
        "import_id": (import_id,),
        "export_id": export_ids,
        "filing_id": (filing_id,),
        "webhook_id": (webhook_id,),
        "year": (str(day_of(now()).year),),
        "number": ("2",),
        "text_kind": ("partnerskab",),
        "text_version": ("2",),
        "clause_key": ("purpose",),
        "step": ("importer", "fortryd", "spring-over", "alle-nye", "igen"),
        "checkin_id": (str(checkin),),
        "token": (token,),
        **managers,
        "factor_id": (factor_id,),
        "provider_id": (str(UUID(int=7)),),  # of a way in that this place does not have
        "month": (month_name(world.month),),
        "aside_id": (str(aside.id),),
        "step_name": ("merges.forget",),
        **outside,
        **volunteers_of(app, place, UUID(group_id)),
        **people_of(app, place),
        "deed": (
            "ja",
            "nej",
            "afslut",
            "naboer",
            "ind",
            "ud",
            "ja-tak",
            "paa-plads",
            "traek",
            "giv-tilbage",
            "fjern-noter",
            "gjort",
            "fortryd",
        ),
        "contact_side": ("kommunen", "municipality"),
        "act": ("godkend", "afvis", "traek-tilbage"),
        "way": ("opsigelse", "aftalt", "ophaevelse"),
    }


def _drafted(app: Flask, world: World, place: Place) -> tuple[str, str]:
    """A new group, and the draft of its cooperation agreement."""
    with app.app_context(), acting_for(clock([place.code])), transaction():
        group = networks.create(group_of(f"Ny gruppe {place.canary}", place.code))
        return str(group.id), str(whole_draft(group.id, world.secretariat).id)


def _offered(app: Flask, world: World, place: Place, group_id: UUID) -> tuple[str, str, str]:
    """A cooperation agreement that is offered to a group, the link to answer it by, and that to its paper."""
    with app.app_context():
        with acting_for(clock([place.code])), transaction():
            duties = f"at mødes {place.canary}"
            offer_id = whole_draft(group_id, world.secretariat, group_duties=duties).id
            offering.offer(offer_id, world.secretariat)
        paper_made(place.code, offer_id)
        with acting_for(clock([place.code])), transaction():
            link_id = offering.send_link(offer_id)[0].link_id
        assert link_id
        answer, paper = (
            links.token(links.Link(purpose, (place.code,), key))
            for purpose, key in ((cooperating.PURPOSE, link_id), (cooperating.PAPER_PURPOSE, offer_id))
        )
    return str(offer_id), answer, paper


def people_of(app: Flask, place: Place) -> dict[str, tuple[str, ...]]:
    """A municipality's manager, the role, and two who are invited: one DRC keeps, the other the municipality."""
    with app.app_context(), acting_for(clock([place.code])), transaction():
        invitation_id, of_staff = (
            people.invite(Invited(f"{role}.{place.code}@ny.example", f"Ny {place.canary}", role, place.code))
            for role in (Role.MANAGER, Role.STAFF)
        )
        link = people.seal(invitation_id)
        asked = select(func.app.ask_address(place.manager, f"ny.{place.code}@ny.example"))
        address = other_addresses.seal(db.session.scalars(asked).one())
        membership_id = db.session.query(Membership.id).filter_by(person_id=place.manager).scalar()
        invited_id = db.session.query(Invitation.person_id).filter_by(id=invitation_id).scalar()
    deeds = ("igen", "traek-tilbage")
    return {
        "person_id": (str(place.manager), str(invited_id)),
        "membership_id": (str(membership_id),),
        "people.invitation_id": (str(invitation_id),),
        "staff.invitation_id": (str(of_staff),),
        "invitations.token": (link.rpartition("/")[2],),
        "addresses.token": (address.rpartition("/")[2],),
        "people.deed": deeds,
        "staff.deed": deeds,
    }


def _import(app: Flask, world: World, place: Place) -> str:
    """A file that was sent: HERE's by the consultant, who sees no other's."""
    with app.app_context():
        with acting_for(clock()), transaction():
            sender = accounts._identity(world.consultant if place.code == HERE else world.secretariat, "", None, now())
            assert sender is not None
        with acting_for(sender.reach), transaction():
            rows = (
                f"Navn;Type;Kommune\nGruppen {place.canary} i en fil;forening;{place.code}\nUden type;;{place.code}\n"
            )
            key = imports.receive("groups", "fil.csv", rows.encode(), sender).id
        assert transfer_work.work(key, 60)
    return str(key)


def _exports(app: Flask, world: World, place: Place) -> tuple[str, ...]:
    """Files that were made: HERE's for the consultant and for the secretariat, as each sees their own alone; THERE's for the latter."""
    found = []
    for person_id in (world.consultant, world.secretariat) if place.code == HERE else (world.secretariat,):
        with app.app_context():
            with acting_for(clock()), transaction():
                asker = accounts._identity(person_id, "", None, now())
                assert asker is not None
            with acting_for(asker.reach), transaction():
                key = exporting.ask("groups", "csv", Limits(municipality_code=place.code), asker).id
            assert exporting.make(key, 60)
        found.append(str(key))
    return tuple(found)


def volunteers_of(app: Flask, place: Place, group_id: UUID) -> dict[str, tuple[str, ...]]:
    """What can stand in an address of DRC's volunteers: two persons, one merged into the first, a role, a certificate; and a link."""
    with app.app_context(), acting_for(clock([place.code])), transaction():
        one, other, lost = (
            volunteers.create(volunteer_of(f"{name} {place.canary}", place.code), anyway=True)
            for name in ("Kim", "Bo", "Eli")
        )
        certificate = certificates.verify(one.id, now().date())
        role = volunteers.start_role(one.id, {"group_id": group_id, "role": "member"})
        merge = merging.merge(one.id, lost.id)
        declaration = Declaration(
            municipality_code=place.code,
            group_id=group_id,
            year=now().year - 1,
            ask_id=uuid7(),
            group_name=f"Gruppen {place.canary}",
            states=stated([now().date()]),
            asked_at=now(),
        )
        link = OwnDataLink(email="", volunteer_id=one.id, asked_at=now(), work_state="done", sent_at=now())
        wish = OwnDataWish(volunteer_id=one.id, kind="correct", words=place.canary, asked_at=now())
        interest = Interest(
            municipality_code=place.code,
            name=place.canary,
            email=f"vil@{place.canary}.example",
            phone="",
            themes=["mentor"],
            weekdays=["TU"],
            language="da",
            consent="Ja.",
            asked_at=now(),
            sent_at=now(),
            confirmed_at=now(),
            work_state="done",
        )
        db.session.add_all((declaration, link, wish, interest))
        db.session.flush()
        return {
            "interest_id": (str(interest.id),),
            "interests.token": (interests.prepare(interest).rpartition("/")[2],),
            "own_data.token": (own_data.prepare(link, one, "da").rpartition("/")[2],),
            "wish_id": (str(wish.id),),
            "volunteer_id": (str(one.id),),
            "other_id": (str(other.id),),
            "role_id": (str(role.id),),
            "certificate_id": (str(certificate.id),),
            "merge_id": (str(merge.id),),
            "declarations.token": (links.token(links.Link(declarations.PURPOSE, (place.code,), declaration.ask_id)),),
        }


def checkin_of(place: Place, group_id: UUID, month: dt.date) -> UUID:
    """A check-in of a group in a municipality, asked of the month before, or of this one while the link to that is closed."""
    today = day_of(now())
    row = CheckIn(
        municipality_code=place.code,
        id=uuid7(),
        group_id=group_id,
        group_name=f"Gruppen {place.canary}",
        month=month if checkins.is_open(month, today) else first_of(today),
        asked_at=now(),
        work_state="done",
    )
    db.session.add(row)
    db.session.flush()
    return row.id


class _Links(HTMLParser):
    """What a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            value for name, value in attrs if value and ((tag == "a" and name == "href") or name == "hx-get")
        ]


@dataclass
class Walk:
    """What somebody met: the answer by address, and the page that led there."""

    answers: dict[str, TestResponse] = field(default_factory=dict)
    led_by: dict[str, str] = field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        """What stands in each answer, in PDFs too."""
        return {address: text_of(answer) for address, answer in self.answers.items()}


def walk(asker: Asker, *starts: str, most: int = 800) -> Walk:
    """Follow every link within the service, from the start page on."""
    found = Walk()
    waiting = list(starts or ("/",))
    while waiting:
        address = waiting.pop(0)
        if address in found.answers:
            continue
        assert len(found.answers) < most, f"the pages do not end: {waiting[:5]}"
        answer = found.answers[address] = asker.ask("GET", address)
        leads = [answer.headers["Location"]] if 300 <= answer.status_code < 400 else []
        if answer.mimetype == "text/html":
            links = _Links()
            links.feed(answer.text)
            leads += links.found
        for lead in leads:
            parts = urlsplit(urljoin(address, lead))
            if parts.scheme or parts.netloc or parts.path.startswith("/static/"):
                continue
            if re.match(rf"/kommuner/(?!{HERE}|{THERE}|{EMPTY})", parts.path):
                continue  # DRC sees 98 municipalities of the same pages: those of the world are enough
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            found.led_by.setdefault(target, address)
            waiting.append(target)
    return found


def text_of(answer: TestResponse) -> str:
    """All the text of an answer: of a PDF what is printed and what is embedded, of a spreadsheet its cells, of a ZIP its files."""
    if answer.mimetype == "application/zip" and answer.data:
        with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
            return "\n".join(
                pdf_text(parts.read(name)) if name.endswith(".pdf") else parts.read(name).decode()
                for name in parts.namelist()
            )
    if answer.mimetype == writing.XLSX and answer.data:
        return sheet_text(answer.data)
    if answer.mimetype != "application/pdf" or not answer.data:
        return answer.text
    return pdf_text(answer.data)


def sheet_text(content: bytes) -> str:
    """The text of a spreadsheet's cells."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/"))


def stored(place: Servers) -> dict[str, tuple[int, str | None]]:
    """How many rows each table has, and the hash of them all, as unattended work for every municipality sees them."""
    found = {}
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as connection:
        tell(connection, "clock")
        codes = [row[0] for row in connection.execute("SELECT code FROM municipalities")]
        assert len(codes) == 98
        tell(connection, "clock", *codes)
        for name in readable():
            table = Base.metadata.tables[name]
            # A session and a feed note when they were last used: that is its purpose, and nothing that anyone asks for.
            columns = ", ".join(
                f'"{column.name}"' for column in table.columns if (name, column.name) not in NOTED_BY_READING
            )
            row = connection.execute(
                f"SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM (SELECT {columns} FROM \"{name}\") t"
            ).fetchone()
            assert row is not None
            found[name] = (row[0], row[1])
    return found
