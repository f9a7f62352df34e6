"""Load the demonstration data, by the same operations that people use.

A load that was cut short is taken up where it stopped: each agreement is brought on from the state it has, and the network with
its activities, which comes last and whole, tells that nothing is missing.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import asdict
from itertools import groupby
from uuid import UUID

from sqlalchemy import select

from service.accounts import operations as people
from service.accounts import queries as accounts
from service.accounts.models import Membership, Person, TerritoryMunicipality
from service.activities import operations as activities
from service.activities.models import Activity, ActivitySession, SessionPart
from service.agreements import operations as agreements
from service.agreements import queries as agreement_queries
from service.agreements.models import Agreement
from service.agreements.rules import Party, State
from service.catalogue.queries import kinds
from service.cooperation import operations as cooperation
from service.declarations import operations as declarations
from service.demo import checkins, files, needs, network, rules, volunteers
from service.demo.rules import PlannedAgreement, Stage
from service.documents import queries as papers
from service.drift import operations as drift
from service.duties import operations as duties
from service.duties import queries as duty_queries
from service.duties.models import OwedDuty
from service.duties.rules import Side
from service.networks import operations as networks
from service.networks.models import Group
from service.networks.rules import GroupKind
from service.partnerships import operations as partnerships
from service.partnerships import queries as drafts
from service.partnerships.schemas import fields_of
from service.posters import operations as posters
from service.recruitment import operations as recruitment
from service.shares import operations as shares
from service.shares.operations import Given
from service.shares.rules import CHOSEN
from service.web.identity import Role
from tenants.calendar import DENMARK, day_of, first_of
from tenants.database import db, now, transaction, uuid7
from tenants.reach import acting_for, clock
from tenants.register import municipalities
from tenants.scope import Contact, Scope

PASSWORD = "partnerskab-demo"  # noqa: S105 - printed for everyone; there are no such accounts in production
SECRETARIAT = "sekretariat@drc.example"
TERRITORIES_FROM = dt.date(2018, 1, 1)
OFFERED_BEFORE = dt.timedelta(days=45)  # how long before its term an agreement of the past was offered
WAITING = dt.timedelta(days=6)  # how long what is offered now has waited
SHOWN_OUTSIDE = frozenset({"language_cafe", "volunteer_advice"})  # the first of these in a municipality has a poster
SHOWN = tuple(aspect.value for aspect in CHOSEN)
ALSO_SERVES = {("0580", "Sprogcafé om mandagen"): ["0550"]}  # of two municipalities, and apportioned
APPROVALS = {Stage.OFFERED: 0, Stage.ACCEPTED: 1, Stage.CONCLUDED: 2}
SIGNERS = (  # and how long after the offer they approved
    (State.OFFERED, Party.MUNICIPALITY, dt.timedelta(days=2, hours=4)),
    (State.ACCEPTED, Party.DRC, dt.timedelta(days=9, hours=1)),
)


def manager_of(code: str) -> str:
    """The address of a municipality's manager."""
    return f"leder.{code}@kommune.example"


def staff_of(code: str) -> str:
    """The address of a municipality's coordinator."""
    return f"medarbejder.{code}@kommune.example"


def load(lease_seconds: int, say: Callable[[str], None]) -> str:
    """Load the demonstration data and return a sentence on how it went. Harmless to repeat; `say` is told how far it is.

    `lease_seconds` is how long the making of a paper is held. Raises RuntimeError when the register has not been loaded or a
    paper cannot be made.
    """
    with acting_for(clock()), transaction():
        names = {row.code: row.name for row in municipalities()}
        if not names:
            raise RuntimeError("load the register of municipalities first: flask --app wsgi register load")
        known = accounts.person_by_email(SECRETARIAT) is not None
        if known and db.session.scalar(select(Group.id).limit(1)) is not None:
            return "The demonstration data is in place already."
        if not known:
            _people(names)
    say("People and territories are in place.")
    today = day_of(now())
    plans = [list(found) for _, found in groupby(files.agreements(), key=lambda plan: plan.code)]
    for number, found in enumerate(plans, 1):
        for order, plan in enumerate(found):
            _settle(plan, order, names[plan.code], today, lease_seconds)
        say(f"Agreements of {names[found[0].code]} ({number} of {len(plans)}).")
    for code in dict.fromkeys(plan.code for plan in files.agreements()):
        with acting_for(clock([code])), transaction():
            _duties(code, today)
    with acting_for(clock(names)), transaction():
        groups = _network(today)
        volunteers.load(groups, today)
        recruitment.count_owed(today)
        needs.load(groups, lambda code: _person(_consultant(code)).id, today)
        count = _activity(groups, today)
        checkins.load(today)
        confirmed = volunteers.declare(today)
    for code, declaration_id in confirmed:
        declarations.make(code, declaration_id, lease_seconds)
    for code in dict.fromkeys(plan.code for plan in files.agreements()):
        with acting_for(clock([code])), transaction():
            drift.check(code, today)  # as the timetable does daily: the first to look around sees what has drifted
    return f"The demonstration data is in place: {len(plans)} municipalities, {count} sessions. The password is {PASSWORD}."


