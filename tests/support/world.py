"""The world of the tests: two municipalities of the same shape, each with everything the other has."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from service.activity.activities import bulk
from service.activity.activities.models import Activity, ActivitySchedule, ActivitySession
from service.activity.calendars import operations as calendars
from service.activity.checkins.models import CheckIn, CheckInLine
from service.activity.posters.models import Poster
from service.network.needs import operations as needs
from service.network.networks import operations as networks
from service.network.networks.models import Group, Network
from service.network.networks.rules import GroupKind
from service.network.shares import operations as shares
from service.network.shares.models import Share
from service.network.shares.operations import Given
from service.network.shares.rules import CHOSEN
from service.partnership.agreements import offering
from service.partnership.agreements import operations as agreements
from service.partnership.agreements.models import AgreementEnd
from service.partnership.agreements.queries import agreement
from service.partnership.agreements.rules import EndState, EndWay, Party
from service.partnership.agreements.settling import Settlement
from service.partnership.duties import operations as duties
from service.partnership.followups.models import FollowUp
from service.partnership.partnerships import operations as partnerships
from service.partnership.partnerships.schemas import fields_of
from service.platform.accounts import operations as accounts
from service.platform.accounts import own_account
from service.platform.accounts.models import Membership, Person, TerritoryMunicipality
from service.platform.documents.queries import document
from service.platform.identity_providers import operations as identity_providers
from service.platform.identity_providers.rules import ProviderKind, ProviderSettings
from service.platform.web.identity import KeyPurpose
from service.platform.web.usage import Uses
from service.platform.work import leases
from service.reporting.declarations.models import Declaration
from service.reporting.declarations.rules import stated
from service.reporting.drift import operations as drift
from service.reporting.recruitment import operations as recruitment
from service.reporting.statements import operations as statements
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after, month_before
from tenants.database import db, now, transaction, uuid7
from tenants.reach import clock
from tenants.register import all_codes
from tenants.scope import (
    PRESETS,
    AgreedActivity,
    Capability,
    Contact,
    Every,
    Frequency,
    Instalment,
    LegalBasis,
    Level,
    Payment,
    Scope,
    Target,
    YearAmount,
)
from tests.support import cooperation

PASSWORD = "a long enough password"
SHOWN = tuple(aspect.value for aspect in CHOSEN)
HERE, THERE, EMPTY = ("0580", "0550", "0860")  # Aabenraa, Tønder, and Hjørring without a partnership


@functools.cache
def hashed() -> str:
    """The hash of everybody's password, made once."""
    return accounts.hash_password(PASSWORD)


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality of the world and what it has."""

    code: str
    manager: UUID
    staff: UUID
    canary: str  # a word that stands in its free texts and that no other may ever see
    agreement: UUID
    document: UUID
    offered: UUID  # an agreement that awaits the manager
    draft_form: dict[str, str]
    activity: UUID
    session: UUID
    statement: UUID
    statement_document: UUID
    need: UUID  # of five friend families, not answered


@dataclass(frozen=True, slots=True)
class World:
    """Everything there is."""

    here: Place
    there: Place
    secretariat: UUID
    consultant: UUID  # whose territory holds `here` alone
    shared_group: UUID
    month: dt.date  # the month before this one


@dataclass(frozen=True, slots=True)
class Things:
    """Ids of what can stand in an address, by the name of the parameter: what `here` has, and what `there` has."""

    mine: Mapping[str, tuple[str, ...]]
    theirs: Mapping[str, tuple[str, ...]]


def person(email: str, *memberships: tuple[str, str | None, str | None], name: str = "") -> UUID:
    """A person with memberships (role, municipality, territory)."""
    row = Person(email=email, name=name or email.split("@", maxsplit=1)[0], title="Prøve")
    db.session.add(row)
    db.session.flush()
    accounts.set_password(row.id, None, hashed())
    for role, code, territory in memberships:
        place = {"municipality_code": code, "territory": territory}
        db.session.add(Membership(person_id=row.id, role=role, **place, valid_from=dt.date(2020, 1, 1)))
    db.session.flush()
    return row.id


def scope(today: dt.date, canary: str, level: Level = Level.INTEGRATED, **changes: object) -> Scope:
    """A whole scope that can be agreed on."""
    starts, ends = dt.date(today.year - 1, 1, 1), dt.date(today.year + 1, 12, 31)
    contact = Contact(f"Kontakt {canary}", "Konsulent", "12 34 56 78", "kontakt@drc.example")
    values: dict[str, object] = {
        "level": level,
        "capabilities": PRESETS[level],
        "starts_on": starts,
        "ends_on": ends,
        "municipality_contact": Contact(
            f"Tovholder {canary}", "Koordinator", "87 65 43 21", "tovholder@kommune.example"
        ),
        "drc_contact": contact,
        "activities": (
            AgreedActivity("homework_help", f"Biblioteket {canary}", Frequency(1, Every.WEEK), starts, ends),
            AgreedActivity(
                "language_cafe",
                "Medborgerhuset",
                Frequency(1, Every.FORTNIGHT),
                starts,
                ends,
                "Caféen er uformel samtale mellem mennesker og ikke undervisning eller danskuddannelse.",
            ),
        ),
        "targets": (Target("attendances", 500, today.year),),
        "payment": Payment(
            LegalBasis.SECTION_18,
            (YearAmount(today.year, 10_000_000),),
            (Instalment(dt.date(today.year, 2, 1), 10_000_000),),
            "5790000000005",
        ),
        "purpose": f"Formål {canary}",
    }
    return Scope(**{**values, **changes})  # type: ignore[arg-type]


def group_of(name: str, *codes: str, contact: str = "") -> dict[str, Any]:
    """A group as it is sent, serving those municipalities, the first its home."""
    return {
        "name": name,
        "kind": GroupKind.LOOSE,
        "cvr": "",
        "themes": {"language_cafe", "homework_help"},
        "meets_children": False,
        "areas": [{"municipality_code": code, "part": "", "home": code == codes[0]} for code in codes],
        "places": [{"municipality_code": code, "name": "Huset", "address": ""} for code in codes],
        "contact": {"name": contact, "phone": "", "email": ""},
    }


def volunteer_of(name: str, code: str | None = None, **changes: Any) -> dict[str, Any]:
    """A volunteer as it is sent."""
    return {
        "name": name,
        "email": "",
        "phone": "",
        "languages": frozenset(),
        "home_code": code,
        "courses": [],
        **changes,
    }


def need_of(kind: str = "network_family", number: int = 5, **changes: Any) -> dict[str, Any]:
    """A need as it is sent."""
    sent = {"kind": kind, "number": number, "needed_by": None, "languages": {"ar"}, "remark": ""}
    return {**sent, **changes}


def share_with(
    code: str, group: Group, *, shows: tuple[str, ...] = SHOWN, since: dt.date = dt.date(2020, 1, 1)
) -> Share:
    """Share a group with a municipality: offered, consented to and accepted."""
    share = shares.offer(code, title=group.name, shows=shows, valid_from=since, valid_to=None, group_id=group.id)
    shares.consent(share, group.id, Given("Gruppens kontakt", since, "meeting", shows))
    return shares.answer(share.id, accepts=True, code=code)


def share_network_with(code: str, network: Network, *groups: Group) -> Share:
    """Share a network with a municipality: offered, consented to by the groups and accepted."""
    since = day_of(now())
    share = shares.offer(code, title=network.name, shows=SHOWN, valid_from=since, valid_to=None, network_id=network.id)
    for group in groups:
        shares.consent(share, group.id, Given("Gruppens kontakt", since, "meeting", SHOWN))
    return shares.answer(share.id, accepts=True, code=code)


def hold(activity: Activity, held_on: dt.date, **counts: Any) -> ActivitySession:
    """Let an activity have been held on a day, whatever the rules say of it, with the part of each municipality."""
    db.session.flush()
    key, day = uuid7(), held_on.isoformat()
    of = {"municipality_code": activity.municipality_code, "activity_id": str(activity.id)}
    bulk.add({key: {"recorded_at": now(), **counts, **of, "held_on": day}})
    return db.session.get_one(ActivitySession, (activity.municipality_code, key))


def build() -> World:
    """Make the world, by the real operations."""
    today = day_of(now())
    month = month_before(first_of(today))
    with acting_for(clock()), transaction():
        every = all_codes()
    with acting_for(clock(every)), transaction():
        secretariat = person("sekretariat@drc.example", ("secretariat", None, None))
        consultant = person("konsulent@drc.example", ("consultant", None, "Prøveland"))
        db.session.add(
            TerritoryMunicipality(territory="Prøveland", municipality_code=HERE, valid_from=dt.date(2020, 1, 1))
        )
        group = networks.create(group_of("Fællesgruppen", HERE, THERE))
        for code in (HERE, THERE):
            share_with(code, group)
        shared = group.id
    here, there = (
        _place(code, canary, today, month, secretariat)
        for code, canary in ((HERE, "kanariehvid"), (THERE, "kanariesort"))
    )
    for place in (here, there):
        _declare(place, shared)
        _check_in(place, shared, month)
        with acting_for(clock([place.code])), transaction():
            cooperation.withdrawn(place.code, shared, secretariat, f"Området {place.canary}")
    return World(here, there, secretariat, consultant, shared, month)


def _place(code: str, canary: str, today: dt.date, month: dt.date, secretariat: UUID) -> Place:
    wanted = scope(today, canary)
    with acting_for(clock([code])), transaction():
        manager = person(f"leder.{code}@kommune.example", ("manager", code, None), name=f"Leder {canary}")
        staff = person(f"medarbejder.{code}@kommune.example", ("staff", code, None))
    concluded, paper = agree(code, wanted, manager, secretariat)
    with acting_for(clock([code])), transaction():
        duties.bring_up(code, today)
    later = scope(
        today,
        canary,
        starts_on=month_after(first_of(today)),
        targets=(),
        payment=Payment(),
        activities=(
            AgreedActivity(
                "homework_help",
                "Skolen",
                Frequency(1, Every.WEEK),
                month_after(first_of(today)),
                dt.date(today.year + 1, 12, 31),
            ),
        ),
    )
    with acting_for(clock([code])), transaction():
        offered = offering.offer(code, later, secretariat).id
    assert offering.make_paper(code, offered, 60)
    with acting_for(clock([code])), transaction():
        db.session.add(_declined(code, concluded, manager, secretariat, canary))
        form = fields_of(wanted)
        partnerships.keep(code, form, wanted, secretariat)
        activity = Activity(
            municipality_code=code,
            activity_type="homework_help",
            name=f"Lektiehjælp {canary}",
            place="Biblioteket",
            starts_on=dt.date(2020, 1, 1),
        )
        db.session.add(activity)
        db.session.flush()
        db.session.add(
            ActivitySchedule(
                municipality_code=code,
                activity_id=activity.id,
                valid_from=activity.starts_on,
                rule="FREQ=WEEKLY;BYDAY=TU",
                anchor=dt.date(2020, 1, 7),
                starts=dt.time(16),
                minutes=120,
                without_holidays=True,
                without_breaks=False,
                extra=[],
                left_out=[],
            )
        )
        calendars.make(code)
        identity_providers.keep(code, ProviderKind.OIDC, ProviderSettings(issuer=f"https://login.{canary}.example"))
        failed = Poster(municipality_code=code, activity_id=activity.id, asked_at=now(), work_state=leases.FAILED)
        db.session.add(failed)
        for day in range(4):
            session = hold(
                activity,
                month + dt.timedelta(days=7 * day),
                volunteers=6,
                volunteer_minutes=720,
                adults=3 + day,
                children=8,
            )
        activity_id, session_id = activity.id, session.id
        need = needs.say(code, need_of(remark=f"Gerne i {canary}")).id
        statements.ask(month)
    assert statements.make(code, month, 1, 60)
    with acting_for(clock([code])), transaction():
        told = {"kind": "earmark", "name": "dokumentation", "year": today.year, "amount": 12_500_00, "as_of": today}
        about = {"words": f"Bilag {canary}", "told_by": secretariat, "told_at": now()}
        db.session.add(FollowUp(municipality_code=code, **told, **about))
        drift.check(code, today - dt.timedelta(days=1))
        recruitment.count([code], month)
        drift.keep_uses([Uses(code, Capability.NEEDS, today, 1)], today)
        status = drift.ask(code, secretariat).id
    assert drift.make_paper(code, status, 60)
    with acting_for(clock([code])), transaction():
        from service.reporting.statements.queries import newest

        statement = newest(code)
        assert statement is not None
        assert statement.document_id is not None
        return Place(
            code,
            manager,
            staff,
            canary,
            concluded,
            paper,
            offered,
            form,
            activity_id,
            session_id,
            statement.id,
            statement.document_id,
            need,
        )


def _check_in(place: Place, group_id: UUID, month: dt.date) -> None:
    """A check-in of the month before that was answered, with a line for one session."""
    with acting_for(clock([place.code])), transaction():
        row = CheckIn(
            municipality_code=place.code,
            id=uuid7(),
            group_id=group_id,
            group_name=f"Fællesgruppen {place.canary}",
            month=month,
            asked_at=now(),
            answered_at=now(),
            work_state="done",
        )
        db.session.add(row)
        db.session.flush()
        db.session.add(
            CheckInLine(
                municipality_code=place.code,
                checkin_id=row.id,
                activity_id=place.activity,
                held_on=month,
                answer={"state": "held"},
                session_id=place.session,
            )
        )


def _declare(place: Place, group_id: UUID) -> None:
    """A declaration of a year that is long past, with a paper that is there already: what matters is whose it is."""
    with acting_for(clock([place.code])), transaction():
        db.session.add(
            Declaration(
                municipality_code=place.code,
                group_id=group_id,
                year=2020,
                ask_id=uuid7(),
                group_name=f"Fællesgruppen {place.canary}",
                states=stated([dt.date(2020, 6, 1)] * 6),
                asked_at=now(),
                confirmed_at=now(),
                document_id=place.statement_document,
                work_state="done",
            )
        )


def _declined(code: str, agreement_id: UUID, manager: UUID, secretariat: UUID, canary: str) -> AgreementEnd:
    """An early end that DRC has proposed, and that the municipality has declined."""
    moment = now()
    return AgreementEnd(
        municipality_code=code,
        agreement_id=agreement_id,
        way=EndWay.AGREED,
        state=EndState.DECLINED,
        told_state=EndState.DECLINED,
        party=Party.DRC,
        last_day=day_of(moment),
        settlement=Settlement.BY_DAYS,
        person_id=secretariat,
        person_name="Sekretariatet",
        person_title="",
        words=f"Et forslag {canary}",
        at=moment,
        answered_by=manager,
        answered_name="Lederen",
        answered_title="",
        answered_at=moment,
        answer_remark=f"Et svar {canary}",
    )


def agree(code: str, wanted: Scope, manager: UUID, secretariat: UUID) -> tuple[UUID, UUID]:
    """Let both parties conclude an agreement: its id and that of its paper."""
    with acting_for(clock([code])), transaction():
        agreement_id = offering.offer(code, wanted, secretariat, retroactive=True).id
    assert offering.make_paper(code, agreement_id, 60)
    with acting_for(clock([code])), transaction():
        paper = agreement(agreement_id).document_id
        assert paper is not None
        shown = document(paper).sha256
    for party, who in ((Party.MUNICIPALITY, manager), (Party.DRC, secretariat)):
        with acting_for(clock([code])), transaction():
            agreements.approve(agreement_id, party, who, shown)
    return agreement_id, paper


def sign_in(client: FlaskClient, email: str) -> FlaskClient:
    """Sign in as a person of the world, through the page."""
    from tests.support.pages import token_of

    page = client.get("/log-ind")
    answer = client.post("/log-ind", data={"csrf_token": token_of(page.text), "email": email, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return client


def key_of(person_id: UUID, purpose: KeyPurpose = KeyPurpose.EVERYTHING) -> str:
    """A key for the API, of a person of the world. Needs an application context."""
    with acting_for(clock()), transaction():
        return own_account.issue_key(person_id, f"prøve {uuid7()}", purpose)[1]
