"""The mails with a link: to take up a role, and to choose a new password."""

from __future__ import annotations

from flask_babel import force_locale

from service.platform.accounts.models import Person
from service.platform.notices.rules import Letter
from service.platform.people.models import Invitation
from service.platform.people.rules import LinkPurpose
from service.platform.people.texts import role_in_words
from service.platform.web.identity import Role

SUBJECTS = {LinkPurpose.ROLE: "Du er inviteret til Partnerskab", LinkPurpose.PASSWORD: "Ny adgangskode til Partnerskab"}
INVITED = """Kære {name}

{inviter} har inviteret dig til Partnerskab som {role}.
Partnerskab er Dansk Flygtningehjælps og kommunernes fælles sted for aftaler, tal og papirer.

Åbn linket og sig ja:

{link}

Linket er dit eget, virker i syv dage og kan bruges én gang. Er det udløbet, så bed om en ny invitation.
Kender du ikke noget til det, skal du ikke gøre noget.

Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
"""
ASKED = """Kære {name}

Nogen har bedt om en ny adgangskode til din konto i Partnerskab. Vælg den her:

{link}

Linket virker i et døgn og kan bruges én gang. Var det ikke dig, skal du ikke gøre noget: din adgangskode er som før.

Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
"""


def letter(row: Invitation, person: Person, link: str, inviter: str | None, municipality: str | None) -> Letter:
    """The mail for an invitation. An invitation is a person's own, so it names them as whoever invites has."""
    purpose = LinkPurpose(row.purpose)
    if purpose is LinkPurpose.PASSWORD:
        body = ASKED.format(name=person.name, link=link)
    else:
        with force_locale("da"):
            role = role_in_words(Role(row.role or ""), municipality, row.territory)
        body = INVITED.format(name=row.name, inviter=inviter or "Dansk Flygtningehjælp", role=role, link=link)
    return Letter(row.id, person.email, SUBJECTS[purpose], body, row.made_at)


ADDRESS_LINK = "Bekræft din nye mailadresse i Partnerskab"
ADDRESS_ASKED = "En ny mailadresse til din konto i Partnerskab"
_LINK = """Kære {name}

Din konto i Partnerskab skal have denne mailadresse. Bekræft den her:

{link}

Linket virker i et døgn og kan bruges én gang. Kender du ikke noget til det, skal du ikke gøre noget.

Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
"""
_ASKED = """Kære {name}

{who} har bedt om, at din konto i Partnerskab får en anden mailadresse end denne. Et link er sendt til den nye.
Intet er ændret, før linket er åbnet.

Var det ikke meningen, så ring straks til din konsulent i DRC, og vælg en ny adgangskode på siden, hvor du logger ind.

Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
"""


def address_link(person: Person, link: str) -> str:
    """The mail to the address that an account is to have."""
    return _LINK.format(name=person.name, link=link)


def address_asked(person: Person, *, own: bool) -> str:
    """The mail to the address that an account has, while another is asked for. It does not tell which."""
    return _ASKED.format(name=person.name, who="Du" if own else "En, der holder styr på brugerne,")