def _people(names: dict[str, str]) -> None:
    """DRC's people, their territories, and two people for each municipality of the plan."""
    hashed = people.hash_password(PASSWORD)  # worked out once: it is slow by design

    def add(email: str, name: str, title: str, phone: str, *places: tuple[Role, str | None, str | None]) -> None:
        person = Person(email=email, name=name, title=title, phone=phone, password_hash=hashed)
        db.session.add(person)
        db.session.flush()
        db.session.add_all(
            Membership(person_id=person.id, role=r, municipality_code=code, territory=t) for r, code, t in places
        )

    add(SECRETARIAT, "Sekretariatet (demo)", "Programleder", "00 10 00 00", (Role.SECRETARIAT, None, None))
    for number, territory in enumerate(files.territories(), 1):
        phone = f"00 10 00 {number:02d}"
        place = (Role.CONSULTANT, None, territory.name)
        add(
            f"{territory.mailbox}@drc.example", f"Konsulent {territory.name} (demo)", "Regional konsulent", phone, place
        )
        db.session.add_all(
            TerritoryMunicipality(territory=territory.name, municipality_code=code, valid_from=TERRITORIES_FROM)
            for code in territory.municipalities
        )
    for code in dict.fromkeys(plan.code for plan in files.agreements()):
        phone = f"00 {code[:2]} {code[2:]}"
        add(
            manager_of(code), f"Leder {names[code]} (demo)", "Afdelingsleder", f"{phone} 01", (Role.MANAGER, code, None)
        )
        add(
            staff_of(code),
            f"Tovholder {names[code]} (demo)",
            "Integrationskoordinator",
            f"{phone} 02",
            (Role.STAFF, code, None),
        )
    both = ((Role.STAFF, "0580", None), (Role.STAFF, "0540", None))
    add(
        "faelles.soenderjylland@kommune.example",
        "Fælles medarbejder (demo)",
        "Integrationskoordinator",
        "00 40 00 01",
        *both,
    )
    db.session.flush()


def _person(email: str) -> Person:
    person = accounts.person_by_email(email)
    if person is None:
        raise RuntimeError(f"the demonstration data lacks {email}")
    return person


def _contact(email: str) -> Contact:
    person = _person(email)
    return Contact(person.name, person.title, person.phone, person.email)


def _consultant(code: str) -> str:
    return next(f"{t.mailbox}@drc.example" for t in files.territories() if code in t.municipalities)


def _settle(plan: PlannedAgreement, order: int, name: str, today: dt.date, lease_seconds: int) -> None:
    """Bring one agreement, number `order` of its municipality, as far as the plan says."""
    with acting_for(clock([plan.code])), transaction():
        month, ours, theirs = first_of(today), _contact(_consultant(plan.code)), _contact(staff_of(plan.code))
        scope = rules.scope_of(plan, files.activities_of(plan.key), kinds(), month, theirs, ours)
        if plan.stage is Stage.DRAFT:
            _draft(plan.code, scope)
            return
        agreement_id = _offered(plan, order, scope, today)
    agreements.make_paper(plan.code, agreement_id, lease_seconds)
    _wait_for_paper(plan.code, agreement_id, lease_seconds, name)
    with acting_for(clock([plan.code])), transaction():
        for state, party, later in SIGNERS[: APPROVALS[plan.stage]]:
            agreement = agreement_queries.agreement(agreement_id, plan.code)
            if agreement.state == state and agreement.document_id is not None:
                signer = manager_of(plan.code) if party is Party.MUNICIPALITY else SECRETARIAT
                shown = papers.document(agreement.document_id)
                at = _offered_at(plan, scope, today) + later
                agreements.approve(agreement_id, party, _person(signer).id, shown.sha256, plan.code, at=at)


def _draft(code: str, scope: Scope) -> None:
    if drafts.draft(code) is None:
        scope = partnerships.fit(scope)
        partnerships.keep(code, dict(fields_of(scope)), scope, _person(_consultant(code)).id)


def _offered(plan: PlannedAgreement, order: int, scope: Scope, today: dt.date) -> UUID:
    """The id of the agreement, offered now or by a load that was cut short."""
    own = select(Agreement.id).where(Agreement.municipality_code == plan.code)
    before = db.session.scalars(own.order_by(Agreement.starts_on)).all()
    if len(before) > order:
        return before[order]
    person = _person(_consultant(plan.code))
    return agreements.offer(plan.code, scope, person.id, at=_offered_at(plan, scope, today), retroactive=True).id


def _offered_at(plan: PlannedAgreement, scope: Scope, today: dt.date) -> dt.datetime:
    day = scope.starts_on - OFFERED_BEFORE if plan.stage is Stage.CONCLUDED else today - WAITING
    return dt.datetime.combine(day, dt.time(10), DENMARK)


