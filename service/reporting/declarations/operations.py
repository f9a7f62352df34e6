"""Ask the groups for their declarations, take their answers, and make the papers. All of it is harmless to repeat."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import and_
from sqlalchemy.dialects.postgresql import insert

from service.activity.activities.disclosure import fewest, showing_from
from service.network.networks import queries as networks
from service.platform.accounts import queries as people
from service.platform.documents import making
from service.platform.documents import operations as documents
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper, canonical
from service.platform.ledger.operations import record
from service.platform.notices import operations as notices
from service.platform.paper_log import letters as log_letters
from service.platform.web import links
from service.platform.web.errors import Conflict, Refusal
from service.platform.web.links import Link
from service.platform.work import waking
from service.reporting.declarations import paper as printing
from service.reporting.declarations import queries, rules
from service.reporting.declarations.models import Declaration
from service.reporting.recruitment import operations as recruitment
from service.volunteer.volunteers import queries as volunteers
from service.volunteer.volunteers.queries import GroupContactPerson
from tenants.calendar import day_of, first_of
from tenants.database import db, now, uuid7
from tenants.models import Municipality
from tenants.reach import present

JOB = "service.declarations.jobs.make"
PURPOSE = "declaration"
MAIL = "declaration"


def ask(year: int) -> int:
    """Ask for a year's declarations: of every group in which somebody met children, for every municipality that sees it.

    Returns how many were new. What is not confirmed yet is brought up to what is recorded now. Raises Refusal for a year that is
    not over.
    """
    with showing_from(current_app.extensions["settings"].fewest_shown):
        return _ask_of(year, day_of(now()))


def _ask_of(year: int, today: dt.date) -> int:
    if year >= today.year:
        message = "Året er ikke slut endnu. En erklæring handler om et helt år."
        raise Refusal(message, {"year": [message]})
    seen = queries.in_sight(today)
    met = queries.holders(seen, rules.last_day(year))
    names, unnumbered = networks.names(met), _unnumbered(year, {key: len(found) for key, found in met.items()})
    fresh = 0
    for group_id, verified in sorted(met.items()):
        states = rules.stated(verified, numbered=group_id not in unnumbered)
        for code in seen[group_id]:
            fresh += _ask(code, group_id, year, names[group_id], states)
    return fresh


def _unnumbered(year: int, met: Mapping[UUID, int]) -> set[UUID]:
    """The groups that give no number beside what their home municipality reads of the same day, which is counted first.

    Nor does one whose home is out of reach.
    """
    homes = {group_id: areas[0].municipality_code for group_id, areas in networks.areas(met).items() if areas}
    found = {group_id for group_id in met if not present().has(homes.get(group_id, ""))}
    confirmed = queries.confirmed_numbers(met, year)
    read = recruitment.readable({*homes.values()}, first_of(rules.last_day(year)))
    for code, there in read.items():
        here = [group_id for group_id in met if homes.get(group_id) == code]
        said = [confirmed[group_id] for group_id in here if group_id in confirmed]
        waiting = {key: met[key] for key in here if met[key] >= fewest() and key not in confirmed}
        found |= rules.unnumbered(there, waiting, said) if there is not None else set()
    return found


def ask_owed() -> int:
    """In January, ask for every declaration that the year before owes. Returns how many were new."""
    year = rules.owed_year(day_of(now()))
    return ask(year) if year is not None else 0


def _ask(code: str, group_id: UUID, year: int, name: str, states: dict[str, Any]) -> int:
    known = {"group_name": name, "states": states}
    values = {"year": year, "ask_id": uuid5(NAMESPACE_URL, f"declaration:{group_id}:{year}"), "asked_at": now()}
    query = insert(Declaration).values(
        municipality_code=code, id=uuid7(), group_id=group_id, due_from=now(), **values, **known
    )
    found = db.session.scalar(
        query.on_conflict_do_update(
            index_elements=["municipality_code", "group_id", "year"],
            set_=known,
            where=Declaration.confirmed_at.is_(None) & (Declaration.states != query.excluded.states),
        ).returning(Declaration.asked_at)
    )
    return int(found == values["asked_at"])


def invite() -> int:
    """Owe each contact of a group that has not answered a mail with the link, and twice a reminder. Returns to how many groups.

    One link answers for all the municipalities that wait for the same answer.
    """
    today = day_of(now())
    waiting = queries.unanswered(now() - dt.timedelta(days=rules.LINK_DAYS))
    contacts = volunteers.contacts({row.group_id for row in waiting})
    invited = 0
    for _key, found in groupby(waiting, key=lambda row: row.ask_id):
        rows = list(found)
        for contact in contacts[rows[0].group_id]:
            number = rules.reminder(day_of(min(row.asked_at for row in rows)), today)
            _invite(rows, contact, number)
        invited += bool(contacts[rows[0].group_id])
    return invited


def _invite(rows: Sequence[Declaration], contact: GroupContactPerson, number: int) -> None:
    first = rows[0]
    codes = tuple(row.municipality_code for row in rows)
    about = f"declaration:{first.ask_id}:{','.join(codes)}:{number}"
    public_url = current_app.extensions["settings"].public_url
    token = links.token(Link(PURPOSE, codes, first.ask_id))
    subject = f"Børneattester {first.year}: bekræft for {first.group_name}"
    body = (
        f"Kære kontaktperson i {first.group_name}\n\n"
        f"Hver januar erklærer gruppen over for kommunen, om de frivillige, der møder børn "
        f"under 15 år, har en gyldig børneattest. Det tager et minut. Læs, hvad der står, og bekræft her:\n"
        f"{public_url}/erklaering/{token}\n\n"
        "Linket er personligt og gælder i 60 dage. Kommunen får tal og datoer, aldrig navne.\n\n"
        "Venlig hilsen\nDansk Flygtningehjælp, Frivilligafdelingen\n"
    )
    notices.owe(codes[0], about, contact.email, ("Husk: " if number else "") + subject, body)


def mark(rows: Sequence[Declaration]) -> str:
    """A short mark of what was shown, so that nobody confirms what has changed since."""
    return hashlib.sha256(canonical({"states": [row.states for row in rows]}).encode()).hexdigest()[:16]


def confirm(ask_id: UUID, shown: str) -> Sequence[Declaration]:
    """Confirm what was shown, to all municipalities that the link reaches; their papers are made. Harmless to repeat.

    Raises NotFound, and Conflict where the numbers have changed since they were shown.
    """
    rows = queries.asked(ask_id, lock=True)
    waiting = [row for row in rows if row.confirmed_at is None]
    if waiting and shown != mark(waiting):
        raise Conflict(_("The numbers have been corrected since you opened the page. Read them again, and confirm."))
    for row in waiting:
        row.confirmed_at = row.due_from = now()
        record("declaration.confirmed", f"declaration:{row.id}", row.municipality_code, year=row.year)
        waking.wake(JOB, row.municipality_code, str(row.id))
    return rows


def make(code: str, declaration_id: UUID, lease_seconds: int) -> bool:
    """Make the paper of a confirmed declaration. Returns whether this call made it; False when it is made or held by another."""
    key = and_(
        Declaration.municipality_code == code, Declaration.id == declaration_id, Declaration.confirmed_at.is_not(None)
    )
    return making.make(_DECLARATION, code, key, lease_seconds, municipality=code)


def _page(row: Declaration) -> Paper:
    code, issued_on = row.municipality_code, day_of(now())
    facts = printing.facts(
        official_name=db.session.get_one(Municipality, code).official_name,
        group=row.group_name,
        year=row.year,
        states=row.states,
        confirmed_on=day_of(row.confirmed_at or now()),
        fewest_shown=current_app.extensions["settings"].fewest_shown,
    )
    return printing.paper(facts, documents.next_number(code, issued_on.year), issued_on)


def _issued(declaration: Declaration, page: Paper) -> None:
    _tell(declaration, page.facts["municipality"])


_DECLARATION = Making(Declaration, "declaration_failed", _page, then=_issued)


def _tell(declaration: Declaration, municipality: str) -> None:
    """Owe each of the municipality's people one mail about the declaration."""
    public_url = current_app.extensions["settings"].public_url
    address = f"{public_url}/kommuner/{declaration.municipality_code}/erklaeringer"
    for person in people.people_of(declaration.municipality_code, mail=MAIL):
        body = (
            f"Kære {person.name}\n\n{declaration.group_name} har afgivet sin erklæring om børneattester for {declaration.year} til "
            f"{municipality}. Læs den her:\n{address}\n\nErklæringen er en PDF, som kan journaliseres.\n\n{log_letters.checkpoint()}"
            "Venlig hilsen\nDansk Flygtningehjælp, Frivilligafdelingen\n"
        )
        notices.owe(
            declaration.municipality_code,
            f"declaration:{declaration.id}",
            person.email,
            f"Børneattester {declaration.year}: erklæring fra {declaration.group_name}",
            body,
        )
