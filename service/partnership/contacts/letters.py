"""The mail about a new contact."""

from __future__ import annotations

from service.partnership.contacts.rules import ContactSide
from tenants.scope import Contact

SUBJECTS = {
    ContactSide.DRC: "Ny tovholder hos Dansk Flygtningehjælp",
    ContactSide.MUNICIPALITY: "Kommunens tovholder er rettet",
}
SAID = {
    ContactSide.DRC: "Jeres tovholder hos Dansk Flygtningehjælp er nu {name}, {title}.",
    ContactSide.MUNICIPALITY: "DRC har rettet, hvem der er tovholder for {municipality}: nu {name}, {title}.",
}
BODY = """Kære {reader}

{said}
Telefon: {phone}
E-mail: {email}

Aftalen er den samme. Se tovholderne her, hvor I også kan rette jeres egen:
{address}

Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
"""


def changed(reader: str, municipality: str, side: ContactSide, contact: Contact, address: str) -> str:
    """The mail to one of the municipality's people."""
    said = SAID[side].format(name=contact.name, title=contact.title, municipality=municipality)
    return BODY.format(reader=reader, said=said, phone=contact.phone, email=contact.email, address=address)


SUBJECT_TO_DRC = "En kommune har ny tovholder"
BODY_TO_DRC = """Kære {reader}

{municipality} har selv rettet sin tovholder: nu {name}, {title}.
Telefon: {phone}
E-mail: {email}

Aftalen er den samme. Se tovholderne her:
{address}

Venlig hilsen
Partnerskab
"""


def changed_there(reader: str, municipality: str, contact: Contact, address: str) -> str:
    """The mail to one of DRC's people about what a municipality has changed itself."""
    parts = {"name": contact.name, "title": contact.title, "phone": contact.phone, "email": contact.email}
    return BODY_TO_DRC.format(reader=reader, municipality=municipality, address=address, **parts)