def _wait_for_paper(code: str, agreement_id: UUID, seconds: int, name: str) -> None:
    """A worker that heard the doorbell may be making the paper. Raises RuntimeError when it does not come."""
    until = time.monotonic() + seconds
    while True:
        with acting_for(clock([code])), transaction():
            agreement = agreement_queries.agreement(agreement_id, code)
            if agreement.state != State.PREPARING:
                return
            error = agreement.last_error
        if error or time.monotonic() > until:
            raise RuntimeError(
                f"the paper of the agreement with {name} was not made: {error or 'no worker finished it'}"
            )
        time.sleep(0.2)


def _duties(code: str, today: dt.date) -> None:
    """What the agreement in force asks of both sides, and of what was due by now the most done."""
    duties.bring_up(code, today)
    late = duty_queries.duties(code).where(OwedDuty.due_on < today, OwedDuty.done_on.is_(None))
    for row in db.session.scalars(late.order_by(OwedDuty.due_on, OwedDuty.title)).all():
        done_on = rules.done_on(code, row.title, row.due_on, today)
        if done_on is not None:
            party = Side.MUNICIPALITY if row.side == Side.MUNICIPALITY else Side.DRC
            person = _person(staff_of(code) if party is Side.MUNICIPALITY else _consultant(code))
            duties.mark_done(row.id, party, person.id, done_on=done_on)


def _network(today: dt.date) -> dict[str, UUID]:
    """The groups and their shares; returns the groups' ids by their keys in the plan."""
    ids: dict[str, UUID] = {}
    for planned in files.groups():
        since = rules.first_day(planned.since, first_of(today))
        themes = {a.activity_type for a in files.activities() if a.group == planned.key}
        contact, _, phone = planned.contact.partition(", tlf. ")
        group = networks.create(
            {
                "name": planned.name,
                "kind": GroupKind.LOOSE,
                "cvr": "",
                "themes": themes,
                "meets_children": any(a.children for a in files.activities() if a.group == planned.key),
                "areas": [
                    {"municipality_code": code, "part": "", "home": code == planned.municipalities[0]}
                    for code in planned.municipalities
                ],
                "places": files.places_of(planned.key),
                "contact": {"name": contact, "phone": phone, "email": ""},
            }
        )
        for code in planned.municipalities:
            share = shares.offer(
                code, title=group.name, shows=SHOWN, valid_from=since, valid_to=None, group_id=group.id
            )
            shares.consent(share, group.id, Given(contact, since, "meeting", SHOWN))
            shares.answer(share.id, accepts=True, code=code, tells_neighbours=code in network.TELLS)
        ids[planned.key] = group.id
        if planned.has_cooperation:
            signed = {"signed_on": since, "starts_on": None, "ends_on": planned.cooperation_ends(today)}
            cooperation.note(group.id, signed)
    db.session.flush()
    network.lay(ids, today)
    return ids


def _activity(group_ids: dict[str, UUID], today: dt.date) -> int:
    """What runs under the agreements now in force, and what was held; returns how many sessions."""
    public: set[str] = set()
    rows: list[ActivitySession] = []
    parts: list[SessionPart] = []
    for plan in files.agreements():
        starts_on, ends_on = rules.first_day(plan.begins, first_of(today)), rules.last_day(plan.ends, first_of(today))
        if plan.stage is not Stage.CONCLUDED or not starts_on <= today <= ends_on:
            continue
        for planned in files.activities_of(plan.key):
            activity = activities.start(
                plan.code,
                {
                    "activity_type": planned.activity_type,
                    "group_id": group_ids[planned.group] if planned.group else None,
                    "name": planned.name,
                    "place": planned.place,
                    "starts_on": starts_on,
                    "ends_on": None,
                    "target_group": rules.FOR_WHOM.get(planned.activity_type, ""),
                    "languages": rules.SPOKEN.get(planned.activity_type, ""),
                    "children_under_15": planned.children > 0,
                    "schedule": rules.schedule_of(planned, starts_on),
                },
            )
            if plan.code not in public and planned.activity_type in SHOWN_OUTSIDE and planned.group:
                public.add(plan.code)
                _show_outside(activity)
            serves = ALSO_SERVES.get((plan.code, planned.name), [])
            asks = planned.activity_type in rules.ASKS_WOMEN_MEN
            if serves or asks:
                activities.set_counting(activity.id, serves, asks_women_men=asks, code=plan.code)
            held = [
                ActivitySession(
                    **asdict(counted),
                    municipality_code=plan.code,
                    id=uuid7(),
                    activity_id=activity.id,
                    serves=serves,
                    recorded_at=dt.datetime.combine(counted.held_on, dt.time(20), DENMARK),
                )
                for counted in rules.sessions(planned, plan.code, plan.pace, today)
            ]
            rows += held
            parts += [part for row in held for part in activities.parts(row, activity)]
    db.session.add_all(rows)
    db.session.add_all(parts)
    db.session.flush()
    return len(rows)


def _show_outside(activity: Activity) -> None:
    """Let an activity have its public page, and ask for its poster: whoever works makes it."""
    activity.public_id = f"demo{activity.municipality_code}"
    posters.publish(activity.id, public=True, contact=True)
    posters.ask(activity.id)
