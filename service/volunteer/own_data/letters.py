"""The mail with a link to one's own data, in the language that its reader is written to in."""

from __future__ import annotations

from service.platform.notices.rules import Letter
from service.volunteer.own_data.models import OwnDataLink

SUBJECTS = {
    "da": "Det, Dansk Flygtningehjælp har registreret om dig",
    "en": "What the Danish Refugee Council keeps of you",
}
BODIES = {
    "da": """Kære {name}

Her kan du se, hvad Dansk Flygtningehjælp har registreret om dig som frivillig, og hvem der har set det:

{link}

Du kan hente det hele, bede om at få noget rettet, og bede om at blive glemt.
Linket er dit eget og virker i syv dage. Har du ikke bedt om det, skal du ikke gøre noget.

Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
""",
    "en": """Dear {name}

Here you can see what the Danish Refugee Council keeps of you as a volunteer, and who has seen it:

{link}

You can fetch all of it, ask for a correction, and ask to be forgotten.
The link is your own and works for seven days. If you have not asked for it, you need not do anything.

Kind regards
Danish Refugee Council, volunteer department
""",
}


def letter(row: OwnDataLink, name: str, link: str, language: str) -> Letter:
    """The mail for a link. Where several share an address, each has their own, with their name."""
    return Letter(row.id, row.email, SUBJECTS[language], BODIES[language].format(name=name, link=link), row.asked_at)
