"""The mails about a cooperation agreement that is made here: to the group's contact, and to the consultants who look after the group."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.network.cooperation import rules
from service.network.cooperation.models import CooperationAgreement, CooperationOffer
from service.network.cooperation.rules import CONCLUDED, OfferState
from service.platform.accounts import queries as people
from service.platform.documents.formats import dato
from service.platform.notices import operations as notices
from service.platform.paper_log import letters as log_letters
from service.platform.web import links
from service.platform.web.links import Link
from tenants.calendar import day_of
from tenants.database import db, now

GREETING = "Venlig hilsen\nDansk Flygtningehjælp, Frivilligafdelingen\n"
LINK = (
    "Læs og svar: samarbejdsaftale mellem {group} og Dansk Flygtningehjælp",
    """Kære {name}

Her er samarbejdsaftalen mellem {group} og Dansk Flygtningehjælp. Læs den, og godkend eller afvis den på gruppens vegne her:

{link}

Du skal bruge en kode på {digits} cifre. Den får du af {consultant}, ikke i en mail.
Linket gælder i {days} dage og kan bruges til ét svar. Del det ikke med andre.

""",
)
TO_CONTACT = {
    OfferState.CONCLUDED: (
        "Samarbejdsaftalen mellem {group} og Dansk Flygtningehjælp er indgået",
        "Begge parter har godkendt aftalen. Hent den her, og gem den i gruppens papirer:\n\n{link}\n\nLinket gælder i {days} dage.",
    ),
    OfferState.WITHDRAWN: (
        "Tilbuddet om en samarbejdsaftale er trukket tilbage",
        "Dansk Flygtningehjælp har trukket tilbuddet til {group} tilbage. Spørg {consultant}, hvis du vil vide hvorfor.",
    ),
    OfferState.TERMINATED: (
        "Samarbejdsaftalen mellem {group} og Dansk Flygtningehjælp er opsagt",
        "Aftalens sidste dag er den {last}. Hent aftalen her:\n\n{link}\n\nLinket gælder i {days} dage.",
    ),
}
TO_DRC = {
    OfferState.ACCEPTED: (
        "En gruppe har godkendt sin samarbejdsaftale",
        (
            "{group} har godkendt. Aftalen venter nu på DRC. Har du selv sendt linket eller skrevet kontaktpersonens mailadresse, "
            "skal en kollega eller sekretariatet godkende:"
        ),
    ),
    OfferState.DECLINED: (
        "En gruppe har afvist en samarbejdsaftale",
        "{group} har afvist aftalen. Læs begrundelsen her:",
    ),
}


def mail_link(row: CooperationOffer, link_id: UUID) -> None:
    """Owe the group's contact the mail with the link to answer by. The code that belongs to it stands in no mail."""
    token = links.token(Link(rules.PURPOSE, (row.municipality_code,), link_id))
    subject, body = LINK
    _to_contact(row, str(link_id), subject, body, f"samarbejdsaftale/{token}", rules.LINK_DAYS)


def tell(row: CooperationOffer) -> None:
    """Owe the mails that the state gives reason for."""
    state = OfferState(row.state)
    if state in TO_CONTACT and (state in CONCLUDED or row.link_id is not None):
        subject, body = TO_CONTACT[state]
        token = links.token(Link(rules.PAPER_PURPOSE, (row.municipality_code,), row.id))
        body = f"Kære {{name}}\n\n{body}\n\n{log_letters.checkpoint()}"
        _to_contact(row, state, subject, body, f"samarbejdsaftale/papir/{token}", rules.PAPER_DAYS)
    if state in TO_DRC:
        _to_drc(row, *TO_DRC[state])


def _to_contact(row: CooperationOffer, what: str, subject: str, body: str, path: str, days: int) -> None:
    ours, contact = row.facts["drc_contact"], row.facts["group_contact"]
    term = db.session.get_one(CooperationAgreement, row.cooperation_id) if row.cooperation_id else None
    values = {
        "name": contact["name"],
        "group": row.facts["group"]["name"],
        "link": f"{current_app.extensions['settings'].public_url}/{path}",
        "digits": rules.CODE_DIGITS,
        "days": days,
        "consultant": f"{ours['name']}, telefon {ours['phone']}" if ours["phone"] else ours["name"],
        "last": dato(term.ends_on) if term and term.ends_on else "",
    }
    about = f"cooperation:{row.id}:{what}"
    notices.owe(
        row.municipality_code, about, contact["email"], subject.format(**values), body.format(**values) + GREETING
    )


def _to_drc(row: CooperationOffer, subject: str, text: str) -> None:
    public_url, said = current_app.extensions["settings"].public_url, text.format(group=row.facts["group"]["name"])
    address = f"{public_url}/grupper/{row.group_id}/samarbejdsaftale/{row.id}"
    for person, codes in people.consultants(day_of(now())):
        if row.municipality_code in codes:
            body = f"Kære {person.name}\n\n{said}\n{address}\n\nDokumentnummer: {row.number}\n\nVenlig hilsen\nPartnerskab\n"
            notices.owe(row.municipality_code, f"cooperation:{row.id}:{row.state}", person.email, subject, body)
