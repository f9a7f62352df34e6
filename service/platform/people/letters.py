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
